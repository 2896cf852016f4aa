// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage: which command, which options. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "enter.h"
#include "directmap/number.h"
#include "option_words.h"
#include "terminal.h"
#include "vmlinux_arg.h"
#include "write/output_file.h"

static const struct cli_command *const commands[] = {
	&cli_report,  &cli_runs,      &cli_splits,  &cli_map,	&cli_policy,
	&cli_explain, &cli_counters,  &cli_extract, &cli_batch, &cli_query,
	&cli_merge,   &cli_batch_one, &cli_check,   &cli_diff,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char help_text[] =
	"Usage: kdump-triage [COMMAND] [OPTION...] DUMP...\n"
	"What an arm64 vmcore says of its kernel's linear map (direct map).\n"
	"\n"
	"Commands:\n"
	"  report DUMP           the DirectMap figures and what they stand on (default)\n"
	"  runs DUMP             leaf runs in VA order, as the kernel's ptdump has them\n"
	"  splits DUMP           leaves that boot made and that are gone: who needs it\n"
	"                        so, since when, and what could be large again\n"
	"  map DUMP              the map as a picture, split spots marked\n"
	"  policy DUMP           why boot mapped it so: the kernel's rule and its inputs\n"
	"  explain DUMP ADDRESS  how an address is mapped, who uses its page, and why\n"
	"                        its leaf is no larger; 0x… (virtual or physical),\n"
	"                        pfn:N or SYMBOL[+OFFSET]\n"
	"  counters DUMP         the kernel's own DirectMap counters, where it has\n"
	"                        them, beside its page tables\n"
	"  extract DUMP OUT      a small vmcore that holds only what the views read\n"
	"  check DUMP...         against a policy: exit code 1 if it is broken; check --help\n"
	"  diff A B              what changed between two dumps or reports; diff --help\n"
	"  batch PATH...         a row for each dump of an archive; batch --help\n"
	"  query [NAME] --db FILE\n"
	"                        what a batch's database says; query --help\n"
	"  merge OUT...          results of several batches as one; merge --help\n"
	"\n"
	"Options:\n"
	"  --json                JSON, schema directmap/1 (runs: a line each)\n"
	"  --format FORMAT       text, json, meminfo (report: the DirectMap lines alone)\n"
	"                        or svg (map)\n"
	"  --html FILE           report: a page for people, in place of text, that needs\n"
	"                        no network\n"
	"  --range START-END     runs: only leaves that touch this VA range\n"
	"  --vmlinux FILE        symbols and types of a kernel that has none in the dump\n"
	"                        (or the vmlinux before or behind the dump)\n"
	"  --system-map FILE     its symbols alone\n"
	"  --vmcoreinfo @PA|FILE what the kernel says of itself, where the dump has no\n"
	"                        note of it or a wrong one: in its memory, or in FILE\n"
	"  --zoom START-END      map: only this VA range\n"
	"  --timeline            splits: along time\n"
	"  --split               the files are the parts of one split dump\n"
	"  --as CONTAINER        extract: kdump, elf, or auto, the shorter (default)\n"
	"  --compress METHOD     extract, as kdump: zlib (default), lzo or none\n"
	"  --views LIST          extract: what it shall be good for: figures (default),\n"
	"                        report, runs, splits, map, policy, explain,\n"
	"                        counters\n"
	"  --all                 extract: for all views\n"
	"  --force               extract: replace OUT, also a dump; report --html: also\n"
	"                        a file that is not of this program, but never a dump\n"
	"  -j, --jobs N          threads; as many as there are CPUs by default\n"
	"  --timeout SECONDS     for a dump; when three quarters are over, the walk of\n"
	"                        page tables ends with what was seen\n"
	"  --max-tables N        end it after so many page tables\n"
	"  --color WHEN          auto (default), always or never\n"
	"  --no-sandbox          keep all rights while reading; --verbose: say what was\n"
	"                        given up\n"
	"  --help, --version\n"
	"\n"
	"Exit codes: 0 fine, 1 check failed, 2 usage, 3 dump unreadable or\n"
	"unsupported, 4 partial result, 5 our fault or the machine's.\n"
	"More in kdump-triage(1).\n";

enum {
	OPT_JSON = 'j',
	OPT_FORMAT = 'f',
	OPT_RANGE = 'r',
	OPT_SPLIT = 's',
	OPT_AS = 'A',
	OPT_COMPRESS = 'c',
	OPT_VIEWS = 'w',
	OPT_ALL = 'a',
	OPT_FORCE = 'F',
	OPT_COLOR = 'C',
	OPT_TIMELINE = 't',
	OPT_ZOOM = 'z',
	OPT_VMLINUX = 'm',
	OPT_SYSTEM_MAP = 'M',
	OPT_VMCOREINFO = 'I',
	OPT_HTML = 'H',
	OPT_JOBS = 'J', /* -j to the user; 'j' is taken here */
	OPT_TIMEOUT = 'T',
	OPT_MAX_TABLES = 'X',
	OPT_NO_SANDBOX = 'N',
	OPT_VERBOSE = 'v',
	OPT_HELP = 'h',
	OPT_VERSION = 'V',
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "range", required_argument, NULL, OPT_RANGE },
	{ "split", no_argument, NULL, OPT_SPLIT },
	{ "as", required_argument, NULL, OPT_AS },
	{ "compress", required_argument, NULL, OPT_COMPRESS },
	{ "zoom", required_argument, NULL, OPT_ZOOM },
	{ "timeline", no_argument, NULL, OPT_TIMELINE },
	{ "vmlinux", required_argument, NULL, OPT_VMLINUX },
	{ "system-map", required_argument, NULL, OPT_SYSTEM_MAP },
	{ "vmcoreinfo", required_argument, NULL, OPT_VMCOREINFO },
	{ "views", required_argument, NULL, OPT_VIEWS },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "html", required_argument, NULL, OPT_HTML },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "max-tables", required_argument, NULL, OPT_MAX_TABLES },
	{ "no-sandbox", no_argument, NULL, OPT_NO_SANDBOX },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

/* Every command takes them. */
static const char common_options[] = { OPT_NO_SANDBOX, OPT_VERBOSE, '\0' };

static const char *option_name(int letter)
{
	const struct option *o = long_options;

	while (o->val != letter)
		o++;
	return o->name;
}

static const char *const formats[] = {
	[CLI_TEXT] = "text",
	[CLI_JSON] = "json",
	[CLI_MEMINFO] = "meminfo",
	[CLI_SVG] = "svg",
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static bool parse_format(const char *text, enum cli_format *format)
{
	size_t i;

	for (i = 0; i < FORMATS; i++) {
		if (strcmp(text, formats[i]) == 0) {
			*format = (enum cli_format)i;
			return true;
		}
	}
	return false;
}

static bool parse_uint(const char *text, uint64_t max, unsigned int *ret)
{
	uint64_t number;

	if (!dm_number_between(text, 1, max, &number))
		return false;
	*ret = (unsigned int)number;
	return true;
}

/* @letter's argument into @o; false if it makes no sense. */
static bool take_option(struct cli_options *o, int letter, char *arg)
{
	switch (letter) {
	case OPT_JSON:
		o->format = CLI_JSON;
		return true;
	case OPT_FORMAT:
		return parse_format(arg, &o->format);
	case OPT_RANGE:
	case OPT_ZOOM:
		return dm_range_parse(arg, &o->range);
	case OPT_SPLIT:
		o->split = true;
		return true;
	case OPT_AS:
		o->container = arg;
		return !strcmp(arg, "auto") || !strcmp(arg, "kdump") ||
		       !strcmp(arg, "elf");
	case OPT_COMPRESS:
		o->compression = arg;
		return !strcmp(arg, "zlib") || !strcmp(arg, "lzo") ||
		       !strcmp(arg, "none");
	case OPT_TIMELINE:
		o->timeline = true;
		return true;
	case OPT_VMLINUX:
		o->vmlinux = arg;
		return true;
	case OPT_SYSTEM_MAP:
		o->system_map = arg;
		return true;
	case OPT_VMCOREINFO:
		o->vmcoreinfo = arg;
		return *arg;
	case OPT_VIEWS:
		o->views = arg;
		return true;
	case OPT_ALL:
		o->views = "all";
		return true;
	case OPT_HTML:
		o->html = arg;
		return *arg;
	case OPT_FORCE:
		o->force = true;
		return true;
	case OPT_JOBS:
		return parse_uint(arg, 256, &o->jobs);
	case OPT_TIMEOUT:
		return parse_uint(arg, 31536000, &o->timeout);
	case OPT_MAX_TABLES:
		return dm_number_between(arg, 1, UINT64_MAX, &o->max_tables);
	case OPT_NO_SANDBOX:
		o->no_sandbox = true;
		return true;
	case OPT_VERBOSE:
		o->verbose = true;
		return true;
	case OPT_COLOR:
		o->color = arg;
		return !strcmp(arg, "auto") || !strcmp(arg, "always") ||
		       !strcmp(arg, "never");
	}
	return false;
}

static int print_and_flush(const char *text)
{
	struct dm_error *err;

	fputs(text, stdout);
	err = cli_flush();
	return err ? cli_fail_error(err) : CLI_OK;
}

static int other_option(const struct cli_command *command, int letter)
{
	return cli_fail(CLI_USAGE, "%s takes no --%s; see kdump-triage --help",
			command->name, option_name(letter));
}

/* -j is the one short option. */
#define SHORT_OPTIONS "j:"

static int next_option(int argc, char **argv)
{
	int index = -1;
	int letter =
		getopt_long(argc, argv, SHORT_OPTIONS, long_options, &index);

	return letter == 'j' && index < 0 ? OPT_JOBS : letter;
}

/* As `crash vmlinux vmcore`. OUT, the last one of those that write, is neither. */
static struct dm_error *take_vmlinux(const struct cli_command *command,
				     struct cli_options *o)
{
	bool writes = command->sandbox == CLI_SANDBOX_WRITES;
	const char *before = o->vmlinux;
	struct dm_error *err;

	err = cli_take_vmlinux(o, o->arg_count - (writes && o->arg_count));
	if (!err && o->vmlinux != before &&
	    !strchr(command->options, OPT_VMLINUX))
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"%s is a vmlinux, and %s takes none; give the vmcore alone",
			o->vmlinux, command->name);
	return err;
}

static int run_command(const struct cli_command *command, int argc, char **argv)
{
	struct cli_options o = { .color = "auto" };
	struct output_file out = { .fd = -1 };
	struct dm_error *err;
	int letter, code;

	letter = option_words_check(argc, argv, long_options, SHORT_OPTIONS,
				    "--help");
	if (letter >= 0)
		return letter;
	opterr = 0;
	while ((letter = next_option(argc, argv)) != -1) {
		if (letter == OPT_HELP)
			return print_and_flush(help_text);
		if (!strchr(command->options, letter) &&
		    !strchr(common_options, letter))
			return other_option(command, letter);
		if (!take_option(&o, letter, optarg))
			return option_words_bad_value(long_options, letter,
						      optarg, "--help");
	}
	if (!(command->formats & 1u << o.format))
		return cli_fail(CLI_USAGE,
				"%s has no %s format; see kdump-triage --help",
				command->name, formats[o.format]);
	o.args = argv + optind;
	o.arg_count = (size_t)(argc - optind);
	err = take_vmlinux(command, &o);
	if (err)
		return cli_fail_error(err);
	if (o.arg_count < command->min_args)
		return cli_fail(
			CLI_USAGE,
			"usage: kdump-triage %s; see kdump-triage --help",
			command->synopsis);
	o.out = &out;
	if (o.format == CLI_TEXT)
		terminal_fold();
	err = cli_enter_sandbox(command, &o);
	code = err ? cli_fail_error(err) : command->run(&o);
	output_file_deinit(&out);
	return code;
}

/* Whether @arg is an option whose value is the next argument. */
static bool takes_next(const char *arg)
{
	const struct option *o;

	if (strcmp(arg, "-j") == 0)
		return true;
	for (o = long_options; o->name; o++) {
		if (strncmp(arg, "--", 2) == 0 && strcmp(arg + 2, o->name) == 0)
			return o->has_arg == required_argument;
	}
	return false;
}

/* The command is the first argument that is no option, if it is one's name. */
static const struct cli_command *take_command(int *argc, char **argv)
{
	int arg = 1;
	size_t i;

	while (arg < *argc && argv[arg][0] == '-')
		arg += takes_next(argv[arg]) ? 2 : 1;
	for (i = 0; arg < *argc && i < COMMANDS; i++) {
		if (strcmp(argv[arg], commands[i]->name) != 0)
			continue;
		(*argc)--;
		memmove(argv + arg, argv + arg + 1,
			(size_t)(*argc - arg + 1) * sizeof(*argv));
		return commands[i];
	}
	return &cli_report;
}

int main(int argc, char **argv)
{
	const struct cli_command *command = take_command(&argc, argv);

	/* A limit on file sizes is an error to tell, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	return command->main ? command->main(argc, argv)
			     : run_command(command, argc, argv);
}
