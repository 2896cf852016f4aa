// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The third state: whatever happens to a page of the linear map's tables,
 * nothing is stated as known that the undamaged dump contradicts.
 *
 * Tables of each dump are damaged one at a time, in each way of damage.h; all
 * views and all rules of `check` are held against those of the dump as it is,
 * by the rules of rules.h. Where a run ends with a refusal, nothing is said.
 *
 * THIRD_STATE_DUMPS: which, instead of a few of the bundled ones;
 * THIRD_STATE_TABLES: how many tables of each level, 0: all;
 * THIRD_STATE_VARIANTS: how many ways of each kind (which entry, which bytes), in
 * turn from table to table; THIRD_STATE_JOBS: processes;
 * THIRD_STATE_SHOW: complaints of each rule; THIRD_STATE_ONLY: the number of a
 * case, to have one again.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/run.h"
#include "directmap/dump.h"
#include "fault/page_cache.h"
#include "made.h"
#include "rules.h"
#include "stored/fields.h"
#include "suite.h"

#define QUESTIONS_MAX 24
#define DUMPS_MAX     64

struct subject {
	const char *path, *name;
	struct dm_dump *dump;
	struct page_cache *cache;
	struct fake_target *made; /* in place of a dump */
	struct debuginfo debuginfo; /* of that */
	struct damaged_source whole;
	struct statements truth;
	struct truth leaves;
	struct map_tables tables;
};

struct counts {
	uint64_t cases, refused, known, at_least, failed;
};

static char dumps[DUMPS_MAX][4096];
static size_t dump_count;

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoull(value, NULL, 0) : otherwise;
}

/* How many tables of each level; 0: all, in all ways. */
static uint64_t sample(void)
{
	return number("THIRD_STATE_TABLES", 1);
}

/* ---- Questions ----------------------------------------------------------- */

struct questions {
	size_t count;
	char text[QUESTIONS_MAX][32];
	const char *at[QUESTIONS_MAX];
};

static void ask(struct questions *q, const char *format, uint64_t value)
{
	size_t n = q->count;

	if (n == QUESTIONS_MAX)
		return;
	snprintf(q->text[n], sizeof(q->text[n]), format, value);
	q->at[n] = q->text[n];
	q->count++;
}

static void ask_start(struct questions *q, const json_t *list, size_t i)
{
	uint64_t va;

	if (field_hex(json_array_get(list, i), "start", &va))
		ask(q, "0x%" PRIx64, va);
}

/* Where something else is known of an address than that it is mapped. */
static void ask_elsewhere(struct questions *q, const struct subject *s)
{
	const json_t *special = field_list(s->truth.report, "special"), *one;
	const json_t *splits = field_list(s->truth.report, "splits");
	uint64_t va;
	size_t i;

	ask_start(q, special, 0);
	ask_start(q, special, json_array_size(special) / 2);
	ask_start(q, splits, 0);
	ask_start(q, splits, json_array_size(splits) / 2);
	if (s->leaves.count)
		ask(q, "0x%" PRIx64, s->leaves.runs[s->leaves.count / 2].pa);
	json_array_foreach(special, i, one)
	{
		if (field_hex(one, "owner.va", &va)) {
			ask(q, "0x%" PRIx64, va);
			break;
		}
	}
	ask(q, "swapper_pg_dir", 0);
}

/* Before, in and behind what is damaged, and what is special in it. */
static void ask_around(struct questions *q, const struct subject *s,
		       const struct damage *d)
{
	uint64_t page = s->truth.kernel->page_size, va;
	const json_t *special = field_list(s->truth.report, "special"), *one;
	size_t i;

	ask(q, "0x%" PRIx64, d->va);
	ask(q, "0x%" PRIx64, d->va + (d->end - d->va) / 2);
	ask(q, "0x%" PRIx64, d->end - page);
	if (d->va > s->truth.kernel->linear_start)
		ask(q, "0x%" PRIx64, d->va - page);
	if (d->end < s->truth.usage->linear_end)
		ask(q, "0x%" PRIx64, d->end);
	for (i = 0; i < s->leaves.count; i++) {
		if (s->leaves.runs[i].start >= d->va) {
			ask(q, "0x%" PRIx64, s->leaves.runs[i].start);
			break;
		}
	}
	json_array_foreach(special, i, one)
	{
		if (field_hex(one, "start", &va) && va >= d->va &&
		    va < d->end) {
			ask(q, "0x%" PRIx64, va);
			break;
		}
	}
}

/* ---- A case -------------------------------------------------------------- */

/*
 * A third of them, in turn: each takes as long as all else. All, where all
 * tables are.
 */
static void thin_out(struct questions *q, uint64_t number_of_case)
{
	size_t i, n = 0;

	for (i = 0; i < q->count; i++) {
		if ((i + number_of_case) % 3 == 0)
			q->at[n++] = q->text[i];
	}
	q->count = n;
}

static const struct debuginfo *debuginfo_of(const struct subject *s)
{
	return s->made ? &s->debuginfo : NULL;
}

static void run_case(struct subject *s, const struct damage *damage, uint64_t n,
		     const char *page, struct counts *counts)
{
	struct statements *said = malloc(sizeof(*said));
	struct questions questions = { 0 };
	struct damaged_source source;
	struct judged j = {
		.dump = s->name,
		.damage = damage,
		.truth = &s->truth,
		.said = said,
		.leaves = &s->leaves,
	};

	if (!said)
		abort();
	damaged_source_init(&source, page_cache_source(s->cache),
			    s->tables.page_size, damage);
	statements_init(said, &source.source, debuginfo_of(s), page);
	ask_elsewhere(&questions, s);
	ask_around(&questions, s, damage);
	if (sample())
		thin_out(&questions, n);
	judge(&j, questions.at, questions.count);
	counts->cases++;
	counts->refused += !!*said->refused;
	counts->known +=
		field_bool(said->report, "split_summary.known") == DM_YES;
	counts->at_least +=
		field_bool(said->report, "split_summary.at_least") == DM_YES;
	counts->failed += !!j.failures;
	statements_deinit(said);
	free(said);
}

/* Which tables of a level: the first, and others at even distances. */
static bool is_chosen(const struct map_tables *tables, size_t table,
		      uint64_t most)
{
	uint64_t before = 0, all = 0, step;
	size_t i;

	for (i = 0; i < tables->count; i++) {
		if (tables->at[i].level != tables->at[table].level)
			continue;
		before += i < table;
		all++;
	}
	if (!most || all <= most)
		return true;
	step = all / most;
	return before % step == 0 && before / step < most;
}

/* Every @jobs-th case from @job on. */
struct cases {
	struct subject *s;
	unsigned int job, jobs;
	uint64_t n, only;
	char page[4200];
	struct counts *counts;
};

static void run_kind(struct cases *c, size_t table, enum damage_kind kind)
{
	unsigned int most = (unsigned int)number(
		"THIRD_STATE_VARIANTS", sample() ? 2 : DAMAGE_VARIANTS);
	/* All tables in the same few ways would be less than they could. */
	unsigned int first = sample() || most >= DAMAGE_VARIANTS
				     ? 0
				     : (unsigned int)table % DAMAGE_VARIANTS;
	unsigned int i, done = 0;
	struct damage damage;

	for (i = 0; i < DAMAGE_VARIANTS && done < most; i++) {
		if (!damage_init(&damage, &c->s->tables, table, kind,
				 (first + i) % DAMAGE_VARIANTS)) {
			/* Of a sample, one that does not exist counts. */
			done += sample() != 0;
			continue;
		}
		done++;
		if (c->n++ % c->jobs == c->job &&
		    (c->only == UINT64_MAX || c->only == c->n - 1))
			run_case(c->s, &damage, c->n - 1, c->page, c->counts);
		damage_deinit(&damage);
	}
}

static void run_cases(struct subject *s, unsigned int job, unsigned int jobs,
		      struct counts *counts)
{
	struct cases c = {
		.s = s,
		.job = job,
		.jobs = jobs,
		.only = number("THIRD_STATE_ONLY", UINT64_MAX),
		.counts = counts,
	};
	enum damage_kind kind;
	size_t i;

	snprintf(c.page, sizeof(c.page), "%s/page-%u.html", run_scratch(), job);
	for (i = 0; i < s->tables.count; i++) {
		if (!is_chosen(&s->tables, i, sample()))
			continue;
		for (kind = 0; kind < DAMAGE_KINDS; kind++)
			run_kind(&c, i, kind);
	}
}

/* ---- Dumps --------------------------------------------------------------- */

/* A dump's path, or "made:PAGE_SHIFT:VA_BITS". */
static struct dm_source *open_source(struct subject *s)
{
	unsigned int page_shift, va_bits;

	if (sscanf(s->path, "made:%u:%u", &page_shift, &va_bits) == 2) {
		s->made = made_create(page_shift, va_bits);
		s->debuginfo = (struct debuginfo){ &s->made->symbol_table,
						   &s->made->type_table };
		return &s->made->fake->source;
	}
	suite_no_error(dm_dump_open(&s->path, 1, NULL, &s->dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(s->dump);
	return dm_dump_source(s->dump);
}

static void subject_init(struct subject *s, const char *path)
{
	const char *slash = strrchr(path, '/');

	*s = (struct subject){ .path = path, .name = slash ? slash + 1 : path };
	s->cache = page_cache_create(open_source(s));
	damaged_source_init(&s->whole, page_cache_source(s->cache), 4096, NULL);
	statements_init(&s->truth, &s->whole.source, debuginfo_of(s), NULL);
	if (*s->truth.refused)
		fprintf(stderr, "    %s: %s\n", path, s->truth.refused);
	CU_ASSERT_FATAL(!*s->truth.refused);
	if (s->made) {
		CU_ASSERT_EQUAL(s->truth.code, 0);
		CU_ASSERT_EQUAL(field_bool(s->truth.report, "memory.checked"),
				DM_YES);
	}
	truth_init(&s->leaves, s->truth.runs);
	map_tables_init(&s->tables, page_cache_source(s->cache),
			s->truth.kernel, s->truth.usage->linear_end);
}

static void subject_deinit(struct subject *s)
{
	map_tables_deinit(&s->tables);
	truth_deinit(&s->leaves);
	statements_deinit(&s->truth);
	page_cache_destroy(s->cache);
	if (s->made)
		fake_target_destroy(s->made);
	else
		dm_dump_close(s->dump);
}

static void run_dump(const char *path, unsigned int job, unsigned int jobs,
		     struct counts *counts)
{
	struct subject s;

	subject_init(&s, path);
	run_cases(&s, job, jobs, counts);
	subject_deinit(&s);
}

/* ---- Jobs: cases of each dump in turn, in processes ---------------------- */

/* What a child tells: counts of a dump, or of a rule that was broken. */
struct record {
	size_t dump; /* DUMPS_MAX: a rule */
	struct counts counts;
	struct broken_rule rule;
};

static void tell(int out, const struct record *record)
{
	if (write(out, record, sizeof(*record)) != sizeof(*record))
		_exit(1);
}

static void run_job(unsigned int job, unsigned int jobs, int out)
{
	const struct broken_rule *broken;
	size_t i, count;

	for (i = 0; i < dump_count; i++) {
		struct record record = { .dump = i };

		run_dump(dumps[i], job, jobs, &record.counts);
		tell(out, &record);
	}
	broken = judge_broken(&count);
	for (i = 0; i < count; i++) {
		struct record record = { .dump = DUMPS_MAX, .rule = broken[i] };

		tell(out, &record);
	}
	_exit(CU_get_number_of_failures() ? 1 : 0);
}

static void add_counts(struct counts *sum, const struct counts *more)
{
	sum->cases += more->cases;
	sum->refused += more->refused;
	sum->known += more->known;
	sum->at_least += more->at_least;
	sum->failed += more->failed;
}

static void run_jobs(unsigned int jobs, struct counts *counts)
{
	struct record record;
	int pipes[2], status;
	unsigned int job;

	CU_ASSERT_EQUAL_FATAL(pipe(pipes), 0);
	run_scratch();
	fflush(NULL);
	for (job = 0; job < jobs; job++) {
		if (fork() == 0)
			run_job(job, jobs, pipes[1]);
	}
	close(pipes[1]);
	while (read(pipes[0], &record, sizeof(record)) == sizeof(record)) {
		if (record.dump == DUMPS_MAX)
			judge_add_broken(&record.rule);
		else
			add_counts(&counts[record.dump], &record.counts);
	}
	close(pipes[0]);
	for (job = 0; job < jobs; job++) {
		CU_ASSERT_FATAL(wait(&status) > 0);
		CU_ASSERT_EQUAL(status, 0);
	}
}

static void print_counts(const char *name, const struct counts *c)
{
	fprintf(stderr,
		"    %s: cases %" PRIu64 ", failures %" PRIu64
		" (refused %" PRIu64 ", history known in %" PRIu64
		", at least in %" PRIu64 ")\n",
		name, c->cases, c->failed, c->refused, c->known, c->at_least);
}

static void print_all(const struct counts *counts)
{
	const struct broken_rule *broken;
	struct counts sum = { 0 };
	size_t i, count;

	broken = judge_broken(&count);
	for (i = 0; i < count; i++)
		fprintf(stderr, "    %7zu x %s\n", broken[i].count,
			broken[i].rule);
	for (i = 0; i < dump_count; i++) {
		print_counts(dumps[i], &counts[i]);
		CU_ASSERT_NOT_EQUAL(counts[i].cases, 0);
		add_counts(&sum, &counts[i]);
	}
	print_counts("all", &sum);
	CU_ASSERT_EQUAL(sum.failed, 0);
}

/* ---- Tests --------------------------------------------------------------- */

static void name_dumps(void)
{
	static const char *const names[] = {
		"73-4k-counters",
		"612-16k",
		"73-4k-nobbml",
		"73-64k-va52",
	};
	const char *dir = getenv("TEST_DUMPS");
	const char *list = getenv("THIRD_STATE_DUMPS");
	char *copy, *path, *rest;
	size_t i;

	if (!list || !*list) {
		snprintf(dumps[dump_count++], sizeof(dumps[0]), "made:16:48");
		snprintf(dumps[dump_count++], sizeof(dumps[0]), "made:14:47");
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			snprintf(dumps[dump_count++], sizeof(dumps[0]),
				 "%s/%s.kdump", dir ? dir : "test-dumps",
				 names[i]);
		return;
	}
	copy = strdup(list);
	for (path = strtok_r(copy, " \n", &rest);
	     path && dump_count < DUMPS_MAX;
	     path = strtok_r(NULL, " \n", &rest))
		snprintf(dumps[dump_count++], sizeof(dumps[0]), "%s", path);
	free(copy);
}

static void test_dumps(void)
{
	unsigned int jobs = (unsigned int)number("THIRD_STATE_JOBS", 1);
	struct counts counts[DUMPS_MAX] = { 0 };
	size_t i;

	name_dumps();
	if (jobs > 1) {
		run_jobs(jobs, counts);
	} else {
		for (i = 0; i < dump_count; i++)
			run_dump(dumps[i], 0, 1, &counts[i]);
	}
	print_all(counts);
}

static void test_end(void)
{
	run_remove_scratch();
}

static CU_TestInfo tests[] = {
	{ "each table page damaged in each way", test_dumps },
	{ "all is given back", test_end },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("third_state", tests);
}
