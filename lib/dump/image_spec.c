// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes the names of ranges of raw memory apart. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directmap/array.h"
#include "directmap/number.h"
#include "dump/image_spec.h"

/* A piece of an argument, [at, end). */
struct piece {
	const char *at, *end;
};

static bool exists(const char *at, size_t size)
{
	char *path = strndup(at, size);
	bool is = path && *path && access(path, F_OK) == 0;

	free(path);
	return is;
}

/* K, M, G or T behind a decimal number; @returns false: it is too large. */
static bool take_unit(const char **text, uint64_t *value)
{
	static const char letters[] = "KMGT";
	const char *letter = strchr(letters, toupper((unsigned char)**text));
	unsigned int shift;

	if (!**text || !letter)
		return true;
	shift = 10 * (unsigned int)(letter - letters + 1);
	(*text)++;
	if (*value > UINT64_MAX >> shift)
		return false;
	*value <<= shift;
	return true;
}

/* The number at @p *text, which is moved behind it; it is not behind @p end. */
static bool take_number(const char **text, const char *end, uint64_t *value)
{
	const char *at = *text;
	bool good;

	if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
		at += 2;
		good = dm_number_digits(&at, 16, value);
	} else {
		good = dm_number_digits(&at, 10, value) &&
		       take_unit(&at, value);
	}
	if (!good || at > end)
		return false;
	*text = at;
	return true;
}

bool dm_image_number(const char *at, const char *end, uint64_t *value)
{
	return take_number(&at, end, value) && at == end;
}

static const char *last_of(const struct piece *p, char c)
{
	return memrchr(p->at, c, (size_t)(p->end - p->at));
}

__attribute__((format(printf, 2, 3))) static struct dm_error *
malformed(const struct piece *p, const char *format, ...)
{
	char why[DM_ERROR_MESSAGE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, sizeof(why), format, ap);
	va_end(ap);
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "%.*s: %s",
			       (int)(p->end - p->at), p->at, why);
}

/* "OFFSET+SIZE" or "OFFSET", what stands behind the last colon. */
static struct dm_error *take_part(const struct piece *p, const char *at,
				  const char *end, struct image_spec *spec)
{
	const char *plus = memchr(at, '+', (size_t)(end - at));

	if (!dm_image_number(at, plus ? plus : end, &spec->offset) ||
	    (plus && !dm_image_number(plus + 1, end, &spec->size)))
		return malformed(
			p,
			"\"%.*s\" is not OFFSET+SIZE; a range of a file is FILE:OFFSET+SIZE@PA",
			(int)(end - at), at);
	if (plus && !spec->size)
		return malformed(p, "a range of 0 bytes");
	if (spec->offset > INT64_MAX || spec->size > INT64_MAX - spec->offset)
		return malformed(p, "no file has so many bytes");
	return NULL;
}

/* One range, of which @p at is the last "@". */
static struct dm_error *take_range(const struct piece *p, const char *at,
				   struct image_spec *spec)
{
	const struct piece name = { p->at, at };
	const char *colon = last_of(&name, ':');
	struct dm_error *err;

	if (at == p->at)
		return malformed(p, "the name of the file is missing before @");
	if (!dm_image_number(at + 1, p->end, &spec->pa))
		return malformed(
			p,
			"\"%.*s\" is no physical address; give it as 0x40000000, or decimal",
			(int)(p->end - at - 1), at + 1);
	/* A name may have a colon. */
	if (!colon || exists(p->at, (size_t)(at - p->at)))
		colon = at;
	else if (colon == p->at)
		return malformed(p, "the name of the file is missing before :");
	if (colon != at) {
		err = take_part(p, colon + 1, at, spec);
		if (err)
			return err;
	}
	spec->path = strndup(p->at, (size_t)(colon - p->at));
	return spec->path ? NULL : dm_error_no_memory();
}

/*
 * Where the range at @p at ends: at a comma behind an address, as names may
 * have commas, too; else at the end of the text.
 */
static const char *range_end(const char *at, const char *end)
{
	const struct piece all = { at, end };
	const char *comma, *sign = last_of(&all, '@');
	uint64_t value;

	if (sign && exists(at, (size_t)(sign - at)))
		return end;
	if (*at == ',')
		return at;
	for (comma = at; (comma = strchr(comma, ',')); comma++) {
		const struct piece one = { at, comma };

		sign = last_of(&one, '@');
		if (sign && dm_image_number(sign + 1, comma, &value))
			return comma;
	}
	return end;
}

static struct dm_error *add(struct image_specs *specs, const struct piece *p)
{
	struct image_spec spec = { 0 };
	const char *at = last_of(p, '@');
	struct dm_error *err;

	if (p->at == p->end)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"a range of memory is missing at a comma");
	if (!at)
		return malformed(
			p,
			"its physical address is missing: FILE@PA, where the others have one");
	if (specs->n == IMAGE_SPECS_MAX)
		return malformed(p, "more than %d ranges of memory",
				 IMAGE_SPECS_MAX);
	err = dm_array_reserve(&specs->v, &specs->capacity, specs->n, 1,
			       IMAGE_SPECS_MAX);
	if (!err)
		err = take_range(p, at, &spec);
	if (!err)
		specs->v[specs->n++] = spec;
	return err;
}

/* Something with "@" in it that is no file: which of the two is meant? */
static bool is_meant(const char *arg, const char *end)
{
	const struct piece all = { arg, end };
	const char *at = last_of(&all, '@'), *comma = range_end(arg, end);
	uint64_t value;

	if (!at)
		return false;
	return comma != end || dm_image_number(at + 1, end, &value) ||
	       exists(arg, (size_t)(at - arg));
}

struct dm_error *dm_image_specs_add(struct image_specs *specs, const char *arg)
{
	const char *end = arg + strlen(arg);
	struct dm_error *err = NULL;
	struct piece p = { arg, NULL };

	if (exists(arg, (size_t)(end - arg)) || !is_meant(arg, end))
		return NULL;
	for (; !err; p.at = p.end + 1) {
		p.end = range_end(p.at, end);
		err = add(specs, &p);
		if (p.end == end)
			break;
	}
	return err;
}

struct dm_dump_image dm_image_of(const struct image_spec *spec)
{
	return (struct dm_dump_image){
		.path = spec->path,
		.offset = spec->offset,
		.size = spec->size,
		.pa = spec->pa,
	};
}

void dm_image_specs_destroy(struct image_specs *specs)
{
	size_t i;

	for (i = 0; i < specs->n; i++)
		free(specs->v[i].path);
	free(specs->v);
	*specs = (struct image_specs){ 0 };
}
