// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands on one dump, as the table has them. */
#include "shared.h"

static const struct command_exit exits[] = {
	{ 0, "fine" },
	{ 2, "wrong use" },
	{ 3, "dump unreadable or unsupported" },
	{ 4, "partial result" },
	{ 5, "our fault or the machine's" },
	{ 0, NULL },
};

#define FORMAT(...)                                                            \
	{                                                                      \
		.name = "format", .kind = OPTION_WORD,                         \
		.section = SECTION_OUTPUT, .argument = "FORMAT",               \
		.help = "what to print", .words = WORDS(__VA_ARGS__),          \
		.usual = "text", SETS(format),                                 \
	}

static const struct option_spec json = {
	.name = "json",
	.kind = OPTION_CHOICE,
	.section = SECTION_OUTPUT,
	.help = "the same as --format json: schema directmap/1",
	.value = CLI_JSON,
	SETS(format),
};

static const struct option_spec format =
	FORMAT({ "text", CLI_TEXT }, { "json", CLI_JSON });

/* ---- report --------------------------------------------------------------- */

static const struct option_spec report_format = FORMAT(
	{ "text", CLI_TEXT }, { "json", CLI_JSON }, { "meminfo", CLI_MEMINFO });

static const struct option_spec report_html = {
	.name = "html",
	.kind = OPTION_FILE,
	.section = SECTION_OUTPUT,
	.argument = "FILE",
	.help = "a page for people in place of text; it needs no network",
	SETS(html),
};

static const struct option_spec report_force = {
	.name = "force",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "with --html: replace also a file that is not of this program; "
		"never a dump",
	SETS(force),
};

const struct command_spec command_report = {
	.id = COMMAND_REPORT,
	.name = "report",
	.summary = "the DirectMap figures and what they stand on (default)",
	.usage = LINES("[report] [OPTION...] DUMP..."),
	.operands = "DUMP...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "With which leaf sizes the kernel mapped its RAM, a picture "
		 "of the map, the policy, splits in a line, and what the dump "
		 "is. Several files are the parts of one split dump, or raw "
		 "memory: FILE@PA or FILE:OFFSET+SIZE@PA.",
	.options = OPTIONS(&json, &report_format, &report_html, &report_force,
			   OPTIONS_OF_READING, OPTIONS_OF_DEBUGINFO,
			   OPTIONS_OF_WALK, &option_color, OPTIONS_OF_SANDBOX),
	.examples = LINES("vmcore", "--format meminfo vmcore",
			  "report --html report.html vmcore",
			  "low.bin@0x80000000 high.bin@0x880000000"),
	.exits = exits,
};

/* ---- runs, splits, map ---------------------------------------------------- */

static const struct option_spec runs_range = {
	.name = "range",
	.kind = OPTION_RANGE,
	.section = SECTION_OUTPUT,
	.argument = "START-END",
	.help = "only leaves that touch these virtual addresses",
	SETS(range),
};

const struct command_spec command_runs = {
	.id = COMMAND_RUNS,
	.name = "runs",
	.summary = "leaf runs in VA order, as the kernel's ptdump has them",
	.usage = LINES("runs [OPTION...] DUMP..."),
	.operands = "DUMP...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "The leaves in order of virtual addresses; neighbours that "
		 "are alike are one run. As JSON, an object a line.",
	.options = OPTIONS(&json, &format, &runs_range, OPTIONS_OF_READING,
			   OPTIONS_OF_WALK, &option_color, OPTIONS_OF_SANDBOX),
	.examples = LINES("runs vmcore",
			  "runs --range fff0000000000000-fff0000004000000 "
			  "vmcore"),
	.exits = exits,
};

static const struct option_spec ptdump_range = {
	.name = "range",
	.kind = OPTION_RANGE,
	.section = SECTION_OUTPUT,
	.argument = "START-END",
	.help = "only lines that touch these virtual addresses",
	SETS(range),
};

const struct command_spec command_ptdump = {
	.id = COMMAND_PTDUMP,
	.name = "ptdump",
	.summary = "all of the kernel's page tables, as its kernel_page_tables",
	.usage = LINES("ptdump [OPTION...] DUMP..."),
	.operands = "DUMP...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "Linear map, modules, vmalloc space, fixmap and all else, in "
		 "the lines and with the markers of the kernel's own "
		 "kernel_page_tables (debugfs), which few kernels have. Where "
		 "a table is missing, a line says so. As JSON, an object a "
		 "line. Of the linear map alone, with physical addresses: "
		 "runs.",
	.options = OPTIONS(&json, &format, &ptdump_range, OPTIONS_OF_READING,
			   OPTIONS_OF_DEBUGINFO, OPTIONS_OF_WALK, &option_color,
			   OPTIONS_OF_SANDBOX),
	.examples = LINES("ptdump vmcore",
			  "ptdump --range ffff800000000000-ffffffffffffffff "
			  "vmcore"),
	.exits = exits,
};

static const struct option_spec splits_timeline = {
	.name = "timeline",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "along time, what is dated first",
	SETS(timeline),
};

const struct command_spec command_splits = {
	.id = COMMAND_SPLITS,
	.name = "splits",
	.summary = "leaves that boot made and that are gone: who needs it so, "
		   "since when, and what could be large again",
	.usage = LINES("splits [OPTION...] DUMP..."),
	.operands = "DUMP...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "A record for each leaf that boot made and that is gone: its "
		 "size and address, whether something needs it split, when "
		 "that happened and who needs it so; what splits cost, and "
		 "what could be merged.",
	.options = OPTIONS(&json, &format, &splits_timeline, OPTIONS_OF_READING,
			   OPTIONS_OF_DEBUGINFO, OPTIONS_OF_WALK, &option_color,
			   OPTIONS_OF_SANDBOX),
	.examples = LINES("splits vmcore", "splits --timeline vmcore",
			  "splits --vmlinux vmlinux-5.10.0 vmcore"),
	.exits = exits,
};

static const struct option_spec map_format =
	FORMAT({ "text", CLI_TEXT }, { "json", CLI_JSON }, { "svg", CLI_SVG });

static const struct option_spec map_zoom = {
	.name = "zoom",
	.kind = OPTION_RANGE,
	.section = SECTION_OUTPUT,
	.argument = "START-END",
	.help = "only these virtual addresses, in smaller cells",
	SETS(range),
};

const struct command_spec command_map = {
	.id = COMMAND_MAP,
	.name = "map",
	.summary = "the map as a picture, split spots marked",
	.usage = LINES("map [OPTION...] DUMP..."),
	.operands = "DUMP...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "The linear map in cells of one size, each a sign for the "
		 "leaf that most of it has; x where a leaf was split since "
		 "boot and something needs it, o where nothing does.",
	.options = OPTIONS(&json, &map_format, &map_zoom, OPTIONS_OF_READING,
			   OPTIONS_OF_DEBUGINFO, OPTIONS_OF_WALK, &option_color,
			   OPTIONS_OF_SANDBOX),
	.examples = LINES("map --format svg vmcore > map.svg",
			  "map --zoom fff0000000000000-fff0000004000000 "
			  "vmcore"),
	.exits = exits,
};

/* ---- policy, explain, counters -------------------------------------------- */

#define OPTIONS_OF_VIEW                                                        \
	&json, &format, OPTIONS_OF_READING, OPTIONS_OF_DEBUGINFO,              \
		OPTIONS_OF_WALK, &option_color, OPTIONS_OF_SANDBOX

const struct command_spec command_policy = {
	.id = COMMAND_POLICY,
	.name = "policy",
	.summary = "why boot mapped it so: the kernel's rule and its inputs",
	.usage = LINES("policy [OPTION...] DUMP..."),
	.operands = "DUMP...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "Why boot mapped RAM as it did: first a sentence, then the "
		 "kernel's own rule and its inputs.",
	.options = OPTIONS(OPTIONS_OF_VIEW),
	.examples = LINES("policy vmcore"),
	.exits = exits,
};

const struct command_spec command_explain = {
	.id = COMMAND_EXPLAIN,
	.name = "explain",
	.summary = "how an address is mapped, who uses its page, and why its "
		   "leaf is no larger",
	.usage = LINES("explain [OPTION...] DUMP... ADDRESS..."),
	.operands = "DUMP... ADDRESS...",
	.operand_kind = OPERANDS_DUMPS_ADDRESSES,
	.min_operands = 2,
	.about = "ADDRESS is 0x... (virtual in the kernel's half, else "
		 "physical), pfn:N or SYMBOL[+OFFSET]. Files and addresses may "
		 "stand in any order.",
	.options = OPTIONS(OPTIONS_OF_VIEW),
	.examples = LINES("explain vmcore 0x41200000",
			  "explain vmcore pfn:0x41200 jiffies _text+0x1000"),
	.exits = exits,
};

const struct command_spec command_counters = {
	.id = COMMAND_COUNTERS,
	.name = "counters",
	.summary = "the kernel's own DirectMap counters, where it has them, "
		   "beside its page tables",
	.usage = LINES("counters [OPTION...] DUMP..."),
	.operands = "DUMP...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "The kernel's own DirectMap counters (a patch; no release up "
		 "to 7.3 has them) beside the figures of its page tables, and "
		 "what each counter counts too much.",
	.options = OPTIONS(OPTIONS_OF_VIEW),
	.examples = LINES("counters vmcore"),
	.exits = exits,
};

/* ---- extract -------------------------------------------------------------- */

static const struct option_spec extract_as = {
	.name = "as",
	.kind = OPTION_WORD,
	.section = SECTION_OUTPUT,
	.argument = "CONTAINER",
	.help = "what OUT shall be; auto: the shorter file",
	.words = WORDS({ "auto", CLI_CONTAINER_AUTO },
		       { "kdump", CLI_CONTAINER_KDUMP },
		       { "elf", CLI_CONTAINER_ELF }),
	.usual = "auto",
	SETS(container),
};

static const struct option_spec extract_compress = {
	.name = "compress",
	.kind = OPTION_WORD,
	.section = SECTION_OUTPUT,
	.argument = "METHOD",
	.help = "how pages of a kdump are compressed",
	.words = WORDS({ "zlib", CLI_COMPRESSION_ZLIB },
		       { "lzo", CLI_COMPRESSION_LZO },
		       { "none", CLI_COMPRESSION_NONE }),
	.usual = "zlib",
	SETS(compression),
};

#define ALL_VIEWS ((1u << CLI_VIEWS) - 1)

static const struct option_spec extract_views = {
	.name = "views",
	.kind = OPTION_LIST,
	.section = SECTION_OUTPUT,
	.argument = "LIST",
	.help = "what OUT shall serve, names with commas between them",
	.words = WORDS({ "figures", 1u << CLI_VIEW_FIGURES },
		       { "report", 1u << CLI_VIEW_REPORT },
		       { "runs", 1u << CLI_VIEW_RUNS },
		       { "splits", 1u << CLI_VIEW_SPLITS },
		       { "map", 1u << CLI_VIEW_MAP },
		       { "policy", 1u << CLI_VIEW_POLICY },
		       { "explain", 1u << CLI_VIEW_EXPLAIN },
		       { "counters", 1u << CLI_VIEW_COUNTERS },
		       { "ptdump", 1u << CLI_VIEW_PTDUMP },
		       { "all", ALL_VIEWS }),
	.usual = "figures",
	SETS(views),
};

static const struct option_spec extract_all = {
	.name = "all",
	.kind = OPTION_CHOICE,
	.section = SECTION_OUTPUT,
	.help = "the same as --views all",
	.value = ALL_VIEWS,
	SETS(views),
};

static const struct option_spec extract_force = {
	.name = "force",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "replace OUT if it exists, also a dump",
	SETS(force),
};

const struct command_spec command_extract = {
	.id = COMMAND_EXTRACT,
	.name = "extract",
	.summary = "a small vmcore that holds only what the views read",
	.usage = LINES("extract [OPTION...] DUMP... OUT"),
	.operands = "DUMP... OUT",
	.operand_kind = OPERANDS_DUMPS_OUT,
	.min_operands = 2,
	.about = "Writes to OUT, an ELF or kdump-compressed vmcore, the pages "
		 "that the views read: these print the same from it.",
	.options = OPTIONS(&extract_as, &extract_compress, &extract_views,
			   &extract_all, &extract_force, OPTIONS_OF_READING,
			   OPTIONS_OF_SANDBOX),
	.examples = LINES("extract vmcore tables.vmcore",
			  "extract --views report vmcore small.vmcore"),
	.exits = exits,
};
