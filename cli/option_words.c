// SPDX-License-Identifier: GPL-2.0-or-later
/* Names an unknown option or a bad value, and the option nearest to it. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "option_words.h"

struct words {
	const struct option *options;
	const char *shorts;
	const char *help;
};

/* Every command takes it, whether it is in its table or not. */
static const char version[] = "version";

/* The option that @name, @len bytes, is or begins; @fits: how many it may be. */
static const struct option *find(const struct words *w, const char *name,
				 size_t len, unsigned int *fits)
{
	const struct option *o, *found = NULL;

	*fits = 0;
	for (o = w->options; o->name; o++) {
		if (strncmp(o->name, name, len) != 0)
			continue;
		found = o;
		(*fits)++;
		if (!o->name[len]) {
			*fits = 1;
			break;
		}
	}
	return found;
}

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * How many letters are too many, missing, others, or swapped with the next; at
 * most @most + 1.
 */
static unsigned int distance(const char *a, size_t len, const char *b,
			     unsigned int most)
{
	unsigned int least;

	if (!len || !*b)
		return (unsigned int)(len + strlen(b));
	if (*a == *b)
		return distance(a + 1, len - 1, b + 1, most);
	if (!most--)
		return 1;
	least = distance(a + 1, len - 1, b, most);
	least = smaller(least, distance(a, len, b + 1, most));
	least = smaller(least, distance(a + 1, len - 1, b + 1, most));
	if (len > 1 && a[0] == b[1] && a[1] == b[0])
		least = smaller(least, distance(a + 2, len - 2, b + 2, most));
	return least + 1;
}

/* The name that was meant by @name, or NULL. */
static const char *near(const struct words *w, const char *name, size_t len)
{
	unsigned int best = len < 6 ? 1 : 2, fits, d;
	const struct option *o = find(w, name, len, &fits);
	const char *meant = NULL;

	if (fits == 1)
		return o->name;
	/* As other programs have them. */
	if (len == 1)
		return *name == 'h' ? "help" : *name == 'V' ? version : NULL;
	for (o = w->options; o->name; o++) {
		d = distance(name, len, o->name, best);
		if (d > best || d >= len)
			continue;
		meant = o->name;
		best = d - !!d;
	}
	return !meant && distance(name, len, version, best) <= best ? version
								    : meant;
}

static int unknown(const struct words *w, const char *word, size_t len)
{
	const char *name = word + strspn(word, "-");
	const char *meant = near(w, name, len - (size_t)(name - word));

	if (meant)
		return cli_fail(CLI_USAGE,
				"unknown option %.*s; did you mean --%s?",
				(int)len, word, meant);
	return cli_fail(CLI_USAGE, "unknown option %.*s; see kdump-triage %s",
			(int)len, word, w->help);
}

/* "--name" or "--name=value", @next behind it. */
static int check_long(const struct words *w, const char *word, const char *next,
		      bool *takes_next)
{
	size_t len = strcspn(word, "=");
	const struct option *o;
	unsigned int fits;

	o = find(w, word + 2, len - 2, &fits);
	if (!o)
		return unknown(w, word, len);
	if (fits > 1)
		return cli_fail(CLI_USAGE,
				"%.*s may be --%s or another option; see "
				"kdump-triage %s",
				(int)len, word, o->name, w->help);
	if (o->has_arg == no_argument && word[len])
		return cli_fail(CLI_USAGE,
				"--%s takes no value; see kdump-triage %s",
				o->name, w->help);
	*takes_next = o->has_arg == required_argument && !word[len];
	if (*takes_next && !next)
		return cli_fail(CLI_USAGE,
				"--%s needs a value; see kdump-triage %s",
				o->name, w->help);
	return -1;
}

/* "-x", "-xVALUE", or a long one with a dash too few. */
static int check_short(const struct words *w, const char *word,
		       const char *next, bool *takes_next)
{
	size_t len = strcspn(word, "=");
	const char *letter = strchr(w->shorts, word[1]);
	const struct option *o;
	unsigned int fits;

	o = find(w, word + 1, len - 1, &fits);
	if (o && len > 2 && !o->name[len - 1])
		return unknown(w, word, len);
	if (!letter || word[1] == ':')
		return unknown(w, word, len);
	*takes_next = letter[1] == ':' && !word[2];
	if (*takes_next && !next)
		return cli_fail(CLI_USAGE,
				"-%c needs a value; see kdump-triage %s",
				word[1], w->help);
	return -1;
}

static bool ends_all(const char *word)
{
	return !strcmp(word, "--") || !strcmp(word, "--help") ||
	       !strcmp(word, "--version");
}

static int print_version(void)
{
	struct dm_error *err;

	puts("kdump-triage " DM_VERSION);
	err = cli_flush();
	return err ? cli_fail_error(err) : CLI_OK;
}

int option_words_check(int argc, char *const *argv,
		       const struct option *options, const char *shorts,
		       const char *help)
{
	const struct words w = { options, shorts, help };
	int i, code = -1;

	for (i = 1; code < 0 && i < argc && !ends_all(argv[i]); i++) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		bool takes_next = false;

		if (argv[i][0] != '-' || !argv[i][1])
			continue;
		code = argv[i][1] == '-'
			       ? check_long(&w, argv[i], next, &takes_next)
			       : check_short(&w, argv[i], next, &takes_next);
		i += takes_next;
	}
	if (code < 0 && i < argc && !strcmp(argv[i], "--version"))
		return print_version();
	return code;
}

int option_words_bad_value(const struct option *options, int letter,
			   const char *value, const char *help)
{
	while (options->name && options->val != letter)
		options++;
	return cli_fail(CLI_USAGE, "--%s cannot be \"%s\"; see kdump-triage %s",
			options->name ? options->name : "?", value ? value : "",
			help);
}
