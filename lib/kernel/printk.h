/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's log, as the dump's printk ring buffer has it. */
#ifndef DM_PRINTK_H
#define DM_PRINTK_H

#include "target/kva.h"

struct printk_record {
	uint64_t seq;
	uint64_t ts_nsec; /* since boot */
	unsigned int facility; /* 0: the kernel itself; others: /dev/kmsg */
	size_t size; /* bytes of text */
	const char *text; /* as it is in the dump, with a NUL behind it */
};

/** @param stop	Set it to end the iteration. */
typedef struct dm_error *(*printk_fn)(void *arg,
				      const struct printk_record *record,
				      bool *stop);

/**
 * Call @p fn for each complete record, oldest first. Records that are being
 * written, were lost, or whose pages are not there are passed over.
 *
 * @param content	What the records are read for: DM_CONTENT_SEARCH, or
 *			DM_CONTENT_DATA. A search reads again, as data, a record
 *			that @p fn stopped at.
 * @returns	DM_ERROR_NOT_FOUND: VMCOREINFO does not tell where the buffer is
 *		(before 5.10). DM_ERROR_BAD_DUMP: it is not as the kernel makes
 *		it. DM_ERROR_UNSUPPORTED: it is larger than 2 GiB.
 */
struct dm_error *dm_printk_each(struct kva *kva, struct dm_source *source,
				enum dm_content content, printk_fn fn,
				void *arg);

#define PRINTK_CMDLINE "Kernel command line: "

/**
 * The command line as the kernel logged it when it started.
 * @param whole	false: the line is too long for the log, or its end is missing.
 * @returns	As dm_printk_each(); DM_ERROR_NOT_FOUND also: the line is no longer
 *		in the log, or its page is not in the dump.
 */
struct dm_error *dm_printk_cmdline(struct kva *kva, struct dm_source *source,
				   char *text, size_t size, bool *whole);

#endif /* DM_PRINTK_H */
