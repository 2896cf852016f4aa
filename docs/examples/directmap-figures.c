// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The DirectMap figures of a vmcore, why boot mapped it so, and the leaves that
 * were lost since. C99 and C++11:
 *
 *	cc directmap-figures.c $(pkg-config --cflags --libs directmap-dump)
 */
#include <inttypes.h>
#include <stdio.h>

#include <directmap.h>
#include <directmap/dump.h>

static void print_figures(const struct dm_kernel *kernel,
			  const struct dm_usage *usage)
{
	for (int i = 0; i < DM_LEAF_COUNT; i++) {
		const char *label = dm_leaf_label(kernel, (enum dm_leaf)i);

		if (label)
			printf("DirectMap%s: %8" PRIu64 " kB\n", label,
			       usage->mapped[i] / 1024);
	}
}

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

static struct dm_error *print_all(struct dm_session *session)
{
	const struct dm_usage *usage;
	const struct dm_policy *policy;
	struct dm_history *history;
	struct dm_error *err = dm_session_figures(session, &usage);

	if (!err) {
		print_figures(dm_session_kernel(session), usage);
		err = dm_session_policy(session, &policy);
	}
	if (!err) {
		printf("%s\n", policy->sentence);
		err = dm_session_history(session, &history);
	}
	return err ? err : dm_history_lost(history, print_lost, NULL);
}

int main(int argc, char **argv)
{
	const char *path = argc == 2 ? argv[1] : "";
	struct dm_dump *dump = NULL;
	struct dm_session *session = NULL;
	struct dm_error *err = dm_dump_open(&path, 1, NULL, &dump);
	int status = 0;

	if (!err)
		err = dm_session_create(dm_dump_source(dump), NULL, &session);
	if (!err)
		err = print_all(session);
	if (err) {
		fprintf(stderr, "%s: %s\n", path, err->message);
		status = 1;
	}
	dm_error_destroy(err);
	dm_session_destroy(session);
	dm_dump_close(dump);
	return status;
}
