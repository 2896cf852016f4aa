// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads many pieces of files, by io_submit() where the system has it.
 *
 * Scattered table pages are a system call each, and so are their descriptors
 * and bits: with mitigations on, that costs as much as unpacking them. Mapping
 * the file instead would be worse (docs/design.md). io_submit() takes many
 * reads; of a file that is not open for direct I/O they are done when it
 * returns, so there is nothing to overlap, only calls to save. Where that is
 * missing (old kernels, sandboxes) there is one pread() for each stretch.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "dump/gather.h"

/*
 * Bytes between two pieces that are rather read than a read is begun anew: what
 * a read costs by itself is as much as copying twice that.
 */
#define GAP 4096

/* At most so much at once: the kernel's readahead is no larger. */
#define MAX_STRETCH (128 << 10)

/* Pieces that are read together. */
struct stretch {
	const struct bytes *bytes;
	uint64_t off;
	size_t size;
	unsigned char *data;
	size_t first, count;
};

/*
 * Contexts that nobody uses just now. Ending one takes the kernel two grace
 * periods of RCU (fs/aio.c, kill_ioctx() and free_ioctx_reqs()), some 35 ms, as
 * much as reading thousands of tables: so they are kept for the next dump or
 * thread, as many as were ever in use at a time, until the process ends. They
 * are of the address space, and no good to a child after fork().
 */
#define IDLE_MAX 64

/*
 * Reads by a call each before a context is made: it must have saved what ending
 * it will cost, and a call saved is 1 to 2 us.
 */
#define WORTH_IT 16384

static struct {
	pthread_mutex_t lock;
	pid_t owner;
	size_t count;
	aio_context_t all[IDLE_MAX];
} idle = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool take_idle(aio_context_t *aio)
{
	bool found;

	pthread_mutex_lock(&idle.lock);
	if (idle.owner != getpid())
		idle.count = 0;
	found = idle.count;
	if (found)
		*aio = idle.all[--idle.count];
	pthread_mutex_unlock(&idle.lock);
	return found;
}

static bool keep_idle(aio_context_t aio)
{
	bool kept;

	pthread_mutex_lock(&idle.lock);
	if (idle.owner != getpid())
		idle.count = 0;
	idle.owner = getpid();
	kept = idle.count < IDLE_MAX;
	if (kept)
		idle.all[idle.count++] = aio;
	pthread_mutex_unlock(&idle.lock);
	return kept;
}

/* Nothing that was submitted is under way. */
void dm_gather_deinit(struct gather *gather)
{
	if (gather->ready && !keep_idle(gather->aio))
		syscall(SYS_io_destroy, gather->aio);
	*gather = (struct gather){ 0 };
}

static int piece_cmp(const void *a, const void *b)
{
	const struct gather_piece *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? -1 : 1;
	return (x->off > y->off) - (x->off < y->off);
}

/* From offsets of the dump to those of its file. */
static void place_pieces(struct gather_piece *pieces, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		pieces[i].data = NULL;
		if (!dm_bytes_place(pieces[i].bytes, pieces[i].off,
				    pieces[i].size, &pieces[i].off))
			pieces[i].size = 0;
	}
}

/* @p s goes on with piece @p p, and how long it is then. */
static bool joins(const struct stretch *s, const struct gather_piece *p,
		  size_t *size)
{
	uint64_t end = s->off + s->size;

	if (s->bytes != p->bytes || p->off > end + GAP)
		return false;
	*size = s->size;
	if (p->off + p->size > end)
		*size = (size_t)(p->off + p->size - s->off);
	return *size <= MAX_STRETCH;
}

/* @returns how many stretches there are. */
static size_t join_pieces(const struct gather_piece *pieces, size_t n,
			  unsigned char *buffer, struct stretch *stretches)
{
	size_t i, count = 0, used = 0, size;

	for (i = 0; i < n; i++) {
		struct stretch *s = count ? &stretches[count - 1] : NULL;

		if (!pieces[i].size)
			continue;
		if (s && joins(s, &pieces[i], &size)) {
			used += size - s->size;
			s->size = size;
			s->count = i + 1 - s->first;
		} else {
			size = pieces[i].size;
			stretches[count++] = (struct stretch){
				.bytes = pieces[i].bytes,
				.off = pieces[i].off,
				.size = size,
				.data = buffer + used,
				.first = i,
				.count = 1,
			};
			used += size;
		}
		/* What does not fit is left out, with what it was joined to. */
		if (used > GATHER_BYTES)
			return count - 1;
	}
	return count;
}

/* Say where the pieces of a stretch are that was read. */
static void hand_out(const struct stretch *s, struct gather_piece *pieces)
{
	size_t i;

	for (i = s->first; i < s->first + s->count; i++) {
		if (pieces[i].size)
			pieces[i].data = s->data + (pieces[i].off - s->off);
	}
}

/*
 * Not in memory yet: have the disk work on all of them at the same time. Each
 * look is a call, so it is one, at the first, the middle or the last in turn.
 */
static void ask_disk(struct gather *gather, const struct stretch *stretches,
		     size_t n)
{
	const struct stretch *one =
		&stretches[gather->looks++ % 3 * (n - 1) / 2];
	size_t i;

	if (dm_bytes_in_memory(one->bytes, one->off))
		return;
	for (i = 0; i < n; i++)
		posix_fadvise(stretches[i].bytes->fd, (off_t)stretches[i].off,
			      (off_t)stretches[i].size, POSIX_FADV_WILLNEED);
}

static bool get_ready(struct gather *gather)
{
	if (gather->ready || gather->failed)
		return gather->ready;
	gather->ready = take_idle(&gather->aio);
	if (!gather->ready && gather->singly >= WORTH_IT) {
		gather->ready =
			!syscall(SYS_io_setup, GATHER_PIECES, &gather->aio);
		gather->failed = !gather->ready;
	}
	return gather->ready;
}

static void read_singly(struct gather *gather, const struct stretch *stretches,
			size_t n, struct gather_piece *pieces)
{
	size_t i;

	gather->singly += n;
	for (i = 0; i < n; i++) {
		const struct stretch *s = &stretches[i];
		struct dm_error *err;

		err = dm_bytes_read_file(s->bytes, s->off, s->data, s->size);
		if (!err)
			hand_out(s, pieces);
		dm_error_destroy(err);
	}
}

/* @returns how many reads the system took, which is not more than @p n. */
static size_t submit(struct gather *gather, struct iocb **calls, size_t n)
{
	size_t done = 0;

	while (done < n) {
		long took = syscall(SYS_io_submit, gather->aio, n - done,
				    calls + done);

		if (took < 0 && errno == EINTR)
			continue;
		if (took <= 0)
			break;
		done += (size_t)took;
	}
	return done;
}

/* All that was submitted must end, for it writes to our memory. */
static void collect(struct gather *gather, size_t n,
		    const struct stretch *stretches,
		    struct gather_piece *pieces)
{
	struct io_event events[GATHER_PIECES];

	while (n) {
		long got = syscall(SYS_io_getevents, gather->aio, n, n, events,
				   NULL);
		long i;

		if (got < 0 && errno == EINTR)
			continue;
		/* Not for what is asked here; ending the context waits too. */
		if (got < 0) {
			syscall(SYS_io_destroy, gather->aio);
			*gather = (struct gather){ .failed = true };
			return;
		}
		for (i = 0; i < got; i++) {
			const struct stretch *s = &stretches[events[i].data];

			if (events[i].res == (int64_t)s->size)
				hand_out(s, pieces);
		}
		n -= (size_t)got;
	}
}

static void read_together(struct gather *gather,
			  const struct stretch *stretches, size_t n,
			  struct gather_piece *pieces)
{
	struct iocb iocbs[GATHER_PIECES], *calls[GATHER_PIECES];
	size_t i;

	memset(iocbs, 0, n * sizeof(*iocbs));
	for (i = 0; i < n; i++) {
		iocbs[i].aio_data = i;
		iocbs[i].aio_lio_opcode = IOCB_CMD_PREAD;
		iocbs[i].aio_fildes = (uint32_t)stretches[i].bytes->fd;
		iocbs[i].aio_buf = (uintptr_t)stretches[i].data;
		iocbs[i].aio_nbytes = stretches[i].size;
		iocbs[i].aio_offset = (int64_t)stretches[i].off;
		calls[i] = &iocbs[i];
	}
	collect(gather, submit(gather, calls, n), stretches, pieces);
}

void dm_sort_unless_sorted(void *v, size_t n, size_t size,
			   int (*cmp)(const void *, const void *))
{
	const char *at = v;
	size_t i;

	for (i = 1; i < n; i++, at += size) {
		if (cmp(at, at + size) > 0) {
			qsort(v, n, size, cmp);
			return;
		}
	}
}

void dm_gather_read(struct gather *gather, struct gather_piece *pieces,
		    size_t n, unsigned char *buffer)
{
	struct stretch stretches[GATHER_PIECES];

	place_pieces(pieces, n);
	dm_sort_unless_sorted(pieces, n, sizeof(*pieces), piece_cmp);
	n = join_pieces(pieces, n, buffer, stretches);
	if (!n)
		return;
	ask_disk(gather, stretches, n);
	/* One call to submit and one to collect; for less, not worth it. */
	if (n > 2 && get_ready(gather))
		read_together(gather, stretches, n, pieces);
	else
		read_singly(gather, stretches, n, pieces);
}
