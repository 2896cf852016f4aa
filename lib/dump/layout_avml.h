/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AVML's second version (AVML, src/image.rs): ranges of memory in ascending
 * order, each a header as LiME's, its memory as a stream of snappy's frames, and
 * how many bytes that took. Where a chunk lies is found from what lies before it.
 */
#ifndef DUMP_LAYOUT_AVML_H
#define DUMP_LAYOUT_AVML_H

#include "dump/frames.h"

/* A chunk of a range, and how to go on behind it. */
struct avml_chunk {
	/* Of its first byte, and of the range's end. */
	uint64_t pa, end;
	/* Where the range's stream begins. */
	uint64_t stream;
	struct frame frame;
};

/* Where a chunk begins. */
struct avml_mark {
	uint64_t pa, end, stream;
	uint64_t off;
};

struct avml_layout {
	const struct bytes *bytes;
	/* Of every @step-th chunk, in order: bounded, whatever the file's size. */
	struct avml_mark *marks;
	size_t n, capacity;
	uint64_t step;
	/* Chunks, and bytes of memory in them. */
	uint64_t chunks, size;
	/* One past the last address that is there. */
	uint64_t end;
	/* What is behind cannot be read: why; else NULL. */
	struct dm_error *broken;
	bool cut;
};

/* At most; twice as far apart when they are as many. */
#define AVML_MARKS (1 << 17)

/*
 * Find the chunks. DM_ERROR_BAD_DUMP: not even the first is there.
 * DM_ERROR_INTERRUPTED and the like: as reading failed.
 */
struct dm_error *dm_avml_open(struct avml_layout *avml,
			      const struct bytes *bytes);
void dm_avml_close(struct avml_layout *avml);

/*
 * The chunk that has an address. @p near, which may be NULL, is one from which
 * to go on if that is shorter. DM_ERROR_ABSENT: none has it.
 */
struct dm_error *dm_avml_find(const struct avml_layout *avml, uint64_t pa,
			      const struct avml_chunk *near,
			      struct avml_chunk *chunk);

/* The first chunk, and the one behind @p chunk; not behind the last. */
struct dm_error *dm_avml_first(const struct avml_layout *avml,
			       struct avml_chunk *chunk);
struct dm_error *dm_avml_next(const struct avml_layout *avml,
			      struct avml_chunk *chunk);

#endif /* DUMP_LAYOUT_AVML_H */
