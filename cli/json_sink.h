/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the library prints as JSON, as a value. */
#ifndef JSON_SINK_H
#define JSON_SINK_H

#include <jansson.h>

#include "directmap.h"

struct json_sink {
	struct dm_sink sink;
	char *text;
	size_t size, capacity;
};

void json_sink_init(struct json_sink *sink);
/**
 * Ends it.
 * @param err	Of what printed there; taken.
 * @param ret	The caller's; NULL on error.
 */
struct dm_error *json_sink_parse(struct json_sink *sink, struct dm_error *err,
				 json_t **ret);

#endif /* JSON_SINK_H */
