// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps pages, and errors, by physical address. */
#include <stdlib.h>
#include <string.h>

#include "page_cache.h"

#define PIECE 4096u

struct piece {
	uint64_t number; /* PA / PIECE, plus 1; 0: free */
	enum dm_error_code error; /* 0: data is right */
	char *data;
};

struct page_cache {
	struct dm_source source;
	struct dm_source *inner;
	struct piece *slots; /* open addressing */
	size_t size, count;
};

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static struct piece *slot_of(const struct page_cache *c, uint64_t number)
{
	size_t i = (size_t)((number * UINT64_C(0x9e3779b97f4a7c15)) >> 20) &
		   (c->size - 1);

	while (c->slots[i].number && c->slots[i].number != number)
		i = (i + 1) & (c->size - 1);
	return &c->slots[i];
}

static void grow(struct page_cache *c)
{
	struct piece *old = c->slots;
	size_t i, size = c->size;

	c->size = size ? 2 * size : 4096;
	c->slots = must(calloc(c->size, sizeof(*c->slots)));
	for (i = 0; i < size; i++) {
		if (old[i].number)
			*slot_of(c, old[i].number) = old[i];
	}
	free(old);
}

static struct dm_error *fill(struct page_cache *c, struct piece *piece,
			     uint64_t number, enum dm_content content)
{
	char *data = must(malloc(PIECE));
	struct dm_error *err;

	err = c->inner->ops->read(c->inner, (number - 1) * PIECE, data, PIECE,
				  content);
	if (err && err->code != DM_ERROR_ABSENT &&
	    err->code != DM_ERROR_BROKEN) {
		free(data);
		return err;
	}
	*piece = (struct piece){ .number = number };
	if (err) {
		piece->error = err->code;
		dm_error_destroy(err);
		free(data);
	} else {
		piece->data = data;
	}
	c->count++;
	return NULL;
}

static struct dm_error *get(struct page_cache *c, uint64_t number,
			    enum dm_content content, const struct piece **ret)
{
	struct dm_error *err = NULL;
	struct piece *piece;

	if (2 * c->count >= c->size)
		grow(c);
	piece = slot_of(c, number);
	if (!piece->number)
		err = fill(c, piece, number, content);
	*ret = piece;
	return err;
}

static struct dm_error *cache_read(struct dm_source *source, uint64_t pa,
				   void *buf, size_t size,
				   enum dm_content content)
{
	struct page_cache *c = (struct page_cache *)source;
	const struct piece *piece;
	struct dm_error *err;
	char *at = buf;

	while (size) {
		size_t offset = pa % PIECE, part = PIECE - offset;

		if (part > size)
			part = size;
		err = get(c, pa / PIECE + 1, content, &piece);
		if (!err && piece->error)
			err = dm_error_create(piece->error, "no page at 0x%llx",
					      (unsigned long long)pa);
		if (err)
			return err;
		memcpy(at, piece->data + offset, part);
		at += part;
		pa += part;
		size -= part;
	}
	return NULL;
}

static struct dm_error *cache_vmcoreinfo(struct dm_source *source,
					 const char **text, size_t *size)
{
	struct page_cache *c = (struct page_cache *)source;

	return c->inner->ops->vmcoreinfo(c->inner, text, size);
}

static const struct dm_source_ops cache_ops = {
	.read = cache_read,
	.vmcoreinfo = cache_vmcoreinfo,
};

struct page_cache *page_cache_create(struct dm_source *inner)
{
	struct page_cache *c = must(calloc(1, sizeof(*c)));

	c->source.ops = &cache_ops;
	c->inner = inner;
	grow(c);
	return c;
}

void page_cache_destroy(struct page_cache *cache)
{
	size_t i;

	if (!cache)
		return;
	for (i = 0; i < cache->size; i++)
		free(cache->slots[i].data);
	free(cache->slots);
	free(cache);
}

struct dm_source *page_cache_source(struct page_cache *cache)
{
	return &cache->source;
}

size_t page_cache_count(const struct page_cache *cache)
{
	return cache->count;
}
