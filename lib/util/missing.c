// SPDX-License-Identifier: GPL-2.0-or-later
/* What could not be looked up: items for programs, and a line for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/error.h"
#include "util/missing.h"

/* A damaged dump may have as many reasons as it has pages. */
#define ITEMS_MAX 64
#define WHAT_MAX  48

struct item {
	char *what; /* NULL: none */
	char *why;
	enum dm_error_code code;
};

struct dm_missing {
	struct item *items;
	size_t count, capacity;
	char text[DM_ERROR_MESSAGE_MAX];
};

/* ---- The line ------------------------------------------------------------ */

static void add_text(char *text, size_t size, const char *what, const char *why)
{
	size_t have = strlen(text);

	/* One missing thing is often the reason for the next. */
	if (have + 1 >= size || strstr(text, why))
		return;
	snprintf(text + have, size - have, "%s%s%s%s", have ? "; " : "",
		 what ? what : "", what ? ": " : "", why);
}

/* Errors begin with what was looked for: "vmalloc areas: …". */
static const char *what_for(const char *message, char what[WHAT_MAX])
{
	size_t len = strcspn(message, ":");

	if (!message[len] || len >= WHAT_MAX || memchr(message, '0', len))
		return NULL;
	snprintf(what, WHAT_MAX, "%.*s", (int)len, message);
	return what;
}

static const char not_in_dump[] = "memory that is not in the dump";

static void say(char *text, size_t size, const struct dm_error *err)
{
	char what[WHAT_MAX];

	if (dm_error_is_unread(err))
		add_text(text, size, what_for(err->message, what), not_in_dump);
	else
		add_text(text, size, NULL, err->message);
}

struct dm_error *dm_missing_say(char *text, size_t size, struct dm_error *err)
{
	if (err && !dm_error_is_fatal(err))
		say(text, size, err);
	return dm_error_forgive(err);
}

void dm_missing_say_why(char *text, size_t size, const char *why)
{
	add_text(text, size, NULL, why);
}

/* ---- The list ------------------------------------------------------------ */

static struct dm_error *begin(struct dm_missing **missing)
{
	if (!*missing)
		*missing = calloc(1, sizeof(**missing));
	return *missing ? NULL : dm_error_no_memory();
}

static bool is_same(const struct item *item, const char *what, const char *why)
{
	return strcmp(item->why, why) == 0 &&
	       strcmp(item->what ? item->what : "", what ? what : "") == 0;
}

static void item_deinit(struct item *item)
{
	free(item->what);
	free(item->why);
}

static struct dm_error *append(struct dm_missing *m, const char *what,
			       const char *why, enum dm_error_code code)
{
	struct dm_error *err = dm_array_reserve(&m->items, &m->capacity,
						m->count, 1, DM_ARRAY_ANY);
	struct item item = { .code = code };

	if (err)
		return err;
	item.what = what ? strdup(what) : NULL;
	item.why = strdup(why);
	if (!item.why || (what && !item.what)) {
		item_deinit(&item);
		return dm_error_no_memory();
	}
	m->items[m->count++] = item;
	return NULL;
}

/* Each once; the last that there may be says that it is not all. */
static struct dm_error *add_item(struct dm_missing *m, const char *what,
				 const char *why, enum dm_error_code code)
{
	size_t i;

	if (m->count == ITEMS_MAX)
		return NULL;
	for (i = 0; i < m->count; i++) {
		if (is_same(&m->items[i], what, why))
			return NULL;
	}
	if (m->count == ITEMS_MAX - 1)
		return append(m, NULL, "there is more, which is left out",
			      code);
	return append(m, what, why, code);
}

struct dm_error *dm_missing_add(struct dm_missing **missing, const char *what,
				const char *why, enum dm_error_code code)
{
	struct dm_error *err = begin(missing);

	if (err)
		return err;
	add_text((*missing)->text, sizeof((*missing)->text), what, why);
	return add_item(*missing, what, why, code);
}

struct dm_error *dm_missing_note_of(struct dm_missing **missing,
				    const char *what, struct dm_error *err)
{
	struct dm_error *no_memory;

	if (!err || dm_error_is_fatal(err))
		return err;
	no_memory = dm_missing_add(missing, what,
				   dm_error_is_unread(err) ? not_in_dump
							   : err->message,
				   err->code);
	dm_error_destroy(err);
	return no_memory;
}

static struct dm_error *add_error(struct dm_missing *m,
				  const struct dm_error *err)
{
	char text[WHAT_MAX];
	const char *what = what_for(err->message, text);
	const char *why = what ? err->message + strlen(what) + 1 : err->message;

	say(m->text, sizeof(m->text), err);
	why += strspn(why, " ");
	return add_item(m, what, dm_error_is_unread(err) ? not_in_dump : why,
			err->code);
}

struct dm_error *dm_missing_note(struct dm_missing **missing,
				 struct dm_error *err)
{
	struct dm_error *no_memory;

	if (!err || dm_error_is_fatal(err))
		return err;
	no_memory = begin(missing);
	if (!no_memory)
		no_memory = add_error(*missing, err);
	dm_error_destroy(err);
	return no_memory;
}

struct dm_error *dm_missing_merge(struct dm_missing **missing,
				  const struct dm_missing *other)
{
	struct dm_error *err = dm_missing_count(other) ? begin(missing) : NULL;
	size_t i;

	if (err || !dm_missing_count(other))
		return err;
	add_text((*missing)->text, sizeof((*missing)->text), NULL, other->text);
	for (i = 0; !err && i < other->count; i++)
		err = add_item(*missing, other->items[i].what,
			       other->items[i].why, other->items[i].code);
	return err;
}

struct missing_mark dm_missing_mark(const struct dm_missing *missing)
{
	struct missing_mark mark = { 0, 0 };

	if (missing) {
		mark.items = missing->count;
		mark.text = strlen(missing->text);
	}
	return mark;
}

void dm_missing_back(struct dm_missing *missing, struct missing_mark mark)
{
	if (!missing)
		return;
	while (missing->count > mark.items)
		item_deinit(&missing->items[--missing->count]);
	missing->text[mark.text] = '\0';
}

void dm_missing_destroy(struct dm_missing *missing)
{
	if (!missing)
		return;
	dm_missing_back(missing, dm_missing_mark(NULL));
	free(missing->items);
	free(missing);
}

/* ---- Asked --------------------------------------------------------------- */

size_t dm_missing_count(const struct dm_missing *missing)
{
	return missing ? missing->count : 0;
}

const char *dm_missing_what(const struct dm_missing *missing, size_t i)
{
	return missing->items[i].what;
}

const char *dm_missing_why(const struct dm_missing *missing, size_t i)
{
	return missing->items[i].why;
}

enum dm_error_code dm_missing_code(const struct dm_missing *missing, size_t i)
{
	return missing->items[i].code;
}

const char *dm_missing_text(const struct dm_missing *missing)
{
	return missing ? missing->text : "";
}
