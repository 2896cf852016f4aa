// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads kallsyms: a name's address, an address's name.
 *
 * kallsyms, as scripts/kallsyms.c makes it and kernel/kallsyms.c reads it.
 * VMCOREINFO tells where its tables are since 6.0 (kernel/crash_core.c, later
 * kernel/vmcore_info.c), but not how long they are. What changed up to 7.3:
 *
 *  - names: the length of one is a byte in 6.0, and one or two bytes (ULEB128)
 *    since 6.1;
 *  - tables are aligned to 8 bytes, in 7.3 to 4, and stand in another order
 *    since 6.4; in each, markers follow names, the token table comes behind
 *    those, and the token index follows it;
 *  - addresses: offsets from kallsyms_relative_base, or (6.0 to 6.12, where
 *    CONFIG_KALLSYMS_ABSOLUTE_PERCPU) negative offsets from it, or, where there
 *    is no such base (7.3), offsets from where the offset itself stands, or
 *    plain addresses (6.0 and 6.1 without CONFIG_KALLSYMS_BASE_RELATIVE).
 *
 *  - markers: a series posted for kernels after 7.3 ("kallsyms: Accelerate symbol
 *    name lookups") has none, and for each name its place in three bytes
 *    instead, kallsyms_names_offsets. Its description was read, not its code: so
 *    the table is taken where the markers were or where a line of VMCOREINFO has
 *    it, and in either byte order, if all of it agrees with the names.
 *
 * All that is told apart by what is there, not by version. KASLR needs no care:
 * the base and plain addresses are relocated in memory, the rest is relative.
 */
#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/facts.h"
#include "util/big.h"
#include "util/bisect.h"
#include "util/error.h"
#include "target/kallsyms/kallsyms.h"
#include "target/kallsyms/kallsyms_search.h"
#include "util/name_prints.h"
#include "util/symbol_name.h"
#include "directmap/array.h"
#include "directmap/text.h"
#include "directmap/kernel.h"

/* Debian's kernels have some 200,000 symbols and 3 MiB of names. */
#define SYMBOLS_MAX (16u << 20)
#define NAMES_MAX   (UINT64_C(256) << 20)
#define NAMES_FIRST ((size_t)4 << 20)
/* Bytes behind the names that may be looked at: see print_of(). */
#define NAMES_SLACK 8
/* kallsyms_markers has the place of each 256th name. */
#define MARKER_STEP 256
#define TOKENS	    256
/* Places in the token table are 16 bits wide, and the last token follows. */
#define TOKENS_SIZE_MAX (UINT16_MAX + DM_SYMBOL_NAME_MAX + 8)

/* A token of the names. */
struct token {
	const char *text;
	size_t length;
};

enum scheme {
	FROM_BASE, /* base + unsigned offset */
	PERCPU_ABSOLUTE, /* base - 1 - offset where negative, else absolute */
	FROM_PLACE, /* place of the offset + signed offset */
	PLAIN, /* 64-bit addresses */
};

/* Where VMCOREINFO says that the tables are. */
struct places {
	uint64_t names, num_syms, token_table, token_index;
	uint64_t addresses; /* of either kind */
	uint64_t relative_base;
	uint64_t names_offsets; /* 0: no line of VMCOREINFO has it */
};

struct kallsyms {
	struct dm_symbol_table table;
	struct places places;
	uint32_t count;

	/* What stands at names_va, as far as it was read: names, markers. */
	uint64_t names_va;
	size_t names_limit; /* where another table begins at the latest */
	unsigned char *names;
	size_t names_size, names_capacity;
	bool two_byte_lengths;
	uint32_t *marks; /* where each 256th name begins */
	uint16_t *
		prints; /* of each name (name_prints.h), behind the addresses */
	/* Those with a suffix (symbol_name.h), by address; made when needed. */
	uint32_t *locals;
	size_t local_count, local_capacity;
	bool knows_locals;

	enum scheme scheme;
	uint64_t
		base; /* FROM_BASE, PERCPU_ABSOLUTE: it; FROM_PLACE: the table */
	unsigned char *addresses; /* as in the dump */

	char *token_text;
	struct token tokens[TOKENS];
	/*
	 * For the prints: what each token adds to a name's sum, less what token
	 * 0 does; that; and what the type, as first letter, takes from it.
	 */
	uint32_t sums[TOKENS], zero_sum, first_sums[TOKENS];
};

static struct dm_error *bad(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static struct dm_error *bad(const char *format, ...)
{
	char text[DM_ERROR_MESSAGE_MAX / 2];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"kallsyms in the dump cannot be used: %s; a vmlinux or System.map of this kernel may stand in",
		text);
}

/* ---- Where the tables are ----------------------------------------------- */

static struct dm_error *read_places(const struct dm_vmcoreinfo *info,
				    struct places *p, enum scheme *scheme)
{
	const struct {
		const char *key;
		uint64_t *va;
		bool optional;
	} lines[] = {
		{ "SYMBOL(kallsyms_names)", &p->names, false },
		{ "SYMBOL(kallsyms_num_syms)", &p->num_syms, false },
		{ "SYMBOL(kallsyms_token_table)", &p->token_table, false },
		{ "SYMBOL(kallsyms_token_index)", &p->token_index, false },
		{ "SYMBOL(kallsyms_relative_base)", &p->relative_base, true },
		{ "SYMBOL(kallsyms_names_offsets)", &p->names_offsets, true },
		{ "SYMBOL(kallsyms_offsets)", &p->addresses, true },
		{ "SYMBOL(kallsyms_addresses)", &p->addresses, true },
	};
	struct dm_error *err;
	size_t i;

	memset(p, 0, sizeof(*p));
	if (!dm_vmcoreinfo_has(info, lines[0].key))
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			dm_vmcoreinfo_has(info, FACTS_MARK)
				? "no VMCOREINFO says where kallsyms is, and it was not found in memory: symbols need a vmlinux or System.map"
				: "VMCOREINFO has no SYMBOL(kallsyms_names) line, as kernels from 6.0 on have: symbols need a vmlinux or System.map");
	*scheme = PLAIN;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (lines[i].optional && !dm_vmcoreinfo_has(info, lines[i].key))
			continue;
		/* The one line or the other, and offsets before addresses. */
		if (p->addresses && lines[i].va == &p->addresses)
			continue;
		err = dm_vmcoreinfo_number(info, lines[i].key, 16, lines[i].va);
		if (err)
			return err;
		if (lines[i].va == &p->addresses &&
		    strstr(lines[i].key, "offsets"))
			*scheme = p->relative_base ? FROM_BASE : FROM_PLACE;
	}
	if (!p->addresses)
		return bad("VMCOREINFO has no SYMBOL(kallsyms_offsets) line");
	return NULL;
}

/* ---- Tokens ------------------------------------------------------------- */

/* Names end up on terminals. */
static bool is_plain(const struct token *t)
{
	return dm_ascii_all_visible((const char *)t->text, t->length);
}

/* write_src(): token after token, each with its NUL, and where each begins. */
static struct dm_error *take_tokens(struct kallsyms *k, size_t size,
				    const uint16_t *index)
{
	size_t i, at = 0;

	for (i = 0; i < TOKENS; i++) {
		struct token *t = &k->tokens[i];

		if (le16toh(index[i]) != at)
			return bad("token %zu begins at byte %u and not at %zu",
				   i, le16toh(index[i]), at);
		t->text = k->token_text + at;
		t->length = strnlen(t->text, size - at);
		if (t->length == size - at)
			return bad("the token table ends within token %zu", i);
		if (!is_plain(t))
			return bad("token %zu has other bytes than names have",
				   i);
		k->sums[i] = dm_name_print_sum(t->text, t->length);
		k->first_sums[i] = -dm_name_print_sum(t->text, !!t->length);
		if (!i)
			k->zero_sum = k->sums[0];
		k->sums[i] -= k->zero_sum;
		at += t->length + 1;
	}
	if (size - at >= 8)
		return bad("the token table ends %zu bytes before its index",
			   size - at);
	return NULL;
}

static struct dm_error *read_tokens(struct kallsyms *k, struct kva *kva,
				    const struct places *p)
{
	uint64_t size = p->token_index - p->token_table;
	uint16_t index[TOKENS];
	struct dm_error *err;

	if (size < TOKENS || size > TOKENS_SIZE_MAX)
		return bad(
			"no token table fits between 0x%llx and its index at 0x%llx",
			(unsigned long long)p->token_table,
			(unsigned long long)p->token_index);
	k->token_text = malloc(size);
	if (!k->token_text)
		return dm_error_no_memory();
	err = dm_kva_read(kva, p->token_table, k->token_text, size,
			  DM_CONTENT_SYMBOLS);
	if (!err)
		err = dm_kva_read(kva, p->token_index, index, sizeof(index),
				  DM_CONTENT_SYMBOLS);
	return err ? err : take_tokens(k, size, index);
}

/* ---- Names -------------------------------------------------------------- */

static struct dm_error *make_space(struct kallsyms *k, size_t size)
{
	size_t capacity =
		k->names_capacity ? k->names_capacity * 2 : NAMES_FIRST;
	unsigned char *bigger;

	if (size <= k->names_capacity)
		return NULL;
	while (capacity < size)
		capacity *= 2;
	if (capacity > k->names_limit)
		capacity = k->names_limit;
	bigger = dm_big_alloc(capacity + NAMES_SLACK);
	if (!bigger)
		return dm_error_no_memory();
	if (k->names_size)
		memcpy(bigger, k->names, k->names_size);
	memset(bigger + capacity, 0, NAMES_SLACK);
	free(k->names);
	k->names = bigger;
	k->names_capacity = capacity;
	return NULL;
}

/* Reads on, whole pages, until the bytes up to @end are there. */
static struct dm_error *need(struct kallsyms *k, struct kva *kva, size_t end)
{
	size_t page = dm_kva_kernel(kva)->page_size, whole;
	struct dm_error *err;

	if (end > k->names_limit)
		return bad("%u name%s not fit before 0x%llx", k->count,
			   dm_plural(k->count, " does", "s do"),
			   (unsigned long long)(k->names_va + k->names_limit));
	if (end <= k->names_size)
		return NULL;
	/* The first one may begin within a page. */
	whole = (size_t)((k->names_va + end + page - 1) &
			 ~(uint64_t)(page - 1)) -
		(size_t)k->names_va;
	if (whole > k->names_limit)
		whole = k->names_limit;
	err = make_space(k, whole);
	if (!err)
		err = dm_kva_read(kva, k->names_va + k->names_size,
				  k->names + k->names_size,
				  whole - k->names_size, DM_CONTENT_SYMBOLS);
	if (err)
		return dm_error_prefix(err, "names of kallsyms");
	k->names_size = whole;
	return NULL;
}

/* The tokens of the name at @at: how many; *@at moves to the first. */
static inline size_t tokens_at(const struct kallsyms *k, size_t *at)
{
	size_t length = k->names[(*at)++];

	if (length & 0x80 && k->two_byte_lengths)
		length = (length & 0x7f) | (size_t)k->names[(*at)++] << 7;
	return length;
}

/* Of eight tokens; what a token 0 adds is left out of all @sums. */
static inline uint32_t sum_of_eight(const uint32_t *sums, uint64_t tokens)
{
	return sums[tokens & 0xff] + sums[tokens >> 8 & 0xff] +
	       sums[tokens >> 16 & 0xff] + sums[tokens >> 24 & 0xff] +
	       sums[tokens >> 32 & 0xff] + sums[tokens >> 40 & 0xff] +
	       sums[tokens >> 48 & 0xff] + sums[tokens >> 56];
}

/*
 * What @sums have for the @length tokens at @at, one at least.
 * Lengths are as good as random, and a loop over each token would be guessed
 * wrong for each name. Up to NAMES_SLACK bytes behind the name are looked at.
 */
static inline uint32_t sum_of(const struct kallsyms *k, const uint32_t *sums,
			      size_t at, size_t length)
{
	const unsigned char *token = k->names + at;
	uint64_t tokens;
	uint32_t sum = 0;

	for (; length > sizeof(tokens); length -= sizeof(tokens)) {
		memcpy(&tokens, token, sizeof(tokens));
		sum += sum_of_eight(sums, tokens);
		token += sizeof(tokens);
	}
	memcpy(&tokens, token, sizeof(tokens));
	tokens = le64toh(tokens) & UINT64_MAX >> (64 - 8 * length);
	return sum + sum_of_eight(sums, tokens);
}

/* Of the name whose @length tokens are at @at; its type is no part of it. */
static inline uint16_t print_of(const struct kallsyms *k, size_t at,
				size_t length)
{
	return name_print(k->first_sums[k->names[at]] +
			  (uint32_t)length * k->zero_sum +
			  sum_of(k, k->sums, at, length));
}

/*
 * One pass that notes where each 256th name begins, and the print of each.
 * @end is told where all end.
 */
static struct dm_error *pass_names(struct kallsyms *k, struct kva *kva,
				   size_t *end)
{
	struct dm_error *err = NULL;
	size_t at = 0;
	uint32_t i;

	for (i = 0; i < k->count; i++) {
		size_t length;

		if (i % MARKER_STEP == 0)
			k->marks[i / MARKER_STEP] = (uint32_t)at;
		/* No name is shorter than two bytes, nor a length longer. */
		if (at + 2 > k->names_size)
			err = need(k, kva, at + (size_t)2 * (k->count - i));
		if (err)
			return err;
		length = tokens_at(k, &at);
		if (!length)
			return bad("name %u has no length", i);
		if (at + length > k->names_size)
			err = need(k, kva, at + length);
		if (err)
			return err;
		k->prints[i] = print_of(k, at, length);
		at += length;
	}
	*end = at;
	return NULL;
}

static size_t mark_count(const struct kallsyms *k)
{
	return (k->count + MARKER_STEP - 1) / MARKER_STEP;
}

/*
 * kallsyms_markers, which follows, has the place of each 256th name. So the
 * kernel itself confirms how the lengths were read.
 */
static struct dm_error *check_markers(struct kallsyms *k, struct kva *kva,
				      size_t end, unsigned int align)
{
	size_t count = mark_count(k), i;
	uint64_t va = (k->names_va + end + align - 1) & ~(uint64_t)(align - 1);
	size_t at = (size_t)(va - k->names_va);
	struct dm_error *err;

	err = need(k, kva, at + count * sizeof(uint32_t));
	if (err)
		return err;
	for (i = 0; i < count; i++) {
		uint32_t marker;

		memcpy(&marker, k->names + at + i * sizeof(marker),
		       sizeof(marker));
		if (le32toh(marker) != k->marks[i])
			return bad(
				"name %zu is at byte %u of the names, but its marker says %u",
				i * MARKER_STEP, k->marks[i], le32toh(marker));
	}
	return NULL;
}

/* Another try may do better where the content was at fault. */
static bool is_final(const struct dm_error *err)
{
	return !err || err->code != DM_ERROR_BAD_DUMP;
}

/* ---- Names without markers ---------------------------------------------- */

/* Bytes that kallsyms_names_offsets has for a name. */
#define NAME_OFFSET_SIZE 3

static uint32_t name_offset(const unsigned char *p, bool high_first)
{
	return high_first ? (uint32_t)p[0] << 16 | p[1] << 8 | p[2]
			  : (uint32_t)p[2] << 16 | p[1] << 8 | p[0];
}

/* Whether @table has the place of each name. */
static bool has_offsets(const struct kallsyms *k, const unsigned char *table,
			bool high_first)
{
	size_t at = 0, length;
	uint32_t i;

	for (i = 0; i < k->count; i++) {
		if (name_offset(table, high_first) != (at & 0xffffff))
			return false;
		table += NAME_OFFSET_SIZE;
		length = tokens_at(k, &at);
		at += length;
	}
	return true;
}

static struct dm_error *check_table(const struct kallsyms *k,
				    const unsigned char *table)
{
	return has_offsets(k, table, true) || has_offsets(k, table, false)
		       ? NULL
		       : bad("kallsyms_names_offsets is not where the names are");
}

/* Where the markers would be. */
static struct dm_error *check_offsets(struct kallsyms *k, struct kva *kva,
				      size_t end, unsigned int align)
{
	uint64_t va = (k->names_va + end + align - 1) & ~(uint64_t)(align - 1);
	size_t at = (size_t)(va - k->names_va);
	struct dm_error *err =
		need(k, kva, at + (size_t)k->count * NAME_OFFSET_SIZE);

	return err ? err : check_table(k, k->names + at);
}

/* Where VMCOREINFO has it. */
static struct dm_error *check_offsets_at(const struct kallsyms *k,
					 struct kva *kva, uint64_t va)
{
	size_t size = (size_t)k->count * NAME_OFFSET_SIZE;
	unsigned char *table = dm_big_alloc(size);
	struct dm_error *err;

	if (!table)
		return dm_error_no_memory();
	err = dm_kva_read(kva, va, table, size, DM_CONTENT_SYMBOLS);
	if (!err)
		err = check_table(k, table);
	free(table);
	return err;
}

/* @err is why markers do not do; taken. It is the better one if neither does. */
static struct dm_error *try_offsets(struct kallsyms *k, struct kva *kva,
				    size_t end, uint64_t line,
				    struct dm_error *err)
{
	struct dm_error *other = line ? check_offsets_at(k, kva, line)
				      : check_offsets(k, kva, end, 4);

	if (!is_final(other) && !line) {
		dm_error_destroy(other);
		other = check_offsets(k, kva, end, 8);
	}
	return dm_error_either(err, other);
}

static struct dm_error *pass_and_check(struct kallsyms *k, struct kva *kva,
				       const struct places *p,
				       bool two_byte_lengths)
{
	struct dm_error *err;
	size_t end = 0;

	k->two_byte_lengths = two_byte_lengths;
	err = pass_names(k, kva, &end);
	if (err)
		return err;
	err = check_markers(k, kva, end, 8);
	if (!is_final(err)) {
		dm_error_destroy(err);
		err = check_markers(k, kva, end, 4);
	}
	return is_final(err) ? err
			     : try_offsets(k, kva, end, p->names_offsets, err);
}

static size_t addresses_size(const struct kallsyms *k)
{
	return k->count *
	       (k->scheme == PLAIN ? sizeof(uint64_t) : sizeof(uint32_t));
}

static struct dm_error *read_names(struct kallsyms *k, struct kva *kva,
				   const struct places *p)
{
	struct dm_error *err;

	err = dm_kva_read(kva, p->num_syms, &k->count, sizeof(k->count),
			  DM_CONTENT_SYMBOLS);
	if (err)
		return err;
	k->count = le32toh(k->count);
	k->names_va = p->names;
	k->names_limit = NAMES_MAX;
	if (p->token_table > p->names &&
	    p->token_table - p->names < k->names_limit)
		k->names_limit = (size_t)(p->token_table - p->names);
	if (!k->count || k->count > SYMBOLS_MAX ||
	    k->count > k->names_limit / 2)
		return bad("kallsyms_num_syms is %u", k->count);
	k->marks = malloc(mark_count(k) * sizeof(*k->marks));
	k->addresses =
		dm_big_alloc(addresses_size(k) + k->count * sizeof(*k->prints));
	if (!k->marks || !k->addresses)
		return dm_error_no_memory();
	k->prints = (uint16_t *)(k->addresses + addresses_size(k));
	err = pass_and_check(k, kva, p, true);
	if (is_final(err))
		return err;
	/* 6.0, with a name of 128 tokens; else the first error is better. */
	return dm_error_either(err, pass_and_check(k, kva, p, false));
}

/* ---- Addresses ---------------------------------------------------------- */

static uint64_t address(const struct kallsyms *k, uint32_t i)
{
	uint32_t offset;
	uint64_t plain;

	if (k->scheme == PLAIN) {
		memcpy(&plain, k->addresses + i * sizeof(plain), sizeof(plain));
		return le64toh(plain);
	}
	memcpy(&offset, k->addresses + i * sizeof(offset), sizeof(offset));
	offset = le32toh(offset);
	/* kallsyms_sym_address() */
	if (k->scheme == FROM_BASE)
		return k->base + offset;
	if (k->scheme == FROM_PLACE)
		return k->base + i * sizeof(offset) +
		       (uint64_t)(int64_t)(int32_t)offset;
	if ((int32_t)offset >= 0)
		return offset;
	return k->base - 1 - (uint64_t)(int64_t)(int32_t)offset;
}

/*
 * Whether the addresses of a kernel of today are as they must be. Not if not
 * sure: this is for speed, check_addresses() has the rule.
 */
static bool surely_rise(const struct kallsyms *k, uint64_t lowest)
{
	int64_t step = k->scheme == FROM_PLACE ? sizeof(uint32_t) : 0;
	int64_t last = INT64_MIN, at;
	bool falls = false;
	uint32_t i, offset;

	if (k->scheme != FROM_PLACE && k->scheme != FROM_BASE)
		return false;
	for (i = 0; i < k->count; i++) {
		memcpy(&offset, k->addresses + i * sizeof(offset),
		       sizeof(offset));
		offset = le32toh(offset);
		at = i * step + (step ? (int32_t)offset : (int64_t)offset);
		falls |= at < last;
		last = at;
	}
	/* The sum with the base may wrap once. */
	return !falls && address(k, 0) >= lowest &&
	       address(k, 0) <= address(k, k->count - 1);
}

/* sort_symbols() of scripts/kallsyms.c: addresses never fall. */
static struct dm_error *check_addresses(const struct kallsyms *k,
					uint64_t lowest)
{
	uint64_t last = 0;
	uint32_t i;

	if (surely_rise(k, lowest))
		return NULL;
	for (i = 0; i < k->count; i++) {
		uint64_t va = address(k, i);

		if (va < last)
			return bad(
				"symbol %u is at 0x%llx, below the one before it",
				i, (unsigned long long)va);
		if (va < lowest &&
		    !(k->scheme == PERCPU_ABSOLUTE && va <= INT32_MAX))
			return bad(
				"symbol %u is at 0x%llx, no address of the kernel's",
				i, (unsigned long long)va);
		last = va;
	}
	if (last < lowest)
		return bad("no symbol has an address of the kernel's");
	return NULL;
}

static struct dm_error *read_addresses(struct kallsyms *k, struct kva *kva,
				       const struct places *p)
{
	uint64_t lowest = dm_kva_kernel(kva)->linear_start;
	struct dm_error *err;

	k->base = p->addresses;
	if (k->scheme == FROM_BASE) {
		err = dm_kva_read(kva, p->relative_base, &k->base,
				  sizeof(k->base), DM_CONTENT_SYMBOLS);
		if (err)
			return err;
		k->base = le64toh(k->base);
	}
	err = dm_kva_read(kva, p->addresses, k->addresses, addresses_size(k),
			  DM_CONTENT_SYMBOLS);
	if (err)
		return dm_error_prefix(err, "addresses of kallsyms");
	err = check_addresses(k, lowest);
	if (!err || k->scheme != FROM_BASE)
		return err;
	k->scheme = PERCPU_ABSOLUTE;
	return dm_error_either(err, check_addresses(k, lowest));
}

/* The first symbol at or above @va; the count if there is none. */
static uint32_t first_from(const struct kallsyms *k, uint64_t va)
{
	return (uint32_t)dm_bisect(i, k->count, address(k, (uint32_t)i) < va);
}

/* ---- Names by symbol, symbols by name ----------------------------------- */

/* Where the name before which @at stands ends, and the next begins. */
static size_t behind(const struct kallsyms *k, size_t at)
{
	size_t length = tokens_at(k, &at);

	return at + length;
}

/* A place in the names that moves on. */
struct cursor {
	uint32_t i;
	size_t at; /* of name i */
};

static void move_to(const struct kallsyms *k, struct cursor *c, uint32_t i)
{
	if (i < c->i || i / MARKER_STEP != c->i / MARKER_STEP) {
		c->i = i / MARKER_STEP * MARKER_STEP;
		c->at = k->marks[i / MARKER_STEP];
	}
	for (; c->i < i; c->i++)
		c->at = behind(k, c->at);
}

static size_t name_at(const struct kallsyms *k, uint32_t i)
{
	struct cursor c = { 0 };

	move_to(k, &c, i);
	return c.at;
}

/* Spells out the type and name of symbol @i, which are at @at. */
static struct dm_error *spell_at(const struct kallsyms *k, uint32_t i,
				 size_t at, struct dm_symbol *symbol)
{
	char text[DM_SYMBOL_NAME_MAX + 1]; /* with the type before it */
	size_t left = tokens_at(k, &at), size = 0;

	for (; left; left--) {
		const struct token *t = &k->tokens[k->names[at++]];

		if (t->length >= sizeof(text) - size)
			return bad(
				"the name of symbol %u is longer than the kernel's longest",
				i);
		memcpy(text + size, t->text, t->length);
		size += t->length;
	}
	if (size < 2)
		return bad("symbol %u has no name", i);
	text[size] = '\0';
	symbol->type = text[0];
	memcpy(symbol->name, text + 1, size);
	return NULL;
}

/* Whether the name at @at is @name. */
static bool is_called(const struct kallsyms *k, size_t at, const char *name)
{
	size_t left = tokens_at(k, &at), skip = 1;

	for (; left; left--, skip = 0) {
		const struct token *t = &k->tokens[k->names[at++]];

		/* No token has a NUL in it: this ends where the name does. */
		if (t->length < skip ||
		    strncmp(name, t->text + skip, t->length - skip) != 0)
			return false;
		name += t->length - skip;
	}
	return !*name;
}

static struct dm_error *note_local(struct kallsyms *k, uint32_t i, size_t at)
{
	struct dm_symbol symbol;
	struct dm_error *err = spell_at(k, i, at, &symbol);

	/* What cannot be spelled is nobody's name. */
	if (err || !strstr(symbol.name, SYMBOL_LOCAL_SUFFIX))
		return dm_error_forgive(err);
	err = dm_array_reserve(&k->locals, &k->local_capacity, k->local_count,
			       1, DM_ARRAY_ANY);
	if (!err)
		k->locals[k->local_count++] = i;
	return err;
}

/* The tokens from @at on begin with @want. */
static bool goes_on(const struct kallsyms *k, size_t at, const char *want)
{
	while (*want) {
		const struct token *t;
		size_t n;

		if (at >= k->names_size)
			return false;
		t = &k->tokens[k->names[at++]];
		n = strnlen(want, t->length);
		if (memcmp(t->text, want, n) != 0)
			return false;
		want += n;
	}
	return true;
}

/* Where in the names a token may have the suffix's beginning, at @dot of it. */
static bool has_suffix_by(const struct kallsyms *k, unsigned int token,
			  size_t dot)
{
	const struct token *t = &k->tokens[token];
	const unsigned char *names = k->names, *p = names;
	size_t n = strnlen(SYMBOL_LOCAL_SUFFIX, t->length - dot);

	if (memcmp(t->text + dot, SYMBOL_LOCAL_SUFFIX, n) != 0)
		return false;
	while ((p = memchr(p, (int)token,
			   k->names_size - (size_t)(p - names)))) {
		p++;
		if (goes_on(k, (size_t)(p - names), &SYMBOL_LOCAL_SUFFIX[n]))
			return true;
	}
	return false;
}

/*
 * Whether any name can have the suffix: by its dot, which few tokens have.
 * Lengths are taken for tokens, too: it may say yes where none has.
 */
static bool may_have_locals(const struct kallsyms *k)
{
	unsigned int token;
	size_t i;

	for (token = 0; token < TOKENS; token++) {
		const struct token *t = &k->tokens[token];

		for (i = 0; i < t->length; i++) {
			if (t->text[i] == '.' && has_suffix_by(k, token, i))
				return true;
		}
	}
	return false;
}

/* A name without a dot has no suffix, and most have none: few are spelled. */
static struct dm_error *note_locals(struct kallsyms *k)
{
	struct dm_error *err = NULL;
	uint32_t dots[TOKENS], i;
	size_t at = 0, length;
	bool all;

	for (i = 0; i < TOKENS; i++)
		dots[i] = memchr(k->tokens[i].text, '.', k->tokens[i].length) !=
			  NULL;
	/* What a token 0 has is not in a sum. */
	all = dots[0];
	dots[0] = 0;
	for (i = 0; !err && i < k->count; i++, at += length) {
		size_t begin = at;

		length = tokens_at(k, &at);
		if (all || sum_of(k, dots, at, length))
			err = note_local(k, i, begin);
	}
	k->knows_locals = !err;
	return err;
}

/* The lowest of those called so: several files may have one. */
static struct dm_error *find_local(struct kallsyms *k, const char *name,
				   uint32_t *found)
{
	struct dm_error *err = NULL;
	struct cursor c = { 0 };
	struct dm_symbol symbol;
	size_t i;

	if (!k->knows_locals && may_have_locals(k))
		err = note_locals(k);
	k->knows_locals = !err;
	for (i = 0; !err && i < k->local_count; i++) {
		move_to(k, &c, k->locals[i]);
		err = spell_at(k, k->locals[i], c.at, &symbol);
		if (!err && symbol_name_is_local(symbol.name, name)) {
			*found = k->locals[i];
			return NULL;
		}
	}
	return err ? err
		   : dm_error_create(DM_ERROR_NOT_FOUND,
				     "kallsyms in the dump has no symbol %s",
				     name);
}

static struct dm_error *find_symbol(struct kallsyms *k, const char *name,
				    uint32_t *found)
{
	uint16_t print = name_print(dm_name_print_sum(name, strlen(name)));
	struct cursor c = { 0 };
	size_t i = 0;

	while ((i = dm_name_prints_next(k->prints, k->count, i, print)) <
	       k->count) {
		move_to(k, &c, (uint32_t)i);
		if (is_called(k, c.at, name)) {
			*found = (uint32_t)i;
			return NULL;
		}
		i++;
	}
	return find_local(k, name, found);
}

/* ---- The table ---------------------------------------------------------- */

static struct dm_error *kallsyms_find(struct dm_symbol_table *table,
				      const char *name, uint64_t *va)
{
	struct kallsyms *k = (struct kallsyms *)table;
	struct dm_error *err;
	uint32_t i = 0;

	err = find_symbol(k, name, &i);
	if (!err)
		*va = address(k, i);
	return err;
}

static struct dm_error *kallsyms_at(struct dm_symbol_table *table, uint64_t va,
				    struct dm_symbol *symbol)
{
	struct kallsyms *k = (struct kallsyms *)table;
	struct dm_error *err;
	uint32_t i, above;

	if (va < address(k, 0) || va > address(k, k->count - 1))
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"0x%llx is outside the kernel image: kallsyms in the dump has no symbol there",
			(unsigned long long)va);
	/* The one above is there, or @va is the last one's own. */
	above = va == UINT64_MAX ? k->count : first_from(k, va + 1);
	symbol->va = address(k, above - 1);
	symbol->size = above < k->count ? address(k, above) - symbol->va : 0;
	/* get_symbol_pos(): of those at one address, the first. */
	i = first_from(k, symbol->va);
	err = spell_at(k, i, name_at(k, i), symbol);
	if (!err)
		symbol_name_clean(symbol->name);
	return err;
}

static void kallsyms_destroy(struct dm_symbol_table *table)
{
	struct kallsyms *k = (struct kallsyms *)table;

	if (!k)
		return;
	free(k->names);
	free(k->marks);
	free(k->addresses);
	free(k->token_text);
	free(k->locals);
	free(k);
}

static const struct dm_symbol_table_ops kallsyms_ops = {
	.name = "kallsyms in the dump",
	.find = kallsyms_find,
	.at = kallsyms_at,
	.destroy = kallsyms_destroy,
};

/* ---- Against VMCOREINFO ------------------------------------------------- */

/*
 * VMCOREINFO has the run-time address of a few symbols. @agrees is told whether
 * one called @name is there; one that is elsewhere only is an error.
 */
static struct dm_error *check_symbol(struct kallsyms *k,
				     const struct dm_vmcoreinfo *info,
				     const char *name, bool *agrees)
{
	struct dm_error *err;
	char key[64];
	uint64_t va;
	uint32_t i;

	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	if (!dm_vmcoreinfo_has(info, key))
		return NULL;
	err = dm_vmcoreinfo_number(info, key, 16, &va);
	if (err)
		return err;
	for (i = first_from(k, va); i < k->count && address(k, i) == va; i++) {
		if (is_called(k, name_at(k, i), name)) {
			*agrees = true;
			return NULL;
		}
	}
	err = find_symbol(k, name, &i);
	if (!err)
		return bad(
			"they have %s at 0x%llx, VMCOREINFO has it at 0x%llx",
			name, (unsigned long long)address(k, i),
			(unsigned long long)va);
	if (err->code != DM_ERROR_NOT_FOUND)
		return err;
	/* Without CONFIG_KALLSYMS_ALL it has no data. */
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *check_symbols(struct kallsyms *k,
				      const struct dm_vmcoreinfo *info)
{
	static const char *const names[] = { "_stext", "swapper_pg_dir",
					     "init_uts_ns" };
	struct dm_error *err = NULL;
	bool agrees = false;
	size_t i;

	for (i = 0; !err && i < sizeof(names) / sizeof(names[0]); i++)
		err = check_symbol(k, info, names[i], &agrees);
	if (!err && !agrees)
		return bad(
			"they have none of the symbols whose addresses VMCOREINFO tells");
	return err;
}

/* Everything at @places is read and checked. */
static struct dm_error *create_at(struct kva *kva,
				  const struct dm_vmcoreinfo *info,
				  const struct places *places,
				  enum scheme scheme,
				  struct dm_symbol_table **ret)
{
	struct kallsyms *k = calloc(1, sizeof(*k));
	struct dm_error *err;

	if (!k)
		return dm_error_no_memory();
	k->table.ops = &kallsyms_ops;
	k->places = *places;
	k->scheme = scheme;
	err = read_tokens(k, kva, places);
	if (!err)
		err = read_names(k, kva, places);
	if (!err)
		err = read_addresses(k, kva, places);
	if (!err)
		err = check_symbols(k, info);
	if (err) {
		kallsyms_destroy(&k->table);
		return err;
	}
	*ret = &k->table;
	return NULL;
}

/*
 * Without the lines, the tables can be found by what they look like. That they
 * are the kernel's is proved as above: by their markers, and by the addresses
 * that VMCOREINFO has. @why is the error if not; taken.
 */
static struct dm_error *search(struct kva *kva,
			       const struct dm_vmcoreinfo *info,
			       struct dm_error *why,
			       struct dm_symbol_table **ret)
{
	struct kallsyms_guess guesses[KALLSYMS_GUESSES];
	struct dm_error *err;
	uint64_t stext = 0;
	size_t count = 0, i;

	err = dm_vmcoreinfo_number(info, "SYMBOL(_stext)", 16, &stext);
	if (!err)
		err = dm_kallsyms_search(kva, stext, guesses, &count);
	for (i = 0; !err && i < count; i++) {
		const struct kallsyms_guess *g = &guesses[i];
		const struct places places = {
			.names = g->names,
			.num_syms = g->num_syms,
			.token_table = g->token_table,
			.token_index = g->token_index,
			.addresses = g->offsets,
			.relative_base = g->relative_base,
		};

		err = create_at(kva, info, &places,
				g->relative_base ? FROM_BASE : FROM_PLACE, ret);
		if (!err) {
			dm_error_destroy(why);
			return NULL;
		}
		err = dm_error_forgive(err);
	}
	return err ? dm_error_either(why, err) : why;
}

struct dm_error *dm_kallsyms_create(struct kva *kva, struct dm_source *source,
				    struct dm_symbol_table **ret)
{
	struct dm_vmcoreinfo info;
	enum scheme scheme;
	struct dm_error *err;
	struct places places;

	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (err)
		return err;
	err = read_places(&info, &places, &scheme);
	if (err && err->code == DM_ERROR_NOT_FOUND)
		return search(kva, &info, err, ret);
	return err ? err : create_at(kva, &info, &places, scheme, ret);
}

bool dm_kallsyms_put(const struct dm_symbol_table *table, FILE *out)
{
	const struct kallsyms *k = (const struct kallsyms *)table;
	const struct places *p = &k->places;
	const struct {
		const char *name;
		uint64_t va;
	} lines[] = {
		{ "names", p->names },
		{ "num_syms", p->num_syms },
		{ "token_table", p->token_table },
		{ "token_index", p->token_index },
		{ "relative_base", p->relative_base },
		{ "names_offsets", p->names_offsets },
		{ k->scheme == PLAIN ? "addresses" : "offsets", p->addresses },
	};
	size_t i;

	if (table->ops != &kallsyms_ops)
		return false;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (lines[i].va)
			fprintf(out, "SYMBOL(kallsyms_%s)=%llx\n",
				lines[i].name, (unsigned long long)lines[i].va);
	}
	return true;
}
