/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a page of RAM, and may so need its own leaf in the linear map. */
#ifndef DM_OWNERS_H
#define DM_OWNERS_H

#include "target/target.h"
#include "kernel/vmalloc.h"

struct owners;

/** The part that a page has whose file's own notes are not in the dump. */
#define OWNERS_LOST_FILE "unevictable file page"
/** That of a reserved page, where a crash kernel may be and is taken off the map. */
#define OWNERS_MAYBE_CRASH "reserved"

struct dm_error *dm_owners_create(struct dm_target *target,
				  struct owners **ret);
void dm_owners_destroy(struct owners *owners);

/**
 * The owners of the page at @p pa, one a call: a page of a BPF pack may have
 * several programs.
 * @param cursor	0 to begin with; moved on, to something that says nothing.
 * @param found		false at the end. The first call always finds one, if
 *			only of kind DM_OWNER_NONE or DM_OWNER_UNKNOWN.
 */
struct dm_error *dm_owners_of(struct owners *owners, uint64_t pa,
			      size_t *cursor, struct dm_owner *owner,
			      bool *found);

/**
 * Where the kernel image's text and rodata are: what the linear map has of them
 * is read-only (mark_linear_text_alias_ro()).
 * @param pa		Start and end.
 * @param inferred	By what is read-only around _stext, for the lack of
 *			symbols for its ends.
 * @returns		false: not known.
 */
bool dm_owners_text(const struct owners *owners, struct dm_range *pa,
		    bool *inferred);
/** Areas of vmalloc space; NULL where they could not be read. */
struct vmalloc *dm_owners_vmalloc(struct owners *owners);
/** Let what could not be looked up of single pages be missing no longer. */
void dm_owners_forget_pages(struct owners *owners);
/** What could not be looked up, and why; "" if all could. */
const struct dm_missing *dm_owners_missing(const struct owners *owners);

#endif /* DM_OWNERS_H */
