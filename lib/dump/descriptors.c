// SPDX-License-Identifier: GPL-2.0-or-later
/* Lends descriptors of a file to threads, and opens more when all are lent. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump/descriptors.h"

/* As many as there are threads that read. */
#define MOST 256

struct descriptors {
	pthread_mutex_t lock;
	pthread_cond_t given;
	char *path;
	int first;
	bool no_more; /* another could not be opened */
	size_t count, free_count;
	int all[MOST], unused[MOST];
};

struct dm_error *dm_descriptors_create(int fd, const char *path,
				       struct descriptors **ret)
{
	struct descriptors *d = malloc(sizeof(*d));

	if (d) {
		*d = (struct descriptors){
			.path = strdup(path),
			.first = fd,
			.count = 1,
			.free_count = 1,
			.all = { fd },
			.unused = { fd },
		};
	}
	if (!d || !d->path) {
		free(d);
		return dm_error_no_memory();
	}
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->given, NULL);
	*ret = d;
	return NULL;
}

void dm_descriptors_destroy(struct descriptors *d)
{
	size_t i;

	if (!d)
		return;
	for (i = 1; i < d->count; i++)
		close(d->all[i]);
	pthread_cond_destroy(&d->given);
	pthread_mutex_destroy(&d->lock);
	free(d->path);
	free(d);
}

/*
 * An open file of its own, which dup() would not make. Another file may have
 * the name by now.
 */
static int open_again(const struct descriptors *d)
{
	int fd = open(d->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st, first;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && fstat(d->first, &first) == 0 &&
	    st.st_dev == first.st_dev && st.st_ino == first.st_ino)
		return fd;
	close(fd);
	return -1;
}

/* Locked. */
static int open_more(struct descriptors *d)
{
	int fd = d->no_more || d->count == MOST ? -1 : open_again(d);

	if (fd < 0)
		d->no_more = true;
	else
		d->all[d->count++] = fd;
	return fd;
}

int dm_descriptors_take(struct descriptors *d)
{
	int fd = -1;

	pthread_mutex_lock(&d->lock);
	if (!d->free_count)
		fd = open_more(d);
	while (fd < 0 && !d->free_count)
		pthread_cond_wait(&d->given, &d->lock);
	if (fd < 0)
		fd = d->unused[--d->free_count];
	pthread_mutex_unlock(&d->lock);
	return fd;
}

void dm_descriptors_give(struct descriptors *d, int fd)
{
	pthread_mutex_lock(&d->lock);
	d->unused[d->free_count++] = fd;
	pthread_cond_signal(&d->given);
	pthread_mutex_unlock(&d->lock);
}
