/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of options, a parser for each kind: of command lines and, as its
 * keys are the same, of policy files.
 */
#ifndef CLI_OPTIONS_VALUE_H
#define CLI_OPTIONS_VALUE_H

#include "table.h"

/* Of what option_value_wrong() says. */
#define VALUE_WRONG_MAX 512

/** @returns false: @p text is no value of @p option. */
bool option_value_parse(const struct option_spec *option, const char *text,
			struct option_value *ret);
/**
 * Of such a text: `cannot be "xml": text or json`, or what may be meant.
 * @returns	Whether it is the latter.
 */
bool option_value_wrong(const struct option_spec *option, const char *text,
			char to[VALUE_WRONG_MAX]);
/**
 * Which values there are: "text or json", "a number from 1 to 1024, or auto".
 * @returns false: any, or none; then @p to is "".
 */
bool option_value_which(const struct option_spec *option, char *to,
			size_t size);

#endif /* CLI_OPTIONS_VALUE_H */
