// SPDX-License-Identifier: GPL-2.0-or-later
/* AVML's second version: chunks are unpacked, and the last few kept. */
#include <stdlib.h>
#include <string.h>

#include "directmap/text.h"
#include "dump/dump_private.h"
#include "dump/format.h"
#include "dump/layout_avml.h"

/* Chunks that a thread keeps unpacked. */
#define KEPT 16

struct kept {
	struct avml_chunk chunk;
	uint64_t used; /* 0: nothing is kept here */
};

struct pages {
	const struct avml_layout *avml;
	struct frame_decoder decoder;
	struct kept kept[KEPT];
	unsigned char *bytes; /* KEPT times FRAME_MAX */
	uint64_t clock;
	/* The one that was last kept. */
	size_t last;
};

static bool avml_is(const char head[FORMAT_HEAD])
{
	return !memcmp(head, "AVML", 4);
}

static struct dm_error *avml_open(struct dm_dump *dump,
				  const struct dm_dump_options *options)
{
	struct avml_layout *avml = calloc(1, sizeof(*avml));
	struct dm_error *err;

	(void)options;
	if (!avml)
		return dm_error_no_memory();
	dump->layout = avml;
	dump->info.format = "avml";
	err = dm_avml_open(avml, &dump->files[0]);
	if (!err && avml->broken)
		dm_dump_incomplete(
			dump,
			"%s%s: memory from physical address 0x%llx on is missing",
			avml->cut ? dump->files[0].path : avml->broken->message,
			avml->cut ? " is cut off" : "",
			(unsigned long long)avml->end);
	return err;
}

static void avml_close(struct dm_dump *dump)
{
	if (dump->layout)
		dm_avml_close(dump->layout);
	free(dump->layout);
}

static void end(struct pages *pages)
{
	dm_frame_decoder_deinit(&pages->decoder);
	free(pages->bytes);
	free(pages);
}

static struct dm_error *begin(const struct avml_layout *avml,
			      struct pages **ret)
{
	struct pages *pages = calloc(1, sizeof(*pages));
	struct dm_error *err;

	if (!pages)
		return dm_error_no_memory();
	pages->avml = avml;
	err = dm_frame_decoder_init(&pages->decoder);
	if (!err)
		/* Memory that is not touched is none. */
		pages->bytes = malloc(KEPT * FRAME_MAX);
	if (!err && !pages->bytes)
		err = dm_error_no_memory();
	if (err)
		end(pages);
	else
		*ret = pages;
	return err;
}

static struct dm_error *avml_begin(struct dump_view *view)
{
	struct pages *pages = NULL;
	struct dm_error *err = begin(view->dump->layout, &pages);

	view->pages = pages;
	return err;
}

static void avml_end(struct dump_view *view)
{
	end(view->pages);
}

/* The kept chunk that has it; KEPT: none. */
static size_t find_kept(const struct pages *pages, uint64_t pa)
{
	size_t i;

	for (i = 0; i < KEPT; i++) {
		const struct avml_chunk *c = &pages->kept[i].chunk;

		if (pages->kept[i].used && pa >= c->pa &&
		    pa - c->pa < c->frame.size)
			break;
	}
	return i;
}

/* Unpack it in place of the one that was not asked for for longest. */
static struct dm_error *keep(struct pages *pages, uint64_t pa, size_t *at)
{
	const struct kept *last = &pages->kept[pages->last];
	struct avml_chunk chunk;
	struct dm_error *err;
	size_t i, oldest = 0;

	err = dm_avml_find(pages->avml, pa, last->used ? &last->chunk : NULL,
			   &chunk);
	if (err)
		return err;
	for (i = 1; i < KEPT; i++) {
		if (pages->kept[i].used < pages->kept[oldest].used)
			oldest = i;
	}
	pages->kept[oldest].used = 0;
	err = dm_frame_unpack(&pages->decoder, pages->avml->bytes, &chunk.frame,
			      pages->bytes + oldest * FRAME_MAX);
	if (err)
		return err;
	pages->kept[oldest].chunk = chunk;
	*at = pages->last = oldest;
	return NULL;
}

static struct dm_error *avml_read(struct dump_view *view, uint64_t pa,
				  void *buf, size_t size)
{
	struct pages *pages = view->pages;
	struct dm_error *err = NULL;
	unsigned char *to = buf;

	while (size) {
		size_t at = find_kept(pages, pa), skip, part = size;

		if (at == KEPT)
			err = keep(pages, pa, &at);
		if (err)
			return err;
		pages->kept[at].used = ++pages->clock;
		skip = (size_t)(pa - pages->kept[at].chunk.pa);
		if (part > pages->kept[at].chunk.frame.size - skip)
			part = pages->kept[at].chunk.frame.size - skip;
		memcpy(to, pages->bytes + at * FRAME_MAX + skip, part);
		pa += part;
		to += part;
		size -= part;
	}
	return NULL;
}

/* The pages that begin in a chunk, and of which it has enough. */
static struct dm_error *show(struct memory_walk *walk,
			     const struct avml_chunk *chunk,
			     const unsigned char *bytes)
{
	uint64_t at = -chunk->pa & (MEMORY_PAGE - 1);
	struct dm_error *err = NULL;

	for (; !err && at + MEMORY_FRONT <= chunk->frame.size;
	     at += MEMORY_PAGE)
		err = dm_memory_page(walk, chunk->pa + at, bytes + at);
	return err;
}

static struct dm_error *walk_all(struct pages *pages, struct memory_walk *walk)
{
	const struct avml_layout *avml = pages->avml;
	struct avml_chunk chunk;
	struct dm_error *err = dm_avml_first(avml, &chunk);
	uint64_t i;

	for (i = 0; !err && i < avml->chunks; i++) {
		if (i)
			err = dm_avml_next(avml, &chunk);
		if (err)
			break;
		err = dm_frame_unpack(&pages->decoder, avml->bytes,
				      &chunk.frame, pages->bytes);
		err = err ? dm_memory_less(err)
			  : show(walk, &chunk, pages->bytes);
		if (!err)
			err = dm_memory_count(walk, chunk.frame.size);
	}
	return dm_memory_less(err);
}

static struct dm_error *avml_walk(const struct dm_dump *dump,
				  struct memory_walk *walk)
{
	const struct avml_layout *avml = dump->layout;
	struct pages *pages;
	struct dm_error *err = begin(avml, &pages);

	if (err)
		return err;
	walk->all = avml->size;
	err = walk_all(pages, walk);
	end(pages);
	return err;
}

const struct dump_format dm_format_avml = {
	.is = avml_is,
	.open = avml_open,
	.close = avml_close,
	.begin = avml_begin,
	.end = avml_end,
	.read = avml_read,
	.walk = avml_walk,
};
