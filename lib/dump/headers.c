// SPDX-License-Identifier: GPL-2.0-or-later
/* What a dump's headers tell our own reader, for whoever reads its memory. */
#include <stdlib.h>

#include "dump/dump_private.h"
#include "dump/format.h"

void dm_dump_set_unknown(struct dm_dump *dump)
{
	dump->info.struct_size = sizeof(dump->info);
	dump->info.complete = true;
	dump->info.dump_level = -1;
}

struct dm_error *dm_dump_open_headers(const struct dm_dump *dump,
				      const struct dm_dump_options *options,
				      struct dm_dump **ret)
{
	const struct dump_format *format = NULL;
	struct dm_error *err;
	struct dm_dump *own;

	*ret = NULL;
	err = dm_format_of_file(&dump->files[0], &format);
	if (err || !format || !format->hold)
		return err;
	own = calloc(1, sizeof(*own));
	if (!own)
		return dm_error_no_memory();
	own->format = format;
	own->files = dump->files;
	own->n = dump->n;
	dm_dump_set_unknown(own);
	own->info.files = own->n;
	err = format->open(own, options);
	if (err)
		dm_dump_close_headers(own);
	else
		*ret = own;
	return err;
}

void dm_dump_close_headers(struct dm_dump *own)
{
	if (!own)
		return;
	own->format->close(own);
	dm_notes_deinit(&own->notes);
	free(own->vmcoreinfo);
	free(own);
}
