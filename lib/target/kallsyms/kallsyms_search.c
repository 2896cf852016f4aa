// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Searches the kernel image for kallsyms.
 *
 * For kernels before 6.0, when VMCOREINFO got lines for it, and those without
 * VMCOREINFO. The tables stand one behind the other in the image's read-only
 * data, each on a boundary of 8, in 7.3 of 4 (scripts/kallsyms.c, write_src()):
 *
 *	offsets, relative_base, num_syms, names, markers, token_table, token_index
 *
 * up to 6.3 (of 6.1 on with one more behind markers), and
 *
 *	num_syms, names, markers, token_table, token_index, offsets, relative_base
 *
 * since, where 7.3 has no relative_base. The tokens are a signature of their
 * own: 256 strings, and 256 numbers that tell where each begins. relative_base
 * is the address of _text.
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
/* Of names, and what stands between them and the tokens. */
#define NAMES_MAX ((size_t)16 << 20)

/* Read at once; a multiple of each size of page. */
#define STEP ((size_t)256 << 10)

/*
 * What the image has behind its text, pages that are not there as zeros. It is
 * read as far as it is needed: behind kallsyms there is as much again.
 */
struct data {
	struct kva *kva;
	struct dm_error *err; /* of reading: what ends the search */
	uint64_t va;
	size_t size, have;
	unsigned char *bytes;
};

static inline uint16_t get16(const struct data *d, size_t at)
{
	uint16_t value;

	memcpy(&value, d->bytes + at, sizeof(value));
	return le16toh(value);
}

static inline uint32_t get32(const struct data *d, size_t at)
{
	uint32_t value;

	memcpy(&value, d->bytes + at, sizeof(value));
	return le32toh(value);
}

static inline uint64_t get64(const struct data *d, size_t at)
{
	uint64_t value;

	memcpy(&value, d->bytes + at, sizeof(value));
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

static void read_on(struct data *d)
{
	size_t page = dm_kva_kernel(d->kva)->page_size;
	size_t end = d->size - d->have < STEP ? d->size : d->have + STEP;

	for (; !d->err && d->have < end; d->have += page) {
		d->err =
			dm_kva_read(d->kva, d->va + d->have, d->bytes + d->have,
				    page, DM_CONTENT_SEARCH);
		if (d->err) {
			memset(d->bytes + d->have, 0, page);
			d->err = dm_error_forgive(d->err);
		}
	}
}

/* Whether its first @size bytes are there, and can be looked at. */
static bool has(struct data *d, size_t size)
{
	while (!d->err && d->have < size && d->have < d->size)
		read_on(d);
	return !d->err && size <= d->have;
}

/* ---- Tokens ------------------------------------------------------------- */

/* Whether the index at @index goes with a table at @table. */
static bool are_tokens(const struct data *d, size_t table, size_t index)
{
	size_t i, at = table;

	for (i = 0; i < TOKENS; i++) {
		if (get16(d, index + 2 * i) != at - table)
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
		if (get16(d, index + 2 * i) <= get16(d, index + 2 * i - 2))
			return false;
	}
	/* 256 empty strings and the numbers up to 255 would do, too. */
	return !get16(d, index) &&
	       get16(d, index + 2 * (TOKENS - 1)) >= TOKENS + 64;
}

static bool find_tokens(struct data *d, size_t *table, size_t *index)
{
	size_t at, last, length;

	for (at = TOKENS; at + 2 * TOKENS <= d->have || has(d, at + 2 * TOKENS);
	     at += 4) {
		/* Almost all that is looked at ends here: 0, and no 0. */
		uint32_t first = get32(d, at);

		if (first & UINT16_MAX || !first || !rises(d, at))
			continue;
		last = (size_t)get16(d, at + 2 * (TOKENS - 1));
		/* The last token is not longer than a name. */
		for (length = 4; length < 1024; length += 4) {
			size_t size = (last & ~(size_t)3) + length;

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
	uint64_t base = get64(d, at), count = get64(d, at + 8);

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
	for (at = table & ~(size_t)7;
	     at >= 24 && table - at < NAMES_MAX && *count < KALLSYMS_GUESSES;
	     at -= 8) {
		uint64_t base = d->va + at - 24, symbols;

		if (!may_be_base(d, at - 24, stext, table))
			continue;
		symbols = get64(d, at - 16);
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

/* ---- Since 6.4 ----------------------------------------------------------- */

#define MARKER_STEP 256
/* A length of two bytes, and the longest name's tokens. */
#define NAME_MAX_BYTES (2 + 512)

/* kallsyms_markers: 0, and numbers that rise, up to @end. */
static bool are_markers(const struct data *d, size_t end, size_t *first,
			size_t *count)
{
	uint64_t above = UINT64_MAX, marker;
	size_t at = end;

	for (*count = 0; at >= 4; above = marker) {
		at -= 4;
		marker = get32(d, at);
		if (marker >= above)
			return false;
		++*count;
		if (!marker)
			break;
	}
	*first = at;
	return *count > 1 && !get32(d, at);
}

/* The names from @at on up to the markers: how many; 0: they do not fit. */
static size_t names_left(const struct data *d, size_t at, size_t markers)
{
	size_t n = 0;

	while (at < markers && d->bytes[at]) {
		size_t length = d->bytes[at++];

		if (length & 0x80 && at < markers)
			length = (length & 0x7f) | (size_t)d->bytes[at++] << 7;
		at += length;
		n++;
	}
	return at <= markers && markers - at < 8 ? n : 0;
}

/*
 * kallsyms_num_syms before names that begin at @names, whose last ones begin at
 * @last: 0 if it is none.
 */
static size_t symbols_before(const struct data *d, size_t names, size_t last,
			     size_t markers, size_t blocks, size_t *place)
{
	size_t before = (blocks - 1) * MARKER_STEP, back;

	for (back = 4; back <= 8 && back <= names; back += 4) {
		size_t symbols = get32(d, names - back);

		/* Almost all end here: names are only then gone through. */
		if (symbols <= before || symbols > before + MARKER_STEP ||
		    symbols - before != names_left(d, last, markers))
			continue;
		*place = names - back;
		return symbols;
	}
	return 0;
}

/* Of what follows the tokens: whether it can be the addresses of symbols. */
static bool take_addresses(struct data *d, uint64_t stext, size_t symbols,
			   struct kallsyms_guess *g)
{
	size_t offsets = (size_t)(g->token_index - d->va) + 2 * TOKENS;
	size_t base = (offsets + 4 * symbols + 7) & ~(size_t)7;
	uint64_t first;

	if (!has(d, base + 8))
		return false;
	g->offsets = d->va + offsets;
	first = get64(d, base);
	if (stext - first <= IMAGE_HEAD_MAX) {
		g->relative_base = d->va + base;
		return true;
	}
	first = g->offsets + (uint64_t)(int64_t)(int32_t)get32(d, offsets);
	return stext - first <= IMAGE_HEAD_MAX;
}

static void guess_behind(struct data *d, uint64_t stext, size_t table,
			 size_t index, size_t markers, size_t blocks,
			 struct kallsyms_guess *guesses, size_t *count)
{
	size_t last = (size_t)get32(d, markers + 4 * (blocks - 1)), back;

	for (back = 4;
	     back < MARKER_STEP * NAME_MAX_BYTES && *count < KALLSYMS_GUESSES;
	     back += 4) {
		size_t names =
			(markers & ~(size_t)3) - (last & ~(size_t)3) - back;
		size_t symbols, place;
		struct kallsyms_guess g = {
			.names = d->va + names,
			.token_table = d->va + table,
			.token_index = d->va + index,
		};

		if (last > markers || markers - last < back + 8)
			break;
		symbols = symbols_before(d, names, names + last, markers,
					 blocks, &place);
		if (!symbols || !take_addresses(d, stext, symbols, &g))
			continue;
		g.num_syms = d->va + place;
		guesses[(*count)++] = g;
	}
}

static void guess_since_6_4(struct data *d, uint64_t stext, size_t table,
			    size_t index, struct kallsyms_guess *guesses,
			    size_t *count)
{
	size_t pad, markers, blocks;

	for (pad = 0; pad <= 4; pad += 4) {
		if (table < pad + 8 || (pad && get32(d, table - pad)))
			continue;
		if (are_markers(d, table - pad, &markers, &blocks))
			guess_behind(d, stext, table, index, markers, blocks,
				     guesses, count);
	}
}

struct dm_error *dm_kallsyms_search(struct kva *kva, uint64_t stext,
				    struct kallsyms_guess *guesses,
				    size_t *count)
{
	struct data d = { .kva = kva };
	struct dm_error *err;
	size_t table, index;

	*count = 0;
	err = find_data(kva, stext, &d);
	if (err || !d.size)
		return err;
	d.bytes = malloc(d.size);
	if (!d.bytes)
		return dm_error_no_memory();
	if (find_tokens(&d, &table, &index)) {
		guess_since_6_4(&d, stext, table, index, guesses, count);
		if (!*count)
			guess(&d, stext, table, index, guesses, count);
	}
	free(d.bytes);
	return d.err;
}
