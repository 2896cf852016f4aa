/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In place of lib/analysis/owners.c: pages have the owners that a test says. The linker
 * takes nothing of the library's owners.o, as all of it is here.
 */
#ifndef FAKE_OWNERS_H
#define FAKE_OWNERS_H

#include <string.h>

#include "analysis/owners.h"

#define FAKE_OWNED_MAX 512

static struct fake_owned {
	uint64_t pa;
	struct dm_owner owner;
} fake_owned[FAKE_OWNED_MAX];
static size_t fake_owned_count;

/* One more owner of [pa, pa + size), which begins at a page of 4K. */
static inline void fake_own(uint64_t pa, uint64_t size, struct dm_owner owner)
{
	for (; size && fake_owned_count < FAKE_OWNED_MAX; size -= 4096) {
		fake_owned[fake_owned_count++] =
			(struct fake_owned){ pa, owner };
		pa += 4096;
	}
}

const char *dm_owner_name(enum dm_owner_kind kind)
{
	return kind == DM_OWNER_MODULE	  ? "module"
	       : kind == DM_OWNER_UNKNOWN ? "unknown"
	       : kind == DM_OWNER_BPF	  ? "bpf"
					  : "other";
}

struct dm_error *dm_owners_create(struct dm_target *target, struct owners **ret)
{
	(void)target;
	*ret = NULL;
	return NULL;
}

void dm_owners_destroy(struct owners *owners)
{
	(void)owners;
}

bool dm_owners_text(const struct owners *owners, struct dm_range *pa,
		    bool *inferred)
{
	(void)owners;
	*pa = (struct dm_range){ 0x40200000, 0x41600000 };
	*inferred = false;
	return true;
}

struct vmalloc *dm_owners_vmalloc(struct owners *owners)
{
	(void)owners;
	return NULL;
}

void dm_owners_forget_pages(struct owners *owners)
{
	(void)owners;
}

const struct dm_missing *dm_owners_missing(const struct owners *owners)
{
	(void)owners;
	return NULL;
}

/* What no test said anything of is of kind DM_OWNER_NONE. */
struct dm_error *dm_owners_of(struct owners *owners, uint64_t pa,
			      size_t *cursor, struct dm_owner *owner,
			      bool *found)
{
	size_t i, n = 0;

	(void)owners;
	*found = true;
	for (i = 0; i < fake_owned_count; i++) {
		if (fake_owned[i].pa != pa || n++ < *cursor)
			continue;
		*owner = fake_owned[i].owner;
		(*cursor)++;
		return NULL;
	}
	*owner = (struct dm_owner){ .kind = DM_OWNER_NONE };
	*found = !*cursor;
	(*cursor)++;
	return NULL;
}

#endif /* FAKE_OWNERS_H */
