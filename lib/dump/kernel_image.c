// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel that a dump's memory has no VMCOREINFO of, by a page of its image. */
#include "directmap/find.h"
#include "dump/dump_private.h"
#include "dump/kernel_image.h"

struct dm_error *dm_image_read(struct dm_dump *dump, uint64_t mark, char **text,
			       size_t *size)
{
	struct dm_source *source = &dump->view.source;
	struct dm_kernel_facts facts;
	struct dm_error *err = dm_kernel_find(source, mark, &facts);

	*text = NULL;
	if (err)
		return err;
	err = dm_kernel_facts_prove(source, &facts);
	if (!err)
		err = dm_kernel_facts_text(&facts, text, size);
	dm_kernel_facts_deinit(&facts);
	return err;
}
