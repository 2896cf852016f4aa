// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "escape.h"

/*
 * The next character of @text; bytes that are no UTF-8 are characters by
 * themselves that nobody shall see.
 */
static size_t next(const unsigned char *text, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *text < 0x80		    ? 1
		   : (*text & 0xe0) == 0xc0 ? 2
		   : (*text & 0xf0) == 0xe0 ? 3
		   : (*text & 0xf8) == 0xf0 ? 4
					    : 0;
	uint32_t c = n == 1 ? *text : n ? *text & (0x7fu >> n) : 0;
	size_t i;

	for (i = 1; i < n && (text[i] & 0xc0) == 0x80; i++)
		c = c << 6 | (text[i] & 0x3f);
	if (!n || i < n || c < least[n] || c > 0x10ffff ||
	    (c >= 0xd800 && c < 0xe000)) {
		*ret = 0;
		return 1;
	}
	*ret = c;
	return n;
}

static bool is_control(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) ||
	       /* Line and paragraph separators; text direction; no character. */
	       c == 0x2028 || c == 0x2029 || (c >= 0x200e && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0x061c || c == 0xfeff || (c & 0xfffe) == 0xfffe;
}

/* @special: what a character of ASCII becomes, or NULL: itself. */
static int escape(FILE *file, const char *text,
		  const char *(*special)(uint32_t c))
{
	const unsigned char *p = (const unsigned char *)text;
	int columns = 0;

	while (*p) {
		const char *other;
		uint32_t c;
		size_t n = next(p, &c);

		if (is_control(c))
			other = "?";
		else
			other = special ? special(c) : NULL;
		if (other)
			fputs(other, file);
		else
			fwrite(p, 1, n, file);
		p += n;
		columns++;
	}
	return columns;
}

int escape_text(FILE *file, const char *text)
{
	return escape(file, text, NULL);
}

static const char *csv_special(uint32_t c)
{
	return c == '"' ? "\"\"" : NULL;
}

/*
 * Spreadsheets take fields that begin so for formulas, also behind quotes; an
 * apostrophe before it makes them text (OWASP, CSV injection).
 */
void escape_csv(FILE *file, const char *text)
{
	const char *first = text + strspn(text, " ");

	fputc('"', file);
	if (*first && strchr("=+-@\t\r\n|%", *first))
		fputc('\'', file);
	escape(file, text, csv_special);
	fputc('"', file);
}

static const char *xml_special(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

void escape_xml(FILE *file, const char *text)
{
	escape(file, text, xml_special);
}

static const char *label_special(uint32_t c)
{
	return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL;
}

void escape_label(FILE *file, const char *text)
{
	escape(file, text, label_special);
}
