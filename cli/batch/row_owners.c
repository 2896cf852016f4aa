// SPDX-License-Identifier: GPL-2.0-or-later
/* Sums lost leaves and special pages by owner, for a row. */
#include <stdlib.h>
#include <string.h>

#include "directmap/json.h"
#include "directmap/leaf.h"
#include "row_owners.h"

/* Told apart; those beyond go into one sum without a name. */
#define OWNERS_MAX 4096
/* In the row: those with most lost leaves, then most pages. */
#define OWNERS_SHOWN 256
#define WHYS_MAX     64

struct sum {
	enum dm_owner_kind kind;
	char name[128];
	uint64_t lost[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	uint64_t either[DM_LEAF_MAX]; /* in use or residual: not known */
	uint64_t pages;
};

struct why {
	char why[128];
	enum dm_leaf leaf;
	uint64_t size, ranges;
};

struct sums {
	struct sum *all; /* OWNERS_MAX + 1: the last is the rest */
	size_t count;
	uint64_t page_size;
	bool more;
	bool lost; /* lost leaves are known: */
	bool at_least; /* only those that are certain */
	bool boot_known;
	struct why whys[WHYS_MAX + 1];
	size_t why_count;
};

/* Programs and modules by name, what has none by its kind. */
static struct sum *find(struct sums *s, const struct dm_owner *owner)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (s->all[i].kind == owner->kind &&
		    !strcmp(s->all[i].name, owner->name))
			return &s->all[i];
	}
	if (s->count == OWNERS_MAX) {
		s->more = true;
		return &s->all[OWNERS_MAX];
	}
	s->all[s->count].kind = owner->kind;
	memcpy(s->all[s->count].name, owner->name, sizeof(owner->name));
	return &s->all[s->count++];
}

static struct dm_error *add_lost(void *arg, const struct dm_lost *lost)
{
	static const struct dm_owner nobody = { .kind = DM_OWNER_NONE };
	static const struct dm_owner unknown = { .kind = DM_OWNER_UNKNOWN };
	const struct dm_owner *none = lost->state_unknown ? &unknown : &nobody;
	struct sum *seen[DM_LOST_OWNERS];
	struct sums *s = arg;
	size_t kept, i, j, n = 0;

	kept = lost->owner_count < DM_LOST_OWNERS ? lost->owner_count
						  : DM_LOST_OWNERS;
	for (i = 0; i < kept || (!kept && i == 0); i++) {
		struct sum *sum = find(s, kept ? lost->owners[i].owner : none);

		/* Two programs of one name are one owner here. */
		for (j = 0; j < n && seen[j] != sum; j++)
			;
		if (j < n)
			continue;
		seen[n++] = sum;
		sum->lost[lost->leaf]++;
		sum->in_use[lost->leaf] += lost->in_use && !lost->state_unknown;
		sum->either[lost->leaf] += lost->state_unknown;
	}
	return NULL;
}

static struct dm_error *add_special(void *arg, const struct dm_special *special)
{
	static const struct dm_owner unknown = { .kind = DM_OWNER_UNKNOWN };
	struct sums *s = arg;

	find(s, special->owner_count ? special->owners[0] : &unknown)->pages +=
		special->size / s->page_size;
	return NULL;
}

static struct dm_error *add_boot(void *arg, const struct dm_boot_range *range)
{
	struct sums *s = arg;
	size_t i;

	for (i = 0; i < s->why_count; i++) {
		if (s->whys[i].leaf == range->leaf &&
		    !strcmp(s->whys[i].why, range->why))
			break;
	}
	if (i == s->why_count && i < WHYS_MAX) {
		s->why_count++;
		s->whys[i].leaf = range->leaf;
		memcpy(s->whys[i].why, range->why, sizeof(range->why));
	}
	s->whys[i].size += range->size;
	s->whys[i].ranges++;
	return NULL;
}

static int sum_cmp(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;
	uint64_t nx = dm_leaf_sum(x->lost), ny = dm_leaf_sum(y->lost);

	if (nx != ny)
		return nx > ny ? -1 : 1;
	if (x->pages != y->pages)
		return x->pages > y->pages ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Where nothing is known of lost leaves, none of an owner's is said. */
static json_t *owner_object(const struct sums *s, const struct sum *sum)
{
	json_t *o = json_pack(
		"{s:s, s:o, s:o, s:o, s:o}", "kind", dm_owner_name(sum->kind),
		"name", dm_json_text(sum->name), "lost",
		s->lost ? dm_json_by_leaf(sum->lost) : json_null(), "in_use",
		s->lost ? dm_json_by_leaf(sum->in_use) : json_null(), "pages",
		dm_json_uint(sum->pages));

	return s->at_least ? dm_json_put(o, "state_unknown",
					 dm_json_by_leaf(sum->either))
			   : o;
}

static json_t *put_all(json_t *row, const struct sums *s)
{
	json_t *owners = json_array(), *whys = json_array();
	size_t i;

	for (i = 0; i < s->count && i < OWNERS_SHOWN; i++)
		owners = dm_json_add(owners, owner_object(s, &s->all[i]));
	for (i = 0; i < s->why_count; i++)
		whys = dm_json_add(
			whys,
			json_pack("{s:s, s:s, s:o, s:o}", "why", s->whys[i].why,
				  "leaf", dm_leaf_name(s->whys[i].leaf), "size",
				  dm_json_uint(s->whys[i].size), "ranges",
				  dm_json_uint(s->whys[i].ranges)));
	row = dm_json_put(row, "owners", owners);
	row = dm_json_put(row, "owner_count", dm_json_uint(s->count + s->more));
	if (!s->boot_known) {
		json_decref(whys);
		whys = json_null();
	}
	return dm_json_put(row, "boot_why", whys);
}

struct dm_error *row_owners_put(json_t **row, struct dm_history *history,
				const struct dm_kernel *kernel)
{
	struct sums *s = calloc(1, sizeof(*s));
	struct dm_error *err = NULL;

	if (s)
		s->all = calloc(OWNERS_MAX + 1, sizeof(*s->all));
	if (!s || !s->all) {
		free(s);
		return dm_error_no_memory();
	}
	s->page_size = kernel->page_size;
	s->at_least = dm_history_summary(history)->at_least;
	s->lost = dm_history_summary(history)->known || s->at_least;
	s->boot_known = dm_history_summary(history)->boot_known;
	if (s->lost)
		err = dm_history_lost(history, add_lost, s);
	if (!err)
		err = dm_history_special(history, add_special, s);
	if (!err)
		err = dm_history_boot(history, add_boot, s);
	if (!err) {
		qsort(s->all, s->count, sizeof(*s->all), sum_cmp);
		*row = put_all(*row, s);
		if (!*row)
			err = dm_error_no_memory();
	}
	free(s->all);
	free(s);
	return err;
}
