// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump and its kernel, ready for the views. */
#include "cli.h"

static void describe(struct cli_dump *d, const char *path)
{
	const struct dump_info *info = dump_info(d->dump);

	d->about = (struct dm_dump){
		.path = path,
		.format = info->format,
		.complete = info->complete,
		.why_incomplete = info->why_incomplete,
	};
}

struct dm_error *cli_open(struct cli_dump *ret, char *const *paths,
			  size_t count, bool split)
{
	struct cli_dump d = { 0 };
	struct dm_error *err;

	err = dump_open(&d.dump, (const char *const *)paths, count, split);
	if (err)
		return err;
	d.progress = cli_progress_create(dump_source(d.dump));
	if (!d.progress) {
		dump_close(d.dump);
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	}
	d.source = cli_progress_source(d.progress);
	describe(&d, paths[0]);
	err = dm_kernel_init(&d.kernel, d.source);
	if (err) {
		err = dm_error_prefix(err, "%s", paths[0]);
		cli_close(&d);
		return err;
	}
	*ret = d;
	return NULL;
}

void cli_close(struct cli_dump *dump)
{
	cli_progress_destroy(dump->progress);
	dump_close(dump->dump);
}
