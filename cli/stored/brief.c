// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Splits a report into its list `special`, which is summed up record by record,
 * and the rest, which is kept as text.
 */
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "directmap/error.h"
#include "directmap/array.h"
#include "fields.h"

#define LIST "special"
/* Pieces of text apart; that they are no one stretch is plain by then. */
#define PIECES_MAX 1024

struct text {
	char *text;
	size_t size, capacity;
};

struct brief {
	struct dm_sink sink; /* first: ops get a pointer to it */
	/* All but the records of the list. */
	struct text report;
	struct text record;
	bool (*late)(void *arg);
	void *arg;
	/* Where the writing is. */
	unsigned int depth; /* of objects and lists */
	bool in_string, escaped, in_list;
	char key[sizeof(LIST)]; /* the last string at depth 1, cut */
	size_t key_size;
	/* Of what came: records by what they have in common. */
	json_t *records, *by_key;
	json_t *text; /* the last piece of it; borrowed */
	size_t pieces;
};

static bool add(struct text *t, char c)
{
	if (dm_array_reserve(&t->text, &t->capacity, t->size, 1, DM_ARRAY_ANY))
		return false;
	t->text[t->size++] = c;
	return true;
}

/* ---- Sums ----------------------------------------------------------------- */

static bool grow(json_t *record, uint64_t size)
{
	uint64_t sum;

	if (!field_number(record, "size", &sum) ||
	    __builtin_add_overflow(sum, size, &sum) || sum > INT64_MAX)
		sum = INT64_MAX;
	return json_object_set_new(record, "size",
				   json_integer((json_int_t)sum)) == 0;
}

/* A piece of the text goes on, or begins anew. */
static bool add_text(struct brief *b, json_t *record, uint64_t size)
{
	uint64_t start, last, last_size;

	if (b->text && field_hex(b->text, "start", &last) &&
	    field_number(b->text, "size", &last_size) &&
	    field_hex(record, "start", &start) &&
	    (b->pieces == PIECES_MAX || (last + last_size == start &&
					 !strcmp(field_text(b->text, "state"),
						 field_text(record, "state")))))
		return grow(b->text, size);
	b->text = record;
	b->pieces++;
	return json_array_append(b->records, record) == 0;
}

/* What all records of the same have: all but the place. */
static char *key_of(json_t *record)
{
	json_t *copy = json_copy(record);
	char *key;

	json_object_del(copy, "start");
	json_object_del(copy, "size");
	key = json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(copy);
	return key;
}

static bool add_other(struct brief *b, json_t *record, uint64_t size)
{
	char *key = key_of(record);
	json_t *same;
	bool fine;

	if (!key)
		return false;
	same = json_object_get(b->by_key, key);
	fine = same ? grow(same, size)
		    : json_object_set(b->by_key, key, record) == 0 &&
			       json_array_append(b->records, record) == 0;
	free(key);
	return fine;
}

static bool take_record(struct brief *b)
{
	json_t *record = json_loadb(b->record.text, b->record.size, 0, NULL);
	uint64_t size;
	bool fine;

	b->record.size = 0;
	if (!record)
		return false;
	field_number(record, "size", &size);
	json_object_del(record, "attrs");
	fine = strcmp(field_text(record, "owner.kind"), "kernel_text") == 0
		       ? add_text(b, record, size)
		       : add_other(b, record, size);
	json_decref(record);
	return fine;
}

/* ---- Writing -------------------------------------------------------------- */

/* Keeps what may be the name of the list. */
static void note_key(struct brief *b, char c)
{
	if (b->key_size < sizeof(b->key))
		b->key[b->key_size++] = c;
}

static bool is_list(const struct brief *b)
{
	return b->depth == 1 && b->key_size == strlen(LIST) &&
	       memcmp(b->key, LIST, b->key_size) == 0;
}

static void in_string(struct brief *b, char c)
{
	if (b->escaped)
		b->escaped = false;
	else if (c == '\\')
		b->escaped = true;
	else if (c == '"')
		b->in_string = false;
	if (b->in_string && b->depth == 1)
		note_key(b, c);
}

/* Its own brackets go to the report, what is between them does not. */
static bool in_list(struct brief *b, char c)
{
	if (b->depth == 1) {
		b->in_list = false;
		return add(&b->report, c);
	}
	/* A comma between two. */
	if (b->depth == 2 && !b->record.size)
		return true;
	if (!add(&b->record, c))
		return false;
	return c != '}' || b->depth != 2 || b->in_string || take_record(b);
}

static bool take(struct brief *b, char c)
{
	if (b->in_string) {
		in_string(b, c);
	} else if (c == '"') {
		b->in_string = true;
		if (b->depth == 1)
			b->key_size = 0;
	} else if (c == '[' && is_list(b)) {
		b->in_list = true;
		b->depth++;
		return add(&b->report, c);
	} else if (c == '{' || c == '[') {
		b->depth++;
	} else if (c == '}' || c == ']') {
		b->depth--;
	}
	return b->in_list ? in_list(b, c) : add(&b->report, c);
}

static bool brief_write(struct dm_sink *sink, const char *text, size_t size)
{
	struct brief *b = (struct brief *)sink;
	size_t i;

	if (b->late && b->late(b->arg))
		return false;
	for (i = 0; i < size; i++) {
		if (!take(b, text[i]))
			return false;
	}
	return true;
}

struct dm_error *brief_create(struct brief **ret, bool (*late)(void *arg),
			      void *arg)
{
	struct brief *b = calloc(1, sizeof(*b));

	if (b) {
		b->sink.write = brief_write;
		b->late = late;
		b->arg = arg;
		b->records = json_array();
		b->by_key = json_object();
	}
	if (!b || !b->records || !b->by_key) {
		brief_destroy(b);
		return dm_error_no_memory();
	}
	*ret = b;
	return NULL;
}

void brief_destroy(struct brief *brief)
{
	if (!brief)
		return;
	json_decref(brief->records);
	json_decref(brief->by_key);
	free(brief->report.text);
	free(brief->record.text);
	free(brief);
}

struct dm_sink *brief_sink(struct brief *brief)
{
	return &brief->sink;
}

json_t *brief_report(struct brief *brief)
{
	json_t *report =
		json_loadb(brief->report.text, brief->report.size, 0, NULL);

	/* A report without history has no such list, and keeps none. */
	if (report && json_object_get(report, LIST) &&
	    json_object_set(report, LIST, brief->records) != 0) {
		json_decref(report);
		report = NULL;
	}
	return report;
}
