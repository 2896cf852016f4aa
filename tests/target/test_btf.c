// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BTF made by hand: what every kind means, and that nothing in damaged BTF is
 * believed. That real BTF agrees with DWARF is tests/lab/btf's matter.
 */
#include "suite.h"

#include "target/btf/btf.h"
#include "fake/btf_blob.h"

static struct blob blob; /* of the running test; too large for a stack */

static struct dm_error *create(const struct blob *b, struct dm_type_table **ret)
{
	size_t size;
	unsigned char *bytes = blob_bytes(b, &size);
	struct dm_error *err = dm_btf_create(bytes, size, ret);

	free(bytes);
	return err;
}

static struct dm_type_table *table_of(const struct blob *b)
{
	struct dm_type_table *table = NULL;

	suite_no_error(create(b, &table));
	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	return table;
}

static void destroy(struct dm_type_table *table)
{
	table->ops->destroy(table);
}

static void check_size(struct dm_type_table *t, const char *type, uint64_t want)
{
	uint64_t size = ~UINT64_C(0);

	suite_no_error(t->ops->size(t, type, &size));
	CU_ASSERT_EQUAL(size, want);
}

static void check_no_size(struct dm_type_table *t, const char *type,
			  enum dm_error_code code, const char *part)
{
	uint64_t size;

	suite_error(t->ops->size(t, type, &size), code, part);
}

static void check_member(struct dm_type_table *t, const char *type,
			 const char *path, uint64_t offset, uint64_t size,
			 unsigned int bit_offset, unsigned int bit_size)
{
	struct dm_member m = { 0 };

	suite_no_error(t->ops->member(t, type, path, &m));
	if (m.offset != offset || m.size != size ||
	    m.bit_offset != bit_offset || m.bit_size != bit_size)
		fprintf(stderr, "    %s %s: %llu %llu %u %u\n", type, path,
			(unsigned long long)m.offset,
			(unsigned long long)m.size, m.bit_offset, m.bit_size);
	CU_ASSERT_EQUAL(m.offset, offset);
	CU_ASSERT_EQUAL(m.size, size);
	CU_ASSERT_EQUAL(m.bit_offset, bit_offset);
	CU_ASSERT_EQUAL(m.bit_size, bit_size);
}

static void check_no_member(struct dm_type_table *t, const char *type,
			    const char *path, enum dm_error_code code,
			    const char *part)
{
	struct dm_member m;

	suite_error(t->ops->member(t, type, path, &m), code, part);
}

static void check_value(struct dm_type_table *t, const char *name, int64_t want)
{
	int64_t value = 4242;

	suite_no_error(t->ops->enumerator(t, name, &value));
	CU_ASSERT_EQUAL(value, want);
}

/*
 * All kinds, and a struct with most of what C has:
 *	struct page {
 *		u64 flags;				0
 *		union {					8
 *			struct { struct list_head lru; };
 *			struct { int a; const int b[2][3]; };
 *		};
 *		struct { char c; int d; } named;	40
 *		mem_t mem[3];				48
 *		struct page *next;			72
 *		struct list_head tail[];		80
 *	};
 */
enum {
	T_INT = 1,
	T_CHAR,
	T_LONG,
	T_U64,
	T_LIST,
	T_LIST_PTR,
	T_CONST_INT,
	T_ROW,
	T_ROWS,
	T_LRU,
	T_AB,
	T_UNION,
	T_NAMED,
	T_MEM,
	T_MEM_T,
	T_MEMS,
	T_PAGE_PTR,
	T_TAIL,
	T_PAGE,
};

static void add_parts(struct blob *b)
{
	blob_int(b, "int", 4, 0, 32);
	blob_int(b, "char", 1, 0, 8);
	blob_int(b, "long unsigned int", 8, 0, 64);
	blob_type(b, TYPEDEF, "u64", 0, T_LONG);
	blob_type(b, STRUCT, "list_head", 2, 16);
	blob_member(b, "next", T_LIST_PTR, 0);
	blob_member(b, "prev", T_LIST_PTR, 64);
	blob_type(b, PTR, NULL, 0, T_LIST);
	blob_type(b, CONST, NULL, 0, T_INT);
	blob_array(b, T_CONST_INT, 3);
	blob_array(b, T_ROW, 2);
	blob_type(b, STRUCT, NULL, 1, 16);
	blob_member(b, "lru", T_LIST, 0);
	blob_type(b, STRUCT, NULL, 2, 28);
	blob_member(b, "a", T_INT, 0);
	blob_member(b, "b", T_ROWS, 32);
	blob_type(b, UNION, NULL, 2, 32);
	blob_member(b, NULL, T_LRU, 0);
	blob_member(b, NULL, T_AB, 0);
	blob_type(b, STRUCT, NULL, 2, 8);
	blob_member(b, "c", T_CHAR, 0);
	blob_member(b, "d", T_INT, 32);
	blob_type(b, STRUCT, NULL, 2, 8);
	blob_member(b, "base", T_INT, 0);
	blob_member(b, "size", T_INT, 32);
	blob_type(b, TYPEDEF, "mem_t", 0, T_MEM);
	blob_array(b, T_MEM_T, 3);
	blob_type(b, PTR, NULL, 0, T_PAGE);
	blob_array(b, T_LIST, 0);
}

static void make_page(struct blob *b)
{
	blob_init(b);
	add_parts(b);
	CU_ASSERT_EQUAL(blob_type(b, STRUCT, "page", 6, 80), T_PAGE);
	blob_member(b, "flags", T_U64, 0);
	blob_member(b, NULL, T_UNION, 64);
	blob_member(b, "named", T_NAMED, 320);
	blob_member(b, "mem", T_MEMS, 384);
	blob_member(b, "next", T_PAGE_PTR, 576);
	blob_member(b, "tail", T_TAIL, 640);
}

/* The kinds that struct page does not have. */
static void add_other_kinds(struct blob *b)
{
	uint32_t id;

	blob_type(b, FWD, "elsewhere", 0, 0);
	id = blob_type(b, TYPE_TAG, "user", 0, T_INT);
	id = blob_type(b, VOLATILE, NULL, 0, id);
	id = blob_type(b, RESTRICT, NULL, 0, id);
	blob_type(b, TYPEDEF, "chain_t", 0, id);
	id = blob_type(b, FUNC_PROTO, NULL, 2, T_INT);
	blob_value(b, "x", T_INT);
	blob_value(b, NULL, 0);
	blob_type(b, FUNC, "function", 1, id);
	id = blob_type(b, VAR, "variable", 0, T_INT);
	blob_u32(b, 1);
	blob_type(b, DATASEC, ".data", 1, 4);
	blob_u32(b, id);
	blob_u32(b, 0);
	blob_u32(b, 4);
	blob_type(b, FLOAT, "double", 0, 8);
	blob_type(b, DECL_TAG, "tag", 0, T_PAGE);
	blob_u32(b, 0xffffffff);
	blob_type(b, UNION, "either", 2, 8);
	blob_member(b, "whole", T_U64, 0);
	blob_member(b, "parts", T_NAMED, 0);
	blob_type(b, TYPEDEF, "nothing_t", 0, 0);
	id = blob_array(b, T_PAGE, 5);
	blob_type(b, TYPEDEF, "pages_t", 0, id);
	blob_type(b, TYPEDEF, "page_ptr", 0, T_PAGE_PTR);
	blob_type(b, ENUM, "small", FLAG | 2, 1);
	blob_value(b, "SMALL_A", 7);
	blob_value(b, "SMALL_B", 0xfffffffe);
	blob_type(b, ENUM64, "large", 1, 8);
	blob_value64(b, "LARGE", 0x100000002);
}

static void test_kinds(void)
{
	struct dm_type_table *t;

	make_page(&blob);
	add_other_kinds(&blob);
	t = table_of(&blob);
	check_size(t, "int", 4);
	check_size(t, "long unsigned int", 8);
	check_size(t, "u64", 8);
	check_size(t, "struct list_head", 16);
	check_size(t, "struct page", 80);
	check_size(t, "union either", 8);
	check_size(t, "mem_t", 8);
	check_size(t, "chain_t", 4);
	check_size(t, "double", 8);
	check_size(t, "pages_t", 400);
	check_size(t, "page_ptr", 8);
	check_size(t, "enum small", 1);
	check_size(t, "enum large", 8);
	check_value(t, "SMALL_B", -2);
	check_value(t, "LARGE", 0x100000002);
	check_member(t, "union either", "parts.d", 4, 4, 0, 0);
	/* Names of the wrong kind, and no names. */
	check_no_size(t, "struct either", DM_ERROR_NOT_FOUND, "struct either");
	check_no_size(t, "page", DM_ERROR_NOT_FOUND, "page");
	check_no_size(t, "union page", DM_ERROR_NOT_FOUND, "union page");
	check_no_size(t, "struct u64", DM_ERROR_NOT_FOUND, "struct u64");
	check_no_size(t, "function", DM_ERROR_NOT_FOUND, "function");
	check_no_size(t, "struct elsewhere", DM_ERROR_NOT_FOUND, "elsewhere");
	check_no_size(t, "struct ", DM_ERROR_NOT_FOUND, "no type");
	check_no_size(t, "", DM_ERROR_NOT_FOUND, "no type");
	check_no_size(t, "nothing_t", DM_ERROR_NOT_FOUND, "no size");
	destroy(t);
}

static void test_members(void)
{
	struct dm_type_table *t;

	make_page(&blob);
	t = table_of(&blob);
	check_member(t, "struct page", "flags", 0, 8, 0, 0);
	check_member(t, "struct page", "lru", 8, 16, 0, 0);
	check_member(t, "struct page", "lru.prev", 16, 8, 0, 0);
	check_member(t, "struct page", "a", 8, 4, 0, 0);
	check_member(t, "struct page", "b", 12, 24, 0, 0);
	check_member(t, "struct page", "b[1]", 24, 12, 0, 0);
	check_member(t, "struct page", "b[1][2]", 32, 4, 0, 0);
	check_member(t, "struct page", "named", 40, 8, 0, 0);
	check_member(t, "struct page", "named.d", 44, 4, 0, 0);
	check_member(t, "struct page", "mem", 48, 24, 0, 0);
	check_member(t, "struct page", "mem[2].size", 68, 4, 0, 0);
	check_member(t, "struct page", "tail", 80, 0, 0, 0);
	check_member(t, "struct page", "tail[3].prev", 136, 8, 0, 0);
	check_member(t, "mem_t", "size", 4, 4, 0, 0);
	destroy(t);
}

static void test_no_members(void)
{
	static const char *const nonsense[] = {
		"",	  ".",	     "flags.",	".flags",   "mem[",
		"mem[]",  "mem[x]",  "mem[1",	"mem[1]x",  "mem]",
		"flags ", "mem[-1]", "mem[ 1]", "mem..base"
	};
	struct dm_type_table *t;
	size_t i;

	make_page(&blob);
	t = table_of(&blob);
	check_no_member(t, "struct page", "c", DM_ERROR_NOT_FOUND, "member c");
	check_no_member(t, "struct page", "flag", DM_ERROR_NOT_FOUND, "flag");
	check_no_member(t, "struct page", "flagss", DM_ERROR_NOT_FOUND,
			"flagss");
	check_no_member(t, "struct page", "next.flags", DM_ERROR_NOT_FOUND,
			"pointer");
	check_no_member(t, "struct page", "flags.x", DM_ERROR_NOT_FOUND,
			"no struct");
	check_no_member(t, "struct page", "mem.base", DM_ERROR_NOT_FOUND,
			"no struct");
	check_no_member(t, "struct page", "mem[3]", DM_ERROR_NOT_FOUND,
			"3 elements");
	check_no_member(t, "struct page", "b[0][3]", DM_ERROR_NOT_FOUND,
			"3 elements");
	check_no_member(t, "struct page", "flags[0]", DM_ERROR_NOT_FOUND,
			"no array");
	check_no_member(t, "struct page", "mem[18446744073709551617]",
			DM_ERROR_INVALID_ARGUMENT, "path");
	check_no_member(t, "struct nope", "x", DM_ERROR_NOT_FOUND, "nope");
	check_no_member(t, "int", "x", DM_ERROR_NOT_FOUND, "no struct");
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		check_no_member(t, "struct page", nonsense[i],
				DM_ERROR_INVALID_ARGUMENT, "path");
	destroy(t);
}

#define BITS(width, offset) ((uint32_t)(width) << 24 | (offset))

static void test_bitfields(void)
{
	struct dm_type_table *t;
	uint32_t id;

	blob_init(&blob);
	blob_int(&blob, "int", 4, 0, 32);
	blob_int(&blob, "u8", 1, 0, 8);
	blob_type(&blob, ENUM, "e", 1, 4);
	blob_value(&blob, "E", 1);
	id = blob_type(&blob, STRUCT, NULL, FLAG | 1, 4);
	blob_member(&blob, "inner", 1, BITS(5, 27));
	/* int a:3, b:29, c; enum e d:16; struct { int :27, inner:5; }; */
	blob_type(&blob, STRUCT, "s", FLAG | 6, 20);
	blob_member(&blob, "a", 1, BITS(3, 0));
	blob_member(&blob, "b", 1, BITS(29, 3));
	blob_member(&blob, "c", 1, BITS(0, 32));
	blob_member(&blob, "d", 3, BITS(16, 80));
	blob_member(&blob, NULL, 1, BITS(4, 96));
	blob_member(&blob, NULL, id, BITS(0, 128));
	/* Packed: one across its unit, one whose unit ends past the struct. */
	blob_type(&blob, STRUCT, "packed", FLAG | 3, 7);
	blob_member(&blob, "x", 1, BITS(24, 0));
	blob_member(&blob, "across", 1, BITS(20, 25));
	blob_member(&blob, "last", 1, BITS(4, 52));
	t = table_of(&blob);
	check_member(t, "struct s", "a", 0, 4, 0, 3);
	check_member(t, "struct s", "b", 0, 4, 3, 29);
	check_member(t, "struct s", "c", 4, 4, 0, 0);
	check_member(t, "struct s", "d", 8, 4, 16, 16);
	check_member(t, "struct s", "inner", 16, 4, 27, 5);
	check_member(t, "struct packed", "across", 3, 3, 1, 20);
	check_member(t, "struct packed", "last", 6, 1, 4, 4);
	check_no_member(t, "struct s", "d.x", DM_ERROR_NOT_FOUND, "no struct");
	check_no_member(t, "struct s", "a[0]", DM_ERROR_NOT_FOUND, "no array");
	destroy(t);
}

/* Without kind_flag: an integer of fewer bits, perhaps with an offset. */
static void test_old_bitfields(void)
{
	struct dm_type_table *t;
	uint32_t id;

	blob_init(&blob);
	blob_int(&blob, "int", 4, 0, 32);
	blob_int(&blob, NULL, 4, 0, 3);
	blob_int(&blob, NULL, 4, 3, 29);
	id = blob_type(&blob, TYPEDEF, "bits_t", 0, 3);
	blob_type(&blob, STRUCT, "s", 5, 20);
	blob_member(&blob, "a", 2, 0);
	blob_member(&blob, "b", id, 0);
	blob_member(&blob, "c", 1, 32);
	blob_member(&blob, "d", 2, 70);
	/* All bits, but at none that a whole integer can be at. */
	blob_member(&blob, "e", 1, 99);
	t = table_of(&blob);
	check_member(t, "struct s", "a", 0, 4, 0, 3);
	check_member(t, "struct s", "b", 0, 4, 3, 29);
	check_member(t, "struct s", "c", 4, 4, 0, 0);
	check_member(t, "struct s", "d", 8, 4, 6, 3);
	check_member(t, "struct s", "e", 12, 5, 3, 32);
	destroy(t);
}

static void test_enums(void)
{
	struct dm_type_table *t;
	char name[16];

	blob_init(&blob);
	blob_type(&blob, ENUM, "plain", 3, 4);
	blob_value(&blob, "A", 0);
	blob_value(&blob, "B", 0xffffffff);
	blob_value(&blob, "TWICE", 3);
	blob_type(&blob, ENUM, NULL, FLAG | 3, 4);
	blob_value(&blob, "MINUS", 0xffffffff);
	blob_value(&blob, "TWICE", 3);
	blob_value(&blob, "B_", 1);
	blob_type(&blob, ENUM64, "wide", 1, 8);
	blob_value64(&blob, "WIDE", 0xfedcba9876543210);
	blob_type(&blob, ENUM64, "wide_signed", FLAG | 1, 8);
	blob_value64(&blob, "WIDE_MINUS", -5);
	blob_type(&blob, ENUM, "other", 1, 4);
	blob_value(&blob, "A", 1);
	blob_type(&blob, TYPEDEF, "plain_t", 0, 1);
	blob_type(&blob, ENUM, "escape", FLAG | 1, 4);
	blob_value(&blob, "X\033[2J", 9);
	t = table_of(&blob);
	check_value(t, "B", 0xffffffff);
	check_value(t, "MINUS", -1);
	check_value(t, "TWICE", 3);
	check_value(t, "WIDE", (int64_t)0xfedcba9876543210);
	check_value(t, "WIDE_MINUS", -5);
	suite_error(t->ops->enumerator(t, "A", &(int64_t){ 0 }),
		    DM_ERROR_UNSUPPORTED, "A is 0 and 1");
	suite_error(t->ops->enumerator(t, "C", &(int64_t){ 0 }),
		    DM_ERROR_NOT_FOUND, "C");
	suite_no_error(t->ops->enumerator_name(t, "enum plain", 0xffffffff,
					       name, sizeof(name)));
	CU_ASSERT_STRING_EQUAL(name, "B");
	suite_no_error(t->ops->enumerator_name(t, "plain_t", 3, name, 4));
	CU_ASSERT_STRING_EQUAL(name, "TWI");
	suite_no_error(t->ops->enumerator_name(t, "enum wide_signed", -5, name,
					       sizeof(name)));
	CU_ASSERT_STRING_EQUAL(name, "WIDE_MINUS");
	suite_no_error(t->ops->enumerator_name(t, "enum escape", 9, name, 16));
	CU_ASSERT_STRING_EQUAL(name, "X?[2J");
	suite_error(t->ops->enumerator_name(t, "enum plain", -1, name, 16),
		    DM_ERROR_NOT_FOUND, "-1");
	suite_error(t->ops->enumerator_name(t, "enum nope", 0, name, 16),
		    DM_ERROR_NOT_FOUND, "nope");
	destroy(t);
}

/* Where no enum says that it is signed, all are (before 6.0). */
static void test_old_enums(void)
{
	struct dm_type_table *t;

	blob_init(&blob);
	blob_type(&blob, ENUM, "plain", 2, 4);
	blob_value(&blob, "MINUS", 0xffffffff);
	blob_value(&blob, "TWO", 2);
	t = table_of(&blob);
	check_value(t, "MINUS", -1);
	check_value(t, "TWO", 2);
	destroy(t);
}

static void test_namesakes(void)
{
	struct dm_type_table *t;

	blob_init(&blob);
	blob_type(&blob, FWD, "s", 0, 0);
	blob_type(&blob, UNION, "s", 0, 3);
	blob_type(&blob, STRUCT, "s", 0, 1);
	blob_type(&blob, STRUCT, "s", 0, 2);
	blob_type(&blob, FWD, "s", 0, 0);
	t = table_of(&blob);
	check_size(t, "struct s", 1);
	check_size(t, "union s", 3);
	destroy(t);
}

/* The @n-th order of the letters of "abcdef". */
static const char *anagram(unsigned int n, char name[8])
{
	char left[] = "abcdef";
	size_t i, size;

	for (size = 6, i = 0; size; size--, i++) {
		size_t at = n % size;

		name[i] = left[at];
		memmove(left + at, left + at + 1, size - at);
		n /= (unsigned int)size;
	}
	name[6] = '\0';
	return name;
}

/* What the names are found by does not tell those apart (name_prints.h). */
static void test_lookalikes(void)
{
	char name[80], word[8];
	struct dm_type_table *t;
	unsigned int i;

	blob_init(&blob);
	for (i = 0; i < 200; i++) {
		blob_type(&blob, i & 1 ? STRUCT : FWD, anagram(i, word), 0, i);
		blob_type(&blob, ENUM, NULL, i % 3, 4);
		if (i % 3 > 0)
			blob_value(&blob, anagram(i, word), i);
		if (i % 3 > 1)
			blob_value(&blob, anagram(i + 200, word), i + 200);
	}
	for (i = 0; i < 4; i++) {
		memset(name, 'l', 70);
		sprintf(name + 70, "%u", i);
		blob_type(&blob, STRUCT, name, 0, i);
	}
	t = table_of(&blob);
	for (i = 0; i < 200; i++) {
		sprintf(name, "struct %s", anagram(i, word));
		if (i & 1)
			check_size(t, name, i);
		else
			check_no_size(t, name, DM_ERROR_NOT_FOUND, word);
		if (i % 3)
			check_value(t, word, i);
		else
			suite_error(t->ops->enumerator(t, word,
						       &(int64_t){ 0 }),
				    DM_ERROR_NOT_FOUND, word);
		if (i % 3 > 1)
			check_value(t, anagram(i + 200, word), i + 200);
	}
	strcpy(name, "struct ");
	memset(name + 7, 'l', 70);
	for (i = 0; i < 4; i++) {
		sprintf(name + 77, "%u", i);
		check_size(t, name, i);
	}
	destroy(t);
}

static void test_unknown_kinds(void)
{
	struct dm_type_table *t;

	make_page(&blob);
	blob_type(&blob, 20, "new", 2, 0);
	blob_u32(&blob, 1);
	blob_value64(&blob, NULL, 0);
	blob_u32(&blob, 0);
	blob_type(&blob, TYPEDEF, "new_t", 0, blob.next_id - 1);
	suite_error(create(&blob, &t), DM_ERROR_UNSUPPORTED, "kind 20");
	/* With a layout: 4 bytes, and 8 for each of two elements. */
	blob.layout_size = 21 * 4;
	blob.layout[20 * 4] = 4;
	blob.layout[20 * 4 + 1] = 8;
	t = table_of(&blob);
	check_size(t, "struct page", 80);
	check_no_size(t, "new_t", DM_ERROR_UNSUPPORTED, "kind 20");
	destroy(t);
	/* One that says it is longer than what there is. */
	blob.layout[20 * 4 + 1] = 200;
	suite_error(create(&blob, &t), DM_ERROR_BAD_DUMP, "ends past");
	/* One that does not go that far. */
	blob.layout_size = 20 * 4;
	suite_error(create(&blob, &t), DM_ERROR_UNSUPPORTED, "kind 20");
	blob_init(&blob);
	blob_type(&blob, 0, "void", 0, 0);
	suite_error(create(&blob, &t), DM_ERROR_BAD_DUMP, "kind 0");
}

/* ---- Damage ------------------------------------------------------------- */

static void test_headers(void)
{
	static const struct {
		size_t at;
		uint32_t value;
		enum dm_error_code code;
		const char *part;
	} bad[] = {
		{ 0, 0x1eb90, DM_ERROR_BAD_DUMP, "magic" },
		{ 0, 0x19feb, DM_ERROR_BAD_DUMP, "magic" },
		{ 0, 0x2eb9f, DM_ERROR_UNSUPPORTED, "version 2" },
		{ 0, 0x101eb9f, DM_ERROR_UNSUPPORTED, "flags 0x1" },
		{ 4, 0, DM_ERROR_BAD_DUMP, "header" },
		{ 4, 23, DM_ERROR_BAD_DUMP, "header" },
		{ 4, 0xffffffff, DM_ERROR_BAD_DUMP, "header" },
		{ 4, 64, DM_ERROR_UNSUPPORTED, "64 bytes" },
		{ 8, 0xffffffff, DM_ERROR_BAD_DUMP, "section" },
		{ 8, 0x10000, DM_ERROR_BAD_DUMP, "section" },
		{ 12, 0xffffffff, DM_ERROR_BAD_DUMP, "section" },
		{ 12, 1, DM_ERROR_BAD_DUMP, "cut off" },
		{ 16, 0xffffffff, DM_ERROR_BAD_DUMP, "section" },
		{ 16, 1, DM_ERROR_BAD_DUMP, "overlap" },
		{ 20, 0xffffffff, DM_ERROR_BAD_DUMP, "section" },
		{ 20, 0, DM_ERROR_BAD_DUMP, "NUL" },
		{ 20, 3, DM_ERROR_BAD_DUMP, "NUL" },
		{ 20, 1, DM_ERROR_BAD_DUMP, "name" },
	};
	struct dm_type_table *t = NULL;
	unsigned char *bytes;
	size_t size, i;

	make_page(&blob);
	bytes = blob_bytes(&blob, &size);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint32_t kept, value = htole32(bad[i].value);

		memcpy(&kept, bytes + bad[i].at, sizeof(kept));
		memcpy(bytes + bad[i].at, &value, sizeof(value));
		suite_error(dm_btf_create(bytes, size, &t), bad[i].code,
			    bad[i].part);
		memcpy(bytes + bad[i].at, &kept, sizeof(kept));
	}
	suite_error(dm_btf_create(bytes, 23, &t), DM_ERROR_BAD_DUMP, "header");
	suite_error(dm_btf_create(bytes, 0, &t), DM_ERROR_BAD_DUMP, "header");
	suite_error(dm_btf_create(bytes, SIZE_MAX, &t), DM_ERROR_BAD_DUMP,
		    "larger");
	free(bytes);
}

static void test_types_outside(void)
{
	struct dm_type_table *t = NULL;

	blob_init(&blob);
	blob_type(&blob, STRUCT, "s", 0xffffff, 4);
	suite_error(create(&blob, &t), DM_ERROR_BAD_DUMP, "type 1");
	blob_init(&blob);
	blob_int(&blob, "int", 4, 0, 32);
	blob_u32(&blob, 4);
	blob_u32(&blob, FWD << 24);
	blob_u32(&blob, 0);
	suite_no_error(create(&blob, &t));
	destroy(t);
	blob_u32(&blob, 5);
	blob_u32(&blob, FWD << 24);
	blob_u32(&blob, 0);
	suite_error(create(&blob, &t), DM_ERROR_BAD_DUMP, "type 3");
	blob_init(&blob);
	blob_type(&blob, INT, "int", 0, 4);
	suite_error(create(&blob, &t), DM_ERROR_BAD_DUMP, "ends past");
}

static void test_members_outside(void)
{
	struct dm_type_table *t;

	blob_init(&blob);
	blob_int(&blob, "int", 4, 0, 32);
	blob_type(&blob, STRUCT, "s", FLAG | 5, 8);
	blob_member(&blob, "past", 1, 40);
	blob_member(&blob, "odd", 1, 4);
	blob_member(&blob, "wide", 1, BITS(33, 0));
	blob_member(&blob, "bits_past", 1, BITS(3, 62));
	blob_member(&blob, "type", 99, 0);
	blob_type(&blob, STRUCT, "names", 1, 8);
	blob_u32(&blob, 0xffffff);
	blob_u32(&blob, 1);
	blob_u32(&blob, 0);
	blob_type(&blob, TYPEDEF, "outside_t", 0, 0xffffffff);
	blob_type(&blob, STRUCT, "anonymous", 2, 4);
	blob_member(&blob, NULL, 6, 0);
	blob_member(&blob, "a", 1, 0);
	blob_type(&blob, STRUCT, NULL, 1, 8);
	blob_member(&blob, "x", 1, 0);
	/* Bitfields of what can have none. */
	blob_type(&blob, STRUCT, "fields", FLAG | 2, 16);
	blob_member(&blob, "of_struct", 6, BITS(3, 0));
	blob_member(&blob, "of_array", 8, BITS(3, 64));
	blob_array(&blob, 1, 2);
	blob_type(&blob, STRUCT, "escape\033[2J", 0, 4);
	t = table_of(&blob);
	check_no_member(t, "struct fields", "of_struct.x", DM_ERROR_NOT_FOUND,
			"no struct");
	check_no_member(t, "struct fields", "of_array[0]", DM_ERROR_NOT_FOUND,
			"no array");
	check_no_member(t, "struct escape\033[2J", "x", DM_ERROR_NOT_FOUND,
			"x in (a damaged name)");
	check_no_member(t, "struct s", "past", DM_ERROR_BAD_DUMP, "past");
	check_no_member(t, "struct s", "odd", DM_ERROR_BAD_DUMP, "whole byte");
	check_no_member(t, "struct s", "wide", DM_ERROR_BAD_DUMP, "more bits");
	check_no_member(t, "struct s", "bits_past", DM_ERROR_BAD_DUMP, "past");
	check_no_member(t, "struct s", "type", DM_ERROR_BAD_DUMP, "type 99");
	check_no_member(t, "struct names", "x", DM_ERROR_BAD_DUMP, "name");
	check_no_size(t, "outside_t", DM_ERROR_BAD_DUMP, "type 4294967295");
	/* An anonymous member larger than what it is in. */
	check_no_member(t, "struct anonymous", "x", DM_ERROR_BAD_DUMP, "past");
	destroy(t);
}

static void test_loops(void)
{
	struct dm_type_table *t;

	blob_init(&blob);
	blob_type(&blob, TYPEDEF, "a_t", 0, 2);
	blob_type(&blob, CONST, NULL, 0, 3);
	blob_type(&blob, VOLATILE, NULL, 0, 1);
	blob_array(&blob, 4, 1);
	blob_type(&blob, TYPEDEF, "array_t", 0, 4);
	blob_type(&blob, STRUCT, "self", 2, 4);
	blob_member(&blob, NULL, 6, 0);
	blob_member(&blob, "named", 6, 0);
	blob_type(&blob, STRUCT, "one", 1, 4);
	blob_member(&blob, NULL, 8, 0);
	blob_type(&blob, STRUCT, NULL, 1, 4);
	blob_member(&blob, NULL, 7, 0);
	t = table_of(&blob);
	check_no_size(t, "a_t", DM_ERROR_BAD_DUMP, "does not end");
	check_no_member(t, "a_t", "x", DM_ERROR_BAD_DUMP, "does not end");
	check_no_size(t, "array_t", DM_ERROR_BAD_DUMP, "does not end");
	check_no_member(t, "struct self", "x", DM_ERROR_BAD_DUMP,
			"does not end");
	check_no_member(t, "struct one", "x", DM_ERROR_BAD_DUMP,
			"does not end");
	destroy(t);
}

/* 32 anonymous members each of which has 32 more: 32^6 if nobody counts. */
static void test_work(void)
{
	struct dm_type_table *t;
	int level, i;

	blob_init(&blob);
	for (level = 1; level <= 6; level++) {
		blob_type(&blob, UNION, level == 1 ? "u" : NULL, 32, 8);
		for (i = 0; i < 32; i++)
			blob_member(&blob, NULL, (uint32_t)level + 1, 0);
	}
	blob_type(&blob, UNION, NULL, 0, 8);
	t = table_of(&blob);
	check_no_member(t, "union u", "x", DM_ERROR_BAD_DUMP, "does not end");
	destroy(t);
}

static void test_large(void)
{
	struct dm_type_table *t;
	int i;

	blob_init(&blob);
	blob_int(&blob, "int", 4, 0, 32);
	for (i = 1; i < 4; i++)
		blob_array(&blob, (uint32_t)i, 0xffffffff);
	blob_type(&blob, TYPEDEF, "large_t", 0, 4);
	blob_type(&blob, STRUCT, "s", 3, 0xffffffff);
	blob_member(&blob, "rows", 3, 0);
	blob_member(&blob, "flexible", 7, 0);
	blob_member(&blob, "bytes", 9, 0);
	blob_array(&blob, 2, 0);
	/* 2^63 bytes, the bits of which are 0 modulo 2^64. */
	blob_array(&blob, 1, 0x80000000);
	blob_array(&blob, 8, 0x40000000);
	t = table_of(&blob);
	check_no_size(t, "large_t", DM_ERROR_BAD_DUMP, "too large");
	check_no_member(t, "struct s", "rows", DM_ERROR_BAD_DUMP, "too large");
	check_no_member(t, "struct s", "bytes", DM_ERROR_BAD_DUMP, "past");
	check_no_member(t, "struct s", "flexible[4294967296]",
			DM_ERROR_BAD_DUMP, "too large");
	check_member(t, "struct s", "flexible[1]", 0x3fffffffc, 0x3fffffffc, 0,
		     0);
	destroy(t);
}

/* Every question that the whole blob can answer; the answers are not asked. */
static void exercise(struct dm_type_table *t)
{
	static const char *const types[] = { "struct page",  "struct list_head",
					     "union either", "mem_t",
					     "chain_t",	     "pages_t",
					     "enum small",   "enum large" };
	static const char *const paths[] = { "flags",	   "lru.prev",
					     "b[1][2]",	   "mem[2].size",
					     "named.d",	   "tail[3].prev",
					     "next.flags", "nothing" };
	uint64_t size;
	int64_t value;
	struct dm_member m;
	char name[8];
	size_t i, j;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		dm_error_destroy(t->ops->size(t, types[i], &size));
		dm_error_destroy(t->ops->enumerator_name(t, types[i], 7, name,
							 sizeof(name)));
		for (j = 0; j < sizeof(paths) / sizeof(paths[0]); j++)
			dm_error_destroy(
				t->ops->member(t, types[i], paths[j], &m));
	}
	dm_error_destroy(t->ops->enumerator(t, "LARGE", &value));
	dm_error_destroy(t->ops->enumerator(t, "nothing", &value));
}

/* In memory of just that size, so that a byte too many is seen. */
static bool try(const unsigned char *bytes, size_t size)
{
	struct dm_type_table *t;
	struct dm_error *err;

	err = dm_btf_create(bytes, size, &t);
	dm_error_destroy(err);
	if (err)
		return false;
	exercise(t);
	destroy(t);
	return true;
}

static void test_prefixes(void)
{
	unsigned char *bytes;
	size_t size, i;

	make_page(&blob);
	add_other_kinds(&blob);
	bytes = blob_bytes(&blob, &size);
	for (i = 0; i < size; i++)
		CU_ASSERT_FALSE(try(bytes, i));
	CU_ASSERT_TRUE(try(bytes, size));
	/* The types cut off, with a header that says so. */
	for (i = 0; i < blob.types_size; i++) {
		uint32_t length = htole32((uint32_t)i);

		memcpy(bytes + 12, &length, sizeof(length));
		try(bytes, size);
	}
	free(bytes);
	/* The strings cut off. */
	for (i = blob.strings_size; i--;) {
		blob.strings_size = (uint32_t)i;
		bytes = blob_bytes(&blob, &size);
		try(bytes, size);
		free(bytes);
	}
}

/* xorshift: the same damage in every run. */
static uint32_t draw(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void mutate(const struct blob *b, int rounds)
{
	uint32_t state = 2463534242u;
	unsigned char *bytes;
	size_t size;
	int i, j, good = 0;

	bytes = blob_bytes(b, &size);
	for (i = 0; i < rounds; i++) {
		size_t at[4];
		unsigned char kept[4];

		for (j = 0; j < 4; j++) {
			at[j] = draw(&state) % size;
			kept[j] = bytes[at[j]];
			bytes[at[j]] = (unsigned char)draw(&state);
		}
		good += try(bytes, size);
		for (j = 3; j >= 0; j--)
			bytes[at[j]] = kept[j];
	}
	/* Else the look-ups were hardly tried. */
	CU_ASSERT_TRUE(good > rounds / 20);
	free(bytes);
}

static void test_mutations(void)
{
	make_page(&blob);
	add_other_kinds(&blob);
	mutate(&blob, 20000);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "every kind has its size", test_kinds },
		{ "members by path", test_members },
		{ "what is no member or path", test_no_members },
		{ "bitfields", test_bitfields },
		{ "bitfields in the old encoding", test_old_bitfields },
		{ "enumerators", test_enums },
		{ "enumerators before signs", test_old_enums },
		{ "namesakes and forward declarations", test_namesakes },
		{ "names that look alike", test_lookalikes },
		{ "kinds from the future", test_unknown_kinds },
		{ "damaged headers", test_headers },
		{ "types outside", test_types_outside },
		{ "members outside", test_members_outside },
		{ "loops", test_loops },
		{ "work is bounded", test_work },
		{ "sizes that overflow", test_large },
		{ "every prefix", test_prefixes },
		{ "mutations", test_mutations },
		CU_TEST_INFO_NULL,
	};

	return suite_run("btf", tests);
}
