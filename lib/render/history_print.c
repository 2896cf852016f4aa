// SPDX-License-Identifier: GPL-2.0-or-later
/* The history of splits in words, and as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/print.h"
#include "directmap/array.h"
#include "util/error.h"
#include "render/history_print.h"
#include "render/json.h"
#include "directmap/leaf.h"
#include "util/out.h"
#include "directmap/text.h"

#define OWNERS_SHOWN   3
#define SPECIAL_SHOWN  40
#define UNJUDGED_SHOWN 8

struct printer {
	struct out out;
	const struct dm_kernel *kernel;
	size_t count;
};

/* ---- Words -------------------------------------------------------------- */

static void put_leaves(struct out *out, const struct dm_kernel *kernel,
		       const uint64_t *leaves)
{
	const char *separator = "";
	int leaf;

	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		if (!leaves[leaf])
			continue;
		dm_out_printf(out, "%s%llu x %s", separator,
			      (unsigned long long)leaves[leaf],
			      dm_leaf_label(kernel, (enum dm_leaf)leaf));
		separator = ", ";
	}
	if (!*separator)
		dm_out_printf(out, "none");
}

static void put_owner(struct out *out, const struct dm_owner *o)
{
	dm_out_printf(out, "%s", dm_owner_name(o->kind));
	if (*o->name) {
		dm_out_printf(out, " ");
		dm_out_foreign(out, o->name);
	}
	if (o->kind == DM_OWNER_MODULE && *o->part)
		dm_out_printf(out, " %s", o->part);
	else if (strcmp(o->part, "inferred") == 0)
		dm_out_printf(out, " (inferred)");
	if (o->kind == DM_OWNER_SECRETMEM && o->id)
		dm_out_printf(out, " inode %llu", (unsigned long long)o->id);
	else if (o->id)
		dm_out_printf(out, " id %llu", (unsigned long long)o->id);
	if (o->kind == DM_OWNER_BPF_PACK)
		dm_out_printf(out, " 0x%llx", (unsigned long long)o->pack);
	if (o->kind == DM_OWNER_UNKNOWN && *o->part)
		dm_out_printf(out, " (%s page)", o->part);
	if (o->doubt)
		dm_out_printf(out, ": %s", o->doubt);
}

/* By when a BPF program in it began to load, at the latest; 0: not known. */
static uint64_t hint(const struct dm_lost *lost)
{
	return lost->has_bpf_log ? lost->bpf_before_ns : 0;
}

/* A time of another clock is not to be compared with the others. */
static void put_other_clock(struct out *out, const struct dm_lost *lost)
{
	if (lost->bpf_ns && !lost->has_bpf_log && !lost->has_before)
		dm_out_printf(out, "; BPF loaded at %.3f s of CLOCK_BOOTTIME",
			      (double)lost->bpf_ns / 1e9);
}

static void put_time(struct out *out, const struct dm_lost *lost)
{
	char text[32] = "unknown";

	if (lost->has_after && lost->has_before &&
	    lost->after_ns == lost->before_ns)
		snprintf(text, sizeof(text), "%.6f s",
			 (double)lost->before_ns / 1e9);
	else if (lost->has_before && lost->has_after)
		snprintf(text, sizeof(text), "%.3f-%.3f s",
			 (double)lost->after_ns / 1e9,
			 (double)lost->before_ns / 1e9);
	else if (lost->has_before)
		snprintf(text, sizeof(text), "before %.3f s",
			 (double)lost->before_ns / 1e9);
	else if (lost->has_after && hint(lost) > lost->after_ns)
		snprintf(text, sizeof(text), "%.3f-~%.3f s",
			 (double)lost->after_ns / 1e9,
			 (double)hint(lost) / 1e9);
	else if (!lost->has_after && hint(lost))
		snprintf(text, sizeof(text), "by about %.3f s",
			 (double)hint(lost) / 1e9);
	else if (lost->has_after)
		snprintf(text, sizeof(text), "after %.3f s",
			 (double)lost->after_ns / 1e9);
	dm_out_printf(out, " %-16s", text);
}

static void put_today(struct out *out, const struct dm_kernel *kernel,
		      const struct dm_lost *lost)
{
	char text[64] = "";
	int leaf;

	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		uint64_t size = dm_leaf_size(kernel, (enum dm_leaf)leaf);
		size_t have = strlen(text);

		if (lost->today[leaf])
			snprintf(text + have, sizeof(text) - have, "%s%llux%s",
				 have ? " " : "",
				 (unsigned long long)(lost->today[leaf] / size),
				 dm_leaf_label(kernel, (enum dm_leaf)leaf));
	}
	dm_out_printf(out, " %-28s", text);
}

static struct dm_error *put_lost(void *arg, const struct dm_lost *lost)
{
	struct printer *p = arg;
	struct out *out = &p->out;
	size_t i;

	if (!p->count++)
		dm_out_printf(out, "\n%-5s%-19s%-9s %-16s %-28s %s\n", "lost",
			      "start", "state", "when", "today", "needed by");
	dm_out_printf(out, "%-5s0x%016llx %-9s",
		      dm_leaf_label(p->kernel, lost->leaf),
		      (unsigned long long)lost->start,
		      lost->state_unknown ? "unknown"
		      : lost->in_use	  ? "in use"
					  : "residual");
	put_time(out, lost);
	put_today(out, p->kernel, lost);
	for (i = 0; i < lost->owner_count && i < OWNERS_SHOWN; i++) {
		dm_out_printf(out, "%s", i ? ", " : " ");
		put_owner(out, lost->owners[i].owner);
		dm_out_printf(out, " (%llu)",
			      (unsigned long long)lost->owners[i].pages);
	}
	if (lost->owner_count > OWNERS_SHOWN)
		dm_out_printf(out, ", and %zu more",
			      lost->owner_count - OWNERS_SHOWN);
	dm_out_printf(out, "%s", lost->owner_count ? "" : " nobody now");
	put_other_clock(out, lost);
	dm_out_printf(out, "\n");
	if (*lost->stack) {
		dm_out_printf(out, "%33s ", "split by");
		dm_out_foreign(out, lost->stack);
		dm_out_printf(out, "\n");
	}
	return dm_out_error(out);
}

static struct dm_error *put_boot(void *arg, const struct dm_boot_range *range)
{
	struct printer *p = arg;

	if (!p->count++)
		dm_out_printf(&p->out, "\n%-39s%-6s%-9s%s\n",
			      "boot itself mapped smaller", "leaf", "could be",
			      "why");
	dm_out_printf(&p->out, "0x%016llx-0x%016llx  %-6s%-9s%s\n",
		      (unsigned long long)range->start,
		      (unsigned long long)(range->start + range->size),
		      dm_leaf_label(p->kernel, range->leaf),
		      dm_leaf_label(p->kernel, range->could_be), range->why);
	return dm_out_error(&p->out);
}

static struct dm_error *put_special(void *arg, const struct dm_special *s)
{
	struct printer *p = arg;
	size_t i;

	if (!p->count++)
		dm_out_printf(&p->out, "\n%-39s%9s %-10s%s\n",
			      "pages that are not default", "kB", "state",
			      "needed by");
	if (p->count > SPECIAL_SHOWN)
		return NULL;
	dm_out_printf(&p->out, "0x%016llx-0x%016llx %10llu %-10s",
		      (unsigned long long)s->start,
		      (unsigned long long)(s->start + s->size),
		      (unsigned long long)(s->size >> 10),
		      s->read_only ? "read-only"
		      : !s->valid  ? "invalid"
				   : "other");
	for (i = 0; i < s->owner_count && i < OWNERS_SHOWN; i++) {
		dm_out_printf(&p->out, "%s", i ? ", " : "");
		put_owner(&p->out, s->owners[i]);
	}
	if (s->owner_count > OWNERS_SHOWN)
		dm_out_printf(&p->out, ", and %zu more",
			      s->owner_count - OWNERS_SHOWN);
	dm_out_printf(&p->out, "\n");
	return dm_out_error(&p->out);
}

/* ---- The summary -------------------------------------------------------- */

static void put_counts(struct out *out, const struct dm_kernel *kernel,
		       const struct dm_split_summary *s)
{
	uint64_t lost = dm_leaf_sum(s->lost), in_use = dm_leaf_sum(s->in_use);
	uint64_t unknown = dm_leaf_sum(s->state_unknown);

	if (!s->known && !(s->at_least && lost)) {
		dm_out_printf(out, "unknown: ");
		dm_out_foreign(out,
			       *s->why ? s->why : "boot's map is not known");
		dm_out_printf(out, "\n");
		return;
	}
	if (!lost) {
		dm_out_printf(out, "no leaf was lost since boot%s\n",
			      s->splits ? ""
			      : s->boot_bytes[DM_LEAF_PTE] ==
					      dm_leaf_sum(s->boot_bytes)
				      ? ": all of it was mapped by pages"
				      : ": this kernel does not split");
		return;
	}
	dm_out_printf(out, "%s%llu %s lost since boot (",
		      s->at_least ? "at least " : "", (unsigned long long)lost,
		      dm_plural(lost, "leaf", "leaves"));
	put_leaves(out, kernel, s->lost);
	dm_out_printf(out, "): %llu in use, %llu residual",
		      (unsigned long long)in_use,
		      (unsigned long long)(lost - in_use - unknown));
	if (unknown)
		dm_out_printf(out, ", %llu unknown",
			      (unsigned long long)unknown);
	dm_out_printf(out, "\n");
}

void dm_history_put_line(struct out *out, const struct dm_kernel *kernel,
			 const struct dm_history *history)
{
	put_counts(out, kernel, dm_history_summary(history));
}

/* What all of it in pages would take: a table for each pmd's worth, and so on. */
static void put_cost(struct out *out, const struct dm_kernel *kernel,
		     const struct dm_split_summary *s)
{
	uint64_t bytes = dm_leaf_sum(s->boot_bytes), tables = 0;
	uint64_t pmd = dm_leaf_size(kernel, DM_LEAF_PMD);
	uint64_t pud = dm_leaf_size(kernel, DM_LEAF_PUD), more;

	if (!s->known && !(s->at_least && s->tables))
		return;
	tables = (s->boot_bytes[DM_LEAF_PMD] + s->boot_bytes[DM_LEAF_CONT_PMD] +
		  s->boot_bytes[DM_LEAF_PUD]) /
		 pmd;
	if (pud)
		tables += s->boot_bytes[DM_LEAF_PUD] / pud;
	more = tables > s->tables ? tables - s->tables : 0;
	dm_out_printf(out, "%-16s%s%llu table page%s, %llu kB\n",
		      "cost of splits", s->at_least ? "at least " : "",
		      (unsigned long long)s->tables, dm_plural_s(s->tables),
		      (unsigned long long)(s->tables * kernel->page_size >>
					   10));
	if (s->at_least)
		return;
	dm_out_printf(
		out,
		"%-16s%llu more table page%s if all of it were pages (of %llu kB mapped)\n",
		"", (unsigned long long)more, dm_plural_s(more),
		(unsigned long long)(bytes >> 10));
}

/* All that goes with one: a module, or a pack with its programs. */
static void put_group(struct out *out, const struct dm_owner *o)
{
	if (o->pack) {
		dm_out_printf(out, "the BPF pack at 0x%llx",
			      (unsigned long long)o->pack);
	} else if (o->kind == DM_OWNER_MODULE) {
		dm_out_printf(out, "module ");
		dm_out_foreign(out, o->name);
	} else {
		put_owner(out, o);
	}
}

static void put_collapsible(struct out *out, const struct dm_kernel *kernel,
			    const struct dm_collapse *c)
{
	dm_out_printf(out, "%-16s", "collapsible");
	if (c->at_least && !dm_leaf_sum(c->leaves)) {
		dm_out_printf(out, "none as far as is known\n");
		return;
	}
	dm_out_printf(out, "%s", c->at_least ? "at least " : "");
	put_leaves(out, kernel, c->leaves);
	dm_out_printf(out, "; %llu kB, and %llu table page%s (%llu kB) free\n",
		      (unsigned long long)(c->covers >> 10),
		      (unsigned long long)c->tables, dm_plural_s(c->tables),
		      (unsigned long long)(c->bytes >> 10));
}

/* Of kernels that merge. Up to 7.3 none does, and nothing is said of it. */
static void put_merged(struct out *out, const struct dm_kernel *kernel,
		       const struct dm_split_summary *s)
{
	uint64_t merged = dm_leaf_sum(s->merged);

	if (s->merges != DM_YES || !(s->known || s->at_least))
		return;
	dm_out_printf(out, "%-16s", "merged");
	if (merged) {
		dm_out_printf(out, "at least %llu time%s: ",
			      (unsigned long long)merged, dm_plural_s(merged));
		put_leaves(out, kernel, s->merged);
		dm_out_printf(out, " where boot mapped smaller leaves\n");
	} else {
		dm_out_printf(
			out,
			"none that shows: what was split and merged again is as before\n");
	}
}

static void put_collapse(struct out *out, const struct dm_kernel *kernel,
			 const struct dm_split_summary *s)
{
	size_t i;

	put_merged(out, kernel, s);
	put_collapsible(out, kernel, &s->collapse);
	if (s->merges == DM_YES && s->collapse.leaves[DM_LEAF_PMD])
		dm_out_printf(
			out,
			"%-16sof these, this kernel makes %s by itself, where it comes to try\n",
			"", dm_leaf_label(kernel, DM_LEAF_PMD));
	for (i = 0; i < s->if_gone_count && i < 10; i++) {
		dm_out_printf(out, "%-16sif ", "");
		put_group(out, s->if_gone[i].owner);
		dm_out_printf(out, " went away or moved: ");
		put_leaves(out, kernel, s->if_gone[i].leaves);
		dm_out_printf(out, "\n");
	}
}

static void put_unjudged(struct out *out, const struct dm_split_summary *s)
{
	size_t i;

	for (i = 0; i < s->unjudged_count && i < UNJUDGED_SHOWN; i++) {
		const struct dm_unjudged *u = &s->unjudged[i];

		dm_out_printf(out, "%-16s0x%016llx-0x%016llx (%llu kB): %s%s\n",
			      i ? "" : "not judged",
			      (unsigned long long)u->start,
			      (unsigned long long)(u->start + u->size),
			      (unsigned long long)(u->size >> 10), u->why,
			      u->maybe_lost || !s->splits
				      ? ""
				      : "; no trace of a split");
	}
	if (s->unjudged_count > UNJUDGED_SHOWN)
		dm_out_printf(out, "%-16sand %zu more; --json has all\n", "",
			      s->unjudged_count - UNJUDGED_SHOWN);
}

static void put_basis(struct out *out, const struct dm_split_summary *s)
{
	dm_out_printf(out, "%-16s", "boot known from");
	dm_out_printf(out, "memory: %s; kernel alias: %s; size: %s\n",
		      s->banks_from ? s->banks_from : "unknown",
		      s->alias_from ? s->alias_from : "unknown",
		      s->pages_from ? s->pages_from : "unknown");
	if (s->unknown_pages)
		dm_out_printf(
			out, "%-16s%llu special page%s without a known owner\n",
			"unknown", (unsigned long long)s->unknown_pages,
			dm_plural_s(s->unknown_pages));
	if (s->absent)
		dm_out_printf(
			out,
			"%-16s%llu kB that boot mapped: not known how they are mapped now\n",
			"unknown", (unsigned long long)(s->absent >> 10));
	if (s->unexpected)
		dm_out_printf(out,
			      "%-16s%llu kB are mapped that boot did not map\n",
			      "differs",
			      (unsigned long long)(s->unexpected >> 10));
	put_unjudged(out, s);
	if (*dm_missing_text(s->missing)) {
		dm_out_printf(out, "%-16s", "missing");
		dm_out_foreign(out, dm_missing_text(s->missing));
		dm_out_printf(out, "\n");
	}
}

struct dm_error *dm_splits_text(const struct dm_kernel *kernel,
				struct dm_history *history,
				struct dm_sink *sink)
{
	const struct dm_split_summary *s = dm_history_summary(history);
	struct printer p = { .out = { .sink = sink }, .kernel = kernel };
	struct dm_error *err = NULL;

	put_counts(&p.out, kernel, s);
	dm_out_printf(&p.out, "\n");
	dm_owners_put_table(&p.out, s);
	put_cost(&p.out, kernel, s);
	put_collapse(&p.out, kernel, s);
	put_basis(&p.out, s);
	if (s->known || s->at_least)
		err = dm_history_lost(history, put_lost, &p);
	p.count = 0;
	if (!err)
		err = dm_history_boot(history, put_boot, &p);
	p.count = 0;
	if (!err)
		err = dm_history_special(history, put_special, &p);
	if (p.count > SPECIAL_SHOWN)
		dm_out_printf(&p.out, "and %zu more; --json has all\n",
			      p.count - SPECIAL_SHOWN);
	return err ? err : dm_out_error(&p.out);
}

/* ---- Along time --------------------------------------------------------- */

/*
 * What a line needs of a lost leaf: a machine may have lost a million, and
 * there are few stacks that asked for their tables.
 */
struct dated {
	uint64_t start, ns;
	uint64_t after_ns, before_ns, bpf_ns, bpf_before_ns;
	uint64_t today[DM_LEAF_MAX];
	struct dm_lost_owner owners[OWNERS_SHOWN];
	size_t owner_count;
	uint32_t stack; /* which of the texts; 0: none */
	uint8_t leaf;
	bool known, in_use, state_unknown, has_after, has_before, has_bpf_log;
};

#define STACKS_MAX 1024 /* further ones are not printed: */
#define STACK_LOST "another stack; --json has it"

struct dates {
	struct dated *at;
	size_t count, capacity;
	char *stacks[STACKS_MAX];
	uint32_t stack_count;
};

/* The number of @stack among the texts, which is in them then. */
static struct dm_error *keep_stack(struct dates *d, const char *stack,
				   uint32_t *ret)
{
	const char *text = stack;
	uint32_t i;

	*ret = 0;
	if (!*stack)
		return NULL;
	if (d->stack_count + 1 >= STACKS_MAX)
		text = STACK_LOST;
	for (i = d->stack_count; i--;) {
		if (strcmp(d->stacks[i], stack) == 0 ||
		    strcmp(d->stacks[i], text) == 0) {
			*ret = i + 1;
			return NULL;
		}
	}
	d->stacks[d->stack_count] = strdup(text);
	if (!d->stacks[d->stack_count])
		return dm_error_no_memory();
	*ret = ++d->stack_count;
	return NULL;
}

static struct dm_error *keep(void *arg, const struct dm_lost *lost)
{
	struct dates *d = arg;
	struct dm_error *err = dm_array_reserve(&d->at, &d->capacity, d->count,
						1, DM_ARRAY_ANY);
	struct dated *at;
	uint32_t stack;

	if (!err)
		err = keep_stack(d, lost->stack, &stack);
	if (err)
		return err;
	at = &d->at[d->count];
	*at = (struct dated){
		.start = lost->start,
		.ns = lost->has_before		    ? lost->before_ns
		      : hint(lost) > lost->after_ns ? hint(lost)
						    : lost->after_ns,
		.after_ns = lost->after_ns,
		.before_ns = lost->before_ns,
		.bpf_ns = lost->bpf_ns,
		.bpf_before_ns = lost->bpf_before_ns,
		.has_bpf_log = lost->has_bpf_log,
		.owner_count = lost->owner_count,
		.stack = stack,
		.leaf = (uint8_t)lost->leaf,
		.known = lost->has_before || lost->has_after || hint(lost),
		.in_use = lost->in_use,
		.state_unknown = lost->state_unknown,
		.has_after = lost->has_after,
		.has_before = lost->has_before,
	};
	memcpy(at->today, lost->today, sizeof(at->today));
	memcpy(at->owners, lost->owners, sizeof(at->owners));
	d->count++;
	return NULL;
}

static struct dm_error *put_dated(struct printer *p, const struct dates *d,
				  const struct dated *at)
{
	struct dm_lost lost = {
		.leaf = (enum dm_leaf)at->leaf,
		.start = at->start,
		.in_use = at->in_use,
		.state_unknown = at->state_unknown,
		.has_after = at->has_after,
		.has_before = at->has_before,
		.after_ns = at->after_ns,
		.before_ns = at->before_ns,
		.bpf_ns = at->bpf_ns,
		.bpf_before_ns = at->bpf_before_ns,
		.has_bpf_log = at->has_bpf_log,
		.owner_count = at->owner_count,
	};

	memcpy(lost.today, at->today, sizeof(at->today));
	memcpy(lost.owners, at->owners, sizeof(at->owners));
	if (at->stack)
		snprintf(lost.stack, sizeof(lost.stack), "%s",
			 d->stacks[at->stack - 1]);
	return put_lost(p, &lost);
}

/*
 * What is dated by the log's clock, then by CLOCK_BOOTTIME alone, then the rest:
 * 0 less 1 is the largest.
 */
static int by_time(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	if (x->known != y->known)
		return x->known ? -1 : 1;
	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	if (!x->known && x->bpf_ns != y->bpf_ns)
		return x->bpf_ns - 1 < y->bpf_ns - 1 ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->leaf < y->leaf) - (x->leaf > y->leaf);
}

static void dates_deinit(struct dates *d)
{
	while (d->stack_count)
		free(d->stacks[--d->stack_count]);
	free(d->at);
}

struct dm_error *dm_splits_timeline(const struct dm_kernel *kernel,
				    struct dm_history *history,
				    struct dm_sink *sink)
{
	struct printer p = { .out = { .sink = sink }, .kernel = kernel };
	const struct dm_split_summary *s = dm_history_summary(history);
	struct dates dates = { 0 };
	struct dm_error *err = NULL;
	size_t i;

	put_counts(&p.out, kernel, s);
	if (s->known || s->at_least)
		err = dm_history_lost(history, keep, &dates);
	if (dates.count)
		qsort(dates.at, dates.count, sizeof(*dates.at), by_time);
	for (i = 0; !err && i < dates.count; i++)
		err = put_dated(&p, &dates, &dates.at[i]);
	dates_deinit(&dates);
	return err ? err : dm_out_error(&p.out);
}

/* ---- JSON --------------------------------------------------------------- */

/* Records are written as they come: a list may be long. */
struct json_list {
	struct out *out;
	const struct dm_kernel *kernel;
	bool any;
};

static struct dm_error *put_record(struct json_list *list, json_t *record)
{
	if (list->any)
		dm_out_write(list->out, ",", 1);
	list->any = true;
	return dm_json_write_part(record, list->out);
}

static json_t *evidence_array(unsigned int evidence)
{
	json_t *array = json_array();
	unsigned int bit;

	for (bit = 1; bit; bit <<= 1) {
		const char *name =
			evidence & bit ? dm_evidence_name(bit) : NULL;

		if (name)
			array = dm_json_add(array, json_string(name));
	}
	return array;
}

static json_t *time_object(const struct dm_lost *lost)
{
	if (!lost->has_after && !lost->has_before && !lost->bpf_ns)
		return json_null();
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "after_ns",
		lost->has_after ? dm_json_uint(lost->after_ns) : json_null(),
		"before_ns",
		lost->has_before ? dm_json_uint(lost->before_ns) : json_null(),
		"from", dm_json_text(lost->time_from), "bpf_load_ns",
		lost->bpf_ns ? dm_json_uint(lost->bpf_ns) : json_null(),
		"bpf_load_clock",
		lost->bpf_ns ? json_string("CLOCK_BOOTTIME") : json_null(),
		"bpf_after_ns",
		lost->has_bpf_log ? dm_json_uint(lost->bpf_after_ns)
				  : json_null(),
		"bpf_before_ns",
		lost->has_bpf_log ? dm_json_uint(lost->bpf_before_ns)
				  : json_null());
}

static struct dm_error *json_lost(void *arg, const struct dm_lost *lost)
{
	json_t *owners = json_array(), *o = json_object();
	size_t i;

	for (i = 0; i < lost->owner_count && i < DM_LOST_OWNERS; i++)
		owners = dm_json_add(
			owners,
			dm_json_put(dm_json_owner(lost->owners[i].owner),
				    "pages",
				    dm_json_uint(lost->owners[i].pages)));
	o = dm_json_put(o, "leaf", json_string(dm_leaf_name(lost->leaf)));
	o = dm_json_put(o, "start", dm_json_hex(lost->start));
	o = dm_json_put(o, "size", dm_json_uint(lost->size));
	o = dm_json_put(o, "when", json_string("runtime"));
	o = dm_json_put(o, "evidence", evidence_array(lost->evidence));
	o = dm_json_put(o, "in_use",
			lost->state_unknown ? json_null()
					    : json_boolean(lost->in_use));
	o = dm_json_put(o, "owners", owners);
	o = dm_json_put(o, "owner_count", dm_json_uint(lost->owner_count));
	o = dm_json_put(o, "time", time_object(lost));
	o = dm_json_put(o, "stack", dm_json_text(lost->stack));
	o = dm_json_put(o, "boot", json_string(dm_leaf_name(lost->boot)));
	o = dm_json_put(o, "today", dm_json_by_leaf(lost->today));
	o = dm_json_put(o, "special", dm_json_uint(lost->special));
	if (lost->absent)
		o = dm_json_put(o, "absent", dm_json_uint(lost->absent));
	return put_record(arg,
			  dm_json_put(o, "table",
				      lost->table ? dm_json_hex(lost->table)
						  : json_null()));
}

static struct dm_error *json_boot(void *arg, const struct dm_boot_range *range)
{
	return put_record(arg, json_pack("{s:o, s:o, s:s, s:s, s:s}", "start",
					 dm_json_hex(range->start), "size",
					 dm_json_uint(range->size), "leaf",
					 dm_leaf_name(range->leaf), "could_be",
					 dm_leaf_name(range->could_be), "why",
					 range->why));
}

static struct dm_error *json_special(void *arg, const struct dm_special *s)
{
	struct json_list *list = arg;
	json_t *owners = json_array(), *o = json_object();
	size_t i;

	for (i = 0; i < s->owner_count; i++)
		owners = dm_json_add(owners, dm_json_owner(s->owners[i]));
	o = dm_json_put(o, "start", dm_json_hex(s->start));
	o = dm_json_put(o, "size", dm_json_uint(s->size));
	o = dm_json_put(o, "state",
			json_string(s->read_only ? "read_only"
				    : !s->valid	 ? "invalid"
						 : "other"));
	o = dm_json_put(o, "owner",
			s->owner_count ? dm_json_owner(s->owners[0])
				       : json_null());
	if (s->owner_count > 1)
		o = dm_json_put(o, "owners", owners);
	else
		json_decref(owners);
	return put_record(list,
			  dm_json_put(o, "attrs",
				      dm_json_attrs(list->kernel, s->attrs)));
}

static json_t *if_gone_array(const struct dm_split_summary *s)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < s->if_gone_count; i++)
		array = dm_json_add(
			array,
			json_pack("{s:o, s:o}", "owner",
				  dm_json_owner(s->if_gone[i].owner), "leaves",
				  dm_json_by_leaf(s->if_gone[i].leaves)));
	return array;
}

json_t *dm_json_collapsible(const struct dm_split_summary *s)
{
	json_t *o = json_object();
	enum dm_leaf leaf;

	for (leaf = DM_LEAF_CONT_PTE; leaf < DM_LEAF_COUNT; leaf++)
		o = dm_json_put(o, dm_leaf_name(leaf),
				dm_json_uint(s->collapse.leaves[leaf]));
	o = dm_json_put(o, "bytes", dm_json_uint(s->collapse.bytes));
	o = dm_json_put(o, "tables", dm_json_uint(s->collapse.tables));
	o = dm_json_put(o, "covers", dm_json_uint(s->collapse.covers));
	if (s->collapse.at_least)
		o = dm_json_put(o, "at_least", json_true());
	if (s->merges == DM_YES)
		o = dm_json_put(o, "by_kernel", json_string("pmd"));
	return dm_json_put(o, "if_gone", if_gone_array(s));
}

static json_t *text_alias(const struct dm_split_summary *s)
{
	json_t *o;

	if (!s->text_alias.end)
		return json_null();
	o = dm_json_put(json_object(), "start",
			dm_json_hex(s->text_alias.start));
	o = dm_json_put(o, "end", dm_json_hex(s->text_alias.end));
	return dm_json_put(o, "inferred", json_boolean(s->text_alias_inferred));
}

static json_t *unjudged_array(const struct dm_split_summary *s)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < s->unjudged_count; i++) {
		const struct dm_unjudged *u = &s->unjudged[i];

		array = dm_json_add(
			array, json_pack("{s:o, s:o, s:s, s:b}", "start",
					 dm_json_hex(u->start), "size",
					 dm_json_uint(u->size), "why", u->why,
					 "maybe_lost", u->maybe_lost));
	}
	return array;
}

json_t *dm_json_split_summary(const struct dm_split_summary *s)
{
	json_t *o = json_object();

	o = dm_json_put(o, "known", json_boolean(s->known));
	o = dm_json_put(o, "why_unknown", dm_json_text(s->why));
	o = dm_json_put(o, "splits_at_runtime",
			s->splits_known ? json_boolean(s->splits)
					: json_null());
	if (s->merges == DM_YES)
		o = dm_json_put(o, "merged", dm_json_by_leaf(s->merged));
	o = dm_json_put(o, "lost", dm_json_by_leaf(s->lost));
	o = dm_json_put(o, "in_use", dm_json_by_leaf(s->in_use));
	o = dm_json_put(o, "tables", dm_json_uint(s->tables));
	o = dm_json_put(o, "boot", dm_json_by_leaf(s->boot_bytes));
	o = dm_json_put(o, "from",
			json_pack("{s:o, s:o, s:o}", "memory",
				  dm_json_text(s->banks_from), "kernel_alias",
				  dm_json_text(s->alias_from), "leaf_size",
				  dm_json_text(s->pages_from)));
	o = dm_json_put(o, "absent", dm_json_uint(s->absent));
	o = dm_json_put(o, "unexpected", dm_json_uint(s->unexpected));
	o = dm_json_put(o, "unknown_pages", dm_json_uint(s->unknown_pages));
	o = dm_json_put(o, "suspended_ns",
			s->clocks_known ? dm_json_uint(s->suspended_ns)
					: json_null());
	o = dm_json_put(o, "text_alias", text_alias(s));
	if (s->unjudged_count)
		o = dm_json_put(o, "unjudged", unjudged_array(s));
	if (s->at_least) {
		o = dm_json_put(o, "at_least", json_true());
		o = dm_json_put(o, "unknown", dm_json_uint(s->absent));
		o = dm_json_put(o, "state_unknown",
				dm_json_by_leaf(s->state_unknown));
	}
	o = dm_json_put(o, "missing",
			dm_json_text(dm_missing_text(s->missing)));
	return dm_json_put(o, "missing_list", dm_json_missing(s->missing));
}

struct dm_error *dm_history_put_json(struct out *out,
				     const struct dm_kernel *kernel,
				     struct dm_history *history)
{
	const struct dm_split_summary *s = dm_history_summary(history);
	struct json_list list = { .out = out, .kernel = kernel };
	struct dm_error *err = NULL;

	dm_out_printf(out, "\"splits\":");
	if (s->known || s->at_least) {
		dm_out_printf(out, "[");
		err = dm_history_lost(history, json_lost, &list);
		dm_out_printf(out, "]");
	} else {
		dm_out_printf(out, "null");
	}
	list.any = false;
	dm_out_printf(out, ",\"boot\":%s", s->boot_known ? "[" : "null");
	if (!err)
		err = dm_history_boot(history, json_boot, &list);
	list.any = false;
	dm_out_printf(out, "%s,\"special\":[", s->boot_known ? "]" : "");
	if (!err)
		err = dm_history_special(history, json_special, &list);
	dm_out_printf(out, "],\"collapsible\":");
	if (!err)
		err = dm_json_write_part(dm_json_collapsible(s), out);
	dm_out_printf(out, ",\"split_summary\":");
	return err ? err : dm_json_write_part(dm_json_split_summary(s), out);
}

struct dm_error *dm_splits_json(const struct dm_kernel *kernel,
				struct dm_history *history,
				struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	struct dm_error *err;

	dm_out_printf(&out, "{\"schema\":\"directmap/1\",");
	err = dm_history_put_json(&out, kernel, history);
	dm_out_printf(&out, "}\n");
	return err ? err : dm_out_error(&out);
}
