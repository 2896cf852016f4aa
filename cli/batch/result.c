// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares rows of one content, and collects those that disagree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "result.h"
#include "stored/fields.h"

/* Lists and the map, which an option may leave out. */
static const char *const left_out[] = { "batch", "map", "splits", "boot",
					"special" };

/* Where the dump lies. */
static const char *const places[] = { "path", "path_base64", "images",
				      "images_from" };

void result_mark(const json_t *row, char mark[RESULT_MARK_MAX])
{
	json_t *copy = json_copy((json_t *)(uintptr_t)row), *dump;
	char id[CONTENT_ID_MAX], *text;
	size_t i;

	*mark = '\0';
	for (i = 0; i < sizeof(left_out) / sizeof(*left_out); i++)
		json_object_del(copy, left_out[i]);
	dump = json_copy(json_object_get(copy, "dump"));
	for (i = 0; i < sizeof(places) / sizeof(*places); i++)
		json_object_del(dump, places[i]);
	json_object_set_new(copy, "dump", dump ? dump : json_null());
	json_object_set(copy, "code", field(row, "batch.code"));
	text = json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS);
	if (text) {
		content_id_text(text, id);
		snprintf(mark, RESULT_MARK_MAX, "%.16s", id);
	}
	free(text);
	json_decref(copy);
}

/* Another run, with other limits, may do better: that is no other result. */
bool result_is_final(const json_t *row)
{
	uint64_t code;

	field_number(row, "batch.code", &code);
	return !field(row, "batch.limits") && code < CLI_FAULT;
}

bool results_disagree(const json_t *a, const json_t *b)
{
	char x[RESULT_MARK_MAX], y[RESULT_MARK_MAX];

	if (!result_is_final(a) || !result_is_final(b) ||
	    strcmp(field_text(a, "batch.tool"), field_text(b, "batch.tool")))
		return false;
	result_mark(a, x);
	result_mark(b, y);
	return strcmp(x, y) != 0;
}

/* Of a content: the mark of its first result, and where that lies. */
static bool is_another(struct disagreements *d, const json_t *row,
		       const char *id)
{
	const char *path = field_text(row, "dump.path");
	json_t *seen = json_object_get(d->seen, id);
	char mark[RESULT_MARK_MAX];

	result_mark(row, mark);
	if (!seen) {
		json_object_set_new(d->seen, id,
				    json_pack("{s:s, s:s, s:s}", "mark", mark,
					      "path", path, "tool",
					      field_text(row, "batch.tool")));
		return false;
	}
	if (!strcmp(field_text(seen, "mark"), mark) ||
	    strcmp(field_text(seen, "tool"), field_text(row, "batch.tool")))
		return false;
	if (!d->count) {
		d->first = strdup(field_text(seen, "path"));
		d->other = strdup(path);
	}
	return true;
}

bool disagreements_add(struct disagreements *d, const json_t *row)
{
	const char *id = field_text(row, "batch.content_id");

	if (!*id || !result_is_final(row))
		return true;
	if (!d->seen)
		d->seen = json_object();
	if (!d->seen)
		return false;
	d->count += is_another(d, row, id);
	return true;
}

void disagreements_say(const struct disagreements *d)
{
	if (d->count)
		cli_fail(
			CLI_OK,
			"%zu dump%s one content id with another and another result, so the content differs where the id does not look; each is kept: %s, %s%s",
			d->count, d->count == 1 ? " has" : "s have",
			d->first ? d->first : "", d->other ? d->other : "",
			d->count > 1 ? ", ..." : "");
}

void disagreements_deinit(struct disagreements *d)
{
	json_decref(d->seen);
	free(d->first);
	free(d->other);
	*d = (struct disagreements){ 0 };
}
