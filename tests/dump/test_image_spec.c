// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of ranges of raw memory: what is one, what is a path, what is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dump/image_spec.h"
#include "suite.h"

static char folder[] = "/tmp/test_image_spec.XXXXXX";

static bool touch(const char *name)
{
	FILE *file = fopen(name, "w");

	return file && fclose(file) == 0;
}

struct expected {
	const char *path;
	uint64_t offset, size, pa;
};

static void take(const char *arg, const struct expected *expected, size_t n)
{
	struct image_specs specs = { 0 };
	size_t i;

	suite_no_error(dm_image_specs_add(&specs, arg));
	CU_ASSERT_EQUAL_FATAL(specs.n, n);
	for (i = 0; i < n; i++) {
		CU_ASSERT_STRING_EQUAL(specs.v[i].path, expected[i].path);
		CU_ASSERT_EQUAL(specs.v[i].offset, expected[i].offset);
		CU_ASSERT_EQUAL(specs.v[i].size, expected[i].size);
		CU_ASSERT_EQUAL(specs.v[i].pa, expected[i].pa);
	}
	dm_image_specs_destroy(&specs);
}

static void take_one(const char *arg, const char *path, uint64_t offset,
		     uint64_t size, uint64_t pa)
{
	take(arg, &(struct expected){ path, offset, size, pa }, 1);
}

/* A path, whether there is such a file or not. */
static void pass(const char *arg)
{
	take(arg, NULL, 0);
}

static void refuse(const char *arg, const char *part)
{
	struct image_specs specs = { 0 };

	suite_error(dm_image_specs_add(&specs, arg), DM_ERROR_INVALID_ARGUMENT,
		    part);
	dm_image_specs_destroy(&specs);
}

static void test_forms(void)
{
	const struct expected two[] = { { "a", 0, 0, 0x80000000 },
					{ "b", 0, 0, 0x100000000 } };
	const struct expected parts[] = { { "m", 0, 0x40000000, 0x40000000 },
					  { "m", 0x40000000, 1 << 20,
					    1ULL << 32 } };

	take_one("a@0x80000000", "a", 0, 0, 0x80000000);
	take_one("a@0X8000F000", "a", 0, 0, 0x8000f000);
	take_one("a@4096", "a", 0, 0, 4096);
	take_one("a@0", "a", 0, 0, 0);
	take_one("a@1G", "a", 0, 0, 1 << 30);
	take_one("a:4096+8192@2M", "a", 4096, 8192, 2 << 20);
	take_one("a:0xbc000000@4G", "a", 0xbc000000, 0, 1ULL << 32);
	take_one("a:4k+1T@0x0", "a", 4096, 1ULL << 40, 0);
	take_one("/x/y@z/a@0x1000", "/x/y@z/a", 0, 0, 0x1000);
	take("a@0x80000000,b@0x100000000", two, 2);
	take("m:0+0x40000000@0x40000000,m:1G+1M@4G", parts, 2);
	/* Not an address but a name. */
	take_one("a,b@0x1000", "a,b", 0, 0, 0x1000);
	take_one("a@b@0x1000", "a@b", 0, 0, 0x1000);
}

static void test_paths(void)
{
	pass("");
	pass("vmcore");
	pass("a:0+4096");
	pass("user@host");
	pass("a,b");
	pass("/proc/kcore");
}

/* What exists is meant, whatever its name looks like. */
static void test_existing(void)
{
	pass("whole@0x1000");
	pass("c@0x1,d@0x2");
	take_one("e:0+16@0x1000", "e:0+16", 0, 0, 0x1000);
	take_one("f@0x1000,g@0x2000", "f@0x1000,g", 0, 0, 0x2000);
	take_one("./whole@0x1000@0x2000", "./whole@0x1000", 0, 0, 0x2000);
}

static void test_malformed(void)
{
	refuse("@0x1000", "name of the file is missing before @");
	refuse(":0+4096@0x1000", "name of the file is missing before :");
	refuse("there@", "\"\" is no physical address");
	refuse("there@x", "\"x\" is no physical address");
	refuse("there@0x", "\"0x\" is no physical address");
	refuse("there@-1", "\"-1\" is no physical address");
	refuse("there@ 1", "\" 1\" is no physical address");
	refuse("there@0x1000 ", "\"0x1000 \" is no physical address");
	refuse("there@80000000h", "no physical address");
	refuse("there@0x80000000M", "no physical address");
	refuse("there@1KiB", "no physical address");
	refuse("there@0x10000000000000000", "no physical address");
	refuse("there@18446744073709551616", "no physical address");
	refuse("there@17179869184G", "no physical address");
	refuse("there:x@0x1000", "\"x\" is not OFFSET+SIZE");
	refuse("there:4096+@0x1000", "\"4096+\" is not OFFSET+SIZE");
	refuse("there:+4096@0x1000", "\"+4096\" is not OFFSET+SIZE");
	refuse("there:0+x@0x1000", "\"0+x\" is not OFFSET+SIZE");
	refuse("there:0+1+2@0x1000", "\"0+1+2\" is not OFFSET+SIZE");
	refuse("there:@0x1000", "\"\" is not OFFSET+SIZE");
	refuse("there:0+0@0x1000", "a range of 0 bytes");
	refuse("there:0x8000000000000000+1@0", "no file has so many bytes");
	refuse("there:1+0x7fffffffffffffff@0", "no file has so many bytes");
	refuse("a@0x1000,", "a range of memory is missing at a comma");
	refuse("a@0x1000,,b@0x2000", "a range of memory is missing at a comma");
	refuse("a@0x1000,b", "b: its physical address is missing");
	refuse("a@0x1000,b@", "\"\" is no physical address");
}

static void test_many(void)
{
	struct image_specs specs = { 0 };
	char *arg = malloc(IMAGE_SPECS_MAX * 16 + 16), *at = arg;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(arg);
	for (i = 0; i < IMAGE_SPECS_MAX; i++)
		at += sprintf(at, "%sa@%zuM", i ? "," : "", i);
	suite_no_error(dm_image_specs_add(&specs, arg));
	CU_ASSERT_EQUAL(specs.n, IMAGE_SPECS_MAX);
	suite_error(dm_image_specs_add(&specs, "b@0"),
		    DM_ERROR_INVALID_ARGUMENT, "more than 1024 ranges");
	dm_image_specs_destroy(&specs);
	free(arg);
}

int main(void)
{
	static const char *const names[] = { "whole@0x1000", "c@0x1,d@0x2",
					     "e:0+16", "f@0x1000,g", "there" };
	CU_TestInfo tests[] = {
		{ "forms", test_forms },
		{ "paths", test_paths },
		{ "a file of that name", test_existing },
		{ "malformed", test_malformed },
		{ "many", test_many },
		CU_TEST_INFO_NULL,
	};
	size_t i;
	int code;

	if (!mkdtemp(folder) || chdir(folder))
		return 1;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!touch(names[i]))
			return 1;
	code = suite_run("image_spec", tests);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(names[i]);
	if (chdir("/") || rmdir(folder))
		return 1;
	return code;
}
