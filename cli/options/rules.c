// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of check, as the table has them: policy files have the same keys. */
#include "shared.h"

#define YES_NO WORDS({ "yes", 1 }, { "no", 0 })

/* All of the rest that a rule needs. */
#define RULE(index, its_name, its_kind, its_argument, its_help)                \
	.name = its_name, .kind = its_kind, .section = SECTION_RULES,          \
	.argument = its_argument, .help = its_help, .rule = true,              \
	SETS(rules[index])

#define SHARE(index, leaf)                                                     \
	[index] = { RULE(index, "max-" leaf "-share", OPTION_PERCENT, "P%",    \
			 "of the mapped bytes at most, in leaves of " leaf),   \
		    .most = 100 }

#define COUNT(index, name, help)                                               \
	[index] = { RULE(index, name, OPTION_NUMBER, "N", help),               \
		    .most = INT64_MAX }

#define BYTES(index, name, help)                                               \
	[index] = { RULE(index, name, OPTION_SIZE, "SIZE", help), .unit = 1,   \
		    .most = INT64_MAX }

#define DEMAND(index, name, help)                                              \
	[index] = { RULE(index, name, OPTION_WORD, "WORD", help),              \
		    .words = YES_NO }

const struct option_spec check_options[CHECK_SETTINGS] = {
	[CHECK_SHARE_SMALL] = { RULE(CHECK_SHARE_SMALL, "max-small-share",
				     OPTION_PERCENT, "P%",
				     "of the mapped bytes at most, in entries "
				     "of the last level"),
				.most = 100 },
	SHARE(CHECK_SHARE_4K, "4k"),
	SHARE(CHECK_SHARE_16K, "16k"),
	SHARE(CHECK_SHARE_64K, "64k"),
	SHARE(CHECK_SHARE_2M, "2M"),
	SHARE(CHECK_SHARE_32M, "32M"),
	SHARE(CHECK_SHARE_512M, "512M"),
	SHARE(CHECK_SHARE_1G, "1G"),
	SHARE(CHECK_SHARE_16G, "16G"),
	SHARE(CHECK_SHARE_64G, "64G"),
	SHARE(CHECK_SHARE_4T, "4T"),
	COUNT(CHECK_LOST, "max-lost-leaves",
	      "leaves at most that boot made and that are gone"),
	COUNT(CHECK_RESIDUAL, "max-residual-splits",
	      "lost leaves at most that nothing needs split"),
	BYTES(CHECK_RESIDUAL_BYTES, "max-residual-bytes", "the same in bytes"),
	BYTES(CHECK_COLLAPSIBLE, "max-collapsible",
	      "bytes at most that larger leaves could map now"),
	[CHECK_BOOT_POLICY] = { RULE(CHECK_BOOT_POLICY, "require-policy",
				     OPTION_WORD, "WORD",
				     "the policy by which boot mapped"),
				.words = WORDS({ "blocks", 0 }, { "pages", 1 },
					       { "repainted", 2 }) },
	[CHECK_TEXT_ALIAS] = { RULE(CHECK_TEXT_ALIAS, "text-alias", OPTION_WORD,
				    "WORD",
				    "the alias of the kernel's text, in one "
				    "stretch"),
			       .words = WORDS({ "read-only", 0 }) },
	DEMAND(CHECK_CONTIGUOUS, "no-broken-contiguous",
	       "demand that no contiguous group is broken"),
	DEMAND(CHECK_FINDINGS, "no-findings",
	       "demand that page tables are as they should be"),
	DEMAND(CHECK_COMPLETE, "require-complete",
	       "demand that no page is missing"),
	[CHECK_WORSE] = { RULE(CHECK_WORSE, "max-worse", OPTION_PERCENT, "P%",
			       "more at most than the baseline: small leaves, lost leaves, "
			       "residual splits, tables for splits"),
			  .most = 1000000 },
	[CHECK_BASELINE] = { RULE(CHECK_BASELINE, "baseline", OPTION_FILE,
				  "FILE",
				  "the dump or report that max-worse is "
				  "about") },
	[CHECK_ON_UNKNOWN] = { RULE(CHECK_ON_UNKNOWN, "on-unknown", OPTION_WORD,
				    "WORD",
				    "what a value that is not known does"),
			       .words = WORDS({ "fail", CHECK_FAIL },
					      { "warn", CHECK_WARN },
					      { "pass", CHECK_PASS }),
			       .usual = "fail" },
};
