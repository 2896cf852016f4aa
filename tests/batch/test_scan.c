// SPDX-License-Identifier: GPL-2.0-or-later
/* Which files are dumps, which of them belong together, and which shard. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/scan.h"
#include "gen/gen.h"
#include "suite.h"

static char folder[64];

static void make(const char *name, const void *data, size_t size)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fwrite(data, 1, size, file);
	fclose(file);
}

static void make_folder(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	CU_ASSERT_EQUAL(mkdir(path, 0777), 0);
}

static void generate(const char *text, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	suite_no_error(gen_dump(text, path));
}

static void setup(void)
{
	strcpy(folder, "/tmp/test_scan.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	CU_ASSERT_EQUAL(system(command), 0);
}

static void scan_one(struct scan *scan, const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s%s%s", folder, *name ? "/" : "", name);
	suite_no_error(scan_add(scan, path));
	suite_no_error(scan_finish(scan));
}

/* The dump's name, without the folder. */
static const char *name_of(const struct scan *scan, size_t i, size_t part)
{
	return i < scan->count && part < scan->dumps[i].count
		       ? scan->dumps[i].paths[part] + strlen(folder) + 1
		       : "(none)";
}

static const char core[] = "\x7f"
			   "ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0\xb7\0";
static const char program[] = "\x7f"
			      "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\xb7\0";

static void test_folder(void)
{
	struct scan scan = { 0 };

	setup();
	make_folder("deep");
	make("deep/core", core, sizeof(core));
	make("a.out", program, sizeof(program));
	make("vmlinux.vmcore", program, sizeof(program));
	make("vmcore-dmesg.txt", "[    0.000000] Booting Linux\n", 29);
	make("vmcore.lost", "\0\0\0\0", 4);
	make("vmcore.empty", "", 0);
	make("noise", "\1\2\3\4", 4);
	make("old", "DISKDUMP________", 16);
	make("flat", "makedumpfile\0\0\0", 16);
	make("packed.vmcore.gz", "\x1f\x8b\x08", 3);
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 6);
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 0, 0), "deep/core");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 1, 0), "flat");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 2, 0), "old");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 3, 0), "packed.vmcore.gz");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 4, 0), "vmcore.empty");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 5, 0), "vmcore.lost");
	CU_ASSERT_EQUAL(scan.skipped, 4);
	scan_deinit(&scan);

	scan.all_files = true;
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 10);
	CU_ASSERT_EQUAL(scan.skipped, 0);
	scan_deinit(&scan);
	teardown();
}

/* What the user names is a row, whatever it is, and only once. */
static void test_named(void)
{
	struct scan scan = { 0 };
	char path[128];

	setup();
	make("text", "no dump\n", 8);
	snprintf(path, sizeof(path), "%s/text", folder);
	suite_no_error(scan_add(&scan, path));
	suite_no_error(scan_add(&scan, path));
	snprintf(path, sizeof(path), "%s/t*t", folder);
	suite_no_error(scan_add(&scan, path));
	snprintf(path, sizeof(path), "%s/none*", folder);
	suite_no_error(scan_add(&scan, path));
	scan_one(&scan, "absent");
	CU_ASSERT_EQUAL(scan.count, 3);
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 0, 0), "absent");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 1, 0), "none*");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 2, 0), "text");
	scan_deinit(&scan);
	teardown();
}

/* A link that leads back up must not be followed for ever. */
static void test_links(void)
{
	char path[128], target[128];
	struct scan scan = { 0 };

	setup();
	make_folder("deep");
	make("deep/core", core, sizeof(core));
	snprintf(path, sizeof(path), "%s/deep/up", folder);
	CU_ASSERT_EQUAL(symlink("..", path), 0);
	snprintf(path, sizeof(path), "%s/latest", folder);
	snprintf(target, sizeof(target), "%s/deep/core", folder);
	CU_ASSERT_EQUAL(symlink(target, path), 0);
	snprintf(path, sizeof(path), "%s/gone.vmcore", folder);
	CU_ASSERT_EQUAL(symlink("nowhere", path), 0);
	snprintf(path, sizeof(path), "%s/vmcore.fifo", folder);
	CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 3);
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 0, 0), "deep/core");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 1, 0), "gone.vmcore");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 2, 0), "latest");
	scan_deinit(&scan);
	teardown();
}

static void list_is(const char *text, size_t size, const char *const *names)
{
	struct scan scan = { 0 };
	char path[128];
	size_t i;

	make("list", text, size);
	snprintf(path, sizeof(path), "@%s/list", folder);
	suite_no_error(scan_add(&scan, path));
	suite_no_error(scan_finish(&scan));
	for (i = 0; names[i]; i++) {
		CU_ASSERT_FATAL(i < scan.count);
		CU_ASSERT_STRING_EQUAL(scan.dumps[i].paths[0], names[i]);
	}
	CU_ASSERT_EQUAL(scan.count, i);
	scan_deinit(&scan);
}

static void test_list(void)
{
	struct scan scan = { 0 };

	setup();
	list_is("b\n\na b*\nc", 9,
		(const char *const[]){ "a b*", "b", "c", NULL });
	list_is("b\nb\0a\0", 6, (const char *const[]){ "a", "b\nb", NULL });
	list_is("one\0two", 7, (const char *const[]){ "one", "two", NULL });
	list_is("", 0, (const char *const[]){ NULL });
	suite_error(scan_add(&scan, "@/nowhere/list"),
		    DM_ERROR_INVALID_ARGUMENT, "No such file");
	scan_deinit(&scan);
	teardown();
}

#define SET                                                                    \
	"ram 0x40000000+32M\n"                                                 \
	"map pa=0x40000000 32M 2M\n"                                           \
	"page 0x41000000 byte=7 200\n"                                         \
	"format kdump zlib split=3\n"

static void test_sets(void)
{
	struct scan scan = { 0 };

	setup();
	generate(SET, "one");
	generate("ram 0x40000000+32M\nmap pa=0x40000000 32M 2M\n", "whole");
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 2);
	CU_ASSERT_EQUAL(scan.dumps[0].count, 3);
	CU_ASSERT_TRUE(scan.dumps[0].split);
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 0, 0), "one.0");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 0, 2), "one.2");
	CU_ASSERT_FALSE(scan.dumps[1].split);
	scan_deinit(&scan);

	/* Any part of it leads to the others. */
	scan_one(&scan, "one.1");
	CU_ASSERT_EQUAL(scan.count, 1);
	CU_ASSERT_EQUAL(scan.dumps[0].count, 3);
	scan_deinit(&scan);

	/* The same set once more beside it: two dumps, not six parts of one. */
	generate(SET, "two");
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 3);
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 0, 2), "one.2");
	CU_ASSERT_STRING_EQUAL(name_of(&scan, 1, 0), "two.0");
	CU_ASSERT_EQUAL(scan.dumps[1].count, 3);
	scan_deinit(&scan);
	teardown();
}

/* ---- Images of RAM ---------------------------------------------------------- */

static void put(const char *name, const char *text)
{
	make(name, text, strlen(text));
}

static void is_dump(const struct scan *scan, size_t i, const char *name,
		    size_t files)
{
	size_t count = 0;

	CU_ASSERT_STRING_EQUAL(name_of(scan, i, 0), name);
	if (i < scan->count)
		scan_dump_files(&scan->dumps[i], &count);
	CU_ASSERT_EQUAL(count, files);
}

/* A text and its images are one dump, whatever the images look like. */
static void test_images(void)
{
	static const char page[4096];
	struct scan scan = { 0 };

	setup();
	make_folder("a");
	put("a/vm.ram", "[ram]\nlow@0x40000000\nhigh@0x80000000\n"
			"gone@0xc0000000\nvmlinux = vmlinux\n");
	make("a/low", page, sizeof(page));
	make("a/high", core, sizeof(core));
	make("a/vmlinux", program, sizeof(program));
	make("a/other.img", page, sizeof(page));
	make("core", core, sizeof(core));
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 2);
	is_dump(&scan, 0, "a/vm.ram", 4);
	is_dump(&scan, 1, "core", 1);
	CU_ASSERT_EQUAL(scan.skipped, 1);
	suite_has(scan.first_skipped, "/a/other.img");
	scan_deinit(&scan);

	scan.all_files = true;
	scan_one(&scan, "a");
	CU_ASSERT_EQUAL(scan.count, 2);
	is_dump(&scan, 0, "a/other.img", 1);
	is_dump(&scan, 1, "a/vm.ram", 4);
	scan_deinit(&scan);
	scan.all_files = false;
	/* One that cannot be read is a row that says so. */
	put("a/vm.ram", "[ram]\nlow@nowhere\n");
	scan_one(&scan, "a");
	CU_ASSERT_EQUAL(scan.count, 2);
	is_dump(&scan, 0, "a/high", 1);
	is_dump(&scan, 1, "a/vm.ram", 1);
	scan_deinit(&scan);
	/* An editor's mark goes before it; more on its line makes it another. */
	put("a/vm.ram", "\xef\xbb\xbf[ram]\nlow@nowhere\n");
	scan_one(&scan, "a");
	CU_ASSERT_EQUAL(scan.count, 2);
	is_dump(&scan, 1, "a/vm.ram", 1);
	scan_deinit(&scan);
	put("a/vm.ram", "[ram]s of the herd\nlow@0x40000000\n");
	scan_one(&scan, "a");
	CU_ASSERT_EQUAL(scan.count, 1);
	is_dump(&scan, 0, "a/high", 1);
	scan_deinit(&scan);
	teardown();
}

static void test_ramdump(void)
{
	static const char page[4096];
	struct scan scan = { 0 };

	setup();
	make_folder("q");
	make("q/DDRCS0.BIN", page, sizeof(page));
	make("q/DDRCS1.BIN", core, sizeof(core));
	make("q/OCIMEM.BIN", page, sizeof(page));
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 1);
	is_dump(&scan, 0, "q/DDRCS1.BIN", 1);
	CU_ASSERT_EQUAL(scan.skipped, 2);
	scan_deinit(&scan);
	put("q/load.cmm", "d.load.binary DDRCS0.BIN 0x40000000 /noclear\n"
			  "d.load.binary DDRCS1.BIN 0x80000000 /noclear\n");
	scan_one(&scan, "");
	CU_ASSERT_EQUAL(scan.count, 1);
	is_dump(&scan, 0, "q/load.cmm", 3);
	CU_ASSERT_EQUAL(scan.skipped, 1);
	scan_deinit(&scan);
	/* The table says more than the script, unless that is named. */
	put("q/dump_info.txt", "1 0x40000000 4096 DDR DDRCS0.BIN\n");
	scan_one(&scan, "q");
	CU_ASSERT_EQUAL(scan.count, 2);
	is_dump(&scan, 0, "q/DDRCS1.BIN", 1);
	is_dump(&scan, 1, "q/dump_info.txt", 2);
	scan_deinit(&scan);
	scan_one(&scan, "q/load.cmm");
	CU_ASSERT_EQUAL(scan.count, 1);
	is_dump(&scan, 0, "q/load.cmm", 3);
	scan_deinit(&scan);
	/* A piece stands for the set. */
	scan_one(&scan, "q/DDRCS0.BIN");
	CU_ASSERT_EQUAL(scan.count, 1);
	is_dump(&scan, 0, "q/dump_info.txt", 2);
	scan_deinit(&scan);
	/* And what a person wrote for both. */
	put("q/own", "[ram]\nDDRCS0.BIN@0x50000000\n");
	scan_one(&scan, "q");
	CU_ASSERT_EQUAL(scan.count, 2);
	is_dump(&scan, 0, "q/DDRCS1.BIN", 1);
	is_dump(&scan, 1, "q/own", 2);
	scan_deinit(&scan);
	teardown();
}

static void test_ranges(void)
{
	static const char page[4096];
	struct scan scan = { 0 };

	setup();
	make("low", page, sizeof(page));
	make("high", page, sizeof(page));
	scan_one(&scan, "low@0x40000000");
	CU_ASSERT_EQUAL(scan.count, 1);
	is_dump(&scan, 0, "low@0x40000000", 1);
	scan_deinit(&scan);
	teardown();
}

static void test_shards(void)
{
	struct scan scan = { 0 };
	size_t sum = 0;
	unsigned int i;
	char name[32];

	setup();
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "core-%u", i);
		make(name, core, sizeof(core));
	}
	for (i = 1; i <= 4; i++) {
		scan_one(&scan, "");
		scan_shard(&scan, i, 4);
		/* None does all the work. */
		CU_ASSERT(scan.count > 5 && scan.count < 50);
		sum += scan.count;
		scan_deinit(&scan);
	}
	CU_ASSERT_EQUAL(sum, 100);
	scan_one(&scan, "");
	scan_shard(&scan, 1, 1);
	CU_ASSERT_EQUAL(scan.count, 100);
	scan_deinit(&scan);
	teardown();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "folders", test_folder },
		{ "names, twice, patterns, absent ones", test_named },
		{ "links and FIFOs", test_links },
		{ "lists", test_list },
		{ "split sets", test_sets },
		{ "images of RAM", test_images },
		{ "Qualcomm ramdumps", test_ramdump },
		{ "ranges of memory", test_ranges },
		{ "shards", test_shards },
		CU_TEST_INFO_NULL,
	};

	return suite_run("scan", tests);
}
