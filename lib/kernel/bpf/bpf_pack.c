// SPDX-License-Identifier: GPL-2.0-or-later
/* Packs, which most BPF code lies in: kernel/bpf/core.c, bpf_prog_pack_alloc(). */
#include <endian.h>
#include <inttypes.h>
#include <stdlib.h>

#include "kernel/bpf/bpf_private.h"
#include "target/list_each.h"
#include "util/bisect.h"
#include "util/range.h"

/* 2 MiB for each of at most 1024 nodes (BPF_PROG_PACK_SIZE). */
#define PACK_MAX  (2ULL << 30)
#define PACKS_MAX (4ULL << 30) /* bytes of all of them */

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
	const struct arm64_geometry *g = dm_kva_geometry(r->kva);
	struct kva_path path;
	struct dm_error *err;
	uint64_t leaf;

	*size = 0;
	err = dm_kva_path(r->kva, va, &path);
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

static struct dm_error *read_chunks(struct reader *r, uint64_t bitmap,
				    struct bpf_pack *pack)
{
	uint64_t count = (pack->end - pack->start) / BPF_CHUNK, i;
	size_t words = (size_t)((count + 63) / 64);
	struct dm_error *err;
	uint64_t *chunks;

	chunks = calloc(words, sizeof(*chunks));
	if (!chunks)
		return dm_error_no_memory();
	err = dm_kva_read(r->kva, bitmap, chunks, words * sizeof(*chunks),
			  DM_CONTENT_DATA);
	if (err) {
		free(chunks);
		return err;
	}
	for (i = 0; i < words; i++)
		chunks[i] = le64toh(chunks[i]);
	pack->chunks = chunks;
	return NULL;
}

static struct dm_error *read_pack(void *arg, uint64_t node)
{
	struct reader *r = arg;
	uint64_t va = node - r->list;
	struct bpf *b = r->bpf;
	struct bpf_pack pack = { 0 };
	struct dm_error *err;

	err = dm_kva_read_u64(r->kva, va + r->ptr, &pack.start);
	if (err)
		return err;
	pack.start = arm64_untagged(pack.start);
	if (pack.start % r->page_size)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "a BPF pack at 0x%" PRIx64
				       " does not begin with a page",
				       pack.start);
	err = find_end(r, pack.start, &pack.end);
	if (!err && b->pack_count == BPF_PACKS_MAX)
		err = bpf_full(BPF_PACKS_MAX, "BPF packs");
	if (!err)
		err = dm_array_reserve(&b->packs, &b->pack_capacity,
				       b->pack_count, 1, BPF_PACKS_MAX);
	if (err)
		return err;
	r->bytes_left -= pack.end - pack.start;
	err = read_chunks(r, va + r->bitmap, &pack);
	b->packs[b->pack_count++] = pack;
	return err;
}

struct dm_error *dm_bpf_read_packs(struct bpf *bpf, struct dm_target *target)
{
	struct reader r = {
		.bpf = bpf,
		.kva = dm_target_kva(target),
		.page_size = dm_target_kernel(target)->page_size,
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
	bool has;

	err = dm_types_has(dm_target_types(target), "struct bpf_prog_pack",
			   "ptr", &has);
	/* Before 5.18 there are no packs. */
	if (err || !has)
		return err;
	err = dm_target_offsets(target, "struct bpf_prog_pack", wanted);
	if (!err)
		err = dm_target_symbol(target, "pack_list", &head);
	if (!err)
		err = dm_list_each(r.kva, head, BPF_PACKS_MAX, read_pack, &r,
				   &bpf->incomplete);
	return dm_incomplete_note(&bpf->incomplete, err);
}

/* ---- Asked -------------------------------------------------------------- */

const struct bpf_pack *dm_bpf_pack_at(const struct bpf *bpf, uint64_t va)
{
	size_t above = dm_bisect(i, bpf->pack_count, bpf->packs[i].start <= va);
	if (!above || bpf->packs[above - 1].end <= va)
		return NULL;
	return &bpf->packs[above - 1];
}

uint64_t dm_bpf_pack_used(const struct bpf_pack *pack, uint64_t start,
			  uint64_t end)
{
	struct dm_range in;
	uint64_t i, used = 0;

	in = range_clip(start, end, pack->start, pack->end);
	if (!pack->chunks || in.start >= in.end)
		return 0;
	for (i = (in.start - pack->start) / BPF_CHUNK;
	     i <= (in.end - 1 - pack->start) / BPF_CHUNK; i++) {
		uint64_t chunk = pack->start + i * BPF_CHUNK;

		if (!(pack->chunks[i / 64] >> i % 64 & 1))
			continue;
		used += range_overlap(chunk, chunk + BPF_CHUNK, in.start,
				      in.end);
	}
	return used;
}
