/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The linear map as boot made it, recomputed: arch/arm64/mm/mmu.c, map_mem(),
 * on ranges instead of tables. A pure function of the numbers in struct
 * boot_layout; where they are from is boot_facts.h.
 *
 * Sources: 5.10, 6.1, 6.12, 7.2, 7.3, alloc_init_pud() to alloc_init_cont_pte(),
 * map_mem(), linear_map_split_to_ptes().
 */
#ifndef DM_BOOT_H
#define DM_BOOT_H

#include "directmap.h"

/** Memory that one call of __map_memblock() or arch_add_memory() maps. */
struct boot_bank {
	uint64_t start;
	uint64_t end;
	bool hotplug; /* added later, by arch_add_memory() */
	/*
	 * Why it is not known what was mapped here: by how many calls, or with
	 * which leaves. Static text; NULL: it is known.
	 */
	const char *unknown;
	/*
	 * Of an unknown one: bytes that each of its calls was aligned to and a
	 * multiple of; 0: not known, or they made smaller leaves anyway.
	 */
	uint64_t multiple;
};

/** How the linear alias of the kernel image is mapped. */
enum boot_alias {
	/*
	 * 4.x to 7.1: text to __init_begin is left out of its bank and mapped
	 * after the banks, without contiguous bits; so are the KFENCE pool and
	 * the crash kernel's region, with pages.
	 */
	BOOT_ALIAS_APART,
	/*
	 * 7.2: KFENCE pool, text and data/bss are mapped first, then the banks
	 * over them. Tables stay, and a group with an entry that is valid and
	 * not contiguous stays without contiguous bits.
	 */
	BOOT_ALIAS_FIRST,
};

/* Its ranges are PAs. */
struct boot_layout {
	const struct dm_kernel *kernel;
	/* As for_each_mem_range() gives them: rising, none twice. */
	const struct boot_bank *banks;
	size_t bank_count;
	enum boot_alias alias;
	/* Banks are cut to whole pages inward (6.12.y, 7.3), not outward. */
	bool inward;
	bool pages; /* NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS for banks */
	bool hotplug_pages; /* the same, for memory that was added */
	struct dm_range text; /* _text or _stext to __init_begin */
	struct dm_range data; /* __init_end to __bss_stop, if mapped first */
	struct dm_range kfence; /* pool that boot mapped with pages */
	struct dm_range crash; /* region that boot mapped with pages */
	/*
	 * linear_map_split_to_ptes() ran: all went to pages but for this
	 * range, _stext to __init_begin.
	 */
	bool repaint;
	struct dm_range repaint_kept;
};

/** Why a leaf is no larger, as bits: more than one may have kept it so. */
enum boot_why {
	BOOT_WHY_EDGE = 1 << 0, /* where memory ends, or its alignment */
	BOOT_WHY_POLICY_PAGES = 1 << 1,
	BOOT_WHY_KERNEL_ALIAS = 1 << 2,
	BOOT_WHY_KFENCE_POOL = 1 << 3,
	BOOT_WHY_CRASH_KERNEL = 1 << 4,
	BOOT_WHY_REPAINT = 1 << 5,
	BOOT_WHY_HOTPLUG = 1 << 6,
};

/** "edge", "policy:pages", …, of one bit; NULL if there is no such bit. */
const char *dm_boot_why_name(unsigned int why);

/** Neighbouring leaves alike, as boot made them. */
struct boot_run {
	uint64_t start; /* VA */
	uint64_t size;
	enum dm_leaf leaf;
	enum dm_leaf could_be; /* by the layout of RAM alone */
	/*
	 * Of enum boot_why. BOOT_WHY_EDGE alone, with leaf == could_be: the
	 * layout of RAM allows no larger one. 0: the granule has none.
	 */
	unsigned int why;
	bool hotplug; /* memory that was added later */
	/*
	 * Why it is not known what was made here, static text: leaf and could_be
	 * are the smallest leaf that may have been, why is 0. NULL: it is known.
	 */
	const char *unknown;
};

struct boot_map;

/**
 * @param layout	Not needed any more afterwards.
 * @returns	DM_ERROR_BAD_DUMP: ranges that no kernel booted with, named.
 */
struct dm_error *dm_boot_map_create(const struct boot_layout *layout,
				    struct boot_map **ret);
void dm_boot_map_destroy(struct boot_map *map);

/** Nothing is known of memory that was added later. @param why Static text. */
void dm_boot_map_forget_added(struct boot_map *map, const char *why);

/**
 * It is not known where boot made leaves of more than @p size bytes, as several
 * calls may have mapped what looks like one. @param why Static text.
 */
void dm_boot_map_forget_larger(struct boot_map *map, uint64_t size,
			       const char *why);

/**
 * The first run that reaches beyond @p va, from @p va on if that is inside.
 * To have all: begin with 0 and go on with run.start + run.size.
 * @returns	false: there is none.
 */
bool dm_boot_map_next(const struct boot_map *map, uint64_t va,
		      struct boot_run *run);

#endif /* DM_BOOT_H */
