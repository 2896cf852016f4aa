// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the kernel's command line in its log.
 *
 * The command line out of the log: start_kernel() prints it, before there is
 * anyone else who could print such a line (init/main.c). Since 6.19 a long one
 * is printed in parts, each but the last with a backslash at its end
 * (print_kernel_cmdline()).
 */
#include <string.h>

#include "util/error.h"
#include "kernel/printk.h"

/*
 * A record holds at least this much (5.10 and 6.1, LOG_LINE_MAX with
 * CONFIG_PRINTK_CALLER: 1024 - 48, the newline in it): from here on a line may
 * have been cut.
 */
#define UNCUT_MAX 975

struct cmdline {
	char *text;
	size_t size, have;
	uint64_t next; /* seq of the part that follows */
	bool found, ended, cut;
};

/* @more: the line has a part after this one. */
static void take_part(struct cmdline *c, const char *part, size_t length,
		      bool more)
{
	if (length >= c->size - c->have) {
		length = c->size - c->have - 1;
		c->cut = true;
	}
	memcpy(c->text + c->have, part, length);
	c->have += length;
	c->text[c->have] = '\0';
	c->ended = !more;
}

static struct dm_error *look_at(void *arg, const struct printk_record *record,
				bool *stop)
{
	const size_t prefix = strlen(PRINTK_CMDLINE);
	struct cmdline *c = arg;
	size_t length;
	bool more;

	/* Other facilities are of /dev/kmsg, where anyone may write anything. */
	if (record->facility || record->size < prefix ||
	    memcmp(record->text, PRINTK_CMDLINE, prefix) != 0) {
		*stop = c->found;
		return NULL;
	}
	if (c->found && record->seq != c->next) {
		*stop = true;
		return NULL;
	}
	length = record->size - prefix;
	more = length >= 2 &&
	       memcmp(record->text + record->size - 2, " \\", 2) == 0;
	/* The blank is the line's own. */
	if (more)
		length--;
	else if (record->size >= UNCUT_MAX)
		c->cut = true;
	take_part(c, record->text + prefix, length, more);
	c->found = true;
	c->next = record->seq + 1;
	*stop = c->ended;
	return NULL;
}

struct dm_error *dm_printk_cmdline(struct kva *kva, struct dm_source *source,
				   char *text, size_t size, bool *whole)
{
	struct cmdline c = { .text = text, .size = size };
	struct dm_error *err;

	*text = '\0';
	*whole = false;
	err = dm_printk_each(kva, source, DM_CONTENT_SEARCH, look_at, &c);
	if (!err && !c.found)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "the kernel's log has no line \"%s\"",
				      PRINTK_CMDLINE);
	if (!err)
		*whole = c.ended && !c.cut;
	return err;
}
