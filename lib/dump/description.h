/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images of RAM that lie in a folder with a text which says where they were: from
 * what the user named (the text, an image, the folder) to the list of ranges.
 */
#ifndef DUMP_DESCRIPTION_H
#define DUMP_DESCRIPTION_H

#include "dump/ram_list.h"

/*
 * The text that describes @p path, which is named without an address: itself, or
 * one beside it, or in it.
 * @param text	Its path, the caller's. NULL: @p path is nothing of that kind.
 * @returns	DM_ERROR_UNSUPPORTED: an image that needs such a text, and none is
 *		there. DM_ERROR_INVALID_ARGUMENT: a folder that has several.
 */
struct dm_error *dm_description_find(const char *path, char **text);

/*
 * Read a text that was found so, and look for its files: paths are those that
 * are there, and what is missing of them is in list->lacks.
 */
struct dm_error *dm_description_read(const char *text, struct ram_list *list);

#endif /* DUMP_DESCRIPTION_H */
