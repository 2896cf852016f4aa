// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What explain would read for every address of the linear map that is not as
 * boot left it, and for modules: so that a recording of it can answer the same
 * questions.
 */
#include <stdio.h>
#include <stdlib.h>

#include "util/error.h"
#include "analysis/explain.h"
#include "analysis/owners.h"
#include "kernel/page.h"
#include "analysis/special.h"

/* Pages not as boot left them; a damaged dump may have tables of terabytes. */
#define PAGES_MAX (UINT32_C(1) << 20)

struct prefetch {
	struct dm_target *target;
	struct owners *owners;
	const struct dm_policy *policy;
	struct dm_explanation *x;
	uint64_t default_attrs; /* of most of the map */
	size_t pages; /* so far */
};

static struct dm_error *prefetch_page(struct prefetch *p, uint64_t pa)
{
	struct page_state page;
	struct dm_owner owner;
	struct dm_error *err;
	size_t cursor = 0;
	bool found;

	/* Pages that are missing are missing for explain as well. */
	err = dm_error_forgive(dm_page_state_read(p->target, pa, &page));
	if (err)
		return err;
	return dm_error_forgive(
		dm_owners_of(p->owners, pa, &cursor, &owner, &found));
}

static bool is_default(const struct prefetch *p, const struct dm_run *run)
{
	if (run->valid && !arm64_is_read_only(run->attrs) &&
	    (!p->default_attrs ||
	     arm64_is_shared(dm_target_kernel(p->target), run->attrs)))
		return true;
	return arm64_compared(run->attrs) == p->default_attrs;
}

static struct dm_error *prefetch_run(void *arg, const struct dm_run *run)
{
	struct prefetch *p = arg;
	uint64_t page = dm_target_kernel(p->target)->page_size, offset;
	struct dm_error *err = NULL;
	char what[32];

	if (is_default(p, run))
		return NULL;
	for (offset = 0; !err && offset < run->size && p->pages++ < PAGES_MAX;
	     offset += page)
		err = prefetch_page(p, run->pa + offset);
	if (err || p->pages > PAGES_MAX)
		return err;
	snprintf(what, sizeof(what), "0x%llx", (unsigned long long)run->start);
	err = dm_explain_init(p->x, p->target, p->owners, p->policy, what);
	if (!err)
		dm_explain_deinit(p->x);
	return dm_error_forgive(err);
}

static struct dm_error *prefetch_modules(struct dm_target *target)
{
	struct modules *modules;
	struct dm_error *err;
	size_t i;

	err = dm_target_modules(target, &modules);
	for (i = 0; !err && i < dm_modules_count(modules); i++) {
		const struct module *module = dm_modules_get(modules, i);
		char text[256];
		size_t j;

		for (j = 0; !err && j < module->area_count; j++)
			err = dm_target_describe(target, module->areas[j].start,
						 text, sizeof(text));
	}
	return dm_error_forgive(err);
}

struct dm_error *dm_explain_prefetch(struct dm_target *target,
				     const struct dm_policy *policy)
{
	struct prefetch p = { .target = target, .policy = policy };
	struct dm_error *err;

	p.x = malloc(sizeof(*p.x));
	err = p.x ? dm_owners_create(target, &p.owners) : dm_error_no_memory();
	if (!err)
		err = prefetch_modules(target);
	if (!err)
		err = dm_special_find_default(target, &p.default_attrs);
	if (!err)
		err = dm_target_runs_of(target, prefetch_run, &p);
	dm_owners_destroy(p.owners);
	free(p.x);
	return err;
}
