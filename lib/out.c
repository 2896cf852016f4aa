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

void out_foreign(struct out *out, const char *text)
{
	while (*text) {
		size_t plain = 0;

		/* Bytes from 0x80 on stay: UTF-8, and no terminal's commands. */
		while ((unsigned char)text[plain] >= ' ' && text[plain] != 0x7f)
			plain++;
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
