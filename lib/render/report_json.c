// SPDX-License-Identifier: GPL-2.0-or-later
/* Results for machines: schema "directmap/1", docs/json.md. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/print.h"
#include "arm64/arm64.h"
#include "util/error.h"
#include "render/history_print.h"
#include "render/json.h"
#include "util/out.h"

static json_t *put_vmcoreinfo(json_t *o, const struct dm_dump_about *dump)
{
	o = dm_json_put(o, "vmcoreinfo_from",
			json_string(dump->vmcoreinfo_from));
	o = dm_json_put(o, "vmcoreinfo_given",
			json_boolean(dump->vmcoreinfo_given));
	if (dump->vmcoreinfo_chosen)
		o = dm_json_put(o, "vmcoreinfo_chosen",
				dm_json_text(dump->vmcoreinfo_chosen));
	if (dump->vmcoreinfo_file)
		return dm_json_put(o, "vmcoreinfo_file",
				   dm_json_foreign(dump->vmcoreinfo_file));
	return dm_json_put(o, "vmcoreinfo_pa",
			   dm_json_hex(dump->vmcoreinfo_pa));
}

static json_t *put_images(json_t *o, const struct dm_dump_about *dump)
{
	json_t *images = json_array();
	size_t i;

	for (i = 0; i < dump->image_count; i++) {
		const struct dm_dump_image *image = &dump->images[i];
		json_t *one = dm_json_put_path(json_object(), image->path);

		one = dm_json_put(one, "offset", dm_json_uint(image->offset));
		one = dm_json_put(one, "size",
				  image->size ? dm_json_uint(image->size)
					      : json_null());
		one = dm_json_put(one, "pa", dm_json_hex(image->pa));
		images = dm_json_add(images, one);
	}
	o = dm_json_put(o, "images_from", dm_json_foreign(dump->images_from));
	o = dm_json_put(o, "images", images);
	return dm_json_put(o, "images_passed_over",
			   dm_json_uint(dump->images_passed_over));
}

static json_t *dump_object(const struct dm_dump_about *dump)
{
	json_t *o = json_object();

	o = dump->path ? dm_json_put_path(o, dump->path)
		       : dm_json_put(o, "path", json_null());
	o = dm_json_put(o, "format", dm_json_text(dump->format));
	if (dump->reader)
		o = dm_json_put(o, "reader", json_string(dump->reader));
	o = dm_json_put(o, "complete", json_boolean(dump->complete));
	if (!dump->complete && dump->why_incomplete)
		o = dm_json_put(o, "incomplete",
				dm_json_foreign(dump->why_incomplete));
	if (dump->images_from)
		o = put_images(o, dump);
	if (dump->vmcoreinfo_from)
		o = put_vmcoreinfo(o, dump);
	if (dump->header_contradicts)
		o = dm_json_put(o, "header_contradicts",
				dm_json_foreign(dump->header_contradicts));
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
			o = dm_json_put(o, keys[i].key, json_string(from));
	}
	return o;
}

/* The nominal end, where no table was read. */
static uint64_t linear_end(const struct dm_report *report)
{
	return report->no_usage ? report->kernel.linear_end
				: report->usage.linear_end;
}

static json_t *kernel_object(const struct dm_report *report)
{
	const struct dm_kernel *k = &report->kernel;

	json_t *o = json_pack(
		"{s:s, s:o, s:o, s:o, s:b, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
		"release", k->release, "page_size", dm_json_uint(k->page_size),
		"va_bits", dm_json_uint(k->va_bits), "va_bits_configured",
		dm_json_uint(k->va_bits_configured), "lpa2", k->lpa2, "levels",
		dm_json_uint(k->levels), "linear_map", "start",
		dm_json_hex(k->linear_start), "end",
		dm_json_hex(linear_end(report)), "phys_offset",
		dm_json_hex(k->phys_offset), "pgd", dm_json_hex(k->pgd),
		"kaslr_offset",
		k->has_kaslr_offset ? dm_json_hex(k->kaslr_offset)
				    : json_null(),
		"from", origins(k));

	if (!k->ns_shared)
		return o;
	o = dm_json_put(o, "ns_shared", dm_json_hex(k->ns_shared));
	return dm_json_put(o, "ns_shared_inferred",
			   json_boolean(k->ns_shared_inferred));
}

static json_t *tables_object(const struct dm_report *report)
{
	const struct dm_usage *u = &report->usage;
	uint64_t count = dm_usage_tables(u);
	json_t *levels = json_object();
	char key[12];
	int level;

	for (level = arm64_root_level(&report->kernel); level <= LEVEL_LAST;
	     level++) {
		snprintf(key, sizeof(key), "%d", level);
		levels = dm_json_put(levels, key,
				     dm_json_uint(u->tables[level + 1]));
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "count", dm_json_uint(count),
			 "bytes",
			 dm_json_uint(count * report->kernel.page_size),
			 "unreadable", dm_json_uint(u->unreadable), "by_level",
			 levels);
}

static json_t *findings_array(const struct dm_usage *u)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < u->findings_kept; i++) {
		const struct dm_finding *f = &u->findings[i];

		array = dm_json_add(array,
				    json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}",
					      "kind", dm_finding_name(f->kind),
					      "level", f->level, "start",
					      dm_json_hex(f->start), "size",
					      dm_json_uint(f->size), "pa",
					      dm_json_hex(f->pa), "entry",
					      f->entry ? dm_json_hex(f->entry)
						       : json_null()));
	}
	return array;
}

static json_t *unknown_array(const struct dm_usage *u)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < u->unknown_count && i < DM_UNKNOWN_KEPT; i++) {
		const struct dm_unknown *at = &u->unknown_at[i];

		array = dm_json_add(array,
				    json_pack("{s:o, s:o, s:s}", "start",
					      dm_json_hex(at->start), "size",
					      dm_json_uint(at->size), "why",
					      dm_finding_name(at->why)));
	}
	return array;
}

/* What is there only where there is something to say. */
static json_t *put_unknown(json_t *o, const struct dm_usage *u)
{
	if (u->unknown_count) {
		o = dm_json_put(o, "unknown_ranges", unknown_array(u));
		o = dm_json_put(o, "unknown_range_count",
				dm_json_uint(u->unknown_count));
	}
	return o;
}

static json_t *usage_object(const struct dm_report *report)
{
	const struct dm_usage *u = &report->usage;
	json_t *o;

	if (report->no_usage)
		return json_null();
	o = json_pack("{s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
		      "mapped", dm_json_by_leaf(u->mapped), "valid",
		      dm_json_by_leaf(u->valid), "read_only",
		      dm_json_uint(u->read_only), "invalid", "bit11_set",
		      dm_json_uint(u->invalid_marked), "bit11_clear",
		      dm_json_uint(u->invalid_plain), "tables",
		      tables_object(report), "unknown",
		      dm_json_uint(u->unknown), "findings", findings_array(u),
		      "finding_count", dm_json_uint(dm_usage_findings(u)));

	if (u->stopped)
		o = dm_json_put(o, "stopped",
				json_pack("{s:s, s:o}", "why",
					  u->stopped == DM_STOP_TABLES
						  ? "max_tables"
						  : "timeout",
					  "at", dm_json_hex(u->stopped_at)));
	return put_unknown(o, u);
}

/* Whether what is not mapped is no memory: null, nobody asked. */
static json_t *memory_object(const struct dm_usage *u)
{
	if (u->memory_checked == DM_UNKNOWN)
		return json_null();
	return json_pack("{s:b, s:o}", "checked", u->memory_checked == DM_YES,
			 "why_not", dm_json_text(u->memory_unchecked));
}

struct dm_error *dm_report_json(const struct dm_report *report,
				struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	struct dm_error *err;

	/* What the library cannot say is null or absent, never made up. */
	dm_out_printf(&out, "{");
	err = dm_json_write_members(
		json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
			  "directmap/1", "dump", dump_object(&report->dump),
			  "kernel", kernel_object(report), "usage",
			  usage_object(report), "memory",
			  memory_object(&report->usage), "policy",
			  report->policy ? dm_json_policy(report->policy)
					 : json_null(),
			  "counters",
			  report->counters ? dm_json_counters(report->counters)
					   : json_null()),
		&out);
	if (!err && report->history) {
		dm_out_printf(&out, ",");
		err = dm_history_put_json(&out, &report->kernel,
					  report->history);
	}
	dm_out_printf(&out, "}\n");
	return err ? err : dm_out_error(&out);
}

struct dm_error *dm_run_json(const struct dm_kernel *kernel,
			     const struct dm_run *run, struct dm_sink *sink)
{
	return dm_json_write(
		json_pack("{s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "start",
			  dm_json_hex(run->start), "end",
			  dm_json_hex(run->start + run->size), "size",
			  dm_json_uint(run->size), "leaf",
			  dm_leaf_name(run->leaf), "state",
			  run->valid ? "valid" : "invalid", "attrs",
			  dm_json_attrs(kernel, run->attrs), "bits",
			  dm_json_hex(run->attrs), "pa", dm_json_hex(run->pa)),
		sink);
}

struct dm_error *dm_unknown_json(const struct dm_unknown *unknown,
				 struct dm_sink *sink)
{
	return dm_json_write(
		json_pack("{s:o, s:o, s:o, s:n, s:s, s:s}", "start",
			  dm_json_hex(unknown->start), "end",
			  dm_json_hex(unknown->start + unknown->size), "size",
			  dm_json_uint(unknown->size), "leaf", "state",
			  "unknown", "why", dm_finding_name(unknown->why)),
		sink);
}
