/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk that takes one entry after the other and reads each table by itself:
 * slow and plain, to hold the quick one against.
 */
#ifndef REFERENCE_WALK_H
#define REFERENCE_WALK_H

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/arm64.h"
#include "util/error.h"
#include "walk/foreign.h"
#include "util/pa_set.h"
#include "walk/runs.h"
#include "util/source.h"
#include "walk/usage.h"

struct walk {
	struct dm_source *source;
	const struct dm_kernel *kernel;
	struct arm64_geometry geometry;
	struct dm_usage *usage;
	uint64_t lo, hi; /* VA range */
	uint64_t whole_lo, whole_hi; /* of the linear map */
	uint64_t pa_minus_va; /* the linear formula */
	struct run_merger merger;
	struct foreign foreign;
	struct pa_set seen; /* tables that were seen */
	uint64_t leaves, misfits; /* so far: of the map, and of another place */
	const struct table *sought; /* of a walk that is to judge it */
	bool is_none;
	uint64_t broken_group; /* VA of the last one reported, */
	int broken_level; /* and its level */
	uint64_t *buffers; /* a page for each level */
};

struct table {
	int level;
	uint64_t pa;
	uint64_t va; /* of entry 0 */
	const uint64_t *entries; /* little-endian, as dumped */
};

static uint64_t *level_buffer(struct walk *w, int level)
{
	return w->buffers +
	       (size_t)(level + 1) * (w->kernel->page_size / sizeof(uint64_t));
}

static uint64_t entry_at(const struct table *t, size_t i)
{
	return le64toh(t->entries[i]);
}

/* Of [@va, @va + @size), which the range touches, what lies within it. */
static uint64_t clipped_size(const struct walk *w, uint64_t *va, uint64_t size)
{
	uint64_t last = *va + (size - 1);

	if (last > w->hi - 1)
		last = w->hi - 1;
	if (*va < w->lo)
		*va = w->lo;
	return last - *va + 1;
}

/* ---- Leaves ------------------------------------------------------------- */

static enum dm_leaf leaf_of(int level, bool cont)
{
	if (level == 1)
		return DM_LEAF_PUD;
	if (level == 2)
		return cont ? DM_LEAF_CONT_PMD : DM_LEAF_PMD;
	return cont ? DM_LEAF_CONT_PTE : DM_LEAF_PTE;
}

static void add_foreign(struct walk *w, enum dm_finding_kind kind, int level,
			const struct dm_run *part, uint64_t entry)
{
	struct dm_finding finding = {
		.kind = kind,
		.level = level,
		.start = part->start,
		.pa = part->pa,
		.entry = entry,
	};

	/* Zeros, and what is off by one bit, may stand in a right table. */
	w->misfits +=
		kind == DM_FINDING_OFF_FORMULA
			? __builtin_popcountll(
				  part->pa ^ (part->start + w->pa_minus_va)) > 1
			: kind != DM_FINDING_EMPTY_TABLE;
	finding.size = clipped_size(w, &finding.start, part->size);
	dm_foreign_add(&w->foreign, &finding);
}

/* Leaves alike from entry @i on, @size bytes in all; @entry is the first. */
static inline struct dm_error *emit(struct walk *w, const struct table *t,
				    size_t i, uint64_t entry, uint64_t size,
				    bool cont)
{
	struct dm_run part = {
		.start = t->va +
			 ((uint64_t)i << arm64_shift(&w->geometry, t->level)),
		.size = size,
		.pa = arm64_oa(&w->geometry, entry),
		.attrs = arm64_attrs(&w->geometry, entry),
		.leaf = leaf_of(t->level, cont),
		.valid = entry & ARM64_VALID,
	};

	if (part.pa - part.start != w->pa_minus_va) {
		if (entry & ARM64_AF)
			w->usage->off_bits |=
				part.pa ^ (part.start + w->pa_minus_va);
		add_foreign(w,
			    entry & ARM64_AF ? DM_FINDING_OFF_FORMULA
					     : DM_FINDING_NO_ACCESS,
			    t->level, &part, entry);
		return NULL;
	}
	if (!(entry & ARM64_AF)) {
		add_foreign(w, DM_FINDING_NO_ACCESS, t->level, &part, entry);
		return NULL;
	}
	if (t->level == 3 && dm_arm64_is_linux_table(&w->geometry, entry)) {
		add_foreign(w, DM_FINDING_NO_TABLE, t->level, &part, entry);
		return NULL;
	}
	w->leaves++;
	return dm_run_merger_add(&w->merger, &part);
}

/*
 * How many entries from @i on, up to @end, go on as the first does: the same
 * bits, the address one step further each.
 */
static size_t count_alike(const struct walk *w, const struct table *t, size_t i,
			  size_t end)
{
	uint64_t step = UINT64_C(1) << arm64_shift(&w->geometry, t->level);
	uint64_t entry = entry_at(t, i);
	size_t n = 1;

	while (i + n < end) {
		/* A carry out of the address field would change attributes. */
		if ((entry & w->geometry.oa_mask) + step > w->geometry.oa_mask)
			break;
		entry += step;
		if (entry_at(t, i + n) != entry)
			break;
		n++;
	}
	return n;
}

/*
 * Whether @n entries from @head on are one contiguous leaf (Arm ARM D8.7.1:
 * the bit set in all, attributes equal, output addresses contiguous and
 * aligned to the whole). Software's bits are not the hardware's business.
 */
static bool is_whole_group(const struct walk *w, const struct table *t,
			   size_t head, size_t n)
{
	unsigned int shift = arm64_shift(&w->geometry, t->level);
	uint64_t first = entry_at(t, head);
	uint64_t pa = arm64_oa(&w->geometry, first);
	uint64_t attrs = arm64_attrs(&w->geometry, first) & ~ARM64_SOFTWARE;
	size_t i;

	if (!(first & ARM64_CONT) || pa & (((uint64_t)n << shift) - 1))
		return false;
	for (i = 1; i < n; i++) {
		uint64_t entry = entry_at(t, head + i);

		if ((arm64_attrs(&w->geometry, entry) & ~ARM64_SOFTWARE) !=
			    attrs ||
		    arm64_oa(&w->geometry, entry) !=
			    pa + ((uint64_t)i << shift))
			return false;
	}
	return true;
}

static bool is_contiguous_leaf(const struct walk *w, const struct table *t,
			       size_t i)
{
	uint64_t entry = entry_at(t, i);

	return entry & ARM64_CONT &&
	       dm_arm64_classify(&w->geometry, t->level, entry) == ENTRY_LEAF;
}

/* The first leaf of the group that has the bit; @n: none has. */
static size_t first_contiguous(const struct walk *w, const struct table *t,
			       size_t head, size_t n)
{
	size_t i = 0;

	while (i < n && !is_contiguous_leaf(w, t, head + i))
		i++;
	return i;
}

static void report_broken_group(struct walk *w, const struct table *t,
				size_t head, size_t n, uint64_t entry)
{
	unsigned int shift = arm64_shift(&w->geometry, t->level);
	uint64_t va = t->va + ((uint64_t)head << shift);

	if (w->broken_group == va && w->broken_level == t->level)
		return;
	w->broken_group = va;
	w->broken_level = t->level;
	dm_usage_add_finding(w->usage, &(struct dm_finding){
					       .kind = DM_FINDING_BROKEN_CONT,
					       .level = t->level,
					       .start = va,
					       .size = (uint64_t)n << shift,
					       .pa = t->pa,
					       .entry = entry,
				       });
}

/* Take the leaf or leaves at *@i and move it behind them. */
static struct dm_error *take_leaves(struct walk *w, const struct table *t,
				    size_t *i, size_t end)
{
	unsigned int shift = arm64_shift(&w->geometry, t->level);
	size_t group = dm_arm64_cont_entries(w->kernel->page_shift, t->level);
	uint64_t entry = entry_at(t, *i);
	struct dm_error *err;
	size_t n, head = *i & ~(group - 1);

	if (group == 1 && entry & ARM64_CONT) {
		report_broken_group(w, t, *i, 1, entry);
		(*i)++;
		return NULL;
	}
	if (group > 1 && entry & ARM64_CONT &&
	    is_whole_group(w, t, head, group)) {
		err = emit(w, t, head, entry_at(t, head),
			   (uint64_t)group << shift, true);
		*i = head + group;
		return err;
	}
	if (group > 1) {
		size_t cont = first_contiguous(w, t, head, group);

		if (cont < group) {
			report_broken_group(w, t, head, group,
					    entry_at(t, head + cont));
			*i = head + group;
			return NULL;
		}
		/* Groups are looked at one by one. */
		if (end > head + group)
			end = head + group;
	}
	n = count_alike(w, t, *i, end);
	err = emit(w, t, *i, entry, (uint64_t)n << shift, false);
	*i += n;
	return err;
}

/* ---- Tables ------------------------------------------------------------- */

static struct dm_error *walk_table(struct walk *w, int level, uint64_t pa,
				   uint64_t va);

/* Something at entry @i that is no leaf and no table. */
static void report_entry(struct walk *w, const struct table *t, size_t i,
			 enum dm_finding_kind kind)
{
	unsigned int shift = arm64_shift(&w->geometry, t->level);
	struct dm_finding finding = {
		.kind = kind,
		.level = t->level,
		.start = t->va + ((uint64_t)i << shift),
		.pa = t->pa,
		.entry = entry_at(t, i),
	};

	w->misfits++;
	finding.size = clipped_size(w, &finding.start, UINT64_C(1) << shift);
	dm_usage_add_finding(w->usage, &finding);
}

static struct dm_error *descend(struct walk *w, const struct table *t, size_t i)
{
	unsigned int shift = arm64_shift(&w->geometry, t->level);
	uint64_t entry = entry_at(t, i);
	uint64_t pa = arm64_oa(&w->geometry, entry);
	uint64_t va = t->va + ((uint64_t)i << shift);
	struct dm_error *err;
	bool added;

	err = dm_pa_set_add(&w->seen, pa, &added);
	if (err)
		return err;
	if (!added) {
		struct dm_run part = {
			.start = va,
			.size = UINT64_C(1) << shift,
			.pa = pa,
		};

		add_foreign(w, DM_FINDING_SHARED_TABLE, t->level + 1, &part,
			    entry);
		return NULL;
	}
	return walk_table(w, t->level + 1, pa, va);
}

static struct dm_error *walk_entries(struct walk *w, const struct table *t,
				     size_t first, size_t end)
{
	struct dm_error *err = NULL;
	size_t i = first;

	while (!err && i < end) {
		switch (dm_arm64_classify(&w->geometry, t->level,
					  entry_at(t, i))) {
		case ENTRY_NONE:
			i++;
			break;
		case ENTRY_TABLE:
			err = descend(w, t, i++);
			break;
		case ENTRY_LEAF:
			err = take_leaves(w, t, &i, end);
			break;
		case ENTRY_BAD_BLOCK:
			report_entry(w, t, i++, DM_FINDING_BAD_BLOCK);
			break;
		case ENTRY_RESERVED:
			report_entry(w, t, i++, DM_FINDING_RESERVED);
			break;
		}
	}
	return err;
}

/* A table that cannot be read is a hole in what is known, not in the map. */
static struct dm_error *read_table(struct walk *w, int level, uint64_t pa,
				   uint64_t va, uint64_t size, bool *readable)
{
	struct dm_finding finding = {
		.kind = DM_FINDING_UNREADABLE,
		.level = level,
		.start = va,
		.pa = pa,
	};
	struct dm_error *err;

	err = dm_source_read(w->source, pa, level_buffer(w, level),
			     w->kernel->page_size, DM_CONTENT_TABLE);
	*readable = !err;
	if (!err) {
		w->usage->tables[level + 1]++;
		return NULL;
	}
	if ((err->code != DM_ERROR_ABSENT && err->code != DM_ERROR_BROKEN) ||
	    level == w->geometry.root_level)
		return err;
	dm_error_destroy(err);
	finding.size = clipped_size(w, &finding.start, size);
	dm_usage_add_finding(w->usage, &finding);
	return NULL;
}

static bool is_empty(const struct walk *w, const struct table *t)
{
	size_t i = 0, n = w->kernel->page_size / 8;

	while (i < n && !entry_at(t, i))
		i++;
	return i == n;
}

/* Bits by which a leaf's address is off the formula; 0 also for what is none. */
static uint64_t off_by(const struct walk *w, const struct table *t, size_t i)
{
	uint64_t entry = entry_at(t, i);
	uint64_t va =
		t->va + ((uint64_t)i << arm64_shift(&w->geometry, t->level));

	if (dm_arm64_classify(&w->geometry, t->level, entry) != ENTRY_LEAF)
		return 0;
	return arm64_oa(&w->geometry, entry) ^ (va + w->pa_minus_va);
}

struct judged {
	size_t right, good, off, other;
	uint64_t first, off_bits;
};

/* What is off by one bit is neither right nor bad. */
static void judge_entry(const struct walk *w, const struct table *t, size_t i,
			struct judged *j)
{
	uint64_t entry = entry_at(t, i), off = off_by(w, t, i);
	size_t before = j->off + j->other;
	bool like; /* as a table's descriptor is */

	switch (dm_arm64_classify(&w->geometry, t->level, entry)) {
	case ENTRY_NONE:
		return;
	case ENTRY_LEAF:
		like = t->level == 3 &&
		       dm_arm64_is_linux_table(&w->geometry, entry);
		j->right += !off && entry & ARM64_AF && !like;
		if (!(entry & ARM64_AF)) {
			j->other++;
			break;
		}
		j->good += __builtin_popcountll(off) < 2 && !like;
		j->other += __builtin_popcountll(off) < 2 && like;
		j->off += __builtin_popcountll(off) > 1;
		j->off_bits |= off;
		break;
	case ENTRY_TABLE:
		if (dm_arm64_is_linux_table(&w->geometry, entry))
			j->good++;
		else
			j->other++;
		break;
	default:
		j->other++;
		break;
	}
	if (!before && j->off + j->other)
		j->first = entry;
}

static bool has_broken_group(const struct walk *w, const struct table *t,
			     size_t first, size_t end)
{
	size_t n = dm_arm64_cont_entries(w->kernel->page_shift, t->level), i;

	for (i = first; i < end; i++) {
		if (is_contiguous_leaf(w, t, i) &&
		    !is_whole_group(w, t, i & ~(n - 1), n))
			return true;
	}
	return false;
}

static bool has_reserved(const struct walk *w, const struct table *t,
			 size_t first, size_t end)
{
	while (first < end &&
	       dm_arm64_classify(&w->geometry, t->level, entry_at(t, first)) !=
		       ENTRY_RESERVED)
		first++;
	return first < end;
}

/* 0: a table; 1: of another place, zeros and all; 2: none. */
static int is_none(const struct walk *w, const struct table *t, size_t first,
		   size_t end, struct judged *j)
{
	size_t i, bad;

	memset(j, 0, sizeof(*j));
	for (i = first; i < end; i++)
		judge_entry(w, t, i, j);
	bad = j->off + j->other;
	if (t->level != 3)
		return bad < 2 || bad < j->good ? 0 : 2;
	for (i = first; i < end && !entry_at(t, i); i++)
		;
	if (i == end)
		return 0;
	j->first = entry_at(t, i);
	if (j->right)
		return bad < 2 || bad < j->right ? 0 : 1;
	return has_reserved(w, t, first, end) ||
			       has_broken_group(w, t, first, end)
		       ? 2
		       : 1;
}

static void add_zeros(struct walk *w, const struct table *t, size_t first,
		      size_t end)
{
	unsigned int shift = arm64_shift(&w->geometry, t->level);
	struct dm_run part = {
		.start = t->va + ((uint64_t)first << shift),
		.size = (uint64_t)(end - first) << shift,
	};

	part.pa = part.start + w->pa_minus_va;
	add_foreign(w, DM_FINDING_OFF_FORMULA, t->level, &part, 0);
}

/* Leaves and zeros in order, all of them of another place. */
static struct dm_error *take_elsewhere(struct walk *w, const struct table *t,
				       size_t first, size_t end)
{
	struct dm_error *err = NULL;
	size_t i = first, from;

	while (!err && i < end) {
		from = i;
		while (i < end && !entry_at(t, i))
			i++;
		if (i > from)
			add_zeros(w, t, from, i);
		if (i < end &&
		    dm_arm64_classify(&w->geometry, t->level, entry_at(t, i)) ==
			    ENTRY_RESERVED)
			report_entry(w, t, i++, DM_FINDING_RESERVED);
		else if (i < end)
			err = take_leaves(w, t, &i, end);
	}
	return err;
}

static struct dm_error *walk_apart(const struct walk *w, uint64_t lo,
				   uint64_t hi, const struct table *sought,
				   struct walk *apart);
static void walk_deinit(struct walk *w);

/*
 * Of a table above the last level: where nothing that it leads to is the linear
 * map's, in the range or outside it, and two things are another's, it is none.
 */
static struct dm_error *judge_table(struct walk *w, const struct table *t,
				    uint64_t span_last, uint64_t leaves,
				    uint64_t misfits)
{
	uint64_t lo = t->va, hi = t->va + span_last + 1;
	bool none = w->misfits > misfits + 1;
	struct dm_finding finding = {
		.kind = DM_FINDING_NO_TABLE,
		.level = t->level,
		.start = t->va,
		.pa = t->pa,
	};
	struct dm_error *err = NULL;
	struct walk apart;

	if (w->leaves != leaves || t->level == w->geometry.root_level)
		return NULL;
	if (lo < w->whole_lo)
		lo = w->whole_lo;
	if (hi - 1 > w->whole_hi - 1)
		hi = w->whole_hi;
	if (lo < w->lo || hi - 1 > w->hi - 1) {
		if (w->sought)
			return NULL;
		err = walk_apart(w, lo, hi, t, &apart);
		none = apart.is_none;
		free(apart.usage);
		walk_deinit(&apart);
	}
	if (err || !none)
		return err;
	w->is_none |= w->sought && w->sought->level == t->level;
	w->misfits = misfits + 1;
	finding.size = clipped_size(w, &finding.start, span_last + 1);
	dm_usage_add_finding(w->usage, &finding);
	return NULL;
}

static void entries_in(uint64_t lo, uint64_t hi, uint64_t va,
		       unsigned int shift, uint64_t span_last, size_t *first,
		       size_t *end)
{
	if (lo > va)
		*first = (size_t)((lo - va) >> shift);
	if (hi - 1 - va < span_last)
		*end = (size_t)((hi - 1 - va) >> shift) + 1;
}

static struct dm_error *walk_table(struct walk *w, int level, uint64_t pa,
				   uint64_t va)
{
	unsigned int shift = arm64_shift(&w->geometry, level);
	unsigned int bits = level == w->geometry.root_level
				    ? w->geometry.root_bits
				    : w->geometry.index_bits;
	uint64_t span_last = (UINT64_C(1) << (bits + shift)) - 1;
	struct table t = {
		.level = level,
		.pa = pa,
		.va = va,
		.entries = level_buffer(w, level),
	};
	uint64_t leaves = w->leaves, misfits = w->misfits;
	size_t first = 0, end = (size_t)1 << bits;
	struct judged judged;
	struct dm_error *err;
	bool readable;
	int none;

	err = read_table(w, level, pa, va, span_last + 1, &readable);
	if (err || !readable)
		return err;
	if (level != w->geometry.root_level && is_empty(w, &t)) {
		struct dm_run part = { .start = va,
				       .size = span_last + 1,
				       .pa = pa };

		add_foreign(w, DM_FINDING_EMPTY_TABLE, level, &part, 0);
		return NULL;
	}
	/* What a table is does not depend on the range. */
	entries_in(w->whole_lo, w->whole_hi, va, shift, span_last, &first,
		   &end);
	none = level == w->geometry.root_level
		       ? 0
		       : is_none(w, &t, first, end, &judged);
	/* Entries that the range touches, so that leaves stay whole. */
	first = 0;
	end = (size_t)1 << bits;
	entries_in(w->lo, w->hi, va, shift, span_last, &first, &end);
	if (none == 1) {
		err = take_elsewhere(w, &t, first, end);
		/* What a table below is counts once. */
		if (w->misfits > misfits)
			w->misfits = misfits + 1;
		return err;
	}
	if (none == 2) {
		struct dm_run part = { .start = va,
				       .size = span_last + 1,
				       .pa = pa };

		/* Of the last level it is told by what is in it. */
		if (level != 3)
			w->usage->off_bits |= judged.off_bits;
		add_foreign(w,
			    level == 3 || judged.other ? DM_FINDING_NO_TABLE
						       : DM_FINDING_OFF_FORMULA,
			    level, &part, judged.first);
		w->misfits = misfits + 1;
		return NULL;
	}
	err = walk_entries(w, &t, first, end);
	if (!err && level != 3)
		err = judge_table(w, &t, span_last, leaves, misfits);
	else if (w->misfits > misfits)
		w->misfits = misfits + 1;
	return err;
}

/* ---- The whole ---------------------------------------------------------- */

static struct dm_error *walk_root(struct walk *w)
{
	const struct dm_kernel *k = w->kernel;
	struct dm_error *err;
	bool added;

	err = dm_pa_set_add(&w->seen, k->pgd, &added);
	if (err)
		return err;
	err = walk_table(w, w->geometry.root_level, k->pgd,
			 w->geometry.root_base);
	if (err &&
	    (err->code == DM_ERROR_ABSENT || err->code == DM_ERROR_BROKEN)) {
		err = dm_error_recode(
			dm_error_prefix(err, "cannot read swapper_pg_dir"),
			DM_ERROR_BAD_DUMP);
	}
	return err;
}

static struct dm_error *walk_once(struct walk *w)
{
	struct dm_error *err, *flush_err;

	err = walk_root(w);
	/* After an error too: the usage keeps what was seen. */
	flush_err = dm_run_merger_flush(&w->merger);
	if (!err)
		return flush_err;
	dm_error_destroy(flush_err);
	return err;
}

static void walk_init(struct walk *w, struct dm_source *source,
		      const struct dm_kernel *kernel, struct dm_usage *usage)
{
	*w = (struct walk){
		.source = source,
		.kernel = kernel,
		.usage = usage,
		.lo = kernel->linear_start,
		.hi = kernel->linear_end,
		.whole_lo = kernel->linear_start,
		.whole_hi = kernel->linear_end,
		.pa_minus_va = kernel->phys_offset - kernel->page_offset,
		.merger = { .usage = usage },
	};
	dm_arm64_geometry_init(&w->geometry, kernel);
	w->merger.ptdump_mask = w->geometry.ptdump_mask;
	dm_usage_init(usage, kernel);
}

static void walk_deinit(struct walk *w)
{
	free(w->buffers);
	dm_pa_set_deinit(&w->seen);
}

static struct dm_error *walk_whole(struct walk *w)
{
	w->buffers = malloc((size_t)DM_LEVELS * w->kernel->page_size);
	return w->buffers ? walk_once(w) : dm_error_no_memory();
}

static struct dm_error *walk_apart(const struct walk *w, uint64_t lo,
				   uint64_t hi, const struct table *sought,
				   struct walk *apart)
{
	struct dm_usage *usage = malloc(sizeof(*usage));

	*apart = (struct walk){ 0 };
	if (!usage)
		return dm_error_no_memory();
	walk_init(apart, w->source, w->kernel, usage);
	apart->lo = lo;
	apart->hi = hi;
	apart->sought = sought;
	return walk_whole(apart);
}

/* KASAN's shadow shows in a walk over the whole range only. */
static struct dm_error *find_shadow(const struct walk *w, uint64_t *shadow)
{
	const struct dm_kernel *k = w->kernel;
	struct dm_error *err;
	struct walk whole;

	if (w->lo == k->linear_start && w->hi == k->linear_end) {
		*shadow = dm_foreign_kasan_shadow(
			&w->foreign, k, w->merger.first, w->merger.last);
		return NULL;
	}
	err = walk_apart(w, k->linear_start, k->linear_end, NULL, &whole);
	*shadow = dm_foreign_kasan_shadow(&whole.foreign, k, whole.merger.first,
					  whole.merger.last);
	free(whole.usage);
	walk_deinit(&whole);
	return err;
}

/*
 * Something foreign was found. If it is KASAN's shadow, the runs were right, but
 * shadow tables were counted: once more, up to where the shadow begins.
 */
static struct dm_error *leave_out_shadow(struct walk *w)
{
	struct dm_error *err;
	struct walk below;
	uint64_t shadow = 0;

	err = find_shadow(w, &shadow);
	if (err || !shadow)
		return err;
	walk_init(&below, w->source, w->kernel, w->usage);
	w->usage->linear_end = shadow;
	below.lo = w->lo;
	below.hi = w->hi < shadow ? w->hi : shadow;
	below.whole_hi = shadow;
	err = below.lo < below.hi ? walk_whole(&below) : NULL;
	walk_deinit(&below);
	w->foreign.count = 0;
	memset(w->foreign.by_kind, 0, sizeof(w->foreign.by_kind));
	return err;
}

static struct dm_error *walk_range(struct walk *w)
{
	struct dm_error *err;

	err = walk_whole(w);
	if (!err && w->foreign.count)
		err = leave_out_shadow(w);
	dm_foreign_report(&w->foreign, w->usage);
	return err;
}

static struct dm_error *set_range(struct walk *w, const struct dm_range *range)
{
	const struct dm_kernel *k = w->kernel;

	if (range->start > w->lo)
		w->lo = range->start;
	if (range->end < w->hi)
		w->hi = range->end;
	if (w->lo < w->hi)
		return NULL;
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"the range 0x%llx-0x%llx is outside the linear map, 0x%llx-0x%llx",
		(unsigned long long)range->start,
		(unsigned long long)range->end,
		(unsigned long long)k->linear_start,
		(unsigned long long)k->linear_end);
}

static struct dm_error *reference_walk(struct dm_source *source,
				       const struct dm_kernel *kernel,
				       const struct dm_range *range,
				       struct dm_usage *usage, dm_run_fn fn,
				       void *arg)
{
	struct dm_error *err = NULL;
	struct walk w;

	walk_init(&w, source, kernel, usage);
	w.merger.fn = fn;
	w.merger.arg = arg;
	if (range)
		err = set_range(&w, range);
	if (!err)
		err = walk_range(&w);
	walk_deinit(&w);
	return err;
}

#endif /* REFERENCE_WALK_H */
