// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Do reads of one open /proc/kcore mix each other's data? On a running kernel, as
 * root: see docs/upstream.md. Threads read pages of the kernel's text, which stay as
 * they are, first through one descriptor, then each through its own.
 */
#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define PAGES	64
#define PAGE	4096
#define READS	3000

static off_t offsets[PAGES];
static unsigned char expected[PAGES][PAGE];
static int shared_fd;
static bool share;

struct reader {
	pthread_t thread;
	unsigned int number;
	unsigned long reads, wrong;
};

static void *read_pages(void *arg)
{
	struct reader *r = arg;
	unsigned char page[PAGE];
	int fd = share ? shared_fd : open("/proc/kcore", O_RDONLY);
	unsigned int i;

	for (i = 0; i < READS; i++) {
		unsigned int n = (i * 7 + r->number * 13) % PAGES;

		if (pread(fd, page, PAGE, offsets[n]) != PAGE)
			continue;
		r->reads++;
		r->wrong += memcmp(page, expected[n], PAGE) != 0;
	}
	if (!share)
		close(fd);
	return NULL;
}

/* The first text symbol, by /proc/kallsyms; 0: hidden. */
static uint64_t text_va(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], *end;
	uint64_t va = 0;

	while (file && !va && fgets(line, sizeof(line), file)) {
		if (strstr(line, " _stext\n"))
			va = strtoull(line, &end, 16);
	}
	if (file)
		fclose(file);
	return va;
}

/* Where the file has that address; 0: nowhere. */
static off_t offset_of(uint64_t va)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	unsigned int i;

	if (pread(shared_fd, &header, sizeof(header), 0) != sizeof(header))
		return 0;
	for (i = 0; i < header.e_phnum; i++) {
		off_t at = (off_t)(header.e_phoff + i * sizeof(segment));

		if (pread(shared_fd, &segment, sizeof(segment), at) ==
			    sizeof(segment) &&
		    va >= segment.p_vaddr &&
		    va - segment.p_vaddr < segment.p_filesz)
			return (off_t)(segment.p_offset + va - segment.p_vaddr);
	}
	return 0;
}

static void run(const char *how)
{
	struct reader readers[THREADS] = { 0 };
	unsigned long reads = 0, wrong = 0;
	unsigned int i;

	for (i = 0; i < THREADS; i++) {
		readers[i].number = i;
		if (pthread_create(&readers[i].thread, NULL, read_pages,
				   &readers[i]))
			exit(2);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(readers[i].thread, NULL);
		reads += readers[i].reads;
		wrong += readers[i].wrong;
	}
	printf("%s: %lu reads by %d threads, %lu with another page's data\n",
	       how, reads, THREADS, wrong);
}

int main(void)
{
	uint64_t va = text_va();
	off_t first;
	unsigned int i;

	shared_fd = open("/proc/kcore", O_RDONLY);
	first = shared_fd < 0 || !va ? 0 : offset_of(va);
	if (!first) {
		fprintf(stderr, "/proc/kcore or _stext cannot be read\n");
		return 2;
	}
	for (i = 0; i < PAGES; i++) {
		offsets[i] = first + (off_t)i * PAGE * 4;
		if (pread(shared_fd, expected[i], PAGE, offsets[i]) != PAGE)
			return 2;
	}
	share = true;
	run("one descriptor");
	share = false;
	run("one each");
	return 0;
}
