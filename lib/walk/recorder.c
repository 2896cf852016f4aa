// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A source that remembers. What a view reads through it is what it needs:
 * that is how `extract` covers views that were not written when it was.
 */
#include <stdlib.h>

#include "util/error.h"
#include "util/pa_set.h"
#include "directmap/text.h"
#include "util/source.h"

struct dm_recorder {
	struct dm_source source; /* first: ops get a pointer to it */
	struct dm_source *inner;
	size_t page_size;
	struct pa_set pages;
	uint64_t *sorted; /* made on demand, NULL when stale */
	size_t by_content[DM_CONTENT_COUNT];
};

const char *dm_content_name(enum dm_content content)
{
	static const char *const names[DM_CONTENT_COUNT] = {
		[DM_CONTENT_TABLE] = "page tables",
		[DM_CONTENT_SYMBOLS] = "symbol tables",
		[DM_CONTENT_TYPES] = "type information",
		[DM_CONTENT_PAGES] = "struct pages",
		[DM_CONTENT_DATA] = "kernel data",
		[DM_CONTENT_SEARCH] = "searched memory",
	};

	return names[content];
}

const char *dm_content_noun(enum dm_content content, uint64_t count)
{
	static const char *const ones[DM_CONTENT_COUNT] = {
		[DM_CONTENT_TABLE] = "page table",
		[DM_CONTENT_SYMBOLS] = "symbol table",
		[DM_CONTENT_PAGES] = "struct page",
	};

	return dm_plural(
		count, ones[content] ? ones[content] : dm_content_name(content),
		dm_content_name(content));
}

static struct dm_error *record(struct dm_recorder *r, uint64_t page,
			       enum dm_content content)
{
	struct dm_error *err;
	bool added;

	err = dm_pa_set_add(&r->pages, page, &added);
	if (err || !added)
		return err;
	r->by_content[content]++;
	free(r->sorted);
	r->sorted = NULL;
	return NULL;
}

static struct dm_error *recorder_read(struct dm_source *source, uint64_t pa,
				      void *buf, size_t size,
				      enum dm_content content)
{
	struct dm_recorder *r = (struct dm_recorder *)source;
	struct dm_error *err;

	err = dm_source_read(r->inner, pa, buf, size, content);
	if (err || content == DM_CONTENT_SEARCH)
		return err;
	return record(r, pa & ~((uint64_t)r->page_size - 1), content);
}

static struct dm_error *recorder_vmcoreinfo(struct dm_source *source,
					    const char **text, size_t *size)
{
	struct dm_recorder *r = (struct dm_recorder *)source;

	return r->inner->ops->vmcoreinfo(r->inner, text, size);
}

static const struct dm_source_ops recorder_ops = {
	.read = recorder_read,
	.vmcoreinfo = recorder_vmcoreinfo,
};

struct dm_error *dm_recorder_create(struct dm_source *inner, size_t page_size,
				    struct dm_recorder **ret)
{
	struct dm_recorder *r;

	if (!page_size || page_size & (page_size - 1))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "page size %zu is not a power of two",
				       page_size);
	r = calloc(1, sizeof(*r));
	if (!r)
		return dm_error_no_memory();
	r->source.ops = &recorder_ops;
	r->inner = inner;
	r->page_size = page_size;
	*ret = r;
	return NULL;
}

void dm_recorder_destroy(struct dm_recorder *recorder)
{
	if (!recorder)
		return;
	dm_pa_set_deinit(&recorder->pages);
	free(recorder->sorted);
	free(recorder);
}

struct dm_source *dm_recorder_source(struct dm_recorder *recorder)
{
	return &recorder->source;
}

struct dm_error *dm_recorder_pages(struct dm_recorder *recorder,
				   const uint64_t **pas, size_t *count)
{
	struct dm_error *err;

	if (!recorder->sorted) {
		err = dm_pa_set_sorted(&recorder->pages, &recorder->sorted);
		if (err)
			return err;
	}
	*pas = recorder->sorted;
	*count = recorder->pages.count;
	return NULL;
}

size_t dm_recorder_count(const struct dm_recorder *recorder,
			 enum dm_content content)
{
	return recorder->by_content[content];
}
