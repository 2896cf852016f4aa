/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kallsyms tables for a fake kernel, as each generation of kernels has them. */
#ifndef FAKE_KALLSYMS_H
#define FAKE_KALLSYMS_H

#include "fake_kernel.h"

enum fake_kallsyms_layout {
	FAKE_KALLSYMS_6_0, /* lengths of one byte */
	FAKE_KALLSYMS_6_1, /* lengths of one or two */
	FAKE_KALLSYMS_6_1_PERCPU, /* CONFIG_KALLSYMS_ABSOLUTE_PERCPU */
	FAKE_KALLSYMS_6_1_PLAIN, /* not CONFIG_KALLSYMS_BASE_RELATIVE */
	FAKE_KALLSYMS_6_2, /* seqs_of_names behind the markers */
	FAKE_KALLSYMS_6_4, /* addresses last */
	FAKE_KALLSYMS_7_3, /* aligned to 4, no base: offsets from their place */
	FAKE_KALLSYMS_OFFSETS, /* as 7.3; names_offsets in place of markers */
	FAKE_KALLSYMS_OFFSETS_LINE, /* elsewhere, other byte order, with a line */
	FAKE_KALLSYMS_LAYOUTS,
};

struct fake_symbol {
	uint64_t va;
	const char *name;
	char type;
};

/* Where the tables came to be, to damage them. */
struct fake_kallsyms {
	uint64_t num_syms, names, names_end, markers, token_table, token_index;
	uint64_t names_offsets; /* 0 where there are markers */
	uint64_t addresses,
		relative_base; /* the latter 0 where there is none */
};

/**
 * Write the tables at @p va, and the lines of VMCOREINFO that tell of them.
 * @param symbols	In rising order of addresses.
 */
void fake_kallsyms_write(struct fake_kernel *f, uint64_t va,
			 enum fake_kallsyms_layout layout,
			 const struct fake_symbol *symbols, size_t count,
			 struct fake_kallsyms *ret);

#endif /* FAKE_KALLSYMS_H */
