/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dumped kernel's clocks. What it noted is of two:
 *  - the log's, local_clock(): of printk and page_owner. It stands still in
 *    suspend (kernel/time/sched_clock.c, sched_clock_suspend());
 *  - CLOCK_BOOTTIME, of BPF's load times, which does not.
 */
#ifndef DM_CLOCKS_H
#define DM_CLOCKS_H

#include "target/target.h"

struct clocks {
	bool known;
	/* ns: CLOCK_MONOTONIC when the kernel last brought it up to date. */
	uint64_t monotonic;
	/* ns: what CLOCK_BOOTTIME is ahead of it: all time in suspend. */
	uint64_t suspended;
};

/**
 * @param clocks	known is false where the timekeeper is missing, or does not
 *		agree with itself.
 * @returns	What ends the job only.
 */
struct dm_error *dm_clocks_read(struct dm_target *target,
				struct clocks *clocks);

/**
 * When a time of CLOCK_BOOTTIME was, by the log's clock: how much of the time in
 * suspend lay before it is not known, so between two times. They are equal where
 * the machine never slept.
 * @returns	false: not known, or later than the dump.
 */
bool dm_clocks_from_boottime(const struct clocks *clocks, uint64_t ns,
			     uint64_t *from, uint64_t *to);

/** Whether a time of the log's clock is later than the dump can be. */
bool dm_clocks_is_future(const struct clocks *clocks, uint64_t ns);

#endif /* DM_CLOCKS_H */
