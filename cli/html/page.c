// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a page's head and end, escapes text, and prints bytes. */
#include <stdarg.h>
#include <string.h>

#include "batch/escape.h"
#include "page.h"
#include "write/output_file.h"

/* Made of style.css and page.js by the Makefile. */
const char page_css[] =
#include "cli/html/style.css.h"
	;
const char page_js[] =
#include "cli/html/page.js.h"
	;
const char page_css_hash[] =
#include "cli/html/style.css.hash.h"
	;
const char page_js_hash[] =
#include "cli/html/page.js.hash.h"
	;

void page_put(struct page *page, const char *markup)
{
	fputs(markup, page->stream);
}

void page_printf(struct page *page, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(page->stream, format, ap);
	va_end(ap);
}

void page_text(struct page *page, const char *text)
{
	escape_xml(page->stream, text);
}

void page_bytes_plain(struct page *page, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	double value = (double)bytes / 1024;
	unsigned int unit = 0;

	while (value >= 1024 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	page_printf(page,
		    value == (double)(uint64_t)value ? "%.0f %ciB"
						     : "%.2f %ciB",
		    value, units[unit]);
}

void page_bytes(struct page *page, uint64_t bytes)
{
	page_put(page, "<span class=\"nw\">");
	page_bytes_plain(page, bytes);
	page_put(page, "</span>");
}

void page_bytes_or(struct page *page, bool known, uint64_t bytes)
{
	if (known)
		page_bytes(page, bytes);
	else
		page_put(page, "<i>unknown</i>");
}

static void put_head(struct page *page, const char *title, const char *about)
{
	page_put(page, OUTPUT_PAGE_BEGIN);
	page_printf(page,
		    "%s'; script-src 'sha256-%s'; base-uri 'none'; "
		    "form-action 'none'\">\n",
		    page_css_hash, page_js_hash);
	page_put(
		page,
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	page_text(page, title);
	if (about) {
		page_put(page, ": ");
		page_text(page, about);
	}
	page_put(page, "</title>\n<style>");
	page_put(page, page_css);
	page_put(page, "</style>\n<body>\n<main>\n<h1>");
	page_text(page, title);
	page_put(page, "</h1>\n");
	if (!about)
		return;
	page_put(page, "<p class=\"about\">");
	page_text(page, about);
	page_put(page, "</p>\n");
}

struct dm_error *page_begin(struct page *page, struct output_file *out,
			    const char *title, const char *about)
{
	struct dm_error *err = output_file_stream(out, &page->stream);

	if (!err)
		put_head(page, title, about);
	return err;
}

void page_end(struct page *page)
{
	page_printf(page,
		    "<footer>kdump-triage %s, schema directmap/1</footer>\n"
		    "</main>\n<script>",
		    DM_VERSION);
	page_put(page, page_js);
	page_put(page, "</script>\n</body>\n</html>\n");
}
