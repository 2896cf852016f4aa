/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a policy. */
#ifndef CHECK_RULES_H
#define CHECK_RULES_H

#include "check.h"

enum rule_kind {
	RULE_SHARE, /* of mapped bytes, in leaves of a size */
	RULE_COUNT,
	RULE_BYTES,
	RULE_WORD,
	RULE_YES, /* demanded, or not */
	RULE_WORSE, /* than a baseline, in per cent */
};

/* In the order in which violations are told. */
struct rule {
	const char *name;
	enum rule_kind kind;
	const char *about; /* leaf's label; words that it can be */
};

extern const struct rule check_rules[];

enum check_rule {
	CHECK_SHARE_SMALL,
	CHECK_SHARE_LAST = 10,
	CHECK_LOST,
	CHECK_RESIDUAL,
	CHECK_RESIDUAL_BYTES,
	CHECK_COLLAPSIBLE,
	CHECK_BOOT_POLICY,
	CHECK_TEXT_ALIAS,
	CHECK_CONTIGUOUS,
	CHECK_FINDINGS,
	CHECK_COMPLETE,
	CHECK_WORSE,
	CHECK_RULES,
};

#endif /* CHECK_RULES_H */
