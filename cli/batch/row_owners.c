// SPDX-License-Identifier: GPL-2.0-or-later
/* What a row has of owners, and why boot mapped smaller. */
#include <stdlib.h>
#include <string.h>

#include "directmap/json.h"
#include "directmap/leaf.h"
#include "row_owners.h"

/* In the row: those with most lost leaves, then most pages. */
#define OWNERS_SHOWN 256
#define WHYS_MAX     64

struct why {
	char why[128];
	enum dm_leaf leaf;
	uint64_t size, ranges;
};

struct whys {
	struct why all[WHYS_MAX + 1]; /* the last is the rest */
	size_t count;
};

static struct dm_error *add_boot(void *arg, const struct dm_boot_range *range)
{
	struct whys *w = arg;
	size_t i;

	for (i = 0; i < w->count; i++) {
		if (w->all[i].leaf == range->leaf &&
		    !strcmp(w->all[i].why, range->why))
			break;
	}
	if (i == w->count && i < WHYS_MAX) {
		w->count++;
		w->all[i].leaf = range->leaf;
		memcpy(w->all[i].why, range->why, sizeof(range->why));
	}
	w->all[i].size += range->size;
	w->all[i].ranges++;
	return NULL;
}

/* Where nothing is known of lost leaves, none of an owner's is said. */
static json_t *owner_object(const struct dm_split_summary *s,
			    const struct dm_owner_sum *sum)
{
	bool lost = s->known || s->at_least;
	json_t *o = json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind",
			      dm_owner_name(sum->kind), "name",
			      dm_json_text(sum->name), "lost",
			      lost ? dm_json_by_leaf(sum->lost) : json_null(),
			      "in_use",
			      lost ? dm_json_by_leaf(sum->in_use) : json_null(),
			      "pages", dm_json_uint(sum->pages));

	return s->at_least ? dm_json_put(o, "state_unknown",
					 dm_json_by_leaf(sum->state_unknown))
			   : o;
}

static json_t *owners_array(const struct dm_split_summary *s)
{
	json_t *owners = json_array();
	size_t i;

	for (i = 0; i < s->by_owner_count && i < OWNERS_SHOWN; i++)
		owners = dm_json_add(owners, owner_object(s, &s->by_owner[i]));
	return owners;
}

static json_t *whys_array(const struct whys *w)
{
	json_t *whys = json_array();
	size_t i;

	for (i = 0; i < w->count; i++)
		whys = dm_json_add(
			whys,
			json_pack("{s:s, s:s, s:o, s:o}", "why", w->all[i].why,
				  "leaf", dm_leaf_name(w->all[i].leaf), "size",
				  dm_json_uint(w->all[i].size), "ranges",
				  dm_json_uint(w->all[i].ranges)));
	return whys;
}

struct dm_error *row_owners_put(json_t **row, struct dm_history *history)
{
	const struct dm_split_summary *s = dm_history_summary(history);
	struct whys *w = calloc(1, sizeof(*w));
	struct dm_error *err;

	if (!w)
		return dm_error_no_memory();
	err = dm_history_boot(history, add_boot, w);
	if (!err) {
		*row = dm_json_put(*row, "owners", owners_array(s));
		*row = dm_json_put(*row, "owner_count",
				   dm_json_uint(s->by_owner_count));
		*row = dm_json_put(*row, "boot_why",
				   s->boot_known ? whys_array(w) : json_null());
		if (!*row)
			err = dm_error_no_memory();
	}
	free(w);
	return err;
}
