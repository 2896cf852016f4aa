/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One name for a dump's content, wherever it lies and whatever it is called. */
#ifndef BATCH_CONTENT_ID_H
#define BATCH_CONTENT_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "directmap.h"

/* 128 bits in hexadecimal, NUL included. */
#define CONTENT_ID_MAX 33

/** Of raw memory: which parts of its files were where. Begins as zeros. */
struct content_ranges {
	struct dm_dump_image *v; /* owned, with their paths */
	size_t count, capacity;
};

/** Add those that a path of a dump names; other dumps have none. */
struct dm_error *content_ranges_add(struct content_ranges *ranges,
				    const char *path);
void content_ranges_deinit(struct content_ranges *ranges);

/**
 * Of all files of a dump and their ranges, in any order. Small files are read whole, of others
 * the beginning, the end and samples.
 * @param whole	All was read. If not, two dumps may agree in it that differ in
 *		between: content_id_add_map() tells them apart.
 * @returns	False where it cannot be told: a file cannot be read, or is none
 *		(/proc/kcore).
 */
bool content_id(char *const *paths, size_t count,
		const struct content_ranges *ranges, char id[CONTENT_ID_MAX],
		bool *whole);
/** Make of @p id, and of the leaves that the dump maps, another. */
struct dm_error *content_id_add_map(char id[CONTENT_ID_MAX],
				    struct dm_session *session);

/** The same of a text, for what has no content. */
void content_id_text(const char *text, char id[CONTENT_ID_MAX]);

#endif /* BATCH_CONTENT_ID_H */
