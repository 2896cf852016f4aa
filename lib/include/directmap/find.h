/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A kernel without VMCOREINFO: the facts that stand in for it, from wherever they
 * are, and how they are found in memory and proved.
 */
#ifndef DIRECTMAP_FIND_H
#define DIRECTMAP_FIND_H

#include <directmap/kernel.h>
#include <directmap/leaf.h>

DM_BEGIN_DECLS

/** What a fact rests on that no line of VMCOREINFO tells. */
enum dm_origin {
	DM_ORIGIN_NONE, /**< not told, or as VMCOREINFO has it */
	DM_ORIGIN_HEADER, /**< the Image header at _text */
	DM_ORIGIN_BANNER, /**< linux_banner */
	DM_ORIGIN_ROOT, /**< a root table that maps itself and RAM */
	DM_ORIGIN_TABLES, /**< what that table's entries say */
	DM_ORIGIN_MEMSTART, /**< memstart_addr, borne out by the tables */
	DM_ORIGIN_CONFIG, /**< the configuration in memory (IKCONFIG) */
	DM_ORIGIN_IN_USE, /**< nothing tells: taken for what is in use */
	DM_ORIGIN_CRASH, /**< what crash says of its session */
};

/** Origins that this header names: where to end a loop. */
#define DM_ORIGIN_COUNT (DM_ORIGIN_CRASH + 1)

/** As a report prints it; static text, NULL for DM_ORIGIN_NONE and unknown ones. */
DM_API const char *dm_origin_text(enum dm_origin origin);

/**
 * What VMCOREINFO would say of a kernel. All zero but for struct_size is
 * nothing known.
 */
struct dm_kernel_facts {
	size_t struct_size; /**< sizeof(struct dm_kernel_facts) */
	char release[DM_RELEASE_MAX]; /**< "": not known */
	uint32_t page_size; /**< bytes */
	uint32_t va_bits; /**< in use: 64 - T1SZ */
	uint32_t va_bits_configured; /**< CONFIG_ARM64_VA_BITS */
	/** AttrIndx of device memory (MT_DEVICE_nGnRE): 4 since 5.14, 5 before;
	 * 0: not known, and taken for 4. */
	uint32_t device_attrindx;
	bool has_kaslr_offset; /**< kaslr_offset is known */
	uint64_t kaslr_offset; /**< bytes between linked and run-time VA */
	uint64_t pgd; /**< PA of swapper_pg_dir */
	uint64_t kimage_voffset; /**< image VA - PA, modulo 2^64 */
	uint64_t phys_offset; /**< PA, modulo 2^64, as PHYS_OFFSET has it */
	uint64_t stext; /**< VA of _stext; 0: not known */
	/** What each rests on; by enum dm_fact. */
	enum dm_origin from[DM_FACT_MAX];
	/**
	 * More lines as VMCOREINFO has them, "SYMBOL(prb)=ffff800081a2b3c0\n"
	 * say; NULL: none. Of dm_kernel_find() the caller's:
	 * dm_kernel_facts_deinit().
	 */
	char *lines;
	size_t lines_size; /**< bytes of them */
	/**
	 * PAs where the kernel has its configuration, as gzip makes it
	 * (IKCONFIG); told only where the configured VA bits are not. Empty: it
	 * was not found, or is not needed.
	 */
	struct dm_range config;
};

/**
 * The facts as a text like VMCOREINFO's, for a source's vmcoreinfo(): what is
 * behind it works as with the kernel's own. Origins are lines of it too, and an
 * extract of the dump keeps them.
 *
 * @param text	The caller's: free().
 * @returns	DM_ERROR_INVALID_ARGUMENT: page size, VA bits or the root table
 *		are missing.
 */
DM_API struct dm_error *
dm_kernel_facts_text(const struct dm_kernel_facts *facts, char **text,
		     size_t *size);

/**
 * Hold facts against the page tables that they lead to, as
 * dm_vmcoreinfo_prove() does with a text.
 *
 * @param source	Its memory; its vmcoreinfo() is not asked.
 * @returns	NULL: they agree in at least one translation and differ in none.
 *		Others as dm_vmcoreinfo_prove().
 */
DM_API struct dm_error *
dm_kernel_facts_prove(struct dm_source *source,
		      const struct dm_kernel_facts *facts);

/**
 * Tell facts for how many VA bits the kernel was configured, and what follows
 * from that: PHYS_OFFSET goes with it.
 *
 * @param bits		CONFIG_ARM64_VA_BITS
 * @param origin	What that rests on.
 * @returns	false, and nothing is changed: no kernel configured so has what is
 *		in use.
 */
DM_API bool dm_kernel_facts_configured(struct dm_kernel_facts *facts,
				       uint32_t bits, enum dm_origin origin);

/** What the front of a page may be of a kernel's image. */
enum dm_kernel_mark {
	DM_KERNEL_MARK_NONE, /**< nothing that is known */
	DM_KERNEL_MARK_IMAGE, /**< the Image header, which is at _text */
	DM_KERNEL_MARK_VDSO, /**< the vDSO, which is in read-only data */
};

/** Bytes of a page that dm_kernel_mark() looks at. */
#define DM_KERNEL_MARK_SIZE 64

/** @param front	The first DM_KERNEL_MARK_SIZE bytes of a page. */
DM_API enum dm_kernel_mark dm_kernel_mark(const void *front);

/**
 * Where the root table of an image with a mark can be: what dm_kernel_find()
 * looks through.
 * @param range	PAs; empty where there is no mark.
 */
DM_API struct dm_error *dm_kernel_find_range(struct dm_source *source,
					     uint64_t mark,
					     struct dm_range *range);

/** Page tables that one search for a kernel reads, where nobody sets a limit. */
#define DM_FIND_TABLES 65536

/** What searches for a kernel may cost; several may share it. */
struct dm_find_limits {
	size_t struct_size; /**< sizeof(struct dm_find_limits) */
	size_t tables; /**< that may still be read; a search takes off its own */
	/**
	 * Asked before each table: whether to end with DM_ERROR_INTERRUPTED.
	 * NULL: never.
	 */
	bool (*stop)(void *arg);
	void *arg; /**< of stop() */
};

/**
 * Find the kernel whose image has a mark at @p mark: by the root table that maps
 * itself and RAM, then by its symbols. All that is told is proved by the tables.
 *
 * @param source	Its vmcoreinfo() is not asked.
 * @param mark		PA of the page.
 * @param limits	NULL: DM_FIND_TABLES, and nobody ends it.
 * @param facts		The caller's: dm_kernel_facts_deinit(). Zero on error.
 * @returns	DM_ERROR_NOT_FOUND: no mark is there, or no root table with it, or
 *		none within the limits; the message says what is missing.
 *		DM_ERROR_INTERRUPTED.
 */
DM_API struct dm_error *dm_kernel_find(struct dm_source *source, uint64_t mark,
				       struct dm_find_limits *limits,
				       struct dm_kernel_facts *facts);

/**
 * The same of a kernel whose root table is known: from symbols, say, where no
 * page with a mark is left.
 *
 * @param pgd		PA of swapper_pg_dir.
 * @param page_size	Bytes; 0: not known.
 * @param origin	What that PA rests on.
 * @returns	DM_ERROR_NOT_FOUND: what is there does not map itself and RAM.
 */
DM_API struct dm_error *dm_kernel_find_root(struct dm_source *source,
					    uint64_t pgd, uint32_t page_size,
					    enum dm_origin origin,
					    struct dm_kernel_facts *facts);
/** Frees what dm_kernel_find() and dm_kernel_find_root() gave. */
DM_API void dm_kernel_facts_deinit(struct dm_kernel_facts *facts);

/**
 * How far a source's physical addresses are off, where that can be proved: the
 * VMCOREINFO of its vmcoreinfo() is right, or a root table by the mark maps itself
 * and RAM, if each is taken for that much less.
 *
 * @param text	As dm_vmcoreinfo_prove() takes it; 0: there is no VMCOREINFO, and
 *		addresses are taken to be off by whole 2 MiB.
 * @param mark	PA, in the source, of a mark of the kernel's image.
 * @param limits	As dm_kernel_find() takes them.
 * @param off	Bytes, modulo 2^64: the source's PA less the true one.
 * @returns	DM_ERROR_NOT_FOUND: it cannot be told. DM_ERROR_INTERRUPTED.
 */
DM_API struct dm_error *dm_kernel_find_shift(struct dm_source *source,
					     uint64_t text, uint64_t mark,
					     struct dm_find_limits *limits,
					     uint64_t *off);

DM_END_DECLS

#endif /* DIRECTMAP_FIND_H */
