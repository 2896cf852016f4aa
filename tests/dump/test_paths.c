// SPDX-License-Identifier: GPL-2.0-or-later
/* What the paths of a dump stand for, as programs ask the library for it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directmap/dump.h"
#include "gen/gen.h"
#include "suite.h"

#define MEMORY                                                                 \
	"kernel page=4K va=48\nram 0x40000000+128M\n"                          \
	"map pa=0x40000000 128M 2M\nmap image 64M 2M pa=load\n"                \
	"vmcoreinfo-page 0x43428000\nformat raw\n"

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[4][128];
	static size_t next;
	char *ret = path[next++ % 4];

	snprintf(ret, sizeof(path[0]), "%s/%s", folder, name);
	return ret;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	CU_ASSERT_EQUAL(fclose(file), 0);
}

static void begin(void)
{
	strcpy(folder, "/tmp/test_paths.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	suite_no_error(gen_dump(MEMORY, in_folder("all")));
	put("a.ram", "[ram]\nall:64M+64M@0x44000000\nall:0+64M@0x40000000\n"
		     "gone@0x80000000\nvmcoreinfo = info\nvmlinux = vmlinux\n");
}

static void end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	CU_ASSERT_EQUAL(system(command), 0);
}

/* ---- Files ------------------------------------------------------------------ */

struct names {
	char text[1024]; /* less the folder, each in blanks */
	size_t most; /* an error comes with the next */
};

static struct dm_error *take(void *arg, const char *file)
{
	struct names *names = arg;
	size_t size = strlen(folder);

	if (!names->most--)
		return dm_error_create(DM_ERROR_NOT_FOUND, "enough");
	if (!strncmp(file, folder, size))
		file += size + (file[size] == '/');
	snprintf(names->text + strlen(names->text),
		 sizeof(names->text) - strlen(names->text), "%s ", file);
	return NULL;
}

static void has_files(const char *path, const char *text)
{
	struct names names = { .most = 100 };

	suite_no_error(dm_dump_each_file(path, take, &names));
	CU_ASSERT_STRING_EQUAL(names.text, text);
}

static void test_files(void)
{
	static const char all[] = "a.ram all info vmlinux ";
	struct names names = { .most = 1 };
	char path[300];

	begin();
	has_files(in_folder("all"), "all ");
	has_files(in_folder("none"), "none ");
	has_files(in_folder("a.ram"), all);
	has_files(folder, all);
	snprintf(path, sizeof(path), "%s:0+4K@0x0,%s:4K+4K@4K",
		 in_folder("all"), in_folder("all"));
	has_files(path, "all ");
	suite_error(dm_dump_each_file(folder, take, &names), DM_ERROR_NOT_FOUND,
		    "enough");
	CU_ASSERT_STRING_EQUAL(names.text, "a.ram ");
	put("a.ram", "[ram]\nwhat\n");
	suite_error(dm_dump_each_file(folder, take, &names), DM_ERROR_BAD_DUMP,
		    "/a.ram: line 2: neither");
	end();
}

/* ---- Opened ----------------------------------------------------------------- */

static void refuse(const char *const *paths, size_t n, enum dm_error_code code,
		   const char *part)
{
	struct dm_dump *dump;

	suite_error(dm_dump_open(paths, n, NULL, &dump), code, part);
	CU_ASSERT_PTR_NULL(dump);
}

static void test_open(void)
{
	const char *paths[] = { folder, NULL };
	const struct dm_dump_about *about;
	struct dm_dump *dump;

	begin();
	put("a.ram", "[ram]\nall:64M+64M@0x44000000\nall:0+64M@0x40000000\n"
		     "gone@0x80000000\nvmlinux = vmlinux\n");
	paths[1] = in_folder("a.ram");
	suite_no_error(dm_dump_open(paths, 2, NULL, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	about = dm_dump_about(dump);
	CU_ASSERT_STRING_EQUAL(about->path, folder);
	CU_ASSERT_STRING_EQUAL(about->format, "raw");
	CU_ASSERT_FALSE(about->complete);
	CU_ASSERT_STRING_EQUAL(about->why_incomplete,
			       "gone, which a.ram names, is missing");
	CU_ASSERT_STRING_EQUAL(about->images_from, in_folder("a.ram"));
	CU_ASSERT_EQUAL_FATAL(about->image_count, 2);
	CU_ASSERT_STRING_EQUAL(about->images[0].path, in_folder("all"));
	CU_ASSERT_EQUAL(about->images[0].offset, 64 << 20);
	CU_ASSERT_EQUAL(about->images[0].size, 64 << 20);
	CU_ASSERT_EQUAL(about->images[0].pa, 0x44000000);
	CU_ASSERT_EQUAL(about->images[1].pa, 0x40000000);
	CU_ASSERT_EQUAL(about->images_passed_over, 0);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->files, 1);
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->vmlinux,
			       in_folder("vmlinux"));
	dm_dump_close(dump);
	end();
}

static void test_mixed(void)
{
	const char *paths[2];
	char range[300];

	begin();
	paths[0] = in_folder("a.ram");
	paths[1] = in_folder("all");
	refuse(paths, 2, DM_ERROR_INVALID_ARGUMENT, "/a.ram alone");
	paths[0] = in_folder("all");
	paths[1] = in_folder("a.ram");
	refuse(paths, 2, DM_ERROR_INVALID_ARGUMENT, "/a.ram alone");
	put("b.ram", "[ram]\nall@0x40000000\n");
	paths[0] = in_folder("b.ram");
	refuse(paths, 2, DM_ERROR_INVALID_ARGUMENT, "are not of one dump");
	snprintf(range, sizeof(range), "%s@0x40000000", in_folder("all"));
	paths[0] = range;
	refuse(paths, 2, DM_ERROR_INVALID_ARGUMENT,
	       "/a.ram: its physical address is missing");
	end();
}

/* What is wrong with a text is the dump's fault, not the caller's. */
static void test_blame(void)
{
	struct dm_dump_options options = {
		.struct_size = sizeof(options),
		.vmcoreinfo = "/nowhere/info",
	};
	const char *path;
	struct dm_dump *dump;

	begin();
	path = in_folder("a.ram");
	put("a.ram", "[ram]\nall@0x40000000\nall@0x80000000\n");
	refuse(&path, 1, DM_ERROR_BAD_DUMP, "/a.ram: ");
	put("a.ram", "[ram]\nall:0+64M@0x40000000\nall:64M+64M@0x42000000\n");
	refuse(&path, 1, DM_ERROR_BAD_DUMP, "/a.ram: ");
	put("a.ram", "[ram]\nall@0x40000000\nvmcoreinfo = info\n");
	refuse(&path, 1, DM_ERROR_BAD_DUMP, "/a.ram: ");
	suite_error(dm_dump_open(&path, 1, &options, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "/nowhere/info: ");
	end();
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "files of a path", test_files },
		{ "a text, opened", test_open },
		{ "paths of several dumps", test_mixed },
		{ "whose fault it is", test_blame },
		CU_TEST_INFO_NULL,
	};

	return suite_run("paths", tests);
}
