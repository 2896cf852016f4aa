// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the targets share: numbers taken from the input, edits to a sound base,
 * and failing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

const struct fuzz_target *const fuzz_targets[] = {
	&fuzz_vmcoreinfo, &fuzz_walk,	&fuzz_kallsyms, &fuzz_btf,
	&fuzz_flattened,  &fuzz_image,	&fuzz_find,	&fuzz_policy,
	&fuzz_ram_list,	  &fuzz_report, NULL,
};

void fuzz_failed(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

bool fuzz_no_error(struct dm_error *err)
{
	if (!err)
		return true;
	fuzz_check(err->message && *err->message);
	fuzz_check(!strchr(err->message, '\n'));
	dm_error_destroy(err);
	return false;
}

uint64_t fuzz_take(struct fuzz_input *in, size_t bytes)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < bytes && in->left; i++) {
		value |= (uint64_t)*in->at++ << 8 * i;
		in->left--;
	}
	return value;
}

const uint8_t *fuzz_take_bytes(struct fuzz_input *in, size_t size)
{
	const uint8_t *at = in->at;

	if (size > in->left)
		return NULL;
	in->at += size;
	in->left -= size;
	return at;
}

static void edit_once(struct fuzz_input *in, uint8_t *base, size_t size)
{
	unsigned int what = (unsigned int)fuzz_take(in, 1);
	size_t at = (size_t)fuzz_take(in, 3) % size;
	size_t most = size - at, n = 1 + (what >> 2);
	const uint8_t *bytes;

	if (n > most)
		n = most;
	switch (what & 3) {
	case 0:
		bytes = fuzz_take_bytes(in, n);
		if (bytes)
			memcpy(base + at, bytes, n);
		break;
	case 1:
		memset(base + at, (int)fuzz_take(in, 1), n);
		break;
	case 2:
		base[at] ^= (uint8_t)(1u << (what >> 2 & 7));
		break;
	case 3:
		bytes = fuzz_take_bytes(in, most < 8 ? most : 8);
		if (bytes)
			memcpy(base + at, bytes, most < 8 ? most : 8);
		break;
	}
}

void fuzz_edit(struct fuzz_input *in, uint8_t *base, size_t size)
{
	while (in->left && size)
		edit_once(in, base, size);
}
