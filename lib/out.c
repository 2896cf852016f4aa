// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "out.h"

void out_write(struct out *out, const char *text, size_t size)
{
	if (!out->failed && size)
		out->failed = !out->sink->write(out->sink, text, size);
}

void out_printf(struct out *out, const char *format, ...)
{
	char text[256];
	va_list ap;
	int size;

	va_start(ap, format);
	size = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (size > (int)sizeof(text) - 1)
		size = sizeof(text) - 1;
	if (size > 0)
		out_write(out, text, (size_t)size);
}

/*
 * Bytes of @text at its start that no terminal takes for a command: no control
 * characters, neither ASCII's nor those of ISO 6429 at U+0080 to U+009F (0xc2
 * before a byte below 0xa0), nor such a byte that no lead byte comes before.
 */
static size_t harmless(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t n = 0;

	for (;;) {
		size_t more = c[n] >= 0xf0   ? 3
			      : c[n] >= 0xe0 ? 2
			      : c[n] >= 0xc0 ? 1
					     : 0;
		size_t i = 1;

		if (c[n] < ' ' || c[n] == 0x7f || (c[n] >= 0x80 && !more) ||
		    (c[n] == 0xc2 && c[n + 1] < 0xa0))
			return n;
		while (i <= more && (c[n + i] & 0xc0) == 0x80)
			i++;
		if (i <= more)
			return n;
		n += i;
	}
}

void out_foreign(struct out *out, const char *text)
{
	while (*text) {
		size_t plain = harmless(text);

		out_write(out, text, plain);
		text += plain;
		if (*text) {
			out_write(out, "?", 1);
			text++;
		}
	}
}

struct dm_error *out_error(const struct out *out)
{
	if (!out->failed)
		return NULL;
	return dm_error_create(DM_ERROR_OUTPUT, "cannot write the output");
}
