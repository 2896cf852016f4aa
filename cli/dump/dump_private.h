/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DUMP_PRIVATE_H
#define DUMP_PRIVATE_H

#include "bytes.h"
#include "dump.h"
#include "layout_elf.h"
#include "layout_kdump.h"
#include "reader.h"
#include "stage.h"

#define DUMP_READY 32

struct dump {
	struct dm_source source;
	struct dump_info info;
	char why[256];

	struct bytes *files;
	size_t n;

	bool is_elf;
	struct elf_layout elf;
	/* kdump: as many as files, by ascending page numbers. */
	struct kdump_part *parts;

	/* kdump: what libkdumpfile is given instead of the parts. */
	struct stage *stages;

	/*
	 * kdump: the blocks that were last found to be there, and staged; block
	 * b at b % DUMP_READY as b + 1.
	 */
	uint64_t ready[DUMP_READY];

	int *fds;
	struct reader reader;

	char *notes;
	size_t notes_size;
	char *vmcoreinfo;
	size_t vmcoreinfo_size;
};

/* complaints.c: the dump is not whole; the first reason told is kept. */
void dump_incomplete(struct dump *dump, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct dm_error *dump_no_memory(void);
struct dm_error *dump_no_vmcoreinfo(const struct dump *dump);

/* elf.c and kdump.c: read the headers, and whatever can be wrong with them. */
struct dm_error *dump_open_elf(struct dump *dump);
struct dm_error *dump_open_kdump(struct dump *dump, bool split);

/* kdump.c: check that [pa, pa + size) is there, and stage it. */
struct dm_error *dump_prepare_kdump(struct dump *dump, uint64_t pa,
				    size_t size);

#endif /* DUMP_PRIVATE_H */
