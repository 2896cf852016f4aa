/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which pieces memory that was added after boot was mapped: a call of
 * arch_add_memory() each. memblock joins what was added, so this is from the
 * kernel's memory blocks and resources, and where they do not tell it is not
 * known.
 */
#ifndef DM_HOTADD_H
#define DM_HOTADD_H

#include "analysis/boot.h"
#include "directmap/missing.h"
#include "target/target.h"

/**
 * @param added		PAs, rising, none overlaps another.
 * @param ret		The same memory, rising, a bank for each call, or for
 *			neighbours of which that is not known (unknown is set).
 *			For the caller to free; also on error.
 * @param missing	What could not be looked up is added: missing.h.
 * @returns		Only what is not about the dump.
 */
struct dm_error *dm_hotadd_banks(struct dm_target *target,
				 const struct boot_bank *added, size_t count,
				 struct boot_bank **ret, size_t *ret_count,
				 struct dm_missing **missing);

#endif /* DM_HOTADD_H */
