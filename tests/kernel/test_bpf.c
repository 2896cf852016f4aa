// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs, code and packs of a fake kernel, whole and broken. */
#include "suite.h"
#include "fake/bpf_look.h"
#include "fake/stub_tables.h"

/* Offsets of no kernel: nothing may know them but through the types. */
#define PROG_TYPE  8
#define PROG_JITED 12
#define PROG_TAG   16
#define PROG_FUNC  24
#define PROG_AUX   32
#define AUX_ID	   4
#define AUX_COUNT  8
#define AUX_FUNC   16
#define AUX_NAME   24
#define AUX_TIME   40
#define AUX_PROG   48
#define AUX_KSYM   64
#define KSYM_NAME  16
#define KSYM_LNODE 80
#define KSYM_PROG  96
#define PACK_PTR   16
#define PACK_BITS  32
#define NODE_SLOTS 40

#define AT(o, s)                                                               \
	{                                                                      \
		.offset = (o), .size = (s)                                     \
	}

#define MEMBERS_OF_ALL                                                         \
	{ "struct xarray", "xa_head", AT(8, 8) },                              \
		{ "struct xa_node", "shift", AT(0, 1) },                       \
		{ "struct xa_node", "offset", AT(1, 1) },                      \
		{ "struct xa_node", "parent", AT(8, 8) },                      \
		{ "struct xa_node", "slots", AT(NODE_SLOTS, 512) },            \
		{ "struct idr", "idr_rt", AT(0, 16) },                         \
		{ "struct idr", "idr_base", AT(16, 4) },                       \
		{ "struct bpf_prog", "type", AT(PROG_TYPE, 4) },               \
		{ "struct bpf_prog", "jited_len", AT(PROG_JITED, 4) },         \
		{ "struct bpf_prog", "tag", AT(PROG_TAG, 8) },                 \
		{ "struct bpf_prog", "bpf_func", AT(PROG_FUNC, 8) },           \
		{ "struct bpf_prog", "aux", AT(PROG_AUX, 8) },                 \
		{ "struct bpf_prog_aux", "id", AT(AUX_ID, 4) },                \
		{ "struct bpf_prog_aux", "func_cnt", AT(AUX_COUNT, 4) },       \
		{ "struct bpf_prog_aux", "func", AT(AUX_FUNC, 8) },            \
		{ "struct bpf_prog_aux", "name", AT(AUX_NAME, 16) },           \
		{ "struct bpf_prog_aux", "load_time", AT(AUX_TIME, 8) },       \
		{ "struct bpf_prog_aux", "prog", AT(AUX_PROG, 8) },            \
		{ "struct bpf_prog_aux", "ksym", AT(AUX_KSYM, 128) },          \
		{ "struct bpf_ksym", "start", AT(0, 8) },                      \
		{ "struct bpf_ksym", "end", AT(8, 8) },                        \
		{ "struct bpf_ksym", "name", AT(KSYM_NAME, 64) },              \
		{ "struct bpf_ksym", "lnode", AT(KSYM_LNODE, 16) },            \
	{                                                                      \
		"struct bpf_ksym", "prog", AT(KSYM_PROG, 1)                    \
	}

static const struct stub_member pack_members[] = {
	MEMBERS_OF_ALL,
	{ "struct bpf_prog_pack", "list", AT(0, 16) },
	{ "struct bpf_prog_pack", "ptr", AT(PACK_PTR, 8) },
	{ "struct bpf_prog_pack", "bitmap", AT(PACK_BITS, 0) },
	{ "struct bpf_binary_header", "size", AT(0, 4) },
	{ NULL, NULL, { 0 } },
};

/* 5.10 */
static const struct stub_member page_members[] = {
	MEMBERS_OF_ALL,
	{ "struct bpf_binary_header", "pages", AT(0, 4) },
	{ NULL, NULL, { 0 } },
};

#define PACK_SIZE 0x4000

struct test {
	struct stub_target stub;
	struct stub_symbol symbols[4];
	uint64_t idr, kallsyms, packs; /* VAs of the roots */
	uint64_t node; /* of prog_idr */
	uint64_t last_ksym, last_pack; /* what the next one goes behind */
	uint64_t pack, area; /* struct bpf_prog_pack, and its memory */
	uint64_t heap; /* VA that is free */
	struct bpf *bpf;
};

static void put32(struct test *t, uint64_t va, uint32_t value)
{
	fake_kernel_write_u32(t->stub.fake, va, value);
}

static void put(struct test *t, uint64_t va, uint64_t value)
{
	fake_kernel_write_u64(t->stub.fake, va, value);
}

static uint64_t take(struct test *t, uint64_t size)
{
	uint64_t va = t->heap;

	t->heap += size;
	return va;
}

/* @node goes behind @last in the list at @head. */
static void add_tail(struct test *t, uint64_t head, uint64_t *last,
		     uint64_t node)
{
	put(t, *last, node);
	put(t, node + 8, *last);
	put(t, node, head);
	put(t, head + 8, node);
	*last = node;
}

static void add_pack(struct test *t)
{
	uint64_t i;

	t->pack = take(t, 1024);
	t->area = fake_kernel_data(t->stub.fake);
	for (i = 0; i < PACK_SIZE; i += 4096)
		fake_kernel_pa(t->stub.fake, t->area + i);
	put(t, t->pack + PACK_PTR, t->area);
	for (i = 0; i < PACK_SIZE / 64 / 64; i++)
		put(t, t->pack + PACK_BITS + 8 * i, 0);
	add_tail(t, t->packs, &t->last_pack, t->pack);
}

static void start(struct test *t, const struct stub_member *members)
{
	*t = (struct test){ 0 };
	t->stub.fake = fake_kernel_create(12, 48);
	t->heap = fake_kernel_data(t->stub.fake);
	t->idr = take(t, 64);
	t->kallsyms = take(t, 64);
	t->packs = take(t, 64);
	t->node = take(t, 1024);
	t->symbols[0] = (struct stub_symbol){ "prog_idr", t->idr };
	t->symbols[1] = (struct stub_symbol){ "bpf_kallsyms", t->kallsyms };
	t->symbols[2] = (struct stub_symbol){ "pack_list", t->packs };
	put(t, t->idr + 8, t->node + 2);
	put(t, t->node, 0);
	put(t, t->node + 8, 0);
	put(t, t->kallsyms, t->kallsyms);
	put(t, t->kallsyms + 8, t->kallsyms);
	put(t, t->packs, t->packs);
	put(t, t->packs + 8, t->packs);
	t->last_ksym = t->kallsyms;
	t->last_pack = t->packs;
	stub_target_start(&t->stub, t->symbols, members);
	if (members == pack_members)
		add_pack(t);
}

static void end(struct test *t)
{
	dm_bpf_destroy(t->bpf);
	stub_target_end(&t->stub);
}

static void read_bpf(struct test *t)
{
	dm_bpf_destroy(t->bpf);
	t->bpf = NULL;
	suite_no_error(dm_bpf_create(stub_target_fresh(&t->stub), &t->bpf));
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->bpf);
}

/* [offset, + size) of the pack is handed out, with a header if so wished. */
static void use(struct test *t, uint64_t offset, uint64_t size, bool header)
{
	uint64_t i;

	for (i = offset / 64; i < (offset + size) / 64; i++) {
		uint64_t word = t->pack + PACK_BITS + i / 64 * 8;
		uint64_t pa = fake_kernel_pa(t->stub.fake, word), old;

		suite_no_error(t->stub.fake->source.ops->read(
			&t->stub.fake->source, pa, &old, 8, DM_CONTENT_DATA));
		put(t, word, old | UINT64_C(1) << i % 64);
	}
	if (header)
		put32(t, t->area + offset, (uint32_t)size);
}

static void set_ksym(struct test *t, uint64_t ksym, uint64_t code,
		     uint64_t size, const char *name, bool is_program)
{
	put(t, ksym, code);
	put(t, ksym + 8, code + size);
	fake_kernel_write_string(t->stub.fake, ksym + KSYM_NAME, name);
	put(t, ksym + KSYM_PROG, is_program);
	add_tail(t, t->kallsyms, &t->last_ksym, ksym + KSYM_LNODE);
}

/* A struct bpf_prog and its aux, 512 bytes behind it; @code 0: none. */
static uint64_t add_prog(struct test *t, uint32_t id, const char *name,
			 uint64_t code, uint32_t size)
{
	uint64_t prog = take(t, 1024), aux = prog + 512;
	char symbol[64];

	put32(t, prog + PROG_TYPE, id ? 5 : 0);
	put32(t, prog + PROG_JITED, code ? size : 0);
	put(t, prog + PROG_TAG, 0xefcdab8967452300 + id);
	put(t, prog + PROG_FUNC, code);
	put(t, prog + PROG_AUX, aux);
	put32(t, aux + AUX_ID, id);
	put(t, aux + AUX_FUNC, 0);
	fake_kernel_write_string(t->stub.fake, aux + AUX_NAME, name);
	put(t, aux + AUX_TIME, 1000000007 * (uint64_t)id);
	put(t, aux + AUX_PROG, prog);
	snprintf(symbol, sizeof(symbol), "bpf_prog_0123_%s", name);
	if (code)
		set_ksym(t, aux + AUX_KSYM, code, size, symbol, true);
	if (id)
		put(t, t->node + NODE_SLOTS + 8 * id, prog);
	return prog;
}

/* Two programs, a function, a trampoline, a classic filter. */
static void make_whole(struct test *t)
{
	uint64_t prog, function, array;

	start(t, pack_members);
	use(t, 0x0, 0x200, true); /* the filter */
	use(t, 0x240, 0x1000, true);
	use(t, 0x1240, 0x100, true);
	use(t, 0x1340, 0x80, true);
	use(t, 0x1400, 0x140, false); /* the trampoline */
	put32(t, t->area + 0x1400, 0xd503245f); /* bti c */
	prog = add_prog(t, 7, "seven", t->area + 0x268, 0xf80);
	function = add_prog(t, 0, "part", t->area + 0x1250, 0xc0);
	add_prog(t, 3, "three", t->area + 0x1348, 0x40);
	array = take(t, 64);
	put(t, array, prog); /* itself, as the kernel has it */
	put(t, array + 8, function);
	put(t, prog + 512 + AUX_FUNC, array);
	put32(t, prog + 512 + AUX_COUNT, 2);
	set_ksym(t, take(t, 128), t->area + 0x1400, 0x130,
		 "bpf_trampoline_6442", false);
}

static void check_programs(const struct test *t)
{
	const struct bpf_program *p;
	size_t count;

	p = bpf_programs(t->bpf, &count);
	CU_ASSERT_EQUAL_FATAL(count, 2);
	CU_ASSERT_EQUAL(p[0].id, 3);
	CU_ASSERT_EQUAL(p[1].id, 7);
	CU_ASSERT_STRING_EQUAL(p[1].name, "seven");
	CU_ASSERT_STRING_EQUAL(p[1].tag, "0723456789abcdef");
	CU_ASSERT_STRING_EQUAL(p[1].type, "tracepoint");
	CU_ASSERT_EQUAL(p[1].load_time, 7000000049);
	CU_ASSERT_EQUAL(p[1].jited_len, 0xf80);
	CU_ASSERT_PTR_EQUAL(bpf_program_by_id(t->bpf, 7), &p[1]);
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t->bpf, 0));
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t->bpf, 4));
}

struct expected {
	enum bpf_text_kind kind;
	const char *name;
	uint64_t start, end, image_start, image_end; /* from the area on */
	uint32_t id;
};

static void check_texts(const struct test *t, const struct expected *e,
			size_t wanted)
{
	const struct bpf_text *x;
	size_t i, count;

	x = bpf_texts(t->bpf, &count);
	CU_ASSERT_EQUAL_FATAL(count, wanted);
	for (i = 0; i < count; i++) {
		CU_ASSERT_EQUAL(x[i].kind, e[i].kind);
		CU_ASSERT_STRING_EQUAL(x[i].name, e[i].name);
		CU_ASSERT_EQUAL(x[i].start, t->area + e[i].start);
		CU_ASSERT_EQUAL(x[i].end, t->area + e[i].end);
		CU_ASSERT_EQUAL(x[i].image_start, t->area + e[i].image_start);
		CU_ASSERT_EQUAL(x[i].image_end, t->area + e[i].image_end);
		CU_ASSERT_EQUAL(x[i].program ? x[i].program->id : 0, e[i].id);
	}
}

static const struct expected whole[] = {
	{ BPF_TEXT_UNLISTED, "", 0, 0x200, 0, 0x200, 0 },
	{ BPF_TEXT_PROGRAM, "bpf_prog_0123_seven", 0x268, 0x11e8, 0x240, 0x1240,
	  7 },
	{ BPF_TEXT_FUNCTION, "bpf_prog_0123_part", 0x1250, 0x1310, 0x1240,
	  0x1340, 7 },
	{ BPF_TEXT_PROGRAM, "bpf_prog_0123_three", 0x1348, 0x1388, 0x1340,
	  0x13c0, 3 },
	{ BPF_TEXT_TRAMPOLINE, "bpf_trampoline_6442", 0x1400, 0x1530, 0x1400,
	  0x1530, 0 },
};

static void expect_incomplete(const struct test *t, const char *part)
{
	const char *why = dm_bpf_incomplete(t->bpf);

	if (!part) {
		CU_ASSERT_PTR_NULL(why);
	} else {
		CU_ASSERT_PTR_NOT_NULL_FATAL(why);
		CU_ASSERT_PTR_NOT_NULL(strstr(why, part));
	}
	if (why && (!part || !strstr(why, part)))
		fprintf(stderr, "    unexpected: %s\n", why);
}

static void test_whole(void)
{
	const struct bpf_pack *k;
	struct test t;
	size_t count;

	make_whole(&t);
	read_bpf(&t);
	expect_incomplete(&t, NULL);
	check_programs(&t);
	check_texts(&t, whole, 5);
	k = bpf_packs(t.bpf, &count);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CU_ASSERT_EQUAL(k->start, t.area);
	CU_ASSERT_EQUAL(k->end, t.area + PACK_SIZE);
	CU_ASSERT_EQUAL(dm_bpf_pack_used(k, k->start, k->end), 0x14c0);
	end(&t);
}

static void test_at(void)
{
	const struct bpf_text *x;
	struct test t;
	size_t count;

	make_whole(&t);
	read_bpf(&t);
	x = bpf_texts(t.bpf, &count);
	CU_ASSERT_PTR_EQUAL(bpf_text_at(t.bpf, t.area + 0x1ff), &x[0]);
	CU_ASSERT_PTR_NULL(bpf_text_at(t.bpf, t.area + 0x200));
	CU_ASSERT_PTR_NULL(bpf_text_at(t.bpf, t.area - 1));
	CU_ASSERT_PTR_EQUAL(bpf_text_at(t.bpf, t.area + 0x240), &x[1]);
	CU_ASSERT_PTR_EQUAL(bpf_text_at(t.bpf, t.area + 0x123f), &x[1]);
	CU_ASSERT_PTR_EQUAL(bpf_text_at(t.bpf, t.area + 0x1240), &x[2]);
	CU_ASSERT_PTR_NULL(bpf_text_at(t.bpf, t.area + 0x1530));
	CU_ASSERT_PTR_NULL(bpf_text_at(t.bpf, UINT64_MAX));
	CU_ASSERT_PTR_NULL(dm_bpf_pack_at(t.bpf, t.area - 1));
	CU_ASSERT_PTR_NOT_NULL(dm_bpf_pack_at(t.bpf, t.area));
	CU_ASSERT_PTR_NOT_NULL(dm_bpf_pack_at(t.bpf, t.area + PACK_SIZE - 1));
	CU_ASSERT_PTR_NULL(dm_bpf_pack_at(t.bpf, t.area + PACK_SIZE));
	end(&t);
}

static void test_in(void)
{
	const struct bpf_text *x;
	const struct bpf_pack *k;
	struct test t;
	size_t count;

	make_whole(&t);
	read_bpf(&t);
	x = bpf_texts(t.bpf, &count);
	CU_ASSERT_PTR_EQUAL(
		dm_bpf_texts_in(t.bpf, t.area, t.area + 0x1000, &count), &x[0]);
	CU_ASSERT_EQUAL(count, 2);
	CU_ASSERT_PTR_EQUAL(dm_bpf_texts_in(t.bpf, t.area + 0x1000,
					    t.area + 0x2000, &count),
			    &x[1]);
	CU_ASSERT_EQUAL(count, 4);
	CU_ASSERT_PTR_NULL(dm_bpf_texts_in(t.bpf, t.area + 0x2000,
					   t.area + 0x3000, &count));
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_PTR_NULL(
		dm_bpf_texts_in(t.bpf, t.area + 0x200, t.area + 0x240, &count));
	k = dm_bpf_pack_at(t.bpf, t.area);
	CU_ASSERT_EQUAL(dm_bpf_pack_used(k, t.area, t.area + 0x1000), 0xfc0);
	CU_ASSERT_EQUAL(dm_bpf_pack_used(k, t.area + 0x1000, t.area + 0x2000),
			0x500);
	CU_ASSERT_EQUAL(dm_bpf_pack_used(k, t.area + 0x2000, UINT64_MAX), 0);
	CU_ASSERT_EQUAL(dm_bpf_pack_used(k, t.area + 0x1f0, t.area + 0x250),
			0x20);
	CU_ASSERT_EQUAL(dm_bpf_pack_used(k, 0, t.area), 0);
	end(&t);
}

/* 5.10: pages of its own for each program, no packs. */
static void test_pages(void)
{
	struct test t;
	size_t count;

	start(&t, page_members);
	t.area = fake_kernel_data(t.stub.fake);
	put32(&t, t.area, 2);
	fake_kernel_pa(t.stub.fake, t.area + 4096);
	add_prog(&t, 3, "three", t.area + 0x868, 0x1000);
	read_bpf(&t);
	expect_incomplete(&t, NULL);
	check_texts(&t,
		    &(struct expected){ BPF_TEXT_PROGRAM, "bpf_prog_0123_three",
					0x868, 0x1868, 0, 0x2000, 3 },
		    1);
	CU_ASSERT_PTR_NULL(bpf_packs(t.bpf, &count));
	CU_ASSERT_EQUAL(count, 0);
	/* A header that tells of less than there is. */
	put32(&t, t.area, 1);
	read_bpf(&t);
	expect_incomplete(&t, "tells of 4096 bytes");
	check_texts(&t,
		    &(struct expected){ BPF_TEXT_PROGRAM, "bpf_prog_0123_three",
					0x868, 0x1868, 0x868, 0x1868, 3 },
		    1);
	end(&t);
}

/* Interpreted, and compiled but without a symbol. */
static void test_no_symbol(void)
{
	struct test t;
	uint64_t prog;

	start(&t, pack_members);
	use(&t, 0, 0x100, true);
	add_prog(&t, 3, "three", 0, 0);
	prog = add_prog(&t, 4, "four", 0, 0);
	put32(&t, prog + PROG_JITED, 0x40);
	put(&t, prog + PROG_FUNC, t.area + 0x10);
	read_bpf(&t);
	expect_incomplete(&t, NULL);
	check_texts(&t,
		    &(struct expected){ BPF_TEXT_PROGRAM, "", 0x10, 0x50, 0,
					0x100, 4 },
		    1);
	end(&t);
}

static void test_kinds(void)
{
	static const struct expected kinds[] = {
		{ BPF_TEXT_DISPATCHER, "bpf_dispatcher_xdp", 0, 0x40, 0, 0x40,
		  0 },
		{ BPF_TEXT_STRUCT_OPS, "bpf__tcp_congestion_ops_init", 0x40,
		  0x80, 0x40, 0x80, 0 },
		{ BPF_TEXT_OTHER, "what?is?this", 0x80, 0xc0, 0x80, 0xc0, 0 },
		{ BPF_TEXT_NO_ID, "bpf_prog_0123_gone", 0x110, 0x150, 0x100,
		  0x180, 0 },
	};
	struct test t;

	start(&t, pack_members);
	use(&t, 0x100, 0x80, true);
	set_ksym(&t, take(&t, 128), t.area, 0x40, "bpf_dispatcher_xdp", false);
	set_ksym(&t, take(&t, 128), t.area + 0x40, 0x40,
		 "bpf__tcp_congestion_ops_init", false);
	set_ksym(&t, take(&t, 128), t.area + 0x80, 0x40, "what\nis\xffthis",
		 false);
	add_prog(&t, 0, "gone", t.area + 0x110, 0x40);
	read_bpf(&t);
	expect_incomplete(&t, NULL);
	check_texts(&t, kinds, 4);
	CU_ASSERT_STRING_EQUAL(dm_bpf_text_kind_name(BPF_TEXT_TRAMPOLINE),
			       "trampoline");
	end(&t);
}

/* A bad entry of prog_idr costs that entry. */
static void test_bad_programs(void)
{
	struct test t;
	uint64_t slot;

	start(&t, pack_members);
	slot = t.node + NODE_SLOTS + 8 * 9;
	add_prog(&t, 3, "three", 0, 0);
	put(&t, slot, t.node); /* not nine */
	put(&t, t.node + PROG_AUX, t.node + 768);
	put32(&t, t.node + 768 + AUX_ID, 8);
	read_bpf(&t);
	expect_incomplete(&t, "entry 9 of prog_idr calls itself 8");
	CU_ASSERT_PTR_NOT_NULL(bpf_program_by_id(t.bpf, 3));
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 8));
	put(&t, slot, 17);
	read_bpf(&t);
	expect_incomplete(&t, "entry 9 of prog_idr is no pointer");
	put(&t, slot, 0xffffdead00000000);
	read_bpf(&t);
	expect_incomplete(&t, "not mapped");
	put(&t, slot, 0x1000);
	read_bpf(&t);
	expect_incomplete(&t, "");
	CU_ASSERT_PTR_NOT_NULL(bpf_program_by_id(t.bpf, 3));
	end(&t);
}

/* Without prog_idr's node, the symbols tell of programs. */
static void test_broken_idr(void)
{
	struct test t;
	uint64_t prog;

	make_whole(&t);
	put(&t, t.idr + 8, 0xffffdead00000002);
	read_bpf(&t);
	expect_incomplete(&t, "not mapped");
	check_programs(&t);
	check_texts(&t, whole, 5);
	end(&t);
	/* Data that another program has, and data that is nowhere. */
	start(&t, pack_members);
	put(&t, t.idr + 8, 0);
	use(&t, 0, 0x80, true);
	prog = add_prog(&t, 3, "three", t.area + 0x10, 0x40);
	put(&t, prog + PROG_AUX, t.node);
	read_bpf(&t);
	expect_incomplete(&t, "has other data than its own");
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 3));
	check_texts(&t,
		    &(struct expected){ BPF_TEXT_NO_ID, "bpf_prog_0123_three",
					0x10, 0x50, 0, 0x80, 0 },
		    1);
	put(&t, prog + 512 + AUX_PROG, 8);
	read_bpf(&t);
	expect_incomplete(&t, "");
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 3));
	end(&t);
}

/* ---- Programs that no list leads to ---------------------------------------- */

#define SPACE UINT64_C(0xffff800080000000)

/* A program at the start of the page at @va, which is mapped for it. */
static uint64_t lost_prog(struct test *t, uint64_t va, uint32_t id,
			  const char *name, uint64_t code)
{
	fake_kernel_map(t->stub.fake, va, fake_kernel_page(t->stub.fake));
	t->heap = va;
	return add_prog(t, id, name, code, 0x40);
}

/* No way in by prog_idr, nor by either end of bpf_kallsyms. */
static void break_lists(struct test *t)
{
	put(t, t->idr + 8, 0xffffdead00000002);
	put(t, t->kallsyms, 0xffffdead00000000);
	put(t, t->kallsyms + 8, 0xffffdead00000000);
}

static void start_lost(struct test *t)
{
	start(t, pack_members);
	fake_kernel_line(t->stub.fake, "NUMBER(MODULES_END)=0x%llx",
			 (unsigned long long)SPACE);
	fake_kernel_line(t->stub.fake, "NUMBER(VMALLOC_END)=0x%llx",
			 (unsigned long long)(SPACE + (1 << 30)));
	use(t, 0, 0x80, true);
	use(t, 0x100, 0x80, true);
}

static void test_search(void)
{
	const struct bpf_program *p;
	struct test t;
	uint64_t prog;

	start_lost(&t);
	prog = lost_prog(&t, SPACE + 0x200000, 3, "three", t.area + 0x10);
	/* Behind another page there is no area's start. */
	lost_prog(&t, SPACE + 0x201000, 4, "four", t.area + 0x110);
	break_lists(&t);
	read_bpf(&t);
	expect_incomplete(&t, "not mapped");
	p = bpf_program_by_id(t.bpf, 3);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL(p->va, prog);
	CU_ASSERT_STRING_EQUAL(p->name, "three");
	CU_ASSERT_EQUAL(p->load_time, 3000000021);
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 4));
	CU_ASSERT_EQUAL(bpf_text_at(t.bpf, t.area + 0x10)->program, p);
	end(&t);
}

/* kallsyms with functions only has none of the roots (Debian's 6.1). */
static void test_functions_only(void)
{
	const struct bpf_program *p;
	struct test t;
	size_t i, count;

	start_lost(&t);
	lost_prog(&t, SPACE + 0x200000, 3, "three", t.area + 0x10);
	lost_prog(&t, SPACE + 0x400000, 4, "four", t.area + 0x110);
	for (i = 0; i < 3; i++)
		t.symbols[i].name = "a_function";
	read_bpf(&t);
	expect_incomplete(&t, "no symbol prog_idr");
	p = bpf_programs(t.bpf, &count);
	CU_ASSERT_EQUAL_FATAL(count, 2);
	CU_ASSERT_EQUAL(p[0].id, 3);
	CU_ASSERT_STRING_EQUAL(p[0].name, "three");
	CU_ASSERT_EQUAL(p[1].id, 4);
	CU_ASSERT_STRING_EQUAL(p[1].name, "four");
	/* The code is named by its program; packs have no list. */
	CU_ASSERT_PTR_NOT_NULL_FATAL(bpf_text_at(t.bpf, t.area + 0x110));
	CU_ASSERT_EQUAL(bpf_text_at(t.bpf, t.area + 0x110)->program, &p[1]);
	CU_ASSERT_PTR_NULL(dm_bpf_pack_at(t.bpf, t.area));
	end(&t);
}

/* One list of the two is enough for names; both ends of it may be broken. */
static void test_search_beside_a_list(void)
{
	struct test t;
	size_t count;

	start_lost(&t);
	lost_prog(&t, SPACE + 0x200000, 3, "three", t.area + 0x10);
	put(&t, t.kallsyms, 0xffffdead00000000);
	put(&t, t.kallsyms + 8, 0xffffdead00000000);
	read_bpf(&t);
	expect_incomplete(&t, "not mapped");
	CU_ASSERT_PTR_NOT_NULL(bpf_program_by_id(t.bpf, 3));
	CU_ASSERT_PTR_NOT_NULL(bpf_text_at(t.bpf, t.area + 0x10));
	/* It is in prog_idr and found again: one program all the same. */
	bpf_programs(t.bpf, &count);
	CU_ASSERT_EQUAL(count, 1);
	end(&t);
}

/* Kernels before 5.18 do not say where vmalloc space is. */
static void test_search_everywhere(void)
{
	struct test t;

	start_lost(&t);
	lost_prog(&t, SPACE + 0x200000, 3, "three", t.area + 0x10);
	fake_kernel_drop_line(t.stub.fake, "NUMBER(MODULES_END)");
	fake_kernel_drop_line(t.stub.fake, "NUMBER(VMALLOC_END)");
	break_lists(&t);
	read_bpf(&t);
	CU_ASSERT_PTR_NOT_NULL(bpf_program_by_id(t.bpf, 3));
	end(&t);
}

/* What its data does not vouch for is no program. */
static void test_search_in_vain(void)
{
	struct test t;
	uint64_t prog;

	start_lost(&t);
	prog = lost_prog(&t, SPACE + 0x200000, 3, "three", t.area + 0x10);
	put(&t, prog + 512 + AUX_PROG, prog + 8);
	lost_prog(&t, SPACE + 0x400000, 0, "filter", t.area + 0x110);
	prog = lost_prog(&t, SPACE + 0x600000, 5, "five", t.area + 0x110);
	put(&t, prog + PROG_AUX, 0xffffdead00000000);
	prog = lost_prog(&t, SPACE + 0x800000, 6, "six", t.area + 0x110);
	put(&t, prog + PROG_AUX, prog + 513);
	break_lists(&t);
	read_bpf(&t);
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 3));
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 0));
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 5));
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 6));
	end(&t);
	/* With whole lists nobody looks. */
	start_lost(&t);
	lost_prog(&t, SPACE + 0x200000, 3, "three", 0);
	put(&t, t.node + NODE_SLOTS + 8 * 3, 0);
	read_bpf(&t);
	CU_ASSERT_PTR_NULL(bpf_program_by_id(t.bpf, 3));
	end(&t);
}

static void test_bad_list(void)
{
	struct test t;

	make_whole(&t);
	put(&t, t.last_ksym, t.last_ksym); /* a loop at its end */
	read_bpf(&t);
	expect_incomplete(&t, "points back");
	check_programs(&t);
	check_texts(&t, whole, 5);
	end(&t);
}

static void test_bad_functions(void)
{
	struct test t;
	uint64_t prog;

	start(&t, pack_members);
	prog = add_prog(&t, 3, "three", 0, 0);
	put(&t, prog + 512 + AUX_FUNC, 0xffffdead00000000);
	put32(&t, prog + 512 + AUX_COUNT, 1);
	read_bpf(&t);
	expect_incomplete(&t, "not mapped");
	put32(&t, prog + 512 + AUX_COUNT, UINT32_MAX);
	read_bpf(&t);
	expect_incomplete(&t, "ID 3 has 4294967295 functions");
	/* Not there yet: nothing is wrong. */
	put(&t, prog + 512 + AUX_FUNC, t.node + NODE_SLOTS);
	put32(&t, prog + 512 + AUX_COUNT, 3);
	read_bpf(&t);
	expect_incomplete(&t, NULL);
	end(&t);
}

static void test_bad_code(void)
{
	struct test t;
	uint64_t ksym;

	start(&t, pack_members);
	ksym = take(&t, 128);
	set_ksym(&t, ksym, t.area, 0x40, "bpf_trampoline_1", false);
	put(&t, ksym + 8, t.area);
	read_bpf(&t);
	expect_incomplete(&t, "is no range of code");
	put(&t, ksym + 8, t.area + (UINT64_C(1) << 40));
	read_bpf(&t);
	expect_incomplete(&t, "is no range of code");
	check_texts(&t, NULL, 0);
	put(&t, ksym + 8, t.area + 0x80);
	set_ksym(&t, take(&t, 128), t.area + 0x40, 0x40, "bpf_trampoline_2",
		 false);
	read_bpf(&t);
	expect_incomplete(&t, "reaches into");
	end(&t);
}

/* Images never reach out of their pack or into each other. */
static void test_bad_headers(void)
{
	static const uint32_t sizes[] = { 0,	  0xb9,	  0x40,	     0x140,
					  0x1000, 0x8000, UINT32_MAX };
	static const struct expected left[] = {
		{ BPF_TEXT_PROGRAM, "bpf_prog_0123_three", 0x8, 0x68, 0x8, 0x68,
		  3 },
		{ BPF_TEXT_PROGRAM, "bpf_prog_0123_four", 0x110, 0x150, 0x100,
		  0x180, 4 },
	};
	struct test t;
	uint64_t ksym;
	size_t i;

	start(&t, pack_members);
	use(&t, 0, 0x100, false);
	use(&t, 0x100, 0x80, true);
	add_prog(&t, 3, "three", t.area + 0x8, 0x60);
	add_prog(&t, 4, "four", t.area + 0x110, 0x40);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		put32(&t, t.area, sizes[i]);
		read_bpf(&t);
		expect_incomplete(&t, "the header of BPF code");
		check_texts(&t, left, 2);
	}
	/* Code before it reaches into the chunk that it says to begin with. */
	put32(&t, t.area, 0x100);
	ksym = take(&t, 128);
	set_ksym(&t, ksym, t.area, 0x4, "bpf_trampoline_1", false);
	read_bpf(&t);
	expect_incomplete(&t, "the header of BPF code");
	CU_ASSERT_EQUAL(bpf_text_at(t.bpf, t.area + 8)->image_start,
			t.area + 8);
	end(&t);
}

static void test_unlisted(void)
{
	static const struct expected found[] = {
		{ BPF_TEXT_UNLISTED, "", 0x80, 0xc0, 0x80, 0xc0, 0 },
		{ BPF_TEXT_UNLISTED, "", 0x3f80, 0x4000, 0x3f80, 0x4000, 0 },
	};
	struct test t;

	start(&t, pack_members);
	put32(&t, t.area, 0x40); /* a header, but nobody uses it */
	use(&t, 0x40, 0x80, true);
	put32(&t, t.area + 0x40, 0xc0); /* reaches into what is free */
	put32(&t, t.area + 0x80, 0x40);
	use(&t, 0x3f80, 0x80, true);
	read_bpf(&t);
	expect_incomplete(&t, NULL);
	check_texts(&t, found, 2);
	end(&t);
}

static void test_bad_packs(void)
{
	const struct bpf_pack *k;
	struct test t;
	size_t count;

	start(&t, pack_members);
	put(&t, t.pack + PACK_PTR, t.area + 8);
	read_bpf(&t);
	expect_incomplete(&t, "does not begin with a page");
	put(&t, t.pack + PACK_PTR, t.area + PACK_SIZE);
	read_bpf(&t);
	expect_incomplete(&t, "is not mapped");
	put(&t, t.pack + PACK_PTR, 0);
	read_bpf(&t);
	expect_incomplete(&t, "");
	CU_ASSERT_PTR_NULL(bpf_packs(t.bpf, &count));
	/* Its memory in two packs. */
	put(&t, t.pack + PACK_PTR, t.area + 4096);
	add_pack(&t);
	put(&t, t.pack + PACK_PTR, t.area - (UINT64_C(1) << 20));
	read_bpf(&t);
	expect_incomplete(&t, "is within another");
	k = bpf_packs(t.bpf, &count);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CU_ASSERT_EQUAL(k->start, t.area - (UINT64_C(1) << 20));
	end(&t);
}

/* The pack is there, but what of it is used is not known. */
static void test_no_bitmap(void)
{
	const struct bpf_pack *k;
	struct test t;
	uint64_t pack;
	size_t count;

	start(&t, pack_members);
	pack = fake_kernel_data(t.stub.fake) + 4096 - PACK_BITS;
	put(&t, pack + PACK_PTR, t.area);
	t.last_pack = t.packs;
	add_tail(&t, t.packs, &t.last_pack, pack);
	read_bpf(&t);
	expect_incomplete(&t, "not mapped");
	k = bpf_packs(t.bpf, &count);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CU_ASSERT_PTR_NULL(k->chunks);
	CU_ASSERT_EQUAL(dm_bpf_pack_used(k, k->start, k->end), 0);
	end(&t);
}

static void test_symbols_and_types(void)
{
	struct test t;

	make_whole(&t);
	t.symbols[1].name = "something_else";
	read_bpf(&t);
	expect_incomplete(&t, "no symbol bpf_kallsyms");
	check_programs(&t);
	t.symbols[2].name = "something_else";
	read_bpf(&t);
	t.symbols[0].name = "something_else";
	read_bpf(&t);
	expect_incomplete(&t, "no symbol prog_idr");
	end(&t);
	start(&t, NULL);
	suite_error(dm_bpf_create(stub_target_fresh(&t.stub), &t.bpf),
		    DM_ERROR_NOT_FOUND, "BPF programs: no types of the kernel");
	end(&t);
	/* Types, but neither these. */
	start(&t, pack_members + 8);
	suite_error(dm_bpf_create(stub_target_fresh(&t.stub), &t.bpf),
		    DM_ERROR_NOT_FOUND, "struct bpf_prog");
	end(&t);
}

#define MANY 65600

/* Three levels of nodes, full of programs of 128 bytes each. */
static void make_many(struct test *t)
{
	uint64_t base = fake_kernel_data(t->stub.fake) + (UINT64_C(1) << 30);
	uint64_t nodes = base + 128 * (uint64_t)(MANY + 64), i, parent;
	unsigned int level;

	for (level = 0; level < 3; level++)
		for (i = 0; i << 6 * (level + 1) < MANY; i++) {
			uint64_t va = nodes + (level << 22) + 1024 * i;

			parent = nodes + ((level + 1) << 22) + 1024 * (i >> 6);
			fake_kernel_write_u16(t->stub.fake, va,
					      (uint16_t)(6 * level |
							 (i & 63) << 8));
			put(t, va + 8, parent);
			put(t, parent + NODE_SLOTS + 8 * (i & 63), va + 2);
		}
	/* The fourth level's node is the head. */
	fake_kernel_write_u16(t->stub.fake, nodes + (3 << 22), 18);
	put(t, nodes + (3 << 22) + 8, 0);
	put(t, t->idr + 8, nodes + (3 << 22) + 2);
	for (i = 1; i < MANY; i++) {
		uint64_t prog = base + 128 * i;

		put(t, prog + PROG_AUX, prog + 48);
		put32(t, prog + 48 + AUX_ID, (uint32_t)i);
		put(t, nodes + 1024 * (i >> 6) + NODE_SLOTS + 8 * (i & 63),
		    prog);
	}
}

static void test_too_many(void)
{
	const struct bpf_program *p;
	struct test t;
	size_t count;

	start(&t, pack_members);
	make_many(&t);
	read_bpf(&t);
	expect_incomplete(&t, "those from index 65537 are left out");
	p = bpf_programs(t.bpf, &count);
	CU_ASSERT_EQUAL_FATAL(count, 65536);
	CU_ASSERT_EQUAL(p[65535].id, 65536);
	CU_ASSERT_STRING_EQUAL(p[65535].type, "0");
	end(&t);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "whole", test_whole },
		{ "at an address", test_at },
		{ "in a range", test_in },
		{ "pages", test_pages },
		{ "no symbol", test_no_symbol },
		{ "kinds", test_kinds },
		{ "bad programs", test_bad_programs },
		{ "broken prog_idr", test_broken_idr },
		{ "search", test_search },
		{ "functions only", test_functions_only },
		{ "search beside a list", test_search_beside_a_list },
		{ "search everywhere", test_search_everywhere },
		{ "search in vain", test_search_in_vain },
		{ "bad list", test_bad_list },
		{ "bad functions", test_bad_functions },
		{ "bad code", test_bad_code },
		{ "bad headers", test_bad_headers },
		{ "in no list", test_unlisted },
		{ "bad packs", test_bad_packs },
		{ "no bitmap", test_no_bitmap },
		{ "symbols and types", test_symbols_and_types },
		{ "too many programs", test_too_many },
		CU_TEST_INFO_NULL,
	};

	return suite_run("bpf", tests);
}
