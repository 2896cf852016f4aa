// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is printed on a terminal fits it, whatever its width, and says all that
 * it says elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"
#include "suite.h"
#include "terminal.h"

#define COUNTERS "test-dumps/73-4k-counters.kdump"

/* ---- One stream ------------------------------------------------------------ */

static void check_fold(const char *text, unsigned int columns,
		       const char *expected)
{
	char *got = NULL;
	size_t size = 0, i;
	FILE *to = open_memstream(&got, &size), *file;

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	file = terminal_folding(to, columns);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	/* In pieces: lines are whole when they are. */
	for (i = 0; text[i]; i++) {
		putc(text[i], file);
		if (i % 7 == 0)
			fflush(file);
	}
	CU_ASSERT_EQUAL(fclose(file), 0);
	fclose(to);
	if (strcmp(got, expected) != 0)
		fprintf(stderr, "    got:\n%s\n", got);
	CU_ASSERT_STRING_EQUAL(got, expected);
	free(got);
}

static void test_fold(void)
{
	/* What fits is as it was, with all its blanks. */
	check_fold("", 30, "");
	check_fold("\n\n", 30, "\n\n");
	check_fold("  a  b   \n\nno newline", 30, "  a  b   \n\nno newline");
	check_fold("123456789 123456789 12345678 x\n", 30,
		   "123456789 123456789 12345678 x\n");
	check_fold("123456789 123456789 123456789 x\n", 30,
		   "123456789 123456789 123456789\n  x\n");
	/* Below the second field, or as far in as the line. */
	check_fold("name   one two three four five six seven\n", 30,
		   "name   one two three four five\n       six seven\n");
	check_fold("    one two three four five six seven\n", 30,
		   "    one two three four five\n    six seven\n");
	/* Fields that are pushed to the next line bring no blanks along. */
	check_fold("name   one two three four fi           x\n", 30,
		   "name   one two three four fi\n       x\n");
	/* Too long for any line. */
	check_fold("x 1234567890123456789012345678901234567890\n", 30,
		   "x 1234567890123456789012345678\n  901234567890\n");
	check_fold("name      123456789012345678901234567\n", 30,
		   "name\n  123456789012345678901234567\n");
	/* Colours take no columns, letters of several bytes one, wide ones two. */
	check_fold("\033[31m123456789\033[0m 123456789 12345678 x\n", 30,
		   "\033[31m123456789\033[0m 123456789 12345678 x\n");
	check_fold("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		   "\xc3\xa4\xc3\xa4\xc3\xa4 123456789 12345678 x\n",
		   30,
		   "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		   "\xc3\xa4\xc3\xa4\xc3\xa4 123456789 12345678\n  x\n");
	check_fold(
		"\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad 123456789 "
		"123456789\n",
		24,
		"\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad 123456789\n"
		"  123456789\n");
	/* Nonsense is not read beyond. */
	check_fold("\033[", 30, "\033[");
	check_fold("\033\n\xe1\n\xff\xff\n", 30, "\033\n\xe1\n\xff\xff\n");
	/* No terminal is narrower than that. */
	check_fold("123456789 123456789 x\n", 1, "123456789 123456789\n  x\n");
}

/* A full disk is an error as it is without. */
static void test_full(void)
{
	FILE *full = fopen("/dev/full", "w"), *file;

	CU_ASSERT_PTR_NOT_NULL_FATAL(full);
	file = terminal_folding(full, 40);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("a line\n", file);
	CU_ASSERT_NOT_EQUAL(fflush(file), 0);
	fclose(file);
	fclose(full);
}

/* ---- Whole commands ---------------------------------------------------------- */

/* A chroot may have no /dev/pts; what needs it is then left out, and said. */
static bool has_terminals(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	bool has = master >= 0 && grantpt(master) == 0 &&
		   unlockpt(master) == 0 && ptsname(master) &&
		   access(ptsname(master), R_OK | W_OK) == 0;

	if (!has)
		fprintf(stderr, "    no pseudo-terminals here: not tried\n");
	if (master >= 0)
		close(master);
	return has;
}

static const char *errors = "2>/dev/null"; /* or "": on the terminal, too */

/* What @command prints on a terminal of @columns, or by $COLUMNS, without CR. */
static char *on_terminal(const char *command, unsigned short columns,
			 const char *variable)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	char *text = calloc(1, 1 << 20);
	size_t have = 0, i, kept = 0;
	int master, status;
	ssize_t n;
	pid_t pid = forkpty(&master, NULL, NULL, &size);

	if (!pid) {
		char line[512];

		snprintf(line, sizeof(line), "exec '%s' %s %s",
			 getenv("KDUMP_TRIAGE") ? getenv("KDUMP_TRIAGE")
						: "build/kdump-triage",
			 command, errors);
		if (variable)
			setenv("COLUMNS", variable, 1);
		else
			unsetenv("COLUMNS");
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	CU_ASSERT_TRUE_FATAL(pid > 0 && text);
	while ((n = read(master, text + have, (1 << 20) - 1 - have)) > 0 ||
	       (n < 0 && errno == EINTR))
		have += n > 0 ? (size_t)n : 0;
	close(master);
	waitpid(pid, &status, 0);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	for (i = 0; i < have; i++)
		if (text[i] != '\r')
			text[kept++] = text[i];
	text[kept] = '\0';
	return text;
}

static size_t widest(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t n = strcspn(text, "\n");

		if (n > most)
			most = n;
		text += n + !!text[n];
	}
	return most;
}

/* The same words in the same order: nothing is lost, nothing is added. */
static bool same_words(const char *a, const char *b)
{
	for (;;) {
		size_t n;

		a += strspn(a, " \n");
		b += strspn(b, " \n");
		n = strcspn(a, " \n");
		if (n != strcspn(b, " \n") || strncmp(a, b, n) != 0)
			return false;
		if (!n)
			return true;
		a += n;
		b += n;
	}
}

static char *elsewhere(const char *command)
{
	struct run r;
	char *text;

	run_tool(&r, command);
	CU_ASSERT_EQUAL(r.code, 0);
	text = r.out;
	free(r.err);
	return text;
}

static void check_width(const char *command, unsigned short columns,
			const char *plain, bool words)
{
	char *text = on_terminal(command, columns, NULL);

	if (widest(text) > columns || !*text)
		fprintf(stderr, "    %s: %zu of %u columns\n", command,
			widest(text), columns);
	CU_ASSERT_TRUE(*text && widest(text) <= columns);
	if (words)
		CU_ASSERT_TRUE(same_words(text, plain));
	/* As it is elsewhere, where there is space for that. */
	if (widest(plain) <= columns)
		CU_ASSERT_STRING_EQUAL(text, plain);
	free(text);
}

static void test_commands(void)
{
	static const unsigned short widths[] = { 40, 64, 80, 100, 400 };
	static const struct {
		const char *command;
		bool words; /* not where a picture is narrower */
	} commands[] = {
		{ "report --color never " COUNTERS, false },
		{ "splits " COUNTERS, true },
		{ "splits --timeline " COUNTERS, true },
		{ "map --color never " COUNTERS, false },
		{ "policy " COUNTERS, true },
		{ "counters " COUNTERS, true },
		{ "explain test-dumps/73-4k-all.kdump 0x40200000", true },
		{ "diff " COUNTERS " " COUNTERS, true },
		{ "check --max-lost-leaves 99 " COUNTERS, true },
	};
	size_t i, j;

	if (!has_terminals())
		return;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char *plain = elsewhere(commands[i].command);

		for (j = 0; j < sizeof(widths) / sizeof(widths[0]); j++)
			check_width(commands[i].command, widths[j], plain,
				    commands[i].words);
		free(plain);
	}
}

static void test_batch(void)
{
	char command[512];
	char *plain;

	if (!has_terminals())
		return;
	snprintf(command, sizeof(command),
		 "batch --color never --state %s/state " COUNTERS,
		 run_scratch());
	plain = elsewhere(command);
	check_width(command, 40, plain, true);
	check_width(command, 400, plain, true);
	free(plain);
}

/* Lines for programs stay lines. */
static void test_machine(void)
{
	static const char *const commands[] = {
		"report --json " COUNTERS,
		"report --format meminfo " COUNTERS,
		"map --format svg " COUNTERS,
		"explain --json test-dumps/73-4k-all.kdump _text",
		"check --json --max-lost-leaves 99 " COUNTERS,
		"diff --json " COUNTERS " " COUNTERS,
	};
	size_t i;

	if (!has_terminals())
		return;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char *text = on_terminal(commands[i], 40, NULL);
		char *plain = elsewhere(commands[i]);

		CU_ASSERT_STRING_EQUAL(text, plain);
		free(text);
		free(plain);
	}
}

/* COLUMNS goes before the terminal's own word, if it is a number. */
static void test_columns(void)
{
	char *text;

	if (!has_terminals())
		return;
	text = on_terminal("splits " COUNTERS, 400, "50");
	CU_ASSERT_TRUE(widest(text) <= 50 && widest(text) > 30);
	free(text);
	text = on_terminal("splits " COUNTERS, 60, "many");
	CU_ASSERT_TRUE(widest(text) <= 60 && widest(text) > 40);
	free(text);
	text = on_terminal("map --color never " COUNTERS, 40, NULL);
	/* The picture is made narrower, not folded. */
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n0xfff0000002000000 "));
	free(text);
	/* A pipe is no terminal. */
	setenv("COLUMNS", "40", 1);
	text = elsewhere("splits " COUNTERS);
	CU_ASSERT_TRUE(widest(text) > 100);
	free(text);
	unsetenv("COLUMNS");
}

#define NEXT "next: kdump-triage "

/* The command that @text ends with as the one to try next; "": none. */
static void take_next(const char *text, char *next, size_t size)
{
	const char *at = strstr(text, "\n" NEXT), *end;

	*next = '\0';
	if (!at)
		return;
	at += strlen("\n" NEXT);
	end = strstr(at, "   (");
	CU_ASSERT_PTR_NOT_NULL_FATAL(end);
	CU_ASSERT_PTR_NULL(strstr(at, "\n" NEXT));
	snprintf(next, size, "%.*s", (int)(end - at), at);
}

/* Each leads to one that can be run, up to one that leads nowhere. */
static void test_next(void)
{
	static const char *const steps[] = {
		("explain " COUNTERS " 0xfff0000003281000"),
		("map --zoom 0xfff0000002000000-0xfff0000004000000 " COUNTERS),
		"",
	};
	char next[512] = "splits " COUNTERS;
	size_t i;

	if (!has_terminals())
		return;
	errors = "";
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		char *text = on_terminal(next, 400, NULL);

		take_next(text, next, sizeof(next));
		CU_ASSERT_STRING_EQUAL(next, steps[i]);
		free(text);
	}
	errors = "2>/dev/null";
}

/* A file's name as a shell wants it, and what the dump is read with. */
static void test_next_words(void)
{
	char next[512], command[512];
	char *text;

	if (!has_terminals())
		return;
	errors = "";
	run_shell("cp $D/73-4k-all.kdump \"a b.kdump\"");
	snprintf(command, sizeof(command),
		 "splits --reader libkdumpfile '%s/a b.kdump'", run_scratch());
	text = on_terminal(command, 400, NULL);
	take_next(text, next, sizeof(next));
	free(text);
	snprintf(command, sizeof(command),
		 "explain --reader libkdumpfile '%s/a b.kdump' 0x",
		 run_scratch());
	CU_ASSERT_EQUAL(strncmp(next, command, strlen(command)), 0);
	/* Not where a program reads, nor of what no shell takes. */
	text = on_terminal("splits --json " COUNTERS, 400, NULL);
	take_next(text, next, sizeof(next));
	CU_ASSERT_STRING_EQUAL(next, "");
	free(text);
	run_shell("cp $D/73-4k-all.kdump \"a'b.kdump\"");
	snprintf(command, sizeof(command), "splits \"%s/a'b.kdump\"",
		 run_scratch());
	text = on_terminal(command, 400, NULL);
	take_next(text, next, sizeof(next));
	CU_ASSERT_STRING_EQUAL(next, "");
	free(text);
	errors = "2>/dev/null";
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "what to try next", test_next },
		{ "its words", test_next_words },
		{ "folding", test_fold },
		{ "a full disk", test_full },
		{ "commands", test_commands },
		{ "batch", test_batch },
		{ "what programs read", test_machine },
		{ "COLUMNS", test_columns },
		CU_TEST_INFO_NULL,
	};
	int bad = suite_run("terminal", tests);

	run_remove_scratch();
	return bad;
}
