// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of CRC-32C, and what is looked up in them. */
#include <endian.h>
#include <string.h>

#include "dump/crc32c.h"

/* Of the polynomial, its bits reflected. */
#define POLYNOMIAL UINT32_C(0x82f63b78)

void dm_crc32c_init(struct crc32c *crc)
{
	unsigned int i, bit, k;

	for (i = 0; i < 256; i++) {
		uint32_t value = i;

		for (bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? POLYNOMIAL : 0);
		crc->table[0][i] = value;
	}
	/* Of a byte with k zeros behind it. */
	for (k = 1; k < 8; k++) {
		for (i = 0; i < 256; i++) {
			uint32_t value = crc->table[k - 1][i];

			crc->table[k][i] =
				value >> 8 ^ crc->table[0][value & 0xff];
		}
	}
}

uint32_t dm_crc32c(const struct crc32c *crc, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	uint32_t value = ~UINT32_C(0);

	for (; size >= 8; size -= 8, at += 8) {
		uint64_t word;
		uint32_t next = 0;
		unsigned int i;

		memcpy(&word, at, sizeof(word));
		word = le64toh(word) ^ value;
		for (i = 0; i < 8; i++)
			next ^= crc->table[7 - i][word >> 8 * i & 0xff];
		value = next;
	}
	for (; size; size--)
		value = value >> 8 ^ crc->table[0][(value ^ *at++) & 0xff];
	return ~value;
}
