/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * Numbers as people type them: digits alone. strtoull() would take blanks, a
 * sign, and an octal number for a leading zero.
 */
#ifndef DIRECTMAP_NUMBER_H
#define DIRECTMAP_NUMBER_H

#include <directmap/api.h>

DM_BEGIN_DECLS

/**
 * The digits at @p *text, which is moved behind them.
 * @param base	10 or 16.
 * @returns	false: there are none, or the number has more than 64 bits.
 */
DM_API bool dm_number_digits(const char **text, unsigned int base,
			     uint64_t *value);
/** All of @p text: decimal, or hexadecimal behind 0x. */
DM_API bool dm_number_parse(const char *text, uint64_t *value);
/** All of @p text: decimal, from @p least to @p most. */
DM_API bool dm_number_between(const char *text, uint64_t least, uint64_t most,
			      uint64_t *value);

DM_END_DECLS

#endif /* DIRECTMAP_NUMBER_H */
