/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON values, each new and the caller's. All that builds takes what it is
 * given and gives NULL when memory ran out, so that one look at the end is
 * enough: dm_json_write() has it.
 */
#ifndef DM_JSON_H
#define DM_JSON_H

#include <jansson.h>

#include "directmap.h"

/** A string that need not be UTF-8. */
json_t *dm_json_foreign(const char *text);
/** The same; null for NULL and "". */
json_t *dm_json_text(const char *text);
json_t *dm_json_hex(uint64_t value);
json_t *dm_json_uint(uint64_t value);
/** true, false, or null for DM_UNKNOWN. */
json_t *dm_json_known(enum dm_known known);
json_t *dm_json_put(json_t *object, const char *key, json_t *value);
/**
 * A file's name as "path" (dm_text_name()); where that is not the name itself, the
 * bytes too, as "path_base64".
 */
json_t *dm_json_put_path(json_t *object, const char *name);
/** The same of what dm_text_name() gave. */
json_t *dm_json_put_path_text(json_t *object, const char *text);
json_t *dm_json_add(json_t *array, json_t *value);

/** Bytes by leaf. */
json_t *dm_json_by_leaf(const uint64_t *bytes);
/** The words of the kernel's ptdump. */
json_t *dm_json_attrs(const struct dm_kernel *kernel, uint64_t attrs);

/* Parts of the report. */
json_t *dm_json_owner(const struct dm_owner *owner);
json_t *dm_json_policy(const struct dm_policy *policy);
json_t *dm_json_counters(const struct dm_counters *counters);
json_t *dm_json_collapsible(const struct dm_split_summary *summary);
json_t *dm_json_split_summary(const struct dm_split_summary *summary);

struct out;
/** A value within a larger one that is written in parts. Takes @p json. */
struct dm_error *dm_json_write_part(json_t *json, struct out *out);
/** The members of an object, without its braces. Takes @p json. */
struct dm_error *dm_json_write_members(json_t *json, struct out *out);
/** Takes @p json, NULL too. */
struct dm_error *dm_json_write(json_t *json, struct dm_sink *sink);

#endif /* DM_JSON_H */
