// SPDX-License-Identifier: GPL-2.0-or-later
/* Text and JSON that is longer or larger than usual. */
#include <string.h>

#include "render/json.h"
#include "util/out.h"
#include "suite.h"

static struct suite_text text;

static void begin(struct out *out)
{
	suite_text_init(&text);
	*out = (struct out){ .sink = &text.sink };
}

static void test_long_line(void)
{
	static const size_t sizes[] = { 0, 1, 254, 255, 256, 257, 5000 };
	char line[5001];
	struct out out;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		memset(line, 'x', sizes[i]);
		line[sizes[i]] = '\0';
		begin(&out);
		dm_out_printf(&out, "%s%d", line, 7);
		CU_ASSERT_EQUAL(text.size, sizes[i] + 1);
		CU_ASSERT_EQUAL(text.text[sizes[i]], '7');
		CU_ASSERT_EQUAL(strspn(text.text, "x"), sizes[i]);
		suite_no_error(dm_out_error(&out));
	}
}

static void check_number(uint64_t value, const char *expected)
{
	begin(&(struct out){ 0 });
	suite_no_error(dm_json_write(dm_json_uint(value), &text.sink));
	CU_ASSERT_STRING_EQUAL(text.text, expected);
}

static void test_large_integers(void)
{
	check_number(0, "0\n");
	check_number(INT64_MAX, "9223372036854775807\n");
	check_number((uint64_t)INT64_MAX + 1, "\"9223372036854775808\"\n");
	check_number(UINT64_MAX, "\"18446744073709551615\"\n");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "long lines", test_long_line },
		{ "large integers", test_large_integers },
		CU_TEST_INFO_NULL,
	};

	return suite_run("out", tests);
}
