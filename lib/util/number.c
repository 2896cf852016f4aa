// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses numbers: digits alone, and nothing behind them. */
#include "directmap/number.h"

/* 16 and more: no digit. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return 16;
}

bool dm_number_digits(const char **text, unsigned int base, uint64_t *value)
{
	const char *c = *text;
	bool fits = true;

	for (*value = 0; digit(*c) < base; c++)
		fits = fits && !__builtin_mul_overflow(*value, base, value) &&
		       !__builtin_add_overflow(*value, digit(*c), value);
	fits = fits && c != *text;
	*text = c;
	return fits;
}

bool dm_number_parse(const char *text, uint64_t *value)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	text += hex ? 2 : 0;
	return dm_number_digits(&text, hex ? 16 : 10, value) && !*text;
}

bool dm_number_between(const char *text, uint64_t least, uint64_t most,
		       uint64_t *value)
{
	return dm_number_digits(&text, 10, value) && !*text &&
	       *value >= least && *value <= most;
}
