// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of each kind, and which name is meant by one that is none. */
#include "options/near.h"
#include "options/value.h"
#include "suite.h"

static struct option_value v;

static bool parse(const struct option_spec *o, const char *text)
{
	bool good = option_value_parse(o, text, &v);

	CU_ASSERT_TRUE(!good || (v.given && v.text == text));
	return good;
}

static void refused(const struct option_spec *o, const char *const *texts)
{
	for (; *texts; texts++) {
		if (parse(o, *texts))
			fprintf(stderr, "    taken: \"%s\"\n", *texts);
		CU_ASSERT_FALSE(parse(o, *texts));
	}
}

#define REFUSED(o, ...) refused(o, (const char *const[]){ __VA_ARGS__, NULL })

static void test_numbers(void)
{
	static const struct option_word words[] = { { "auto", 7 },
						    { NULL, 0 } };
	const struct option_spec o = {
		.kind = OPTION_NUMBER,
		.least = 1,
		.most = 1024,
		.words = words,
	};

	CU_ASSERT_TRUE(parse(&o, "1") && v.number == 1);
	CU_ASSERT_TRUE(parse(&o, "1024") && v.number == 1024);
	CU_ASSERT_TRUE(parse(&o, "0010") && v.number == 10);
	CU_ASSERT_TRUE(parse(&o, "auto") && v.number == 7);
	REFUSED(&o, "0", "1025", "", "aut", "auto ", "Auto", "-1", "+1", "1.0",
		"0x10", "1k");
}

static void test_sizes(void)
{
	struct option_spec o = {
		.kind = OPTION_SIZE,
		.unit = 1 << 20,
		.most = INT64_MAX,
	};

	CU_ASSERT_TRUE(parse(&o, "0") && v.number == 0);
	CU_ASSERT_TRUE(parse(&o, "3") && v.number == 3 << 20);
	CU_ASSERT_TRUE(parse(&o, "3k") && v.number == 3 << 10);
	CU_ASSERT_TRUE(parse(&o, "3KiB") && v.number == 3 << 10);
	CU_ASSERT_TRUE(parse(&o, "1.5G") && v.number == UINT64_C(3) << 29);
	CU_ASSERT_TRUE(parse(&o, "2T") && v.number == UINT64_C(2) << 40);
	CU_ASSERT_TRUE(parse(&o, "8388607T"));
	CU_ASSERT_TRUE(parse(&o, "8796093022207"));
	REFUSED(&o, "8388608T", "8388607.999999T1", "8796093022208",
		"18446744073709551616", "", "K", "1.5", "1.", ".5G", "1.5.5G",
		"1.1234567G", "1X", "1kB", "1Ki", "1KiBs", "1 K", "-1K", "1K ");
	o.unit = 1;
	CU_ASSERT_TRUE(parse(&o, "4096") && v.number == 4096);
	CU_ASSERT_TRUE(parse(&o, "0.000001K") && v.number == 0);
	o.most = 1 << 20;
	CU_ASSERT_TRUE(parse(&o, "1M"));
	REFUSED(&o, "1.000001M", "1048577");
}

static void test_percent(void)
{
	const struct option_spec o = { .kind = OPTION_PERCENT, .most = 100 };

	CU_ASSERT_TRUE(parse(&o, "0") && v.percent == 0);
	CU_ASSERT_TRUE(parse(&o, "0.5%") && v.percent == 0.5);
	CU_ASSERT_TRUE(parse(&o, "12.3") && v.percent == 12.3);
	CU_ASSERT_TRUE(parse(&o, "99.999999%") && v.percent == 99.999999);
	CU_ASSERT_TRUE(parse(&o, "100%") && v.percent == 100);
	REFUSED(&o, "100.000001", "101", "%", "", "1e1", "nan", "inf", "-1",
		"5%%", "5 %", "0x5", "18446744073709551615.5");
}

static void test_others(void)
{
	static const struct option_word words[] = {
		{ "red", 1 }, { "green", 2 }, { "all", 3 }, { NULL, 0 }
	};
	struct option_spec o = { .kind = OPTION_PART, .most = 100 };

	CU_ASSERT_TRUE(parse(&o, "1/1") && v.part.part == 1);
	CU_ASSERT_TRUE(parse(&o, "99/100") && v.part.part == 99 &&
		       v.part.parts == 100);
	REFUSED(&o, "0/1", "2/1", "1/0", "1/101", "1", "1/", "/1", "1/2/3",
		"1 /2", "18446744073709551617/2");
	o.kind = OPTION_RANGE;
	CU_ASSERT_TRUE(parse(&o, "1000-0x2000") && v.range.start == 0x1000 &&
		       v.range.end == 0x2000);
	REFUSED(&o, "2000-1000", "1000", "-", "x-y", "");
	o = (struct option_spec){ .kind = OPTION_LIST, .words = words };
	CU_ASSERT_TRUE(parse(&o, "red") && v.number == 1);
	CU_ASSERT_TRUE(parse(&o, "green,red,red") && v.number == 3);
	REFUSED(&o, "", ",", "red,", ",red", "red,,green", "red green", "re");
	o.kind = OPTION_WORD;
	CU_ASSERT_TRUE(parse(&o, "all") && v.number == 3);
	REFUSED(&o, "", "al", "red,green", "RED");
	o.kind = OPTION_FILE;
	CU_ASSERT_TRUE(parse(&o, " "));
	REFUSED(&o, "");
}

static void says(const struct option_spec *o, const char *text,
		 const char *expected)
{
	char wrong[VALUE_WRONG_MAX];
	bool meant = option_value_wrong(o, text, wrong);

	CU_ASSERT_STRING_EQUAL(wrong, expected);
	CU_ASSERT_EQUAL(meant, strstr(expected, "did you mean") != NULL);
}

static void test_what_is_wrong(void)
{
	static const struct option_word words[] = {
		{ "red", 1 }, { "green", 2 }, { "all", 3 }, { NULL, 0 }
	};
	struct option_spec o = { .kind = OPTION_LIST, .words = words };
	char text[1001], wrong[VALUE_WRONG_MAX];

	says(&o, "red,blue", "cannot be \"blue\": red, green or all");
	says(&o, "gren,red", "cannot be \"gren\"; did you mean green?");
	o.words = words + 2;
	says(&o, "x", "cannot be \"x\": all");
	/* What is far too long is cut. */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	option_value_wrong(&o, text, wrong);
	CU_ASSERT_PTR_NOT_NULL(strstr(wrong, "x\": all"));
}

static const char *near_one(const char *word)
{
	static const char *const names[] = { "report",	  "runs",   "splits",
					     "map",	  "policy", "explain",
					     "check",	  "batch",  "json",
					     "max-tables" };
	struct near near;
	size_t i;

	near_init(&near, word, strlen(word));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		near_try(&near, names[i]);
	return near.meant ? near.meant : "";
}

/* Letters too many, missing, others, swapped: one of five, two of more. */
static void test_near(void)
{
	CU_ASSERT_STRING_EQUAL(near_one("reprot"), "report");
	CU_ASSERT_STRING_EQUAL(near_one("reports"), "report");
	CU_ASSERT_STRING_EQUAL(near_one("rport"), "report");
	CU_ASSERT_STRING_EQUAL(near_one("repo"), "report");
	CU_ASSERT_STRING_EQUAL(near_one("raport"), "report");
	CU_ASSERT_STRING_EQUAL(near_one("rapotr"), "report");
	CU_ASSERT_STRING_EQUAL(near_one("run"), "runs");
	CU_ASSERT_STRING_EQUAL(near_one("urns"), "runs");
	CU_ASSERT_STRING_EQUAL(near_one("mpa"), "map");
	CU_ASSERT_STRING_EQUAL(near_one("max_tables"), "max-tables");
	CU_ASSERT_STRING_EQUAL(near_one("ma"), "map");
	CU_ASSERT_STRING_EQUAL(near_one("exlpian"), "explain");
	CU_ASSERT_STRING_EQUAL(near_one(""), "");
	CU_ASSERT_STRING_EQUAL(near_one("r"), "");
	CU_ASSERT_STRING_EQUAL(near_one("vmcore"), "");
	CU_ASSERT_STRING_EQUAL(near_one("core"), "");
	CU_ASSERT_STRING_EQUAL(near_one("dump"), "");
	CU_ASSERT_STRING_EQUAL(near_one("./report"), "report");
	CU_ASSERT_STRING_EQUAL(near_one("report.html"), "");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "numbers", test_numbers },
		{ "sizes", test_sizes },
		{ "per cent", test_percent },
		{ "other kinds", test_others },
		{ "what is wrong", test_what_is_wrong },
		{ "near names", test_near },
		CU_TEST_INFO_NULL,
	};

	return suite_run("values of options", tests);
}
