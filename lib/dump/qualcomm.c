// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parses the two texts of a Qualcomm ramdump.
 *
 * The table has a line a region: whether it must be saved, base, length, a
 * description that may have blanks in it, the file's name. The script has a line
 * of three words and an option for each, within an "if OS.FILE(NAME)".
 *
 * Only what is named as RAM of Linux is taken, by the names that the boot loader
 * gives: of chip selects (DDRCS0.BIN, DDRCS1_2.BIN), of their controllers on old
 * chips (EBICS0.BIN, EBI1CS1.BIN), and of a guest (VMDDRCS0.bin). Other pieces
 * are on-chip memory, registers and logs.
 */
#include <string.h>
#include <strings.h>

#include "directmap/number.h"
#include "dump/qualcomm.h"

bool dm_qualcomm_is_ram(const char *name)
{
	static const char *const begins[] = { "DDR", "EBI", "VMDDR" };
	size_t i, n;

	for (i = 0; i < sizeof(begins) / sizeof(*begins); i++) {
		n = strlen(begins[i]);
		if (!strncasecmp(name, begins[i], n))
			break;
	}
	if (i == sizeof(begins) / sizeof(*begins))
		return false;
	name += n;
	n = strspn(name, "0123456789_CScs");
	return n && !strcasecmp(name + n, ".BIN");
}

/* Behind the last slash or backslash: a script may name files elsewhere. */
static const char *last_part(const char *name)
{
	const char *c;

	for (c = name; *c; c++) {
		if (*c == '/' || *c == '\\')
			name = c + 1;
	}
	return name;
}

static bool is_hexadecimal(const char *text, uint64_t *value)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
	       dm_number_parse(text, value);
}

static struct dm_error *add(struct ram_list *list, const char *name,
			    const struct image_spec *spec)
{
	if (last_part(name) != name)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: it may name files of its own folder only", name);
	return dm_ram_list_add(list, name, strlen(name), spec);
}

/* All lines by @take. */
static struct dm_error *
parse(const char *text, size_t size, struct ram_list *list,
      struct dm_error *(*take)(struct ram_list *list, char **words, size_t n))
{
	char *words[RAM_WORDS_MAX];
	struct ram_lines lines;
	struct dm_error *err;
	bool more;
	size_t n;

	dm_ram_lines_init(&lines, text, size);
	for (;;) {
		err = dm_ram_lines_next(&lines, &more);
		if (err || !more)
			break;
		n = dm_ram_lines_words(&lines, words);
		if (n < 3 || n > RAM_WORDS_MAX)
			continue;
		err = dm_ram_lines_error(&lines, take(list, words, n));
		if (err)
			break;
	}
	if (err || list->ram.n)
		return err;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"it names no RAM of Linux (DDRCS0.BIN and the like); where it is of a minidump, take a full one");
}

/* ---- dump_info.txt ---------------------------------------------------------- */

/* PREFERENCE BASE LENGTH DESCRIPTION… NAME */
static struct dm_error *take_row(struct ram_list *list, char **words, size_t n)
{
	const char *name = words[n - 1];
	struct image_spec spec = { 0 };
	bool good;

	good = n >= 4 && is_hexadecimal(words[1], &spec.pa) &&
	       dm_number_parse(words[2], &spec.size);
	if (!dm_qualcomm_is_ram(last_part(name))) {
		list->passed_over += good;
		return NULL;
	}
	if (!good)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"base and length of %s are missing: a line is \"1 0xBASE LENGTH DESCRIPTION %s\"",
			name, name);
	if (!spec.size) {
		list->passed_over++;
		return NULL;
	}
	return add(list, name, &spec);
}

struct dm_error *dm_qualcomm_parse_table(const char *text, size_t size,
					 struct ram_list *list)
{
	return parse(text, size, list, take_row);
}

/* ---- load.cmm --------------------------------------------------------------- */

/* Trace32 takes them in full and short. */
static bool loads(const char *word)
{
	static const char *const commands[] = { "d.load.binary",
						"data.load.binary", "d.load.b",
						"data.load.b" };
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (!strcasecmp(word, commands[i]))
			return true;
	}
	return false;
}

static char *unquoted(char *word)
{
	size_t n = strlen(word);

	if (n < 2 || word[0] != '"' || word[n - 1] != '"')
		return word;
	word[n - 1] = '\0';
	return word + 1;
}

/* Others than these move or cut what is loaded. */
static bool is_harmless(const char *option)
{
	return !strcasecmp(option, "/noclear") || !strcasecmp(option, "/nc");
}

/* d.load.binary NAME ADDRESS /noclear */
static struct dm_error *take_command(struct ram_list *list, char **words,
				     size_t n)
{
	struct image_spec spec = { 0 };
	const char *name;
	size_t i = 0;

	if (words[0][0] == ';' || !strncmp(words[0], "//", 2))
		return NULL;
	/* An "if OS.FILE(NAME)" may stand before it on its line. */
	while (i < n && !loads(words[i]))
		i++;
	words += i;
	n -= i;
	if (n < 3)
		return NULL;
	name = unquoted(words[1]);
	if (!dm_qualcomm_is_ram(last_part(name))) {
		list->passed_over++;
		return NULL;
	}
	if (!is_hexadecimal(words[2], &spec.pa))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"\"%.40s\", where %s is loaded, is no address",
			words[2], name);
	for (i = 3; i < n; i++) {
		if (!is_harmless(words[i]))
			return dm_error_create(
				DM_ERROR_BAD_DUMP,
				"\"%.40s\": what that makes of %s is not known; name the ranges in a file of your own",
				words[i], name);
	}
	return add(list, name, &spec);
}

struct dm_error *dm_qualcomm_parse_script(const char *text, size_t size,
					  struct ram_list *list)
{
	return parse(text, size, list, take_command);
}
