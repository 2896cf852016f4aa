// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hashes a dump's files, whole or by samples, which memory their ranges were, and
 * the map into an id of their content.
 */
#include <fcntl.h>
#include <sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content_id.h"
#include "directmap/array.h"
#include "directmap/dump.h"

/*
 * Up to this size a file is read whole: archives of extracts hold many that
 * differ in a single page. Larger ones are told apart by their headers (time
 * of the crash, KASLR offset in VMCOREINFO), their end, samples, and the map.
 */
#define WHOLE	(16u << 20)
#define EDGE	(1u << 20)
#define SAMPLE	(16u << 10)
#define SAMPLES 256
/* Read at once: it fits a core's cache, and takes few pages. */
#define BUFFER (64u << 10)

static void add_text(SHA2_CTX *s, const char *text)
{
	SHA256Update(s, (const uint8_t *)text, strlen(text));
}

static bool add_range(SHA2_CTX *s, int fd, uint64_t off, uint64_t size,
		      char *buf)
{
	while (size) {
		size_t want = size < BUFFER ? size : BUFFER;
		ssize_t n = pread(fd, buf, want, (off_t)off);

		if (n <= 0)
			return false;
		SHA256Update(s, (const uint8_t *)buf, (size_t)n);
		off += (uint64_t)n;
		size -= (uint64_t)n;
	}
	return true;
}

static bool add_samples(SHA2_CTX *s, int fd, uint64_t size, char *buf)
{
	uint64_t step = (size - 2 * EDGE) / SAMPLES;
	unsigned int i;

	if (!add_range(s, fd, 0, EDGE, buf) ||
	    !add_range(s, fd, size - EDGE, EDGE, buf))
		return false;
	for (i = 0; i < SAMPLES; i++) {
		if (!add_range(s, fd, EDGE + i * step, SAMPLE, buf))
			return false;
	}
	return true;
}

static bool add_file(SHA2_CTX *s, const char *path, bool *whole)
{
	char *buf = malloc(BUFFER);
	struct stat st;
	bool ok = false;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && buf && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    strncmp(path, "/proc/", 6) != 0) {
		uint64_t size = (uint64_t)st.st_size;
		char text[32];

		/* The size goes in first: it tells most apart by itself. */
		snprintf(text, sizeof(text), "%llu\n",
			 (unsigned long long)size);
		add_text(s, text);
		*whole = *whole && size <= WHOLE;
		ok = size <= WHOLE ? add_range(s, fd, 0, size, buf)
				   : add_samples(s, fd, size, buf);
	}
	if (fd >= 0)
		close(fd);
	free(buf);
	return ok;
}

/* The same on every machine. */
static void add_numbers(SHA2_CTX *s, const uint64_t *numbers, size_t count)
{
	unsigned char bytes[8];
	size_t i, at;

	for (i = 0; i < count; i++) {
		for (at = 0; at < sizeof(bytes); at++)
			bytes[at] = (unsigned char)(numbers[i] >> (at * 8));
		SHA256Update(s, bytes, sizeof(bytes));
	}
}

static void to_hex(const unsigned char *digest, char id[CONTENT_ID_MAX])
{
	size_t i;

	for (i = 0; i < CONTENT_ID_MAX / 2; i++)
		snprintf(id + 2 * i, 3, "%02x", digest[i]);
}

static int digest_cmp(const void *a, const void *b)
{
	return memcmp(a, b, SHA256_DIGEST_LENGTH);
}

typedef unsigned char digest_t[SHA256_DIGEST_LENGTH];

static bool digest_files(char *const *paths, size_t count, digest_t *digests,
			 bool *whole)
{
	SHA2_CTX s;
	size_t i;

	for (i = 0; i < count; i++) {
		SHA256Init(&s);
		if (!add_file(&s, paths[i], whole))
			return false;
		SHA256Final(digests[i], &s);
	}
	return true;
}

/* What a range has of the file, and which memory that was. */
static bool digest_range(const struct dm_dump_image *range, const digest_t file,
			 digest_t digest)
{
	uint64_t numbers[] = { range->pa, range->offset, range->size };
	struct stat st;
	SHA2_CTX s;

	if (!range->size) {
		if (stat(range->path, &st))
			return false;
		numbers[2] = (uint64_t)st.st_size - range->offset;
	}
	SHA256Init(&s);
	SHA256Update(&s, file, SHA256_DIGEST_LENGTH);
	add_numbers(&s, numbers, sizeof(numbers) / sizeof(*numbers));
	SHA256Final(digest, &s);
	return true;
}

/* Behind the digests of the @count files. */
static bool digest_ranges(char *const *paths, size_t count,
			  const struct content_ranges *ranges,
			  digest_t *digests)
{
	size_t i, file;

	for (i = 0; i < ranges->count; i++) {
		for (file = 0; file < count; file++) {
			if (!strcmp(ranges->v[i].path, paths[file]))
				break;
		}
		if (file == count || !digest_range(&ranges->v[i], digests[file],
						   digests[count + i]))
			return false;
	}
	return true;
}

/* The digest of all, in any order, in the first. */
static void join_digests(digest_t *digests, size_t count)
{
	SHA2_CTX s;

	if (count < 2)
		return;
	qsort(digests, count, sizeof(*digests), digest_cmp);
	SHA256Init(&s);
	SHA256Update(&s, digests[0], count * sizeof(*digests));
	SHA256Final(digests[0], &s);
}

bool content_id(char *const *paths, size_t count,
		const struct content_ranges *ranges, char id[CONTENT_ID_MAX],
		bool *whole)
{
	digest_t *digests = calloc(count + ranges->count, sizeof(*digests));
	bool ok;

	*id = '\0';
	*whole = true;
	ok = digests && digest_files(paths, count, digests, whole) &&
	     digest_ranges(paths, count, ranges, digests);
	if (ok) {
		join_digests(digests, count + ranges->count);
		to_hex(digests[0], id);
	}
	free(digests);
	return ok;
}

/* ---- Ranges -------------------------------------------------------------- */

static struct dm_error *add_range_of(void *arg,
				     const struct dm_dump_image *range)
{
	struct content_ranges *ranges = arg;
	struct dm_dump_image *to;
	struct dm_error *err;

	err = dm_array_reserve(&ranges->v, &ranges->capacity, ranges->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	to = &ranges->v[ranges->count];
	*to = *range;
	to->path = strdup(range->path);
	if (!to->path)
		return dm_error_no_memory();
	ranges->count++;
	return NULL;
}

struct dm_error *content_ranges_add(struct content_ranges *ranges,
				    const char *path)
{
	return dm_dump_each_range(path, add_range_of, ranges);
}

void content_ranges_deinit(struct content_ranges *ranges)
{
	size_t i;

	for (i = 0; i < ranges->count; i++)
		free((char *)ranges->v[i].path);
	free(ranges->v);
	*ranges = (struct content_ranges){ 0 };
}

/* ---- The map ------------------------------------------------------------- */

static struct dm_error *add_run(void *arg, const struct dm_run *run)
{
	const uint64_t numbers[] = { run->start, run->size, run->pa,
				     run->attrs, run->leaf, run->valid };

	add_numbers(arg, numbers, sizeof(numbers) / sizeof(*numbers));
	return NULL;
}

static struct dm_error *pass_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	(void)arg;
	(void)unknown;
	return NULL;
}

/* All of the map, also where the session's own walk was told to stop early. */
static struct dm_error *each_run(struct dm_session *session, dm_run_fn fn,
				 void *arg)
{
	struct dm_source *source = dm_session_source(session);
	const struct dm_usage *usage;
	struct dm_error *err;

	err = dm_session_usage(session, &usage);
	if (err)
		return err;
	if (!usage->stopped)
		return dm_session_runs(session, NULL, fn, pass_unknown, arg);
	err = dm_session_create(source, NULL, &session);
	if (!err)
		err = dm_session_stream(session, NULL, fn, pass_unknown, arg,
					NULL);
	dm_session_destroy(session);
	return err;
}

struct dm_error *content_id_add_map(char id[CONTENT_ID_MAX],
				    struct dm_session *session)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct dm_error *err;
	SHA2_CTX s;

	SHA256Init(&s);
	add_text(&s, id);
	err = each_run(session, add_run, &s);
	if (err)
		return err;
	SHA256Final(digest, &s);
	to_hex(digest, id);
	return NULL;
}

void content_id_text(const char *text, char id[CONTENT_ID_MAX])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX s;

	SHA256Init(&s);
	add_text(&s, text);
	SHA256Final(digest, &s);
	to_hex(digest, id);
}
