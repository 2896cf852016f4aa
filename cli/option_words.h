/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a command line that are options, looked at before getopt. */
#ifndef OPTION_WORDS_H
#define OPTION_WORDS_H

#include <getopt.h>

/**
 * getopt_long() tells that an option is wrong, and not which word: "-version"
 * is seven short ones to it. This names the word, what is wrong with it, and
 * what may be meant.
 *
 * @param options	As for getopt_long().
 * @param shorts	Its short options: letters, a colon behind those with a
 *			value.
 * @param help		What to type for help, without "kdump-triage".
 * @returns		-1: nothing is wrong before a --help; else the exit code,
 *			and all is said. --version is answered here.
 */
int option_words_check(int argc, char *const *argv,
		       const struct option *options, const char *shorts,
		       const char *help);

/** Says that an option's value makes no sense. @returns CLI_USAGE. */
int option_words_bad_value(const struct option *options, int letter,
			   const char *value, const char *help);

#endif /* OPTION_WORDS_H */
