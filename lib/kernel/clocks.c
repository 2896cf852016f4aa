// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the timekeeper, and converts times of one clock to the other. */
#include "kernel/clocks.h"
#include "util/error.h"

#define SECOND	  UINT64_C(1000000000)
#define TIME_MAX  (UINT64_C(1) << 62) /* 146 years: of no machine */
#define SHIFT_MAX 63

/*
 * The log's clock and CLOCK_MONOTONIC count the same counter but differ by some:
 * NTP slews the second by up to 500 ppm (include/linux/timex.h, MAXFREQ), and
 * it is brought up to date by ticks, which the CPU in charge may have missed for
 * a while when the machine died.
 */
#define SLACK (600 * SECOND)
#define SLEW  1000 /* a part of */

struct offsets {
	uint64_t shift, xtime_nsec, base, ktime_sec, offs_boot, sec, nsec;
};

/*
 * kernel/time/timekeeping.c: timekeeper_data[] (6.17), tk_core before; of struct
 * tk_data (6.13), before of a struct without a name: a sequence counter and the
 * timekeeper, which is aligned to 8.
 */
static struct dm_error *find_timekeeper(struct dm_target *t, uint64_t *va)
{
	struct types *types = dm_target_types(t);
	uint64_t offset = 0, size = 0;
	struct dm_error *err;
	bool newest, of_type;

	err = dm_target_has_symbol(t, "timekeeper_data", &newest);
	if (!err)
		err = dm_target_symbol(
			t, newest ? "timekeeper_data" : "tk_core", va);
	if (!err)
		err = dm_types_has(types, "struct tk_data", "timekeeper",
				   &of_type);
	if (err)
		return err;
	if (of_type) {
		err = dm_types_offset(types, "struct tk_data", "timekeeper",
				      &offset);
	} else {
		err = dm_types_size(types, "seqcount_raw_spinlock_t", &size);
		offset = (size + 7) & ~UINT64_C(7);
	}
	if (!err)
		*va += offset;
	return err;
}

static struct dm_error *find_offsets(struct dm_target *t, struct offsets *o)
{
	const struct target_offset wanted[] = {
		{ "tkr_mono.shift", &o->shift },
		{ "tkr_mono.xtime_nsec", &o->xtime_nsec },
		{ "tkr_mono.base", &o->base },
		{ "ktime_sec", &o->ktime_sec },
		{ "offs_boot", &o->offs_boot },
		{ "monotonic_to_boot.tv_sec", &o->sec },
		{ "monotonic_to_boot.tv_nsec", &o->nsec },
		{ NULL, NULL },
	};

	return dm_target_offsets(t, "struct timekeeper", wanted);
}

/* What the kernel keeps twice: tk_update_ktime_data(), tk_update_sleep_time(). */
static bool agrees(uint64_t monotonic, uint64_t ktime_sec, uint64_t offs_boot,
		   uint64_t sec, uint64_t nsec)
{
	uint64_t seconds = monotonic / SECOND;

	return ktime_sec <= seconds + 1 && seconds <= ktime_sec + 1 &&
	       nsec < SECOND && sec < TIME_MAX / SECOND &&
	       offs_boot == sec * SECOND + nsec;
}

static struct dm_error *read_timekeeper(struct dm_target *t, struct clocks *c)
{
	uint64_t va, xtime, base, ktime_sec, offs_boot, sec, nsec;
	struct kva *kva = dm_target_kva(t);
	struct offsets o;
	uint32_t shift;
	struct dm_error *err = find_timekeeper(t, &va);

	if (!err)
		err = find_offsets(t, &o);
	if (!err)
		err = dm_kva_read_u32(kva, va + o.shift, &shift);
	if (!err)
		err = dm_kva_read_u64(kva, va + o.xtime_nsec, &xtime);
	if (!err)
		err = dm_kva_read_u64(kva, va + o.base, &base);
	if (!err)
		err = dm_kva_read_u64(kva, va + o.ktime_sec, &ktime_sec);
	if (!err)
		err = dm_kva_read_u64(kva, va + o.offs_boot, &offs_boot);
	if (!err)
		err = dm_kva_read_u64(kva, va + o.sec, &sec);
	if (!err)
		err = dm_kva_read_u64(kva, va + o.nsec, &nsec);
	if (err || shift > SHIFT_MAX || base >= TIME_MAX)
		return err;
	base += xtime >> shift;
	if (base >= TIME_MAX || ktime_sec >= TIME_MAX)
		return NULL;
	c->known = agrees(base, ktime_sec, offs_boot, sec, nsec);
	c->monotonic = base;
	c->suspended = offs_boot;
	return NULL;
}

struct dm_error *dm_clocks_read(struct dm_target *target, struct clocks *clocks)
{
	*clocks = (struct clocks){ 0 };
	return dm_error_forgive(read_timekeeper(target, clocks));
}

bool dm_clocks_is_future(const struct clocks *clocks, uint64_t ns)
{
	if (!clocks->known)
		return ns >= TIME_MAX;
	return ns > clocks->monotonic + clocks->monotonic / SLEW + SLACK;
}

bool dm_clocks_from_boottime(const struct clocks *clocks, uint64_t ns,
			     uint64_t *from, uint64_t *to)
{
	uint64_t suspended = clocks->suspended;

	if (!clocks->known ||
	    (ns > suspended && dm_clocks_is_future(clocks, ns - suspended)))
		return false;
	*from = ns > suspended ? ns - suspended : 0;
	*to = ns;
	/* All later sleep lay behind it: it was no later than the dump. */
	if (suspended && clocks->monotonic < *to && clocks->monotonic >= *from)
		*to = clocks->monotonic;
	return true;
}
