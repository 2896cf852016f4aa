// SPDX-License-Identifier: GPL-2.0-or-later
/* What changed between reports. */
#include <jansson.h>
#include <stdlib.h>

#include "cli/run.h"
#include "diff/diff.h"
#include "suite.h"

#define REPORT(pte, lost, splits, owner)                                       \
	"{\"kernel\":{\"page_size\":4096,\"phys_offset\":\"0x0\","             \
	"\"linear_map\":{\"start\":\"0xfff0000000000000\"}},"                  \
	"\"usage\":{\"mapped\":{\"pte\":" pte "}},\"split_summary\":{"         \
	"\"known\":true,\"lost\":{\"pmd\":" lost "}},\"splits\":[" splits "]," \
	"\"special\":[{\"owner\":{\"kind\":\"bpf\",\"name\":\"" owner "\"}}]}"
#define SPLIT(start) "{\"leaf\":\"pmd\",\"start\":\"" start "\"}"

static void is(const json_t *diff, const char *key, const char *expected)
{
	char *got = json_dumps(json_object_get(diff, key),
			       JSON_COMPACT | JSON_ENCODE_ANY);

	if (!got || strcmp(got, expected) != 0)
		fprintf(stderr, "    %s: %s\n", key, got ? got : "none");
	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_STRING_EQUAL(got, expected);
	free(got);
}

static json_t *diff_of(const char *a, const char *b)
{
	json_t *ja = json_loads(a, 0, NULL), *jb = json_loads(b, 0, NULL);
	json_t *diff = NULL;

	CU_ASSERT_PTR_NOT_NULL_FATAL(ja);
	CU_ASSERT_PTR_NOT_NULL_FATAL(jb);
	suite_no_error(diff_create(ja, jb, &diff));
	json_decref(ja);
	json_decref(jb);
	return diff;
}

static void test_changes(void)
{
	json_t *d = diff_of(REPORT("5", "2", SPLIT("0x200000"), "old"),
			    REPORT("7", "1", SPLIT("0x400000"), "new"));

	is(d, "worse", "[\"mapped.pte\"]");
	is(d, "lost", "[\"0x0000000000400000 pmd\"]");
	is(d, "regained", "[\"0x0000000000200000 pmd\"]");
	is(d, "owners_came", "[\"bpf new\"]");
	is(d, "owners_went", "[\"bpf old\"]");
	is(d, "changed", "[]");
	json_decref(d);
}

static void test_unknown(void)
{
	json_t *d = diff_of("{}", REPORT("7", "1", "", "new"));

	is(d, "worse", "[]");
	is(d, "lost", "null");
	is(d, "regained", "null");
	is(d, "owners_came", "null");
	is(d, "unknown_in_b", "[]");
	json_decref(d);
	d = diff_of(REPORT("7", "1", "", "new"), "{}");
	is(d, "worse", "[]");
	is(d, "unknown_in_b", "[\"mapped.pte\",\"lost.pmd\"]");
	json_decref(d);
}

static void says(const char *arguments, int code, const char *part)
{
	struct run run;

	run_tool(&run, arguments);
	if (run.code != code || !strstr(run.out, part))
		fprintf(stderr, "    %s: %d, %s%s\n", arguments, run.code,
			run.out, run.err);
	CU_ASSERT_EQUAL(run.code, code);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.out, part));
	run_deinit(&run);
}

/* A map with something unknown in it: its figures are lower bounds. */
#define BOUND(pte, lost, splits, owner)                                        \
	"{\"kernel\":{\"page_size\":4096,\"phys_offset\":\"0x0\","             \
	"\"linear_map\":{\"start\":\"0xfff0000000000000\"}},"                  \
	"\"usage\":{\"mapped\":{\"pte\":" pte "},\"finding_count\":1},"        \
	"\"split_summary\":{\"known\":false,\"at_least\":true,\"lost\":{"      \
	"\"pmd\":" lost "}},\"splits\":[" splits "],\"collapsible\":{"         \
	"\"at_least\":true,\"covers\":1},"                                     \
	"\"special\":[{\"owner\":{\"kind\":\"bpf\",\"name\":\"" owner "\"}}]}"

static const json_t *figure(const json_t *diff, const char *name)
{
	const json_t *one, *list = json_object_get(diff, "figures");
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (!strcmp(json_string_value(json_object_get(one, "figure")),
			    name))
			return one;
	}
	CU_FAIL_FATAL("no such figure");
	return NULL;
}

/* Less of what is not all known is no change, and what is not listed not gone. */
static void test_bound_in_b(void)
{
	json_t *d = diff_of(REPORT("7", "1", SPLIT("0x400000"), "old"),
			    BOUND("5", "1", SPLIT("0x200000"), "new"));

	is(figure(d, "mapped.pte"), "b", "5");
	is(figure(d, "mapped.pte"), "b_at_least", "true");
	is(figure(d, "mapped.pte"), "change", "null");
	CU_ASSERT_PTR_NULL(
		json_object_get(figure(d, "mapped.pte"), "a_at_least"));
	is(figure(d, "lost.pmd"), "change", "null");
	is(figure(d, "collapsible.covers"), "b_at_least", "true");
	is(d, "worse", "[]");
	is(d, "unknown_in_b", "[\"mapped.pte\",\"lost.pmd\"]");
	/* A knows all of its own, so this is new; what it has may be there. */
	is(d, "lost", "[\"0x0000000000200000 pmd\"]");
	is(d, "regained", "null");
	is(d, "owners_came", "[\"bpf new\"]");
	is(d, "owners_went", "null");
	is(d, "ranges_missing", "\"a report does not know all lost leaves\"");
	json_decref(d);
	/* An owner that is not known, or not for certain, did not come. */
	d = diff_of(REPORT("7", "1", "", "old"),
		    BOUND("7", "1", "",
			  "a\"}},{\"owner\":{\"kind\":\"unknown\"}},{\"owner\":"
			  "{\"kind\":\"kernel_text\",\"part\":\"inferred"));
	is(d, "owners_came", "[\"bpf a\"]");
	json_decref(d);
	/* More than that is worse, whatever the rest is. */
	d = diff_of(REPORT("7", "1", "", "old"), BOUND("8", "3", "", "old"));
	is(d, "worse", "[\"mapped.pte\",\"lost.pmd\"]");
	is(d, "unknown_in_b", "[]");
	json_decref(d);
}

static void test_bound_in_a(void)
{
	json_t *d = diff_of(BOUND("5", "1", SPLIT("0x200000"), "old"),
			    REPORT("7", "3", SPLIT("0x400000"), "new"));

	is(figure(d, "mapped.pte"), "a_at_least", "true");
	is(figure(d, "mapped.pte"), "change", "null");
	is(d, "worse", "[]");
	is(d, "unknown_in_b", "[\"findings\"]");
	is(d, "lost", "null");
	is(d, "regained", "[\"0x0000000000200000 pmd\"]");
	is(d, "owners_came", "null");
	is(d, "owners_went", "[\"bpf old\"]");
	json_decref(d);
}

/* Different, or not said: no figure by range follows from either. */
static void test_places(void)
{
#define PLACE(start)                                                                                      \
	"{\"kernel\":{\"page_size\":4096,\"phys_offset\":\"0x40000000\",\"linear_map\":{\"start\":" start \
	"}}}"
	json_t *d = diff_of(PLACE("\"0xfff0000000000000\""),
			    PLACE("\"0xffff000000000000\""));

	is(d, "ranges_missing",
	   "\"the linear maps begin at different addresses\"");
	json_decref(d);
	d = diff_of(PLACE("\"0xfff0000000000000\""), PLACE("null"));
	is(d, "ranges_missing",
	   "\"a report does not say where its linear map begins\"");
	json_decref(d);
	/* Of a dump whose history is unknown there is no list to be given. */
	d = diff_of(PLACE("\"0xfff0000000000000\""),
		    PLACE("\"0xfff0000000000000\""));
	is(d, "ranges_missing", "\"a report does not know all lost leaves\"");
	json_decref(d);
}

static void test_dumps(void)
{
	says("diff --fail-on-worse $D/73-4k-counters.kdump "
	     "$D/73-4k-counters.kdump",
	     0, "mapped.pte");
	says("diff --fail-on-worse $D/73-4k-counters.kdump "
	     "$D/73-4k-nobbml.kdump",
	     1, "policy.boot: blocks -> pages");
	says("diff $D/73-4k-counters.kdump $D/73-4k-nobbml.kdump", 0,
	     "worse: mapped.pte");
	/* It has no history: what there was to lose is not known. */
	says("diff --fail-on-worse $D/73-4k-counters.kdump "
	     "$D/73-4k-bbml3.kdump",
	     1, "not known of B: split_tables");
	/* Cut off: what it says is not all. */
	says("--version >/dev/null; head -c 118000 $D/73-4k-bbml3.kdump >$T/cut; "
	     "\"$KDUMP_TRIAGE\" diff -j 1 $D/73-4k-bbml3.kdump $T/cut",
	     4, "mapped.pte");
	says("diff -j 0 $D/73-4k-bbml3.kdump $D/73-4k-va48.kdump", 2, "");
	says("diff $D/73-4k-counters.kdump", 2, "");
	says("diff $D/README.md $D/73-4k-counters.kdump", 3, "");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "changes", test_changes },
		{ "what is not known", test_unknown },
		{ "a lower bound in B", test_bound_in_b },
		{ "a lower bound in A", test_bound_in_a },
		{ "maps that begin elsewhere", test_places },
		{ "dumps", test_dumps },
		CU_TEST_INFO_NULL,
	};

	return suite_run("diff", tests);
}
