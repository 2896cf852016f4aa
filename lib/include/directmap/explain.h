/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * All that is known of one address.
 */
#ifndef DIRECTMAP_EXPLAIN_H
#define DIRECTMAP_EXPLAIN_H

#include <directmap/missing.h>
#include <directmap/owner.h>
#include <directmap/policy.h>
#include <directmap/sink.h>

DM_BEGIN_DECLS

/** Regions of the kernel's address space. */
enum dm_region {
	DM_REGION_LINEAR, /**< the linear map */
	DM_REGION_IMAGE, /**< kernel image */
	DM_REGION_MODULES, /**< modules, and BPF programs of old kernels */
	DM_REGION_VMALLOC, /**< vmalloc space */
	DM_REGION_VMEMMAP, /**< struct page of all memory */
	DM_REGION_OTHER, /**< none of these */
	DM_REGION_UNKNOWN, /**< vmalloc space or the image in it */
};
/** "linear", "image", … as in JSON. Static text. */
DM_API const char *dm_region_name(enum dm_region region);

/** One table of a walk from the root to a leaf. */
struct dm_step {
	int level; /**< -1 to 3 */
	uint64_t table; /**< PA */
	uint64_t index; /**< of the entry in it */
	uint64_t entry; /**< the descriptor */
	const char *kind; /**< "table", "leaf", "none", … static text */
};

/** How a VA is mapped. */
struct dm_mapping {
	uint64_t va; /**< that was looked up */
	size_t step_count; /**< of steps */
	struct dm_step steps[DM_LEVELS]; /**< from the root on */
	bool mapped; /**< there is a leaf; else what follows is 0 */
	bool valid; /**< the CPU uses the leaf */
	enum dm_leaf leaf; /**< its size */
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
	uint64_t reserved[4]; /**< 0 */
};

/** What stands in a stretch of the linear map that one leaf could map. */
struct dm_stretch {
	enum dm_leaf leaf; /**< that could */
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t mapped[DM_LEAF_MAX]; /**< bytes by today's leaf */
	uint64_t read_only; /**< bytes */
	uint64_t invalid; /**< bytes */
	uint64_t unmapped; /**< bytes */
	uint64_t unknown; /**< bytes: see dm_unknown */
	bool alike; /**< wholly mapped, with equal attributes */
	uint64_t odd_va; /**< first that differs from the address's own leaf */
	uint64_t odd_attrs; /**< descriptor bits of its leaf */
	bool odd_valid; /**< the CPU uses that */
	bool readable; /**< false: some of it is unknown */
	uint64_t reserved[4]; /**< 0 */
};

/** Owners of a page that are kept at most. */
#define DM_EXPLAIN_OWNERS 8
/** Bytes of a longer text, NUL included. */
#define DM_EXPLAIN_TEXT 512

/** Views that an answer may lead to. */
enum dm_next_view {
	DM_NEXT_NONE, /**< there is none to name */
	DM_NEXT_EXPLAIN, /**< of range.start */
	DM_NEXT_MAP, /**< of range */
	DM_NEXT_TIMELINE, /**< of splits */
	DM_NEXT_POLICY, /**< of the kernel */
};

/**
 * The question worth asking next. Which command asks it is the front end's to
 * say, to people and where they look on: it is no part of an answer.
 */
struct dm_next {
	enum dm_next_view view; /**< that answers it */
	struct dm_range range; /**< VA; empty where the view needs none */
	const char *why; /**< what that shows, a clause; static text */
	uint64_t reserved[4]; /**< 0 */
};

/** All that is known of one address. */
struct dm_explanation {
	size_t struct_size; /**< as this library has it */
	char asked[128]; /**< what was asked for, cut */
	enum dm_region region; /**< that it lies in */
	struct dm_mapping own; /**< of the address itself */
	/**
	 * There is RAM behind it, at pa, and linear is how the map has it; or, of
	 * the linear map where own.unknown, that is where RAM would be.
	 */
	bool has_pa;
	uint64_t pa; /**< of the memory behind it */
	bool beyond; /**< the linear map does not reach pa: linear is empty */
	struct dm_mapping linear; /**< of pa in the linear map */
	size_t stretch_count; /**< larger leaves, the next one first */
	struct dm_stretch stretches[DM_LEAF_MAX]; /**< around it */
	char not_larger[DM_EXPLAIN_TEXT +
			64]; /**< why the leaf is what it is */
	bool has_page; /**< there is a struct page, and it could be read */
	uint64_t page_va; /**< VA of it */
	uint64_t page_flags; /**< its flags */
	char page_flag_names[256]; /**< by name, "|" between them */
	char page_type[32]; /**< "slab", …; "" none, or not known */
	int32_t page_refcount; /**< its reference count */
	char no_page[256]; /**< why there is none */
	char symbol[256]; /**< "name+0x10/0x80", "[module]" behind; "" none */
	bool has_area; /**< of vmalloc space */
	uint64_t area_start; /**< VA */
	uint64_t area_size; /**< bytes */
	char area_kind[32]; /**< "vmalloc", … */
	char area_caller[256]; /**< who asked for it, as a symbol */
	size_t owner_count; /**< of owners */
	struct dm_owner owners[DM_EXPLAIN_OWNERS]; /**< of the page */
	/**
	 * Set by dm_history_explain(): in what linear differs from most of the
	 * map; "" if in nothing, or that is not known.
	 */
	char special[64];
	struct dm_missing *missing; /**< what could not be looked up */
	struct dm_next next; /**< set by dm_history_explain() */
};

/** As text; ends in a newline. */
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
