// SPDX-License-Identifier: GPL-2.0-or-later
/* What all that writes JSON has in common, on jansson. */
#include <stdlib.h>
#include <string.h>

#include "arm64.h"
#include "error.h"
#include "json.h"
#include "out.h"

/*
 * Strings of the dump's or the file system's may be no UTF-8, which JSON
 * cannot hold: then everything beyond ASCII becomes '?'.
 */
json_t *json_foreign(const char *text)
{
	json_t *json = json_string(text);
	char *copy, *c;

	if (json)
		return json;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (c = copy; *c; c++) {
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	}
	json = json_string(copy);
	free(copy);
	return json;
}

/*
 * All that builds an object takes what it is given and gives NULL when memory
 * ran out, so that one look at the end is enough. jansson does the same where
 * a value is NULL, but json_object_set_new() only says so.
 */
json_t *json_put(json_t *object, const char *key, json_t *value)
{
	if (object && json_object_set_new(object, key, value) == 0)
		return object;
	if (!object)
		json_decref(value);
	json_decref(object);
	return NULL;
}

json_t *json_add(json_t *array, json_t *value)
{
	if (array && json_array_append_new(array, value) == 0)
		return array;
	if (!array)
		json_decref(value);
	json_decref(array);
	return NULL;
}

json_t *json_hex(uint64_t value)
{
	return json_sprintf("0x%llx", (unsigned long long)value);
}

json_t *json_uint(uint64_t value)
{
	/*
	 * jansson and other readers know no larger integers, and as a real it
	 * would be another number. Only a damaged dump has such.
	 */
	return value <= INT64_MAX
		       ? json_integer((json_int_t)value)
		       : json_sprintf("%llu", (unsigned long long)value);
}

json_t *json_by_leaf(const uint64_t *bytes)
{
	json_t *o = json_object();
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		o = json_put(o, dm_leaf_name(leaf), json_uint(bytes[leaf]));
	return o;
}

json_t *json_attrs(const struct dm_kernel *kernel, uint64_t attrs)
{
	json_t *words = json_array();
	unsigned int cursor = 0;
	const char *word;

	while ((word = arm64_attr_word(kernel, attrs, &cursor))) {
		if (*word)
			words = json_add(words, json_string(word));
	}
	return words;
}

json_t *json_known(enum dm_known known)
{
	if (known == DM_UNKNOWN)
		return json_null();
	return json_boolean(known == DM_YES);
}

json_t *json_text(const char *text)
{
	return text && *text ? json_foreign(text) : json_null();
}

static int write_json(const char *text, size_t size, void *arg)
{
	struct out *out = arg;

	out_write(out, text, size);
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
	return out_error(out);
}

struct dm_error *json_write_part(json_t *json, struct out *out)
{
	return dump(json, 0, out);
}

struct dm_error *json_write_members(json_t *json, struct out *out)
{
	return dump(json, JSON_EMBED, out);
}

struct dm_error *json_write(json_t *json, struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	struct dm_error *err;

	err = dump(json, 0, &out);
	if (err)
		return err;
	out_write(&out, "\n", 1);
	return out_error(&out);
}
