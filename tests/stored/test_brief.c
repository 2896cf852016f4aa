// SPDX-License-Identifier: GPL-2.0-or-later
/* What is summed up of a report while it is written, in pieces of any size. */
#include <stdlib.h>

#include "stored/brief.h"
#include "stored/fields.h"
#include "suite.h"

#define REPORT                                                                  \
	"{\"schema\":\"directmap/1\",\"a\":\"special\",\"b\":[1,[2]],"          \
	"\"c\\\"special\":{\"special\":[{\"start\":\"0x1\"}]},"                 \
	"\"special\":["                                                         \
	"{\"start\":\"0x1000\",\"size\":4096,\"state\":\"read_only\","          \
	"\"owner\":{\"kind\":\"bpf\",\"name\":\"}]\\\"\"},\"attrs\":[\"ro\"]}," \
	"{\"start\":\"0x2000\",\"size\":4096,\"state\":\"read_only\","          \
	"\"owner\":{\"kind\":\"kernel_text\",\"name\":null},\"attrs\":[]},"     \
	"{\"start\":\"0x3000\",\"size\":4096,\"state\":\"read_only\","          \
	"\"owner\":{\"kind\":\"kernel_text\",\"name\":null},\"attrs\":[]},"     \
	"{\"start\":\"0x5000\",\"size\":4096,\"state\":\"read_only\","          \
	"\"owner\":{\"kind\":\"kernel_text\",\"name\":null},\"attrs\":[]},"     \
	"{\"start\":\"0x6000\",\"size\":4096,\"state\":\"invalid\","            \
	"\"owner\":{\"kind\":\"kernel_text\",\"name\":null},\"attrs\":[]},"     \
	"{\"start\":\"0x7000\",\"size\":8192,\"state\":\"read_only\","          \
	"\"owner\":{\"kind\":\"bpf\",\"name\":\"}]\\\"\"},\"attrs\":[]},"       \
	"{\"start\":\"0x9000\",\"size\":4096,\"state\":\"invalid\","            \
	"\"owner\":{\"kind\":\"bpf\",\"name\":\"}]\\\"\"},\"attrs\":[]}"        \
	"],\"d\":[{\"e\":1}]}\n"

static const struct {
	const char *start;
	uint64_t size;
	const char *kind;
} expected[] = {
	{ "0x1000", 3 * 4096, "bpf" },
	{ "0x2000", 2 * 4096, "kernel_text" },
	{ "0x5000", 4096, "kernel_text" },
	{ "0x6000", 4096, "kernel_text" },
	{ "0x9000", 4096, "bpf" },
};

#define EXPECTED (sizeof(expected) / sizeof(expected[0]))

static json_t *write_in_pieces(const char *text, size_t piece)
{
	size_t size = strlen(text), at, n;
	struct brief *brief;
	json_t *report;

	suite_no_error(brief_create(&brief, NULL, NULL));
	for (at = 0; at < size; at += n) {
		n = size - at < piece ? size - at : piece;
		CU_ASSERT_TRUE(brief_sink(brief)->write(brief_sink(brief),
							text + at, n));
	}
	report = brief_report(brief);
	brief_destroy(brief);
	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	return report;
}

static void test_sums(void)
{
	static const size_t pieces[] = { 1, 7, 100, 100000 };
	const json_t *list;
	json_t *report;
	uint64_t size;
	size_t i, j;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		report = write_in_pieces(REPORT, pieces[i]);
		list = field_list(report, "special");
		CU_ASSERT_EQUAL_FATAL(json_array_size(list), EXPECTED);
		for (j = 0; j < EXPECTED; j++) {
			const json_t *one = json_array_get(list, j);

			CU_ASSERT_STRING_EQUAL(field_text(one, "start"),
					       expected[j].start);
			CU_ASSERT_TRUE(field_number(one, "size", &size));
			CU_ASSERT_EQUAL(size, expected[j].size);
			CU_ASSERT_STRING_EQUAL(field_text(one, "owner.kind"),
					       expected[j].kind);
		}
		CU_ASSERT_EQUAL(json_array_size(field_list(report, "b")), 2);
		CU_ASSERT_EQUAL(json_array_size(field_list(report, "d")), 1);
		CU_ASSERT_EQUAL(json_array_size(json_object_get(
					json_object_get(report, "c\"special"),
					"special")),
				1);
		json_decref(report);
	}
}

static void test_without(void)
{
	json_t *report = write_in_pieces("{\"schema\":\"directmap/1\"}", 3);

	CU_ASSERT_PTR_NULL(json_object_get(report, "special"));
	json_decref(report);
	report = write_in_pieces("{\"special\":[]}", 3);
	CU_ASSERT_EQUAL(json_array_size(field_list(report, "special")), 0);
	CU_ASSERT_PTR_NOT_NULL(field_list(report, "special"));
	json_decref(report);
}

/* Text that is not one stretch is said so by the first pieces of many. */
static void test_pieces(void)
{
	size_t size, count, i;
	uint64_t sum = 0, one;
	char *text = NULL;
	FILE *file = open_memstream(&text, &size);
	const json_t *list;
	json_t *report;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fprintf(file, "{\"special\":[");
	for (i = 0; i < 5000; i++)
		fprintf(file,
			"%s{\"start\":\"0x%zx\",\"size\":4096,"
			"\"state\":\"read_only\",\"owner\":"
			"{\"kind\":\"kernel_text\",\"name\":null}}",
			i ? "," : "", i * 8192);
	fprintf(file, "]}");
	fclose(file);
	report = write_in_pieces(text, 4096);
	list = field_list(report, "special");
	count = json_array_size(list);
	CU_ASSERT_EQUAL(count, 1024);
	for (i = 0; i < count; i++) {
		field_number(json_array_get(list, i), "size", &one);
		sum += one;
	}
	CU_ASSERT_EQUAL(sum, 5000 * 4096);
	json_decref(report);
	free(text);
}

static bool always(void *arg)
{
	++*(int *)arg;
	return true;
}

static void test_late(void)
{
	struct brief *brief;
	int asked = 0;

	suite_no_error(brief_create(&brief, always, &asked));
	CU_ASSERT_FALSE(brief_sink(brief)->write(brief_sink(brief), "{", 1));
	CU_ASSERT_EQUAL(asked, 1);
	brief_destroy(brief);
}

static CU_TestInfo tests[] = {
	{ "sums", test_sums },
	{ "no list", test_without },
	{ "many pieces", test_pieces },
	{ "time is up", test_late },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("brief", tests);
}
