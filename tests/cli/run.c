// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs a command line through the shell, and reads what it printed. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

static char scratch[64];

const char *run_scratch(void)
{
	if (!*scratch) {
		strcpy(scratch, "/tmp/test_cli.XXXXXX");
		if (!mkdtemp(scratch))
			abort();
	}
	return scratch;
}

void run_remove_scratch(void)
{
	char command[128];

	if (!*scratch)
		return;
	snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
	if (system(command) != 0)
		fprintf(stderr, "%s is left behind\n", scratch);
}

char *run_read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t capacity = 0, n = 0;

	*size = 0;
	if (!file)
		return NULL;
	do {
		capacity = capacity * 2 + 4096;
		text = realloc(text, capacity);
		if (!text)
			abort();
		n = fread(text + *size, 1, capacity - *size - 1, file);
		*size += n;
	} while (n);
	text[*size] = '\0';
	fclose(file);
	return text;
}

static const char *environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

/*
 * What is JSON as the tool makes it: not what a pipe made of that, nor rows that a
 * test made up and merge passes on.
 */
static void keep_json(const struct run *run, const char *arguments)
{
	const char *folder = getenv("RUN_KEEP_JSON");
	char path[4096];
	FILE *file;

	if (!folder || *run->out != '{' || run->code < 0 ||
	    strpbrk(arguments, "|;>&") || !strncmp(arguments, "merge", 5))
		return;
	snprintf(path, sizeof(path), "%s/%d", folder, getpid());
	file = fopen(path, "ab");
	if (!file)
		abort();
	fwrite(run->out, 1, run->out_size + 1, file);
	fclose(file);
}

void run_tool(struct run *run, const char *arguments)
{
	static char command[20480];
	char path[128];
	size_t size;
	int status;

	snprintf(command, sizeof(command),
		 "D='%s' T='%s'; { '%s' %s; } >$T/.out 2>$T/.err </dev/null",
		 environment("TEST_DUMPS", "test-dumps"), run_scratch(),
		 environment("KDUMP_TRIAGE", "build/kdump-triage"), arguments);
	status = system(command);
	run->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	snprintf(path, sizeof(path), "%s/.out", scratch);
	run->out = run_read_file(path, &run->out_size);
	snprintf(path, sizeof(path), "%s/.err", scratch);
	run->err = run_read_file(path, &size);
	keep_json(run, arguments);
}

void run_deinit(struct run *run)
{
	free(run->out);
	free(run->err);
}

void run_again(struct run *run, const char *arguments)
{
	run_deinit(run);
	run_tool(run, arguments);
}

void run_shell(const char *words)
{
	static char command[20480];
	int status;

	snprintf(command, sizeof(command),
		 "D=$(realpath '%s') && cd %s && { %s\n}",
		 environment("TEST_DUMPS", "test-dumps"), run_scratch(), words);
	status = system(command);
	if (status)
		fprintf(stderr, "    failed: %s\n", words);
	CU_ASSERT_EQUAL(status, 0);
}

size_t run_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}
