// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: debuginfo_query DUMP vmlinux|system_map FILE < QUESTIONS
 *
 * Answers a question a line from the file alone, for tests/lab/debuginfo:
 *   find NAME | at HEX | size TYPE | member TYPE|PATH | enumerator NAME |
 *   name TYPE|VALUE
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arm64/kernel.h"
#include "debuginfo/debuginfo.h"
#include "directmap/dump.h"

static struct dm_symbol_table *symbols;
static struct dm_type_table *types;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(struct dm_error *err)
{
	fprintf(stderr, "%s\n", err->message);
	dm_error_destroy(err);
	return 1;
}

static struct dm_error *answer_symbol(const char *verb, const char *what)
{
	struct dm_symbol s = { .size = 0 };
	struct dm_error *err;
	uint64_t va;

	if (!strcmp(verb, "at")) {
		err = symbols->ops->at(symbols, strtoull(what, NULL, 16), &s);
		if (!err)
			printf("%s %016" PRIx64 " %" PRIu64 " %c", s.name, s.va,
			       s.size, s.type);
		return err;
	}
	err = symbols->ops->find(symbols, what, &va);
	if (!err)
		printf("%016" PRIx64, va);
	return err;
}

static struct dm_error *answer_member(const char *type, const char *path)
{
	struct dm_error *err;
	struct dm_member m;

	err = types->ops->member(types, type, path, &m);
	if (!err)
		printf("%" PRIu64 " %" PRIu64 " %u %u", m.offset, m.size,
		       m.bit_offset, m.bit_size);
	return err;
}

static struct dm_error *answer_type(const char *verb, char *what)
{
	char *bar = strchr(what, '|'), name[256];
	struct dm_error *err;
	uint64_t size;
	int64_t value;

	if (bar)
		*bar++ = '\0';
	if (!strcmp(verb, "member") && bar)
		return answer_member(what, bar);
	if (!strcmp(verb, "name") && bar) {
		err = types->ops->enumerator_name(
			types, what, strtoll(bar, NULL, 0), name, sizeof(name));
		if (!err)
			printf("%s", name);
	} else if (!strcmp(verb, "enumerator")) {
		err = types->ops->enumerator(types, what, &value);
		if (!err)
			printf("%" PRId64, value);
	} else {
		err = types->ops->size(types, what, &size);
		if (!err)
			printf("%" PRIu64, size);
	}
	return err;
}

static void answer(char *line)
{
	char *what = strchr(line, ' ');
	struct dm_error *err;
	double start = now();

	if (!what)
		return;
	*what++ = '\0';
	if (!strcmp(line, "find") || !strcmp(line, "at"))
		err = answer_symbol(line, what);
	else if (types)
		err = answer_type(line, what);
	else
		err = dm_error_create(DM_ERROR_NOT_FOUND, "no types here");
	if (err)
		printf("! %s", err->message);
	printf("\t%.6f\n", now() - start);
	dm_error_destroy(err);
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : NULL;
	struct dm_kernel kernel;
	struct dm_error *err;
	struct dm_dump *dump;
	char line[1024];
	double start;

	if (argc != 4)
		return 2;
	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err)
		return fail(err);
	err = dm_kernel_init(&kernel, dm_dump_source(dump));
	start = now();
	if (!err)
		err = strcmp(argv[2], "vmlinux")
			      ? dm_debuginfo_open_system_map(
					argv[3], &kernel, dm_dump_source(dump),
					&symbols)
			      : dm_debuginfo_open_vmlinux(argv[3], &kernel,
							  dm_dump_source(dump),
							  &symbols, &types,
							  NULL);
	dm_dump_close(dump);
	if (err)
		return fail(err);
	fprintf(stderr, "opened in %.3f s\n", now() - start);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		answer(line);
	}
	if (types)
		types->ops->destroy(types);
	symbols->ops->destroy(symbols);
	return 0;
}
