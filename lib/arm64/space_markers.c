// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Markers of the kernel's ptdump: 7.3 arch/arm64/mm/ptdump.c, ptdump_init(), and
 * address_markers[] of 6.1; where they are, asm/memory.h of each.
 */
#include <string.h>

#include "arm64/space_markers.h"

#define MIB(n) ((uint64_t)(n) << 20)

/*
 * Since 6.9 vmemmap ends 1 GiB below the end of all addresses, with PCI I/O space
 * and the fixmap behind it (031e011d8b22, "arm64: mm: Move PCI I/O emulation region
 * above the vmemmap region", and those around it); before, it is the last.
 */
#define VMEMMAP_END_SINCE_6_9 (-MIB(1024))

struct list {
	struct space_marker *at;
	size_t count;
};

static void add(struct list *list, uint64_t va, const char *name)
{
	if (va && list->count < SPACE_MARKERS_MAX - 1)
		list->at[list->count++] = (struct space_marker){ va, name };
}

static void add_range(struct list *list, const struct dm_range *range,
		      const char *start, const char *end)
{
	if (range->end <= range->start)
		return;
	add(list, range->start, start);
	add(list, range->end, end);
}

/* The struct page of the first page that the linear map can have. */
static uint64_t vmemmap_start(const struct dm_kernel *k,
			      const struct space_facts *f)
{
	uint64_t pages = (k->linear_start - k->page_offset) >> k->page_shift;

	/* Configured for more bits than are in use, PAGE_OFFSET is below. */
	if (k->linear_start < k->page_offset)
		return f->layout.vmemmap.start;
	return pages && !f->struct_page
		       ? 0
		       : f->layout.vmemmap.start + pages * f->struct_page;
}

static void add_fixmap(struct list *list, const struct dm_kernel *k,
		       const struct space_facts *f, uint64_t top)
{
	struct dm_range range = { top - (f->fixmap_pages << k->page_shift),
				  top };

	if (f->fixmap_pages && f->fixmap_pages < MIB(1))
		add_range(list, &range, "Fixmap start", "Fixmap end");
}

static void add_rest(struct list *list, const struct dm_kernel *k,
		     const struct space_facts *f)
{
	const struct dm_range *vmemmap = &f->layout.vmemmap;
	struct dm_range io = { vmemmap->end + MIB(8), vmemmap->end + MIB(24) };
	uint64_t start = vmemmap_start(k, f);

	if (vmemmap->end <= vmemmap->start)
		return;
	if (vmemmap->end != VMEMMAP_END_SINCE_6_9) {
		io = (struct dm_range){ vmemmap->start - MIB(24),
					vmemmap->start - MIB(8) };
		add_fixmap(list, k, f, vmemmap->start - MIB(32));
		add_range(list, &io, "PCI I/O start", "PCI I/O end");
		add_range(list, vmemmap, "vmemmap start", "vmemmap end");
		return;
	}
	add(list, start, "vmemmap start");
	add(list, vmemmap->end, "vmemmap end");
	add_range(list, &io, "PCI I/O start", "PCI I/O end");
	add_fixmap(list, k, f, -MIB(8));
}

/* A damaged VMCOREINFO may have them in any order: from there on none is known. */
static void end(struct list *list)
{
	size_t i;

	for (i = 1; i < list->count; i++) {
		if (list->at[i].va < list->at[i - 1].va)
			list->count = i;
	}
	list->at[list->count] = (struct space_marker){ UINT64_MAX, NULL };
}

bool dm_arm64_fixmap_is_whole(const struct va_layout *layout)
{
	return layout->vmemmap.end == VMEMMAP_END_SINCE_6_9;
}

void dm_arm64_markers(const struct dm_kernel *kernel,
		      const struct space_facts *facts,
		      struct space_marker *markers)
{
	const struct dm_range *modules = &facts->layout.modules;
	struct list list = { markers, 0 };

	add(&list, kernel->linear_start, "Linear Mapping start");
	add(&list, kernel->linear_end, "Linear Mapping end");
	if (facts->kasan && modules->start > kernel->linear_end) {
		add(&list, kernel->linear_end, "Kasan shadow start");
		add(&list, modules->start, "Kasan shadow end");
	}
	add_range(&list, modules, "Modules start", "Modules end");
	add_range(&list, &facts->layout.vmalloc, "vmalloc() area",
		  "vmalloc() end");
	add_rest(&list, kernel, facts);
	end(&list);
}
