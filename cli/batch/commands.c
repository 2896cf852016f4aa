// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands of this folder, for main.c's table. */
#include "batch.h"

const struct cli_command cli_batch = { .name = "batch", .main = batch_main };
const struct cli_command cli_query = { .name = "query",
				       .main = batch_query_main };
const struct cli_command cli_merge = { .name = "merge",
				       .main = batch_merge_main };
/* Not for people: what batch starts. */
const struct cli_command cli_batch_one = { .name = "batch-one",
					   .sandbox = CLI_SANDBOX_READS,
					   .main = batch_one };
