// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For node_exporter's textfile collector: metrics family by family, so each
 * is gathered by itself until all rows are there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "escape.h"
#include "outputs.h"
#include "write/output_file.h"

enum family {
	FAMILY_STATUS,
	FAMILY_BYTES,
	FAMILY_LOST,
	FAMILY_LOST_AT_LEAST,
	FAMILY_TABLES,
	FAMILY_FINDINGS,
	FAMILY_UNKNOWN,
	FAMILY_COUNT,
};

static const char *const families[FAMILY_COUNT][2] = {
	{ "directmap_dump_exit_code",
	  "What kdump-triage ended with: 0 fine, 3 unreadable, 4 partial, 5 fault." },
	{ "directmap_dump_mapped_bytes",
	  "Linear map of the dumped kernel, by size of leaf." },
	{ "directmap_dump_lost_leaves",
	  "Leaves that boot made and that were split since." },
	{ "directmap_dump_lost_leaves_at_least",
	  "The same, or where not all of them are known, those that are certain." },
	{ "directmap_dump_tables", "Page tables of the linear map." },
	{ "directmap_dump_findings",
	  "What was found in the page tables that a linear map cannot have." },
	{ "directmap_dump_unknown_bytes",
	  "Linear map that is unknown: the dump does not tell how it is mapped." },
};

struct prometheus_output {
	struct output output;
	struct output_file file;
	FILE *memory[FAMILY_COUNT];
	char *text[FAMILY_COUNT];
	size_t size[FAMILY_COUNT];
	size_t by_code[CLI_FAULT + 1];
	json_t *seen; /* series that there are */
};

static FILE *begin(struct prometheus_output *p, enum family family,
		   const struct figures *f)
{
	FILE *out = p->memory[family];

	fprintf(out, "%s{dump=\"", families[family][0]);
	escape_label(out, f->path);
	fputs("\",release=\"", out);
	escape_label(out, f->release);
	fputs("\",host=\"", out);
	escape_label(out, f->host);
	fputc('"', out);
	return out;
}

static void put_lost(struct prometheus_output *p, const struct figures *f,
		     int leaf)
{
	fprintf(begin(p, FAMILY_LOST, f),
		",leaf=\"%s\",in_use=\"true\"} %llu\n", dm_leaf_name(leaf),
		(unsigned long long)f->in_use[leaf]);
	fprintf(begin(p, FAMILY_LOST, f),
		",leaf=\"%s\",in_use=\"false\"} %llu\n", dm_leaf_name(leaf),
		(unsigned long long)(f->lost[leaf] - f->in_use[leaf]));
}

/*
 * A dump may come twice, merged from two archives; a series must not. The first
 * stays.
 */
static bool seen_before(struct prometheus_output *p, const struct figures *f)
{
	char *key;
	bool seen;

	if (asprintf(&key, "%s\n%s\n%s", f->path, f->release, f->host) < 0)
		return true;
	seen = json_object_get(p->seen, key);
	json_object_set_new(p->seen, key, json_true());
	free(key);
	return seen;
}

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	struct prometheus_output *p = (struct prometheus_output *)output;
	int leaf;

	(void)row;
	if (f->code >= 0 && f->code <= CLI_FAULT)
		p->by_code[f->code]++;
	if (seen_before(p, f))
		return NULL;
	fprintf(begin(p, FAMILY_STATUS, f), "} %d\n", f->code);
	if (!f->read)
		return NULL;
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		fprintf(begin(p, FAMILY_BYTES, f), ",leaf=\"%s\"} %llu\n",
			dm_leaf_name(leaf),
			(unsigned long long)f->mapped[leaf]);
		if (f->splits_known)
			put_lost(p, f, leaf);
		if (figures_has_lost(f))
			fprintf(begin(p, FAMILY_LOST_AT_LEAST, f),
				",leaf=\"%s\"} %llu\n", dm_leaf_name(leaf),
				(unsigned long long)f->lost[leaf]);
	}
	fprintf(begin(p, FAMILY_TABLES, f), "} %llu\n",
		(unsigned long long)f->tables);
	fprintf(begin(p, FAMILY_FINDINGS, f), "} %llu\n",
		(unsigned long long)f->findings);
	fprintf(begin(p, FAMILY_UNKNOWN, f), "} %llu\n",
		(unsigned long long)f->unknown);
	return NULL;
}

static void put_header(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void put_batch(const struct prometheus_output *p, FILE *out)
{
	size_t code;

	put_header(out, "directmap_batch_dumps",
		   "Dumps of the last batch, by exit code.");
	for (code = 0; code <= CLI_FAULT; code++)
		fprintf(out, "directmap_batch_dumps{exit_code=\"%zu\"} %zu\n",
			code, p->by_code[code]);
	put_header(out, "directmap_batch_time_seconds",
		   "When the last batch ended, in seconds since 1970.");
	fprintf(out, "directmap_batch_time_seconds %lld\n",
		(long long)time(NULL));
}

static struct dm_error *end(struct output *output)
{
	struct prometheus_output *p = (struct prometheus_output *)output;
	struct dm_error *err;
	FILE *out;
	int i;

	err = output_file_stream(&p->file, &out);
	if (err)
		return err;
	for (i = 0; i < FAMILY_COUNT; i++) {
		if (fflush(p->memory[i]) != 0 || ferror(p->memory[i]))
			return dm_error_no_memory();
		if (!p->size[i])
			continue;
		put_header(out, families[i][0], families[i][1]);
		fwrite(p->text[i], 1, p->size[i], out);
	}
	put_batch(p, out);
	return output_file_commit(&p->file);
}

static void destroy(struct output *output)
{
	struct prometheus_output *p = (struct prometheus_output *)output;
	int i;

	for (i = 0; i < FAMILY_COUNT; i++) {
		if (p->memory[i])
			fclose(p->memory[i]);
		free(p->text[i]);
	}
	json_decref(p->seen);
	output_file_deinit(&p->file);
	free(p);
}

struct dm_error *output_prometheus_create(struct output **ret, const char *path,
					  bool force)
{
	struct prometheus_output *p = calloc(1, sizeof(*p));
	struct dm_error *err = NULL;
	int i;

	if (!p)
		return dm_error_no_memory();
	p->output = (struct output){ put_row, end, destroy };
	p->seen = json_object();
	if (!p->seen)
		err = dm_error_no_memory();
	for (i = 0; !err && i < FAMILY_COUNT; i++) {
		p->memory[i] = open_memstream(&p->text[i], &p->size[i]);
		if (!p->memory[i])
			err = dm_error_no_memory();
	}
	if (!err)
		err = output_file_create(&p->file, path, OUTPUT_PROMETHEUS,
					 force);
	if (err)
		destroy(&p->output);
	else
		*ret = &p->output;
	return err;
}
