/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one table of commands and options: plain data, by which command lines are
 * parsed and help is written, and which any other program may go through.
 */
#ifndef CLI_OPTIONS_TABLE_H
#define CLI_OPTIONS_TABLE_H

#include <stddef.h>

#include "options.h"

enum option_kind {
	OPTION_FLAG, /* sets a bool */
	OPTION_CHOICE, /* no value either: sets a word to the one it stands for */
	OPTION_WORD, /* one of its words */
	OPTION_LIST, /* some of its words, commas between them */
	OPTION_NUMBER,
	OPTION_SECONDS,
	OPTION_SIZE, /* bytes: digits with K, M, G or T behind them, or a unit's */
	OPTION_PERCENT,
	OPTION_RANGE, /* START-END, hexadecimal */
	OPTION_PART, /* I/N */
	OPTION_FILE, /* or folder */
	OPTION_FILES, /* one each time it is given */
	OPTION_HELP,
	OPTION_VERSION,
};

/* Under which title of the help. */
enum option_section {
	SECTION_OUTPUT,
	SECTION_RULES,
	SECTION_DUMP,
	SECTION_WORK,
	SECTION_COMMON,
	SECTIONS,
};

extern const char *const option_section_titles[SECTIONS];

struct option_word {
	const char *name; /* NULL ends a list of them */
	unsigned int value;
};

struct option_spec {
	const char *name; /* without dashes */
	char letter; /* '\0': it has no short form */
	enum option_kind kind;
	enum option_section section;
	const char *argument; /* what help calls its value; NULL: takes none */
	const char *help; /* one sentence or two, without what follows here */
	const struct option_word *words; /* NULL: none */
	const char *usual; /* what it is where it is not given; NULL: plain */
	uint64_t least, most; /* of numbers */
	uint64_t unit; /* of sizes: bytes, where no letter says it */
	const char *zero; /* what 0 means; NULL: nothing but 0 */
	unsigned int value; /* of OPTION_CHOICE */
	const char *one_of; /* those alike exclude each other; NULL: none */
	/* Where its value goes in struct cli_options; rule: all of it. */
	size_t offset, size;
	bool rule;
};

enum operands {
	OPERANDS_DUMPS, /* dumps and reports of them */
	OPERANDS_DUMPS_OUT, /* the last one is to be written */
	OPERANDS_DUMPS_ADDRESSES,
	OPERANDS_PATHS, /* files and folders */
	OPERANDS_WORD, /* of operand_words */
	OPERANDS_COMMAND,
};

/* What an exit code means of a command. */
struct command_exit {
	int code;
	const char *meaning; /* NULL ends a list of them */
};

enum command_id {
	COMMAND_REPORT,
	COMMAND_RUNS,
	COMMAND_PTDUMP,
	COMMAND_SPLITS,
	COMMAND_MAP,
	COMMAND_POLICY,
	COMMAND_EXPLAIN,
	COMMAND_COUNTERS,
	COMMAND_EXTRACT,
	COMMAND_CHECK,
	COMMAND_DIFF,
	COMMAND_BATCH,
	COMMAND_QUERY,
	COMMAND_MERGE,
	COMMAND_HELP,
	COMMANDS,
};

struct command_spec {
	enum command_id id;
	const char *name;
	const char *summary; /* a line, for the list of commands */
	const char *const
		*usage; /* behind the program's name; ends with NULL */
	const char *operands; /* as errors call them */
	enum operands operand_kind;
	const struct option_word *operand_words;
	size_t min_operands, max_operands; /* max 0: any number */
	const char *about; /* what it does, in sentences */
	const struct option_spec *const *options; /* ends with NULL */
	const struct option_spec *more; /* options as an array */
	size_t more_count;
	const struct cli_options *defaults; /* NULL: all 0 */
	const char *const
		*examples; /* behind the program's name; ends with NULL */
	const struct command_exit *exits;
};

/** What they mean of the program as a whole. */
extern const struct command_exit command_exits[];

/** In the order in which help lists them; by their ids. */
extern const struct command_spec *const command_table[COMMANDS];

/** One for each setting of check, in their order. */
extern const struct option_spec check_options[CHECK_SETTINGS];

/** NULL: there is none of that name. */
const struct command_spec *command_find(const char *name);
/** Option @p i of a command; NULL behind the last. */
const struct option_spec *command_option(const struct command_spec *command,
					 size_t i);
/** By its whole name, @p size bytes; NULL: the command takes none such. */
const struct option_spec *
command_find_option(const struct command_spec *command, const char *name,
		    size_t size);
bool command_takes(const struct command_spec *command, const char *name);
/** By its letter. */
const struct option_spec *
command_find_letter(const struct command_spec *command, char letter);
/** That word's name; NULL: none has this value. */
const char *option_word_name(const struct option_spec *option, uint64_t value);

#endif /* CLI_OPTIONS_TABLE_H */
