// SPDX-License-Identifier: GPL-2.0-or-later
/* Encodes kallsyms tables and writes them into a fake kernel's memory. */
#include <string.h>

#include "fake_kallsyms.h"

/* A writer that moves on. */
struct pen {
	struct fake_kernel *f;
	uint64_t va;
	unsigned int align;
};

static uint64_t align(struct pen *pen)
{
	pen->va = (pen->va + pen->align - 1) & ~(uint64_t)(pen->align - 1);
	return pen->va;
}

static void put_bytes(struct pen *pen, const void *bytes, size_t size)
{
	fake_kernel_write(pen->f, pen->va, bytes, size);
	pen->va += size;
}

static void put_byte(struct pen *pen, size_t byte)
{
	unsigned char value = (unsigned char)byte;

	put_bytes(pen, &value, 1);
}

static void put_u32(struct pen *pen, uint64_t value)
{
	fake_kernel_write_u32(pen->f, pen->va, (uint32_t)value);
	pen->va += 4;
}

/* What a byte stands for: itself, or one of a few longer words, or nothing. */
static const char *token(unsigned int byte, char one[2])
{
	static const char *const words[] = { "T_",   "t__", "sys_", "_lock",
					     "Dsym", "Tsy", "page", "__" };

	if (byte < sizeof(words) / sizeof(words[0]))
		return words[byte];
	one[0] = byte > ' ' && byte < 0x7f ? (char)byte : '\0';
	one[1] = '\0';
	/* The last one is a word, so that the end of the table has one. */
	return byte == 0xff ? "init_" : one;
}

/* The longest token that @text begins with. */
static unsigned int encode(const char *text, size_t *length)
{
	unsigned int byte, best = 0;
	char one[2];

	*length = 0;
	for (byte = 0; byte < 256; byte++) {
		const char *t = token(byte, one);

		if (strlen(t) > *length && !strncmp(text, t, strlen(t))) {
			best = byte;
			*length = strlen(t);
		}
	}
	return best;
}

static void put_name(struct pen *pen, const struct fake_symbol *s,
		     bool two_bytes)
{
	unsigned char codes[1024];
	size_t count = 0, length, at = 0;
	char text[1024];

	text[0] = s->type;
	strcpy(text + 1, s->name);
	for (; text[at]; at += length)
		codes[count++] = (unsigned char)encode(text + at, &length);
	if (two_bytes && count > 0x7f) {
		put_byte(pen, (count & 0x7f) | 0x80);
		put_byte(pen, count >> 7);
	} else {
		put_byte(pen, count);
	}
	put_bytes(pen, codes, count);
}

/* Three bytes a name, the high or the low one first. */
static void put_offset(struct pen *pen, uint64_t at, bool high_first)
{
	unsigned char bytes[3];
	int i;

	for (i = 0; i < 3; i++)
		bytes[high_first ? 2 - i : i] = (unsigned char)(at >> 8 * i);
	put_bytes(pen, bytes, sizeof(bytes));
}

static void put_offsets(struct pen *pen, const uint32_t *places, size_t count,
			bool high_first, struct fake_kallsyms *k)
{
	size_t i;

	k->names_offsets = align(pen);
	for (i = 0; i < count; i++)
		put_offset(pen, places[i], high_first);
}

static void put_names(struct pen *pen, enum fake_kallsyms_layout layout,
		      const struct fake_symbol *symbols, size_t count,
		      uint32_t *places, struct fake_kallsyms *k)
{
	uint32_t markers[64];
	size_t i;
	bool marked = layout < FAKE_KALLSYMS_OFFSETS;

	k->num_syms = align(pen);
	put_u32(pen, count);
	k->names = align(pen);
	for (i = 0; i < count; i++) {
		if (!(i & 0xff))
			markers[i >> 8] = (uint32_t)(pen->va - k->names);
		places[i] = (uint32_t)(pen->va - k->names);
		put_name(pen, &symbols[i], layout != FAKE_KALLSYMS_6_0);
	}
	k->names_end = pen->va;
	k->markers = align(pen);
	for (i = 0; marked && i < (count + 255) >> 8; i++)
		put_u32(pen, markers[i]);
	if (layout == FAKE_KALLSYMS_OFFSETS)
		put_offsets(pen, places, count, true, k);
}

/* Not what is there in earnest: nobody reads it. */
static void put_seqs(struct pen *pen, size_t count)
{
	align(pen);
	while (count--)
		put_bytes(pen, "\xff\xff\xff", 3);
}

static void put_tokens(struct pen *pen, struct fake_kallsyms *k)
{
	unsigned int byte, at = 0;
	char one[2];

	k->token_table = align(pen);
	for (byte = 0; byte < 256; byte++)
		put_bytes(pen, token(byte, one), strlen(token(byte, one)) + 1);
	k->token_index = align(pen);
	for (byte = 0; byte < 256; byte++) {
		fake_kernel_write_u16(pen->f, pen->va, (uint16_t)at);
		pen->va += 2;
		at += (unsigned int)strlen(token(byte, one)) + 1;
	}
}

static void put_addresses(struct pen *pen, enum fake_kallsyms_layout layout,
			  const struct fake_symbol *symbols, size_t count,
			  struct fake_kallsyms *k)
{
	uint64_t base = 0;
	size_t i;

	k->addresses = align(pen);
	/* record_relative_base(): the first that is not absolute. */
	for (i = 0; i < count && !base; i++)
		base = symbols[i].type == 'A' ? 0 : symbols[i].va;
	for (i = 0; i < count; i++) {
		uint64_t va = symbols[i].va;

		if (layout == FAKE_KALLSYMS_6_1_PLAIN) {
			put_u32(pen, va);
			put_u32(pen, va >> 32);
		} else if (layout >= FAKE_KALLSYMS_7_3) {
			put_u32(pen, va - pen->va);
		} else if (layout != FAKE_KALLSYMS_6_1_PERCPU) {
			put_u32(pen, va - base);
		} else {
			put_u32(pen,
				symbols[i].type == 'A' ? va : base - va - 1);
		}
	}
	if (layout >= FAKE_KALLSYMS_7_3 || layout == FAKE_KALLSYMS_6_1_PLAIN)
		return;
	k->relative_base = align(pen);
	put_u32(pen, base);
	put_u32(pen, base >> 32);
}

static void put_lines(struct fake_kernel *f, enum fake_kallsyms_layout layout,
		      const struct fake_kallsyms *k)
{
	const struct {
		const char *name;
		uint64_t va;
	} lines[] = {
		{ "names", k->names },
		{ "num_syms", k->num_syms },
		{ "token_table", k->token_table },
		{ "token_index", k->token_index },
		{ layout == FAKE_KALLSYMS_6_1_PLAIN ? "addresses" : "offsets",
		  k->addresses },
		{ "relative_base", k->relative_base },
		{ "names_offsets",
		  layout == FAKE_KALLSYMS_OFFSETS_LINE ? k->names_offsets : 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (lines[i].va)
			fake_kernel_line(f, "SYMBOL(kallsyms_%s)=%llx",
					 lines[i].name,
					 (unsigned long long)lines[i].va);
	}
}

void fake_kallsyms_write(struct fake_kernel *f, uint64_t va,
			 enum fake_kallsyms_layout layout,
			 const struct fake_symbol *symbols, size_t count,
			 struct fake_kallsyms *ret)
{
	struct pen pen = { f, va, layout >= FAKE_KALLSYMS_7_3 ? 4 : 8 };
	static uint32_t places[64 << 8];

	memset(ret, 0, sizeof(*ret));
	if (layout < FAKE_KALLSYMS_6_4)
		put_addresses(&pen, layout, symbols, count, ret);
	put_names(&pen, layout, symbols, count, places, ret);
	if (layout == FAKE_KALLSYMS_6_2)
		put_seqs(&pen, count);
	put_tokens(&pen, ret);
	if (layout >= FAKE_KALLSYMS_6_4) {
		put_addresses(&pen, layout, symbols, count, ret);
		put_seqs(&pen, count);
	}
	if (layout == FAKE_KALLSYMS_OFFSETS_LINE)
		put_offsets(&pen, places, count, false, ret);
	put_lines(f, layout, ret);
}
