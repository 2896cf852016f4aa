/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tables, CSV and databases take out of a row. */
#ifndef BATCH_FIGURES_H
#define BATCH_FIGURES_H

#include <jansson.h>

#include "directmap.h"

struct figures {
	/* Of the row's; "" where it has none. */
	const char *path, *format, *host, *release, *policy, *status, *reason;
	const char *id; /* of the content */
	int code;
	bool read; /* there are figures */
	bool complete;
	uint64_t crash_time, size, mtime; /* 0: not known */
	uint64_t files;
	uint64_t page_size;
	uint64_t mapped[DM_LEAF_MAX], valid[DM_LEAF_MAX];
	uint64_t mapped_total, valid_total;
	uint64_t small; /* mapped by leaves below a PMD's */
	uint64_t read_only, unknown, tables, tables_unreadable, findings;
	bool partial; /* figures of the map are lower bounds */
	bool splits_known;
	bool splits_at_least; /* they are not, and figures are lower bounds */
	uint64_t lost[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	uint64_t boot[DM_LEAF_MAX], boot_unknown;
	uint64_t lost_total, in_use_total, residual_total;
	uint64_t split_tables, collapsible, collapsible_tables;
	uint64_t unknown_pages;
	double seconds;
	uint64_t max_rss, at;
};

/** Whether there are figures of lost leaves: all, or lower bounds. */
static inline bool figures_has_lost(const struct figures *f)
{
	return f->splits_known || f->splits_at_least;
}

/** Borrows strings from @p row. */
void figures_init(struct figures *f, json_t *row);

/** The member of @p o by a path of keys with dots; NULL if not there. */
json_t *figures_get(json_t *o, const char *keys);
const char *figures_string(json_t *o, const char *keys); /* "" if none */
uint64_t figures_number(json_t *o, const char *keys); /* 0 if none */

#endif /* BATCH_FIGURES_H */
