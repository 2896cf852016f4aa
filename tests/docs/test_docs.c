// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documents show what comes out: each command of their console blocks is run on
 * the bundled dumps, and README's pictures are drawn anew. How blocks are written
 * is in CONTRIBUTING.md, "Documents".
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/run.h"
#include "suite.h"

#define ELLIPSIS "…"
#define MARK	 "<!-- not run: "
#define LINES	 4096

struct lines {
	const char *at[LINES];
	size_t count;
};

static char *tool_path, *dumps_path;

/* In place: newlines end lines. */
static void cut(char *text, struct lines *lines)
{
	lines->count = 0;
	while (*text && lines->count < LINES) {
		lines->at[lines->count++] = text;
		text += strcspn(text, "\n");
		if (*text)
			*text++ = '\0';
	}
}

/* ---- One command ------------------------------------------------------------ */

static bool line_is(const char *shown, const char *printed)
{
	size_t size = strlen(shown), end = strlen(ELLIPSIS);

	if (size > end && !strcmp(shown + size - end, ELLIPSIS)) {
		size -= end;
		while (size && shown[size - 1] == ' ')
			size--;
		return strncmp(shown, printed, size) == 0;
	}
	return strcmp(shown, printed) == 0;
}

/* A line of an ellipsis alone stands for any number of lines, none too. */
static bool lines_are(const char *const *shown, size_t shown_count,
		      const char *const *printed, size_t printed_count)
{
	size_t i;

	for (; shown_count; shown++, shown_count--) {
		if (strcmp(*shown, ELLIPSIS) == 0) {
			for (i = 0; i <= printed_count; i++) {
				if (lines_are(shown + 1, shown_count - 1,
					      printed + i, printed_count - i))
					return true;
			}
			return false;
		}
		if (!printed_count || !line_is(*shown, *printed))
			return false;
		printed++;
		printed_count--;
	}
	return !printed_count;
}

/* Where it is run: bundled dumps by name, docs/, and the tool. */
static const char *ready_folder(void)
{
	static char command[2048];

	if (*command)
		return run_scratch();
	snprintf(command, sizeof(command),
		 "mkdir '%s/bin' && ln -s '%s' '%s/bin/kdump-triage' && "
		 "ln -s '%s'/*.kdump \"$(realpath docs)\" '%s'",
		 run_scratch(), tool_path, run_scratch(), dumps_path,
		 run_scratch());
	CU_ASSERT_EQUAL_FATAL(system(command), 0);
	return run_scratch();
}

static char *output_of(const char *command, int *code)
{
	static char text[1 << 20], line[8192];
	size_t have = 0, n;
	FILE *pipe;

	snprintf(line, sizeof(line),
		 "cd '%s' && PATH=\"$PWD/bin:$PATH\" HOME=\"$PWD\" && "
		 "{ %s\n} 2>&1 </dev/null",
		 ready_folder(), command);
	pipe = popen(line, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(pipe);
	while (have < sizeof(text) - 1 &&
	       (n = fread(text + have, 1, sizeof(text) - 1 - have, pipe)) > 0)
		have += n;
	text[have] = '\0';
	*code = pclose(pipe);
	*code = WIFEXITED(*code) ? WEXITSTATUS(*code) : -1;
	return text;
}

static void check_command(const char *document, size_t number,
			  const char *command, const char *const *shown,
			  size_t count)
{
	struct lines printed;
	bool same;
	int code;
	size_t i;

	cut(output_of(command, &code), &printed);
	/* A blank line ends a block, or parts two commands. */
	while (count && !*shown[count - 1] &&
	       !(printed.count && !*printed.at[printed.count - 1]))
		count--;
	same = code == 0 && lines_are(shown, count, printed.at, printed.count);
	if (!same) {
		fprintf(stderr, "    %s:%zu: %s: exit code %d, and\n", document,
			number, command, code);
		for (i = 0; i < printed.count && i < 40; i++)
			fprintf(stderr, "\t%.300s\n", printed.at[i]);
	}
	CU_ASSERT_TRUE(same);
}

/* ---- One document ------------------------------------------------------------- */

/* Lines from @first up to the fence; the fence's number. */
static size_t check_block(const char *document, const struct lines *lines,
			  size_t first, bool run, size_t *commands)
{
	size_t i = first, from;

	while (i < lines->count && strncmp(lines->at[i], "```", 3) != 0) {
		from = i++;
		while (i < lines->count &&
		       strncmp(lines->at[i], "$ ", 2) != 0 &&
		       strncmp(lines->at[i], "```", 3) != 0)
			i++;
		if (!run)
			continue;
		CU_ASSERT_EQUAL_FATAL(strncmp(lines->at[from], "$ ", 2), 0);
		check_command(document, from + 1, lines->at[from] + 2,
			      &lines->at[from + 1], i - from - 1);
		++*commands;
	}
	CU_ASSERT_TRUE_FATAL(i < lines->count);
	return i;
}

/* Whether the line before the fence says that, and why, nothing is run. */
static bool is_marked(const struct lines *lines, size_t fence)
{
	return fence && !strncmp(lines->at[fence - 1], MARK, strlen(MARK)) &&
	       strlen(lines->at[fence - 1]) > strlen(MARK "-->");
}

/*
 * @strict: whoever tries these does it command by command, so that all code is in
 * blocks that are run, or marked.
 */
static size_t check_document(const char *path, bool strict)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	size_t size, i, commands = 0;
	char *text = run_read_file(path, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(lines);
	cut(text, lines);
	for (i = 0; i < lines->count; i++) {
		const char *line = lines->at[i];
		bool marked = is_marked(lines, i);

		if (strict && !strncmp(line, "    ", 4)) {
			fprintf(stderr, "    %s:%zu: code without a fence\n",
				path, i + 1);
			CU_FAIL("code without a fence");
		}
		if (strncmp(line, "```", 3) != 0)
			continue;
		if (strict && strcmp(line, "```console") != 0 && !marked) {
			fprintf(stderr, "    %s:%zu: neither run nor marked\n",
				path, i + 1);
			CU_FAIL("neither run nor marked");
		}
		i = check_block(path, lines, i + 1,
				!strcmp(line, "```console") && !marked,
				&commands);
	}
	free(lines);
	free(text);
	return commands;
}

static void test_strict(void)
{
	CU_ASSERT_TRUE(check_document("README.md", true) >= 2);
	CU_ASSERT_TRUE(check_document("docs/tutorial.md", true) >= 5);
}

static void test_others(void)
{
	glob_t paths;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(glob("docs/*.md", 0, NULL, &paths), 0);
	glob("*.md", GLOB_APPEND, NULL, &paths);
	glob("*/README.md", GLOB_APPEND, NULL, &paths);
	for (i = 0; i < paths.gl_pathc; i++) {
		if (strcmp(paths.gl_pathv[i], "README.md") != 0 &&
		    strcmp(paths.gl_pathv[i], "docs/tutorial.md") != 0)
			check_document(paths.gl_pathv[i], false);
	}
	globfree(&paths);
}

/* ---- The checks, and the pictures ----------------------------------------------- */

static bool matches(const char *shown, const char *printed)
{
	char a[256], b[256];
	struct lines x, y;

	snprintf(a, sizeof(a), "%s", shown);
	snprintf(b, sizeof(b), "%s", printed);
	cut(a, &x);
	cut(b, &y);
	return lines_are(x.at, x.count, y.at, y.count);
}

static void test_matching(void)
{
	CU_ASSERT_TRUE(matches("a\nb\n", "a\nb\n"));
	CU_ASSERT_FALSE(matches("a\nb\n", "a\n"));
	CU_ASSERT_FALSE(matches("a\n", "a\nb\n"));
	CU_ASSERT_TRUE(matches("a …\n", "a\n"));
	CU_ASSERT_TRUE(matches("a …\n", "a b c\n"));
	CU_ASSERT_FALSE(matches("a …\n", "b\n"));
	CU_ASSERT_TRUE(matches("…\nb\n…\n", "a\nx\nb\n"));
	CU_ASSERT_TRUE(matches("…\n", ""));
	CU_ASSERT_FALSE(matches("…\nb\n", "a\nb\nc\n"));
}

static void test_pictures(void)
{
	char command[2048];

	snprintf(command, sizeof(command),
		 "docs/pictures/draw '%s' '%s' '%s/pictures' && "
		 "for f in docs/pictures/*.svg; do "
		 "cmp \"$f\" '%s/pictures/'\"${f##*/}\" || exit 1; done",
		 tool_path, dumps_path, run_scratch(), run_scratch());
	if (system(command))
		CU_FAIL("a picture differs: make pictures");
}

static char *absolute(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);

	return realpath(value ? value : otherwise, NULL);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "what is shown matches what is printed", test_matching },
		{ "README and tutorial", test_strict },
		{ "other documents", test_others },
		{ "pictures", test_pictures },
		CU_TEST_INFO_NULL,
	};
	int bad;

	tool_path = absolute("KDUMP_TRIAGE", "build/kdump-triage");
	dumps_path = absolute("TEST_DUMPS", "test-dumps");
	if (!tool_path || !dumps_path)
		return 1;
	bad = suite_run("docs", tests);
	run_remove_scratch();
	free(tool_path);
	free(dumps_path);
	return bad;
}
