// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many pieces of a file at once: before it pays to have the system take them
 * together, and after.
 */
#include <linux/aio_abi.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dump/gather.h"
#include "suite.h"

#define FILE_SIZE (8u << 20)
/* So far apart that none joins its neighbour. */
#define STEP (FILE_SIZE / GATHER_PIECES)
#define SIZE 700
/* So many groups that it pays, twice gather.c's WORTH_IT. */
#define GROUPS (2 * 16384 / GATHER_PIECES)

struct test {
	char path[32];
	struct bytes bytes;
	struct gather gather;
	struct gather_piece pieces[GATHER_PIECES];
	unsigned char *buffer;
};

/* Tells from where in the file it is. */
static unsigned char byte_at(uint64_t off)
{
	return (unsigned char)(off * 0x9e3779b97f4a7c15 >> 56);
}

static void test_init(struct test *t)
{
	unsigned char *data = malloc(FILE_SIZE);
	size_t i;
	int fd;

	*t = (struct test){ .path = "/tmp/test_gather.XXXXXX" };
	fd = mkstemp(t->path);
	CU_ASSERT_FATAL(fd >= 0 && data);
	for (i = 0; i < FILE_SIZE; i++)
		data[i] = byte_at(i);
	CU_ASSERT_EQUAL(write(fd, data, FILE_SIZE), FILE_SIZE);
	close(fd);
	free(data);
	suite_no_error(dm_bytes_open(&t->bytes, t->path, NULL, NULL));
	t->buffer = malloc(GATHER_BYTES);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->buffer);
}

static void test_deinit(struct test *t)
{
	dm_gather_deinit(&t->gather);
	dm_bytes_close(&t->bytes);
	unlink(t->path);
	free(t->buffer);
}

static bool piece_is_right(const struct gather_piece *p)
{
	size_t i;

	for (i = 0; p->data && i < p->size; i++) {
		if (p->data[i] != byte_at(p->off + i))
			return false;
	}
	return p->data;
}

/* Pieces in no order; @first moves with the group. */
static void ask(struct test *t, size_t first)
{
	size_t i;

	for (i = 0; i < GATHER_PIECES; i++)
		t->pieces[i] = (struct gather_piece){
			.bytes = &t->bytes,
			.off = i * 77 % GATHER_PIECES * STEP + first,
			.size = SIZE,
			.tag = (uint32_t)i,
		};
	dm_gather_read(&t->gather, t->pieces, GATHER_PIECES, t->buffer);
}

static size_t count_right(const struct test *t)
{
	size_t i, n = 0;

	for (i = 0; i < GATHER_PIECES; i++)
		n += piece_is_right(&t->pieces[i]) &&
		     t->pieces[i].off % STEP == t->pieces[0].off % STEP;
	return n;
}

static bool system_takes_many(void)
{
	aio_context_t aio = 0;

	if (syscall(SYS_io_setup, 1, &aio))
		return false;
	syscall(SYS_io_destroy, aio);
	return true;
}

static void test_many(void)
{
	struct test t;
	size_t i;

	test_init(&t);
	ask(&t, 0);
	CU_ASSERT_EQUAL(count_right(&t), GATHER_PIECES);
	CU_ASSERT_FALSE(t.gather.ready);
	for (i = 1; i < GROUPS; i++) {
		ask(&t, i * 100);
		CU_ASSERT_EQUAL(count_right(&t), GATHER_PIECES);
	}
	CU_ASSERT_EQUAL(t.gather.ready, system_takes_many());
	test_deinit(&t);
}

/* One that ended is there for the next, which need not wait until it pays. */
static void test_used_again(void)
{
	struct test t;

	if (!system_takes_many())
		return;
	test_init(&t);
	ask(&t, 0);
	CU_ASSERT_EQUAL(count_right(&t), GATHER_PIECES);
	CU_ASSERT_TRUE(t.gather.ready);
	test_deinit(&t);
}

/* What is not there is left out, and the rest is read. */
static void test_beyond(void)
{
	struct test t;
	size_t i;

	test_init(&t);
	CU_ASSERT_EQUAL(truncate(t.path, FILE_SIZE / 2), 0);
	for (i = 0; i < 2; i++) {
		ask(&t, 0);
		CU_ASSERT_EQUAL(count_right(&t), GATHER_PIECES / 2);
		/* The other way of reading. */
		dm_gather_deinit(&t.gather);
		t.gather.failed = true;
	}
	test_deinit(&t);
}

/* Neighbours and pieces that overlap come from one read. */
static void test_joined(void)
{
	struct test t;
	size_t i;

	test_init(&t);
	for (i = 0; i < GATHER_PIECES; i++)
		t.pieces[i] = (struct gather_piece){
			.bytes = &t.bytes,
			.off = 5000 + i * 300,
			.size = SIZE,
		};
	dm_gather_read(&t.gather, t.pieces, GATHER_PIECES, t.buffer);
	for (i = 0; i < GATHER_PIECES; i++) {
		CU_ASSERT(piece_is_right(&t.pieces[i]));
		CU_ASSERT_EQUAL(t.pieces[i].off, 5000 + i * 300);
	}
	test_deinit(&t);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "many, one by one and then together", test_many },
		{ "a context is used again", test_used_again },
		{ "beyond the end", test_beyond },
		{ "joined", test_joined },
		CU_TEST_INFO_NULL,
	};

	return suite_run("gather", tests);
}
