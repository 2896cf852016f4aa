// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scans a page of entries for leaves, tables and findings, many entries at
 * once.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/error.h"
#include "walk/table_scan.h"

/* Entries that are compared at once. */
#define BLOCK 32

void dm_walk_events_deinit(struct walk_events *events)
{
	free(events->at);
	*events = (struct walk_events){ 0 };
}

struct dm_error *dm_walk_events_add(struct walk_events *events,
				    const struct walk_event *event)
{
	struct dm_error *err = dm_array_reserve(&events->at, &events->capacity,
						events->count, 1, DM_ARRAY_ANY);

	if (err)
		return err;
	events->at[events->count++] = *event;
	return NULL;
}

uint64_t dm_table_entry_at(const struct walk_table *table, size_t i)
{
	return le64toh(table->entries[i]);
}

uint64_t dm_table_span_last(const struct walk_shape *shape, int level)
{
	unsigned int bits = arm64_index_bits(&shape->geometry, level) +
			    arm64_shift(&shape->geometry, level);

	return (UINT64_C(1) << bits) - 1;
}

/* Entries that [@lo, @hi) touches. */
static void entries_in(const struct walk_shape *shape,
		       const struct walk_table *t, uint64_t lo, uint64_t hi,
		       size_t *first, size_t *end)
{
	unsigned int shift = arm64_shift(&shape->geometry, t->level);

	*first = 0;
	*end = (size_t)1 << arm64_index_bits(&shape->geometry, t->level);
	if (lo > t->va)
		*first = (size_t)((lo - t->va) >> shift);
	if (hi - 1 - t->va < dm_table_span_last(shape, t->level))
		*end = (size_t)((hi - 1 - t->va) >> shift) + 1;
}

/* Whole entries, so that leaves stay whole. */
void dm_table_touched(const struct walk_shape *shape,
		      const struct walk_table *t, size_t *first, size_t *end)
{
	entries_in(shape, t, shape->lo, shape->hi, first, end);
}

uint64_t dm_table_clipped(const struct walk_shape *shape, uint64_t *va,
			  uint64_t size)
{
	uint64_t last = *va + (size - 1);

	if (last > shape->hi - 1)
		last = shape->hi - 1;
	if (*va < shape->lo)
		*va = shape->lo;
	return last - *va + 1;
}

bool dm_table_is_empty(const struct walk_shape *shape,
		       const struct walk_table *t)
{
	const char *page = (const char *)t->entries;

	return !*page && !memcmp(page, page + 1, shape->kernel->page_size - 1);
}

struct walk_event dm_table_as_empty(const struct walk_shape *shape,
				    const struct walk_table *t)
{
	return (struct walk_event){
		.start = t->va,
		.size = dm_table_span_last(shape, t->level) + 1,
		.pa = t->pa,
		.what = WALK_FOREIGN_TABLE,
		.kind = DM_FINDING_EMPTY_TABLE,
		.level = (int8_t)t->level,
	};
}

/* ---- What is no table at all -------------------------------------------- */

static uint64_t entry_va(const struct walk_shape *shape,
			 const struct walk_table *t, size_t i)
{
	return t->va + ((uint64_t)i << arm64_shift(&shape->geometry, t->level));
}

/*
 * What is wrong with an entry, as a finding's kind; DM_FINDING_COUNT: nothing.
 * One bit of a leaf's address alone may be a realm's, or one that fell over: that
 * says nothing of the others.
 */
static enum dm_finding_kind misfit(const struct walk_shape *shape,
				   const struct walk_table *t, size_t i,
				   uint64_t *off_bits)
{
	uint64_t entry = dm_table_entry_at(t, i), off;

	switch (dm_arm64_classify(&shape->geometry, t->level, entry)) {
	case ENTRY_NONE:
		return DM_FINDING_COUNT;
	case ENTRY_TABLE:
		return dm_arm64_is_linux_table(&shape->geometry, entry)
			       ? DM_FINDING_COUNT
			       : DM_FINDING_NO_TABLE;
	case ENTRY_LEAF:
		if (!arm64_is_accessed(entry))
			return DM_FINDING_NO_ACCESS;
		off = arm64_oa(&shape->geometry, entry) ^
		      (entry_va(shape, t, i) + shape->pa_minus_va);
		*off_bits |= off;
		if (off & (off - 1))
			return DM_FINDING_OFF_FORMULA;
		return arm64_is_linux_leaf(&shape->geometry, t->level, entry)
			       ? DM_FINDING_COUNT
			       : DM_FINDING_NO_TABLE;
	default:
		return DM_FINDING_NO_TABLE;
	}
}

bool dm_table_is_none(const struct walk_shape *shape,
		      const struct walk_table *t, struct walk_event *ret,
		      uint64_t *off_bits)
{
	size_t i, end, good = 0, bad = 0;
	uint64_t off = 0;

	*ret = dm_table_as_empty(shape, t);
	ret->kind = DM_FINDING_OFF_FORMULA;
	entries_in(shape, t, shape->whole_lo, shape->whole_hi, &i, &end);
	for (; i < end; i++) {
		uint64_t entry = dm_table_entry_at(t, i);
		enum dm_finding_kind kind = misfit(shape, t, i, &off);

		good += kind == DM_FINDING_COUNT && entry;
		if (kind == DM_FINDING_COUNT)
			continue;
		if (!bad++)
			ret->bits = entry;
		if (kind != DM_FINDING_OFF_FORMULA)
			ret->kind = DM_FINDING_NO_TABLE;
	}
	/* One alone may be an entry that fell over. */
	if (bad < 2 || bad < good)
		return false;
	*off_bits |= off;
	return true;
}

/* ---- Many at once ------------------------------------------------------- */

/*
 * Two entries, as wide as SSE2 and NEON are. GCC 12 makes no vectors of a loop
 * at -O2 where it does not know that they pay.
 */
typedef uint64_t pair __attribute__((vector_size(16)));
typedef uint64_t stored_pair
	__attribute__((vector_size(16), aligned(1), may_alias));

static inline pair load(const table_entry *entries)
{
	const pair stored = *(const stored_pair *)entries;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return stored;
#else
	return (pair){ le64toh(stored[0]), le64toh(stored[1]) };
#endif
}

/*
 * Blocks of @size entries, a multiple of 8: how many entries are in those that
 * are @entry, @entry + @step, … to their end.
 */
static inline size_t count_blocks(const table_entry *entries, size_t n,
				  size_t size, uint64_t entry, uint64_t step)
{
	const pair steps = { 8 * step, 8 * step };
	pair a = { entry, entry + step }, b = a + 2 * step;
	pair c = b + 2 * step, d = c + 2 * step, odd = { 0, 0 };
	size_t i, j;

	for (i = 0; n - i >= size; i += size) {
		for (j = i; j < i + size; j += 8) {
			odd |= load(entries + j) ^ a;
			odd |= load(entries + j + 2) ^ b;
			odd |= load(entries + j + 4) ^ c;
			odd |= load(entries + j + 6) ^ d;
			a += steps;
			b += steps;
			c += steps;
			d += steps;
		}
		if (odd[0] | odd[1])
			break;
	}
	return i;
}

/* How many of @n entries from @entries on are @entry, @entry + @step, …. */
static size_t count_steps(const table_entry *entries, size_t n, uint64_t entry,
			  uint64_t step)
{
	size_t i = 0;

	/* Odd entries come in ones and twos: no block is begun for them. */
	while (i < n && i < 4) {
		if (le64toh(entries[i]) != entry + i * step)
			return i;
		i++;
	}
	i += count_blocks(entries + i, n - i, BLOCK, entry + i * step, step);
	/* Where a block was not alike, few are left to be looked at singly. */
	i += count_blocks(entries + i, n - i, 8, entry + i * step, step);
	while (i < n && le64toh(entries[i]) == entry + i * step)
		i++;
	return i;
}

/*
 * How many entries from @i on, up to @end, go on as the first does: the same
 * bits, the address one step further each. A carry out of the address field
 * would change attributes: how many may come before it is known beforehand.
 */
static size_t count_alike(const struct walk_shape *shape,
			  const struct walk_table *t, size_t i, size_t end)
{
	unsigned int shift = arm64_shift(&shape->geometry, t->level);
	uint64_t entry = dm_table_entry_at(t, i);
	uint64_t most = arm64_steps_left(&shape->geometry, t->level, entry);
	size_t n = end - i;

	if (n > most)
		n = (size_t)most;
	return count_steps(t->entries + i, n, entry, UINT64_C(1) << shift);
}

/* ---- Leaves ------------------------------------------------------------- */

/* As run_merger does it, within a table. */
static bool continues(const struct walk_shape *shape,
		      const struct walk_events *events, size_t from,
		      const struct walk_event *event)
{
	const struct walk_event *last;

	if (events->count == from)
		return false;
	last = &events->at[events->count - 1];
	return last->what == WALK_LEAVES && last->kind == event->kind &&
	       last->valid == event->valid &&
	       last->start + last->size == event->start &&
	       !((last->bits ^ event->bits) & shape->geometry.ptdump_mask);
}

struct scan {
	const struct walk_shape *shape;
	const struct walk_table *table;
	struct walk_events *events;
	size_t from; /* events before are of others */
	bool foreign; /* zeros, too, are something else's */
	/* A group that has no contiguous leaf, +1: it is looked at once. */
	size_t plain;
};

/* Leaves alike from entry @i on, @size bytes in all; @entry is the first. */
static struct dm_error *emit(struct scan *s, size_t i, uint64_t entry,
			     uint64_t size, bool cont)
{
	const struct walk_shape *shape = s->shape;
	int level = s->table->level;
	struct walk_event event = {
		.start = s->table->va +
			 ((uint64_t)i << arm64_shift(&shape->geometry, level)),
		.size = size,
		.pa = arm64_oa(&shape->geometry, entry),
		.bits = arm64_attrs(&shape->geometry, entry),
		.what = WALK_LEAVES,
		.kind = (uint8_t)arm64_leaf(level, cont),
		.level = (int8_t)level,
		.valid = arm64_is_valid(entry),
	};

	bool off = event.pa - event.start != shape->pa_minus_va;

	if (off || !arm64_is_linux_leaf(&shape->geometry, level, entry)) {
		event.what = WALK_FOREIGN;
		event.kind = !arm64_is_accessed(entry) ? DM_FINDING_NO_ACCESS
			     : off		       ? DM_FINDING_OFF_FORMULA
						       : DM_FINDING_NO_TABLE;
		event.bits = entry;
	} else if (continues(shape, s->events, s->from, &event)) {
		s->events->at[s->events->count - 1].size += size;
		return NULL;
	}
	return dm_walk_events_add(s->events, &event);
}

/* The first leaf of the group at @head that has the bit; @n: none has. */
static size_t first_contiguous(const struct scan *s, size_t head, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint64_t entry = dm_table_entry_at(s->table, head + i);

		if (arm64_is_contiguous(entry) &&
		    dm_arm64_classify(&s->shape->geometry, s->table->level,
				      entry) == ENTRY_LEAF)
			break;
	}
	return i;
}

/*
 * The bit in some entries and not in all, or in a group that is none: no kernel
 * leaves that behind (7.3 mm/mmu.c, split_contpte() and split_contpmd() clear
 * it in all before anything else). Some of these entries are not as they were,
 * and which, nothing tells: the whole group is unknown.
 */
static struct dm_error *take_broken_group(struct scan *s, size_t *i,
					  size_t head, size_t n)
{
	const struct walk_table *t = s->table;
	unsigned int shift = arm64_shift(&s->shape->geometry, t->level);
	size_t first = first_contiguous(s, head, n);
	struct walk_event event = {
		.start = t->va + ((uint64_t)head << shift),
		.size = (uint64_t)n << shift,
		.pa = t->pa,
		.bits = dm_table_entry_at(t, head + first),
		.what = WALK_FINDING,
		.kind = DM_FINDING_BROKEN_CONT,
		.level = (int8_t)t->level,
	};

	*i = head + n;
	return dm_walk_events_add(s->events, &event);
}

/* Whole groups one after the other, alike in all bits: how many entries. */
static size_t count_groups(const struct scan *s, size_t i, size_t end,
			   size_t group)
{
	unsigned int shift = arm64_shift(&s->shape->geometry, s->table->level);
	uint64_t pa =
		arm64_oa(&s->shape->geometry, dm_table_entry_at(s->table, i));

	if (i & (group - 1) || pa & (((uint64_t)group << shift) - 1))
		return 0;
	return count_alike(s->shape, s->table, i, end) & ~(group - 1);
}

static struct dm_error *take_contiguous(struct scan *s, size_t *i, size_t end,
					size_t group)
{
	const struct walk_table *t = s->table;
	unsigned int shift = arm64_shift(&s->shape->geometry, t->level);
	size_t head = *i & ~(group - 1);
	size_t n = count_groups(s, *i, end, group);

	if (!n && dm_arm64_is_whole_group(&s->shape->geometry, t->level,
					  t->entries + head, group))
		n = group;
	if (!n)
		return take_broken_group(s, i, head, group);
	*i = head + n;
	return emit(s, head, dm_table_entry_at(t, head), (uint64_t)n << shift,
		    true);
}

static bool has_contiguous(struct scan *s, size_t head, size_t n)
{
	if (s->plain == head + 1)
		return false;
	if (first_contiguous(s, head, n) < n)
		return true;
	s->plain = head + 1;
	return false;
}

/*
 * Of @n plain leaves alike from @i on, those before a group that has one with
 * the bit. Only the first group and the last one may: the others are all alike.
 */
static size_t before_broken(struct scan *s, size_t i, size_t n, size_t group)
{
	size_t first = i & ~(group - 1), last = (i + n) & ~(group - 1);

	if ((i != first || first == last) && has_contiguous(s, first, group))
		return 0;
	if (first != last && i + n != last && has_contiguous(s, last, group))
		return last - i;
	return n;
}

/* Take the leaf or leaves at *@i and move it behind them. */
static struct dm_error *take_leaves(struct scan *s, size_t *i, size_t end)
{
	const struct walk_table *t = s->table;
	unsigned int shift = arm64_shift(&s->shape->geometry, t->level);
	size_t group =
		dm_arm64_cont_entries(s->shape->kernel->page_shift, t->level);
	uint64_t entry = dm_table_entry_at(t, *i);
	struct dm_error *err;
	size_t n;

	/* Of 1G leaves Linux makes no groups (asm/pgtable-hwdef.h). */
	if (group == 1 && arm64_is_contiguous(entry))
		return take_broken_group(s, i, *i, 1);
	if (group > 1 && arm64_is_contiguous(entry))
		return take_contiguous(s, i, end, group);
	n = count_alike(s->shape, t, *i, end);
	if (group > 1)
		n = before_broken(s, *i, n, group);
	if (!n)
		return take_broken_group(s, i, *i & ~(group - 1), group);
	err = emit(s, *i, entry, (uint64_t)n << shift, false);
	*i += n;
	return err;
}

/* ---- Entries ------------------------------------------------------------ */

/* Something at entry @i that is no leaf and no table. */
static struct dm_error *report_entry(struct scan *s, size_t i,
				     enum dm_finding_kind kind)
{
	const struct walk_table *t = s->table;
	unsigned int shift = arm64_shift(&s->shape->geometry, t->level);
	struct walk_event event = {
		.start = t->va + ((uint64_t)i << shift),
		.pa = t->pa,
		.bits = dm_table_entry_at(t, i),
		.what = WALK_FINDING,
		.kind = (uint8_t)kind,
		.level = (int8_t)t->level,
	};

	event.size =
		dm_table_clipped(s->shape, &event.start, UINT64_C(1) << shift);
	return dm_walk_events_add(s->events, &event);
}

/* Entries of zeros, up to the next one that is not. */
static struct dm_error *take_zeros(struct scan *s, size_t *i, size_t end)
{
	size_t n = count_steps(s->table->entries + *i, end - *i, 0, 0);
	uint64_t va = entry_va(s->shape, s->table, *i);
	struct walk_event event = {
		.start = va,
		.size = entry_va(s->shape, s->table, *i + n) - va,
		.pa = va + s->shape->pa_minus_va,
		.what = WALK_FOREIGN,
		.kind = DM_FINDING_OFF_FORMULA,
		.level = (int8_t)s->table->level,
	};

	*i += n;
	return s->foreign ? dm_walk_events_add(s->events, &event) : NULL;
}

static struct dm_error *scan(struct scan *s, size_t *i, size_t end)
{
	const struct walk_table *t = s->table;
	struct dm_error *err = NULL;

	while (!err && *i < end) {
		switch (dm_arm64_classify(&s->shape->geometry, t->level,
					  dm_table_entry_at(t, *i))) {
		case ENTRY_NONE:
			err = take_zeros(s, i, end);
			break;
		case ENTRY_TABLE:
			return NULL;
		case ENTRY_LEAF:
			err = take_leaves(s, i, end);
			break;
		case ENTRY_BAD_BLOCK:
			err = report_entry(s, (*i)++, DM_FINDING_BAD_BLOCK);
			break;
		case ENTRY_RESERVED:
			err = report_entry(s, (*i)++, DM_FINDING_RESERVED);
			break;
		}
	}
	return err;
}

struct dm_error *dm_table_scan(const struct walk_shape *shape,
			       const struct walk_table *table, size_t *i,
			       size_t end, struct walk_events *events)
{
	struct scan s = { .shape = shape,
			  .table = table,
			  .events = events,
			  .from = events->count };

	return scan(&s, i, end);
}

/*
 * Exactly what Linux writes there, even in a broken group. AF is in all that maps
 * the kernel's memory, and stays where a leaf is made invalid
 * (asm/pgtable-prot.h, PROT_DEFAULT and PROT_SECT_DEFAULT). A table descriptor
 * whose address fits by chance is none: since 6.15 it has AF as well.
 */
static bool is_right(const struct walk_shape *shape, const struct walk_table *t,
		     size_t i)
{
	uint64_t entry = dm_table_entry_at(t, i);

	return dm_arm64_classify(&shape->geometry, t->level, entry) ==
		       ENTRY_LEAF &&
	       arm64_is_linux_leaf(&shape->geometry, t->level, entry) &&
	       arm64_oa(&shape->geometry, entry) ==
		       entry_va(shape, t, i) + shape->pa_minus_va;
}

static bool has_event(const struct walk_events *events, size_t from,
		      enum walk_what what)
{
	while (from < events->count && events->at[from].what != what)
		from++;
	return from < events->count;
}

/* No entry is right: one finding for the whole page. */
static struct dm_error *take_no_table(struct scan *s, size_t i, size_t end)
{
	struct walk_event none = dm_table_as_empty(s->shape, s->table);

	none.kind = DM_FINDING_NO_TABLE;
	i += count_steps(s->table->entries + i, end - i, 0, 0);
	none.bits = dm_table_entry_at(s->table, i);
	return dm_walk_events_add(s->events, &none);
}

enum verdict { IS_TABLE, IS_OF_ELSEWHERE, IS_NO_TABLE };

/* By all of it, which was scanned: what a table is does not depend on the range. */
static enum verdict judge(const struct scan *s, size_t i, size_t end)
{
	bool odd = has_event(s->events, s->from, WALK_FINDING);
	size_t good = 0, bad = 0;
	uint64_t off = 0;

	if (!odd && !has_event(s->events, s->from, WALK_FOREIGN))
		return IS_TABLE;
	for (; i < end; i++) {
		good += is_right(s->shape, s->table, i);
		bad += misfit(s->shape, s->table, i, &off) != DM_FINDING_COUNT;
	}
	if (!good)
		return odd ? IS_NO_TABLE : IS_OF_ELSEWHERE;
	/* One alone may be an entry that fell over. */
	return bad < 2 || bad < good ? IS_TABLE : IS_OF_ELSEWHERE;
}

struct dm_error *dm_table_scan_last(const struct walk_shape *shape,
				    const struct walk_table *table,
				    struct walk_events *events)
{
	struct scan s = { .shape = shape,
			  .table = table,
			  .events = events,
			  .from = events->count };
	size_t first, end, from, to, i;
	struct dm_error *err;
	enum verdict verdict;

	entries_in(shape, table, shape->whole_lo, shape->whole_hi, &first,
		   &end);
	dm_table_touched(shape, table, &from, &to);
	i = first;
	err = scan(&s, &i, end);
	if (err)
		return err;
	verdict = judge(&s, first, end);
	if (verdict == IS_TABLE && from == first && to == end)
		return NULL;
	events->count = s.from;
	s.plain = 0;
	if (verdict == IS_NO_TABLE)
		return take_no_table(&s, first, end);
	/* Leaves of another place: by how much they are off tells of a realm. */
	s.foreign = verdict == IS_OF_ELSEWHERE;
	return scan(&s, &from, to);
}
