// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All of the kernel's space, of kernels that are made: lines and markers where
 * note_page() of the kernel's ptdump would have them; what is missing, shared or
 * broken is said, and bounds the work.
 */
#include <inttypes.h>

#include "arm64/arm64.h"
#include "directmap/ptdump.h"
#include "fake/fake_kernel.h"
#include "suite.h"

#define KIB UINT64_C(1024)
#define GIB (UINT64_C(1) << 30)

/* A page and a block of the kernel's data. */
#define PTE	UINT64_C(0x0068000000000703)
#define BLOCK	UINT64_C(0x0068000000000701)
#define TABLE	UINT64_C(3)

#define LINEAR	UINT64_C(0xffff000000000000)
#define MODULES UINT64_C(0xffff800000000000)
#define SHADOW	UINT64_C(0xffffa00000000000)
#define OTHER	UINT64_C(0xffffb00000000000)

static struct fake_kernel *f;
static struct suite_text text;
static struct dm_space_summary summary;
static const struct dm_kernel *kernel;

static struct dm_error *print_line(void *arg, const struct dm_space_line *line)
{
	(void)arg;
	CU_ASSERT_EQUAL(line->struct_size, sizeof(*line));
	return dm_space_text(kernel, line, &text.sink);
}

static struct dm_error *print_marker(void *arg, uint64_t va, const char *name)
{
	(void)arg;
	(void)va;
	return dm_marker_text(name, &text.sink);
}

static struct dm_error *try(const struct dm_session_options *options,
			    const struct dm_range *range)
{
	struct dm_session *session;
	struct dm_error *err;

	suite_text_init(&text);
	suite_no_error(dm_session_create(&f->source, options, &session));
	kernel = dm_session_kernel(session);
	err = dm_session_ptdump(session, range, print_line, print_marker, NULL,
				&summary);
	dm_session_destroy(session);
	return err;
}

static void print(void)
{
	suite_no_error(try(NULL, NULL));
}

static void start(unsigned int page_shift, unsigned int va_bits)
{
	f = fake_kernel_create(page_shift, va_bits);
}

static void end(void)
{
	fake_kernel_destroy(f);
}

static uint64_t lines_of(const char *what)
{
	uint64_t n = 0;
	const char *at = text.text;

	while ((at = strstr(at, what))) {
		at++;
		n++;
	}
	return n;
}

/* ---- Lines ---------------------------------------------------------------- */

static void test_lines(void)
{
	start(12, 48);
	fake_kernel_set_entry(f, LINEAR, 1, BLOCK | (2 * GIB));
	fake_kernel_set_entry(f, MODULES, 3, PTE | 0x80001000);
	fake_kernel_set_entry(f, MODULES + 4 * KIB, 3, PTE | 0x80009000);
	fake_kernel_set_entry(f, MODULES + 8 * KIB, 3,
			      (PTE & ~UINT64_C(1)) | 0x80002000);
	print();
	/* Neighbours alike are one, wherever they lead to. */
	suite_has(
		text.text,
		"---[ Linear Mapping start ]---\n"
		"0xffff000000000000-0xffff000040000000           1G PUD       RW NX SHD AF        BLK UXN    MEM/NORMAL\n"
		"0xffff000040000000-0xffff008000000000         511G PUD\n"
		"0xffff008000000000-0xffff800000000000      130560G PGD\n"
		"---[ Linear Mapping end ]---\n"
		"0xffff800000000000-0xffff800000002000           8K PTE       RW NX SHD AF            UXN    MEM/NORMAL\n"
		"0xffff800000002000-0xffff800000003000           4K PTE F     RW NX SHD AF            UXN    MEM/NORMAL\n"
		"0xffff800000003000-0xffff800000200000        2036K PTE\n"
		"0xffff800000200000-0xffff800040000000        1022M PMD\n");
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "-0x0000000000000000 "));
	CU_ASSERT_EQUAL(summary.unknown, 0);
	CU_ASSERT_FALSE(summary.stopped);
	CU_ASSERT_EQUAL(summary.lines, lines_of("-0x"));
	end();
}

/* The root table is PGD, whatever its level. */
static void test_levels(void)
{
	start(12, 39);
	fake_kernel_set_entry(f, UINT64_C(0xffffff8000000000), 1,
			      BLOCK | (2 * GIB));
	print();
	suite_has(
		text.text,
		"0xffffff8000000000-0xffffff8040000000           1G PGD       RW");
	CU_ASSERT_PTR_NULL(strstr(text.text, "PUD"));
	end();
	start(16, 42);
	print();
	CU_ASSERT_PTR_NULL(strstr(text.text, "PMD"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "PGD"));
	end();
}

/* ---- Markers ---------------------------------------------------------------- */

static void layout(const char *vmemmap_start, const char *vmemmap_end)
{
	fake_kernel_line(f, "NUMBER(MODULES_VADDR)=0xffff800000000000");
	fake_kernel_line(f, "NUMBER(MODULES_END)=0xffff800008000000");
	fake_kernel_line(f, "NUMBER(VMALLOC_START)=0xffff800008000000");
	fake_kernel_line(f, "NUMBER(VMALLOC_END)=0xfffffbfff0000000");
	fake_kernel_line(f, "NUMBER(VMEMMAP_START)=%s", vmemmap_start);
	fake_kernel_line(f, "NUMBER(VMEMMAP_END)=%s", vmemmap_end);
}

static void check_order(const char *const *names)
{
	const char *at = text.text, *next;
	char marker[64];

	for (; *names; names++) {
		snprintf(marker, sizeof(marker), "---[ %s ]---\n", *names);
		next = strstr(at, marker);
		if (!next)
			fprintf(stderr, "    no %s\n", *names);
		CU_ASSERT_PTR_NOT_NULL_FATAL(next);
		at = next;
	}
	CU_ASSERT_PTR_NULL(strstr(at + 1, "---["));
}

/* One a note, as the kernel has it: lines show where they lag behind. */
static void map_all(void)
{
	static const uint64_t vas[] = {
		UINT64_C(0xffff800000000000), UINT64_C(0xffff800008000000),
		UINT64_C(0xfffffbfff0000000), UINT64_C(0xfffffbffff000000),
		UINT64_C(0xfffffc0000000000), UINT64_C(0xfffffdffc0000000),
		UINT64_C(0xfffffdffffe00000), UINT64_C(0xffffffffc0000000),
		UINT64_C(0xffffffffc0800000), UINT64_C(0xffffffffc1800000),
	};
	size_t i;

	for (i = 0; i < sizeof(vas) / sizeof(vas[0]); i++)
		fake_kernel_set_entry(f, vas[i], 3, PTE | 0x80001000);
}

static void test_markers(void)
{
	static const char *const old[] = {
		"Linear Mapping start",
		"Linear Mapping end",
		"Modules start",
		"Modules end",
		"vmalloc() area",
		"vmalloc() end",
		"PCI I/O start",
		"PCI I/O end",
		"vmemmap start",
		"vmemmap end",
		NULL,
	};
	static const char *const new[] = {
		"Linear Mapping start",
		"Linear Mapping end",
		"Modules start",
		"Modules end",
		"vmalloc() area",
		"vmalloc() end",
		"vmemmap start",
		"vmemmap end",
		"PCI I/O start",
		"PCI I/O end",
		NULL,
	};
	static const char *const none[] = { "Linear Mapping start",
					    "Linear Mapping end", NULL };

	start(12, 48);
	map_all();
	print();
	check_order(none);
	layout("0xfffffc0000000000", "0xfffffe0000000000");
	print();
	check_order(old);
	end();
	start(12, 48);
	map_all();
	layout("0xfffffdffc0000000", "0xffffffffc0000000");
	print();
	check_order(new);
	suite_has(text.text, "---[ vmemmap end ]---\n0xffffffffc0000000-");
	suite_has(text.text, "---[ PCI I/O end ]---\n0xffffffffc1800000-");
	end();
	/* In no order that a kernel has: those up to there. */
	start(12, 48);
	map_all();
	layout("0xffff000000000000", "0xffffffffc0000000");
	print();
	CU_ASSERT_PTR_NULL(strstr(text.text, "vmemmap"));
	suite_has(text.text, "---[ vmalloc() end ]---");
	end();
}

/* ---- Tables that are no tree ------------------------------------------------ */

/* As KASAN's: one page all over, by tables of one entry all over. */
static void test_shadow(void)
{
	uint64_t pte = fake_kernel_page(f = fake_kernel_create(12, 48));
	uint64_t pmd = fake_kernel_page(f), pud = fake_kernel_page(f);
	uint64_t scratch = UINT64_C(0xffff900000000000), tables;
	const uint64_t pas[] = { pte, pmd, pud };
	const uint64_t entries[] = { PTE | 0x80001000, pte | TABLE,
				     pmd | TABLE };
	unsigned int level, i;

	/* Written where they are mapped, and used where nothing is. */
	for (level = 0; level < 3; level++) {
		fake_kernel_map(f, scratch, pas[level]);
		for (i = 0; i < 512; i++)
			fake_kernel_write_u64(f, scratch + 8 * i,
					      entries[level]);
		fake_kernel_unmap(f, scratch);
	}
	print();
	tables = summary.tables;
	for (i = 0; i < 16; i++)
		fake_kernel_set_entry(f, SHADOW + ((uint64_t)i << 39), 0,
				      pud | TABLE);
	print();
	suite_has(
		text.text,
		"0xffffa00000000000-0xffffa80000000000           8T PTE       RW NX SHD AF            UXN    MEM/NORMAL\n");
	CU_ASSERT_EQUAL(summary.unknown, 0);
	CU_ASSERT_EQUAL(summary.tables, tables + 3);
	end();
}

/* What else stands in two places is told once, and then that it does. */
static void test_shared(void)
{
	uint64_t pte;
	char line[128];

	start(12, 48);
	fake_kernel_set_entry(f, OTHER, 3, PTE | 0x80001000);
	pte = fake_kernel_page(f);
	fake_kernel_map(f, UINT64_C(0xffff900000000000), pte);
	fake_kernel_write_u64(f, UINT64_C(0xffff900000000000),
			      PTE | 0x80005000);
	fake_kernel_unmap(f, UINT64_C(0xffff900000000000));
	fake_kernel_set_entry(f, OTHER + (2 << 20), 2, pte | TABLE);
	fake_kernel_set_entry(f, OTHER + (4 << 20), 2, pte | TABLE);
	print();
	snprintf(
		line, sizeof(line),
		"0xffffb00000400000-0xffffb00000600000           2M PTE unknown: the table at 0x%" PRIx64
		" stands in another place, too\n",
		pte);
	suite_has(text.text, line);
	CU_ASSERT_EQUAL(summary.unknown, 2 << 20);
	end();
}

/* Each table to swapper_pg_dir itself: no end of it, were it gone into. */
static void test_loop(void)
{
	unsigned int i;

	start(12, 48);
	for (i = 300; i < 512; i++)
		fake_kernel_set_entry(f, LINEAR + ((uint64_t)i << 39), 0,
				      FAKE_KERNEL_RAM | TABLE);
	print();
	CU_ASSERT_EQUAL(summary.unknown, UINT64_C(212) << 39);
	CU_ASSERT(summary.tables < 16);
	suite_has(
		text.text,
		"PUD unknown: the table at 0x40000000 stands in another place");
	end();
}

static void test_broken(void)
{
	start(12, 48);
	/* A block where Linux makes none, a table that is nowhere. */
	fake_kernel_set_entry(f, OTHER, 0, BLOCK | (4 * GIB));
	fake_kernel_set_entry(f, SHADOW, 2, UINT64_C(0x7000000000) | TABLE);
	print();
	suite_has(
		text.text,
		"0xffffb00000000000-0xffffb08000000000         512G PGD unknown: 0x0068000100000701 is no descriptor of Linux's\n");
	suite_has(
		text.text,
		"0xffffa00000000000-0xffffa00000200000           2M PTE unknown: the table at 0x7000000000 is not in the dump\n");
	CU_ASSERT_EQUAL(summary.unknown,
			(UINT64_C(512) << 30) + (UINT64_C(2) << 20));
	end();
}

/* ---- How it ends ------------------------------------------------------------ */

static void test_stopped(void)
{
	struct dm_session_options options = { .struct_size = sizeof(options),
					      .max_tables = 2 };

	start(12, 48);
	fake_kernel_set_entry(f, LINEAR, 3, PTE | 0x80001000);
	suite_no_error(try(&options, NULL));
	CU_ASSERT_TRUE(summary.stopped);
	CU_ASSERT_EQUAL(summary.tables, 2);
	suite_has(
		text.text,
		"0xffff000000000000-0x0000000000000000         256T PMD unknown: the walk was ended\n");
	end();
}

static void test_range(void)
{
	const struct dm_range range = { MODULES + 4 * KIB, MODULES + 8 * KIB },
			      outside = { 4096, 8192 },
			      none = { MODULES, MODULES };

	start(12, 48);
	layout("0xfffffdffc0000000", "0xffffffffc0000000");
	fake_kernel_set_entry(f, MODULES, 3, PTE | 0x80001000);
	fake_kernel_set_entry(f, MODULES + 8 * KIB, 3, PTE | 0x80001000);
	suite_no_error(try(NULL, &range));
	CU_ASSERT_STRING_EQUAL(
		text.text,
		"0xffff800000001000-0xffff800000002000           4K PTE\n");
	suite_error(try(NULL, &outside), DM_ERROR_INVALID_ARGUMENT, "outside");
	suite_error(try(NULL, &none), DM_ERROR_INVALID_ARGUMENT, "outside");
	end();
}

static struct dm_error *refuse(void *arg, const struct dm_space_line *line)
{
	(void)arg;
	(void)line;
	return dm_error_create(DM_ERROR_OUTPUT, "enough");
}

static void test_error(void)
{
	struct dm_session *session;

	start(12, 48);
	suite_no_error(dm_session_create(&f->source, NULL, &session));
	suite_error(dm_session_ptdump(session, NULL, refuse, NULL, NULL, NULL),
		    DM_ERROR_OUTPUT, "enough");
	dm_session_destroy(session);
	end();
}

static CU_TestInfo tests[] = {
	{ "lines", test_lines },
	{ "levels", test_levels },
	{ "markers", test_markers },
	{ "KASAN's shadow", test_shadow },
	{ "shared tables", test_shared },
	{ "tables in a loop", test_loop },
	{ "broken and missing", test_broken },
	{ "ended", test_stopped },
	{ "a range", test_range },
	{ "an error of the caller's", test_error },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("ptdump", tests);
}
