/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page tables of a linear map, as pages: what can be damaged. */
#ifndef THIRD_STATE_TABLES_H
#define THIRD_STATE_TABLES_H

#include "directmap.h"

struct map_table {
	int level; /* of its entries, -1 to 3 */
	uint64_t pa;
	uint64_t va, end; /* what its entries map, of the linear map */
	size_t first,
		count; /* entries of it that are wholly the linear map's */
	bool shares; /* behind them is one that it shares with others */
	unsigned char *page; /* its content */
};

struct map_tables {
	size_t page_size, count;
	struct map_table *at; /* the root first, then by VA */
};

/* All that can be read. Without memory the program ends. */
void map_tables_init(struct map_tables *tables, struct dm_source *source,
		     const struct dm_kernel *kernel, uint64_t linear_end);
void map_tables_deinit(struct map_tables *tables);

#endif /* THIRD_STATE_TABLES_H */
