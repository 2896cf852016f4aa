// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether the kernel found BBML on its CPUs, and under which name.
 *
 * Capabilities have numbers that differ from kernel to kernel and names that
 * do not outlive the build; but the kernel keeps a table of them with texts:
 * arm64_features[] (arch/arm64/kernel/cpufeature.c), ended by an entry
 * without a matches() function. Whether one holds is a bit of a bitmap.
 */
#include "arm64/bbml.h"
#include "arm64/kernel_symbols.h"
#include "kernel/cpucaps.h"
#include "util/error.h"

#define FEATURES_MAX 1024

struct features {
	uint64_t va; /* of arm64_features[] */
	uint64_t size; /* of an entry */
	uint64_t desc, capability, matches; /* offsets */
};

static struct dm_error *features_init(struct features *f,
				      struct dm_target *target)
{
	const char *type = TYPE_CPUCAPS_TABLE;
	const struct target_offset wanted[] = {
		{ "desc", &f->desc },
		{ "capability", &f->capability },
		{ "matches", &f->matches },
		{ NULL, NULL },
	};
	struct dm_error *err;

	err = dm_target_symbol(target, SYMBOL_CPUCAPS_TABLE, &f->va);
	if (!err)
		err = dm_target_offsets(target, type, wanted);
	if (!err)
		err = dm_types_size(dm_target_types(target), type, &f->size);
	return err;
}

/* The number of the capability, or *@found false. */
static struct dm_error *find_bbml(struct dm_target *target, char *name,
				  size_t size, unsigned int *number,
				  bool *found)
{
	struct kva *kva = dm_target_kva(target);
	struct features f;
	struct dm_error *err;
	size_t i;

	*found = false;
	err = features_init(&f, target);
	for (i = 0; !err && i < FEATURES_MAX; i++) {
		uint64_t entry = f.va + i * f.size, desc, matches;
		uint32_t capability;
		char text[64];

		err = dm_kva_read_u64(kva, entry + f.matches, &matches);
		if (err || !matches)
			break;
		err = dm_kva_read_u64(kva, entry + f.desc, &desc);
		if (err || !desc)
			continue;
		err = dm_kva_read_string(kva, desc, text, sizeof(text));
		if (err || !dm_bbml_is(text, name, size))
			continue;
		err = dm_kva_read_u32(kva, entry + f.capability, &capability);
		*number = capability & 0xffff; /* a u16 */
		*found = !err;
		break;
	}
	return err;
}

struct dm_error *dm_cpucaps_bbml(struct dm_target *target, char *name,
				 size_t size, enum dm_known *has)
{
	unsigned int number = 0;
	struct dm_error *err;
	uint64_t va, word;
	bool found, newer;

	*has = DM_UNKNOWN;
	*name = '\0';
	err = find_bbml(target, name, size, &number, &found);
	if (err)
		return err;
	/* Not so much as one that no CPU has: what is read is no such table. */
	if (!found)
		return dm_error_create(
			DM_ERROR_NOT_FOUND, SYMBOL_CPUCAPS_TABLE
			"[] has no entry \"BBM Level\" 2 or higher");
	err = dm_target_has_symbol(target, SYMBOL_CPUCAPS, &newer);
	if (!err)
		err = dm_target_symbol(
			target, newer ? SYMBOL_CPUCAPS : SYMBOL_CPUCAPS_OLD,
			&va);
	if (!err)
		err = dm_kva_read_u64(dm_target_kva(target),
				      va + number / 64 * 8, &word);
	if (!err)
		*has = word >> (number % 64) & 1 ? DM_YES : DM_NO;
	return err;
}
