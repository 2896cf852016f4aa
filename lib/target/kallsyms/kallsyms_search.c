// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Searches the kernel image for kallsyms.
 *
 * kallsyms before 6.0, when VMCOREINFO got lines for it. The tables stand one
 * behind the other in the image's read-only data, each on a boundary of 8
 * (5.10 scripts/kallsyms.c, write_src()):
 *
 *	offsets, relative_base, num_syms, names, markers, token_table, token_index
 *
 * The last two are a signature of their own: 256 strings, and 256 numbers that
 * tell where each begins. relative_base is the address of _text.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "target/kallsyms/kallsyms_search.h"

#define TOKENS 256
/* Debian's images have 15 MiB of such data. */
#define DATA_MAX (UINT64_C(64) << 20)
/* Fewer, and much else could be them. */
#define SYMBOLS_MIN 256
#define SYMBOLS_MAX (1u << 22)

/* What the image has behind its text, pages that are not there as zeros. */
struct data {
	uint64_t va;
	size_t size;
	unsigned char *bytes;
};

static uint64_t number(const struct data *d, size_t at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, d->bytes + at, size);
	return le64toh(value);
}

/* Data from the first page behind @va that is no text, to the first hole. */
static struct dm_error *find_data(struct kva *kva, uint64_t va, struct data *d)
{
	size_t page = dm_kva_kernel(kva)->page_size;
	uint64_t end = va + (UINT64_C(512) << 20);
	struct kva_path path;
	struct dm_error *err;

	for (va &= ~(uint64_t)(page - 1); va < end; va += page) {
		err = dm_kva_path(kva, va, &path);
		if (err)
			return dm_error_forgive(err);
		if (!path.is_leaf || d->size >= DATA_MAX)
			break;
		if (!d->size &&
		    arm64_is_executable(path.steps[path.count - 1].entry))
			continue;
		if (!d->size)
			d->va = va;
		d->size += page;
	}
	return NULL;
}

static struct dm_error *read_data(struct kva *kva, struct data *d)
{
	size_t page = dm_kva_kernel(kva)->page_size, at;
	struct dm_error *err = NULL;

	d->bytes = calloc(1, d->size);
	if (!d->bytes)
		return dm_error_no_memory();
	for (at = 0; !err && at < d->size; at += page) {
		err = dm_kva_read(kva, d->va + at, d->bytes + at, page,
				  DM_CONTENT_SEARCH);
		if (err) {
			memset(d->bytes + at, 0, page);
			err = dm_error_forgive(err);
		}
	}
	return err;
}

/* ---- Tokens ------------------------------------------------------------- */

/* Whether the index at @index goes with a table at @table. */
static bool are_tokens(const struct data *d, size_t table, size_t index)
{
	size_t i, at = table;

	for (i = 0; i < TOKENS; i++) {
		if (number(d, index + 2 * i, 2) != at - table)
			return false;
		at += strnlen((const char *)d->bytes + at, index - at) + 1;
		if (at > index)
			return false;
	}
	return index - at < 8;
}

/* Places from 0 on that rise: what may be an index. */
static bool rises(const struct data *d, size_t index)
{
	size_t i;

	for (i = 1; i < TOKENS; i++) {
		if (number(d, index + 2 * i, 2) <=
		    number(d, index + 2 * i - 2, 2))
			return false;
	}
	/* 256 empty strings and the numbers up to 255 would do, too. */
	return !number(d, index, 2) &&
	       number(d, index + 2 * (TOKENS - 1), 2) >= TOKENS + 64;
}

static bool find_tokens(const struct data *d, size_t *table, size_t *index)
{
	size_t at, last, length;

	for (at = TOKENS; at + 2 * TOKENS <= d->size; at += 8) {
		if (!rises(d, at))
			continue;
		last = (size_t)number(d, at + 2 * (TOKENS - 1), 2);
		/* The last token is not longer than a name. */
		for (length = 8; length < 1024; length += 8) {
			size_t size = (last & ~(size_t)7) + length;

			if (size > at || !are_tokens(d, at - size, at))
				continue;
			*table = at - size;
			*index = at;
			return true;
		}
	}
	return false;
}

/* ---- What stands before them --------------------------------------------- */

static bool may_be_base(const struct data *d, size_t at, uint64_t stext,
			size_t table)
{
	uint64_t base = number(d, at, 8), count = number(d, at + 8, 8);

	if (base > stext || stext - base > IMAGE_HEAD_MAX ||
	    count < SYMBOLS_MIN || count > SYMBOLS_MAX || 4 * count + 8 > at)
		return false;
	/* No name is shorter than two bytes. */
	return 2 * count < table - at;
}

static void guess(const struct data *d, uint64_t stext, size_t table,
		  size_t index, struct kallsyms_guess *guesses, size_t *count)
{
	size_t at;

	/* From the end: the nearest are the likeliest. */
	for (at = table & ~(size_t)7; at >= 24 && *count < KALLSYMS_GUESSES;
	     at -= 8) {
		uint64_t base = d->va + at - 24, symbols;

		if (!may_be_base(d, at - 24, stext, table))
			continue;
		symbols = number(d, at - 16, 8);
		guesses[(*count)++] = (struct kallsyms_guess){
			.offsets = base - ((4 * symbols + 7) & ~UINT64_C(7)),
			.relative_base = base,
			.num_syms = base + 8,
			.names = base + 16,
			.token_table = d->va + table,
			.token_index = d->va + index,
		};
	}
}

struct dm_error *dm_kallsyms_search(struct kva *kva, uint64_t stext,
				    struct kallsyms_guess *guesses,
				    size_t *count)
{
	struct data d = { 0 };
	struct dm_error *err;
	size_t table, index;

	*count = 0;
	err = find_data(kva, stext, &d);
	if (err || !d.size)
		return err;
	err = read_data(kva, &d);
	if (!err && find_tokens(&d, &table, &index))
		guess(&d, stext, table, index, guesses, count);
	free(d.bytes);
	return err;
}
