// SPDX-License-Identifier: GPL-2.0-or-later
/* Which characters each kind of file escapes, and how. */
#include <stdint.h>
#include <string.h>

#include "escape.h"
#include "directmap/text.h"

/* @special: what a character of ASCII becomes, or NULL: itself. */
static void escape(FILE *file, const char *text,
		   const char *(*special)(uint32_t c))
{
	struct dm_text_piece piece;

	for (; *text; text += piece.size) {
		const char *other = NULL, *p;

		dm_text_piece(text, &piece);
		if (piece.character) {
			other = special(piece.character);
			fputs(other ? other : piece.shown, file);
			continue;
		}
		/* A backslash of ours may be special too. */
		for (p = piece.shown; *p; p++) {
			other = special((unsigned char)*p);
			if (other)
				fputs(other, file);
			else
				fputc(*p, file);
		}
	}
}

static const char *nothing_special(uint32_t c)
{
	(void)c;
	return NULL;
}

int escape_text(FILE *file, const char *text)
{
	escape(file, text, nothing_special);
	return (int)dm_text_columns(text);
}

static const char *csv_special(uint32_t c)
{
	return c == '"' ? "\"\"" : NULL;
}

/*
 * Spreadsheets take fields that begin so for formulas, also behind quotes; an
 * apostrophe before it makes them text (OWASP, CSV injection). One that is there
 * already gets another, lest two names become one.
 */
void escape_csv(FILE *file, const char *text)
{
	const char *first = text + strspn(text, " '");

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
