// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells rodata=full by pages that are read-only outside the kernel image.
 *
 * Four things make pages of the linear map read-only:
 *  - boot, for the alias of the kernel's text and read-only data, which is one
 *    stretch (mm/mmu.c, mark_linear_text_alias_ro(), 5.10 to 7.3);
 *  - 7.2, for that of data and bss, another stretch behind it, whatever rodata=
 *    is but "off" (mm/mmu.c, mark_rodata_ro(); 7.3 makes it invalid,
 *    mark_linear_data_alias_valid(), and 7.1 leaves it alone);
 *  - with rodata_full, and only then, set_memory_ro() for pages of vmalloc
 *    memory: modules' and BPF programs' (mm/pageattr.c,
 *    change_memory_common());
 *  - a series posted for kernels after 7.3 ("make persistent huge zero folio
 *    read-only") makes one huge page of zeros read-only, by
 *    set_direct_map_ro_noflush().
 * So what is read-only outside the image, and is not that, shows rodata=full.
 * Where the image ends only symbols tell; without them the first two stretches
 * are known by what lies in them: _stext and init_uts_ns, both in VMCOREINFO.
 */
#include <stdlib.h>

#include "util/error.h"
#include "analysis/policy_tables.h"
#include "target/image.h"
#include "target/target.h"
#include "directmap/kernel.h"
#include "util/range.h"

/* The least that memory is added by: include/linux/mmzone.h, SUBSECTION_SHIFT. */
#define SUBSECTION (UINT64_C(1) << 21)

struct stretch {
	uint64_t start, end; /* VA */
	uint64_t larger; /* bytes in it by leaves larger than a page */
};

struct look {
	struct tables_shown *shown;
	struct dm_range image, kept, zeros;
	uint64_t pmd; /* bytes */
	uint64_t text, data; /* VAs of the two symbols' alias; 0: not known */
	struct stretch open; /* of read-only runs, so far */
	bool text_seen, data_in_text, data_protected;
	size_t before, behind; /* others, before the text's and behind it */
};

static bool within(uint64_t va, uint64_t start, uint64_t end)
{
	return va && va >= start && va < end;
}

static bool knows_image(const struct look *l)
{
	return l->image.end != 0;
}

/*
 * The huge page of zeros, read-only by a call for all of it. Where its place is
 * not known, one block alone may be that: what set_memory_ro() protects are pages,
 * one by one, which leaves no block.
 */
static bool is_zeros(const struct look *l, const struct stretch *s)
{
	if (l->zeros.end)
		return s->start >= l->zeros.start && s->end <= l->zeros.end;
	return s->end - s->start == l->pmd && s->larger == l->pmd &&
	       !(s->start & (l->pmd - 1)) && !knows_image(l);
}

static void end_stretch(struct look *l)
{
	const struct stretch s = l->open;
	bool text, data;

	l->open = (struct stretch){ 0 };
	if (!s.end)
		return;
	if (is_zeros(l, &s)) {
		l->shown->larger_outside += s.larger;
		return;
	}
	text = within(l->text, s.start, s.end);
	data = within(l->data, s.start, s.end);
	l->text_seen |= text;
	l->data_in_text |= text && data;
	if (knows_image(l)) {
		l->shown->read_only_outside |=
			s.start < l->image.start || s.end > l->image.end;
		return;
	}
	if (text || data)
		return;
	l->shown->larger_outside += s.larger;
	if (l->text_seen)
		l->behind++;
	else
		l->before++;
}

static void add_larger(struct look *l, const struct dm_run *run)
{
	uint64_t start = run->start, end = start + run->size;
	const struct dm_range *image = &l->image;

	if (!knows_image(l)) {
		l->shown->larger_outside += run->size;
		return;
	}
	if (start >= image->start && end <= image->end) {
		if (l->kept.end && end > l->kept.end)
			l->shown->larger_in_data += run->size;
		else if (start < l->kept.start)
			l->shown->larger_in_head += run->size;
		return;
	}
	l->shown->larger_outside += run->size;
	if (start < ((image->end + SUBSECTION - 1) & ~(SUBSECTION - 1)) &&
	    end > (image->start & ~(SUBSECTION - 1)))
		l->shown->larger_beside += run->size;
}

static struct dm_error *look_at_run(void *arg, const struct dm_run *run)
{
	struct look *l = arg;
	bool read_only = run->valid && arm64_is_read_only(run->attrs);
	bool larger = run->leaf != DM_LEAF_PTE;

	if (!read_only || run->start != l->open.end)
		end_stretch(l);
	if (within(l->data, run->start, run->start + run->size))
		l->data_protected = read_only || !run->valid;
	if (read_only) {
		if (!l->open.end)
			l->open.start = run->start;
		l->open.end = run->start + run->size;
	}
	if (larger && read_only && !knows_image(l))
		l->open.larger += run->size;
	else if (larger)
		add_larger(l, run);
	return NULL;
}

/* *@va is 0 where it is not known. */
static struct dm_error *find_alias(struct dm_target *target, const char *line,
				   uint64_t *va)
{
	struct dm_source *source = dm_target_source(target);
	struct dm_vmcoreinfo info;
	struct dm_error *err;
	uint64_t symbol;

	*va = 0;
	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (!err)
		err = dm_vmcoreinfo_number(&info, line, 16, &symbol);
	if (!err)
		*va = image_alias(dm_target_kernel(target), symbol);
	return dm_error_forgive(err);
}

/*
 * Where the alias of data is not known it may be one of the stretches, which
 * lies behind the text's.
 */
static void conclude(struct look *l)
{
	bool placed = l->data && !l->data_in_text;
	size_t others = l->behind;

	l->shown->understood = l->text_seen;
	if (!l->text_seen) {
		*l->shown = (struct tables_shown){ 0 };
		return;
	}
	if (!placed && others)
		others--;
	if (!knows_image(l))
		l->shown->read_only_outside = l->before || others;
	l->shown->data_protected = placed && l->data_protected;
}

struct dm_error *dm_tables_show(struct dm_target *target,
				const struct dm_usage *usage,
				const struct image_alias *image,
				struct tables_shown *shown)
{
	struct look l = {
		.shown = shown,
		.image = image->whole,
		.kept = image->text,
		.zeros = image->zeros,
		.pmd = dm_leaf_size(dm_target_kernel(target), DM_LEAF_PMD),
	};
	struct dm_error *err;

	*shown = (struct tables_shown){ 0 };
	if (dm_usage_findings(usage))
		return NULL;
	err = find_alias(target, "SYMBOL(_stext)", &l.text);
	if (err || !l.text)
		return err;
	err = find_alias(target, "SYMBOL(init_uts_ns)", &l.data);
	if (!err)
		err = dm_target_runs_of(target, look_at_run, &l);
	if (err)
		return err;
	end_stretch(&l);
	conclude(&l);
	return NULL;
}

/* ---- A range ------------------------------------------------------------ */

struct range_look {
	uint64_t start, end, pages; /* pages: bytes by them */
};

static struct dm_error *add_pages(void *arg, const struct dm_run *run)
{
	struct range_look *l = arg;
	if (run->leaf == DM_LEAF_PTE)
		l->pages += range_overlap(run->start, run->start + run->size,
					  l->start, l->end);
	return NULL;
}

struct dm_error *dm_tables_all_pages(struct dm_target *target, uint64_t start,
				     uint64_t end, bool *ret)
{
	struct range_look l = { start, end, 0 };
	struct dm_error *err = dm_target_runs_of(target, add_pages, &l);

	*ret = l.pages == end - start;
	return err;
}
