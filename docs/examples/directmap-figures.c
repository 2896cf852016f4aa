// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The DirectMap figures of a vmcore, why boot mapped it so, and the leaves that
 * were lost since; C99 and C++11:
 *
 *	cc -o directmap-figures directmap-figures.c \
 *		$(pkg-config --cflags --libs directmap-dump)
 */
#include <inttypes.h>
#include <stdio.h>

#include <directmap.h>
#include <directmap/dump.h>

static struct dm_error *print_lost(void *arg, const struct dm_lost *lost)
{
	(void)arg;
	printf("lost %s 0x%" PRIx64 " %s\n", dm_leaf_name(lost->leaf),
	       lost->start,
	       lost->state_unknown ? "unknown"
	       : lost->in_use	   ? "in use"
				   : "residual");
	return NULL;
}

static struct dm_error *print_figures(struct dm_source *source)
{
	static struct dm_usage usage;
	static struct dm_policy policy;
	struct dm_kernel kernel;
	struct dm_target *target = NULL;
	struct dm_history *history = NULL;
	struct dm_error *err = dm_kernel_init(&kernel, source);
	int leaf;

	if (!err)
		err = dm_target_create(source, &kernel, &target);
	if (!err)
		err = dm_walk_realm(source, &kernel, target, NULL, &usage);
	for (leaf = DM_LEAF_PTE; !err && leaf < DM_LEAF_COUNT; leaf++)
		if (dm_leaf_label(&kernel, (enum dm_leaf)leaf))
			printf("DirectMap%s: %8" PRIu64 " kB\n",
			       dm_leaf_label(&kernel, (enum dm_leaf)leaf),
			       usage.mapped[leaf] / 1024);
	if (!err)
		err = dm_target_check_memory(target, &usage);
	if (!err)
		err = dm_policy_init(&policy, target, &usage);
	if (!err)
		printf("%s\n", policy.sentence);
	if (!err)
		err = dm_history_create(target, &policy, &history);
	if (!err)
		err = dm_history_lost(history, print_lost, NULL);
	dm_history_destroy(history);
	dm_target_destroy(target);
	return err;
}

int main(int argc, char **argv)
{
	const char *path = argc == 2 ? argv[1] : "";
	struct dm_dump *dump = NULL;
	struct dm_error *err = dm_dump_open(&dump, &path, 1, false);

	if (!err)
		err = print_figures(dm_dump_source(dump));
	if (err)
		fprintf(stderr, "%s: %s\n", argv[0], err->message);
	dm_error_destroy(err);
	dm_dump_close(dump);
	return err ? 1 : 0;
}
