// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

void out_write(struct out *out, const char *text, size_t size)
{
	if (!out->failed && size)
		out->failed = !out->sink->write(out->sink, text, size);
}

/* What does not fit on the stack, once more into memory of its own. */
static void print_long(struct out *out, size_t size, const char *format,
		       va_list ap)
{
	char *text = malloc(size + 1);

	if (!text) {
		out->failed = true;
		return;
	}
	vsnprintf(text, size + 1, format, ap);
	out_write(out, text, size);
	free(text);
}

void out_printf(struct out *out, const char *format, ...)
{
	char text[256];
	va_list ap, again;
	int size;

	va_start(ap, format);
	va_copy(again, ap);
	size = vsnprintf(text, sizeof(text), format, ap);
	if (size >= (int)sizeof(text))
		print_long(out, (size_t)size, format, again);
	else if (size > 0)
		out_write(out, text, (size_t)size);
	va_end(again);
	va_end(ap);
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
