/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are given as a dump and are none that is read here: what they are,
 * how to come to a vmcore from there, and whether libkdumpfile is asked first. It
 * is looked at once a file turned out to be none of our own reader's.
 */
#ifndef DUMP_KINDS_H
#define DUMP_KINDS_H

#include "dump/bytes.h"

/* What libkdumpfile makes of a file that is none of ours. */
enum kinds_second {
	SECOND_NEVER, /* nothing: it is no dump, or of no use for one */
	SECOND_MAY, /* something, perhaps, some day */
	SECOND_DOES, /* it reads it, or says why not */
};

/*
 * Always an error: DM_ERROR_UNSUPPORTED, or what reading failed with (then it
 * is SECOND_NEVER).
 */
struct dm_error *dm_kinds_refuse(const struct bytes *bytes,
				 enum kinds_second *second)
	__attribute__((returns_nonnull));

/* The same for an ELF file that is a program, a module or a kernel. */
struct dm_error *dm_kinds_refuse_elf(const struct bytes *bytes,
				     unsigned int e_type)
	__attribute__((returns_nonnull));

#endif /* DUMP_KINDS_H */
