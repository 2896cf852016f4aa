// SPDX-License-Identifier: GPL-2.0-or-later
/* Results for machines: schema "directmap/1", docs/json.md. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64.h"
#include "error.h"
#include "history_print.h"
#include "json.h"
#include "out.h"

static json_t *put_vmcoreinfo(json_t *o, const struct dm_dump *dump)
{
	o = json_put(o, "vmcoreinfo_from", json_string(dump->vmcoreinfo_from));
	o = json_put(o, "vmcoreinfo_given",
		     json_boolean(dump->vmcoreinfo_given));
	if (dump->vmcoreinfo_file)
		return json_put(o, "vmcoreinfo_file",
				json_foreign(dump->vmcoreinfo_file));
	return json_put(o, "vmcoreinfo_pa", json_hex(dump->vmcoreinfo_pa));
}

static json_t *dump_object(const struct dm_dump *dump)
{
	json_t *o = json_put_path(json_object(), dump->path);

	o = json_put(o, "format", json_string(dump->format));
	o = json_put(o, "complete", json_boolean(dump->complete));
	if (!dump->complete && dump->why_incomplete)
		o = json_put(o, "incomplete",
			     json_foreign(dump->why_incomplete));
	if (dump->vmcoreinfo_from)
		o = put_vmcoreinfo(o, dump);
	if (dump->header_contradicts)
		o = json_put(o, "header_contradicts",
			     json_foreign(dump->header_contradicts));
	return o;
}

static json_t *origins(const struct dm_kernel *k)
{
	static const struct {
		enum dm_fact fact;
		const char *key;
	} keys[] = {
		{ DM_FACT_RELEASE, "release" },
		{ DM_FACT_PAGE_SIZE, "page_size" },
		{ DM_FACT_VA_BITS, "va_bits" },
		{ DM_FACT_VA_BITS_CONFIGURED, "va_bits_configured" },
		{ DM_FACT_KASLR, "kaslr_offset" },
		{ DM_FACT_LINEAR_END, "linear_map" },
		{ DM_FACT_PHYS_OFFSET, "phys_offset" },
		{ DM_FACT_PGD, "pgd" },
	};
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *from = k->from[keys[i].fact];

		if (from)
			o = json_put(o, keys[i].key, json_string(from));
	}
	return o;
}

static json_t *kernel_object(const struct dm_report *report)
{
	const struct dm_kernel *k = &report->kernel;

	json_t *o = json_pack(
		"{s:s, s:o, s:o, s:o, s:b, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
		"release", k->release, "page_size", json_uint(k->page_size),
		"va_bits", json_uint(k->va_bits), "va_bits_configured",
		json_uint(k->va_bits_configured), "lpa2", k->lpa2, "levels",
		json_uint(k->levels), "linear_map", "start",
		json_hex(k->linear_start), "end",
		json_hex(report->usage.linear_end), "phys_offset",
		json_hex(k->phys_offset), "pgd", json_hex(k->pgd),
		"kaslr_offset",
		k->has_kaslr_offset ? json_hex(k->kaslr_offset) : json_null(),
		"from", origins(k));

	if (!k->ns_shared)
		return o;
	o = json_put(o, "ns_shared", json_hex(k->ns_shared));
	return json_put(o, "ns_shared_inferred",
			json_boolean(k->ns_shared_inferred));
}

static json_t *tables_object(const struct dm_report *report)
{
	const struct dm_usage *u = &report->usage;
	uint64_t count = dm_usage_tables(u);
	json_t *levels = json_object();
	char key[12];
	int level;

	for (level = 4 - (int)report->kernel.levels; level <= 3; level++) {
		snprintf(key, sizeof(key), "%d", level);
		levels = json_put(levels, key, json_uint(u->tables[level + 1]));
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "count", json_uint(count),
			 "bytes", json_uint(count * report->kernel.page_size),
			 "unreadable", json_uint(u->unreadable), "by_level",
			 levels);
}

static json_t *findings_array(const struct dm_usage *u)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < u->findings_kept; i++) {
		const struct dm_finding *f = &u->findings[i];

		array = json_add(
			array,
			json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}", "kind",
				  dm_finding_name(f->kind), "level", f->level,
				  "start", json_hex(f->start), "size",
				  json_uint(f->size), "pa", json_hex(f->pa),
				  "entry",
				  f->entry ? json_hex(f->entry) : json_null()));
	}
	return array;
}

static json_t *unknown_array(const struct dm_usage *u)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < u->unknown_count && i < DM_UNKNOWN_KEPT; i++) {
		const struct dm_unknown *at = &u->unknown_at[i];

		array = json_add(array, json_pack("{s:o, s:o, s:s}", "start",
						  json_hex(at->start), "size",
						  json_uint(at->size), "why",
						  dm_finding_name(at->why)));
	}
	return array;
}

/* What is there only where there is something to say. */
static json_t *put_unknown(json_t *o, const struct dm_usage *u)
{
	if (u->unknown_count) {
		o = json_put(o, "unknown_ranges", unknown_array(u));
		o = json_put(o, "unknown_range_count",
			     json_uint(u->unknown_count));
	}
	return o;
}

static json_t *usage_object(const struct dm_report *report)
{
	const struct dm_usage *u = &report->usage;
	json_t *o = json_pack(
		"{s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}", "mapped",
		json_by_leaf(u->mapped), "valid", json_by_leaf(u->valid),
		"read_only", json_uint(u->read_only), "invalid", "bit11_set",
		json_uint(u->invalid_marked), "bit11_clear",
		json_uint(u->invalid_plain), "tables", tables_object(report),
		"unknown", json_uint(u->unknown), "findings", findings_array(u),
		"finding_count", json_uint(dm_usage_findings(u)));

	if (u->stopped)
		o = json_put(o, "stopped",
			     json_pack("{s:s, s:o}", "why",
				       u->stopped == DM_STOP_TABLES
					       ? "max_tables"
					       : "timeout",
				       "at", json_hex(u->stopped_at)));
	return put_unknown(o, u);
}

/* Whether what is not mapped is no memory: null, nobody asked. */
static json_t *memory_object(const struct dm_usage *u)
{
	if (u->memory_checked == DM_UNKNOWN)
		return json_null();
	return json_pack("{s:b, s:o}", "checked", u->memory_checked == DM_YES,
			 "why_not", json_text(u->memory_unchecked));
}

struct dm_error *dm_report_json(const struct dm_report *report,
				struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	struct dm_error *err;

	/* What the library cannot say is null or absent, never made up. */
	out_printf(&out, "{");
	err = json_write_members(
		json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
			  "directmap/1", "dump", dump_object(&report->dump),
			  "kernel", kernel_object(report), "usage",
			  usage_object(report), "memory",
			  memory_object(&report->usage), "policy",
			  report->policy ? json_policy(report->policy)
					 : json_null(),
			  "counters",
			  report->counters ? json_counters(report->counters)
					   : json_null()),
		&out);
	if (!err && report->history) {
		out_printf(&out, ",");
		err = history_put_json(&out, &report->kernel, report->history);
	}
	out_printf(&out, "}\n");
	return err ? err : out_error(&out);
}

struct dm_error *dm_run_json(const struct dm_kernel *kernel,
			     const struct dm_run *run, struct dm_sink *sink)
{
	return json_write(
		json_pack("{s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "start",
			  json_hex(run->start), "end",
			  json_hex(run->start + run->size), "size",
			  json_uint(run->size), "leaf", dm_leaf_name(run->leaf),
			  "state", run->valid ? "valid" : "invalid", "attrs",
			  json_attrs(kernel, run->attrs), "bits",
			  json_hex(run->attrs), "pa", json_hex(run->pa)),
		sink);
}

struct dm_error *dm_unknown_json(const struct dm_unknown *unknown,
				 struct dm_sink *sink)
{
	return json_write(json_pack("{s:o, s:o, s:o, s:n, s:s, s:s}", "start",
				    json_hex(unknown->start), "end",
				    json_hex(unknown->start + unknown->size),
				    "size", json_uint(unknown->size), "leaf",
				    "state", "unknown", "why",
				    dm_finding_name(unknown->why)),
			  sink);
}
