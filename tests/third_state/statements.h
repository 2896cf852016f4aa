/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that is said of a dump, view by view, as programs read it (JSON) and as
 * people do: what the rules of this folder hold against each other.
 */
#ifndef THIRD_STATE_STATEMENTS_H
#define THIRD_STATE_STATEMENTS_H

#include <jansson.h>

#include "directmap.h"

enum text {
	TEXT_REPORT,
	TEXT_MEMINFO,
	TEXT_SPLITS,
	TEXT_TIMELINE,
	TEXT_MAP,
	TEXT_SVG,
	TEXT_HTML,
	TEXT_COUNT,
};

const char *said_name(enum text text);

struct statements {
	struct dm_session *session;
	const struct dm_kernel *kernel;
	const struct dm_usage *usage;
	const struct dm_policy *policy;
	struct dm_history *history;

	/* The first error of what all stands on: nothing else is said then. */
	char refused[512];
	int code; /* of `report`: 0 or 4 */
	bool stored_partial; /* what `check` makes of the stored report */
	json_t *report;
	json_t *runs; /* a list of what `runs --json` has */
	json_t *map;
	char *texts[TEXT_COUNT];
	/* By question: `explain --json`, or {"error": code}; and its text. */
	json_t *answers;
	json_t *answer_texts;
};

/** What a dump has not of its kernel; NULL: it has all. */
struct debuginfo {
	struct dm_symbol_table *symbols;
	struct dm_type_table *types;
};

/**
 * Ask all but `explain`. Without memory the program ends.
 * @param page	A file that the HTML page goes to; NULL: no page.
 */
void statements_init(struct statements *s, struct dm_source *source,
		     const struct debuginfo *debuginfo, const char *page);
void statements_deinit(struct statements *s);
/** `explain` @p question, once: @returns the answer. */
const json_t *statements_ask(struct statements *s, const char *question);

#endif /* THIRD_STATE_STATEMENTS_H */
