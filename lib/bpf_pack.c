// SPDX-License-Identifier: GPL-2.0-or-later
/* The memory that BPF code lies in: packs, and what each text was given. */
#include <endian.h>
#include <inttypes.h>
#include <stdlib.h>

#include "bpf_private.h"
#include "list.h"

#define CHUNK 64 /* BPF_PROG_CHUNK_SIZE: unit of a pack's bitmap */
/* 2 MiB for each of at most 1024 nodes (BPF_PROG_PACK_SIZE). */
#define PACK_MAX  (2ULL << 30)
#define PACKS_MAX (16ULL << 30) /* bytes of all of them */

struct reader {
	struct bpf *bpf;
	struct kva *kva;
	uint64_t page_size;
	uint64_t ptr, bitmap, list; /* offsets in struct bpf_prog_pack */
	uint64_t bytes_left;
};

/* ---- Packs -------------------------------------------------------------- */

/* Bytes that the leaf at @va maps from there on; 0 if there is none. */
static struct dm_error *mapped_at(struct reader *r, uint64_t va, uint64_t *size)
{
	const struct arm64_geometry *g = kva_geometry(r->kva);
	struct kva_path path;
	struct dm_error *err;
	uint64_t leaf;

	*size = 0;
	err = kva_path(r->kva, va, &path);
	if (err || !path.is_leaf)
		return err;
	leaf = 1ULL << arm64_shift(g, path.level);
	*size = leaf - (va & (leaf - 1));
	return NULL;
}

/*
 * How far memory is mapped from @start on. vmalloc() leaves a guard page
 * behind each area (mm/vmalloc.c, __get_vm_area_node()), so this is the area's
 * end; its size is a matter of the release and of the number of nodes.
 */
static struct dm_error *find_end(struct reader *r, uint64_t start,
				 uint64_t *end)
{
	uint64_t max = r->bytes_left < PACK_MAX ? r->bytes_left : PACK_MAX;
	struct dm_error *err = NULL;
	uint64_t size = 1;

	for (*end = start; !err && size && *end - start <= max; *end += size)
		err = mapped_at(r, *end, &size);
	if (err)
		return err;
	if (*end - start > max)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "the BPF pack at 0x%" PRIx64
				       " has no end",
				       start);
	if (*end == start)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "the BPF pack at 0x%" PRIx64
				       " is not mapped",
				       start);
	return NULL;
}

static struct dm_error *count_used(struct reader *r, uint64_t bitmap,
				   struct bpf_pack *pack)
{
	uint64_t words = (pack->end - pack->start) / CHUNK / 64, i, word;
	uint64_t chunks = 0;
	struct dm_error *err = NULL;

	for (i = 0; !err && i < words; i++) {
		err = kva_read_u64(r->kva, bitmap + i * sizeof(word), &word);
		if (!err)
			chunks += (uint64_t)__builtin_popcountll(word);
	}
	if (err)
		return err;
	pack->used = chunks * CHUNK;
	pack->used_known = true;
	return NULL;
}

static struct dm_error *read_pack(void *arg, uint64_t node)
{
	struct reader *r = arg;
	uint64_t va = node - r->list;
	struct bpf *b = r->bpf;
	struct bpf_pack pack = { 0 };
	struct dm_error *err;

	err = kva_read_u64(r->kva, va + r->ptr, &pack.start);
	if (err)
		return err;
	pack.start = pointer_untagged(pack.start);
	if (pack.start % r->page_size)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "a BPF pack at 0x%" PRIx64
				       " does not begin with a page",
				       pack.start);
	err = find_end(r, pack.start, &pack.end);
	if (!err)
		err = bpf_grow((void **)&b->packs, &b->pack_room,
			       b->pack_count, sizeof(pack), BPF_PACKS_MAX,
			       "BPF packs");
	if (err)
		return err;
	r->bytes_left -= pack.end - pack.start;
	err = count_used(r, va + r->bitmap, &pack);
	b->packs[b->pack_count++] = pack;
	return err;
}

struct dm_error *bpf_read_packs(struct bpf *bpf, struct dm_target *target)
{
	struct reader r = {
		.bpf = bpf,
		.kva = target_kva(target),
		.page_size = target_kernel(target)->page_size,
		.bytes_left = PACKS_MAX,
	};
	const struct target_offset wanted[] = {
		{ "list", &r.list },
		{ "ptr", &r.ptr },
		{ "bitmap", &r.bitmap },
		{ NULL, NULL },
	};
	struct dm_error *err;
	uint64_t head;

	/* Before 5.18 there are no packs. */
	if (!types_has(target_types(target), "struct bpf_prog_pack", "ptr"))
		return NULL;
	err = target_offsets(target, "struct bpf_prog_pack", wanted);
	if (!err)
		err = target_symbol(target, "pack_list", &head);
	if (!err)
		err = list_walk(r.kva, head, BPF_PACKS_MAX, read_pack, &r,
				&bpf->incomplete);
	return incomplete_note(&bpf->incomplete, err);
}

/* ---- Images ------------------------------------------------------------- */

/* What of the header tells its size (include/linux/filter.h). */
struct header {
	uint64_t offset;
	uint64_t unit; /* bytes */
};

static struct dm_error *header_init(struct header *h, struct dm_target *target)
{
	struct types *types = target_types(target);

	h->unit = 1;
	if (types_has(types, "struct bpf_binary_header", "size"))
		return types_offset(types, "struct bpf_binary_header", "size",
				    &h->offset);
	/* Before 5.18. */
	h->unit = target_kernel(target)->page_size;
	return types_offset(types, "struct bpf_binary_header", "pages",
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

	err = kva_read_u32(kva, start + h->offset, &value);
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

struct dm_error *bpf_read_images(struct bpf *bpf, struct dm_target *target)
{
	uint64_t page_size = target_kernel(target)->page_size;
	struct header header;
	struct dm_error *err;
	size_t i;

	err = header_init(&header, target);
	if (err)
		return incomplete_note(&bpf->incomplete, err);
	for (i = 0; !err && i < bpf->raw_count; i++) {
		struct bpf_text *text = &bpf->raw[i].text;
		const struct bpf_pack *pack = bpf_pack_at(bpf, text->start);
		struct dm_range free = free_around(bpf, i, pack);

		if (!has_header(text->kind))
			continue;
		err = read_image(target_kva(target), &header,
				 pack ? CHUNK : page_size, &free, text);
		err = incomplete_note(&bpf->incomplete, err);
	}
	return err;
}
