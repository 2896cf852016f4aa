// SPDX-License-Identifier: GPL-2.0-or-later
/* What the library prints as JSON, as a value. */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "json_sink.h"

static bool write_text(struct dm_sink *sink, const char *text, size_t size)
{
	struct json_sink *s = (struct json_sink *)sink;

	if (dm_array_reserve(&s->text, &s->capacity, s->size, size,
			     DM_ARRAY_ANY))
		return false;
	if (size)
		memcpy(s->text + s->size, text, size);
	s->size += size;
	return true;
}

void json_sink_init(struct json_sink *sink)
{
	*sink = (struct json_sink){ .sink.write = write_text };
}

struct dm_error *json_sink_parse(struct json_sink *sink, struct dm_error *err,
				 json_t **ret)
{
	*ret = NULL;
	if (!err)
		*ret = json_loadb(sink->text, sink->size, JSON_ALLOW_NUL, NULL);
	free(sink->text);
	return err || *ret ? err : dm_error_no_memory();
}
