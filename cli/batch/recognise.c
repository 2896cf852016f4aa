// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells dumps from other files by their first bytes, and finds the parts of a
 * split set.
 */
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sha2.h>
#include <unistd.h>

#include "directmap/dump.h"
#include "files.h"
#include "recognise.h"

#define HEAD_SIZE 512
/* Of struct disk_dump_header: all of it is the same in each part of a set. */
#define KDUMP_HEADER_SIZE 464

/* LKCD, dump.h: DUMP_MAGIC_NUMBER, of a little-endian machine */
#define LKCD_MAGIC "\xed\x23\x8f\x61\x73\x01\x19\xa8"

static size_t read_head(const char *path, unsigned char *head)
{
	ssize_t n = -1;
	struct stat st;
	int fd;

	/* Never waits for a FIFO's other end. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 &&
	    (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)))
		n = read(fd, head, HEAD_SIZE);
	if (fd >= 0)
		close(fd);
	return n > 0 ? (size_t)n : 0;
}

static bool is_core(const unsigned char *head, size_t size)
{
	/* e_type, of either byte order, is ET_CORE. */
	return size >= 18 &&
	       !memcmp(head,
		       "\x7f"
		       "ELF",
		       4) &&
	       ((head[16] == 4 && !head[17]) || (!head[16] && head[17] == 4));
}

static bool is_elf(const unsigned char *head, size_t size)
{
	return size >= 4 && !memcmp(head,
				    "\x7f"
				    "ELF",
				    4);
}

static bool is_text(const unsigned char *head, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (head[i] < ' ' && !strchr("\t\n\r\f\033", head[i]))
			return false;
		if (!head[i])
			return false;
	}
	/* Less may be the beginning of a magic. */
	return size >= 16;
}

/* A dump whose beginning is lost, or that is packed, still has its name. */
static bool named_like_one(const char *path)
{
	const char *base = strrchr(path, '/'), *dot;

	base = base ? base + 1 : path;
	if (strcasestr(base, "vmcore") || strcasestr(base, "kdump"))
		return true;
	dot = strrchr(base, '.');
	return dot && (!strcasecmp(dot, ".dump") || !strcasecmp(dot, ".core"));
}

static void look_for_set(struct recognised *r, const char *path,
			 const unsigned char *head, size_t size)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct dm_error *err;
	SHA2_CTX s;
	size_t i;

	err = dm_dump_part(path, &r->part, &r->start_pfn);
	dm_error_destroy(err);
	if (err || !r->part)
		return;
	SHA256Init(&s);
	SHA256Update(&s, head,
		     size < KDUMP_HEADER_SIZE ? size : KDUMP_HEADER_SIZE);
	SHA256Final(digest, &s);
	for (i = 0; i < CONTENT_ID_MAX - 1; i++)
		r->set[i] =
			"0123456789abcdef"[digest[i / 2] >> (i % 2 ? 0 : 4) &
					   15];
}

/* A text that says where images of RAM were, right or wrong. */
static bool describes_images(const char *path, const unsigned char *head,
			     size_t size)
{
	struct cli_files files = { 0 };
	struct dm_error *err;
	const char *text;
	bool does;

	if (!is_text(head, size))
		return false;
	err = cli_files_add_dump(&files, path);
	text = cli_files_text(&files, path);
	does = err ? err->code == DM_ERROR_BAD_DUMP
		   : text && !strcmp(text, path);
	dm_error_destroy(err);
	cli_files_deinit(&files);
	return does;
}

void recognise(struct recognised *r, const char *path)
{
	unsigned char head[HEAD_SIZE];
	size_t size = read_head(path, head);

	*r = (struct recognised){ 0 };
	if (size >= 8 && !memcmp(head, "KDUMP   ", 8)) {
		r->dump = true;
		look_for_set(r, path, head, size);
		return;
	}
	r->dump = is_core(head, size) ||
		  (size >= 8 && !memcmp(head, "DISKDUMP", 8)) ||
		  (size >= 8 && !memcmp(head, LKCD_MAGIC, 8)) ||
		  (size >= 8 && !memcmp(head, "sadump\0\0", 8)) ||
		  (size >= 16 && !memcmp(head, "makedumpfile", 13)) ||
		  (size >= 32 && !memcmp(head, "EMiL", 4)) ||
		  (size >= 32 && !memcmp(head, "AVML", 4)) ||
		  (named_like_one(path) && !is_text(head, size) &&
		   !is_elf(head, size));
	r->own = dm_dump_is_ram_text(head, size);
	r->text = r->own || (!r->dump && describes_images(path, head, size));
	r->dump = r->dump || r->text;
}
