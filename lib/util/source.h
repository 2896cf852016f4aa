/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads from a source: one call in place of the table of functions. */
#ifndef DM_SOURCE_H
#define DM_SOURCE_H

#include "directmap.h"

static inline struct dm_error *dm_source_read(struct dm_source *source,
					      uint64_t pa, void *buf,
					      size_t size,
					      enum dm_content content)
{
	return source->ops->read(source, pa, buf, size, content);
}

#endif /* DM_SOURCE_H */
