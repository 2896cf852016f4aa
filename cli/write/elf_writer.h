/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes ELF vmcores of arm64 kernels as /proc/vmcore has them, read by crash,
 * drgn, makedumpfile and libkdumpfile.
 *
 * A file is: ELF header | program headers: notes, then memory | section header
 * 0, where the segments are too many to count without | notes | page data.
 * Neighbours in physical memory share a segment. No compression, but nothing
 * is as long as the highest address either.
 *
 * Memory use does not grow with the dump. Nothing here renames or removes a
 * file: write to a temporary one and rename it after elf_writer_finish().
 */
#ifndef ELF_WRITER_H
#define ELF_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dm_error;
struct elf_writer;

struct elf_writer_options {
	/** A power of two, 4096 to 65536. */
	uint32_t page_size;
	/** As they stand in a vmcore, VMCOREINFO among them. */
	const void *notes;
	size_t notes_size;
	/** Linear map: VA - PA, modulo 2^64. */
	uint64_t linear_voffset;
	/** The dump was cut short. */
	bool incomplete;
};

/** What the file's length will be; 0 where ELF cannot hold that. */
uint64_t elf_writer_size(const struct elf_writer_options *options,
			 const uint64_t *pfns, size_t count);

/**
 * Write all but the pages.
 *
 * @param fd	an empty regular file, open for writing. Not closed here.
 * @param pfns	the page frames, strictly increasing, one at least. Used until
 *		elf_writer_destroy(). @p options is not.
 */
struct dm_error *elf_writer_create(struct elf_writer **writer, int fd,
				   const struct elf_writer_options *options,
				   const uint64_t *pfns, size_t count);

/** Store the next page. */
struct dm_error *elf_writer_add(struct elf_writer *writer, uint64_t pfn,
				const void *data);

/** To be called after the last page; without it the file is not whole. */
struct dm_error *elf_writer_finish(struct elf_writer *writer);

/** NULL is fine. */
void elf_writer_destroy(struct elf_writer *writer);

#endif /* ELF_WRITER_H */
