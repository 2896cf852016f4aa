// SPDX-License-Identifier: GPL-2.0-or-later
/* kallsyms of fake kernels, of each generation, sound and damaged. */
#include <stdlib.h>

#include "arm64/kernel.h"
#include "fake/fake_kallsyms.h"
#include "target/kallsyms/kallsyms.h"
#include "suite.h"

#define SYMBOLS 700
/* Where the symbols begin: anywhere in the image. */
#define DISTANCE UINT64_C(0x2000000)

/* A fake kernel with a table of symbols, and what reads it. */
struct fixture {
	struct fake_kernel *f;
	struct dm_kernel kernel;
	struct kva *kva;
	struct fake_kallsyms k;
	struct dm_symbol_table *table;
	struct fake_symbol symbols[SYMBOLS];
	char names[SYMBOLS][512];
	size_t count;
	uint64_t stext;
};

static void name_symbol(struct fixture *r, uint64_t va, char type,
			const char *name)
{
	struct fake_symbol *s = &r->symbols[r->count];

	strcpy(r->names[r->count++], name);
	*s = (struct fake_symbol){ va, r->names[r->count - 1], type };
}

/* Three at the address of _stext, one twice, one long; 0x10 apart else. */
static void make_symbols(struct fixture *r)
{
	char name[512];
	size_t i;

	name_symbol(r, r->stext, 'T', "_text_first");
	name_symbol(r, r->stext, 'T', "_stext");
	name_symbol(r, r->stext, 'T', "__stext_too");
	for (i = 3; i < SYMBOLS; i++) {
		snprintf(name, sizeof(name), "sys_page_%zu_lock", i);
		if (i == 100 || i == 600)
			strcpy(name, "twice");
		/* No token but single letters is in it. */
		if (i == 300) {
			memset(name, 'x', 128);
			strcpy(name + 127, "");
		}
		name_symbol(r, r->stext + i * 16, i & 1 ? 't' : 'D', name);
	}
}

static void fixture_open(struct fixture *r, unsigned int page_shift,
			 unsigned int va_bits)
{
	memset(r, 0, sizeof(*r));
	r->f = fake_kernel_create(page_shift, va_bits);
	suite_no_error(dm_kernel_init(&r->kernel, &r->f->source));
	suite_no_error(dm_kva_create(&r->f->source, &r->kernel, &r->kva));
	r->stext = fake_kernel_data(r->f) + DISTANCE;
	fake_kernel_line(r->f, "SYMBOL(_stext)=%llx",
			 (unsigned long long)r->stext);
	make_symbols(r);
}

static void fixture_write(struct fixture *r, enum fake_kallsyms_layout layout)
{
	fake_kallsyms_write(r->f, fake_kernel_data(r->f) + 0xfa0, layout,
			    r->symbols, r->count, &r->k);
}

/* Told what dm_kallsyms_create() says of it. */
static struct dm_error *fixture_read(struct fixture *r)
{
	return dm_kallsyms_create(r->kva, &r->f->source, &r->table);
}

static void fixture_close(struct fixture *r)
{
	if (r->table)
		r->table->ops->destroy(r->table);
	dm_kva_destroy(r->kva);
	fake_kernel_destroy(r->f);
}

/* The usual kernel: 4K pages. */
static void fixture_make(struct fixture *r, enum fake_kallsyms_layout layout)
{
	fixture_open(r, 12, 48);
	fixture_write(r, layout);
}

/* ---- Sound tables ------------------------------------------------------- */

static void check_symbol(struct fixture *r, size_t i)
{
	const struct fake_symbol *s = &r->symbols[i];
	uint64_t va = 0, next = i + 1 < r->count ? s[1].va : s->va;
	struct dm_symbol symbol;

	suite_no_error(r->table->ops->find(r->table, s->name, &va));
	CU_ASSERT_EQUAL(va, i == 600 ? r->symbols[100].va : s->va);
	suite_no_error(r->table->ops->at(r->table, s->va, &symbol));
	CU_ASSERT_EQUAL(symbol.va, s->va);
	if (i < 3) {
		CU_ASSERT_STRING_EQUAL(symbol.name, "_text_first");
		CU_ASSERT_EQUAL(symbol.size, r->symbols[3].va - r->stext);
		return;
	}
	CU_ASSERT_STRING_EQUAL(symbol.name, s->name);
	CU_ASSERT_EQUAL(symbol.type, s->type);
	CU_ASSERT_EQUAL(symbol.size, next - s->va);
	if (!symbol.size)
		return;
	suite_no_error(
		r->table->ops->at(r->table, s->va + symbol.size - 1, &symbol));
	CU_ASSERT_EQUAL(symbol.va, s->va);
}

/* Each symbol, or one in @step. */
static void check_all(struct fixture *r, size_t step)
{
	struct dm_symbol symbol;
	size_t i, reads;
	uint64_t va;

	suite_no_error(fixture_read(r));
	CU_ASSERT_PTR_NOT_NULL_FATAL(r->table);
	reads = r->f->reads;
	for (i = 0; i < r->count; i += step)
		check_symbol(r, i);
	suite_error(r->table->ops->find(r->table, "sys_page_", &va),
		    DM_ERROR_NOT_FOUND, "sys_page_");
	suite_error(r->table->ops->find(r->table, "", &va), DM_ERROR_NOT_FOUND,
		    "no symbol");
	suite_error(r->table->ops->at(r->table, r->symbols[0].va - 1, &symbol),
		    DM_ERROR_NOT_FOUND, "outside the kernel image");
	suite_error(r->table->ops->at(r->table, r->symbols[r->count - 1].va + 1,
				      &symbol),
		    DM_ERROR_NOT_FOUND, "outside the kernel image");
	CU_ASSERT_EQUAL(r->f->reads, reads);
}

static void test_layouts(void)
{
	static const unsigned int sizes[][2] = { { 12, 39 }, { 12, 48 },
						 { 14, 36 }, { 14, 47 },
						 { 14, 48 }, { 16, 42 },
						 { 16, 48 } };
	static struct fixture r;
	unsigned int layout;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (layout = 0; layout < FAKE_KALLSYMS_LAYOUTS; layout++) {
			fixture_open(&r, sizes[i][0], sizes[i][1]);
			fixture_write(&r, layout);
			check_all(&r, sizes[i][1] == 48 ? 1 : 50);
			fixture_close(&r);
		}
	}
}

/* Lengths of more than 127 take two bytes since 6.1, and one before. */
static void test_long_names(void)
{
	static const enum fake_kallsyms_layout layouts[] = {
		FAKE_KALLSYMS_6_0, FAKE_KALLSYMS_6_1, FAKE_KALLSYMS_7_3
	};
	static struct fixture r;
	size_t i, length;

	for (i = 0; i < 3; i++) {
		for (length = 120; length <= 511; length += 17) {
			/* 6.0: no name is longer than 127. */
			if (layouts[i] == FAKE_KALLSYMS_6_0 && length > 127)
				break;
			fixture_open(&r, 12, 48);
			memset(r.names[40], 'Y', length);
			r.names[40][length] = '\0';
			fixture_write(&r, layouts[i]);
			check_all(&r, 20);
			fixture_close(&r);
		}
	}
}

/* The same letters in another order: alike to what finds names by their sum. */
static void test_anagrams(void)
{
	unsigned int layout;
	static struct fixture r;
	size_t i, j, n;

	for (layout = 0; layout < FAKE_KALLSYMS_LAYOUTS; layout++) {
		fixture_open(&r, 12, 48);
		for (i = 3; i < SYMBOLS; i++) {
			char left[] = "abcdefg";

			if (i == 100 || i == 600)
				continue;
			for (n = i, j = 0; j < 7; n /= 7 - j, j++) {
				size_t at = n % (7 - j);

				r.names[i][j] = left[at];
				memmove(left + at, left + at + 1, 7 - at);
			}
			strcpy(r.names[i] + 7, "_lock");
		}
		fixture_write(&r, layout);
		check_all(&r, 1);
		fixture_close(&r);
	}
}

/* Clang's link-time optimisation: what was static has a number behind it. */
static void test_suffixes(void)
{
	static struct fixture r;
	struct dm_symbol symbol;
	unsigned int layout;
	uint64_t va;

	for (layout = 0; layout < FAKE_KALLSYMS_LAYOUTS; layout++) {
		fixture_open(&r, 12, 48);
		strcpy(r.names[40], "prog_idr.llvm.1700");
		strcpy(r.names[50], "own");
		strcpy(r.names[60], "own.llvm.7");
		strcpy(r.names[70], ".llvm.7");
		strcpy(r.names[80], "pool.0");
		strcpy(r.names[90], "prog_idr.llvm.9");
		fixture_write(&r, layout);
		suite_no_error(fixture_read(&r));
		suite_no_error(r.table->ops->find(r.table, "prog_idr", &va));
		CU_ASSERT_EQUAL(va, r.symbols[40].va);
		suite_no_error(
			r.table->ops->find(r.table, "prog_idr.llvm.9", &va));
		CU_ASSERT_EQUAL(va, r.symbols[90].va);
		/* The whole name before all that begin so. */
		suite_no_error(r.table->ops->find(r.table, "own", &va));
		CU_ASSERT_EQUAL(va, r.symbols[50].va);
		suite_error(r.table->ops->find(r.table, "prog", &va),
			    DM_ERROR_NOT_FOUND, "no symbol prog");
		suite_error(r.table->ops->find(r.table, "pool", &va),
			    DM_ERROR_NOT_FOUND, "no symbol pool");
		suite_error(r.table->ops->find(r.table, "", &va),
			    DM_ERROR_NOT_FOUND, "no symbol");
		/* The kernel prints names without it. */
		suite_no_error(r.table->ops->at(r.table, r.symbols[90].va + 4,
						&symbol));
		CU_ASSERT_STRING_EQUAL(symbol.name, "prog_idr");
		fixture_close(&r);
	}
}

/* Percpu symbols that stand at 0: below all, and no kernel addresses. */
static void test_absolute(void)
{
	static struct fixture r;
	struct dm_symbol symbol;
	uint64_t va;

	fixture_open(&r, 12, 48);
	r.symbols[0] = (struct fake_symbol){ 0, "first_percpu", 'A' };
	r.symbols[1] = (struct fake_symbol){ 0x40, "other_percpu", 'A' };
	r.symbols[2] = (struct fake_symbol){ r.stext, "_stext", 'T' };
	fixture_write(&r, FAKE_KALLSYMS_6_1_PERCPU);
	suite_no_error(fixture_read(&r));
	suite_no_error(r.table->ops->find(r.table, "other_percpu", &va));
	CU_ASSERT_EQUAL(va, 0x40);
	suite_no_error(r.table->ops->find(r.table, "_stext", &va));
	CU_ASSERT_EQUAL(va, r.stext);
	suite_no_error(r.table->ops->at(r.table, r.symbols[9].va, &symbol));
	CU_ASSERT_STRING_EQUAL(symbol.name, r.symbols[9].name);
	fixture_close(&r);
}

/* ---- Damaged ones ------------------------------------------------------- */

static void expect(struct fixture *r, enum dm_error_code code, const char *part)
{
	suite_error(fixture_read(r), code, part);
	CU_ASSERT_PTR_NULL(r->table);
	fixture_close(r);
}

/* ---- Without lines ------------------------------------------------------- */

#define PXN (UINT64_C(1) << 53)

/* As before 6.0: a page of text, and the tables at once in the data behind. */
static void fixture_make_old(struct fixture *r)
{
	static const char *const keys[] = {
		"SYMBOL(kallsyms_names)",
		"SYMBOL(kallsyms_num_syms)",
		"SYMBOL(kallsyms_token_table)",
		"SYMBOL(kallsyms_token_index)",
		"SYMBOL(kallsyms_offsets)",
		"SYMBOL(kallsyms_relative_base)",
	};
	uint64_t page, va;
	size_t i;

	fixture_open(r, 12, 48);
	page = r->stext & ~UINT64_C(0xfff);
	fake_kernel_pa(r->f, page);
	fake_kernel_write_u64(r->f, page + 0x1000, 0);
	fake_kallsyms_write(r->f, page + 0x1fa0, FAKE_KALLSYMS_6_0, r->symbols,
			    r->count, &r->k);
	for (va = page + 0x1000; va <= r->k.token_index + 512; va += 0x1000)
		fake_kernel_set(r->f, va, PXN);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		fake_kernel_drop_line(r->f, keys[i]);
}

static void test_search(void)
{
	static struct fixture r;
	size_t i;

	fixture_make_old(&r);
	suite_no_error(fixture_read(&r));
	CU_ASSERT_PTR_NOT_NULL_FATAL(r.table);
	for (i = 0; i < r.count; i++)
		check_symbol(&r, i);
	fixture_close(&r);
}

/* What is found must hold in every part. */
static void test_search_in_vain(void)
{
	static struct fixture r;

	fixture_make_old(&r);
	fake_kernel_drop(r.f, r.k.names);
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	fixture_make_old(&r);
	fake_kernel_write_u32(r.f, r.k.markers + 4, 1);
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	fixture_make_old(&r);
	fake_kernel_write_u16(r.f, r.k.token_index + 300, 1);
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	fixture_make_old(&r);
	fake_kernel_write_u32(r.f, r.k.num_syms, 0xffffffff);
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	fixture_make_old(&r);
	fake_kernel_write_u64(r.f, r.k.relative_base, r.stext + 1);
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	/* It contradicts VMCOREINFO. */
	fixture_make_old(&r);
	fake_kernel_write_u64(r.f, r.k.relative_base, r.stext - 0x1000);
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	/* In text nothing is sought. */
	fixture_make_old(&r);
	fake_kernel_clear(r.f, r.k.token_index, PXN);
	fake_kernel_unmap(r.f, (r.stext & ~UINT64_C(0xfff)) + 0x1000);
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	fixture_make_old(&r);
	fake_kernel_drop_line(r.f, "SYMBOL(_stext)");
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
}

static void test_no_lines(void)
{
	static struct fixture r;

	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_drop_line(r.f, "SYMBOL(kallsyms_names)");
	expect(&r, DM_ERROR_NOT_FOUND, "SYMBOL(kallsyms_names)");
	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_drop_line(r.f, "SYMBOL(kallsyms_offsets)");
	expect(&r, DM_ERROR_BAD_DUMP, "SYMBOL(kallsyms_offsets)");
	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_drop_line(r.f, "SYMBOL(kallsyms_num_syms)");
	expect(&r, DM_ERROR_BAD_DUMP, "SYMBOL(kallsyms_num_syms)");
}

static void test_counts(void)
{
	/* None, one too few, one too many, many too many, absurd. */
	static const uint32_t counts[] = { 0,	   SYMBOLS - 1, SYMBOLS + 1,
					   100000, 1u << 24,	UINT32_MAX };
	static struct fixture r;
	unsigned int layout;
	size_t i;

	for (layout = 0; layout < FAKE_KALLSYMS_LAYOUTS; layout++) {
		for (i = 0; i < 6; i++) {
			/* A table that stands apart fits fewer names too. */
			if (layout == FAKE_KALLSYMS_OFFSETS_LINE && i == 1)
				continue;
			fixture_make(&r, layout);
			fake_kernel_write_u32(r.f, r.k.num_syms, counts[i]);
			expect(&r, DM_ERROR_BAD_DUMP, "kallsyms in the dump");
		}
	}
}

static void test_absent_pages(void)
{
	static struct fixture r;

	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_drop(r.f, r.k.names + 4096);
	expect(&r, DM_ERROR_ABSENT, "names of kallsyms");
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_unmap(r.f, r.k.names + 4096);
	expect(&r, DM_ERROR_NOT_FOUND, "names of kallsyms");
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_drop(r.f, r.k.addresses + 2000);
	expect(&r, DM_ERROR_ABSENT, "not in the dump");
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_drop(r.f, r.k.num_syms);
	expect(&r, DM_ERROR_ABSENT, "not in the dump");
}

/* Neither markers nor a table of places that all names agree with. */
static void test_names_offsets(void)
{
	static const enum fake_kallsyms_layout layouts[] = {
		FAKE_KALLSYMS_OFFSETS, FAKE_KALLSYMS_OFFSETS_LINE
	};
	static struct fixture r;
	size_t i;

	for (i = 0; i < 2; i++) {
		fixture_make(&r, layouts[i]);
		fake_kernel_write(r.f, r.k.names_offsets + 3 * 650, "\1\2\3",
				  3);
		expect(&r, DM_ERROR_BAD_DUMP, "kallsyms in the dump");
	}
	fixture_make(&r, FAKE_KALLSYMS_OFFSETS_LINE);
	fake_kernel_drop_line(r.f, "SYMBOL(kallsyms_names_offsets)");
	expect(&r, DM_ERROR_BAD_DUMP, "kallsyms in the dump");
	fixture_make(&r, FAKE_KALLSYMS_OFFSETS_LINE);
	fake_kernel_drop_line(r.f, "SYMBOL(kallsyms_names_offsets)");
	fake_kernel_line(r.f, "SYMBOL(kallsyms_names_offsets)=%llx",
			 ~0xffffULL);
	expect(&r, DM_ERROR_BAD_DUMP, "kallsyms in the dump");
}

static void test_tokens(void)
{
	static struct fixture r;

	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write_u16(r.f, r.k.token_index + 2 * 77, 0xffff);
	expect(&r, DM_ERROR_BAD_DUMP, "token 77 begins at byte 65535");
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write_u16(r.f, r.k.token_index, 1);
	expect(&r, DM_ERROR_BAD_DUMP, "token 0 begins at byte 1");
	/* The last one, "init_", without its NUL, and what follows it. */
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write_u64(r.f, r.k.token_index - 8,
			      UINT64_C(0x4141414141414141));
	expect(&r, DM_ERROR_BAD_DUMP, "token");
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write(r.f, r.k.token_table, "\033[", 2);
	expect(&r, DM_ERROR_BAD_DUMP, "token 0 has other bytes");
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_drop_line(r.f, "SYMBOL(kallsyms_token_index)");
	fake_kernel_line(r.f, "SYMBOL(kallsyms_token_index)=%llx",
			 (unsigned long long)r.k.token_table - 512);
	expect(&r, DM_ERROR_BAD_DUMP, "no token table fits");
}

/* The VA of name @i. */
static uint64_t name_va(struct fixture *r, size_t i)
{
	uint64_t va = r->k.names;

	while (i--) {
		uint64_t pa = fake_kernel_pa(r->f, va);
		unsigned char length = 0;

		suite_no_error(r->f->source.ops->read(
			&r->f->source, pa, &length, 1, DM_CONTENT_DATA));
		/* The long one has 128 tokens: 0x80, 0x01. */
		va += length + (length & 0x80 ? 2u : 1u);
	}
	return va;
}

static void test_names(void)
{
	static struct fixture r;

	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_write(r.f, r.k.names, "", 1);
	expect(&r, DM_ERROR_BAD_DUMP, "name 0 has no length");
	/* The second marker. */
	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_write_u32(r.f, r.k.markers + 4, 17);
	expect(&r, DM_ERROR_BAD_DUMP, "its marker says 17");
	/* The last one runs into the token table. */
	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_write(r.f, name_va(&r, SYMBOLS - 1), "\xff\x7f", 2);
	expect(&r, DM_ERROR_BAD_DUMP, "names do not fit before");
	/* All lengths are as long as can be. */
	fixture_make(&r, FAKE_KALLSYMS_7_3);
	memset(r.names[0], '\xff', 511);
	fake_kernel_write(r.f, r.k.names, r.names[0], 511);
	expect(&r, DM_ERROR_BAD_DUMP, "kallsyms in the dump");
}

/* A name of the right length in tokens, and too long in letters. */
static void test_spelled_too_long(void)
{
	static struct fixture r;
	struct dm_symbol symbol;
	unsigned char zeros[500];
	uint64_t at;

	fixture_open(&r, 12, 48);
	memset(r.names[5], 'q', 500);
	fixture_write(&r, FAKE_KALLSYMS_7_3);
	at = name_va(&r, 5);
	memset(zeros, 2, sizeof(zeros)); /* "sys_" each */
	fake_kernel_write(r.f, at + 2, zeros, sizeof(zeros));
	suite_no_error(fixture_read(&r));
	suite_error(r.table->ops->at(r.table, r.symbols[5].va, &symbol),
		    DM_ERROR_BAD_DUMP, "symbol 5 is longer");
	suite_no_error(r.table->ops->at(r.table, r.symbols[6].va, &symbol));
	CU_ASSERT_STRING_EQUAL(symbol.name, r.symbols[6].name);
	fixture_close(&r);
}

static void test_addresses(void)
{
	static struct fixture r;

	/* Symbol 9 above symbol 10. */
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write_u32(r.f, r.k.addresses + 4 * 9, 0x7fffffff);
	expect(&r, DM_ERROR_BAD_DUMP, "symbol 10 is at");
	/* User space. */
	fixture_make(&r, FAKE_KALLSYMS_6_1_PLAIN);
	fake_kernel_write_u64(r.f, r.k.addresses, 0x400000);
	expect(&r, DM_ERROR_BAD_DUMP, "symbol 0 is at 0x400000");
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write_u64(r.f, r.k.relative_base, 0);
	expect(&r, DM_ERROR_BAD_DUMP, "no address of the kernel's");
	/* Beyond the last address there is. */
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write_u64(r.f, r.k.relative_base, UINT64_MAX - 64);
	expect(&r, DM_ERROR_BAD_DUMP, "below the one before it");
}

static void test_contradiction(void)
{
	static struct fixture r;

	/* As if it had not been relocated. */
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_write_u64(r.f, r.k.relative_base, r.stext - 0x200000);
	expect(&r, DM_ERROR_BAD_DUMP, "they have _stext at");
	/* Offsets from a base, and the line of the base is gone. */
	fixture_make(&r, FAKE_KALLSYMS_6_4);
	fake_kernel_drop_line(r.f, "SYMBOL(kallsyms_relative_base)");
	expect(&r, DM_ERROR_BAD_DUMP, "they have _stext at");
	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_line(r.f, "SYMBOL(init_uts_ns)=%llx",
			 (unsigned long long)r.symbols[9].va);
	/* Unknown to the table: nothing can be said. */
	suite_no_error(fixture_read(&r));
	fixture_close(&r);
	fixture_open(&r, 12, 48);
	strcpy(r.names[8], "init_uts_ns");
	fixture_write(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_line(r.f, "SYMBOL(init_uts_ns)=%llx",
			 (unsigned long long)r.symbols[9].va);
	expect(&r, DM_ERROR_BAD_DUMP, "they have init_uts_ns at");
	/* Nothing to compare with. */
	fixture_make(&r, FAKE_KALLSYMS_7_3);
	fake_kernel_drop_line(r.f, "SYMBOL(_stext)");
	expect(&r, DM_ERROR_BAD_DUMP, "none of the symbols");
}

/* One byte at @va is another; told which it was. */
static unsigned char put_byte(struct fixture *r, uint64_t va,
			      unsigned char byte)
{
	uint64_t pa = fake_kernel_pa(r->f, va);
	unsigned char old = 0;

	suite_no_error(r->f->source.ops->read(&r->f->source, pa, &old, 1,
					      DM_CONTENT_DATA));
	fake_kernel_write(r->f, va, &byte, 1);
	return old;
}

/* What is not refused can be asked: the sanitizers see what that does. */
static bool is_refused(struct fixture *r)
{
	struct dm_symbol symbol;
	struct dm_error *err;
	uint64_t va;
	size_t i;

	/* Without what it keeps of the pages. */
	dm_kva_destroy(r->kva);
	suite_no_error(dm_kva_create(&r->f->source, &r->kernel, &r->kva));
	err = fixture_read(r);
	if (err) {
		dm_error_destroy(err);
		return true;
	}
	for (i = 0; i < r->count; i += 7) {
		dm_error_destroy(
			r->table->ops->at(r->table, r->symbols[i].va, &symbol));
		dm_error_destroy(
			r->table->ops->find(r->table, r->symbols[i].name, &va));
	}
	r->table->ops->destroy(r->table);
	r->table = NULL;
	return false;
}

static void test_random_damage(void)
{
	unsigned int layout, i, random = 1, refused = 0;
	static struct fixture r;

	for (layout = 0; layout < FAKE_KALLSYMS_LAYOUTS; layout++) {
		fixture_make(&r, layout);
		for (i = 0; i < 200; i++) {
			uint64_t first = r.k.addresses < r.k.num_syms
						 ? r.k.addresses
						 : r.k.num_syms;
			unsigned char old;
			uint64_t va;

			random = random * 1103515245u + 12345u;
			va = first + (random >> 8) % 0x3400;
			old = put_byte(&r, va, (unsigned char)(random >> 24));
			refused += is_refused(&r);
			put_byte(&r, va, old);
		}
		CU_ASSERT_FALSE(is_refused(&r));
		fixture_close(&r);
	}
	CU_ASSERT_TRUE(refused > 300);
	CU_ASSERT_TRUE(refused < 1400);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "each layout, each page size", test_layouts },
		{ "lengths of one and two bytes", test_long_names },
		{ "the same letters in another order", test_anagrams },
		{ "suffixes of link-time optimisation", test_suffixes },
		{ "absolute percpu symbols", test_absolute },
		{ "VMCOREINFO lines missing", test_no_lines },
		{ "counts that cannot be", test_counts },
		{ "pages that are not there", test_absent_pages },
		{ "places of names that cannot be", test_names_offsets },
		{ "token tables that cannot be", test_tokens },
		{ "names that cannot be", test_names },
		{ "a name too long when spelled out", test_spelled_too_long },
		{ "addresses that cannot be", test_addresses },
		{ "contradictions to VMCOREINFO", test_contradiction },
		{ "random damage", test_random_damage },
		{ "search without lines", test_search },
		{ "search in vain", test_search_in_vain },
		CU_TEST_INFO_NULL,
	};

	return suite_run("kallsyms", tests);
}
