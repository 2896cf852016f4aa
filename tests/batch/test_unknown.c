// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is unknown of a dump stays so in all that a batch writes: a dump of which
 * one entry of a page table was lost, one of which the root's was, a sound one,
 * and one that lost nothing.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/run.h"
#include "robustness/image.h"
#include "suite.h"

static struct run run;
static json_t *sound; /* the report of the sound one */

/* Each behind the one before. */
static void in_order(const char *const *parts)
{
	const char *at = run.out;

	for (; *parts; parts++) {
		const char *next = at ? strstr(at, *parts) : NULL;

		if (!next)
			fprintf(stderr,
				"    no \"%s\" where it belongs in:\n%s\n",
				*parts, run.out);
		CU_ASSERT_PTR_NOT_NULL(next);
		at = next;
	}
}

static const char *path_of(const char *name)
{
	static char path[2][128];
	static int i;

	i = !i;
	snprintf(path[i], sizeof(path[i]), "%s/%s", run_scratch(), name);
	return path[i];
}

/* ---- The dumps ------------------------------------------------------------ */

static json_t *parse(void)
{
	json_t *o = json_loads(run.out, 0, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	return o;
}

static uint64_t hex(json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	return strtoull(text, NULL, 16);
}

/* VA, in the linear map, of the first entry on the way to a page, or the last. */
static uint64_t entry_of(json_t *explained, bool last)
{
	json_t *kernel = json_object_get(sound, "kernel");
	json_t *chain =
		json_object_get(json_object_get(explained, "mapping"), "chain");
	json_t *step =
		json_array_get(chain, last ? json_array_size(chain) - 1 : 0);
	uint64_t index =
		(uint64_t)json_integer_value(json_object_get(step, "index"));

	return hex(step, "table") - hex(kernel, "phys_offset") +
	       hex(json_object_get(kernel, "linear_map"), "start") + 8 * index;
}

/* The last page of a lost leaf that is mapped by pages and needed by nobody. */
static void make_dumps(void)
{
	json_t *one, *explained;
	struct image *image;
	char arguments[128];
	uint64_t va = 0;
	size_t i;

	run_again(&run, "report --json $D/73-4k-counters.kdump");
	sound = parse();
	json_array_foreach(json_object_get(sound, "splits"), i, one)
	{
		if (!strcmp(json_string_value(json_object_get(one, "leaf")),
			    "cont_pte") &&
		    json_is_false(json_object_get(one, "in_use")))
			va = hex(one, "start") +
			     (uint64_t)json_integer_value(
				     json_object_get(one, "size")) -
			     4096;
	}
	snprintf(arguments, sizeof(arguments), "explain --json %s 0x%llx",
		 "$D/73-4k-counters.kdump", (unsigned long long)va);
	run_again(&run, arguments);
	explained = parse();
	run_again(
		&run,
		"extract --all --as elf $D/73-4k-counters.kdump $T/sound.elf");
	CU_ASSERT_EQUAL_FATAL(run.code, 0);
	image = image_create(path_of("sound.elf"));
	image_put(image, entry_of(explained, true), 8, 0);
	image_write(image, path_of("hole.elf"));
	image_restore(image);
	image_put(image, entry_of(explained, false), 8, 0);
	image_write(image, path_of("gone.elf"));
	image_destroy(image);
	json_decref(explained);
}

#define DUMPS "$T/gone.elf $T/hole.elf $T/sound.elf $D/73-4k-noalias.kdump"

static void batch(const char *arguments)
{
	char text[512];

	snprintf(text, sizeof(text), "batch --state $T/state %s " DUMPS,
		 arguments);
	run_again(&run, text);
	CU_ASSERT_EQUAL(run.code, 4);
}

/* ---- What is written ------------------------------------------------------- */

static void test_table(void)
{
	static const char *const order[] = { "hole.elf", "sound.elf",
					     "gone.elf", "noalias", NULL };

	batch("");
	in_order(order);
	suite_has(run.out, "    >=54    >=12    >=41  blocks");
	suite_has(run.out, "\n ~");
	suite_has(run.out, "~ is the share of what is known of the map\n");
	suite_has(run.out, "       -       -       -       -  blocks");
	suite_has(
		run.out,
		"; at least 108 leaves lost in 2, 83 of them residual; lost leaves "
		"not all known in 2\n");
}

static void test_rows(void)
{
	json_t *row, *owner;
	char *line;
	size_t i;

	batch("--json");
	/* By path; of the first nothing is known. */
	line = strtok(run.out, "\n");
	row = json_loads(line, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	json_array_foreach(json_object_get(row, "owners"), i, owner)
	{
		CU_ASSERT_TRUE(json_is_null(json_object_get(owner, "lost")));
		CU_ASSERT_TRUE(json_is_null(json_object_get(owner, "in_use")));
	}
	json_decref(row);
	row = json_loads(strtok(NULL, "\n"), 0, NULL);
	owner = NULL;
	json_array_foreach(json_object_get(row, "owners"), i, owner)
	{
		if (!strcmp(json_string_value(json_object_get(owner, "kind")),
			    "unknown"))
			break;
	}
	/* Nobody is known to need it, and that is not nobody. */
	CU_ASSERT_PTR_NOT_NULL_FATAL(owner);
	CU_ASSERT_EQUAL(
		json_integer_value(json_object_get(
			json_object_get(owner, "state_unknown"), "cont_pte")),
		1);
	json_decref(row);
}

static void test_csv(void)
{
	batch("--csv");
	suite_has(run.out,
		  ",content_id,lost_at_least,in_use_at_least,residual_at_least,"
		  "boot_unknown\n");
	/* lost_pte to split_tables are not known. */
	suite_has(run.out, ",1,,,,,,,,,,,,8388608,");
	suite_has(run.out, ",54,12,41,4096\n");
	suite_has(run.out, ",54,12,42,0\n");
	suite_has(run.out, ",0,0,0,0\n");
	suite_has(run.out, ",,,,\n");
}

static void test_files(void)
{
	batch("--quiet --junit $T/x.xml --prometheus $T/x.prom --html $T/x.html");
	run_again(&run, "--version >/dev/null; cat $T/x.xml");
	suite_has(run.out, "leaves lost at least 54, in use at least 12\n");
	suite_has(run.out, "leaves lost 54, in use 12\n");
	suite_has(run.out, "leaves lost unknown\n");
	suite_has(run.out,
		  "unknown 4096 bytes: these figures are lower bounds\n");
	run_again(&run, "--version >/dev/null; cat $T/x.prom");
	suite_has(run.out, "lost_leaves_at_least{dump=\"/");
	run_again(
		&run,
		"--version >/dev/null; grep -c 'lost_leaves{.*sound' $T/x.prom");
	suite_has(run.out, "10\n");
	run_again(&run, "--version >/dev/null; grep 'hole.elf' $T/x.prom");
	suite_lacks(run.out, "lost_leaves{");
	suite_has(run.out, "leaf=\"cont_pte\"} 44\n");
	suite_has(run.out, "directmap_dump_unknown_bytes{");
	suite_has(run.out, "\"} 4096\n");
	run_again(&run, "--version >/dev/null; grep 'gone.elf' $T/x.prom");
	suite_lacks(run.out, "lost_leaves");
	run_again(&run, "--version >/dev/null; cat $T/x.html");
	suite_has(run.out, "≥ 54</td>");
}

static void check_views(const char *db, const char *const *order)
{
	char text[128];

	snprintf(text, sizeof(text), "query worst --csv --db $T/%s", db);
	run_again(&run, text);
	CU_ASSERT_EQUAL(run.code, 0);
	in_order(order);
	snprintf(text, sizeof(text), "query top_owners --csv --db $T/%s", db);
	run_again(&run, text);
	CU_ASSERT_EQUAL(run.code, 0);
	suite_has(run.out, ",lost_at_least,lost_unknown\n");
}

static void test_database(void)
{
	static const char *const order[] = { "hole.elf", "sound.elf",
					     "gone.elf", "noalias", NULL };

	batch("--quiet --splits --db $T/x.db");
	check_views("x.db", order);
	/* In three dumps; of two all that it lost is known, in one some. */
	suite_has(run.out, "\"bpf_pack\",\"\",2,29,0,");
	run_again(
		&run,
		"--version >/dev/null; sqlite3 -csv $T/x.db \"SELECT lost, "
		"lost_at_least, boot_unknown FROM dumps ORDER BY path\" | sort");
	suite_has(run.out, "\n,54,4096\n");
	suite_has(run.out, "\n0,0,0\n");
	suite_has(run.out, "\n54,54,0\n");
	suite_has(run.out, ",,\n");
	run_again(
		&run,
		"--version >/dev/null; sqlite3 $T/x.db \"SELECT count(*) FROM "
		"owners WHERE lost IS NULL AND lost_at_least IS NOT NULL\"");
	CU_ASSERT_STRING_NOT_EQUAL(run.out, "0\n");
	run_again(
		&run,
		"--version >/dev/null; sqlite3 $T/x.db \"SELECT count(*) FROM "
		"lost_leaves WHERE in_use IS NULL\"");
	CU_ASSERT_STRING_EQUAL(run.out, "1\n");
	run_again(
		&run,
		"--version >/dev/null; sqlite3 -csv $T/x.db \"SELECT dumps, most_lost,"
		" lost_at_least, lost_unknown FROM releases WHERE release = "
		"'7.3.4'\"");
	CU_ASSERT_STRING_EQUAL(run.out, "3,54,108,2\n");
}

/* As the version before wrote it: read as it is, and brought up to date. */
static void test_old_database(void)
{
	static const char *const order[] = { "sound.elf", "hole.elf",
					     "gone.elf", "noalias", NULL };

	run_again(
		&run,
		"--version >/dev/null; cp $T/x.db $T/old.db && "
		"for v in $(sqlite3 $T/old.db \"SELECT name FROM sqlite_master "
		"WHERE type = 'view'\"); do sqlite3 $T/old.db \"DROP VIEW $v\"; "
		"done; "
		"for c in lost in_use residual; do sqlite3 $T/old.db "
		"\"ALTER TABLE dumps DROP COLUMN ${c}_at_least\"; done; "
		"for c in lost in_use; do sqlite3 $T/old.db "
		"\"ALTER TABLE owners DROP COLUMN ${c}_at_least; "
		"UPDATE owners SET $c = 0 WHERE $c IS NULL\"; done; "
		"sqlite3 $T/old.db \"ALTER TABLE dumps DROP COLUMN boot_unknown\"");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_STRING_EQUAL(run.err, "");
	run_again(&run, "query top_owners --csv --db $T/old.db");
	CU_ASSERT_EQUAL(run.code, 0);
	suite_has(run.out, "\"bpf_pack\",\"\",2,29,0,");
	run_again(&run, "query worst --csv --db $T/old.db");
	CU_ASSERT_EQUAL(run.code, 0);
	run_again(&run,
		  "batch --quiet --state $T/state --db $T/old.db $T/sound.elf");
	CU_ASSERT_EQUAL(run.code, 0);
	run_again(
		&run,
		"--version >/dev/null; sqlite3 -csv $T/old.db \"SELECT lost, "
		"lost_at_least FROM dumps WHERE path LIKE '%noalias%'; SELECT "
		"count(*) FROM worst; SELECT count(*) FROM owners WHERE lost = 0 "
		"AND lost_at_least IS NULL\"");
	CU_ASSERT_STRING_EQUAL(run.out, "0,0\n4\n0\n");
	check_views("old.db", order);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "dumps", make_dumps },
		{ "table", test_table },
		{ "rows", test_rows },
		{ "CSV", test_csv },
		{ "JUnit, Prometheus, HTML", test_files },
		{ "database", test_database },
		{ "a database of the version before", test_old_database },
		CU_TEST_INFO_NULL,
	};
	int failed = suite_run("what is unknown, of many", tests);
	json_decref(sound);
	run_deinit(&run);
	run_remove_scratch();
	return failed;
}
