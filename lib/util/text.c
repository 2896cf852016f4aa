// SPDX-License-Identifier: GPL-2.0-or-later
/* Which characters are shown as they are, and how the rest is escaped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/text.h"
#include "util/bisect.h"

size_t dm_text_next(const char *text, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	size_t n = *p < 0x80		 ? 1
		   : (*p & 0xe0) == 0xc0 ? 2
		   : (*p & 0xf0) == 0xe0 ? 3
		   : (*p & 0xf8) == 0xf0 ? 4
					 : 0;
	uint32_t c = n == 1 ? *p : n ? *p & (0x7fu >> n) : 0;
	size_t i;

	for (i = 1; i < n && (p[i] & 0xc0) == 0x80; i++)
		c = c << 6 | (p[i] & 0x3f);
	if (!n || i < n || c < least[n] || c > 0x10ffff ||
	    (c >= 0xd800 && c < 0xe000)) {
		*ret = 0;
		return 1;
	}
	*ret = c;
	return n;
}

/*
 * Controls of ASCII and ISO 6429 (C1); spaces but ' '; what has no shape or
 * turns the direction of text (Unicode's categories Cc, Cf, Zs, Zl, Zp, its
 * property Default_Ignorable_Code_Point, DerivedCoreProperties.txt of 15.0);
 * what is no character. In order.
 */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x0000, 0x001f },   { 0x007f, 0x00a0 },   { 0x00ad, 0x00ad },
	{ 0x034f, 0x034f },   { 0x0600, 0x0605 },   { 0x061c, 0x061c },
	{ 0x06dd, 0x06dd },   { 0x070f, 0x070f },   { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 },   { 0x115f, 0x1160 },   { 0x1680, 0x1680 },
	{ 0x17b4, 0x17b5 },   { 0x180b, 0x180f },   { 0x2000, 0x200f },
	{ 0x2028, 0x202f },   { 0x205f, 0x206f },   { 0x2800, 0x2800 },
	{ 0x3000, 0x3000 },   { 0x3164, 0x3164 },   { 0xfdd0, 0xfdef },
	{ 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },   { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
	{ 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

#define HIDDEN (sizeof(hidden) / sizeof(hidden[0]))

bool dm_text_is_plain(uint32_t c)
{
	size_t i = dm_bisect(at, HIDDEN, hidden[at].last < c);

	return (c & 0xfffe) != 0xfffe && (i == HIDDEN || c < hidden[i].first);
}

static void put_bytes(const char *text, size_t size, char *ret)
{
	size_t i;

	for (i = 0; i < size; i++)
		sprintf(ret + 4 * i, "\\x%02x", (unsigned char)text[i]);
}

void dm_text_piece(const char *text, struct dm_text_piece *piece)
{
	uint32_t c;

	piece->size = dm_text_next(text, &c);
	piece->character = c && dm_text_is_plain(c) ? c : 0;
	if (!piece->character) {
		piece->columns = 4 * piece->size;
		put_bytes(text, piece->size, piece->shown);
		return;
	}
	piece->columns = 1;
	memcpy(piece->shown, text, piece->size);
	piece->shown[piece->size] = '\0';
}

size_t dm_text_columns(const char *text)
{
	struct dm_text_piece piece;
	size_t n = 0;

	for (; *text; text += piece.size) {
		dm_text_piece(text, &piece);
		n += piece.columns;
	}
	return n;
}

char *dm_text_shown(const char *text)
{
	char *ret = malloc(4 * strlen(text) + 1), *to = ret;
	struct dm_text_piece piece;

	for (; ret && *text; text += piece.size) {
		dm_text_piece(text, &piece);
		to = stpcpy(to, piece.shown);
	}
	if (ret)
		*to = '\0';
	return ret;
}

/* ---- Names of files ------------------------------------------------------ */

static bool is_hex(char c)
{
	return c && strchr("0123456789abcdefABCDEF", c);
}

/* \xff as it stands. */
static bool is_escape(const char *text)
{
	return text[0] == '\\' && text[1] == 'x' && is_hex(text[2]) &&
	       is_hex(text[3]);
}

/* Whether dm_text_name() gives something else than @name. */
static bool differs(const char *name)
{
	uint32_t c;
	size_t n;

	for (; *name; name += n) {
		n = dm_text_next(name, &c);
		if (!c || is_escape(name))
			return true;
	}
	return false;
}

size_t dm_text_name_bytes(char *text)
{
	char *from = text, *to = text;

	while (*from) {
		if (is_escape(from)) {
			const char digits[] = { from[2], from[3], '\0' };

			*to++ = (char)strtoul(digits, NULL, 16);
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

char *dm_text_name(const char *name)
{
	char *ret, *to;
	uint32_t c;

	if (!differs(name))
		return strdup(name);
	ret = malloc(4 * strlen(name) + 1);
	for (to = ret; ret && *name;) {
		size_t n = dm_text_next(name, &c);

		if (!c || c == '\\') {
			put_bytes(name, 1, to);
			to += 4;
		} else {
			memcpy(to, name, n);
			to += n;
		}
		name += n;
	}
	if (ret)
		*to = '\0';
	return ret;
}

/* ---- Figures ---------------------------------------------------------------- */

char *dm_text_bytes(uint64_t bytes, char text[DM_TEXT_BYTES_MAX])
{
	static const char units[] = "KMGTPE";
	double value = (double)bytes / 1024;
	unsigned int unit = 0;

	while (value >= 1024 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	snprintf(text, DM_TEXT_BYTES_MAX,
		 value == (double)(uint64_t)value ? "%.0f %ciB" : "%.2f %ciB",
		 value, units[unit]);
	return text;
}
