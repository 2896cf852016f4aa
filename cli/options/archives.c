// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands on many dumps, as the table has them. */
#include "shared.h"

/* ---- batch ---------------------------------------------------------------- */

static const struct option_spec batch_splits = {
	.name = "splits",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "rows with each lost leaf, not only their sums",
	SETS(lists),
};

static const struct option_spec batch_max_memory = {
	.name = "max-memory",
	.kind = OPTION_SIZE,
	.section = SECTION_WORK,
	.argument = "SIZE",
	.help = "address space for each dump, in MiB or with K, M, G or T",
	.unit = 1 << 20,
	.most = INT64_MAX,
	.zero = "no limit",
	SETS(max_memory),
};

static const struct option_spec batch_state = {
	.name = "state",
	.kind = OPTION_FILE,
	.section = SECTION_WORK,
	.argument = "FOLDER",
	.help = "where results are kept",
	.usual = "the user's cache",
	SETS(state),
};

static const struct option_spec batch_again = {
	.name = "again",
	.kind = OPTION_FLAG,
	.section = SECTION_WORK,
	.help = "also what is done already",
	SETS(again),
};

static const struct option_spec batch_all_files = {
	.name = "all-files",
	.kind = OPTION_FLAG,
	.section = SECTION_DUMP,
	.help = "in folders: every file, whatever it looks like",
	SETS(all_files),
};

static const struct option_spec batch_shard = {
	.name = "shard",
	.kind = OPTION_PART,
	.section = SECTION_DUMP,
	.argument = "I/N",
	.help = "only the I-th of N parts, the same on every machine",
	.most = 1000000,
	SETS(shard),
};

static const struct option_spec batch_list_only = {
	.name = "list-only",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "name the dumps and do nothing",
	SETS(list_only),
};

static const struct option_spec batch_null = {
	.name = "null",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "with --list-only: NUL behind each name",
	SETS(nul),
};

#define OPTIONS_OF_ROWS                                                        \
	&option_json_lines, &option_csv, &option_quiet, &option_db,            \
		&option_html_pages, &option_junit, &option_prometheus,         \
		&option_force_outputs

static const struct cli_options batch_defaults = {
	.timeout = 600,
	.max_memory = UINT64_C(4) << 30,
};

const struct command_spec command_batch = {
	.id = COMMAND_BATCH,
	.name = "batch",
	.summary = "a row for each dump of an archive",
	.usage = LINES("batch [OPTION...] PATH..."),
	.operands = "PATH...",
	.operand_kind = OPERANDS_PATHS,
	.min_operands = 1,
	.about = "PATH is a file, a folder (searched for dumps by content), a "
		 "pattern in quotes, or @LIST, a file of paths (@-: stdin). "
		 "Each dump is read in a process of its own. Prints a table, "
		 "the most fragmented first. Results are kept: a run that was "
		 "stopped goes on.",
	.options = OPTIONS(OPTIONS_OF_ROWS, &batch_splits, &batch_list_only,
			   &batch_null, &batch_all_files, &batch_shard,
			   &option_reader, OPTIONS_OF_WALK, &batch_max_memory,
			   &batch_state, &batch_again, &option_color,
			   &option_no_sandbox),
	.defaults = &batch_defaults,
	.examples = LINES("batch --db fleet.db /srv/vmcores",
			  "batch -j 8 --json '/srv/vmcores/*/vmcore'"),
	.exits = EXITS({ 0, "all fine" }, { 2, "wrong use" },
		       { 3, "no dump could be read, or there is none" },
		       { 4, "some could not be read, or in part only" },
		       { 5, "our fault or the machine's" }),
};

/* ---- query, merge --------------------------------------------------------- */

static const struct command_exit exits[] = {
	{ 0, "fine" },
	{ 2, "wrong use, or a file that cannot be read" },
	{ 5, "our fault or the machine's" },
	{ 0, NULL },
};

static const struct option_spec query_db = {
	.name = "db",
	.kind = OPTION_FILE,
	.section = SECTION_OUTPUT,
	.argument = "FILE",
	.help = "the database",
	SETS(db),
};

static const struct option_spec query_limit = {
	.name = "limit",
	.kind = OPTION_NUMBER,
	.section = SECTION_OUTPUT,
	.argument = "N",
	.help = "only the first N rows",
	.most = INT64_MAX,
	.zero = "all",
	SETS(limit),
};

const struct command_spec command_query = {
	.id = COMMAND_QUERY,
	.name = "query",
	.summary = "what a batch's database says",
	.usage = LINES("query", "query NAME --db FILE [OPTION...]"),
	.operands = "[NAME] --db FILE",
	.operand_kind = OPERANDS_WORD,
	.operand_words =
		WORDS({ "worst", 0 }, { "trend", 0 }, { "releases", 0 },
		      { "hosts", 0 }, { "top_owners", 0 }, { "policies", 0 },
		      { "leaves", 0 }, { "failed", 0 }, { "disagree", 0 },
		      { "copies", 0 }),
	.max_operands = 1,
	.about = "Prints a view of the database that batch --db made; without "
		 "NAME, which views there are. The file is SQLite's: any SQL "
		 "works on it (sqlite3 FILE; docs/batch-db.md).",
	.options = OPTIONS(&query_db, &option_json_lines, &option_csv,
			   &query_limit),
	.examples = LINES("query worst --db fleet.db --limit 10",
			  "query releases --db fleet.db --csv"),
	.exits = exits,
};

const struct command_spec command_merge = {
	.id = COMMAND_MERGE,
	.name = "merge",
	.summary = "results of several batches as one",
	.usage = LINES("merge [OPTION...] OUT..."),
	.operands = "OUT...",
	.operand_kind = OPERANDS_PATHS,
	.min_operands = 1,
	.about = "OUT is a file of JSON Lines (batch --json, report --json), a "
		 "folder of them (batch --state), or a database (batch --db). "
		 "The same dump under the same path is one row.",
	.options = OPTIONS(OPTIONS_OF_ROWS, &option_color),
	.examples = LINES("merge rows-*.jsonl --db fleet.db"),
	.exits = exits,
};
