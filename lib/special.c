// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "realm.h"
#include "special.h"

#define CLASSES_MAX 64 /* of attributes; a kernel has a handful */
#define OWNERS_MAX  1024 /* on one page: a pack's chunks of 64 bytes on 64K */
/*
 * Pages that are looked up one by one: 64 GiB of 4K. Tables of a damaged dump
 * may claim any amount; what is beyond is special and of unknown owner.
 */
#define PAGES_MAX (UINT32_C(1) << 24)

struct known {
	struct dm_owner owner; /* first: special_owner_index() relies on it */
	size_t index;
	size_t next; /* in its chain; SIZE_MAX: none */
};

#define CHAINS 1024

struct stretch {
	uint64_t start, size, attrs;
	uint32_t first, count; /* of owner references */
};

struct special {
	struct dm_target *target;
	struct owners *owners;
	struct class
	{
		uint64_t attrs, bytes;
	} classes[CLASSES_MAX];
	size_t class_count;
	uint64_t default_attrs;
	struct stretch *stretches;
	size_t count, room;
	/* Each owner once; pointers to them stay as the array of them grows. */
	struct known **known;
	size_t known_count, known_room;
	size_t chains[CHAINS]; /* by hash */
	const struct dm_owner *on_page[OWNERS_MAX]; /* of the page in hand */
	const struct dm_owner **references;
	size_t reference_count, reference_room;
	uint64_t unknown_pages;
	uint64_t pages; /* looked up */
};

static uint64_t compared(uint64_t attrs)
{
	return attrs & ~SPECIAL_IGNORED;
}

/* Room for one more; arrays double. @array: the address of the pointer. */
static struct dm_error *make_room(void *array, size_t count, size_t *room,
				  size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *bigger;

	if (count < *room)
		return NULL;
	memcpy(&bigger, array, sizeof(bigger));
	bigger = reallocarray(bigger, more, size);
	if (!bigger)
		return dm_error_no_memory();
	memcpy(array, &bigger, sizeof(bigger));
	*room = more;
	return NULL;
}

/* ---- What is default ---------------------------------------------------- */

static struct dm_error *count_class(void *arg, const struct dm_run *run)
{
	struct special *s = arg;
	size_t i;

	for (i = 0; i < s->class_count; i++) {
		if (s->classes[i].attrs == compared(run->attrs))
			break;
	}
	if (i == CLASSES_MAX)
		return NULL;
	if (i == s->class_count) {
		s->classes[i] = (struct class){ compared(run->attrs), 0 };
		s->class_count++;
	}
	s->classes[i].bytes += run->size;
	return NULL;
}

/*
 * Most bytes decide, among those that are valid and writable: with
 * debug_pagealloc most of memory may be invalid, and is not default for it.
 */
static void choose_default(struct special *s)
{
	uint64_t most = 0;
	size_t i;

	for (i = 0; i < s->class_count; i++) {
		const struct class *c = &s->classes[i];

		if (!(c->attrs & ARM64_VALID) || c->attrs & ARM64_RDONLY ||
		    realm_is_shared(target_kernel(s->target), c->attrs) ||
		    c->bytes <= most)
			continue;
		most = c->bytes;
		s->default_attrs = c->attrs;
	}
}

/* ---- Owners ------------------------------------------------------------- */

static bool same_owner(const struct dm_owner *a, const struct dm_owner *b)
{
	if (a->kind != b->kind || a->id != b->id || a->pack != b->pack ||
	    strcmp(a->name, b->name) != 0 || strcmp(a->part, b->part) != 0)
		return false;
	return a->kind != DM_OWNER_BPF || a->start == b->start;
}

static size_t chain_of(const struct dm_owner *owner)
{
	uint64_t hash = owner->kind * 31 + owner->id;
	const char *c;

	hash = (hash ^ owner->pack) * UINT64_C(0x9e3779b97f4a7c15);
	for (c = owner->name; *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	if (owner->kind == DM_OWNER_BPF)
		hash += owner->start;
	return (size_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % CHAINS;
}

/* The one in the table that is @owner. */
static struct dm_error *find_owner(struct special *s,
				   const struct dm_owner *owner,
				   const struct dm_owner **ret)
{
	size_t *chain = &s->chains[chain_of(owner)], i;
	struct known *k;
	struct dm_error *err;

	for (i = *chain; i != SIZE_MAX; i = s->known[i]->next) {
		if (same_owner(&s->known[i]->owner, owner)) {
			*ret = &s->known[i]->owner;
			return NULL;
		}
	}
	err = make_room(&s->known, s->known_count, &s->known_room,
			sizeof(*s->known));
	if (err)
		return err;
	k = malloc(sizeof(*k));
	if (!k)
		return dm_error_no_memory();
	*k = (struct known){ *owner, s->known_count, *chain };
	*chain = s->known_count;
	s->known[s->known_count++] = k;
	*ret = &k->owner;
	return NULL;
}

/*
 * A page of no special use has no reason to be special: that is not known, and
 * its type is all that can be said. But what an invalid page is tells who took
 * it out of the map:
 *  - free: debug_pagealloc (mm/page_alloc.c, debug_pagealloc_unmap_pages());
 *  - file memory that cannot be evicted: secretmem alone does that, so that is
 *    inferred where the file's own notes are lost (mm/secretmem.c,
 *    secretmem_fault());
 *  - reserved: of what is neither image nor KFENCE, a loaded crash kernel
 *    (machine_kexec.c, arch_kexec_protect_crashkres()).
 */
static void doubt(struct dm_owner *owner, bool valid)
{
	const char *part = owner->part;

	if (owner->kind != DM_OWNER_NONE && owner->kind != DM_OWNER_UNKNOWN)
		return;
	owner->kind = DM_OWNER_UNKNOWN;
	if (valid)
		return;
	if (strcmp(part, "buddy") == 0 || strcmp(part, "free") == 0) {
		owner->kind = DM_OWNER_FREE;
	} else if (strcmp(part, OWNERS_LOST_FILE) == 0) {
		owner->kind = DM_OWNER_SECRETMEM;
		strcpy(owner->part, "inferred");
	} else if (strcmp(part, "reserved") == 0) {
		owner->kind = DM_OWNER_CRASH_KERNEL;
		strcpy(owner->part, "inferred");
	}
}

/* The leaf itself tells what the page is for, whoever has it. */
static struct dm_error *
shared_page(struct special *s, const struct dm_owner **found, size_t *count)
{
	struct dm_owner owner = { .kind = DM_OWNER_REALM_SHARED };

	if (target_kernel(s->target)->ns_shared_inferred)
		strcpy(owner.part, "inferred");
	*count = 1;
	return find_owner(s, &owner, found);
}

static struct dm_error *owners_of_page(struct special *s, uint64_t pa,
				       uint64_t attrs,
				       const struct dm_owner **found,
				       size_t *count)
{
	struct dm_error *err = NULL;
	struct dm_owner owner;
	size_t cursor = 0;
	bool more;

	if (realm_is_shared(target_kernel(s->target), attrs))
		return shared_page(s, found, count);
	*count = 0;
	while (!err && *count < OWNERS_MAX) {
		err = owners_of(s->owners, pa, &cursor, &owner, &more);
		if (err || !more)
			break;
		doubt(&owner, attrs & ARM64_VALID);
		err = find_owner(s, &owner, &found[*count]);
		if (!err)
			(*count)++;
	}
	return err;
}

/* ---- Stretches ---------------------------------------------------------- */

static bool goes_on(const struct special *s, const struct stretch *last,
		    uint64_t va, uint64_t attrs,
		    const struct dm_owner *const *owners, size_t count)
{
	return last->start + last->size == va &&
	       compared(last->attrs) == compared(attrs) &&
	       last->count == count &&
	       memcmp(&s->references[last->first], owners,
		      count * sizeof(*owners)) == 0;
}

static struct dm_error *add_references(struct special *s,
				       const struct dm_owner *const *owners,
				       size_t count)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < count; i++) {
		err = make_room(&s->references, s->reference_count,
				&s->reference_room, sizeof(*s->references));
		if (!err)
			s->references[s->reference_count++] = owners[i];
	}
	return err;
}

static struct dm_error *add_page(struct special *s, uint64_t va, uint64_t pa,
				 uint64_t attrs)
{
	uint64_t page = target_kernel(s->target)->page_size;
	struct stretch *last = s->count ? &s->stretches[s->count - 1] : NULL;
	const struct dm_owner **owners = s->on_page;
	struct dm_error *err;
	size_t count, first;

	err = owners_of_page(s, pa, attrs, owners, &count);
	if (err)
		return err;
	if (count && owners[0]->kind == DM_OWNER_UNKNOWN)
		s->unknown_pages++;
	if (last && goes_on(s, last, va, attrs, owners, count)) {
		last->size += page;
		return NULL;
	}
	first = s->reference_count;
	err = add_references(s, owners, count);
	if (!err)
		err = make_room(&s->stretches, s->count, &s->room,
				sizeof(*s->stretches));
	if (!err)
		s->stretches[s->count++] = (struct stretch){
			.start = va,
			.size = page,
			.attrs = attrs,
			.first = (uint32_t)first,
			.count = (uint32_t)count,
		};
	return err;
}

/* What is left of a run from @offset on, without a look at it. */
static struct dm_error *add_unknown(struct special *s, const struct dm_run *run,
				    uint64_t offset)
{
	uint64_t size = run->size - offset;
	struct dm_error *err;

	s->unknown_pages += size / target_kernel(s->target)->page_size;
	err = make_room(&s->stretches, s->count, &s->room,
			sizeof(*s->stretches));
	if (!err)
		s->stretches[s->count++] = (struct stretch){
			.start = run->start + offset,
			.size = size,
			.attrs = run->attrs,
			.first = (uint32_t)s->reference_count,
		};
	return err;
}

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct special *s = arg;
	uint64_t page = target_kernel(s->target)->page_size, offset;
	struct dm_error *err = NULL;

	if (compared(run->attrs) == s->default_attrs)
		return NULL;
	for (offset = 0; !err && offset < run->size && s->pages < PAGES_MAX;
	     offset += page, s->pages++)
		err = add_page(s, run->start + offset, run->pa + offset,
			       run->attrs);
	if (err || offset >= run->size)
		return err;
	return add_unknown(s, run, offset);
}

static struct dm_error *walk(struct special *s, dm_run_fn fn)
{
	return target_runs(s->target, fn, s);
}

struct dm_error *special_create(struct dm_target *target, struct owners *owners,
				struct special **ret)
{
	struct special *s = calloc(1, sizeof(*s));
	struct dm_error *err;

	if (!s)
		return dm_error_no_memory();
	s->target = target;
	s->owners = owners;
	memset(s->chains, 0xff, sizeof(s->chains)); /* SIZE_MAX */
	err = walk(s, count_class);
	choose_default(s);
	if (!err)
		err = walk(s, take_run);
	if (err) {
		special_destroy(s);
		return err;
	}
	*ret = s;
	return NULL;
}

void special_destroy(struct special *special)
{
	size_t i;

	if (!special)
		return;
	for (i = 0; i < special->known_count; i++)
		free(special->known[i]);
	free(special->known);
	free(special->references);
	free(special->stretches);
	free(special);
}

/* ---- Asking ------------------------------------------------------------- */

uint64_t special_default(const struct special *special)
{
	return special->default_attrs;
}

size_t special_count(const struct special *special)
{
	return special->count;
}

void special_get(const struct special *special, size_t i,
		 struct dm_special *ret)
{
	const struct stretch *t = &special->stretches[i];

	*ret = (struct dm_special){
		.start = t->start,
		.size = t->size,
		.attrs = t->attrs,
		.valid = t->attrs & ARM64_VALID,
		.read_only = t->attrs & ARM64_VALID && t->attrs & ARM64_RDONLY,
		.owner_count = t->count,
		.owners = special->references + t->first,
	};
}

size_t special_from(const struct special *special, uint64_t va)
{
	size_t lo = 0, hi = special->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct stretch *t = &special->stretches[mid];

		if (t->start + t->size <= va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t special_owner_count(const struct special *special)
{
	return special->known_count;
}

const struct dm_owner *special_owner(const struct special *special, size_t i)
{
	return &special->known[i]->owner;
}

size_t special_owner_index(const struct special *special,
			   const struct dm_owner *owner)
{
	(void)special;
	return ((const struct known *)owner)->index;
}

uint64_t special_unknown_pages(const struct special *special)
{
	return special->unknown_pages;
}
