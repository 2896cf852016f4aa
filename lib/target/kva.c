// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Translates kernel VAs, and reads what is behind them.
 *
 * One VA at a time through the kernel's own tables. Depth is bounded by the
 * level, so that tables that point at each other end like any others.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "target/kva.h"
#include "util/source.h"

/* Direct-mapped, so small is enough: lists jump about, arrays do not. */
#define CACHE_SLOTS 64
#define TLB_SLOTS   256
/* Pages that are announced and read in one go. */
#define RUN_MAX 256

struct cached_page {
	uint64_t pa;
	bool filled;
	bool searched; /* by a search only: no recorder knows of it */
	unsigned char *bytes; /* a page; NULL until first used */
};

struct translation {
	uint64_t page; /* VA */
	uint64_t pa;
	bool filled;
};

struct kva {
	struct dm_source *source;
	const struct dm_kernel *kernel;
	struct arm64_geometry geometry;
	struct cached_page cache[CACHE_SLOTS];
	struct translation tlb[TLB_SLOTS];
};

struct dm_error *dm_kva_create(struct dm_source *source,
			       const struct dm_kernel *kernel, struct kva **ret)
{
	struct kva *kva = calloc(1, sizeof(*kva));

	if (!kva)
		return dm_error_no_memory();
	kva->source = source;
	kva->kernel = kernel;
	dm_arm64_geometry_init(&kva->geometry, kernel);
	*ret = kva;
	return NULL;
}

void dm_kva_destroy(struct kva *kva)
{
	size_t i;

	if (!kva)
		return;
	for (i = 0; i < CACHE_SLOTS; i++)
		free(kva->cache[i].bytes);
	free(kva);
}

const struct dm_kernel *dm_kva_kernel(const struct kva *kva)
{
	return kva->kernel;
}

const struct arm64_geometry *dm_kva_geometry(const struct kva *kva)
{
	return &kva->geometry;
}

void dm_kva_kernel_changed(struct kva *kva)
{
	size_t i;

	dm_arm64_geometry_init(&kva->geometry, kva->kernel);
	for (i = 0; i < TLB_SLOTS; i++)
		kva->tlb[i].filled = false;
}

uint64_t dm_kva_linear_to_pa(const struct dm_kernel *kernel, uint64_t va)
{
	return va - kernel->page_offset + kernel->phys_offset;
}

uint64_t dm_kva_pa_to_linear(const struct dm_kernel *kernel, uint64_t pa)
{
	return pa - kernel->phys_offset + kernel->page_offset;
}

/* ---- Pages -------------------------------------------------------------- */

/* The page at @pa, which stays until the next call. */
static struct dm_error *cached(struct kva *kva, uint64_t pa,
			       enum dm_content content,
			       const unsigned char **ret)
{
	size_t size = kva->kernel->page_size;
	struct cached_page *slot = &kva->cache[pa / size % CACHE_SLOTS];
	struct dm_error *err;

	if (!slot->filled || slot->pa != pa ||
	    (slot->searched && content != DM_CONTENT_SEARCH)) {
		slot->filled = false;
		if (!slot->bytes)
			slot->bytes = malloc(size);
		if (!slot->bytes)
			return dm_error_no_memory();
		err = dm_source_read(kva->source, pa, slot->bytes, size,
				     content);
		if (err)
			return err;
		slot->pa = pa;
		slot->searched = content == DM_CONTENT_SEARCH;
		slot->filled = true;
	}
	*ret = slot->bytes;
	return NULL;
}

/* A source that can reads them together. */
static void announce(struct kva *kva, uint64_t pa, size_t count)
{
	const struct dm_source_ops *ops = kva->source->ops;
	uint64_t pas[RUN_MAX];
	size_t i;

	if (count < 2 || !ops->prefetch)
		return;
	for (i = 0; i < count; i++)
		pas[i] = pa + i * kva->kernel->page_size;
	ops->prefetch(kva->source, pas, count, kva->kernel->page_size);
}

/* Whole pages go past the cache: they are read once. */
static struct dm_error *read_pages(struct kva *kva, uint64_t pa,
				   unsigned char *buf, size_t size,
				   enum dm_content content)
{
	size_t page = kva->kernel->page_size, at;
	struct dm_error *err = NULL;

	announce(kva, pa, size / page);
	for (at = 0; !err && at < size; at += page)
		err = dm_source_read(kva->source, pa + at, buf + at, page,
				     content);
	return err;
}

/* Within one page, or whole pages. */
static struct dm_error *read_in_page(struct kva *kva, uint64_t pa, void *buf,
				     size_t size, enum dm_content content)
{
	uint64_t offset = pa & (kva->kernel->page_size - 1);
	const unsigned char *page;
	struct dm_error *err;

	if (size >= kva->kernel->page_size)
		return read_pages(kva, pa, buf, size, content);
	err = cached(kva, pa - offset, content, &page);
	if (!err)
		memcpy(buf, page + offset, size);
	return err;
}

/* Of @size bytes at @address, those before the next page begins. */
static size_t up_to_page(const struct kva *kva, uint64_t address, size_t size)
{
	size_t left = kva->kernel->page_size -
		      (size_t)(address & (kva->kernel->page_size - 1));

	return size < left ? size : left;
}

struct dm_error *dm_kva_read_pa(struct kva *kva, uint64_t pa, void *buf,
				size_t size, enum dm_content content)
{
	unsigned char *to = buf;
	struct dm_error *err = NULL;

	while (!err && size) {
		size_t part = up_to_page(kva, pa, size);

		err = read_in_page(kva, pa, to, part, content);
		pa += part;
		to += part;
		size -= part;
	}
	return err;
}

/* ---- Translation -------------------------------------------------------- */

static struct dm_error *read_step(struct kva *kva, struct kva_path *path,
				  int level, uint64_t table, size_t index)
{
	struct kva_step *step = &path->steps[path->count];
	const unsigned char *page;
	struct dm_error *err;
	uint64_t entry;

	err = cached(kva, table, DM_CONTENT_TABLE, &page);
	if (err)
		return dm_error_prefix(err, "page table of 0x%llx, level %d",
				       (unsigned long long)path->va, level);
	memcpy(&entry, page + index * sizeof(entry), sizeof(entry));
	step->level = level;
	step->table = table;
	step->index = index;
	step->entry = le64toh(entry);
	step->kind = dm_arm64_classify(&kva->geometry, level, step->entry);
	path->count++;
	return NULL;
}

static void take_leaf(const struct kva *kva, struct kva_path *path,
		      const struct kva_step *step)
{
	unsigned int shift = arm64_shift(&kva->geometry, step->level);

	path->is_leaf = true;
	path->valid = arm64_is_valid(step->entry);
	path->level = step->level;
	path->pa = arm64_oa(&kva->geometry, step->entry) +
		   (path->va & ((UINT64_C(1) << shift) - 1));
}

struct dm_error *dm_kva_path_to(struct kva *kva, uint64_t va, int last,
				struct kva_path *path)
{
	const struct arm64_geometry *g = &kva->geometry;
	uint64_t table = kva->kernel->pgd;
	int level;

	memset(path, 0, sizeof(*path));
	path->va = va;
	if (va < kva->kernel->linear_start)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"0x%llx is no address of the kernel's, which begin at 0x%llx",
			(unsigned long long)va,
			(unsigned long long)kva->kernel->linear_start);
	for (level = g->root_level; level <= last; level++) {
		struct dm_error *err;
		struct kva_step *step;

		err = read_step(kva, path, level, table,
				arm64_index(g, level, va));
		if (err)
			return err;
		step = &path->steps[path->count - 1];
		if (step->kind == ENTRY_LEAF)
			take_leaf(kva, path, step);
		if (step->kind != ENTRY_TABLE)
			break;
		table = arm64_oa(g, step->entry);
	}
	return NULL;
}

struct dm_error *dm_kva_path(struct kva *kva, uint64_t va,
			     struct kva_path *path)
{
	return dm_kva_path_to(kva, va, LEVEL_LAST, path);
}

static bool formula(const struct kva *kva, uint64_t page, uint64_t *pa)
{
	const struct dm_kernel *k = kva->kernel;

	*pa = dm_kva_linear_to_pa(k, page);
	return page >= k->linear_start && page < k->linear_end &&
	       *pa < DM_PA_END;
}

/* A leaf of the linear map that maps another page is a damaged one. */
static bool is_right(const struct kva *kva, const struct kva_path *path)
{
	uint64_t pa;

	return path->is_leaf &&
	       (!formula(kva, path->va, &pa) || pa == path->pa);
}

/*
 * The tables may be damaged where the memory is not: in the linear map the
 * formula tells where it is (asm/memory.h, __lm_to_phys()), if there is any.
 */
static struct dm_error *by_formula(struct kva *kva, uint64_t page, uint64_t *pa,
				   struct dm_error *tables)
{
	const unsigned char *bytes;
	struct dm_error *err;

	if (!tables)
		tables = dm_error_create(DM_ERROR_NOT_FOUND,
					 "kernel address 0x%llx is not mapped",
					 (unsigned long long)page);
	if (dm_error_is_fatal(tables) || !formula(kva, page, pa))
		return tables;
	err = cached(kva, *pa, DM_CONTENT_SEARCH, &bytes);
	return dm_error_either(tables, err);
}

/* The PA of the page at @page; what cannot be translated is an error. */
static struct dm_error *translate(struct kva *kva, uint64_t page, uint64_t *pa)
{
	struct translation *slot =
		&kva->tlb[(page >> kva->kernel->page_shift) % TLB_SLOTS];
	struct kva_path path;
	struct dm_error *err;

	if (slot->filled && slot->page == page) {
		*pa = slot->pa;
		return NULL;
	}
	err = dm_kva_path(kva, page, &path);
	if (!err && is_right(kva, &path))
		*pa = path.pa;
	else
		err = by_formula(kva, page, pa, err);
	if (err)
		return err;
	slot->page = page;
	slot->pa = *pa;
	slot->filled = true;
	return NULL;
}

/* ---- Reading ------------------------------------------------------------ */

/*
 * Of @size bytes at @va, a page boundary mapped to @pa: those that follow one
 * another in physical memory too, whole pages. The image does from end to end.
 */
static struct dm_error *run_at(struct kva *kva, uint64_t va, uint64_t pa,
			       size_t size, size_t *run)
{
	size_t page = kva->kernel->page_size;

	for (*run = page; *run + page <= size && *run < RUN_MAX * page;
	     *run += page) {
		struct dm_error *err;
		uint64_t next = 0;

		err = translate(kva, va + *run, &next);
		/* The read that goes on from there gives any other. */
		if (err)
			return dm_error_forgive(err);
		if (next != pa + *run)
			break;
	}
	return NULL;
}

struct dm_error *dm_kva_read(struct kva *kva, uint64_t va, void *buf,
			     size_t size, enum dm_content content)
{
	unsigned char *to = buf;
	struct dm_error *err = NULL;

	va = arm64_untagged(va);
	while (!err && size) {
		uint64_t offset = va & (kva->kernel->page_size - 1), pa = 0;
		size_t part = up_to_page(kva, va, size);

		err = translate(kva, va - offset, &pa);
		if (!err && part == kva->kernel->page_size)
			err = run_at(kva, va, pa, size, &part);
		if (!err)
			err = read_in_page(kva, pa + offset, to, part, content);
		va += part;
		to += part;
		size -= part;
	}
	return err;
}

struct dm_error *dm_kva_read_u32(struct kva *kva, uint64_t va, uint32_t *value)
{
	struct dm_error *err;

	err = dm_kva_read(kva, va, value, sizeof(*value), DM_CONTENT_DATA);
	*value = err ? 0 : le32toh(*value);
	return err;
}

struct dm_error *dm_kva_read_u64(struct kva *kva, uint64_t va, uint64_t *value)
{
	struct dm_error *err;

	err = dm_kva_read(kva, va, value, sizeof(*value), DM_CONTENT_DATA);
	*value = err ? 0 : le64toh(*value);
	return err;
}

struct dm_error *dm_kva_read_string(struct kva *kva, uint64_t va, char *buf,
				    size_t size)
{
	size_t have = 0;

	while (have < size - 1) {
		size_t part = up_to_page(kva, va + have, size - 1 - have);
		struct dm_error *err;

		err = dm_kva_read(kva, va + have, buf + have, part,
				  DM_CONTENT_DATA);
		if (err && (!have || dm_error_is_fatal(err)))
			return err;
		if (err) {
			dm_error_destroy(err);
			break;
		}
		if (memchr(buf + have, '\0', part))
			return NULL;
		have += part;
	}
	buf[have] = '\0';
	return NULL;
}
