// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks through tables for what a kernel's must map.
 *
 * swapper_pg_dir lies in the image (kernel/vmlinux.lds.S), and the image is
 * mapped above the linear map with one offset (mm/mmu.c, declare_kernel_vmas());
 * so its own page is found there, and no other root table has both that and RAM:
 * init_pg_dir and idmap_pg_dir have no linear map, processes' have no kernel half.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/facts.h"
#include "target/find/survey.h"
#include "util/error.h"
#include "util/source.h"

/* Leaves of the linear map that are asked which offset they have. */
#define VOTES_MAX 4096
/* Of what is no table, so many odd entries are enough. */
#define ODD_MAX 64
/* Tables that are read in search of device memory, when all else is known. */
#define DEVICE_TABLES 512

struct survey {
	struct dm_source *source;
	const struct dm_kernel *kernel;
	struct arm64_geometry g;
	uint64_t *pages; /* one a level */
	struct dm_find_limits *limits;
	size_t extra; /* tables left when the root was found */
	size_t odd, tables;
	bool maps_itself;
	bool stopped;
	/* Votes for one offset, less those for others. */
	size_t votes, balance, agreed;
	uint64_t offset;
	struct survey_result *result;
};

typedef void (*leaf_fn)(struct survey *s, int level, uint64_t va,
			uint64_t entry);

struct dm_error *dm_find_ask(const struct dm_find_limits *limits)
{
	if (!limits->stop || !limits->stop(limits->arg))
		return NULL;
	return dm_error_create(DM_ERROR_INTERRUPTED,
			       "looking for a kernel's page tables was ended");
}

/* Its content stays until another of its level is read; NULL: not there. */
static struct dm_error *read_table(struct survey *s, int level, uint64_t pa,
				   const uint64_t **entries)
{
	size_t size = s->kernel->page_size;
	uint64_t *page =
		s->pages + (size_t)(level - s->g.root_level) * (size / 8);
	struct dm_error *err;

	*entries = NULL;
	if (!s->limits->tables) {
		s->stopped = true;
		return NULL;
	}
	err = dm_find_ask(s->limits);
	if (err)
		return err;
	s->limits->tables--;
	s->tables++;
	err = dm_source_read(s->source, pa, page, size, DM_CONTENT_SEARCH);
	if (err)
		return dm_error_forgive(err);
	*entries = page;
	return NULL;
}

/* Sign-extended: the lowest VA of the part that the entry stands for. */
static uint64_t entry_va(const struct survey *s, int level, uint64_t base,
			 size_t i)
{
	return base + ((uint64_t)i << arm64_shift(&s->g, level));
}

/* All leaves of [from, to] in the table at @pa, which begins at @base. */
static struct dm_error *visit(struct survey *s, int level, uint64_t pa,
			      uint64_t base, const struct dm_range *va,
			      leaf_fn fn)
{
	size_t count = (size_t)1 << arm64_index_bits(&s->g, level), i;
	uint64_t last = (UINT64_C(1) << arm64_shift(&s->g, level)) - 1;
	struct dm_error *err = NULL;
	const uint64_t *entries;

	err = read_table(s, level, pa, &entries);
	for (i = 0; !err && entries && i < count && !s->stopped; i++) {
		uint64_t at = entry_va(s, level, base, i);
		uint64_t entry = le64toh(entries[i]);
		enum entry_kind kind;

		if (at + last < va->start || at > va->end)
			continue;
		kind = dm_arm64_classify(&s->g, level, entry);
		if (kind == ENTRY_LEAF)
			fn(s, level, at, entry);
		else if (kind == ENTRY_TABLE &&
			 dm_arm64_is_linux_table(&s->g, entry))
			err = visit(s, level + 1, arm64_oa(&s->g, entry), at,
				    va, fn);
		else if (kind != ENTRY_NONE && ++s->odd > ODD_MAX)
			s->stopped = true;
	}
	return err;
}

/* ---- Above the linear map ------------------------------------------------ */

static void see_device(struct survey *s, uint64_t entry)
{
	unsigned int index = arm64_attrindx(entry);

	/* nGnRE of old is write-through or nothing today, and seldom. */
	if (index == FACTS_DEVICE_BEFORE ||
	    (index == FACTS_DEVICE_SINCE_5_14 && !s->result->device_attrindx))
		s->result->device_attrindx = index;
}

static void look_for_itself(struct survey *s, int level, uint64_t va,
			    uint64_t entry)
{
	uint64_t size = UINT64_C(1) << arm64_shift(&s->g, level);
	uint64_t pa = arm64_oa(&s->g, entry), pgd = s->kernel->pgd;

	if (arm64_is_valid(entry))
		see_device(s, entry);
	if (!s->maps_itself && arm64_is_valid(entry) && pgd >= pa &&
	    pgd - pa < size) {
		s->maps_itself = true;
		s->result->kimage_voffset = va - pa;
		s->extra = s->tables + DEVICE_TABLES;
	}
	if (s->maps_itself &&
	    (s->result->device_attrindx || s->tables > s->extra))
		s->stopped = true;
}

/* ---- The linear map ------------------------------------------------------ */

/*
 * Most of them are right even in a damaged dump: the offset that has a majority,
 * if one has (Boyer and Moore).
 */
static void vote(struct survey *s, int level, uint64_t va, uint64_t entry)
{
	uint64_t offset =
		arm64_oa(&s->g, entry) - (va - s->kernel->page_offset);

	(void)level;
	if (!s->votes++)
		s->result->lowest = va;
	if (!s->balance)
		s->offset = offset;
	if (offset == s->offset)
		s->balance++;
	else
		s->balance--;
	if (s->votes == VOTES_MAX)
		s->stopped = true;
}

static void count_agreed(struct survey *s, int level, uint64_t va,
			 uint64_t entry)
{
	uint64_t offset =
		arm64_oa(&s->g, entry) - (va - s->kernel->page_offset);

	(void)level;
	if (offset == s->offset)
		s->agreed++;
	if (++s->votes == VOTES_MAX)
		s->stopped = true;
}

static struct dm_error *survey(struct survey *s, bool *is)
{
	const struct dm_kernel *k = s->kernel;
	struct dm_range upper = { k->linear_end, UINT64_MAX };
	struct dm_range linear = { k->linear_start, k->linear_end - 1 };
	struct dm_error *err;

	*is = false;
	err = visit(s, s->g.root_level, k->pgd, s->g.root_base, &upper,
		    look_for_itself);
	if (err || !s->maps_itself || s->odd > ODD_MAX)
		return err;
	s->stopped = false;
	err = visit(s, s->g.root_level, k->pgd, s->g.root_base, &linear, vote);
	if (err || !s->votes || s->odd > ODD_MAX)
		return err;
	s->stopped = false;
	s->votes = 0;
	err = visit(s, s->g.root_level, k->pgd, s->g.root_base, &linear,
		    count_agreed);
	s->result->phys_offset = s->offset;
	*is = s->agreed && s->agreed >= s->votes - s->votes / 16;
	return err;
}

struct dm_error *dm_find_survey(struct dm_source *source,
				const struct dm_kernel *kernel,
				struct dm_find_limits *limits,
				struct survey_result *result, bool *is)
{
	struct survey s = {
		.source = source,
		.kernel = kernel,
		.limits = limits,
		.result = result,
	};
	struct dm_error *err;

	*result = (struct survey_result){ 0 };
	dm_arm64_geometry_init(&s.g, kernel);
	s.pages = malloc((size_t)kernel->levels * kernel->page_size);
	if (!s.pages)
		return dm_error_no_memory();
	err = survey(&s, is);
	free(s.pages);
	return err;
}
