// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A session: each result alone, in any order, twice; what is read for it and how
 * often; failures that are kept; options of other sizes.
 */
#include <stdlib.h>
#include <unistd.h>

#include "directmap/debuginfo.h"
#include "directmap/dump.h"
#include "directmap/session.h"
#include "gen/gen.h"
#include "suite.h"

/* ---- A source that counts, and fails where it is told to ------------------- */

struct counting {
	struct dm_source source; /* first: ops get a pointer to it */
	struct dm_source *inner;
	unsigned int tables, others; /* read so far */
	unsigned int fail_at; /* the read that fails, from 1; 0: none */
	enum dm_error_code code;
};

static struct dm_error *counting_read(struct dm_source *source, uint64_t pa,
				      void *buf, size_t size,
				      enum dm_content content)
{
	struct counting *c = (struct counting *)source;

	*(content == DM_CONTENT_TABLE ? &c->tables : &c->others) += 1;
	if (c->fail_at && c->tables + c->others == c->fail_at)
		return dm_error_create(c->code, "read %u fails", c->fail_at);
	return c->inner->ops->read(c->inner, pa, buf, size, content);
}

static struct dm_error *counting_vmcoreinfo(struct dm_source *source,
					    const char **text, size_t *size)
{
	struct counting *c = (struct counting *)source;

	return c->inner->ops->vmcoreinfo(c->inner, text, size);
}

static const struct dm_source_ops counting_ops = {
	.read = counting_read,
	.vmcoreinfo = counting_vmcoreinfo,
};

static struct dm_dump *dump;
static struct counting counting;
static struct dm_session *session;

static void open_bundled(const char *name)
{
	const char *folder = getenv("TEST_DUMPS");
	const char *paths[1];
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "test-dumps",
		 name);
	paths[0] = path;
	suite_no_error(dm_dump_open(paths, 1, NULL, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
}

static void begin_with(const struct dm_session_options *options)
{
	counting = (struct counting){
		.source.ops = &counting_ops,
		.inner = dm_dump_source(dump),
	};
	suite_no_error(dm_session_create(&counting.source, options, &session));
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
}

static void begin(void)
{
	begin_with(NULL);
}

static void end(void)
{
	dm_session_destroy(session);
	session = NULL;
}

static void close_dump(void)
{
	dm_dump_close(dump);
	dump = NULL;
}

/* ---- All that is kept, by one name each ------------------------------------- */

static struct dm_error *get_figures(const void **ret)
{
	return dm_session_figures(session, (const struct dm_usage **)ret);
}

static struct dm_error *get_usage(const void **ret)
{
	return dm_session_usage(session, (const struct dm_usage **)ret);
}

static struct dm_error *get_policy(const void **ret)
{
	return dm_session_policy(session, (const struct dm_policy **)ret);
}

static struct dm_error *get_counters(const void **ret)
{
	return dm_session_counters(session, (const struct dm_counters **)ret);
}

static struct dm_error *get_history(const void **ret)
{
	struct dm_history *history;
	struct dm_error *err = dm_session_history(session, &history);

	*ret = history;
	return err;
}

static struct dm_error *(*const getters[])(const void **) = {
	get_figures, get_usage, get_policy, get_counters, get_history,
};

#define GETTERS (sizeof(getters) / sizeof(getters[0]))

static const void *get(size_t i)
{
	const void *ret = NULL;

	suite_no_error(getters[i](&ret));
	CU_ASSERT_PTR_NOT_NULL(ret);
	return ret;
}

/* The report as the session gives it now; the caller's. */
static char *report(void)
{
	struct suite_text *text = malloc(sizeof(*text));
	char *copy;

	suite_text_init(text);
	suite_no_error(dm_session_report_text(session, NULL, &text->sink));
	copy = strdup(text->text);
	free(text);
	return copy;
}

/* ---- Alone, and again ------------------------------------------------------- */

static void test_alone_and_again(void)
{
	unsigned int tables, all;
	const void *first;
	size_t i;

	open_bundled("73-4k-all.kdump");
	for (i = 0; i < GETTERS; i++) {
		begin();
		CU_ASSERT_EQUAL(counting.tables + counting.others, 0);
		first = get(i);
		tables = counting.tables;
		all = tables + counting.others;
		CU_ASSERT_TRUE(tables > 0);
		CU_ASSERT_PTR_EQUAL(get(i), first);
		CU_ASSERT_EQUAL(counting.tables + counting.others, all);
		end();
	}
	close_dump();
}

/* The DirectMap lines read page tables and nothing else. */
static void test_figures_only(void)
{
	struct suite_text *text = malloc(sizeof(*text));

	open_bundled("73-4k-all.kdump");
	begin();
	suite_text_init(text);
	suite_no_error(dm_session_meminfo(session, &text->sink));
	CU_ASSERT_PTR_NOT_NULL(strstr(text->text, "DirectMap4k:"));
	CU_ASSERT_EQUAL(counting.others, 0);
	end();
	close_dump();
	free(text);
}

/* Each part of the report is null, or not there, where it is left out. */
static void test_parts_of_report(void)
{
	static const struct {
		unsigned int leave_out;
		const char *null;
	} parts[] = {
		{ DM_REPORT_NO_POLICY, "\"policy\":null" },
		{ DM_REPORT_NO_COUNTERS, "\"counters\":null" },
		{ DM_REPORT_NO_USAGE, "\"usage\":null,\"memory\":null" },
	};
	struct suite_text *text = malloc(sizeof(*text));
	unsigned int all = DM_REPORT_NO_HISTORY;
	size_t i, k;

	open_bundled("73-4k-counters.kdump");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		begin();
		suite_text_init(text);
		suite_no_error(dm_session_report_json(
			session, DM_REPORT_NO_HISTORY | parts[i].leave_out,
			&text->sink));
		for (k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			CU_ASSERT_EQUAL(!!strstr(text->text, parts[k].null),
					k == i);
		CU_ASSERT_TRUE(counting.tables > 0);
		end();
		all |= parts[i].leave_out;
	}
	begin();
	suite_text_init(text);
	suite_no_error(dm_session_report_json(session, all, &text->sink));
	suite_has(text->text, "\"release\":\"7.3.4\"");
	suite_has(text->text, "\"end\":\"0xffff800000000000\"");
	suite_lacks(text->text, "\"splits\"");
	CU_ASSERT_EQUAL(counting.tables + counting.others, 0);
	end();
	close_dump();
	free(text);
}

/* ---- In any order ----------------------------------------------------------- */

static void swap(size_t *a, size_t *b)
{
	size_t kept = *a;

	*a = *b;
	*b = kept;
}

static void in_order(const size_t *order, const char *expected,
		     unsigned int tables)
{
	const void *results[GETTERS];
	char *text;
	size_t i;

	begin();
	for (i = 0; i < GETTERS; i++)
		results[order[i]] = get(order[i]);
	for (i = 0; i < GETTERS; i++)
		CU_ASSERT_PTR_EQUAL(get(i), results[i]);
	CU_ASSERT_PTR_EQUAL(results[0], results[1]);
	text = report();
	CU_ASSERT_STRING_EQUAL(text, expected);
	CU_ASSERT_EQUAL(counting.tables, tables);
	free(text);
	end();
}

/* Each permutation of order[from..]. */
static void permute(size_t *order, size_t from, const char *expected,
		    unsigned int tables)
{
	size_t i;

	if (from == GETTERS) {
		in_order(order, expected, tables);
		return;
	}
	for (i = from; i < GETTERS; i++) {
		swap(&order[from], &order[i]);
		permute(order, from + 1, expected, tables);
		swap(&order[from], &order[i]);
	}
}

static void test_any_order(void)
{
	size_t order[GETTERS] = { 0, 1, 2, 3, 4 };
	unsigned int tables;
	char *expected;

	open_bundled("510-4k.kdump");
	begin();
	expected = report();
	tables = counting.tables;
	end();
	permute(order, 0, expected, tables);
	free(expected);
	close_dump();
}

/* ---- Runs, kept and as they come -------------------------------------------- */

struct lines {
	struct suite_text text;
	size_t runs, unknown;
	size_t end_at; /* an error after so many runs; 0: none */
};

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct lines *l = arg;

	l->runs++;
	if (l->end_at && l->runs == l->end_at)
		return dm_error_create(DM_ERROR_OUTPUT, "no more");
	return dm_run_text(dm_session_kernel(session), run, &l->text.sink);
}

static struct dm_error *take_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct lines *l = arg;

	l->unknown++;
	return dm_unknown_text(unknown, &l->text.sink);
}

static struct lines *new_lines(void)
{
	struct lines *l = calloc(1, sizeof(*l));

	suite_text_init(&l->text);
	return l;
}

static void test_runs(void)
{
	struct lines *kept = new_lines(), *streamed = new_lines();
	const struct dm_usage *usage, *own;
	unsigned int tables;

	open_bundled("510-4k.kdump");
	begin();
	suite_no_error(dm_session_usage(session, &usage));
	tables = counting.tables;
	suite_no_error(
		dm_session_runs(session, NULL, take_run, take_unknown, kept));
	CU_ASSERT_EQUAL(counting.tables, tables);
	suite_no_error(dm_session_stream(session, NULL, take_run, take_unknown,
					 streamed, &own));
	CU_ASSERT_TRUE(counting.tables > tables);
	CU_ASSERT_STRING_EQUAL(kept->text.text, streamed->text.text);
	CU_ASSERT_EQUAL(dm_usage_mapped(own), dm_usage_mapped(usage));
	CU_ASSERT_TRUE(kept->runs > 1);
	end();
	/* A stream needs no other result. */
	begin();
	suite_text_init(&streamed->text);
	suite_no_error(dm_session_stream(session, NULL, take_run, take_unknown,
					 streamed, NULL));
	CU_ASSERT_STRING_EQUAL(kept->text.text, streamed->text.text);
	end();
	close_dump();
	free(kept);
	free(streamed);
}

static void test_runs_of_range(void)
{
	struct lines *l = new_lines();
	const struct dm_usage *usage;
	struct dm_range range, none = { 0x1000, 0x2000 };

	open_bundled("510-4k.kdump");
	begin();
	range.start = dm_session_kernel(session)->linear_start;
	range.end = range.start + (UINT64_C(64) << 20);
	suite_no_error(dm_session_stream(session, &range, take_run,
					 take_unknown, l, &usage));
	CU_ASSERT_TRUE(dm_usage_mapped(usage) <= UINT64_C(2) << 30);
	suite_error(dm_session_runs(session, &none, take_run, take_unknown, l),
		    DM_ERROR_INVALID_ARGUMENT, "linear map");
	/* The session is as good as before. */
	suite_no_error(dm_session_usage(session, &usage));
	l->runs = 0;
	l->end_at = 2;
	suite_error(dm_session_runs(session, NULL, take_run, take_unknown, l),
		    DM_ERROR_OUTPUT, "no more");
	l->end_at = l->runs = 0;
	suite_no_error(
		dm_session_runs(session, NULL, take_run, take_unknown, l));
	end();
	close_dump();
	free(l);
}

/* ---- Explain and map -------------------------------------------------------- */

static void test_explain(void)
{
	struct dm_explanation *one, *two, *none = (void *)&none;
	const struct dm_kernel *kernel;
	char what[32];

	open_bundled("73-4k-all.kdump");
	begin();
	kernel = dm_session_kernel(session);
	snprintf(what, sizeof(what), "0x%llx",
		 (unsigned long long)kernel->linear_start);
	suite_no_error(dm_session_explain(session, "swapper_pg_dir", &one));
	suite_no_error(dm_session_explain(session, what, &two));
	CU_ASSERT_STRING_EQUAL(one->asked, "swapper_pg_dir");
	CU_ASSERT_EQUAL(one->region, DM_REGION_IMAGE);
	CU_ASSERT_EQUAL(two->region, DM_REGION_LINEAR);
	dm_explanation_destroy(one);
	dm_explanation_destroy(two);
	dm_explanation_destroy(NULL);
	suite_error(dm_session_explain(session, "no_such_symbol", &none),
		    DM_ERROR_NOT_FOUND, "no_such_symbol");
	CU_ASSERT_PTR_NULL(none);
	suite_error(dm_session_explain(session, "0xzz", &none),
		    DM_ERROR_INVALID_ARGUMENT, "0xzz");
	suite_no_error(dm_session_explain(session, what, &two));
	dm_explanation_destroy(two);
	end();
	close_dump();
}

static void test_map(void)
{
	struct dm_history *history;
	struct dm_map *map, *part;
	struct dm_range range;
	unsigned int tables;

	open_bundled("73-4k-all.kdump");
	begin();
	suite_no_error(dm_session_map(session, NULL, &map));
	tables = counting.tables;
	suite_no_error(dm_session_history(session, &history));
	CU_ASSERT_EQUAL(counting.tables, tables);
	CU_ASSERT_EQUAL(map->splits_known, dm_history_summary(history)->known);
	CU_ASSERT_TRUE_FATAL(map->count > 1);
	range.start = map->cells[0].start;
	range.end = range.start + map->cells[0].size;
	suite_no_error(dm_session_map(session, &range, &part));
	CU_ASSERT_EQUAL(part->cells[0].start, range.start);
	/* Results of the caller's outlive the session. */
	end();
	CU_ASSERT_TRUE(map->cells[map->count - 1].size > 0);
	dm_map_destroy(part);
	dm_map_destroy(map);
	close_dump();
}

/* The history's findings join those of the walk: the object is one. */
static void test_findings_join(void)
{
	const struct dm_usage *usage;
	struct dm_history *history;
	uint64_t before;

	open_bundled("73-4k-all.kdump");
	begin();
	suite_no_error(dm_session_usage(session, &usage));
	before = dm_usage_findings(usage);
	suite_no_error(dm_session_history(session, &history));
	CU_ASSERT_TRUE(dm_usage_findings(usage) >= before);
	CU_ASSERT_EQUAL(dm_usage_findings(usage) - before,
			usage->finding_count[DM_FINDING_UNEXPLAINED]);
	end();
	close_dump();
}

/* ---- Failures --------------------------------------------------------------- */

/* How many reads the result takes when all is well. */
static unsigned int reads_of(size_t getter)
{
	unsigned int reads;

	begin();
	get(getter);
	reads = counting.tables + counting.others;
	end();
	return reads;
}

/* The same error each time, without a read: the dump is not asked again. */
static void check_kept(size_t getter, unsigned int at, enum dm_error_code code)
{
	const void *ret = &ret;
	struct dm_error *err;
	unsigned int reads;
	char part[32];

	begin();
	counting.fail_at = at;
	counting.code = code;
	snprintf(part, sizeof(part), "read %u fails", at);
	err = getters[getter](&ret);
	if (!err) {
		/* It was read for something that can be missing. */
		CU_ASSERT_FALSE(code == DM_ERROR_INTERRUPTED);
		CU_ASSERT_PTR_NOT_NULL(ret);
		end();
		return;
	}
	suite_error(err, code, part);
	CU_ASSERT_PTR_NULL(ret);
	reads = counting.tables + counting.others;
	suite_error(getters[getter](&ret), code, part);
	CU_ASSERT_EQUAL(counting.tables + counting.others, reads);
	/* And so for what stands on it. */
	suite_error(get_history(&ret), code, part);
	CU_ASSERT_PTR_NULL(ret);
	CU_ASSERT_EQUAL(counting.tables + counting.others, reads);
	end();
}

static void test_failures(void)
{
	unsigned int reads, at, step;
	size_t i;

	open_bundled("510-4k.kdump");
	/* Figures, usage and policy: the history stands on each. */
	for (i = 0; i < 3; i++) {
		reads = reads_of(i);
		step = reads / 40 + 1;
		for (at = 1; at <= reads; at += step)
			check_kept(i, at, DM_ERROR_INTERRUPTED);
		check_kept(i, reads, DM_ERROR_OS);
	}
	close_dump();
}

/* What stands beside a failure is made all the same. */
static void test_failure_beside(void)
{
	unsigned int first = 0;
	struct dm_history *history;
	const void *ret;

	open_bundled("73-4k-counters.kdump");
	first = reads_of(1);
	begin();
	get(1);
	counting.fail_at = first + 1;
	counting.code = DM_ERROR_INTERRUPTED;
	suite_error(get_counters(&ret), DM_ERROR_INTERRUPTED, "fails");
	suite_no_error(dm_session_history(session, &history));
	suite_error(get_counters(&ret), DM_ERROR_INTERRUPTED, "fails");
	end();
	close_dump();
}

/* A root that is not there: no figures, and the kernel is known still. */
static void test_no_root(void)
{
	const void *ret;

	open_bundled("510-4k.kdump");
	begin();
	counting.fail_at = 1;
	counting.code = DM_ERROR_ABSENT;
	suite_error(get_figures(&ret), DM_ERROR_BAD_DUMP, "swapper_pg_dir");
	CU_ASSERT_EQUAL(dm_session_kernel(session)->page_size, 4096);
	end();
	close_dump();
}

/* ---- Options ---------------------------------------------------------------- */

struct larger {
	struct dm_session_options known;
	uint64_t from_the_future;
};

static void test_option_sizes(void)
{
	struct larger larger = { .known.struct_size = sizeof(larger) };
	struct dm_session_options options = { 0 };
	struct dm_session *none = (void *)&none;
	struct {
		size_t struct_size;
		unsigned int threads;
	} small = { sizeof(small), 2 };
	struct dm_source *source;

	open_bundled("510-4k.kdump");
	source = dm_dump_source(dump);
	begin_with((const struct dm_session_options *)&small);
	get(1);
	end();
	begin_with(&larger.known);
	get(1);
	end();
	larger.from_the_future = 1;
	suite_error(dm_session_create(source, &larger.known, &none),
		    DM_ERROR_INVALID_ARGUMENT, "older than the program");
	CU_ASSERT_PTR_NULL(none);
	suite_error(dm_session_create(source, &options, &none),
		    DM_ERROR_INVALID_ARGUMENT, "struct_size");
	options.struct_size = 4;
	suite_error(dm_session_create(source, &options, &none),
		    DM_ERROR_INVALID_ARGUMENT, "struct_size");
	close_dump();
}

static void test_about(void)
{
	struct dm_dump_about about = { .path = "a dump", .complete = true };
	struct dm_session_options options = {
		.struct_size = sizeof(options),
		.about = &about,
	};
	struct dm_session *none;
	char *text;

	open_bundled("510-4k.kdump");
	suite_error(dm_session_create(dm_dump_source(dump), &options, &none),
		    DM_ERROR_INVALID_ARGUMENT, "dm_dump_about");
	about.struct_size = sizeof(about);
	begin_with(&options);
	/* Copied. */
	about = (struct dm_dump_about){ 0 };
	text = report();
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "a dump"));
	free(text);
	end();
	options.about = dm_dump_about(dump);
	begin_with(&options);
	text = report();
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "510-4k.kdump"));
	free(text);
	end();
	close_dump();
}

static bool at_once(void *arg)
{
	++*(unsigned int *)arg;
	return true;
}

static void note_progress(void *arg, const struct dm_walk_progress *progress)
{
	CU_ASSERT_TRUE(progress->tables <= progress->known);
	++*(unsigned int *)arg;
}

/* A walk that was stopped is a result, and is not made again. */
static void test_stop(void)
{
	unsigned int asked = 0, told = 0, tables;
	struct dm_session_options options = {
		.struct_size = sizeof(options),
		.stop = at_once,
		.arg = &asked,
	};
	const struct dm_usage *usage;

	open_bundled("510-4k.kdump");
	begin_with(&options);
	suite_no_error(dm_session_figures(session, &usage));
	CU_ASSERT_EQUAL(usage->stopped, DM_STOP_ASKED);
	CU_ASSERT_TRUE(asked > 0);
	tables = counting.tables;
	suite_no_error(dm_session_figures(session, &usage));
	CU_ASSERT_EQUAL(counting.tables, tables);
	end();
	options.stop = NULL;
	options.max_tables = 2;
	options.progress = note_progress;
	options.arg = &told;
	begin_with(&options);
	suite_no_error(dm_session_figures(session, &usage));
	CU_ASSERT_EQUAL(usage->stopped, DM_STOP_TABLES);
	end();
	options.max_tables = 0;
	begin_with(&options);
	suite_no_error(dm_session_figures(session, &usage));
	CU_ASSERT_EQUAL(usage->stopped, DM_STOP_NONE);
	CU_ASSERT_TRUE(told > 0);
	end();
	close_dump();
}

/* ---- Symbols and types from elsewhere --------------------------------------- */

static unsigned int destroyed, asked;

static struct dm_error *find_none(struct dm_symbol_table *table,
				  const char *name, uint64_t *va)
{
	(void)table;
	(void)va;
	asked++;
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s", name);
}

static struct dm_error *none_at(struct dm_symbol_table *table, uint64_t va,
				struct dm_symbol *symbol)
{
	(void)table;
	(void)va;
	(void)symbol;
	return dm_error_create(DM_ERROR_NOT_FOUND, "none");
}

static void destroy_symbols(struct dm_symbol_table *table)
{
	(void)table;
	destroyed++;
}

static const struct dm_symbol_table_ops no_symbols = {
	.name = "none",
	.find = find_none,
	.at = none_at,
	.destroy = destroy_symbols,
};

static void test_tables_of_symbols(void)
{
	struct dm_symbol_table table = { &no_symbols };
	bool has;
	int i;

	open_bundled("73-4k-all.kdump");
	destroyed = 0;
	begin();
	for (i = 0; i < 3; i++)
		suite_no_error(dm_session_add_symbols(session, &table, false));
	/* Taken also where it is refused. */
	suite_error(dm_session_add_symbols(session, &table, false),
		    DM_ERROR_INVALID_ARGUMENT, "more than");
	CU_ASSERT_EQUAL(destroyed, 1);
	suite_no_error(dm_session_has_variables(session, &has));
	suite_no_error(dm_session_has_types(session, &has));
	CU_ASSERT_TRUE(has);
	get(0);
	suite_error(dm_session_add_symbols(session, &table, true),
		    DM_ERROR_INVALID_ARGUMENT, "before a result");
	CU_ASSERT_EQUAL(destroyed, 2);
	end();
	CU_ASSERT_EQUAL(destroyed, 5);
	close_dump();
}

/* As many in all, whichever place they are given. */
static void test_both_places(void)
{
	struct dm_symbol_table table = { &no_symbols };
	int i;

	open_bundled("73-4k-all.kdump");
	destroyed = 0;
	begin();
	for (i = 0; i < 3; i++)
		suite_no_error(dm_session_add_symbols(session, &table, i % 2));
	for (i = 0; i < 2; i++)
		suite_error(dm_session_add_symbols(session, &table, i),
			    DM_ERROR_INVALID_ARGUMENT, "more than 3");
	CU_ASSERT_EQUAL(destroyed, 2);
	get(4);
	CU_ASSERT_EQUAL(destroyed, 2);
	end();
	CU_ASSERT_EQUAL(destroyed, 5);
	close_dump();
}

/* Nor does it matter whether kallsyms was read before. */
static void test_first_after_kallsyms(void)
{
	struct dm_symbol_table table = { &no_symbols };
	bool has;
	int first;

	open_bundled("73-4k-all.kdump");
	for (first = 0; first < 2; first++) {
		begin();
		suite_no_error(dm_session_has_variables(session, &has));
		CU_ASSERT_TRUE(has);
		suite_no_error(dm_session_add_symbols(session, &table, first));
		asked = 0;
		suite_no_error(dm_session_has_variables(session, &has));
		CU_ASSERT_TRUE(has);
		CU_ASSERT_EQUAL(asked, first ? 1u : 0u);
		end();
	}
	close_dump();
}

static void test_debuginfo_errors(void)
{
	open_bundled("510-4k.kdump");
	begin();
	suite_error(dm_debuginfo_add_vmlinux(session, "/nowhere/vmlinux"),
		    DM_ERROR_OS, "/nowhere/vmlinux");
	suite_error(dm_debuginfo_add_system_map(session, "/nowhere/map"),
		    DM_ERROR_OS, "/nowhere/map");
	get(2);
	end();
	close_dump();
}

/* ---- A generated dump, and recorders ---------------------------------------- */

static void test_generated(void)
{
	static const char spec[] = "kernel page=4K va=48\nram 0x40000000+64M\n"
				   "map pa=0x40000000 64M 2M\nformat elf\n";
	char path[] = "/tmp/session-XXXXXX";
	const char *paths[] = { path };
	struct dm_history *history;
	const struct dm_usage *usage;
	int fd = mkstemp(path);
	char *text;

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	close(fd);
	suite_no_error(gen_dump(spec, path));
	suite_no_error(dm_dump_open(paths, 1, NULL, &dump));
	begin();
	suite_no_error(dm_session_history(session, &history));
	CU_ASSERT_FALSE(dm_history_summary(history)->known);
	suite_no_error(dm_session_usage(session, &usage));
	CU_ASSERT_EQUAL(usage->mapped[DM_LEAF_PMD], UINT64_C(64) << 20);
	text = report();
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "DirectMap2M:"));
	free(text);
	end();
	close_dump();
	unlink(path);
}

/* A view's pages are all that the view reads. */
static void test_prefetch(void)
{
	enum dm_view view;
	struct dm_recorder *recorder;
	const uint64_t *pas;
	size_t count, figures = 0;

	open_bundled("73-4k-all.kdump");
	for (view = DM_VIEW_FIGURES; view <= DM_VIEW_MAP; view++) {
		suite_no_error(dm_recorder_create(dm_dump_source(dump), 4096,
						  &recorder));
		suite_no_error(dm_session_create(dm_recorder_source(recorder),
						 NULL, &session));
		suite_no_error(dm_session_prefetch(session, view));
		suite_no_error(dm_recorder_pages(recorder, &pas, &count));
		if (view == DM_VIEW_FIGURES)
			figures = count;
		else
			CU_ASSERT_TRUE(count > figures);
		end();
		dm_recorder_destroy(recorder);
	}
	begin();
	suite_error(dm_session_prefetch(session, (enum dm_view)99),
		    DM_ERROR_INVALID_ARGUMENT, "99");
	end();
	close_dump();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "each result alone, and again", test_alone_and_again },
		{ "figures need page tables only", test_figures_only },
		{ "parts of the report", test_parts_of_report },
		{ "results in any order", test_any_order },
		{ "runs, kept and as they come", test_runs },
		{ "runs of a range, and an end", test_runs_of_range },
		{ "explain", test_explain },
		{ "map", test_map },
		{ "findings of the history join", test_findings_join },
		{ "failures are kept", test_failures },
		{ "what stands beside a failure", test_failure_beside },
		{ "no root table", test_no_root },
		{ "options of other sizes", test_option_sizes },
		{ "what is said of the dump", test_about },
		{ "a walk that is stopped", test_stop },
		{ "symbols from elsewhere", test_tables_of_symbols },
		{ "symbols for both places", test_both_places },
		{ "symbols after kallsyms", test_first_after_kallsyms },
		{ "files that are not there", test_debuginfo_errors },
		{ "a generated dump", test_generated },
		{ "prefetch", test_prefetch },
		CU_TEST_INFO_NULL,
	};

	return suite_run("session", tests);
}
