/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source that keeps what it was asked for, and what could not be read, so that
 * thousands of runs over a dump read its file once.
 */
#ifndef PAGE_CACHE_H
#define PAGE_CACHE_H

#include "directmap.h"

struct page_cache;

/* @inner must outlive it. Without memory the program ends. */
struct page_cache *page_cache_create(struct dm_source *inner);
void page_cache_destroy(struct page_cache *cache);
struct dm_source *page_cache_source(struct page_cache *cache);
/* Pieces of 4 KiB that were asked for. */
size_t page_cache_count(const struct page_cache *cache);

#endif /* PAGE_CACHE_H */
