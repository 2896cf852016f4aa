// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One address, from every side: the chain of descriptors, the leaf, what a
 * larger leaf would have to map, who uses the page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/target.h"
#include "analysis/policy.h"
#include "util/error.h"
#include "analysis/explain.h"
#include "directmap/leaf.h"
#include "util/missing.h"
#include "directmap/number.h"
#include "analysis/by_leaf.h"
#include "analysis/owners.h"
#include "target/image.h"
#include "kernel/page.h"
#include "analysis/special.h"
#include "arm64/va_layout.h"

struct explainer {
	struct dm_explanation *x;
	struct dm_target *target;
	const struct dm_kernel *kernel;
	const struct dm_policy *policy;
	struct owners *owners;
};

const char *dm_region_name(enum dm_region region)
{
	static const char *const names[] = {
		[DM_REGION_LINEAR] = "linear",
		[DM_REGION_IMAGE] = "image",
		[DM_REGION_MODULES] = "modules",
		[DM_REGION_VMALLOC] = "vmalloc",
		[DM_REGION_VMEMMAP] = "vmemmap",
		[DM_REGION_OTHER] = "other",
		[DM_REGION_UNKNOWN] = "unknown",
	};

	return names[region];
}

/* ---- What was asked ----------------------------------------------------- */

static struct dm_error *no_address(const char *what)
{
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"\"%s\" is no address: give 0x…, pfn:N or SYMBOL[+OFFSET]",
		what);
}

static struct dm_error *too_long(const char *what)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "\"%s\" is no address: it has more than 64 bits",
			       what);
}

static bool is_hex(const char *text)
{
	return *text && !text[strspn(text, "0123456789abcdefABCDEF")];
}

/*
 * Nothing but decimal digits: gdb would take it for a decimal number and crash
 * for a hexadecimal one.
 */
static struct dm_error *either_base(const char *what)
{
	const char *text = what;
	uint64_t decimal;

	if (!dm_number_digits(&text, 10, &decimal))
		return too_long(what);
	if (strlen(what) > 16)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"\"%s\" is decimal, and addresses are hexadecimal: give 0x%llx",
			what, (unsigned long long)decimal);
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"\"%s\" may be hexadecimal or decimal: give 0x%s or 0x%llx",
		what, what, (unsigned long long)decimal);
}

/*
 * No symbol begins with a digit: a number then, hexadecimal without 0x too, as
 * kernels print addresses and crash takes them. Sixteen digits are one as well.
 */
static struct dm_error *take_digits(const char *what, uint64_t *number)
{
	bool prefixed = what[0] == '0' && (what[1] == 'x' || what[1] == 'X');
	const char *text = what + (prefixed ? 2 : 0);

	if (!is_hex(text))
		return no_address(what);
	if (!prefixed && !what[strspn(what, "0123456789")] &&
	    !(strlen(what) == 16 && *what == '0'))
		return either_base(what);
	return dm_number_digits(&text, 16, number) ? NULL : too_long(what);
}

static bool is_number(const char *what)
{
	return (*what >= '0' && *what <= '9') ||
	       (strlen(what) == 16 && is_hex(what));
}

/* "beef" may be meant for an address. */
static struct dm_error *say_no_symbol(struct dm_error *err, const char *name)
{
	struct dm_error *longer;

	if (err->code != DM_ERROR_NOT_FOUND || !is_hex(name))
		return err;
	longer = dm_error_create(err->code, "%s; is it an address? give 0x%s",
				 err->message, name);
	dm_error_destroy(err);
	return longer;
}

/* SYMBOL or SYMBOL+OFFSET */
static struct dm_error *find_symbol(struct explainer *e, const char *what,
				    uint64_t *va)
{
	const char *plus = strchr(what, '+');
	size_t len = plus ? (size_t)(plus - what) : strlen(what);
	uint64_t offset = 0;
	struct dm_error *err;
	char name[256];

	if (!len || len >= sizeof(name) || strcspn(what, " \t\n") < len ||
	    *what == '-' || (plus && !dm_number_parse(plus + 1, &offset)))
		return no_address(what);
	snprintf(name, sizeof(name), "%.*s", (int)len, what);
	err = dm_target_any_symbol(e->target, name, va);
	if (err)
		return say_no_symbol(err, name);
	if (__builtin_add_overflow(*va, offset, va))
		return too_long(what);
	return NULL;
}

/* A number is a VA of the kernel's half, or a PA. */
static struct dm_error *take_number(struct explainer *e, uint64_t number)
{
	struct dm_explanation *x = e->x;

	if (number >= e->kernel->linear_start) {
		x->own.va = number;
		return NULL;
	}
	if (number >= DM_PA_END)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"0x%llx is neither a kernel address (from 0x%llx on) nor a physical one (52 bits)",
			(unsigned long long)number,
			(unsigned long long)e->kernel->linear_start);
	x->has_pa = true;
	x->pa = number;
	x->own.va = dm_kva_pa_to_linear(e->kernel, number);
	return NULL;
}

static struct dm_error *take_question(struct explainer *e, const char *what)
{
	struct dm_error *err;
	uint64_t number;

	snprintf(e->x->asked, sizeof(e->x->asked), "%s", what);
	if (strncmp(what, "pfn:", 4) == 0) {
		if (!dm_number_parse(what + 4, &number) ||
		    number >= DM_PA_END >> e->kernel->page_shift)
			return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					       "\"%s\" is no page frame number",
					       what);
		return take_number(e, number << e->kernel->page_shift);
	}
	if (is_number(what)) {
		err = take_digits(what, &number);
		return err ? err : take_number(e, number);
	}
	err = find_symbol(e, what, &number);
	if (!err)
		e->x->own.va = number;
	return err;
}

/* ---- How it is mapped --------------------------------------------------- */

static const char *kind_name(enum entry_kind kind)
{
	static const char *const names[] = {
		[ENTRY_NONE] = "none",
		[ENTRY_TABLE] = "table",
		[ENTRY_LEAF] = "leaf",
		[ENTRY_BAD_BLOCK] = "block where Linux maps none",
		[ENTRY_RESERVED] = "reserved",
	};

	return names[kind];
}

/* Whether the leaf's contiguous group is whole: as the walk counts it. */
static struct dm_error *leaf_is_contiguous(struct explainer *e,
					   const struct kva_path *path,
					   bool *whole)
{
	const struct kva_step *step = &path->steps[path->count - 1];
	struct kva *kva = dm_target_kva(e->target);
	size_t n = dm_arm64_cont_entries(e->kernel->page_shift, step->level);
	size_t head = step->index & ~(n - 1);
	uint64_t entries[CONT_ENTRIES_MAX];
	struct dm_error *err;

	*whole = false;
	if (n < 2 || !arm64_is_contiguous(step->entry))
		return NULL;
	err = dm_kva_read_pa(kva, step->table + head * sizeof(*entries),
			     entries, n * sizeof(*entries), DM_CONTENT_TABLE);
	if (!err)
		*whole = dm_arm64_is_whole_group(dm_kva_geometry(kva),
						 step->level, entries, n);
	return err;
}

static struct dm_error *take_leaf(struct explainer *e, struct dm_mapping *m,
				  const struct kva_path *path)
{
	const struct arm64_geometry *g =
		dm_kva_geometry(dm_target_kva(e->target));
	struct dm_error *err;
	bool whole;

	err = leaf_is_contiguous(e, path, &whole);
	if (err)
		return err;
	m->mapped = true;
	m->valid = path->valid;
	m->pa = path->pa;
	m->attrs = arm64_attrs(g, path->steps[path->count - 1].entry);
	m->leaf = arm64_leaf(path->level, whole);
	m->leaf_size = dm_leaf_size(e->kernel, m->leaf);
	m->leaf_start = m->va & ~(m->leaf_size - 1);
	return NULL;
}

static struct dm_error *map_address(struct explainer *e, uint64_t va,
				    struct dm_mapping *m)
{
	struct kva_path path;
	struct dm_error *err;
	size_t i;

	m->va = va;
	err = dm_kva_path(dm_target_kva(e->target), va, &path);
	for (i = 0; i < path.count; i++) {
		m->steps[i] = (struct dm_step){
			.level = path.steps[i].level,
			.table = path.steps[i].table,
			.index = path.steps[i].index,
			.entry = path.steps[i].entry,
			.kind = kind_name(path.steps[i].kind),
		};
	}
	m->step_count = path.count;
	if (!err && path.is_leaf)
		err = take_leaf(e, m, &path);
	if (!err || dm_error_is_fatal(err))
		return err;
	snprintf(m->unreadable, sizeof(m->unreadable), "%s", err->message);
	dm_error_destroy(err);
	return NULL;
}

/* The same in the linear map, where the walk knows what the tables tell. */
static struct dm_error *map_linear(struct explainer *e, uint64_t va,
				   struct dm_mapping *m)
{
	const struct unknown_set *unknown;
	struct dm_error *err = map_address(e, va, m);
	size_t i;

	if (!err)
		err = dm_target_unknown(e->target, &unknown);
	if (err)
		return err;
	i = dm_unknown_set_from(unknown, va);
	if (i < unknown->count && unknown->at[i].start <= va)
		m->unknown = dm_finding_text(unknown->at[i].why);
	return NULL;
}

/* ---- What a larger leaf would have to map ------------------------------- */

struct stretch_walk {
	struct dm_stretch *s;
	const struct dm_mapping *m; /* whose neighbours these are */
	uint64_t next; /* VA behind the last run */
	bool found; /* something odd */
};

static void note_odd(struct stretch_walk *w, uint64_t va, uint64_t attrs,
		     bool valid)
{
	if (w->found)
		return;
	w->found = true;
	w->s->odd_va = va;
	w->s->odd_attrs = attrs;
	w->s->odd_valid = valid;
}

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct stretch_walk *w = arg;

	if (run->start > w->next)
		note_odd(w, w->next, 0, false);
	if (arm64_compared(run->attrs ^ w->m->attrs))
		note_odd(w, run->start, run->attrs, run->valid);
	w->next = run->start + run->size;
	w->s->mapped[run->leaf] += run->size;
	if (!run->valid)
		w->s->invalid += run->size;
	else if (arm64_is_read_only(run->attrs))
		w->s->read_only += run->size;
	return NULL;
}

static struct dm_error *take_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct stretch_walk *w = arg;

	if (unknown->start > w->next)
		note_odd(w, w->next, 0, false);
	w->next = unknown->start + unknown->size;
	w->s->unknown += unknown->size;
	return NULL;
}

static struct dm_error *survey(struct explainer *e, enum dm_leaf leaf,
			       uint64_t size)
{
	const struct dm_mapping *m = &e->x->linear;
	struct dm_stretch *s = &e->x->stretches[e->x->stretch_count++];
	struct stretch_walk w = { .s = s, .m = m };
	struct dm_range range;
	struct dm_error *err;

	s->leaf = leaf;
	s->start = m->va & ~(size - 1);
	s->size = size;
	w.next = s->start;
	range = (struct dm_range){ s->start, s->start + size };
	err = dm_target_runs(e->target, &range, take_run, take_unknown, &w);
	s->readable = !err && !s->unknown;
	if (w.next < s->start + size)
		note_odd(&w, w.next, 0, false);
	if (dm_leaf_sum(s->mapped) + s->unknown < size)
		s->unmapped = size - dm_leaf_sum(s->mapped) - s->unknown;
	s->alike = s->readable && !w.found && !s->unmapped;
	return dm_missing_note(&e->x->missing, err);
}

static struct dm_error *survey_all(struct explainer *e)
{
	const struct dm_mapping *m = &e->x->linear;
	struct dm_error *err = NULL;
	enum dm_leaf leaf;

	for (leaf = m->leaf + 1; !err && leaf < DM_LEAF_COUNT; leaf++) {
		uint64_t size = dm_leaf_size(e->kernel, leaf);

		if (size)
			err = survey(e, leaf, size);
	}
	return err;
}

static void say_odd(const struct explainer *e, const struct dm_stretch *s,
		    char *text, size_t size)
{
	const struct dm_mapping *m = &e->x->linear;
	uint64_t differ = arm64_compared(s->odd_attrs ^ m->attrs);

	if (!s->odd_attrs)
		snprintf(text, size, "nothing is mapped at 0x%llx",
			 (unsigned long long)s->odd_va);
	else if (arm64_is_valid(differ))
		snprintf(text, size, "0x%llx is %s and this is not",
			 (unsigned long long)s->odd_va,
			 s->odd_valid ? "valid" : "invalid");
	else if (arm64_is_read_only(differ))
		snprintf(text, size, "0x%llx is %s and this is not",
			 (unsigned long long)s->odd_va,
			 arm64_is_read_only(s->odd_attrs) ? "read-only"
							  : "writable");
	else if (arm64_is_shared(e->kernel, differ))
		snprintf(text, size,
			 "0x%llx is %s the realm's host and this is not",
			 (unsigned long long)s->odd_va,
			 arm64_is_shared(e->kernel, s->odd_attrs)
				 ? "shared with"
				 : "protected from");
	else
		snprintf(text, size, "0x%llx has other attributes",
			 (unsigned long long)s->odd_va);
}

/* Nothing hinders a larger leaf here: then history does. */
static void say_history(const struct explainer *e, const struct dm_stretch *s,
			char *text, size_t size)
{
	const struct dm_policy *p = e->policy;

	if (p->boot == DM_BOOT_PAGES || p->boot == DM_BOOT_REPAINTED)
		snprintf(text, size, "boot mapped this by pages (%s)",
			 p->sentence);
	else if (p->boot == DM_BOOT_BLOCKS)
		snprintf(
			text, size,
			"all of it is alike now, so it was split, or boot mapped it so; %s",
			dm_merges_not(p));
	else if (p->boot == DM_BOOT_CONTRADICTED)
		snprintf(
			text, size,
			"all of it is alike now; what boot did is not known (%s)",
			p->contradiction);
	else
		snprintf(
			text, size,
			"all of it is alike now; cannot tell why it is mapped so");
	(void)s;
}

static void say_why_not_larger(struct explainer *e)
{
	struct dm_explanation *x = e->x;
	const struct dm_stretch *s = &x->stretches[0];
	const char *label;
	char why[DM_EXPLAIN_TEXT];

	if (x->linear.unknown || !x->linear.mapped)
		return;
	if (x->linear.pa != x->pa) {
		snprintf(x->not_larger, sizeof(x->not_larger),
			 "the linear map has another page at this one's place");
		return;
	}
	if (!x->stretch_count) {
		snprintf(x->not_larger, sizeof(x->not_larger),
			 "it is the largest leaf there is");
		return;
	}
	label = dm_leaf_label(e->kernel, s->leaf);
	if ((x->linear.pa - x->linear.va) & (s->size - 1))
		snprintf(
			why, sizeof(why),
			"virtual and physical addresses are not aligned alike");
	else if (s->odd_va)
		say_odd(e, s, why, sizeof(why));
	else if (!s->readable)
		snprintf(
			why, sizeof(why),
			"unknown, as page tables of it are damaged or missing");
	else
		say_history(e, s, why, sizeof(why));
	snprintf(x->not_larger, sizeof(x->not_larger), "not %s: %s", label,
		 why);
}

/* ---- Where it lies ------------------------------------------------------ */

static bool within(const struct dm_range *range, uint64_t va)
{
	return va >= range->start && va < range->end;
}

/* The image lies in vmalloc space: where neither symbols nor tables tell. */
static struct dm_error *may_be_image(struct explainer *e, uint64_t va,
				     bool *may)
{
	struct dm_range image;
	struct kva_path path;
	struct dm_error *err;

	*may = false;
	err = dm_image_range(e->target, IMAGE_TEXT, IMAGE_END, &image);
	if (!err)
		return NULL;
	err = dm_error_either(err,
			      dm_kva_path(dm_target_kva(e->target), va, &path));
	*may = err;
	return dm_error_forgive(err);
}

static struct dm_error *find_region(struct explainer *e, uint64_t va,
				    enum dm_region *region)
{
	struct va_layout layout;
	struct dm_error *err;
	bool image, may;

	*region = va < e->kernel->linear_start ? DM_REGION_OTHER
					       : DM_REGION_LINEAR;
	if (va < e->kernel->linear_end)
		return NULL;
	*region = DM_REGION_OTHER;
	err = dm_target_in_image(e->target, va, &image);
	if (image)
		*region = DM_REGION_IMAGE;
	if (!err)
		err = dm_error_forgive(dm_va_layout_read(
			dm_target_source(e->target), &layout));
	if (err || image)
		return err;
	if (within(&layout.modules, va)) {
		*region = DM_REGION_MODULES;
	} else if (within(&layout.vmalloc, va)) {
		err = may_be_image(e, va, &may);
		*region = may ? DM_REGION_UNKNOWN : DM_REGION_VMALLOC;
	} else if (within(&layout.vmemmap, va)) {
		*region = DM_REGION_VMEMMAP;
	}
	return err;
}

static uint64_t page_offset(const struct explainer *e, uint64_t address)
{
	return address & (e->kernel->page_size - 1);
}

/*
 * Names are looked up where the code or data runs: for a page of the linear
 * map, where its owner has it.
 */
static uint64_t named_va(const struct explainer *e)
{
	const struct dm_explanation *x = e->x;

	if (x->region == DM_REGION_LINEAR && x->owner_count && x->owners[0].va)
		return x->owners[0].va;
	return x->own.va;
}

static struct dm_error *find_area(struct explainer *e)
{
	struct vmalloc *vmalloc = dm_owners_vmalloc(e->owners);
	const struct vmalloc_area *area;
	struct dm_explanation *x = e->x;

	area = vmalloc ? dm_vmalloc_at(vmalloc, named_va(e)) : NULL;
	if (!area)
		return NULL;
	x->has_area = true;
	x->area_start = area->start;
	x->area_size = area->size;
	snprintf(x->area_kind, sizeof(x->area_kind), "%s",
		 area->lazy		    ? "freed, not yet purged"
		 : area->flags & VM_IOREMAP ? "ioremap"
		 : area->flags & VM_ALLOC   ? "vmalloc"
		 : area->flags & VM_MAP	    ? "vmap"
		 : area->has_vm		    ? "other"
					    : "kind unknown");
	return area->caller ? dm_target_describe(e->target, area->caller,
						 x->area_caller,
						 sizeof(x->area_caller))
			    : NULL;
}

/* Of several programs on one page, the one that the address is in, first. */
static void sort_owners(struct explainer *e)
{
	struct dm_explanation *x = e->x;
	size_t i;

	for (i = 1; i < x->owner_count; i++) {
		struct dm_owner owner = x->owners[i];
		uint64_t va = owner.va + page_offset(e, x->pa);

		if (va - owner.start >= owner.size)
			continue;
		memmove(&x->owners[1], &x->owners[0], i * sizeof(owner));
		x->owners[0] = owner;
		return;
	}
}

static struct dm_error *find_owners(struct explainer *e)
{
	struct dm_explanation *x = e->x;
	struct dm_error *err = NULL;
	size_t cursor = 0, i;
	bool found = true;

	if (!x->linear.unknown && arm64_is_shared(e->kernel, x->linear.attrs)) {
		x->owners[0].kind = DM_OWNER_REALM_SHARED;
		if (e->kernel->ns_shared_inferred)
			strcpy(x->owners[0].part, "inferred");
		x->owner_count = 1;
	}
	while (!err && x->owner_count < DM_EXPLAIN_OWNERS) {
		err = dm_owners_of(e->owners, x->pa - page_offset(e, x->pa),
				   &cursor, &x->owners[x->owner_count], &found);
		if (err || !found)
			break;
		if (x->linear.mapped && !x->linear.unknown && !x->linear.valid)
			dm_special_doubt(&x->owners[x->owner_count], false,
					 e->policy);
		if (x->linear.mapped && !x->linear.unknown)
			err = dm_by_leaf(e->target, x->pa, x->linear.attrs,
					 &x->owners[x->owner_count]);
		x->owner_count++;
	}
	/* Of no special use: that is of a page that is mapped as most are. */
	for (i = 0; x->linear.unknown && i < x->owner_count; i++) {
		if (x->owners[i].kind == DM_OWNER_NONE)
			x->owners[i].kind = DM_OWNER_UNKNOWN;
	}
	sort_owners(e);
	return err;
}

static struct dm_error *find_page(struct explainer *e)
{
	struct dm_explanation *x = e->x;
	struct page_state page;
	struct dm_error *err;

	err = dm_page_state_read(e->target, x->pa, &page);
	if (err)
		return dm_missing_say(x->no_page, sizeof(x->no_page), err);
	x->has_page = true;
	x->page_va = page.va;
	x->page_flags = page.flags;
	x->page_refcount = page.refcount;
	err = dm_page_flags_text(e->target, &page, x->page_flag_names,
				 sizeof(x->page_flag_names));
	return err ? err
		   : dm_page_type_text(e->target, &page, x->page_type,
				       sizeof(x->page_type));
}

static bool in_linear_map(const struct explainer *e, uint64_t va)
{
	return va >= e->kernel->linear_start && va < e->kernel->linear_end;
}

static struct dm_error *explain_address(struct explainer *e)
{
	struct dm_explanation *x = e->x;
	struct dm_error *err;

	if (x->has_pa && !in_linear_map(e, x->own.va)) {
		x->region = DM_REGION_OTHER;
		snprintf(x->own.unreadable, sizeof(x->own.unreadable),
			 "the linear map does not reach there");
		x->own.va = 0;
		x->beyond = true;
		return find_page(e);
	}
	err = find_region(e, x->own.va, &x->region);
	if (err)
		return err;
	err = x->region == DM_REGION_LINEAR
		      ? map_linear(e, x->own.va, &x->own)
		      : map_address(e, x->own.va, &x->own);
	if (err)
		return err;
	if (x->own.unknown && !x->has_pa) {
		x->has_pa = true;
		x->pa = dm_kva_linear_to_pa(e->kernel, x->own.va);
	}
	if (x->own.mapped && !x->has_pa) {
		x->has_pa = true;
		x->pa = x->own.pa;
	}
	if (!x->has_pa)
		return NULL;
	/* A device, say, or RAM below PHYS_OFFSET. */
	x->beyond = !in_linear_map(e, dm_kva_pa_to_linear(e->kernel, x->pa));
	if (x->beyond)
		return find_page(e);
	err = map_linear(e, dm_kva_pa_to_linear(e->kernel, x->pa), &x->linear);
	if (!err && !x->linear.unknown && x->linear.mapped &&
	    x->linear.pa == x->pa)
		err = survey_all(e);
	if (!err)
		err = find_page(e);
	return err ? err : find_owners(e);
}

struct dm_error *dm_explain_init(struct dm_explanation *explanation,
				 struct dm_target *target,
				 struct owners *owners,
				 const struct dm_policy *policy,
				 const char *what)
{
	struct explainer e = {
		.x = explanation,
		.target = target,
		.kernel = dm_target_kernel(target),
		.policy = policy,
		.owners = owners,
	};
	struct dm_error *err;

	memset(explanation, 0, sizeof(*explanation));
	explanation->struct_size = sizeof(*explanation);
	dm_owners_forget_pages(owners);
	err = take_question(&e, what);
	if (!err)
		err = explain_address(&e);
	if (!err)
		err = find_area(&e);
	if (!err)
		err = dm_target_describe(target, named_va(&e),
					 explanation->symbol,
					 sizeof(explanation->symbol));
	if (!err)
		err = dm_missing_merge(&explanation->missing,
				       dm_owners_missing(owners));
	if (err) {
		dm_explain_deinit(explanation);
		return err;
	}
	say_why_not_larger(&e);
	return NULL;
}

void dm_explain_deinit(struct dm_explanation *explanation)
{
	dm_missing_destroy(explanation->missing);
	explanation->missing = NULL;
}
