// SPDX-License-Identifier: GPL-2.0-or-later
/* Ranges as users type them. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "directmap.h"

/* strtoull() alone would take a sign and blanks. */
static bool parse_address(const char **text, uint64_t *va)
{
	char *end;

	if (!isxdigit((unsigned char)**text))
		return false;
	errno = 0;
	*va = strtoull(*text, &end, 16);
	*text = end;
	return !errno;
}

bool dm_range_parse(const char *text, struct dm_range *range)
{
	return parse_address(&text, &range->start) && *text++ == '-' &&
	       parse_address(&text, &range->end) && !*text &&
	       range->start < range->end;
}
