/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the report takes of the history of splits. */
#ifndef DM_HISTORY_PRINT_H
#define DM_HISTORY_PRINT_H

#include "util/out.h"

/** How many leaves were lost, a line. */
void dm_history_put_line(struct out *out, const struct dm_kernel *kernel,
			 const struct dm_history *history);
/** "splits":…, and what goes with it, without braces around. */
struct dm_error *dm_history_put_json(struct out *out,
				     const struct dm_kernel *kernel,
				     struct dm_history *history);

/** Lost leaves and special pages by owner, and an empty line. */
void dm_owners_put_table(struct out *out, const struct dm_split_summary *s);
/** Who has part in most of the lost leaves, behind @p name; none: nothing. */
void dm_owners_put_line(struct out *out, const char *name,
			const struct dm_split_summary *s);

#endif /* DM_HISTORY_PRINT_H */
