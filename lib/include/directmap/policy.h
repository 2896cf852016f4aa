/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Why boot mapped the linear map as it did.
 */
#ifndef DIRECTMAP_POLICY_H
#define DIRECTMAP_POLICY_H

#include <directmap/missing.h>
#include <directmap/walk.h>

DM_BEGIN_DECLS

/** How boot mapped the linear map. */
enum dm_boot {
	DM_BOOT_UNKNOWN, /**< cannot be told */
	DM_BOOT_BLOCKS, /**< the largest leaves that the layout of RAM allows */
	DM_BOOT_PAGES, /**< all by pages */
	/** Blocks first, then all but the kernel's alias repainted to pages. */
	DM_BOOT_REPAINTED,
	/** What the page tables show, or an input of the rule's, rules it out. */
	DM_BOOT_CONTRADICTED,
};
/** "blocks", "pages", … as in JSON. */
DM_API const char *dm_boot_name(enum dm_boot boot);

/** What there is of KFENCE, whose pool wants pages. */
enum dm_kfence {
	DM_KFENCE_UNKNOWN, /**< cannot be told */
	DM_KFENCE_NONE, /**< not compiled in */
	DM_KFENCE_OFF, /**< no pool */
	DM_KFENCE_EARLY, /**< pool mapped by boot */
	DM_KFENCE_LATE, /**< pool made by a running kernel */
};
/** "none", "off", … as in JSON. Static text. */
DM_API const char *dm_kfence_name(enum dm_kfence kfence);

/** Reasons that are kept at most. */
#define DM_POLICY_WHYS 8
/** Bytes of one, NUL included. */
#define DM_POLICY_WHY_MAX 32
/** arm64's COMMAND_LINE_SIZE, and the NUL. */
#define DM_CMDLINE_MAX 2049
/** Bytes of a sentence, NUL included. */
#define DM_POLICY_TEXT_MAX 256

/** The kernel's rule, its inputs, and what it comes to. */
struct dm_policy {
	size_t struct_size; /**< as this library has it */
	enum dm_boot boot; /**< how boot mapped it */
	/** What the rule says by itself: also where that is contradicted. */
	enum dm_boot by_rule;
	/**
	 * boot is read off the page tables, not off the rule's inputs; or some
	 * of those are (rodata_from).
	 */
	bool inferred;
	size_t why_count; /**< of why */
	/** What decided: "rodata=full", "cpu:bbml3", … */
	char why[DM_POLICY_WHYS][DM_POLICY_WHY_MAX];
	size_t also_count; /**< of also */
	/** What would have decided the same by itself. */
	char also[DM_POLICY_WHYS][DM_POLICY_WHY_MAX];
	char sentence[DM_POLICY_TEXT_MAX]; /**< the same for people */
	/**
	 * What it comes to: "full", all is protected in the linear map too; "on",
	 * and the same on newer kernels, "noalias": the kernel image alone;
	 * "off". NULL: unknown. Static text.
	 */
	const char *rodata;
	/**
	 * What tells: "rodata_full" (the variables), "cmdline", or "read_only":
	 * inferred from read-only pages. "contradicted": pages and these
	 * disagree, rodata is NULL. NULL: not known. Static text.
	 */
	const char *rodata_from;
	/** The capability that the rule asks for, "bbml3"; NULL: none. */
	char bbml[16];
	enum dm_known
		has_bbml; /**< the whole system's, as the kernel decided */
	enum dm_known debug_pagealloc; /**< wants pages */
	enum dm_known realm; /**< the kernel runs in a realm */
	enum dm_kfence kfence; /**< an early pool wants pages */
	uint64_t kfence_pool; /**< VA; 0: none */
	enum dm_known repainted; /**< boot split its blocks before use */
	enum dm_known splits_at_runtime; /**< leaves may be split at run time */
	enum dm_boot hotplug; /**< how memory added later is mapped */
	bool has_cmdline; /**< cmdline is known */
	char cmdline[DM_CMDLINE_MAX]; /**< printable ASCII, else '?' */
	/** The variable, or "printk"; NULL: not known. Static text. */
	const char *cmdline_from;
	bool cmdline_cut; /**< more may have followed */
	/**
	 * What rules by_rule out, and boot is DM_BOOT_CONTRADICTED; what follows
	 * of the rule is unknown then. NULL: nothing. Static text.
	 */
	const char *contradiction;
	/** What could not be looked up, and why. */
	struct dm_missing *missing;
	/**
	 * The kernel's own word for rodata, as rodata= takes it: newer ones call
	 * "on" what was "full". NULL: not known. Static text.
	 */
	const char *rodata_word;
	/**
	 * Hibernation is being prepared: the alias of the kernel's data is valid
	 * as long as that goes on. DM_NO also where the kernel never does that.
	 */
	enum dm_known hibernation;
	/**
	 * Pages may be merged to a pmd again at run time; no kernel up to 7.3
	 * does that.
	 */
	enum dm_known merges_at_runtime;
};

DM_END_DECLS

#endif /* DIRECTMAP_POLICY_H */
