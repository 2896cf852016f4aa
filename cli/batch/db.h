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

/** DM_ERROR_OUTPUT with what SQLite says. */
struct dm_error *db_error(const struct db *db);

/** db_schema.c: tables and views. */
extern const char db_schema[];

#endif /* BATCH_DB_H */
