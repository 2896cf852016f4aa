/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of check: keys of a policy file and options of the same names. */
#ifndef CLI_OPTIONS_RULES_H
#define CLI_OPTIONS_RULES_H

/* In the order in which violations are told. */
enum check_rule {
	CHECK_SHARE_SMALL,
	CHECK_SHARE_4K,
	CHECK_SHARE_16K,
	CHECK_SHARE_64K,
	CHECK_SHARE_2M,
	CHECK_SHARE_32M,
	CHECK_SHARE_512M,
	CHECK_SHARE_1G,
	CHECK_SHARE_16G,
	CHECK_SHARE_64G,
	CHECK_SHARE_4T,
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
	/* Keys of the same kind that are no rules. */
	CHECK_BASELINE = CHECK_RULES,
	CHECK_ON_UNKNOWN,
	CHECK_SETTINGS,
};

enum check_on_unknown { CHECK_FAIL, CHECK_WARN, CHECK_PASS };

#endif /* CLI_OPTIONS_RULES_H */
