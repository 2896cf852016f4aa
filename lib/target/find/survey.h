/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a root table maps under a geometry that is tried: itself, and RAM. */
#ifndef DM_FIND_SURVEY_H
#define DM_FIND_SURVEY_H

#include "arm64/arm64.h"
#include "directmap/find.h"

struct survey_result {
	uint64_t kimage_voffset; /* of the mapping of itself */
	uint64_t
		phys_offset; /* of the linear map's leaves, by the kernel's page_offset */
	uint64_t lowest; /* VA of the first leaf of the linear map */
	unsigned int device_attrindx; /* of MT_DEVICE_nGnRE; 0: none seen */
};

/** DM_ERROR_INTERRUPTED where limits->stop() says so. */
struct dm_error *dm_find_ask(const struct dm_find_limits *limits);

/**
 * Look through the tables from kernel->pgd on.
 * @param kernel	Its geometry and pgd alone.
 * @param limits	Not NULL; of tables less those that were read.
 * @param is		Whether it is the root table of a kernel: it maps its own
 *			page above the linear map, and leaves of the linear map
 *			agree on one offset.
 * @returns	Errors with dm_error_is_fatal() only, of limits->stop() also.
 */
struct dm_error *dm_find_survey(struct dm_source *source,
				const struct dm_kernel *kernel,
				struct dm_find_limits *limits,
				struct survey_result *result, bool *is);

#endif /* DM_FIND_SURVEY_H */
