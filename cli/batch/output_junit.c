// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JUnit's XML, as CI systems read it: a test case a dump. What cannot be read
 * is an error, a partial result a failure.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "escape.h"
#include "outputs.h"
#include "write/output_file.h"

struct junit_output {
	struct output output;
	struct output_file file;
	/* The cases: the counts stand before them. */
	char *cases;
	size_t size;
	FILE *memory;
	size_t tests, failures, errors;
	double seconds;
};

static void put_verdict(FILE *out, const char *element, const struct figures *f)
{
	fprintf(out, "    <%s type=\"", element);
	escape_xml(out, f->status);
	fputs("\" message=\"", out);
	escape_xml(out, *f->reason ? f->reason : f->status);
	fprintf(out, "\">exit code %d</%s>\n", f->code, element);
}

static void put_figures(FILE *out, const struct figures *f)
{
	int leaf;

	fputs("    <system-out>", out);
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		fprintf(out, "mapped %s %llu\n", dm_leaf_name(leaf),
			(unsigned long long)f->mapped[leaf]);
	if (figures_has_lost(f))
		fprintf(out, "leaves lost %s%llu, in use %s%llu\n",
			f->splits_known ? "" : "at least ",
			(unsigned long long)f->lost_total,
			f->splits_known ? "" : "at least ",
			(unsigned long long)f->in_use_total);
	else
		fputs("leaves lost unknown\n", out);
	if (f->partial)
		fprintf(out,
			"unknown %llu bytes: these figures are lower bounds\n",
			(unsigned long long)f->unknown);
	fputs("</system-out>\n", out);
}

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	struct junit_output *j = (struct junit_output *)output;

	(void)row;
	fputs("  <testcase classname=\"kdump-triage", j->memory);
	if (*f->release) {
		fputc('.', j->memory);
		escape_xml(j->memory, f->release);
	}
	fputs("\" name=\"", j->memory);
	escape_xml(j->memory, f->path);
	fprintf(j->memory, "\" time=\"%.3f\">\n", f->seconds);
	if (f->code == CLI_PARTIAL) {
		j->failures++;
		put_verdict(j->memory, "failure", f);
	} else if (f->code != CLI_OK) {
		j->errors++;
		put_verdict(j->memory, "error", f);
	}
	if (f->read)
		put_figures(j->memory, f);
	fputs("  </testcase>\n", j->memory);
	j->tests++;
	j->seconds += f->seconds;
	return NULL;
}

static struct dm_error *end(struct output *output)
{
	struct junit_output *j = (struct junit_output *)output;
	struct dm_error *err;
	FILE *out;

	if (fflush(j->memory) != 0 || ferror(j->memory))
		return dm_error_no_memory();
	err = output_file_stream(&j->file, &out);
	if (err)
		return err;
	fputs(OUTPUT_JUNIT_BEGIN, out);
	fprintf(out,
		"tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\" "
		"time=\"%.3f\">\n",
		j->tests, j->failures, j->errors, j->seconds);
	fwrite(j->cases, 1, j->size, out);
	fputs("</testsuite>\n</testsuites>\n", out);
	return output_file_commit(&j->file);
}

static void destroy(struct output *output)
{
	struct junit_output *j = (struct junit_output *)output;

	if (j->memory)
		fclose(j->memory);
	free(j->cases);
	output_file_deinit(&j->file);
	free(j);
}

struct dm_error *output_junit_create(struct output **ret, const char *path,
				     bool force)
{
	struct junit_output *j = calloc(1, sizeof(*j));
	struct dm_error *err;

	if (!j)
		return dm_error_no_memory();
	j->output = (struct output){ put_row, end, destroy };
	j->memory = open_memstream(&j->cases, &j->size);
	err = j->memory
		      ? output_file_create(&j->file, path, OUTPUT_JUNIT, force)
		      : dm_error_no_memory();
	if (err)
		destroy(&j->output);
	else
		*ret = &j->output;
	return err;
}
