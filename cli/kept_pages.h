/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source that keeps pages that were read, where the same ones are read again
 * and again: by the views that an extract is made for, one after the other.
 */
#ifndef CLI_KEPT_PAGES_H
#define CLI_KEPT_PAGES_H

#include "directmap.h"

struct kept_pages;

/**
 * @param inner	Must outlive it. Its reads of DM_CONTENT_SEARCH are passed on:
 *		what is searched is large, and read once.
 */
struct dm_error *kept_pages_create(struct dm_source *inner, size_t page_size,
				   struct kept_pages **ret);
void kept_pages_destroy(struct kept_pages *kept);
struct dm_source *kept_pages_source(struct kept_pages *kept);

#endif /* CLI_KEPT_PAGES_H */
