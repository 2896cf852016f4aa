/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names by 16 bits of each, in one array in their own order. To look through it
 * takes some microseconds for each 100,000 names, and to make it a fraction of
 * what a hash table takes: the better bargain for the few names that are asked
 * for. What matches is to be compared: other names have the same bits.
 */
#ifndef DM_NAME_PRINTS_H
#define DM_NAME_PRINTS_H

#include <stddef.h>
#include <stdint.h>

/** That of no name. */
#define NAME_PRINT_NONE 0

/** The sum of the letters of a name, or of a part. */
uint32_t dm_name_print_sum(const char *text, size_t length);

/** From the sum of all its letters. */
static inline uint16_t name_print(uint32_t sum)
{
	uint16_t print = (uint16_t)(sum ^ sum >> 16);

	return print == NAME_PRINT_NONE ? 1 : print;
}

/** The first of them that is @p print, from index @p from on; else @p count. */
size_t dm_name_prints_next(const uint16_t *prints, size_t count, size_t from,
			   uint16_t print);

#endif /* DM_NAME_PRINTS_H */
