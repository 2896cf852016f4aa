// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer's way in. One program for all targets; its own name says which:
 * fuzz_walk is fuzz, called so. With SEEDS=DIR set it writes the seeds there
 * and ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_target *target;

struct writer {
	const char *dir;
	size_t count;
};

static void write_seed(void *arg, const void *data, size_t size)
{
	struct writer *w = arg;
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/seed-%zu", w->dir, w->count++);
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = strrchr(**argv, '/');
	struct writer writer = { .dir = getenv("SEEDS") };
	size_t i;

	(void)argc;
	name = name ? name + 1 : **argv;
	for (i = 0; fuzz_targets[i]; i++) {
		if (strncmp(name, "fuzz_", 5) == 0 &&
		    strcmp(name + 5, fuzz_targets[i]->name) == 0)
			target = fuzz_targets[i];
	}
	if (!target) {
		fprintf(stderr, "%s: no such target\n", name);
		exit(1);
	}
	if (writer.dir) {
		target->seeds(write_seed, &writer);
		exit(0);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= target->max_size)
		target->run(data, size);
	return 0;
}
