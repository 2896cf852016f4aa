// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies, and reports that break them. */
#include <jansson.h>
#include <stdlib.h>

#include "check/check.h"
#include "suite.h"

static struct dm_error *parse(const char *text, struct check_policy *p)
{
	check_policy_init(p);
	return check_policy_parse(text, strlen(text), "p.ini", p);
}

static void refused(const char *text, const char *message)
{
	struct check_policy p;

	suite_error(parse(text, &p), DM_ERROR_INVALID_ARGUMENT, message);
	check_policy_deinit(&p);
}

static void test_refused(void)
{
	struct check_policy p;

	refused("[check]\nno-rule = 1\n", "p.ini:2: no rule \"no-rule\"");
	refused("[other]\n", "p.ini:1: unknown section");
	refused("max-lost-leaves = 1\n", "p.ini:1: \"max-lost-leaves\" is not");
	refused("[check]\n\nmax-4k-share = 101%\n", "p.ini:3: max-4k-share");
	refused("[check]\nmax-4k-share = -1%\n", "cannot be \"-1%\"");
	refused("[check]\nmax-4k-share = nan\n", "cannot be \"nan\"");
	refused("[check]\nmax-lost-leaves = 1.5\n", "cannot be \"1.5\"");
	refused("[check]\nmax-residual-bytes = 1X\n", "cannot be \"1X\"");
	refused("[check]\nrequire-policy = block\n", "cannot be \"block\"");
	refused("[check]\nno-findings = maybe\n", "cannot be \"maybe\"");
	refused("[check]\nno-findings = yes\nno-findings = yes\n",
		"p.ini:3: \"no-findings\" twice");
	refused("[check]\nwhat\n", "p.ini:2: not KEY = VALUE");

	check_policy_init(&p);
	suite_error(check_policy_parse("[check]\na\0b", 11, "p.ini", &p),
		    DM_ERROR_INVALID_ARGUMENT, "p.ini:2: not text");
	suite_error(check_policy_verify(&p), DM_ERROR_INVALID_ARGUMENT,
		    "no rule");
	suite_no_error(check_policy_set(&p, "max-worse", "20%"));
	suite_error(check_policy_verify(&p), DM_ERROR_INVALID_ARGUMENT,
		    "needs a baseline");
	check_policy_deinit(&p);
}

/* 1 GiB: a tenth in 4K pages, of 6 lost 2M leaves 4 are in use. */
static const char report_text[] =
	"{\"schema\":\"directmap/1\",\"dump\":{\"complete\":false},"
	"\"kernel\":{\"page_size\":4096},\"policy\":{\"boot\":\"pages\"},"
	"\"usage\":{\"mapped\":{\"pte\":100,\"cont_pte\":100,\"pmd\":800,"
	"\"cont_pmd\":0,\"pud\":0},\"unknown\":0,\"finding_count\":1,"
	"\"findings\":[{\"kind\":\"broken_contiguous_group\"}]},"
	"\"special\":[],\"collapsible\":{\"covers\":4096},"
	"\"split_summary\":{\"known\":true,\"tables\":6,"
	"\"lost\":{\"pte\":0,\"cont_pte\":0,\"pmd\":6,\"cont_pmd\":0,\"pud\":0},"
	"\"in_use\":{\"pte\":0,\"cont_pte\":0,\"pmd\":4,\"cont_pmd\":0,"
	"\"pud\":0}}}";

/* What @report breaks of one rule; "" if nothing. */
static void verdict(const json_t *report, const char *rule, const char *value,
		    const char *expected)
{
	struct check_policy p;
	json_t *list = json_array();
	char *got;
	bool failed;

	check_policy_init(&p);
	suite_no_error(check_policy_set(&p, rule, value));
	suite_no_error(check_report(&p, report, list, &failed));
	got = json_dumps(json_array_get(list, 0), JSON_COMPACT);
	CU_ASSERT_EQUAL(failed, *expected != '\0');
	if (strcmp(got ? got : "", expected) != 0)
		fprintf(stderr, "    %s: %s\n", rule, got ? got : "nothing");
	CU_ASSERT_STRING_EQUAL(got ? got : "", expected);
	free(got);
	json_decref(list);
	check_policy_deinit(&p);
}

#define BROKEN(rule, value, limit)                                             \
	"{\"rule\":\"" rule "\",\"value\":" value ",\"limit\":" limit          \
	",\"status\":\"violation\"}"

#define AT_LEAST(rule, value, limit, status, bound)                            \
	"{\"rule\":\"" rule "\",\"value\":" value ",\"limit\":" limit          \
	",\"status\":\"" status "\",\"why\":\"at least " bound                 \
	"; some of the map is unknown\"}"

/* A file that shrank meanwhile: the walk before saw no finding. */
static void test_lacks_tables(void)
{
	json_t *r = json_loads(report_text, 0, NULL);
	json_t *usage = json_object_get(r, "usage");

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	json_object_set_new(usage, "finding_count", json_integer(0));
	verdict(r, "no-findings", "yes", "");
	json_object_set_new(usage, "lacks_tables", json_true());
	verdict(r, "no-findings", "yes",
		"{\"rule\":\"no-findings\",\"value\":null,\"limit\":0,"
		"\"status\":\"unknown\"}");
	json_decref(r);
}

/* A lower bound breaks a limit, but does not keep one. */
static void test_at_least(void)
{
	json_t *r = json_loads(report_text, 0, NULL);
	json_t *summary = json_object_get(r, "split_summary");

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	json_object_set_new(summary, "known", json_false());
	json_object_set_new(summary, "at_least", json_true());
	verdict(r, "max-lost-leaves", "5",
		AT_LEAST("max-lost-leaves", "6", "5", "violation", "6"));
	verdict(r, "max-lost-leaves", "6",
		AT_LEAST("max-lost-leaves", "null", "6", "unknown", "6"));
	verdict(r, "max-residual-splits", "2",
		AT_LEAST("max-residual-splits", "null", "2", "unknown", "2"));
	/* Memory that is not judged and that shows no trace of a split. */
	json_object_set_new(summary, "known", json_true());
	json_object_del(summary, "at_least");
	json_object_set_new(summary, "unjudged",
			    json_loads("[{\"maybe_lost\":false}]", 0, NULL));
	verdict(r, "max-lost-leaves", "6", "");
	verdict(r, "max-residual-splits", "2", "");
	json_decref(r);
}

static void test_verdicts(void)
{
	json_t *r = json_loads(report_text, 0, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	verdict(r, "max-4k-share", "10%", "");
	verdict(r, "max-4k-share", "9%", BROKEN("max-4k-share", "10", "9"));
	verdict(r, "max-64k-share", "9", BROKEN("max-64k-share", "10", "9"));
	verdict(r, "max-small-share", "19",
		BROKEN("max-small-share", "20", "19"));
	verdict(r, "max-2M-share", "79", BROKEN("max-2M-share", "80", "79"));
	verdict(r, "max-lost-leaves", "6", "");
	verdict(r, "max-lost-leaves", "5", BROKEN("max-lost-leaves", "6", "5"));
	verdict(r, "max-residual-splits", "2", "");
	verdict(r, "max-residual-splits", "1",
		BROKEN("max-residual-splits", "2", "1"));
	verdict(r, "max-residual-bytes", "4M", "");
	verdict(r, "max-residual-bytes", "3MiB",
		BROKEN("max-residual-bytes", "4194304", "3145728"));
	verdict(r, "max-collapsible", "4K", "");
	verdict(r, "max-collapsible", "4095",
		BROKEN("max-collapsible", "4096", "4095"));
	verdict(r, "require-policy", "pages", "");
	verdict(r, "require-policy", "blocks",
		BROKEN("require-policy", "\"pages\"", "\"blocks\""));
	verdict(r, "text-alias", "read-only",
		BROKEN("text-alias", "\"writable\"", "\"read-only\""));
	verdict(r, "no-broken-contiguous", "yes",
		BROKEN("no-broken-contiguous", "\"broken\"", "\"whole\""));
	verdict(r, "no-findings", "no", "");
	verdict(r, "no-findings", "yes", BROKEN("no-findings", "1", "0"));
	verdict(r, "require-complete", "yes",
		BROKEN("require-complete", "\"incomplete\"", "\"complete\""));
	json_decref(r);
}

#define TEXT(start)                                                            \
	"{\"owner\":{\"kind\":\"kernel_text\"},\"state\":\"read_only\","       \
	"\"start\":\"" start "\",\"size\":4096}"

#define ENDS(start, end, inferred)                                             \
	"\"split_summary\":{\"text_alias\":{\"start\":\"" start                \
	"\",\"end\":\"" end "\",\"inferred\":" inferred "}}"

static void text_alias(const char *special, const char *expected)
{
	json_t *r = json_loads(special, 0, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	verdict(r, "text-alias", "read-only", expected);
	json_decref(r);
}

static void test_text_alias(void)
{
	static const char writable[] =
		BROKEN("text-alias", "\"writable\"", "\"read-only\"");

	text_alias("{\"special\":[" TEXT("0x1000") "," TEXT("0x2000") "]}", "");
	/* A page between them is not there. */
	text_alias("{\"special\":[" TEXT("0x1000") "," TEXT("0x3000") "]}",
		   writable);
	text_alias("{\"special\":[" TEXT("0x1000") "," TEXT(
			   "0x2000") "]," ENDS("0x1000", "0x3000", "false") "}",
		   "");
	/* It lacks its end; its beginning; nobody knows. */
	text_alias("{\"special\":[" TEXT("0x1000") "," TEXT(
			   "0x2000") "]," ENDS("0x1000", "0x4000", "false") "}",
		   writable);
	text_alias("{\"special\":[" TEXT("0x1000") "," TEXT(
			   "0x2000") "]," ENDS("0x0", "0x3000", "false") "}",
		   writable);
	text_alias("{\"special\":[" TEXT("0x1000") "]," ENDS("0x1000", "0x2000",
							     "true") "}",
		   "{\"rule\":\"text-alias\",\"value\":null,"
		   "\"limit\":\"read-only\",\"status\":\"unknown\","
		   "\"why\":\"where the text ends is inferred\"}");
	/* What is between them may be not mapped: tables alone do not tell. */
	text_alias("{\"memory\":{\"checked\":false},\"special\":[" TEXT(
			   "0x1000") "," TEXT("0x3000") "]}",
		   "{\"rule\":\"text-alias\",\"value\":null,"
		   "\"limit\":\"read-only\",\"status\":\"unknown\"}");
	text_alias("{\"special\":[{\"owner\":{\"kind\":\"unknown\"},"
		   "\"state\":\"read_only\"}]}",
		   "{\"rule\":\"text-alias\",\"value\":null,"
		   "\"limit\":\"read-only\",\"status\":\"unknown\"}");
}

static void test_unknown(void)
{
	static const char *const odd[] = {
		"{}",
		"{\"usage\":{\"mapped\":7,\"unknown\":-1},\"special\":\"\"}",
		"{\"usage\":{\"mapped\":{\"pte\":1e300}},\"kernel\":[]}",
	};
	struct check_policy p;
	size_t i;

	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		json_t *r = json_loads(odd[i], 0, NULL), *list = json_array();
		bool failed = false;

		verdict(r, "max-4k-share", "5%",
			"{\"rule\":\"max-4k-share\",\"value\":null,\"limit\":5,"
			"\"status\":\"unknown\"}");
		verdict(r, "text-alias", "read-only",
			"{\"rule\":\"text-alias\",\"value\":null,"
			"\"limit\":\"read-only\",\"status\":\"unknown\"}");
		suite_no_error(parse("[check]\nmax-lost-leaves = 1\n"
				     "on-unknown = warn\n",
				     &p));
		suite_no_error(check_report(&p, r, list, &failed));
		CU_ASSERT_FALSE(failed);
		CU_ASSERT_EQUAL(json_array_size(list), 1);
		suite_no_error(check_policy_set(&p, "on-unknown", "pass"));
		json_array_clear(list);
		suite_no_error(check_report(&p, r, list, &failed));
		CU_ASSERT_EQUAL(json_array_size(list), 0);
		check_policy_deinit(&p);
		json_decref(list);
		json_decref(r);
	}
}

/* What the tables rule out is unknown, in reports of any version. */
static void test_contradicted(void)
{
	static const char *const boots[] = { "repainted", "contradicted" };
	size_t i;

	for (i = 0; i < sizeof(boots) / sizeof(boots[0]); i++) {
		json_t *r = json_pack("{s:{s:s, s:s}}", "policy", "boot",
				      boots[i], "contradiction", "the reason");

		verdict(r, "require-policy", "repainted",
			"{\"rule\":\"require-policy\",\"value\":null,"
			"\"limit\":\"repainted\",\"status\":\"unknown\","
			"\"why\":\"the reason\"}");
		json_decref(r);
	}
}

/* Of 5 to 6 lost leaves is 20 % more: not more than that. */
static void test_baseline(void)
{
	json_t *r = json_loads(report_text, 0, NULL), *list = json_array();
	struct check_policy p;
	bool failed;

	suite_no_error(parse("[check]\nmax-worse = 20%\nbaseline = old\n", &p));
	suite_no_error(check_policy_verify(&p));
	p.baseline = json_deep_copy(r);
	json_object_set_new(
		json_object_get(json_object_get(p.baseline, "split_summary"),
				"lost"),
		"pmd", json_integer(5));
	suite_no_error(check_report(&p, r, list, &failed));
	/* But 2 residual ones are twice as many as 1. */
	CU_ASSERT_TRUE(failed);
	CU_ASSERT_EQUAL(json_array_size(list), 1);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(
				       json_array_get(list, 0), "rule")),
			       "max-worse residual-splits");
	check_policy_deinit(&p);
	json_decref(list);
	json_decref(r);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "policies refused", test_refused },
		{ "verdicts", test_verdicts },
		{ "tables that were there at first", test_lacks_tables },
		{ "lower bounds", test_at_least },
		{ "text alias", test_text_alias },
		{ "a policy that is contradicted", test_contradicted },
		{ "what is not known", test_unknown },
		{ "against a baseline", test_baseline },
		CU_TEST_INFO_NULL,
	};

	return suite_run("check", tests);
}
