// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a page of RAM to who uses it. What is looked up for each page is got
 * ready once; a part that is missing is named, and the others still work.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel_symbols.h"
#include "kernel/bpf/bpf.h"
#include "util/error.h"
#include "kernel/frames.h"
#include "target/image.h"
#include "kernel/kfence.h"
#include "util/missing.h"
#include "util/range.h"
#include "analysis/owners.h"
#include "kernel/page.h"
#include "kernel/resource.h"

#define SOLE SIZE_MAX /* cursor: there are no more */

struct owners {
	struct dm_target *target;
	struct dm_range text, data; /* of the kernel image: PAs, as all here */
	struct dm_range kfence;
	struct dm_range maybe_kfence; /* where the pool's end is not known */
	struct dm_range crash_kernel;
	bool crash_kernel_known; /* that there is none, too */
	bool protects_crash; /* this kernel takes its memory off the map */
	/* From the tables, for the lack of symbols. */
	bool text_inferred, data_inferred;
	struct frames *frames; /* each of these NULL if it is missing */
	struct vmalloc *vmalloc;
	struct modules *modules; /* the target's */
	struct bpf *bpf;
	struct dm_range huge_zero; /* where the kernel makes it read-only */
	uint64_t secretmem_aops; /* VA, 0 if the kernel has none */
	uint64_t gmem_aops; /* the same of guest_memfd's */
	uint64_t mapping_host, mapping_aops; /* offsets */
	uint64_t inode_ino;
	bool has_mapping;
	bool has_secretmem; /* its operations are among the symbols; */
	bool may_have_secretmem; /* or just a function of it is */
	bool has_gmem; /* guest_memfd, which may be out of the linear map */
	/*
	 * A page of vmemmap that could not be read, 0: none. Where it is not in
	 * the dump many pages have their struct page there, one by one.
	 */
	uint64_t unread;
	struct dm_missing *missing;
	struct missing_mark of_all; /* what is behind it is of single pages */
};

const char *dm_owner_name(enum dm_owner_kind kind)
{
	static const char *const names[DM_OWNER_COUNT] = {
		[DM_OWNER_UNKNOWN] = "unknown",
		[DM_OWNER_NONE] = "none",
		[DM_OWNER_KERNEL_TEXT] = "kernel_text",
		[DM_OWNER_KERNEL_DATA] = "kernel_data",
		[DM_OWNER_MODULE] = "module",
		[DM_OWNER_BPF] = "bpf",
		[DM_OWNER_BPF_PACK] = "bpf_pack",
		[DM_OWNER_KPROBE] = "kprobe",
		[DM_OWNER_VMALLOC] = "vmalloc",
		[DM_OWNER_SECRETMEM] = "secretmem",
		[DM_OWNER_KFENCE] = "kfence",
		[DM_OWNER_CRASH_KERNEL] = "crash_kernel",
		[DM_OWNER_REALM_SHARED] = "realm_shared",
		[DM_OWNER_FREE] = "free",
		[DM_OWNER_GUEST_MEMFD] = "guest_memfd",
		[DM_OWNER_UNMAPPED_PAGEBLOCK] = "unmapped_pageblock",
		[DM_OWNER_HUGE_ZERO] = "huge_zero",
		[DM_OWNER_DEVICE_TYPED] = "device_typed",
		[DM_OWNER_EXECMEM] = "execmem",
	};

	return names[kind];
}

/* ---- Getting ready ------------------------------------------------------ */

static struct dm_error *forgive(struct owners *o, struct dm_error *err)
{
	return dm_missing_note(&o->missing, err);
}

/* What was read of a list or a map, but not to its end. */
static struct dm_error *note_incomplete(struct owners *o, const char *what,
					const char *why)
{
	return why ? dm_missing_add(&o->missing, what, why, DM_ERROR_BAD_DUMP)
		   : NULL;
}

static struct dm_error *note_all_incomplete(struct owners *o)
{
	const struct {
		const char *what, *why;
	} lists[] = {
		{ "page tables of vmalloc space",
		  o->frames ? dm_frames_incomplete(o->frames) : NULL },
		{ "vmalloc areas",
		  o->vmalloc ? dm_vmalloc_incomplete(o->vmalloc) : NULL },
		{ "modules",
		  o->modules ? dm_modules_incomplete(o->modules) : NULL },
		{ "BPF", o->bpf ? dm_bpf_incomplete(o->bpf) : NULL },
	};
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < sizeof(lists) / sizeof(*lists); i++)
		err = note_incomplete(o, lists[i].what, lists[i].why);
	return err;
}

/* From one bound of the image to another, as PA. */
static struct dm_error *image_stretch(struct owners *o, enum image_bound from,
				      enum image_bound to, struct dm_range *s)
{
	const struct dm_kernel *k = dm_target_kernel(o->target);
	struct dm_range va;
	struct dm_error *err = dm_image_range(o->target, from, to, &va);

	if (!err)
		*s = (struct dm_range){ image_pa(k, va.start),
					image_pa(k, va.end) };
	return err;
}

/* The stretch of one state around a PA that is known to be the image's. */
struct image_search {
	const struct dm_kernel *kernel;
	uint64_t inside; /* PA */
	bool read_only; /* else invalid */
	struct dm_range hand, found;
};

static struct dm_error *search_run(void *arg, const struct dm_run *run)
{
	struct image_search *s = arg;
	bool fits = s->read_only ? run->valid && arm64_is_read_only(run->attrs)
				 : !run->valid;

	if (!fits || run->pa != s->hand.end)
		s->hand = (struct dm_range){ run->pa, run->pa };
	if (fits)
		s->hand.end = run->pa + run->size;
	if (range_has(&s->hand, s->inside))
		s->found = s->hand;
	return NULL;
}

/*
 * Without symbols: the text's alias is the read-only stretch around _stext,
 * that of data the invalid or read-only one around init_uts_ns, both in
 * VMCOREINFO.
 */
static struct dm_error *image_by_tables(struct owners *o, const char *symbol,
					bool read_only, struct dm_range *ret)
{
	struct image_search s = {
		.kernel = dm_target_kernel(o->target),
		.read_only = read_only,
	};
	struct dm_error *err;

	err = dm_target_symbol(o->target, symbol, &s.inside);
	if (err)
		return err;
	s.inside = image_pa(s.kernel, s.inside);
	err = dm_target_runs_of(o->target, search_run, &s);
	*ret = s.found;
	return err;
}

/*
 * The alias of [_text, __init_begin) is made read-only on every kernel
 * (mm/mmu.c, mark_linear_text_alias_ro()); that of data and bss, [__init_end,
 * __bss_stop), is made invalid by 7.3 (mark_linear_data_alias_valid()),
 * read-only by 7.2 (mark_rodata_ro()), and left alone before. What is behind
 * that, the first page tables, is as any other memory.
 */
static struct dm_error *find_image(struct owners *o)
{
	struct dm_error *err;

	err = image_stretch(o, IMAGE_TEXT, IMAGE_INIT, &o->text);
	if (err && err->code == DM_ERROR_NOT_FOUND) {
		/* Kallsyms with functions only has no _text. */
		dm_error_destroy(err);
		err = image_stretch(o, IMAGE_STEXT, IMAGE_INIT, &o->text);
	}
	if (err) {
		o->text_inferred = true;
		err = forgive(o, err);
		if (!err)
			err = image_by_tables(o, "_stext", true, &o->text);
	}
	if (!err)
		err = image_stretch(o, IMAGE_DATA, IMAGE_BSS_END, &o->data);
	if (err && !dm_error_is_fatal(err)) {
		o->data_inferred = true;
		err = forgive(o, err);
		if (!err)
			err = image_by_tables(o, "init_uts_ns", false,
					      &o->data);
		if (!err && !o->data.end)
			err = image_by_tables(o, "init_uts_ns", true, &o->data);
	}
	return err;
}

/* Its end may be missing: then what lies behind its start may be its. */
static struct dm_error *find_kfence(struct owners *o)
{
	const struct dm_kernel *k = dm_target_kernel(o->target);
	struct dm_error *err, *no_start;
	uint64_t pool = 0;

	err = dm_kfence_pool(o->target, &o->kfence.start, &o->kfence.end);
	if (!err || dm_error_is_fatal(err))
		return err;
	no_start = dm_target_variable(o->target, "__kfence_pool", 8, &pool);
	if (dm_error_is_fatal(no_start))
		return dm_error_either(err, no_start);
	o->maybe_kfence.start = no_start ? 0 : dm_kva_linear_to_pa(k, pool);
	o->maybe_kfence.end =
		no_start ? UINT64_MAX
			 : o->maybe_kfence.start + dm_kfence_pool_max(k);
	dm_error_destroy(no_start);
	return forgive(o, err);
}

/*
 * guest_memfd takes its memory off the linear map with
 * GUEST_MEMFD_FLAG_NO_DIRECT_MAP, which is posted for kernels after 7.3 ("Direct
 * Map Removal Support for guest_memfd"). The enumerator AS_NO_DIRECT_MAP comes
 * with it; in 7.3 its memory is mapped as all else is.
 */
static struct dm_error *find_gmem(struct owners *o)
{
	struct dm_error *err;
	int64_t flag;
	bool has;

	err = dm_target_has_symbol(o->target, "kvm_gmem_aops", &has);
	if (err || !has)
		return err;
	err = dm_types_enumerator(dm_target_types(o->target),
				  "AS_NO_DIRECT_MAP", &flag);
	if (err)
		return dm_error_forgive(err);
	o->has_gmem = true;
	return dm_target_symbol(o->target, "kvm_gmem_aops", &o->gmem_aops);
}

/*
 * The huge page of zeros is made read-only in the linear map by
 * set_direct_map_ro_noflush(), in a series that is posted for kernels after 7.3
 * ("make persistent huge zero folio read-only"). Before, there is no such
 * function, and the page is as any other.
 */
static struct dm_error *find_huge_zero(struct owners *o)
{
	const struct dm_kernel *k = dm_target_kernel(o->target);
	struct dm_error *err;
	uint64_t pfn;
	bool has;

	err = dm_target_has_symbol(o->target, SYMBOL_DIRECT_MAP_RO, &has);
	if (!err && has)
		err = dm_target_has_symbol(o->target, "huge_zero_pfn", &has);
	if (err || !has)
		return err;
	err = dm_target_variable(o->target, "huge_zero_pfn", 8, &pfn);
	if (err || pfn >= DM_PA_END >> k->page_shift)
		return err;
	o->huge_zero.start = pfn << k->page_shift;
	o->huge_zero.end = o->huge_zero.start + dm_leaf_size(k, DM_LEAF_PMD);
	return NULL;
}

static struct dm_error *find_secretmem(struct owners *o)
{
	const struct target_offset of_mapping[] = {
		{ "host", &o->mapping_host },
		{ "a_ops", &o->mapping_aops },
		{ NULL, NULL },
	};
	struct dm_error *err;

	err = dm_target_has_symbol(o->target, "secretmem_aops",
				   &o->has_secretmem);
	if (!err)
		err = find_gmem(o);
	if (err || !(o->has_secretmem || o->has_gmem))
		return err;
	if (o->has_secretmem)
		err = dm_target_symbol(o->target, "secretmem_aops",
				       &o->secretmem_aops);
	if (!err)
		err = dm_target_offsets(o->target, "struct address_space",
					of_mapping);
	if (!err)
		err = dm_types_offset(dm_target_types(o->target),
				      "struct inode", "i_ino", &o->inode_ino);
	o->has_mapping = !err;
	return err;
}

static struct dm_error *find_crash_kernel(struct owners *o)
{
	struct dm_error *err;
	bool has;

	err = dm_target_has_symbol(o->target, SYMBOL_PROTECT_CRASH,
				   &o->protects_crash);
	if (!err)
		err = dm_target_has_symbol(o->target, "crashk_res", &has);
	if (err || !has)
		return err;
	err = dm_resource_crash_kernel(o->target, &o->crash_kernel.start,
				       &o->crash_kernel.end);
	o->crash_kernel_known = !err;
	return err;
}

struct dm_error *dm_owners_create(struct dm_target *target, struct owners **ret)
{
	struct owners *o = calloc(1, sizeof(*o));
	struct dm_error *err;

	if (!o)
		return dm_error_no_memory();
	o->target = target;
	err = forgive(o, find_image(o));
	if (!err)
		err = find_kfence(o);
	if (!err)
		err = forgive(o, find_crash_kernel(o));
	if (!err)
		err = forgive(o, dm_frames_create(target, &o->frames));
	if (!err)
		err = forgive(o, dm_vmalloc_create(target, &o->vmalloc));
	if (!err)
		err = forgive(o, dm_target_modules(target, &o->modules));
	if (!err)
		err = forgive(o, dm_bpf_create(target, &o->bpf));
	if (!err)
		err = forgive(o, find_secretmem(o));
	if (!err)
		err = forgive(o, find_huge_zero(o));
	if (!err)
		err = dm_target_has_symbol(target, "secretmem_fault",
					   &o->may_have_secretmem);
	if (!err)
		err = note_all_incomplete(o);
	if (err) {
		dm_owners_destroy(o);
		return err;
	}
	o->of_all = dm_missing_mark(o->missing);
	*ret = o;
	return NULL;
}

void dm_owners_destroy(struct owners *owners)
{
	if (!owners)
		return;
	dm_bpf_destroy(owners->bpf);
	dm_frames_destroy(owners->frames);
	dm_vmalloc_destroy(owners->vmalloc);
	dm_missing_destroy(owners->missing);
	free(owners);
}

void dm_owners_forget_pages(struct owners *owners)
{
	dm_missing_back(owners->missing, owners->of_all);
	owners->unread = 0;
}

struct vmalloc *dm_owners_vmalloc(struct owners *owners)
{
	return owners->vmalloc;
}

const struct dm_missing *dm_owners_missing(const struct owners *owners)
{
	return owners->missing;
}

/* ---- One page ----------------------------------------------------------- */

static bool take_module(const struct owners *o, uint64_t va,
			struct dm_owner *owner)
{
	const struct module_area *area;
	size_t i;

	if (!o->modules || !dm_modules_at(o->modules, va, &i, &area))
		return false;
	owner->kind = DM_OWNER_MODULE;
	owner->start = area->start;
	owner->size = area->size;
	snprintf(owner->name, sizeof(owner->name), "%s",
		 dm_modules_get(o->modules, i)->name);
	snprintf(owner->part, sizeof(owner->part), "%s",
		 dm_module_area_name(area->kind));
	return true;
}

static void name_text(const struct bpf_text *text, struct dm_owner *owner)
{
	const struct bpf_program *program = text->program;

	owner->kind = DM_OWNER_BPF;
	owner->start = text->image_start;
	owner->size = text->image_end - text->image_start;
	snprintf(owner->name, sizeof(owner->name), "%s", text->name);
	snprintf(owner->part, sizeof(owner->part), "%s",
		 dm_bpf_text_kind_name(text->kind));
	if (!program)
		return;
	owner->id = program->id;
	owner->time_ns = program->load_time;
	snprintf(owner->tag, sizeof(owner->tag), "%s", program->tag);
	if (*program->name && text->kind == BPF_TEXT_PROGRAM)
		snprintf(owner->name, sizeof(owner->name), "%s", program->name);
}

/* The @n-th piece of BPF on the page at @va; a pack's page has itself at last. */
static bool take_bpf(const struct owners *o, uint64_t va, size_t n,
		     struct dm_owner *owner)
{
	uint64_t page = dm_target_kernel(o->target)->page_size;
	const struct bpf_text *texts;
	const struct bpf_pack *pack;
	size_t count = 0;

	if (!o->bpf)
		return false;
	pack = dm_bpf_pack_at(o->bpf, va);
	texts = dm_bpf_texts_in(o->bpf, va, va + page, &count);
	if (n < count) {
		name_text(&texts[n], owner);
		owner->pack = pack ? pack->start : 0;
		return true;
	}
	if (!pack || count)
		return false;
	owner->kind = DM_OWNER_BPF_PACK;
	owner->pack = pack->start;
	return n == 0;
}

/* "name+0x10/0x80" is in the function called @name. */
static bool is_function(const char *text, const char *name)
{
	size_t len = strlen(name);

	return strncmp(text, name, len) == 0 && text[len] == '+';
}

/*
 * A piece of execmem's cache that no code lies in: an area of huge pages, made
 * read-only at once, that modules and BPF packs are given pieces of (7.3
 * mm/execmem.c, execmem_cache_populate(), execmem_vmalloc(); for arm64 it is
 * posted: "Introducing ROX CACHE to ARM64 systems with bbml2 no abort").
 */
static bool is_code_cache(const struct vmalloc_area *area, const char *caller)
{
	return area->flags & VM_ALLOW_HUGE_VMAP &&
	       strncmp(caller, "execmem_", strlen("execmem_")) == 0;
}

/*
 * Who asked for an area. For kprobes' slots that is alloc_insn_page() alone, or
 * the function that it is part of (kernel/kprobes.c).
 */
static struct dm_error *take_area(const struct owners *o,
				  const struct vmalloc_area *area,
				  struct dm_owner *owner)
{
	struct dm_error *err = NULL;

	owner->kind = DM_OWNER_VMALLOC;
	if (area->lazy)
		strcpy(owner->part, "freed, not yet purged");
	if (area->caller)
		err = dm_target_describe(o->target, area->caller, owner->name,
					 sizeof(owner->name));
	if (is_function(owner->name, "alloc_insn_page") ||
	    is_function(owner->name, "__get_insn_slot"))
		owner->kind = DM_OWNER_KPROBE;
	else if (is_code_cache(area, owner->name))
		owner->kind = DM_OWNER_EXECMEM;
	return err;
}

/*
 * Where the kernel has the page beside the linear map. Several places may be:
 * an allocation owns its pages, vmap() shows those of others.
 */
static uint64_t owning_va(const struct owners *o, uint64_t pa)
{
	const uint64_t *vas;
	uint64_t other = 0;
	size_t i, count;

	vas = o->frames ? dm_frames_of(o->frames, pa, &count) : NULL;
	for (i = 0; vas && i < count; i++) {
		const struct vmalloc_area *area =
			o->vmalloc ? dm_vmalloc_at(o->vmalloc, vas[i]) : NULL;
		const struct module_area *module_area;
		size_t module;

		if ((area && area->flags & VM_ALLOC) ||
		    (o->modules && dm_modules_at(o->modules, vas[i], &module,
						 &module_area)) ||
		    (o->bpf && dm_bpf_pack_at(o->bpf, vas[i])))
			return vas[i];
		/* Devices are mapped as RAM is, and their pages are no RAM. */
		if (!other && !(area && area->flags & VM_IOREMAP))
			other = vas[i];
	}
	return other;
}

static struct dm_error *take_vmalloc(struct owners *o, uint64_t pa, size_t n,
				     struct dm_owner *owner, bool *found)
{
	const struct vmalloc_area *area;

	*found = false;
	owner->va = owning_va(o, pa);
	if (!owner->va)
		return NULL;
	*found = take_bpf(o, owner->va, n, owner);
	/* In execmem's cache modules lie where a pack may seem to go on. */
	if (*found && owner->kind == DM_OWNER_BPF_PACK &&
	    take_module(o, owner->va, owner))
		owner->pack = 0;
	if (*found || n)
		return NULL;
	*found = true;
	if (take_module(o, owner->va, owner))
		return NULL;
	area = o->vmalloc ? dm_vmalloc_at(o->vmalloc, owner->va) : NULL;
	if (area)
		return take_area(o, area, owner);
	owner->kind = DM_OWNER_VMALLOC;
	return NULL;
}

/* A page of secretmem, or of a file that somebody locked. */
static struct dm_error *take_lost_file(const struct owners *o,
				       const struct page_state *page,
				       struct dm_owner *owner)
{
	struct dm_error *err;
	bool has;

	err = dm_page_has_flag(o->target, page, "PG_unevictable", &has);
	if (err || !has)
		return err;
	strcpy(owner->part, OWNERS_LOST_FILE);
	owner->kind = DM_OWNER_UNKNOWN;
	return NULL;
}

/*
 * A file's page whose operations are secretmem's (mm/secretmem.c), or
 * guest_memfd's (virt/kvm/guest_memfd.c).
 */
static struct dm_error *take_secretmem(struct owners *o,
				       const struct page_state *page,
				       struct dm_owner *owner)
{
	struct kva *kva = dm_target_kva(o->target);
	struct dm_error *err, *other;
	uint64_t aops, host;

	/* The low bits tell anonymous memory and the like (PAGE_MAPPING_…). */
	if (!page->mapping || page->mapping & 3)
		return NULL;
	/* Its operations are a variable, that it is there a function. */
	if (!o->has_mapping)
		return o->may_have_secretmem ? take_lost_file(o, page, owner)
					     : NULL;
	err = dm_kva_read_u64(kva, page->mapping + o->mapping_aops, &aops);
	if (!err && !(o->has_secretmem && aops == o->secretmem_aops) &&
	    !(o->has_gmem && aops == o->gmem_aops))
		return NULL;
	if (err) {
		other = take_lost_file(o, page, owner);
		return other ? dm_error_either(err, other) : err;
	}
	owner->kind = o->has_gmem && aops == o->gmem_aops ? DM_OWNER_GUEST_MEMFD
							  : DM_OWNER_SECRETMEM;
	err = dm_kva_read_u64(kva, page->mapping + o->mapping_host, &host);
	return err ? err
		   : dm_kva_read_u64(kva, host + o->inode_ino, &owner->id);
}

/* Whether all that could own a page in use as data was looked at. */
static bool looked_at_all(const struct owners *o)
{
	return o->frames && !dm_frames_incomplete(o->frames) &&
	       (o->has_mapping || !(o->has_secretmem || o->has_gmem));
}

/* Not read, and why is noted already. */
static struct dm_error *is_unread(const struct owners *o, uint64_t pa,
				  bool *unread)
{
	struct dm_error *err = NULL;
	uint64_t va = 0;

	if (o->unread)
		err = dm_page_state_page(o->target, pa, &va);
	*unread = va && va == o->unread;
	return err;
}

static struct dm_error *note_unread(struct owners *o, uint64_t pa,
				    struct dm_error *err)
{
	err = forgive(o, err);
	return err ? err : dm_page_state_page(o->target, pa, &o->unread);
}

static struct dm_error *take_page(struct owners *o, uint64_t pa,
				  struct dm_owner *owner)
{
	struct page_state page;
	struct dm_error *err;
	bool reserved, unread, known;

	owner->kind = DM_OWNER_UNKNOWN;
	err = is_unread(o, pa, &unread);
	if (err || unread)
		return err;
	err = dm_page_state_read(o->target, pa, &page);
	if (err)
		return note_unread(o, pa, err);
	err = dm_page_type_text(o->target, &page, owner->part,
				sizeof(owner->part));
	if (!err)
		err = dm_page_has_flag(o->target, &page, "PG_reserved",
				       &reserved);
	if (err)
		return err;
	/* A page that has a type is nobody's else. */
	owner->kind = (*owner->part || looked_at_all(o)) &&
				      !range_has(&o->maybe_kfence, pa)
			      ? DM_OWNER_NONE
			      : DM_OWNER_UNKNOWN;
	if (!*owner->part && reserved)
		strcpy(owner->part, o->protects_crash && !o->crash_kernel_known
					    ? OWNERS_MAYBE_CRASH
					    : "reserved memory");
	/* In a free block behind its first page, or on a CPU's own list. */
	else if (!*owner->part && !page.refcount && !page.head)
		strcpy(owner->part, "free");
	err = take_secretmem(o, &page, owner);
	known = owner->kind == DM_OWNER_SECRETMEM ||
		owner->kind == DM_OWNER_GUEST_MEMFD;
	if (err && !known &&
	    (err->code == DM_ERROR_NOT_FOUND ||
	     err->code == DM_ERROR_INVALID_ARGUMENT)) {
		/* page->mapping is a union's: it need not be an address. */
		dm_error_destroy(err);
		err = NULL;
	}
	if (err && !known)
		owner->kind = DM_OWNER_UNKNOWN;
	return forgive(o, err);
}

static bool take_fixed(const struct owners *o, uint64_t pa,
		       struct dm_owner *owner)
{
	if (range_has(&o->kfence, pa))
		owner->kind = DM_OWNER_KFENCE;
	else if (range_has(&o->crash_kernel, pa))
		owner->kind = DM_OWNER_CRASH_KERNEL;
	else if (range_has(&o->text, pa))
		owner->kind = DM_OWNER_KERNEL_TEXT;
	else if (range_has(&o->data, pa))
		owner->kind = DM_OWNER_KERNEL_DATA;
	else if (range_has(&o->huge_zero, pa))
		owner->kind = DM_OWNER_HUGE_ZERO;
	else
		return false;
	owner->left_in_map =
		owner->kind == DM_OWNER_CRASH_KERNEL && !o->protects_crash;
	if (owner->kind != DM_OWNER_KERNEL_TEXT &&
	    owner->kind != DM_OWNER_KERNEL_DATA)
		return true;
	owner->va = pa + dm_target_kernel(o->target)->kimage_voffset;
	if (owner->kind == DM_OWNER_KERNEL_TEXT ? o->text_inferred
						: o->data_inferred)
		strcpy(owner->part, "inferred");
	return true;
}

bool dm_owners_text(const struct owners *owners, struct dm_range *pa,
		    bool *inferred)
{
	*pa = (struct dm_range){ owners->text.start, owners->text.end };
	*inferred = owners->text_inferred;
	return pa->end > pa->start;
}

struct dm_error *dm_owners_of(struct owners *owners, uint64_t pa,
			      size_t *cursor, struct dm_owner *owner,
			      bool *found)
{
	size_t n = *cursor;
	struct dm_error *err = NULL;

	*found = n != SOLE;
	if (!*found)
		return NULL;
	/* Only BPF's programs share a page. */
	*cursor = SOLE;
	memset(owner, 0, sizeof(*owner));
	if (take_fixed(owners, pa, owner))
		return NULL;
	err = take_vmalloc(owners, pa, n, owner, found);
	if (*found &&
	    (owner->kind == DM_OWNER_BPF || owner->kind == DM_OWNER_BPF_PACK))
		*cursor = n + 1;
	if (!*found && !n) {
		*found = true;
		err = take_page(owners, pa, owner);
	}
	return err;
}
