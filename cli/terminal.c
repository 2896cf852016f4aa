// SPDX-License-Identifier: GPL-2.0-or-later
/* The width of a terminal, and a stream that folds long lines to it. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "directmap/array.h"
#include "directmap/number.h"
#include "terminal.h"

/* Narrower ones get lines for that many columns. */
#define NARROWEST 20

/* Of lines that go on, where the line itself gives no column. */
#define INDENT 2

unsigned int terminal_columns(void)
{
	const char *text = getenv("COLUMNS");
	struct winsize size;
	uint64_t columns;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (text && dm_number_between(text, 1, 100000, &columns))
		return (unsigned int)columns;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		return size.ws_col;
	return 0;
}

/* ---- One line ------------------------------------------------------------- */

/* A piece of text that takes @columns and is not parted. */
struct piece {
	size_t size;
	unsigned int columns;
};

/*
 * The character at @text, or the whole of an escape sequence. What may be wide
 * counts as wide: a line is rather too short than too long.
 */
static struct piece next_piece(const char *text, size_t size)
{
	unsigned char c = (unsigned char)*text;
	struct piece p = { 1, 1 };

	if (c == '\033') {
		while (p.size < size && text[p.size++] != 'm')
			;
		p.columns = 0;
		return p;
	}
	while (p.size < size && (text[p.size] & 0xc0) == 0x80)
		p.size++;
	/* U+1100, where the wide ones begin, is 0xe1 0x84 0x80. */
	if (c > 0xe1 ||
	    (c == 0xe1 && p.size > 1 && (unsigned char)text[1] >= 0x84))
		p.columns = 2;
	return p;
}

/* Up to a blank, and not more than @most columns. */
static struct piece next_word(const char *text, size_t size, unsigned int most)
{
	struct piece word = { 0, 0 };

	while (word.size < size && text[word.size] != ' ') {
		struct piece p = next_piece(text + word.size, size - word.size);

		if (word.size && word.columns + p.columns > most)
			break;
		word.size += p.size;
		word.columns += p.columns;
	}
	return word;
}

static size_t blanks(const char *text, size_t size)
{
	size_t n = 0;

	while (n < size && text[n] == ' ')
		n++;
	return n;
}

/*
 * Where the lines begin that go on: below the second field, as two blanks part
 * them; or as far in as the line itself.
 */
static unsigned int hanging(const char *line, size_t size, unsigned int columns)
{
	size_t at = blanks(line, size), n = at;
	unsigned int column = (unsigned int)at;

	if (!at) {
		while (n < size && blanks(line + n, size - n) < 2) {
			struct piece p = next_piece(line + n, size - n);

			n += p.size;
			column += p.columns;
		}
		column += (unsigned int)blanks(line + n, size - n);
		if (n == size)
			column = INDENT;
	}
	return column <= columns / 2 ? column : INDENT;
}

static void put_blanks(FILE *to, size_t n)
{
	while (n--)
		putc(' ', to);
}

static void fold(FILE *to, const char *line, size_t size, unsigned int columns)
{
	unsigned int indent = hanging(line, size, columns), column = 0;
	size_t gap;

	while (size) {
		struct piece word;

		gap = blanks(line, size);
		word = next_word(line + gap, size - gap, columns - INDENT);
		if (!word.size) /* blanks at the end */
			break;
		if (column && column + gap + word.columns > columns) {
			/* Rather further out than parted. */
			column = word.columns > columns - indent ? INDENT
								 : indent;
			putc('\n', to);
			put_blanks(to, column);
		} else {
			put_blanks(to, gap);
			column += (unsigned int)gap;
		}
		fwrite(line + gap, 1, word.size, to);
		column += word.columns;
		line += gap + word.size;
		size -= gap + word.size;
	}
	putc('\n', to);
}

static bool fits(const char *line, size_t size, unsigned int columns)
{
	unsigned int column = 0;

	while (size && column <= columns) {
		struct piece p = next_piece(line, size);

		line += p.size;
		size -= p.size;
		column += p.columns;
	}
	return column <= columns;
}

/* ---- The stream ------------------------------------------------------------ */

struct folding {
	FILE *to;
	unsigned int columns;
	char *line; /* not whole yet */
	size_t size, capacity;
};

static bool keep(struct folding *f, const char *text, size_t size)
{
	if (dm_array_reserve(&f->line, &f->capacity, f->size, size,
			     DM_ARRAY_ANY))
		return false;
	memcpy(f->line + f->size, text, size);
	f->size += size;
	return true;
}

static void put_line(struct folding *f)
{
	if (fits(f->line, f->size, f->columns)) {
		fwrite(f->line, 1, f->size, f->to);
		putc('\n', f->to);
	} else {
		fold(f->to, f->line, f->size, f->columns);
	}
	f->size = 0;
}

static ssize_t folding_write(void *cookie, const char *text, size_t size)
{
	struct folding *f = cookie;
	const char *end = text + size;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		if (!keep(f, text, (size_t)((stop ? stop : end) - text)))
			return 0;
		if (stop)
			put_line(f);
		text = stop ? stop + 1 : end;
	}
	/* Else an error would be nobody's. */
	return fflush(f->to) == 0 && !ferror(f->to) ? (ssize_t)size : 0;
}

static int folding_close(void *cookie)
{
	struct folding *f = cookie;
	int failed;

	fwrite(f->line, 1, f->size, f->to);
	failed = fflush(f->to);
	free(f->line);
	free(f);
	return failed;
}

FILE *terminal_folding(FILE *to, unsigned int columns)
{
	const cookie_io_functions_t functions = { .write = folding_write,
						  .close = folding_close };
	struct folding *f = calloc(1, sizeof(*f));
	FILE *file;

	if (!f)
		return NULL;
	f->capacity = 256;
	f->line = malloc(f->capacity);
	f->to = to;
	f->columns = columns < NARROWEST ? NARROWEST : columns;
	file = f->line ? fopencookie(f, "w", functions) : NULL;
	if (!file) {
		free(f->line);
		free(f);
	}
	return file;
}

static FILE *plain; /* standard output as it was */

static void unfold(void)
{
	FILE *file = stdout;

	stdout = plain;
	fclose(file);
}

void terminal_fold(void)
{
	unsigned int columns = plain ? 0 : terminal_columns();
	FILE *file = columns ? terminal_folding(stdout, columns) : NULL;

	/* Without memory lines stay long. */
	if (!file)
		return;
	/* A variable in glibc ("Standard Streams" in its manual). */
	plain = stdout;
	stdout = file;
	atexit(unfold);
}
