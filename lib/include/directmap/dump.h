/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens arm64 vmcores and serves their physical pages to libdirectmap.
 *
 * A dump is one file, or the parts of one set that makedumpfile --split made.
 * ELF, kdump-compressed, both of them flattened, and /proc/kcore.
 */
#ifndef DIRECTMAP_DUMP_H
#define DIRECTMAP_DUMP_H

#include <directmap/error.h>
#include <directmap/source.h>

DM_BEGIN_DECLS

struct dm_dump;

/** One field of the utsname in a kdump header, NUL included. */
#define DM_DUMP_UTS_MAX 66

enum dm_dump_vmcoreinfo {
	DM_DUMP_VMCOREINFO_OWN, /**< a note, or its place in a kdump header */
	DM_DUMP_VMCOREINFO_RAM, /**< memory of the dump, at vmcoreinfo_pa */
	DM_DUMP_VMCOREINFO_FILE, /**< another file, vmcoreinfo_file */
};

struct dm_dump_info {
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

	/* Where VMCOREINFO is from. */
	enum dm_dump_vmcoreinfo vmcoreinfo_from;
	/** The user said so; else it was found and proved. */
	bool vmcoreinfo_given;
	uint64_t vmcoreinfo_pa;
	const char *vmcoreinfo_file; /**< of the options */

	/**
	 * One clause on a kdump header whose names are another kernel's than
	 * VMCOREINFO says; NULL: they agree, or it has none. What uts has is
	 * empty then.
	 */
	const char *header_contradicts;

	/* From the kdump header; 0 or empty for ELF. */
	int32_t header_version;
	struct {
		char sysname[DM_DUMP_UTS_MAX];
		char nodename[DM_DUMP_UTS_MAX];
		char release[DM_DUMP_UTS_MAX];
		char version[DM_DUMP_UTS_MAX];
		char machine[DM_DUMP_UTS_MAX];
		char domainname[DM_DUMP_UTS_MAX];
	} uts;
	/** Seconds and microseconds of the crash, 0 unknown. */
	int64_t time_sec, time_usec;
	uint32_t status;
	int32_t nr_cpus;
	uint64_t phys_base;
	/** Blocks of physical address space that the bitmap speaks of. */
	uint64_t max_mapnr;
};

/** All zero is what dm_dump_open() does. */
struct dm_dump_options {
	/** The files must be the parts of one dump (and may be one part only). */
	bool split;
	/**
	 * VMCOREINFO from elsewhere than the dump's notes: "@" and a physical
	 * address, or the path of a file with its text or note. NULL: from the
	 * notes, and where there is none, from memory. It must outlive the dump.
	 */
	const char *vmcoreinfo;
	/**
	 * Asked at each read while it is opened: a bitmap may be larger than
	 * all that is stored. May be NULL.
	 */
	bool (*late)(void *arg);
	/** Asked now and then while memory is looked through; may be NULL. */
	bool (*stop)(void *arg);
	/** Told now and then, in bytes; may be NULL. */
	void (*progress)(void *arg, uint64_t done, uint64_t all);
	void *arg;
};

/**
 * Open the dump in @p paths, in any order.
 *
 * Several files are taken for one dump when their headers say that they are
 * parts of one; @p split says that they must be (and so may be one part only).
 *
 * @returns DM_ERROR_OS: a file cannot be opened. DM_ERROR_UNSUPPORTED: not a
 *	    dump, or not of a kind that is read here. DM_ERROR_BAD_DUMP: its
 *	    headers contradict themselves, or it has no VMCOREINFO.
 *	    DM_ERROR_INVALID_ARGUMENT: the files are not one dump.
 */
DM_API struct dm_error *dm_dump_open(struct dm_dump **ret,
				     const char *const *paths, size_t n,
				     bool split);

/**
 * dm_dump_open(), in all its ways.
 *
 * @returns DM_ERROR_INTERRUPTED as well: late() or stop() said so.
 */
DM_API struct dm_error *
dm_dump_open_with(struct dm_dump **ret, const char *const *paths, size_t n,
		  const struct dm_dump_options *options);

/** NULL is fine. */
DM_API void dm_dump_close(struct dm_dump *dump);

/** The dump as a source of pages; it lives as long as the dump. */
DM_API struct dm_source *dm_dump_source(struct dm_dump *dump);

DM_API const struct dm_dump_info *dm_dump_info(const struct dm_dump *dump);

/**
 * The ELF notes as bytes: all PT_NOTE segments, or the note area of the kdump
 * sub-header, without notes of over 1 MiB (device dumps). Owned by the dump; size
 * 0 when there are none.
 */
DM_API struct dm_error *dm_dump_notes(struct dm_dump *dump, const void **notes,
				      size_t *size);

DM_END_DECLS

#endif /* DIRECTMAP_DUMP_H */
