// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds lines of VMCOREINFO by key, and parses their values. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/facts.h"
#include "util/error.h"
#include "directmap/kernel.h"

/* The value of @key on the line at @line, or NULL if it is another line. */
static const char *line_value(const char *line, size_t size, const char *key)
{
	size_t key_len = strlen(key);

	if (size <= key_len || memcmp(line, key, key_len) != 0 ||
	    line[key_len] != '=')
		return NULL;
	return line + key_len + 1;
}

/* The first value of @key at or after *@offset, which moves behind its line. */
static const char *next_value(const struct dm_vmcoreinfo *info, size_t *offset,
			      const char *key, size_t *size)
{
	while (*offset < info->size) {
		const char *line = info->text + *offset, *value;
		size_t left = info->size - *offset;
		const char *end = memchr(line, '\n', left);
		size_t line_size;

		/* The kernel ends every line: what has no end was cut off. */
		if (!end)
			break;
		line_size = (size_t)(end - line);
		*offset += line_size + 1;
		value = line_value(line, line_size, key);
		if (value) {
			*size = line_size - (size_t)(value - line);
			return value;
		}
	}
	return NULL;
}

static struct dm_error *lacks(const struct dm_vmcoreinfo *info, const char *key)
{
	if (dm_vmcoreinfo_has(info, FACTS_MARK))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s is not known: no VMCOREINFO says so, and memory does not tell it",
			key);
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"VMCOREINFO has no %s line: not a dump of an arm64 kernel from 5.10 on, or a damaged one",
		key);
}

struct dm_error *dm_vmcoreinfo_string(const struct dm_vmcoreinfo *info,
				      const char *key, const char **value,
				      size_t *size)
{
	size_t offset = 0, other_size;
	const char *other;

	*value = next_value(info, &offset, key, size);
	if (!*value)
		return lacks(info, key);
	while ((other = next_value(info, &offset, key, &other_size))) {
		if (other_size != *size || memcmp(other, *value, *size) != 0)
			return dm_error_create(
				DM_ERROR_BAD_DUMP,
				"VMCOREINFO has two different %s lines: the dump is damaged",
				key);
	}
	return NULL;
}

struct dm_error *dm_vmcoreinfo_number(const struct dm_vmcoreinfo *info,
				      const char *key, int base,
				      uint64_t *number)
{
	struct dm_error *err;
	const char *value;
	char text[32], *end;
	size_t size;

	err = dm_vmcoreinfo_string(info, key, &value, &size);
	if (err)
		return err;
	if (size && size < sizeof(text)) {
		memcpy(text, value, size);
		text[size] = '\0';
		errno = 0;
		*number = strtoull(text, &end, base);
		if (!errno && end != text && !*end)
			return NULL;
	}
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"VMCOREINFO line %s is not a number: the dump is damaged", key);
}

bool dm_vmcoreinfo_has(const struct dm_vmcoreinfo *info, const char *key)
{
	size_t offset = 0, size;

	return next_value(info, &offset, key, &size);
}

bool dm_vmcoreinfo_is_arm64(const struct dm_vmcoreinfo *info)
{
	return dm_vmcoreinfo_has(info, "NUMBER(TCR_EL1_T1SZ)") ||
	       dm_vmcoreinfo_has(info, "NUMBER(kimage_voffset)");
}
