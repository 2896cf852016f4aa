// SPDX-License-Identifier: GPL-2.0-or-later
/* Hashes names to 16 bits, and searches an array of these by vectors. */
#include <stdbool.h>
#include <string.h>

#include "util/name_prints.h"

/*
 * Letters are added up, whatever their order: so that the sum of a name follows
 * from those of the tokens that it is made of (kallsyms).
 */
static inline uint32_t letter(unsigned char c)
{
	uint32_t x = c * UINT32_C(0x9e3779b1);

	x ^= x >> 15;
	return x * UINT32_C(0x85ebca6b);
}

uint32_t dm_name_print_sum(const char *text, size_t length)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < length; i++)
		sum += letter((unsigned char)text[i]);
	return sum;
}

/* What each machine has; gcc takes wider ones to pieces where there are none. */
typedef uint16_t prints_vector __attribute__((vector_size(16)));
#define IN_VECTOR (sizeof(prints_vector) / sizeof(uint16_t))
#define STRIDE	  (4 * IN_VECTOR)

/* Whether one of STRIDE prints is that in all of @wanted. */
static inline bool is_among(const uint16_t *prints, const prints_vector *wanted)
{
	prints_vector v[4];
	uint64_t any[sizeof(prints_vector) / sizeof(uint64_t)], all = 0;
	size_t i;

	memcpy(v, prints, sizeof(v));
	v[0] = (prints_vector)((v[0] == *wanted) | (v[1] == *wanted) |
			       (v[2] == *wanted) | (v[3] == *wanted));
	memcpy(any, v, sizeof(any));
	for (i = 0; i < sizeof(any) / sizeof(any[0]); i++)
		all |= any[i];
	return all;
}

size_t dm_name_prints_next(const uint16_t *prints, size_t count, size_t from,
			   uint16_t print)
{
	prints_vector wanted = { 0 };

	wanted += print;
	while (from < count) {
		size_t end = from + 1;

		if (count - from >= STRIDE) {
			end = from + STRIDE;
			if (!is_among(prints + from, &wanted)) {
				from = end;
				continue;
			}
		}
		for (; from < end; from++)
			if (prints[from] == print)
				return from;
	}
	return count;
}
