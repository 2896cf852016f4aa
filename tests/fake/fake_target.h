/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fake kernel with symbols and types that a test puts in one by one, and a
 * target on it.
 *
 *	struct fake_target *t = fake_target_create(12, 48);
 *	fake_target_variable(t, "rodata_full", 1, 1);
 *	fake_target_member(t, "struct page", "flags", 0);
 *	target = fake_target_fresh(t);	// has read nothing yet
 *	…
 *	fake_target_destroy(t);
 */
#ifndef FAKE_TARGET_H
#define FAKE_TARGET_H

#include "fake_kernel.h"
#include "directmap/symbols.h"
#include "target/target.h"
#include "target/types.h"

#define FAKE_NAMES_MAX 256

struct fake_target {
	struct fake_kernel *fake;
	struct dm_kernel kernel; /* set by fake_target_fresh() */
	struct dm_target *target;
	struct dm_symbol_table symbol_table;
	struct dm_type_table type_table;
	size_t symbol_count, member_count, size_count, enumerator_count;
	struct fake_target_symbol {
		const char *name;
		uint64_t va;
	} symbols[FAKE_NAMES_MAX];
	struct fake_target_member {
		const char *type, *path;
		uint64_t offset, size;
	} members[FAKE_NAMES_MAX];
	struct fake_target_size {
		const char *type;
		uint64_t size;
	} sizes[FAKE_NAMES_MAX];
	struct fake_target_enumerator {
		const char *type, *name;
		int64_t value;
	} enumerators[FAKE_NAMES_MAX];
};

/** Names are borrowed everywhere. */
struct fake_target *fake_target_create(unsigned int page_shift,
				       unsigned int va_bits);
void fake_target_destroy(struct fake_target *t);

void fake_target_symbol(struct fake_target *t, const char *name, uint64_t va);
/** Neither a symbol nor a type, a member, an enumerator called so any more. */
void fake_target_forget(struct fake_target *t, const char *name);
/** A variable of 1, 4 or 8 bytes on a page of its own: its VA. */
uint64_t fake_target_variable(struct fake_target *t, const char *name,
			      size_t size, uint64_t value);
/** Of 8 bytes, or of @p size. */
void fake_target_member(struct fake_target *t, const char *type,
			const char *path, uint64_t offset);
void fake_target_array(struct fake_target *t, const char *type,
		       const char *path, uint64_t offset, uint64_t size);
void fake_target_size(struct fake_target *t, const char *type, uint64_t size);
void fake_target_enumerator(struct fake_target *t, const char *type,
			    const char *name, int64_t value);

/** The VA that the linear map has @p pa at; not that it were mapped there. */
uint64_t fake_target_linear(const struct fake_target *t, uint64_t pa);

/** A target that has read nothing yet: the fake kernel may have changed. */
struct dm_target *fake_target_fresh(struct fake_target *t);

#endif /* FAKE_TARGET_H */
