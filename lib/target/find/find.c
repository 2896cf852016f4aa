// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds a kernel by a page of its image: the root table that maps itself and RAM
 * gives geometry and offsets, and what those lead to gives the rest.
 */
#include <stddef.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/geometries.h"
#include "arm64/arm64.h"
#include "arm64/kernel.h"
#include "arm64/mark.h"
#include "target/find/content.h"
#include "target/find/roots.h"
#include "target/find/survey.h"
#include "target/find/view.h"
#include "util/error.h"
#include "util/sized.h"
#include "util/source.h"

/* Read-only data behind the vDSO, and an image whose header does not say. */
#define RODATA_MAX (UINT64_C(64) << 20)
/* RAM begins on such, and is not off by less. */
#define SHIFT_STEP (UINT64_C(2) << 20)

struct search {
	struct dm_source *source;
	struct dm_kernel_facts *facts;
	struct dm_find_limits *limits;
	size_t tried;
};

static struct dm_find_limits no_limits(void)
{
	return (struct dm_find_limits){
		.struct_size = sizeof(struct dm_find_limits),
		.tables = DM_FIND_TABLES,
	};
}

static struct dm_error *take_limits(const struct dm_find_limits *given,
				    struct dm_find_limits *limits)
{
	if (given)
		return dm_sized_take(limits, sizeof(*limits), given,
				     "dm_find_limits");
	*limits = no_limits();
	return NULL;
}

/* What is left of them is the caller's again. */
static void give_back(struct dm_find_limits *given,
		      const struct dm_find_limits *limits)
{
	if (given &&
	    given->struct_size >= offsetof(struct dm_find_limits, tables) +
					  sizeof(given->tables))
		given->tables = limits->tables;
}

/* ---- What is marked ------------------------------------------------------ */

struct mark {
	enum dm_kernel_mark kind;
	struct dm_range range; /* where the root table can be; PAs */
	uint32_t page_size; /* 0: not told */
};

static struct dm_error *read_mark(struct dm_source *source, uint64_t pa,
				  struct mark *mark)
{
	unsigned char front[DM_KERNEL_MARK_SIZE];
	struct dm_error *err;
	uint64_t size = 0;

	*mark = (struct mark){ 0 };
	err = dm_source_read(source, pa, front, sizeof(front),
			     DM_CONTENT_SEARCH);
	if (err)
		return err;
	mark->kind = dm_kernel_mark(front);
	if (!mark->kind)
		return NULL;
	if (mark->kind == DM_KERNEL_MARK_IMAGE) {
		mark->page_size = dm_image_page_size(front);
		size = dm_image_size(front);
	}
	mark->range.start = pa;
	mark->range.end = pa + (size ? size : RODATA_MAX);
	return NULL;
}

struct dm_error *dm_kernel_find_range(struct dm_source *source, uint64_t mark,
				      struct dm_range *range)
{
	struct dm_error *err;
	struct mark m;

	err = read_mark(source, mark, &m);
	*range = m.range;
	return err;
}

/* ---- The root table ------------------------------------------------------ */

static void take(struct dm_kernel_facts *f, const struct dm_kernel *k,
		 const struct survey_result *r)
{
	f->page_size = k->page_size;
	f->va_bits_configured = k->va_bits_configured;
	f->va_bits = dm_geometry_in_use(k, r->lowest);
	f->pgd = k->pgd;
	f->kimage_voffset = r->kimage_voffset;
	f->phys_offset = r->phys_offset;
	f->device_attrindx = r->device_attrindx;
	f->from[DM_FACT_VA_BITS] = DM_ORIGIN_TABLES;
	f->from[DM_FACT_VA_BITS_CONFIGURED] =
		f->va_bits == f->va_bits_configured ? DM_ORIGIN_IN_USE
						    : DM_ORIGIN_TABLES;
	f->from[DM_FACT_PAGE_SIZE] = DM_ORIGIN_TABLES;
	f->from[DM_FACT_PGD] = DM_ORIGIN_ROOT;
	f->from[DM_FACT_PHYS_OFFSET] = DM_ORIGIN_TABLES;
}

static struct dm_error *try_root(void *arg, uint64_t pa, uint32_t page_size,
				 bool *stop)
{
	struct search *s = arg;
	struct dm_error *err = NULL;
	size_t cursor = 0;
	struct dm_kernel k;

	s->tried++;
	while (!err && dm_geometry_next(page_size, &cursor, &k)) {
		struct survey_result result;
		bool is;

		k.pgd = pa;
		err = dm_find_survey(s->source, &k, s->limits, &result, &is);
		if (err || !is)
			continue;
		take(s->facts, &k, &result);
		*stop = true;
		break;
	}
	*stop |= !s->limits->tables;
	return err;
}

static struct dm_error *no_root(const struct search *s, const struct mark *mark,
				uint64_t pa)
{
	return dm_error_create(
		DM_ERROR_NOT_FOUND,
		"%s at 0x%llx, but no root table behind it that maps itself and RAM (%zu pages tried)",
		mark->kind == DM_KERNEL_MARK_IMAGE ? "an Image header"
						   : "a vDSO",
		(unsigned long long)pa, s->tried);
}

struct dm_error *dm_kernel_find(struct dm_source *source, uint64_t mark,
				struct dm_find_limits *limits,
				struct dm_kernel_facts *facts)
{
	struct dm_find_limits own;
	struct search s = { source, facts, &own, 0 };
	struct dm_error *err = take_limits(limits, &own);
	struct mark m = { 0 };

	*facts = (struct dm_kernel_facts){ .struct_size = sizeof(*facts) };
	if (err)
		return err;
	err = read_mark(source, mark, &m);
	if (!err && !m.kind)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"neither an Image header nor a vDSO is at 0x%llx",
			(unsigned long long)mark);
	if (!err)
		err = dm_find_roots(source, &m.range, m.page_size, try_root,
				    &s);
	give_back(limits, &own);
	if (!err && !facts->pgd)
		err = no_root(&s, &m, mark);
	if (!err && m.page_size)
		facts->from[DM_FACT_PAGE_SIZE] = DM_ORIGIN_HEADER;
	if (!err)
		err = dm_find_content(source, facts);
	if (err)
		dm_kernel_facts_deinit(facts);
	return err;
}

/* A root table of a size that is not known is tried with each. */
static struct dm_error *try_sizes(struct search *s, uint64_t pgd,
				  uint32_t page_size)
{
	static const uint32_t sizes[] = { 4096, 16384, 65536 };
	struct dm_error *err = NULL;
	bool stop = false;
	size_t i;

	for (i = 0; !err && !stop && i < sizeof(sizes) / sizeof(*sizes); i++) {
		if ((!page_size || page_size == sizes[i]) &&
		    pgd % sizes[i] == 0)
			err = try_root(s, pgd, sizes[i], &stop);
	}
	return err;
}

struct dm_error *dm_kernel_find_root(struct dm_source *source, uint64_t pgd,
				     uint32_t page_size, enum dm_origin origin,
				     struct dm_kernel_facts *facts)
{
	struct dm_find_limits most = no_limits();
	struct search s = { source, facts, &most, 0 };
	struct dm_error *err;

	*facts = (struct dm_kernel_facts){ .struct_size = sizeof(*facts) };
	err = try_sizes(&s, pgd, page_size);
	if (!err && !facts->pgd)
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"no root table that maps itself and RAM is at 0x%llx",
			(unsigned long long)pgd);
	if (!err) {
		facts->from[DM_FACT_PGD] = origin;
		err = dm_find_content(source, facts);
	}
	if (err)
		dm_kernel_facts_deinit(facts);
	return err;
}

/* ---- Addresses that are off --------------------------------------------- */

struct shift {
	struct dm_source *source;
	uint64_t text;
	struct dm_kernel kernel; /* as VMCOREINFO says */
	struct dm_range range; /* of the image; PAs of the source */
	struct dm_find_limits *limits;
	uint64_t off;
	bool found;
};

static struct dm_error *try_shift(void *arg, uint64_t pa, uint32_t page_size,
				  bool *stop)
{
	struct shift *s = arg;
	uint64_t off = pa - s->kernel.pgd;
	char release[DM_RELEASE_MAX];
	struct find_view view;
	struct dm_error *err;

	(void)page_size;
	err = dm_find_ask(s->limits);
	if (err)
		return err;
	dm_find_view_init(&view, s->source, NULL, 0, off);
	err = dm_vmcoreinfo_prove(&view.source, s->text - off, release);
	if (!err) {
		s->off = off;
		*stop = s->found = true;
	}
	return dm_error_forgive(err);
}

/* Whether the root table at @pa is one if all addresses are @off too high. */
static struct dm_error *try_off(struct shift *s, uint64_t pa,
				uint32_t page_size, uint64_t off)
{
	struct dm_error *err = NULL;
	struct find_view view;
	size_t cursor = 0;
	struct dm_kernel k;

	dm_find_view_init(&view, s->source, NULL, 0, off);
	while (!err && !s->found && dm_geometry_next(page_size, &cursor, &k)) {
		struct survey_result result;

		k.pgd = pa - off;
		err = dm_find_survey(&view.source, &k, s->limits, &result,
				     &s->found);
	}
	s->off = off;
	return err;
}

/*
 * Tables by which the image and the fixmap are mapped lie in the image (bm_pud
 * and bm_pmd, mm/fixmap.c; init_pg_dir's since 6.9), so that where the entry leads
 * to is one of the places in the range.
 */
static struct dm_error *try_entry(struct shift *s, uint64_t pa,
				  uint32_t page_size, uint64_t table)
{
	uint64_t to = s->range.start + (table - s->range.start) % SHIFT_STEP;
	struct dm_error *err = NULL;

	for (; !err && !s->found && s->limits->tables && to < s->range.end;
	     to += SHIFT_STEP) {
		if (to != table)
			err = try_off(s, pa, page_size, to - table);
	}
	return err;
}

/* By what stands in the root table at @pa, @skip bytes into it. */
static struct dm_error *try_piece(struct shift *s, uint64_t pa,
				  uint32_t page_size, uint32_t skip)
{
	uint64_t entries[DM_PAGE_SIZE_LEAST / sizeof(uint64_t)], last = 0;
	struct dm_error *err;
	size_t i;

	err = dm_source_read(s->source, pa + skip, entries, sizeof(entries),
			     DM_CONTENT_SEARCH);
	for (i = sizeof(entries) / sizeof(*entries); !err && !s->found && i;
	     i--) {
		uint64_t table = dm_arm64_table_low(le64toh(entries[i - 1]));

		if (!table || table == last)
			continue;
		last = table;
		err = try_entry(s, pa, page_size, table);
	}
	return err;
}

/* From the end: the fixmap is among the last entries. */
static struct dm_error *try_root_off(void *arg, uint64_t pa, uint32_t page_size,
				     bool *stop)
{
	struct dm_error *err = NULL;
	struct shift *s = arg;
	uint32_t skip = page_size;

	while (!err && !s->found && skip) {
		skip -= DM_PAGE_SIZE_LEAST;
		err = try_piece(s, pa, page_size, skip);
	}
	*stop = s->found || !s->limits->tables;
	return dm_error_forgive(err);
}

struct dm_error *dm_kernel_find_shift(struct dm_source *source, uint64_t text,
				      uint64_t mark,
				      struct dm_find_limits *limits,
				      uint64_t *off)
{
	struct dm_find_limits own;
	struct shift s = { source, text, .limits = &own };
	struct dm_error *err = take_limits(limits, &own);
	struct mark m = { 0 };

	*off = 0;
	if (!err && text)
		err = dm_kernel_init(&s.kernel, source);
	if (!err)
		err = read_mark(source, mark, &m);
	s.range = m.range;
	if (!err && m.kind)
		err = dm_find_roots(source, &m.range,
				    text ? s.kernel.page_size : m.page_size,
				    text ? try_shift : try_root_off, &s);
	give_back(limits, &own);
	if (!err && !s.found)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "no root table, wherever memory begins");
	if (!err)
		*off = s.off;
	return err;
}
