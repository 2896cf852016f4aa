// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage query: the views of a batch's database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "db.h"
#include "directmap/array.h"
#include "escape.h"
#include "directmap/json.h"
#include "options/near.h"
#include "options/parse.h"
#include "directmap/text.h"

static int list_views(void)
{
	const struct db_view *view;
	struct dm_error *err;

	for (view = db_views; view->name; view++)
		printf("%-11s %s\n", view->name, view->what);
	err = cli_flush();
	return err ? cli_fail_error(err) : CLI_OK;
}

/* ---- A table, its columns as wide as what is in them --------------------- */

struct cells {
	char **text;
	bool *number; /* by column: right-aligned */
	size_t count, capacity, columns;
};

static bool add_cell(struct cells *c, const char *text)
{
	if (dm_array_reserve(&c->text, &c->capacity, c->count, 1, DM_ARRAY_ANY))
		return false;
	c->text[c->count] = strdup(text ? text : "-");
	return c->text[c->count++];
}

static void print_cells(const struct cells *c)
{
	size_t *width = calloc(c->columns, sizeof(*width));
	size_t i, n;

	for (i = 0; width && i < c->count; i++) {
		n = dm_text_columns(c->text[i]);
		if (n > width[i % c->columns])
			width[i % c->columns] = n;
	}
	for (i = 0; width && i < c->count; i++) {
		size_t column = i % c->columns;
		bool last = column + 1 == c->columns;
		int pad = (int)(width[column] - dm_text_columns(c->text[i]));

		if (c->number[column])
			printf("%*s", pad, "");
		escape_text(stdout, c->text[i]);
		if (last)
			putchar('\n');
		else
			printf("%*s", c->number[column] ? 2 : pad + 2, "");
	}
	free(width);
}

static struct dm_error *print_text(struct db *db, sqlite3_stmt *s)
{
	struct cells c = { .columns = (size_t)sqlite3_column_count(s) };
	bool ok;
	size_t i;
	int code;

	c.number = calloc(c.columns, sizeof(*c.number));
	ok = c.number;
	for (i = 0; ok && i < c.columns; i++)
		ok = add_cell(&c, sqlite3_column_name(s, (int)i));
	while (ok && (code = sqlite3_step(s)) == SQLITE_ROW) {
		for (i = 0; ok && i < c.columns; i++) {
			int type = sqlite3_column_type(s, (int)i);

			if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
				c.number[i] = true;
			ok = add_cell(&c, (const char *)sqlite3_column_text(
						  s, (int)i));
		}
	}
	if (ok && code == SQLITE_DONE)
		print_cells(&c);
	for (i = 0; i < c.count; i++)
		free(c.text[i]);
	free(c.text);
	free(c.number);
	if (!ok)
		return dm_error_no_memory();
	return code == SQLITE_DONE ? NULL : db_error(db);
}

/* ---- For machines -------------------------------------------------------- */

static json_t *value(sqlite3_stmt *s, int i)
{
	const char *text;

	switch (sqlite3_column_type(s, i)) {
	case SQLITE_INTEGER:
		return json_integer(sqlite3_column_int64(s, i));
	case SQLITE_FLOAT:
		return json_real(sqlite3_column_double(s, i));
	case SQLITE_NULL:
		return json_null();
	}
	text = (const char *)sqlite3_column_text(s, i);
	return json_string(text ? text : "");
}

static struct dm_error *put_json_row(sqlite3_stmt *s)
{
	json_t *o = json_object();
	int i;

	for (i = 0; i < sqlite3_column_count(s); i++)
		json_object_set_new(o, sqlite3_column_name(s, i), value(s, i));
	return dm_json_write(o, cli_stdout());
}

static void put_csv_row(sqlite3_stmt *s)
{
	int i;

	for (i = 0; i < sqlite3_column_count(s); i++) {
		const char *text = (const char *)sqlite3_column_text(s, i);

		if (i)
			putchar(',');
		if (sqlite3_column_type(s, i) == SQLITE_TEXT && text)
			escape_csv(stdout, text);
		else if (text)
			fputs(text, stdout);
	}
	putchar('\n');
}

static struct dm_error *print_machine(struct db *db, sqlite3_stmt *s, bool csv)
{
	struct dm_error *err = NULL;
	int i, code = SQLITE_DONE;

	for (i = 0; csv && i < sqlite3_column_count(s); i++)
		printf("%s%s", i ? "," : "", sqlite3_column_name(s, i));
	if (csv)
		putchar('\n');
	while (!err && (code = sqlite3_step(s)) == SQLITE_ROW) {
		if (csv)
			put_csv_row(s);
		else
			err = put_json_row(s);
	}
	if (err)
		return err;
	return code == SQLITE_DONE ? NULL : db_error(db);
}

/* By our own text: the view of that name may be another by now. */
static struct dm_error *print_view(const struct cli_options *o,
				   const struct db_view *view)
{
	struct dm_error *err;
	sqlite3_stmt *s;
	struct db db;
	char sql[2048];

	err = db_init(&db, o->db, false);
	if (err)
		return dm_error_recode(err, DM_ERROR_INVALID_ARGUMENT);
	snprintf(sql, sizeof(sql), "%sSELECT * FROM (%s) LIMIT %lld",
		 db_is_old(&db) ? db_upgrade_reading : "", view->select,
		 o->limit ? (long long)o->limit : -1LL);
	if (sqlite3_prepare_v2(db.sqlite, sql, -1, &s, NULL) != SQLITE_OK)
		err = db_error(&db);
	else if (o->format == CLI_TEXT)
		err = print_text(&db, s);
	else
		err = print_machine(&db, s, o->format == CLI_CSV);
	if (!err)
		err = cli_flush();
	sqlite3_finalize(s);
	db_deinit(&db);
	return err;
}

/* NULL: there is none, which is said. */
static const struct db_view *find_view(const char *name)
{
	const struct db_view *view;
	struct near near;

	near_init(&near, name, strlen(name));
	for (view = db_views; view->name; view++) {
		if (!strcmp(name, view->name))
			return view;
		near_try(&near, view->name);
	}
	if (near.meant)
		cli_fail(CLI_USAGE, "no view %s; did you mean %s?", name,
			 near.meant);
	else
		cli_fail(CLI_USAGE, "no view %s; kdump-triage query lists them",
			 name);
	return NULL;
}

static int run(const struct cli_options *options)
{
	const struct db_view *view;
	struct dm_error *err;

	if (!options->arg_count)
		return list_views();
	view = find_view(options->args[0]);
	if (!view)
		return CLI_USAGE;
	if (!options->db)
		return options_wrong(options->command, "query needs --db FILE");
	err = print_view(options, view);
	return err ? cli_fail_error(err) : CLI_OK;
}

const struct cli_command cli_query = { .folds = true, .run = run };
