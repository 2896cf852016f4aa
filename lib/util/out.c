// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints formatted text into a sink. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/out.h"
#include "directmap/text.h"

void dm_out_write(struct out *out, const char *text, size_t size)
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
	dm_out_write(out, text, size);
	free(text);
}

void dm_out_printf(struct out *out, const char *format, ...)
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
		dm_out_write(out, text, (size_t)size);
	va_end(again);
	va_end(ap);
}

/* As note_page() in arch/arm64/mm/ptdump.c. */
void dm_out_units(struct out *out, int width, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	unsigned int unit = 0;

	bytes >>= 10;
	while (bytes && !(bytes & 1023) && units[unit + 1]) {
		bytes >>= 10;
		unit++;
	}
	dm_out_printf(out, "%*" PRIu64 "%c", width, bytes, units[unit]);
}

void dm_out_foreign(struct out *out, const char *text)
{
	struct dm_text_piece piece;
	const char *plain = text;

	/* As it stands as far as that goes: most is plain. */
	for (; *text; text += piece.size) {
		dm_text_piece(text, &piece);
		if (piece.character)
			continue;
		dm_out_write(out, plain, (size_t)(text - plain));
		dm_out_write(out, piece.shown, strlen(piece.shown));
		plain = text + piece.size;
	}
	dm_out_write(out, plain, (size_t)(text - plain));
}

void dm_out_name(struct out *out, const char *name)
{
	char *text = dm_text_name(name);

	if (text)
		dm_out_foreign(out, text);
	else
		out->failed = true;
	free(text);
}

struct dm_error *dm_out_error(const struct out *out)
{
	if (!out->failed)
		return NULL;
	return dm_error_create(DM_ERROR_OUTPUT, "cannot write the output");
}
