/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where values go. */
#ifndef CLI_OPTIONS_STORE_H
#define CLI_OPTIONS_STORE_H

#include "table.h"

/** @returns false: it was given as often as its member holds values. */
bool option_store(const struct option_spec *option,
		  const struct option_value *value, struct cli_options *to);

#endif /* CLI_OPTIONS_STORE_H */
