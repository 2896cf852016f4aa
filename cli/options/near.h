/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which name was meant by one that is none: of commands, options, and words. */
#ifndef CLI_OPTIONS_NEAR_H
#define CLI_OPTIONS_NEAR_H

#include <stddef.h>

struct near {
	const char *word;
	size_t size;
	unsigned int most; /* letters that may be wrong */
	const char *meant; /* the nearest of the names so far; NULL: none is */
};

/** @param word	@p size bytes of it. */
void near_init(struct near *near, const char *word, size_t size);
void near_try(struct near *near, const char *name);

#endif /* CLI_OPTIONS_NEAR_H */
