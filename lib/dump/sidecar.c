// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses our own text beside images of RAM. */
#include <stdlib.h>
#include <string.h>

#include "dump/sidecar.h"

#define MAGIC "[ram]"

bool dm_sidecar_is(const char *text, size_t size)
{
	const char *end = text + (size < SIDECAR_HEAD ? size : SIDECAR_HEAD);

	text += dm_ram_text_begin(text, size);
	if ((size_t)(end - text) < strlen(MAGIC) ||
	    memcmp(text, MAGIC, strlen(MAGIC)) != 0)
		return false;
	for (text += strlen(MAGIC); text < end; text++) {
		if (!*text || !strchr(" \t\r", *text))
			return *text == '\n';
	}
	return true;
}

static bool is_number(const char *text, uint64_t *value)
{
	return dm_image_number(text, text + strlen(text), value);
}

static struct dm_error *parse_address(const char *text, uint64_t *pa)
{
	if (is_number(text, pa))
		return NULL;
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"\"%.40s\" is no physical address; give it as 0x40000000, or decimal",
		text);
}

/*
 * Cut ":OFFSET" or ":OFFSET+SIZE" off the end of @file, if it ends so. A name may
 * have a colon in it, but not with a "+" and no numbers behind it.
 */
static struct dm_error *take_part(char *file, struct image_spec *spec)
{
	char *colon = strrchr(file, ':'), *end = strchr(file, '\0');
	char *plus = colon ? strchr(colon, '+') : NULL;

	if (!colon)
		return NULL;
	if (dm_image_number(colon + 1, plus ? plus : end, &spec->offset) &&
	    (!plus || (is_number(plus + 1, &spec->size) && spec->size))) {
		*colon = '\0';
		return NULL;
	}
	if (!plus)
		return NULL;
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"\"%.60s\" is not :OFFSET+SIZE, two numbers of bytes", colon);
}

static struct dm_error *take_range(struct ram_list *list, char *line)
{
	struct image_spec spec = { 0 };
	char *at = strrchr(line, '@');
	struct dm_error *err;

	if (!at)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"neither FILE@ADDRESS nor vmcoreinfo = or vmlinux =");
	*at = '\0';
	err = parse_address(at + 1, &spec.pa);
	if (!err)
		err = take_part(line, &spec);
	return err ? err : dm_ram_list_add(list, line, strlen(line), &spec);
}

/* The value of "KEY = VALUE"; NULL: the line is something else. */
static char *value_of(char *line, const char *key)
{
	size_t size = strlen(key);

	if (strncmp(line, key, size) != 0)
		return NULL;
	line += size;
	line += strspn(line, " \t");
	if (*line != '=')
		return NULL;
	line++;
	return line + strspn(line, " \t");
}

static struct dm_error *take_file(const char *value, char **ret)
{
	if (*ret)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "the second of its kind; there is one");
	return dm_ram_name_copy(value, strlen(value), ret);
}

static struct dm_error *take_vmcoreinfo(const char *value, char **ret)
{
	struct dm_error *err;
	uint64_t pa;

	if (*value != '@')
		return take_file(value, ret);
	err = parse_address(value + 1, &pa);
	return err ? err : take_file(value, ret);
}

static struct dm_error *take_line(struct ram_list *list, char *line)
{
	char *value;

	if (!*line || *line == '#')
		return NULL;
	value = value_of(line, "vmcoreinfo");
	if (value)
		return take_vmcoreinfo(value, &list->vmcoreinfo);
	value = value_of(line, "vmlinux");
	return value ? take_file(value, &list->vmlinux)
		     : take_range(list, line);
}

struct dm_error *dm_sidecar_parse(const char *text, size_t size,
				  struct ram_list *list)
{
	struct dm_error *err;
	struct ram_lines lines;
	bool more;

	if (!dm_sidecar_is(text, size))
		return dm_error_create(DM_ERROR_BAD_DUMP, "line 1: not " MAGIC);
	dm_ram_lines_init(&lines, text, size);
	err = dm_ram_lines_next(&lines, &more);
	while (!err) {
		err = dm_ram_lines_next(&lines, &more);
		if (err || !more)
			break;
		err = dm_ram_lines_error(&lines, take_line(list, lines.line));
	}
	if (!err && !list->ram.n)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"no range of RAM in it; a line is FILE@ADDRESS");
	return err;
}
