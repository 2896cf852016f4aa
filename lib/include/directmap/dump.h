/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * Opens arm64 vmcores and serves their physical pages to libdirectmap: the front
 * door of libdirectmap-dump.
 *
 * A dump is one file, or the parts of one set that makedumpfile --split made:
 * ELF, kdump-compressed, both of them flattened, /proc/kcore, LiME's and AVML's.
 * Or it is raw memory in files, of which is said where in physical memory each
 * belongs (dm_dump_open()).
 * What libkdumpfile knows besides is read by that.
 *
 * A dump is used by one thread at a time, with all that came of it but clones of
 * its source; two dumps share nothing.
 */
#ifndef DIRECTMAP_DUMP_H
#define DIRECTMAP_DUMP_H

#include <directmap/error.h>
#include <directmap/source.h>

DM_BEGIN_DECLS

struct dm_dump;

/** One field of the utsname in a kdump header, NUL included. */
#define DM_DUMP_UTS_MAX 66

/** Where VMCOREINFO is from. */
enum dm_dump_vmcoreinfo {
	DM_DUMP_VMCOREINFO_OWN, /**< a note, or its place in a kdump header */
	DM_DUMP_VMCOREINFO_RAM, /**< memory of the dump, at vmcoreinfo_pa */
	DM_DUMP_VMCOREINFO_FILE, /**< another file, vmcoreinfo_file */
	/** None: what stands in for it was found by the page of the kernel's
	 * image at vmcoreinfo_pa (directmap/find.h). */
	DM_DUMP_VMCOREINFO_IMAGE,
};

/** Which reader reads a dump's memory. */
enum dm_dump_reader {
	/** Ours where it knows the format, else libkdumpfile. */
	DM_DUMP_READER_AUTO,
	DM_DUMP_READER_OWN, /**< ours alone */
	/**
	 * libkdumpfile. Of formats that ours knows, headers and notes are read
	 * by ours still, and a page that ours does not find is not asked for:
	 * libkdumpfile 0.5.1 takes what is missing for zeros.
	 */
	DM_DUMP_READER_LIBKDUMPFILE,
};

/** What opening it told; read-only, as long as the dump. */
struct dm_dump_info {
	size_t struct_size; /**< as this library has it */
	/**
	 * "elf", "kdump", "elf-flattened", "kdump-flattened", "kcore", "lime",
	 * "avml" or "raw"; of a format that libkdumpfile alone knows, its name
	 * for it ("lkcd" …).
	 */
	const char *format;
	/** False: cut off, a part missing, or marked incomplete by its writer. */
	bool complete;
	/** One clause, NULL when complete. */
	const char *why_incomplete;
	/** Files that the dump consists of. */
	size_t files;
	/** What one bit of the kdump page bitmap stands for; 0 for others. */
	uint32_t block_size;
	/** makedumpfile -d as the kdump sub-header has it, -1 unknown. */
	int dump_level;

	enum dm_dump_vmcoreinfo
		vmcoreinfo_from; /**< where VMCOREINFO is from */
	/** The user said so; else it was found and proved. */
	bool vmcoreinfo_given;
	/** PA of it, of RAM; of the page that the kernel was found by, of IMAGE. */
	uint64_t vmcoreinfo_pa;
	const char *vmcoreinfo_file; /**< of the options */

	/**
	 * One clause on a kdump header whose names are another kernel's than
	 * VMCOREINFO says; NULL: they agree, or it has none. What uts has is
	 * empty then.
	 */
	const char *header_contradicts;

	/** Of the kdump header, as what follows; 0 or empty for others. */
	int32_t header_version;
	/** The kernel that the header names. */
	struct {
		char sysname[DM_DUMP_UTS_MAX]; /**< "Linux" */
		char nodename[DM_DUMP_UTS_MAX]; /**< of the host */
		char release[DM_DUMP_UTS_MAX]; /**< of the kernel */
		char version[DM_DUMP_UTS_MAX]; /**< of its build */
		char machine[DM_DUMP_UTS_MAX]; /**< "aarch64" */
		char domainname[DM_DUMP_UTS_MAX]; /**< of NIS */
	} uts;
	int64_t time_sec; /**< of the crash, since 1970; 0 unknown */
	int64_t time_usec; /**< microseconds of that */
	uint32_t
		status; /**< bits: how pages are compressed, whether all are there */
	int32_t nr_cpus; /**< CPUs that the header counts */
	uint64_t phys_base; /**< PA, as the header has it */
	/** Blocks of physical address space that the bitmap speaks of. */
	uint64_t max_mapnr;

	/**
	 * Why this of several kernels that memory has, and which the others are;
	 * NULL: it is the only one, or the user chose.
	 */
	const char *vmcoreinfo_chosen;
	/** Never DM_DUMP_READER_AUTO. */
	enum dm_dump_reader reader;
	/** A vmlinux that the text beside raw memory names; NULL: none. */
	const char *vmlinux;
};

/** All zero but for struct_size is what NULL gives. */
struct dm_dump_options {
	size_t struct_size; /**< sizeof(struct dm_dump_options) */
	/** The files must be the parts of one dump (and may be one part only). */
	bool split;
	/**
	 * VMCOREINFO from elsewhere than the dump's notes: "@" and a physical
	 * address, or the path of a file with its text or note. An address may
	 * also be that of a page of a kernel's image, as dm_kernel_find() takes
	 * it. NULL: from the notes, and where there is none, from memory. It must outlive the dump
	 * (dm_dump_info() has it).
	 */
	const char *vmcoreinfo;
	/**
	 * Asked at each read while headers and bitmaps are read (a bitmap may
	 * be larger than all that is stored): true ends it with
	 * DM_ERROR_INTERRUPTED. May be NULL. Not called once the dump is open.
	 */
	bool (*late)(void *arg);
	/**
	 * The same, asked now and then while memory is looked through for
	 * VMCOREINFO; may be NULL.
	 */
	bool (*stop)(void *arg);
	/** Told now and then, in bytes; may be NULL. */
	void (*progress)(void *arg, uint64_t done, uint64_t all);
	void *arg; /**< given to the functions above */
	/** Which reader. */
	enum dm_dump_reader reader;
	/**
	 * Of the look through memory for VMCOREINFO, where that lies in files as
	 * it is; what comes out is the same for any number, and more than 8 are
	 * not used. 0 is 1: the caller's. The functions above are called by that
	 * alone, and none is left when the dump is open.
	 */
	unsigned int threads;
};

/**
 * Open the dump in @p paths, in any order.
 *
 * Several files are taken for one dump when their headers say that they are
 * parts of one.
 *
 * Raw memory is named FILE\@PA: all of the file, from that physical address on;
 * or FILE:OFFSET+SIZE\@PA, SIZE bytes from OFFSET on, as a file may have several
 * ranges; or FILE:OFFSET\@PA, all from OFFSET on. Several are several paths, or
 * one with commas between them. Numbers are decimal, with K, M, G or T behind
 * them or not, or hexadecimal behind 0x. PA and SIZE are multiples of 4096; the
 * order does not matter; no address and no byte of a file is named twice. What a
 * file lacks of a range is absent (dm_dump_info.complete), its holes are zeros. A
 * file that exists by the whole name is meant itself: "ram@0x0" is a path then.
 *
 * A text beside files of raw memory may name their ranges: one of ours (its first
 * line is "[ram]"), Qualcomm's dump_info.txt or load.cmm, cloud-hypervisor's
 * state.json. It, the folder that has it and, of the latter, each file of RAM are
 * paths of the same dump. It names files of its own folder; one that is missing
 * makes the dump incomplete.
 *
 * The files stay open until dm_dump_close(); they must not be
 * written to meanwhile (a file that becomes shorter gives DM_ERROR_BROKEN or
 * DM_ERROR_ABSENT for what is gone).
 *
 * @param n		1 to 1024; of raw memory also the ranges, together.
 * @param options	Read during the call, but for what they borrow. NULL: none.
 * @param dump		The caller's: dm_dump_close(). NULL on error.
 * @returns DM_ERROR_OS: a file cannot be opened or read. DM_ERROR_UNSUPPORTED:
 *	    not a dump, or not of a kind that is read here. DM_ERROR_BAD_DUMP:
 *	    its headers contradict themselves, or it has no VMCOREINFO.
 *	    DM_ERROR_INVALID_ARGUMENT: the files are not one dump, a name of
 *	    raw memory is malformed or its ranges cannot be so, or options
 *	    that this library does not know. DM_ERROR_INTERRUPTED: late() or
 *	    stop() said so. The message names the file.
 */
DM_API struct dm_error *dm_dump_open(const char *const *paths, size_t n,
				     const struct dm_dump_options *options,
				     struct dm_dump **dump);

/** NULL is fine. */
DM_API void dm_dump_close(struct dm_dump *dump);

/**
 * The dump as a source of pages; it lives as long as the dump, and is used by one
 * thread at a time. It can be cloned, lends its pages and takes hints.
 */
DM_API struct dm_source *dm_dump_source(struct dm_dump *dump);

/** What opening it told; it lives as long as the dump. */
DM_API const struct dm_dump_info *dm_dump_info(const struct dm_dump *dump);

/**
 * What a report says of the dump (dm_session_options.about): the first path (of
 * raw memory all, as one), and parts of dm_dump_info(). It lives as long as the
 * dump.
 */
DM_API const struct dm_dump_about *dm_dump_about(const struct dm_dump *dump);

/**
 * The ELF notes as bytes: all PT_NOTE segments, or the note area of the kdump
 * sub-header, without notes of over 1 MiB (device dumps). Owned by the dump; size
 * 0 when there are none.
 */
DM_API struct dm_error *dm_dump_notes(struct dm_dump *dump, const void **notes,
				      size_t *size);

/**
 * The files that a path of dm_dump_open() names: of raw memory those of its
 * ranges, each once; of a text that names them, of an image that leads to one and
 * of a folder that has one, this text and then what it names and is there; else
 * itself. Texts are read, nothing else is opened; any thread.
 *
 * @param take	Is called with each; its error ends it. @p file is borrowed.
 * @returns	What take() returned; DM_ERROR_INVALID_ARGUMENT: a malformed
 *		name of raw memory; what dm_dump_open() says of a text that is
 *		missing or wrong; DM_ERROR_NO_MEMORY.
 */
DM_API struct dm_error *
dm_dump_each_file(const char *path,
		  struct dm_error *(*take)(void *arg, const char *file),
		  void *arg);

/**
 * The ranges of files that a path of dm_dump_open() names as raw memory, itself or
 * by a text that it leads to: of the latter those whose files are there. Other
 * dumps have none. Texts are read, nothing else is opened; any thread.
 *
 * @param take	Is called with each; its error ends it. @p range and its path are
 *		borrowed.
 * @returns	As dm_dump_each_file().
 */
DM_API struct dm_error *dm_dump_each_range(
	const char *path,
	struct dm_error *(*take)(void *arg, const struct dm_dump_image *range),
	void *arg);

/**
 * Whether a file is a text that a person wrote to name images of RAM, by its first
 * line: "[ram]". Any thread.
 *
 * @param head	The beginning of the file; borrowed.
 * @param size	Bytes of it: 64 are enough, fewer are all of the file.
 */
DM_API bool dm_dump_is_ram_text(const void *head, size_t size);

/**
 * Whether a file is one part of a set that makedumpfile --split made, by its
 * headers alone: for those who look for the other parts.
 *
 * @param first	Of the page frames that this part has: the sets' order; 0 where
 *		it is no part.
 * @returns	NULL also for files that are no dump at all; DM_ERROR_OS: it
 *		cannot be read. DM_ERROR_UNSUPPORTED: a folder, a device or the
 *		like. DM_ERROR_BAD_DUMP: its headers contradict themselves, or
 *		are cut off.
 */
DM_API struct dm_error *dm_dump_part(const char *path, bool *is_part,
				     uint64_t *first);

DM_END_DECLS

#endif /* DIRECTMAP_DUMP_H */
