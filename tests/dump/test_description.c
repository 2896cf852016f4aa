// SPDX-License-Identifier: GPL-2.0-or-later
/* From a text, an image or a folder to the files that are one dump's RAM. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump/description.h"
#include "suite.h"

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[4][320];
	static size_t next;
	char *ret = path[next++ % 4];

	snprintf(ret, sizeof(path[0]), "%s/%s", folder, name);
	return ret;
}

static void put(const char *name, const void *bytes, size_t size)
{
	FILE *file = fopen(in_folder(name), "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, size, file), size);
	CU_ASSERT_EQUAL(fclose(file), 0);
}

static void put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

static void put_pages(const char *name, size_t pages)
{
	put(name, "", 0);
	CU_ASSERT_EQUAL(truncate(in_folder(name), (off_t)pages * 4096), 0);
}

static void begin(void)
{
	strcpy(folder, "/tmp/test_description.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
}

static void end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	CU_ASSERT_EQUAL(system(command), 0);
}

/* @name, or the folder where it is "", leads to the text @text; NULL: to none. */
static void leads_to(const char *name, const char *text)
{
	char *found;

	suite_no_error(
		dm_description_find(*name ? in_folder(name) : folder, &found));
	if (!text) {
		CU_ASSERT_PTR_NULL(found);
	} else {
		CU_ASSERT_PTR_NOT_NULL_FATAL(found);
		CU_ASSERT_STRING_EQUAL(found, in_folder(text));
	}
	free(found);
}

static void leads_nowhere(const char *name, enum dm_error_code code,
			  const char *part)
{
	char *found;

	suite_error(dm_description_find(*name ? in_folder(name) : folder,
					&found),
		    code, part);
	CU_ASSERT_PTR_NULL(found);
}

static void read_text(const char *name, struct ram_list *list)
{
	suite_no_error(dm_description_read(in_folder(name), list));
}

static void refuse_text(const char *name, enum dm_error_code code,
			const char *part)
{
	struct ram_list list;

	suite_error(dm_description_read(in_folder(name), &list), code, part);
	CU_ASSERT_EQUAL(list.ram.n, 0);
}

static void is_file(const struct ram_list *list, size_t i, const char *name,
		    uint64_t size, uint64_t pa)
{
	CU_ASSERT_FATAL(i < list->ram.n);
	CU_ASSERT_STRING_EQUAL(list->ram.v[i].path, in_folder(name));
	CU_ASSERT_EQUAL(list->ram.v[i].size, size);
	CU_ASSERT_EQUAL(list->ram.v[i].pa, pa);
}

static void test_own(void)
{
	struct ram_list list;

	begin();
	put_text("a.ram", "[ram]\nlow@0x40000000\nhigh:0+4096@0x80000000\n"
			  "vmcoreinfo = info\nvmlinux = vmlinux\n");
	put_text("b.txt", "[ram]\nlow@0x40000000\nvmcoreinfo = @0x1000\n");
	put_text("c.ram", "notes on c\n");
	put_pages("low", 3);
	put_pages("high", 2);
	leads_to("a.ram", "a.ram");
	leads_to("b.txt", "b.txt");
	leads_to("low", NULL);
	leads_to("c.ram", NULL);
	leads_to("none", NULL);
	leads_to("", "a.ram");
	read_text("a.ram", &list);
	CU_ASSERT_EQUAL(list.ram.n, 2);
	is_file(&list, 0, "low", 0, 0x40000000);
	is_file(&list, 1, "high", 4096, 0x80000000);
	CU_ASSERT_STRING_EQUAL(list.vmcoreinfo, in_folder("info"));
	CU_ASSERT_STRING_EQUAL(list.vmlinux, in_folder("vmlinux"));
	CU_ASSERT_PTR_NULL(list.lacks);
	dm_ram_list_deinit(&list);
	read_text("b.txt", &list);
	CU_ASSERT_STRING_EQUAL(list.vmcoreinfo, "@0x1000");
	dm_ram_list_deinit(&list);
	put_text("b.ram", "[ram]\nlow@0x40000000\n");
	leads_nowhere("", DM_ERROR_INVALID_ARGUMENT, "several texts");
	end();
}

/* What is lost of the files is told, what is left is read. */
static void test_missing(void)
{
	struct ram_list list;

	begin();
	put_text("a.ram", "[ram]\nlow@0x40000000\nhigh@0x80000000\n"
			  "part:4096+12288@0xc0000000\n");
	refuse_text("a.ram", DM_ERROR_UNSUPPORTED,
		    "none of the 3 files that it names is in its folder: "
		    "low, which a.ram names, is missing");
	put_pages("part", 3);
	put_pages("low", 1);
	read_text("a.ram", &list);
	CU_ASSERT_EQUAL(list.ram.n, 2);
	is_file(&list, 0, "low", 0, 0x40000000);
	/* As far as it goes, by whoever opens it. */
	is_file(&list, 1, "part", 12288, 0xc0000000);
	CU_ASSERT_STRING_EQUAL(list.lacks,
			       "high, which a.ram names, is missing");
	dm_ram_list_deinit(&list);
	put_pages("high", 1);
	read_text("a.ram", &list);
	CU_ASSERT_EQUAL(list.ram.n, 3);
	CU_ASSERT_PTR_NULL(list.lacks);
	dm_ram_list_deinit(&list);
	put_pages("part", 1);
	put_pages("high", 0);
	read_text("a.ram", &list);
	CU_ASSERT_EQUAL(list.ram.n, 1);
	CU_ASSERT_STRING_EQUAL(list.lacks,
			       "high has nothing of what a.ram names");
	dm_ram_list_deinit(&list);
	put_text("a.ram", "[ram]\nlow@0x40000000\nnonsense\n");
	refuse_text("a.ram", DM_ERROR_BAD_DUMP, "/a.ram: line 3: neither");
	end();
}

#define TABLE                                                                  \
	"1 0x14680000 4096 OCIMEM OCIMEM.BIN\n"                                \
	"1 0x80000000 8192 DDR CS0 Memory DDRCS0.BIN\n"                        \
	"1 0x880000000 4096 DDR CS1 Memory DDRCS1.BIN\n"
#define SCRIPT                                                                 \
	"if OS.FILE(DDRCS0.BIN)\n(\n"                                          \
	"  d.load.binary DDRCS0.BIN 0x40000000 /noclear\n)\n"

static void test_qualcomm(void)
{
	struct ram_list list;

	begin();
	put_pages("DDRCS0.BIN", 2);
	put_pages("ddrcs1.bin", 1);
	leads_nowhere("DDRCS0.BIN", DM_ERROR_UNSUPPORTED,
		      "/DDRCS0.BIN@0x80000000");
	leads_nowhere("", DM_ERROR_UNSUPPORTED, "@0x80000000");
	put_text("load.cmm", SCRIPT);
	leads_to("DDRCS0.BIN", "load.cmm");
	leads_to("load.cmm", "load.cmm");
	leads_to("", "load.cmm");
	read_text("load.cmm", &list);
	CU_ASSERT_EQUAL(list.ram.n, 1);
	is_file(&list, 0, "DDRCS0.BIN", 0, 0x40000000);
	CU_ASSERT_PTR_NULL(list.lacks);
	dm_ram_list_deinit(&list);
	/* It has lengths, so it comes first. */
	put_text("DUMP_INFO.TXT", TABLE);
	leads_to("ddrcs1.bin", "DUMP_INFO.TXT");
	leads_to("", "DUMP_INFO.TXT");
	leads_to("load.cmm", "load.cmm");
	read_text("DUMP_INFO.TXT", &list);
	CU_ASSERT_EQUAL(list.ram.n, 2);
	is_file(&list, 0, "DDRCS0.BIN", 8192, 0x80000000);
	is_file(&list, 1, "ddrcs1.bin", 4096, 0x880000000);
	CU_ASSERT_EQUAL(list.passed_over, 1);
	CU_ASSERT_PTR_NULL(list.lacks);
	dm_ram_list_deinit(&list);
	end();
}

static void test_qualcomm_lengths(void)
{
	struct ram_list list;

	begin();
	put_text("dump_info.txt", TABLE);
	put_pages("DDRCS0.BIN", 1);
	read_text("dump_info.txt", &list);
	CU_ASSERT_EQUAL(list.ram.n, 1);
	is_file(&list, 0, "DDRCS0.BIN", 8192, 0x80000000);
	CU_ASSERT_STRING_EQUAL(
		list.lacks,
		"DDRCS1.BIN, which dump_info.txt names, is missing");
	dm_ram_list_deinit(&list);
	put_pages("DDRCS0.BIN", 3);
	refuse_text("dump_info.txt", DM_ERROR_BAD_DUMP,
		    "they are of two dumps");
	end();
}

static void test_cloud_hypervisor(void)
{
	static const char state[] =
		"{\"snapshots\":{\"memory-manager\":{\"snapshot_data\":{\"state\":"
		"\"{\\\"memory_ranges\\\":{\\\"data\\\":[{\\\"gpa\\\":1073741824,"
		"\\\"length\\\":8192}]}}\"}}}}";
	struct ram_list list;

	begin();
	put_text("state.json", state);
	leads_to("state.json", NULL);
	leads_to("", NULL);
	put_pages("memory-ranges", 2);
	leads_to("state.json", "state.json");
	leads_to("memory-ranges", "state.json");
	leads_to("", "state.json");
	read_text("state.json", &list);
	CU_ASSERT_EQUAL(list.ram.n, 1);
	is_file(&list, 0, "memory-ranges", 8192, 0x40000000);
	dm_ram_list_deinit(&list);
	put_text("state.json", "{}");
	refuse_text("state.json", DM_ERROR_UNSUPPORTED,
		    "/state.json: no ranges of memory in it");
	CU_ASSERT_EQUAL(unlink(in_folder("state.json")), 0);
	leads_nowhere("memory-ranges", DM_ERROR_UNSUPPORTED,
		      "/memory-ranges@0x40000000");
	end();
}

/* What is no file, or not there, is another's business. */
static void test_others(void)
{
	begin();
	CU_ASSERT_EQUAL(mkfifo(in_folder("DDRCS0.BIN"), 0600), 0);
	leads_to("DDRCS0.BIN", NULL);
	leads_to("DDRCS1.BIN", NULL);
	CU_ASSERT_EQUAL(mkdir(in_folder("x.ram"), 0700), 0);
	leads_to("x.ram", NULL);
	CU_ASSERT_EQUAL(unlink(in_folder("DDRCS0.BIN")), 0);
	leads_to("", NULL);
	/* It says itself where its memory was. */
	put("EBICS0.BIN",
	    "\x7f"
	    "ELF\2\1\1\0",
	    8);
	leads_to("EBICS0.BIN", NULL);
	put_text("long", "[ram]\nx@0x0\n");
	CU_ASSERT_EQUAL(truncate(in_folder("long"), (8 << 20) + 1), 0);
	leads_to("long", "long");
	refuse_text("long", DM_ERROR_UNSUPPORTED, "more than 8 MiB");
	/* Named like one, and something else altogether. */
	put_text("dump_info.txt", "Device: 7.0\n");
	leads_to("dump_info.txt", "dump_info.txt");
	refuse_text("dump_info.txt", DM_ERROR_UNSUPPORTED,
		    "names no RAM of Linux");
	end();
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "own text", test_own },
		{ "files that are missing", test_missing },
		{ "Qualcomm ramdump", test_qualcomm },
		{ "Qualcomm ramdump, lengths", test_qualcomm_lengths },
		{ "cloud-hypervisor snapshot", test_cloud_hypervisor },
		{ "other files", test_others },
		CU_TEST_INFO_NULL,
	};

	return suite_run("description", tests);
}
