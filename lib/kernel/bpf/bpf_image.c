// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What was allocated for a piece of code: more than the code, and in packs also
 * for code that is in no list.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "kernel/bpf/bpf_private.h"

/* What of the header tells its size (include/linux/filter.h). */
struct header {
	uint64_t offset;
	uint64_t unit; /* bytes */
};

static struct dm_error *header_init(struct header *h, struct dm_target *target)
{
	struct types *types = dm_target_types(target);
	struct dm_error *err;
	bool sized;

	h->unit = 1;
	err = dm_types_has(types, "struct bpf_binary_header", "size", &sized);
	if (err)
		return err;
	if (sized)
		return dm_types_offset(types, "struct bpf_binary_header",
				       "size", &h->offset);
	/* Before 5.18. */
	h->unit = dm_target_kernel(target)->page_size;
	return dm_types_offset(types, "struct bpf_binary_header", "pages",
			       &h->offset);
}

static bool has_header(enum bpf_text_kind kind)
{
	return kind == BPF_TEXT_PROGRAM || kind == BPF_TEXT_FUNCTION ||
	       kind == BPF_TEXT_NO_ID;
}

/*
 * A program's code begins within the first unit of what was allocated for it:
 * a chunk in a pack, else a page (core.c, bpf_jit_binary_pack_hdr() and
 * bpf_jit_binary_hdr()).
 */
static struct dm_error *read_image(struct kva *kva, const struct header *h,
				   uint64_t unit, const struct dm_range *free,
				   struct bpf_text *text)
{
	uint64_t start = text->start & ~(unit - 1), size;
	struct dm_error *err;
	uint32_t value;

	err = dm_kva_read_u32(kva, start + h->offset, &value);
	if (err)
		return err;
	size = value * h->unit;
	if (size % unit || size < text->end - start || start < free->start ||
	    size > free->end - start)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "the header of BPF code at 0x%" PRIx64
				       " tells of %" PRIu64 " bytes",
				       text->start, size);
	text->image_start = start;
	text->image_end = start + size;
	return NULL;
}

/* Where the image of a text may be: not in another text's, nor in two packs. */
static struct dm_range free_around(const struct bpf *b, size_t i,
				   const struct bpf_pack *pack)
{
	struct dm_range free = { 0, UINT64_MAX };

	if (pack)
		free = (struct dm_range){ pack->start, pack->end };
	if (i && b->raw[i - 1].text.image_end > free.start)
		free.start = b->raw[i - 1].text.image_end;
	if (i + 1 < b->raw_count && b->raw[i + 1].text.start < free.end)
		free.end = b->raw[i + 1].text.start;
	return free;
}

struct dm_error *dm_bpf_read_images(struct bpf *bpf, struct dm_target *target)
{
	uint64_t page_size = dm_target_kernel(target)->page_size;
	struct header header;
	struct dm_error *err;
	size_t i;

	err = header_init(&header, target);
	if (err)
		return dm_incomplete_note(&bpf->incomplete, err);
	for (i = 0; !err && i < bpf->raw_count; i++) {
		struct bpf_text *text = &bpf->raw[i].text;
		const struct bpf_pack *pack = dm_bpf_pack_at(bpf, text->start);
		struct dm_range free = free_around(bpf, i, pack);

		if (!has_header(text->kind))
			continue;
		err = read_image(dm_target_kva(target), &header,
				 pack ? BPF_CHUNK : page_size, &free, text);
		err = dm_incomplete_note(&bpf->incomplete, err);
	}
	return err;
}

/* ---- Code that is in no list -------------------------------------------- */

static bool all_used(const struct bpf_pack *pack, uint64_t start, uint64_t size)
{
	return dm_bpf_pack_used(pack, start, start + size) == size;
}

/*
 * The bytes that a header at @va tells of; 0 if there is none. Trampolines have
 * none: what stands there are instructions, which make no size.
 */
static struct dm_error *unlisted_size(struct kva *kva, const struct header *h,
				      const struct bpf_pack *pack, uint64_t va,
				      uint64_t end, uint64_t *size)
{
	struct dm_error *err;
	uint32_t value;

	*size = 0;
	err = dm_kva_read_u32(kva, va + h->offset, &value);
	if (err)
		return err;
	if (value && value % BPF_CHUNK == 0 && value <= end - va &&
	    all_used(pack, va, value))
		*size = value;
	return NULL;
}

/* [va, end) of a pack, where no listed code is. */
static struct dm_error *read_gap(struct bpf *bpf, struct kva *kva,
				 const struct header *h,
				 const struct bpf_pack *pack, uint64_t va,
				 uint64_t end)
{
	struct dm_error *err = NULL;
	uint64_t size;

	for (; !err && va + BPF_CHUNK <= end; va += size ? size : BPF_CHUNK) {
		size = 0;
		if (!all_used(pack, va, BPF_CHUNK))
			continue;
		err = unlisted_size(kva, h, pack, va, end, &size);
		if (!err && size)
			err = dm_bpf_add_text(
				bpf,
				&(struct bpf_text){ .kind = BPF_TEXT_UNLISTED,
						    .start = va,
						    .end = va + size },
				"", 0);
		err = dm_incomplete_note(&bpf->incomplete, err);
	}
	return err;
}

static uint64_t chunk_up(uint64_t va)
{
	return (va + BPF_CHUNK - 1) & ~(uint64_t)(BPF_CHUNK - 1);
}

/* @listed: how many texts there were when they were last sorted. */
static struct dm_error *read_unlisted(struct bpf *bpf, struct kva *kva,
				      const struct header *h,
				      const struct bpf_pack *pack,
				      size_t listed)
{
	uint64_t va = pack->start;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < listed && va < pack->end; i++) {
		struct bpf_text text = bpf->raw[i].text;

		if (text.image_end <= va)
			continue;
		if (text.image_start >= pack->end)
			break;
		err = read_gap(bpf, kva, h, pack, va, text.image_start);
		va = chunk_up(text.image_end);
	}
	if (!err && va < pack->end)
		err = read_gap(bpf, kva, h, pack, va, pack->end);
	return err;
}

struct dm_error *dm_bpf_read_unlisted(struct bpf *bpf, struct dm_target *target)
{
	size_t i, listed = bpf->raw_count;
	struct header header;
	struct dm_error *err;

	err = header_init(&header, target);
	if (err)
		return dm_incomplete_note(&bpf->incomplete, err);
	for (i = 0; !err && i < bpf->pack_count; i++)
		if (bpf->packs[i].chunks)
			err = read_unlisted(bpf, dm_target_kva(target), &header,
					    &bpf->packs[i], listed);
	return err;
}
