/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that batch and merge share. */
#ifndef BATCH_OPTIONS_H
#define BATCH_OPTIONS_H

#include <getopt.h>

#include "outputs.h"

/* Letters of the long options that say where rows go. */
enum {
	OPTION_JSON = 256,
	OPTION_CSV,
	OPTION_TEXT,
	OPTION_QUIET,
	OPTION_JUNIT,
	OPTION_PROMETHEUS,
	OPTION_HTML,
	OPTION_DB,
	OPTION_COLOR,
	OPTION_FORCE,
	OPTION_HELP,
	OPTION_OWN, /* of the command: from here on */
};

#define OUTPUT_OPTIONS                                                         \
	{ "json", no_argument, NULL, OPTION_JSON },                            \
		{ "csv", no_argument, NULL, OPTION_CSV },                      \
		{ "quiet", no_argument, NULL, OPTION_QUIET },                  \
		{ "junit", required_argument, NULL, OPTION_JUNIT },            \
		{ "prometheus", required_argument, NULL, OPTION_PROMETHEUS },  \
		{ "db", required_argument, NULL, OPTION_DB },                  \
		{ "html", required_argument, NULL, OPTION_HTML },              \
		{ "color", required_argument, NULL, OPTION_COLOR },            \
		{ "force", no_argument, NULL, OPTION_FORCE },                  \
	{                                                                      \
		"help", no_argument, NULL, OPTION_HELP                         \
	}

struct parsed_outputs {
	struct outputs_options outputs;
	const char *color; /* "auto", "always", "never" */
	bool json, csv, quiet;
};

/** @returns False if @p letter is none of these or @p arg makes no sense. */
bool take_output_option(struct parsed_outputs *p, int letter, const char *arg);
/** What goes to stdout, which can be one thing only; false: it is more. */
bool finish_output_options(struct parsed_outputs *p);

/** N, or N with K, M, G behind it; false: not a number, or over @p most. */
bool parse_size(const char *text, uint64_t unit, uint64_t most, uint64_t *ret);

#endif /* BATCH_OPTIONS_H */
