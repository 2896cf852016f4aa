// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads of kernel memory through a source that is told what comes next, against
 * reads byte by byte through one that is not.
 */
#include <stdlib.h>

#include "arm64/kernel.h"
#include "fake/fake_kernel.h"
#include "target/kva.h"
#include "util/source.h"
#include "suite.h"

#define PAGES 40

/* Passes reads on; what was announced must be what comes next. */
struct taker {
	struct dm_source source;
	struct fake_kernel *f;
	uint64_t announced[1024];
	size_t count, next;
	size_t runs, longest; /* pages */
};

static struct dm_error *taker_read(struct dm_source *source, uint64_t pa,
				   void *buf, size_t size,
				   enum dm_content content)
{
	struct taker *t = (struct taker *)source;

	if (t->next < t->count)
		CU_ASSERT_EQUAL(pa, t->announced[t->next++]);
	return dm_source_read(&t->f->source, pa, buf, size, content);
}

static void taker_prefetch(struct dm_source *source, const uint64_t *pas,
			   size_t count, size_t size)
{
	struct taker *t = (struct taker *)source;

	CU_ASSERT_EQUAL(size, t->f->page_size);
	CU_ASSERT_FATAL(count > 1 && count <= 1024);
	memcpy(t->announced, pas, count * sizeof(*pas));
	t->count = count;
	t->next = 0;
	t->runs++;
	if (count > t->longest)
		t->longest = count;
}

static struct dm_error *taker_vmcoreinfo(struct dm_source *source,
					 const char **text, size_t *size)
{
	struct taker *t = (struct taker *)source;

	return t->f->source.ops->vmcoreinfo(&t->f->source, text, size);
}

static const struct dm_source_ops taker_ops = {
	.read = taker_read,
	.vmcoreinfo = taker_vmcoreinfo,
	.prefetch = taker_prefetch,
};

struct fixture {
	struct taker taker;
	struct dm_kernel kernel;
	struct kva *at_once, *by_byte;
	uint64_t va;
	size_t size;
};

/* Page @i at @va has its number in each word, and lies behind page @i - 1. */
static void fixture_open(struct fixture *r, unsigned int page_shift,
			 unsigned int va_bits)
{
	struct fake_kernel *f = fake_kernel_create(page_shift, va_bits);
	size_t i, at;
	uint64_t pas[PAGES];

	memset(r, 0, sizeof(*r));
	r->taker = (struct taker){ .source.ops = &taker_ops, .f = f };
	r->va = fake_kernel_data(f);
	r->size = PAGES * f->page_size;
	/* The tables first, so that the pages follow one another. */
	fake_kernel_pa(f, r->va);
	fake_kernel_pa(f, r->va + r->size - 1);
	for (i = 0; i < PAGES; i++) {
		pas[i] = fake_kernel_page(f);
		fake_kernel_map(f, r->va + i * f->page_size, pas[i]);
		for (at = 0; at < f->page_size; at += 64)
			fake_kernel_write_u64(f, r->va + i * f->page_size + at,
					      i << 32 | at);
	}
	suite_no_error(dm_kernel_init(&r->kernel, &f->source));
	suite_no_error(
		dm_kva_create(&r->taker.source, &r->kernel, &r->at_once));
	suite_no_error(dm_kva_create(&f->source, &r->kernel, &r->by_byte));
}

static void fixture_close(struct fixture *r)
{
	dm_kva_destroy(r->at_once);
	dm_kva_destroy(r->by_byte);
	fake_kernel_destroy(r->taker.f);
}

/* The same bytes, or the error that the first bad byte gives. */
static void compare(struct fixture *r, uint64_t va, size_t size)
{
	unsigned char *a = malloc(size), *b = malloc(size);
	struct dm_error *err, *other = NULL;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b);
	err = dm_kva_read(r->at_once, va, a, size, DM_CONTENT_DATA);
	/* After an error nothing more is asked for. */
	CU_ASSERT_TRUE(err || r->taker.next == r->taker.count);
	r->taker.count = r->taker.next = 0;
	for (i = 0; !other && i < size; i++)
		other = dm_kva_read(r->by_byte, va + i, b + i, 1,
				    DM_CONTENT_DATA);
	CU_ASSERT_EQUAL(!err, !other);
	if (err && other) {
		CU_ASSERT_EQUAL(err->code, other->code);
		CU_ASSERT_STRING_EQUAL(err->message, other->message);
	} else if (!err && !other) {
		CU_ASSERT_EQUAL(memcmp(a, b, size), 0);
	}
	dm_error_destroy(err);
	dm_error_destroy(other);
	free(a);
	free(b);
}

/* From and to anywhere. */
static void compare_all(struct fixture *r)
{
	size_t page = r->taker.f->page_size, from, size;
	unsigned int random = 1;
	int i;

	compare(r, r->va, r->size);
	for (i = 0; i < 60; i++) {
		random = random * 1103515245u + 12345u;
		from = (random >> 4) % r->size;
		random = random * 1103515245u + 12345u;
		size = 1 + (random >> 4) % (8 * page);
		if (random & 1)
			from &= ~(page - 1);
		if (random & 2)
			size = (size + page - 1) & ~(page - 1);
		if (size > r->size - from)
			size = r->size - from;
		compare(r, r->va + from, size);
	}
}

static void test_whole(void)
{
	static const unsigned int sizes[][2] = { { 12, 48 },
						 { 14, 47 },
						 { 16, 48 } };
	struct fixture r;
	size_t i;

	for (i = 0; i < 3; i++) {
		fixture_open(&r, sizes[i][0], sizes[i][1]);
		compare_all(&r);
		CU_ASSERT_EQUAL(r.taker.longest, PAGES);
		fixture_close(&r);
	}
}

/* Pages that are missing, mapped nowhere, or elsewhere. */
static void test_holes(void)
{
	struct fixture r;
	size_t page;

	fixture_open(&r, 12, 48);
	page = r.taker.f->page_size;
	fake_kernel_drop(r.taker.f, r.va + 9 * page);
	fake_kernel_unmap(r.taker.f, r.va + 17 * page);
	fake_kernel_map(r.taker.f, r.va + 25 * page,
			fake_kernel_page(r.taker.f));
	fake_kernel_map(r.taker.f, r.va + 33 * page,
			fake_kernel_pa(r.taker.f, r.va + 31 * page));
	compare_all(&r);
	CU_ASSERT_TRUE(r.taker.runs > 0);
	fixture_close(&r);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "pages in a row", test_whole },
		{ "holes", test_holes },
		CU_TEST_INFO_NULL,
	};

	return suite_run("kernel memory", tests);
}
