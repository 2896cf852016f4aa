// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that an arm64 CCA guest, a realm, shares with its host: its leaves in
 * the linear map have one bit more in their output address, the highest of the
 * realm's addresses (6.13 mm/pageattr.c, __set_memory_enc_dec(), which sets
 * PROT_NS_SHARED; kernel/rsi.c, arm64_rsi_init(): prot_ns_shared is the bit
 * ipa_bits - 1, as a descriptor has it). To the kernel it is an attribute, and
 * once it is known it is one here: see set_oa().
 *
 * VMCOREINFO does not tell it, and symbols are not to be read for figures that
 * do not need them: so it is asked for only once a leaf was met that has one.
 */
#include <stdlib.h>

#include "error.h"
#include "missing.h"
#include "realm.h"
#include "target.h"

/* NULL, and *@known: the kernel says so; *@bits is 0 where it is no realm. */
static struct dm_error *ask_kernel(struct dm_target *target, uint64_t *bits,
				   bool *known)
{
	uint64_t on = 1;
	struct dm_error *err;

	*bits = 0;
	*known = false;
	err = target_ready_symbols(target);
	if (err)
		return err;
	/* A function, so that kallsyms has it in any case (since 6.13). */
	err = target_symbol(target, "arm64_rsi_init", &on);
	*known = err && err->code == DM_ERROR_NOT_FOUND;
	if (err)
		return err;
	err = target_variable(target, "prot_ns_shared", 8, bits);
	/* A static key: see read_static_key(). */
	if (!err)
		err = target_variable(target, "rsi_present", 4, &on);
	if (!err && (!on || on >> 31))
		*bits = 0;
	*known = !err;
	return err;
}

static bool is_one_bit(uint64_t value)
{
	return value && !(value & (value - 1));
}

/* How a descriptor has the address bit @bit. */
static uint64_t as_descriptor(const struct arm64_geometry *g, uint64_t bit)
{
	return bit & g->oa_mask ? bit : bit >> g->oa_high_shift;
}

static void set_bits(struct dm_kernel *kernel, uint64_t bits, bool inferred)
{
	kernel->ns_shared = bits;
	kernel->ns_shared_inferred = inferred;
}

/* Of the kernel's variable, no more than what one address bit can be. */
static bool is_sane(const struct dm_kernel *kernel, uint64_t bits)
{
	struct arm64_geometry g;

	arm64_geometry_init(&g, kernel);
	return is_one_bit(bits) && !arm64_attrs(&g, bits);
}

static struct dm_error *note_end(void *arg, const struct dm_run *run)
{
	*(uint64_t *)arg = run->pa + run->size;
	return NULL;
}

/*
 * Without the variable: one and the same bit in all leaves that are off the
 * formula, and above all memory that is mapped, can be nothing else. Takes the
 * walk that shows it for @usage.
 */
static struct dm_error *infer(struct dm_source *source,
			      struct dm_kernel *kernel, struct dm_usage *usage)
{
	uint64_t bit = usage->off_bits, end = 0;
	struct dm_kernel as_realm = *kernel;
	struct arm64_geometry g;
	struct dm_usage *again;
	struct dm_error *err;

	arm64_geometry_init(&g, kernel);
	if (!is_one_bit(bit))
		return NULL;
	again = malloc(sizeof(*again));
	if (!again)
		return dm_error_no_memory();
	set_bits(&as_realm, as_descriptor(&g, bit), true);
	err = dm_walk(source, &as_realm, NULL, again, note_end, &end);
	if (!err && !again->finding_count[DM_FINDING_OFF_FORMULA] &&
	    end <= bit) {
		*kernel = as_realm;
		*usage = *again;
	}
	free(again);
	return err;
}

static struct dm_error *find_bit(struct dm_source *source,
				 struct dm_kernel *kernel,
				 struct dm_target *target,
				 struct dm_usage *usage)
{
	struct dm_error *err;
	uint64_t bits;
	bool known;

	err = ask_kernel(target, &bits, &known);
	if (err && error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	if (!known)
		return infer(source, kernel, usage);
	if (!is_sane(kernel, bits))
		return NULL;
	set_bits(kernel, bits, false);
	return dm_walk(source, kernel, NULL, usage, NULL, NULL);
}

struct dm_error *dm_walk_realm(struct dm_source *source,
			       struct dm_kernel *kernel,
			       struct dm_target *target, struct dm_usage *usage)
{
	struct dm_target *own = NULL;
	struct dm_error *err;

	err = dm_walk(source, kernel, NULL, usage, NULL, NULL);
	if (err || kernel->ns_shared || !usage->off_bits)
		return err;
	if (!target) {
		err = dm_target_create(source, kernel, &own);
		target = own;
	}
	if (!err)
		err = find_bit(source, kernel, target, usage);
	if (!err)
		kva_kernel_changed(target_kva(target));
	dm_target_destroy(own);
	return err;
}

struct dm_error *dm_realm_init(struct dm_source *source,
			       struct dm_kernel *kernel)
{
	struct dm_target *target;
	struct dm_usage *usage = NULL;
	struct dm_error *err;
	uint64_t bits;
	bool known;

	err = dm_target_create(source, kernel, &target);
	if (err)
		return err;
	err = ask_kernel(target, &bits, &known);
	if (known && is_sane(kernel, bits))
		set_bits(kernel, bits, false);
	if (known || (err && error_is_fatal(err))) {
		dm_target_destroy(target);
		if (!known)
			return err;
		dm_error_destroy(err);
		return NULL;
	}
	dm_error_destroy(err);
	usage = malloc(sizeof(*usage));
	err = usage ? dm_walk_realm(source, kernel, target, usage)
		    : dm_error_no_memory();
	free(usage);
	dm_target_destroy(target);
	return err;
}

bool realm_is_shared(const struct dm_kernel *kernel, uint64_t attrs)
{
	return attrs & kernel->ns_shared;
}
