// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the attributes that most pages have, collects the stretches that
 * differ, and asks for their owners.
 */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/error.h"
#include "analysis/by_leaf.h"
#include "analysis/special.h"
#include "analysis/special_log.h"

#define CLASSES_MAX 64 /* of attributes; a kernel has a handful */
#define OWNERS_MAX  1024 /* on one page: a pack's chunks of 64 bytes on 64K */
/*
 * Pages that are looked up one by one: 64 GiB of 4K. Tables of a damaged dump
 * may claim any amount; what is beyond is special and of unknown owner.
 */
#define PAGES_MAX (UINT32_C(1) << 24)

struct known {
	struct dm_owner
		owner; /* first: dm_special_owner_index() relies on it */
	size_t index;
	size_t next; /* in its chain; SIZE_MAX: none */
};

#define CHAINS 1024

/* Owners that some page has together, each such set once. */
struct set {
	uint32_t first, count; /* of references */
	uint32_t next; /* in its chain; UINT32_MAX: none */
};

struct special {
	struct dm_target *target;
	struct owners *owners;
	const struct dm_policy *policy; /* NULL: not known */
	struct class
	{
		uint64_t attrs, bytes;
	} classes[CLASSES_MAX];
	size_t class_count;
	uint64_t default_attrs;
	struct special_log log;
	struct special_stretch hand; /* not in the log yet; size 0: none */
	uint64_t kept_end; /* see dm_special_kept_end() */
	/* Each owner once; pointers to them stay as the array of them grows. */
	struct known **known;
	size_t known_count, known_capacity;
	size_t chains[CHAINS]; /* by hash */
	const struct dm_owner *last; /* found; most pages have it too */
	const struct dm_owner *on_page[OWNERS_MAX]; /* of the current page */
	const struct dm_owner **references;
	size_t reference_count, reference_capacity;
	struct set *sets;
	size_t set_count, set_capacity;
	uint32_t set_chains[CHAINS];
	uint64_t unknown_pages;
	uint64_t pages; /* looked up */
};

/* ---- What is default ---------------------------------------------------- */

static struct dm_error *count_class(void *arg, const struct dm_run *run)
{
	struct special *s = arg;
	size_t i;

	for (i = 0; i < s->class_count; i++) {
		if (s->classes[i].attrs == arm64_compared(run->attrs))
			break;
	}
	if (i == CLASSES_MAX)
		return NULL;
	if (i == s->class_count) {
		s->classes[i] = (struct class){ arm64_compared(run->attrs), 0 };
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

		if (!arm64_is_valid(c->attrs) || arm64_is_read_only(c->attrs) ||
		    arm64_is_shared(dm_target_kernel(s->target), c->attrs) ||
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
	    strcmp(a->name, b->name) != 0 || strcmp(a->part, b->part) != 0 ||
	    !a->doubt != !b->doubt)
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
	size_t *chain, i;
	struct known *k;
	struct dm_error *err;

	*ret = s->last;
	if (s->last && same_owner(s->last, owner))
		return NULL;
	chain = &s->chains[chain_of(owner)];
	for (i = *chain; i != SIZE_MAX; i = s->known[i]->next) {
		if (same_owner(&s->known[i]->owner, owner)) {
			*ret = s->last = &s->known[i]->owner;
			return NULL;
		}
	}
	err = dm_array_reserve(&s->known, &s->known_capacity, s->known_count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	k = malloc(sizeof(*k));
	if (!k)
		return dm_error_no_memory();
	*k = (struct known){ *owner, s->known_count, *chain };
	*chain = s->known_count;
	s->known[s->known_count++] = k;
	*ret = s->last = &k->owner;
	return NULL;
}

/*
 * set_direct_map_invalid_noflush(), for secretmem, modules and others, does
 * nothing unless can_set_direct_map() (6.12 mm/pageattr.c; see lib/analysis/policy.c).
 */
static bool unmaps_none(const struct dm_policy *p)
{
	return !p->contradiction && p->rodata &&
	       strcmp(p->rodata, "full") != 0 && p->realm == DM_NO &&
	       p->debug_pagealloc == DM_NO &&
	       (p->kfence == DM_KFENCE_NONE || p->kfence == DM_KFENCE_EARLY);
}

/*
 * Whether nothing is known that would leave a page of this type invalid. KFENCE
 * has pages of several types in its pool.
 */
static bool is_odd(const char *part, const struct dm_policy *p)
{
	if (p->debug_pagealloc != DM_NO ||
	    (p->kfence == DM_KFENCE_UNKNOWN && strcmp(part, "buddy") != 0))
		return false;
	return *part || unmaps_none(p);
}

/*
 * A page of no special use has no reason to be special: that is not known, and
 * its type is all that can be said. But what an invalid page is tells who took
 * it out of the map:
 *  - free: debug_pagealloc (mm/page_alloc.c, debug_pagealloc_unmap_pages()), if
 *    that is on;
 *  - file memory that cannot be evicted: secretmem alone does that, so that is
 *    inferred where the file's own notes are lost (mm/secretmem.c,
 *    secretmem_fault());
 *  - reserved: of what is neither image nor KFENCE, a loaded crash kernel, where
 *    the kernel takes that off the map (5.10 and 6.1 kernel/machine_kexec.c,
 *    arch_kexec_protect_crashkres(); 6.12 has no such function).
 * Of any other nothing is known that would have done it; nor of a crash kernel's
 * memory where there is no such function.
 */
void dm_special_doubt(struct dm_owner *owner, bool valid,
		      const struct dm_policy *policy)
{
	enum dm_known debug = policy ? policy->debug_pagealloc : DM_UNKNOWN;
	bool crash = owner->left_in_map && !valid;
	bool alone = owner->kind == DM_OWNER_NONE || crash;
	const char *part = owner->part;
	bool is_free = strcmp(part, "buddy") == 0 || strcmp(part, "free") == 0;

	if (!alone && owner->kind != DM_OWNER_UNKNOWN)
		return;
	owner->kind = DM_OWNER_UNKNOWN;
	if (valid)
		return;
	if (crash)
		strcpy(owner->part, "crash kernel's memory");
	if (is_free && debug != DM_NO) {
		owner->kind = DM_OWNER_FREE;
		if (debug == DM_UNKNOWN)
			strcpy(owner->part, "inferred");
	} else if (strcmp(part, OWNERS_LOST_FILE) == 0) {
		owner->kind = DM_OWNER_SECRETMEM;
		strcpy(owner->part, "inferred");
	} else if (strcmp(part, OWNERS_MAYBE_CRASH) == 0) {
		owner->kind = DM_OWNER_CRASH_KERNEL;
		strcpy(owner->part, "inferred");
	} else if (alone && policy && is_odd(part, policy)) {
		owner->doubt = "invalid for no known reason";
	}
}

/* The leaf itself tells what the page is for, whatever owns it. */
static struct dm_error *
shared_page(struct special *s, const struct dm_owner **found, size_t *count)
{
	struct dm_owner owner = { .kind = DM_OWNER_REALM_SHARED };

	if (dm_target_kernel(s->target)->ns_shared_inferred)
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

	if (arm64_is_shared(dm_target_kernel(s->target), attrs))
		return shared_page(s, found, count);
	*count = 0;
	while (!err && *count < OWNERS_MAX) {
		err = dm_owners_of(s->owners, pa, &cursor, &owner, &more);
		if (err || !more)
			break;
		dm_special_doubt(&owner, arm64_is_valid(attrs), s->policy);
		err = dm_by_leaf(s->target, pa, attrs, &owner);
		if (err)
			break;
		err = find_owner(s, &owner, &found[*count]);
		if (!err)
			(*count)++;
	}
	return err;
}

/* ---- Sets of owners ----------------------------------------------------- */

static bool is_set(const struct special *s, size_t i,
		   const struct dm_owner *const *owners, size_t count)
{
	const struct set *set = &s->sets[i];

	return set->count == count && memcmp(&s->references[set->first], owners,
					     count * sizeof(*owners)) == 0;
}

static uint32_t *set_chain(struct special *s,
			   const struct dm_owner *const *owners, size_t count)
{
	uint64_t hash = count;
	size_t i;

	for (i = 0; i < count; i++)
		hash = (hash ^ dm_special_owner_index(s, owners[i])) *
		       UINT64_C(0x9e3779b97f4a7c15);
	return &s->set_chains[(hash >> 32) % CHAINS];
}

static struct dm_error *add_references(struct special *s,
				       const struct dm_owner *const *owners,
				       size_t count)
{
	struct dm_error *err =
		dm_array_reserve(&s->references, &s->reference_capacity,
				 s->reference_count, count, DM_ARRAY_ANY);

	if (err || !count)
		return err;
	memcpy(s->references + s->reference_count, owners,
	       count * sizeof(*owners));
	s->reference_count += count;
	return NULL;
}

static struct dm_error *find_set(struct special *s,
				 const struct dm_owner *const *owners,
				 size_t count, uint32_t *ret)
{
	uint32_t *chain = set_chain(s, owners, count);
	size_t first = s->reference_count;
	struct dm_error *err;

	for (*ret = *chain; *ret != UINT32_MAX; *ret = s->sets[*ret].next) {
		if (is_set(s, *ret, owners, count))
			return NULL;
	}
	err = add_references(s, owners, count);
	if (!err)
		err = dm_array_reserve(&s->sets, &s->set_capacity, s->set_count,
				       1, DM_ARRAY_ANY);
	if (err)
		return err;
	s->sets[s->set_count] = (struct set){
		.first = (uint32_t)first,
		.count = (uint32_t)count,
		.next = *chain,
	};
	*ret = *chain = (uint32_t)s->set_count++;
	return NULL;
}

/* ---- Stretches ---------------------------------------------------------- */

static bool goes_on(const struct special *s, uint64_t va, uint64_t attrs,
		    const struct dm_owner *const *owners, size_t count)
{
	const struct special_stretch *hand = &s->hand;

	return hand->size && hand->start + hand->size == va &&
	       arm64_compared(hand->attrs) == arm64_compared(attrs) &&
	       is_set(s, hand->owners, owners, count);
}

static bool kept_all(const struct special *s)
{
	return s->kept_end == UINT64_MAX;
}

/* What no owner was looked up for. */
static void leave(struct special *s, uint64_t va, uint64_t size)
{
	if (kept_all(s))
		s->kept_end = va;
	s->unknown_pages += size / dm_target_kernel(s->target)->page_size;
}

static bool is_unknown(const struct special *s, uint32_t set)
{
	return s->sets[set].count &&
	       s->references[s->sets[set].first]->kind == DM_OWNER_UNKNOWN;
}

/* Into the log. */
static struct dm_error *flush(struct special *s)
{
	const struct special_stretch hand = s->hand;
	bool kept = kept_all(s);
	struct dm_error *err;

	s->hand.size = 0;
	if (!hand.size)
		return NULL;
	err = kept ? dm_special_log_add(&s->log, &hand, &kept) : NULL;
	if (err)
		return err;
	if (!kept)
		leave(s, hand.start, hand.size);
	else if (is_unknown(s, hand.owners))
		s->unknown_pages +=
			hand.size / dm_target_kernel(s->target)->page_size;
	return NULL;
}

static struct dm_error *add_page(struct special *s, uint64_t va, uint64_t pa,
				 uint64_t attrs)
{
	uint64_t page = dm_target_kernel(s->target)->page_size;
	const struct dm_owner **owners = s->on_page;
	struct dm_error *err;
	uint32_t set = 0;
	size_t count;

	err = owners_of_page(s, pa, attrs, owners, &count);
	if (err)
		return err;
	if (goes_on(s, va, attrs, owners, count)) {
		s->hand.size += page;
		return NULL;
	}
	err = flush(s);
	if (!err)
		err = find_set(s, owners, count, &set);
	if (!err)
		s->hand = (struct special_stretch){ va, page, attrs, set };
	return err;
}

/* The current page may be the one that does not fit. */
static bool is_full(const struct special *s)
{
	return s->pages >= PAGES_MAX || !kept_all(s);
}

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct special *s = arg;
	uint64_t page = dm_target_kernel(s->target)->page_size, offset;
	struct dm_error *err = NULL;

	if (arm64_compared(run->attrs) == s->default_attrs)
		return NULL;
	for (offset = 0; !err && offset < run->size && !is_full(s);
	     offset += page, s->pages++)
		err = add_page(s, run->start + offset, run->pa + offset,
			       run->attrs);
	if (!err && is_full(s))
		err = flush(s);
	if (!err && offset < run->size)
		leave(s, run->start + offset, run->size - offset);
	return err;
}

static struct dm_error *walk(struct special *s, dm_run_fn fn)
{
	return dm_target_runs_of(s->target, fn, s);
}

struct dm_error *dm_special_find_default(struct dm_target *target,
					 uint64_t *attrs)
{
	struct special *s = calloc(1, sizeof(*s));
	struct dm_error *err;

	if (!s)
		return dm_error_no_memory();
	s->target = target;
	err = walk(s, count_class);
	choose_default(s);
	*attrs = s->default_attrs;
	free(s);
	return err;
}

struct dm_error *dm_special_create(struct dm_target *target,
				   struct owners *owners,
				   const struct dm_policy *policy,
				   struct special **ret)
{
	struct special *s = calloc(1, sizeof(*s));
	struct dm_error *err;

	if (!s)
		return dm_error_no_memory();
	s->target = target;
	s->owners = owners;
	s->policy = policy;
	s->log.page_shift = dm_target_kernel(target)->page_shift;
	s->log.end = dm_target_kernel(target)->linear_start;
	s->kept_end = UINT64_MAX;
	memset(s->chains, 0xff, sizeof(s->chains)); /* SIZE_MAX */
	memset(s->set_chains, 0xff, sizeof(s->set_chains)); /* UINT32_MAX */
	err = walk(s, count_class);
	choose_default(s);
	if (!err)
		err = walk(s, take_run);
	if (!err)
		err = flush(s);
	if (err) {
		dm_special_destroy(s);
		return err;
	}
	*ret = s;
	return NULL;
}

void dm_special_destroy(struct special *special)
{
	size_t i;

	if (!special)
		return;
	for (i = 0; i < special->known_count; i++)
		free(special->known[i]);
	free(special->known);
	free(special->references);
	free(special->sets);
	dm_special_log_deinit(&special->log);
	free(special);
}

/* ---- Asking ------------------------------------------------------------- */

bool dm_special_is(const struct special *special, uint64_t attrs)
{
	return special->default_attrs &&
	       arm64_compared(attrs) != special->default_attrs;
}

const char *dm_special_how(const struct special *special, uint64_t attrs)
{
	static const char *const texts[] = {
		[ATTR_VALID] = "invalid",
		[ATTR_READ_ONLY] = "read-only",
		[ATTR_KERNEL_EXECUTABLE] = "executable by the kernel",
		[ATTR_USER_EXECUTABLE] = "executable by user space",
		[ATTR_USER_ACCESS] = "accessible to user space",
		[ATTR_MEMORY_TYPE] = "of another memory type",
		[ATTR_OTHER] = "with other attributes",
	};

	return texts[dm_arm64_difference(arm64_compared(attrs),
					 special->default_attrs)];
}

size_t dm_special_count(const struct special *special)
{
	return special->log.count;
}

static void fill(struct dm_special *ret, uint64_t start, uint64_t size,
		 uint64_t attrs)
{
	*ret = (struct dm_special){
		.struct_size = sizeof(*ret),
		.start = start,
		.size = size,
		.attrs = attrs,
		.valid = arm64_is_valid(attrs),
		.read_only = arm64_is_valid(attrs) && arm64_is_read_only(attrs),
	};
}

void dm_special_get(struct special *special, size_t i, struct dm_special *ret)
{
	struct special_stretch t;
	const struct set *set;

	dm_special_log_get(&special->log, i, &t);
	fill(ret, t.start, t.size, t.attrs);
	set = &special->sets[t.owners];
	ret->owner_count = set->count;
	ret->owners = special->references + set->first;
}

size_t dm_special_from(struct special *special, uint64_t va)
{
	return dm_special_log_from(&special->log, va);
}

uint64_t dm_special_kept_end(const struct special *special)
{
	return special->kept_end;
}

bool dm_special_beyond(const struct special *special, const struct dm_run *run,
		       struct dm_special *ret)
{
	uint64_t end = run->start + run->size;
	uint64_t start =
		run->start > special->kept_end ? run->start : special->kept_end;

	if (start >= end ||
	    arm64_compared(run->attrs) == special->default_attrs)
		return false;
	fill(ret, start, end - start, run->attrs);
	return true;
}

size_t dm_special_owner_count(const struct special *special)
{
	return special->known_count;
}

const struct dm_owner *dm_special_owner(const struct special *special, size_t i)
{
	return &special->known[i]->owner;
}

size_t dm_special_owner_index(const struct special *special,
			      const struct dm_owner *owner)
{
	(void)special;
	return ((const struct known *)owner)->index;
}

uint64_t dm_special_unknown_pages(const struct special *special)
{
	return special->unknown_pages;
}
