// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols and types of real dumps, found as views find them, against a decoder
 * of the test's own that spells out every name there is.
 */
#include <endian.h>
#include <stdlib.h>

#include "arm64/kernel.h"
#include "render/print.h"
#include "walk/walk.h"
#include "directmap/dump.h"
#include "util/source.h"
#include "suite.h"
#include "target/target.h"
#include "directmap/kernel.h"

/* A dump, and what it says through the library. */
struct fixture {
	struct dm_dump *dump;
	struct dm_recorder *recorder;
	struct dm_source *source;
	struct dm_kernel kernel;
	struct dm_target *target;
};

/* A name with what belongs to it, in the order of the dump. */
struct entry {
	const char *name;
	size_t order;
	unsigned int group; /* names are told apart within one */
	int64_t value;
};

struct entries {
	struct entry *list;
	size_t count, capacity;
};

static void fixture_open(struct fixture *r, const char *name)
{
	const char *folder = getenv("TEST_DUMPS");
	char path[512];
	const char *paths[] = { path };

	snprintf(path, sizeof(path), "%s/%s.kdump",
		 folder ? folder : "test-dumps", name);
	memset(r, 0, sizeof(*r));
	suite_no_error(dm_dump_open(paths, 1, NULL, &r->dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(r->dump);
	suite_no_error(dm_kernel_init(&r->kernel, dm_dump_source(r->dump)));
	suite_no_error(dm_recorder_create(dm_dump_source(r->dump),
					  r->kernel.page_size, &r->recorder));
	r->source = dm_recorder_source(r->recorder);
	suite_no_error(dm_target_create(r->source, &r->kernel, &r->target));
}

static void fixture_close(struct fixture *r)
{
	dm_target_destroy(r->target);
	dm_recorder_destroy(r->recorder);
	dm_dump_close(r->dump);
}

static unsigned char *read_bytes(struct fixture *r, uint64_t va, size_t size)
{
	unsigned char *bytes = malloc(size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	suite_no_error(dm_kva_read(dm_target_kva(r->target), va, bytes, size,
				   DM_CONTENT_DATA));
	return bytes;
}

static uint32_t number(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void add(struct entries *e, const char *name, unsigned int group,
		int64_t value)
{
	if (e->count == e->capacity) {
		e->capacity = e->capacity ? e->capacity * 2 : 65536;
		e->list = reallocarray(e->list, e->capacity, sizeof(*e->list));
		CU_ASSERT_PTR_NOT_NULL_FATAL(e->list);
	}
	e->list[e->count] = (struct entry){ name, e->count, group, value };
	e->count++;
}

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = (x->group > y->group) - (x->group < y->group);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static bool is_same(const struct entry *a, const struct entry *b)
{
	return a->group == b->group && !strcmp(a->name, b->name);
}

/* ---- Symbols ------------------------------------------------------------ */

/* Of kernels since 7.3: offsets from where they stand. */
struct symbols {
	uint64_t names, tokens, index, offsets;
	size_t count;
	char *text; /* all names, one behind the other */
	struct entries entries; /* values are addresses */
};

static uint64_t line(struct fixture *r, const char *key)
{
	struct dm_vmcoreinfo info;
	uint64_t va = 0;

	suite_no_error(
		r->source->ops->vmcoreinfo(r->source, &info.text, &info.size));
	suite_no_error(dm_vmcoreinfo_number(&info, key, 16, &va));
	return va;
}

static void spell_all(struct symbols *s, const unsigned char *names,
		      const unsigned char *tokens, const unsigned char *index,
		      const unsigned char *offsets)
{
	size_t i, at = 0, size = 0;

	s->text = malloc(s->count * 64);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s->text);
	for (i = 0; i < s->count; i++) {
		size_t length = names[at++], begin = size;

		if (length & 0x80)
			length = (length & 0x7f) | (size_t)names[at++] << 7;
		for (; length; length--) {
			const unsigned char *place = index + 2 * names[at++];
			const char *token = (const char *)tokens + place[0] +
					    place[1] * 256;

			if (size + strlen(token) + 1 >= s->count * 64)
				abort();
			strcpy(s->text + size, token);
			size += strlen(token);
		}
		s->text[size++] = '\0';
		add(&s->entries, s->text + begin + 1, 0,
		    (int64_t)(s->offsets + 4 * i +
			      (uint64_t)(int64_t)(int32_t)number(offsets +
								 4 * i)));
	}
}

static void read_symbols(struct fixture *r, struct symbols *s)
{
	unsigned char *names, *tokens, *index, *offsets, *count;

	memset(s, 0, sizeof(*s));
	s->names = line(r, "SYMBOL(kallsyms_names)");
	s->tokens = line(r, "SYMBOL(kallsyms_token_table)");
	s->index = line(r, "SYMBOL(kallsyms_token_index)");
	s->offsets = line(r, "SYMBOL(kallsyms_offsets)");
	count = read_bytes(r, line(r, "SYMBOL(kallsyms_num_syms)"), 4);
	s->count = number(count);
	names = read_bytes(r, s->names, s->tokens - s->names);
	tokens = read_bytes(r, s->tokens, s->index - s->tokens);
	index = read_bytes(r, s->index, 512);
	offsets = read_bytes(r, s->offsets, 4 * s->count);
	spell_all(s, names, tokens, index, offsets);
	free(names);
	free(tokens);
	free(index);
	free(offsets);
	free(count);
}

/* Each @step-th address: the first symbol there, up to the next address. */
static void check_addresses(struct fixture *r, const struct entries *e,
			    size_t step)
{
	struct dm_symbol symbol;
	size_t i, first, next;

	for (i = 0; i < e->count; i += step) {
		for (first = i;
		     first && e->list[first - 1].value == e->list[i].value;)
			first--;
		for (next = i; next < e->count &&
			       e->list[next].value == e->list[i].value;)
			next++;
		if (next == e->count)
			break;
		suite_no_error(dm_target_symbol_at(
			r->target, (uint64_t)e->list[next].value - 1, &symbol));
		CU_ASSERT_EQUAL(symbol.va, (uint64_t)e->list[i].value);
		CU_ASSERT_EQUAL(symbol.size, (uint64_t)(e->list[next].value -
							e->list[i].value));
		CU_ASSERT_STRING_EQUAL(symbol.name, e->list[first].name);
	}
}

/* Each @step-th name: the first symbol that is called so. */
static void check_names(struct fixture *r, struct entries *e, size_t step)
{
	size_t i, first;
	uint64_t va;

	qsort(e->list, e->count, sizeof(*e->list), by_name);
	for (i = 0; i < e->count; i += step) {
		for (first = i;
		     first && is_same(&e->list[first - 1], &e->list[i]);)
			first--;
		suite_no_error(
			dm_target_symbol(r->target, e->list[i].name, &va));
		CU_ASSERT_EQUAL(va, (uint64_t)e->list[first].value);
	}
}

static void test_symbols(void)
{
	static const char *const dumps[] = { "73-4k-all", "73-4k-counters" };
	struct symbols s;
	struct fixture r;
	uint64_t va;
	size_t i;

	for (i = 0; i < 2; i++) {
		fixture_open(&r, dumps[i]);
		read_symbols(&r, &s);
		CU_ASSERT_TRUE(s.count > 40000);
		check_addresses(&r, &s.entries, 7);
		check_names(&r, &s.entries, 23);
		/* The letters of a name that is there, in another order. */
		suite_error(dm_target_symbol(r.target, "vfs_rade", &va),
			    DM_ERROR_NOT_FOUND, "vfs_rade");
		suite_error(dm_target_symbol(r.target, "vfs_rea", &va),
			    DM_ERROR_NOT_FOUND, "vfs_rea");
		free(s.text);
		free(s.entries.list);
		fixture_close(&r);
	}
}

/* ---- Types -------------------------------------------------------------- */

enum { STRUCT = 4, UNION = 5, ENUM = 6, ENUM64 = 19 };

/* Bytes behind a type, and for each of its elements. */
static const unsigned char behind[20] = {
	[1] = 4, [3] = 12, [14] = 4, [17] = 4
};
static const unsigned char each[20] = {
	[4] = 12, [5] = 12, [6] = 8, [13] = 8, [15] = 12, [19] = 12
};

struct btf_bytes {
	unsigned char *data;
	const unsigned char *types, *end;
	const char *strings;
	bool signs;
	struct entries sizes, values;
};

static void take_type(struct btf_bytes *b, const unsigned char *p)
{
	uint32_t info = number(p + 4), i, vlen = info & 0xffffff;
	unsigned int kind = info >> 24 & 0x1f;

	if (kind == STRUCT || kind == UNION || kind == ENUM || kind == ENUM64)
		add(&b->sizes, b->strings + number(p),
		    kind == ENUM64 ? ENUM : kind, number(p + 8));
	for (i = 0; (kind == ENUM || kind == ENUM64) && i < vlen; i++) {
		const unsigned char *e = p + 12 + (size_t)i * each[kind];
		int64_t value = number(e + 4);

		if (kind == ENUM64)
			value |= (int64_t)((uint64_t)number(e + 8) << 32);
		else if (info >> 31 || !b->signs)
			value = (int32_t)value;
		add(&b->values, b->strings + number(e), 0, value);
	}
}

/* Where the type behind the one at @p begins. */
static const unsigned char *next_type(const unsigned char *p)
{
	uint32_t info = number(p + 4);
	unsigned int kind = info >> 24 & 0x1f;

	return p + 12 + behind[kind] + (size_t)(info & 0xffffff) * each[kind];
}

static void read_types(struct fixture *r, struct btf_bytes *b)
{
	uint64_t start = 0, stop = 0;
	const unsigned char *p;

	memset(b, 0, sizeof(*b));
	suite_no_error(dm_target_symbol(r->target, "__start_BTF", &start));
	suite_no_error(dm_target_symbol(r->target, "__stop_BTF", &stop));
	b->data = read_bytes(r, start, stop - start);
	b->types = b->data + number(b->data + 4) + number(b->data + 8);
	b->end = b->types + number(b->data + 12);
	b->strings = (const char *)b->data + number(b->data + 4) +
		     number(b->data + 16);
	for (p = b->types; p < b->end; p = next_type(p)) {
		unsigned int kind = number(p + 4) >> 24;

		if (kind == ENUM64 || kind == (ENUM | 0x80))
			b->signs = true;
	}
	for (p = b->types; p < b->end; p = next_type(p))
		take_type(b, p);
}

static void check_sizes(struct fixture *r, struct entries *e, size_t step)
{
	static const char *const words[] = {
		[STRUCT] = "struct", [UNION] = "union", [ENUM] = "enum"
	};
	char name[512];
	uint64_t size;
	size_t i, first;

	qsort(e->list, e->count, sizeof(*e->list), by_name);
	for (i = 0; i < e->count; i += step) {
		if (!*e->list[i].name)
			continue;
		for (first = i;
		     first && is_same(&e->list[first - 1], &e->list[i]);)
			first--;
		snprintf(name, sizeof(name), "%s %s", words[e->list[i].group],
			 e->list[i].name);
		suite_no_error(
			dm_types_size(dm_target_types(r->target), name, &size));
		CU_ASSERT_EQUAL(size, (uint64_t)e->list[first].value);
	}
}

/* Several that are called alike must be equal. */
static void check_values(struct fixture *r, struct entries *e, size_t step)
{
	size_t i, j;

	qsort(e->list, e->count, sizeof(*e->list), by_name);
	for (i = 0; i < e->count; i += step) {
		bool differ = false;
		int64_t value;

		for (j = i; j && is_same(&e->list[j - 1], &e->list[i]);)
			j--;
		for (; j < e->count && is_same(&e->list[j], &e->list[i]); j++)
			differ |= e->list[j].value != e->list[i].value;
		if (differ) {
			suite_error(
				dm_types_enumerator(dm_target_types(r->target),
						    e->list[i].name, &value),
				DM_ERROR_UNSUPPORTED, e->list[i].name);
			continue;
		}
		suite_no_error(dm_types_enumerator(dm_target_types(r->target),
						   e->list[i].name, &value));
		CU_ASSERT_EQUAL(value, e->list[i].value);
	}
}

static void test_types(void)
{
	static const char *const dumps[] = { "73-4k-all", "73-4k-counters" };
	struct btf_bytes b;
	struct fixture r;
	size_t i;

	for (i = 0; i < 2; i++) {
		fixture_open(&r, dumps[i]);
		read_types(&r, &b);
		CU_ASSERT_TRUE(b.sizes.count > 4000);
		CU_ASSERT_TRUE(b.values.count > 10000);
		check_sizes(&r, &b.sizes, 5);
		check_values(&r, &b.values, 11);
		free(b.data);
		free(b.sizes.list);
		free(b.values.list);
		fixture_close(&r);
	}
}

/* ---- Figures alone -------------------------------------------------------- */

/* What `report --format meminfo` does: page tables, and nothing else. */
static void test_meminfo(void)
{
	struct dm_report report = { 0 };
	struct suite_text *out = malloc(sizeof(*out));
	struct fixture r;
	uint64_t va;
	int i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	fixture_open(&r, "73-4k-all");
	suite_text_init(out);
	report.kernel = r.kernel;
	suite_no_error(
		dm_walk(r.source, &r.kernel, NULL, &report.usage, NULL, NULL));
	suite_no_error(dm_report_meminfo(&report, &out->sink));
	CU_ASSERT_PTR_NOT_NULL(strstr(out->text, "DirectMap4k:"));
	CU_ASSERT_TRUE(dm_recorder_count(r.recorder, DM_CONTENT_TABLE) > 0);
	for (i = DM_CONTENT_TABLE + 1; i < DM_CONTENT_COUNT; i++)
		CU_ASSERT_EQUAL(dm_recorder_count(r.recorder, i), 0);
	/* Symbols alone bring no types. */
	suite_no_error(dm_target_symbol(r.target, "_text", &va));
	CU_ASSERT_TRUE(dm_recorder_count(r.recorder, DM_CONTENT_SYMBOLS) > 500);
	CU_ASSERT_EQUAL(dm_recorder_count(r.recorder, DM_CONTENT_TYPES), 0);
	fixture_close(&r);
	free(out);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "every symbol, by address and name", test_symbols },
		{ "every type and enumerator, by name", test_types },
		{ "meminfo reads neither", test_meminfo },
		CU_TEST_INFO_NULL,
	};

	return suite_run("every name", tests);
}
