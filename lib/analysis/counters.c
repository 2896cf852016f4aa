// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's own count of its linear map, where it has one: the patch "arm64:
 * mm: show direct mapping use in /proc/meminfo" (v1 to v8, 2025 and 2026; in no
 * release up to 7.3) keeps a number for each leaf size in an array.
 *
 * Reviewers found that it over-counts: a counter is raised whenever an entry is
 * written while boot maps something, and boot writes some entries twice (7.3
 * mm/mmu.c):
 *  - map_mem() maps the alias of [_text, __init_begin) and of [__init_end,
 *    __bss_stop) first, then all memory, these again;
 *  - mark_linear_text_alias_ro() writes the first of them once more, and
 *    mark_rodata_ro() of 7.2 the second (7.3 makes it invalid, by another way);
 *  - as posted, it also counts what is no linear map: mark_rodata_ro()'s pages
 *    of the image, and the device tree in the fixmap.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/counters.h"
#include "arm64/arm64.h"
#include "arm64/kernel_symbols.h"
#include "util/error.h"
#include "directmap/leaf.h"
#include "util/missing.h"
#include "target/image.h"

/* Names that the patch has had, and that it might get: only what is there counts. */
static const char *const symbols[] = {
	"direct_map_size",  "direct_map_use", "direct_map_used",
	"direct_map_usage", "direct_map_cnt", "linear_map_use",
};

#define SYMBOLS (sizeof(symbols) / sizeof(symbols[0]))

struct counting {
	struct dm_counters *c;
	struct dm_target *target;
	const struct dm_kernel *kernel;
	const struct dm_usage *usage;
};

static struct dm_error *forgive(struct counting *w, struct dm_error *err)
{
	return dm_missing_note(&w->c->missing, err);
}

/* ---- What a mapping call adds ------------------------------------------- */

/*
 * Bytes by leaf that a single mapping call for [start, end) makes: of each
 * size as much as lies in whole, aligned leaves of it and in no larger one
 * (alloc_init_pud() and below).
 */
static void decompose(const struct dm_kernel *kernel, uint64_t start,
		      uint64_t end, uint64_t bytes[DM_LEAF_COUNT])
{
	uint64_t larger = 0;
	int leaf;

	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		uint64_t size = dm_leaf_size(kernel, (enum dm_leaf)leaf), whole;
		uint64_t first, last;

		if (!size)
			continue;
		first = (start + size - 1) & ~(size - 1);
		last = end & ~(size - 1);
		whole = last > first ? last - first : 0;
		bytes[leaf] += whole - larger;
		larger = whole;
	}
}

/* The alias in the linear map of a part of the image, counted @times over. */
static struct dm_error *add_alias(struct counting *w, struct dm_counter *k,
				  enum image_bound from, enum image_bound to,
				  unsigned int times, const char *cause)
{
	struct dm_counter_part *part = &k->parts[k->part_count];
	struct dm_range alias;
	struct dm_error *err;

	err = dm_image_alias(w->target, from, to, &alias);
	if (err)
		return forgive(w, err);
	while (times--)
		decompose(w->kernel, alias.start, alias.end, part->bytes);
	part->cause = cause;
	k->part_count++;
	return NULL;
}

/*
 * The image's own pages that mark_rodata_ro() writes again. The image is mapped
 * by blocks where it can (pi/map_kernel.c), as they are found today.
 */
static struct dm_error *add_rodata(struct counting *w, struct dm_counter *k)
{
	struct dm_counter_part *part = &k->parts[k->part_count];
	struct dm_range rodata, head;
	struct dm_error *err;

	err = dm_image_range(w->target, IMAGE_RODATA, IMAGE_INIT, &rodata);
	if (err)
		return forgive(w, err);
	part->bytes[DM_LEAF_PTE] = rodata.end - rodata.start;
	err = dm_image_range(w->target, IMAGE_TEXT, IMAGE_STEXT, &head);
	part->bytes[DM_LEAF_PTE] += head.end - head.start;
	part->cause = "read-only data of the kernel image, not linear map";
	k->part_count++;
	return forgive(w, err);
}

static void add_fdt(struct counting *w, struct dm_counter *k)
{
	struct dm_counter_part *part = &k->parts[k->part_count];

	if (!dm_arm64_fdt_block(w->kernel) || k->over[DM_LEAF_PMD] <= 0)
		return;
	part->bytes[DM_LEAF_PMD] = dm_arm64_fdt_block(w->kernel);
	part->cause = "device tree in the fixmap, not linear map";
	k->part_count++;
}

/* ---- One counter -------------------------------------------------------- */

/* From half to double of what is mapped, which is between these two. */
static bool plausible(uint64_t sum, uint64_t least, uint64_t most)
{
	return sum / 2 <= most && sum >= least / 2;
}

/* The numbers in a unit; false: no machine has that much. */
static bool scale(const struct dm_kernel *kernel, const uint64_t *numbers,
		  size_t unit, uint64_t *bytes)
{
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		uint64_t factor = unit == 0   ? 1
				  : unit == 1 ? 1024
					      : dm_leaf_size(kernel, leaf);

		if (__builtin_mul_overflow(numbers[leaf], factor,
					   &bytes[leaf]) ||
		    bytes[leaf] >> 60)
			return false;
	}
	return true;
}

/*
 * Which unit the numbers have was another in v1 (leaves) than since v2 (bytes):
 * the one under which they come near to what is mapped. Where that is only known
 * to lie between two figures, no other unit may come as near.
 * @returns How many units they could have.
 */
static size_t find_unit(const struct counting *w, struct dm_counter *k,
			const uint64_t *numbers)
{
	static const char *const units[] = { "bytes", "kB", "leaves" };
	uint64_t least = dm_usage_mapped(w->usage), most = least;
	uint64_t bytes[DM_LEAF_COUNT];
	size_t unit, count = 0;

	if (__builtin_add_overflow(least, w->usage->unknown, &most))
		most = UINT64_MAX;
	for (unit = 0; unit < 3; unit++) {
		if (!scale(w->kernel, numbers, unit, bytes) ||
		    !plausible(dm_leaf_sum(bytes), least, most))
			continue;
		if (!count++) {
			k->unit = units[unit];
			memcpy(k->bytes, bytes, sizeof(bytes));
		}
	}
	return least == most && count ? 1 : count;
}

static void take_part(struct dm_counter *k, const struct dm_counter_part *part)
{
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		k->unexplained[leaf] -= (int64_t)part->bytes[leaf];
}

/*
 * How often boot maps the alias of data and bss beside the memory that it lies
 * in: first of all in 7.2 and 7.3, only to protect it later, which 7.2 does by
 * mapping it once more. Those functions are inlined often, so the alias itself
 * tells: read-only in 7.2, invalid in 7.3, or there with the function that makes
 * it valid for hibernation.
 */
static struct dm_error *maps_data(struct counting *w, unsigned int *times)
{
	struct kva_path path;
	struct dm_error *err;
	struct image_place data;
	bool notified = false, leaf;

	err = dm_image_place(w->target, IMAGE_DATA, &data);
	if (!err)
		err = dm_kva_path(dm_target_kva(w->target),
				  image_alias(w->kernel, data.va), &path);
	leaf = !err && path.is_leaf;
	err = dm_error_forgive(err);
	if (!err)
		err = dm_target_has_symbol(w->target, SYMBOL_HIBERNATE,
					   &notified);
	*times = 0;
	if (leaf && path.valid &&
	    arm64_is_read_only(path.steps[path.count - 1].entry))
		*times = 2;
	else if (leaf && (!path.valid || notified))
		*times = 1;
	return err;
}

static uint64_t error_left(const struct dm_counter *k)
{
	uint64_t sum = 0;
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		sum += (uint64_t)llabs(k->unexplained[leaf]);
	return sum;
}

/*
 * Whether a counter is filtered shows in its numbers alone: the parts outside
 * the linear map are taken as causes only where they leave less unexplained.
 */
static struct dm_error *explain(struct counting *w, struct dm_counter *k)
{
	struct dm_error *err;
	uint64_t before;
	unsigned int times;
	size_t i, inside;

	memcpy(k->unexplained, k->over, sizeof(k->over));
	err = add_alias(
		w, k, IMAGE_TEXT, IMAGE_INIT, 2,
		"alias of the kernel's text, mapped three times at boot");
	/* With the largest part unknown, the others say nothing. */
	if (err || !k->part_count)
		return err;
	err = maps_data(w, &times);
	if (!err && times)
		err = add_alias(
			w, k, IMAGE_DATA, IMAGE_BSS_END, times,
			times == 1
				? "alias of the kernel's data, mapped twice at boot"
				: "alias of the kernel's data, mapped three times at boot");
	if (err)
		return err;
	inside = k->part_count;
	for (i = 0; i < inside; i++)
		take_part(k, &k->parts[i]);
	before = error_left(k);
	err = add_rodata(w, k);
	add_fdt(w, k);
	for (i = inside; i < k->part_count; i++)
		take_part(k, &k->parts[i]);
	k->filtered = error_left(k) >= before ? DM_YES : DM_NO;
	if (k->filtered == DM_NO)
		return err;
	while (k->part_count > inside) {
		enum dm_leaf leaf;

		k->part_count--;
		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
			k->unexplained[leaf] +=
				(int64_t)k->parts[k->part_count].bytes[leaf];
	}
	return err;
}

/* Whether the page tables' figures are those of all of the map. */
static bool is_whole(const struct dm_usage *usage)
{
	char why[256];

	return dm_usage_mapped(usage) &&
	       !dm_usage_partial(usage, why, sizeof(why));
}

/*
 * Its type, without type information of variables: an array of at least as
 * many words as there are leaf sizes, by the distance to the next symbol.
 */
static struct dm_error *read_counter(struct counting *w, const char *name)
{
	struct dm_counter *k = &w->c->counter[w->c->count];
	uint64_t numbers[DM_LEAF_COUNT], va;
	struct dm_symbol symbol;
	struct dm_error *err;
	enum dm_leaf leaf;
	char why[160];
	size_t units;

	err = dm_target_symbol(w->target, name, &va);
	if (!err)
		err = dm_target_symbol_at(w->target, va, &symbol);
	if (!err && symbol.size && symbol.size < sizeof(numbers))
		return NULL;
	if (!err)
		err = dm_kva_read(dm_target_kva(w->target), va, numbers,
				  sizeof(numbers), DM_CONTENT_DATA);
	if (err)
		return forgive(w, err);
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		numbers[leaf] = le64toh(numbers[leaf]);
	memset(k, 0, sizeof(*k));
	k->symbol = name;
	units = find_unit(w, k, numbers);
	if (units != 1) {
		snprintf(
			why, sizeof(why),
			units ? "%s is there, but its unit is unknown, as it is unknown how much is mapped"
			      : "%s is there, but its numbers are no leaf counts",
			name);
		return dm_missing_add(&w->c->missing, NULL, why,
				      DM_ERROR_NOT_FOUND);
	}
	w->c->count++;
	k->compared = is_whole(w->usage);
	if (!k->compared)
		return NULL;
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		k->over[leaf] =
			(int64_t)(k->bytes[leaf] - w->usage->mapped[leaf]);
	return explain(w, k);
}

struct dm_error *dm_counters_init(struct dm_counters *counters,
				  struct dm_target *target,
				  const struct dm_usage *usage)
{
	struct counting w = {
		.c = counters,
		.target = target,
		.kernel = dm_target_kernel(target),
		.usage = usage,
	};
	struct dm_error *err;
	bool has;
	size_t i;

	memset(counters, 0, sizeof(*counters));
	counters->struct_size = sizeof(*counters);
	err = dm_target_ready_symbols(target);
	if (err)
		return forgive(&w, err);
	for (i = 0; !err && i < SYMBOLS && counters->count < DM_COUNTERS; i++) {
		err = dm_target_has_symbol(target, symbols[i], &has);
		if (!err && has)
			err = read_counter(&w, symbols[i]);
	}
	if (err)
		dm_counters_deinit(counters);
	return err;
}

void dm_counters_deinit(struct dm_counters *counters)
{
	dm_missing_destroy(counters->missing);
	counters->missing = NULL;
}
