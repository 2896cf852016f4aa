// SPDX-License-Identifier: GPL-2.0-or-later
/* Escapes, names of contents, and what a database makes of rows. */
#include <stdlib.h>
#include <unistd.h>

#include "batch/batch.h"
#include "batch/content_id.h"
#include "batch/db.h"
#include "batch/escape.h"
#include "suite.h"

/* ---- Escapes ------------------------------------------------------------- */

static char *escaped(void (*escape)(FILE *, const char *), const char *text)
{
	char *got = NULL;
	size_t size;
	FILE *file = open_memstream(&got, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	escape(file, text);
	fclose(file);
	return got;
}

static void escapes_to(void (*escape)(FILE *, const char *), const char *text,
		       const char *expected)
{
	char *got = escaped(escape, text);

	if (strcmp(got, expected) != 0)
		fprintf(stderr, "    %s, not %s\n", got, expected);
	CU_ASSERT_STRING_EQUAL(got, expected);
	free(got);
}

static void escape_text_only(FILE *file, const char *text)
{
	escape_text(file, text);
}

static void test_controls(void)
{
	escapes_to(escape_text_only, "a\033[31mb\r\n\x7f",
		   "a\\x1b[31mb\\x0d\\x0a\\x7f");
	/* C1's CSI, a direction override, a line separator, as UTF-8. */
	escapes_to(escape_text_only, "x\xc2\x9by\xe2\x80\xaez\xe2\x80\xa8",
		   "x\\xc2\\x9by\\xe2\\x80\\xaez\\xe2\\x80\\xa8");
	/* No UTF-8: stray, overlong, cut, surrogate, too large. */
	escapes_to(escape_text_only, "\xff\xc0\xafZ", "\\xff\\xc0\\xafZ");
	escapes_to(escape_text_only, "Z\xe2\x82", "Z\\xe2\\x82");
	escapes_to(escape_text_only, "\xed\xa0\x80\xf4\x90\x80\x80",
		   "\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");
	escapes_to(escape_text_only, "n\xc3\xa4me \xf0\x9f\x90\x9b",
		   "n\xc3\xa4me \xf0\x9f\x90\x9b");
}

static size_t put_utf8(uint32_t c, char *to)
{
	if (c < 0x80)
		return (size_t)sprintf(to, "%c", (int)c);
	if (c < 0x800)
		return (size_t)sprintf(to, "%c%c", (int)(0xc0 | c >> 6),
				       (int)(0x80 | (c & 0x3f)));
	if (c < 0x10000)
		return (size_t)sprintf(to, "%c%c%c", (int)(0xe0 | c >> 12),
				       (int)(0x80 | (c >> 6 & 0x3f)),
				       (int)(0x80 | (c & 0x3f)));
	return (size_t)sprintf(to, "%c%c%c%c", (int)(0xf0 | c >> 18),
			       (int)(0x80 | (c >> 12 & 0x3f)),
			       (int)(0x80 | (c >> 6 & 0x3f)),
			       (int)(0x80 | (c & 0x3f)));
}

/* What may not be shown is in no output as it is, and what may be is in all. */
static void test_agree(void)
{
	static void (*const escapes[])(FILE *, const char *) = {
		escape_text_only,
		escape_csv,
		escape_xml,
		escape_label,
	};
	char text[8];
	uint32_t c;
	size_t i;

	for (c = 0x80; c < 0x110000; c += c < 0x3200 || c > 0xf000 ? 1 : 97) {
		if (c == 0x20000)
			c = 0xe0000;
		if (c == 0xe1100)
			c = 0x10ff00;
		if (c >= 0xd800 && c < 0xe000)
			continue;
		put_utf8(c, text);
		for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
			char *got = escaped(escapes[i], text);

			if (dm_text_is_plain(c) != !!strstr(got, text))
				fprintf(stderr, "    U+%04X, %zu\n", c, i);
			CU_ASSERT_EQUAL(dm_text_is_plain(c),
					!!strstr(got, text));
			free(got);
		}
	}
}

static void test_csv(void)
{
	escapes_to(escape_csv, "a,\"b\"", "\"a,\"\"b\"\"\"");
	escapes_to(escape_csv, "=1+2", "\"'=1+2\"");
	escapes_to(escape_csv, "+x", "\"'+x\"");
	escapes_to(escape_csv, "-x", "\"'-x\"");
	escapes_to(escape_csv, "@x", "\"'@x\"");
	escapes_to(escape_csv, "  =x", "\"'  =x\"");
	escapes_to(escape_csv, "\t=x", "\"'\\x09=x\"");
	escapes_to(escape_csv, "a=b\nc", "\"a=b\\x0ac\"");
	escapes_to(escape_csv, "", "\"\"");
}

static void test_markup(void)
{
	escapes_to(escape_xml, "<a b=\"c\">'&\1]]>",
		   "&lt;a b=&quot;c&quot;&gt;&#39;&amp;\\x01]]&gt;");
	escapes_to(escape_xml, "\xef\xbf\xbe\xef\xbf\xbd",
		   "\\xef\\xbf\\xbe\xef\xbf\xbd");
	escapes_to(escape_label, "a\\b\"c\nd", "a\\\\b\\\"c\\\\x0ad");
}

/* ---- Contents ------------------------------------------------------------ */

static void test_sha256(void)
{
	/* FIPS 180-2, appendix B.1, and NIST's million times "a". */
	char id[CONTENT_ID_MAX], *a;

	content_id_text("abc", id);
	CU_ASSERT_STRING_EQUAL(id, "ba7816bf8f01cfea414140de5dae2223");
	content_id_text("", id);
	CU_ASSERT_STRING_EQUAL(id, "e3b0c44298fc1c149afbf4c8996fb924");
	content_id_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmno"
			"mnopnopq",
			id);
	CU_ASSERT_STRING_EQUAL(id, "248d6a61d20638b8e5c026930c3e6039");
	a = malloc(1000001);
	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	memset(a, 'a', 1000000);
	a[1000000] = '\0';
	content_id_text(a, id);
	CU_ASSERT_STRING_EQUAL(id, "cdc76e5c9914fb9281a1c7e284d73e67");
	free(a);
}

static char *make(const char *text, off_t size)
{
	char path[] = "/tmp/test_parts.XXXXXX";
	int fd = mkstemp(path);

	CU_ASSERT(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	if (size)
		CU_ASSERT_EQUAL(ftruncate(fd, size), 0);
	close(fd);
	return strdup(path);
}

static const struct content_ranges no_ranges;

static void test_content(void)
{
	char *paths[] = { make("one", 0), make("two", 0), make("one", 0) };
	char *swapped[] = { paths[1], paths[0] };
	char *large[] = { make("large", 64 << 20) };
	char *none[] = { paths[0], (char[]){ "/nowhere/dump" } };
	char *proc[] = { (char[]){ "/proc/self/status" } };
	char a[CONTENT_ID_MAX], b[CONTENT_ID_MAX];
	bool whole;
	size_t i;

	CU_ASSERT_TRUE(content_id(paths, 1, &no_ranges, a, &whole));
	CU_ASSERT_TRUE(whole);
	CU_ASSERT_EQUAL(strlen(a), CONTENT_ID_MAX - 1);
	CU_ASSERT_TRUE(content_id(paths + 2, 1, &no_ranges, b, &whole));
	CU_ASSERT_STRING_EQUAL(a, b);
	CU_ASSERT_TRUE(content_id(paths + 1, 1, &no_ranges, b, &whole));
	CU_ASSERT_STRING_NOT_EQUAL(a, b);
	/* Of a set, in any order. */
	CU_ASSERT_TRUE(content_id(paths, 2, &no_ranges, a, &whole));
	CU_ASSERT_TRUE(content_id(swapped, 2, &no_ranges, b, &whole));
	CU_ASSERT_STRING_EQUAL(a, b);
	CU_ASSERT_TRUE(content_id(large, 1, &no_ranges, b, &whole));
	CU_ASSERT_FALSE(whole);
	CU_ASSERT_FALSE(content_id(none, 2, &no_ranges, b, &whole));
	CU_ASSERT_FALSE(content_id(proc, 1, &no_ranges, b, &whole));
	for (i = 0; i < 3; i++) {
		unlink(paths[i]);
		free(paths[i]);
	}
	unlink(large[0]);
	free(large[0]);
}

/* The id of @count files, with the ranges that an argument names. */
static void id_of(char *const *paths, size_t count, const char *argument,
		  char id[CONTENT_ID_MAX])
{
	struct content_ranges ranges = { 0 };
	bool whole;

	suite_no_error(content_ranges_add(&ranges, argument));
	CU_ASSERT_TRUE(content_id(paths, count, &ranges, id, &whole));
	content_ranges_deinit(&ranges);
}

/* Files are one dump where the same memory is at the same place. */
static void test_ranges(void)
{
	static const struct {
		const char *format;
		bool same;
	} cases[] = {
		{ "%2$s@0x2000,%1$s@0x1000", true },
		{ "%1$s:0+3@0x1000,%2$s@8K", true },
		{ "%1$s@0x2000,%2$s@0x1000", false },
		{ "%1$s@0x1000,%2$s@0x3000", false },
		{ "%1$s:1@0x1000,%2$s@0x2000", false },
		{ "%1$s:0+2@0x1000,%2$s@0x2000", false },
		{ "%1$s@0x1000,%2$s@0x2000,%2$s@0x3000", false },
	};
	char *paths[] = { make("one", 0), make("two", 0) };
	char first[CONTENT_ID_MAX], other[CONTENT_ID_MAX], text[256];
	size_t i;

	snprintf(text, sizeof(text), "%s@0x1000,%s@0x2000", paths[0], paths[1]);
	id_of(paths, 2, text, first);
	CU_ASSERT_EQUAL(strlen(first), CONTENT_ID_MAX - 1);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(text, sizeof(text), cases[i].format, paths[0],
			 paths[1]);
		id_of(paths, 2, text, other);
		CU_ASSERT_EQUAL(!strcmp(first, other), cases[i].same);
	}
	snprintf(text, sizeof(text), "%s@0x1000", paths[0]);
	id_of(paths, 1, text, first);
	/* A dump that is no raw memory has the id of its file. */
	id_of(paths, 1, paths[0], other);
	CU_ASSERT_STRING_EQUAL(other, "a8f1756de2b920bf03cada31a903e886");
	CU_ASSERT_STRING_NOT_EQUAL(first, other);
	snprintf(text, sizeof(text), "%s@0x2000", paths[0]);
	id_of(paths, 1, text, other);
	CU_ASSERT_STRING_NOT_EQUAL(first, other);
	for (i = 0; i < 2; i++) {
		unlink(paths[i]);
		free(paths[i]);
	}
}

/* ---- Rows in a database --------------------------------------------------- */

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static json_t *row(const char *path, const char *id, int code, int lost)
{
	return json_pack(
		"{s:s, s:{s:s, s:s, s:b}, s:{s:s, s:i}, s:{s:{s:i, s:i}, s:{}},"
		" s:{s:b, s:{s:i}, s:{s:i}}, s:[{s:s, s:s, s:{s:i}, s:i}],"
		" s:{s:s, s:i, s:s, s:s, s:{s:f, s:i, s:i}}}",
		"schema", "directmap/1", "dump", "path", path, "host",
		"O'Brien\"); DROP TABLE dumps; --", "complete", 1, "kernel",
		"release", "7.3", "page_size", 4096, "usage", "mapped", "pte",
		4096, "pmd", 2097152, "valid", "split_summary", "known", 1,
		"lost", "pmd", lost, "in_use", "pmd", 1, "owners", "kind",
		"module", "name", "m", "lost", "pmd", lost, "pages", 3, "batch",
		"status", "ok", "code", code, "content_id", id, "tool", "1",
		"run", "seconds", 0.5, "max_rss_kib", 100, "at", 1000);
}

/* A policy that the page tables rule out, in reports of any version. */
static void test_contradicted(void)
{
	json_t *r = json_pack("{s:{s:s, s:s}}", "policy", "boot", "repainted",
			      "contradiction", "the reason");
	struct figures f;

	figures_init(&f, r);
	CU_ASSERT_STRING_EQUAL(f.policy, "contradicted");
	json_decref(r);
}

static void put(struct db *db, json_t *json)
{
	struct figures f;

	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	figures_init(&f, json);
	suite_no_error(db_put(db, json, &f));
	json_decref(json);
}

static long long ask(struct db *db, const char *sql)
{
	long long value = -1;
	sqlite3_stmt *s;

	CU_ASSERT_EQUAL(sqlite3_prepare_v2(db->sqlite, sql, -1, &s, NULL),
			SQLITE_OK);
	if (sqlite3_step(s) == SQLITE_ROW)
		value = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return value;
}

/* As sqlite3(1) would: views and all. */
static void with_sqlite(const char *path, const char *sql, long long expected)
{
	struct db db = { .path = path };

	CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db.sqlite), SQLITE_OK);
	if (expected < 0) {
		CU_ASSERT_EQUAL(sqlite3_exec(db.sqlite, sql, NULL, NULL, NULL),
				SQLITE_OK);
	} else {
		CU_ASSERT_EQUAL(ask(&db, sql), expected);
	}
	sqlite3_close(db.sqlite);
}

static void test_db(void)
{
	char path[] = "/tmp/test_parts.XXXXXX";
	struct db db;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(path));
	rmdir(path);
	suite_error(db_init(&db, path, false), DM_ERROR_OUTPUT, "unable");
	suite_no_error(db_init(&db, path, true));
	put(&db, row("b", ID_A, 0, 5));
	put(&db, row("c", ID_B, 0, 2));
	CU_ASSERT_EQUAL(ask(&db, "SELECT count(*) FROM dumps"), 2);
	/* The same content elsewhere: one dump, two paths; the first name. */
	put(&db, row("z", ID_A, 0, 5));
	put(&db, row("a", ID_A, 0, 5));
	CU_ASSERT_EQUAL(ask(&db, "SELECT count(*) FROM dumps"), 2);
	CU_ASSERT_EQUAL(ask(&db, "SELECT count(*) FROM paths"), 4);
	CU_ASSERT_EQUAL(ask(&db, "SELECT count(*) FROM dumps WHERE path = 'a'"),
			1);
	/* A worse result does not replace a better one. */
	put(&db, row("a", ID_A, 5, 0));
	CU_ASSERT_EQUAL(ask(&db, "SELECT sum(lost) FROM dumps"), 7);
	CU_ASSERT_EQUAL(ask(&db, "SELECT sum(residual) FROM splits"), 5);
	CU_ASSERT_EQUAL(ask(&db, "SELECT sum(mapped) FROM usage"),
			2 * (4096 + 2097152));
	CU_ASSERT_EQUAL(ask(&db, "SELECT small FROM dumps LIMIT 1"), 4096);
	CU_ASSERT_EQUAL(ask(&db, "SELECT count(*) FROM dumps WHERE host LIKE"
				 " 'O''Brien%'"),
			2);
	suite_no_error(db_commit(&db));
	db_deinit(&db);
	with_sqlite(path, "SELECT lost FROM top_owners", 7);
	with_sqlite(path, "SELECT paths FROM copies", 3);

	/* What is there stays; what is none of ours is refused. */
	suite_no_error(db_init(&db, path, true));
	CU_ASSERT_EQUAL(ask(&db, "SELECT count(*) FROM dumps"), 2);
	CU_ASSERT_EQUAL(sqlite3_exec(db.sqlite, "PRAGMA user_version = 9", NULL,
				     NULL, NULL),
			SQLITE_OK);
	db_deinit(&db);
	suite_error(db_init(&db, path, true), DM_ERROR_INVALID_ARGUMENT,
		    "schema 9");
	unlink(path);
	CU_ASSERT_EQUAL(truncate(path, 0), -1);
}

static void test_not_ours(void)
{
	char path[] = "/tmp/test_parts.XXXXXX";
	sqlite3 *other;
	struct db db;
	int fd = mkstemp(path);

	CU_ASSERT(fd >= 0);
	close(fd);
	CU_ASSERT_EQUAL(sqlite3_open(path, &other), SQLITE_OK);
	sqlite3_exec(other, "CREATE TABLE precious (x)", NULL, NULL, NULL);
	sqlite3_close(other);
	suite_error(db_init(&db, path, true), DM_ERROR_INVALID_ARGUMENT,
		    "not a database of kdump-triage");
	unlink(path);
}

#define ENDLESS                                                                \
	"WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "     \
	"SELECT max(x) AS id, 1 AS path, 1 AS files, 1 AS mtime FROM r"

static struct dm_error *no_row(void *arg, json_t *json)
{
	(void)arg;
	(void)json;
	CU_FAIL("there is no row");
	return NULL;
}

/* No statement of the file's own is run: that of the view does not end. */
static void test_tampered(void)
{
	char path[] = "/tmp/test_parts.XXXXXX";
	int fd = mkstemp(path);
	struct db db;

	CU_ASSERT(fd >= 0);
	close(fd);
	suite_no_error(db_init(&db, path, true));
	db_deinit(&db);
	with_sqlite(path,
		    "CREATE TRIGGER t AFTER INSERT ON dumps BEGIN "
		    "DELETE FROM dumps; END",
		    -1);
	suite_no_error(db_init(&db, path, true));
	put(&db, row("a", ID_A, 0, 5));
	suite_no_error(db_commit(&db));
	CU_ASSERT_EQUAL(ask(&db, "SELECT count(*) FROM dumps"), 1);
	db_deinit(&db);
	with_sqlite(path,
		    "DROP TRIGGER t; DROP TABLE paths; "
		    "CREATE VIEW paths AS " ENDLESS,
		    -1);
	suite_no_error(db_init(&db, path, false));
	suite_error(db_each(&db, no_row, NULL), DM_ERROR_INVALID_ARGUMENT, "");
	db_deinit(&db);
	suite_error(db_init(&db, path, true), DM_ERROR_INVALID_ARGUMENT, "");
	unlink(path);
}

/* Its header is sound, and nothing behind it. */
static void test_damaged(void)
{
	char path[] = "/tmp/test_parts.XXXXXX", zeros[512] = "";
	int fd = mkstemp(path);
	struct db db;

	CU_ASSERT_FATAL(fd >= 0);
	suite_no_error(db_init(&db, path, true));
	db_deinit(&db);
	CU_ASSERT_EQUAL(pwrite(fd, zeros, sizeof(zeros), 100), sizeof(zeros));
	close(fd);
	suite_error(db_init(&db, path, true), DM_ERROR_INVALID_ARGUMENT, "");
	unlink(path);
}

/*
 * A child that looked for VMCOREINFO until its time was up has no report, and is
 * tried again when it has more of that.
 */
static void test_row_of_nothing(void)
{
	static char err[] = "kdump-triage: d: looking for VMCOREINFO in memory "
			    "was ended after 1 of 2 MiB\n";
	char path[] = "d", *paths[] = { path };
	struct scan_dump dump = { .paths = paths, .count = 1 };
	struct child child = {
		.end = CHILD_EXITED,
		.code = 4,
		.limits.timeout = 3,
		.err = { .text = err, .size = sizeof(err) - 1 },
	};
	json_t *row, *b;
	int code;

	row = batch_make_row(&child, &dump, &code);
	b = json_object_get(row, "batch");
	CU_ASSERT_EQUAL(code, 4);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(b, "status")),
			       "timeout");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(b, "reason")),
			       "looking for VMCOREINFO in memory was ended "
			       "after 1 of 2 MiB");
	CU_ASSERT_TRUE(json_is_object(json_object_get(b, "limits")));
	json_decref(row);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "a child without a report", test_row_of_nothing },
		{ "control characters, no UTF-8", test_controls },
		{ "all kinds of output agree", test_agree },
		{ "CSV and formulas", test_csv },
		{ "XML, labels", test_markup },
		{ "SHA-256", test_sha256 },
		{ "names of contents", test_content },
		{ "ranges in names of contents", test_ranges },
		{ "a policy that is contradicted", test_contradicted },
		{ "database", test_db },
		{ "somebody else's database", test_not_ours },
		{ "a database with SQL of a stranger", test_tampered },
		{ "a damaged database", test_damaged },
		CU_TEST_INFO_NULL,
	};

	return suite_run("batch parts", tests);
}
