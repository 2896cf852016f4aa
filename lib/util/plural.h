/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "1 page table", "2 page tables": nouns and verbs that follow a count. */
#ifndef DM_PLURAL_H
#define DM_PLURAL_H

#include <stdint.h>

static inline const char *plural(uint64_t count, const char *one,
				 const char *more)
{
	return count == 1 ? one : more;
}

/** For nouns that take an s. */
static inline const char *plural_s(uint64_t count)
{
	return plural(count, "", "s");
}

#endif /* DM_PLURAL_H */
