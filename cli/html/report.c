// SPDX-License-Identifier: GPL-2.0-or-later
/* The page of one dump, from the answer down to where it comes from. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "html.h"
#include "sections.h"
#include "write/output_file.h"

static struct dm_error *put_sections(struct page *page, const json_t *report)
{
	struct dm_error *err;

	section_answer(page, report);
	section_notes(page, report);
	section_usage(page, report);
	section_map(page, report);
	err = section_owners(page, report);
	if (!err)
		err = section_timeline(page, report);
	if (err)
		return err;
	section_collapsible(page, report);
	section_boot(page, report);
	section_policy(page, report);
	section_counters(page, report);
	section_metadata(page, report);
	return NULL;
}

/* "Linux 7.3.4 on web12, 2026-11-30 17:50 UTC", as far as it is known. */
static void name_kernel(const json_t *report, char *text, size_t size)
{
	const char *host = field_text(report, "dump.host");
	const char *release = field_text(report, "kernel.release");
	char when[40] = "";
	uint64_t seconds;
	struct tm tm;
	time_t time;

	/* Up to the year 9999: a header may say anything. */
	if (field_number(report, "dump.crash_time", &seconds) && seconds &&
	    seconds < UINT64_C(253402300800)) {
		time = (time_t)seconds;
		if (gmtime_r(&time, &tm))
			strftime(when, sizeof(when), ", %Y-%m-%d %H:%M UTC",
				 &tm);
	}
	snprintf(text, size, "Linux %s%s%s%s", *release ? release : "unknown",
		 *host ? " on " : "", host, when);
}

struct dm_error *html_report_put(struct output_file *out, const json_t *report)
{
	const char *dump = field_text(report, "dump.path");
	const char *slash = strrchr(dump, '/');
	struct dm_error *err;
	struct page page;
	char title[512], about[512];

	snprintf(title, sizeof(title), "Linear map of %s",
		 slash && slash[1] ? slash + 1 : dump);
	name_kernel(report, about, sizeof(about));
	err = page_begin(&page, out, title, about);
	if (!err)
		err = put_sections(&page, report);
	if (!err)
		page_end(&page);
	return err;
}

struct dm_error *html_report_write(const char *path, bool force,
				   const json_t *report)
{
	struct output_file out;
	struct dm_error *err;

	err = output_file_create(&out, path, OUTPUT_PAGE, force);
	if (err)
		return err;
	err = html_report_put(&out, report);
	if (!err)
		err = output_file_commit(&out);
	output_file_deinit(&out);
	return err;
}
