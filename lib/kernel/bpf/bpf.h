/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF code in the dumped kernel: which program, trampoline or pack is at an
 * address.
 */
#ifndef DM_BPF_H
#define DM_BPF_H

#include "target/target.h"

struct bpf;

#define BPF_NAME_MAX 16 /* BPF_OBJ_NAME_LEN, NUL included */
#define BPF_TAG_MAX  17 /* BPF_TAG_SIZE in hexadecimal, NUL included */
#define BPF_TYPE_MAX 48

/** A program with an ID, as `bpftool prog` lists them. */
struct bpf_program {
	uint64_t va; /* of its struct bpf_prog */
	uint32_t id;
	uint32_t jited_len; /* bytes; 0: interpreted */
	uint64_t load_time; /* ns since boot, time in suspend included */
	char name[BPF_NAME_MAX]; /* may be empty */
	char tag[BPF_TAG_MAX];
	char type[BPF_TYPE_MAX]; /* "socket_filter", …, or a number */
};

/* A lower one is preferred if two lists name the same code. */
enum bpf_text_kind {
	BPF_TEXT_PROGRAM, /* the main function of a program */
	BPF_TEXT_FUNCTION, /* another function of a program */
	BPF_TEXT_NO_ID, /* of a program without an ID: being freed */
	BPF_TEXT_TRAMPOLINE,
	BPF_TEXT_DISPATCHER,
	BPF_TEXT_STRUCT_OPS,
	BPF_TEXT_OTHER,
	/*
	 * In a pack, but in no list: a classic filter (seccomp, sockets), of
	 * which the kernel keeps none, or one whose lists are broken. Start and
	 * end are those of the image.
	 */
	BPF_TEXT_UNLISTED,
};

/** "program", "trampoline", … */
const char *dm_bpf_text_kind_name(enum bpf_text_kind kind);

/** A piece of compiled code. */
struct bpf_text {
	enum bpf_text_kind kind;
	const char *name; /* as in kallsyms; may be empty */
	uint64_t start, end; /* VA */
	/*
	 * What was allocated for it, header and padding included; the same as
	 * start and end if that is not known.
	 */
	uint64_t image_start, image_end;
	const struct bpf_program *program; /* NULL: none with an ID */
};

/**
 * Memory that many programs share (kernel/bpf/core.c, bpf_prog_pack_alloc();
 * on arm64 since 6.9). All of it is made read-only at once.
 */
struct bpf_pack {
	uint64_t start, end; /* VA */
	const uint64_t *chunks; /* a bit for each in use; NULL: not known */
};

#define BPF_CHUNK 64 /* bytes: BPF_PROG_CHUNK_SIZE */

/** Bytes of [start, end) that are in use; 0 if that is not known. */
uint64_t dm_bpf_pack_used(const struct bpf_pack *pack, uint64_t start,
			  uint64_t end);

/**
 * Read programs, their code and packs.
 *
 * What cannot be read is left out: see dm_bpf_incomplete().
 *
 * @returns	DM_ERROR_NOT_FOUND, or what kept them from being read: there
 *		are no symbols or no types at all.
 */
struct dm_error *dm_bpf_create(struct dm_target *target, struct bpf **ret);
void dm_bpf_destroy(struct bpf *bpf);

/** Why not all of it could be read, the first reason; NULL: all was. */
const char *dm_bpf_incomplete(const struct bpf *bpf);

/** What is at @p va; NULL if nothing is. */
const struct bpf_pack *dm_bpf_pack_at(const struct bpf *bpf, uint64_t va);

/**
 * Texts whose image touches [start, end), by rising address.
 * @returns	The first of @p count; NULL if there is none.
 */
const struct bpf_text *dm_bpf_texts_in(const struct bpf *bpf, uint64_t start,
				       uint64_t end, size_t *count);

#endif /* DM_BPF_H */
