/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of many dumps, of what is kept of each. */
#ifndef HTML_INDEX_H
#define HTML_INDEX_H

#include <jansson.h>

#include "page.h"

struct index_row {
	char *path, *release, *policy, *status, *reason;
	char *link; /* NULL: no page of its own */
	bool read; /* there are figures */
	bool history; /* which leaves were lost is known; */
	bool at_least; /* it is not, but lost and in_use are lower bounds */
	bool partial; /* what is mapped is a lower bound */
	uint64_t mapped, small; /* bytes; small: by leaves below a PMD's */
	uint64_t lost, in_use, either, tables; /* either: in use or residual */
};

struct dm_error *index_row_init(struct index_row *row, const json_t *report,
				const char *link);
void index_row_deinit(struct index_row *row);

/** Sorts @p rows, worst first; what is unknown may be bad. */
struct dm_error *index_write(struct output_file *out, struct index_row *rows,
			     size_t count);
/** By kernel release, old to new; @p rows are those that were read. */
void index_put_trend(struct page *page, const struct index_row **rows,
		     size_t count);
/** Of 1; 0 where nothing is mapped. */
static inline double index_share(const struct index_row *row)
{
	return row->mapped ? (double)row->small / (double)row->mapped : 0;
}

#endif /* HTML_INDEX_H */
