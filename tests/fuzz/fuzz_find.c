// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel's image and the tables that map it and RAM, in 32 pages, with edits:
 * what is found there, and how far its addresses are off.
 */
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel.h"
#include "directmap/find.h"
#include "fuzz.h"

#define PAGE  4096
#define PAGES 32
#define BASE  UINT64_C(0x40200000)
/* Pages of the image: the header, text, read-only data, and tables. */
#define HEADER 0
#define STEXT  16
#define RODATA 17
#define ROOT   18
#define LINEAR 19
#define UPPER  20
#define PTES   21
/* 39 bits: the linear map begins with entry 0 of the root, the rest with 256. */
#define TABLE	 3
#define BLOCK	 0x60000000000701u
#define DATA	 0x60000000000703u
#define TEXT	 0x40000000000783u
#define IMAGE_AT 64

struct memory {
	struct dm_source source;
	uint8_t bytes[PAGES * PAGE];
	uint64_t base; /* PA */
};

static struct dm_error *memory_read(struct dm_source *source, uint64_t pa,
				    void *buf, size_t size,
				    enum dm_content content)
{
	const struct memory *m = (struct memory *)source;

	(void)content;
	if (pa < m->base || size > sizeof(m->bytes) ||
	    pa - m->base > sizeof(m->bytes) - size)
		return dm_error_create(DM_ERROR_ABSENT, "not there");
	memcpy(buf, m->bytes + (pa - m->base), size);
	return NULL;
}

/* Nobody is to ask: what is found is its own. */
static struct dm_error *memory_vmcoreinfo(struct dm_source *source,
					  const char **text, size_t *size)
{
	(void)source;
	*text = NULL;
	*size = 0;
	return dm_error_create(DM_ERROR_BAD_DUMP, "none");
}

static const struct dm_source_ops memory_ops = {
	.read = memory_read,
	.vmcoreinfo = memory_vmcoreinfo,
};

static void put(struct memory *m, size_t page, size_t index, uint64_t value)
{
	memcpy(m->bytes + page * PAGE + index * 8, &value, sizeof(value));
}

static void make(struct memory *m)
{
	size_t i;

	memset(m, 0, sizeof(*m));
	m->source.ops = &memory_ops;
	m->base = BASE;
	put(m, HEADER, 2, PAGES * PAGE);
	put(m, HEADER, 3, 2);
	memcpy(m->bytes + 56, "ARMd", 4);
	strcpy((char *)m->bytes + RODATA * PAGE + 40,
	       "Linux version 6.1.2-phone (a@b) #1");
	put(m, ROOT, 0, (BASE + LINEAR * PAGE) | TABLE);
	put(m, ROOT, 256, (BASE + UPPER * PAGE) | TABLE);
	put(m, LINEAR, 1, BASE | BLOCK);
	put(m, UPPER, IMAGE_AT, (BASE + PTES * PAGE) | TABLE);
	for (i = STEXT; i < PAGES; i++)
		put(m, PTES, i, (BASE + i * PAGE) | (i == STEXT ? TEXT : DATA));
}

/* What was found holds by the tables, and goes through the text unchanged. */
static void check(struct memory *m, const struct dm_kernel_facts *facts)
{
	char *text;
	size_t size;

	fuzz_check(facts->pgd >= m->base);
	fuzz_check(strlen(facts->release) < DM_RELEASE_MAX);
	fuzz_no_error(dm_kernel_facts_prove(&m->source, facts));
	if (!fuzz_no_error(dm_kernel_facts_text(facts, &text, &size)))
		return;
	fuzz_check(size && text[size - 1] == '\n');
	free(text);
}

static void run(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	static const uint16_t shifts[] = { 0, 0, 2, 64 };
	struct dm_kernel_facts facts;
	uint64_t off;
	struct memory *m = malloc(sizeof(*m));
	unsigned int choice;

	if (!m)
		abort();
	make(m);
	choice = (unsigned int)fuzz_take(&in, 1);
	m->base += (uint64_t)shifts[choice & 3] << 20;
	fuzz_edit(&in, m->bytes, sizeof(m->bytes));
	if (fuzz_no_error(dm_kernel_find(&m->source, m->base, NULL, &facts)))
		check(m, &facts);
	else
		fuzz_check(!facts.lines && !facts.pgd);
	dm_kernel_facts_deinit(&facts);
	if (choice & 2 && fuzz_no_error(dm_kernel_find_shift(
				  &m->source, 0, m->base, NULL, &off)))
		fuzz_check(off && !(off & 0x1fffff));
	free(m);
}

static void seeds(fuzz_put put_seed, void *arg)
{
	uint8_t choice;

	for (choice = 0; choice < 4; choice++) {
		uint8_t edit[] = { choice, 2, 0, 0x20, 1, 3, 0, 1, 0,
				   1,	   2, 3, 4,    5, 6, 7, 8 };

		put_seed(arg, &choice, 1);
		put_seed(arg, edit, sizeof(edit));
	}
}

const struct fuzz_target fuzz_find = {
	.name = "find",
	.run = run,
	.seeds = seeds,
	.max_size = 1024,
};
