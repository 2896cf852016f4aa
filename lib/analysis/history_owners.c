// SPDX-License-Identifier: GPL-2.0-or-later
/* Sums lost leaves and special pages by owner, and by kind of owner. */
#include <stdlib.h>
#include <string.h>

#include "analysis/history.h"
#include "directmap/leaf.h"
#include "util/error.h"

/* Who stands for leaves without an owner; behind the others in sum_of. */
static const struct dm_owner nobody = { .kind = DM_OWNER_NONE };
static const struct dm_owner unknown = { .kind = DM_OWNER_UNKNOWN };

enum stand_in { NOBODY, UNKNOWN, STAND_INS };

struct named {
	const struct dm_owner *owner;
	size_t index; /* of sum_of */
};

static int by_name(const void *a, const void *b)
{
	const struct dm_owner *x = ((const struct named *)a)->owner;
	const struct dm_owner *y = ((const struct named *)b)->owner;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void fill_names(const struct dm_history *h, struct named *names,
		       size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		names[i] = (struct named){ dm_special_owner(h->special, i), i };
	names[count + NOBODY] = (struct named){ &nobody, count + NOBODY };
	names[count + UNKNOWN] = (struct named){ &unknown, count + UNKNOWN };
	qsort(names, count + STAND_INS, sizeof(*names), by_name);
}

/* Each kind and name is one; owners that differ otherwise share it. */
struct dm_error *dm_history_begin_owners(struct dm_history *h)
{
	size_t count = dm_special_owner_count(h->special);
	size_t all = count + STAND_INS, sums = 0, i;
	struct named *names = malloc(all * sizeof(*names));

	h->sum_of = malloc(all * sizeof(*h->sum_of));
	h->by_owner = calloc(all, sizeof(*h->by_owner));
	h->by_kind = calloc(DM_OWNER_COUNT, sizeof(*h->by_kind));
	if (!names || !h->sum_of || !h->by_owner || !h->by_kind) {
		free(names);
		return dm_error_no_memory();
	}
	fill_names(h, names, count);
	for (i = 0; i < all; i++) {
		sums += i && by_name(&names[i - 1], &names[i]);
		h->sum_of[names[i].index] = sums;
		h->by_owner[sums].kind = names[i].owner->kind;
		h->by_owner[sums].name = names[i].owner->name;
		h->by_owner[sums].owners = 1;
	}
	for (i = 0; i < DM_OWNER_COUNT; i++) {
		h->by_kind[i].kind = (enum dm_owner_kind)i;
		h->by_kind[i].name = "";
	}
	h->summary.by_owner = h->by_owner;
	h->summary.by_owner_count = sums + 1;
	h->summary.by_kind = h->by_kind;
	h->summary.by_kind_count = DM_OWNER_COUNT;
	free(names);
	return NULL;
}

static void count(struct dm_owner_sum *sum, const struct dm_lost *lost)
{
	sum->lost[lost->leaf]++;
	sum->in_use[lost->leaf] += lost->in_use && !lost->state_unknown;
	sum->state_unknown[lost->leaf] += lost->state_unknown;
}

void dm_history_count_lost(struct dm_history *h, const struct dm_lost *lost)
{
	size_t stand_in = lost->state_unknown ? UNKNOWN : NOBODY;
	struct dm_owner_sum *seen[DM_LOST_OWNERS];
	uint64_t kinds = 0;
	size_t i, j, n = 0;

	for (i = 0; i == 0 || (i < lost->owner_count && i < DM_LOST_OWNERS);
	     i++) {
		size_t index =
			lost->owner_count
				? dm_special_owner_index(h->special,
							 lost->owners[i].owner)
				: dm_special_owner_count(h->special) + stand_in;
		struct dm_owner_sum *sum = &h->by_owner[h->sum_of[index]];

		/* Two programs of one name are one owner here. */
		for (j = 0; j < n && seen[j] != sum; j++)
			;
		if (j < n)
			continue;
		seen[n++] = sum;
		count(sum, lost);
		if (!(kinds & UINT64_C(1) << sum->kind))
			count(&h->by_kind[sum->kind], lost);
		kinds |= UINT64_C(1) << sum->kind;
	}
}

static void forget(struct dm_owner_sum *sum)
{
	memset(sum->lost, 0, sizeof(sum->lost));
	memset(sum->in_use, 0, sizeof(sum->in_use));
	memset(sum->state_unknown, 0, sizeof(sum->state_unknown));
}

void dm_history_forget_lost(struct dm_history *h)
{
	size_t i;

	for (i = 0; i < h->summary.by_owner_count; i++)
		forget(&h->by_owner[i]);
	for (i = 0; i < h->summary.by_kind_count; i++)
		forget(&h->by_kind[i]);
}

struct dm_error *dm_history_count_special(void *arg,
					  const struct dm_special *special)
{
	struct dm_history *h = arg;
	uint64_t pages = special->size / h->kernel->page_size;
	size_t index =
		special->owner_count
			? dm_special_owner_index(h->special, special->owners[0])
			: dm_special_owner_count(h->special) + UNKNOWN;
	struct dm_owner_sum *sum = &h->by_owner[h->sum_of[index]];

	sum->pages += pages;
	h->by_kind[sum->kind].pages += pages;
	return NULL;
}

static int by_lost(const void *a, const void *b)
{
	const struct dm_owner_sum *x = a, *y = b;
	uint64_t nx = dm_leaf_sum(x->lost), ny = dm_leaf_sum(y->lost);

	if (nx != ny)
		return nx > ny ? -1 : 1;
	if (x->pages != y->pages)
		return x->pages > y->pages ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Those that have part in something, in order. */
static size_t keep_sums(struct dm_owner_sum *sums, size_t n)
{
	size_t kept = 0, i;

	for (i = 0; i < n; i++) {
		if (sums[i].pages || dm_leaf_sum(sums[i].lost))
			sums[kept++] = sums[i];
	}
	if (kept)
		qsort(sums, kept, sizeof(*sums), by_lost);
	return kept;
}

void dm_history_end_owners(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	size_t i;

	for (i = 0; i < s->by_owner_count; i++) {
		const struct dm_owner_sum *sum = &h->by_owner[i];

		h->by_kind[sum->kind].owners +=
			sum->pages || dm_leaf_sum(sum->lost);
	}
	s->by_owner_count = keep_sums(h->by_owner, s->by_owner_count);
	s->by_kind_count = keep_sums(h->by_kind, s->by_kind_count);
}
