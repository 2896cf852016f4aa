// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels without VMCOREINFO, found by their image; several; wrong addresses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arm64/kernel.h"
#include "directmap/dump.h"
#include "directmap/find.h"
#include "directmap/session.h"
#include "dump/candidates.h"
#include "gen/gen.h"
#include "gen/strip.h"
#include "suite.h"

static char folder[] = "/tmp/test_find.XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static struct dm_error *open_given(struct dm_dump **dump, const char *spec,
				   const char *vmcoreinfo)
{
	const char *path = in_folder("dump");
	struct dm_dump_options options = { .struct_size = sizeof(options),
					   .vmcoreinfo = vmcoreinfo };

	suite_no_error(gen_dump(spec, path));
	return dm_dump_open(&path, 1, &options, dump);
}

static struct dm_error *open_spec(struct dm_dump **dump, const char *spec)
{
	return open_given(dump, spec, NULL);
}

static void refuse(const char *spec, const char *part)
{
	struct dm_dump *dump;

	suite_error(open_spec(&dump, spec), DM_ERROR_BAD_DUMP, part);
	CU_ASSERT_PTR_NULL(dump);
}

/* The dump's memory in two ranges, as @format names them of its path. */
__attribute__((format(printf, 2, 0))) static void
refuse_ranges(const char *spec, const char *format, const char *part)
{
	char ranges[512];
	const char *path = in_folder("dump"), *given = ranges;
	struct dm_dump *dump;

	suite_no_error(gen_dump(spec, path));
	snprintf(ranges, sizeof(ranges), format, path, path);
	suite_error(dm_dump_open(&given, 1, NULL, &dump), DM_ERROR_BAD_DUMP,
		    part);
}

/* ---- Generated ----------------------------------------------------------- */

/* 64 MiB of image from load on; a byte each, as no other of it is not 0. */
#define HEADER(flags)                                                          \
	"page load zero\ntext load+19 \"\4\"\ntext load+24 \"" flags           \
	"\"\ntext load+56 \"ARMd\"\n"
/* Page sizes alone: the bit of placement would make a newline of one. */
#define FLAGS_4K  "\x02"
#define FLAGS_16K "\x04"
#define FLAGS_64K "\x06"
#define RAM	  "ram 0x40000000+1G\n"
#define BANNER                                                                 \
	"page load+16M zero\n"                                                 \
	"text load+0x1000100 \"Linux version 6.6.9-phone (a@b) #1\"\n"
#define IMAGE4                                                                 \
	"map image+64K 0xff0000 4K pa=load+64K x ro\n"                         \
	"map image+16M 48M 2M pa=load+16M\n"
#define IMAGE                                                                  \
	"map image+64K 0xff0000 pte pa=load+64K x ro\n"                        \
	"map image+16M 48M pte pa=load+16M\n"
#define K4   "kernel page=4K va=48\n" RAM
#define LINE "map pa=0x40000000 1G 2M\n"
#define SOUND                                                                  \
	K4 LINE IMAGE4 "no-vmcoreinfo\n" HEADER(FLAGS_4K) BANNER "format elf\n"

#define RAW                                                                    \
	K4 LINE IMAGE4 "no-vmcoreinfo\n" HEADER(FLAGS_4K) BANNER "format raw\n"

/* A whole GiB by one kind of leaf; the figures of the same with its note. */
static void check_figures(struct dm_dump *dump, enum dm_leaf leaf)
{
	const struct dm_usage *usage = NULL;
	struct dm_session *session = NULL;

	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	suite_no_error(dm_session_create(dm_dump_source(dump), NULL, &session));
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	suite_no_error(dm_session_usage(session, &usage));
	CU_ASSERT_PTR_NOT_NULL_FATAL(usage);
	CU_ASSERT_EQUAL(usage->mapped[leaf], 1 << 30);
	CU_ASSERT_EQUAL(dm_usage_mapped(usage), 1 << 30);
	CU_ASSERT_EQUAL(dm_usage_findings(usage), 0);
	dm_session_destroy(session);
}

static void check_geometry(const char *kernel, const char *map,
			   const char *flags, enum dm_leaf leaf,
			   unsigned int va_bits)
{
	struct dm_dump *dump = NULL;
	struct dm_kernel k;
	char spec[1024];

	snprintf(spec, sizeof(spec),
		 "kernel %s\n" RAM "%s" IMAGE "no-vmcoreinfo\npage load zero\n"
		 "text load+19 \"\4\"\ntext load+24 \"%s\"\n"
		 "text load+56 \"ARMd\"\n" BANNER "format kdump zlib\n",
		 kernel, map, flags);
	suite_no_error(open_spec(&dump, spec));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_from,
			DM_DUMP_VMCOREINFO_IMAGE);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_pa, 0x40200000);
	suite_no_error(dm_kernel_init(&k, dm_dump_source(dump)));
	CU_ASSERT_EQUAL(k.va_bits, va_bits);
	CU_ASSERT_STRING_EQUAL(k.release, "6.6.9-phone");
	check_figures(dump, leaf);
	dm_dump_close(dump);
}

static void test_geometries(void)
{
	static const char *const m4 = LINE,
				 *const m16 = "map pa=0x40000000 1G 32M\n",
				 *const m64 = "map pa=0x40000000 1G 512M\n";

	check_geometry("page=4K va=39 kaslr=0x6a00000", m4, FLAGS_4K,
		       DM_LEAF_PMD, 39);
	check_geometry("page=4K va=48", m4, FLAGS_4K, DM_LEAF_PMD, 48);
	check_geometry("page=4K va=52", m4, FLAGS_4K, DM_LEAF_PMD, 52);
	check_geometry("page=4K va=52/48", m4, FLAGS_4K, DM_LEAF_PMD, 48);
	check_geometry("page=16K va=36 kaslr=0x6a00000", m16, FLAGS_16K,
		       DM_LEAF_PMD, 36);
	check_geometry("page=16K va=47", m16, FLAGS_16K, DM_LEAF_PMD, 47);
	check_geometry("page=16K va=48", m16, FLAGS_16K, DM_LEAF_PMD, 48);
	check_geometry("page=16K va=52", m16, FLAGS_16K, DM_LEAF_PMD, 52);
	check_geometry("page=16K va=52/47", m16, FLAGS_16K, DM_LEAF_PMD, 47);
	check_geometry("page=64K va=42 kaslr=0x6a00000", m64, FLAGS_64K,
		       DM_LEAF_PMD, 42);
	check_geometry("page=64K va=48", m64, FLAGS_64K, DM_LEAF_PMD, 48);
	check_geometry("page=64K va=52", m64, FLAGS_64K, DM_LEAF_PMD, 52);
	check_geometry("page=64K va=52/48", m64, FLAGS_64K, DM_LEAF_PMD, 48);
	/* KASLR of both; a header that does not tell the page size. */
	check_geometry("page=4K va=48 kaslr=0x1ce7c0a30000", m4, FLAGS_4K,
		       DM_LEAF_PMD, 48);
	check_geometry("page=16K va=47", m16, "\x08", DM_LEAF_PMD, 47);
}

static void test_refuted(void)
{
	/* Nothing maps itself, or no RAM, or RAM at random. */
	refuse(K4 LINE "no-vmcoreinfo\n" HEADER(FLAGS_4K) "format elf\n",
	       "no root table behind it that maps itself and RAM");
	refuse(K4 IMAGE4 "no-vmcoreinfo\n" HEADER(FLAGS_4K) "format elf\n",
	       "an Image header at 0x40200000, but no root table");
	refuse(SOUND "page swapper random=1\n", "no root table");
	/* What is known to be missing is told. */
	refuse_ranges(RAW "page swapper random=1\n",
		      "%s:0+512M@1G,%s:512M+2G@1536M",
		      "get all of its memory: ");
	/* A vDSO of nothing, and no mark at all. */
	refuse(K4 LINE "no-vmcoreinfo\nformat elf\n",
	       "neither as a note nor in its memory");
}

/* What the user points at. */
static void test_given(void)
{
	struct dm_dump *dump = NULL;

	suite_no_error(open_given(&dump, SOUND, "@0x40200000"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_TRUE(dm_dump_info(dump)->vmcoreinfo_given);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_from,
			DM_DUMP_VMCOREINFO_IMAGE);
	check_figures(dump, DM_LEAF_PMD);
	dm_dump_close(dump);
	suite_error(open_given(&dump, SOUND "page swapper zero\n",
			       "@0x40200000"),
		    DM_ERROR_BAD_DUMP, "no root table");
}

/* Hundreds of headers, and hundreds of texts: bounded, and one line. */
static void test_hostile(void)
{
	size_t size = 1 << 20, used;
	char *spec = malloc(size);
	unsigned int i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(spec);
	used = (size_t)snprintf(spec, size,
				K4 LINE IMAGE4 "no-vmcoreinfo\nformat elf\n"
					       "page swapper zero\n");
	for (i = 0; i < 1000; i++)
		used += (size_t)snprintf(spec + used, size - used,
					 "text %#x \"ARMd\"\n",
					 0x50000000 + 0x10000 * i + 56);
	refuse(spec, "no root table");
	used = (size_t)snprintf(
		spec, size,
		K4 LINE IMAGE4
		"no-vmcoreinfo\nformat elf\n"
		"vmcoreinfo set NUMBER(PHYS_OFFSET)=0x50000000\n");
	for (i = 0; i < 1000; i++)
		used += (size_t)snprintf(spec + used, size - used,
					 "vmcoreinfo-page %#x\n",
					 0x50000000 + 0x10000 * i);
	refuse(spec, "none of 1000 in memory");
	free(spec);
}

/* ---- Two side by side ----------------------------------------------------- */

/* Raw memory of one with 4K pages and of one with 16K pages, 1 GiB each. */
static void write_two(char names[2][160])
{
	static const char *const specs[] = {
		"kernel page=4K va=39 kaslr=0x6a00000\n" RAM LINE IMAGE4
		"no-vmcoreinfo\n" HEADER(FLAGS_4K) BANNER "format raw\n",
		"kernel page=16K va=47\nram 0x80000000+1G\n"
		"map pa=0x80000000 1G 32M\n" IMAGE "no-vmcoreinfo\n" HEADER(
			FLAGS_16K) "page load+16M zero\n"
				   "text load+0x1000100 \"Linux version 6.12.3-guest (a@b) #1\"\n"
				   "format raw\n",
	};
	static const char *const files[] = { "low", "high" };
	size_t i;

	for (i = 0; i < 2; i++) {
		const char *path = in_folder(files[i]);

		suite_no_error(gen_dump(specs[i], path));
		snprintf(names[i], 160, "%s@0x%x", path,
			 0x40000000 + (unsigned int)i * 0x40000000);
	}
}

static struct dm_error *open_two(struct dm_dump **dump, char names[2][160],
				 const char *vmcoreinfo)
{
	const char *const paths[] = { names[1], names[0] };
	struct dm_dump_options options = { .struct_size = sizeof(options),
					   .vmcoreinfo = vmcoreinfo };

	return dm_dump_open(paths, 2, &options, dump);
}

static void check_one_of_two(char names[2][160], const char *mark,
			     const char *release, uint32_t page_size)
{
	struct dm_dump *dump = NULL;
	struct dm_kernel k;

	suite_no_error(open_two(&dump, names, mark));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	suite_no_error(dm_kernel_init(&k, dm_dump_source(dump)));
	CU_ASSERT_STRING_EQUAL(k.release, release);
	CU_ASSERT_EQUAL(k.page_size, page_size);
	check_figures(dump, DM_LEAF_PMD);
	dm_dump_close(dump);
}

static void test_two(void)
{
	struct dm_dump *dump;
	char names[2][160];

	write_two(names);
	suite_error(
		open_two(&dump, names, NULL), DM_ERROR_BAD_DUMP,
		"choose one with --vmcoreinfo @ADDRESS: 6.6.9-phone at 0x40200000 (by its image), 6.12.3-guest at 0x80200000 (by its image)");
	check_one_of_two(names, "@0x40200000", "6.6.9-phone", 4096);
	check_one_of_two(names, "@0x80200000", "6.12.3-guest", 16384);
	/* Nothing is there. */
	suite_error(open_two(&dump, names, "@0x80000000"), DM_ERROR_BAD_DUMP,
		    "0x80000000");
}

/* ---- Which of two ------------------------------------------------------------- */

/* Two machines' memory in one: a kernel at the beginning of each half. */
#define FIRST	    "kernel page=4K va=48 release=6.1-first\nram 0x40000000+512M\n"
#define SECOND	    "kernel page=4K va=48 release=6.1-second\nram 0x80000000+512M\n"
#define FIRST_LINE  "map pa=0x40000000 512M 2M\n"
#define SECOND_LINE "map pa=0x80000000 512M 2M\n"
#define REST	    IMAGE4 "no-vmcoreinfo\n" HEADER(FLAGS_4K) BANNER "format raw\n"

static struct dm_error *open_halves(struct dm_dump **dump, const char *first,
				    const char *second, const char *vmcoreinfo)
{
	struct dm_dump_options options = { .struct_size = sizeof(options),
					   .vmcoreinfo = vmcoreinfo };
	char a[128], b[128];
	const char *paths[] = { a, b };

	snprintf(a, sizeof(a), "%s", in_folder("first"));
	snprintf(b, sizeof(b), "%s", in_folder("second"));
	suite_no_error(gen_dump(first, a));
	suite_no_error(gen_dump(second, b));
	strcat(a, "@0x40000000");
	strcat(b, "@0x80000000");
	return dm_dump_open(paths, 2, &options, dump);
}

static void check_half(const char *first, const char *second,
		       const char *vmcoreinfo, uint64_t pa, size_t others)
{
	const struct dm_usage *usage = NULL;
	struct dm_session *session = NULL;
	struct dm_dump *dump = NULL;

	suite_no_error(open_halves(&dump, first, second, vmcoreinfo));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_pa, pa);
	CU_ASSERT_EQUAL(!dm_dump_info(dump)->vmcoreinfo_chosen, !others);
	suite_no_error(dm_session_create(dm_dump_source(dump), NULL, &session));
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	suite_no_error(dm_session_usage(session, &usage));
	CU_ASSERT_PTR_NOT_NULL_FATAL(usage);
	CU_ASSERT_EQUAL(usage->mapped[DM_LEAF_PMD], 512 << 20);
	CU_ASSERT_EQUAL(dm_usage_mapped(usage), 512 << 20);
	dm_session_destroy(session);
	dm_dump_close(dump);
}

static void test_halves(void)
{
	static const char *const first = FIRST FIRST_LINE REST,
				 *const second = SECOND SECOND_LINE REST;
	struct dm_dump *dump;

	suite_error(
		open_halves(&dump, first, second, NULL), DM_ERROR_BAD_DUMP,
		"choose one with --vmcoreinfo @ADDRESS: 6.6.9-phone at 0x40200000 (by its image), 6.6.9-phone at 0x80200000 (by its image)");
	check_half(first, second, "@0x40200000", 0x40200000, 0);
	check_half(first, second, "@0x80200000", 0x80200000, 0);
	/* One of them by its VMCOREINFO. */
	suite_error(open_halves(&dump, first,
				SECOND SECOND_LINE REST
				"vmcoreinfo-page 0x83428000\n",
				NULL),
		    DM_ERROR_BAD_DUMP,
		    "6.1-second at 0x83428000, 6.6.9-phone at 0x40200000");
}

/* Part of the other's tables has been used again: it ran before. */
static void test_one_ran_before(void)
{
	check_half(FIRST FIRST_LINE REST,
		   SECOND SECOND_LINE
		   "entry pmd pa=0x90000000 = 0x5a5a5a5a5a5a5a5b\n" REST,
		   NULL, 0x40200000, 1);
}

/* The rule alone, as no generated kernel has a crashk_res. */
static void check_told(const struct judged judged[3], bool complete,
		       size_t expected, const char *part)
{
	static const struct candidates list = {
		.v = { { .pgd = 0x41000000 },
		       { .pgd = 0x50000000 },
		       { .pgd = 0x51000000 } },
		.count = 3,
	};
	const char *why = "";
	size_t i = 9;
	bool told = dm_candidates_tell(&list, judged, complete, &i, &why);

	CU_ASSERT_EQUAL(told, expected < 3);
	if (!told)
		return;
	CU_ASSERT_EQUAL(i, expected);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, part));
}

#define NOBODY 9
static void test_reserved(void)
{
	const struct dm_range low = { 0x50000000, 0x51000000 },
			      both = { 0x50000000, 0x51000001 },
			      own = { 0x40000000, 0x52000000 };

	/* All others are in it, to the last byte; its own place says nothing. */
	check_told((struct judged[3]){ { .reserved = both } }, false, 0,
		   "reserves for a crash kernel");
	check_told((struct judged[3]){ [2] = { .reserved = own } }, false, 2,
		   "reserves for a crash kernel");
	check_told((struct judged[3]){ { .reserved = low } }, true, NOBODY, "");
	check_told((struct judged[3]){ { .walked = false } }, true, NOBODY, "");
	/* It goes before whose tables are whole. */
	check_told((struct judged[3]){ { .reserved = both, .walked = true },
				       { .walked = true, .whole = true },
				       { .walked = true } },
		   true, 0, "reserves for a crash kernel");
	check_told((struct judged[3]){ { .walked = true },
				       { .walked = true, .whole = true },
				       { .walked = true } },
		   true, 1, "overwritten in part");
	/* Of part of a memory, what is lost says nothing; nor what was not walked. */
	check_told((struct judged[3]){ { .walked = true },
				       { .walked = true, .whole = true },
				       { .walked = true } },
		   false, NOBODY, "");
	check_told((struct judged[3]){ { .walked = true },
				       { .walked = true, .whole = true },
				       { .walked = false } },
		   true, NOBODY, "");
	check_told((struct judged[3]){ { .walked = true, .whole = true },
				       { .walked = true, .whole = true },
				       { .walked = true } },
		   true, NOBODY, "");
}

/* ---- Addresses that are off ---------------------------------------------- */

static void check_off(const char *spec, uint64_t off, const char *part)
{
	char whole[128];
	const char *path;
	struct dm_dump *dump;

	snprintf(whole, sizeof(whole), "%s", in_folder("whole"));
	path = in_folder("off");
	suite_no_error(gen_dump(spec, whole));
	suite_no_error(strip_dump(whole, path, UINT64_C(2) << 30, 0, off));
	suite_error(dm_dump_open(&path, 1, NULL, &dump), DM_ERROR_BAD_DUMP,
		    part);
	CU_ASSERT_PTR_NULL(dump);
}

static void test_off(void)
{
#define NOTED K4 LINE IMAGE4 HEADER(FLAGS_4K) BANNER "format kdump zlib\n"
	check_off(NOTED, 0x10000000, "are 0x10000000 too high");
	check_off(NOTED, -UINT64_C(0x10000000), "are 0x10000000 too low");
	check_off(NOTED "vmcoreinfo-page 0x43428000\n", 0x10010000,
		  "are 0x10010000 too high");
	/* Tables tell of no more than the ranges that have them. */
	refuse_ranges(
		RAW, "%s:0+512M@0x50000000,%s:512M@0x70000000",
		"all of them, or those of the files with the tables, are 0x10000000 too high");
}

/* ---- Real ones ----------------------------------------------------------- */

static char *runs_of(struct dm_dump *dump)
{
	const struct dm_usage *usage;
	struct dm_session *session;
	char *text = NULL;
	size_t i, size;
	FILE *out = open_memstream(&text, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	suite_no_error(dm_session_create(dm_dump_source(dump), NULL, &session));
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	suite_no_error(dm_session_usage(session, &usage));
	CU_ASSERT_PTR_NOT_NULL_FATAL(usage);
	for (i = 0; i < DM_LEAF_MAX; i++)
		fprintf(out, "%llu %llu\n",
			(unsigned long long)usage->mapped[i],
			(unsigned long long)usage->valid[i]);
	fprintf(out, "%llu %llu %llu\n", (unsigned long long)usage->read_only,
		(unsigned long long)usage->invalid_marked,
		(unsigned long long)dm_usage_findings(usage));
	fclose(out);
	dm_session_destroy(session);
	return text;
}

/* As the ordinary dump's; @leave: its VMCOREINFO is still in memory. */
static void check_stripped(const char *name, unsigned int what,
			   enum dm_dump_vmcoreinfo from)
{
	const char *folder_of = getenv("TEST_DUMPS"), *path = in_folder("real");
	struct dm_dump *dump = NULL, *less = NULL;
	char whole[256], *before, *after;
	const char *original = whole;

	snprintf(whole, sizeof(whole), "%s/%s.kdump",
		 folder_of ? folder_of : "test-dumps", name);
	suite_no_error(strip_dump(whole, path, UINT64_C(9) << 30, what, 0));
	suite_no_error(dm_dump_open(&original, 1, NULL, &dump));
	suite_no_error(dm_dump_open(&path, 1, NULL, &less));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_PTR_NOT_NULL_FATAL(less);
	CU_ASSERT_EQUAL(dm_dump_info(less)->vmcoreinfo_from, from);
	before = runs_of(dump);
	after = runs_of(less);
	CU_ASSERT_STRING_EQUAL(before, after);
	free(before);
	free(after);
	dm_dump_close(dump);
	dm_dump_close(less);
}

static void test_real(void)
{
	check_stripped("73-4k-all", STRIP_TEXT | STRIP_ADD_HEADER,
		       DM_DUMP_VMCOREINFO_IMAGE);
	check_stripped("73-4k-counters", STRIP_TEXT | STRIP_ADD_HEADER,
		       DM_DUMP_VMCOREINFO_IMAGE);
	check_stripped("73-4k-all",
		       STRIP_TEXT | STRIP_SYMBOLS | STRIP_ADD_HEADER,
		       DM_DUMP_VMCOREINFO_IMAGE);
}

/* By the tables of the image alone, which this extract has. */
static void test_real_off(void)
{
	const char *folder_of = getenv("TEST_DUMPS"), *path = in_folder("off");
	struct dm_dump *dump;
	char whole[256];

	snprintf(whole, sizeof(whole), "%s/73-4k-all.kdump",
		 folder_of ? folder_of : "test-dumps");
	suite_no_error(strip_dump(whole, path, UINT64_C(9) << 30,
				  STRIP_TEXT | STRIP_ADD_HEADER, 0x10000000));
	suite_error(dm_dump_open(&path, 1, NULL, &dump), DM_ERROR_BAD_DUMP,
		    "are 0x10000000 too high");
	CU_ASSERT_PTR_NULL(dump);
}

/* ---- By an address of something ------------------------------------------ */

static void test_root(void)
{
	struct dm_kernel_facts facts;
	struct dm_dump *dump = NULL;
	struct dm_source *source;
	uint64_t pgd;

	suite_no_error(open_spec(&dump, SOUND));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	source = dm_dump_source(dump);
	suite_no_error(dm_kernel_find(source, 0x40200000, NULL, &facts));
	pgd = facts.pgd;
	dm_kernel_facts_deinit(&facts);
	suite_no_error(
		dm_kernel_find_root(source, pgd, 0, DM_ORIGIN_CRASH, &facts));
	CU_ASSERT_EQUAL(facts.pgd, pgd);
	CU_ASSERT_EQUAL(facts.page_size, 4096);
	CU_ASSERT_EQUAL(facts.va_bits, 48);
	CU_ASSERT_EQUAL(facts.from[DM_FACT_PGD], DM_ORIGIN_CRASH);
	CU_ASSERT_STRING_EQUAL(facts.release, "6.6.9-phone");
	suite_no_error(dm_kernel_facts_prove(source, &facts));
	dm_kernel_facts_deinit(&facts);
	/* Of another size, another page, no page, none at all. */
	suite_error(dm_kernel_find_root(source, pgd, 65536, DM_ORIGIN_CRASH,
					&facts),
		    DM_ERROR_NOT_FOUND, "no root table that maps itself");
	suite_error(dm_kernel_find_root(source, 0x40200000, 0, DM_ORIGIN_CRASH,
					&facts),
		    DM_ERROR_NOT_FOUND, "is at 0x40200000");
	suite_error(dm_kernel_find_root(source, pgd + 8, 0, DM_ORIGIN_CRASH,
					&facts),
		    DM_ERROR_NOT_FOUND, "no root table");
	suite_error(dm_kernel_find_root(source, UINT64_MAX & ~0xffffULL, 0,
					DM_ORIGIN_CRASH, &facts),
		    DM_ERROR_NOT_FOUND, "no root table");
	CU_ASSERT_PTR_NULL(facts.lines);
	dm_dump_close(dump);
}

static bool countdown(void *arg)
{
	size_t *left = arg;

	return !*left || !--*left;
}

/* Several searches share what they may read. */
static void test_limits(void)
{
	struct dm_find_limits limits = { .struct_size = sizeof(limits),
					 .tables = 1000 };
	struct dm_kernel_facts facts;
	struct dm_dump *dump = NULL;
	struct dm_source *source;
	size_t needed, left;
	uint64_t off;

	suite_no_error(open_spec(&dump, SOUND));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	source = dm_dump_source(dump);
	suite_no_error(dm_kernel_find(source, 0x40200000, &limits, &facts));
	dm_kernel_facts_deinit(&facts);
	needed = 1000 - limits.tables;
	CU_ASSERT(needed > 2 && needed < 1000);
	limits.tables = needed + 1;
	suite_no_error(dm_kernel_find(source, 0x40200000, &limits, &facts));
	dm_kernel_facts_deinit(&facts);
	CU_ASSERT_EQUAL(limits.tables, 1);
	suite_error(dm_kernel_find(source, 0x40200000, &limits, &facts),
		    DM_ERROR_NOT_FOUND, "no root table");
	CU_ASSERT_EQUAL(limits.tables, 0);
	limits.tables = needed;
	limits.stop = countdown;
	limits.arg = &left;
	left = 2;
	suite_error(dm_kernel_find(source, 0x40200000, &limits, &facts),
		    DM_ERROR_INTERRUPTED, "was ended");
	CU_ASSERT_EQUAL(limits.tables, needed - 1);
	left = 1;
	suite_error(dm_kernel_find_shift(source, 0, 0x40200000, &limits, &off),
		    DM_ERROR_INTERRUPTED, "was ended");
	dm_dump_close(dump);
}

static void test_limits_size(void)
{
	struct dm_find_limits none = { .tables = 1000 };
	struct {
		struct dm_find_limits limits;
		uint64_t newer;
	} larger = { .limits = { .struct_size = sizeof(larger),
				 .tables = 1000 } };
	struct dm_kernel_facts facts;
	struct dm_dump *dump = NULL;
	struct dm_source *source;
	uint64_t off;

	suite_no_error(open_spec(&dump, SOUND));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	source = dm_dump_source(dump);
	suite_error(dm_kernel_find(source, 0x40200000, &none, &facts),
		    DM_ERROR_INVALID_ARGUMENT, "struct_size");
	suite_error(dm_kernel_find_shift(source, 0, 0x40200000, &none, &off),
		    DM_ERROR_INVALID_ARGUMENT, "struct_size");
	suite_no_error(
		dm_kernel_find(source, 0x40200000, &larger.limits, &facts));
	dm_kernel_facts_deinit(&facts);
	CU_ASSERT(larger.limits.tables < 1000);
	larger.newer = 1;
	suite_error(dm_kernel_find(source, 0x40200000, &larger.limits, &facts),
		    DM_ERROR_INVALID_ARGUMENT, "older than the program");
	dm_dump_close(dump);
}

/* Also in what was named, and in how far a text's addresses are off. */
static void test_stop_named(void)
{
	const char *path = in_folder("dump");
	struct dm_find_limits limits = { .struct_size = sizeof(limits),
					 .tables = 1000 };
	size_t left = 1;
	struct dm_dump_options options = { .struct_size = sizeof(options),
					   .vmcoreinfo = "@0x40200000",
					   .stop = countdown,
					   .arg = &left };
	struct dm_dump *dump = NULL;
	uint64_t off;

	suite_no_error(gen_dump(SOUND, path));
	suite_error(dm_dump_open(&path, 1, &options, &dump),
		    DM_ERROR_INTERRUPTED, "was ended");
	suite_no_error(open_spec(&dump, K4 LINE IMAGE4 HEADER(FLAGS_4K) BANNER
				 "vmcoreinfo-page 0x50000000\nformat elf\n"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	limits.stop = countdown;
	limits.arg = &left;
	left = 1;
	suite_error(dm_kernel_find_shift(dm_dump_source(dump), 0x50000000,
					 0x40200000, &limits, &off),
		    DM_ERROR_INTERRUPTED, "was ended");
	dm_dump_close(dump);
}

/* Whoever may end it is asked within a mark, too. */
static void test_stop(void)
{
	const char *path = in_folder("dump");
	size_t left, calls = 0;
	struct dm_dump_options options = { .struct_size = sizeof(options),
					   .stop = countdown,
					   .arg = &left };
	struct dm_error *err;
	struct dm_dump *dump;

	suite_no_error(gen_dump(SOUND, path));
	do {
		left = ++calls;
		err = dm_dump_open(&path, 1, &options, &dump);
		if (!left)
			suite_error(err, DM_ERROR_INTERRUPTED, path);
	} while (!left && calls < 10000);
	suite_no_error(err);
	CU_ASSERT(calls > 10);
	dm_dump_close(dump);
}

static void read_text(struct dm_source *source, uint64_t pa)
{
	char *text = NULL;
	size_t size = 0;

	suite_no_error(dm_vmcoreinfo_read(source, pa, &text, &size));
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_EQUAL(strncmp(text, "OSRELEASE=", 10), 0);
	CU_ASSERT_EQUAL(text[size - 1], '\n');
	free(text);
}

static void test_read(void)
{
	struct dm_dump *dump = NULL;
	struct dm_source *source;
	char *text;
	size_t size;

	suite_no_error(open_spec(&dump,
				 K4 LINE "vmcoreinfo-page 0x50000000\n"
					 "vmcoreinfo-page 0x50010000 note\n"
					 "page 0x50020000 zero\nformat elf\n"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	source = dm_dump_source(dump);
	read_text(source, 0x50000000);
	read_text(source, 0x50010000);
	suite_error(dm_vmcoreinfo_read(source, 0x50020000, &text, &size),
		    DM_ERROR_BAD_DUMP, "no VMCOREINFO");
	suite_error(dm_vmcoreinfo_read(source, 0x10000000, &text, &size),
		    DM_ERROR_ABSENT, "");
	dm_dump_close(dump);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "each geometry", test_geometries },
		{ "by its root table", test_root },
		{ "limits of a search", test_limits },
		{ "a search that is ended", test_stop },
		{ "VMCOREINFO at an address", test_read },
		{ "what the tables refute", test_refuted },
		{ "given as an address", test_given },
		{ "hundreds of candidates", test_hostile },
		{ "two side by side", test_two },
		{ "two halves", test_halves },
		{ "reserved for a crash kernel", test_reserved },
		{ "limits by their size", test_limits_size },
		{ "stop what was named", test_stop_named },
		{ "one that ran before", test_one_ran_before },
		{ "addresses that are off", test_off },
		{ "real dumps without VMCOREINFO", test_real },
		{ "the same with addresses that are off", test_real_off },
		CU_TEST_INFO_NULL,
	};
	char command[64];
	int failed;

	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	failed = suite_run("finding kernels", tests);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command) || failed;
}
