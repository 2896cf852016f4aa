// SPDX-License-Identifier: GPL-2.0-or-later
/* What texts mean, kind by kind, and what is said of those that mean nothing. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "near.h"
#include "directmap/number.h"
#include "value.h"

/* ---- Each kind ------------------------------------------------------------ */

static const struct option_word *find_word(const struct option_spec *option,
					   const char *name, size_t size)
{
	const struct option_word *word = option->words;

	for (; word && word->name; word++) {
		if (strlen(word->name) == size &&
		    !memcmp(word->name, name, size))
			return word;
	}
	return NULL;
}

/* The first of @list, commas between, that is no word; NULL: all are. */
static const char *parse_list(const struct option_spec *option,
			      const char *list, uint64_t *ret)
{
	const struct option_word *word;

	for (*ret = 0;; list++) {
		size_t size = strcspn(list, ",");

		word = find_word(option, list, size);
		if (!word)
			return list;
		*ret |= word->value;
		list += size;
		if (!*list)
			return NULL;
	}
}

/* Digits, a point, and six digits at most: as so many of @ret's parts. */
static bool parse_decimal(const char **text, uint64_t *whole,
			  uint64_t *fraction, uint64_t *parts)
{
	const char *start;

	*fraction = 0;
	*parts = 1;
	if (!dm_number_digits(text, 10, whole))
		return false;
	if (**text != '.')
		return true;
	start = ++*text;
	if (!dm_number_digits(text, 10, fraction) || *text - start > 6)
		return false;
	for (; start < *text; start++)
		*parts *= 10;
	return true;
}

/* K, M, G or T at @text, with iB behind it or not; NULL: neither. */
static const char *parse_unit(const char *text, uint64_t *unit)
{
	static const char letters[] = "KMGT";
	const char *letter = strchr(letters, toupper((unsigned char)*text));

	if (!*text || !letter)
		return NULL;
	*unit = UINT64_C(1) << (10 * (letter - letters + 1));
	return text + (strncmp(text + 1, "iB", 2) ? 1 : 3);
}

static bool parse_size(const struct option_spec *option, const char *text,
		       uint64_t *ret)
{
	uint64_t whole, fraction, parts, unit = option->unit;

	if (!parse_decimal(&text, &whole, &fraction, &parts))
		return false;
	if (*text)
		text = parse_unit(text, &unit);
	else if (parts > 1)
		return false;
	if (!text || *text || whole > option->most / unit)
		return false;
	*ret = whole * unit + fraction * unit / parts;
	return *ret >= option->least && *ret <= option->most;
}

/* Each is exact up to 2^53, so the quotient is the nearest number. */
static bool parse_percent(const struct option_spec *option, const char *text,
			  double *ret)
{
	uint64_t whole, fraction, parts;

	if (!parse_decimal(&text, &whole, &fraction, &parts))
		return false;
	if (*text == '%')
		text++;
	if (*text || whole > option->most)
		return false;
	*ret = (double)(whole * parts + fraction) / (double)parts;
	return *ret <= (double)option->most;
}

static bool parse_part(const struct option_spec *option, const char *text,
		       struct cli_part *ret)
{
	uint64_t part, parts;

	if (!dm_number_digits(&text, 10, &part) || *text != '/' ||
	    !dm_number_between(text + 1, 1, option->most, &parts) || !part ||
	    part > parts)
		return false;
	ret->part = (unsigned int)part;
	ret->parts = (unsigned int)parts;
	return true;
}

bool option_value_parse(const struct option_spec *option, const char *text,
			struct option_value *ret)
{
	const struct option_word *word;

	*ret = (struct option_value){ .given = true, .text = text };
	switch (option->kind) {
	case OPTION_WORD:
	case OPTION_NUMBER:
	case OPTION_SECONDS:
		word = find_word(option, text, strlen(text));
		if (word)
			ret->number = word->value;
		return word || (option->kind != OPTION_WORD &&
				dm_number_between(text, option->least,
						  option->most, &ret->number));
	case OPTION_LIST:
		return !parse_list(option, text, &ret->number);
	case OPTION_SIZE:
		return parse_size(option, text, &ret->number);
	case OPTION_PERCENT:
		return parse_percent(option, text, &ret->percent);
	case OPTION_RANGE:
		return dm_range_parse(text, &ret->range);
	case OPTION_PART:
		return parse_part(option, text, &ret->part);
	case OPTION_FILE:
	case OPTION_FILES:
		return *text;
	case OPTION_FLAG:
	case OPTION_CHOICE:
	case OPTION_HELP:
	case OPTION_VERSION:
		break;
	}
	return false;
}

/* ---- What is wrong -------------------------------------------------------- */

/* @to has a text already; what does not fit is left out. */
__attribute__((format(printf, 3, 4))) static void add(char *to, size_t size,
						      const char *format, ...)
{
	size_t used = strlen(to);
	va_list ap;

	va_start(ap, format);
	vsnprintf(to + used, size - used, format, ap);
	va_end(ap);
}

static void add_words(const struct option_word *word, char *to, size_t size)
{
	for (; word->name; word++) {
		bool last = !word[1].name;

		add(to, size, "%s%s", word->name,
		    last	   ? ""
		    : word[2].name ? ", "
				   : " or ");
	}
}

static void add_numbers(const struct option_spec *option, const char *what,
			char *to, size_t size)
{
	add(to, size, "%s", what);
	if (option->least || option->most < INT64_MAX)
		add(to, size, " from %llu to %llu",
		    (unsigned long long)option->least,
		    (unsigned long long)option->most);
	if (option->words) {
		add(to, size, ", or ");
		add_words(option->words, to, size);
	}
}

bool option_value_which(const struct option_spec *option, char *to, size_t size)
{
	*to = '\0';
	switch (option->kind) {
	case OPTION_WORD:
	case OPTION_LIST:
		add_words(option->words, to, size);
		break;
	case OPTION_NUMBER:
		add_numbers(option, "a number", to, size);
		break;
	case OPTION_SECONDS:
		add_numbers(option, "seconds", to, size);
		break;
	case OPTION_PERCENT:
		add_numbers(option, "per cent", to, size);
		break;
	case OPTION_SIZE:
		add(to, size, "a number of %s, or one with K, M, G or T",
		    option->unit == 1 ? "bytes" : "MiB");
		break;
	case OPTION_RANGE:
		add(to, size, "two hexadecimal addresses, START-END");
		break;
	case OPTION_PART:
		add(to, size, "I/N, with I from 1 to N");
		break;
	case OPTION_FILE:
	case OPTION_FILES:
		add(to, size, "the name of a file");
		break;
	default:
		break;
	}
	return *to;
}

static const char *nearest(const struct option_spec *option, const char *text)
{
	const struct option_word *word = option->words;
	struct near near;

	near_init(&near, text, strcspn(text, ","));
	for (; word && word->name; word++)
		near_try(&near, word->name);
	return near.meant;
}

bool option_value_wrong(const struct option_spec *option, const char *text,
			char to[VALUE_WRONG_MAX])
{
	char which[VALUE_WRONG_MAX / 2];
	const char *meant, *shown = text;
	int size = (int)strlen(text);
	uint64_t bits;

	/* Of a list, the word that is none. */
	if (option->kind == OPTION_LIST) {
		shown = parse_list(option, text, &bits);
		size = (int)strcspn(shown, ",");
	}
	snprintf(to, VALUE_WRONG_MAX, "cannot be \"%.*s\"",
		 size > 200 ? 200 : size, shown);
	meant = nearest(option, shown);
	if (meant)
		add(to, VALUE_WRONG_MAX, "; did you mean %s?", meant);
	else if (option_value_which(option, which, sizeof(which)))
		add(to, VALUE_WRONG_MAX, ": %s", which);
	return meant;
}
