/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The formats of dumps: what opening, reading and searching a dump ask of each.
 * One format is one row, in a file of its own.
 */
#ifndef DUMP_FORMAT_H
#define DUMP_FORMAT_H

#include "dump/bytes.h"
#include "dump/memory.h"
#include "dump/view.h"

/* As much of a file's beginning tells formats apart. */
#define FORMAT_HEAD 8

struct dump_format {
	/* By the beginning of a file. NULL: nothing in a file tells. */
	bool (*is)(const char head[FORMAT_HEAD]);
	/* One dump may be several files. */
	bool several;
	/* Its header names the machine, and open() looks at that. */
	bool names_machine;
	/*
	 * Read the headers of all files, and whatever can be wrong with them,
	 * and VMCOREINFO if there is a note. What it puts in dump->layout is
	 * close()'s, on an error too.
	 */
	struct dm_error *(*open)(struct dm_dump *dump,
				 const struct dm_dump_options *options);
	void (*close)(struct dm_dump *dump);
	/* See dm_dump_part(). NULL: there are no parts. */
	struct dm_error *(*part)(const struct bytes *bytes, bool *is_part,
				 uint64_t *first);

	/* A thread's own buffers, in view->pages; there is nothing to end on an error. */
	struct dm_error *(*begin)(struct dump_view *view);
	void (*end)(struct dump_view *view);
	/* Physical memory below 2^52; errors as those of a dm_source's read(). */
	struct dm_error *(*read)(struct dump_view *view, uint64_t pa, void *buf,
				 size_t size);
	/*
	 * NULL if read() will find that as far as headers and bitmaps tell, else
	 * why not; for the second reader. NULL: that does not know the format.
	 */
	struct dm_error *(*hold)(struct dump_view *view, uint64_t pa,
				 size_t size);
	/* Note pages that will be asked for. NULL: it does not help. */
	void (*hint)(struct dump_view *view, const uint64_t *pas, size_t count,
		     size_t size);

	/* See dm_memory_walk(), which does the rest. */
	struct dm_error *(*walk)(const struct dm_dump *dump,
				 struct memory_walk *walk);
};

extern const struct dump_format dm_format_avml, dm_format_elf, dm_format_kdump,
	dm_format_lime, dm_format_raw;

/* Zero-filled where the file is too short. */
struct dm_error *dm_format_head(const struct bytes *bytes,
				char head[FORMAT_HEAD]);

/* NULL: none that is read here. */
const struct dump_format *dm_format_of(const char head[FORMAT_HEAD]);

/* The same of a file: NULL for a core of a Xen domain, too, which is ELF by its head. */
struct dm_error *dm_format_of_file(const struct bytes *bytes,
				   const struct dump_format **ret);

#endif /* DUMP_FORMAT_H */
