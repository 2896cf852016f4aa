// SPDX-License-Identifier: GPL-2.0-or-later
/* Goes from chunk to chunk of an AVML file, and remembers places to begin at. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "dump/layout_avml.h"
#include "dump/lime.h"
#include "util/bisect.h"

static const struct lime_kind kind = { "AVML", 2 };

static struct dm_error *damaged(const struct bytes *bytes, uint64_t off,
				const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "%s: damaged at offset %llu: %s", bytes->path,
			       (unsigned long long)off, what);
}

/* Its header is checked; it lies within the range? */
static struct dm_error *fits(const struct bytes *bytes,
			     const struct avml_chunk *c)
{
	return c->frame.size <= c->end - c->pa
		       ? NULL
		       : damaged(bytes, c->frame.off,
				 "more memory than its range has");
}

/* The first chunk of the range whose header is at @p off, above @p from. */
static struct dm_error *enter_range(const struct bytes *bytes, uint64_t off,
				    uint64_t from, struct avml_chunk *c)
{
	struct lime_range range;
	struct dm_error *err = dm_lime_header(bytes, off, &kind, &range);

	if (!err && range.pa < from)
		err = damaged(bytes, off,
			      "a range of memory is not above the one before");
	if (err)
		return err;
	c->pa = range.pa;
	c->end = range.pa + range.size;
	c->stream = off + LIME_HEADER_SIZE;
	err = dm_frame_find(bytes, c->stream, true, &c->frame);
	return err ? err : fits(bytes, c);
}

/* Behind a range's stream, how long that is. */
static struct dm_error *check_stream(const struct bytes *bytes,
				     const struct avml_chunk *c)
{
	uint64_t size;
	struct dm_error *err;

	err = dm_bytes_read_data(bytes, c->frame.next, &size, sizeof(size));
	if (err)
		return err;
	return le64toh(size) == c->frame.next - c->stream
		       ? NULL
		       : damaged(bytes, c->frame.next,
				 "a range's data are not as long as it says");
}

/*
 * The chunk behind @p c, which stays as it is on an error; @p end is set where
 * the file ends there, as it should.
 */
static struct dm_error *go_on(const struct bytes *bytes, struct avml_chunk *c,
			      bool *end)
{
	struct avml_chunk next = *c;
	struct dm_error *err;
	uint64_t off;

	*end = false;
	next.pa += c->frame.size;
	if (next.pa < next.end) {
		err = dm_frame_find(bytes, c->frame.next, false, &next.frame);
		if (!err)
			err = fits(bytes, &next);
	} else {
		err = check_stream(bytes, c);
		off = c->frame.next + sizeof(uint64_t);
		*end = !err && off == bytes->size;
		if (!err && !*end)
			err = enter_range(bytes, off, next.end, &next);
	}
	if (!err && !*end)
		*c = next;
	return err;
}

/* ---- All of them, once -------------------------------------------------- */

static struct dm_error *mark(struct avml_layout *avml,
			     const struct avml_chunk *c, uint64_t off)
{
	struct dm_error *err;
	size_t i;

	if (avml->chunks % avml->step)
		return NULL;
	if (avml->n == AVML_MARKS) {
		for (i = 0; i < AVML_MARKS / 2; i++)
			avml->marks[i] = avml->marks[2 * i];
		avml->n = AVML_MARKS / 2;
		avml->step *= 2;
	}
	err = dm_array_reserve(&avml->marks, &avml->capacity, avml->n, 1,
			       AVML_MARKS);
	if (!err)
		avml->marks[avml->n++] = (struct avml_mark){
			.pa = c->pa,
			.end = c->end,
			.stream = c->stream,
			.off = off,
		};
	return err;
}

/* What ends a file that has something is no error, but remembered. */
static struct dm_error *stop_at(struct avml_layout *avml, struct dm_error *err)
{
	if (dm_error_is_fatal(err))
		return err;
	avml->broken = err;
	avml->cut = err->code == DM_ERROR_ABSENT;
	return NULL;
}

struct dm_error *dm_avml_open(struct avml_layout *avml,
			      const struct bytes *bytes)
{
	struct avml_chunk c;
	struct dm_error *err;
	bool end = false;
	uint64_t off;

	*avml = (struct avml_layout){ .bytes = bytes, .step = 1 };
	err = enter_range(bytes, 0, 0, &c);
	if (err)
		return err;
	off = c.stream;
	while (!end) {
		err = mark(avml, &c, off);
		if (err)
			return err;
		avml->chunks++;
		avml->size += c.frame.size;
		avml->end = c.pa + c.frame.size;
		off = c.frame.next;
		err = go_on(bytes, &c, &end);
		if (err)
			return stop_at(avml, err);
		/* Of another range. */
		if (off < c.stream)
			off = c.stream;
	}
	return NULL;
}

void dm_avml_close(struct avml_layout *avml)
{
	dm_error_destroy(avml->broken);
	free(avml->marks);
}

/* ---- One of them -------------------------------------------------------- */

static struct dm_error *at_mark(const struct avml_layout *avml,
				const struct avml_mark *m, struct avml_chunk *c)
{
	c->pa = m->pa;
	c->end = m->end;
	c->stream = m->stream;
	return dm_frame_find(avml->bytes, m->off, m->off == m->stream,
			     &c->frame);
}

static struct dm_error *absent(const struct avml_layout *avml, uint64_t pa)
{
	const char *why =
		"no range of it has it (AVML leaves out what is all zeros)";

	if (pa >= avml->end && avml->broken)
		why = avml->broken->message;
	return dm_error_create(DM_ERROR_ABSENT,
			       "physical address 0x%llx is not in the dump: %s",
			       (unsigned long long)pa, why);
}

static bool has(const struct avml_chunk *c, uint64_t pa)
{
	return pa >= c->pa && pa - c->pa < c->frame.size;
}

struct dm_error *dm_avml_find(const struct avml_layout *avml, uint64_t pa,
			      const struct avml_chunk *near,
			      struct avml_chunk *chunk)
{
	size_t at = dm_bisect(i, avml->n, avml->marks[i].pa <= pa);
	const struct avml_mark *m = at ? &avml->marks[at - 1] : NULL;
	struct dm_error *err = NULL;

	if (!m || pa >= avml->end)
		return absent(avml, pa);
	if (near && near->pa >= m->pa && near->pa <= pa)
		*chunk = *near;
	else
		err = at_mark(avml, m, chunk);
	while (!err && !has(chunk, pa)) {
		err = dm_avml_next(avml, chunk);
		if (!err && chunk->pa > pa)
			err = absent(avml, pa);
	}
	return err;
}

struct dm_error *dm_avml_first(const struct avml_layout *avml,
			       struct avml_chunk *chunk)
{
	return at_mark(avml, avml->marks, chunk);
}

struct dm_error *dm_avml_next(const struct avml_layout *avml,
			      struct avml_chunk *chunk)
{
	struct dm_error *err;
	bool end;

	err = go_on(avml->bytes, chunk, &end);
	/* The file is another than it was. */
	if (!err && end)
		err = dm_error_create(DM_ERROR_BROKEN,
				      "%s: changed while it was read",
				      avml->bytes->path);
	return err ? dm_error_recode(err, err->code == DM_ERROR_BAD_DUMP
						  ? DM_ERROR_BROKEN
						  : err->code)
		   : NULL;
}
