/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where the bytes of a dump come from: a front end brings its own source.
 */
#ifndef DIRECTMAP_SOURCE_H
#define DIRECTMAP_SOURCE_H

#include <directmap/error.h>

DM_BEGIN_DECLS

/** What a read is for; a recorder counts by it, a source may ignore it. */
enum dm_content {
	DM_CONTENT_TABLE, /**< a page of page-table entries */
	DM_CONTENT_SYMBOLS, /**< kallsyms, of the kernel and its modules */
	DM_CONTENT_TYPES, /**< BTF */
	DM_CONTENT_PAGES, /**< struct page */
	DM_CONTENT_DATA, /**< other memory of the kernel's own */
	/**
	 * Looked through for something of the above, and not needed for itself:
	 * what is found there is read again. A recorder does not keep it.
	 */
	DM_CONTENT_SEARCH,
};

/** Kinds of content that this header names: where to end a loop. */
#define DM_CONTENT_COUNT (DM_CONTENT_SEARCH + 1)

/** The name of a content kind in the plural, as printed ("page tables"). */
DM_API const char *dm_content_name(enum dm_content content);

/** The same beside a count: "page table" with 1. Static text. */
DM_API const char *dm_content_noun(enum dm_content content, uint64_t count);

struct dm_source;

/** What a source can do. Functions are called by one thread at a time. */
struct dm_source_ops {
	/**
	 * Read physical memory. [pa, pa + size) lies within one page of the
	 * dumped kernel; size is at most 65536.
	 *
	 * @returns DM_ERROR_ABSENT or DM_ERROR_BROKEN, for which the page is
	 *	    unknown; or one with dm_error_is_fatal(), DM_ERROR_INTERRUPTED
	 *	    say, which ends the job. On error, @p buf is garbage.
	 */
	struct dm_error *(*read)(struct dm_source *source, uint64_t pa,
				 void *buf, size_t size,
				 enum dm_content content);
	/**
	 * The VMCOREINFO note: text, not NUL-terminated, owned by the source
	 * and valid as long as it.
	 *
	 * @returns DM_ERROR_BAD_DUMP when there is none.
	 */
	struct dm_error *(*vmcoreinfo)(struct dm_source *source,
				       const char **text, size_t *size);

	/* ---- Each of these may be NULL: then read() does the work. ---- */

	/**
	 * A whole page of the dumped kernel as it lies in the source, without
	 * a copy.
	 * @param pa	Aligned to @p size, the kernel's page size.
	 * @param page	Given back with put_page(). A source has at least one
	 *		page of each level of the tables (5) out at a time.
	 * @returns	As read().
	 */
	struct dm_error *(*get_page)(struct dm_source *source, uint64_t pa,
				     size_t size, enum dm_content content,
				     const void **page);
	/** Ends the use of a page of get_page(); there if that is. */
	void (*put_page)(struct dm_source *source, const void *page);
	/**
	 * Pages that will be asked for soon, in any order: a hint.
	 * @param pas	Physical addresses; only read during the call.
	 */
	void (*prefetch)(struct dm_source *source, const uint64_t *pas,
			 size_t count, size_t size);
	/**
	 * The same dump once more, for another thread: a source itself is used
	 * by one thread at a time. Clones are made and destroyed by the thread
	 * that has the original, and before it goes. An error that does not
	 * end the job (dm_error_is_fatal()) only means fewer threads.
	 */
	struct dm_error *(*clone)(struct dm_source *source,
				  struct dm_source **ret);
	/** Of clones only. */
	void (*destroy)(struct dm_source *clone);
	/** For functions of later versions; NULL. */
	void (*reserved[4])(void);
};

/** Embed it in your own object. */
struct dm_source {
	const struct dm_source_ops *ops; /**< outlive it */
};

/** A range of RAM in a file as it is; bytes. */
struct dm_dump_image {
	const char *path; /**< of the file; may be anything */
	uint64_t offset; /**< where in the file it begins */
	uint64_t size; /**< 0: to the end of the file */
	uint64_t pa; /**< the physical address of its first byte */
};

/** What the front end knows of the file or session; strings are borrowed. */
struct dm_dump_about {
	size_t struct_size; /**< sizeof(struct dm_dump_about) */
	const char *path; /**< as the user gave it; may be anything */
	const char *format; /**< "elf", "kdump", "kdump-flattened", … */
	bool complete; /**< not cut off, and no part is missing */
	const char *why_incomplete; /**< one clause; NULL when complete */
	/**
	 * Where VMCOREINFO is from: "ram", "file"; "image": there is none, and
	 * the kernel was found by its image; "crash": there is none, and crash
	 * told where its root table is; NULL: the dump's own note.
	 */
	const char *vmcoreinfo_from;
	bool vmcoreinfo_given; /**< the user said so; else it was found */
	uint64_t vmcoreinfo_pa; /**< of "ram", "image", "crash" */
	const char *vmcoreinfo_file; /**< of "file" */
	/** What the dump's header says against VMCOREINFO; NULL: nothing. */
	const char *header_contradicts;
	/** Why this of several kernels in memory; NULL: it is the only one. */
	const char *vmcoreinfo_chosen;
	/** What reads it: "libkdumpfile", "drgn"; NULL: this project's reader. */
	const char *reader;
	/** The text that names images of RAM, which are the dump; NULL: none. */
	const char *images_from;
	const struct dm_dump_image *images; /**< then: those that are there */
	size_t image_count; /**< of images */
	/** Pieces that the text names besides, which are no RAM of Linux. */
	size_t images_passed_over;
};

/** A source that passes reads on and remembers which pages were read. */
struct dm_recorder;

/**
 * A recorder before a source.
 * @param inner	Must outlive the recorder.
 * @param page_size	Bytes, of the dumped kernel: the unit that is recorded.
 * @param ret	The caller's: dm_recorder_destroy().
 */
DM_API struct dm_error *dm_recorder_create(struct dm_source *inner,
					   size_t page_size,
					   struct dm_recorder **ret);
/** NULL is fine. Its source ends with it, the inner one stays. */
DM_API void dm_recorder_destroy(struct dm_recorder *recorder);

/** The source to give to what is to be recorded; owned by the recorder. */
DM_API struct dm_source *dm_recorder_source(struct dm_recorder *recorder);

/**
 * The pages that were asked for and could be read, by address, each once.
 * @param pas	Physical addresses, in rising order; owned by the recorder and
 *		valid until the next read through it.
 */
DM_API struct dm_error *dm_recorder_pages(struct dm_recorder *recorder,
					  const uint64_t **pas, size_t *count);

/** How many pages were read for @p content (first use of a page counts). */
DM_API size_t dm_recorder_count(const struct dm_recorder *recorder,
				enum dm_content content);

DM_END_DECLS

#endif /* DIRECTMAP_SOURCE_H */
