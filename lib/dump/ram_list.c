// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of RAM in files, as parsers fill them, and the lines of a text. */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "directmap/machine.h"
#include "dump/ram_list.h"

void dm_ram_list_deinit(struct ram_list *list)
{
	dm_image_specs_destroy(&list->ram);
	free(list->vmcoreinfo);
	free(list->vmlinux);
	free(list->lacks);
	*list = (struct ram_list){ 0 };
}

struct dm_error *dm_ram_name_copy(const char *name, size_t size, char **ret)
{
	*ret = NULL;
	if (!size)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "the name of a file is missing");
	if (memchr(name, '/', size) || (size == 1 && *name == '.') ||
	    (size == 2 && !memcmp(name, "..", 2)))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%.*s: it may name files of its own folder only",
			(int)size, name);
	*ret = strndup(name, size);
	return *ret ? NULL : dm_error_no_memory();
}

static struct dm_error *check_range(const struct image_spec *spec)
{
	if (spec->pa % DM_PAGE_SIZE_LEAST)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "no page begins at 0x%llx",
				       (unsigned long long)spec->pa);
	if (spec->size % DM_PAGE_SIZE_LEAST)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "a size of %llu bytes is no pages",
				       (unsigned long long)spec->size);
	if (spec->pa >= DM_PA_END || spec->size > DM_PA_END - spec->pa)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"0x%llx: no physical address is above 52 bits",
			(unsigned long long)spec->pa);
	if (spec->offset > INT64_MAX - spec->size)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "0x%llx: no file is so long",
				       (unsigned long long)spec->offset);
	return NULL;
}

struct dm_error *dm_ram_list_add(struct ram_list *list, const char *name,
				 size_t name_size,
				 const struct image_spec *spec)
{
	struct image_specs *ram = &list->ram;
	struct dm_error *err = check_range(spec);
	char *copy;

	if (!err && ram->n == IMAGE_SPECS_MAX)
		err = dm_error_create(DM_ERROR_BAD_DUMP,
				      "more than %d ranges of RAM",
				      IMAGE_SPECS_MAX);
	if (!err)
		err = dm_array_reserve(&ram->v, &ram->capacity, ram->n, 1,
				       IMAGE_SPECS_MAX);
	if (!err)
		err = dm_ram_name_copy(name, name_size, &copy);
	if (err)
		return err;
	ram->v[ram->n] = *spec;
	ram->v[ram->n++].path = copy;
	return NULL;
}

/* ---- Lines of a text -------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

size_t dm_ram_text_begin(const char *text, size_t size)
{
	static const char mark[] = "\xef\xbb\xbf";

	return size >= strlen(mark) && !memcmp(text, mark, strlen(mark))
		       ? strlen(mark)
		       : 0;
}

void dm_ram_lines_init(struct ram_lines *lines, const char *text, size_t size)
{
	lines->at = text + dm_ram_text_begin(text, size);
	lines->end = text + size;
	lines->number = 0;
	lines->line[0] = '\0';
}

struct dm_error *dm_ram_lines_error(const struct ram_lines *lines,
				    struct dm_error *err)
{
	return err ? dm_error_prefix(err, "line %zu", lines->number) : NULL;
}

struct dm_error *dm_ram_lines_next(struct ram_lines *lines, bool *more)
{
	const char *begin = lines->at, *stop;
	size_t size;

	*more = begin < lines->end;
	if (!*more)
		return NULL;
	lines->number++;
	stop = memchr(begin, '\n', (size_t)(lines->end - begin));
	lines->at = stop ? stop + 1 : lines->end;
	if (!stop)
		stop = lines->end;
	while (begin < stop && is_blank(*begin))
		begin++;
	while (stop > begin && is_blank(stop[-1]))
		stop--;
	size = (size_t)(stop - begin);
	if (size >= sizeof(lines->line) || memchr(begin, '\0', size))
		return dm_ram_lines_error(
			lines, dm_error_create(
				       DM_ERROR_BAD_DUMP,
				       size >= sizeof(lines->line)
					       ? "too long"
					       : "not text; save it as UTF-8"));
	memcpy(lines->line, begin, size);
	lines->line[size] = '\0';
	return NULL;
}

size_t dm_ram_lines_words(struct ram_lines *lines, char *words[RAM_WORDS_MAX])
{
	char *c = lines->line;
	size_t n = 0;

	for (;;) {
		while (is_blank(*c))
			*c++ = '\0';
		if (!*c)
			return n;
		if (n < RAM_WORDS_MAX)
			words[n] = c;
		n++;
		while (*c && !is_blank(*c))
			c++;
	}
}
