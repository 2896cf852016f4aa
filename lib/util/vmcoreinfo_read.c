// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads VMCOREINFO where memory has it. */
#include <stdlib.h>
#include <string.h>

#include "directmap/text.h"
#include "util/error.h"
#include "util/source.h"
#include "util/vmcoreinfo_note.h"

#define PIECE 4096

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
static struct dm_error *read_pieces(struct dm_source *source, uint64_t pa,
				    size_t max, char *text, size_t *size)
{
	struct dm_error *err;
	size_t have, part, n;

	*size = 0;
	for (have = 0; have < max; have += part) {
		part = PIECE - (size_t)((pa + have) % PIECE);
		if (part > max - have)
			part = max - have;
		err = dm_source_read(source, pa + have, text + have, part,
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

struct dm_error *dm_vmcoreinfo_read(struct dm_source *source, uint64_t pa,
				    char **ret, size_t *size)
{
	unsigned char head[VMCOREINFO_NOTE_HEADER];
	char *text = malloc(VMCOREINFO_MAX);
	size_t max = VMCOREINFO_MAX, note;
	struct dm_error *err;

	if (!text)
		return dm_error_no_memory();
	err = dm_source_read(source, pa, head, sizeof(head), DM_CONTENT_SEARCH);
	note = err ? 0 : dm_note_text_size(head, sizeof(head));
	if (note) {
		pa += VMCOREINFO_NOTE_HEADER;
		max = note;
	}
	if (!err)
		err = read_pieces(source, pa, max, text, size);
	if (!err) {
		*size = whole_lines(text, *size);
		err = dm_vmcoreinfo_check(text, *size);
	}
	if (err) {
		free(text);
		return err;
	}
	*ret = text;
	return NULL;
}
