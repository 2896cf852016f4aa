/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ELF notes of a dump: which of them are kept, and what they say. */
#ifndef DUMP_NOTES_H
#define DUMP_NOTES_H

#include "dump/bytes.h"

/* One after the other, as they stand in the file; begins as zeros. */
struct notes {
	char *bytes;
	size_t size, capacity;
};

/*
 * Add the notes at [@p off, @p off + @p size), which lies within the file. What
 * a device driver dumped (NT_VMCOREDD, Documentation/admin-guide/kdump/ in the
 * kernel's sources) may be of any size: notes of over 1 MiB are passed over, and
 * all that does not fit 64 MiB of the others.
 */
struct dm_error *dm_notes_read(struct notes *notes, const struct bytes *bytes,
			       uint64_t off, uint64_t size);
void dm_notes_deinit(struct notes *notes);

struct notes_facts {
	/* NULL: there is none. Points into the notes. */
	const char *vmcoreinfo;
	size_t vmcoreinfo_size;
	/* There are two, and not alike. */
	bool vmcoreinfo_differs;
	/* Of the first NT_PRSTATUS; 0: there is none. */
	size_t prstatus_size;
	/* What only the core of a process has. */
	bool of_process;
	/* Its command; empty: not told. */
	char process[17];
	/* Of Xen, about a domain or the hypervisor itself. */
	bool of_xen;
};

void dm_notes_scan(const struct notes *notes, struct notes_facts *facts);

#endif /* DUMP_NOTES_H */
