/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each view of the library by itself, of a session that has read nothing yet: what
 * it reads it reads in any case, whatever was looked at before.
 */
#ifndef ALONE_H
#define ALONE_H

#include "views.h"

/* How many there are with @truth's questions. */
size_t alone_count(const struct views *truth);
const char *alone_name(size_t i);
/* What the view gives: its result is thrown away. @truth has the questions. */
struct dm_error *alone_run(size_t i, struct dm_source *source,
			   const struct views *truth);

#endif /* ALONE_H */
