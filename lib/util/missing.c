// SPDX-License-Identifier: GPL-2.0-or-later
/* Appends to the line of what is missing, each reason once. */
#include <stdio.h>
#include <string.h>

#include "util/error.h"
#include "util/missing.h"

void dm_missing_add(char *text, size_t size, const char *what, const char *why)
{
	size_t have = strlen(text);

	/* One missing thing is often the reason for the next. */
	if (have + 1 >= size || strstr(text, why))
		return;
	snprintf(text + have, size - have, "%s%s%s%s", have ? "; " : "",
		 what ? what : "", what ? ": " : "", why);
}

/* Errors begin with what was looked for: "vmalloc areas: …". */
static const char *what_for(const char *message, char *what, size_t size)
{
	size_t len = strcspn(message, ":");

	if (!message[len] || len >= size || memchr(message, '0', len))
		return NULL;
	snprintf(what, size, "%.*s", (int)len, message);
	return what;
}

struct dm_error *dm_missing_note(char *text, size_t size, struct dm_error *err)
{
	char what[48];

	if (!err || dm_error_is_fatal(err))
		return err;
	if (dm_error_is_unread(err))
		dm_missing_add(text, size,
			       what_for(err->message, what, sizeof(what)),
			       "memory that is not in the dump");
	else
		dm_missing_add(text, size, NULL, err->message);
	dm_error_destroy(err);
	return NULL;
}
