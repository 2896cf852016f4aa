// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes all views of a source and keeps their JSON and text. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "html/html.h"
#include "statements.h"
#include "stored/stored.h"

const char *said_name(enum text text)
{
	static const char *const names[TEXT_COUNT] = {
		[TEXT_REPORT] = "report",
		[TEXT_MEMINFO] = "report --meminfo",
		[TEXT_SPLITS] = "splits",
		[TEXT_TIMELINE] = "splits --timeline",
		[TEXT_MAP] = "map",
		[TEXT_SVG] = "map --svg",
		[TEXT_HTML] = "report --html",
	};

	return names[text];
}

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* ---- Text ---------------------------------------------------------------- */

struct text_sink {
	struct dm_sink sink;
	char *text;
	size_t size, capacity;
};

static bool text_write(struct dm_sink *sink, const char *text, size_t size)
{
	struct text_sink *s = (struct text_sink *)sink;

	if (s->size + size + 1 > s->capacity) {
		s->capacity = 2 * (s->size + size + 1);
		s->text = must(realloc(s->text, s->capacity));
	}
	memcpy(s->text + s->size, text, size);
	s->size += size;
	s->text[s->size] = '\0';
	return true;
}

static struct text_sink empty_text(void)
{
	struct text_sink s = { .sink.write = text_write };

	text_write(&s.sink, "", 0);
	return s;
}

/* A view that fails says why, and that is what it says. Takes @err. */
static char *end_text(struct text_sink *s, struct dm_error *err)
{
	if (err) {
		text_write(&s->sink, "error: ", 7);
		text_write(&s->sink, err->message, strlen(err->message));
		dm_error_destroy(err);
	}
	return s->text;
}

/* Takes @err. */
static json_t *end_json(struct text_sink *s, struct dm_error *err)
{
	json_t *json;

	if (err) {
		json = json_pack("{s:i, s:s}", "error", err->code, "message",
				 err->message);
		dm_error_destroy(err);
	} else {
		json = json_loads(s->text, 0, NULL);
	}
	free(s->text);
	return must(json);
}

/* ---- Views --------------------------------------------------------------- */

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct statements *s = arg;
	struct text_sink text = empty_text();
	struct dm_error *err = dm_run_json(s->kernel, run, &text.sink);

	json_array_append_new(s->runs, end_json(&text, err));
	return NULL;
}

static struct dm_error *take_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct statements *s = arg;
	struct text_sink text = empty_text();
	struct dm_error *err = dm_unknown_json(unknown, &text.sink);

	json_array_append_new(s->runs, end_json(&text, err));
	return NULL;
}

static void make_report(struct statements *s)
{
	struct text_sink json = empty_text(), text = empty_text(),
			 meminfo = empty_text();

	s->report = end_json(&json,
			     dm_session_report_json(s->session, 0, &json.sink));
	s->texts[TEXT_REPORT] = end_text(
		&text, dm_session_report_text(s->session, NULL, &text.sink));
	s->texts[TEXT_MEMINFO] = end_text(
		&meminfo, dm_session_meminfo(s->session, &meminfo.sink));
}

static void make_splits(struct statements *s)
{
	struct text_sink text = empty_text(), timeline = empty_text();

	s->texts[TEXT_SPLITS] =
		end_text(&text, dm_session_splits_text(s->session, &text.sink));
	s->texts[TEXT_TIMELINE] =
		end_text(&timeline, dm_session_splits_timeline(s->session,
							       &timeline.sink));
}

static void make_map(struct statements *s)
{
	struct text_sink json = empty_text(), text = empty_text(),
			 svg = empty_text();
	struct dm_map *map = NULL;
	struct dm_error *err;

	err = dm_session_map(s->session, NULL, &map);
	if (!err)
		err = dm_map_text(s->kernel, map, NULL, &text.sink);
	s->texts[TEXT_MAP] = end_text(&text, err);
	s->texts[TEXT_SVG] = end_text(
		&svg, map ? dm_map_svg(s->kernel, map, &svg.sink) : NULL);
	s->map = end_json(&json,
			  map ? dm_map_json(map, &json.sink)
			      : dm_error_create(DM_ERROR_BAD_DUMP, "no map"));
	dm_map_destroy(map);
}

static char *read_file(const char *path)
{
	struct text_sink text = empty_text();
	FILE *file = must(fopen(path, "re"));
	char part[16384];
	size_t n;

	while ((n = fread(part, 1, sizeof(part), file)))
		text_write(&text.sink, part, n);
	fclose(file);
	return text.text;
}

static void make_page(struct statements *s, const char *path)
{
	json_t *report = must(json_copy(s->report));
	struct dm_error *err;

	json_object_set(report, "map", s->map);
	remove(path);
	err = html_report_write(path, true, report);
	if (err)
		s->texts[TEXT_HTML] = must(strdup(err->message));
	else
		s->texts[TEXT_HTML] = read_file(path);
	dm_error_destroy(err);
	json_decref(report);
}

/* What it says beside the exit code is not looked at. */
static int quiet_code(const struct dm_usage *usage, bool lacks_tables)
{
	int kept = dup(STDERR_FILENO), code;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	fflush(stderr);
	dup2(null, STDERR_FILENO);
	code = cli_view_partial(usage, lacks_tables);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(null);
	return code;
}

/* ---- All ----------------------------------------------------------------- */

static struct dm_error *begin(struct statements *s, struct dm_source *source,
			      const struct debuginfo *debuginfo)
{
	static const struct dm_dump_about about = {
		.struct_size = sizeof(about),
		.path = "dump",
		.format = "elf",
		.complete = true,
	};
	struct dm_session_options options = {
		.struct_size = sizeof(options),
		.about = &about,
	};
	struct dm_error *err;

	err = dm_session_create(source, &options, &s->session);
	if (!err && debuginfo)
		err = dm_session_add_symbols(s->session, debuginfo->symbols,
					     true);
	if (!err && debuginfo)
		err = dm_session_add_types(s->session, debuginfo->types);
	if (!err)
		s->kernel = dm_session_kernel(s->session);
	return err;
}

static struct dm_error *look(struct statements *s, struct dm_source *source,
			     const struct debuginfo *debuginfo)
{
	const struct dm_counters *counters;
	struct dm_error *err;

	err = begin(s, source, debuginfo);
	if (!err)
		err = dm_session_usage(s->session, &s->usage);
	if (!err)
		err = dm_session_stream(s->session, NULL, take_run,
					take_unknown, s, NULL);
	if (!err)
		err = dm_session_policy(s->session, &s->policy);
	if (!err)
		err = dm_session_counters(s->session, &counters);
	if (!err)
		err = dm_session_history(s->session, &s->history);
	return err;
}

void statements_init(struct statements *s, struct dm_source *source,
		     const struct debuginfo *debuginfo, const char *page)
{
	struct dm_error *err;

	*s = (struct statements){
		.runs = must(json_array()),
		.answers = must(json_object()),
		.answer_texts = must(json_object()),
	};
	err = look(s, source, debuginfo);
	if (err) {
		snprintf(s->refused, sizeof(s->refused), "%s", err->message);
		dm_error_destroy(err);
		return;
	}
	make_report(s);
	make_splits(s);
	make_map(s);
	if (page)
		make_page(s, page);
	s->code = quiet_code(s->usage, dm_session_lacks_tables(s->session));
	s->stored_partial = stored_is_partial(s->report);
}

const json_t *statements_ask(struct statements *s, const char *question)
{
	struct text_sink json = empty_text(), text = empty_text();
	const json_t *known = json_object_get(s->answers, question);
	struct dm_explanation *x;
	struct dm_error *err;

	if (known) {
		free(json.text);
		free(text.text);
		return known;
	}
	err = dm_session_explain(s->session, question, &x);
	if (!err)
		err = dm_explain_json(s->kernel, x, &json.sink);
	if (!err)
		err = dm_explain_text(s->kernel, x, &text.sink);
	json_object_set_new(s->answers, question, end_json(&json, err));
	json_object_set_new(s->answer_texts, question, json_string(text.text));
	free(text.text);
	dm_explanation_destroy(x);
	return json_object_get(s->answers, question);
}

void statements_deinit(struct statements *s)
{
	enum text text;

	dm_session_destroy(s->session);
	json_decref(s->report);
	json_decref(s->runs);
	json_decref(s->map);
	json_decref(s->answers);
	json_decref(s->answer_texts);
	for (text = 0; text < TEXT_COUNT; text++)
		free(s->texts[text]);
}
