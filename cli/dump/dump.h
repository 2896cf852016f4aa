/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens arm64 vmcores and serves their physical pages to libdirectmap.
 *
 * A dump is one file, or the parts of one set that makedumpfile --split made.
 * ELF, kdump-compressed, both of them flattened, and /proc/kcore.
 */
#ifndef DUMP_H
#define DUMP_H

#include "directmap.h"

struct dump;

/** One field of the utsname in a kdump header, NUL included. */
#define DUMP_UTS_MAX 66

struct dump_info {
	/** "elf", "kdump", "elf-flattened", "kdump-flattened" or "kcore". */
	const char *format;
	/** False: cut off, a part missing, or marked incomplete by its writer. */
	bool complete;
	/** One clause, NULL when complete. */
	const char *why_incomplete;
	/** Files that the dump consists of. */
	size_t files;
	/** What one bit of the kdump page bitmap stands for; 0 for ELF. */
	uint32_t block_size;
	/** makedumpfile -d as the kdump sub-header has it, -1 unknown. */
	int dump_level;

	/* From the kdump header; 0 or empty for ELF. */
	int32_t header_version;
	struct {
		char sysname[DUMP_UTS_MAX];
		char nodename[DUMP_UTS_MAX];
		char release[DUMP_UTS_MAX];
		char version[DUMP_UTS_MAX];
		char machine[DUMP_UTS_MAX];
		char domainname[DUMP_UTS_MAX];
	} uts;
	/** Seconds and microseconds of the crash, 0 unknown. */
	int64_t time_sec, time_usec;
	uint32_t status;
	int32_t nr_cpus;
	uint64_t phys_base;
	/** Blocks of physical address space that the bitmap speaks of. */
	uint64_t max_mapnr;
};

/**
 * Open the dump in @p paths, in any order.
 *
 * Several files are taken for one dump when their headers say that they are
 * parts of one; @p split says that they must be (and so may be one part only).
 *
 * @returns DM_ERROR_OS: a file cannot be opened. DM_ERROR_UNSUPPORTED: not a
 *	    dump, or not of a kind that is read here. DM_ERROR_BAD_DUMP: its
 *	    headers contradict themselves or lack VMCOREINFO.
 *	    DM_ERROR_INVALID_ARGUMENT: the files are not one dump.
 */
struct dm_error *dump_open(struct dump **ret, const char *const *paths,
			   size_t n, bool split);

/** NULL is fine. */
void dump_close(struct dump *dump);

/** The dump as a source of pages; it lives as long as the dump. */
struct dm_source *dump_source(struct dump *dump);

const struct dump_info *dump_info(const struct dump *dump);

/**
 * The ELF notes as bytes: all PT_NOTE segments, or the note area of the kdump
 * sub-header. Owned by the dump; size 0 when there are none.
 */
struct dm_error *dump_notes(struct dump *dump, const void **notes,
			    size_t *size);

#endif /* DUMP_H */
