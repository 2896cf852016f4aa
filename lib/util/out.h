/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text into a sink; the first failure is kept and ends all that follows. */
#ifndef DM_OUT_H
#define DM_OUT_H

#include "directmap.h"

struct out {
	struct dm_sink *sink;
	bool failed;
};

void dm_out_write(struct out *out, const char *text, size_t size);
/** Text of the project's own. */
void dm_out_printf(struct out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/**
 * Bytes, at least 1024, by the largest unit that divides them, as the kernel's ptdump
 * has them: "2M", "1088K". @param width	Columns of the number.
 */
void dm_out_units(struct out *out, int width, uint64_t bytes);
/** A string from elsewhere, of any length, as text.h shows it. */
void dm_out_foreign(struct out *out, const char *text);
/** A file's name: two that differ stay different. */
void dm_out_name(struct out *out, const char *name);
/** NULL, or DM_ERROR_OUTPUT. */
struct dm_error *dm_out_error(const struct out *out);

#endif /* DM_OUT_H */
