// SPDX-License-Identifier: GPL-2.0-or-later
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
	struct dm_error *err = dm_run_json(&s->kernel, run, &text.sink);

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
	struct dm_report report = {
		.dump = { .path = "dump", .format = "elf", .complete = true },
		.kernel = s->kernel,
		.usage = s->usage,
		.policy = &s->policy,
		.counters = s->counters.count ? &s->counters : NULL,
		.history = s->history,
	};
	struct text_sink json = empty_text(), text = empty_text(),
			 meminfo = empty_text();
	struct dm_style style = { .struct_size = sizeof(style) };

	s->report = end_json(&json, dm_report_json(&report, &json.sink));
	s->texts[TEXT_REPORT] =
		end_text(&text, dm_report_text(&report, &style, &text.sink));
	s->texts[TEXT_MEMINFO] =
		end_text(&meminfo, dm_report_meminfo(&report, &meminfo.sink));
}

static void make_splits(struct statements *s)
{
	struct text_sink text = empty_text(), timeline = empty_text();

	s->texts[TEXT_SPLITS] = end_text(
		&text, dm_splits_text(&s->kernel, s->history, &text.sink));
	s->texts[TEXT_TIMELINE] =
		end_text(&timeline, dm_splits_timeline(&s->kernel, s->history,
						       &timeline.sink));
}

static void make_map(struct statements *s)
{
	struct text_sink json = empty_text(), text = empty_text(),
			 svg = empty_text();
	struct dm_style style = { .struct_size = sizeof(style) };
	struct dm_map *map = NULL;
	struct dm_error *err;

	err = dm_map_create(s->target, s->history, NULL, &map);
	if (!err)
		err = dm_map_text(&s->kernel, map, &style, &text.sink);
	s->texts[TEXT_MAP] = end_text(&text, err);
	s->texts[TEXT_SVG] = end_text(
		&svg, map ? dm_map_svg(&s->kernel, map, &svg.sink) : NULL);
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
static int quiet_code(const struct dm_usage *usage,
		      const struct dm_target *target)
{
	int kept = dup(STDERR_FILENO), code;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	fflush(stderr);
	dup2(null, STDERR_FILENO);
	code = cli_view_partial(usage, target);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(null);
	return code;
}

/* ---- All ----------------------------------------------------------------- */

static struct dm_error *make_target(struct statements *s,
				    const struct debuginfo *debuginfo)
{
	struct dm_error *err;

	err = dm_target_create(s->source, &s->kernel, &s->target);
	if (!err && debuginfo)
		err = dm_target_add_symbols(s->target, debuginfo->symbols,
					    true);
	if (!err && debuginfo)
		err = dm_target_add_types(s->target, debuginfo->types);
	return err;
}

static struct dm_error *look(struct statements *s,
			     const struct debuginfo *debuginfo)
{
	static const struct dm_walk_options how;
	struct dm_usage again;
	struct dm_error *err;

	err = dm_kernel_init(&s->kernel, s->source);
	if (!err)
		err = make_target(s, debuginfo);
	if (!err)
		err = dm_walk_realm(s->source, &s->kernel, s->target, NULL,
				    &s->usage);
	if (!err)
		err = dm_target_check_memory(s->target, &s->usage);
	if (!err)
		err = dm_target_stream(s->target, &how, &again, take_run,
				       take_unknown, s);
	if (!err)
		err = dm_policy_init(&s->policy, s->target, &s->usage);
	if (!err)
		err = dm_counters_init(&s->counters, s->target, &s->usage);
	if (!err)
		err = dm_history_create(s->target, &s->policy, &s->history);
	return err;
}

void statements_init(struct statements *s, struct dm_source *source,
		     const struct debuginfo *debuginfo, const char *page)
{
	struct dm_error *err;

	*s = (struct statements){
		.source = source,
		.runs = must(json_array()),
		.answers = must(json_object()),
		.answer_texts = must(json_object()),
	};
	err = look(s, debuginfo);
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
	s->code = quiet_code(&s->usage, s->target);
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
	x = must(malloc(sizeof(*x)));
	err = dm_explain_init(x, s->target, &s->policy, question);
	if (!err) {
		dm_history_explain(s->history, x);
		err = dm_explain_json(&s->kernel, x, &json.sink);
	}
	if (!err)
		err = dm_explain_text(&s->kernel, x, &text.sink);
	json_object_set_new(s->answers, question, end_json(&json, err));
	json_object_set_new(s->answer_texts, question, json_string(text.text));
	free(text.text);
	free(x);
	return json_object_get(s->answers, question);
}

void statements_deinit(struct statements *s)
{
	enum text text;

	dm_history_destroy(s->history);
	dm_target_destroy(s->target);
	json_decref(s->report);
	json_decref(s->runs);
	json_decref(s->map);
	json_decref(s->answers);
	json_decref(s->answer_texts);
	for (text = 0; text < TEXT_COUNT; text++)
		free(s->texts[text]);
}
