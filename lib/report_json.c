// SPDX-License-Identifier: GPL-2.0-or-later
/* Results for machines: schema "directmap/1", docs/json.md. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64.h"
#include "error.h"
#include "out.h"

/*
 * Strings of the dump's or the file system's may be no UTF-8, which JSON
 * cannot hold: then everything beyond ASCII becomes '?'.
 */
static json_t *foreign_string(const char *text)
{
	json_t *json = json_string(text);
	char *copy, *c;

	if (json)
		return json;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (c = copy; *c; c++) {
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	}
	json = json_string(copy);
	free(copy);
	return json;
}

/*
 * All that builds an object takes what it is given and gives NULL when memory
 * ran out, so that one look at the end is enough. jansson does the same where
 * a value is NULL, but json_object_set_new() only says so.
 */
static json_t *put(json_t *object, const char *key, json_t *value)
{
	if (object && json_object_set_new(object, key, value) == 0)
		return object;
	if (!object)
		json_decref(value);
	json_decref(object);
	return NULL;
}

static json_t *append(json_t *array, json_t *value)
{
	if (array && json_array_append_new(array, value) == 0)
		return array;
	if (!array)
		json_decref(value);
	json_decref(array);
	return NULL;
}

static json_t *hex(uint64_t value)
{
	return json_sprintf("0x%llx", (unsigned long long)value);
}

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *dump_object(const struct dm_dump *dump)
{
	json_t *o =
		json_pack("{s:o, s:s, s:b}", "path", foreign_string(dump->path),
			  "format", dump->format, "complete", dump->complete);

	if (!dump->complete && dump->why_incomplete)
		o = put(o, "incomplete", foreign_string(dump->why_incomplete));
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
			o = put(o, keys[i].key, json_string(from));
	}
	return o;
}

static json_t *kernel_object(const struct dm_report *report)
{
	const struct dm_kernel *k = &report->kernel;

	return json_pack(
		"{s:s, s:o, s:o, s:o, s:b, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
		"release", k->release, "page_size", integer(k->page_size),
		"va_bits", integer(k->va_bits), "va_bits_configured",
		integer(k->va_bits_configured), "lpa2", k->lpa2, "levels",
		integer(k->levels), "linear_map", "start", hex(k->linear_start),
		"end", hex(report->usage.linear_end), "phys_offset",
		hex(k->phys_offset), "pgd", hex(k->pgd), "kaslr_offset",
		k->has_kaslr_offset ? hex(k->kaslr_offset) : json_null(),
		"from", origins(k));
}

static json_t *by_leaf(const uint64_t *bytes)
{
	json_t *o = json_object();
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		o = put(o, dm_leaf_name(leaf), integer(bytes[leaf]));
	return o;
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
		levels = put(levels, key, integer(u->tables[level + 1]));
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "count", integer(count),
			 "bytes", integer(count * report->kernel.page_size),
			 "unreadable", integer(u->unreadable), "by_level",
			 levels);
}

static json_t *findings_array(const struct dm_usage *u)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < u->findings_kept; i++) {
		const struct dm_finding *f = &u->findings[i];

		array = append(
			array,
			json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}", "kind",
				  dm_finding_name(f->kind), "level", f->level,
				  "start", hex(f->start), "size",
				  integer(f->size), "pa", hex(f->pa), "entry",
				  f->entry ? hex(f->entry) : json_null()));
	}
	return array;
}

static json_t *usage_object(const struct dm_report *report)
{
	const struct dm_usage *u = &report->usage;

	return json_pack("{s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
			 "mapped", by_leaf(u->mapped), "valid",
			 by_leaf(u->valid), "read_only", integer(u->read_only),
			 "invalid", "bit11_set", integer(u->invalid_marked),
			 "bit11_clear", integer(u->invalid_plain), "tables",
			 tables_object(report), "unknown", integer(u->unknown),
			 "findings", findings_array(u), "finding_count",
			 integer(dm_usage_findings(u)));
}

static int write_json(const char *text, size_t size, void *arg)
{
	struct out *out = arg;

	out_write(out, text, size);
	return out->failed ? -1 : 0;
}

/* Takes @json. */
static struct dm_error *put_json(json_t *json, struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	int failed;

	if (!json)
		return dm_error_no_memory();
	failed = json_dump_callback(json, write_json, &out, JSON_COMPACT);
	json_decref(json);
	if (failed && !out.failed)
		return dm_error_no_memory();
	out_write(&out, "\n", 1);
	return out_error(&out);
}

struct dm_error *dm_report_json(const struct dm_report *report,
				struct dm_sink *sink)
{
	/* What the library cannot say yet is null or absent, never made up. */
	return put_json(json_pack("{s:s, s:o, s:o, s:o, s:n, s:n}", "schema",
				  "directmap/1", "dump",
				  dump_object(&report->dump), "kernel",
				  kernel_object(report), "usage",
				  usage_object(report), "policy", "counters"),
			sink);
}

struct dm_error *dm_run_json(const struct dm_kernel *kernel,
			     const struct dm_run *run, struct dm_sink *sink)
{
	json_t *words = json_array();
	unsigned int cursor = 0;
	const char *word;

	while ((word = arm64_attr_word(kernel, run->attrs, &cursor))) {
		if (*word)
			words = append(words, json_string(word));
	}
	return put_json(
		json_pack("{s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "start",
			  hex(run->start), "end", hex(run->start + run->size),
			  "size", integer(run->size), "leaf",
			  dm_leaf_name(run->leaf), "state",
			  run->valid ? "valid" : "invalid", "attrs", words,
			  "bits", hex(run->attrs), "pa", hex(run->pa)),
		sink);
}
