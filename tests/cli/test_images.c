// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raw memory, LiME's and AVML's images through the commands: what they print is
 * what they print of the same memory as a vmcore; outputs never replace images.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/run.h"
#include "directmap/dump.h"
#include "gen/gen.h"
#include "gen/gen_priv.h"
#include "suite.h"

static const char *in_scratch(const char *name)
{
	static char paths[4][512];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", run_scratch(), name);
	return path;
}

/* ---- What is the same ----------------------------------------------------- */

/* Takes out what a report says of the file; there are no braces in it. */
static void drop_dump(char *text)
{
	char *at = text, *end;

	while ((at = strstr(at, "\"dump\":{"))) {
		end = strchr(at, '}');
		if (!end)
			break;
		memmove(at, end + 1, strlen(end + 1) + 1);
	}
}

static void same(const char *command, const char *vmcore, const char *image)
{
	char words[1024];
	struct run a, b;

	snprintf(words, sizeof(words), "%s %s", command, vmcore);
	run_tool(&a, words);
	snprintf(words, sizeof(words), "%s %s", command, image);
	run_tool(&b, words);
	drop_dump(a.out);
	drop_dump(b.out);
	if (a.code != b.code || strcmp(a.out, b.out) != 0)
		fprintf(stderr, "    %s: %d %d %s %s\n", words, a.code, b.code,
			a.err, b.err);
	CU_ASSERT_EQUAL(a.code, b.code);
	CU_ASSERT_STRING_EQUAL(a.out, b.out);
	run_deinit(&a);
	run_deinit(&b);
}

static void same_views(const char *vmcore, const char *image)
{
	static const char *const commands[] = {
		"report --json", "runs --json",	  "splits --json",
		"map --json",	 "policy --json", "counters --json",
	};
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		same(commands[i], vmcore, image);
}

static void make(const char *spec, const char *format, const char *name)
{
	char text[1024];

	snprintf(text, sizeof(text), "%sformat %s\n", spec, format);
	suite_no_error(gen_dump(text, in_scratch(name)));
}

static void check_forms(const char *spec)
{
	make(spec, "elf", "elf");
	make(spec, "raw", "raw");
	make(spec, "lime chunk=96M", "lime");
	make(spec, "avml tight", "avml");
	run_shell("dd if=raw of=low bs=1M count=256 conv=sparse 2>/dev/null; "
		  "dd if=raw of=high bs=1M skip=512 conv=sparse 2>/dev/null; "
		  "{ head -c 1M /dev/zero; cat high low; } >parts");
	same_views("$T/elf", "$T/raw@0x40000000");
	same_views("$T/elf", "$T/high@0x60000000 $T/low@0x40000000");
	same_views("$T/elf", "$T/low@1G,$T/high@1536M");
	same_views("$T/elf", "$T/parts:1M+256M@1536M,$T/parts:257M@1G");
	same_views("$T/elf", "$T/lime");
	same_views("$T/elf", "$T/avml");
}

static void test_4k(void)
{
	check_forms(
		"kernel page=4K va=52\n"
		"ram 0x40000000+256M 0x60000000+256M\n"
		"map pa=0x40000000 256M auto\nmap pa=0x60000000 256M 2M\n"
		"protect pa=0x40a00000 4K ro\nprotect pa=0x61000000 64K invalid\n"
		"split pa=0x62000000 4K\nvmcoreinfo-page 0x43428000\n");
}

static void test_16k(void)
{
	check_forms(
		"kernel page=16K va=47\n"
		"ram 0x40000000+256M 0x60000000+256M\n"
		"map pa=0x40000000 256M auto\nmap pa=0x60000000 256M 16K\n"
		"protect pa=0x42000000 16K ro\nvmcoreinfo-page 0x43428000 note\n");
}

static void test_64k(void)
{
	check_forms("kernel page=64K va=52/48\n"
		    "ram 0x40000000+256M 0x60000000+256M\n"
		    "map pa=0x40000000 256M auto\nmap pa=0x60000000 256M 64K\n"
		    "protect pa=0x42000000 64K invalid\n"
		    "vmcoreinfo-page 0x43430000\n");
}

/* ---- Real memory ---------------------------------------------------------- */

/* The note, for images that have no memory with it. */
static void write_vmcoreinfo(const char *vmcore)
{
	FILE *file = fopen(in_scratch("info"), "w");
	struct dm_source *source;
	struct dm_dump *dump = NULL;
	const char *text;
	size_t size;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	suite_no_error(dm_dump_open(&vmcore, 1, NULL, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	source = dm_dump_source(dump);
	suite_no_error(source->ops->vmcoreinfo(source, &text, &size));
	CU_ASSERT_EQUAL(fwrite(text, 1, size, file), size);
	fclose(file);
	dm_dump_close(dump);
}

static void make_image(enum gen_file kind, const char *name)
{
	int in = open(in_scratch("vmcore"), O_RDONLY);
	int out = open(in_scratch(name), O_RDWR | O_CREAT | O_TRUNC, 0600);

	CU_ASSERT_FATAL(in >= 0 && out >= 0);
	suite_no_error(gen_image(kind, in, out));
	close(in);
	close(out);
}

#define GIVEN "--vmcoreinfo $T/info "

static void same_real(const char *image)
{
	same("report --json", "$T/vmcore", image);
	same("splits --json", "$T/vmcore", image);
	same("runs --json", "$T/vmcore", image);
}

/* Where a raw image of it begins. */
static uint64_t lowest_pa(const char *elf)
{
	FILE *file = fopen(elf, "r");
	uint64_t least = UINT64_MAX;
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	unsigned int i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fread(&eh, sizeof(eh), 1, file), 1);
	fseek(file, (long)eh.e_phoff, SEEK_SET);
	for (i = 0; i < eh.e_phnum; i++) {
		CU_ASSERT_EQUAL(fread(&ph, sizeof(ph), 1, file), 1);
		if (ph.p_type == PT_LOAD && ph.p_paddr < least)
			least = ph.p_paddr;
	}
	fclose(file);
	return least;
}

/* Of an extract there are the pages that are read. */
static void check_real(const char *name)
{
	char words[256];
	struct run r;

	snprintf(words, sizeof(words),
		 "extract --force --all --as elf $D/%s.kdump $T/vmcore", name);
	run_tool(&r, words);
	CU_ASSERT_EQUAL(r.code, 0);
	run_deinit(&r);
	write_vmcoreinfo(in_scratch("vmcore"));
	make_image(GEN_LIME, "lime");
	make_image(GEN_AVML, "avml");
	make_image(GEN_RAW, "raw");
	same_real(GIVEN "$T/lime");
	same_real(GIVEN "$T/avml");
	snprintf(words, sizeof(words), GIVEN "$T/raw@%llu",
		 (unsigned long long)lowest_pa(in_scratch("vmcore")));
	same("runs --json", "$T/vmcore", words);
}

static void test_real(void)
{
	check_real("612-16k");
	check_real("73-64k-va52");
	check_real("73-4k-counters");
	check_real("73-4k-all");
}

/* ---- Commands of other kinds ---------------------------------------------- */

#define SMALL                                                                  \
	"kernel page=4K va=48\nram 0x40000000+64M\nmap pa=0x40000000 64M 2M\n" \
	"protect pa=0x40a00000 4K ro\nvmcoreinfo-page 0x43428000\n"

static void expect(const char *words, int code, const char *out,
		   const char *err)
{
	struct run r;

	run_tool(&r, words);
	if (r.code != code)
		fprintf(stderr, "    %s: %d %s\n", words, r.code, r.err);
	CU_ASSERT_EQUAL(r.code, code);
	if (out)
		suite_has(r.out, out);
	if (err)
		suite_has(r.err, err);
	run_deinit(&r);
}

static void test_commands(void)
{
	make(SMALL, "raw", "raw");
	make(SMALL, "elf", "elf");
	make(SMALL, "lime", "lime");
	expect("$T/raw@1G", 0, "DirectMap2M:", NULL);
	expect("explain 0x40a00000 $T/raw@1G", 0, "read-only", NULL);
	expect("explain $T/raw@1 0x40a00000", 2, NULL, "multiple of 4096");
	expect("explain $T/none@ 0x40a00000", 3, NULL, "no such file");
	expect("check --require-complete yes $T/raw@1G $T/lime", 0, "2 ok",
	       NULL);
	expect("check --require-complete yes $T/raw:0+32M@1G,$T/raw:32M@1056M",
	       0, "1 ok", NULL);
	expect("diff $T/elf $T/raw@1G", 0, "mapped.pmd", NULL);
	expect("diff $T/elf $T/raw@2G", 3, NULL, "physical addresses are off");
	expect("report --html $T/page $T/raw@1G", 0, NULL, NULL);
	expect("report --verbose $T/raw@1G", 0, NULL, "sandbox");
	expect("report --split $T/raw@1G", 2, NULL, "without --split");
	expect("batch --json $T/lime", 0, "\"format\":\"lime\"", NULL);
}

/* What it is called opens it again. */
static void test_path(void)
{
	char words[1024], *at, *end;
	struct run r;

	make(SMALL, "raw", "raw");
	run_tool(&r, "report --json $T/raw:32M@1056M $T/raw:0+32M@1G");
	CU_ASSERT_EQUAL(r.code, 0);
	at = strstr(r.out, "\"path\":\"");
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at += 8;
	end = strchr(at, '"');
	snprintf(words, sizeof(words), "report --json '%.*s'", (int)(end - at),
		 at);
	expect(words, 0, r.out, NULL);
	run_deinit(&r);
}

/* As crash and makedumpfile take them: a vmcore with its note. */
static void test_extract(void)
{
	make(SMALL, "raw", "raw");
	make(SMALL, "avml", "avml");
	expect("extract --as elf $T/raw:32M@1056M $T/raw:0+32M@1G $T/x.elf", 0,
	       "ELF", NULL);
	expect("extract --as kdump --all $T/avml $T/x.kdump", 0, "kdump", NULL);
	same("runs --json", "$T/raw@1G", "$T/x.elf");
	same("runs --json", "$T/raw@1G", "$T/x.kdump");
	expect("report --json $T/x.elf", 0,
	       "\"format\":\"elf\",\"complete\":true}", NULL);
	expect("report --json $T/x.kdump", 0,
	       "\"format\":\"kdump\",\"complete\":true}", NULL);
}

static void test_outputs(void)
{
	make(SMALL, "raw", "raw");
	make(SMALL, "lime", "lime");
	expect("extract --force $T/raw@1G $T/raw", 2, NULL,
	       "is the dump itself");
	expect("extract --force $T/raw:32M@1056M,$T/raw:0+32M@1G $T/raw", 2,
	       NULL, "is the dump itself");
	expect("extract --force $T/lime $T/lime", 2, NULL,
	       "is the dump itself");
	expect("report --html $T/raw $T/raw@1G", 2, NULL,
	       "one of the files to read");
	expect("report --html $T/lime $T/raw@1G", 2, NULL, "never replaced");
	run_shell("ln raw other");
	expect("extract --force $T/raw@1G $T/other", 2, NULL,
	       "is the dump itself");
	/* A name that is no file but looks like a range is written. */
	expect("extract $T/raw@1G $T/out@0x1000", 0, NULL, NULL);
	expect("report $T/out@0x1000", 0, "DirectMap2M:", NULL);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "4K", test_4k },
		{ "16K", test_16k },
		{ "64K", test_64k },
		{ "real memory", test_real },
		{ "commands", test_commands },
		{ "dump.path", test_path },
		{ "extract", test_extract },
		{ "outputs", test_outputs },
		CU_TEST_INFO_NULL,
	};
	int code = suite_run("images of memory", tests);

	run_remove_scratch();
	return code;
}
