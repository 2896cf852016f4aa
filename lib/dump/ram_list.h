/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a text that lies beside images of RAM says of them: which part of which
 * file is which memory. Any such text may be a stranger's: it names files of its
 * own folder and no others.
 */
#ifndef DUMP_RAM_LIST_H
#define DUMP_RAM_LIST_H

#include "directmap.h"
#include "dump/image_spec.h"

struct ram_list {
	/* Of a parser: path is a name in the folder of the text. */
	struct image_specs ram;
	char *vmcoreinfo; /* "@" and an address, or a file; NULL: not said */
	char *vmlinux; /* NULL: not said */
	size_t passed_over; /* pieces of the dump that are no RAM of Linux */
	/* One clause on RAM that is in none of the files; NULL: all is. */
	char *lacks;
};

/* A parser: an error begins with the line that it is about. */
typedef struct dm_error *(*ram_list_parse)(const char *text, size_t size,
					   struct ram_list *list);

void dm_ram_list_deinit(struct ram_list *list);

/*
 * Take the name of a file in the same folder.
 * @returns	DM_ERROR_BAD_DUMP: it is none, or one that leaves the folder.
 */
struct dm_error *dm_ram_name_copy(const char *name, size_t size, char **ret);

/* Add a range; @spec->path is not taken. DM_ERROR_BAD_DUMP: it cannot be. */
struct dm_error *dm_ram_list_add(struct ram_list *list, const char *name,
				 size_t name_size,
				 const struct image_spec *spec);

/* ---- Lines of a text -------------------------------------------------------- */

#define RAM_LINE_MAX  4096
#define RAM_WORDS_MAX 32

struct ram_lines {
	const char *at, *end;
	size_t number; /* of the line that was read, from 1 on */
	/* It, without blanks at either end. */
	char line[RAM_LINE_MAX];
};

/* @returns how long the mark of UTF-8 is that an editor put before the text. */
size_t dm_ram_text_begin(const char *text, size_t size);

void dm_ram_lines_init(struct ram_lines *lines, const char *text, size_t size);
/* @returns false at the end. An error: too long, or it has a NUL in it. */
struct dm_error *dm_ram_lines_next(struct ram_lines *lines, bool *more);
/* @err of the line that was read, if there is one. */
struct dm_error *dm_ram_lines_error(const struct ram_lines *lines,
				    struct dm_error *err);
/*
 * Cut the line into words, in place. @returns how many there are; those beyond
 * RAM_WORDS_MAX are not in @words.
 */
size_t dm_ram_lines_words(struct ram_lines *lines, char *words[RAM_WORDS_MAX]);

#endif /* DUMP_RAM_LIST_H */
