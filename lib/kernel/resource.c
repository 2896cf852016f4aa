// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * struct resource by the members that types tell of: one in place, crashk_res,
 * and the array standard_resources.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel_symbols.h"
#include "kernel/memblock.h"
#include "kernel/resource.h"
#include "util/error.h"

#define SIZE_MIN      24
#define SIZE_MAX_SANE 4096

static const char type[] = "struct resource";

/* ---- One ---------------------------------------------------------------- */

struct dm_error *dm_resource_layout(struct dm_target *target,
				    struct resource_layout *layout)
{
	const struct target_offset offsets[] = {
		{ "start", &layout->start },
		{ "end", &layout->last },
		{ "flags", &layout->flags },
		{ "parent", &layout->parent },
		{ "sibling", &layout->sibling },
		{ "child", &layout->child },
		{ NULL, NULL },
	};

	return dm_target_offsets(target, type, offsets);
}

struct dm_error *dm_resource_read(struct dm_target *target,
				  const struct resource_layout *layout,
				  uint64_t va, struct resource *resource)
{
	const struct {
		uint64_t at, *value;
	} fields[] = {
		{ layout->start, &resource->start },
		{ layout->last, &resource->last },
		{ layout->flags, &resource->flags },
		{ layout->parent, &resource->parent },
		{ layout->sibling, &resource->sibling },
		{ layout->child, &resource->child },
	};
	struct dm_error *err = NULL;
	size_t i;

	*resource = (struct resource){ 0 };
	for (i = 0; !err && i < sizeof(fields) / sizeof(*fields); i++)
		err = dm_target_u64_at(target, va, fields[i].at,
				       fields[i].value);
	resource->parent = arm64_untagged(resource->parent);
	resource->sibling = arm64_untagged(resource->sibling);
	resource->child = arm64_untagged(resource->child);
	return err;
}

/* Where crashkernel= was not given, or nothing was reserved, it is all zero. */
struct dm_error *dm_resource_crash_kernel(struct dm_target *target,
					  uint64_t *start, uint64_t *end)
{
	struct resource_layout layout;
	struct resource r;
	struct dm_error *err;
	uint64_t va;

	*start = *end = 0;
	err = dm_target_symbol(target, "crashk_res", &va);
	if (!err)
		err = dm_resource_layout(target, &layout);
	if (!err)
		err = dm_resource_read(target, &layout, va, &r);
	if (err || r.last <= r.start)
		return err;
	if (r.last >= DM_PA_END)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"crashk_res says 0x%llx-0x%llx, which are no physical addresses",
			(unsigned long long)r.start,
			(unsigned long long)r.last);
	*start = r.start;
	*end = r.last + 1;
	return NULL;
}

/* ---- Boot's ------------------------------------------------------------- */

struct reading {
	struct boot_resources *ret;
	uint64_t page;
	uint64_t end; /* of all that was seen, RAM or not */
};

/*
 * One of boot's, if it is RAM. memblock's regions are rounded to whole pages: RAM
 * inward, so that what is less than a page comes out empty, NOMAP outward, so
 * that two in one page overlap.
 */
static struct dm_error *add(struct reading *r, uint64_t start, uint64_t end,
			    bool ram)
{
	struct boot_resources *ret = r->ret;
	const struct dm_range *last =
		ret->count ? &ret->ram[ret->count - 1] : NULL;

	if (end > DM_PA_END || start > end + r->page ||
	    start + r->page < r->end ||
	    (ram && start < end && last && start < last->end))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"standard_resources is out of order at 0x%llx",
			(unsigned long long)start);
	if (end > r->end)
		r->end = end;
	if (ram && start < end)
		ret->ram[ret->count++] = (struct dm_range){ start, end };
	return NULL;
}

static uint64_t u64_at(const uint8_t *raw, uint64_t at)
{
	uint64_t value;

	memcpy(&value, raw + at, sizeof(value));
	return le64toh(value);
}

static struct dm_error *decode(struct reading *r,
			       const struct resource_layout *l,
			       const uint8_t *raw, size_t count, uint64_t size)
{
	struct dm_error *err = NULL;

	if (l->start > size - 8 || l->last > size - 8 || l->flags > size - 8)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"struct resource is not laid out as any known kernel's");
	for (; !err && count; raw += size, count--)
		err = add(r, u64_at(raw, l->start), u64_at(raw, l->last) + 1,
			  u64_at(raw, l->flags) & IORESOURCE_SYSRAM);
	return err;
}

static struct dm_error *read_array(struct dm_target *t, struct reading *r,
				   uint64_t va, uint64_t count, uint64_t size)
{
	struct resource_layout layout;
	struct dm_error *err = dm_resource_layout(t, &layout);
	uint8_t *raw;

	if (err)
		return err;
	raw = malloc(count * size);
	r->ret->ram = calloc(count, sizeof(*r->ret->ram));
	if (!raw || !r->ret->ram)
		err = dm_error_no_memory();
	if (!err)
		err = dm_kva_read(dm_target_kva(t), va, raw, count * size,
				  DM_CONTENT_DATA);
	if (!err)
		err = decode(r, &layout, raw, count, size);
	free(raw);
	return err;
}

struct dm_error *dm_boot_resources_read(struct dm_target *target,
					struct boot_resources *resources)
{
	struct reading r = {
		.ret = resources,
		.page = dm_target_kernel(target)->page_size,
	};
	uint64_t count, va, size;
	struct dm_error *err;

	*resources = (struct boot_resources){ 0 };
	err = dm_target_variable(target, SYMBOL_BOOT_RESOURCES_COUNT, 4,
				 &count);
	if (!err)
		err = dm_target_variable(target, SYMBOL_BOOT_RESOURCES, 8, &va);
	if (!err)
		err = dm_types_size(dm_target_types(target), type, &size);
	if (err)
		return err;
	if (!count || count > MEMBLOCK_REGIONS_MAX || size < SIZE_MIN ||
	    size > SIZE_MAX_SANE)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "standard_resources has no sane size");
	return read_array(target, &r, va, count, size);
}

void dm_boot_resources_deinit(struct boot_resources *resources)
{
	free(resources->ram);
	*resources = (struct boot_resources){ 0 };
}
