// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two things make pages of the linear map read-only: boot, for the alias of the
 * kernel's text and read-only data, which is one stretch (mm/mmu.c,
 * mark_linear_text_alias_ro(), 5.10 to 7.3); and with rodata_full, and only
 * then, set_memory_ro() for pages of vmalloc memory: modules' and BPF
 * programs' (mm/pageattr.c, change_memory_common()).
 */
#include <stdlib.h>

#include "error.h"
#include "policy_rodata.h"
#include "target.h"
#include "vmcoreinfo.h"

struct look {
	uint64_t alias; /* VA of _stext's in the linear map */
	uint64_t start, end; /* of the stretch of read-only runs so far */
	bool alias_is_read_only;
	bool others;
};

static void end_stretch(struct look *l)
{
	if (l->start == l->end)
		return;
	if (l->alias >= l->start && l->alias < l->end)
		l->alias_is_read_only = true;
	else
		l->others = true;
	l->start = l->end = 0;
}

static struct dm_error *look_at_run(void *arg, const struct dm_run *run)
{
	struct look *l = arg;
	bool read_only = run->valid && run->attrs & ARM64_RDONLY;

	if (!read_only || run->start != l->end)
		end_stretch(l);
	if (read_only) {
		if (l->start == l->end)
			l->start = run->start;
		l->end = run->start + run->size;
	}
	/* Enough is known: an error ends the walk, which may be a long one. */
	if (l->alias_is_read_only && l->others)
		return dm_error_create(DM_ERROR_NOT_FOUND, "enough");
	return NULL;
}

static bool find_alias(struct dm_target *target, uint64_t *alias)
{
	const struct dm_kernel *k = target_kernel(target);
	struct dm_source *source = target_source(target);
	struct dm_vmcoreinfo info;
	struct dm_error *err;
	uint64_t stext;

	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (!err)
		err = dm_vmcoreinfo_number(&info, "SYMBOL(_stext)", 16, &stext);
	if (!err)
		*alias = kva_pa_to_linear(k, stext - k->kimage_voffset);
	dm_error_destroy(err);
	return !err;
}

struct dm_error *rodata_shown_full(struct dm_target *target,
				   const struct dm_usage *usage, bool *shown)
{
	struct look l = { 0 };
	struct dm_error *err;

	*shown = false;
	if (!usage->read_only || dm_usage_findings(usage) ||
	    !find_alias(target, &l.alias))
		return NULL;
	err = target_runs(target, look_at_run, &l);
	if (!err)
		end_stretch(&l);
	*shown = l.alias_is_read_only && l.others;
	if (err && err->code == DM_ERROR_NOT_FOUND && *shown) {
		dm_error_destroy(err);
		err = NULL;
	}
	return err;
}
