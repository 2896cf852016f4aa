// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bundled dumps with random damage to their headers, to VMCOREINFO and to page
 * tables, opened as the tool opens them, in a child each, with an alarm.
 * MUTATIONS: how many; MUTATION_FIRST: the first, to have one again.
 *
 * A dump's page tables are found by walking it: the pages are stored packed,
 * so tables are damaged in an ELF file that the tool itself extracts (as it
 * comes from memory, unpacked), headers and notes in the bundled file.
 *
 * Of a damaged file little can be claimed in general. These are: nothing
 * crashes, hangs or leaks; figures add up; exit codes are those there are; and
 * damage that was no more than cutting the file off is seen for what it is.
 */
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/run.h"
#include "directmap/dump.h"
#include "fault_source.h"
#include "suite.h"
#include "views.h"

#define HANGS_AFTER 120
#define DUMPS_MAX   64

/* Exit codes of a child. */
enum { GOOD, REFUSED, NONSENSE };

static struct subject {
	char *bytes;
	size_t size;
	uint64_t mapped; /* without damage */
} subjects[2 * DUMPS_MAX];
static size_t subject_count;

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

/* ---- In a child ---------------------------------------------------------- */

static int look(const char *path, uint64_t *mapped)
{
	struct views *v = malloc(sizeof(*v));
	struct dm_dump *dump;
	struct dm_error *err;
	int code = GOOD;

	if (!v)
		abort();
	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err) {
		code = *err->message ? REFUSED : NONSENSE;
		dm_error_destroy(err);
		free(v);
		return code;
	}
	views_run(v, dm_dump_source(dump), NULL);
	if (*v->nonsense) {
		fprintf(stderr, "    %s\n", v->nonsense);
		code = NONSENSE;
	}
	*mapped = dm_usage_mapped(&v->usage);
	/* What is lost in a file that was cut is named. */
	if (!dm_dump_info(dump)->complete &&
	    !dm_dump_info(dump)->why_incomplete)
		code = NONSENSE;
	views_deinit(v);
	free(v);
	dm_dump_close(dump);
	return code;
}

static int look_in_child(const char *path)
{
	uint64_t mapped = 0;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(HANGS_AFTER);
		_exit(look(path, &mapped));
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* ---- Damage -------------------------------------------------------------- */

/* Where most of what decides lies: headers and notes, then anywhere. */
static size_t place(uint64_t *state, size_t size)
{
	uint64_t r = fault_random(state), most = size;

	if (r & 1)
		most = 4096;
	else if (r & 2)
		most = 16384;
	if (most > size)
		most = size;
	return (size_t)(fault_random(state) % most);
}

static void damage_once(char *bytes, size_t size, uint64_t *state)
{
	size_t at = place(state, size), n = 1, i;
	uint64_t r = fault_random(state);

	switch (r % 6) {
	case 0:
		bytes[at] ^= (char)(1 << (r >> 8 & 7));
		return;
	case 1:
		n = 8;
		break;
	case 2:
		n = 1 + (r >> 8) % 64;
		break;
	case 3: /* a page, or what is left of one */
		n = 4096 - at % 4096;
		break;
	default: /* an entry, a number: all zeros, all ones, or near it */
		at &= ~(size_t)7;
		for (i = at; i < at + 8 && i < size; i++)
			bytes[i] = (char)(r & 16 ? 0xff : 0);
		if (at < size)
			bytes[at] = (char)(r >> 16);
		return;
	}
	for (i = at; i < at + n && i < size; i++)
		bytes[i] = (char)fault_random(state);
}

static void write_file(const char *path, const char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, bytes, size), (ssize_t)size);
	close(fd);
}

static void check_mutation(const char *path, uint64_t seed)
{
	const struct subject *s = &subjects[seed % subject_count];
	uint64_t state = seed, n;
	size_t size = s->size;
	char *bytes = malloc(size);
	int code;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, s->bytes, size);
	for (n = 1 + fault_random(&state) % 8; n--;)
		damage_once(bytes, size, &state);
	if (fault_random(&state) % 8 == 0)
		size = (size_t)(fault_random(&state) % size);
	write_file(path, bytes, size);
	free(bytes);
	code = look_in_child(path);
	if (code != GOOD && code != REFUSED)
		fprintf(stderr,
			"    MUTATION_FIRST=%" PRIu64
			": %d (%zu of %zu bytes)\n",
			seed, code, size, s->size);
	CU_ASSERT_TRUE(code == GOOD || code == REFUSED);
}

/* ---- The files ----------------------------------------------------------- */

static void add_subject(const char *path)
{
	struct subject *s = &subjects[subject_count];

	s->bytes = run_read_file(path, &s->size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s->bytes);
	CU_ASSERT_EQUAL(look(path, &s->mapped), GOOD);
	CU_ASSERT_NOT_EQUAL(s->mapped, 0);
	subject_count++;
}

/* The same page tables, not packed. */
static void add_extract(const char *dump)
{
	char arguments[4352], path[128];
	struct run r;

	snprintf(arguments, sizeof(arguments),
		 "extract --force --as elf '%s' $T/extract", dump);
	run_tool(&r, arguments);
	CU_ASSERT_EQUAL(r.code, 0);
	run_deinit(&r);
	snprintf(path, sizeof(path), "%s/extract", run_scratch());
	add_subject(path);
}

static void test_files(void)
{
	const char *dir = getenv("TEST_DUMPS");
	char pattern[4096];
	glob_t found;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/*.kdump",
		 dir ? dir : "test-dumps");
	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc && i < DUMPS_MAX; i++) {
		add_subject(found.gl_pathv[i]);
		add_extract(found.gl_pathv[i]);
	}
	globfree(&found);
}

static void test_mutations(void)
{
	uint64_t first = number("MUTATION_FIRST", 0);
	uint64_t count = number("MUTATIONS", 100), i;
	char path[128];

	snprintf(path, sizeof(path), "%s/mutated", run_scratch());
	for (i = first; i < first + count; i++)
		check_mutation(path, i);
}

static void test_end(void)
{
	while (subject_count)
		free(subjects[--subject_count].bytes);
	run_remove_scratch();
}

static CU_TestInfo tests[] = {
	{ "the bundled dumps, undamaged", test_files },
	{ "with damage, by seed", test_mutations },
	{ "all is given back", test_end },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("mutate", tests);
}
