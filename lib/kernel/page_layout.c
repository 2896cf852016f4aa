// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads how struct page is laid out: from VMCOREINFO, else from types. */
#include <endian.h>
#include <string.h>

#include "kernel/page_layout.h"
#include "util/error.h"

#define SZ_1G (UINT64_C(1) << 30)
#define SZ_2M (UINT64_C(1) << 21)

/* STRUCT_PAGE_MAX_SHIFT of a struct page of 64 bytes (include/linux/mm_types.h). */
#define STRUCT_PAGE_SHIFT 6

/* ---- As VMCOREINFO has it ----------------------------------------------- */

struct dm_error *dm_page_number(const struct dm_vmcoreinfo *info,
				const char *key, uint64_t max, uint64_t *value)
{
	struct dm_error *err;

	err = dm_vmcoreinfo_number(info, key, 10, value);
	if (!err && *value > max)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"VMCOREINFO %s is %llu, which cannot be: the dump is damaged",
			key, (unsigned long long)*value);
	return err;
}

/* A member of @bytes lies within the struct. */
static struct dm_error *member(const struct dm_vmcoreinfo *info,
			       const char *key, const struct page_layout *l,
			       size_t bytes, uint64_t *offset)
{
	return dm_page_number(info, key, l->size - bytes, offset);
}

/* compound_info was called compound_head before 7.0. */
static struct dm_error *by_vmcoreinfo(const struct dm_vmcoreinfo *info,
				      struct page_layout *l)
{
	const char *head = dm_vmcoreinfo_has(info, "OFFSET(page.compound_head)")
				   ? "OFFSET(page.compound_head)"
				   : "OFFSET(page.compound_info)";
	struct dm_error *err;

	err = dm_page_number(info, "SIZE(page)", PAGE_STRUCT_MAX, &l->size);
	if (!err && l->size < PAGE_STRUCT_MIN)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"VMCOREINFO SIZE(page) is %llu, which cannot be: the dump is damaged",
			(unsigned long long)l->size);
	if (!err)
		err = member(info, "OFFSET(page.flags)", l, 8, &l->flags);
	if (!err)
		err = member(info, "OFFSET(page._refcount)", l, 4,
			     &l->refcount);
	if (!err)
		err = member(info, "OFFSET(page._mapcount)", l, 4,
			     &l->mapcount);
	if (!err)
		err = member(info, "OFFSET(page.mapping)", l, 8, &l->mapping);
	if (!err)
		err = member(info, head, l, 8, &l->head);
	l->has_map = dm_vmcoreinfo_has(info, "SYMBOL(vmemmap)");
	if (!err && l->has_map)
		err = dm_vmcoreinfo_number(info, "SYMBOL(vmemmap)", 16,
					   &l->map);
	return err;
}

/* ---- As the kernel's types have it -------------------------------------- */

static struct dm_error *by_types(struct dm_target *target,
				 struct page_layout *l)
{
	const struct target_offset members[] = {
		{ "flags", &l->flags },
		{ "_refcount", &l->refcount },
		{ "_mapcount", &l->mapcount },
		{ "mapping", &l->mapping },
		{ NULL, NULL },
	};
	struct types *types = dm_target_types(target);
	struct dm_error *err;
	bool is_head;
	size_t i;

	err = dm_types_size(types, "struct page", &l->size);
	if (!err)
		err = dm_target_offsets(target, "struct page", members);
	if (!err)
		err = dm_types_has(types, "struct page", "compound_head",
				   &is_head);
	if (!err)
		err = dm_types_offset(
			types, "struct page",
			is_head ? "compound_head" : "compound_info", &l->head);
	if (err)
		return err;
	if (l->size < PAGE_STRUCT_MIN || l->size > PAGE_STRUCT_MAX ||
	    l->head > l->size - 8)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"struct page of these types cannot be the kernel's");
	for (i = 0; members[i].path; i++) {
		/* Counts are of four bytes. */
		size_t bytes = *members[i].path == '_' ? 4 : 8;

		if (*members[i].offset > l->size - bytes)
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"page.%s of these types cannot be the kernel's",
				members[i].path);
	}
	return NULL;
}

/*
 * VMEMMAP_START (asm/memory.h) as it was since 6.9, since 5.11 and since 5.4.
 */
static size_t starts(const struct dm_kernel *k, uint64_t size,
		     uint64_t start[3])
{
	uint64_t range =
		k->linear_end - (0 - (UINT64_C(1) << k->va_bits_configured));
	uint32_t shift = k->page_shift - STRUCT_PAGE_SHIFT;

	start[0] = -SZ_1G - (range >> k->page_shift) * size;
	start[1] = 0 - (UINT64_C(1) << (k->va_bits_configured - shift));
	start[2] = 0 - (range >> shift) - SZ_2M;
	return 3;
}

static uint32_t get32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return le32toh(value);
}

/*
 * Whether the struct page of swapper_pg_dir is there: reserved at boot, never
 * mapped by a process, of no file.
 */
static struct dm_error *is_map(struct dm_target *target,
			       const struct page_layout *l, uint64_t map,
			       int64_t reserved, bool *is)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	unsigned char bytes[PAGE_STRUCT_MAX];
	uint64_t flags, mapping;
	struct dm_error *err;

	err = dm_kva_read(dm_target_kva(target),
			  map + (k->pgd >> k->page_shift) * l->size, bytes,
			  (size_t)l->size, DM_CONTENT_PAGES);
	*is = false;
	if (err)
		return dm_error_forgive(err);
	memcpy(&flags, bytes + l->flags, sizeof(flags));
	memcpy(&mapping, bytes + l->mapping, sizeof(mapping));
	*is = get32(bytes + l->refcount) == 1 &&
	      get32(bytes + l->mapcount) == UINT32_MAX && !mapping &&
	      le64toh(flags) >> reserved & 1;
	return NULL;
}

static struct dm_error *find_map(struct dm_target *target,
				 struct page_layout *l)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	/* Pages between PA 0 and what VMEMMAP_START stands for. */
	int64_t first = (int64_t)k->phys_offset >> k->page_shift, reserved;
	uint64_t start[3];
	struct dm_error *err;
	size_t i, count;
	bool is;

	err = dm_types_enumerator(dm_target_types(target), "PG_reserved",
				  &reserved);
	if (!err && (reserved < 0 || reserved > 63))
		err = dm_error_create(DM_ERROR_UNSUPPORTED,
				      "PG_reserved is no bit of page.flags");
	count = starts(k, l->size, start);
	for (i = 0; !err && !l->has_map && i < count; i++) {
		uint64_t map = start[i] - (uint64_t)first * l->size;

		err = is_map(target, l, map, reserved, &is);
		if (!err && is) {
			l->has_map = true;
			l->map = map;
		}
	}
	if (!err && !l->has_map)
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"VMCOREINFO does not tell where struct pages are, and nowhere that kernels have them is that of swapper_pg_dir");
	return err;
}

struct dm_error *dm_page_layout_read(struct dm_target *target,
				     const struct dm_vmcoreinfo *info,
				     struct page_layout *layout)
{
	struct dm_error *err, *other;

	memset(layout, 0, sizeof(*layout));
	err = by_vmcoreinfo(info, layout);
	if (!err || dm_vmcoreinfo_has(info, "SIZE(page)"))
		return err;
	other = by_types(target, layout);
	if (dm_error_is_fatal(other))
		return dm_error_either(other, err);
	if (other) {
		dm_error_destroy(other);
		return err;
	}
	dm_error_destroy(err);
	return find_map(target, layout);
}
