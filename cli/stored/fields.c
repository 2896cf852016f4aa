// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks values up in a stored report, and checks their types. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

json_t *field(const json_t *o, const char *keys)
{
	char key[64];

	while (o && *keys) {
		size_t n = strcspn(keys, ".");

		if (n >= sizeof(key))
			return NULL;
		memcpy(key, keys, n);
		key[n] = '\0';
		o = json_object_get(o, key);
		keys += n + (keys[n] == '.');
	}
	return (json_t *)(uintptr_t)o;
}

const char *field_text(const json_t *o, const char *keys)
{
	const char *text = json_string_value(field(o, keys));

	return text ? text : "";
}

bool field_number(const json_t *o, const char *keys, uint64_t *ret)
{
	const json_t *value = field(o, keys);
	json_int_t n = json_integer_value(value);

	*ret = 0;
	if (!json_is_integer(value) || n < 0)
		return false;
	*ret = (uint64_t)n;
	return true;
}

enum dm_known field_bool(const json_t *o, const char *keys)
{
	const json_t *value = field(o, keys);

	return json_is_true(value)    ? DM_YES
	       : json_is_false(value) ? DM_NO
				      : DM_UNKNOWN;
}

bool field_hex(const json_t *o, const char *keys, uint64_t *ret)
{
	const char *text = field_text(o, keys);
	size_t n;

	*ret = 0;
	if (strncmp(text, "0x", 2) != 0)
		return false;
	n = strspn(text + 2, "0123456789abcdef");
	if (!n || n > 16 || text[2 + n])
		return false;
	*ret = strtoull(text + 2, NULL, 16);
	return true;
}

json_t *field_list(const json_t *o, const char *keys)
{
	json_t *value = field(o, keys);

	return json_is_array(value) ? value : NULL;
}

bool field_leaves(const json_t *o, const char *keys, uint64_t ret[DM_LEAF_MAX])
{
	const json_t *value = field(o, keys);
	bool all = json_is_object(value);
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (!field_number(value, dm_leaf_name(leaf), &ret[leaf]))
			all = false;
	}
	return all;
}

uint64_t leaves_total(const uint64_t leaves[DM_LEAF_MAX])
{
	uint64_t sum = 0;
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (__builtin_add_overflow(sum, leaves[leaf], &sum))
			return UINT64_MAX;
	}
	return sum;
}

bool leaf_by_name(const char *name, enum dm_leaf *ret)
{
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (strcmp(name, dm_leaf_name(leaf)) == 0) {
			*ret = leaf;
			return true;
		}
	}
	return false;
}

const char *field_leaf_label(const json_t *report, enum dm_leaf leaf)
{
	const char *label;
	uint64_t size;

	field_number(report, "kernel.page_size", &size);
	label = dm_granule_leaf_label(size, leaf);
	return label ? label : dm_leaf_name(leaf);
}

void field_owner(const json_t *owner, char *text, size_t size)
{
	const char *kind = field_text(owner, "kind");
	const char *name = field_text(owner, "name");
	const char *part = field_text(owner, "part");
	uint64_t inode;

	if (!*kind)
		snprintf(text, size, "unknown");
	else if (!strcmp(kind, "secretmem") &&
		 field_number(owner, "id", &inode))
		snprintf(text, size, "%s inode %llu", kind,
			 (unsigned long long)inode);
	else if (!strcmp(kind, "secretmem") &&
		 field_number(owner, "inode", &inode))
		snprintf(text, size, "%s inode %llu", kind,
			 (unsigned long long)inode);
	else if (!strcmp(kind, "module") && *name && *part)
		snprintf(text, size, "%s %s (%s)", kind, name, part);
	else if (*name)
		snprintf(text, size, "%s %s", kind, name);
	else if (*part)
		snprintf(text, size, "%s (%s)", kind, part);
	else
		snprintf(text, size, "%s", kind);
}
