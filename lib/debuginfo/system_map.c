// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses the lines of a System.map. */
#include <ctype.h>
#include <string.h>

#include "debuginfo/symbol_list.h"
#include "directmap/text.h"
#include "debuginfo/system_map.h"

#define ADDRESS_DIGITS 16

static struct dm_error *bad_line(size_t number)
{
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"line %zu is not \"address type name\": not the System.map of an arm64 kernel",
		number);
}

/* Sixteen digits, as nm prints them for 64-bit files. */
static bool parse_address(const char *line, uint64_t *value)
{
	size_t i;

	*value = 0;
	for (i = 0; i < ADDRESS_DIGITS; i++) {
		char c = line[i];

		if (c >= '0' && c <= '9')
			*value = *value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*value = *value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

static struct dm_error *add_line(struct symbol_list *list, const char *line,
				 size_t size, size_t number)
{
	const size_t at = ADDRESS_DIGITS + 3; /* of the name */
	uint64_t value;
	size_t i;

	if (size <= at || !parse_address(line, &value) ||
	    line[ADDRESS_DIGITS] != ' ' || line[at - 1] != ' ' ||
	    !isalpha((unsigned char)line[at - 2]))
		return bad_line(number);
	for (i = at; i < size; i++) {
		/* /proc/kallsyms puts "\t[module]" behind the name. */
		if (line[i] == '\t')
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"line %zu is of a module, as in /proc/kallsyms: give the System.map of the kernel's build",
				number);
		/* Labels of the assembler have \001 and \002 in them. */
		if (!dm_ascii_is_visible(line[i]) && line[i] != '\001' &&
		    line[i] != '\002')
			return bad_line(number);
	}
	return dm_symbol_list_add(list, line + at, size - at, value,
				  line[at - 2]);
}

static struct dm_error *add_lines(struct symbol_list *list, const char *text,
				  size_t size)
{
	size_t off = 0, number = 1;

	if (!size)
		return dm_error_create(DM_ERROR_UNSUPPORTED, "empty");
	while (off < size) {
		const char *end = memchr(text + off, '\n', size - off);
		struct dm_error *err;

		if (!end && number > 1)
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"cut off in line %zu: copy the file again",
				number);
		if (!end)
			return bad_line(number);
		err = add_line(list, text + off, (size_t)(end - text) - off,
			       number);
		if (err)
			return err;
		off = (size_t)(end - text) + 1;
		number++;
	}
	return NULL;
}

struct dm_error *dm_system_map_create(const char *text, size_t size,
				      const struct dm_kernel *kernel,
				      const struct dm_vmcoreinfo *info,
				      struct dm_symbol_table **ret)
{
	struct symbol_list *list;
	struct dm_error *err;

	err = dm_symbol_list_create("System.map", &list);
	if (err)
		return err;
	err = add_lines(list, text, size);
	if (!err)
		err = dm_symbol_list_finish(list, kernel, info);
	if (err) {
		dm_symbol_list_destroy(list);
		return err;
	}
	*ret = dm_symbol_list_table(list);
	return NULL;
}
