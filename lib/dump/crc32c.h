/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CRC-32C (Castagnoli; RFC 3720, section 12.1), eight bytes at a time. */
#ifndef DUMP_CRC32C_H
#define DUMP_CRC32C_H

#include <stddef.h>
#include <stdint.h>

struct crc32c {
	uint32_t table[8][256];
};

void dm_crc32c_init(struct crc32c *crc);
uint32_t dm_crc32c(const struct crc32c *crc, const void *bytes, size_t size);

#endif /* DUMP_CRC32C_H */
