// SPDX-License-Identifier: GPL-2.0-or-later
/* The language; README.md has it in words. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "gen_priv.h"

#define ALIGN_DOWN(x, a) ((x) & ~((uint64_t)(a)-1))

struct dm_error *gen_error(const struct gen *g, const char *word,
			   const char *format, ...)
{
	char text[DM_ERROR_MESSAGE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (word)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "line %u: '%s': %s", g->line, word,
				       text);
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "line %u: %s",
			       g->line, text);
}

/* ---- Defaults ---------------------------------------------------------- */

/*
 * What was not told follows from RAM, as with a real kernel: the image 2 MiB
 * into RAM, swapper_pg_dir within it, PHYS_OFFSET (arm64_memblock_init()) RAM's
 * start rounded down, shifted where fewer VA bits are in use than configured.
 */
static void set_addresses(struct gen *g)
{
	uint64_t start = GIB(1), size = 0;
	struct gen_layout at;

	if (g->ram.count) {
		start = g->ram.list[0].start;
		size = g->ram.list[0].end - start;
	}
	if (!g->load)
		g->load = start + MIB(2);
	if (!g->has_phys_offset)
		g->phys_offset = ALIGN_DOWN(start, GIB(1)) -
				 (gen_page_offset(g->va_actual) -
				  gen_page_offset(g->va_configured));
	if (!g->has_swapper)
		g->swapper = ALIGN_DOWN(start + (size > 0x4000000 ? 0x226b000
								  : size / 2),
					gen_page_size(g));
	gen_kernel_layout(g, &at);
	if (!g->has_kimage_voffset)
		g->kimage_voffset = at.modules_end + g->kaslr - g->load;
	if (!g->pool_told)
		g->pool = ALIGN_DOWN(g->swapper, KIB(64)) + KIB(64);
}

/* From here on the geometry stays as it is. */
static struct dm_error *freeze(struct gen *g)
{
	uint8_t *data;

	if (g->frozen)
		return NULL;
	g->frozen = true;
	gen_ranges_normalize(&g->ram);
	if (g->va_actual > g->va_configured ||
	    g->va_configured <= g->page_shift || g->va_configured > 52)
		return gen_error(g, NULL, "no kernel has these VA bits: %u/%u",
				 g->va_configured, g->va_actual);
	/* TCR_EL1.DS; 64K pages have their own way to 52 bits. */
	if (!g->lpa2_told)
		g->lpa2 = g->page_shift < 16 && g->va_actual == 52;
	set_addresses(g);
	return gen_store_data(g, g->swapper, &data);
}

/* ---- Numbers ----------------------------------------------------------- */

static int unit_shift(char unit)
{
	static const char units[] = "KMGTP";
	const char *at =
		unit ? strchr(units, toupper((unsigned char)unit)) : NULL;

	return at ? 10 * ((int)(at - units) + 1) : 0;
}

/* 4096, 0x4000_0000, 64k, 1G; *end is set behind it. */
static bool parse_literal(const char *s, const char **end, uint64_t *value)
{
	int base = 10, shift;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (!(base == 16 ? isxdigit((unsigned char)*s)
			 : isdigit((unsigned char)*s)))
		return false;
	for (*value = 0;; s++) {
		if (*s == '_')
			continue;
		if (isdigit((unsigned char)*s))
			*value = *value * base + (uint64_t)(*s - '0');
		else if (base == 16 && isxdigit((unsigned char)*s))
			*value = *value * 16 +
				 (uint64_t)(tolower((unsigned char)*s) - 'a' +
					    10);
		else
			break;
	}
	shift = unit_shift(*s);
	*value <<= shift;
	*end = shift ? s + 1 : s;
	return true;
}

static bool parse_name(const struct gen *g, const char *s, const char **end,
		       uint64_t *value)
{
	const struct {
		const char *name;
		uint64_t value;
	} names[] = {
		{ "lm", gen_page_offset(g->va_actual) },
		{ "page_offset", gen_page_offset(g->va_configured) },
		{ "ram", g->ram.count ? g->ram.list[0].start : 0 },
		{ "swapper", g->swapper },
		{ "phys_offset", g->phys_offset },
		{ "page", gen_page_size(g) },
		{ "load", g->load },
		{ "image", g->load + g->kimage_voffset },
	};
	size_t i, n;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		n = strlen(names[i].name);
		if (strncmp(s, names[i].name, n) ||
		    isalnum((unsigned char)s[n]) || s[n] == '_')
			continue;
		*value = names[i].value;
		*end = s + n;
		return true;
	}
	return false;
}

/* Literals and names, with + and - between them. */
static struct dm_error *number(const struct gen *g, const char *word,
			       uint64_t *value)
{
	const char *s = word;
	bool minus = false;
	uint64_t term;

	for (*value = 0;;) {
		if (!parse_literal(s, &s, &term) &&
		    !parse_name(g, s, &s, &term))
			return gen_error(g, word, "not a number");
		*value += minus ? -term : term;
		if (!*s)
			return NULL;
		if (*s != '+' && *s != '-')
			return gen_error(g, word, "not a number");
		minus = *s++ == '-';
	}
}

/* What follows "KEY=", or NULL. */
static const char *value_of(const char *word, const char *key)
{
	size_t n = strlen(key);

	return !strncmp(word, key, n) && word[n] == '=' ? word + n + 1 : NULL;
}

/* VA, or pa=PA for its place in the linear map. */
static struct dm_error *where(const struct gen *g, const char *word,
			      uint64_t *va)
{
	const char *pa = value_of(word, "pa");
	struct dm_error *err = number(g, pa ? pa : word, va);

	if (!err && pa)
		*va = gen_linear_va(g, *va);
	return err;
}

static struct dm_error *parse_level(const struct gen *g, const char *word,
				    int *level)
{
	static const char *const names[] = { "p4d", "pud", "pmd", "pte" };
	int i;

	if (!strcmp(word, "pgd") || !strcmp(word, "top")) {
		*level = gen_top_level(g);
		return NULL;
	}
	if (!strcmp(word, "-1")) {
		*level = -1;
		return NULL;
	}
	for (i = 0; i < 4; i++) {
		if (!strcmp(word, names[i]) ||
		    (word[0] == '0' + i && !word[1])) {
			*level = i;
			return NULL;
		}
	}
	return gen_error(g, word,
			 "not a level (-1 to 3, pgd, p4d, pud, pmd, "
			 "pte)");
}

static struct dm_error *set_string(char **string, const char *value)
{
	free(*string);
	*string = strdup(value);
	return *string ? NULL : dm_error_no_memory();
}

/* ---- kernel, ram and other facts --------------------------------------- */

static struct dm_error *kernel_page(struct gen *g, const char *word,
				    const char *value)
{
	uint64_t size;
	struct dm_error *err = number(g, value, &size);

	if (err)
		return err;
	if (size == KIB(4))
		g->page_shift = 12;
	else if (size == KIB(16))
		g->page_shift = 14;
	else if (size == KIB(64))
		g->page_shift = 16;
	else
		return gen_error(g, word, "pages are 4K, 16K or 64K");
	return NULL;
}

/* CONFIGURED or CONFIGURED/ACTUAL */
static struct dm_error *kernel_va(struct gen *g, const char *word,
				  const char *value)
{
	char *end;

	g->va_configured = (unsigned int)strtoul(value, &end, 10);
	g->va_actual = g->va_configured;
	if (*end == '/')
		g->va_actual = (unsigned int)strtoul(end + 1, &end, 10);
	if (*end || g->va_configured < 16 || g->va_configured > 52 ||
	    g->va_actual < 16)
		return gen_error(g, word, "not VA bits, as in 48 or 52/48");
	return NULL;
}

static struct dm_error *kernel_number(struct gen *g, const char *word,
				      bool *known)
{
	const struct {
		const char *key;
		uint64_t *value;
		bool *told;
	} keys[] = {
		{ "phys_offset", &g->phys_offset, &g->has_phys_offset },
		{ "swapper", &g->swapper, &g->has_swapper },
		{ "kimage_voffset", &g->kimage_voffset,
		  &g->has_kimage_voffset },
		{ "kaslr", &g->kaslr, NULL },
		{ "load", &g->load, NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = value_of(word, keys[i].key);

		if (!value)
			continue;
		*known = true;
		if (keys[i].told)
			*keys[i].told = true;
		return number(g, value, keys[i].value);
	}
	*known = false;
	return NULL;
}

static struct dm_error *kernel_word(struct gen *g, const char *word)
{
	struct dm_error *err;
	const char *value;
	bool known;

	if ((value = value_of(word, "page")))
		return kernel_page(g, word, value);
	if ((value = value_of(word, "va")))
		return kernel_va(g, word, value);
	if ((value = value_of(word, "release")))
		return set_string(&g->release, value);
	if ((value = value_of(word, "nodename")))
		return set_string(&g->nodename, value);
	if ((value = value_of(word, "version")))
		return set_string(&g->version, value);
	if (!strcmp(word, "lpa2") || !strcmp(word, "nolpa2")) {
		g->lpa2 = word[0] == 'l';
		g->lpa2_told = true;
		return NULL;
	}
	err = kernel_number(g, word, &known);
	if (!err && !known)
		err = gen_error(g, word, "not known of a kernel");
	return err;
}

static struct dm_error *do_kernel(struct gen *g, char **words, int n)
{
	struct dm_error *err = NULL;
	int i;

	if (g->frozen)
		return gen_error(g, words[0],
				 "comes before what depends on it");
	for (i = 1; !err && i < n; i++)
		err = kernel_word(g, words[i]);
	return err;
}

/* START-END or START+SIZE */
static struct dm_error *do_ram(struct gen *g, char **words, int n)
{
	int i;

	for (i = 1; i < n; i++) {
		const char *rest;
		uint64_t start, end;
		struct dm_error *err;

		if (!parse_literal(words[i], &rest, &start) ||
		    (*rest != '-' && *rest != '+'))
			return gen_error(g, words[i],
					 "not START-END or START+SIZE");
		err = number(g, rest + 1, &end);
		if (err)
			return err;
		if (*rest == '+')
			end += start;
		if (end <= start || (start | end) & 4095)
			return gen_error(g, words[i],
					 "not a range of whole pages");
		err = gen_ranges_add(&g->ram, start, end);
		if (err)
			return err;
	}
	/* Not yet merged: the first word stays the first range. */
	if (g->frozen)
		gen_ranges_normalize(&g->ram);
	return NULL;
}

static struct dm_error *do_fill(struct gen *g, char **words, int n)
{
	(void)n;
	if (strcmp(words[1], "zero"))
		return gen_error(g, words[1], "only zero is known");
	g->fill = true;
	return NULL;
}

static struct dm_error *do_machine(struct gen *g, char **words, int n)
{
	(void)n;
	return set_string(&g->machine, words[1]);
}

static struct dm_error *do_cpus(struct gen *g, char **words, int n)
{
	uint64_t count;
	struct dm_error *err = number(g, words[1], &count);

	(void)n;
	if (!err && count > 4096)
		err = gen_error(g, words[1], "too many");
	g->cpus = (unsigned int)count;
	return err;
}

static struct dm_error *do_incomplete(struct gen *g, char **words, int n)
{
	(void)words;
	(void)n;
	g->format.incomplete = true;
	return NULL;
}

static struct dm_error *do_truncate(struct gen *g, char **words, int n)
{
	size_t last = strlen(words[1]) - 1;

	(void)n;
	g->has_truncate = true;
	g->truncate_percent = words[1][last] == '%';
	if (g->truncate_percent)
		words[1][last] = '\0';
	return number(g, words[1], &g->truncate);
}

static struct dm_error *add_edit(struct gen *g, struct gen_info_edit *edit,
				 const char *key, const char *value)
{
	struct gen_info_edit *edits;

	edits = realloc(g->edits, (g->edit_count + 1) * sizeof(*edits));
	if (!edits)
		return dm_error_no_memory();
	g->edits = edits;
	edit->line = g->line;
	edit->key = strdup(key);
	edit->value = strdup(value);
	g->edits[g->edit_count++] = *edit;
	if (!edit->key || !edit->value)
		return dm_error_no_memory();
	return NULL;
}

static struct dm_error *do_vmcoreinfo(struct gen *g, char **words, int n)
{
	struct gen_info_edit edit = { .what = GEN_INFO_SET };
	struct dm_error *err;
	char *equals;

	(void)n;
	if (!strcmp(words[1], "set")) {
		equals = strchr(words[2], '=');
		if (!equals)
			return gen_error(g, words[2], "not KEY=VALUE");
		*equals = '\0';
		return add_edit(g, &edit, words[2], equals + 1);
	}
	if (!strcmp(words[1], "drop")) {
		edit.what = GEN_INFO_DROP;
		return add_edit(g, &edit, words[2], "");
	}
	if (!strcmp(words[1], "cut")) {
		edit.what = GEN_INFO_CUT;
		err = number(g, words[2], &edit.number);
		return err ? err : add_edit(g, &edit, "", "");
	}
	return gen_error(g, words[1], "not set, drop or cut");
}

/* vmcoreinfo-page PA [note] */
static struct dm_error *do_vmcoreinfo_page(struct gen *g, char **words, int n)
{
	struct dm_error *err;
	uint64_t pa;

	if (n > 2 && strcmp(words[2], "note"))
		return gen_error(g, words[2], "not note");
	err = number(g, words[1], &pa);
	return err ? err : gen_vmcoreinfo_page(g, pa, n > 2);
}

static struct dm_error *do_no_vmcoreinfo(struct gen *g, char **words, int n)
{
	(void)words;
	(void)n;
	g->no_vmcoreinfo = true;
	return NULL;
}

static struct dm_error *do_second_vmcoreinfo(struct gen *g, char **words, int n)
{
	(void)words;
	(void)n;
	g->second_vmcoreinfo = true;
	g->first_edits = g->edit_count;
	return NULL;
}

/* poke OFFSET SIZE = VALUE */
static struct dm_error *do_poke(struct gen *g, char **words, int n)
{
	struct gen_poke poke, *pokes;
	struct dm_error *err;
	uint64_t size;

	(void)n;
	if (strcmp(words[3], "="))
		return gen_error(g, words[3], "not '='");
	err = number(g, words[1], &poke.offset);
	if (!err)
		err = number(g, words[2], &size);
	if (!err)
		err = number(g, words[4], &poke.value);
	if (err)
		return err;
	if (!size || size > 8)
		return gen_error(g, words[2], "not 1 to 8 bytes");
	poke.size = (unsigned int)size;
	pokes = realloc(g->pokes, (g->poke_count + 1) * sizeof(*pokes));
	if (!pokes)
		return dm_error_no_memory();
	g->pokes = pokes;
	g->pokes[g->poke_count++] = poke;
	return NULL;
}

/* ---- format ------------------------------------------------------------ */

static bool format_flag(struct gen_format *f, const char *word)
{
	static const char *const packings[] = { "none", "zlib", "lzo", "snappy",
						"zstd" };
	size_t i;

	for (i = 0; i < 5; i++) {
		if (!strcmp(word, packings[i])) {
			f->packing = (enum gen_packing)i;
			return true;
		}
	}
	if (!strcmp(word, "elf"))
		f->file = GEN_ELF;
	else if (!strcmp(word, "kdump"))
		f->file = GEN_KDUMP;
	else if (!strcmp(word, "raw"))
		f->file = GEN_RAW;
	else if (!strcmp(word, "lime"))
		f->file = GEN_LIME;
	else if (!strcmp(word, "avml"))
		f->file = GEN_AVML;
	else if (!strcmp(word, "flattened"))
		f->flattened = true;
	else if (!strcmp(word, "overlap"))
		f->overlap = true;
	else if (!strcmp(word, "kcore"))
		f->kcore = true;
	else if (!strcmp(word, "tight"))
		f->tight = true;
	else if (!strcmp(word, "qemu")) {
		f->qemu = true;
		f->block = KIB(64);
		f->level = 1;
	} else if (!strcmp(word, "reverse"))
		f->reverse = true;
	else if (!strcmp(word, "vaddr=zero"))
		f->vaddr = GEN_VADDR_ZERO;
	else if (!strcmp(word, "vaddr=paddr"))
		f->vaddr = GEN_VADDR_PADDR;
	else
		return false;
	return true;
}

static bool is_page_size(uint64_t n)
{
	return n >= KIB(4) && n <= KIB(64) && !(n & (n - 1));
}

static struct dm_error *format_number(struct gen *g, const char *word)
{
	struct gen_format *f = &g->format;
	const char *equals = strchr(word, '=');
	struct dm_error *err;
	uint64_t n;

	if (!equals)
		return gen_error(g, word, "not known of a format");
	err = number(g, equals + 1, &n);
	if (err)
		return err;
	if (value_of(word, "block") && is_page_size(n))
		f->block = (uint32_t)n;
	else if (value_of(word, "level"))
		f->level = (int)n;
	else if (value_of(word, "max_mapnr"))
		f->max_mapnr = n;
	else if (value_of(word, "split") && n > 0 && n <= 1000)
		f->split = (unsigned int)n;
	else if (value_of(word, "piece") && n > 0 && n <= GIB(1))
		f->piece = n;
	else if (value_of(word, "lose") && n > 0)
		f->lose = n;
	else if (value_of(word, "chunk") && n > 0 && !(n & 4095))
		f->chunk = n;
	else if (value_of(word, "filesz-short"))
		f->filesz_short = n;
	else if (value_of(word, "phoff") && n >= 64 && n <= MIB(1))
		f->phoff = n;
	else if (value_of(word, "shuffle"))
		f->shuffle_seed = n;
	else
		return gen_error(g, word, "not known of a format");
	f->shuffle |= !!value_of(word, "shuffle");
	return NULL;
}

static struct dm_error *do_format(struct gen *g, char **words, int n)
{
	struct dm_error *err = NULL;
	int i;

	for (i = 1; !err && i < n; i++) {
		if (!format_flag(&g->format, words[i]))
			err = format_number(g, words[i]);
	}
	return err;
}

/* ---- map, protect, split ----------------------------------------------- */

static struct dm_error *parse_leaf(const struct gen *g, const char *word,
				   const struct gen_leaf **leaf)
{
	uint64_t size;
	struct dm_error *err;

	*leaf = gen_leaf_by_name(word);
	if (*leaf)
		return NULL;
	err = number(g, word, &size);
	if (!err)
		*leaf = gen_leaf_by_size(g, size);
	if (!err && !*leaf)
		err = gen_error(g, word, "no leaf has this size");
	if (err) {
		dm_error_destroy(err);
		return gen_error(g, word,
				 "not a leaf (a size, or pte, "
				 "cont_pte, pmd, cont_pmd, pud, p4d)");
	}
	return NULL;
}

struct map_words {
	struct gen_attr attr;
	uint64_t pa, base, max;
	bool unaligned;
};

static struct dm_error *map_word(const struct gen *g, const char *word,
				 struct map_words *m)
{
	struct dm_error *err;
	const char *value;
	uint64_t bits;

	if (gen_attr_word(word, &m->attr))
		return NULL;
	if (!strcmp(word, "unaligned")) {
		m->unaligned = true;
		return NULL;
	}
	if ((value = value_of(word, "pa")))
		return number(g, value, &m->pa);
	if ((value = value_of(word, "max")))
		return number(g, value, &m->max);
	if ((value = value_of(word, "attr")))
		return number(g, value, &m->base);
	value = value_of(word, "set");
	if (!value)
		value = value_of(word, "unset");
	if (!value)
		return gen_error(g, word, "not known of a mapping");
	err = number(g, value, &bits);
	if (word[0] == 's')
		m->attr.set |= bits;
	else
		m->attr.clear |= bits;
	return err;
}

static struct dm_error *map_auto(struct gen *g, uint64_t va, uint64_t size,
				 const struct map_words *m, uint64_t attr)
{
	uint64_t pa = m->pa;

	while (size) {
		const struct gen_leaf *leaf =
			gen_leaf_for(g, va, pa, size, m->max);
		struct dm_error *err;
		uint64_t step;

		if (!leaf)
			return gen_error(g, NULL, "not whole pages");
		step = gen_leaf_size(g, leaf);
		err = gen_map(g, va, pa, step, leaf, attr);
		if (err)
			return err;
		va += step;
		pa += step;
		size -= step;
	}
	return NULL;
}

/* map WHERE SIZE LEAF|auto [words] */
static struct dm_error *do_map(struct gen *g, char **words, int n)
{
	const struct gen_leaf *leaf = NULL;
	struct map_words m = { .max = UINT64_MAX };
	bool fit = !strcmp(words[3], "auto");
	struct dm_error *err;
	uint64_t va, size, attr, mask;
	int i;

	m.base = gen_default_attr(g);
	err = where(g, words[1], &va);
	if (!err)
		err = number(g, words[2], &size);
	if (!err && !fit)
		err = parse_leaf(g, words[3], &leaf);
	m.pa = err ? 0 : va - gen_linear_va(g, 0);
	for (i = 4; !err && i < n; i++)
		err = map_word(g, words[i], &m);
	if (err)
		return err;
	attr = (m.base & ~m.attr.clear) | m.attr.set;
	if (fit)
		return map_auto(g, va, size, &m, attr);
	mask = m.unaligned ? 0 : gen_leaf_size(g, leaf) - 1;
	if ((va | m.pa | size) & mask)
		return gen_error(g, words[3],
				 "VA, PA and size are not multiples of it");
	return gen_map(g, va, m.pa, size, leaf, attr);
}

/* protect WHERE SIZE words */
static struct dm_error *do_protect(struct gen *g, char **words, int n)
{
	struct map_words m = { 0 };
	struct dm_error *err;
	uint64_t va, size;
	int i;

	err = where(g, words[1], &va);
	if (!err)
		err = number(g, words[2], &size);
	for (i = 3; !err && i < n; i++)
		err = map_word(g, words[i], &m);
	if (!err && (va | size) & (gen_page_size(g) - 1))
		err = gen_error(g, words[2], "not whole pages");
	return err ? err : gen_protect(g, va, size, &m.attr);
}

/* split WHERE LEAF */
static struct dm_error *do_split(struct gen *g, char **words, int n)
{
	const struct gen_leaf *leaf = NULL;
	struct dm_error *err;
	uint64_t va;

	(void)n;
	err = where(g, words[1], &va);
	if (!err)
		err = parse_leaf(g, words[2], &leaf);
	return err ? err : gen_split(g, va, gen_leaf_size(g, leaf));
}

/* ---- Single entries and tables ----------------------------------------- */

/* LEVEL WHERE */
static struct dm_error *parse_entry(struct gen *g, char **words, bool create,
				    int *level, uint64_t *va, uint8_t **entry)
{
	struct dm_error *err = parse_level(g, words[0], level);

	if (!err)
		err = where(g, words[1], va);
	return err ? err : gen_entry(g, *level, *va, create, entry);
}

/* entry LEVEL WHERE = VALUE */
static struct dm_error *do_entry(struct gen *g, char **words, int n)
{
	struct dm_error *err;
	uint64_t va, value;
	uint8_t *entry;
	int level;

	(void)n;
	if (strcmp(words[3], "="))
		return gen_error(g, words[3], "not '='");
	err = parse_entry(g, words + 1, true, &level, &va, &entry);
	if (!err)
		err = number(g, words[4], &value);
	if (!err)
		gen_put64(entry, value);
	return err;
}

/* set|clear bits LEVEL WHERE MASK */
static struct dm_error *change_bits(struct gen *g, char **words, int n)
{
	struct dm_error *err;
	uint64_t va, mask, desc;
	uint8_t *entry;
	int level;

	if (strcmp(words[1], "bits"))
		return gen_error(g, words[1], "not 'bits'");
	if (n != 5)
		return gen_error(g, words[0], "bits LEVEL WHERE MASK");
	err = parse_entry(g, words + 2, false, &level, &va, &entry);
	if (!err)
		err = number(g, words[4], &mask);
	if (err)
		return err;
	desc = gen_get64(entry);
	gen_put64(entry, words[0][0] == 's' ? desc | mask : desc & ~mask);
	return NULL;
}

/* clear LEVEL WHERE [COUNT] */
static struct dm_error *do_clear(struct gen *g, char **words, int n)
{
	uint64_t va, count = 1;
	struct dm_error *err;
	uint8_t *entry;
	int level;

	if (!strcmp(words[1], "bits"))
		return change_bits(g, words, n);
	err = parse_entry(g, words + 1, false, &level, &va, &entry);
	if (!err && n > 3)
		err = number(g, words[3], &count);
	while (!err && count--) {
		err = gen_entry(g, level, va, false, &entry);
		if (!err)
			gen_put64(entry, 0);
		va += (uint64_t)1 << gen_level_shift(g, level);
	}
	return err;
}

/* alias LEVEL WHERE SOURCE: the same entry as there */
static struct dm_error *do_alias(struct gen *g, char **words, int n)
{
	struct dm_error *err;
	uint8_t *entry, *source;
	uint64_t va;
	int level;

	(void)n;
	err = parse_entry(g, words + 1, true, &level, &va, &entry);
	if (!err)
		err = where(g, words[3], &va);
	if (!err)
		err = gen_entry(g, level, va, false, &source);
	if (!err)
		gen_put64(entry, gen_get64(source));
	return err;
}

/* self LEVEL WHERE: the entry leads to its own table */
static struct dm_error *do_self(struct gen *g, char **words, int n)
{
	struct dm_error *err;
	uint64_t va, pa, desc;
	uint8_t *entry;
	int level;

	(void)n;
	err = parse_entry(g, words + 1, true, &level, &va, &entry);
	if (!err)
		err = gen_table(g, level, va, &pa);
	if (!err)
		err = gen_table_desc(g, pa, &desc);
	if (!err)
		gen_put64(entry, desc);
	return err;
}

static struct dm_error *do_tables(struct gen *g, char **words, int n)
{
	const char *value = value_of(words[1], "bits");

	if (value)
		return number(g, value, &g->table_bits);
	if (!strcmp(words[1], "sequential")) {
		g->scatter = false;
		return NULL;
	}
	if (n != 3)
		return gen_error(g, words[1], "not known of tables");
	if (!strcmp(words[1], "scatter")) {
		g->scatter = true;
		return number(g, words[2], &g->random);
	}
	if (!strcmp(words[1], "at")) {
		g->scatter = false;
		g->pool_told = true;
		return number(g, words[2], &g->pool);
	}
	return gen_error(g, words[1], "not known of tables");
}

/* ---- Pages ------------------------------------------------------------- */

/* table LEVEL WHERE | page PA; *used: how many words that took */
static struct dm_error *which_page(struct gen *g, char **words, int n,
				   uint64_t *pa, int *used)
{
	struct dm_error *err;
	uint64_t va;
	int level;

	*used = 2;
	if (!strcmp(words[0], "page"))
		return number(g, words[1], pa);
	if (strcmp(words[0], "table"))
		return gen_error(g, words[0], "not page or table");
	if (n < 3)
		return gen_error(g, words[0], "table LEVEL WHERE");
	*used = 3;
	err = parse_level(g, words[1], &level);
	if (!err)
		err = where(g, words[2], &va);
	return err ? err : gen_table(g, level, va, pa);
}

/* drop table LEVEL WHERE | drop page PA [COUNT] */
static struct dm_error *do_drop(struct gen *g, char **words, int n)
{
	struct gen_page *page;
	uint64_t pa, count = 1;
	struct dm_error *err;
	int used;

	err = which_page(g, words + 1, n - 1, &pa, &used);
	if (!err && n > 1 + used)
		err = number(g, words[1 + used], &count);
	for (; !err && count--; pa += gen_page_size(g)) {
		err = gen_store_name(g, pa, &page);
		if (!err)
			page->dropped = true;
	}
	return err;
}

/* corrupt table LEVEL WHERE | page PA [how] */
static struct dm_error *do_corrupt(struct gen *g, char **words, int n)
{
	static const char *const hows[] = { "data",  "empty", "cut",
					    "short", "flags", "check" };
	const char *how = "data";
	struct gen_page *page;
	struct dm_error *err;
	uint8_t *data;
	uint64_t pa;
	size_t i;
	int used;

	err = which_page(g, words + 1, n - 1, &pa, &used);
	if (!err)
		err = gen_store_data(g, pa, &data);
	if (err)
		return err;
	if (n > 1 + used)
		how = words[1 + used];
	page = gen_store_find(g, pa);
	for (i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		if (!strcmp(how, hows[i])) {
			page->damage = GEN_DATA + (enum gen_damage)i;
			return NULL;
		}
	}
	return gen_error(g, how, "not data, empty, cut, short, flags or check");
}

static void fill_random(uint8_t *data, size_t size, uint64_t seed)
{
	size_t i;

	for (i = 0; i < size; i += 8)
		gen_put64(data + i, gen_random(&seed));
}

/* page PA zero|byte=N|random=SEED [COUNT] */
static struct dm_error *do_page(struct gen *g, char **words, int n)
{
	const char *byte = value_of(words[2], "byte");
	const char *random = value_of(words[2], "random");
	uint64_t pa, value = 0, count = 1;
	struct dm_error *err;
	uint8_t *data;

	if (!byte && !random && strcmp(words[2], "zero"))
		return gen_error(g, words[2], "not zero, byte=N, random=SEED");
	err = number(g, words[1], &pa);
	if (!err && (byte || random))
		err = number(g, byte ? byte : random, &value);
	if (!err && n > 3)
		err = number(g, words[3], &count);
	for (; !err && count--; pa += gen_page_size(g)) {
		err = gen_store_data(g, pa, &data);
		if (err)
			break;
		if (random)
			fill_random(data, gen_page_size(g), value++);
		else
			memset(data, (int)value, gen_page_size(g));
	}
	return err;
}

/* text PA "…" */
static struct dm_error *do_text(struct gen *g, char **words, int n)
{
	struct dm_error *err;
	const char *s = words[2];
	uint8_t *data;
	uint64_t pa;

	(void)n;
	err = number(g, words[1], &pa);
	for (; !err && *s; s++, pa++) {
		err = gen_store_data(g, pa, &data);
		if (!err)
			data[pa & (gen_page_size(g) - 1)] = (uint8_t)*s;
	}
	return err;
}

/* ---- Lines ------------------------------------------------------------- */

static const struct command {
	const char *name;
	int min, max; /* words, the name included */
	bool geometry; /* needs it to be settled */
	struct dm_error *(*run)(struct gen *g, char **words, int n);
} commands[] = {
	{ "kernel", 1, GEN_MAX_WORDS, false, do_kernel },
	{ "ram", 2, GEN_MAX_WORDS, false, do_ram },
	{ "fill", 2, 2, false, do_fill },
	{ "machine", 2, 2, false, do_machine },
	{ "cpus", 2, 2, false, do_cpus },
	{ "format", 2, GEN_MAX_WORDS, false, do_format },
	{ "incomplete", 1, 1, false, do_incomplete },
	{ "truncate", 2, 2, false, do_truncate },
	{ "poke", 5, 5, false, do_poke },
	{ "vmcoreinfo", 3, 3, false, do_vmcoreinfo },
	{ "no-vmcoreinfo", 1, 1, false, do_no_vmcoreinfo },
	{ "vmcoreinfo-page", 2, 3, true, do_vmcoreinfo_page },
	{ "second-vmcoreinfo", 1, 1, false, do_second_vmcoreinfo },
	{ "tables", 2, 3, true, do_tables },
	{ "map", 4, GEN_MAX_WORDS, true, do_map },
	{ "protect", 4, GEN_MAX_WORDS, true, do_protect },
	{ "split", 3, 3, true, do_split },
	{ "entry", 5, 5, true, do_entry },
	{ "set", 5, 5, true, change_bits },
	{ "clear", 3, 5, true, do_clear },
	{ "alias", 4, 4, true, do_alias },
	{ "self", 3, 3, true, do_self },
	{ "drop", 3, 4, true, do_drop },
	{ "corrupt", 3, 5, true, do_corrupt },
	{ "page", 3, 4, true, do_page },
	{ "text", 3, 3, true, do_text },
};

static struct dm_error *run_words(struct gen *g, char **words, int n)
{
	const struct command *c = commands;
	const struct command *end =
		commands + sizeof(commands) / sizeof(commands[0]);
	struct dm_error *err = NULL;

	while (c < end && strcmp(c->name, words[0]))
		c++;
	if (c == end)
		return gen_error(g, words[0], "no such command");
	if (n < c->min)
		return gen_error(g, words[n - 1], "something is missing");
	if (n > c->max)
		return gen_error(g, words[c->max], "too much");
	if (c->geometry)
		err = freeze(g);
	return err ? err : c->run(g, words, n);
}

/* The next word of the line, cut off in place; NULL: no more. */
static char *next_word(char **line)
{
	char *s = *line, *word;

	while (*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	*line = s;
	if (!*s || *s == '#')
		return NULL;
	if (*s == '"') {
		word = s + 1;
		s = word + strcspn(word, "\"");
	} else {
		word = s;
		s += strcspn(s, " \t\r");
	}
	if (*s)
		*s++ = '\0';
	*line = s;
	return word;
}

static struct dm_error *run_line(struct gen *g, char *line)
{
	char *words[GEN_MAX_WORDS], *word;
	int n = 0;

	while ((word = next_word(&line))) {
		if (n == GEN_MAX_WORDS)
			return gen_error(g, word, "too many words");
		words[n++] = word;
	}
	return n ? run_words(g, words, n) : NULL;
}

static struct dm_error *run_text(struct gen *g, char *text)
{
	struct dm_error *err = NULL;

	while (!err && text) {
		char *line = strsep(&text, "\n");

		g->line++;
		err = run_line(g, line);
	}
	return err ? err : freeze(g);
}

static struct dm_error *begin(struct gen *g, const char *spec)
{
	struct dm_error *err;

	memset(g, 0, sizeof(*g));
	g->page_shift = 12;
	g->va_configured = g->va_actual = 52;
	g->cpus = 2;
	g->kaslr = 0x1cea22000000;
	/* PMD_TYPE_TABLE | PMD_TABLE_AF | PMD_TABLE_PXN | PMD_TABLE_UXN */
	g->table_bits = 0x1800000000000400;
	g->format.packing = GEN_PACK_ZLIB;
	g->text = strdup(spec);
	err = g->text ? NULL : dm_error_no_memory();
	if (!err)
		err = set_string(&g->release, "7.3.4-generated");
	if (!err)
		err = set_string(&g->nodename, "generated");
	if (!err)
		err = set_string(&g->version, "#1 SMP");
	if (!err)
		err = set_string(&g->machine, "aarch64");
	return err;
}

void gen_end(struct gen *g)
{
	size_t i;

	for (i = 0; i < g->edit_count; i++) {
		free(g->edits[i].key);
		free(g->edits[i].value);
	}
	free(g->edits);
	free(g->pokes);
	gen_store_free(&g->store);
	free(g->ram.list);
	free(g->text);
	free(g->release);
	free(g->nodename);
	free(g->version);
	free(g->machine);
}

struct dm_error *gen_begin(struct gen *g, const char *spec)
{
	struct dm_error *err = begin(g, spec);

	return err ? err : run_text(g, g->text);
}

struct dm_error *gen_dump(const char *spec, const char *out_path)
{
	struct dm_error *err;
	struct gen g;

	err = gen_begin(&g, spec);
	if (!err)
		err = gen_write(&g, out_path);
	gen_end(&g);
	return err;
}
