// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands that judge and compare, as the table has them, and help. */
#include "shared.h"

static const struct option_spec json = {
	.name = "json",
	.kind = OPTION_CHOICE,
	.section = SECTION_OUTPUT,
	.help = "JSON, schema directmap/1",
	.value = CLI_JSON,
	SETS(format),
};

/* ---- check ---------------------------------------------------------------- */

static const struct option_spec check_policy = {
	.name = "policy",
	.kind = OPTION_FILES,
	.section = SECTION_RULES,
	.argument = "FILE",
	.help = "rules from a policy file; options go over it, and of two "
		"files the later one over the other",
	SETS(policies),
};

const struct command_spec command_check = {
	.id = COMMAND_CHECK,
	.name = "check",
	.summary = "dumps and reports against a policy: exit code 1 if it is "
		   "broken",
	.usage = LINES("check [--policy FILE] [--RULE VALUE...] [OPTION...] "
		       "DUMP|REPORT..."),
	.operands = "[--policy FILE] [--RULE VALUE...] DUMP|REPORT...",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 1,
	.about = "Holds dumps, and reports of them (report --json), against "
		 "rules. A policy file has them as KEY = VALUE in a section "
		 "[check]; each is an option too.",
	.options = OPTIONS(&json, &check_policy, OPTIONS_OF_READING,
			   OPTIONS_OF_DEBUGINFO, OPTIONS_OF_WALK,
			   OPTIONS_OF_SANDBOX),
	.more = check_options,
	.more_count = CHECK_SETTINGS,
	.examples = LINES("check --policy production-blocks.ini vmcore",
			  "check --max-lost-leaves 0 report.json"),
	.exits = EXITS(
		{ 0, "all keep to the rules" }, { 1, "a rule is broken" },
		{ 2, "wrong use" }, { 3, "a dump unreadable or unsupported" },
		{ 4, "partial result" }, { 5, "our fault or the machine's" }),
};

/* ---- diff ----------------------------------------------------------------- */

static const struct option_spec diff_fail_on_worse = {
	.name = "fail-on-worse",
	.kind = OPTION_FLAG,
	.section = SECTION_OUTPUT,
	.help = "exit with 1 if B is worse",
	SETS(fail_on_worse),
};

const struct command_spec command_diff = {
	.id = COMMAND_DIFF,
	.name = "diff",
	.summary = "what changed between two dumps or reports",
	.usage = LINES("diff [OPTION...] A B"),
	.operands = "A B",
	.operand_kind = OPERANDS_DUMPS,
	.min_operands = 2,
	.max_operands = 2,
	.about = "What changed from A to B: dumps, or reports of them (report "
		 "--json). B is worse if it has more bytes in entries of the "
		 "last level, more lost leaves, more tables for splits, or "
		 "more findings, or if it does not tell what A tells. Of a "
		 "split dump, or of two kernels that need a vmlinux each, make "
		 "reports first.",
	.options = OPTIONS(&json, &diff_fail_on_worse, &option_vmcoreinfo,
			   &option_reader, OPTIONS_OF_DEBUGINFO,
			   OPTIONS_OF_WALK, OPTIONS_OF_SANDBOX),
	.examples = LINES("diff old.json vmcore",
			  "diff --fail-on-worse old.vmcore new.vmcore"),
	.exits = EXITS({ 0, "fine" }, { 1, "B is worse (--fail-on-worse)" },
		       { 2, "wrong use" },
		       { 3, "a dump unreadable or unsupported" },
		       { 4, "one of them could not be read, or in part only" },
		       { 5, "our fault or the machine's" }),
};

/* ---- help ----------------------------------------------------------------- */

const struct command_spec command_help = {
	.id = COMMAND_HELP,
	.name = "help",
	.summary = "this, or what a command does and takes",
	.usage = LINES("help [COMMAND]", "COMMAND --help"),
	.operands = "[COMMAND]",
	.operand_kind = OPERANDS_COMMAND,
	.max_operands = 1,
	.about = "What the program does, or what a command does and takes.",
	.options = OPTIONS(),
	.examples = LINES("help splits"),
	.exits = EXITS({ 0, "fine" }, { 2, "wrong use" },
		       { 5, "our fault or the machine's" }),
};
