/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of a kdump set, block by block. */
#ifndef DUMP_KDUMP_WALK_H
#define DUMP_KDUMP_WALK_H

#include "dump/memory.h"

/* dump_format.walk() of kdump. */
struct dm_error *dm_kdump_walk(const struct dm_dump *dump,
			       struct memory_walk *walk);

#endif /* DUMP_KDUMP_WALK_H */
