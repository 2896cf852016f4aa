// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash of pages that were read, in front of another source. */
#include <stdlib.h>
#include <string.h>

#include "kept_pages.h"

/* Most that is kept; an extract of all views has some 15 MB. */
#define KEPT_BYTES ((size_t)32 << 20)

struct kept_pages {
	struct dm_source source; /* first: ops get a pointer to it */
	struct dm_source *inner;
	size_t page_size, slots;
	/* Of each slot: physical address + 1; 0: empty. */
	uint64_t *pas;
	/* Memory that is not touched is none. */
	unsigned char *pages;
};

/* The page that holds it; NULL where it cannot be read whole. */
static const unsigned char *find_page(struct kept_pages *k, uint64_t pa,
				      enum dm_content content)
{
	size_t slot = (size_t)(pa / k->page_size % k->slots);
	unsigned char *page = k->pages + slot * k->page_size;
	struct dm_error *err;

	pa -= pa % k->page_size;
	if (k->pas[slot] == pa + 1)
		return page;
	k->pas[slot] = 0;
	err = k->inner->ops->read(k->inner, pa, page, k->page_size, content);
	if (err) {
		dm_error_destroy(err);
		return NULL;
	}
	k->pas[slot] = pa + 1;
	return page;
}

static struct dm_error *kept_read(struct dm_source *source, uint64_t pa,
				  void *buf, size_t size,
				  enum dm_content content)
{
	struct kept_pages *k = (struct kept_pages *)source;
	size_t offset = (size_t)(pa % k->page_size);
	const unsigned char *page = NULL;

	if (content != DM_CONTENT_SEARCH && size <= k->page_size - offset)
		page = find_page(k, pa, content);
	/* Also for the error, which is of what was asked for. */
	if (!page)
		return k->inner->ops->read(k->inner, pa, buf, size, content);
	memcpy(buf, page + offset, size);
	return NULL;
}

static struct dm_error *kept_vmcoreinfo(struct dm_source *source,
					const char **text, size_t *size)
{
	struct kept_pages *k = (struct kept_pages *)source;

	return k->inner->ops->vmcoreinfo(k->inner, text, size);
}

static const struct dm_source_ops kept_ops = {
	.read = kept_read,
	.vmcoreinfo = kept_vmcoreinfo,
};

struct dm_error *kept_pages_create(struct dm_source *inner, size_t page_size,
				   struct kept_pages **ret)
{
	struct kept_pages *k = calloc(1, sizeof(*k));

	if (k) {
		k->source.ops = &kept_ops;
		k->inner = inner;
		k->page_size = page_size;
		k->slots = KEPT_BYTES / page_size;
		k->pas = calloc(k->slots, sizeof(*k->pas));
		k->pages = malloc(KEPT_BYTES);
	}
	if (!k || !k->pas || !k->pages) {
		kept_pages_destroy(k);
		return dm_error_no_memory();
	}
	*ret = k;
	return NULL;
}

void kept_pages_destroy(struct kept_pages *kept)
{
	if (!kept)
		return;
	free(kept->pas);
	free(kept->pages);
	free(kept);
}

struct dm_source *kept_pages_source(struct kept_pages *kept)
{
	return &kept->source;
}
