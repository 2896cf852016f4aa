// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What several threads find in a file: all of it, in the order of the file, for
 * any number of them.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "dump/memory_pool.h"
#include "suite.h"

#define SIZE	(UINT64_C(45) << 20)
#define PAGES	(SIZE / MEMORY_PAGE)
#define PA	UINT64_C(0x40000000)
#define THREADS 12

static char path[] = "/tmp/pool-XXXXXX";
static struct bytes bytes;

/* In no order, and none in the hole. */
static bool is_marked(size_t page)
{
	return page * 2654435761u >> 7 & 1 && (page < 5000 || page >= 9000);
}

static bool is(const unsigned char front[MEMORY_FRONT])
{
	return front[0] == 'X' && front[MEMORY_FRONT - 1] == 'Y';
}

struct told {
	size_t next, found, fail_at;
	uint64_t bytes, stop_at;
};

static struct dm_error *found(void *arg, uint64_t pa,
			      const unsigned char front[MEMORY_FRONT])
{
	struct told *t = arg;
	uint32_t page;

	memcpy(&page, front + 8, sizeof(page));
	while (t->next < PAGES && !is_marked(t->next))
		t->next++;
	CU_ASSERT_EQUAL(page, t->next);
	CU_ASSERT_EQUAL(pa, PA + t->next * MEMORY_PAGE);
	t->next++;
	return ++t->found == t->fail_at ? dm_error_no_memory() : NULL;
}

static struct dm_error *told(void *arg, uint64_t size)
{
	struct told *t = arg;

	t->bytes += size;
	return t->stop_at && t->bytes >= t->stop_at
		       ? dm_error_create(DM_ERROR_INTERRUPTED, "stopped")
		       : NULL;
}

static struct dm_error *look(struct told *t, unsigned int threads,
			     uint64_t size)
{
	const struct memory_asked asked = { is, found, told, t };
	struct memory_pool *pool;
	struct dm_error *err;
	uint64_t off, part;

	err = dm_memory_pool_create(threads, &asked, &pool);
	CU_ASSERT_PTR_NULL_FATAL(err);
	for (off = 0; !err && off < size; off += part) {
		part = size - off < MEMORY_PIECE ? size - off : MEMORY_PIECE;
		err = dm_memory_pool_add(pool, &bytes, PA + off, off, part);
	}
	if (!err)
		err = dm_memory_pool_finish(pool);
	dm_memory_pool_destroy(pool);
	return err;
}

static size_t marked(size_t pages)
{
	size_t i, n = 0;

	for (i = 0; i < pages; i++)
		n += is_marked(i);
	return n;
}

static void test_order(void)
{
	unsigned int threads;

	for (threads = 0; threads <= THREADS; threads++) {
		struct told t = { 0 };

		suite_no_error(look(&t, threads, SIZE));
		CU_ASSERT_EQUAL(t.found, marked(PAGES));
		CU_ASSERT_EQUAL(t.bytes, SIZE);
	}
}

/* What was behind that is not told. */
static void test_ended(void)
{
	unsigned int threads;

	for (threads = 1; threads <= THREADS; threads++) {
		struct told fail = { .fail_at = 700 };
		struct told stop = { .stop_at = 3 * MEMORY_PIECE };

		suite_error(look(&fail, threads, SIZE), DM_ERROR_NO_MEMORY, "");
		CU_ASSERT_EQUAL(fail.found, 700);
		suite_error(look(&stop, threads, SIZE), DM_ERROR_INTERRUPTED,
			    "stopped");
		CU_ASSERT_EQUAL(stop.bytes, 3 * MEMORY_PIECE);
		CU_ASSERT_EQUAL(stop.found,
				marked(3 * MEMORY_PIECE / MEMORY_PAGE));
	}
}

/* A file that became shorter: the pages that are there still, to the last. */
static void test_shrunk(void)
{
	unsigned int threads;

	CU_ASSERT_EQUAL_FATAL(truncate(path, 9999 * MEMORY_PAGE + 1000), 0);
	for (threads = 1; threads <= THREADS; threads += 3) {
		struct told t = { 0 };

		suite_no_error(look(&t, threads, SIZE));
		CU_ASSERT_EQUAL(t.found, marked(10000));
		CU_ASSERT_EQUAL(t.bytes, SIZE);
	}
}

static bool write_pages(int fd)
{
	unsigned char page[MEMORY_PAGE] = { 0 };
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		if (i >= 5000 && i < 9000)
			continue;
		page[0] = is_marked(i) ? 'X' : '.';
		page[MEMORY_FRONT - 1] = 'Y';
		memcpy(page + 8, &i, sizeof(i));
		if (pwrite(fd, page, sizeof(page), (off_t)i * MEMORY_PAGE) !=
		    sizeof(page))
			return false;
	}
	return true;
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "the order", test_order },
		{ "ended on the way", test_ended },
		{ "a file that became shorter", test_shrunk },
		CU_TEST_INFO_NULL,
	};
	int fd = mkstemp(path), failed = 1;
	struct dm_error *err;

	if (fd < 0 || !write_pages(fd) || close(fd)) {
		perror(path);
		return 1;
	}
	err = dm_bytes_open(&bytes, path, NULL, NULL);
	if (!err)
		failed = suite_run("threads that look through memory", tests);
	dm_error_destroy(err);
	dm_bytes_close(&bytes);
	unlink(path);
	return failed;
}
