// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that several commands take. */
#include "shared.h"

const char *const option_section_titles[SECTIONS] = {
	[SECTION_OUTPUT] = "Output", [SECTION_RULES] = "Rules",
	[SECTION_DUMP] = "Dumps",    [SECTION_WORK] = "Work",
	[SECTION_COMMON] = "Common",
};

/* ---- Of all commands ------------------------------------------------------ */

const struct option_spec option_help = {
	.name = "help",
	.letter = 'h',
	.kind = OPTION_HELP,
	.section = SECTION_COMMON,
	.help = "print this",
};

const struct option_spec option_version = {
	.name = "version",
	.letter = 'V',
	.kind = OPTION_VERSION,
	.section = SECTION_COMMON,
	.help = "print the version",
};

const struct option_spec option_color = {
	.name = "color",
	.kind = OPTION_WORD,
	.section = SECTION_COMMON,
	.argument = "WHEN",
	.help = "colours; auto: on a terminal, unless NO_COLOR is set",
	.words = WORDS({ "auto", CLI_COLOR_AUTO },
		       { "always", CLI_COLOR_ALWAYS },
		       { "never", CLI_COLOR_NEVER }),
	.usual = "auto",
	SETS(color),
};

const struct option_spec option_no_sandbox = {
	.name = "no-sandbox",
	.kind = OPTION_FLAG,
	.section = SECTION_COMMON,
	.help = "keep all rights while reading",
	SETS(no_sandbox),
};

const struct option_spec option_verbose = {
	.name = "verbose",
	.kind = OPTION_FLAG,
	.section = SECTION_COMMON,
	.help = "say on stderr which rights were given up",
	SETS(verbose),
};

/* ---- How a dump is read --------------------------------------------------- */

const struct option_spec option_split = {
	.name = "split",
	.kind = OPTION_FLAG,
	.section = SECTION_DUMP,
	.help = "the files are the parts of one split dump",
	SETS(split),
};

const struct option_spec option_vmlinux = {
	.name = "vmlinux",
	.kind = OPTION_FILE,
	.section = SECTION_DUMP,
	.argument = "FILE",
	.help = "symbols and types of a kernel that has none in the dump; the "
		"file may also stand before or behind the dump",
	SETS(vmlinux),
};

const struct option_spec option_system_map = {
	.name = "system-map",
	.kind = OPTION_FILE,
	.section = SECTION_DUMP,
	.argument = "FILE",
	.help = "the same, symbols alone",
	SETS(system_map),
};

const struct option_spec option_vmcoreinfo = {
	.name = "vmcoreinfo",
	.kind = OPTION_FILE,
	.section = SECTION_DUMP,
	.argument = "@PA|FILE",
	.help = "VMCOREINFO from this physical address or file, where the dump "
		"has no note of it or a wrong one",
	SETS(vmcoreinfo),
};

const struct option_spec option_reader = {
	.name = "reader",
	.kind = OPTION_WORD,
	.section = SECTION_DUMP,
	.argument = "READER",
	.help = "what reads the dump's memory; auto: our own, and libkdumpfile "
		"for formats that it alone knows (LKCD, Xen)",
	.words = WORDS({ "auto", DM_DUMP_READER_AUTO },
		       { "own", DM_DUMP_READER_OWN },
		       { "libkdumpfile", DM_DUMP_READER_LIBKDUMPFILE }),
	.usual = "auto",
	SETS(reader),
};

/* ---- How long, and by how much of the machine ----------------------------- */

const struct option_spec option_jobs = {
	.name = "jobs",
	.letter = 'j',
	.kind = OPTION_NUMBER,
	.section = SECTION_WORK,
	.argument = "N",
	.help = "threads for a dump (256 at most), of batch dumps at once; "
		"auto: as many as there are CPUs to use",
	.words = WORDS({ "auto", 0 }),
	.usual = "auto",
	.least = 1,
	.most = CLI_JOBS_MAX,
	SETS(jobs),
};

const struct option_spec option_timeout = {
	.name = "timeout",
	.kind = OPTION_SECONDS,
	.section = SECTION_WORK,
	.argument = "SECONDS",
	.help = "for each dump; after three quarters of it the walk of page "
		"tables ends with what was seen",
	.most = 31536000,
	.zero = "no limit",
	SETS(timeout),
};

const struct option_spec option_max_tables = {
	.name = "max-tables",
	.kind = OPTION_NUMBER,
	.section = SECTION_WORK,
	.argument = "N",
	.help = "end the walk of a dump after so many page tables",
	.most = UINT64_MAX,
	.zero = "no limit",
	SETS(max_tables),
};

/* ---- Of those that print a row for each dump ------------------------------ */

static const char table[] = "what is printed";

const struct option_spec option_json_lines = {
	.name = "json",
	.kind = OPTION_CHOICE,
	.section = SECTION_OUTPUT,
	.help = "JSON Lines in place of a table",
	.value = CLI_JSON,
	.one_of = table,
	SETS(format),
};

const struct option_spec option_csv = {
	.name = "csv",
	.kind = OPTION_CHOICE,
	.section = SECTION_OUTPUT,
	.help = "CSV in place of a table, a line for each row",
	.value = CLI_CSV,
	.one_of = table,
	SETS(format),
};

const struct option_spec option_quiet = {
	.name = "quiet",
	.kind = OPTION_CHOICE,
	.section = SECTION_OUTPUT,
	.help = "no table, and no progress",
	.value = CLI_QUIET,
	.one_of = table,
	SETS(format),
};

const struct option_spec option_db = {
	.name = "db",
	.kind = OPTION_FILE,
	.section = SECTION_OUTPUT,
	.argument = "FILE",
	.help = "a SQLite database, which query reads",
	SETS(db),
};

const struct option_spec option_html_pages = {
	.name = "html",
	.kind = OPTION_FILE,
	.section = SECTION_OUTPUT,
	.argument = "DIR|FILE",
	.help = "pages for people: a table and, in a folder, a page for each "
		"dump",
	SETS(html),
};

const struct option_spec option_junit = {
	.name = "junit",
	.kind = OPTION_FILE,
	.section = SECTION_OUTPUT,
	.argument = "FILE",
	.help = "a test case for each dump",
	SETS(junit),
};

const struct option_spec option_prometheus = {
	.name = "prometheus",
	.kind = OPTION_FILE,
	.section = SECTION_OUTPUT,
	.argument = "FILE",
	.help = "metrics for node_exporter's textfile collector",
	SETS(prometheus),
};

const struct option_spec option_force_outputs = {
	.name = "force",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "replace also files that are not of this program; never a dump",
	SETS(force),
};
