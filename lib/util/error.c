// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes errors, prefixes them, and tells those that end the job. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"

/* Returned when there is no memory for an error object; never freed. */
static struct dm_error no_memory = {
	.code = DM_ERROR_NO_MEMORY,
	.message = "out of memory",
};

static struct dm_error *error_from_text(enum dm_error_code code,
					const char *prefix, const char *text)
{
	size_t prefix_len = strlen(prefix), text_len = strlen(text);
	struct dm_error *err;
	char *message;

	/* One block for both, so that one free() ends it. */
	err = malloc(sizeof(*err) + prefix_len + text_len + 1);
	if (!err)
		return &no_memory;
	message = (char *)(err + 1);
	memcpy(message, prefix, prefix_len);
	memcpy(message + prefix_len, text, text_len + 1);
	err->code = code;
	err->message = message;
	return err;
}

struct dm_error *dm_error_create(enum dm_error_code code, const char *format,
				 ...)
{
	char text[DM_ERROR_MESSAGE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return error_from_text(code, "", text);
}

struct dm_error *dm_error_prefix(struct dm_error *err, const char *format, ...)
{
	char prefix[DM_ERROR_MESSAGE_MAX];
	struct dm_error *longer;
	va_list ap;

	va_start(ap, format);
	vsnprintf(prefix, sizeof(prefix) - 2, format, ap);
	va_end(ap);
	strcat(prefix, ": ");
	longer = error_from_text(err->code, prefix, err->message);
	dm_error_destroy(err);
	return longer;
}

struct dm_error *dm_error_copy(const struct dm_error *err)
{
	if (err == &no_memory)
		return &no_memory;
	return error_from_text(err->code, "", err->message);
}

struct dm_error *dm_error_recode(struct dm_error *err, enum dm_error_code code)
{
	/* That one is everybody's: it stays what it is. */
	if (err != &no_memory)
		err->code = code;
	return err;
}

void dm_error_destroy(struct dm_error *err)
{
	if (err != &no_memory)
		free(err);
}

struct dm_error *dm_error_no_memory(void)
{
	return &no_memory;
}

const char *dm_error_code_name(enum dm_error_code code)
{
	switch (code) {
	case DM_ERROR_NO_MEMORY:
		return "no_memory";
	case DM_ERROR_INVALID_ARGUMENT:
		return "invalid_argument";
	case DM_ERROR_OS:
		return "os";
	case DM_ERROR_ABSENT:
		return "absent";
	case DM_ERROR_BROKEN:
		return "broken";
	case DM_ERROR_UNSUPPORTED:
		return "unsupported";
	case DM_ERROR_BAD_DUMP:
		return "bad_dump";
	case DM_ERROR_INTERRUPTED:
		return "interrupted";
	case DM_ERROR_OUTPUT:
		return "output";
	case DM_ERROR_NOT_FOUND:
		return "not_found";
	}
	return "unknown";
}

bool dm_error_is_fatal(const struct dm_error *err)
{
	if (!err)
		return false;
	switch (err->code) {
	case DM_ERROR_NO_MEMORY:
	case DM_ERROR_OS:
	case DM_ERROR_INTERRUPTED:
	case DM_ERROR_OUTPUT:
		return true;
	/* A pointer to no kernel address, a layout that Linux never had. */
	case DM_ERROR_INVALID_ARGUMENT:
	case DM_ERROR_UNSUPPORTED:
	case DM_ERROR_ABSENT:
	case DM_ERROR_BROKEN:
	case DM_ERROR_BAD_DUMP:
	case DM_ERROR_NOT_FOUND:
		return false;
	}
	/* A code that nobody knows is a front end's own. */
	return true;
}
