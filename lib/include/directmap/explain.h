/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that is known of one address. */
#ifndef DIRECTMAP_EXPLAIN_H
#define DIRECTMAP_EXPLAIN_H

#include <directmap/owner.h>
#include <directmap/policy.h>
#include <directmap/sink.h>

DM_BEGIN_DECLS

enum dm_region {
	DM_REGION_LINEAR,
	DM_REGION_IMAGE, /**< kernel image */
	DM_REGION_MODULES,
	DM_REGION_VMALLOC,
	DM_REGION_VMEMMAP,
	DM_REGION_OTHER,
	DM_REGION_UNKNOWN, /**< vmalloc space or the image in it */
};
DM_API const char *dm_region_name(enum dm_region region);

struct dm_step {
	int level; /**< -1 to 3 */
	uint64_t table; /**< PA */
	uint64_t index;
	uint64_t entry;
	const char *kind; /**< "table", "leaf", "none", … static text */
};

/** How a VA is mapped. */
struct dm_mapping {
	uint64_t va;
	size_t step_count;
	struct dm_step steps[DM_LEVELS];
	bool mapped; /**< there is a leaf; else what follows is 0 */
	bool valid;
	enum dm_leaf leaf;
	uint64_t leaf_start; /**< VA */
	uint64_t leaf_size; /**< bytes */
	uint64_t pa; /**< of va */
	uint64_t attrs; /**< of the leaf's descriptor */
	char unreadable
		[256]; /**< why the chain ends early; "" if it does not */
	/**
	 * Of the linear map: why the tables do not tell how it is mapped, static
	 * text. What they say of it, leaf and all, then means nothing. NULL: they
	 * do tell.
	 */
	const char *unknown;
};

/** What stands in a stretch of the linear map that one leaf could map. */
struct dm_stretch {
	enum dm_leaf leaf; /**< that could */
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t mapped[DM_LEAF_COUNT]; /**< bytes by today's leaf */
	uint64_t read_only; /**< bytes */
	uint64_t invalid; /**< bytes */
	uint64_t unmapped; /**< bytes */
	uint64_t unknown; /**< bytes: see dm_unknown */
	bool alike; /**< wholly mapped, with equal attributes */
	uint64_t odd_va; /**< first that differs from the address's own leaf */
	uint64_t odd_attrs;
	bool odd_valid;
	bool readable; /**< false: some of it is unknown */
};

#define DM_EXPLAIN_OWNERS 8
#define DM_EXPLAIN_TEXT	  512

struct dm_explanation {
	char asked[128];
	enum dm_region region;
	struct dm_mapping own; /**< of the address itself */
	/**
	 * There is RAM behind it, at pa, and linear is how the map has it; or, of
	 * the linear map where own.unknown, that is where RAM would be.
	 */
	bool has_pa;
	uint64_t pa;
	bool beyond; /**< the linear map does not reach pa: linear is empty */
	struct dm_mapping linear;
	size_t stretch_count; /**< larger leaves, the next one first */
	struct dm_stretch stretches[DM_LEAF_COUNT];
	char not_larger[DM_EXPLAIN_TEXT +
			64]; /**< why the leaf is what it is */
	bool has_page;
	uint64_t page_va; /**< of the struct page */
	uint64_t page_flags;
	char page_flag_names[256];
	char page_type[32];
	int32_t page_refcount;
	char no_page[256]; /**< why there is none */
	char symbol[256]; /**< "name+0x10/0x80", "[module]" behind; "" none */
	bool has_area; /**< of vmalloc space */
	uint64_t area_start;
	uint64_t area_size;
	char area_kind[32];
	char area_caller[256];
	size_t owner_count;
	struct dm_owner owners[DM_EXPLAIN_OWNERS];
	/**
	 * Set by dm_history_explain(): in what linear differs from most of the
	 * map; "" if in nothing, or that is not known.
	 */
	char special[64];
	char missing[DM_EXPLAIN_TEXT]; /**< what could not be looked up */
};

DM_API struct dm_error *
dm_explain_text(const struct dm_kernel *kernel,
		const struct dm_explanation *explanation, struct dm_sink *sink);
/** One JSON object and a newline. */
DM_API struct dm_error *
dm_explain_json(const struct dm_kernel *kernel,
		const struct dm_explanation *explanation, struct dm_sink *sink);

/** NULL is fine. */
DM_API void dm_explanation_destroy(struct dm_explanation *explanation);

/** One JSON object and a newline, for what has no answer: asked, and why. */
DM_API struct dm_error *dm_explain_unanswered_json(const char *what,
						   const struct dm_error *why,
						   struct dm_sink *sink);

DM_END_DECLS

#endif /* DIRECTMAP_EXPLAIN_H */
