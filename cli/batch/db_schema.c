// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables and views of the database, as SQL. */
#include "db.h"

/*
 * Sums are of dumps of which all lost leaves are known; these are of those too
 * of which some are, and how many dumps may have more.
 */
#define LOST_UNKNOWN                                                           \
	" sum(lost_at_least) AS lost_at_least,"                                \
	" count(*) - count(lost) AS lost_unknown"

/*
 * Keys are contents, not numbers: two databases of the same dumps are the same,
 * whatever order they were filled in. What differs from run to run is in `runs`.
 */
const char db_tables[] =
	"CREATE TABLE dumps ("
	" id TEXT PRIMARY KEY, path TEXT NOT NULL, status TEXT NOT NULL,"
	" code INTEGER NOT NULL, reason TEXT, tool TEXT, format TEXT,"
	" complete INTEGER, host TEXT, release TEXT, crash_time INTEGER,"
	" size INTEGER, page_size INTEGER, va_bits INTEGER, lpa2 INTEGER,"
	" policy TEXT, policy_sentence TEXT, mapped INTEGER, valid INTEGER,"
	" small INTEGER, read_only INTEGER, unknown INTEGER, tables INTEGER,"
	" tables_unreadable INTEGER, findings INTEGER, splits_known INTEGER,"
	" lost INTEGER, in_use INTEGER, residual INTEGER, split_tables INTEGER,"
	" collapsible INTEGER, collapsible_tables INTEGER,"
	" unknown_pages INTEGER, json TEXT NOT NULL, lost_at_least INTEGER,"
	" in_use_at_least INTEGER, residual_at_least INTEGER,"
	" boot_unknown INTEGER) WITHOUT ROWID;\n"
	"CREATE TABLE paths ("
	" id TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,"
	" path TEXT NOT NULL, files INTEGER, mtime INTEGER,"
	" PRIMARY KEY (id, path)) WITHOUT ROWID;\n"
	"CREATE TABLE runs ("
	" id TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,"
	" path TEXT NOT NULL, seconds REAL, max_rss_kib INTEGER, at INTEGER,"
	" PRIMARY KEY (id, path)) WITHOUT ROWID;\n"
	"CREATE TABLE usage ("
	" id TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,"
	" leaf TEXT NOT NULL, mapped INTEGER, valid INTEGER, boot INTEGER,"
	" PRIMARY KEY (id, leaf)) WITHOUT ROWID;\n"
	"CREATE TABLE splits ("
	" id TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,"
	" leaf TEXT NOT NULL, lost INTEGER, in_use INTEGER, residual INTEGER,"
	" PRIMARY KEY (id, leaf)) WITHOUT ROWID;\n"
	"CREATE TABLE lost_leaves ("
	" id TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,"
	" start TEXT NOT NULL, leaf TEXT NOT NULL, size INTEGER,"
	" in_use INTEGER, boot TEXT, after_ns INTEGER, before_ns INTEGER,"
	" special INTEGER, owner_kind TEXT, owner_name TEXT,"
	" PRIMARY KEY (id, start, leaf)) WITHOUT ROWID;\n"
	"CREATE TABLE owners ("
	" id TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,"
	" kind TEXT NOT NULL, name TEXT NOT NULL, lost INTEGER,"
	" in_use INTEGER, pages INTEGER, lost_at_least INTEGER,"
	" in_use_at_least INTEGER, PRIMARY KEY (id, kind, name)) WITHOUT ROWID;\n"
	"CREATE TABLE findings ("
	" id TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,"
	" n INTEGER NOT NULL, kind TEXT, level INTEGER, start TEXT,"
	" size INTEGER, pa TEXT, entry TEXT,"
	" PRIMARY KEY (id, n)) WITHOUT ROWID;\n";

/* What the first versions lack. Columns go to the end, as here. */
const char db_upgrade[] =
	"ALTER TABLE dumps ADD COLUMN lost_at_least INTEGER;"
	"ALTER TABLE dumps ADD COLUMN in_use_at_least INTEGER;"
	"ALTER TABLE dumps ADD COLUMN residual_at_least INTEGER;"
	"ALTER TABLE dumps ADD COLUMN boot_unknown INTEGER;"
	"ALTER TABLE owners ADD COLUMN lost_at_least INTEGER;"
	"ALTER TABLE owners ADD COLUMN in_use_at_least INTEGER;"
	"UPDATE dumps SET lost_at_least = lost, in_use_at_least = in_use,"
	" residual_at_least = residual,"
	" boot_unknown = CASE WHEN splits_known THEN 0 END;"
	"UPDATE owners SET lost = NULL, in_use = NULL WHERE id IN"
	" (SELECT id FROM dumps WHERE NOT splits_known);"
	"UPDATE owners SET lost_at_least = lost, in_use_at_least = in_use;";

/* The same where a database is only read, before a SELECT. */
const char db_upgrade_reading[] =
	"WITH dumps AS (SELECT *, lost AS lost_at_least,"
	" in_use AS in_use_at_least, residual AS residual_at_least,"
	" CASE WHEN splits_known THEN 0 END AS boot_unknown FROM main.dumps),"
	" owners AS (SELECT o.id, kind, name,"
	" CASE WHEN splits_known THEN o.lost END AS lost,"
	" CASE WHEN splits_known THEN o.in_use END AS in_use, pages,"
	" CASE WHEN splits_known THEN o.lost END AS lost_at_least,"
	" CASE WHEN splits_known THEN o.in_use END AS in_use_at_least"
	" FROM main.owners o JOIN main.dumps USING (id)) ";

const struct db_view db_views[] = {
	{ "worst", "dumps with most lost leaves, then most small ones, first",
	  "SELECT"
	  " round(100.0 * small / mapped, 2) AS small_percent, lost, in_use,"
	  " residual, collapsible, policy, release, host, path, lost_at_least,"
	  " boot_unknown, unknown FROM dumps WHERE mapped IS NOT NULL"
	  " ORDER BY coalesce(lost_at_least, 0) DESC,"
	  " lost IS NULL OR mapped = 0 OR unknown > 0 DESC,"
	  " 1.0 * small / mapped DESC, path" },
	{ "trend", "fragmentation by host and kernel release, along time",
	  "SELECT coalesce(host, '?') AS host, release,"
	  " count(*) AS dumps,"
	  " datetime(min(crash_time), 'unixepoch') AS first,"
	  " datetime(max(crash_time), 'unixepoch') AS last,"
	  " round(100.0 * sum(small) / sum(mapped), 2) AS small_percent,"
	  " sum(lost) AS lost, sum(residual) AS residual,"
	  " sum(split_tables) AS split_tables," LOST_UNKNOWN
	  " FROM dumps WHERE mapped IS NOT NULL GROUP BY 1, 2"
	  " ORDER BY 1, min(crash_time), 2" },
	{ "releases", "the same by release alone",
	  "SELECT release, count(*) AS dumps,"
	  " count(DISTINCT host) AS hosts,"
	  " round(100.0 * sum(small) / sum(mapped), 2) AS small_percent,"
	  " round(1.0 * sum(lost) / count(lost), 1) AS lost_per_dump,"
	  " max(lost) AS most_lost, sum(residual) AS residual,"
	  " sum(collapsible) AS collapsible," LOST_UNKNOWN
	  " FROM dumps WHERE mapped IS NOT NULL GROUP BY 1 ORDER BY 1" },
	{ "hosts", "the same by host alone",
	  "SELECT coalesce(host, '?') AS host,"
	  " count(*) AS dumps, count(DISTINCT release) AS releases,"
	  " round(100.0 * sum(small) / sum(mapped), 2) AS small_percent,"
	  " sum(lost) AS lost, sum(residual) AS residual," LOST_UNKNOWN
	  " FROM dumps WHERE mapped IS NOT NULL GROUP BY 1"
	  " ORDER BY coalesce(sum(lost_at_least), 0) DESC,"
	  " count(*) - count(lost) DESC, 1" },
	{ "top_owners", "who split most leaves over all dumps",
	  "SELECT kind, name, count(*) AS dumps,"
	  " sum(lost) AS lost, sum(in_use) AS in_use, sum(pages) AS pages," LOST_UNKNOWN
	  " FROM owners GROUP BY kind, name"
	  " ORDER BY coalesce(sum(lost_at_least), 0) DESC,"
	  " count(*) - count(lost) DESC, pages DESC, kind, name" },
	{ "policies", "why boot mapped as it did, and how often",
	  "SELECT policy, policy_sentence AS why,"
	  " count(*) AS dumps,"
	  " round(100.0 * sum(small) / sum(mapped), 2) AS small_percent"
	  " FROM dumps WHERE mapped IS NOT NULL GROUP BY 1, 2"
	  " ORDER BY dumps DESC, 1, 2" },
	{ "leaves", "bytes mapped, then and now, by release and size of leaf",
	  "SELECT d.release, u.leaf, count(*) AS dumps,"
	  " sum(u.mapped) AS mapped, sum(u.boot) AS boot, sum(s.lost) AS lost,"
	  " count(*) - count(s.lost) AS lost_unknown"
	  " FROM dumps d JOIN usage u USING (id)"
	  " LEFT JOIN splits s ON s.id = d.id AND s.leaf = u.leaf"
	  " GROUP BY 1, 2 ORDER BY 1, 2" },
	{ "failed", "dumps that could not be read, or in part only",
	  "SELECT status, code, path, reason FROM dumps"
	  " WHERE code <> 0 ORDER BY code, path" },
	{ "disagree", "dumps of one content id whose results differ",
	  "SELECT substr(id, 1, 32) AS content_id, status, code, mapped, lost,"
	  " findings, path FROM dumps WHERE id GLOB '*-*' ORDER BY id, path" },
	{ "copies", "dumps that lie in several places",
	  "SELECT count(*) AS paths, id,"
	  " min(p.path) AS first FROM paths p GROUP BY id"
	  " HAVING count(*) > 1 ORDER BY 1 DESC, 3" },
	{ NULL, NULL, NULL },
};
