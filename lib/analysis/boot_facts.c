// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What boot.h asks for, put together: the image, the KFENCE pool, the crash kernel's
 * region and the policy here, memory in boot_memory.c, what the page tables show in
 * boot_tables.c.
 */
#include <stdlib.h>

#include "analysis/boot_gather.h"
#include "arm64/kernel_symbols.h"
#include "target/image.h"
#include "kernel/kfence.h"
#include "kernel/resource.h"
#include "util/error.h"

/* ---- Kernel image --------------------------------------------------------- */

static struct dm_range in_memory(const struct gathering *g,
				 const struct dm_range *image)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);

	return (struct dm_range){ image_pa(k, image->start),
				  image_pa(k, image->end) };
}

/* @had: the symbols that it takes are there. */
static struct dm_error *gather_text(struct gathering *g, bool *had)
{
	struct boot_layout *l = &g->facts->layout;
	struct image_place start;
	struct dm_range image;
	struct dm_error *err;

	err = dm_image_range(g->target, IMAGE_STEXT, IMAGE_INIT, &image);
	if (!err)
		err = dm_image_start(g->target, &start);
	err = boot_no_answer(err, had);
	if (err || !*had)
		return err;
	l->repaint_kept = in_memory(g, &image);
	l->text = l->repaint_kept;
	l->text.start = image_pa(l->kernel, start.va);
	return NULL;
}

static struct dm_error *gather_data(struct gathering *g)
{
	struct boot_layout *l = &g->facts->layout;
	struct dm_range image;
	struct dm_error *err;
	bool had;

	if (l->alias == BOOT_ALIAS_APART)
		return NULL;
	err = boot_no_answer(dm_image_range(g->target, IMAGE_DATA,
					    IMAGE_BSS_END, &image),
			     &had);
	if (had)
		l->data = in_memory(g, &image);
	else if (!l->pages)
		g->facts->lacks = "the kernel's data (__init_end)";
	return err;
}

/* ---- KFENCE ---------------------------------------------------------------- */

/* Not called where boot mapped pages all over: its place does not matter. */
static struct dm_error *gather_kfence(struct gathering *g)
{
	struct boot_facts *f = g->facts;
	struct dm_error *err;
	bool had;

	if (g->policy->kfence == DM_KFENCE_UNKNOWN)
		f->lacks = "the KFENCE pool (__kfence_pool)";
	if (g->policy->kfence != DM_KFENCE_EARLY &&
	    g->policy->kfence != DM_KFENCE_LATE)
		return NULL;
	err = boot_no_answer(dm_kfence_pool(g->target, &f->kfence_pool.start,
					    &f->kfence_pool.end),
			     &had);
	if (!had) {
		f->kfence_pool = (struct dm_range){ 0, 0 };
		f->lacks = "the size of the KFENCE pool";
	}
	return err;
}

/* ---- Policy -------------------------------------------------------------------- */

/*
 * All pages: by policy or by repaint, which comes to the same but in the
 * kernel's alias. Not all: not by policy.
 */
static struct dm_error *policy_from_tables(struct gathering *g)
{
	struct boot_facts *f = g->facts;
	struct dm_error *err = dm_boot_all_pages(g, &f->layout.pages);
	bool can_split = false;

	if (!err)
		err = dm_target_has_symbol(g->target, SYMBOL_SPLIT, &can_split);
	f->layout.hotplug_pages = f->layout.pages;
	f->hotplug_unknown = !f->layout.pages;
	f->splits = !f->layout.pages && can_split;
	f->pages_from = "page tables";
	return err;
}

static struct dm_error *gather_policy(struct gathering *g)
{
	const struct dm_policy *p = g->policy;
	struct boot_facts *f = g->facts;

	if (p->boot == DM_BOOT_UNKNOWN || p->inferred)
		return policy_from_tables(g);
	f->pages_from = "policy";
	f->layout.pages = p->boot == DM_BOOT_PAGES;
	f->layout.repaint = p->boot == DM_BOOT_REPAINTED;
	f->layout.hotplug_pages = p->hotplug == DM_BOOT_PAGES;
	f->hotplug_unknown = p->hotplug == DM_BOOT_UNKNOWN;
	f->splits = p->splits_at_runtime == DM_YES;
	return NULL;
}

/*
 * crash_mem_map (to 6.4): crashkernel= was given. Without DMA zones the region
 * was known when memory was mapped, and it alone got pages (6.1 mm/mmu.c,
 * defer_reserve_crashkernel()).
 */
static struct dm_error *gather_crash(struct gathering *g)
{
	struct dm_target *t = g->target;
	struct boot_layout *l = &g->facts->layout;
	struct dm_error *err;
	bool had;

	if (l->pages)
		return NULL;
	err = dm_target_has_symbol(t, SYMBOL_CRASH_PAGES, &had);
	if (err || !had)
		return err;
	err = boot_no_answer(dm_resource_crash_kernel(t, &l->crash.start,
						      &l->crash.end),
			     &had);
	if (!had)
		g->facts->lacks = "the crash kernel's region (crashk_res)";
	return err;
}

/* ---- All of it ------------------------------------------------------------------ */

/* With no symbols, there is one thing that can be said. */
static struct dm_error *gather_little(struct gathering *g)
{
	struct dm_error *err = policy_from_tables(g);

	g->facts->lacks = "symbols of the kernel image (_stext, __init_begin)";
	if (!err && !g->facts->layout.pages)
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"not all of memory is mapped by pages, and there are no symbols of the kernel image");
	return err;
}

static struct dm_error *gather_most(struct gathering *g)
{
	struct dm_error *err;

	err = gather_policy(g);
	if (!err)
		err = dm_boot_find_added(g);
	if (!err && !g->facts->layout.pages)
		err = gather_kfence(g);
	if (!err)
		err = dm_boot_find_text_start(g);
	if (!err)
		err = dm_boot_find_alias(g);
	if (!err)
		err = gather_data(g);
	if (!err)
		err = gather_crash(g);
	if (!err)
		err = dm_boot_find_rounding(g);
	return err;
}

/* An early pool was mapped by boot; a late one was split out of what there was. */
static void place_kfence(struct boot_facts *f, enum dm_kfence kfence)
{
	const struct dm_range *pool = &f->kfence_pool;

	if (kfence == DM_KFENCE_EARLY) {
		f->layout.kfence = *pool;
	} else if (kfence == DM_KFENCE_LATE && f->splits && pool->end) {
		f->to_ptes.start =
			dm_kva_pa_to_linear(f->layout.kernel, pool->start);
		f->to_ptes.end = f->to_ptes.start + pool->end - pool->start;
	}
}

static struct dm_error *gather(struct gathering *g)
{
	struct boot_facts *f = g->facts;
	struct dm_error *err;
	bool had;

	f->layout.kernel = dm_target_kernel(g->target);
	err = dm_boot_find_banks(g);
	if (!err)
		err = gather_text(g, &had);
	if (!err)
		err = had ? gather_most(g) : gather_little(g);
	if (err)
		return err;
	place_kfence(f, g->policy->kfence);
	return NULL;
}

struct dm_error *dm_boot_facts_create(struct dm_target *target,
				      const struct dm_policy *policy,
				      struct boot_facts **ret)
{
	struct boot_facts *f = calloc(1, sizeof(*f));
	struct gathering g = { target, policy, f, 0 };
	struct dm_error *err;

	if (!f)
		return dm_error_no_memory();
	err = gather(&g);
	if (err) {
		dm_boot_facts_destroy(f);
		return dm_error_prefix(err, "what boot mapped");
	}
	*ret = f;
	return NULL;
}
