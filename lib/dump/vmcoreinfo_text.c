// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads VMCOREINFO's text at an address, or from a file that the user gives.
 *
 * Two forms: the text (Linux kernel/vmcore_info.c, vmcoreinfo_data: lines, the
 * rest of the page is zeros), and that as an ELF note (vmcoreinfo_note).
 */
#include <ctype.h>
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/text.h"
#include "directmap/find.h"
#include "dump/dump_private.h"
#include "dump/kernel_image.h"
#include "directmap/number.h"
#include "dump/vmcoreinfo_text.h"

/* Its first line since 2.6.24: crash_save_vmcoreinfo_init(). */
#define FIRST_LINE "OSRELEASE="
#define NAME	   "VMCOREINFO"
/* The note's header, and its name filled up to 4 bytes. */
#define NOTE_HEADER (sizeof(Elf64_Nhdr) + 12)
#define PIECE	    4096

static bool begins_text(const void *bytes, size_t size)
{
	return size >= sizeof(FIRST_LINE) - 1 &&
	       !memcmp(bytes, FIRST_LINE, sizeof(FIRST_LINE) - 1);
}

/* The size of the text that follows NOTE_HEADER bytes of it; 0: it is none. */
static size_t note_text(const unsigned char *bytes, size_t size)
{
	Elf64_Nhdr note;

	if (size < NOTE_HEADER)
		return 0;
	memcpy(&note, bytes, sizeof(note));
	if (le32toh(note.n_namesz) != sizeof(NAME) ||
	    memcmp(bytes + sizeof(note), NAME, sizeof(NAME)) != 0 ||
	    le32toh(note.n_descsz) > VMCOREINFO_MAX)
		return 0;
	return le32toh(note.n_descsz);
}

bool dm_vmcoreinfo_begins(const unsigned char *bytes, size_t size)
{
	/* Almost all that is looked at ends here. */
	if (*bytes == *FIRST_LINE)
		return begins_text(bytes, size);
	return *bytes == sizeof(NAME) && note_text(bytes, size) &&
	       begins_text(bytes + NOTE_HEADER, size - NOTE_HEADER);
}

/* ---- A text ------------------------------------------------------------- */

static struct dm_error *damaged(const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP, "%s", what);
}

/* Lines of printable characters, all of them ended. */
static struct dm_error *check_text(const char *text, size_t size)
{
	size_t i;

	if (!begins_text(text, size))
		return damaged("no VMCOREINFO, which begins with OSRELEASE=");
	for (i = 0; i < size; i++) {
		if (text[i] != '\n' && !dm_ascii_is_printable(text[i]))
			return damaged("its text is damaged: not all of it is "
				       "printable");
	}
	return text[size - 1] == '\n'
		       ? NULL
		       : damaged("its text is damaged: its end is missing");
}

/*
 * What does not fit its page is cut (vmcoreinfo_append_str()): then there is no
 * NUL, other memory follows, and the last line is not whole.
 */
static size_t whole_lines(const char *text, size_t size)
{
	size_t n = 0;

	while (n < size && (text[n] == '\n' || dm_ascii_is_printable(text[n])))
		n++;
	if (n < size)
		n -= n % PIECE;
	if (!n || n % PIECE)
		return size;
	while (n && text[n - 1] != '\n')
		n--;
	return n ? n : size;
}

/* Up to a NUL, or @max bytes. */
static struct dm_error *read_pieces(struct dm_dump *dump, uint64_t pa,
				    size_t max, char *text, size_t *size)
{
	struct dm_source *source = &dump->view.source;
	struct dm_error *err;
	size_t have, part, n;

	*size = 0;
	for (have = 0; have < max; have += part) {
		part = PIECE - (size_t)((pa + have) % PIECE);
		if (part > max - have)
			part = max - have;
		err = source->ops->read(source, pa + have, text + have, part,
					DM_CONTENT_SEARCH);
		/* Its page may be the last one that is there. */
		if (err && !dm_error_is_fatal(err) && have &&
		    (pa + have) % PIECE == 0) {
			dm_error_destroy(err);
			break;
		}
		if (err)
			return dm_error_prefix(err, "its text");
		n = strnlen(text + have, part);
		*size = have + n;
		if (n < part)
			break;
	}
	return NULL;
}

struct dm_error *dm_vmcoreinfo_read_pa(struct dm_dump *dump, uint64_t pa,
				       char **ret, size_t *size)
{
	struct dm_source *source = &dump->view.source;
	unsigned char head[NOTE_HEADER];
	char *text = malloc(VMCOREINFO_MAX);
	size_t max = VMCOREINFO_MAX, note;
	struct dm_error *err;

	if (!text)
		return dm_error_no_memory();
	err = source->ops->read(source, pa, head, sizeof(head),
				DM_CONTENT_SEARCH);
	note = err ? 0 : note_text(head, sizeof(head));
	if (note) {
		pa += NOTE_HEADER;
		max = note;
	}
	if (!err)
		err = read_pieces(dump, pa, max, text, size);
	if (!err) {
		*size = whole_lines(text, *size);
		err = check_text(text, *size);
	}
	if (err) {
		free(text);
		return err;
	}
	*ret = text;
	return NULL;
}

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
	char *from = strstr(text, FIRST_LINE), *to = text;

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

static struct dm_error *take_pa(struct dm_dump *dump, uint64_t pa)
{
	struct dm_error *err;

	dump->info.vmcoreinfo_from = DM_DUMP_VMCOREINFO_RAM;
	dump->info.vmcoreinfo_pa = pa;
	err = dm_vmcoreinfo_read_pa(dump, pa, &dump->vmcoreinfo,
				    &dump->vmcoreinfo_size);
	if (err && !dm_error_is_fatal(err) && has_mark(dump, pa)) {
		dm_error_destroy(err);
		dump->info.vmcoreinfo_from = DM_DUMP_VMCOREINFO_IMAGE;
		err = dm_image_read(dump, pa, &dump->vmcoreinfo,
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
	size_t note = note_text((unsigned char *)text, *size);
	struct dm_error *err;

	if (note) {
		if (note > *size - NOTE_HEADER)
			note = *size - NOTE_HEADER;
		memmove(text, text + NOTE_HEADER, note);
		text[note] = '\0';
	}
	*size = take_lines(text);
	if (!*size)
		return useless(path, "no VMCOREINFO in it");
	err = check_text(text, *size);
	return err ? dm_error_recode(dm_error_prefix(err, "%s", path),
				     DM_ERROR_INVALID_ARGUMENT)
		   : NULL;
}

static struct dm_error *take_file(struct dm_dump *dump, const char *path)
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
		return err ? err : take_pa(dump, pa);
	}
	dump->vmcoreinfo = text;
	dump->vmcoreinfo_size = size;
	dump->info.vmcoreinfo_from = DM_DUMP_VMCOREINFO_FILE;
	dump->info.vmcoreinfo_file = path;
	return NULL;
}

struct dm_error *dm_vmcoreinfo_given(struct dm_dump *dump, const char *given)
{
	uint64_t pa;

	dump->info.vmcoreinfo_given = true;
	if (*given != '@')
		return take_file(dump, given);
	if (!dm_number_parse(given + 1, &pa))
		return useless(given, "no physical address");
	return take_pa(dump, pa);
}
