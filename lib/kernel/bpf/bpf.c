// SPDX-License-Identifier: GPL-2.0-or-later
/* The lists as they are given out, and what is asked of them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/bpf/bpf_private.h"
#include "util/bisect.h"

const char *dm_bpf_text_kind_name(enum bpf_text_kind kind)
{
	static const char *const names[] = {
		[BPF_TEXT_PROGRAM] = "program",
		[BPF_TEXT_FUNCTION] = "function",
		[BPF_TEXT_NO_ID] = "program without ID",
		[BPF_TEXT_TRAMPOLINE] = "trampoline",
		[BPF_TEXT_DISPATCHER] = "dispatcher",
		[BPF_TEXT_STRUCT_OPS] = "struct_ops",
		[BPF_TEXT_OTHER] = "other",
		[BPF_TEXT_UNLISTED] = "unlisted",
	};

	return names[kind];
}

/* ---- Made ready --------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
	const struct bpf_text *x = &((const struct raw_text *)a)->text;
	const struct bpf_text *y = &((const struct raw_text *)b)->text;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static int by_id(const void *a, const void *b)
{
	const struct bpf_program *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_pack(const void *a, const void *b)
{
	const struct bpf_pack *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/*
 * The list of symbols names the code of programs again, and a program with
 * functions has its main one among them too (verifier.c, jit_subprogs(); in
 * fixups.c since 7.x).
 */
static void drop_doubles(struct bpf *b)
{
	size_t i, kept = 0;

	for (i = 0; i < b->raw_count; i++) {
		if (kept &&
		    b->raw[kept - 1].text.start == b->raw[i].text.start) {
			free(b->raw[i].name);
			continue;
		}
		b->raw[kept++] = b->raw[i];
	}
	b->raw_count = kept;
}

/* Sorted; two packs at one address are one and a broken one. */
static struct dm_error *drop_overlapping_packs(struct bpf *b)
{
	struct dm_error *err = NULL;
	size_t i, kept = 0;

	for (i = 0; i < b->pack_count; i++) {
		if (!kept || b->packs[i].start >= b->packs[kept - 1].end) {
			b->packs[kept++] = b->packs[i];
			continue;
		}
		if (!err)
			err = dm_error_create(DM_ERROR_BAD_DUMP,
					      "the BPF pack at 0x%" PRIx64
					      " is within another",
					      b->packs[i].start);
		free((void *)b->packs[i].chunks);
	}
	b->pack_count = kept;
	return dm_incomplete_note(&b->incomplete, err);
}

static struct dm_error *note_overlaps(struct bpf *b)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 1; !err && i < b->raw_count; i++) {
		const struct bpf_text *x = &b->raw[i - 1].text;
		const struct bpf_text *y = &b->raw[i].text;

		if (x->image_end <= y->image_start)
			continue;
		err = dm_incomplete_note(
			&b->incomplete,
			dm_error_create(DM_ERROR_BAD_DUMP,
					"BPF code at 0x%" PRIx64
					" reaches into that at 0x%" PRIx64,
					x->start, y->start));
	}
	return err;
}

/* NULL: there is none. */
static const struct bpf_program *program_by_id(const struct bpf *bpf,
					       uint32_t id)
{
	const struct bpf_program wanted = { .id = id };

	if (!id || !bpf->program_count)
		return NULL;
	return bsearch(&wanted, bpf->programs, bpf->program_count,
		       sizeof(wanted), by_id);
}

static struct dm_error *finish(struct bpf *b)
{
	size_t i;

	if (b->raw_count) {
		b->texts = calloc(b->raw_count, sizeof(*b->texts));
		if (!b->texts)
			return dm_error_no_memory();
	}
	for (i = 0; i < b->raw_count; i++) {
		struct raw_text *raw = &b->raw[i];

		b->texts[i] = raw->text;
		b->texts[i].name = raw->name;
		b->texts[i].program = program_by_id(b, raw->id);
	}
	b->text_count = b->raw_count;
	return note_overlaps(b);
}

static void sort_texts(struct bpf *b)
{
	if (b->raw_count)
		qsort(b->raw, b->raw_count, sizeof(*b->raw), by_start);
}

static struct dm_error *sort_packs(struct bpf *b)
{
	if (b->pack_count)
		qsort(b->packs, b->pack_count, sizeof(*b->packs), by_pack);
	return drop_overlapping_packs(b);
}

static struct dm_error *read_all(struct bpf *b, struct dm_target *target)
{
	struct dm_error *err;

	err = dm_bpf_read_programs(b, target);
	if (!err)
		err = dm_bpf_read_packs(b, target);
	if (!err)
		err = sort_packs(b);
	if (err)
		return err;
	if (b->program_count)
		qsort(b->programs, b->program_count, sizeof(*b->programs),
		      by_id);
	sort_texts(b);
	drop_doubles(b);
	err = dm_bpf_read_images(b, target);
	if (!err)
		err = dm_bpf_read_unlisted(b, target);
	if (err)
		return err;
	sort_texts(b);
	return finish(b);
}

struct dm_error *dm_bpf_create(struct dm_target *target, struct bpf **ret)
{
	struct bpf *b = calloc(1, sizeof(*b));
	struct dm_error *err;

	if (!b)
		return dm_error_no_memory();
	err = read_all(b, target);
	if (err) {
		dm_bpf_destroy(b);
		return err;
	}
	*ret = b;
	return NULL;
}

void dm_bpf_destroy(struct bpf *bpf)
{
	size_t i;

	if (!bpf)
		return;
	for (i = 0; i < bpf->raw_count; i++)
		free(bpf->raw[i].name);
	free(bpf->raw);
	for (i = 0; i < bpf->pack_count; i++)
		free((void *)bpf->packs[i].chunks);
	free(bpf->texts);
	free(bpf->packs);
	free(bpf->programs);
	free(bpf);
}

/* ---- Asked -------------------------------------------------------------- */

const char *dm_bpf_incomplete(const struct bpf *bpf)
{
	return bpf->incomplete.times ? bpf->incomplete.why : NULL;
}

/* How many texts begin below @end, by their images. */
static size_t texts_below(const struct bpf *b, uint64_t end)
{
	return dm_bisect(i, b->text_count, b->texts[i].image_start < end);
}

const struct bpf_text *dm_bpf_texts_in(const struct bpf *bpf, uint64_t start,
				       uint64_t end, size_t *count)
{
	size_t stop = texts_below(bpf, end), first = stop;

	while (first && bpf->texts[first - 1].image_end > start)
		first--;
	*count = stop - first;
	return *count ? &bpf->texts[first] : NULL;
}
