// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Holds what boot mapped, as it is recomputed, against the page tables of a
 * whole dump, and the leaves that are lost against the kernel's own log.
 *
 * usage: lab_boot DUMP [LOG.json [VMLINUX]]
 *
 * LOG.json is a list of leaves as they were split (leaf, start), or of calls of
 * split_kernel_leaf_mapping() (start, end), which are then made on boot's map;
 * "-" says that no leaf may be lost. Without it there is nothing to compare
 * with. A trace of calls may begin late: what is lost beyond it is shown, but
 * does not count against us. Prints boot's map and exits with 1 where
 * anything disagrees.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/policy.h"
#include "arm64/kernel.h"
#include "target/target.h"
#include "walk/walk.h"
#include "analysis/boot_facts.h"
#include "debuginfo/debuginfo.h"
#include "directmap/dump.h"
#include "analysis/splits.h"

static void must(struct dm_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "%s\n", err->message);
	exit(1);
}

/* ---- Sets of leaves -------------------------------------------------------- */

struct leaf_at {
	uint64_t start;
	enum dm_leaf leaf;
};

struct leaves {
	struct leaf_at *at;
	size_t count, capacity;
};

static bool has(const struct leaves *l, enum dm_leaf leaf, uint64_t start)
{
	size_t i;

	for (i = 0; i < l->count; i++) {
		if (l->at[i].leaf == leaf && l->at[i].start == start)
			return true;
	}
	return false;
}

static bool add(struct leaves *l, enum dm_leaf leaf, uint64_t start)
{
	if (has(l, leaf, start))
		return false;
	if (l->count == l->capacity) {
		l->capacity = l->capacity ? 2 * l->capacity : 256;
		l->at = realloc(l->at, l->capacity * sizeof(*l->at));
		if (!l->at)
			abort();
	}
	l->at[l->count++] = (struct leaf_at){ start, leaf };
	return true;
}

/* ---- The log ---------------------------------------------------------------- */

struct job {
	const struct dm_kernel *kernel;
	const struct boot_facts *facts;
	const struct boot_map *map;
	struct leaves logged, found;
	bool log, calls;
	size_t twice, unmade; /* log lines that no map of boot's explains */
};

static bool boot_leaf_at(const struct job *j, uint64_t va, enum dm_leaf *leaf)
{
	struct boot_run run;

	if (!dm_boot_map_next(j->map, va, &run) || run.start > va)
		return false;
	*leaf = run.leaf;
	return true;
}

/* 7.3 mm/mmu.c, split_kernel_leaf_mapping_locked() */
static void split_at(struct job *j, uint64_t va)
{
	enum dm_leaf boot, leaf;

	if (!boot_leaf_at(j, va, &boot))
		return;
	for (leaf = DM_LEAF_PUD; leaf > DM_LEAF_PTE; leaf--) {
		uint64_t size = dm_leaf_size(j->kernel, leaf);

		if (!size)
			continue;
		if (va % size == 0)
			return;
		if (leaf <= boot)
			add(&j->logged, leaf, va / size * size);
	}
}

static void split_range(struct job *j, uint64_t start, uint64_t end)
{
	uint64_t pool =
		dm_kva_pa_to_linear(j->kernel, j->facts->kfence_pool.start);
	uint64_t size = j->facts->kfence_pool.end - j->facts->kfence_pool.start;

	if (start - pool < size)
		return;
	if (end - start == j->kernel->page_size) {
		split_at(j, __builtin_ctzll(start) < __builtin_ctzll(end)
				    ? start
				    : end);
		return;
	}
	split_at(j, start);
	split_at(j, end);
}

static uint64_t address(json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text ? strtoull(text, NULL, 16) : 0;
}

static void read_log(struct job *j, const char *path)
{
	json_error_t why;
	json_t *log = json_load_file(path, 0, &why), *entry;
	size_t i;

	if (!log) {
		fprintf(stderr, "%s: %s\n", path, why.text);
		exit(1);
	}
	json_array_foreach(log, i, entry)
	{
		const char *name =
			json_string_value(json_object_get(entry, "leaf"));
		enum dm_leaf leaf = DM_LEAF_PTE;

		if (!name) {
			j->calls = true;
			split_range(j, address(entry, "start"),
				    address(entry, "end"));
			continue;
		}
		while (leaf < DM_LEAF_COUNT && strcmp(dm_leaf_name(leaf), name))
			leaf++;
		if (leaf == DM_LEAF_COUNT)
			j->unmade++;
		else if (!add(&j->logged, leaf, address(entry, "start")))
			j->twice++;
	}
	json_decref(log);
}

/* ---- Printing ---------------------------------------------------------------- */

static void print_why(unsigned int why)
{
	unsigned int bit;

	for (bit = 1; why; bit <<= 1) {
		if (!(why & bit))
			continue;
		why &= ~bit;
		printf("%s%s", dm_boot_why_name(bit), why ? "," : "");
	}
}

static void print_boot(const struct job *j)
{
	const struct boot_facts *f = j->facts;
	struct boot_run run;
	uint64_t va = 0;

	printf("  banks from %s; alias %s (%s); %s (%s)%s\n", f->banks_from,
	       f->layout.alias == BOOT_ALIAS_FIRST ? "first" : "apart",
	       f->alias_from ? f->alias_from : "?",
	       f->layout.pages ? "pages" : "blocks", f->pages_from,
	       f->layout.repaint ? ", repainted" : "");
	if (f->lacks)
		printf("  lacks %s\n", f->lacks);
	if (f->kfence_pool.end)
		printf("  KFENCE pool %" PRIx64 "-%" PRIx64 ", %s\n",
		       f->kfence_pool.start, f->kfence_pool.end,
		       f->layout.kfence.end ? "early" : "late");
	for (; dm_boot_map_next(j->map, va, &run); va = run.start + run.size) {
		printf("  %016" PRIx64 "-%016" PRIx64 " %-8s could be %-8s ",
		       run.start, run.start + run.size, dm_leaf_name(run.leaf),
		       dm_leaf_name(run.could_be));
		print_why(run.why);
		printf("\n");
	}
}

static struct dm_error *note_lost(void *arg, const struct lost_leaf *lost)
{
	struct job *j = arg;
	uint64_t sum = lost->absent;
	size_t leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		sum += lost->today[leaf];
	if (sum != lost->size || lost->start % lost->size)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "lost leaf at %" PRIx64
				       " does not add up",
				       lost->start);
	add(&j->found, lost->leaf, lost->start);
	return NULL;
}

static size_t missing(const struct leaves *of, const struct leaves *in,
		      const char *what)
{
	size_t i, count = 0;

	for (i = 0; i < of->count; i++) {
		if (has(in, of->at[i].leaf, of->at[i].start))
			continue;
		if (count++ < 100)
			printf("  %s: %s %" PRIx64 "\n", what,
			       dm_leaf_name(of->at[i].leaf), of->at[i].start);
	}
	return count;
}

static bool compare(struct job *j, const struct splits_figures *f)
{
	size_t extra = 0, lacking = 0;
	size_t leaf;

	for (leaf = DM_LEAF_PTE + 1; leaf < DM_LEAF_COUNT; leaf++)
		printf("  lost %-8s %" PRIu64 ", %" PRIu64 " of boot's own\n",
		       dm_leaf_name(leaf), f->lost[leaf],
		       f->lost_from_boot[leaf]);
	if (j->log) {
		extra = missing(&j->found, &j->logged, "not in the log");
		lacking = missing(&j->logged, &j->found, "only in the log");
		printf("  lost %zu, logged %zu, in both %zu; logged twice %zu, not understood %zu\n",
		       j->found.count, j->logged.count, j->found.count - extra,
		       j->twice, j->unmade);
	}
	printf("  bytes absent today %" PRIu64 ", unexpected %" PRIu64
	       ", larger than boot's %" PRIu64 " (first %" PRIx64 ")\n",
	       f->absent, f->unexpected, f->larger, f->larger_at);
	return (!extra || j->calls) && !lacking && !j->unmade && !f->larger &&
	       !f->absent && !f->unexpected;
}

static struct dm_target *open_target(struct dm_dump *dump,
				     const struct dm_kernel *kernel,
				     const char *vmlinux)
{
	struct dm_symbol_table *symbols;
	struct dm_target *target;
	struct dm_type_table *types;

	must(dm_target_create(dm_dump_source(dump), kernel, &target));
	if (!vmlinux)
		return target;
	must(dm_debuginfo_open_vmlinux(vmlinux, kernel, dm_dump_source(dump),
				       &symbols, &types, NULL));
	must(dm_target_add_symbols(target, symbols, true));
	if (types)
		must(dm_target_add_types(target, types));
	return target;
}

static bool run(struct job *j, struct dm_dump *dump, struct dm_target *target,
		struct dm_usage *usage, const char *log)
{
	struct dm_policy *policy = calloc(1, sizeof(*policy));
	struct boot_facts *facts;
	struct splits *splits;
	struct boot_map *map;
	bool same;

	if (!policy)
		abort();
	must(dm_walk(dm_dump_source(dump), j->kernel, NULL, usage, NULL, NULL));
	must(dm_policy_init(policy, target, usage));
	must(dm_boot_facts_create(target, policy, &facts));
	must(dm_boot_map_create(&facts->layout, &map));
	j->facts = facts;
	j->map = map;
	print_boot(j);
	j->log = log;
	if (log && strcmp(log, "-"))
		read_log(j, log);
	must(dm_splits_create(map, j->kernel, &facts->to_ptes, note_lost, j,
			      &splits));
	must(dm_walk(dm_dump_source(dump), j->kernel, NULL, usage,
		     dm_splits_add_run, splits));
	must(dm_splits_finish(splits));
	same = compare(j, dm_splits_figures(splits));
	dm_splits_destroy(splits);
	dm_boot_map_destroy(map);
	dm_boot_facts_destroy(facts);
	dm_policy_deinit(policy);
	free(policy);
	return same;
}

int main(int argc, char **argv)
{
	const char *const paths[] = { argc > 1 ? argv[1] : NULL };
	struct dm_usage *usage = calloc(1, sizeof(*usage));
	struct dm_target *target;
	struct dm_kernel kernel;
	struct job j = { .kernel = &kernel };
	struct dm_dump *dump;
	bool same;

	if (argc < 2 || argc > 4 || !usage) {
		fprintf(stderr, "usage: lab_boot DUMP [LOG.json [VMLINUX]]\n");
		return 1;
	}
	must(dm_dump_open(paths, 1, NULL, &dump));
	must(dm_kernel_init(&kernel, dm_dump_source(dump)));
	target = open_target(dump, &kernel, argc > 3 ? argv[3] : NULL);
	printf("%s: %s\n", argv[1], kernel.release);
	same = run(&j, dump, target, usage, argc > 2 ? argv[2] : NULL);
	printf("  %s\n", same ? "same" : "DIFFERENT");
	dm_target_destroy(target);
	dm_dump_close(dump);
	free(usage);
	free(j.logged.at);
	free(j.found.at);
	return same ? 0 : 1;
}
