/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF as a table of types (include/uapi/linux/btf.h, 5.10 to 7.3): the raw
 * bytes of a .BTF section, from the dump or from a vmlinux.
 *
 * Of several types of one kind and name, the first in the order of the type ids
 * counts; forward declarations never do. A path leads through typedefs,
 * qualifiers, arrays and anonymous members, never through a pointer. An array
 * without a length (a flexible one) takes any index.
 *
 * An enumerator that several enums have with different values is refused with
 * DM_ERROR_UNSUPPORTED. An unsigned one above INT64_MAX comes out modulo 2^64.
 */
#ifndef DM_BTF_H
#define DM_BTF_H

#include "target/kva.h"
#include "directmap/symbols.h"
#include "target/types.h"

/**
 * Whole BTF; split BTF, as modules have it, is malformed without its base.
 *
 * @param data	Copied.
 * @returns	DM_ERROR_BAD_DUMP: malformed. DM_ERROR_UNSUPPORTED: a version,
 *		header or kind from the future, named.
 */
struct dm_error *dm_btf_create(const void *data, size_t size,
			       struct dm_type_table **ret);

/**
 * The kernel's own, between __start_BTF and __stop_BTF; where there is none, what
 * btf_vmlinux leads to, of a kernel whose BTF is a module.
 * @returns	Also DM_ERROR_NOT_FOUND: a kernel without BTF, or no symbols;
 *		DM_ERROR_ABSENT, DM_ERROR_BROKEN: its pages cannot be read.
 */
struct dm_error *dm_btf_from_dump(struct kva *kva,
				  struct dm_symbol_table *symbols,
				  struct dm_type_table **ret);

/**
 * The kernel's own where no symbol tells where it is: sought in the kernel
 * image, from SYMBOL(_stext) of VMCOREINFO to the first hole behind it. Only
 * what parses as a whole and has the kernel's basic types is taken.
 *
 * @returns	DM_ERROR_NOT_FOUND: there is none, or its pages are missing.
 */
struct dm_error *dm_btf_search(struct kva *kva, struct dm_source *source,
			       struct dm_type_table **ret);

#endif /* DM_BTF_H */
