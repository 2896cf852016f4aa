// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All views over each bundled dump, with reads that fail or lie as seeds say.
 * FAULT_SEEDS: how many; FAULT_FIRST: the first, to have one again. And each view
 * by itself, where one read fails; FAULT_PLACES: at how many places.
 *
 * What is claimed, and held against the views of the same dump without faults:
 *  - nothing crashes, hangs, leaks or prints what contradicts itself;
 *  - an error that ends the job ends it, and is the one that is told, also if it
 *    comes once only;
 *  - where reads only fail: a view that names nothing that it could not tell
 *    prints what it prints without faults, byte for byte; page tables that
 *    could not be read hide no more than the bytes named as unknown, and no
 *    leaf is there that the dump has not.
 * Of garbage no more can be claimed than that the figures add up: a page of
 * other bytes is another dump.
 */
#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "directmap/dump.h"
#include "alone.h"
#include "fault_source.h"
#include "page_cache.h"
#include "suite.h"
#include "views.h"

/* A run takes less than a second; nobody waits for one that hangs. */
#define HANGS_AFTER 120

#define DUMPS_MAX   64

struct subject {
	const char *path;
	struct dm_dump *dump;
	struct page_cache *cache;
	struct views truth;
	uint64_t reads; /* of the run without faults */
};

static uint64_t places; /* that one read failed at */
static glob_t found;
static struct subject subjects[DUMPS_MAX];
static size_t subject_count;

/* What is under way, to be named if it hangs. */
static char now[512];

static void tell_hang(int signal)
{
	static const char text[] = "    hangs: ";

	(void)signal;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0 ||
	    write(STDERR_FILENO, now, strlen(now)) < 0)
		_exit(2);
	_exit(1);
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

__attribute__((format(printf, 2, 3))) static void
complain(const struct fault_source *f, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fprintf(stderr, "    %s: %s\n", now, text);
	fault_source_describe(f, text, sizeof(text));
	fprintf(stderr, "      %s\n", text);
	CU_FAIL("a claim does not hold");
}

/* ---- The claims ---------------------------------------------------------- */

static void check_no_nonsense(const struct fault_source *f,
			      const struct views *v)
{
	if (*v->nonsense)
		complain(f, "%s", v->nonsense);
}

/* Errors that are not about the dump are there only where they were put in. */
static bool is_fatal(enum dm_error_code code)
{
	struct dm_error err = { .code = code };

	return code && dm_error_is_fatal(&err);
}

static void check_errors(const struct fault_source *f, const struct views *v)
{
	enum view view;

	for (view = 0; view < VIEW_COUNT; view++) {
		enum dm_error_code code = v->outcome[view].error;

		if (is_fatal(code) && !(f->kind == FAULT_END && code == f->end))
			complain(f, "%s: error %d", view_name(view), code);
	}
}

/* The first view that came to the end says so, and none gives a result. */
static void check_end(const struct fault_source *f, const struct views *v)
{
	enum view view;
	bool told = false;

	for (view = 0; view < VIEW_COUNT; view++)
		told = told || v->outcome[view].error == f->end;
	if (f->hits && !told)
		complain(f, "an end that no view told of");
}

static void check_bytes(const struct fault_source *f, const struct views *v,
			const struct views *truth)
{
	uint64_t mapped = dm_usage_mapped(&v->usage);
	uint64_t all = dm_usage_mapped(&truth->usage);

	if (!v->outcome[VIEW_RUNS].ran || v->outcome[VIEW_RUNS].error)
		return;
	if (mapped > all ||
	    dm_usage_valid(&v->usage) > dm_usage_valid(&truth->usage))
		complain(f, "%" PRIu64 " mapped of %" PRIu64, mapped, all);
	if (all - mapped > v->usage.unknown)
		complain(f,
			 "%" PRIu64 " bytes are missing, %" PRIu64
			 " named as unknown",
			 all - mapped, v->usage.unknown);
}

/*
 * A dump that lacks something has the same words for lacking more of it: then
 * only what stands on page tables alone is compared.
 */
static bool is_comparable(const struct views *v, const struct views *truth,
			  enum view view)
{
	const struct view_outcome *o = &v->outcome[view];
	const struct view_outcome *t = &truth->outcome[view];

	if (!o->ran || o->error || strcmp(o->hedge, t->hedge) != 0)
		return false;
	return !*t->hedge || view == VIEW_KERNEL || view == VIEW_RUNS;
}

static void check_view(const struct fault_source *f, const struct views *v,
		       const struct views *truth, enum view view)
{
	const struct view_outcome *o = &v->outcome[view];
	const struct view_outcome *t = &truth->outcome[view];
	size_t i;

	if (f->hits && !is_comparable(v, truth, view))
		return;
	if (!o->ran || !t->ran) {
		if (o->ran != t->ran)
			complain(f, "%s did not run", view_name(view));
		return;
	}
	if (o->size == t->size && !memcmp(o->text, t->text, t->size))
		return;
	for (i = 0; i < o->size && i < t->size && o->text[i] == t->text[i];)
		i++;
	while (i && o->text[i - 1] != '\n')
		i--;
	complain(
		f,
		"%s differs, and names no reason:\n\tnow  %.200s\n\ttrue %.200s",
		view_name(view), o->text + i, t->text + i);
}

static void check_truth(const struct fault_source *f, const struct views *v,
			const struct views *truth)
{
	enum view view;

	check_bytes(f, v, truth);
	for (view = 0; view < VIEW_COUNT; view++)
		check_view(f, v, truth, view);
}

/*
 * Work is bounded by the dump: pages of it may be looked through again and
 * again by a search, but not for ever. Where damaged attributes make all of RAM
 * special, struct page is read for each, up to 16 M (special.c), through a page
 * of tables each time if those cannot be read.
 */
#define READS_MAX (3 * (UINT64_C(1) << 24))

static void check_work(const struct fault_source *f, const struct subject *s)
{
	if (f->reads > 64 * s->reads + READS_MAX)
		complain(f, "%" PRIu64 " reads; without faults %" PRIu64,
			 f->reads, s->reads);
}

/* ---- Runs ---------------------------------------------------------------- */

static void run_seed(const struct subject *s, uint64_t seed)
{
	struct fault_source f;
	struct views *v = malloc(sizeof(*v));

	CU_ASSERT_PTR_NOT_NULL_FATAL(v);
	snprintf(now, sizeof(now), "%s, FAULT_FIRST=%" PRIu64, s->path, seed);
	fault_source_init(&f, page_cache_source(s->cache), seed, s->reads);
	alarm(HANGS_AFTER);
	views_run_threads(v, &f.source, &s->truth, f.threads);
	alarm(0);
	if (f.out)
		complain(&f, "%" PRIu64 " clones and pages out", f.out);
	check_no_nonsense(&f, v);
	check_errors(&f, v);
	check_work(&f, s);
	if (f.kind == FAULT_END)
		check_end(&f, v);
	if (f.kind == FAULT_FAIL || !f.hits)
		check_truth(&f, v, &s->truth);
	views_deinit(v);
	free(v);
	fault_source_deinit(&f);
}

/* ---- One read ------------------------------------------------------------- */

/* @err is what came of a view where one read gave @code; it is taken. */
static void judge_end(const struct fault_source *f, enum dm_error_code code,
		      struct dm_error *err)
{
	if (f->out)
		complain(f, "%" PRIu64 " pages out", f->out);
	if (!err)
		complain(f, "swallowed");
	else if (err->code != code || !strstr(err->message, FAULT_MESSAGE))
		complain(f, "error %d instead: %s", err->code, err->message);
	dm_error_destroy(err);
}

static void name_place(const struct subject *s, size_t i,
		       enum dm_error_code code, uint64_t at)
{
	snprintf(now, sizeof(now), "%s, %s alone, error %d at read %" PRIu64,
		 s->path, alone_name(i), code, at);
}

/*
 * What fails once only, and is answered right when it is asked again, is what is
 * easily taken for an answer.
 */
static void fail_once(const struct subject *s, size_t i,
		      enum dm_error_code code, uint64_t at)
{
	struct fault_source f;
	struct dm_error *err;

	name_place(s, i, code, at);
	fault_source_once(&f, page_cache_source(s->cache), code, at);
	alarm(HANGS_AFTER);
	err = alone_run(i, &f.source, &s->truth);
	alarm(0);
	judge_end(&f, code, err);
	fault_source_deinit(&f);
	places++;
}

/* ---- Every read ----------------------------------------------------------- */

/*
 * A view runs once, and at each read it makes a child per code goes on with that
 * error: as many runs from the start would cost the square of the reads.
 */
static struct {
	const struct subject *subject;
	size_t view;
	unsigned int failed; /* children */
} every;

/* In the child: this read is the one. */
static void become(struct fault_source *f, enum dm_error_code code)
{
	f->before = NULL;
	f->kind = FAULT_ONCE;
	f->end = code;
	f->end_at = f->reads + 1;
	name_place(every.subject, every.view, code, f->end_at);
	alarm(HANGS_AFTER);
}

static void fork_each_code(struct fault_source *f)
{
	size_t code;
	int status;

	fflush(NULL);
	for (code = 0; code < FAULT_ENDS; code++) {
		pid_t child = fork();

		CU_ASSERT_FATAL(child >= 0);
		if (!child) {
			become(f, fault_ends[code]);
			return;
		}
		CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
		every.failed += status != 0;
		places++;
	}
}

static void fail_every(const struct subject *s, size_t i)
{
	struct fault_source f;
	struct dm_error *err;

	every.subject = s;
	every.view = i;
	every.failed = 0;
	fault_source_once(&f, page_cache_source(s->cache), 0, 0);
	f.before = fork_each_code;
	err = alone_run(i, &f.source, &s->truth);
	if (f.kind == FAULT_ONCE) {
		unsigned int before = CU_get_number_of_failures();

		judge_end(&f, f.end, err);
		fflush(NULL);
		_exit(CU_get_number_of_failures() != before);
	}
	dm_error_destroy(err);
	CU_ASSERT_EQUAL(every.failed, 0);
	fault_source_deinit(&f);
}

static uint64_t reads_of(const struct subject *s, size_t i)
{
	struct fault_source f;

	fault_source_once(&f, page_cache_source(s->cache), 0, 0);
	dm_error_destroy(alone_run(i, &f.source, &s->truth));
	fault_source_deinit(&f);
	return f.reads;
}

/* The same each time. */
static uint64_t random_below(uint64_t limit)
{
	static uint64_t state;

	return fault_random(&state) % limit;
}

/* So that there are about @wanted steps in @reads; 0: all. */
static uint64_t step_of(uint64_t reads, uint64_t wanted)
{
	return wanted && reads > wanted ? reads / wanted : 1;
}

static void fail_some(const struct subject *s, size_t i, uint64_t wanted)
{
	uint64_t reads = reads_of(s, i), step = step_of(reads, wanted), at;

	for (at = 1 + random_below(step); at <= reads; at += step)
		fail_once(s, i, fault_ends[at % FAULT_ENDS], at);
}

/* FAULT_PLACES of each view with one code each; 0: all with all. */
static void test_places(void)
{
	uint64_t wanted = number("FAULT_PLACES", 12);
	size_t i, j;

	signal(SIGALRM, tell_hang);
	for (i = 0; i < subject_count; i++) {
		for (j = 0; j < alone_count(&subjects[i].truth); j++) {
			if (wanted)
				fail_some(&subjects[i], j, wanted);
			else
				fail_every(&subjects[i], j);
		}
	}
	printf("    %" PRIu64 " places\n", places);
}

/* What the dump lacks in one place: each view says so, or can do without. */
static void lack_once(const struct subject *s, enum dm_error_code code,
		      uint64_t at)
{
	struct views *v = malloc(sizeof(*v));
	struct fault_source f;

	CU_ASSERT_PTR_NOT_NULL_FATAL(v);
	snprintf(now, sizeof(now), "%s, all views, error %d at read %" PRIu64,
		 s->path, code, at);
	fault_source_once(&f, page_cache_source(s->cache), code, at);
	alarm(HANGS_AFTER);
	views_run(v, &f.source, &s->truth);
	alarm(0);
	check_no_nonsense(&f, v);
	check_errors(&f, v);
	check_truth(&f, v, &s->truth);
	views_deinit(v);
	free(v);
	fault_source_deinit(&f);
}

static void test_lacks(void)
{
	static const enum dm_error_code codes[] = { DM_ERROR_ABSENT,
						    DM_ERROR_BROKEN };
	uint64_t wanted = number("FAULT_PLACES", 12) / 4, at;
	size_t i;

	for (i = 0; i < subject_count; i++) {
		const struct subject *s = &subjects[i];
		uint64_t step = step_of(s->reads, wanted);

		for (at = 1 + random_below(step); at <= s->reads; at += step)
			lack_once(s, codes[at % 2], at);
	}
}

/* What the walk gives with @threads, where nothing is left to chance. */
static void run_with(const struct subject *s, uint64_t seed,
		     unsigned int threads, struct views *v, uint64_t *clones)
{
	struct fault_source f;

	snprintf(now, sizeof(now), "%s, seed %" PRIu64 " with %u threads",
		 s->path, seed, threads);
	fault_source_init(&f, page_cache_source(s->cache), seed, s->reads);
	f.by_page = true;
	if (f.kind == FAULT_END)
		f.kind = FAULT_FAIL;
	alarm(HANGS_AFTER);
	views_run_threads(v, &f.source, &s->truth, threads);
	alarm(0);
	*clones += f.clones;
	CU_ASSERT_EQUAL(f.out, 0);
	fault_source_deinit(&f);
}

static bool same_figures(const struct dm_usage *a, const struct dm_usage *b)
{
	return dm_usage_mapped(a) == dm_usage_mapped(b) &&
	       dm_usage_valid(a) == dm_usage_valid(b) &&
	       dm_usage_tables(a) == dm_usage_tables(b) &&
	       dm_usage_findings(a) == dm_usage_findings(b) &&
	       a->unreadable == b->unreadable && a->unknown == b->unknown;
}

static bool same_runs(const struct views *a, const struct views *b)
{
	const struct view_outcome *x = &a->outcome[VIEW_RUNS];
	const struct view_outcome *y = &b->outcome[VIEW_RUNS];

	if (x->ran != y->ran || x->error != y->error || x->size != y->size)
		return false;
	return !x->ran || x->error ||
	       (!memcmp(x->text, y->text, x->size) &&
		!strcmp(x->hedge, y->hedge) &&
		same_figures(&a->usage, &b->usage));
}

static void test_threads(void)
{
	struct views *one = malloc(sizeof(*one)),
		     *three = malloc(sizeof(*three));
	uint64_t i, clones = 0;

	CU_ASSERT_FATAL(one && three);
	for (i = 0; i < 2 * subject_count; i++) {
		const struct subject *s = &subjects[i % subject_count];

		run_with(s, i, 1, one, &clones);
		run_with(s, i, 3, three, &clones);
		if (!same_runs(one, three))
			fprintf(stderr, "    %s: other runs\n", now);
		CU_ASSERT_TRUE(same_runs(one, three));
		views_deinit(one);
		views_deinit(three);
	}
	/* Or nothing was shown. */
	CU_ASSERT_TRUE(clones > 0);
	free(one);
	free(three);
}

static void test_seeds(void)
{
	uint64_t first = number("FAULT_FIRST", 0);
	uint64_t count = number("FAULT_SEEDS", 300);
	uint64_t i;

	signal(SIGALRM, tell_hang);
	for (i = first; i < first + count; i++)
		run_seed(&subjects[i % subject_count], i);
}

/* Without faults the views tell all, and nothing that contradicts itself. */
static void open_subject(struct subject *s, const char *path)
{
	struct fault_source f;

	s->path = path;
	suite_no_error(dm_dump_open(&path, 1, NULL, &s->dump));
	s->cache = page_cache_create(dm_dump_source(s->dump));
	fault_source_init(&f, page_cache_source(s->cache), 0, 0);
	f.kind = FAULT_NONE;
	snprintf(now, sizeof(now), "%s without faults", path);
	views_run(&s->truth, &f.source, NULL);
	s->reads = f.reads;
	check_no_nonsense(&f, &s->truth);
	CU_ASSERT_EQUAL(s->truth.outcome[VIEW_RUNS].error, 0);
	CU_ASSERT_FALSE(s->truth.partial);
	fault_source_deinit(&f);
}

static void test_truth(void)
{
	const char *dir = getenv("TEST_DUMPS");
	char pattern[4096];
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/*.kdump",
		 dir ? dir : "test-dumps");
	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &found), 0);
	CU_ASSERT_FATAL(found.gl_pathc <= DUMPS_MAX);
	for (i = 0; i < found.gl_pathc; i++)
		open_subject(&subjects[subject_count++], found.gl_pathv[i]);
}

static void test_end(void)
{
	size_t i;

	for (i = 0; i < subject_count; i++) {
		views_deinit(&subjects[i].truth);
		page_cache_destroy(subjects[i].cache);
		dm_dump_close(subjects[i].dump);
	}
	globfree(&found);
}

static CU_TestInfo tests[] = {
	{ "the bundled dumps, without faults", test_truth },
	{ "one read that ends the job, in each view", test_places },
	{ "one read that the dump lacks", test_lacks },
	{ "with faults, by seed", test_seeds },
	{ "the same for any number of threads", test_threads },
	{ "all is given back", test_end },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("fault", tests);
}
