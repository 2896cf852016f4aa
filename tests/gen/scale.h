/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps of large machines (4K pages): page tables and VMCOREINFO are all that
 * is in them. Unlike gen_dump() this keeps no page in memory but makes each one
 * when its turn in the file comes, so a machine of terabytes is a matter of
 * seconds. The table pages lie scattered over RAM. The same arguments make the
 * same dump.
 */
#ifndef SCALE_H
#define SCALE_H

#include "directmap.h"

enum scale_shape {
	/* All by pages, as force_pte_mapping() makes it: no contiguous bits. */
	SCALE_PAGES,
	/* 1G leaves but where the kernel image is. */
	SCALE_BLOCKS,
	/* 32M leaves, and a 2M block of a hundred split to 64K and 4K. */
	SCALE_HUNDREDTH,
};

enum scale_file {
	SCALE_ZLIB,
	SCALE_LZO,
	SCALE_ZSTD,
	/* One PT_LOAD for all of RAM, which ext4 can hold up to 8 TiB. */
	SCALE_ELF,
	/* PT_LOADs of table pages only. */
	SCALE_ELF_TIGHT,
};

struct scale {
	uint64_t ram; /* bytes, a multiple of 1G */
	enum scale_shape shape;
	enum scale_file file;
};

/* What a report must say. Bytes, but for the tables. */
struct scale_truth {
	uint64_t mapped[DM_LEAF_COUNT];
	uint64_t valid[DM_LEAF_COUNT];
	uint64_t read_only;
	uint64_t invalid; /* with bit 11 set */
	uint64_t tables[DM_LEVELS]; /* by level + 1 */
};

/** @param truth	May be NULL. */
struct dm_error *scale_dump(const struct scale *scale, const char *out_path,
			    struct scale_truth *truth);

#endif /* SCALE_H */
