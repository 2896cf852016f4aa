// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each fuzz target on its seeds, on some thousand mutations of them, and on
 * what once made it fall: regress/TARGET/. Failing is falling: a target ends
 * the program when something does not hold.
 */
#include <glob.h>
#include <stdlib.h>

#include "fault/fault_source.h"
#include "fuzz.h"
#include "suite.h"

#define MUTATIONS 400

static const char *where(void)
{
	const char *dir = getenv("FUZZ_REGRESS");

	return dir ? dir : "tests/fuzz/regress";
}

static void run_seed(void *arg, const void *data, size_t size)
{
	const struct fuzz_target *target = arg;

	target->run(data, size);
}

static void test_seeds(void)
{
	size_t i;

	for (i = 0; fuzz_targets[i]; i++)
		fuzz_targets[i]->seeds(run_seed, (void *)fuzz_targets[i]);
}

static void mutate(const struct fuzz_target *target, const uint8_t *data,
		   size_t size, uint64_t *state)
{
	size_t capacity = size + fault_random(state) % 64, n;
	uint8_t *bytes = calloc(1, capacity + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, data, size);
	for (n = 1 + fault_random(state) % 16; n--;)
		bytes[fault_random(state) % (capacity + 1)] =
			(uint8_t)fault_random(state);
	target->run(bytes, capacity);
	free(bytes);
}

static void mutate_seed(void *arg, const void *data, size_t size)
{
	uint64_t state = size;
	size_t i;

	for (i = 0; i < MUTATIONS; i++)
		mutate(arg, data, size, &state);
}

static void test_mutations(void)
{
	size_t i;

	for (i = 0; fuzz_targets[i]; i++)
		fuzz_targets[i]->seeds(mutate_seed, (void *)fuzz_targets[i]);
}

static void run_file(const struct fuzz_target *target, const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(target->max_size);
	size_t size;

	CU_ASSERT_FATAL(file && bytes);
	size = fread(bytes, 1, target->max_size, file);
	fclose(file);
	target->run(bytes, size);
	free(bytes);
}

static void test_regressions(void)
{
	char pattern[4096];
	size_t i, j;
	glob_t found;

	for (i = 0; fuzz_targets[i]; i++) {
		snprintf(pattern, sizeof(pattern), "%s/%s/*", where(),
			 fuzz_targets[i]->name);
		if (glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (j = 0; j < found.gl_pathc; j++)
			run_file(fuzz_targets[i], found.gl_pathv[j]);
		CU_ASSERT_NOT_EQUAL(found.gl_pathc, 0);
		globfree(&found);
	}
}

static CU_TestInfo tests[] = {
	{ "seeds", test_seeds },
	{ "what once fell", test_regressions },
	{ "mutations of the seeds", test_mutations },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("fuzz", tests);
}
