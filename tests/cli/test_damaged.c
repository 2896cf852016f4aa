// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A real dump with one of its page tables damaged, as a user has it: what of
 * the map is unknown then is unknown in each view, and no rule of check passes
 * that needs it. What was damaged is found by what explain says of the sound one.
 */
#include <elf.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "run.h"
#include "suite.h"

#define PAGE 4096
/* Of 73-4k-counters: its own kernel logged 54 leaves lost; 12 are in use. */
#define LOST	     54
#define LINEAR_START "0xfff0000000000000"

static char *whole; /* an ELF file */
static size_t size;
static struct run r;

static void ask(const char *arguments, int code)
{
	run_deinit(&r);
	run_tool(&r, arguments);
	if (r.code != code)
		fprintf(stderr, "    %s: exit %d\n%.400s%s\n", arguments,
			r.code, r.out, r.err);
	CU_ASSERT_EQUAL(r.code, code);
}

static json_t *ask_json(const char *arguments, int code)
{
	json_t *o;

	ask(arguments, code);
	o = json_loads(r.out, JSON_DISABLE_EOF_CHECK, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	return o;
}

static bool says(const char *text)
{
	return strstr(r.out, text) || strstr(r.err, text);
}

static uint64_t hex(json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	return strtoull(text, NULL, 16);
}

static json_int_t number(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* The page at @pa in the file's bytes. */
static char *page_at(uint64_t pa)
{
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)(void *)whole;
	const Elf64_Phdr *phdr =
		(const Elf64_Phdr *)(void *)(whole + ehdr->e_phoff);
	size_t i;

	for (i = 0; i < ehdr->e_phnum; i++) {
		if (phdr[i].p_type == PT_LOAD && pa >= phdr[i].p_paddr &&
		    pa - phdr[i].p_paddr < phdr[i].p_filesz)
			return whole + phdr[i].p_offset +
			       (pa - phdr[i].p_paddr);
	}
	CU_FAIL_FATAL("no such page");
	return NULL;
}

static void begin(void)
{
	char path[256];

	ask("extract --force --all --as elf $D/73-4k-counters.kdump $T/dump",
	    0);
	snprintf(path, sizeof(path), "%s/dump", run_scratch());
	whole = run_read_file(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(whole);
}

static void write_damaged(void)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/dump", run_scratch());
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fwrite(whole, 1, size, file), size);
	CU_ASSERT_EQUAL(fclose(file), 0);
	free(whole);
}

/* Of the tables on the way to @address: the one of @level, and its entry. */
static uint64_t table_of(const char *address, int level, uint64_t *entry)
{
	char arguments[128];
	uint64_t table = 0;
	json_t *o, *one;
	size_t i;

	snprintf(arguments, sizeof(arguments), "explain --json $T/dump %s",
		 address);
	o = ask_json(arguments, 0);
	json_array_foreach(
		json_object_get(json_object_get(o, "mapping"), "chain"), i, one)
	{
		if (number(one, "level") != level)
			continue;
		table = hex(one, "table");
		*entry = table + 8 * (uint64_t)number(one, "index");
	}
	json_decref(o);
	CU_ASSERT_NOT_EQUAL_FATAL(table, 0);
	return table;
}

/* The first address by a leaf of @label that is read-only. */
static void first_page(char *address)
{
	ask("runs $T/dump | grep ' 4k .* ro ' | head -n 1", 0);
	snprintf(address, 19, "%.18s", r.out);
	CU_ASSERT_EQUAL_FATAL(strlen(address), 18);
}

static void check_unknown_rule(const char *rule, const char *value)
{
	char arguments[128];
	json_t *o, *one;

	snprintf(arguments, sizeof(arguments), "check --json --%s %s $T/dump",
		 rule, value);
	o = ask_json(arguments, 1);
	one = json_array_get(json_object_get(o, "violations"), 0);
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(one, "status")), "unknown");
	json_decref(o);
}

/* Nothing of the map is known: no table of it is there any more. */
static void check_nothing_known(void)
{
	json_t *o, *summary;

	o = ask_json("--json $T/dump", 4);
	summary = json_object_get(o, "split_summary");
	CU_ASSERT_TRUE(json_is_false(json_object_get(summary, "known")));
	CU_ASSERT_TRUE(json_is_null(json_object_get(o, "splits")));
	json_decref(o);
	ask("$T/dump", 4);
	CU_ASSERT_FALSE(says("no leaf was lost"));
	check_unknown_rule("max-lost-leaves", "0");
	check_unknown_rule("max-collapsible", "0");
	check_unknown_rule("max-small-share", "100%");
	check_unknown_rule("text-alias", "read-only");
	ask("explain $T/dump " LINEAR_START, 4);
	CU_ASSERT_FALSE(says("no RAM"));
	CU_ASSERT_FALSE(says("not mapped"));
	ask("map $T/dump", 4);
	CU_ASSERT_TRUE(says("? unknown, "));
	ask("runs --json $T/dump", 4);
	CU_ASSERT_TRUE(says("\"state\":\"unknown\""));
}

static void test_upper_table_of_zeros(void)
{
	uint64_t entry;

	begin();
	memset(page_at(table_of(LINEAR_START, 0, &entry)), 0, PAGE);
	write_damaged();
	check_nothing_known();
}

/* Eight bytes: without memblock it would look like a machine of no memory. */
static void test_root_entry_of_zeros(void)
{
	uint64_t entry;

	begin();
	table_of(LINEAR_START, -1, &entry);
	memset(page_at(entry), 0, 8);
	write_damaged();
	check_nothing_known();
	ask("check --no-findings yes --require-complete yes $T/dump", 1);
	CU_ASSERT_TRUE(says("no-findings"));
	ask("$T/dump", 4);
	CU_ASSERT_TRUE(says("PARTIAL: nothing of the linear map was found"));
	ask("splits $T/dump", 4);
	CU_ASSERT_TRUE(says("none as far as is known"));
}

/*
 * Half of what a range asks for of a table is no table's: what stands in its
 * place is judged by all of its entries, so that no view loses the other half.
 */
static void test_part_of_a_table(void)
{
	uint64_t entry;
	size_t i;

	begin();
	memset(page_at(table_of(LINEAR_START, 2, &entry)), 0xff, 64);
	write_damaged();
	ask("runs --range 0xfff0000000000000-0xfff0000002000000 $T/dump", 4);
	CU_ASSERT_TRUE(says("\n0xfff0000001000000-"));
	ask("map --zoom 0xfff0000000000000-0xfff0000002000000 $T/dump", 4);
	CU_ASSERT_TRUE(says("\n0xfff0000001f00000 "));
	for (i = 0; i < 2; i++) {
		ask(i ? "explain $T/dump 0xfff0000001ffffff"
		      : "explain $T/dump 0xfff0000001000000",
		    4);
		CU_ASSERT_TRUE(says("16384 kB unknown"));
		CU_ASSERT_FALSE(says("not mapped"));
		CU_ASSERT_FALSE(says("nothing is mapped"));
	}
}

/* Lost leaves elsewhere are lost all the same; none is made up. */
static void check_bounds(const char *what)
{
	json_int_t lost = 0;
	json_t *o, *summary, *leaf;
	const char *key;

	o = ask_json("splits --json $T/dump", 4);
	summary = json_object_get(o, "split_summary");
	CU_ASSERT_TRUE(json_is_false(json_object_get(summary, "known")));
	CU_ASSERT_TRUE(json_is_true(json_object_get(summary, "at_least")));
	CU_ASSERT_EQUAL(number(summary, "unknown"), 2 << 20);
	json_object_foreach(json_object_get(summary, "lost"), key, leaf) lost +=
		json_integer_value(leaf);
	CU_ASSERT_TRUE(lost > 0 && lost < LOST);
	CU_ASSERT_EQUAL((size_t)lost,
			json_array_size(json_object_get(o, "splits")));
	json_decref(o);
	ask("splits $T/dump", 4);
	CU_ASSERT_TRUE(says("at least "));
	CU_ASSERT_TRUE(says("not known how they are mapped"));
	CU_ASSERT_FALSE(says("are not mapped"));
	ask("--json $T/dump", 4);
	CU_ASSERT_TRUE(says(what));
	/* What is known suffices for one limit, and not for the other. */
	ask("check --max-lost-leaves 0 $T/dump", 1);
	CU_ASSERT_TRUE(says("violation"));
	check_unknown_rule("max-lost-leaves", "54");
	check_unknown_rule("no-broken-contiguous", "yes");
}

static void test_table_of_zeros(void)
{
	char address[19];
	uint64_t entry;

	begin();
	first_page(address);
	memset(page_at(table_of(address, 3, &entry)), 0, PAGE);
	write_damaged();
	check_bounds("\"empty_table\"");
}

static void test_table_overwritten_by_another(void)
{
	uint64_t entry, here, there;
	char address[19];

	begin();
	first_page(address);
	here = table_of(address, 3, &entry);
	/* Any other: the one of the image's alias ends elsewhere. */
	there = table_of("swapper_pg_dir", 3, &entry);
	CU_ASSERT_NOT_EQUAL_FATAL(here, there);
	memcpy(page_at(here), page_at(there), PAGE);
	write_damaged();
	check_bounds("\"off_formula\"");
}

static void test_table_overwritten_by_text(void)
{
	uint64_t entry;
	char address[19];

	begin();
	first_page(address);
	memset(page_at(table_of(address, 3, &entry)), 'x', PAGE);
	write_damaged();
	check_bounds("\"no_table\"");
}

/* One entry of 512: memblock has the page, and no leaf maps it. */
static void test_page_entry_of_zeros(void)
{
	char address[19], arguments[64];
	uint64_t entry;
	json_t *o;

	begin();
	first_page(address);
	table_of(address, 3, &entry);
	memset(page_at(entry), 0, 8);
	write_damaged();
	o = ask_json("--json $T/dump", 4);
	CU_ASSERT_EQUAL(number(json_object_get(o, "usage"), "unknown"), PAGE);
	CU_ASSERT_TRUE(json_is_true(
		json_object_get(json_object_get(o, "memory"), "checked")));
	json_decref(o);
	ask("check --no-findings yes $T/dump", 1);
	snprintf(arguments, sizeof(arguments), "explain $T/dump %s", address);
	ask(arguments, 4);
	CU_ASSERT_TRUE(says("memory that memblock has and no leaf maps"));
	CU_ASSERT_FALSE(says("no RAM"));
	ask("runs $T/dump | grep unknown", 0);
	CU_ASSERT_TRUE(says(address));
	ask("map $T/dump", 4);
	CU_ASSERT_TRUE(says("? some of it is unknown"));
	CU_ASSERT_FALSE(says("hole"));
}

/* What stands at swapper_pg_dir is a page of something else. */
static void test_no_root(void)
{
	uint64_t entry;

	begin();
	memset(page_at(table_of(LINEAR_START, -1, &entry)), 'x', PAGE);
	write_damaged();
	ask("$T/dump", 3);
	CU_ASSERT_TRUE(says("no root table"));
	CU_ASSERT_TRUE(says("where RAM begins"));
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "an upper table of zeros", test_upper_table_of_zeros },
		{ "an entry of the root of zeros", test_root_entry_of_zeros },
		{ "a part of a table", test_part_of_a_table },
		{ "a table of zeros", test_table_of_zeros },
		{ "a table overwritten by another",
		  test_table_overwritten_by_another },
		{ "a table overwritten by text",
		  test_table_overwritten_by_text },
		{ "an entry of zeros", test_page_entry_of_zeros },
		{ "no root table", test_no_root },
		CU_TEST_INFO_NULL,
	};
	int bad = suite_run("damaged", tests);

	run_deinit(&r);
	run_remove_scratch();
	return bad;
}
