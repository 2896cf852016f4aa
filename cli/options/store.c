// SPDX-License-Identifier: GPL-2.0-or-later
/* Values into the members of struct cli_options, by their offsets. */
#include <string.h>

#include "store.h"

/* A word's enum is one of these too. */
static void store_number(void *member, size_t size, uint64_t number)
{
	unsigned int small = (unsigned int)number;

	if (size == sizeof(small))
		memcpy(member, &small, size);
	else
		memcpy(member, &number, sizeof(number));
}

static bool add_text(void *member, size_t size, const char *text)
{
	const char **list = member;
	size_t i = 0, count = size / sizeof(*list);

	while (i < count && list[i])
		i++;
	if (i == count)
		return false;
	list[i] = text;
	return true;
}

bool option_store(const struct option_spec *option,
		  const struct option_value *value, struct cli_options *to)
{
	void *member = (char *)to + option->offset;

	if (option->rule) {
		*(struct option_value *)member = *value;
		return true;
	}
	switch (option->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		break;
	case OPTION_FILE:
		*(const char **)member = value->text;
		break;
	case OPTION_FILES:
		return add_text(member, option->size, value->text);
	case OPTION_RANGE:
		*(struct dm_range *)member = value->range;
		break;
	case OPTION_PART:
		*(struct cli_part *)member = value->part;
		break;
	default:
		store_number(member, option->size, value->number);
	}
	return true;
}
