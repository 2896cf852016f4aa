/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timekeeper of a fake kernel. */
#ifndef FAKE_CLOCKS_H
#define FAKE_CLOCKS_H

#include "fake_target.h"

#define FAKE_SHIFT 24

static inline void fake_clocks_types(struct fake_target *t)
{
	const char *type = "struct timekeeper";

	fake_target_member(t, type, "tkr_mono.shift", 28);
	fake_target_member(t, type, "tkr_mono.xtime_nsec", 32);
	fake_target_member(t, type, "tkr_mono.base", 40);
	fake_target_member(t, type, "ktime_sec", 64);
	fake_target_member(t, type, "offs_boot", 96);
	fake_target_member(t, type, "monotonic_to_boot.tv_sec", 200);
	fake_target_member(t, type, "monotonic_to_boot.tv_nsec", 208);
}

/* What it has at @va: times in ns. */
static inline void fake_clocks_set(struct fake_target *t, uint64_t va,
				   uint64_t monotonic, uint64_t suspended)
{
	uint64_t fraction = monotonic % 1000000;

	fake_kernel_write_u32(t->fake, va + 28, FAKE_SHIFT);
	fake_kernel_write_u64(t->fake, va + 32, fraction << FAKE_SHIFT);
	fake_kernel_write_u64(t->fake, va + 40, monotonic - fraction);
	fake_kernel_write_u64(t->fake, va + 64, monotonic / 1000000000);
	fake_kernel_write_u64(t->fake, va + 96, suspended);
	fake_kernel_write_u64(t->fake, va + 200, suspended / 1000000000);
	fake_kernel_write_u64(t->fake, va + 208, suspended % 1000000000);
}

/* As 7.3 has it; the VA of struct timekeeper. */
static inline uint64_t fake_clocks(struct fake_target *t, uint64_t monotonic,
				   uint64_t suspended)
{
	uint64_t va = fake_kernel_data(t->fake);

	fake_clocks_types(t);
	fake_target_member(t, "struct tk_data", "timekeeper", 16);
	fake_target_symbol(t, "timekeeper_data", va);
	fake_clocks_set(t, va + 16, monotonic, suspended);
	return va + 16;
}

#endif /* FAKE_CLOCKS_H */
