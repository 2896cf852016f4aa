/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a dump's page: each says so where a report has nothing for it. */
#ifndef HTML_SECTIONS_H
#define HTML_SECTIONS_H

#include "page.h"
#include "stored/fields.h"

/** "2 × 32M, 44 × 64k"; a dash: none. */
void section_leaves(struct page *page, const json_t *report,
		    const uint64_t leaves[DM_LEAF_MAX]);
/** Of a member; "unknown" if it is no number. */
void section_bytes(struct page *page, const json_t *o, const char *keys);
/** Why lost leaves are not known, in parentheses; nothing if none says. */
void section_why_unknown(struct page *page, const json_t *report);
/** A share in percent, of what may be 0. */
void section_share(struct page *page, uint64_t part, uint64_t whole);

void section_answer(struct page *page, const json_t *report);
void section_notes(struct page *page, const json_t *report);
void section_usage(struct page *page, const json_t *report);
void section_map(struct page *page, const json_t *report);
void section_policy(struct page *page, const json_t *report);
void section_counters(struct page *page, const json_t *report);
struct dm_error *section_owners(struct page *page, const json_t *report);
struct dm_error *section_timeline(struct page *page, const json_t *report);
void section_collapsible(struct page *page, const json_t *report);
void section_boot(struct page *page, const json_t *report);
void section_metadata(struct page *page, const json_t *report);

#endif /* HTML_SECTIONS_H */
