// SPDX-License-Identifier: GPL-2.0-or-later
/* What all that writes JSON has in common, on jansson. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/arm64.h"
#include "util/error.h"
#include "render/json.h"
#include "util/out.h"
#include "directmap/text.h"

/* JSON holds UTF-8 alone: what of @text is none becomes \xff. */
json_t *dm_json_foreign(const char *text)
{
	json_t *json = json_string(text);
	struct dm_text_piece piece;
	char *copy, *to;

	if (json)
		return json;
	copy = malloc(4 * strlen(text) + 1);
	if (!copy)
		return NULL;
	for (to = copy; *text; text += piece.size) {
		uint32_t c;

		dm_text_next(text, &c);
		dm_text_piece(text, &piece);
		to = c ? mempcpy(to, text, piece.size)
		       : stpcpy(to, piece.shown);
	}
	*to = '\0';
	json = json_string(copy);
	free(copy);
	return json;
}

/* RFC 4648. */
static json_t *json_base64(const char *bytes, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)bytes;
	char *text = malloc((size + 2) / 3 * 4 + 1), *to = text;
	json_t *json;
	size_t i, k;

	for (i = 0; text && i < size; i += 3) {
		uint32_t group = 0;

		for (k = 0; k < 3; k++)
			group = group << 8 | (i + k < size ? p[i + k] : 0);
		for (k = 0; k < 4; k++)
			*to++ = i + k <= size
					? digits[group >> (18 - 6 * k) & 63]
					: '=';
	}
	json = text ? json_stringn(text, (size_t)(to - text)) : NULL;
	free(text);
	return json;
}

json_t *dm_json_put_path_text(json_t *object, const char *text)
{
	char *bytes = strdup(text);
	size_t size;

	/* A row's, of before a rename. */
	json_object_del(object, "path_base64");
	object = dm_json_put(object, "path", bytes ? json_string(text) : NULL);
	size = bytes ? dm_text_name_bytes(bytes) : 0;
	if (bytes && (size != strlen(text) || memcmp(bytes, text, size)))
		object = dm_json_put(object, "path_base64",
				     json_base64(bytes, size));
	free(bytes);
	return object;
}

json_t *dm_json_put_path(json_t *object, const char *name)
{
	char *text = dm_text_name(name);

	if (!text)
		return dm_json_put(object, "path", NULL);
	object = dm_json_put_path_text(object, text);
	free(text);
	return object;
}

/*
 * All that builds an object takes what it is given and gives NULL when memory
 * ran out, so that one look at the end is enough. jansson does the same where
 * a value is NULL, but json_object_set_new() only says so.
 */
json_t *dm_json_put(json_t *object, const char *key, json_t *value)
{
	if (object && json_object_set_new(object, key, value) == 0)
		return object;
	if (!object)
		json_decref(value);
	json_decref(object);
	return NULL;
}

json_t *dm_json_add(json_t *array, json_t *value)
{
	if (array && json_array_append_new(array, value) == 0)
		return array;
	if (!array)
		json_decref(value);
	json_decref(array);
	return NULL;
}

json_t *dm_json_hex(uint64_t value)
{
	return json_sprintf("0x%llx", (unsigned long long)value);
}

json_t *dm_json_uint(uint64_t value)
{
	/*
	 * jansson and other readers know no larger integers, and as a real it
	 * would be another number. Only a damaged dump has such.
	 */
	return value <= INT64_MAX
		       ? json_integer((json_int_t)value)
		       : json_sprintf("%llu", (unsigned long long)value);
}

json_t *dm_json_by_leaf(const uint64_t *bytes)
{
	json_t *o = json_object();
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		o = dm_json_put(o, dm_leaf_name(leaf),
				dm_json_uint(bytes[leaf]));
	return o;
}

json_t *dm_json_attrs(const struct dm_kernel *kernel, uint64_t attrs)
{
	json_t *words = json_array();
	unsigned int cursor = 0;
	const char *word;

	while ((word = dm_arm64_attr_word(kernel, attrs, &cursor))) {
		if (*word)
			words = dm_json_add(words, json_string(word));
	}
	return words;
}

json_t *dm_json_known(enum dm_known known)
{
	if (known == DM_UNKNOWN)
		return json_null();
	return json_boolean(known == DM_YES);
}

json_t *dm_json_text(const char *text)
{
	return text && *text ? dm_json_foreign(text) : json_null();
}

/* A character that is not to be seen as it is; beyond ASCII only strings go. */
static void write_hidden(struct out *out, uint32_t c)
{
	if (c > 0xffff)
		dm_out_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10),
			      0xdc00 + (c & 0x3ff));
	else
		dm_out_printf(out, "\\u%04x", c);
}

/* jansson's pieces end where characters do. */
static int write_json(const char *text, size_t size, void *arg)
{
	const char *plain = text, *end = text + size;
	struct out *out = arg;
	uint32_t c;
	size_t n;

	for (; text < end; text += n) {
		n = 1;
		if ((unsigned char)*text < 0x7f)
			continue;
		n = dm_text_next(text, &c);
		if (dm_text_is_plain(c))
			continue;
		dm_out_write(out, plain, (size_t)(text - plain));
		write_hidden(out, c);
		plain = text + n;
	}
	dm_out_write(out, plain, (size_t)(end - plain));
	return out->failed ? -1 : 0;
}

static struct dm_error *dump(json_t *json, size_t flags, struct out *out)
{
	int failed;

	if (!json)
		return dm_error_no_memory();
	failed = json_dump_callback(json, write_json, out,
				    JSON_COMPACT | JSON_ENCODE_ANY | flags);
	json_decref(json);
	if (failed && !out->failed)
		return dm_error_no_memory();
	return dm_out_error(out);
}

struct dm_error *dm_json_write_part(json_t *json, struct out *out)
{
	return dump(json, 0, out);
}

struct dm_error *dm_json_write_members(json_t *json, struct out *out)
{
	return dump(json, JSON_EMBED, out);
}

struct dm_error *dm_json_write(json_t *json, struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	struct dm_error *err;

	err = dump(json, 0, &out);
	if (err)
		return err;
	dm_out_write(&out, "\n", 1);
	return dm_out_error(&out);
}

json_t *dm_json_missing(const struct dm_missing *missing)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < dm_missing_count(missing); i++) {
		json_t *o = json_object();

		o = dm_json_put(o, "what",
				dm_json_text(dm_missing_what(missing, i)));
		o = dm_json_put(o, "why",
				dm_json_foreign(dm_missing_why(missing, i)));
		o = dm_json_put(o, "code",
				json_string(dm_error_code_name(
					dm_missing_code(missing, i))));
		array = dm_json_add(array, o);
	}
	return array;
}
