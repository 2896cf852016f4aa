// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands of this folder, for main.c's table. */
#include "batch.h"

const struct cli_command cli_batch = { .name = "batch", .main = batch_main };
const struct cli_command cli_query = { .name = "query",
				       .main = batch_query_main };
const struct cli_command cli_merge = { .name = "merge",
				       .main = batch_merge_main };
