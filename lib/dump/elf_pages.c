// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads pages of an ELF dump, and those that were announced together. */
#include <string.h>

#include "dump/elf_pages.h"

void dm_elf_pages_init(struct elf_pages *pages, const struct elf_layout *elf)
{
	*pages = (struct elf_pages){ .elf = elf };
}

void dm_elf_pages_deinit(struct elf_pages *pages)
{
	dm_ahead_destroy(pages->ahead);
}

/* If @p pa was hinted at, read it with those that come behind it. */
static void look_ahead(struct elf_pages *pages, uint64_t pa)
{
	struct ahead *a = pages->ahead;
	const uint64_t *pas;
	size_t max = GATHER_BYTES / a->size, n, i, count = 0;

	n = dm_ahead_take(a, pa, max < GATHER_PIECES ? max : GATHER_PIECES,
			  &pas);
	if (!n)
		return;
	a->got_count = n;
	for (i = 0; i < n; i++) {
		struct gather_piece *p = &a->pieces[count];

		a->got[i].key = pas[i];
		if (!dm_elf_layout_place(pages->elf, pas[i], a->size, &p->off))
			continue;
		p->bytes = pages->elf->bytes;
		p->size = (uint32_t)a->size;
		p->tag = (uint32_t)i;
		count++;
	}
	dm_gather_read(&a->gather, a->pieces, count, a->buffer);
	dm_ahead_settle(a, count);
}

struct dm_error *dm_elf_pages_read(struct elf_pages *pages, uint64_t pa,
				   void *buf, size_t size)
{
	struct ahead *a = pages->ahead;
	const struct ahead_got *got;

	if (!a || size != a->size)
		return dm_elf_layout_read(pages->elf, pa, buf, size);
	got = dm_ahead_find(a, pa);
	if (!got) {
		look_ahead(pages, pa);
		got = dm_ahead_find(a, pa);
	}
	if (!got)
		return dm_elf_layout_read(pages->elf, pa, buf, size);
	memcpy(buf, got->data, size);
	return NULL;
}

void dm_elf_pages_hint(struct elf_pages *pages, const uint64_t *pas,
		       size_t count, size_t size)
{
	struct dm_error *err = NULL;

	/* Another size than that of the pages that were read. */
	if (pages->ahead && pages->ahead->size != size)
		pages->ahead->got_count = 0;
	if (!pages->ahead)
		err = dm_ahead_create(&pages->ahead);
	if (!err)
		dm_ahead_hint(pages->ahead, pas, count, size);
	dm_error_destroy(err);
}
