/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A nameless file in memory that libkdumpfile is given instead of a dump. */
#ifndef DUMP_STAGE_H
#define DUMP_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "directmap.h"

struct stage {
	int fd;
	unsigned char *map; /* all of it, shared with who else maps fd */
	uint64_t size;
};

/* All zero. On an error nothing needs closing. */
struct dm_error *dm_stage_open(struct stage *stage, uint64_t size);
void dm_stage_close(struct stage *stage);

struct dm_error *dm_stage_put(struct stage *stage, uint64_t off,
			      const void *buf, size_t size);

#endif /* DUMP_STAGE_H */
