// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Follows an LKCD dump's descriptors of pages to the one that ends it. Where
 * things are is libkdumpfile's knowledge (lkcd.c), as nobody else writes it down.
 */
#include <endian.h>
#include <string.h>

#include "dump/second.h"

#define LKCD_MAGIC UINT64_C(0xa8190173618f23ed)
/* Since this one the header says where the first page is. */
#define LKCD_SAYS_WHERE 9
#define LKCD_LAST	10
#define LKCD_DATA	65536
#define LKCD_END	0x4

struct lkcd_header {
	uint64_t magic;
	uint32_t version, header_size, level, page_size;
	uint64_t memory_size, memory_start, memory_end;
	uint32_t num_pages;
	char panic[256];
	uint64_t sec, usec;
	char uts[6][65];
	uint64_t current_task;
	uint32_t compress, flags, device;
	uint64_t buffer_size;
} __attribute__((packed));

struct lkcd_page {
	uint64_t address;
	uint32_t size, flags;
} __attribute__((packed));

static struct dm_error *bad(const struct bytes *bytes, const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP, "%s: a dump of LKCD, %s",
			       bytes->path, what);
}

/* Where the first page's descriptor is; @is: it is such a dump. */
static struct dm_error *read_header(const struct bytes *bytes, bool *is,
				    uint64_t *at)
{
	struct lkcd_header header;
	uint32_t version;
	struct dm_error *err;

	*is = false;
	err = dm_bytes_read(bytes, 0, &header.magic, sizeof(header.magic));
	if (err || le64toh(header.magic) != LKCD_MAGIC)
		return err;
	*is = true;
	err = dm_bytes_read(bytes, 0, &header, sizeof(header));
	if (err)
		return err;
	version = le32toh(header.version);
	if (!version || version > LKCD_LAST)
		return bad(
			bytes,
			"of an unknown version (1 to 10 are known), or damaged");
	*at = version < LKCD_SAYS_WHERE ? LKCD_DATA
					: le64toh(header.buffer_size);
	return NULL;
}

struct dm_error *dm_lkcd_check(const struct bytes *bytes)
{
	struct lkcd_page page = { 0 };
	struct dm_error *err;
	uint64_t at;
	bool is;

	err = read_header(bytes, &is, &at);
	while (!err && is && !(le32toh(page.flags) & LKCD_END)) {
		err = dm_bytes_read(bytes, at, &page, sizeof(page));
		at += sizeof(page) + le32toh(page.size);
		/* A hole of the file: else its zeros are gone through one by one. */
		if (!err && !page.size && !(le32toh(page.flags) & LKCD_END))
			return bad(
				bytes,
				"damaged: a page in it has no bytes; get the whole file");
	}
	if (!err || err->code != DM_ERROR_ABSENT)
		return err;
	dm_error_destroy(err);
	return bad(bytes, "cut off, or damaged; get the whole file");
}
