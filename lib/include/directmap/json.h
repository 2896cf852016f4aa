/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * JSON values as the library's own output has them, for front ends whose records
 * have parts of it. Each is new and the caller's. All that builds takes what it
 * is given and gives NULL when memory ran out, so that one look at the end is
 * enough: dm_json_write() has it.
 */
#ifndef DIRECTMAP_JSON_H
#define DIRECTMAP_JSON_H

#include <directmap/history.h>
#include <directmap/sink.h>

DM_BEGIN_DECLS

struct json_t; /* of jansson.h, which only users of this header need */

/** A string that need not be UTF-8. */
DM_API struct json_t *dm_json_foreign(const char *text);
/** The same; null for NULL and "". */
DM_API struct json_t *dm_json_text(const char *text);
/** A number; as a string where JSON's integers do not reach. */
DM_API struct json_t *dm_json_uint(uint64_t value);
/** Put @p value, which is taken, into @p object, which is given back. */
DM_API struct json_t *dm_json_put(struct json_t *object, const char *key,
				  struct json_t *value);
/**
 * A file's name as "path" (dm_text_name()); where that is not the name itself,
 * the bytes too, as "path_base64".
 */
DM_API struct json_t *dm_json_put_path(struct json_t *object, const char *name);
/** The same of what dm_text_name() gave. */
DM_API struct json_t *dm_json_put_path_text(struct json_t *object,
					    const char *text);
/** Append @p value, which is taken, to @p array, which is given back. */
DM_API struct json_t *dm_json_add(struct json_t *array, struct json_t *value);

/** Bytes by leaf. */
DM_API struct json_t *dm_json_by_leaf(const uint64_t *bytes);

/** The report's "collapsible". */
DM_API struct json_t *
dm_json_collapsible(const struct dm_split_summary *summary);
/** The report's "split_summary". */
DM_API struct json_t *
dm_json_split_summary(const struct dm_split_summary *summary);

/** Takes @p json, NULL too. */
DM_API struct dm_error *dm_json_write(struct json_t *json,
				      struct dm_sink *sink);

DM_END_DECLS

#endif /* DIRECTMAP_JSON_H */
