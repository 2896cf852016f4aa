// SPDX-License-Identifier: GPL-2.0-or-later
/* What nothing can be faster than: copying, unpacking; and the walk alone. */
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "arm64/kernel.h"
#include "walk/walk.h"
#include "bench.h"
#include "dump/blocks.h"
#include "dump/dump_private.h"
#include "dump/format.h"

#define PAGE 4096

static struct dm_error *no_memory(void)
{
	return dm_error_create(DM_ERROR_NO_MEMORY, "no memory for the bench");
}

/* ---- Tables in memory ---------------------------------------------------- */

/*
 * They lie in the order in which the walk asks for them, as a dump's reader
 * hands one after the other out of its buffer: where they lie in the kernel's
 * memory is no matter of classifying them.
 */
struct bench_tables {
	struct dm_source source;
	struct dm_dump *owned; /* for VMCOREINFO */
	struct dm_kernel kernel;
	const struct bench_pages *pages;
	char *data, *copy;
	uint64_t *pas; /* in their order here */
	size_t count, next;
};

static struct dm_error *absent(uint64_t pa)
{
	return dm_error_create(DM_ERROR_ABSENT, "0x%llx is no table",
			       (unsigned long long)pa);
}

/* The first time they are read from the dump. */
static struct dm_error *load_next(struct bench_tables *t, uint64_t pa)
{
	struct dm_source *source = dm_dump_source(t->owned);

	if (t->count == t->pages->count)
		return absent(pa);
	t->pas[t->count] = pa;
	return source->ops->read(source, pa, t->data + t->count++ * PAGE, PAGE,
				 DM_CONTENT_TABLE);
}

static struct dm_error *tables_get(struct dm_source *source, uint64_t pa,
				   size_t size, enum dm_content content,
				   const void **page)
{
	struct bench_tables *t = (struct bench_tables *)source;
	struct dm_error *err = NULL;

	(void)size;
	(void)content;
	if (t->next == t->count)
		err = load_next(t, pa);
	else if (t->pas[t->next] != pa)
		err = absent(pa);
	*page = t->data + t->next++ * PAGE;
	return err;
}

static void tables_put(struct dm_source *source, const void *page)
{
	(void)source;
	(void)page;
}

/* The walk borrows what it can. */
static struct dm_error *tables_read(struct dm_source *source, uint64_t pa,
				    void *buf, size_t size,
				    enum dm_content content)
{
	(void)source;
	(void)buf;
	(void)size;
	(void)content;
	return absent(pa);
}

static struct dm_error *tables_vmcoreinfo(struct dm_source *source,
					  const char **text, size_t *size)
{
	struct bench_tables *t = (struct bench_tables *)source;
	struct dm_source *of_dump = dm_dump_source(t->owned);

	return of_dump->ops->vmcoreinfo(of_dump, text, size);
}

static const struct dm_source_ops tables_ops = {
	.read = tables_read,
	.vmcoreinfo = tables_vmcoreinfo,
	.get_page = tables_get,
	.put_page = tables_put,
};

static struct dm_error *load_tables(struct bench_tables *t)
{
	struct dm_error *err =
		dm_kernel_init(&t->kernel, dm_dump_source(t->owned));
	double took;

	return err ? err : bench_classify(t, &took);
}

struct dm_error *bench_tables_create(struct bench_tables **ret,
				     const char *path,
				     const struct bench_pages *pages)
{
	struct bench_tables *t = calloc(1, sizeof(*t));
	size_t bytes = pages->count * PAGE;
	struct dm_error *err;

	*ret = t;
	if (!t)
		return no_memory();
	t->source.ops = &tables_ops;
	t->pages = pages;
	t->data = aligned_alloc(PAGE, bytes);
	t->copy = aligned_alloc(PAGE, bytes);
	t->pas = calloc(pages->count, sizeof(*t->pas));
	if (!t->data || !t->copy || !t->pas)
		return no_memory();
	/* So that no fault is in the times. */
	memset(t->copy, 1, bytes);
	err = dm_dump_open(&path, 1, NULL, &t->owned);
	return err ? err : load_tables(t);
}

void bench_tables_destroy(struct bench_tables *t)
{
	if (!t)
		return;
	dm_dump_close(t->owned);
	free(t->data);
	free(t->copy);
	free(t->pas);
	free(t);
}

uint64_t bench_tables_sum(const struct bench_tables *t)
{
	const uint64_t *words = (const uint64_t *)t->data;
	size_t i, count = t->pages->count * PAGE / 8;
	uint64_t sum = 0;

	for (i = 0; i < count; i++)
		sum += words[i];
	return sum;
}

double bench_memcpy(struct bench_tables *t)
{
	double start = bench_now();

	memcpy(t->copy, t->data, t->pages->count * PAGE);
	/* Not to be left out as useless. */
	__asm__ volatile("" : : "r"(t->copy) : "memory");
	return bench_now() - start;
}

struct dm_error *bench_classify(struct bench_tables *t, double *ret)
{
	double start = bench_now();
	struct dm_usage usage;
	struct dm_error *err;

	t->next = 0;
	err = dm_walk(&t->source, &t->kernel, NULL, &usage, NULL, NULL);
	*ret = bench_now() - start;
	return err;
}

/* ---- Compressed pages in memory ------------------------------------------ */

struct bench_packed {
	size_t count, used, capacity;
	uint32_t *sizes, *flags;
	unsigned char *data;
	z_stream zlib;
	ZSTD_DCtx *zstd;
};

static struct dm_error *load_page(struct bench_packed *p,
				  const struct kdump_part *part,
				  struct kdump_windows *windows, uint64_t pfn)
{
	struct kdump_place place;
	struct dm_error *err;

	err = dm_kdump_part_locate(part, windows, pfn, &place);
	if (err)
		return err;
	if (p->used + place.size > p->capacity)
		return no_memory();
	p->sizes[p->count] = place.size;
	p->flags[p->count++] = place.flags;
	err = dm_bytes_read(part->bytes, place.data, p->data + p->used,
			    place.size);
	p->used += place.size;
	return err;
}

static struct dm_error *load_packed(struct bench_packed *p,
				    const struct dm_dump *dump,
				    const struct bench_pages *pages)
{
	const struct kdump_set *set = dump->layout;
	struct kdump_windows *windows = calloc(1, sizeof(*windows));
	struct dm_error *err = windows ? NULL : no_memory();
	size_t i;

	for (i = 0; !err && i < pages->count; i++)
		err = load_page(p, &set->parts[0], windows,
				pages->pas[i] / PAGE);
	free(windows);
	return err;
}

struct dm_error *bench_packed_create(struct bench_packed **ret,
				     const char *path,
				     const struct bench_pages *pages)
{
	struct bench_packed *p = calloc(1, sizeof(*p));
	struct dm_error *err;
	struct dm_dump *dump;

	*ret = p;
	if (!p)
		return no_memory();
	/* Pages that did not become smaller are stored as they are. */
	p->capacity = pages->count * PAGE;
	p->sizes = malloc(pages->count * sizeof(*p->sizes));
	p->flags = malloc(pages->count * sizeof(*p->flags));
	p->data = malloc(p->capacity);
	p->zstd = ZSTD_createDCtx();
	if (!p->sizes || !p->flags || !p->data || !p->zstd ||
	    inflateInit(&p->zlib) != Z_OK)
		return no_memory();
	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err)
		return err;
	if (dump->format == &dm_format_kdump)
		err = load_packed(p, dump, pages);
	dm_dump_close(dump);
	if (err ||
	    (p->count && p->flags[0] & (KDUMP_ZLIB | KDUMP_LZO | KDUMP_ZSTD)))
		return err;
	bench_packed_destroy(p);
	*ret = NULL;
	return NULL;
}

void bench_packed_destroy(struct bench_packed *p)
{
	if (!p)
		return;
	inflateEnd(&p->zlib);
	ZSTD_freeDCtx(p->zstd);
	free(p->sizes);
	free(p->flags);
	free(p->data);
	free(p);
}

double bench_packed_mean(const struct bench_packed *p)
{
	return (double)p->used / (double)p->count;
}

static bool unpack(struct bench_packed *p, const unsigned char *in,
		   uint32_t size, uint32_t flags, unsigned char out[PAGE])
{
	lzo_uint got = PAGE;

	if (flags & KDUMP_LZO)
		return lzo1x_decompress_safe(in, size, out, &got, NULL) ==
			       LZO_E_OK &&
		       got == PAGE;
	if (flags & KDUMP_ZSTD)
		return ZSTD_decompressDCtx(p->zstd, out, PAGE, in, size) ==
		       PAGE;
	if (!(flags & KDUMP_ZLIB))
		return true;
	inflateReset(&p->zlib);
	p->zlib.next_in = (unsigned char *)(uintptr_t)in;
	p->zlib.avail_in = size;
	p->zlib.next_out = out;
	p->zlib.avail_out = PAGE;
	return inflate(&p->zlib, Z_FINISH) == Z_STREAM_END;
}

double bench_unpack(struct bench_packed *p)
{
	static unsigned char out[PAGE];
	const unsigned char *in = p->data;
	double start = bench_now();
	size_t i;

	for (i = 0; i < p->count; i++) {
		if (!unpack(p, in, p->sizes[i], p->flags[i], out))
			return -1;
		in += p->sizes[i];
	}
	return bench_now() - start;
}
