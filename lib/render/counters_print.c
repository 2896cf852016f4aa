// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's counters beside the page tables, in words and as JSON. */
#include <string.h>

#include "render/print.h"
#include "render/json.h"
#include "util/out.h"

static void put_kb(struct out *out, int64_t bytes, bool sign)
{
	dm_out_printf(out, sign ? " %+12lld" : " %12lld",
		      (long long)bytes / 1024);
}

static void put_row(struct out *out, const struct dm_kernel *kernel,
		    const char *name, const int64_t *bytes, bool sign)
{
	enum dm_leaf leaf;

	dm_out_printf(out, "%-22s", name);
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (dm_leaf_label(kernel, leaf))
			put_kb(out, bytes[leaf], sign);
	}
	dm_out_printf(out, "\n");
}

static void put_unsigned_row(struct out *out, const struct dm_kernel *kernel,
			     const char *name, const uint64_t *bytes)
{
	int64_t copy[DM_LEAF_MAX];

	memcpy(copy, bytes, sizeof(copy));
	put_row(out, kernel, name, copy, false);
}

static void put_counter(struct out *out, const struct dm_kernel *kernel,
			const struct dm_usage *usage,
			const struct dm_counter *k)
{
	size_t i;

	dm_out_printf(out, "\n%s (in %s; %s)\n", k->symbol, k->unit,
		      k->filtered == DM_YES  ? "the linear map only, inferred"
		      : k->filtered == DM_NO ? "other mappings too, inferred"
					     : "of unknown mappings");
	put_unsigned_row(out, kernel, "  counter", k->bytes);
	put_unsigned_row(out, kernel, "  page tables", usage->mapped);
	if (!k->compared) {
		dm_out_printf(out, "%-22s %s\n", "  difference",
			      "not known: not all of the linear map is known");
		return;
	}
	put_row(out, kernel, "  difference", k->over, true);
	for (i = 0; i < k->part_count; i++) {
		int64_t copy[DM_LEAF_MAX];

		memcpy(copy, k->parts[i].bytes, sizeof(copy));
		put_row(out, kernel, "    of which", copy, true);
		dm_out_printf(out, "%-22s %s\n", "", k->parts[i].cause);
	}
	put_row(out, kernel, "    unexplained", k->unexplained, true);
}

struct dm_error *dm_counters_text(const struct dm_kernel *kernel,
				  const struct dm_usage *usage,
				  const struct dm_counters *counters,
				  struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	enum dm_leaf leaf;
	size_t i;

	if (!counters->count)
		dm_out_printf(
			&out, "%s\n",
			*dm_missing_text(counters->missing)
				? "unknown whether the kernel counts its linear map"
				: "the kernel does not count its linear map");
	else {
		dm_out_printf(&out, "%-22s", "kB by leaf size");
		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
			if (dm_leaf_label(kernel, leaf))
				dm_out_printf(&out, " %12s",
					      dm_leaf_label(kernel, leaf));
		}
		dm_out_printf(&out, "\n");
	}
	for (i = 0; i < counters->count; i++)
		put_counter(&out, kernel, usage, &counters->counter[i]);
	if (*dm_missing_text(counters->missing)) {
		dm_out_printf(&out, "%-22s", "missing");
		dm_out_foreign(&out, dm_missing_text(counters->missing));
		dm_out_printf(&out, "\n");
	}
	return dm_out_error(&out);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *signed_by_leaf(const int64_t *bytes)
{
	json_t *o = json_object();
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		o = dm_json_put(o, dm_leaf_name(leaf),
				json_integer(bytes[leaf]));
	return o;
}

static json_t *parts_array(const struct dm_counter *k)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < k->part_count; i++)
		array = dm_json_add(
			array,
			json_pack("{s:s, s:o}", "cause", k->parts[i].cause,
				  "bytes", dm_json_by_leaf(k->parts[i].bytes)));
	return array;
}

json_t *dm_json_counters(const struct dm_counters *counters)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < counters->count; i++) {
		const struct dm_counter *k = &counters->counter[i];

		array = dm_json_add(
			array,
			json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}",
				  "symbol", k->symbol, "unit", k->unit,
				  "filtered", dm_json_known(k->filtered),
				  "bytes", dm_json_by_leaf(k->bytes), "over",
				  k->compared ? signed_by_leaf(k->over)
					      : json_null(),
				  "causes",
				  k->compared ? parts_array(k) : json_null(),
				  "unexplained",
				  k->compared ? signed_by_leaf(k->unexplained)
					      : json_null()));
	}
	return array;
}

struct dm_error *dm_counters_json(const struct dm_counters *counters,
				  struct dm_sink *sink)
{
	return dm_json_write(
		json_pack("{s:o, s:o, s:o}", "counters",
			  counters->count ? dm_json_counters(counters)
					  : json_null(),
			  "missing",
			  dm_json_text(dm_missing_text(counters->missing)),
			  "missing_list", dm_json_missing(counters->missing)),
		sink);
}
