/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stretches of pages that are not default, kept to be found by number and by
 * VA: some five bytes each, and no more than SPECIAL_LOG_MAX in all.
 */
#ifndef DM_SPECIAL_LOG_H
#define DM_SPECIAL_LOG_H

#include "directmap.h"

#define SPECIAL_LOG_MAX (UINT32_C(12) << 20) /* bytes */
/* Combinations of bits; a kernel has a handful. */
#define SPECIAL_LOG_ATTRS 256
/* Stretches between two places that are known. */
#define SPECIAL_LOG_STEP 64

struct special_stretch {
	uint64_t start, size, attrs;
	uint32_t owners; /* a number of the caller's */
};

/* A place in the log: the next stretch is number @i, behind VA @end. */
struct special_place {
	size_t i, at;
	uint64_t end;
};

/* All zero but for the shift is empty. */
struct special_log {
	unsigned int page_shift;
	unsigned char *bytes;
	size_t used, capacity;
	size_t count;
	uint64_t end; /* VA behind the last one */
	struct special_place *marks; /* each SPECIAL_LOG_STEP stretches */
	size_t mark_capacity;
	uint64_t attrs[SPECIAL_LOG_ATTRS];
	size_t attr_count;
	/* Of reading: most go through them one by one. */
	struct special_place next;
};

void dm_special_log_deinit(struct special_log *log);
/**
 * Stretches in VA order.
 * @param kept	false: it is full.
 */
struct dm_error *dm_special_log_add(struct special_log *log,
				    const struct special_stretch *stretch,
				    bool *kept);
void dm_special_log_get(struct special_log *log, size_t i,
			struct special_stretch *ret);
/** The first that reaches beyond @p va; the count if none does. */
size_t dm_special_log_from(struct special_log *log, uint64_t va);

#endif /* DM_SPECIAL_LOG_H */
