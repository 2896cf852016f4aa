// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of formats that tell themselves by how a file begins. */
#include <string.h>

#include "dump/format.h"
#include "dump/second.h"

static const struct dump_format *const formats[] = {
	&dm_format_kdump,
	&dm_format_elf,
	&dm_format_lime,
	&dm_format_avml,
};

struct dm_error *dm_format_head(const struct bytes *bytes,
				char head[FORMAT_HEAD])
{
	size_t size = bytes->size < FORMAT_HEAD ? bytes->size : FORMAT_HEAD;
	struct dm_error *err;

	memset(head, 0, FORMAT_HEAD);
	err = dm_bytes_read(bytes, 0, head, size);
	if (!err || err->code != DM_ERROR_ABSENT)
		return err;
	dm_error_destroy(err);
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: cut off within its headers; get the whole file",
		bytes->path);
}

const struct dump_format *dm_format_of(const char head[FORMAT_HEAD])
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (formats[i]->is(head))
			return formats[i];
	}
	return NULL;
}

struct dm_error *dm_format_of_file(const struct bytes *bytes,
				   const struct dump_format **ret)
{
	char head[FORMAT_HEAD];
	bool is_xen = false;
	struct dm_error *err;

	*ret = NULL;
	err = dm_format_head(bytes, head);
	if (err)
		return err;
	*ret = dm_format_of(head);
	if (*ret == &dm_format_elf)
		err = dm_xen_core_is(bytes, &is_xen);
	if (is_xen)
		*ret = NULL;
	return err;
}
