// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of the kernel's kernel_page_tables from a walk of all of its space:
 * 7.3 arch/arm64/mm/ptdump.c, note_page(), step by step, so that lines begin and
 * end where the kernel's do.
 */
#include <string.h>

#include "analysis/session.h"
#include "arm64/arm64.h"
#include "arm64/space_markers.h"
#include "util/error.h"
#include "util/source.h"
#include "walk/space.h"

const char *dm_space_state_name(enum dm_space_state state)
{
	static const char *const names[] = {
		[DM_SPACE_NONE] = "none",     [DM_SPACE_MAPPED] = "mapped",
		[DM_SPACE_UNREAD] = "unread", [DM_SPACE_SHARED] = "shared",
		[DM_SPACE_BROKEN] = "broken", [DM_SPACE_STOPPED] = "stopped",
	};

	return names[state];
}

struct ptdump {
	const struct dm_kernel *kernel;
	struct arm64_geometry g;
	const struct space_marker *marker;
	dm_space_fn line;
	dm_marker_fn told;
	void *arg;
	struct dm_space_summary *summary;
	/* No line that ends before it is told; where a walk that is ended would. */
	uint64_t asked, last;
	bool begun;
	/* Of the line that is being made. */
	uint64_t start, prot;
	struct space_entry first;
	uint64_t end; /* of the last entry in it */
};

/* ---- Lines ---------------------------------------------------------------- */

/* PGD is the root table's name, however many levels are in use. */
static const char *level_name(const struct ptdump *p, int level)
{
	static const char *const names[] = { "P4D", "PUD", "PMD", "PTE" };

	return level == p->g.root_level ? "PGD" : names[level];
}

static bool is_unknown(enum dm_space_state state)
{
	return state != DM_SPACE_NONE && state != DM_SPACE_MAPPED;
}

static struct dm_error *end_line(struct ptdump *p, uint64_t end)
{
	const struct space_entry *e = &p->first;
	const struct dm_space_line line = {
		.struct_size = sizeof(line),
		.start = p->start,
		.end = end,
		.state = e->state,
		.level = level_name(p, e->level),
		.attrs = p->prot,
		.valid = arm64_is_valid(p->prot),
		.table = e->table,
		.entry = e->state == DM_SPACE_BROKEN ? e->entry : 0,
	};

	if (end && end <= p->asked)
		return NULL;
	p->summary->lines++;
	if (is_unknown(e->state))
		p->summary->unknown += end - p->start;
	if (e->state == DM_SPACE_STOPPED)
		p->summary->stopped = true;
	return p->line(p->arg, &line);
}

static struct dm_error *tell_marker(struct ptdump *p)
{
	const struct space_marker *m = p->marker;

	if (!p->told || (m->va < p->asked && p->asked))
		return NULL;
	return p->told(p->arg, m->va, m->name);
}

static struct dm_error *pass_marker(struct ptdump *p)
{
	p->marker++;
	return tell_marker(p);
}

/* The kernel's comparison: 0 is the end of all addresses there, too. */
static bool is_behind_marker(const struct ptdump *p, uint64_t va)
{
	return p->marker->name && p->marker[1].name && va >= p->marker[1].va;
}

static bool is_another(const struct ptdump *p, const struct space_entry *e,
		       uint64_t prot)
{
	return prot != p->prot || e->level != p->first.level ||
	       e->state != p->first.state || e->table != p->first.table;
}

/* Those before what was asked for are passed. */
static struct dm_error *begin(struct ptdump *p)
{
	p->begun = true;
	while (p->asked && p->marker[1].name && p->marker[1].va <= p->asked)
		p->marker++;
	return tell_marker(p);
}

static void begin_line(struct ptdump *p, const struct space_entry *e,
		       uint64_t prot)
{
	p->first = *e;
	p->start = e->va;
	p->prot = prot;
}

static struct dm_error *note(void *arg, const struct space_entry *e)
{
	struct ptdump *p = arg;
	uint64_t prot =
		e->state == DM_SPACE_MAPPED ? e->entry & p->g.ptdump_mask : 0;
	struct dm_error *err = NULL;

	if (!p->begun) {
		err = begin(p);
		begin_line(p, e, prot);
	} else if (is_another(p, e, prot) || is_behind_marker(p, e->va)) {
		err = end_line(p, e->va);
		if (!err && is_behind_marker(p, e->va))
			err = pass_marker(p);
		begin_line(p, e, prot);
	}
	if (!err && is_behind_marker(p, e->va))
		err = pass_marker(p);
	p->end = e->state == DM_SPACE_STOPPED ? p->last : e->va + e->size;
	return err;
}

/* ---- What is told of the kernel's space ------------------------------------- */

static struct dm_error *find_fixmap(struct dm_target *target,
				    struct space_facts *facts)
{
	const char *name = dm_arm64_fixmap_is_whole(&facts->layout)
				   ? "__end_of_fixed_addresses"
				   : "__end_of_permanent_fixed_addresses";
	int64_t pages = 0;
	struct dm_error *err =
		dm_types_enumerator(dm_target_types(target), name, &pages);

	if (!err && pages > 0)
		facts->fixmap_pages = (uint64_t)pages;
	return dm_error_forgive(err);
}

static struct dm_error *find_facts(struct dm_target *target,
				   struct space_facts *facts)
{
	struct dm_source *source = dm_target_source(target);
	struct dm_vmcoreinfo info;
	struct dm_error *err;

	memset(facts, 0, sizeof(*facts));
	err = dm_va_layout_read(source, &facts->layout);
	if (!err)
		err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (!err)
		err = dm_error_forgive(dm_vmcoreinfo_number(
			&info, "SIZE(page)", 10, &facts->struct_page));
	if (!err)
		err = dm_target_has_symbol(target, "kasan_early_shadow_page",
					   &facts->kasan);
	return err ? err : find_fixmap(target, facts);
}

/* ---- The walk --------------------------------------------------------------- */

static struct dm_error *check_range(const struct dm_kernel *kernel,
				    const struct dm_range *range)
{
	if (!range ||
	    (range->start < range->end && range->end > kernel->linear_start))
		return NULL;
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"0x%llx-0x%llx is outside the kernel's space, 0x%llx to the end of addresses",
		(unsigned long long)range->start,
		(unsigned long long)range->end,
		(unsigned long long)kernel->linear_start);
}

struct dm_error *dm_session_ptdump(struct dm_session *session,
				   const struct dm_range *range,
				   dm_space_fn line, dm_marker_fn marker,
				   void *arg, struct dm_space_summary *summary)
{
	struct dm_target *target = dm_session_target(session);
	const struct dm_session_options *o = dm_session_how(session);
	struct dm_space_summary own;
	struct space_marker markers[SPACE_MARKERS_MAX];
	struct space_facts facts;
	struct ptdump p = {
		.marker = markers,
		.line = line,
		.told = marker,
		.arg = arg,
		.summary = summary ? summary : &own,
		.asked = range ? range->start : 0,
		.last = range ? range->end : 0,
	};
	struct space_options how = {
		.last = range ? range->end - 1 : UINT64_MAX,
		.max_tables = o->max_tables,
		.stop = o->stop,
		.arg = o->arg,
	};
	struct dm_error *err = dm_session_realm(session);

	*p.summary = (struct dm_space_summary){ .struct_size = sizeof(own) };
	if (err)
		return err;
	p.kernel = dm_session_kernel(session);
	dm_arm64_geometry_init(&p.g, p.kernel);
	how.start = p.kernel->linear_start;
	if (range && range->start > how.start)
		how.start = range->start;
	err = check_range(p.kernel, range);
	if (!err)
		err = find_facts(target, &facts);
	if (err)
		return err;
	dm_arm64_markers(p.kernel, &facts, markers);
	err = dm_space_walk(dm_target_source(target), p.kernel, &how, note, &p,
			    &p.summary->tables);
	return !err && p.begun ? end_line(&p, p.end) : err;
}
