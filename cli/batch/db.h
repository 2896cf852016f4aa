/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The database of a batch: docs/batch-db.md has its schema. */
#ifndef BATCH_DB_H
#define BATCH_DB_H

#include <sqlite3.h>

#include "figures.h"

/** In the file's header, so that it is known for what it is: "DMap". */
#define DB_APPLICATION_ID 0x444d6170
#define DB_VERSION	  1

struct db {
	sqlite3 *sqlite;
	const char *path;
	sqlite3_stmt *statements[16]; /* prepared once, see db.c */
	unsigned int uncommitted; /* rows */
};

/** Open; make it where it is not there and @p create. */
struct dm_error *db_init(struct db *db, const char *path, bool create);
void db_deinit(struct db *db);
/**
 * Put a row in; the same content is one dump. After an error nothing of the row
 * is there. Some rows share a transaction, as each waits for the disk.
 */
struct dm_error *db_put(struct db *db, json_t *row, const struct figures *f);
/** All that was put in is there for good. */
struct dm_error *db_commit(struct db *db);

typedef struct dm_error *(*db_row_fn)(void *arg, json_t *row);
/** The rows that were put in, one for each path of a dump, by path. */
struct dm_error *db_each(struct db *db, db_row_fn fn, void *arg);

/** Whether it is of an older version, and lacks columns: see db_upgrade. */
bool db_is_old(const struct db *db);

/** What SQLite says: DM_ERROR_INVALID_ARGUMENT where the file is at fault. */
struct dm_error *db_error(const struct db *db);

/** db_schema.c: the statements that make the tables. */
extern const char db_tables[];

/**
 * A question to the tables: a view of the file, for those who open it with
 * something else. The last one of db_views[] has no name.
 */
struct db_view {
	const char *name, *what, *select;
};

extern const struct db_view db_views[];
/** For a database of an older version: adds, or shows, columns that it lacks. */
extern const char db_upgrade[], db_upgrade_reading[];

#endif /* BATCH_DB_H */
