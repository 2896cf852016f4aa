/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One name for a dump's content, wherever it lies and whatever it is called. */
#ifndef BATCH_CONTENT_ID_H
#define BATCH_CONTENT_ID_H

#include <stdbool.h>
#include <stddef.h>

/* 128 bits in hexadecimal, NUL included. */
#define CONTENT_ID_MAX 33

/**
 * Of all files of a dump, in any order. Small files are read whole, of others
 * so much in so many places that two dumps do not agree in all of it.
 * @returns	False where it cannot be told: a file cannot be read, or is none
 *		(/proc/kcore).
 */
bool content_id(char *const *paths, size_t count, char id[CONTENT_ID_MAX]);

/** The same of a text, for what has no content. */
void content_id_text(const char *text, char id[CONTENT_ID_MAX]);

#endif /* BATCH_CONTENT_ID_H */
