// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the bit of shared memory, or infers it from the leaves.
 *
 * Memory that an arm64 CCA guest, a realm, shares with its host: its leaves in
 * the linear map have one bit more in their output address, the highest of the
 * realm's addresses (6.13 mm/pageattr.c, __set_memory_enc_dec(), which sets
 * PROT_NS_SHARED; kernel/rsi.c, arm64_rsi_init(): prot_ns_shared is the bit
 * ipa_bits - 1, as a descriptor has it). To the kernel it is an attribute, and
 * once it is known it is one here: see set_oa().
 *
 * VMCOREINFO does not tell it, and symbols are not to be read for figures that
 * do not need them: so it is asked for only once a leaf has one.
 */
#include <stdlib.h>

#include "kernel/realm.h"
#include "walk/walk.h"
#include "arm64/arm64.h"
#include "arm64/kernel_symbols.h"
#include "util/error.h"
#include "target/root_check.h"
#include "target/target.h"

/* NULL, and *@known: the kernel says so; *@bits is 0 where it is no realm. */
static struct dm_error *ask_kernel(struct dm_target *target, uint64_t *bits,
				   bool *known)
{
	uint64_t on = 1;
	struct dm_error *err;

	*bits = 0;
	*known = false;
	err = dm_target_ready_symbols(target);
	if (err)
		return err;
	/* A function, so that kallsyms has it in any case (since 6.13). */
	err = dm_target_symbol(target, SYMBOL_REALM_INIT, &on);
	*known = err && err->code == DM_ERROR_NOT_FOUND;
	if (err)
		return err;
	err = dm_target_variable(target, SYMBOL_REALM_SHARED, 8, bits);
	/* A static key: see read_static_key(). */
	if (!err)
		err = dm_target_variable(target, SYMBOL_REALM, 4, &on);
	if (!err && (!on || on >> 31))
		*bits = 0;
	*known = !err;
	return err;
}

static bool is_one_bit(uint64_t value)
{
	return value && !(value & (value - 1));
}

static void set_bits(struct dm_kernel *kernel, uint64_t bits, bool inferred)
{
	kernel->ns_shared = bits;
	kernel->ns_shared_inferred = inferred;
}

/* A walk of the whole map that may have to be done again with another bit. */
struct realm_walk {
	struct dm_source *source;
	struct dm_kernel *kernel;
	struct dm_target *target; /* NULL: none to keep it */
	const struct dm_walk_options *options;
	struct dm_usage *usage;
};

static struct dm_error *walk(struct realm_walk *r)
{
	if (r->target)
		return dm_target_walk(r->target, r->options, r->usage);
	return dm_walk_with(r->source, r->kernel, r->options, r->usage, NULL,
			    NULL);
}

/* What a walk with a bit for an attribute sees. */
struct sharing {
	const struct dm_kernel *kernel;
	uint64_t end; /* PA: of all that is mapped */
	uint64_t leaves; /* shared */
	bool has_private;
};

static struct dm_error *note_run(void *arg, const struct dm_run *run)
{
	struct sharing *s = arg;

	if (run->pa + run->size > s->end)
		s->end = run->pa + run->size;
	if (arm64_is_shared(s->kernel, run->attrs)) {
		s->leaves += run->size / dm_leaf_size(s->kernel, run->leaf);
	} else {
		s->has_private = true;
	}
	return NULL;
}

/*
 * A realm shares more than a leaf: its interrupt controller's tables, and what
 * its I/O bounces through (6.13 arm64 mm/init.c, mem_init(): SWIOTLB_FORCE). One
 * leaf alone that is off by a bit is a bit that fell over.
 */
static bool is_sharing(const struct sharing *s, uint64_t bit)
{
	return s->end <= bit && s->has_private && s->leaves > 1;
}

/*
 * Without the variable: one and the same bit in all leaves that are off the
 * formula, and above all memory that is mapped, can be nothing else. A walk
 * that was stopped has not seen them all; one that finds no table any more where
 * it did before took a bit of addresses for it.
 */
static struct dm_error *infer(struct realm_walk *r, bool *found)
{
	uint64_t bit = r->usage->off_bits;
	struct dm_kernel as_realm = *r->kernel;
	struct sharing sharing = { .kernel = &as_realm };
	struct dm_usage *again;
	struct dm_error *err;

	*found = false;
	if (!is_one_bit(bit) || r->usage->stopped)
		return NULL;
	again = malloc(sizeof(*again));
	if (!again)
		return dm_error_no_memory();
	set_bits(&as_realm, dm_arm64_address_bit(r->kernel, bit), true);
	err = dm_walk_with(r->source, &as_realm, r->options, again, note_run,
			   &sharing);
	*found = !err && !again->stopped && is_sharing(&sharing, bit) &&
		 again->unreadable <= r->usage->unreadable &&
		 !again->finding_count[DM_FINDING_OFF_FORMULA];
	if (*found)
		*r->kernel = as_realm;
	free(again);
	return err;
}

/* Find the bit, with the symbols of @target. */
static struct dm_error *find_bit(struct realm_walk *r, struct dm_target *target,
				 bool *found)
{
	struct dm_error *err;
	uint64_t bits;
	bool known;

	err = ask_kernel(target, &bits, &known);
	err = dm_error_forgive(err);
	if (err)
		return err;
	if (!known)
		return infer(r, found);
	/* Of the variable, no more than what one address bit can be. */
	*found = dm_arm64_is_address_bit(r->kernel, bits);
	if (*found)
		set_bits(r->kernel, bits, false);
	return NULL;
}

/* Walk, and once more if leaves that are off the formula told of a realm. */
static struct dm_error *walk_with_bit(struct realm_walk *r)
{
	struct dm_target *own = NULL, *target = r->target;
	struct dm_error *err = walk(r);
	bool found = false;

	if (err || r->kernel->ns_shared || !r->usage->off_bits)
		return err;
	if (!target)
		err = dm_target_create(r->source, r->kernel, &own);
	if (!err)
		err = find_bit(r, target ? target : own, &found);
	if (!err && found) {
		if (target)
			dm_kva_kernel_changed(dm_target_kva(target));
		err = walk(r);
	}
	dm_target_destroy(own);
	return err;
}

struct dm_error *dm_walk_realm(struct dm_source *source,
			       struct dm_kernel *kernel,
			       struct dm_target *target,
			       const struct dm_walk_options *options,
			       struct dm_usage *usage)
{
	static const struct dm_walk_options plain;
	struct realm_walk r = {
		.source = source,
		.kernel = kernel,
		.target = target,
		.options = options ? options : &plain,
		.usage = usage,
	};
	struct dm_error *err = walk_with_bit(&r);

	return err ? err : dm_root_check(source, kernel, usage);
}

struct dm_error *dm_realm_init(struct dm_source *source,
			       struct dm_kernel *kernel,
			       struct dm_target *target,
			       const struct dm_walk_options *options)
{
	struct dm_usage *usage;
	struct dm_error *err;
	uint64_t bits;
	bool known;

	err = ask_kernel(target, &bits, &known);
	err = dm_error_forgive(err);
	if (known && dm_arm64_is_address_bit(kernel, bits)) {
		set_bits(kernel, bits, false);
		dm_kva_kernel_changed(dm_target_kva(target));
	}
	if (err || known)
		return err;
	usage = malloc(sizeof(*usage));
	err = usage ? dm_walk_realm(source, kernel, target, options, usage)
		    : dm_error_no_memory();
	free(usage);
	return err;
}
