// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds a struct page, reads flags, type and refcount, and puts them in words.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "kernel/page.h"
#include "kernel/page_layout.h"
#include "directmap/kernel.h"

#define FLAGS 64

/* ---- The same for all pages --------------------------------------------- */

/*
 * With SPARSEMEM_EXTREME, which arm64 selects, mem_section is an array of
 * pointers to pages full of sections (the line is SYMBOL(mem_section), the
 * array's address).
 */
struct sections {
	uint64_t array, size, bits, roots;
};

/* Read once: right, or why not. */
struct kept {
	bool is_read;
	enum dm_error_code code; /* 0: right */
	char why[DM_ERROR_MESSAGE_MAX];
};

/*
 * Kept with the target. Tables of a damaged dump can make all of RAM special,
 * page by page: looking VMCOREINFO through for each of millions would take
 * minutes.
 */
struct kept_facts {
	struct kept layout_kept, sections_kept, map_kept;
	struct page_layout layout;
	struct sections sections;
	uint64_t map_offset; /* of a section's section_mem_map */
};

static struct dm_error *kept_facts(struct dm_target *target,
				   struct kept_facts **ret)
{
	static const struct target_kind kind = { sizeof(**ret), NULL };
	void *object = NULL;
	struct dm_error *err = dm_target_keep(target, &kind, &object);

	*ret = object;
	return err;
}

/* What came of reading; takes @err. @returns What ends the job. */
static struct dm_error *keep(struct kept *kept, struct dm_error *err)
{
	if (dm_error_is_fatal(err))
		return err;
	kept->is_read = true;
	if (err) {
		kept->code = err->code;
		snprintf(kept->why, sizeof(kept->why), "%s", err->message);
		dm_error_destroy(err);
	}
	return NULL;
}

static struct dm_error *what_was_kept(const struct kept *kept)
{
	return kept->code ? dm_error_create(kept->code, "%s", kept->why) : NULL;
}

static struct dm_error *get_vmcoreinfo(struct dm_target *target,
				       struct dm_vmcoreinfo *info)
{
	struct dm_source *source = dm_target_source(target);

	return source->ops->vmcoreinfo(source, &info->text, &info->size);
}

static struct dm_error *read_layout(struct dm_target *target,
				    struct page_layout *layout)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err = get_vmcoreinfo(target, &info);

	return err ? err : dm_page_layout_read(target, &info, layout);
}

static struct dm_error *get_layout(struct dm_target *target,
				   const struct page_layout **ret)
{
	struct kept_facts *f;
	struct dm_error *err = kept_facts(target, &f);

	if (!err && !f->layout_kept.is_read)
		err = keep(&f->layout_kept, read_layout(target, &f->layout));
	if (err)
		return err;
	*ret = &f->layout;
	return what_was_kept(&f->layout_kept);
}

static struct dm_error *read_sections(struct dm_target *target,
				      struct sections *s)
{
	uint64_t page = dm_target_kernel(target)->page_size;
	struct dm_vmcoreinfo info;
	struct dm_error *err = get_vmcoreinfo(target, &info);

	if (!err)
		err = dm_vmcoreinfo_number(&info, "SYMBOL(mem_section)", 16,
					   &s->array);
	if (!err)
		err = dm_page_number(&info, "SIZE(mem_section)", page,
				     &s->size);
	if (!err)
		err = dm_page_number(&info, "NUMBER(SECTION_SIZE_BITS)",
				     DM_PA_BITS - 1, &s->bits);
	if (!err)
		err = dm_page_number(&info, "LENGTH(mem_section)", UINT32_MAX,
				     &s->roots);
	return err;
}

static struct dm_error *get_sections(struct dm_target *target,
				     const struct sections **ret)
{
	struct kept_facts *f;
	struct dm_error *err = kept_facts(target, &f);

	if (!err && !f->sections_kept.is_read)
		err = keep(&f->sections_kept,
			   read_sections(target, &f->sections));
	if (err)
		return err;
	*ret = &f->sections;
	return what_was_kept(&f->sections_kept);
}

static struct dm_error *read_map_offset(struct dm_target *target,
					uint64_t *offset)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err = get_vmcoreinfo(target, &info);

	return err ? err
		   : dm_page_number(&info,
				    "OFFSET(mem_section.section_mem_map)",
				    dm_target_kernel(target)->page_size,
				    offset);
}

static struct dm_error *get_map_offset(struct dm_target *target,
				       uint64_t *offset)
{
	struct kept_facts *f;
	struct dm_error *err = kept_facts(target, &f);

	if (!err && !f->map_kept.is_read)
		err = keep(&f->map_kept,
			   read_map_offset(target, &f->map_offset));
	if (err)
		return err;
	*offset = f->map_offset;
	return what_was_kept(&f->map_kept);
}

/* ---- Where it is -------------------------------------------------------- */

static struct dm_error *no_section(uint64_t pa)
{
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "PA 0x%llx has no memory section",
			       (unsigned long long)pa);
}

static struct dm_error *find_section(struct dm_target *target,
				     const struct sections *s, uint64_t pa,
				     uint64_t *section)
{
	uint64_t page = dm_target_kernel(target)->page_size, root = 0;
	uint64_t per_root = s->size ? page / s->size : 0, nr = pa >> s->bits;
	struct dm_error *err = NULL;

	if (per_root && nr / per_root < s->roots)
		err = dm_kva_read_u64(dm_target_kva(target),
				      s->array + nr / per_root * 8, &root);
	if (!err && !root)
		err = no_section(pa);
	if (!err)
		*section = root + nr % per_root * s->size;
	return err;
}

struct dm_error *dm_page_section(struct dm_target *target, uint64_t pa,
				 uint64_t *section)
{
	const struct sections *s;
	struct dm_error *err = get_sections(target, &s);

	return err ? err : find_section(target, s, pa, section);
}

/*
 * For kernels whose VMCOREINFO has no vmemmap: a section's section_mem_map is
 * the address that struct page 0 would have, with flags in the low bits
 * (include/linux/mmzone.h, __section_mem_map_addr()).
 */
static struct dm_error *section_map(struct dm_target *target, uint64_t pa,
				    uint64_t *map)
{
	const struct sections *s;
	uint64_t section, offset;
	struct dm_error *err = get_map_offset(target, &offset);

	*map = 0;
	if (!err)
		err = get_sections(target, &s);
	if (!err)
		err = find_section(target, s, pa, &section);
	if (!err)
		err = dm_kva_read_u64(dm_target_kva(target), section + offset,
				      map);
	if (!err && !*map)
		err = no_section(pa);
	*map &= ~UINT64_C(0xfff);
	return err;
}

/* ---- What it says ------------------------------------------------------- */

static uint64_t get64(const unsigned char *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return le64toh(value);
}

static uint32_t get32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return le32toh(value);
}

struct dm_error *dm_page_state_page(struct dm_target *target, uint64_t pa,
				    uint64_t *va)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	struct kept_facts *f;
	struct dm_error *err = kept_facts(target, &f);
	const struct page_layout *l;
	uint64_t start;

	*va = 0;
	if (err || !f->layout_kept.is_read || f->layout_kept.code ||
	    !f->layout.has_map)
		return err;
	l = &f->layout;
	start = l->map + (pa >> k->page_shift) * l->size;
	if ((start & (k->page_size - 1)) + l->size <= k->page_size)
		*va = start & ~((uint64_t)k->page_size - 1);
	return NULL;
}

struct dm_error *dm_page_state_read(struct dm_target *target, uint64_t pa,
				    struct page_state *page)
{
	unsigned char bytes[PAGE_STRUCT_MAX] = { 0 };
	uint64_t pfn = pa >> dm_target_kernel(target)->page_shift, map;
	const struct page_layout *l = NULL;
	struct dm_error *err = get_layout(target, &l);

	memset(page, 0, sizeof(*page));
	if (!err && l->has_map)
		map = l->map;
	else if (!err)
		err = section_map(target, pa, &map);
	if (err)
		return err;
	page->va = map + pfn * l->size;
	err = dm_kva_read(dm_target_kva(target), page->va, bytes,
			  (size_t)l->size, DM_CONTENT_PAGES);
	if (err)
		return err;
	page->flags = get64(bytes + l->flags);
	page->refcount = (int32_t)get32(bytes + l->refcount);
	page->type = get32(bytes + l->mapcount);
	page->mapping = get64(bytes + l->mapping);
	/* Bit 0 tells a tail page (page-flags.h, PageTail()). */
	if (get64(bytes + l->head) & 1)
		page->head = get64(bytes + l->head) - 1;
	return NULL;
}

/* ---- In words ----------------------------------------------------------- */

/* Behind them stand section, node and zone (page-flags-layout.h). */
static struct dm_error *flag_count(struct dm_target *target, int64_t *count)
{
	struct dm_error *err;

	err = dm_types_enumerator(dm_target_types(target), "__NR_PAGEFLAGS",
				  count);
	if (err || *count < 0 || *count > FLAGS)
		*count = 0;
	return dm_error_forgive(err);
}

struct dm_error *dm_page_flags_text(struct dm_target *target,
				    const struct page_state *page, char *text,
				    size_t size)
{
	int64_t bit, count;
	size_t have = 0;
	struct dm_error *err = flag_count(target, &count);

	snprintf(text, size, count ? "" : "?");
	for (bit = 0; !err && bit < count; bit++) {
		char name[64];

		if (!(page->flags >> bit & 1))
			continue;
		err = dm_types_enumerator_name(dm_target_types(target),
					       "enum pageflags", bit, name,
					       sizeof(name));
		if (err)
			snprintf(name, sizeof(name), "bit%d", (int)bit);
		err = dm_error_forgive(err);
		snprintf(text + have, size - have, "%s%s", have ? "|" : "",
			 strncmp(name, "PG_", 3) == 0 ? name + 3 : name);
		have = strlen(text);
	}
	return err;
}

struct dm_error *dm_page_has_flag(struct dm_target *target,
				  const struct page_state *page,
				  const char *name, bool *has)
{
	struct dm_error *err;
	int64_t bit;

	err = dm_types_enumerator(dm_target_types(target), name, &bit);
	*has = !err && bit >= 0 && bit < FLAGS && page->flags >> bit & 1;
	return dm_error_forgive(err);
}

/*
 * Three ways to note a page's type where its mapcount would be:
 *  - since 6.12 the top byte is one of enum pagetype, PGTY_… (page-flags.h);
 *  - before: a *cleared* bit below PAGE_TYPE_BASE, PG_…; in 6.10 and 6.11 of
 *    enum pagetype (and other bits in each: 6.11 has PG_buddy 0x40000000);
 *  - before 6.10 those were macros: the bits of 6.1 and, where they differ, of
 *    5.10 are named below.
 */
static struct dm_error *type_by_enum(struct dm_target *target, uint32_t type,
				     char *text, size_t size)
{
	struct dm_error *err;
	char name[64];

	err = dm_types_enumerator_name(dm_target_types(target), "enum pagetype",
				       type >> 24, name, sizeof(name));
	if (!err)
		snprintf(text, size, "%s",
			 strncmp(name, "PGTY_", 5) == 0 ? name + 5 : name);
	return dm_error_forgive(err);
}

static struct dm_error *type_by_bit_enum(struct dm_target *target,
					 uint32_t type, char *text, size_t size)
{
	struct dm_error *err = NULL;
	unsigned int bit;
	char name[64];

	for (bit = 0; !err && bit < 31; bit++) {
		if (type >> bit & 1)
			continue;
		err = dm_types_enumerator_name(dm_target_types(target),
					       "enum pagetype",
					       INT64_C(1) << bit, name,
					       sizeof(name));
		if (!err) {
			snprintf(text, size, "%s",
				 strncmp(name, "PG_", 3) == 0 ? name + 3
							      : name);
			return NULL;
		}
		err = dm_error_forgive(err);
	}
	return err;
}

/*
 * 0x200 was PG_kmemcg and table 0x400 while struct page had a mem_cgroup; since
 * that is memcg_data (5.11), table is 0x200. Without types, neither is named.
 */
static struct dm_error *type_by_cleared_bit(struct dm_target *target,
					    uint32_t type, char *text,
					    size_t size)
{
	struct types *types = dm_target_types(target);
	bool memcg_data, mem_cgroup = false;
	uint32_t cleared = ~type, table;
	struct dm_error *err;

	err = dm_types_has(types, "struct page", "memcg_data", &memcg_data);
	if (!err && !memcg_data)
		err = dm_types_has(types, "struct page", "mem_cgroup",
				   &mem_cgroup);
	if (err)
		return err;
	table = memcg_data ? 0x200 : mem_cgroup ? 0x400 : 0;
	if (cleared & 0x80)
		snprintf(text, size, "buddy");
	else if (cleared & 0x100)
		snprintf(text, size, "offline");
	else if (cleared & table)
		snprintf(text, size, "table");
	return NULL;
}

struct dm_error *dm_page_type_text(struct dm_target *target,
				   const struct page_state *page, char *text,
				   size_t size)
{
	struct types *types = dm_target_types(target);
	int64_t value;
	struct dm_error *err;

	*text = '\0';
	/* A mapcount: -1 for none, from 0 on if mapped. */
	if (page->type == UINT32_MAX || !(page->type >> 31))
		return NULL;
	err = dm_types_enumerator(types, "PGTY_buddy", &value);
	if (!err)
		return type_by_enum(target, page->type, text, size);
	err = dm_error_forgive(err);
	if (err)
		return err;
	err = dm_types_enumerator(types, "PG_buddy", &value);
	if (!err)
		return type_by_bit_enum(target, page->type, text, size);
	err = dm_error_forgive(err);
	if (!err && (page->type & 0xf0000000) == 0xf0000000)
		err = type_by_cleared_bit(target, page->type, text, size);
	return err;
}
