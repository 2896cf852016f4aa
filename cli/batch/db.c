// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens, upgrades and fills the database of a batch, and reads its rows back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "content_id.h"
#include "db.h"
#include "directmap/json.h"
#include "result.h"

/* Others may write to the same file, a transaction each: as long as it takes. */
#define BUSY_MS 60000
/* Rows in a transaction: few, so that others get their turn. */
#define COMMIT_EVERY 64

enum statement {
	STATEMENT_BEGIN,
	STATEMENT_COMMIT,
	STATEMENT_SAVE,
	STATEMENT_UNDO,
	STATEMENT_RELEASE,
	STATEMENT_FIND,
	STATEMENT_ALIKE,
	STATEMENT_DUMP,
	STATEMENT_PATH,
	STATEMENT_RUN,
	STATEMENT_USAGE,
	STATEMENT_SPLITS,
	STATEMENT_LOST,
	STATEMENT_OWNER,
	STATEMENT_FINDING,
	STATEMENT_COUNT,
};

#define INSERT_DUMP                                                            \
	"INSERT OR REPLACE INTO dumps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "     \
	"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "      \
	"?, ?, ?, ?, ?, ?, ?, ?)"
#define INSERT_LOST                                                            \
	"INSERT OR REPLACE INTO lost_leaves VALUES (?, ?, ?, ?, ?, ?,"         \
	" ?, ?, ?, ?, ?)"

static const char *const sql[STATEMENT_COUNT] = {
	[STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
	[STATEMENT_COMMIT] = "COMMIT",
	[STATEMENT_SAVE] = "SAVEPOINT row",
	[STATEMENT_UNDO] = "ROLLBACK TO row",
	[STATEMENT_RELEASE] = "RELEASE row",
	[STATEMENT_FIND] = "SELECT tool, code, path FROM dumps WHERE id = ?",
	[STATEMENT_ALIKE] =
		"SELECT id, json FROM dumps WHERE id >= ?1 AND id < ?1 || '~'"
		" ORDER BY id",
	[STATEMENT_DUMP] = INSERT_DUMP,
	[STATEMENT_PATH] = "INSERT OR REPLACE INTO paths VALUES (?, ?, ?, ?)",
	[STATEMENT_RUN] = "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)",
	[STATEMENT_USAGE] =
		"INSERT OR REPLACE INTO usage VALUES (?, ?, ?, ?, ?)",
	[STATEMENT_SPLITS] =
		"INSERT OR REPLACE INTO splits VALUES (?, ?, ?, ?, ?)",
	[STATEMENT_LOST] = INSERT_LOST,
	[STATEMENT_OWNER] =
		"INSERT OR REPLACE INTO owners VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	[STATEMENT_FINDING] =
		"INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};

/* SQLITE_ERROR: our statements do not fit what the file has for tables. */
static bool is_file_at_fault(sqlite3 *sqlite)
{
	int code = sqlite3_errcode(sqlite) & 0xff;

	return code == SQLITE_ERROR || code == SQLITE_CORRUPT ||
	       code == SQLITE_NOTADB;
}

struct dm_error *db_error(const struct db *db)
{
	return dm_error_create(is_file_at_fault(db->sqlite)
				       ? DM_ERROR_INVALID_ARGUMENT
				       : DM_ERROR_OUTPUT,
			       "%s: %s", db->path, sqlite3_errmsg(db->sqlite));
}

static struct dm_error *run_sql(struct db *db, const char *text)
{
	return sqlite3_exec(db->sqlite, text, NULL, NULL, NULL) == SQLITE_OK
		       ? NULL
		       : db_error(db);
}

static int pragma(struct db *db, const char *text)
{
	sqlite3_stmt *s;
	int value = -1;

	if (sqlite3_prepare_v2(db->sqlite, text, -1, &s, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(s) == SQLITE_ROW)
		value = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return value;
}

static struct dm_error *make_views(struct db *db)
{
	const struct db_view *view;
	struct dm_error *err = NULL;
	char text[2048];

	for (view = db_views; !err && view->name; view++) {
		snprintf(text, sizeof(text),
			 "DROP VIEW IF EXISTS %s; CREATE VIEW %s AS %s",
			 view->name, view->name, view->select);
		err = run_sql(db, text);
	}
	return err;
}

static struct dm_error *make_schema(struct db *db)
{
	struct dm_error *err;
	char text[128];

	err = run_sql(db, db_tables);
	if (!err)
		err = make_views(db);
	if (err)
		return err;
	snprintf(text, sizeof(text),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		 DB_APPLICATION_ID, DB_VERSION);
	return run_sql(db, text);
}

bool db_is_old(const struct db *db)
{
	return sqlite3_table_column_metadata(db->sqlite, "main", "dumps",
					     "lost_at_least", NULL, NULL, NULL,
					     NULL, NULL) != SQLITE_OK;
}

static struct dm_error *upgrade(struct db *db)
{
	struct dm_error *err = run_sql(db, db_upgrade);

	return err ? err : make_views(db);
}

/* Ours, and of a version that is known; or new and empty. */
static struct dm_error *check_schema(struct db *db, bool create)
{
	int id, version;
	struct dm_error *err;

	/* Two may make it at once: one does, the other finds it. */
	err = create ? run_sql(db, "BEGIN IMMEDIATE") : NULL;
	if (err)
		return err;
	id = pragma(db, "PRAGMA application_id");
	version = pragma(db, "PRAGMA user_version");
	if (create && id == 0 &&
	    pragma(db, "SELECT count(*) FROM sqlite_master") == 0)
		err = make_schema(db);
	else if (id != DB_APPLICATION_ID)
		err = dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				      "%s: not a database of kdump-triage",
				      db->path);
	else if (version != DB_VERSION)
		err = dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				      "%s: schema %d, and this version of "
				      "kdump-triage knows %d",
				      db->path, version, DB_VERSION);
	else if (create && db_is_old(db))
		err = upgrade(db);
	if (create) {
		struct dm_error *other =
			run_sql(db, err ? "ROLLBACK" : "COMMIT");

		if (err)
			dm_error_destroy(other);
		else
			err = other;
	}
	return err;
}

static struct dm_error *prepare(struct db *db)
{
	int i;

	for (i = 0; i < STATEMENT_COUNT; i++) {
		if (sql[i] &&
		    sqlite3_prepare_v3(db->sqlite, sql[i], -1,
				       SQLITE_PREPARE_PERSISTENT,
				       &db->statements[i], NULL) != SQLITE_OK)
			return db_error(db);
	}
	return NULL;
}

/*
 * A stranger's file: what it has of SQL is not run. A view or a trigger may go
 * on for ever, or be none of ours under the name of one that is.
 */
static void distrust(sqlite3 *sqlite)
{
	sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
}

/* SQLite would wait for a writer. */
static bool is_fifo(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

struct dm_error *db_init(struct db *db, const char *path, bool create)
{
	struct dm_error *err = NULL;

	*db = (struct db){ .path = path };
	if (is_fifo(path))
		return dm_error_create(DM_ERROR_OUTPUT,
				       "%s: a FIFO, and no database", path);
	if (sqlite3_open_v2(path, &db->sqlite,
			    create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
				   : SQLITE_OPEN_READONLY,
			    NULL) != SQLITE_OK)
		err = db_error(db);
	if (!err) {
		sqlite3_busy_timeout(db->sqlite, BUSY_MS);
		distrust(db->sqlite);
		err = check_schema(db, create);
	}
	if (!err && create)
		err = prepare(db);
	if (err)
		db_deinit(db);
	return err;
}

void db_deinit(struct db *db)
{
	int i;

	for (i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->sqlite);
	*db = (struct db){ 0 };
}

/* ---- Putting a row in ---------------------------------------------------- */

/* Values of a statement one after the other; its error is seen when it runs. */
struct binder {
	sqlite3_stmt *s;
	int at;
};

static void bind_text(struct binder *b, const char *text)
{
	if (text && *text)
		sqlite3_bind_text(b->s, ++b->at, text, -1, SQLITE_TRANSIENT);
	else
		sqlite3_bind_null(b->s, ++b->at);
}

/* A key's part: "" is one too. */
static void bind_key(struct binder *b, const char *text)
{
	sqlite3_bind_text(b->s, ++b->at, text, -1, SQLITE_TRANSIENT);
}

static void bind_number(struct binder *b, bool known, uint64_t value)
{
	if (known)
		sqlite3_bind_int64(b->s, ++b->at, (sqlite3_int64)value);
	else
		sqlite3_bind_null(b->s, ++b->at);
}

static struct binder begin(struct db *db, enum statement statement,
			   const char *id)
{
	struct binder b = { db->statements[statement], 0 };

	bind_key(&b, id);
	return b;
}

static struct dm_error *run(struct db *db, sqlite3_stmt *s)
{
	int code = sqlite3_step(s);
	struct dm_error *err =
		code == SQLITE_DONE || code == SQLITE_ROW ? NULL : db_error(db);

	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return err;
}

/* What is new each time is no part of what the dump is. */
static char *lasting_json(json_t *row)
{
	json_t *copy = json_copy(row), *batch, *dump;
	char *text = NULL;

	batch = json_copy(json_object_get(copy, "batch"));
	dump = json_copy(json_object_get(copy, "dump"));
	if (batch) {
		json_object_del(batch, "run");
		json_object_del(batch, "mtime");
		json_object_del(batch, "files");
		json_object_set_new(copy, "batch", batch);
	}
	if (dump) {
		json_object_del(dump, "path");
		json_object_del(dump, "path_base64");
		json_object_set_new(copy, "dump", dump);
	}
	if (copy)
		text = json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(copy);
	return text;
}

static struct dm_error *put_dump(struct db *db, json_t *row, const char *id,
				 const struct figures *f)
{
	struct binder b = begin(db, STATEMENT_DUMP, id);
	char *text = lasting_json(row);

	bind_key(&b, f->path);
	bind_key(&b, f->status);
	bind_number(&b, true, (uint64_t)f->code);
	bind_text(&b, f->reason);
	bind_text(&b, figures_string(row, "batch.tool"));
	bind_text(&b, f->format);
	bind_number(&b, f->read, f->complete);
	bind_text(&b, f->host);
	bind_text(&b, f->release);
	bind_number(&b, f->crash_time, f->crash_time);
	bind_number(&b, f->size, f->size);
	bind_number(&b, f->read, f->page_size);
	bind_number(&b, f->read, figures_number(row, "kernel.va_bits"));
	bind_number(&b, f->read, json_is_true(figures_get(row, "kernel.lpa2")));
	bind_text(&b, f->policy);
	bind_text(&b, figures_string(row, "policy.sentence"));
	bind_number(&b, f->read, f->mapped_total);
	bind_number(&b, f->read, f->valid_total);
	bind_number(&b, f->read, f->small);
	bind_number(&b, f->read, f->read_only);
	bind_number(&b, f->read, f->unknown);
	bind_number(&b, f->read, f->tables);
	bind_number(&b, f->read, f->tables_unreadable);
	bind_number(&b, f->read, f->findings);
	bind_number(&b, f->read, f->splits_known);
	bind_number(&b, f->splits_known, f->lost_total);
	bind_number(&b, f->splits_known, f->in_use_total);
	bind_number(&b, f->splits_known, f->residual_total);
	bind_number(&b, f->splits_known, f->split_tables);
	bind_number(&b, f->read, f->collapsible);
	bind_number(&b, f->read, f->collapsible_tables);
	bind_number(&b, f->read, f->unknown_pages);
	bind_key(&b, text ? text : "{}");
	bind_number(&b, figures_has_lost(f), f->lost_total);
	bind_number(&b, figures_has_lost(f), f->in_use_total);
	bind_number(&b, figures_has_lost(f), f->residual_total);
	bind_number(&b, figures_has_lost(f), f->boot_unknown);
	free(text);
	return run(db, b.s);
}

static struct dm_error *put_leaf(struct db *db, const char *id,
				 const struct figures *f, enum dm_leaf leaf)
{
	struct binder b = begin(db, STATEMENT_USAGE, id);
	struct dm_error *err;

	bind_key(&b, dm_leaf_name(leaf));
	bind_number(&b, true, f->mapped[leaf]);
	bind_number(&b, true, f->valid[leaf]);
	bind_number(&b, figures_has_lost(f), f->boot[leaf]);
	err = run(db, b.s);
	if (err || !f->splits_known)
		return err;
	b = begin(db, STATEMENT_SPLITS, id);
	bind_key(&b, dm_leaf_name(leaf));
	bind_number(&b, true, f->lost[leaf]);
	bind_number(&b, true, f->in_use[leaf]);
	bind_number(&b, true, f->lost[leaf] - f->in_use[leaf]);
	return run(db, b.s);
}

static uint64_t leaves(json_t *o)
{
	uint64_t sum = 0;
	int leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		sum += figures_number(o, dm_leaf_name(leaf));
	return sum;
}

static struct dm_error *put_owner(struct db *db, const char *id,
				  const struct figures *f, json_t *o)
{
	uint64_t lost = leaves(json_object_get(o, "lost"));
	uint64_t in_use = leaves(json_object_get(o, "in_use"));
	struct binder b = begin(db, STATEMENT_OWNER, id);

	bind_key(&b, figures_string(o, "kind"));
	bind_key(&b, figures_string(o, "name"));
	bind_number(&b, f->splits_known, lost);
	bind_number(&b, f->splits_known, in_use);
	bind_number(&b, true, figures_number(o, "pages"));
	bind_number(&b, figures_has_lost(f), lost);
	bind_number(&b, figures_has_lost(f), in_use);
	return run(db, b.s);
}

static struct dm_error *put_lost(struct db *db, const char *id, json_t *o)
{
	json_t *owner = json_array_get(json_object_get(o, "owners"), 0);
	json_t *after = figures_get(o, "time.after_ns");
	json_t *before = figures_get(o, "time.before_ns");
	json_t *in_use = json_object_get(o, "in_use");
	struct binder b = begin(db, STATEMENT_LOST, id);

	bind_key(&b, figures_string(o, "start"));
	bind_key(&b, figures_string(o, "leaf"));
	bind_number(&b, true, figures_number(o, "size"));
	bind_number(&b, json_is_boolean(in_use), json_is_true(in_use));
	bind_text(&b, figures_string(o, "boot"));
	bind_number(&b, json_is_integer(after),
		    (uint64_t)json_integer_value(after));
	bind_number(&b, json_is_integer(before),
		    (uint64_t)json_integer_value(before));
	bind_number(&b, true, figures_number(o, "special"));
	bind_text(&b, figures_string(owner, "kind"));
	bind_text(&b, figures_string(owner, "name"));
	return run(db, b.s);
}

static struct dm_error *put_finding(struct db *db, const char *id, size_t n,
				    json_t *o)
{
	struct binder b = begin(db, STATEMENT_FINDING, id);
	json_t *level = json_object_get(o, "level");

	bind_number(&b, true, n);
	bind_text(&b, figures_string(o, "kind"));
	bind_number(&b, json_is_integer(level),
		    (uint64_t)json_integer_value(level));
	bind_text(&b, figures_string(o, "start"));
	bind_number(&b, true, figures_number(o, "size"));
	bind_text(&b, figures_string(o, "pa"));
	bind_text(&b, figures_string(o, "entry"));
	return run(db, b.s);
}

static struct dm_error *put_lists(struct db *db, json_t *row, const char *id,
				  const struct figures *f)
{
	struct dm_error *err = NULL;
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(row, "owners"), i, o)
	{
		err = put_owner(db, id, f, o);
		if (err)
			return err;
	}
	json_array_foreach(json_object_get(row, "splits"), i, o)
	{
		err = put_lost(db, id, o);
		if (err)
			return err;
	}
	json_array_foreach(figures_get(row, "usage.findings"), i, o)
	{
		err = put_finding(db, id, i, o);
		if (err)
			return err;
	}
	return NULL;
}

/*
 * Which of two rows of one content stays must not depend on their order, or
 * batches merged would differ from one batch: the better result, and of equals
 * the first path. A row of another version of the tool is news.
 */
static bool stays(struct db *db, const char *id, json_t *row,
		  const struct figures *f)
{
	static const int rank[CLI_FAULT + 1] = { 0, 0, 3, 2, 1, 4 };
	struct binder b = begin(db, STATEMENT_FIND, id);
	bool keep = false;

	if (sqlite3_step(b.s) == SQLITE_ROW) {
		const char *tool = (const char *)sqlite3_column_text(b.s, 0);
		const char *path = (const char *)sqlite3_column_text(b.s, 2);
		int code = sqlite3_column_int(b.s, 1);
		int old =
			rank[code >= 0 && code <= CLI_FAULT ? code : CLI_FAULT];
		int new =
			rank[f->code >= 0 && f->code <= CLI_FAULT ? f->code
								  : CLI_FAULT];

		if (!strcmp(tool ? tool : "",
			    figures_string(row, "batch.tool")))
			keep = old != new
				       ? old < new
				       : strcmp(path ? path : "", f->path) < 0;
	}
	sqlite3_reset(b.s);
	return keep;
}

/* All that hangs on the dump, but for where it lies and when it was read. */
static struct dm_error *drop_parts(struct db *db, const char *id)
{
	static const char *const tables[] = { "usage", "splits", "lost_leaves",
					      "owners", "findings" };
	struct dm_error *err = NULL;
	char *text;
	size_t i;

	for (i = 0; !err && i < sizeof(tables) / sizeof(*tables); i++) {
		text = sqlite3_mprintf("DELETE FROM %s WHERE id = %Q",
				       tables[i], id);
		err = text ? run_sql(db, text) : db_error(db);
		sqlite3_free(text);
	}
	return err;
}

static struct dm_error *put_content(struct db *db, json_t *row, const char *id,
				    const struct figures *f)
{
	struct dm_error *err;
	int leaf;

	if (stays(db, id, row, f))
		return NULL;
	err = drop_parts(db, id);
	if (!err)
		err = put_dump(db, row, id, f);
	for (leaf = 0; !err && f->read && leaf < DM_LEAF_COUNT; leaf++)
		err = put_leaf(db, id, f, (enum dm_leaf)leaf);
	return err ? err : put_lists(db, row, id, f);
}

static struct dm_error *put_all(struct db *db, json_t *row, const char *id,
				const struct figures *f)
{
	struct dm_error *err;
	struct binder b;

	err = put_content(db, row, id, f);
	if (err)
		return err;
	b = begin(db, STATEMENT_PATH, id);
	bind_key(&b, f->path);
	bind_number(&b, f->files, f->files);
	bind_number(&b, f->mtime, f->mtime);
	err = run(db, b.s);
	if (err || !f->at)
		return err;
	b = begin(db, STATEMENT_RUN, id);
	bind_key(&b, f->path);
	sqlite3_bind_double(b.s, ++b.at, f->seconds);
	bind_number(&b, true, f->max_rss);
	bind_number(&b, true, f->at);
	return run(db, b.s);
}

/* ---- One content, several results ----------------------------------------- */

/* A content's id, and where it has several results, "-" and the result's mark. */
#define ID_MAX (CONTENT_ID_MAX + RESULT_MARK_MAX)

static void id_of_result(char ret[ID_MAX], const char *content,
			 const json_t *row)
{
	char mark[RESULT_MARK_MAX];

	result_mark(row, mark);
	snprintf(ret, ID_MAX, "%s-%s", content, mark);
}

/* What was the content's only result is one of several. */
static struct dm_error *rename_result(struct db *db, const char *old,
				      const char *new)
{
	static const char *const tables[] = { "dumps",	"paths",
					      "runs",	"usage",
					      "splits", "lost_leaves",
					      "owners", "findings" };
	struct dm_error *err = NULL;
	char *text;
	size_t i;

	for (i = 0; !err && i < sizeof(tables) / sizeof(*tables); i++) {
		text = sqlite3_mprintf("UPDATE %s SET id = %Q WHERE id = %Q",
				       tables[i], new, old);
		err = text ? run_sql(db, text) : db_error(db);
		sqlite3_free(text);
	}
	return err;
}

/*
 * Under which id the row goes: the content's, as long as all rows of it say the
 * same. @id has the content's, and is given the row's.
 */
static struct dm_error *choose_id(struct db *db, json_t *row, char id[ID_MAX])
{
	char content[ID_MAX], found[ID_MAX] = "", renamed[ID_MAX];
	struct binder b;
	json_t *old = NULL;
	struct dm_error *err = NULL;

	strcpy(content, id);
	b = begin(db, STATEMENT_ALIKE, content);
	if (sqlite3_step(b.s) == SQLITE_ROW) {
		snprintf(found, sizeof(found), "%s",
			 (const char *)sqlite3_column_text(b.s, 0));
		old = json_loads((const char *)sqlite3_column_text(b.s, 1),
				 JSON_ALLOW_NUL, NULL);
	}
	sqlite3_reset(b.s);
	sqlite3_clear_bindings(b.s);
	if (*found && strcmp(found, content) != 0) {
		/* Several already. What a limit ended is as good as any. */
		if (!result_is_final(row))
			strcpy(id, found);
		else
			id_of_result(id, content, row);
	} else if (*found && results_disagree(old, row)) {
		id_of_result(renamed, content, old);
		err = rename_result(db, content, renamed);
		id_of_result(id, content, row);
	}
	json_decref(old);
	return err;
}

struct dm_error *db_put(struct db *db, json_t *row, const struct figures *f)
{
	char id[ID_MAX];
	struct dm_error *err, *other;

	/* What could not even be read is what it is called. */
	if (strlen(f->id) == CONTENT_ID_MAX - 1)
		strcpy(id, f->id);
	else
		content_id_text(f->path, id);
	err = db->uncommitted ? NULL : run(db, db->statements[STATEMENT_BEGIN]);
	if (!err)
		err = run(db, db->statements[STATEMENT_SAVE]);
	if (err)
		return err;
	err = choose_id(db, row, id);
	if (!err)
		err = put_all(db, row, id, f);
	if (err) {
		other = run(db, db->statements[STATEMENT_UNDO]);
		dm_error_destroy(other);
	}
	db->uncommitted++;
	other = run(db, db->statements[STATEMENT_RELEASE]);
	if (!other && (err || db->uncommitted >= COMMIT_EVERY))
		other = db_commit(db);
	if (!err)
		return other;
	dm_error_destroy(other);
	return err;
}

struct dm_error *db_commit(struct db *db)
{
	if (!db->uncommitted)
		return NULL;
	db->uncommitted = 0;
	return run(db, db->statements[STATEMENT_COMMIT]);
}

/* ---- Getting rows out ---------------------------------------------------- */

static json_t *column(sqlite3_stmt *s, int i)
{
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_INTEGER:
		return json_integer(sqlite3_column_int64(s, i));
	case SQLITE_FLOAT:
		return json_real(sqlite3_column_double(s, i));
	}
	return json_null();
}

/* As it was, with the path and the run of its own. */
static json_t *stored_row(sqlite3_stmt *s)
{
	const char *path = (const char *)sqlite3_column_text(s, 1);
	json_t *row, *batch, *dump;

	row = json_loads((const char *)sqlite3_column_text(s, 0),
			 JSON_ALLOW_NUL, NULL);
	batch = json_object_get(row, "batch");
	dump = json_object_get(row, "dump");
	if (!json_is_object(dump)) {
		json_decref(row);
		return NULL;
	}
	json_decref(dm_json_put_path_text(json_incref(dump), path ? path : ""));
	if (!json_is_object(batch))
		return row;
	json_object_set_new(batch, "files", column(s, 2));
	json_object_set_new(batch, "mtime", column(s, 3));
	if (sqlite3_column_type(s, 6) != SQLITE_NULL)
		json_object_set_new(batch, "run",
				    json_pack("{s:o, s:o, s:o}", "seconds",
					      column(s, 4), "max_rss_kib",
					      column(s, 5), "at",
					      column(s, 6)));
	return row;
}

struct dm_error *db_each(struct db *db, db_row_fn fn, void *arg)
{
	static const char select[] =
		"SELECT d.json, p.path, p.files, p.mtime, r.seconds,"
		" r.max_rss_kib, r.at FROM dumps d JOIN paths p USING (id)"
		" LEFT JOIN runs r ON r.id = p.id AND r.path = p.path"
		" ORDER BY p.path, d.id";
	struct dm_error *err = NULL;
	sqlite3_stmt *s;
	json_t *row;
	int code;

	if (sqlite3_prepare_v2(db->sqlite, select, -1, &s, NULL) != SQLITE_OK)
		return db_error(db);
	while (!err && (code = sqlite3_step(s)) == SQLITE_ROW) {
		row = stored_row(s);
		if (row)
			err = fn(arg, row);
		json_decref(row);
	}
	if (!err && code != SQLITE_DONE)
		err = db_error(db);
	sqlite3_finalize(s);
	return err;
}
