// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why boot mapped RAM as it did: the kernel's own rule, evaluated on the state
 * that the dump holds.
 *
 * The rule, by what a kernel has (never by its version):
 *  - split_kernel_leaf_mapping(): pages if debug_pagealloc, or if the CPU lacks
 *    BBML2/BBML3 and any of rodata=full, KFENCE not early, realm holds (7.3
 *    mm/mmu.c, force_pte_mapping()). If boot's CPU has it and a later one has
 *    not, the map is repainted (linear_map_maybe_split_to_ptes()).
 *  - before: pages if any of rodata=full, debug_pagealloc, KFENCE not early,
 *    realm (6.12 mm/pageattr.c, can_set_direct_map()).
 *  - with KFENCE but without kfence_early_init (5.12 to 6.0): pages always
 *    (840b23986344, mm/mmu.c, map_mem()).
 *  - with crash_mem_map: crashkernel= means pages where there is a DMA zone
 *    (5.10 and 6.1 mm/mmu.c, map_mem()).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/policy.h"
#include "arm64/bbml.h"
#include "arm64/kernel_symbols.h"
#include "directmap/text.h"
#include "kernel/cpucaps.h"
#include "util/error.h"
#include "target/image.h"
#include "kernel/kfence.h"
#include "util/missing.h"
#include "analysis/policy_tables.h"
#include "kernel/printk.h"
#include "target/target.h"
#include "util/range.h"

struct evaluation {
	struct dm_policy *p;
	struct dm_target *target;
	const struct dm_usage *usage;
	/* The rule's other inputs. */
	enum dm_known rodata_full, rodata_enabled;
	enum dm_known kfence_early; /* kfence_early_init */
	bool has_kfence_early; /* there is such a variable */
	bool knows_variables; /* a symbol that is missing is not there */
	bool runtime_splits; /* the kernel has the code for them */
	bool runtime_merges; /* and for putting them together again */
	enum dm_known requires_bbml; /* linear_map_requires_bbml… */
	enum dm_known wants; /* wants_pages() */
	enum dm_known crash_pages; /* crashkernel= forces pages */
	enum dm_known modern_words; /* which words of rodata= it knows */
	struct image_alias image;
	struct tables_shown shown; /* of look(), where it was needed */
	bool looked;
	bool from_tables; /* boot is read off the tables alone */
};

static const char *const boot_names[] = {
	[DM_BOOT_UNKNOWN] = "unknown",
	[DM_BOOT_BLOCKS] = "blocks",
	[DM_BOOT_PAGES] = "pages",
	[DM_BOOT_REPAINTED] = "repainted",
	[DM_BOOT_CONTRADICTED] = "contradicted",
};

const char *dm_boot_name(enum dm_boot boot)
{
	return boot_names[boot];
}

const char *dm_kfence_name(enum dm_kfence kfence)
{
	static const char *const names[] = {
		[DM_KFENCE_UNKNOWN] = "unknown", [DM_KFENCE_NONE] = "none",
		[DM_KFENCE_OFF] = "off",	 [DM_KFENCE_EARLY] = "early",
		[DM_KFENCE_LATE] = "late",
	};

	return names[kfence];
}

const char *dm_merges_not(const struct dm_policy *policy)
{
	switch (policy->merges_at_runtime) {
	case DM_YES:
		return "this kernel merges leaves, but has not merged these";
	case DM_NO:
		return "arm64 never merges leaves";
	case DM_UNKNOWN:
		break;
	}
	return "no arm64 kernel up to 7.3 merges leaves";
}

/* ---- Looking things up -------------------------------------------------- */

/*
 * What the dump does not tell leaves the policy unknown; only an error that is
 * not about the dump ends the job.
 */
static struct dm_error *forgive(struct evaluation *e, const char *what,
				struct dm_error *err)
{
	return dm_missing_note_of(&e->p->missing, what, err);
}

/* A bool of the kernel's; @absent is what a kernel without it would mean. */
static struct dm_error *read_bool(struct evaluation *e, const char *name,
				  enum dm_known absent, enum dm_known *ret)
{
	struct dm_error *err;
	uint64_t value;
	bool has;

	*ret = e->knows_variables ? absent : DM_UNKNOWN;
	err = dm_target_has_symbol(e->target, name, &has);
	if (err || !has)
		return err;
	*ret = DM_UNKNOWN;
	err = dm_target_variable(e->target, name, 1, &value);
	if (!err)
		*ret = value ? DM_YES : DM_NO;
	return forgive(e, name, err);
}

/*
 * A static key: struct static_key begins with its counter, above 0 when it is
 * on (include/linux/jump_label.h, static_key_count()).
 */
static struct dm_error *read_static_key(struct evaluation *e, const char *name,
					enum dm_known *ret)
{
	struct dm_error *err;
	uint64_t value;
	bool has;

	*ret = e->knows_variables ? DM_NO : DM_UNKNOWN;
	err = dm_target_has_symbol(e->target, name, &has);
	if (err || !has)
		return err;
	*ret = DM_UNKNOWN;
	err = dm_target_variable(e->target, name, 4, &value);
	if (!err)
		*ret = value && !(value >> 31) ? DM_YES : DM_NO;
	return forgive(e, name, err);
}

/* Where the variable is not known, the log may still have it. */
static struct dm_error *cmdline_from_log(struct evaluation *e,
					 struct dm_error *why)
{
	struct dm_policy *p = e->p;
	struct dm_error *err;
	bool whole;

	if (why->code != DM_ERROR_NOT_FOUND && why->code != DM_ERROR_ABSENT)
		return why;
	err = dm_printk_cmdline(dm_target_kva(e->target),
				dm_target_source(e->target), p->cmdline,
				sizeof(p->cmdline), &whole);
	if (err)
		return dm_error_either(why, err);
	dm_error_destroy(why);
	p->cmdline_from = "printk";
	p->cmdline_cut = !whole;
	return NULL;
}

/*
 * Where variables are not known, a function that what is asked for cannot do
 * without may be missing: each of these is called while booting, so that its
 * symbol is there with the init text's (scripts/kallsyms.c, text_ranges).
 */
static struct dm_error *deny_by_function(struct evaluation *e, const char *name,
					 enum dm_known *known)
{
	struct dm_error *err;
	bool init, has = true;

	if (*known != DM_UNKNOWN || e->knows_variables)
		return NULL;
	err = dm_target_has_symbol(e->target, "_sinittext", &init);
	if (!err && init)
		err = dm_target_has_symbol(e->target, name, &has);
	if (!err && !has)
		*known = DM_NO;
	return err;
}

/* As long as fits, or up to a page that may not be there. */
static bool may_be_cut(const struct evaluation *e, uint64_t va, size_t length)
{
	return length == DM_CMDLINE_MAX - 1 ||
	       !((va + length) & (dm_target_kernel(e->target)->page_size - 1));
}

static struct dm_error *find_cmdline(struct evaluation *e)
{
	struct kva *kva = dm_target_kva(e->target);
	char *text = e->p->cmdline;
	struct dm_error *err;
	uint64_t va;

	e->p->cmdline_from = "saved_command_line";
	err = dm_target_variable(e->target, "saved_command_line", 8, &va);
	if (!err)
		err = dm_kva_read_string(kva, va, text, DM_CMDLINE_MAX);
	if (!err)
		e->p->cmdline_cut = may_be_cut(e, va, strlen(text));
	else
		err = cmdline_from_log(e, err);
	e->p->has_cmdline = !err;
	if (err) {
		*text = '\0';
		e->p->cmdline_from = NULL;
	}
	dm_ascii_mask(text);
	return err;
}

static struct dm_error *read_cmdline(struct evaluation *e)
{
	return forgive(e, "command line", find_cmdline(e));
}

/*
 * The last value of @key on the command line, as the kernel's own parser would
 * take it: words end at a blank, "--" ends the kernel's part.
 */
static bool cmdline_value(const struct dm_policy *p, const char *key,
			  char *value, size_t size)
{
	size_t key_len = strlen(key);
	const char *word = p->cmdline;
	bool found = false;

	while (*(word += strspn(word, " "))) {
		size_t len = strcspn(word, " ");

		if (len == 2 && strncmp(word, "--", 2) == 0)
			break;
		if (len > key_len && strncmp(word, key, key_len) == 0 &&
		    word[key_len] == '=') {
			snprintf(value, size, "%.*s", (int)(len - key_len - 1),
				 word + key_len + 1);
			found = true;
		}
		word += len;
	}
	return found;
}

/*
 * Which words of rodata= the kernel has, on one of two lists:
 *  - "full", "on", "off", where "on" leaves the linear map alone (5.10 mm/mmu.c,
 *    parse_rodata(); 6.1 and 6.12 asm/setup.h, arch_parse_debug_rodata());
 *  - "on", "noalias", "off", where "on" means what was "full", and "noalias" what
 *    was "on" (7.2 and 7.3 asm/setup.h, arch_parse_debug_rodata()).
 * That function is part of another. The second list was posted along with
 * splitting at run time and is taken to be there where that is. Without symbols,
 * an old kernel has the first, and of others it is not known.
 */
static struct dm_error *find_words(struct evaluation *e, bool symbols)
{
	struct dm_error *err;
	bool has;

	e->modern_words = DM_UNKNOWN;
	if (dm_arm64_is_before_splits(dm_target_kernel(e->target)))
		e->modern_words = DM_NO;
	if (!symbols)
		return NULL;
	err = dm_target_has_symbol(e->target, SYMBOL_SPLIT, &has);
	e->modern_words = has ? DM_YES : DM_NO;
	return err;
}

/* What rodata_enabled and rodata_full come to. */
static const char *rodata_name(const struct evaluation *e)
{
	char value[16];

	if (e->rodata_full == DM_UNKNOWN || e->rodata_enabled == DM_UNKNOWN)
		return NULL;
	if (e->rodata_full == DM_YES)
		return "full";
	if (e->rodata_enabled == DM_NO)
		return "off";
	if (e->modern_words == DM_YES ||
	    (cmdline_value(e->p, "rodata", value, sizeof(value)) &&
	     strcmp(value, "noalias") == 0))
		return "noalias";
	return "on";
}

/* The kernel's own word for it. */
static const char *rodata_own_word(const struct evaluation *e)
{
	const char *name = e->p->rodata;

	if (!name || strcmp(name, "full") != 0)
		return name;
	return e->modern_words == DM_YES  ? "on"
	       : e->modern_words == DM_NO ? "full"
					  : NULL;
}

/* What the kernel makes of a word: "full", "on", …; NULL: that is not known. */
static const char *rodata_meaning(const struct evaluation *e, const char *word)
{
	if (strcmp(word, "off") == 0)
		return "off";
	if (e->modern_words == DM_YES)
		return strcmp(word, "on") == 0	      ? "full"
		       : strcmp(word, "noalias") == 0 ? "noalias"
						      : NULL;
	if (e->modern_words == DM_NO)
		return strcmp(word, "on") == 0	   ? "on"
		       : strcmp(word, "full") == 0 ? "full"
						   : NULL;
	return NULL;
}

/*
 * What the last rodata= asks for. A word on neither list leaves things as they
 * are (7.3 init/main.c, set_debug_rodata()); to 5.10, "noalias" is a "no".
 */
static const char *rodata_asked(const struct evaluation *e)
{
	char value[16];

	if (!e->p->has_cmdline || e->p->cmdline_cut ||
	    !cmdline_value(e->p, "rodata", value, sizeof(value)))
		return NULL;
	return rodata_meaning(e, value);
}

/* All runs are gone through, once, and only where something depends on it. */
static struct dm_error *look(struct evaluation *e)
{
	if (e->looked)
		return NULL;
	e->looked = true;
	return dm_tables_show(e->target, e->usage, &e->image, &e->shown);
}

/* The first counts. @why: static text. */
static void contradict(struct evaluation *e, const char *why)
{
	if (!e->p->contradiction)
		e->p->contradiction = why;
}

/* Without the variables: what the tables show, and the command line. */
static struct dm_error *infer_rodata(struct evaluation *e)
{
	struct dm_policy *p = e->p;
	const char *word = rodata_asked(e);
	struct dm_error *err = look(e);
	bool shown = e->shown.read_only_outside;

	if (err)
		return err;
	if (shown && word && strcmp(word, "off") == 0) {
		contradict(
			e,
			"the command line says rodata=off, yet pages outside the kernel image are read-only");
		p->rodata_from = "contradicted";
		return NULL;
	}
	if (!shown && !word)
		return NULL;
	p->rodata = shown ? "full" : word;
	p->rodata_from = shown ? "read_only" : "cmdline";
	e->rodata_full = strcmp(p->rodata, "full") == 0 ? DM_YES : DM_NO;
	e->rodata_enabled = strcmp(p->rodata, "off") == 0 ? DM_NO : DM_YES;
	return NULL;
}

static struct dm_error *read_rodata(struct evaluation *e)
{
	struct dm_error *err;

	err = read_bool(e, SYMBOL_RODATA_FULL, DM_UNKNOWN, &e->rodata_full);
	if (!err)
		err = read_bool(e, "rodata_enabled", DM_UNKNOWN,
				&e->rodata_enabled);
	if (err)
		return err;
	err = find_words(e, true);
	if (err)
		return err;
	e->p->rodata = rodata_name(e);
	if (e->p->rodata)
		e->p->rodata_from = SYMBOL_RODATA_FULL;
	return e->rodata_full == DM_UNKNOWN ? infer_rodata(e) : NULL;
}

/*
 * A pool that boot did not make was made by a running kernel (mm/kfence/core.c,
 * kfence_init_late()). Kernels without kfence_early_init make it early, always.
 */
static struct dm_error *read_kfence(struct evaluation *e)
{
	struct dm_policy *p = e->p;
	struct dm_error *err;
	bool has;

	p->kfence = DM_KFENCE_NONE;
	e->kfence_early = DM_YES;
	/* A function of it, which kallsyms has in any case. */
	err = dm_target_has_symbol(e->target, "__kfence_alloc", &has);
	if (err || !has)
		return err;
	p->kfence = DM_KFENCE_UNKNOWN;
	e->kfence_early = DM_UNKNOWN;
	err = dm_target_has_symbol(e->target, SYMBOL_KFENCE_EARLY,
				   &e->has_kfence_early);
	if (err || !e->knows_variables)
		return err;
	err = read_bool(e, SYMBOL_KFENCE_EARLY, DM_NO, &e->kfence_early);
	if (!err)
		err = dm_target_variable(e->target, "__kfence_pool", 8,
					 &p->kfence_pool);
	if (err)
		return forgive(e, "__kfence_pool", err);
	if (!p->kfence_pool)
		p->kfence = DM_KFENCE_OFF;
	else if (e->kfence_early == DM_NO && e->has_kfence_early)
		p->kfence = DM_KFENCE_LATE;
	else if (e->kfence_early != DM_UNKNOWN)
		p->kfence = DM_KFENCE_EARLY;
	return NULL;
}

/*
 * linear_map_requires_bbml2 of 6.18 is gone after boot (__initdata): what it
 * was is then for the rule to say.
 */
static struct dm_error *read_requires(struct evaluation *e)
{
	struct dm_error *err;
	uint64_t value;
	bool newer;

	e->requires_bbml = DM_UNKNOWN;
	err = dm_target_has_symbol(e->target, SYMBOL_REQUIRES_BBML3, &newer);
	if (!err)
		err = dm_target_variable(e->target,
					 newer ? SYMBOL_REQUIRES_BBML3
					       : SYMBOL_REQUIRES_BBML2,
					 1, &value);
	if (!err)
		e->requires_bbml = value ? DM_YES : DM_NO;
	return dm_error_forgive(err);
}

static struct dm_error *read_bbml(struct evaluation *e)
{
	struct dm_policy *p = e->p;
	struct dm_error *err;

	err = dm_target_has_symbol(e->target, SYMBOL_SPLIT, &e->runtime_splits);
	if (!err)
		err = dm_target_has_symbol(e->target, SYMBOL_COLLAPSE,
					   &e->runtime_merges);
	if (err || !e->runtime_splits)
		return err;
	err = read_requires(e);
	if (err)
		return err;
	return forgive(e, "CPU capabilities",
		       dm_cpucaps_bbml(e->target, p->bbml, sizeof(p->bbml),
				       &p->has_bbml));
}

/* Whether there is a zone for DMA: those that there are, are in enum zone_type. */
static struct dm_error *find_dma_zone(struct evaluation *e, bool *has)
{
	static const char *const names[] = { "ZONE_DMA", "ZONE_DMA32" };
	struct types *types = dm_target_types(e->target);
	const char *no_types;
	struct dm_error *err;
	int64_t zone;
	size_t i;

	err = dm_target_types_why(e->target, &no_types);
	*has = false;
	for (i = 0; !err && !*has && i < 2; i++) {
		err = dm_types_enumerator(types, names[i], &zone);
		*has = !err;
		if (!no_types)
			err = dm_error_unless_missing(err);
	}
	return err;
}

/*
 * crash_mem_map is gone after boot, but its symbol tells that the kernel has
 * the rule.
 */
static struct dm_error *read_crash_rule(struct evaluation *e)
{
	char value[8];
	struct dm_error *err;
	bool has;

	e->crash_pages = e->knows_variables ? DM_NO : DM_UNKNOWN;
	if (e->p->has_cmdline && !e->p->cmdline_cut &&
	    !cmdline_value(e->p, "crashkernel", value, sizeof(value)))
		e->crash_pages = DM_NO;
	err = dm_target_has_symbol(e->target, SYMBOL_CRASH_PAGES, &has);
	if (err || !has)
		return err;
	if (!e->p->has_cmdline) {
		e->crash_pages = DM_UNKNOWN;
		return NULL;
	}
	if (!cmdline_value(e->p, "crashkernel", value, sizeof(value)))
		return NULL;
	err = find_dma_zone(e, &has);
	if (err)
		e->crash_pages = DM_UNKNOWN;
	else if (has)
		e->crash_pages = DM_YES;
	return forgive(e, "memory zones", err);
}

/* Where the linear map has the kernel image. */
static struct dm_error *read_image(struct evaluation *e)
{
	struct dm_error *err;

	err = dm_image_alias(e->target, IMAGE_TEXT, IMAGE_END, &e->image.whole);
	/* It only bounds a check; functions-only symbols do not have it. */
	if (!e->knows_variables)
		err = dm_error_unless_missing(err);
	err = forgive(e, "kernel image", err);
	/* What this bounds is looked at only where it is there. */
	return err ? err
		   : dm_error_forgive(dm_image_alias(e->target, IMAGE_STEXT,
						     IMAGE_INIT,
						     &e->image.text));
}

/*
 * Kernels with a root of page tables for each NUMA node (kernel replication,
 * CONFIG_KERNEL_REPLICATION, posted): their symbols. What the others have is not
 * looked at, and that is said.
 */
static struct dm_error *note_replication(struct evaluation *e)
{
	static const char *const names[] = { "replica_nodes",
					     "closest_memory_node" };
	struct dm_error *err = NULL;
	bool has = false;
	size_t i;

	for (i = 0; !err && !has && i < sizeof(names) / sizeof(*names); i++)
		err = dm_target_has_symbol(e->target, names[i], &has);
	if (err || !has)
		return err;
	return dm_missing_add(
		&e->p->missing, "page tables of other NUMA nodes",
		"this kernel has a root for each node (kernel replication), and the one at swapper_pg_dir alone is read",
		DM_ERROR_UNSUPPORTED);
}

/* The huge page of zeros, where the kernel makes it read-only. */
static struct dm_error *read_zeros(struct evaluation *e)
{
	const struct dm_kernel *k = dm_target_kernel(e->target);
	struct dm_error *err;
	uint64_t pfn;
	bool has;

	err = dm_target_has_symbol(e->target, SYMBOL_DIRECT_MAP_RO, &has);
	if (err || !has)
		return err;
	err = dm_target_variable(e->target, "huge_zero_pfn", 8, &pfn);
	if (!err && pfn < DM_PA_END >> k->page_shift) {
		e->image.zeros.start =
			dm_kva_pa_to_linear(k, pfn << k->page_shift);
		e->image.zeros.end =
			e->image.zeros.start + dm_leaf_size(k, DM_LEAF_PMD);
	}
	return dm_error_forgive(err);
}

/* ---- Hibernation -------------------------------------------------------- */

struct data_look {
	struct dm_range range;
	uint64_t usable, other; /* bytes: valid and writable; not */
};

static struct dm_error *add_data(void *arg, const struct dm_run *run)
{
	struct data_look *l = arg;
	uint64_t bytes = range_overlap(run->start, run->start + run->size,
				       l->range.start, l->range.end);

	if (run->valid && !arm64_is_read_only(run->attrs))
		l->usable += bytes;
	else
		l->other += bytes;
	return NULL;
}

/* It is neither, and is missing in the sums. */
static struct dm_error *add_unknown_data(void *arg,
					 const struct dm_unknown *unknown)
{
	(void)arg;
	(void)unknown;
	return NULL;
}

/*
 * From PM_HIBERNATION_PREPARE to PM_POST_HIBERNATION, as long as /dev/snapshot
 * is open or an image is made, the alias of data and bss is valid and writable
 * (7.3 mm/mmu.c, arm64_hibernate_pm_notify(), mark_linear_data_alias_valid()).
 * Else it is invalid there, unless rodata is off and nobody is notified. Whole
 * pages alone are switched.
 */
static struct dm_error *read_hibernation(struct evaluation *e)
{
	uint64_t page = dm_target_kernel(e->target)->page_size, size;
	struct data_look l = { 0 };
	struct dm_error *err;
	bool has;

	err = dm_target_has_symbol(e->target, SYMBOL_HIBERNATE, &has);
	if (err)
		return err;
	e->p->hibernation = has ? DM_UNKNOWN : DM_NO;
	if (!has || e->rodata_enabled != DM_YES)
		return NULL;
	err = dm_image_alias(e->target, IMAGE_DATA, IMAGE_BSS_END, &l.range);
	l.range.end &= -page;
	if (!err && l.range.start < l.range.end)
		err = dm_target_runs(e->target, &l.range, add_data,
				     add_unknown_data, &l);
	if (err)
		return dm_error_forgive(err);
	size = l.range.end - l.range.start;
	if (size && l.usable == size)
		e->p->hibernation = DM_YES;
	else if (size && l.other == size)
		e->p->hibernation = DM_NO;
	return NULL;
}

static struct dm_error *read_inputs(struct evaluation *e)
{
	struct dm_error *err;

	err = dm_target_knows_variables(e->target, &e->knows_variables);
	if (!err)
		err = read_cmdline(e);
	if (!err)
		err = read_image(e);
	if (!err)
		err = read_zeros(e);
	if (!err)
		err = read_rodata(e);
	if (!err)
		err = read_bool(e, "_debug_pagealloc_enabled_early", DM_NO,
				&e->p->debug_pagealloc);
	if (!err)
		err = read_static_key(e, SYMBOL_REALM, &e->p->realm);
	if (!err)
		err = deny_by_function(e, "early_debug_pagealloc",
				       &e->p->debug_pagealloc);
	if (!err)
		err = deny_by_function(e, SYMBOL_REALM_INIT, &e->p->realm);
	if (!err)
		err = read_kfence(e);
	if (!err)
		err = read_bbml(e);
	if (!err)
		err = read_hibernation(e);
	if (!err)
		err = note_replication(e);
	return err ? err : read_crash_rule(e);
}

/* VMCOREINFO leads to the log, and the tables are there in any case. */
static struct dm_error *read_without_symbols(struct evaluation *e)
{
	/* That there are no symbols says it all. */
	struct dm_error *err = dm_error_forgive(find_cmdline(e));

	if (!err)
		err = find_words(e, false);
	return err ? err : infer_rodata(e);
}

/* ---- The rule ----------------------------------------------------------- */

static void add_why(struct dm_policy *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_why(struct dm_policy *p, const char *format, ...)
{
	va_list ap;

	if (p->why_count == DM_POLICY_WHYS)
		return;
	va_start(ap, format);
	vsnprintf(p->why[p->why_count++], DM_POLICY_WHY_MAX, format, ap);
	va_end(ap);
}

static enum dm_known any(enum dm_known a, enum dm_known b)
{
	if (a == DM_YES || b == DM_YES)
		return DM_YES;
	return a == DM_UNKNOWN || b == DM_UNKNOWN ? DM_UNKNOWN : DM_NO;
}

static enum dm_known opposite(enum dm_known a)
{
	return a == DM_UNKNOWN ? DM_UNKNOWN : a == DM_YES ? DM_NO : DM_YES;
}

/* A reason to map by pages: the first decides, the others would have too. */
static void add_reason(struct dm_policy *p, const char *reason)
{
	if (!p->why_count)
		add_why(p, "%s", reason);
	else if (p->also_count < DM_POLICY_WHYS)
		snprintf(p->also[p->also_count++], DM_POLICY_WHY_MAX, "%s",
			 reason);
}

/*
 * can_set_direct_map(), less debug_pagealloc: whether single pages shall be
 * protected, which takes pages or splitting.
 */
static enum dm_known wants_pages(struct evaluation *e)
{
	struct dm_policy *p = e->p;

	if (e->rodata_full == DM_YES)
		add_reason(p, "rodata=full");
	if (p->realm == DM_YES)
		add_reason(p, "realm");
	if (e->kfence_early == DM_NO)
		add_reason(p, e->has_kfence_early ? "kfence:not_early"
						  : "kfence:compiled_in");
	return any(any(e->rodata_full, p->realm), opposite(e->kfence_early));
}

static enum dm_boot boot_of(enum dm_known pages)
{
	if (pages == DM_UNKNOWN)
		return DM_BOOT_UNKNOWN;
	return pages == DM_YES ? DM_BOOT_PAGES : DM_BOOT_BLOCKS;
}

/*
 * Kernels that split at run time. linear_map_requires_bbml3 was set from what
 * boot's CPU can do; the capability is what all CPUs can.
 */
static enum dm_boot modern_rule(struct evaluation *e)
{
	struct dm_policy *p = e->p;
	enum dm_known wants;

	if (p->debug_pagealloc == DM_YES)
		add_reason(p, "debug_pagealloc");
	wants = e->wants = wants_pages(e);
	if (p->debug_pagealloc == DM_YES)
		return DM_BOOT_PAGES;
	if (wants == DM_NO) {
		add_why(p, "rodata=%s", p->rodata ? p->rodata : "?");
		return p->debug_pagealloc == DM_NO ? DM_BOOT_BLOCKS
						   : DM_BOOT_UNKNOWN;
	}
	if (e->requires_bbml == DM_YES && p->has_bbml == DM_NO) {
		p->repainted = DM_YES;
		add_why(p, "cpu:secondary_lacks_%s", p->bbml);
		return DM_BOOT_REPAINTED;
	}
	if (wants != DM_YES || p->has_bbml == DM_UNKNOWN)
		return DM_BOOT_UNKNOWN;
	/* linear_map_requires_… is set only where debug_pagealloc is off. */
	if (p->has_bbml == DM_YES && p->debug_pagealloc == DM_UNKNOWN &&
	    e->requires_bbml != DM_YES)
		return DM_BOOT_UNKNOWN;
	add_why(p, p->has_bbml == DM_YES ? "cpu:%s" : "cpu:no_%s", p->bbml);
	if (e->requires_bbml == DM_UNKNOWN)
		e->requires_bbml = p->has_bbml;
	return p->has_bbml == DM_YES ? DM_BOOT_BLOCKS : DM_BOOT_PAGES;
}

static enum dm_boot earlier_rule(struct evaluation *e)
{
	struct dm_policy *p = e->p;
	enum dm_known pages = wants_pages(e);

	if (p->debug_pagealloc == DM_YES)
		add_reason(p, "debug_pagealloc");
	if (e->crash_pages == DM_YES)
		add_reason(p, "crashkernel");
	pages = any(pages, any(p->debug_pagealloc, e->crash_pages));
	if (pages == DM_NO)
		add_why(p, "rodata=%s", p->rodata ? p->rodata : "?");
	return boot_of(pages);
}

/*
 * Memory that is added later (arch_add_memory()): the same rule, but with what
 * all CPUs can, and without the crash kernel.
 */
static enum dm_boot hotplug_rule(const struct evaluation *e)
{
	const struct dm_policy *p = e->p;
	enum dm_known wants =
		any(any(e->rodata_full, p->realm), opposite(e->kfence_early));

	if (p->debug_pagealloc == DM_YES)
		return DM_BOOT_PAGES;
	if (e->runtime_splits && p->has_bbml == DM_YES)
		return boot_of(p->debug_pagealloc);
	if (e->runtime_splits && wants == DM_YES && p->has_bbml == DM_UNKNOWN)
		return DM_BOOT_UNKNOWN;
	return boot_of(any(wants, p->debug_pagealloc));
}

static bool decided_by_inferred_rodata(const struct dm_policy *p)
{
	return p->boot && p->why_count && p->rodata_from &&
	       strcmp(p->rodata_from, "read_only") == 0 &&
	       strcmp(p->why[0], "rodata=full") == 0;
}

static void apply_rule(struct evaluation *e)
{
	struct dm_policy *p = e->p;

	if (e->rodata_full == DM_UNKNOWN) {
		p->boot = DM_BOOT_UNKNOWN;
		return;
	}
	p->repainted = e->runtime_splits ? DM_NO : DM_UNKNOWN;
	p->boot = e->runtime_splits ? modern_rule(e) : earlier_rule(e);
	if (p->boot == DM_BOOT_UNKNOWN)
		p->repainted = DM_UNKNOWN;
	if (!e->runtime_splits)
		p->repainted = DM_NO;
	p->inferred = decided_by_inferred_rodata(p);
	p->hotplug = hotplug_rule(e);
	p->splits_at_runtime = e->runtime_splits ? e->requires_bbml : DM_NO;
	if (p->splits_at_runtime == DM_YES && p->boot == DM_BOOT_UNKNOWN)
		p->splits_at_runtime = DM_UNKNOWN;
	else if (p->splits_at_runtime == DM_YES && p->boot != DM_BOOT_BLOCKS)
		p->splits_at_runtime = DM_NO;
	/* A live pmd in place of a table asks of a CPU what a split does. */
	p->merges_at_runtime = e->runtime_merges ? p->splits_at_runtime : DM_NO;
}

/* ---- Against the tables ------------------------------------------------- */

static uint64_t larger_than_pages(const struct dm_usage *u)
{
	return dm_usage_mapped(u) - u->mapped[DM_LEAF_PTE];
}

/*
 * Under "blocks" there are leaves larger than pages, and not in the kernel's
 * alias only. Under "pages" only [_text, __init_begin) may have any: kernels
 * before 7.2 map it apart, by blocks (6.12 mm/mmu.c, map_mem()). A repaint keeps
 * [_stext, __init_begin) (7.3 mm/mmu.c, linear_map_split_to_ptes()). Memory that
 * was added later has a rule of its own.
 */
static void hold_leaves(struct evaluation *e)
{
	bool pages =
		e->p->boot == DM_BOOT_PAGES || e->p->boot == DM_BOOT_REPAINTED;
	uint64_t larger = larger_than_pages(e->usage);
	uint64_t size = e->image.whole.end - e->image.whole.start;

	if (e->p->boot == DM_BOOT_BLOCKS &&
	    (!larger || (e->shown.understood && !e->shown.larger_outside)))
		contradict(
			e,
			larger ? "the rule says blocks, yet every leaf "
				 "outside the kernel image is a page"
			       : "the rule says blocks, yet every leaf is a page");
	if (!pages)
		return;
	/* What is seen of all comes before what is seen of a part. */
	if (e->p->hotplug == DM_BOOT_PAGES && e->image.whole.end &&
	    larger > size)
		contradict(
			e,
			"the rule says pages, yet more than the kernel image has larger leaves");
	else if (e->shown.larger_in_data ||
		 (e->p->boot == DM_BOOT_REPAINTED && e->shown.larger_in_head))
		contradict(
			e,
			"the rule says pages, yet the alias of the kernel's data has larger leaves");
	else if (e->p->hotplug != DM_BOOT_PAGES && e->shown.larger_beside)
		contradict(
			e,
			"the rule says pages, yet memory next to the kernel image has larger leaves");
	else if (e->p->hotplug == DM_BOOT_PAGES && e->shown.larger_outside)
		contradict(
			e,
			"the rule says pages, yet leaves outside the kernel image are larger");
}

/*
 * Without rodata=full nothing but the image is read-only, and with rodata=off
 * its data are writable (init/main.c, mark_readonly()). No kernel sets the first
 * variable alone (5.10 mm/mmu.c, parse_rodata(); 6.1 to 7.3 asm/setup.h,
 * arch_parse_debug_rodata()).
 */
static void hold_rodata(struct evaluation *e)
{
	if (e->rodata_full == DM_YES && e->rodata_enabled == DM_NO)
		contradict(e, "rodata_full is set, yet rodata_enabled is not");
	else if (e->rodata_full == DM_NO && e->shown.read_only_outside)
		contradict(
			e,
			"rodata is not full, yet pages outside the kernel image are read-only");
	else if (e->rodata_enabled == DM_NO && e->shown.data_protected)
		contradict(
			e,
			"rodata is off, yet the linear map has the kernel's data read-only or invalid");
	else
		return;
	e->p->rodata = NULL;
	e->p->rodata_from = "contradicted";
}

/*
 * The pool is mapped by pages, or split to pages if it is made late
 * (mm/mmu.c, arm64_kfence_map_pool(), arch_kfence_init_pool()): else KFENCE does
 * not use it.
 */
static struct dm_error *hold_kfence(struct evaluation *e)
{
	uint64_t pool = e->p->kfence_pool, start = 0, end = 0;
	struct dm_error *err;
	bool pages = true;

	if (!pool)
		return NULL;
	err = dm_kfence_pool(e->target, &start, &end);
	if (dm_error_is_fatal(err))
		return err;
	if (err && err->code == DM_ERROR_BAD_DUMP)
		pages = false;
	dm_error_destroy(err);
	/* Where its size is not known: two pages it has in any case. */
	if (err || start >= end) {
		start = 0;
		end = 2 * dm_target_kernel(e->target)->page_size;
	}
	err = pages ? dm_tables_all_pages(e->target, pool, pool + (end - start),
					  &pages)
		    : NULL;
	if (!err && !pages)
		contradict(
			e,
			"__kfence_pool is set, yet the linear map has no pages there");
	return err;
}

/* Free pages are invalid then: mm/page_alloc.c, debug_pagealloc_unmap_pages(). */
static void hold_debug_pagealloc(struct evaluation *e)
{
	if (e->p->debug_pagealloc == DM_YES &&
	    dm_usage_valid(e->usage) == dm_usage_mapped(e->usage))
		contradict(e, "debug_pagealloc is on, yet every page is valid");
}

/*
 * What all CPUs can do, boot's can; then force_pte_mapping() is false, and
 * linear_map_requires_bbml3 is what can_set_direct_map() is (7.3 mm/mmu.c,
 * map_mem()).
 */
static void hold_requires(struct evaluation *e)
{
	if (e->runtime_splits && e->wants == DM_YES &&
	    e->p->debug_pagealloc == DM_NO && e->p->has_bbml == DM_YES &&
	    e->requires_bbml == DM_NO)
		contradict(
			e,
			"linear_map_requires_bbml… is off, yet the CPU has it and single pages are to be protected");
}

/* Whether what is held against the policy below is not clear from the sums. */
static bool must_look(const struct evaluation *e)
{
	uint64_t larger = larger_than_pages(e->usage);
	bool may_be_image = !e->image.whole.end ||
			    larger <= e->image.whole.end - e->image.whole.start;

	return e->rodata_full == DM_NO || e->rodata_enabled == DM_NO ||
	       (larger && (e->p->boot != DM_BOOT_BLOCKS || may_be_image));
}

static struct dm_error *hold_against_tables(struct evaluation *e)
{
	struct dm_error *err;

	if (dm_usage_findings(e->usage) || !dm_usage_mapped(e->usage))
		return NULL;
	err = must_look(e) ? look(e) : NULL;
	if (err)
		return err;
	hold_leaves(e);
	hold_rodata(e);
	hold_debug_pagealloc(e);
	hold_requires(e);
	return hold_kfence(e);
}

/* What came of a rule that does not hold. */
static void retract(struct dm_policy *p)
{
	p->boot = DM_BOOT_CONTRADICTED;
	p->hotplug = DM_BOOT_UNKNOWN;
	p->repainted = DM_UNKNOWN;
	p->splits_at_runtime = DM_UNKNOWN;
	p->merges_at_runtime = DM_UNKNOWN;
	p->inferred = false;
}

/*
 * Leaves that are larger than the kernel's alias could be are boot's. What could
 * not be told of the map may all be the other way.
 */
static void infer_from_tables(struct evaluation *e)
{
	struct dm_policy *p = e->p;
	uint64_t mapped = dm_usage_mapped(e->usage);
	uint64_t larger = larger_than_pages(e->usage);

	if (p->boot != DM_BOOT_UNKNOWN || p->contradiction || !mapped)
		return;
	if (larger > mapped / 2 && larger - mapped / 2 > e->usage->unknown / 2)
		p->boot = DM_BOOT_BLOCKS;
	else if (!larger && !dm_usage_findings(e->usage))
		p->boot = DM_BOOT_PAGES;
	p->inferred = e->from_tables = p->boot != DM_BOOT_UNKNOWN;
}

/* ---- For people --------------------------------------------------------- */

static const char *say_why(const struct dm_policy *p, const char *why,
			   char *text, size_t size)
{
	const char *bbml = dm_bbml_label(p->bbml);

	if (strncmp(why, "cpu:no_", 7) == 0)
		snprintf(text, size, "the CPU lacks %s", bbml);
	else if (strncmp(why, "cpu:secondary", 13) == 0)
		snprintf(text, size, "a secondary CPU lacks %s", bbml);
	else if (strncmp(why, "cpu:", 4) == 0)
		snprintf(text, size, "the CPU has %s", bbml);
	else if (strcmp(why, "kfence:not_early") == 0)
		snprintf(text, size, "KFENCE may start late");
	else if (strcmp(why, "kfence:compiled_in") == 0)
		snprintf(text, size, "KFENCE is compiled in");
	else if (strcmp(why, "realm") == 0)
		snprintf(text, size, "the guest is a realm");
	else
		snprintf(text, size, "%s", why);
	return text;
}

static const char *boot_words(enum dm_boot boot)
{
	return boot == DM_BOOT_REPAINTED
		       ? "blocks, repainted to pages while booting"
		       : dm_boot_name(boot);
}

static void write_sentence(struct evaluation *e)
{
	struct dm_policy *p = e->p;
	char *text = p->sentence, why[64];
	size_t i, have;

	if (p->contradiction && p->by_rule == DM_BOOT_UNKNOWN) {
		snprintf(text, sizeof(p->sentence), "contradicted");
		return;
	}
	if (p->contradiction)
		snprintf(text, sizeof(p->sentence),
			 "contradicted; by the rule: %s",
			 boot_words(p->by_rule));
	else if (e->from_tables)
		snprintf(text, sizeof(p->sentence),
			 "%s, inferred from the page tables alone",
			 dm_boot_name(p->boot));
	else
		snprintf(text, sizeof(p->sentence), "%s", boot_words(p->boot));
	for (i = 0; !e->from_tables && p->boot && i < p->why_count; i++) {
		have = strlen(text);
		snprintf(text + have, sizeof(p->sentence) - have, "%s%s",
			 i == 0			 ? ": "
			 : i + 1 == p->why_count ? " and "
						 : ", ",
			 say_why(p, p->why[i], why, sizeof(why)));
	}
	have = strlen(text);
	if (p->inferred && !e->from_tables)
		snprintf(
			text + have, sizeof(p->sentence) - have,
			"%s inferred from read-only pages of modules or BPF in the linear map",
			p->why_count == 1 ? "," : "; rodata=full is");
}

struct dm_error *dm_policy_init(struct dm_policy *policy,
				struct dm_target *target,
				const struct dm_usage *usage)
{
	struct evaluation e = {
		.p = policy,
		.target = target,
		.usage = usage,
	};
	struct dm_error *err;

	memset(policy, 0, sizeof(*policy));
	policy->struct_size = sizeof(*policy);
	err = dm_target_ready_symbols(target);
	if (err) {
		err = forgive(&e, "symbols", err);
		if (!err)
			err = read_without_symbols(&e);
		if (!err && dm_arm64_is_before_splits(dm_target_kernel(target)))
			apply_rule(&e);
	} else {
		err = read_inputs(&e);
		if (!err)
			apply_rule(&e);
	}
	if (!err)
		err = hold_against_tables(&e);
	if (err) {
		dm_policy_deinit(policy);
		return err;
	}
	policy->by_rule = policy->boot;
	policy->rodata_word = rodata_own_word(&e);
	if (policy->contradiction)
		retract(policy);
	infer_from_tables(&e);
	write_sentence(&e);
	return NULL;
}

void dm_policy_deinit(struct dm_policy *policy)
{
	dm_missing_destroy(policy->missing);
	policy->missing = NULL;
}
