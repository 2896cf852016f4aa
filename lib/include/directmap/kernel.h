/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The kernel of a dump: its VMCOREINFO, and the translation geometry in it.
 */
#ifndef DIRECTMAP_KERNEL_H
#define DIRECTMAP_KERNEL_H

#include <directmap/source.h>

DM_BEGIN_DECLS

/** Facts that the report names the origin of. */
enum dm_fact {
	DM_FACT_RELEASE,
	DM_FACT_PAGE_SIZE,
	DM_FACT_VA_BITS_CONFIGURED,
	DM_FACT_VA_BITS,
	DM_FACT_KASLR,
	DM_FACT_PHYS_OFFSET,
	DM_FACT_PGD,
	DM_FACT_LINEAR_END,
};

/**
 * Facts that this header names: where to end a loop; arrays by it have the fixed
 * DM_FACT_MAX entries, 0 in those behind.
 */
#define DM_FACT_COUNT (DM_FACT_LINEAR_END + 1)
/** Entries of such arrays. */
#define DM_FACT_MAX 16

/** Bytes of a release, NUL included. */
#define DM_RELEASE_MAX 65 /* __NEW_UTS_LEN + 1 */

/** What VMCOREINFO says of a kernel, and what follows from it. */
struct dm_kernel {
	size_t struct_size; /**< as this library has it */
	char release[DM_RELEASE_MAX]; /**< printable ASCII, else '?' */
	uint32_t page_size; /**< bytes: 4096, 16384 or 65536 */
	uint32_t page_shift; /**< log2 of page_size */
	uint32_t va_bits; /**< in use */
	uint32_t va_bits_configured; /**< CONFIG_ARM64_VA_BITS */
	uint32_t levels; /**< of the walk in use, 2 to 5 */
	bool lpa2; /**< descriptors keep OA[51:50] in bits 9:8 */
	bool has_kaslr_offset; /**< kaslr_offset is known */
	/** bytes between linked and run-time VA; not had where other lines of
	 * VMCOREINFO contradict it (from[] says so), or tell nothing of it */
	uint64_t kaslr_offset;
	uint64_t linear_start; /**< VA */
	uint64_t linear_end; /**< VA, exclusive */
	uint64_t page_offset; /**< VA that phys_offset is mapped at */
	uint64_t phys_offset; /**< PA, modulo 2^64: may be "negative" */
	uint64_t kimage_voffset; /**< image VA - PA, modulo 2^64 */
	uint64_t pgd; /**< PA of swapper_pg_dir */
	/**
	 * Descriptor bits, 0: none known. In a realm, the address bit that
	 * leaves of memory shared with the host have; among attributes then.
	 */
	uint64_t ns_shared;
	bool ns_shared_inferred; /**< from the tables, for lack of symbols */
	bool modern_mair; /**< AttrIndx 3 and 4 are device (5.14 and later) */
	/** Where each fact is from: a VMCOREINFO key or a rule; static text. */
	const char *from[DM_FACT_MAX];
};

/**
 * The VMCOREINFO keys that the library looks for, NULL at the end: for a
 * source that can only be asked for single lines.
 */
DM_API const char *const *dm_vmcoreinfo_keys(void);

/** The text of a VMCOREINFO note. */
struct dm_vmcoreinfo {
	const char *text; /**< not NUL-terminated, borrowed */
	size_t size; /**< bytes */
};

/**
 * The value of @p key, a pointer into the note.
 * @returns DM_ERROR_BAD_DUMP where the key is missing (or stands there twice
 *	    with two values).
 */
DM_API struct dm_error *dm_vmcoreinfo_string(const struct dm_vmcoreinfo *info,
					     const char *key,
					     const char **value, size_t *size);
/** The same, as a number; @p base 0 takes 0x for hexadecimal. */
DM_API struct dm_error *dm_vmcoreinfo_number(const struct dm_vmcoreinfo *info,
					     const char *key, int base,
					     uint64_t *value);
/** Whether it has a line with that key. */
DM_API bool dm_vmcoreinfo_has(const struct dm_vmcoreinfo *info,
			      const char *key);
/** Whether it has a line that of all architectures arm64 alone has. */
DM_API bool dm_vmcoreinfo_is_arm64(const struct dm_vmcoreinfo *info);

/**
 * Read VMCOREINFO where memory has it: the text, or a note around it.
 *
 * @param source	Its vmcoreinfo() is not asked.
 * @param pa		Where the text, or the note, begins.
 * @param text		The caller's: free().
 * @param size		Bytes of it.
 * @returns	DM_ERROR_BAD_DUMP: none is there, or it is damaged; others as
 *		the source's read().
 */
DM_API struct dm_error *dm_vmcoreinfo_read(struct dm_source *source,
					   uint64_t pa, char **text,
					   size_t *size);

/**
 * Hold what a source's VMCOREINFO says against the page tables that it leads to.
 * Memory may have such texts of an earlier kernel, of a guest, or of a file that
 * somebody had read.
 *
 * @param source	Its vmcoreinfo() gives the text that is in question.
 * @param text		PA of the text, or of the note around it: a page of the
 *			kernel's, which its linear map has.
 * @param release	The release that it names, also on error; "": none.
 * @returns	NULL: they agree in at least one translation and differ in
 *		none. DM_ERROR_BAD_DUMP, DM_ERROR_UNSUPPORTED: why it is not
 *		believed; other codes: as those of a source's read() that end a
 *		job.
 */
DM_API struct dm_error *dm_vmcoreinfo_prove(struct dm_source *source,
					    uint64_t text,
					    char release[DM_RELEASE_MAX]);

DM_END_DECLS

#endif /* DIRECTMAP_KERNEL_H */
