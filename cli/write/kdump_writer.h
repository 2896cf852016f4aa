/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes kdump-compressed files ("KDUMP   ", header version 6, 64-bit little
 * endian): the format of makedumpfile, read by crash, drgn and libkdumpfile.
 *
 * A file is: header | sub header, ELF notes | bitmap of memory | bitmap of
 * dumped pages | one descriptor for each dumped page | page data. The first
 * bitmap is left out where nothing is known of memory besides. Everything
 * up to the data has its place once the list of pages is known, so that list
 * comes first and the pages follow in the same order. The same calls give the
 * same bytes.
 *
 * Memory use does not grow with the dump. Nothing here renames or removes a
 * file: write to a temporary one and rename it after kdump_writer_finish().
 */
#ifndef KDUMP_WRITER_H
#define KDUMP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dm_error;
struct kdump_writer;

enum kdump_compression {
	KDUMP_NONE,
	KDUMP_ZLIB,
	KDUMP_LZO,
};

/* Flags of a page descriptor; the header's status word uses the same bits. */
#define KDUMP_FLAG_ZLIB	      0x01u
#define KDUMP_FLAG_LZO	      0x02u
#define KDUMP_FLAG_SNAPPY     0x04u
#define KDUMP_FLAG_INCOMPLETE 0x08u /* status only: the dump was cut short */
#define KDUMP_FLAG_ZSTD	      0x20u

/** Page frames [start, end). */
struct kdump_pfn_range {
	uint64_t start, end;
};

/** Zero is a fitting value for everything but block_size. */
struct kdump_writer_options {
	/** Size of a page; a power of two, 4096 to 65536. */
	uint32_t block_size;
	/** What kdump_writer_add() does to a page. */
	enum kdump_compression compression;
	/** ELF notes as they stand in a vmcore, VMCOREINFO among them. */
	const void *notes;
	size_t notes_size;
	/** The dumped kernel's utsname; names longer than 64 bytes are cut.
	 *  libkdumpfile takes no name, not even the machine's, from a header
	 *  in which some are empty (as QEMU leaves them), so what is NULL or
	 *  empty here becomes "Linux", "(none)", OSRELEASE of VMCOREINFO,
	 *  "(unknown)", "aarch64", "(none)". */
	const char *sysname, *nodename, *release, *version, *machine;
	const char *domainname;
	/** What the machine has as memory, sorted and disjoint (first bitmap).
	 *  Dumped pages need not be repeated here. */
	const struct kdump_pfn_range *ram;
	size_t ram_count;
	/** Number of page frames that the bitmaps cover; 0: just enough. */
	uint64_t max_mapnr;
	uint64_t phys_base;
	int dump_level;
	/** KDUMP_FLAG_*; that of the compression is added by itself. */
	uint32_t status;
	/** 0: 1, as crash warns of 0. */
	uint32_t nr_cpus;
	uint64_t timestamp_sec, timestamp_usec;
	/** One file of a split set: the bitmaps show all pages, but only those
	 *  within [split_start, split_end) are stored and to be added. */
	bool split;
	uint64_t split_start, split_end;
};

/**
 * Write all but the pages.
 *
 * @param fd	an empty regular file, open for writing. Not closed here.
 * @param pfns	the dumped page frames, strictly increasing. Used until
 *		kdump_writer_destroy(). @p options is not.
 */
struct dm_error *kdump_writer_create(struct kdump_writer **writer, int fd,
				     const struct kdump_writer_options *options,
				     const uint64_t *pfns, size_t count);

/**
 * How long the file of a dump that is not split is before its page data: it
 * will be no shorter.
 */
struct dm_error *
kdump_writer_min_size(const struct kdump_writer_options *options,
		      const uint64_t *pfns, size_t count, uint64_t *size);

/** Store the next page. Raw where compression does not make it smaller. */
struct dm_error *kdump_writer_add(struct kdump_writer *writer, uint64_t pfn,
				  const void *data);

/**
 * Store the next page as it is given: compressed elsewhere, by a method told
 * in @p flags. Nothing is checked, so a test can write nonsense too.
 */
struct dm_error *kdump_writer_add_raw(struct kdump_writer *writer, uint64_t pfn,
				      const void *bytes, uint32_t size,
				      uint32_t flags);

/** To be called after the last page; without it the file is not whole. */
struct dm_error *kdump_writer_finish(struct kdump_writer *writer);

/** NULL is fine. */
void kdump_writer_destroy(struct kdump_writer *writer);

#endif /* KDUMP_WRITER_H */
