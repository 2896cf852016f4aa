// SPDX-License-Identifier: GPL-2.0-or-later
/* Ranges as users type them. */
#include "directmap.h"
#include "directmap/number.h"

/* Hexadecimal, with 0x or without. */
static bool parse_address(const char **text, uint64_t *va)
{
	const char *c = *text;

	*text += c[0] == '0' && (c[1] == 'x' || c[1] == 'X') ? 2 : 0;
	return dm_number_digits(text, 16, va);
}

bool dm_range_parse(const char *text, struct dm_range *range)
{
	return parse_address(&text, &range->start) && *text++ == '-' &&
	       parse_address(&text, &range->end) && !*text &&
	       range->start < range->end;
}
