// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything: a file in memory is opened and all views are run. The file is one
 * that the generator made, of a kind that the first byte chooses, with edits;
 * or the input itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/dump.h"
#include "directmap/ptdump.h"
#include "fault/views.h"
#include "fuzz.h"
#include "gen/gen.h"
#include "memory_file.h"

/* Small in the file, and with something of each kind in the tables. */
#define MEMORY                                                                 \
	"ram 0x40000000+64M\n"                                                 \
	"map pa=0x40000000 32M 2M\n"                                           \
	"map pa=0x42000000 2M cont_pte\n"                                      \
	"protect pa=0x40200000 64K ro\n"                                       \
	"protect pa=0x40400000 4K invalid\n"

static const char *const specs[] = {
	("kernel page=4K va=52\n" MEMORY "format elf tight\n"),
	("kernel page=4K va=52\n" MEMORY "format kdump zlib\n"),
	("kernel page=4K va=48\n" MEMORY "format kdump lzo\n"),
	("kernel page=4K va=39\n" MEMORY "format kdump zstd flattened\n"),
	("kernel page=4K va=48\n" MEMORY "format kdump none\n"),
	("kernel page=4K va=48\n" MEMORY "format elf tight flattened\n"),
	("kernel page=16K va=47\nram 0x40000000+64M\n"
	 "map pa=0x40000000 32M 32M\nmap pa=0x42000000 2M pte\n"
	 "format kdump snappy\n"),
	("kernel page=64K va=52/48\nram 0x40000000+64M\n"
	 "map pa=0x40000000 64M 2M\nformat elf tight kcore\n"),
};

#define SPECS (sizeof(specs) / sizeof(specs[0]))

static struct base {
	uint8_t *bytes;
	size_t size;
} bases[SPECS];

static struct memory_file file;

static void make_base(struct base *base, const char *spec)
{
	static char path[64];
	struct stat st;
	FILE *from;
	int fd;

	strcpy(path, "/tmp/fuzz_report.XXXXXX");
	fd = mkstemp(path);
	fuzz_check(fd >= 0);
	fuzz_check(fuzz_no_error(gen_dump(spec, path)));
	close(fd);
	/* The generator may have put another file in its place. */
	fuzz_check(stat(path, &st) == 0);
	base->size = (size_t)st.st_size;
	base->bytes = malloc(base->size);
	if (!base->bytes)
		abort();
	from = fopen(path, "rb");
	fuzz_check(from &&
		   fread(base->bytes, 1, base->size, from) == base->size);
	fclose(from);
	unlink(path);
}

static void free_bases(void)
{
	size_t i;

	for (i = 0; i < SPECS; i++)
		free(bases[i].bytes);
	memory_file_destroy(&file);
}

static void make_bases(void)
{
	size_t i;

	memory_file_create(&file);
	for (i = 0; i < SPECS; i++)
		make_base(&bases[i], specs[i]);
	atexit(free_bases);
}

static void write_edited(const struct base *base, struct fuzz_input *in)
{
	uint8_t *copy = malloc(base->size);

	if (!copy)
		abort();
	memcpy(copy, base->bytes, base->size);
	fuzz_edit(in, copy, base->size);
	memory_file_write(&file, copy, base->size);
	free(copy);
}

/* Lines follow one another without a gap, and what is unknown adds up. */
struct space {
	const struct dm_kernel *kernel;
	uint64_t end, unknown, lines;
	bool begun;
};

static bool no_text(struct dm_sink *sink, const char *text, size_t size)
{
	(void)sink;
	return text && size < SIZE_MAX;
}

static struct dm_error *take_line(void *arg, const struct dm_space_line *line)
{
	struct dm_sink sink = { .write = no_text };
	struct space *s = arg;

	fuzz_check(!s->begun || line->start == s->end);
	fuzz_check(line->end - line->start);
	if (line->state != DM_SPACE_NONE && line->state != DM_SPACE_MAPPED)
		s->unknown += line->end - line->start;
	s->begun = true;
	s->end = line->end;
	s->lines++;
	fuzz_no_error(dm_space_json(s->kernel, line, &sink));
	return dm_space_text(s->kernel, line, &sink);
}

static void walk_space(struct dm_source *source)
{
	struct dm_space_summary summary;
	struct dm_session *session;
	struct space s = { 0 };

	if (!fuzz_no_error(dm_session_create(source, NULL, &session)))
		return;
	s.kernel = dm_session_kernel(session);
	if (fuzz_no_error(dm_session_ptdump(session, NULL, take_line, NULL, &s,
					    &summary))) {
		fuzz_check(!s.end);
		fuzz_check(s.lines == summary.lines);
		fuzz_check(s.unknown == summary.unknown);
	}
	dm_session_destroy(session);
}

static void report(void)
{
	const char *path = file.path;
	struct views *views;
	struct dm_dump *dump;

	if (!fuzz_no_error(dm_dump_open(&path, 1, NULL, &dump)))
		return;
	views = malloc(sizeof(*views));
	if (!views)
		abort();
	views_run(views, dm_dump_source(dump), NULL);
	if (*views->nonsense)
		fuzz_failed(__FILE__, __LINE__, views->nonsense);
	views_deinit(views);
	free(views);
	walk_space(dm_dump_source(dump));
	dm_dump_close(dump);
}

static void run(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	unsigned int choice;

	if (!file.path[0])
		make_bases();
	choice = (unsigned int)fuzz_take(&in, 1);
	if (choice < 0xf0)
		write_edited(&bases[choice % SPECS], &in);
	else
		memory_file_write(&file, in.at, in.left);
	report();
}

static void seeds(fuzz_put put, void *arg)
{
	uint8_t choice;

	for (choice = 0; choice < SPECS; choice++) {
		/* A number in the headers, a bit in the middle. */
		uint8_t edit[] = { choice, 3, 64, 0, 0, 1, 2,  3, 4,
				   5,	   6, 7,  8, 2, 0, 32, 0 };

		put(arg, &choice, 1);
		put(arg, edit, sizeof(edit));
	}
}

const struct fuzz_target fuzz_report = {
	.name = "report",
	.run = run,
	.seeds = seeds,
	.max_size = 65536,
};
