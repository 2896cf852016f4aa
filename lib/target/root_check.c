// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells a root table from other pages by what it maps.
 *
 * A walk from a page that is no root table sees findings without end and not
 * one leaf of the linear map. A root of which only the linear map's part was
 * lost looks like that too, but still maps the kernel image, and with it itself.
 */
#include <endian.h>

#include "util/error.h"
#include "target/kva.h"
#include "target/root_check.h"

/*
 * Whether swapper_pg_dir, an address of the image, leads to something else. That
 * it leads nowhere is no proof: a dump of page tables may have those of the
 * linear map alone.
 */
static struct dm_error *maps_another(struct kva *kva, bool *ret)
{
	const struct dm_kernel *k = dm_kva_kernel(kva);
	struct kva_path path;
	struct dm_error *err =
		dm_kva_path(kva, k->pgd + k->kimage_voffset, &path);

	*ret = !err && path.is_leaf && path.pa != k->pgd;
	return dm_error_forgive(err);
}

/* One odd entry is a damaged one; a page of them is no table. */
static struct dm_error *is_no_table(struct kva *kva, bool *ret)
{
	const struct arm64_geometry *g = dm_kva_geometry(kva);
	size_t count = (size_t)1 << arm64_index_bits(g, g->root_level), i,
	       good = 0, odd = 0;
	struct dm_error *err = NULL;

	for (i = 0; !err && i < count; i++) {
		uint64_t entry;

		err = dm_kva_read_pa(kva, dm_kva_kernel(kva)->pgd + 8 * i,
				     &entry, 8, DM_CONTENT_TABLE);
		if (err || !entry)
			continue;
		entry = le64toh(entry);
		if (dm_arm64_classify(g, g->root_level, entry) == ENTRY_TABLE &&
		    dm_arm64_is_linux_table(g, entry))
			good++;
		else
			odd++;
	}
	*ret = odd > 1 && odd > good;
	return err;
}

/* As that of a kernel before 5.4. */
static struct dm_error *maps_upper_half(struct kva *kva, bool *ret)
{
	const struct dm_kernel *k = dm_kva_kernel(kva);
	uint64_t va = arm64_linear_before_flip(k, k->pgd);
	struct kva_path path;
	struct dm_error *err;

	*ret = false;
	if (va < k->linear_end)
		return NULL;
	err = dm_kva_path(kva, va, &path);
	*ret = !err && path.is_leaf && path.pa == k->pgd;
	return dm_error_forgive(err);
}

/* ---- Descriptors of 128 bits -------------------------------------------- */

/* Entries of a table that may lie apart from each other by chance. */
#define FEW 8

/* Of a table, as words of 64 bits. */
struct words {
	size_t low, high; /* even ones that are valid; odd ones that are */
	uint64_t first; /* the first valid even one */
};

static struct dm_error *count_words(struct kva *kva, uint64_t pa, size_t count,
				    struct words *w)
{
	struct dm_error *err = NULL;
	size_t i;

	*w = (struct words){ 0 };
	for (i = 0; !err && i < count; i++) {
		uint64_t word;

		err = dm_kva_read_pa(kva, pa + 8 * i, &word, 8,
				     DM_CONTENT_TABLE);
		if (err || !word)
			continue;
		word = le64toh(word);
		if (i & 1)
			w->high += arm64_is_valid(word);
		else if (arm64_is_valid(word))
			w->first = w->low++ ? w->first : word;
	}
	return err;
}

/*
 * VMSAv9-128 (Arm ARM D8.3, FEAT_D128): a descriptor is two words, and the first
 * alone is valid and has the table's address. "arm64/mm: Enable 128 bit page
 * table entries" is posted for kernels after 7.3; no line of VMCOREINFO is known
 * to tell. So it is told by tables in which no second word is ever valid: those
 * on the way down to the first with more than a few entries. A table of 64-bit
 * descriptors that has as many has neighbours among them.
 */
static struct dm_error *has_wide_entries(struct kva *kva, bool *ret)
{
	const struct dm_kernel *k = dm_kva_kernel(kva);
	const struct arm64_geometry *g = dm_kva_geometry(kva);
	size_t count = (size_t)1 << arm64_index_bits(g, g->root_level);
	uint64_t pa = k->pgd;
	struct words w;
	struct dm_error *err;
	int level;

	*ret = false;
	/* There are as many levels as with 64-bit descriptors, or more. */
	for (level = g->root_level; level <= LEVEL_LAST; level++) {
		err = count_words(kva, pa, count, &w);
		if (err || !w.low || w.high)
			return err;
		*ret = w.low >= FEW;
		if (*ret)
			return NULL;
		pa = arm64_oa(g, w.first);
		count = k->page_size / 8;
	}
	return NULL;
}

/* Where tables have as many levels in either form, some of it seems to be mapped. */
static struct dm_error *refuse_wide(struct kva *kva)
{
	bool wide;
	struct dm_error *err = has_wide_entries(kva, &wide);

	if (err || !wide)
		return dm_error_forgive(err);
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"the page tables at swapper_pg_dir, physical address 0x%llx, have descriptors of 128 bits (FEAT_D128, CONFIG_ARM64_D128), which are not supported",
		(unsigned long long)dm_kva_kernel(kva)->pgd);
}

static struct dm_error *judge(struct kva *kva)
{
	const struct dm_kernel *k = dm_kva_kernel(kva);
	bool another, no_table = false, upper = false;
	struct dm_error *err = maps_another(kva, &another);

	if (!err)
		err = is_no_table(kva, &no_table);
	if (!err)
		err = maps_upper_half(kva, &upper);
	if (err)
		return err;
	if (upper)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"the linear map is the upper half of this kernel's addresses, from 0x%llx on: it is older than 5.4 (%s), which is not supported",
			(unsigned long long)k->linear_end,
			*k->release ? k->release : "its release is unknown");
	if (!another && !no_table)
		return NULL;
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"what stands at swapper_pg_dir, physical address 0x%llx, is no root table of this kernel: nothing of the linear map is behind it; look at where RAM begins (of a raw image, its base address) and whether this VMCOREINFO is of this memory",
		(unsigned long long)k->pgd);
}

struct dm_error *dm_root_check(struct dm_source *source,
			       const struct dm_kernel *kernel,
			       const struct dm_usage *usage)
{
	struct dm_error *err;
	struct kva *kva;

	if (!dm_usage_findings(usage) || usage->stopped)
		return NULL;
	err = dm_kva_create(source, kernel, &kva);
	if (err)
		return err;
	err = dm_usage_mapped(usage) ? NULL : judge(kva);
	if (!err || err->code == DM_ERROR_BAD_DUMP) {
		struct dm_error *wide = refuse_wide(kva);

		if (wide)
			dm_error_destroy(err);
		err = wide ? wide : err;
	}
	dm_kva_destroy(kva);
	return err;
}
