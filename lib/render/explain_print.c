// SPDX-License-Identifier: GPL-2.0-or-later
/* All that is known of an address, in words and as JSON. */
#include <stdio.h>
#include <string.h>

#include "arm64/arm64.h"
#include "render/json.h"
#include "util/out.h"

#define NAME "%-15s"

static void put_words(struct out *out, const struct dm_kernel *kernel,
		      uint64_t attrs)
{
	unsigned int cursor = 0;
	const char *word;

	while ((word = dm_arm64_attr_word(kernel, attrs, &cursor))) {
		if (*word)
			dm_out_printf(out, " %s", word);
	}
}

static void put_steps(struct out *out, const struct dm_kernel *kernel,
		      const struct dm_mapping *m)
{
	size_t i;

	for (i = 0; i < m->step_count; i++) {
		const struct dm_step *s = &m->steps[i];

		dm_out_printf(out,
			      NAME "%2d %s table 0x%llx [%4llu] = 0x%016llx %s",
			      i ? "" : "page tables", s->level,
			      dm_arm64_table_name(kernel, s->level),
			      (unsigned long long)s->table,
			      (unsigned long long)s->index,
			      (unsigned long long)s->entry, s->kind);
		if (i + 1 == m->step_count && m->mapped && !m->unknown)
			put_words(out, kernel, s->entry);
		dm_out_printf(out, "\n");
	}
	if (*m->unreadable) {
		dm_out_printf(out, NAME, "");
		dm_out_foreign(out, m->unreadable);
		dm_out_printf(out, "\n");
	}
}

static void put_leaf(struct out *out, const struct dm_kernel *kernel,
		     const char *name, const struct dm_mapping *m)
{
	dm_out_printf(out, NAME, name);
	if (m->unknown) {
		dm_out_printf(out, "unknown: %s\n", m->unknown);
		return;
	}
	if (!m->mapped) {
		dm_out_printf(out, "%s\n",
			      *m->unreadable ? "unknown" : "not mapped");
		return;
	}
	dm_out_printf(out, "%s, %s, 0x%llx-0x%llx, PA 0x%llx\n",
		      dm_leaf_label(kernel, m->leaf),
		      m->valid ? "valid" : "invalid (the CPU cannot use it)",
		      (unsigned long long)m->leaf_start,
		      (unsigned long long)(m->leaf_start + m->leaf_size),
		      (unsigned long long)m->pa);
}

static void put_kb(struct out *out, uint64_t bytes, const char *what)
{
	if (bytes)
		dm_out_printf(out, ", %llu kB %s",
			      (unsigned long long)(bytes >> 10), what);
}

static void put_stretch(struct out *out, const struct dm_kernel *kernel,
			const struct dm_stretch *s)
{
	char name[32];
	enum dm_leaf leaf;

	snprintf(name, sizeof(name), "in its %s",
		 dm_leaf_label(kernel, s->leaf));
	dm_out_printf(out, NAME "0x%llx:", name, (unsigned long long)s->start);
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		uint64_t size = dm_leaf_size(kernel, leaf);

		if (s->mapped[leaf])
			dm_out_printf(
				out, " %llu x %s",
				(unsigned long long)(s->mapped[leaf] / size),
				dm_leaf_label(kernel, leaf));
	}
	put_kb(out, s->read_only, "read-only");
	put_kb(out, s->invalid, "invalid");
	put_kb(out, s->unmapped, "not mapped");
	put_kb(out, s->unknown, "unknown");
	dm_out_printf(out, "%s\n", s->alike ? ", all alike" : "");
}

static void put_page(struct out *out, const struct dm_explanation *x)
{
	if (!x->has_page) {
		dm_out_printf(out, NAME, "struct page");
		dm_out_foreign(out, *x->no_page ? x->no_page : "none");
		dm_out_printf(out, "\n");
		return;
	}
	dm_out_printf(out, NAME "0x%llx: flags 0x%llx", "struct page",
		      (unsigned long long)x->page_va,
		      (unsigned long long)x->page_flags);
	if (*x->page_flag_names)
		dm_out_printf(out, " (%s)", x->page_flag_names);
	if (*x->page_type)
		dm_out_printf(out, ", type %s", x->page_type);
	dm_out_printf(out, ", refcount %d\n", (int)x->page_refcount);
}

static const char *owner_words(const struct dm_owner *o)
{
	static const char *const words[DM_OWNER_COUNT] = {
		[DM_OWNER_UNKNOWN] = "unknown",
		[DM_OWNER_NONE] = "no special one",
		[DM_OWNER_KERNEL_TEXT] =
			"alias of the kernel's text and rodata",
		[DM_OWNER_KERNEL_DATA] = "alias of the kernel's data and bss",
		[DM_OWNER_MODULE] = "module",
		[DM_OWNER_BPF] = "BPF",
		[DM_OWNER_BPF_PACK] = "BPF pack, no program on this page",
		[DM_OWNER_KPROBE] = "kprobe slots",
		[DM_OWNER_VMALLOC] = "vmalloc memory",
		[DM_OWNER_SECRETMEM] = "secretmem",
		[DM_OWNER_KFENCE] = "KFENCE pool",
		[DM_OWNER_CRASH_KERNEL] = "crash kernel's memory",
		[DM_OWNER_REALM_SHARED] = "shared with the realm's host",
		[DM_OWNER_FREE] = "free page",
		[DM_OWNER_GUEST_MEMFD] = "guest_memfd",
		[DM_OWNER_UNMAPPED_PAGEBLOCK] =
			"pageblock that is unmapped as a whole",
		[DM_OWNER_HUGE_ZERO] = "huge page of zeros",
		[DM_OWNER_DEVICE_TYPED] = "memory of a device's type",
		[DM_OWNER_EXECMEM] = "kept ready for code",
	};

	return words[o->kind];
}

/* Who has it: what stands between the kind's words and the name. */
static const char *owner_joint(const struct dm_owner *o)
{
	return o->kind == DM_OWNER_KPROBE    ? ", by "
	       : o->kind == DM_OWNER_VMALLOC ? " of "
	       : o->kind == DM_OWNER_EXECMEM ? ", by "
					     : " ";
}

static void put_owner(struct out *out, const struct dm_owner *o, bool first)
{
	dm_out_printf(out, NAME "%s", first ? "owner" : "", owner_words(o));
	if (*o->name) {
		dm_out_printf(out, "%s", owner_joint(o));
		dm_out_foreign(out, o->name);
	} else if (o->kind == DM_OWNER_VMALLOC) {
		dm_out_printf(out, ", caller unknown");
	} else if (o->kind == DM_OWNER_MODULE || o->kind == DM_OWNER_BPF) {
		dm_out_printf(out, " without a name");
	}
	if (*o->part)
		dm_out_printf(out, " (%s)", o->part);
	if (o->kind == DM_OWNER_SECRETMEM || o->kind == DM_OWNER_GUEST_MEMFD)
		dm_out_printf(out, ", inode %llu", (unsigned long long)o->id);
	else if (o->id)
		dm_out_printf(out, ", id %llu", (unsigned long long)o->id);
	if (*o->tag)
		dm_out_printf(out, ", tag %s", o->tag);
	if (o->time_ns)
		dm_out_printf(out,
			      ", loaded %.6f s after boot (CLOCK_BOOTTIME)",
			      (double)o->time_ns / 1e9);
	if (o->va)
		dm_out_printf(out, ", at 0x%llx", (unsigned long long)o->va);
	if (o->pack)
		dm_out_printf(out, ", in the pack at 0x%llx",
			      (unsigned long long)o->pack);
	if (o->doubt)
		dm_out_printf(out, ": %s", o->doubt);
	dm_out_printf(out, "\n");
}

/* Owners that need their pages so say it themselves. */
static void put_special(struct out *out, const struct dm_explanation *x)
{
	if (*x->special && x->owner_count &&
	    x->owners[0].kind == DM_OWNER_UNKNOWN)
		dm_out_printf(out, NAME "%s, unlike most of the linear map\n",
			      "special", x->special);
}

static void put_where(struct out *out, const struct dm_explanation *x)
{
	if (*x->symbol) {
		dm_out_printf(out, NAME, "symbol");
		dm_out_foreign(out, x->symbol);
		dm_out_printf(out, "\n");
	}
	if (!x->has_area)
		return;
	dm_out_printf(out, NAME "0x%llx-0x%llx, %s", "vmalloc area",
		      (unsigned long long)x->area_start,
		      (unsigned long long)(x->area_start + x->area_size),
		      x->area_kind);
	if (*x->area_caller) {
		dm_out_printf(out, " by ");
		dm_out_foreign(out, x->area_caller);
	}
	dm_out_printf(out, "\n");
}

static void put_linear(struct out *out, const struct dm_kernel *kernel,
		       const struct dm_explanation *x)
{
	size_t i;

	if (x->beyond) {
		dm_out_printf(out,
			      NAME
			      "none: the linear map does not reach there\n",
			      "linear alias");
	} else if (x->region != DM_REGION_LINEAR) {
		dm_out_printf(out, NAME "0x%llx\n", "linear alias",
			      (unsigned long long)x->linear.va);
		put_steps(out, kernel, &x->linear);
		put_leaf(out, kernel, "leaf", &x->linear);
	}
	for (i = 0; i < x->stretch_count; i++)
		put_stretch(out, kernel, &x->stretches[i]);
	if (*x->not_larger)
		dm_out_printf(out, NAME "%s\n", "why", x->not_larger);
}

struct dm_error *dm_explain_text(const struct dm_kernel *kernel,
				 const struct dm_explanation *explanation,
				 struct dm_sink *sink)
{
	const struct dm_explanation *x = explanation;
	struct out out = { .sink = sink };
	size_t i;

	if (x->own.va)
		dm_out_printf(&out, "0x%llx  %s, ",
			      (unsigned long long)x->own.va,
			      x->region == DM_REGION_LINEAR
				      ? "linear map"
				      : dm_region_name(x->region));
	if (x->has_pa)
		dm_out_printf(&out, "%sPA 0x%llx, pfn 0x%llx",
			      x->own.unknown ? "by its formula " : "",
			      (unsigned long long)x->pa,
			      (unsigned long long)(x->pa >>
						   kernel->page_shift));
	else
		dm_out_printf(&out, "%s",
			      *x->own.unreadable ? "how it is mapped is unknown"
						 : "no RAM behind it");
	dm_out_printf(&out, "\n");
	for (i = 0; i < x->owner_count; i++)
		put_owner(&out, &x->owners[i], i == 0);
	put_special(&out, x);
	put_where(&out, x);
	if (x->own.va) {
		put_steps(&out, kernel, &x->own);
		put_leaf(&out, kernel, "leaf", &x->own);
	}
	if (x->has_pa) {
		put_linear(&out, kernel, x);
		put_page(&out, x);
	}
	if (*dm_missing_text(x->missing)) {
		dm_out_printf(&out, NAME, "missing");
		dm_out_foreign(&out, dm_missing_text(x->missing));
		dm_out_printf(&out, "\n");
	}
	return dm_out_error(&out);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *steps_array(const struct dm_kernel *kernel,
			   const struct dm_mapping *m)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < m->step_count; i++) {
		const struct dm_step *s = &m->steps[i];

		array = dm_json_add(
			array,
			json_pack("{s:i, s:s, s:o, s:o, s:o, s:s}", "level",
				  s->level, "name",
				  dm_arm64_table_name(kernel, s->level),
				  "table", dm_json_hex(s->table), "index",
				  dm_json_uint(s->index), "entry",
				  dm_json_hex(s->entry), "kind", s->kind));
	}
	return array;
}

static json_t *mapping_object(const struct dm_kernel *kernel,
			      const struct dm_mapping *m)
{
	json_t *o = json_object();

	o = dm_json_put(o, "va", m->va ? dm_json_hex(m->va) : json_null());
	o = dm_json_put(o, "chain", steps_array(kernel, m));
	if (*m->unreadable)
		o = dm_json_put(o, "unreadable",
				dm_json_foreign(m->unreadable));
	if (m->unknown)
		o = dm_json_put(o, "unknown", json_string(m->unknown));
	if (m->unknown || !m->mapped)
		return dm_json_put(o, "leaf", json_null());
	o = dm_json_put(o, "leaf", json_string(dm_leaf_name(m->leaf)));
	o = dm_json_put(o, "state",
			json_string(m->valid ? "valid" : "invalid"));
	o = dm_json_put(o, "start", dm_json_hex(m->leaf_start));
	o = dm_json_put(o, "size", dm_json_uint(m->leaf_size));
	o = dm_json_put(o, "pa", dm_json_hex(m->pa));
	o = dm_json_put(o, "attrs", dm_json_attrs(kernel, m->attrs));
	return dm_json_put(o, "bits", dm_json_hex(m->attrs));
}

static json_t *stretches_array(const struct dm_explanation *x)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < x->stretch_count; i++) {
		const struct dm_stretch *s = &x->stretches[i];

		json_t *o = json_pack(
			"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o}",
			"leaf", dm_leaf_name(s->leaf), "start",
			dm_json_hex(s->start), "size", dm_json_uint(s->size),
			"mapped", dm_json_by_leaf(s->mapped), "read_only",
			dm_json_uint(s->read_only), "invalid",
			dm_json_uint(s->invalid), "unmapped",
			dm_json_uint(s->unmapped), "alike", s->alike,
			"readable", s->readable, "first_odd",
			s->odd_va ? dm_json_hex(s->odd_va) : json_null());

		if (s->unknown)
			o = dm_json_put(o, "unknown", dm_json_uint(s->unknown));
		array = dm_json_add(array, o);
	}
	return array;
}

json_t *dm_json_owner(const struct dm_owner *owner)
{
	json_t *o = json_object();

	o = dm_json_put(o, "kind", json_string(dm_owner_name(owner->kind)));
	o = dm_json_put(o, "name", dm_json_text(owner->name));
	if (*owner->part)
		o = dm_json_put(o, "part", dm_json_foreign(owner->part));
	if (owner->id)
		o = dm_json_put(
			o, owner->kind == DM_OWNER_SECRETMEM ? "inode" : "id",
			dm_json_uint(owner->id));
	if (*owner->tag)
		o = dm_json_put(o, "tag", json_string(owner->tag));
	if (owner->pack)
		o = dm_json_put(o, "pack", dm_json_hex(owner->pack));
	if (owner->time_ns)
		o = dm_json_put(o, "time_ns", dm_json_uint(owner->time_ns));
	if (owner->va)
		o = dm_json_put(o, "va", dm_json_hex(owner->va));
	if (owner->doubt)
		o = dm_json_put(o, "doubt", json_string(owner->doubt));
	return o;
}

static json_t *owners_array(const struct dm_explanation *x)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < x->owner_count; i++)
		array = dm_json_add(array, dm_json_owner(&x->owners[i]));
	return array;
}

static json_t *page_object(const struct dm_explanation *x)
{
	if (!x->has_page)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:i}", "va",
			 dm_json_hex(x->page_va), "flags",
			 dm_json_hex(x->page_flags), "flag_names",
			 dm_json_text(x->page_flag_names), "type",
			 dm_json_text(x->page_type), "refcount",
			 (int)x->page_refcount);
}

static json_t *area_object(const struct dm_explanation *x)
{
	if (!x->has_area)
		return json_null();
	return json_pack("{s:o, s:o, s:s, s:o}", "start",
			 dm_json_hex(x->area_start), "size",
			 dm_json_uint(x->area_size), "kind", x->area_kind,
			 "caller", dm_json_text(x->area_caller));
}

struct dm_error *dm_explain_json(const struct dm_kernel *kernel,
				 const struct dm_explanation *explanation,
				 struct dm_sink *sink)
{
	const struct dm_explanation *x = explanation;
	json_t *o = json_object();

	o = dm_json_put(o, "schema", json_string("directmap/1"));
	o = dm_json_put(o, "asked", dm_json_foreign(x->asked));
	o = dm_json_put(o, "region", json_string(dm_region_name(x->region)));
	o = dm_json_put(o, "pa", x->has_pa ? dm_json_hex(x->pa) : json_null());
	o = dm_json_put(o, "pfn",
			x->has_pa ? dm_json_uint(x->pa >> kernel->page_shift)
				  : json_null());
	o = dm_json_put(o, "mapping", mapping_object(kernel, &x->own));
	o = dm_json_put(o, "linear",
			x->has_pa && !x->beyond
				? mapping_object(kernel, &x->linear)
				: json_null());
	o = dm_json_put(o, "larger", stretches_array(x));
	o = dm_json_put(o, "why", dm_json_text(x->not_larger));
	o = dm_json_put(o, "page", page_object(x));
	o = dm_json_put(o, "symbol", dm_json_text(x->symbol));
	o = dm_json_put(o, "area", area_object(x));
	o = dm_json_put(o, "owners", owners_array(x));
	o = dm_json_put(o, "special", dm_json_text(x->special));
	o = dm_json_put(o, "missing",
			dm_json_text(dm_missing_text(x->missing)));
	o = dm_json_put(o, "missing_list", dm_json_missing(x->missing));
	return dm_json_write(o, sink);
}

struct dm_error *dm_explain_unanswered_json(const char *what,
					    const struct dm_error *why,
					    struct dm_sink *sink)
{
	json_t *o = json_object();

	o = dm_json_put(o, "schema", json_string("directmap/1"));
	o = dm_json_put(o, "asked", dm_json_foreign(what));
	return dm_json_write(
		dm_json_put(o, "error", dm_json_foreign(why->message)), sink);
}
