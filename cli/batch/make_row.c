// SPDX-License-Identifier: GPL-2.0-or-later
/* What a child said, as a row; and a row for a child that said nothing. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "batch.h"
#include "directmap/error.h"
#include "directmap/json.h"
#include "directmap/text.h"

static void take_id(char *id, json_t *o)
{
	const char *value = json_string_value(json_object_get(o, "content_id"));

	if (value && strlen(value) == CONTENT_ID_MAX - 1)
		strcpy(id, value);
}

/* The second line of @text, and what the first says of the file. */
static json_t *parse_output(const struct child_text *text, char *id)
{
	json_t *first, *row = NULL;
	const char *end;

	*id = '\0';
	end = text->text ? memchr(text->text, '\n', text->size) : NULL;
	if (!end)
		return NULL;
	first = json_loadb(text->text, (size_t)(end - text->text), 0, NULL);
	take_id(id, first);
	json_decref(first);
	end++;
	row = json_loadb(end, text->size - (size_t)(end - text->text),
			 JSON_ALLOW_NUL, NULL);
	if (row && json_is_object(json_object_get(row, "dump")) &&
	    json_is_object(json_object_get(row, "usage"))) {
		/* Of large files it is known better now. */
		take_id(id, row);
		json_object_del(row, "content_id");
		return row;
	}
	json_decref(row);
	return NULL;
}

struct verdict {
	int code;
	const char *status;
	char reason[DM_ERROR_MESSAGE_MAX];
};

static void judge(struct verdict *v, const struct child *child, bool has_row)
{
	size_t used;

	child_reason(child, v->reason, sizeof(v->reason));
	v->code = CLI_FAULT;
	v->status = child->end == CHILD_SIGNALED ? "crashed" : "failed";
	/* The latter: before there was anything to tell. */
	if (child->end == CHILD_TIMEOUT ||
	    (child->end == CHILD_EXITED && child->code == CLI_PARTIAL &&
	     !has_row)) {
		v->code = CLI_PARTIAL;
		v->status = "timeout";
	} else if (child->end == CHILD_EXITED &&
		   (child->code == CLI_OK || child->code == CLI_PARTIAL) &&
		   has_row) {
		v->code = child->code;
		v->status = child->code ? "partial" : "ok";
	} else if (child->end == CHILD_EXITED &&
		   (child->code == CLI_DUMP || child->code == CLI_USAGE)) {
		v->code = CLI_DUMP;
		v->status = "unreadable";
	} else if (child->end == CHILD_EXITED && child->code == CLI_FAULT &&
		   child->limits.memory && *v->reason) {
		/* It writes no files: what it lacked is memory. */
		used = strlen(v->reason);
		snprintf(v->reason + used, sizeof(v->reason) - used,
			 "; the limit is %llu MiB (--max-memory)",
			 (unsigned long long)(child->limits.memory >> 20));
	} else if (child->end == CHILD_EXITED && !*v->reason) {
		snprintf(v->reason, sizeof(v->reason), "said nothing");
	}
}

/* Its reasons begin with the path as it is shown, which the row has anyway. */
static const char *less_path(const char *reason, const char *path)
{
	char *shown = dm_text_shown(path);
	size_t n = shown ? strlen(shown) : 0;
	bool begins = n && !strncmp(reason, shown, n) &&
		      !strncmp(reason + n, ": ", 2);

	free(shown);
	return begins ? reason + n + 2 : reason;
}

bool batch_put_path(json_t *row, const char *path)
{
	json_t *dump = json_incref(json_object_get(row, "dump"));

	dump = dm_json_put_path(dump, path);
	json_decref(dump);
	return dump;
}

static void put_files(json_t *b, const struct scan_dump *dump)
{
	uint64_t size = 0, mtime = 0;
	struct stat st;
	size_t i, count;
	char *const *files = scan_dump_files(dump, &count);

	for (i = 0; i < count; i++) {
		if (stat(files[i], &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		size += (uint64_t)st.st_size;
		if ((uint64_t)st.st_mtime > mtime && st.st_mtime > 0)
			mtime = (uint64_t)st.st_mtime;
	}
	json_object_set_new(b, "files", dm_json_uint(count));
	json_object_set_new(b, "size", dm_json_uint(size));
	json_object_set_new(b, "mtime",
			    mtime ? dm_json_uint(mtime) : json_null());
}

static json_t *batch_object(const struct child *child,
			    const struct scan_dump *dump,
			    const struct verdict *v, const char *id,
			    bool stopped)
{
	const char *reason = less_path(v->reason, dump->paths[0]);
	json_t *b;

	b = json_pack("{s:s, s:i, s:o, s:o, s:s}", "status", v->status, "code",
		      v->code, "reason", dm_json_text(reason), "content_id",
		      dm_json_text(id), "tool", DM_VERSION);
	if (!b)
		return NULL;
	put_files(b, dump);
	/* What a later run with other limits may do better. */
	if (v->code == CLI_FAULT || !strcmp(v->status, "timeout") || stopped)
		json_object_set_new(
			b, "limits",
			json_pack("{s:o, s:o, s:o}", "timeout",
				  dm_json_uint(child->limits.timeout), "memory",
				  dm_json_uint(child->limits.memory), "tables",
				  dm_json_uint(child->limits.tables)));
	return dm_json_put(
		b, "run",
		json_pack(
			"{s:o, s:o, s:o}", "seconds",
			json_real((double)(long)(child->seconds * 1000) / 1000),
			"max_rss_kib", dm_json_uint((uint64_t)child->max_rss),
			"at", dm_json_uint((uint64_t)time(NULL))));
}

json_t *batch_make_row(const struct child *child, const struct scan_dump *dump,
		       int *code)
{
	char id[CONTENT_ID_MAX];
	struct verdict v;
	bool stopped;
	json_t *row;

	row = parse_output(&child->out, id);
	judge(&v, child, row);
	if (row && v.code != CLI_OK && v.code != CLI_PARTIAL) {
		json_decref(row);
		row = NULL;
	}
	if (!row)
		row = json_pack("{s:s, s:{}}", "schema", "directmap/1", "dump");
	*code = v.code;
	if (!batch_put_path(row, dump->paths[0])) {
		json_decref(row);
		return NULL;
	}
	stopped = json_object_get(json_object_get(row, "usage"), "stopped");
	return row ? dm_json_put(row, "batch",
				 batch_object(child, dump, &v, id, stopped))
		   : NULL;
}
