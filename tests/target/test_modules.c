// SPDX-License-Identifier: GPL-2.0-or-later
/* Modules of fake kernels: both layouts of struct module, sound and damaged. */
#include <elf.h>
#include <stdlib.h>

#include "arm64/kernel.h"
#include "fake/fake_kernel.h"
#include "fake/fake_types.h"
#include "target/list.h"
#include "target/modules.h"
#include "suite.h"

/* Offsets of no kernel: nothing may know them but through the types. */
#define LIST	 16
#define NAME	 40
#define STATE	 104
#define KALLSYMS 112
#define MEM	 128 /* also core_layout */
#define MEM_SIZE 24
#define INIT	 160
#define TABLES	 512 /* a struct mod_kallsyms */

#define MEMBERS_OF_ALL                                                         \
	{ "struct module", "list", LIST, 16 },                                 \
		{ "struct module", "name", NAME, 56 },                         \
		{ "struct module", "state", STATE, 4 },                        \
		{ "struct module", "kallsyms", KALLSYMS, 8 },                  \
		{ "struct mod_kallsyms", "typetab", 0, 8 },                    \
		{ "struct mod_kallsyms", "strtab", 8, 8 },                     \
		{ "struct mod_kallsyms", "symtab", 16, 8 },                    \
	{                                                                      \
		"struct mod_kallsyms", "num_symtab", 24, 4                     \
	}
#define MEMBERS_OF_MEM(n)                                                      \
	{ "struct module", "mem[" #n "].base", MEM + (n)*MEM_SIZE + 8, 8 },    \
	{                                                                      \
		"struct module", "mem[" #n "].size", MEM + (n)*MEM_SIZE, 4     \
	}

/* 6.4 and later; the kinds are numbered in an order of their own here. */
static const struct fake_member new_members[] = {
	MEMBERS_OF_ALL,	   MEMBERS_OF_MEM(0), MEMBERS_OF_MEM(1),
	MEMBERS_OF_MEM(2), MEMBERS_OF_MEM(3), MEMBERS_OF_MEM(4),
	MEMBERS_OF_MEM(5), MEMBERS_OF_MEM(6), { NULL, NULL, 0, 0 }
};

static const struct fake_member old_members[] = {
	MEMBERS_OF_ALL,
	{ "struct module", "core_layout.base", MEM, 8 },
	{ "struct module", "core_layout.size", MEM + 8, 4 },
	{ "struct module", "core_layout.text_size", MEM + 12, 4 },
	{ "struct module", "core_layout.ro_size", MEM + 16, 4 },
	{ "struct module", "core_layout.ro_after_init_size", MEM + 20, 4 },
	{ "struct module", "init_layout.base", INIT, 8 },
	{ "struct module", "init_layout.size", INIT + 8, 4 },
	{ "struct module", "init_layout.text_size", INIT + 12, 4 },
	{ "struct module", "init_layout.ro_size", INIT + 16, 4 },
	{ "struct module", "init_layout.ro_after_init_size", INIT + 20, 4 },
	{ NULL, NULL, 0, 0 }
};

static const struct fake_enumerator enumerators[] = {
	{ "MODULE_STATE_LIVE", 0 },  { "MODULE_STATE_COMING", 1 },
	{ "MODULE_STATE_GOING", 2 }, { "MODULE_STATE_UNFORMED", 3 },
	{ "MOD_TEXT", 6 },	     { "MOD_DATA", 5 },
	{ "MOD_RODATA", 4 },	     { "MOD_RO_AFTER_INIT", 3 },
	{ "MOD_INIT_TEXT", 2 },	     { "MOD_INIT_DATA", 1 },
	{ "MOD_INIT_RODATA", 0 },    { NULL, 0 }
};

struct fixture {
	struct fake_kernel *f;
	struct dm_kernel kernel;
	struct kva *kva;
	struct fake_types types;
	struct fake_one_symbol symbols;
	struct modules *modules;
	uint64_t head, last; /* struct list_head */
	uint64_t module[8]; /* struct module */
	size_t count;
};

static void fixture_open(struct fixture *r, bool old)
{
	memset(r, 0, sizeof(*r));
	r->f = fake_kernel_create(12, 48);
	suite_no_error(dm_kernel_init(&r->kernel, &r->f->source));
	suite_no_error(dm_kva_create(&r->f->source, &r->kernel, &r->kva));
	fake_types_init(&r->types, old ? old_members : new_members,
			enumerators);
	r->head = r->last = fake_kernel_data(r->f);
	fake_kernel_write_u64(r->f, r->head, r->head);
	fake_kernel_write_u64(r->f, r->head + 8, r->head);
	fake_one_symbol_init(&r->symbols, "modules", r->head);
}

/* A module at the end of the list; its state is live. */
static uint64_t add(struct fixture *r, const char *name)
{
	uint64_t va = fake_kernel_data(r->f);

	r->module[r->count++] = va;
	fake_kernel_write_u64(r->f, r->last, va + LIST);
	fake_kernel_write_u64(r->f, va + LIST, r->head);
	fake_kernel_write_u64(r->f, va + LIST + 8, r->last);
	fake_kernel_write_u64(r->f, r->head + 8, va + LIST);
	fake_kernel_write_string(r->f, va + NAME, name);
	fake_kernel_write_u32(r->f, va + STATE, 0);
	fake_kernel_write(r->f, va + MEM, (char[7 * MEM_SIZE]){ 0 },
			  7 * MEM_SIZE);
	r->last = va + LIST;
	return va;
}

/* Its memory of the kind that is numbered @n in these types. */
static void set_mem(struct fixture *r, uint64_t module, unsigned int n,
		    uint64_t base, uint32_t size)
{
	fake_kernel_write_u32(r->f, module + MEM + n * MEM_SIZE, size);
	fake_kernel_write_u64(r->f, module + MEM + n * MEM_SIZE + 8, base);
}

static void set_layout(struct fixture *r, uint64_t at, uint64_t base,
		       const uint32_t ends[4])
{
	fake_kernel_write_u64(r->f, at, base);
	fake_kernel_write_u32(r->f, at + 8, ends[3]);
	fake_kernel_write_u32(r->f, at + 12, ends[0]);
	fake_kernel_write_u32(r->f, at + 16, ends[1]);
	fake_kernel_write_u32(r->f, at + 20, ends[2]);
}

static void fixture_read(struct fixture *r)
{
	suite_no_error(dm_modules_create(r->kva, &r->symbols.table,
					 &r->types.table, &r->modules));
	CU_ASSERT_PTR_NOT_NULL_FATAL(r->modules);
}

static void fixture_close(struct fixture *r)
{
	dm_modules_destroy(r->modules);
	dm_kva_destroy(r->kva);
	fake_kernel_destroy(r->f);
}

/* Expects @count modules, and that the list is incomplete for @why. */
static void expect(struct fixture *r, size_t count, const char *why)
{
	const char *said;

	fixture_read(r);
	CU_ASSERT_EQUAL(dm_modules_count(r->modules), count);
	said = dm_modules_incomplete(r->modules);
	if (!why) {
		CU_ASSERT_PTR_NULL(said);
	} else {
		CU_ASSERT_PTR_NOT_NULL_FATAL(said);
		if (!strstr(said, why))
			fprintf(stderr, "    unexpected: %s\n", said);
		CU_ASSERT_PTR_NOT_NULL(strstr(said, why));
	}
	fixture_close(r);
}

static void expect_area(const struct module *m, size_t i,
			enum module_area_kind kind, uint64_t start,
			uint64_t size)
{
	CU_ASSERT_FATAL(i < m->area_count);
	CU_ASSERT_EQUAL(m->areas[i].kind, kind);
	CU_ASSERT_EQUAL(m->areas[i].start, start);
	CU_ASSERT_EQUAL(m->areas[i].size, size);
}

/* ---- Sound lists -------------------------------------------------------- */

#define TEXT UINT64_C(0xffff800079000000)

static void test_new_layout(void)
{
	const struct module_area *area = NULL;
	const struct module *m;
	struct fixture r;
	size_t index = 9;

	fixture_open(&r, false);
	add(&r, "newest");
	set_mem(&r, r.module[0], 6, TEXT, 0x3000);
	set_mem(&r, r.module[0], 5, TEXT + 0x8000, 0x1000);
	set_mem(&r, r.module[0], 2, TEXT + 0x3000, 0x800);
	add(&r, "oldest");
	set_mem(&r, r.module[1], 6, TEXT - 0x1000, 0x1000);
	fake_kernel_write_u32(r.f, r.module[1] + STATE, 2);
	fixture_read(&r);
	CU_ASSERT_PTR_NULL(dm_modules_incomplete(r.modules));
	CU_ASSERT_EQUAL_FATAL(dm_modules_count(r.modules), 2);
	m = dm_modules_get(r.modules, 0);
	CU_ASSERT_STRING_EQUAL(m->name, "newest");
	CU_ASSERT_EQUAL(m->state, MODULE_LIVE);
	CU_ASSERT_EQUAL(m->va, r.module[0]);
	CU_ASSERT_EQUAL(m->base, TEXT);
	CU_ASSERT_EQUAL(m->size, 0x4800);
	CU_ASSERT_EQUAL(m->area_count, 3);
	expect_area(m, 0, MODULE_TEXT, TEXT, 0x3000);
	expect_area(m, 1, MODULE_DATA, TEXT + 0x8000, 0x1000);
	expect_area(m, 2, MODULE_INIT_TEXT, TEXT + 0x3000, 0x800);
	CU_ASSERT_EQUAL(dm_modules_get(r.modules, 1)->state, MODULE_GOING);
	CU_ASSERT_TRUE(dm_modules_at(r.modules, TEXT - 1, &index, &area));
	CU_ASSERT_EQUAL(index, 1);
	CU_ASSERT_TRUE(dm_modules_at(r.modules, TEXT + 0x37ff, &index, &area));
	CU_ASSERT_EQUAL(index, 0);
	CU_ASSERT_STRING_EQUAL(dm_module_area_name(area->kind), "init_text");
	CU_ASSERT_FALSE(dm_modules_at(r.modules, TEXT + 0x3800, &index, &area));
	CU_ASSERT_FALSE(dm_modules_at(r.modules, TEXT - 0x1001, &index, &area));
	CU_ASSERT_FALSE(dm_modules_at(r.modules, TEXT + 0x9000, &index, &area));
	fixture_close(&r);
}

static void test_old_layout(void)
{
	static const uint32_t core[4] = { 0x3000, 0x5000, 0x6000, 0x9000 };
	static const uint32_t init[4] = { 0x1000, 0x2000, 0x2000, 0x3000 };
	static const uint32_t none[4] = { 0 };
	const struct module *m;
	struct fixture r;

	fixture_open(&r, true);
	add(&r, "loading");
	fake_kernel_write_u32(r.f, r.module[0] + STATE, 1);
	set_layout(&r, r.module[0] + MEM, TEXT, core);
	set_layout(&r, r.module[0] + INIT, TEXT + 0x10000, init);
	add(&r, "loaded");
	set_layout(&r, r.module[1] + MEM, TEXT + 0x20000, core);
	set_layout(&r, r.module[1] + INIT, 0, none);
	fixture_read(&r);
	CU_ASSERT_PTR_NULL(dm_modules_incomplete(r.modules));
	CU_ASSERT_EQUAL_FATAL(dm_modules_count(r.modules), 2);
	m = dm_modules_get(r.modules, 0);
	CU_ASSERT_EQUAL(m->state, MODULE_COMING);
	CU_ASSERT_EQUAL(m->base, TEXT);
	CU_ASSERT_EQUAL(m->size, 0xc000);
	CU_ASSERT_EQUAL(m->area_count, 7);
	expect_area(m, 0, MODULE_TEXT, TEXT, 0x3000);
	expect_area(m, 1, MODULE_RODATA, TEXT + 0x3000, 0x2000);
	expect_area(m, 2, MODULE_RO_AFTER_INIT, TEXT + 0x5000, 0x1000);
	expect_area(m, 3, MODULE_DATA, TEXT + 0x6000, 0x3000);
	expect_area(m, 4, MODULE_INIT_TEXT, TEXT + 0x10000, 0x1000);
	expect_area(m, 5, MODULE_INIT_RODATA, TEXT + 0x11000, 0x1000);
	expect_area(m, 6, MODULE_INIT_DATA, TEXT + 0x12000, 0x1000);
	CU_ASSERT_EQUAL(dm_modules_get(r.modules, 1)->area_count, 4);
	fixture_close(&r);
}

static void test_empty(void)
{
	const struct module_area *area;
	struct fixture r;
	size_t index;

	fixture_open(&r, false);
	fixture_read(&r);
	CU_ASSERT_FALSE(dm_modules_at(r.modules, TEXT, &index, &area));
	CU_ASSERT_PTR_NULL(dm_modules_incomplete(r.modules));
	CU_ASSERT_EQUAL(dm_modules_count(r.modules), 0);
	fixture_close(&r);
}

/* Nothing but the name of one that is still being put together counts. */
static void test_unformed(void)
{
	struct dm_symbol_table *table;
	struct fixture r;

	fixture_open(&r, false);
	add(&r, "half");
	fake_kernel_write_u32(r.f, r.module[0] + STATE, 3);
	set_mem(&r, r.module[0], 6, 0x1234, 0xffffffff);
	fixture_read(&r);
	CU_ASSERT_PTR_NULL(dm_modules_incomplete(r.modules));
	CU_ASSERT_EQUAL_FATAL(dm_modules_count(r.modules), 1);
	CU_ASSERT_EQUAL(dm_modules_get(r.modules, 0)->area_count, 0);
	suite_error(dm_modules_symbols(r.modules, 0, &table),
		    DM_ERROR_NOT_FOUND, "half has no symbols");
	fixture_close(&r);
}

/* ---- Damaged ones ------------------------------------------------------- */

static void three(struct fixture *r, bool old)
{
	static const uint32_t core[4] = { 0x1000, 0x1000, 0x1000, 0x2000 };
	static const uint32_t none[4] = { 0 };
	static const char *const names[3] = { "a", "b", "c" };
	size_t i;

	fixture_open(r, old);
	for (i = 0; i < 3; i++) {
		add(r, names[i]);
		if (old) {
			set_layout(r, r->module[i] + MEM, TEXT + i * 0x2000,
				   core);
			set_layout(r, r->module[i] + INIT, 0, none);
		} else {
			set_mem(r, r->module[i], 6, TEXT + i * 0x2000, 0x2000);
		}
	}
}

static void test_loops(void)
{
	struct fixture r;
	size_t i;

	/* The last one leads to each of them, itself too. */
	for (i = 0; i < 3; i++) {
		three(&r, false);
		fake_kernel_write_u64(r.f, r.last, r.module[i] + LIST);
		expect(&r, 3, "came before");
	}
}

static void test_garbage(void)
{
	struct fixture r;

	three(&r, false);
	expect(&r, 3, NULL);
	/* NULL, poison, off by one, a user's address. */
	three(&r, false);
	fake_kernel_write_u64(r.f, r.module[1] + LIST, 0);
	expect(&r, 2, "is no address of a list's");
	three(&r, false);
	fake_kernel_write_u64(r.f, r.module[1] + LIST,
			      UINT64_C(0xdead000000000100));
	expect(&r, 2, "is no address of a list's");
	three(&r, false);
	fake_kernel_write_u64(r.f, r.module[1] + LIST, r.module[2] + LIST + 1);
	expect(&r, 2, "is no address of a list's");
	three(&r, false);
	fake_kernel_write_u64(r.f, r.module[0] + LIST, r.head + 0x80000);
	expect(&r, 1, "not mapped");
	three(&r, false);
	fake_kernel_drop(r.f, r.module[2]);
	expect(&r, 2, "not in the dump");
	three(&r, false);
	fake_kernel_drop(r.f, r.head);
	expect(&r, 0, "not in the dump");
}

static void test_bad_modules(void)
{
	static const uint32_t falling[4] = { 0x2000, 0x1000, 0x2000, 0x3000 };
	struct fixture r;

	three(&r, false);
	fake_kernel_write(r.f, r.module[1] + NAME, "\033[2J", 4);
	expect(&r, 2, "its name cannot be true");
	three(&r, false);
	fake_kernel_write(r.f, r.module[1] + NAME, "", 1);
	expect(&r, 2, "its name cannot be true");
	three(&r, false);
	fake_kernel_write(
		r.f, r.module[1] + NAME,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		56);
	expect(&r, 2, "its name cannot be true");
	three(&r, false);
	fake_kernel_write_u32(r.f, r.module[1] + STATE, 4);
	expect(&r, 2, "its state cannot be true");
	three(&r, false);
	set_mem(&r, r.module[1], 5, 0x400000, 0x1000);
	expect(&r, 2, "its memory cannot be true");
	three(&r, false);
	set_mem(&r, r.module[1], 5, TEXT, 0xffffffff);
	expect(&r, 2, "its memory cannot be true");
	three(&r, false);
	set_mem(&r, r.module[1], 5, UINT64_MAX - 0xfff, 0x2000);
	expect(&r, 2, "its memory cannot be true");
	three(&r, true);
	set_layout(&r, r.module[2] + MEM, TEXT + 0x8000, falling);
	expect(&r, 2, "its memory cannot be true");
	/* The first is told of two, and those behind them are there. */
	three(&r, false);
	fake_kernel_write(r.f, r.module[0] + NAME, "", 1);
	fake_kernel_write_u32(r.f, r.module[1] + STATE, 4);
	expect(&r, 1, "its name cannot be true");
	three(&r, false);
	set_mem(&r, r.module[2], 6, TEXT + 0x1000, 0x1000);
	expect(&r, 3, "are both at");
}

static void test_unknown_layout(void)
{
	static const struct fake_member nothing[] = { { NULL, NULL, 0, 0 } };
	static const struct fake_member long_name[] = {
		{ "struct module", "name", 0, 4096 }, { NULL, NULL, 0, 0 }
	};
	struct fixture r;

	three(&r, false);
	r.types.members = nothing;
	suite_error(dm_modules_create(r.kva, &r.symbols.table, &r.types.table,
				      &r.modules),
		    DM_ERROR_NOT_FOUND, "struct module.name");
	r.types.members = long_name;
	suite_error(dm_modules_create(r.kva, &r.symbols.table, &r.types.table,
				      &r.modules),
		    DM_ERROR_UNSUPPORTED, "4096 bytes");
	r.types.members = new_members;
	r.symbols.name = "other";
	suite_error(dm_modules_create(r.kva, &r.symbols.table, &r.types.table,
				      &r.modules),
		    DM_ERROR_NOT_FOUND, "modules");
	fixture_close(&r);
}

/* ---- Without a symbol --------------------------------------------------- */

/* A list at @head, and its one node at @node; nothing of the list's owner. */
static void decoy(struct fixture *r, uint64_t head, uint64_t node,
		  uint64_t back)
{
	fake_kernel_write_u64(r->f, head, node);
	fake_kernel_write_u64(r->f, head + 8, node);
	fake_kernel_write_u64(r->f, node, head);
	fake_kernel_write_u64(r->f, node + 8, back);
}

/* Three modules, each with its struct module in its data, and no symbol. */
static void three_hidden(struct fixture *r)
{
	uint64_t from;
	size_t i;

	three(r, false);
	for (i = 0; i < 3; i++)
		set_mem(r, r->module[i], 5, r->module[i] & ~UINT64_C(0xfff),
			0x1000);
	from = r->head - 0x8000;
	fake_one_symbol_init(&r->symbols, "_sinittext", from);
	/* Empty, of something else, and not closed; then pages missing. */
	fake_kernel_write_u64(r->f, from + 8, from + 8);
	fake_kernel_write_u64(r->f, from + 16, from + 8);
	decoy(r, from + 0x100, from + 0x1000, from + 0x100);
	decoy(r, from + 0x200, r->head + 0x800, from + 0x208);
	fake_kernel_write_u64(r->f, from + 0x300, r->module[0] + LIST);
	fake_kernel_write_u64(r->f, from + 0x308, r->module[2] + LIST);
	fake_kernel_drop(r->f, from + 0x2000);
}

static void test_search(void)
{
	struct fixture r;

	three_hidden(&r);
	expect(&r, 3, NULL);
	/* One that is being loaded does not hide the others. */
	three_hidden(&r);
	fake_kernel_write_u32(r.f, r.module[0] + STATE, 3);
	expect(&r, 3, NULL);
	/* Without the head: no module's own node is taken for it. */
	three_hidden(&r);
	fake_kernel_drop(r.f, r.head);
	suite_error(dm_modules_create(r.kva, &r.symbols.table, &r.types.table,
				      &r.modules),
		    DM_ERROR_NOT_FOUND, "no symbol modules");
	fixture_close(&r);
	/* One that says that it is elsewhere is no proof, but others are. */
	three_hidden(&r);
	set_mem(&r, r.module[2], 5, TEXT + 0x10000, 0x1000);
	expect(&r, 3, NULL);
	three_hidden(&r);
	set_mem(&r, r.module[0], 5, TEXT + 0x10000, 0x1000);
	set_mem(&r, r.module[2], 5, TEXT + 0x20000, 0x1000);
	suite_error(dm_modules_create(r.kva, &r.symbols.table, &r.types.table,
				      &r.modules),
		    DM_ERROR_NOT_FOUND, "no symbol modules");
	fixture_close(&r);
}

/* ---- Symbols ------------------------------------------------------------ */

#define DATA	   (TEXT + 0x10000)
#define STRINGS	   (DATA + 0x800)
#define LETTERS	   (DATA + 0xc00)
#define SYMBOLS_OF 9

struct elf_symbol {
	const char *name;
	uint64_t value;
	uint16_t section;
	char letter;
};

static const struct elf_symbol elf_symbols[SYMBOLS_OF] = {
	{ "", 0, 0, 'U' },
	{ "$x", TEXT + 0x100, 1, 't' },
	{ "do_it", TEXT + 0x100, 1, 't' },
	{ "do_it_alias", TEXT + 0x100, 1, 't' },
	{ "printk", TEXT + 0x180, 0, 'U' },
	{ "end_it", TEXT + 0x200, 1, 't' },
	{ "do_it", TEXT + 0x300, 1, 't' },
	{ "counter", 0x40, 5, 'a' },
	{ "table", DATA + 0x20, 3, 'd' },
};

/* As add_kallsyms() leaves it: symbols, strings, letters in the data. */
static void make_module(struct fixture *r)
{
	uint64_t m, at = STRINGS;
	size_t i;

	fixture_open(r, false);
	m = add(r, "with_symbols");
	set_mem(r, m, 6, TEXT, 0x1000);
	set_mem(r, m, 5, DATA, 0x1000);
	fake_kernel_write_u64(r->f, m + KALLSYMS, m + TABLES);
	fake_kernel_write_u64(r->f, m + TABLES, LETTERS);
	fake_kernel_write_u64(r->f, m + TABLES + 8, STRINGS);
	fake_kernel_write_u64(r->f, m + TABLES + 16, DATA + 0x100);
	fake_kernel_write_u32(r->f, m + TABLES + 24, SYMBOLS_OF);
	for (i = 0; i < SYMBOLS_OF; i++) {
		const struct elf_symbol *s = &elf_symbols[i];
		Elf64_Sym sym = {
			.st_name = (uint32_t)(at - STRINGS),
			.st_shndx = s->section,
			.st_value = s->value,
		};

		fake_kernel_write(r->f, DATA + 0x100 + i * sizeof(sym), &sym,
				  sizeof(sym));
		fake_kernel_write_string(r->f, at, s->name);
		at += strlen(s->name) + 1;
		fake_kernel_write(r->f, LETTERS + i, &s->letter, 1);
	}
}

static struct dm_symbol_table *symbols(struct fixture *r)
{
	struct dm_symbol_table *table = NULL, *again = NULL;

	fixture_read(r);
	suite_no_error(dm_modules_symbols(r->modules, 0, &table));
	suite_no_error(dm_modules_symbols(r->modules, 0, &again));
	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	CU_ASSERT_PTR_EQUAL(table, again);
	return table;
}

static void expect_at(struct dm_symbol_table *table, uint64_t va,
		      const char *name, uint64_t start, uint64_t size,
		      char type)
{
	struct dm_symbol s = { .name = "" };

	suite_no_error(table->ops->at(table, va, &s));
	CU_ASSERT_STRING_EQUAL(s.name, name);
	CU_ASSERT_EQUAL(s.va, start);
	CU_ASSERT_EQUAL(s.size, size);
	CU_ASSERT_EQUAL(s.type, type);
}

static void test_symbols(void)
{
	struct dm_symbol_table *table;
	struct dm_symbol s;
	struct fixture r;
	uint64_t va;

	make_module(&r);
	table = symbols(&r);
	suite_no_error(table->ops->find(table, "do_it", &va));
	CU_ASSERT_EQUAL(va, TEXT + 0x100);
	suite_no_error(table->ops->find(table, "counter", &va));
	CU_ASSERT_EQUAL(va, 0x40);
	suite_error(table->ops->find(table, "printk", &va), DM_ERROR_NOT_FOUND,
		    "printk");
	suite_error(table->ops->find(table, "", &va), DM_ERROR_NOT_FOUND,
		    "no symbol");
	expect_at(table, TEXT + 0x100, "do_it", TEXT + 0x100, 0x100, 't');
	expect_at(table, TEXT + 0x1ff, "do_it", TEXT + 0x100, 0x100, 't');
	expect_at(table, TEXT + 0xfff, "do_it", TEXT + 0x300, 0xd00, 't');
	expect_at(table, DATA + 0x999, "table", DATA + 0x20, 0xfe0, 'd');
	suite_error(table->ops->at(table, TEXT + 0xff, &s), DM_ERROR_NOT_FOUND,
		    "no symbol");
	/* Not what the text before it ends with. */
	suite_error(table->ops->at(table, DATA, &s), DM_ERROR_NOT_FOUND,
		    "no symbol");
	suite_error(table->ops->at(table, DATA + 0x1000, &s),
		    DM_ERROR_NOT_FOUND, "no symbol");
	fixture_close(&r);
}

static void expect_no_symbols(struct fixture *r, enum dm_error_code code,
			      const char *part)
{
	struct dm_symbol_table *table = NULL;

	fixture_read(r);
	suite_error(dm_modules_symbols(r->modules, 0, &table), code, part);
	CU_ASSERT_PTR_NULL(table);
	fixture_close(r);
}

static void test_bad_symbols(void)
{
	struct dm_symbol_table *table;
	struct fixture r;
	uint64_t va, tables;

	make_module(&r);
	tables = r.module[0] + TABLES;
	fake_kernel_write_u32(r.f, tables + 24, 0);
	expect_no_symbols(&r, DM_ERROR_BAD_DUMP, "num_symtab is 0");
	make_module(&r);
	fake_kernel_write_u32(r.f, tables + 24, 0xffffffff);
	expect_no_symbols(&r, DM_ERROR_BAD_DUMP, "num_symtab is 4294967295");
	/* More than what is left of the area. */
	make_module(&r);
	fake_kernel_write_u32(r.f, tables + 24, 160 + 1);
	expect_no_symbols(&r, DM_ERROR_BAD_DUMP, "symtab at");
	make_module(&r);
	fake_kernel_write_u64(r.f, tables + 8, r.head);
	expect_no_symbols(&r, DM_ERROR_BAD_DUMP, "strtab at");
	make_module(&r);
	fake_kernel_write_u64(r.f, tables, DATA + 0xff8);
	expect_no_symbols(&r, DM_ERROR_BAD_DUMP, "typetab at");
	make_module(&r);
	fake_kernel_write_u64(r.f, r.module[0] + KALLSYMS, 0);
	expect_no_symbols(&r, DM_ERROR_INVALID_ARGUMENT, "with_symbols");
	make_module(&r);
	fake_kernel_drop(r.f, DATA);
	expect_no_symbols(&r, DM_ERROR_ABSENT, "symtab");
	/* A name behind the strings is none. */
	make_module(&r);
	fake_kernel_write_u32(r.f, DATA + 0x100 + 5 * sizeof(Elf64_Sym), 0x400);
	table = symbols(&r);
	suite_error(table->ops->find(table, "end_it", &va), DM_ERROR_NOT_FOUND,
		    "end_it");
	expect_at(table, TEXT + 0x250, "do_it", TEXT + 0x100, 0x200, 't');
	fixture_close(&r);
	/* Nor one that would move the cursor. */
	make_module(&r);
	fake_kernel_write(r.f, STRINGS + 4, "\033", 1);
	table = symbols(&r);
	expect_at(table, TEXT + 0x100, "do_it_alias", TEXT + 0x100, 0x100, 't');
	fixture_close(&r);
}

/* ---- Lists themselves --------------------------------------------------- */

/* A list of @count nodes, whose last leads to node @to, or to the head. */
static size_t walk_list(size_t count, size_t to, size_t max,
			struct dm_error **err)
{
	struct list_walk walk;
	struct fixture r;
	uint64_t node = 0;
	size_t i, met = 0;

	fixture_open(&r, false);
	for (i = 0; i <= count; i++)
		fake_kernel_write_u64(r.f, r.head + i * 16,
				      r.head + (i < count ? i + 1 : to) * 16);
	dm_list_walk_init(&walk, r.kva, r.head, max);
	for (;;) {
		*err = dm_list_walk_next(&walk, &node);
		if (*err || !node)
			break;
		met++;
		CU_ASSERT_EQUAL(node, r.head + met * 16);
		if (met > count)
			break;
	}
	dm_list_walk_deinit(&walk);
	fixture_close(&r);
	return met;
}

static void test_list(void)
{
	struct dm_error *err;
	size_t count, to, met;

	for (count = 0; count < 20; count++) {
		met = walk_list(count, 0, 20, &err);
		suite_no_error(err);
		CU_ASSERT_EQUAL(met, count);
	}
	met = walk_list(20, 0, 20, &err);
	suite_no_error(err);
	CU_ASSERT_EQUAL(met, 20);
	met = walk_list(21, 0, 20, &err);
	suite_error(err, DM_ERROR_BAD_DUMP, "one more than");
	CU_ASSERT_EQUAL(met, 20);
	for (count = 1; count < 40; count++) {
		for (to = 1; to <= count; to++) {
			met = walk_list(count, to, 65536, &err);
			suite_error(err, DM_ERROR_BAD_DUMP, "came before");
			CU_ASSERT_EQUAL(met, count);
		}
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "mem[] of 6.4 and later", test_new_layout },
		{ "core_layout and init_layout", test_old_layout },
		{ "no modules", test_empty },
		{ "an unformed module", test_unformed },
		{ "lists that loop", test_loops },
		{ "lists that lead astray", test_garbage },
		{ "modules that cannot be", test_bad_modules },
		{ "types that are not known", test_unknown_layout },
		{ "the list without its symbol", test_search },
		{ "symbols", test_symbols },
		{ "symbols that cannot be", test_bad_symbols },
		{ "list walks", test_list },
		CU_TEST_INFO_NULL,
	};

	return suite_run("modules", tests);
}
