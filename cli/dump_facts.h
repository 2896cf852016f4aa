/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machine's kernel died, and when. */
#ifndef DUMP_FACTS_H
#define DUMP_FACTS_H

#include <jansson.h>

#include "cli.h"

/**
 * Put `host` and `crash_time` into a report's `dump`; null what is not known.
 * @returns	@p report.
 */
json_t *cli_dump_facts(json_t *report, const struct cli_dump *d);

#endif /* DUMP_FACTS_H */
