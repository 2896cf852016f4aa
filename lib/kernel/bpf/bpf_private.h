/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read BPF code share. */
#ifndef DM_BPF_PRIVATE_H
#define DM_BPF_PRIVATE_H

#include "directmap/array.h"
#include "kernel/bpf/bpf.h"
#include "util/incomplete.h"

/* More of these than any machine has; a dump that says so is garbage. */
#define BPF_PROGRAMS_MAX 65536
#define BPF_TEXTS_MAX	 131072
#define BPF_PACKS_MAX	 4096
/* BPF_MAX_SUBPROGS is 256; hidden ones come on top. */
#define BPF_FUNCTIONS_MAX 1024

/* A text as it is read; the list of programs may yet move. */
struct raw_text {
	struct bpf_text text;
	char *name; /* text.name, owned */
	uint32_t id; /* of its program; 0: none, as Linux counts from 1 */
};

struct bpf {
	struct bpf_program *programs;
	size_t program_count, program_capacity;
	struct raw_text *raw;
	size_t raw_count, raw_capacity;
	size_t visits; /* of texts, counted or not */
	/* Made of raw in the end: sorted, each piece of code once. */
	struct bpf_text *texts;
	size_t text_count;
	struct bpf_pack *packs;
	size_t pack_count, pack_capacity;
	struct incomplete incomplete;
};

/* The last thing that is said of an array that is full. */
static inline struct dm_error *bpf_full(size_t max, const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "more than %zu %s; the rest is left out", max,
			       what);
}

/**
 * @param name	Copied.
 * @returns	DM_ERROR_BAD_DUMP: no range of code, or one too many.
 */
struct dm_error *dm_bpf_add_text(struct bpf *bpf, const struct bpf_text *text,
				 const char *name, uint32_t id);

/* Each adds to @p bpf; errors are those that end the job. */
struct dm_error *dm_bpf_read_programs(struct bpf *bpf,
				      struct dm_target *target);
struct dm_error *dm_bpf_read_packs(struct bpf *bpf, struct dm_target *target);
/* Once texts and packs are sorted, in this order. */
struct dm_error *dm_bpf_read_images(struct bpf *bpf, struct dm_target *target);
struct dm_error *dm_bpf_read_unlisted(struct bpf *bpf,
				      struct dm_target *target);

#endif /* DM_BPF_PRIVATE_H */
