/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * Text from elsewhere (names of files, strings of a dump), which may be anything:
 * the one place that says what of it is shown as it is. The rest is shown byte by
 * byte as "\xff": what a terminal takes for a command, what turns the direction of
 * text or is not seen at all, and what is no UTF-8. So no two names that differ
 * print alike but for letters that look like others.
 */
#ifndef DIRECTMAP_TEXT_H
#define DIRECTMAP_TEXT_H

#include <directmap/api.h>

DM_BEGIN_DECLS

/** Bytes of what is shown: of a character's four bytes, and NUL. */
#define DM_TEXT_PIECE_MAX 17

/** One character, as it is shown. */
struct dm_text_piece {
	size_t size; /**< bytes of the text that it takes */
	uint32_t character; /**< 0 where it is shown escaped */
	size_t columns; /**< of a terminal */
	char shown[DM_TEXT_PIECE_MAX]; /**< UTF-8 */
};

/** Of the first character of @p text, which is not empty. */
DM_API void dm_text_piece(const char *text, struct dm_text_piece *piece);
/** Columns of a terminal, counting a character as one. */
DM_API size_t dm_text_columns(const char *text);
/** All of it as it is shown; the caller's, NULL if there is no memory. */
DM_API char *dm_text_shown(const char *text);

/** The next character; its bytes. @p ret 0: one byte that is no UTF-8. */
DM_API size_t dm_text_next(const char *text, uint32_t *ret);
/** Whether a character is shown as it is. */
DM_API bool dm_text_is_plain(uint32_t character);

/**
 * A file's name as JSON has it, the caller's: itself, where that is UTF-8 and
 * has no "\xff" in it as it stands; else with such bytes, and each backslash, as
 * "\xff". So it tells all bytes, and coreutils' `printf %b` gives them back.
 * @returns	NULL if there is no memory
 */
DM_API char *dm_text_name(const char *name);
/** What @p text of dm_text_name() was made of, in place; @returns its bytes. */
DM_API size_t dm_text_name_bytes(char *text);

/* ---- ASCII, which the kernel's own names are made of ---------------------------- */

/** As isprint(), which goes by the locale. */
static inline bool dm_ascii_is_printable(char c)
{
	return c >= ' ' && c < 0x7f;
}

/** As isgraph(), which does too. */
static inline bool dm_ascii_is_visible(char c)
{
	return c > ' ' && c < 0x7f;
}

/** Whether all @p size characters are visible ones. */
static inline bool dm_ascii_all_visible(const char *text, size_t size)
{
	while (size && dm_ascii_is_visible(*text)) {
		text++;
		size--;
	}
	return !size;
}

/** What is not printable becomes '?': one line, safe wherever it goes. */
static inline void dm_ascii_mask(char *text)
{
	for (; *text; text++) {
		if (!dm_ascii_is_printable(*text))
			*text = '?';
	}
}

/** Bytes of a count of bytes in words, NUL included. */
#define DM_TEXT_BYTES_MAX 32

/** Bytes for people: 448 KiB, 2.25 GiB. @returns @p text. */
DM_API char *dm_text_bytes(uint64_t bytes, char text[DM_TEXT_BYTES_MAX]);

/* ---- Counts in words --------------------------------------------------------- */

/** @p one where @p count is 1, else @p more. */
static inline const char *dm_plural(uint64_t count, const char *one,
				    const char *more)
{
	return count == 1 ? one : more;
}

/** For nouns that take an s. */
static inline const char *dm_plural_s(uint64_t count)
{
	return dm_plural(count, "", "s");
}

DM_END_DECLS

#endif /* DIRECTMAP_TEXT_H */
