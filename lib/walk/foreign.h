/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the linear map's VA range and is not linear map: leaves that
 * map another page than the formula says, and tables that stand elsewhere too.
 */
#ifndef DM_FOREIGN_H
#define DM_FOREIGN_H

#include "directmap.h"

#define FOREIGN_AREAS DM_FINDINGS_KEPT

/* All zero is empty. */
struct foreign {
	size_t count; /* of areas: neighbours of one kind are one */
	struct dm_finding areas[FOREIGN_AREAS]; /* the first ones */
	struct dm_finding last;
	uint64_t by_kind[DM_FINDING_MAX]; /* areas, all of them */
};

/** Put one in; calls come in VA order. */
void dm_foreign_add(struct foreign *foreign, const struct dm_finding *what);
/** Every area as a finding; those that are not kept are counted. */
void dm_foreign_report(const struct foreign *foreign, struct dm_usage *usage);

/**
 * Where KASAN's shadow begins, if that is what the areas are; else 0.
 * @param first, last	The VAs of the first and behind the last linear leaf.
 */
uint64_t dm_foreign_kasan_shadow(const struct foreign *foreign,
				 const struct dm_kernel *kernel, uint64_t first,
				 uint64_t last);

#endif /* DM_FOREIGN_H */
