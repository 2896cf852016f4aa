// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes VMCOREINFO from where the user says: an address, or a file. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/find.h"
#include "dump/dump_private.h"
#include "dump/kernel_image.h"
#include "directmap/number.h"
#include "dump/vmcoreinfo_text.h"
#include "util/vmcoreinfo_note.h"

/* ---- From outside ------------------------------------------------------- */

static struct dm_error *useless(const char *path, const char *why)
{
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"%s: %s; --vmcoreinfo takes its text, a note of it, or @ and a physical address",
		path, why);
}

/* All of the file, ended by a NUL. */
static struct dm_error *read_file(const char *path, char *text, size_t max,
				  size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "%s: %s",
				       path, strerror(errno));
	*size = 0;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
		while (*size < max &&
		       (n = read(fd, text + *size, max - *size)) > 0)
			*size += (size_t)n;
	}
	close(fd);
	if (n < 0)
		return useless(path, "cannot be read as a file");
	if (*size == max)
		return useless(path, "too large for VMCOREINFO");
	text[*size] = '\0';
	return NULL;
}

/* As eu-readelf -n and crash print it: its lines behind blanks, among others. */
static size_t take_lines(char *text)
{
	char *from = strstr(text, VMCOREINFO_FIRST_LINE), *to = text;

	while (from && *from) {
		size_t line;

		from += strspn(from, " \t");
		line = strcspn(from, "\r\n");
		if (!memchr(from, '=', line))
			break;
		memmove(to, from, line);
		to += line;
		*to++ = '\n';
		from += line;
		from += strspn(from, "\r\n");
	}
	return (size_t)(to - text);
}

/* /sys/kernel/vmcoreinfo: where the kernel has its note, and the size. */
static bool is_place(const char *text, uint64_t *pa)
{
	if (strncmp(text, "0x", 2) != 0)
		return false;
	text += 2;
	return dm_number_digits(&text, 16, pa) && *text == ' ' &&
	       isxdigit((unsigned char)text[1]);
}

/* Of a kernel's image: then there may be one without VMCOREINFO. */
static bool has_mark(struct dm_dump *dump, uint64_t pa)
{
	struct dm_source *source = &dump->view.source;
	unsigned char front[DM_KERNEL_MARK_SIZE];
	struct dm_error *err = source->ops->read(
		source, pa, front, sizeof(front), DM_CONTENT_SEARCH);
	bool has = !err && dm_kernel_mark(front) != DM_KERNEL_MARK_NONE;

	dm_error_destroy(err);
	return has;
}

static struct dm_error *take_pa(struct dm_dump *dump, uint64_t pa,
				const struct dm_dump_options *options)
{
	struct dm_find_limits limits = {
		.struct_size = sizeof(limits),
		.tables = DM_FIND_TABLES,
		.stop = options->stop,
		.arg = options->arg,
	};
	struct dm_error *err;

	dump->info.vmcoreinfo_from = DM_DUMP_VMCOREINFO_RAM;
	dump->info.vmcoreinfo_pa = pa;
	err = dm_vmcoreinfo_read(&dump->view.source, pa, &dump->vmcoreinfo,
				 &dump->vmcoreinfo_size);
	if (err && !dm_error_is_fatal(err) && has_mark(dump, pa)) {
		dm_error_destroy(err);
		dump->info.vmcoreinfo_from = DM_DUMP_VMCOREINFO_IMAGE;
		err = dm_image_read(dump, pa, &limits, &dump->vmcoreinfo,
				    &dump->vmcoreinfo_size);
	}
	if (err && dm_error_is_fatal(err))
		return err;
	if (err)
		return dm_error_recode(
			dm_error_prefix(err, "%s: --vmcoreinfo @0x%llx",
					dump->files[0].path,
					(unsigned long long)pa),
			DM_ERROR_BAD_DUMP);
	return NULL;
}

/* The lines of VMCOREINFO in what a file has, at the front of it. */
static struct dm_error *parse_file(const char *path, char *text, size_t *size)
{
	size_t note = dm_note_text_size((unsigned char *)text, *size);
	struct dm_error *err;

	if (note) {
		if (note > *size - VMCOREINFO_NOTE_HEADER)
			note = *size - VMCOREINFO_NOTE_HEADER;
		memmove(text, text + VMCOREINFO_NOTE_HEADER, note);
		text[note] = '\0';
	}
	*size = take_lines(text);
	if (!*size)
		return useless(path, "no VMCOREINFO in it");
	err = dm_vmcoreinfo_check(text, *size);
	return err ? dm_error_recode(dm_error_prefix(err, "%s", path),
				     DM_ERROR_INVALID_ARGUMENT)
		   : NULL;
}

static struct dm_error *take_file(struct dm_dump *dump, const char *path,
				  const struct dm_dump_options *options)
{
	/* With what a program prints around it. */
	size_t max = 4 * VMCOREINFO_MAX, size;
	char *text = malloc(max + 1);
	struct dm_error *err;
	bool place = false;
	uint64_t pa = 0;

	if (!text)
		return dm_error_no_memory();
	err = read_file(path, text, max, &size);
	if (!err)
		place = is_place(text, &pa);
	if (!err && !place)
		err = parse_file(path, text, &size);
	if (err || place) {
		free(text);
		return err ? err : take_pa(dump, pa, options);
	}
	dump->vmcoreinfo = text;
	dump->vmcoreinfo_size = size;
	dump->info.vmcoreinfo_from = DM_DUMP_VMCOREINFO_FILE;
	dump->info.vmcoreinfo_file = path;
	return NULL;
}

struct dm_error *dm_vmcoreinfo_given(struct dm_dump *dump, const char *given,
				     const struct dm_dump_options *options)
{
	uint64_t pa;

	dump->info.vmcoreinfo_given = true;
	if (*given != '@')
		return take_file(dump, given, options);
	if (!dm_number_parse(given + 1, &pa))
		return useless(given, "no physical address");
	return take_pa(dump, pa, options);
}
