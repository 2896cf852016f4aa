// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads stored reports from files and makes reports of dumps, so that check,
 * diff and HTML see one form.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brief.h"
#include "directmap/error.h"
#include "directmap/array.h"
#include "fields.h"
#include "input.h"
#include "files.h"
#include "json_sink.h"
#include "os_error.h"
#include "stored.h"
#include "directmap/text.h"

/* ---- Files ---------------------------------------------------------------- */

/*
 * Whether @path begins as JSON does, or is a pipe, which a dump never is; false
 * also where it cannot be read.
 */
static bool is_report(const char *path)
{
	struct stat st;
	FILE *file;
	int c = EOF, i;

	/* Looking would take what is read next; and dumps are sought in. */
	if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode))
		return true;
	file = fopen(path, "re");
	if (!file)
		return false;
	for (i = 0; i < 4096 && (c = getc(file)) != EOF && isspace(c); i++)
		;
	fclose(file);
	/* The state of a snapshot is JSON, too. */
	return c == '{' && !cli_files_is_text(path);
}

/* Bytes that are read at once, at least. */
#define PIECE (1 << 16)

struct whole {
	char *text;
	size_t size, capacity;
};

/* As far as it goes: a pipe has no size to ask for beforehand. */
static struct dm_error *read_whole(const char *path, struct whole *w)
{
	struct dm_error *err;
	size_t n = 1;
	FILE *file;

	err = input_open(path, &file);
	if (err)
		return err;
	while (!err && n) {
		err = dm_array_reserve(&w->text, &w->capacity, w->size, PIECE,
				       DM_ARRAY_ANY);
		if (err)
			break;
		n = fread(w->text + w->size, 1, w->capacity - w->size, file);
		w->size += n;
		if (w->size > STORED_FILE_MAX)
			err = dm_error_create(DM_ERROR_UNSUPPORTED,
					      "%s: too large for a "
					      "stored report (1 GiB)",
					      path);
	}
	if (!err && ferror(file))
		err = os_error(DM_ERROR_OS, path);
	fclose(file);
	return err;
}

/* ---- Reports in them ------------------------------------------------------ */

static struct dm_error *take_one(const char *path, json_t *report, stored_fn fn,
				 void *arg)
{
	const char *name = field_text(report, "dump.path");
	struct dm_error *err;
	char *text = NULL;

	if (strcmp(field_text(report, "schema"), "directmap/1") != 0)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: no report of schema directmap/1 (report --json)",
			path);
	if (!*name)
		name = text = dm_text_name(path);
	err = name ? fn(arg, report, name) : dm_error_no_memory();
	free(text);
	return err;
}

static struct dm_error *each_of(const char *path, const char *text, size_t size,
				stored_fn fn, void *arg)
{
	struct dm_error *err = NULL;
	size_t at = 0, count = 0;

	while (!err) {
		json_error_t error;
		json_t *report;

		while (at < size && isspace((unsigned char)text[at]))
			at++;
		if (at == size)
			break;
		report = json_loadb(text + at, size - at,
				    JSON_DISABLE_EOF_CHECK |
					    JSON_REJECT_DUPLICATES,
				    &error);
		if (!report)
			return dm_error_create(DM_ERROR_BAD_DUMP,
					       "%s: no JSON at byte %zu: %s",
					       path,
					       at + (size_t)error.position,
					       error.text);
		at += (size_t)error.position;
		count++;
		err = take_one(path, report, fn, arg);
		json_decref(report);
	}
	if (!err && !count)
		err = dm_error_create(DM_ERROR_BAD_DUMP, "%s: empty", path);
	return err;
}

struct dm_error *stored_each(const char *path, stored_fn fn, void *arg)
{
	struct whole w = { 0 };
	struct dm_error *err = read_whole(path, &w);

	if (!err)
		err = each_of(path, w.text, w.size, fn, arg);
	free(w.text);
	return err;
}

/* What batch ended with; of a report that no batch made, 0. */
static int batch_code(const json_t *report)
{
	uint64_t code;

	field_number(report, "batch.code", &code);
	return code <= CLI_FAULT ? (int)code : CLI_FAULT;
}

const char *stored_unread(const json_t *report)
{
	const char *reason = field_text(report, "batch.reason");
	int code = batch_code(report);

	if (json_is_object(field(report, "usage")) &&
	    (code == CLI_OK || code == CLI_PARTIAL))
		return NULL;
	if (!*reason)
		reason = field_text(report, "batch.status");
	return *reason ? reason : "it has no figures";
}

bool stored_is_partial(const json_t *report)
{
	uint64_t findings, unreadable, mapped[DM_LEAF_MAX];

	field_number(report, "usage.finding_count", &findings);
	field_number(report, "usage.tables.unreadable", &unreadable);
	return findings || unreadable || stored_unread(report) ||
	       batch_code(report) == CLI_PARTIAL ||
	       field_bool(report, "usage.lacks_tables") == DM_YES ||
	       (field_leaves(report, "usage.mapped", mapped) &&
		!leaves_total(mapped));
}

bool stored_has_unknown(const json_t *report)
{
	uint64_t findings, unreadable, unknown, mapped[DM_LEAF_MAX];

	field_number(report, "usage.unknown", &unknown);
	field_number(report, "usage.tables.unreadable", &unreadable);
	field_number(report, "usage.finding_count", &findings);
	/* Before there was "memory", not all that is unknown was counted so. */
	return unknown || unreadable ||
	       (findings && !field(report, "memory")) ||
	       field_bool(report, "usage.lacks_tables") == DM_YES ||
	       (field_leaves(report, "usage.mapped", mapped) &&
		!leaves_total(mapped));
}

enum stored_history stored_history(const json_t *report)
{
	if (field_bool(report, "split_summary.known") == DM_YES)
		return STORED_HISTORY_KNOWN;
	return field_bool(report, "split_summary.at_least") == DM_YES
		       ? STORED_HISTORY_AT_LEAST
		       : STORED_HISTORY_UNKNOWN;
}

/* ---- Dumps ---------------------------------------------------------------- */

static bool is_late(void *arg)
{
	struct dm_error *late = cli_progress_late(arg);

	dm_error_destroy(late);
	return late != NULL;
}

/* Takes @err, which is of who was told to end where time is up. */
static struct dm_error *late_or(struct dm_error *err, struct cli_analysis *a)
{
	struct dm_error *late;

	if (!err)
		return NULL;
	late = cli_progress_late(a->dump.progress);
	if (!late)
		return err;
	dm_error_destroy(err);
	return cli_name_dump(late, &a->dump);
}

struct dm_error *stored_make(struct cli_analysis *a, json_t **ret)
{
	struct dm_session *session = a->dump.session;
	struct brief *brief = NULL;
	struct dm_error *err;

	*ret = NULL;
	err = cli_analysis_report(a);
	if (err)
		return err;
	err = brief_create(&brief, is_late, a->dump.progress);
	if (!err)
		err = late_or(dm_session_report_json(session, 0,
						     brief_sink(brief)),
			      a);
	if (!err)
		*ret = brief_report(brief);
	brief_destroy(brief);
	if (!err && !*ret)
		err = dm_error_no_memory();
	/* What a view could not read again, the walk before it did not note. */
	if (!err && dm_session_lacks_tables(session) &&
	    json_object_set_new(json_object_get(*ret, "usage"), "lacks_tables",
				json_true()) < 0)
		err = dm_error_no_memory();
	return err;
}

struct dm_error *stored_make_map(struct cli_analysis *a, json_t **ret)
{
	struct json_sink printed;
	struct dm_error *err;
	struct dm_map *map;

	*ret = NULL;
	err = dm_session_map(a->dump.session, NULL, &map);
	cli_progress_clear(a->dump.progress);
	if (err)
		return cli_name_dump(err, &a->dump);
	json_sink_init(&printed);
	err = dm_map_json(map, &printed.sink);
	dm_map_destroy(map);
	return json_sink_parse(&printed, err, ret);
}

struct dm_error *stored_of_dump(char *const *paths, size_t count,
				const struct cli_options *options, stored_fn fn,
				void *arg)
{
	struct cli_analysis a;
	struct dm_error *err;
	json_t *report;

	err = cli_analysis_init(&a, options, paths, count);
	if (err)
		return err;
	err = stored_make(&a, &report);
	if (!err)
		err = fn(arg, report, field_text(report, "dump.path"));
	json_decref(report);
	cli_analysis_deinit(&a);
	return err;
}

struct dm_error *stored_or_dump(const char *path,
				const struct cli_options *options, stored_fn fn,
				void *arg)
{
	char *paths[] = { (char *)(uintptr_t)path };

	if (is_report(path))
		return stored_each(path, fn, arg);
	return stored_of_dump(paths, 1, options, fn, arg);
}
