/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all pages are made with. */
#ifndef HTML_PAGE_H
#define HTML_PAGE_H

#include <stdio.h>

#include "directmap.h"

struct output_file;

struct page {
	FILE *stream;
};

/**
 * Begin a page, up to and with its heading; its stream is @p out's.
 * @param about	A line below the heading, and in the window's title; NULL: none.
 */
struct dm_error *page_begin(struct page *page, struct output_file *out,
			    const char *title, const char *about);
/** End it; to put it in its place is the caller's. */
void page_end(struct page *page);

/** Markup of our own. */
void page_put(struct page *page, const char *markup);
void page_printf(struct page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** Anybody's text, for between tags or in an attribute's quotes. */
void page_text(struct page *page, const char *text);
/** Bytes for people: 2.25 GiB; in an element that keeps them together. */
void page_bytes(struct page *page, uint64_t bytes);
void page_bytes_plain(struct page *page, uint64_t bytes);
/** The same where it may be not known. */
void page_bytes_or(struct page *page, bool known, uint64_t bytes);

/* style.css and page.js, and the hashes that let them in. */
extern const char page_css[], page_js[];
extern const char page_css_hash[], page_js_hash[];

#endif /* HTML_PAGE_H */
