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

/* ---- Where it is -------------------------------------------------------- */

/*
 * With SPARSEMEM_EXTREME, which arm64 selects, mem_section is an array of
 * pointers to pages full of sections (the line is SYMBOL(mem_section), the
 * array's address).
 */
static struct dm_error *find_section(struct dm_target *target,
				     const struct dm_vmcoreinfo *info,
				     uint64_t pa, uint64_t *section)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	uint64_t sections, size, bits, roots, root = 0, nr, per_root;
	struct dm_error *err;

	err = dm_vmcoreinfo_number(info, "SYMBOL(mem_section)", 16, &sections);
	if (!err)
		err = dm_page_number(info, "SIZE(mem_section)", k->page_size,
				     &size);
	if (!err)
		err = dm_page_number(info, "NUMBER(SECTION_SIZE_BITS)",
				     DM_PA_BITS - 1, &bits);
	if (!err)
		err = dm_page_number(info, "LENGTH(mem_section)", UINT32_MAX,
				     &roots);
	if (err)
		return err;
	per_root = size ? k->page_size / size : 0;
	nr = pa >> bits;
	if (per_root && nr / per_root < roots)
		err = dm_kva_read_u64(dm_target_kva(target),
				      sections + nr / per_root * 8, &root);
	if (!err && !root)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "PA 0x%llx has no memory section",
				      (unsigned long long)pa);
	if (!err)
		*section = root + nr % per_root * size;
	return err;
}

struct dm_error *dm_page_section(struct dm_target *target, uint64_t pa,
				 uint64_t *section)
{
	struct dm_source *source = dm_target_source(target);
	struct dm_vmcoreinfo info;
	struct dm_error *err;

	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	return err ? err : find_section(target, &info, pa, section);
}

/*
 * For kernels whose VMCOREINFO has no vmemmap: a section's section_mem_map is
 * the address that struct page 0 would have, with flags in the low bits
 * (include/linux/mmzone.h, __section_mem_map_addr()).
 */
static struct dm_error *section_map(struct dm_target *target,
				    const struct dm_vmcoreinfo *info,
				    uint64_t pa, uint64_t *map)
{
	uint64_t section, offset;
	struct dm_error *err;

	*map = 0;
	err = dm_page_number(info, "OFFSET(mem_section.section_mem_map)",
			     dm_target_kernel(target)->page_size, &offset);
	if (!err)
		err = find_section(target, info, pa, &section);
	if (!err)
		err = dm_kva_read_u64(dm_target_kva(target), section + offset,
				      map);
	if (!err && !*map)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "PA 0x%llx has no memory section",
				      (unsigned long long)pa);
	*map &= ~UINT64_C(0xfff);
	return err;
}

/* ---- What it says ------------------------------------------------------- */

/* Read once, and kept with the target. */
struct kept_layout {
	bool is_read;
	enum dm_error_code code; /* 0: what follows is right; else why not */
	char why[DM_ERROR_MESSAGE_MAX];
	struct page_layout layout;
};

static struct dm_error *kept_layout(struct dm_target *target,
				    struct kept_layout **ret)
{
	static const struct target_kind kind = { sizeof(**ret), NULL };
	void *object = NULL;
	struct dm_error *err = dm_target_keep(target, &kind, &object);

	*ret = object;
	return err;
}

/*
 * Tables of a damaged dump can make all of RAM special, page by page: looking
 * VMCOREINFO through for each of millions would take minutes.
 */
static struct dm_error *get_layout(struct dm_target *target,
				   const struct dm_vmcoreinfo *info,
				   const struct page_layout **ret)
{
	struct kept_layout *l;
	struct dm_error *err = kept_layout(target, &l);

	if (!err && !l->is_read) {
		err = dm_page_layout_read(target, info, &l->layout);
		if (dm_error_is_fatal(err))
			return err;
		l->is_read = true;
		if (err) {
			l->code = err->code;
			snprintf(l->why, sizeof(l->why), "%s", err->message);
			dm_error_destroy(err);
			err = NULL;
		}
	}
	if (err)
		return err;
	*ret = &l->layout;
	return l->code ? dm_error_create(l->code, "%s", l->why) : NULL;
}

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
	struct kept_layout *kept;
	struct dm_error *err = kept_layout(target, &kept);
	const struct page_layout *l;
	uint64_t start;

	*va = 0;
	if (err || !kept->is_read || kept->code || !kept->layout.has_map)
		return err;
	l = &kept->layout;
	start = l->map + (pa >> k->page_shift) * l->size;
	if ((start & (k->page_size - 1)) + l->size <= k->page_size)
		*va = start & ~((uint64_t)k->page_size - 1);
	return NULL;
}

struct dm_error *dm_page_state_read(struct dm_target *target, uint64_t pa,
				    struct page_state *page)
{
	struct dm_source *source = dm_target_source(target);
	unsigned char bytes[PAGE_STRUCT_MAX] = { 0 };
	uint64_t pfn = pa >> dm_target_kernel(target)->page_shift, map;
	struct dm_vmcoreinfo info;
	const struct page_layout *l = NULL;
	struct dm_error *err;

	memset(page, 0, sizeof(*page));
	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (!err)
		err = get_layout(target, &info, &l);
	if (!err && l->has_map)
		map = l->map;
	else if (!err)
		err = section_map(target, &info, pa, &map);
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
