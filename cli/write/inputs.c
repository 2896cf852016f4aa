// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of inputs, by device and inode. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "directmap/error.h"
#include "directmap/array.h"
#include "inputs.h"

struct input {
	dev_t dev;
	ino_t ino;
};

/* Sorted when it is first asked: archives have many. */
static struct {
	struct input *all;
	size_t count, capacity;
	bool sorted;
} inputs;

static int input_cmp(const void *a, const void *b)
{
	const struct input *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

struct dm_error *inputs_add(const char *path)
{
	struct dm_error *err;
	struct stat st;

	/* A terminal or /dev/null may be read and written. */
	if (!path || stat(path, &st) != 0 || S_ISCHR(st.st_mode) ||
	    S_ISDIR(st.st_mode))
		return NULL;
	err = dm_array_reserve(&inputs.all, &inputs.capacity, inputs.count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	inputs.all[inputs.count++] = (struct input){ st.st_dev, st.st_ino };
	inputs.sorted = false;
	return NULL;
}

struct dm_error *inputs_add_all(char *const *paths, size_t count)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < count; i++)
		err = inputs_add(paths[i]);
	return err;
}

bool inputs_have(const struct stat *st)
{
	const struct input key = { st->st_dev, st->st_ino };

	if (!inputs.count)
		return false;
	if (!inputs.sorted)
		qsort(inputs.all, inputs.count, sizeof(key), input_cmp);
	inputs.sorted = true;
	return bsearch(&key, inputs.all, inputs.count, sizeof(key), input_cmp);
}

struct dm_error *inputs_check_stdout(void)
{
	struct stat st;

	/* What the shell emptied for ">" is lost already. */
	if (fstat(STDOUT_FILENO, &st) != 0 || !S_ISREG(st.st_mode) ||
	    !st.st_size || !inputs_have(&st))
		return NULL;
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"standard output is one of the files to read; send it to another file");
}
