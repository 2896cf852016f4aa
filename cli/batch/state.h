/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results that are done: a folder with a file for each dump, named after what
 * the result depends on, so that the same dump is not read again.
 */
#ifndef BATCH_STATE_H
#define BATCH_STATE_H

#include <jansson.h>

#include "content_id.h"
#include "scan.h"

struct state {
	char *folder;
	bool temporary; /* to be removed at the end */
};

/**
 * @param folder	NULL: the user's cache; where there is none, a folder
 *			that is removed again (said on stderr).
 */
struct dm_error *state_init(struct state *state, const char *folder);
void state_deinit(struct state *state);

/**
 * Name the result of @p dump as its files are now (device, inode, size, times)
 * and this version of the tool makes it.
 * @param how	What else it depends on.
 * @returns	False if a file is not there: "" then.
 */
bool state_key(char key[CONTENT_ID_MAX], const struct scan_dump *dump,
	       const char *how);
/** @returns	The row; NULL if there is none (or none that can be read). */
json_t *state_load(const struct state *state, const char *key);
struct dm_error *state_store(const struct state *state, const char *key,
			     json_t *row);

#endif /* BATCH_STATE_H */
