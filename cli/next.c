// SPDX-License-Identifier: GPL-2.0-or-later
/* The command worth trying next, as it is typed. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "directmap/text.h"

/* Whether a word needs no quotes in a shell. */
static bool is_plain(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
					   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789_./@:+,=-")];
}

/* Whether quotes help: what is not ASCII is not typed again. */
static bool is_quotable(const char *word)
{
	for (; *word; word++) {
		if (!dm_ascii_is_printable(*word) || *word == '\'')
			return false;
	}
	return true;
}

static bool are_quotable(char *const *files, size_t count)
{
	while (count) {
		if (!is_quotable(files[--count]))
			return false;
	}
	return true;
}

static void put_word(const char *option, const char *word)
{
	if (word)
		fprintf(stderr, is_plain(word) ? "%s %s" : "%s '%s'", option,
			word);
}

/* What the dump is read by, and its files. */
static void put_dump(const struct cli_options *options, char *const *files,
		     size_t count)
{
	size_t i;

	put_word(" --vmlinux", options->vmlinux);
	put_word(" --system-map", options->system_map);
	put_word(" --vmcoreinfo", options->vmcoreinfo);
	if (options->reader == DM_DUMP_READER_LIBKDUMPFILE)
		fprintf(stderr, " --reader libkdumpfile");
	if (options->split)
		fprintf(stderr, " --split");
	for (i = 0; i < count; i++)
		put_word("", files[i]);
}

void cli_say_next(const struct cli_options *options, char *const *files,
		  size_t count, const struct dm_next *next)
{
	static const char *const views[] = {
		[DM_NEXT_EXPLAIN] = "explain",
		[DM_NEXT_MAP] = "map",
		[DM_NEXT_TIMELINE] = "splits --timeline",
		[DM_NEXT_POLICY] = "policy",
	};

	if (next->view == DM_NEXT_NONE || !isatty(STDOUT_FILENO) ||
	    !isatty(STDERR_FILENO) || !are_quotable(files, count))
		return;
	fprintf(stderr, "next: kdump-triage %s", views[next->view]);
	if (next->view == DM_NEXT_MAP)
		fprintf(stderr, " --zoom 0x%llx-0x%llx",
			(unsigned long long)next->range.start,
			(unsigned long long)next->range.end);
	put_dump(options, files, count);
	if (next->view == DM_NEXT_EXPLAIN)
		fprintf(stderr, " 0x%llx",
			(unsigned long long)next->range.start);
	fprintf(stderr, "   (%s)\n", next->why);
}
