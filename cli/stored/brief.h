/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as values, of which the list `special` is summed up while it is
 * written: a dump has eight bytes for each of its records, as text they are 160,
 * as values a thousand. What is alike is one record, without attributes, at the
 * first one's place and with the bytes of all. Pieces of the kernel's text stay
 * apart, for where they lie is asked for.
 */
#ifndef STORED_BRIEF_H
#define STORED_BRIEF_H

#include <jansson.h>

#include "directmap.h"

struct brief;

/** @param late	Asked while it is written, which then ends; NULL: nobody. */
struct dm_error *brief_create(struct brief **ret, bool (*late)(void *arg),
			      void *arg);
void brief_destroy(struct brief *brief);

/** To write a report to, from its first byte on. */
struct dm_sink *brief_sink(struct brief *brief);

/** Once it is written. @returns NULL: no memory. */
json_t *brief_report(struct brief *brief);

#endif /* STORED_BRIEF_H */
