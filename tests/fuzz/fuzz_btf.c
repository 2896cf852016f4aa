// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BTF: any bytes behind a header whose lengths are mended, so that more than
 * the header's checks runs.
 */
#include <stdlib.h>
#include <string.h>

#include "target/btf/btf.h"
#include "fuzz.h"
#include "fake/btf_blob.h"

static void ask(struct dm_type_table *t)
{
	static const char *const types[] = { "struct page", "union u",
					     "enum e",	    "t",
					     "int",	    "struct list" };
	static const char *const paths[] = {
		"flags",     "a", "a.b", "a[2].b", "u.x[18446744073709551615]",
		"next.next", "",  "[",	 "."
	};
	char name[16];
	struct dm_member member;
	uint64_t size;
	int64_t value;
	size_t i, j;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		fuzz_no_error(t->ops->size(t, types[i], &size));
		if (fuzz_no_error(t->ops->enumerator_name(t, types[i], 1, name,
							  sizeof(name))))
			fuzz_check(memchr(name, '\0', sizeof(name)));
		for (j = 0; j < sizeof(paths) / sizeof(paths[0]); j++)
			fuzz_no_error(
				t->ops->member(t, types[i], paths[j], &member));
	}
	fuzz_no_error(t->ops->enumerator(t, "E1", &value));
}

/* Lengths as the size asks for, by the first byte; the rest as it comes. */
static void mend(uint8_t *bytes, size_t size, unsigned int how)
{
	uint32_t header[6], rest;

	if (size < sizeof(header))
		return;
	memcpy(header, bytes, sizeof(header));
	rest = (uint32_t)size - 24;
	header[0] = 0x1eb9f;
	header[1] = 24;
	header[2] = 0;
	header[3] = (rest / 256 * how) & ~3u;
	header[4] = header[3];
	header[5] = rest - header[3];
	memcpy(bytes, header, sizeof(header));
}

static void run(const uint8_t *data, size_t size)
{
	struct dm_type_table *table;
	unsigned int how;
	uint8_t *bytes;

	if (!size)
		return;
	how = *data++;
	size--;
	bytes = malloc(size ? size : 1);
	if (!bytes)
		abort();
	memcpy(bytes, data, size);
	if (how)
		mend(bytes, size, how);
	if (fuzz_no_error(dm_btf_create(bytes, size, &table))) {
		ask(table);
		table->ops->destroy(table);
	}
	free(bytes);
}

static void make(struct blob *b)
{
	uint32_t t_int, t_ptr, t_array, t_union;

	blob_init(b);
	t_int = blob_int(b, "int", 4, 0, 32);
	t_ptr = blob_type(b, PTR, NULL, 0, b->next_id + 3);
	t_array = blob_array(b, t_int, 4);
	t_union = blob_type(b, UNION, "u", 2, 16);
	blob_member(b, "x", t_array, 0);
	blob_member(b, "a", t_int, 0);
	blob_type(b, STRUCT, "page", 3, 40);
	blob_member(b, "flags", t_int, 0);
	blob_member(b, NULL, t_union, 64);
	blob_member(b, "next", t_ptr, 192);
	blob_type(b, TYPEDEF, "t", 0, b->next_id - 1);
	blob_type(b, ENUM, "e", 2, 4);
	blob_value(b, "E0", 0);
	blob_value(b, "E1", 1);
	blob_type(b, ENUM64, "e", 1, 8);
	blob_value64(b, "E2", UINT64_C(1) << 40);
	blob_type(b, STRUCT, "list", FLAG | 1, 8);
	blob_member(b, "a", t_int, 3 << 24 | 5);
}

static void seeds(fuzz_put put, void *arg)
{
	struct blob *b = malloc(sizeof(*b));
	unsigned char *bytes, *seed;
	size_t size;

	if (!b)
		abort();
	make(b);
	bytes = blob_bytes(b, &size);
	seed = malloc(size + 1);
	if (!seed)
		abort();
	seed[0] = 0;
	memcpy(seed + 1, bytes, size);
	put(arg, seed, size + 1);
	put(arg, seed, size / 2);
	free(seed);
	free(bytes);
	free(b);
}

const struct fuzz_target fuzz_btf = {
	.name = "btf",
	.run = run,
	.seeds = seeds,
	.max_size = 4096,
};
