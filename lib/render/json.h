/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON within the library: values and parts that directmap/json.h has not. */
#ifndef DM_JSON_H
#define DM_JSON_H

#include <jansson.h>

#include "directmap.h"
#include "directmap/json.h"

json_t *dm_json_hex(uint64_t value);
/** true, false, or null for DM_UNKNOWN. */
json_t *dm_json_known(enum dm_known known);

/** The words of the kernel's ptdump. */
json_t *dm_json_attrs(const struct dm_kernel *kernel, uint64_t attrs);

/** What could not be looked up, item by item; none: an empty list. */
json_t *dm_json_missing(const struct dm_missing *missing);

/* Parts of the report. */
json_t *dm_json_owner(const struct dm_owner *owner);
json_t *dm_json_policy(const struct dm_policy *policy);
json_t *dm_json_counters(const struct dm_counters *counters);

struct out;
/** A value within a larger one that is written in parts. Takes @p json. */
struct dm_error *dm_json_write_part(json_t *json, struct out *out);
/** The members of an object, without its braces. Takes @p json. */
struct dm_error *dm_json_write_members(json_t *json, struct out *out);

#endif /* DM_JSON_H */
