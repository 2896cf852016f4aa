// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage batch: options, and the order of things. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "cpus.h"
#include "directmap/json.h"
#include "option_words.h"
#include "options.h"
#include "directmap/text.h"
#include "write/inputs.h"

static const char help_text[] =
	"Usage: kdump-triage batch [OPTION...] PATH...\n"
	"A row for each dump found: PATH is a file, a folder (searched for dumps by\n"
	"content), a pattern in quotes, or @LIST, a file of paths (@-: stdin).\n"
	"\n"
	"Output (one of the first three on stdout, any files besides):\n"
	"  (none)               a table, the most fragmented first, and a summary\n"
	"  --json               JSON Lines, schema directmap/1\n"
	"  --csv                a line a dump\n"
	"  --quiet              nothing on stdout, no progress\n"
	"  --db FILE            SQLite; see kdump-triage query\n"
	"  --html DIR|FILE      pages for people: a table, and one for each dump\n"
	"  --junit FILE         a test case a dump\n"
	"  --prometheus FILE    for node_exporter's textfile collector\n"
	"  --splits             rows with each lost leaf, not only their sums\n"
	"  --color WHEN         auto (default), always or never\n"
	"  --force              replace also files that are not of this program; never\n"
	"                       a dump\n"
	"\n"
	"Work:\n"
	"  -j, --jobs N         dumps at once (default: CPUs)\n"
	"  --timeout SECONDS    for a dump (default 600; 0: none)\n"
	"  --max-tables N       page tables of a dump; then its figures are partial\n"
	"  --max-memory SIZE    address space for a dump (default 4G; 0: no limit)\n"
	"  --state FOLDER       results that are done (default: the user's cache)\n"
	"  --again              also what is done already\n"
	"  --no-sandbox         children keep all rights while reading\n"
	"  --all-files          in folders: every file, whatever it looks like\n"
	"  --shard I/N          the I-th of N parts, the same everywhere\n"
	"  --list-only          name the dumps and do nothing\n"
	"  --null               names end with NUL, not newline\n"
	"\n"
	"Exit codes: 0 all fine; 3 no dump could be read, or there is none; 4 some\n"
	"could not be read, or in part only; 2 usage; 5 our fault or the machine's.\n"
	"More in kdump-triage(1), docs/ci.md.\n";

enum {
	OPT_TIMEOUT = OPTION_OWN,
	OPT_MEMORY,
	OPT_TABLES,
	OPT_STATE,
	OPT_AGAIN,
	OPT_ALL_FILES,
	OPT_SHARD,
	OPT_LIST_ONLY,
	OPT_NULL,
	OPT_SPLITS,
	OPT_NO_SANDBOX,
};

static const struct option long_options[] = {
	OUTPUT_OPTIONS,
	{ "jobs", required_argument, NULL, 'j' },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "max-memory", required_argument, NULL, OPT_MEMORY },
	{ "max-tables", required_argument, NULL, OPT_TABLES },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "again", no_argument, NULL, OPT_AGAIN },
	{ "all-files", no_argument, NULL, OPT_ALL_FILES },
	{ "shard", required_argument, NULL, OPT_SHARD },
	{ "list-only", no_argument, NULL, OPT_LIST_ONLY },
	{ "null", no_argument, NULL, OPT_NULL },
	{ "splits", no_argument, NULL, OPT_SPLITS },
	{ "no-sandbox", no_argument, NULL, OPT_NO_SANDBOX },
	{ NULL, 0, NULL, 0 },
};

struct parsed {
	struct parsed_outputs out;
	struct batch_options batch;
	const char *state;
	bool all_files, list_only, nul, help;
	unsigned int shard, shards; /* shards 0: all */
};

#define JOBS_MAX       1024
#define DEFAULT_MEMORY ((uint64_t)4 << 30)
/* Of rows: what a row without lists takes is known to be far less. */
#define OUTPUT_MAX  ((size_t)16 << 20)
#define OUTPUT_LIST ((size_t)1 << 30)

static unsigned int cpus(void)
{
	unsigned int n = cpus_allowed();

	return n > JOBS_MAX ? JOBS_MAX : n;
}

static bool take_number(const char *arg, uint64_t most, unsigned int *ret)
{
	uint64_t n;

	if (!parse_size(arg, 1, most, &n))
		return false;
	*ret = (unsigned int)n;
	return true;
}

static bool take_shard(struct parsed *p, const char *arg)
{
	char *copy = strdup(arg), *slash = copy ? strchr(copy, '/') : NULL;
	bool ok = false;

	if (slash) {
		*slash = '\0';
		ok = take_number(copy, 1000000, &p->shard) &&
		     take_number(slash + 1, 1000000, &p->shards) &&
		     p->shard >= 1 && p->shard <= p->shards;
	}
	free(copy);
	return ok;
}

static bool take_option(struct parsed *p, int letter, const char *arg)
{
	switch (letter) {
	case 'j':
		return take_number(arg, JOBS_MAX, &p->batch.jobs) &&
		       p->batch.jobs;
	case OPT_TIMEOUT:
		return take_number(arg, 10000000, &p->batch.limits.timeout);
	case OPT_MEMORY:
		return parse_size(arg, 1 << 20, INT64_MAX,
				  &p->batch.limits.memory);
	case OPT_TABLES:
		return parse_size(arg, 1, INT64_MAX, &p->batch.limits.tables);
	case OPT_STATE:
		p->state = arg;
		return *arg;
	case OPT_AGAIN:
		return p->batch.again = true;
	case OPT_ALL_FILES:
		return p->all_files = true;
	case OPT_SHARD:
		return take_shard(p, arg);
	case OPT_LIST_ONLY:
		return p->list_only = true;
	case OPT_NULL:
		return p->nul = true;
	case OPT_SPLITS:
		return p->batch.lists = true;
	case OPT_NO_SANDBOX:
		return p->batch.no_sandbox = true;
	case OPTION_HELP:
		return p->help = true;
	}
	return take_output_option(&p->out, letter, arg);
}

static int usage_error(const char *what)
{
	return cli_fail(CLI_USAGE, "%s; see kdump-triage batch --help", what);
}

static int parse(struct parsed *p, int argc, char **argv)
{
	int letter;

	*p = (struct parsed){
		.batch = { .jobs = cpus(),
			   .limits = { .timeout = 600,
				       .cpus = 1,
				       .memory = DEFAULT_MEMORY,
				       .output = OUTPUT_MAX } },
	};
	opterr = 0;
	while ((letter = getopt_long(argc, argv, "j:", long_options, NULL)) !=
	       -1) {
		if (!take_option(p, letter, optarg))
			return option_words_bad_value(long_options, letter,
						      optarg, "batch --help");
	}
	if (!finish_output_options(&p->out))
		return usage_error(
			"--json, --csv and --quiet are one at a time");
	p->batch.quiet = p->out.quiet;
	/* What its pages draw. */
	p->batch.maps = p->out.outputs.html;
	if (p->batch.lists)
		p->batch.limits.output = OUTPUT_LIST;
	if (!p->help && optind == argc)
		return usage_error("no PATH given");
	return CLI_OK;
}

static struct dm_error *find_dumps(struct scan *scan, const struct parsed *p,
				   int argc, char **argv)
{
	struct dm_error *err = NULL;
	size_t at;
	int i;

	*scan = (struct scan){ .all_files = p->all_files };
	for (i = optind; !err && i < argc; i++)
		err = scan_add(scan, argv[i]);
	/* A list of names is read too. */
	for (i = optind; !err && i < argc; i++) {
		if (argv[i][0] == '@')
			err = inputs_add(argv[i] + 1);
	}
	if (!err)
		err = scan_finish(scan);
	for (at = 0; !err && at < scan->count; at++)
		err = inputs_add_all(scan->dumps[at].paths,
				     scan->dumps[at].count);
	if (!err && p->shards)
		scan_shard(scan, p->shard, p->shards);
	return err;
}

/* Names for other programs: as they are. Of a set the first part stands for all. */
static int list(const struct scan *scan, bool nul)
{
	struct dm_error *err;
	size_t i;

	for (i = 0; i < scan->count; i++) {
		fputs(scan->dumps[i].paths[0], stdout);
		putchar(nul ? '\0' : '\n');
	}
	err = cli_flush();
	return err ? cli_fail_error(err) : CLI_OK;
}

json_t *batch_row(const struct batch *batch, const struct batch_item *item)
{
	json_t *row = item->row ? json_incref(item->row)
				: state_load(&batch->state, item->key);

	/* A result may be of a hard link, or of before a rename. */
	if (row && !batch_put_path(row, item->dump->paths[0])) {
		json_decref(row);
		row = NULL;
	}
	return row;
}

static struct dm_error *put_rows(const struct batch *batch,
				 const struct outputs_options *options)
{
	struct outputs outputs;
	struct dm_error *err;
	size_t i;

	err = outputs_init(&outputs, options);
	if (err)
		return err;
	for (i = 0; !err && i < batch->count; i++) {
		json_t *row;

		if (!batch->items[i].done)
			continue;
		row = batch_row(batch, &batch->items[i]);
		err = row ? outputs_row(&outputs, row)
			  : dm_error_create(DM_ERROR_OUTPUT,
					    "%s: a result that was written is "
					    "gone",
					    batch->state.folder);
		json_decref(row);
	}
	if (!err)
		err = outputs_end(&outputs);
	outputs_deinit(&outputs);
	return err;
}

/* The worst that happened, where nothing at all is worse than something. */
static int exit_code(const struct batch *batch)
{
	size_t i, by_code[CLI_FAULT + 1] = { 0 };

	for (i = 0; i < batch->count; i++) {
		if (batch->items[i].done)
			by_code[batch->items[i].code <= CLI_FAULT
					? batch->items[i].code
					: CLI_FAULT]++;
	}
	if (!batch->count) /* an empty shard */
		return CLI_OK;
	if (batch->done < batch->count || by_code[CLI_OK])
		return by_code[CLI_OK] < batch->count ? CLI_PARTIAL : CLI_OK;
	if (by_code[CLI_PARTIAL])
		return CLI_PARTIAL;
	return by_code[CLI_DUMP] ? CLI_DUMP : CLI_FAULT;
}

/* On stderr: what is not in the rows. */
static void say_how(const struct batch *batch, const struct scan *scan,
		    bool quiet)
{
	size_t i, before = 0;

	for (i = 0; i < batch->count; i++)
		before += batch->items[i].was_done;
	if (batch->interrupted)
		cli_fail(CLI_PARTIAL,
			 "interrupted: %zu of %zu dump%s %s done; the same "
			 "command does the rest",
			 batch->done, batch->count, dm_plural_s(batch->count),
			 dm_plural(batch->done, "is", "are"));
	if (quiet)
		return;
	if (before)
		cli_fail(CLI_OK,
			 "%zu of %zu dump%s %s done before (--again reads "
			 "%s anew)",
			 before, batch->count, dm_plural_s(batch->count),
			 dm_plural(before, "was", "were"),
			 dm_plural(before, "it", "them"));
	if (scan->skipped)
		cli_fail(CLI_OK,
			 "%zu file%s in folders, no dumps by their looks: %s%s "
			 "(--all-files takes them)",
			 scan->skipped, dm_plural_s(scan->skipped),
			 scan->first_skipped ? scan->first_skipped : "",
			 scan->skipped > 1 ? ", ..." : "");
}

static int run(struct batch *batch, const struct scan *scan,
	       const struct parsed *p)
{
	struct dm_error *err;

	if (!scan->count && !p->shards) {
		say_how(batch, scan, false);
		return cli_fail(CLI_DUMP, "no dumps found");
	}
	batch->options = p->batch;
	err = outputs_check(&p->out.outputs);
	if (!err)
		err = state_init(&batch->state, p->state);
	if (!err)
		err = batch_init(batch, scan);
	if (!err)
		err = batch_run(batch);
	if (!err) {
		err = put_rows(batch, &p->out.outputs);
		say_how(batch, scan, p->batch.quiet);
	}
	return err ? cli_fail_error(err) : exit_code(batch);
}

int batch_main(int argc, char **argv)
{
	struct batch batch = { 0 };
	struct scan scan = { 0 };
	struct dm_error *err;
	struct parsed p;
	int code;

	code = option_words_check(argc, argv, long_options,
				  "j:", "batch --help");
	if (code >= 0)
		return code;
	code = parse(&p, argc, argv);
	if (code)
		return code;
	if (p.help) {
		fputs(help_text, stdout);
		err = cli_flush();
		return err ? cli_fail_error(err) : CLI_OK;
	}
	err = find_dumps(&scan, &p, argc, argv);
	if (err)
		code = cli_fail_error(err);
	else
		code = p.list_only ? list(&scan, p.nul)
				   : run(&batch, &scan, &p);
	batch_deinit(&batch);
	state_deinit(&batch.state);
	scan_deinit(&scan);
	return code;
}
