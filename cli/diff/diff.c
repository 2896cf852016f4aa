// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares two reports: figures, facts, and the sets of lost ranges and owners.
 */
#include <stdio.h>
#include <string.h>

#include "diff.h"
#include "directmap/error.h"
#include "stored/fields.h"
#include "stored/stored.h"

/* A figure of a diff: from where, and whether more of it is worse. */
static const struct {
	const char *name, *keys;
	bool history, worse;
} figures[] = {
	{ "mapped.pte", "usage.mapped.pte", false, true },
	{ "mapped.cont_pte", "usage.mapped.cont_pte", false, true },
	{ "mapped.pmd", "usage.mapped.pmd", false, false },
	{ "mapped.cont_pmd", "usage.mapped.cont_pmd", false, false },
	{ "mapped.pud", "usage.mapped.pud", false, false },
	{ "read_only", "usage.read_only", false, false },
	{ "unknown", "usage.unknown", false, false },
	{ "tables.count", "usage.tables.count", false, false },
	{ "findings", "usage.finding_count", false, true },
	{ "lost.cont_pte", "split_summary.lost.cont_pte", true, true },
	{ "lost.pmd", "split_summary.lost.pmd", true, true },
	{ "lost.cont_pmd", "split_summary.lost.cont_pmd", true, true },
	{ "lost.pud", "split_summary.lost.pud", true, true },
	{ "split_tables", "split_summary.tables", true, true },
	{ "collapsible.covers", "collapsible.covers", true, false },
};

#define FIGURES (sizeof(figures) / sizeof(figures[0]))

static const char *const facts[] = {
	"kernel.release", "kernel.page_size", "kernel.va_bits",
	"kernel.levels",  "policy.boot",      "policy.rodata",
	"policy.kfence",  "policy.cmdline",
};

#define FACTS (sizeof(facts) / sizeof(facts[0]))

bool diff_is_bytes(const char *figure)
{
	static const char *const bytes[] = { "mapped.", "read_only", "unknown",
					     "collapsible.covers" };
	size_t i;

	for (i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		if (!strncmp(figure, bytes[i], strlen(bytes[i])))
			return true;
	}
	return false;
}

/* A figure of a report: all of it, or a lower bound, or not known. */
struct value {
	bool said, exact;
	uint64_t number;
};

/* Whether what the tables lack could have more of it. */
static bool is_exact(const json_t *r, size_t i)
{
	if (!strncmp(figures[i].keys, "collapsible.", 12))
		return field_bool(r, "collapsible.at_least") != DM_YES;
	if (figures[i].history)
		return field_bool(r, "split_summary.known") == DM_YES;
	/* These are of the dump, not of the map. */
	return !strcmp(figures[i].name, "unknown") ||
	       !strcmp(figures[i].name, "findings") || !stored_is_partial(r);
}

static struct value value_of(const json_t *r, size_t i)
{
	struct value v = { .exact = is_exact(r, i) };

	v.said = field_number(r, figures[i].keys, &v.number);
	if (figures[i].history && !v.exact &&
	    field_bool(r, "split_summary.at_least") != DM_YES)
		v.said = false;
	v.exact &= v.said;
	return v;
}

static json_t *number_or_null(bool said, int64_t number)
{
	return said ? json_integer((json_int_t)number) : json_null();
}

static json_t *figure_of(size_t i, const struct value *a, const struct value *b)
{
	json_t *o =
		json_pack("{s:s, s:o, s:o, s:o}", "figure", figures[i].name,
			  "a", number_or_null(a->said, (int64_t)a->number), "b",
			  number_or_null(b->said, (int64_t)b->number), "change",
			  number_or_null(a->exact && b->exact,
					 (int64_t)(b->number - a->number)));

	if (a->said && !a->exact)
		json_object_set_new(o, "a_at_least", json_true());
	if (b->said && !b->exact)
		json_object_set_new(o, "b_at_least", json_true());
	return o;
}

/*
 * @worse: what B has more of for certain, where more is worse; @lost_sight: what
 * A tells of that, and B does not.
 */
static json_t *figure_list(const json_t *ra, const json_t *rb, json_t *worse,
			   json_t *lost_sight)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < FIGURES; i++) {
		struct value a = value_of(ra, i), b = value_of(rb, i);

		json_array_append_new(list, figure_of(i, &a, &b));
		if (!figures[i].worse || !a.exact)
			continue;
		if (b.said && b.number > a.number)
			json_array_append_new(worse,
					      json_string(figures[i].name));
		else if (!b.exact)
			json_array_append_new(lost_sight,
					      json_string(figures[i].name));
	}
	return list;
}

/* Only texts and numbers; anything else is as good as missing. */
static json_t *fact(const json_t *r, const char *keys)
{
	json_t *value = field(r, keys);

	return json_is_string(value) || json_is_integer(value)
		       ? json_incref(value)
		       : json_null();
}

static json_t *fact_list(const json_t *a, const json_t *b)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < FACTS; i++) {
		json_t *va = fact(a, facts[i]), *vb = fact(b, facts[i]);

		if (json_equal(va, vb)) {
			json_decref(va);
			json_decref(vb);
			continue;
		}
		json_array_append_new(list,
				      json_pack("{s:s, s:o, s:o}", "fact",
						facts[i], "a", va, "b", vb));
	}
	return list;
}

/* ---- Sets: what one has and the other has not ----------------------------- */

/* Keys to counts; NULL where the report has no such list. */
static json_t *lost_ranges(const json_t *r)
{
	const json_t *list = field_list(r, "splits"), *one;
	json_t *set = list ? json_object() : NULL;
	size_t i;

	json_array_foreach(list, i, one)
	{
		char key[64];
		uint64_t start;
		enum dm_leaf leaf;

		if (!field_hex(one, "start", &start) ||
		    !leaf_by_name(field_text(one, "leaf"), &leaf))
			continue;
		snprintf(key, sizeof(key), "0x%016llx %s",
			 (unsigned long long)start, dm_leaf_name(leaf));
		json_object_set_new(set, key, json_true());
	}
	return set;
}

/*
 * Where part of a map is unknown, so may be what tells its owners: one that is
 * none, or inferred, may be another by its name.
 */
static void add_owner(json_t *set, const json_t *owner, bool partial)
{
	char name[256];

	if (partial && (!strcmp(field_text(owner, "kind"), "unknown") ||
			!strcmp(field_text(owner, "part"), "inferred")))
		return;
	/* A name cut in the middle of a character is no key. */
	field_owner(owner, name, sizeof(name));
	json_object_set_new(set, name, json_true());
}

static json_t *owner_names(const json_t *r)
{
	const json_t *list = field_list(r, "special"), *one;
	json_t *set = list ? json_object() : NULL;
	bool partial = stored_is_partial(r);
	size_t i;

	json_array_foreach(list, i, one)
	{
		const json_t *more = field_list(one, "owners"), *o;
		size_t j;

		add_owner(set, field(one, "owner"), partial);
		json_array_foreach(more, j, o) add_owner(set, o, partial);
	}
	return set;
}

/* null if one of them is not known. */
static json_t *only_in(json_t *set, json_t *other)
{
	json_t *list, *value;
	const char *key;

	if (!set || !other)
		return json_null();
	list = json_array();
	json_object_foreach(set, key, value)
	{
		if (!json_object_get(other, key))
			json_array_append_new(list, json_string(key));
	}
	return list;
}

/*
 * VAs mean the same place only where the map begins at the same one: why they
 * do not, or NULL.
 */
static const char *other_place(const json_t *a, const json_t *b)
{
	static const char *const keys[] = { "kernel.linear_map.start",
					    "kernel.phys_offset",
					    "kernel.page_size" };
	const char *why = NULL;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const json_t *x = field(a, keys[i]), *y = field(b, keys[i]);

		if (!x || !y || json_is_null(x) || json_is_null(y))
			why = "a report does not say where its linear map begins";
		else if (!json_equal(x, y))
			return "the linear maps begin at different addresses";
	}
	return why;
}

static bool all_lost_known(const json_t *r)
{
	return field_bool(r, "split_summary.known") == DM_YES;
}

/*
 * What only one has is known where the other tells all that it has. @why: why
 * not, of the lists by range.
 */
static json_t *ranges_missing(const json_t *a, const json_t *b,
			      const json_t *la, const json_t *lb,
			      const char *why)
{
	if (why)
		return json_string(why);
	if (!all_lost_known(a) || !all_lost_known(b))
		return json_string("a report does not know all lost leaves");
	if (!la || !lb)
		return json_string("a report has no list of lost leaves");
	return json_null();
}

static void add_sets(json_t *o, const json_t *a, const json_t *b)
{
	const char *why = other_place(a, b);
	json_t *la = why ? NULL : lost_ranges(a);
	json_t *lb = why ? NULL : lost_ranges(b);
	json_t *oa = owner_names(a), *ob = owner_names(b);

	json_object_set_new(o, "lost",
			    only_in(lb, all_lost_known(a) ? la : NULL));
	json_object_set_new(o, "regained",
			    only_in(la, all_lost_known(b) ? lb : NULL));
	json_object_set_new(o, "ranges_missing",
			    ranges_missing(a, b, la, lb, why));
	json_object_set_new(o, "owners_came",
			    only_in(ob, stored_is_partial(a) ? NULL : oa));
	json_object_set_new(o, "owners_went",
			    only_in(oa, stored_is_partial(b) ? NULL : ob));
	json_decref(la);
	json_decref(lb);
	json_decref(oa);
	json_decref(ob);
}

struct dm_error *diff_create(const json_t *a, const json_t *b, json_t **ret)
{
	json_t *o = json_object(), *worse = json_array(),
	       *lost_sight = json_array();

	*ret = o;
	if (json_object_set_new(o, "schema", json_string("directmap/1")) < 0 ||
	    json_object_set_new(o, "figures",
				figure_list(a, b, worse, lost_sight)) < 0 ||
	    json_object_set_new(o, "changed", fact_list(a, b)) < 0 ||
	    json_object_set_new(o, "worse", worse) < 0 ||
	    json_object_set_new(o, "unknown_in_b", lost_sight) < 0) {
		json_decref(o);
		*ret = NULL;
		return dm_error_no_memory();
	}
	add_sets(o, a, b);
	return NULL;
}
