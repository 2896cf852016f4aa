/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel virtual memory of the dump, read through swapper_pg_dir: linear map,
 * kernel image, modules, vmalloc space, vmemmap alike.
 */
#ifndef DM_KVA_H
#define DM_KVA_H

#include "arm64/arm64.h"

struct kva;

/** @param source, kernel	Borrowed: must outlive the object. */
struct dm_error *dm_kva_create(struct dm_source *source,
			       const struct dm_kernel *kernel,
			       struct kva **ret);
void dm_kva_destroy(struct kva *kva);

const struct dm_kernel *dm_kva_kernel(const struct kva *kva);
const struct arm64_geometry *dm_kva_geometry(const struct kva *kva);
/** More is known of the kernel: dm_kernel.ns_shared. */
void dm_kva_kernel_changed(struct kva *kva);

/** How a VA is translated, table by table. */
struct kva_path {
	uint64_t va;
	struct kva_step {
		int level;
		uint64_t table; /* PA of the table page */
		size_t index;
		uint64_t entry;
		enum entry_kind kind;
	} steps[DM_LEVELS];
	size_t count; /* of steps, at least one */
	/* Whether the last step is a leaf, valid or not; else what follows
	 * is 0. */
	bool is_leaf;
	bool valid;
	int level; /* of the leaf */
	uint64_t pa; /* that va maps to */
};

/**
 * @returns	DM_ERROR_INVALID_ARGUMENT: no address of the kernel's half.
 *		DM_ERROR_ABSENT, DM_ERROR_BROKEN: a table cannot be read; the
 *		steps up to it are there.
 */
struct dm_error *dm_kva_path(struct kva *kva, uint64_t va,
			     struct kva_path *path);
/** The same, but tables below @p last are not read. */
struct dm_error *dm_kva_path_to(struct kva *kva, uint64_t va, int last,
				struct kva_path *path);

/**
 * Copy kernel memory. A leaf that is there but invalid is read like a valid
 * one: the memory is what is asked for, not the CPU's view of it.
 *
 * @param va	The tag byte of a tagged pointer is ignored.
 * @returns	DM_ERROR_NOT_FOUND: not mapped; DM_ERROR_ABSENT, DM_ERROR_BROKEN:
 *		mapped, but the page or a table cannot be read. On error, @p buf
 *		is garbage.
 */
struct dm_error *dm_kva_read(struct kva *kva, uint64_t va, void *buf,
			     size_t size, enum dm_content content);
/** The same from a physical address, through the same cache. */
struct dm_error *dm_kva_read_pa(struct kva *kva, uint64_t pa, void *buf,
				size_t size, enum dm_content content);

/** Little-endian numbers of DM_CONTENT_DATA. */
struct dm_error *dm_kva_read_u32(struct kva *kva, uint64_t va, uint32_t *value);
struct dm_error *dm_kva_read_u64(struct kva *kva, uint64_t va, uint64_t *value);
/**
 * A string of at most size - 1 bytes, always ended; a longer one is cut. What
 * follows a page that cannot be read is left out.
 */
struct dm_error *dm_kva_read_string(struct kva *kva, uint64_t va, char *buf,
				    size_t size);

/** The linear map's formula, both ways, modulo 2^64. */
uint64_t dm_kva_linear_to_pa(const struct dm_kernel *kernel, uint64_t va);
uint64_t dm_kva_pa_to_linear(const struct dm_kernel *kernel, uint64_t pa);

#endif /* DM_KVA_H */
