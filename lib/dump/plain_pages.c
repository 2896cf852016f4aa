// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads pages that lie in files as they are, those that were announced together. */
#include <stdlib.h>
#include <string.h>

#include "dump/ahead.h"
#include "dump/dump_private.h"
#include "dump/plain_pages.h"

/* Used by one thread. */
struct plain_pages {
	const struct plain_layout *how;
	const void *layout;
	/* NULL until there was a hint. */
	struct ahead *ahead;
};

struct dm_error *dm_plain_begin(struct dump_view *view,
				const struct plain_layout *how)
{
	struct plain_pages *pages = malloc(sizeof(*pages));

	if (!pages)
		return dm_error_no_memory();
	*pages = (struct plain_pages){
		.how = how,
		.layout = view->dump->layout,
	};
	view->pages = pages;
	return NULL;
}

void dm_plain_end(struct dump_view *view)
{
	struct plain_pages *pages = view->pages;

	dm_ahead_destroy(pages->ahead);
	free(pages);
}

/* If @p pa was hinted at, read it with those that come behind it. */
static void look_ahead(struct plain_pages *pages, uint64_t pa)
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
		if (!pages->how->place(pages->layout, pas[i], a->size,
				       &p->bytes, &p->off))
			continue;
		p->size = (uint32_t)a->size;
		p->tag = (uint32_t)i;
		count++;
	}
	dm_gather_read(&a->gather, a->pieces, count, a->buffer);
	dm_ahead_settle(a, count);
}

struct dm_error *dm_plain_read(struct dump_view *view, uint64_t pa, void *buf,
			       size_t size)
{
	struct plain_pages *pages = view->pages;
	struct ahead *a = pages->ahead;
	const struct ahead_got *got;

	if (!a || size != a->size)
		return pages->how->read(pages->layout, pa, buf, size);
	got = dm_ahead_find(a, pa);
	if (!got) {
		look_ahead(pages, pa);
		got = dm_ahead_find(a, pa);
	}
	if (!got)
		return pages->how->read(pages->layout, pa, buf, size);
	memcpy(buf, got->data, size);
	return NULL;
}

void dm_plain_hint(struct dump_view *view, const uint64_t *pas, size_t count,
		   size_t size)
{
	struct plain_pages *pages = view->pages;
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
