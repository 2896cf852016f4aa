// SPDX-License-Identifier: GPL-2.0-or-later
/* struct dm_source over a dump: reads, pages on loan, hints and clones. */
#include <stdlib.h>

#include "directmap/machine.h"
#include "dump/dump_private.h"
#include "dump/format.h"

static struct dm_error *view_read(struct dump_view *view, uint64_t pa,
				  void *buf, size_t size)
{
	if (!size)
		return NULL;
	/* Beyond any physical address; no sum below wraps. */
	if (pa >= DM_PA_END || size > 1 << 20)
		return dm_error_create(
			DM_ERROR_ABSENT,
			"physical address 0x%llx is not in the dump: an arm64 "
			"machine has 52 bits of them",
			(unsigned long long)pa);
	return view->dump->format->read(view, pa, buf, size);
}

static struct dm_error *source_read(struct dm_source *source, uint64_t pa,
				    void *buf, size_t size,
				    enum dm_content content)
{
	(void)content;
	return view_read((struct dump_view *)source, pa, buf, size);
}

static struct dm_error *source_vmcoreinfo(struct dm_source *source,
					  const char **text, size_t *size)
{
	const struct dm_dump *dump = ((struct dump_view *)source)->dump;

	*text = dump->vmcoreinfo;
	*size = dump->vmcoreinfo_size;
	return NULL;
}

static bool is_page(size_t size)
{
	return size >= DM_PAGE_SIZE_LEAST && size <= DM_PAGE_SIZE_MOST &&
	       !(size & (size - 1));
}

/* Slots of @size bytes: the page size of a kernel, so always the same. */
static struct dm_error *make_slots(struct dump_view *view, size_t size)
{
	if (view->slots && size <= view->slot_size)
		return NULL;
	if (view->lent)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "pages of %zu and of %zu bytes at once",
				       view->slot_size, size);
	free(view->slots);
	/* Whole cache lines, so that the page is read by whole vectors. */
	view->slots = aligned_alloc(4096, VIEW_SLOTS * size);
	view->slot_size = view->slots ? size : 0;
	return view->slots ? NULL : dm_error_no_memory();
}

/*
 * The lowest free slot, so that few are in use and those lie in the CPU's
 * cache.
 */
static struct dm_error *source_get_page(struct dm_source *source, uint64_t pa,
					size_t size, enum dm_content content,
					const void **page)
{
	struct dump_view *view = (struct dump_view *)source;
	struct dm_error *err;
	unsigned int slot;
	char *buf;

	(void)content;
	if (!is_page(size))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%zu bytes are no page", size);
	err = make_slots(view, size);
	if (err)
		return err;
	slot = (unsigned int)__builtin_ctz(~view->lent);
	if (slot >= VIEW_SLOTS)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%d pages are lent already", VIEW_SLOTS);
	buf = view->slots + slot * view->slot_size;
	err = view_read(view, pa, buf, size);
	if (err)
		return err;
	view->lent |= 1U << slot;
	*page = buf;
	return NULL;
}

static void source_put_page(struct dm_source *source, const void *page)
{
	struct dump_view *view = (struct dump_view *)source;
	size_t offset = (size_t)((const char *)page - view->slots);

	view->lent &= ~(1U << offset / view->slot_size);
}

static void source_prefetch(struct dm_source *source, const uint64_t *pas,
			    size_t count, size_t size)
{
	struct dump_view *view = (struct dump_view *)source;

	if (is_page(size) && view->dump->format->hint)
		view->dump->format->hint(view, pas, count, size);
}

static struct dm_error *source_clone(struct dm_source *source,
				     struct dm_source **ret)
{
	const struct dm_dump *dump = ((struct dump_view *)source)->dump;
	struct dump_view *view = malloc(sizeof(*view));
	struct dm_error *err;

	if (!view)
		return dm_error_no_memory();
	err = dm_dump_view_init(view, dump);
	if (err) {
		free(view);
		return err;
	}
	*ret = &view->source;
	return NULL;
}

static void source_destroy(struct dm_source *clone)
{
	struct dump_view *view = (struct dump_view *)clone;

	dm_dump_view_deinit(view);
	free(view);
}

static const struct dm_source_ops source_ops = {
	.read = source_read,
	.vmcoreinfo = source_vmcoreinfo,
	.get_page = source_get_page,
	.put_page = source_put_page,
	.prefetch = source_prefetch,
	.clone = source_clone,
	.destroy = source_destroy,
};

struct dm_error *dm_dump_view_init(struct dump_view *view,
				   const struct dm_dump *dump)
{
	*view = (struct dump_view){
		.source.ops = &source_ops,
		.dump = dump,
	};
	return dump->format->begin(view);
}

void dm_dump_view_deinit(struct dump_view *view)
{
	/* Of a dump that failed to open, nothing began. */
	if (view->pages)
		view->dump->format->end(view);
	free(view->slots);
}
