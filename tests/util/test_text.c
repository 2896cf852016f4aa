// SPDX-License-Identifier: GPL-2.0-or-later
/* Names and strings from elsewhere, as they are shown. */
#include <stdlib.h>

#include "render/json.h"
#include "suite.h"
#include "directmap/text.h"

static void check_shown(const char *text, const char *expected)
{
	char *shown = dm_text_shown(text);

	CU_ASSERT_PTR_NOT_NULL_FATAL(shown);
	if (strcmp(shown, expected) != 0)
		fprintf(stderr, "    %s, not %s\n", shown, expected);
	CU_ASSERT_STRING_EQUAL(shown, expected);
	free(shown);
}

static void test_shown(void)
{
	check_shown("", "");
	check_shown("plain.kdump \\ \\x41", "plain.kdump \\ \\x41");
	check_shown("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
	/* ASCII's controls, DEL, C1, as characters and as bytes. */
	check_shown("\033[2J\n\x7f", "\\x1b[2J\\x0a\\x7f");
	check_shown("\xc2\x80\xc2\x9b\xc2\x9f\x9b", "\\xc2\\x80\\xc2\\x9b"
						    "\\xc2\\x9f\\x9b");
	/* Direction: U+061C, U+200E, U+200F, U+202A, U+202E, U+2066, U+2069. */
	check_shown("\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa\xe2\x80\xae"
		    "\xe2\x81\xa6\xe2\x81\xa9",
		    "\\xd8\\x9c\\xe2\\x80\\x8e\\xe2\\x80\\x8f\\xe2\\x80\\xaa"
		    "\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x81\\xa9");
	/* Not seen: U+200B, U+00AD, U+FEFF, U+E0041; other spaces: U+00A0. */
	check_shown("a\xe2\x80\x8b\xc2\xad\xef\xbb\xbf\xf3\xa0\x81\x81\xc2\xa0",
		    "a\\xe2\\x80\\x8b\\xc2\\xad\\xef\\xbb\\xbf"
		    "\\xf3\\xa0\\x81\\x81\\xc2\\xa0");
	/* No UTF-8: too long, surrogates, beyond Unicode, cut; no characters. */
	check_shown("\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82",
		    "\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\\xe2\\x82");
	check_shown("\xef\xbf\xbe\xf0\x9f\xbf\xbf", "\\xef\\xbf\\xbe"
						    "\\xf0\\x9f\\xbf\\xbf");
	CU_ASSERT_EQUAL(dm_text_columns("\xc3\xa4\xff\n"), 9);
}

static void check_name(const char *name, const char *expected)
{
	char *text = dm_text_name(name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
}

static void test_names(void)
{
	check_name("a", "a");
	check_name("a\nb\xe2\x80\xae", "a\nb\xe2\x80\xae");
	check_name("back\\slash\\xzz", "back\\slash\\xzz");
	check_name("a\xff", "a\\xff");
	check_name("a\\xff", "a\\x5cxff");
	check_name("a\\n\xfe", "a\\x5cn\\xfe");
}

/* Pieces of names that could be taken for one another. */
static const char *const pieces[] = {
	"a",	"\\",		"x",  "f",     "\\xff",	   "\xff", "\\x5c",
	"\xe2", "\xe2\x80\xae", "\n", "\\x0a", "\xc2\x9b", "5c",   " ",
};

#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

/* From what is printed, the bytes: then no two names print alike. */
static void check_round(const char *name)
{
	char *text = dm_text_name(name), *shown;
	const char *c;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	shown = dm_text_shown(text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(shown);
	for (c = shown; *c; c++)
		CU_ASSERT((unsigned char)*c >= ' ' && *c != 0x7f);
	dm_text_name_bytes(shown);
	if (strcmp(shown, name) != 0)
		fprintf(stderr, "    %s came back another name\n", text);
	CU_ASSERT_STRING_EQUAL(shown, name);
	dm_text_name_bytes(text);
	CU_ASSERT_STRING_EQUAL(text, name);
	free(shown);
	free(text);
}

static void test_rounds(void)
{
	char name[64];
	size_t n, i, k;

	for (n = 0; n < PIECES * PIECES * PIECES * PIECES; n++) {
		*name = '\0';
		for (i = n, k = 0; k < 4; i /= PIECES, k++)
			strcat(name, pieces[i % PIECES]);
		check_round(name);
	}
}

/* What a terminal would take for more than text is one of JSON's escapes. */
static void test_json(void)
{
	static struct suite_text out;

	suite_text_init(&out);
	suite_no_error(
		dm_json_write(json_string("\xc3\xa4 \xe2\x80\xae \xc2\x9b "
					  "\x7f \xf3\xa0\x81\x81 \\"),
			      &out.sink));
	CU_ASSERT_STRING_EQUAL(
		out.text,
		"\"\xc3\xa4 \\u202e \\u009b \\u007f \\udb40\\udc41 \\\\\"\n");
}

static void test_ascii(void)
{
	unsigned int c;

	/* Whatever the locale says of them. */
	for (c = 1; c < 256; c++) {
		char text[] = { (char)c, '\0' };
		bool printable = c >= ' ' && c <= '~';

		CU_ASSERT_EQUAL(dm_ascii_is_printable(text[0]), printable);
		CU_ASSERT_EQUAL(dm_ascii_is_visible(text[0]),
				printable && c != ' ');
		CU_ASSERT_EQUAL(dm_ascii_all_visible(text, 1),
				printable && c != ' ');
		dm_ascii_mask(text);
		CU_ASSERT_EQUAL(text[0], printable ? (char)c : '?');
	}
	CU_ASSERT_TRUE(dm_ascii_all_visible("", 0));
	CU_ASSERT_TRUE(dm_ascii_all_visible("ab ", 2));
	CU_ASSERT_FALSE(dm_ascii_all_visible("ab ", 3));
	CU_ASSERT_FALSE(dm_ascii_all_visible("ab", 3));
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "shown", test_shown },	   { "names", test_names },
		{ "there and back", test_rounds }, { "JSON", test_json },
		{ "ASCII", test_ascii },	   CU_TEST_INFO_NULL,
	};

	return suite_run("text", tests);
}
