// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs from prog_idr (kernel/bpf/syscall.c), and code of all kinds from
 * bpf_kallsyms (kernel/bpf/core.c, bpf_ksym_add()).
 */
#include <ctype.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/text.h"
#include "kernel/bpf/bpf_private.h"
#include "arm64/va_layout.h"
#include "target/list_each.h"
#include "target/xarray.h"
#include "util/bisect.h"
#include "util/error.h"

#define TAG_SIZE  8 /* BPF_TAG_SIZE */
#define NAME_READ DM_SYMBOL_NAME_MAX

struct layout {
	struct {
		uint64_t aux, type, jited_len, tag, bpf_func;
	} prog;
	struct {
		uint64_t id, name, load_time, func, func_cnt, ksym, prog;
	} aux;
	struct {
		uint64_t start, end, name, lnode, prog, name_size;
	} ksym;
};

struct reader {
	struct bpf *bpf;
	struct dm_target *target;
	struct kva *kva;
	struct layout layout;
	size_t listed; /* programs that prog_idr told of */
};

/* ---- Layout ------------------------------------------------------------- */

static struct dm_error *layout_prog(struct layout *l, struct dm_target *target)
{
	const struct target_offset wanted[] = {
		{ "aux", &l->prog.aux },
		{ "type", &l->prog.type },
		{ "jited_len", &l->prog.jited_len },
		{ "tag", &l->prog.tag },
		{ "bpf_func", &l->prog.bpf_func },
		{ NULL, NULL },
	};

	return dm_target_offsets(target, "struct bpf_prog", wanted);
}

static struct dm_error *layout_aux(struct layout *l, struct dm_target *target)
{
	struct target_offset wanted[] = {
		{ "id", &l->aux.id },
		{ "name", &l->aux.name },
		{ "load_time", &l->aux.load_time },
		{ "func", &l->aux.func },
		{ "ksym", &l->aux.ksym },
		{ "prog", &l->aux.prog },
		{ "func_cnt", &l->aux.func_cnt },
		{ NULL, NULL },
	};
	struct dm_error *err;
	bool real;

	/* With the hidden functions, where there are any: 6.7 and later. */
	err = dm_types_has(dm_target_types(target), "struct bpf_prog_aux",
			   "real_func_cnt", &real);
	if (err)
		return err;
	if (real)
		wanted[6].path = "real_func_cnt";
	return dm_target_offsets(target, "struct bpf_prog_aux", wanted);
}

static struct dm_error *layout_ksym(struct layout *l, struct dm_target *target)
{
	const struct target_offset wanted[] = {
		{ "start", &l->ksym.start }, { "end", &l->ksym.end },
		{ "name", &l->ksym.name },   { "lnode", &l->ksym.lnode },
		{ "prog", &l->ksym.prog },   { NULL, NULL },
	};
	struct dm_member name;
	struct dm_error *err;

	err = dm_target_offsets(target, "struct bpf_ksym", wanted);
	if (!err)
		err = dm_types_member(dm_target_types(target),
				      "struct bpf_ksym", "name", &name);
	if (err)
		return err;
	l->ksym.name_size = name.size < NAME_READ ? name.size : NAME_READ;
	return NULL;
}

/* ---- Pieces ------------------------------------------------------------- */

/* Names come from user space and reach reports: one line, ASCII. */
static struct dm_error *read_name(struct kva *kva, uint64_t va, char *buf,
				  size_t size)
{
	struct dm_error *err = dm_kva_read_string(kva, va, buf, size);

	if (!err)
		dm_ascii_mask(buf);
	return err;
}

static enum bpf_text_kind kind_by_name(const char *name, bool is_program)
{
	static const struct {
		const char *prefix;
		enum bpf_text_kind kind;
	} kinds[] = {
		{ "bpf_trampoline_", BPF_TEXT_TRAMPOLINE },
		{ "bpf_dispatcher_", BPF_TEXT_DISPATCHER },
		{ "bpf__", BPF_TEXT_STRUCT_OPS },
	};
	size_t i;

	if (is_program)
		return BPF_TEXT_NO_ID;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)))
			return kinds[i].kind;
	return BPF_TEXT_OTHER;
}

struct dm_error *dm_bpf_add_text(struct bpf *b, const struct bpf_text *text,
				 const char *name, uint32_t id)
{
	struct dm_error *err;
	char *copy;

	if (text->end <= text->start ||
	    text->end - text->start > BPF_REGION_MAX)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "BPF code from 0x%" PRIx64
				       " to 0x%" PRIx64 " is no range of code",
				       text->start, text->end);
	if (b->raw_count == BPF_TEXTS_MAX)
		return bpf_full(BPF_TEXTS_MAX, "pieces of BPF code");
	err = dm_array_reserve(&b->raw, &b->raw_capacity, b->raw_count, 1,
			       BPF_TEXTS_MAX);
	if (err)
		return err;
	copy = strdup(name);
	if (!copy)
		return dm_error_no_memory();
	b->raw[b->raw_count] = (struct raw_text){
		.text = *text,
		.name = copy,
		.id = id,
	};
	b->raw[b->raw_count].text.image_start = text->start;
	b->raw[b->raw_count].text.image_end = text->end;
	b->raw_count++;
	return NULL;
}

/* Bounds work where no count does: each text costs some reads. */
static struct dm_error *count_visit(struct bpf *b)
{
	if (b->visits++ < 2 * BPF_TEXTS_MAX)
		return NULL;
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "more BPF functions than a machine has; the "
			       "rest is left out");
}

static struct dm_error *read_ksym(struct reader *r, uint64_t ksym,
				  struct bpf_text *text, char *name)
{
	const struct layout *l = &r->layout;
	struct dm_error *err;

	err = dm_kva_read_u64(r->kva, ksym + l->ksym.start, &text->start);
	if (!err)
		err = dm_kva_read_u64(r->kva, ksym + l->ksym.end, &text->end);
	if (!err)
		err = read_name(r->kva, ksym + l->ksym.name, name,
				l->ksym.name_size);
	text->start = arm64_untagged(text->start);
	text->end = arm64_untagged(text->end);
	return err;
}

/*
 * The code of the struct bpf_prog at @prog. A program that was loaded without
 * CAP_BPF has no symbol (core.c, bpf_prog_kallsyms_add()), but code.
 */
static struct dm_error *read_prog_text(struct reader *r, uint64_t prog,
				       uint64_t aux, enum bpf_text_kind kind,
				       uint32_t id)
{
	struct bpf_text text = { .kind = kind };
	char name[NAME_READ] = "";
	uint32_t jited_len = 0;
	struct dm_error *err;

	err = count_visit(r->bpf);
	if (!err)
		err = dm_kva_read_u32(r->kva, prog + r->layout.prog.jited_len,
				      &jited_len);
	if (err || !jited_len)
		return err;
	err = read_ksym(r, aux + r->layout.aux.ksym, &text, name);
	if (!err && !text.start) {
		err = dm_kva_read_u64(r->kva, prog + r->layout.prog.bpf_func,
				      &text.start);
		text.start = arm64_untagged(text.start);
		text.end = text.start + jited_len;
	}
	return err ? err : dm_bpf_add_text(r->bpf, &text, name, id);
}

/* ---- Programs ----------------------------------------------------------- */

static struct dm_error *read_type(struct reader *r, uint64_t prog,
				  struct bpf_program *p)
{
	static const char prefix[] = "BPF_PROG_TYPE_";
	char name[BPF_TYPE_MAX + sizeof(prefix)];
	struct dm_error *err;
	uint32_t type;
	size_t i;

	err = dm_kva_read_u32(r->kva, prog + r->layout.prog.type, &type);
	if (err)
		return err;
	snprintf(p->type, sizeof(p->type), "%" PRIu32, type);
	err = dm_types_enumerator_name(dm_target_types(r->target),
				       "enum bpf_prog_type", type, name,
				       sizeof(name));
	/* A number will do. */
	if (err)
		return dm_error_unless_missing(err);
	i = strncmp(name, prefix, strlen(prefix)) ? 0 : strlen(prefix);
	snprintf(p->type, sizeof(p->type), "%.*s", BPF_TYPE_MAX - 1, name + i);
	for (i = 0; p->type[i]; i++)
		p->type[i] = (char)tolower((unsigned char)p->type[i]);
	return NULL;
}

static struct dm_error *read_tag(struct reader *r, uint64_t prog,
				 struct bpf_program *p)
{
	uint8_t tag[TAG_SIZE];
	struct dm_error *err;
	size_t i;

	err = dm_kva_read(r->kva, prog + r->layout.prog.tag, tag, sizeof(tag),
			  DM_CONTENT_DATA);
	for (i = 0; !err && i < sizeof(tag); i++)
		sprintf(p->tag + 2 * i, "%02x", tag[i]);
	return err;
}

/* Functions beside the main one: aux->func, an array of struct bpf_prog *. */
static struct dm_error *read_functions(struct reader *r, uint64_t aux,
				       uint32_t id)
{
	const struct layout *l = &r->layout;
	uint64_t array, prog, func_aux;
	struct dm_error *err;
	uint32_t i, count;

	err = dm_kva_read_u32(r->kva, aux + l->aux.func_cnt, &count);
	if (!err)
		err = dm_kva_read_u64(r->kva, aux + l->aux.func, &array);
	if (err || !array)
		return err;
	if (count > BPF_FUNCTIONS_MAX)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "the BPF program with ID %" PRIu32
				       " has %" PRIu32 " functions",
				       id, count);
	for (i = 0; !err && i < count; i++) {
		err = dm_kva_read_u64(r->kva, array + i * sizeof(uint64_t),
				      &prog);
		/* Given up, or not made yet. */
		if (err || !prog)
			continue;
		err = dm_kva_read_u64(r->kva, prog + l->prog.aux, &func_aux);
		if (!err)
			err = read_prog_text(r, prog, func_aux,
					     BPF_TEXT_FUNCTION, id);
	}
	return err;
}

static struct dm_error *read_details(struct reader *r, uint64_t aux,
				     struct bpf_program *p)
{
	const struct layout *l = &r->layout;
	struct dm_error *err;

	err = dm_kva_read_u32(r->kva, p->va + l->prog.jited_len, &p->jited_len);
	if (!err)
		err = dm_kva_read_u64(r->kva, aux + l->aux.load_time,
				      &p->load_time);
	if (!err)
		err = read_name(r->kva, aux + l->aux.name, p->name,
				sizeof(p->name));
	if (!err)
		err = read_tag(r, p->va, p);
	if (!err)
		err = read_type(r, p->va, p);
	return err;
}

static struct dm_error *add_program(struct reader *r, uint64_t va, uint64_t aux,
				    uint32_t id)
{
	struct bpf_program p = { .va = va, .id = id };
	struct bpf *b = r->bpf;
	struct dm_error *err;

	err = read_details(r, aux, &p);
	if (!err && b->program_count == BPF_PROGRAMS_MAX)
		err = bpf_full(BPF_PROGRAMS_MAX, "BPF programs");
	if (!err)
		err = dm_array_reserve(&b->programs, &b->program_capacity,
				       b->program_count, 1, BPF_PROGRAMS_MAX);
	if (err)
		return err;
	b->programs[b->program_count++] = p;
	err = read_prog_text(r, va, aux, BPF_TEXT_PROGRAM, id);
	return err ? err : read_functions(r, aux, id);
}

/* An entry of prog_idr, whose index is the ID that the program has itself. */
static struct dm_error *read_program(void *arg, uint64_t index, uint64_t entry)
{
	uint64_t va = arm64_untagged(entry), aux;
	struct reader *r = arg;
	struct dm_error *err;
	uint32_t id;

	if (xarray_is_value(entry))
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "entry %" PRIu64
				       " of prog_idr is no pointer",
				       index);
	err = dm_kva_read_u64(r->kva, va + r->layout.prog.aux, &aux);
	if (!err)
		err = dm_kva_read_u32(r->kva, aux + r->layout.aux.id, &id);
	if (err)
		return err;
	if (!id || id != index)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "entry %" PRIu64
				       " of prog_idr calls itself %" PRIu32,
				       index, id);
	return add_program(r, va, aux, id);
}

/* ---- Symbols ------------------------------------------------------------ */

/* Whether prog_idr, which was read in the order of IDs, told of @id. */
static bool is_known(const struct reader *r, uint32_t id)
{
	size_t at = dm_bisect(i, r->listed, r->bpf->programs[i].id < id);
	return at < r->listed && r->bpf->programs[at].id == id;
}

/*
 * A program's symbol is part of its struct bpf_prog_aux, so that a program is
 * found by it too, if prog_idr is broken.
 */
static struct dm_error *add_by_symbol(struct reader *r, uint64_t ksym)
{
	uint64_t aux = ksym - r->layout.aux.ksym, prog, back;
	struct dm_error *err;
	uint32_t id;

	err = dm_kva_read_u32(r->kva, aux + r->layout.aux.id, &id);
	/* Functions have no ID, and programs that are given up lose it. */
	if (err || !id || is_known(r, id))
		return err;
	err = dm_kva_read_u64(r->kva, aux + r->layout.aux.prog, &prog);
	if (!err)
		err = dm_kva_read_u64(r->kva, prog + r->layout.prog.aux, &back);
	if (err)
		return err;
	if (arm64_untagged(back) != arm64_untagged(aux))
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "the BPF program at 0x%" PRIx64
				       " with ID %" PRIu32
				       " has other data than its own",
				       prog, id);
	return add_program(r, arm64_untagged(prog), aux, id);
}

static struct dm_error *read_symbol(void *arg, uint64_t node)
{
	struct reader *r = arg;
	uint64_t ksym = node - r->layout.ksym.lnode;
	char name[NAME_READ] = "";
	struct bpf_text text = { 0 };
	struct dm_error *err;
	uint8_t is_program;

	err = count_visit(r->bpf);
	if (!err)
		err = read_ksym(r, ksym, &text, name);
	if (!err)
		err = dm_kva_read(r->kva, ksym + r->layout.ksym.prog,
				  &is_program, 1, DM_CONTENT_DATA);
	if (err)
		return err;
	text.kind = kind_by_name(name, is_program);
	err = dm_bpf_add_text(r->bpf, &text, name, 0);
	return err || !is_program ? err : add_by_symbol(r, ksym);
}

/* ---- Both --------------------------------------------------------------- */

/* ---- Programs that no list leads to any more ------------------------------- */

#define SEARCH_STEPS_MAX (1u << 20) /* pages and holes of vmalloc space */

static bool is_read(const struct reader *r, uint64_t prog)
{
	size_t i;

	for (i = 0; i < r->bpf->program_count; i++) {
		if (r->bpf->programs[i].va == prog)
			return true;
	}
	return false;
}

/*
 * A struct bpf_prog begins its vmalloc area (kernel/bpf/core.c,
 * bpf_prog_alloc_no_stats()), and its data points back to it: that is proof.
 */
static struct dm_error *try_program(struct reader *r, uint64_t va)
{
	uint64_t aux = 0, back = 0;
	struct dm_error *err;
	uint32_t id = 0;

	err = dm_kva_read(r->kva, va + r->layout.prog.aux, &aux, sizeof(aux),
			  DM_CONTENT_SEARCH);
	aux = arm64_untagged(le64toh(aux));
	if (!err && aux >= dm_kva_kernel(r->kva)->linear_start && !(aux & 7))
		err = dm_kva_read(r->kva, aux + r->layout.aux.prog, &back,
				  sizeof(back), DM_CONTENT_SEARCH);
	if (!err && arm64_untagged(le64toh(back)) == va && !is_read(r, va))
		err = dm_kva_read_u32(r->kva, aux + r->layout.aux.id, &id);
	if (!err && id)
		err = add_program(r, va, aux, id);
	/* Most pages hold something else. */
	return dm_error_forgive(err);
}

/*
 * Behind modules; the image lies in it. Where VMCOREINFO does not tell (before
 * 5.18, or a kernel that has none), all behind the linear map.
 */
static struct dm_error *vmalloc_space(struct dm_target *target, uint64_t *start,
				      uint64_t *end)
{
	struct va_layout layout;

	struct dm_error *err =
		dm_va_layout_read(dm_target_source(target), &layout);

	*start = layout.modules.end ? layout.modules.end
				    : dm_target_kernel(target)->linear_end;
	*end = layout.vmalloc.end ? layout.vmalloc.end : UINT64_MAX;
	return dm_error_forgive(err);
}

/* Only pages behind a hole: areas have one between them. */
static struct dm_error *search_programs(struct reader *r)
{
	const struct arm64_geometry *g = dm_kva_geometry(r->kva);
	uint64_t page = dm_kva_kernel(r->kva)->page_size, va, end;
	struct dm_error *err = vmalloc_space(r->target, &va, &end);
	bool behind_hole = true;
	unsigned int steps;

	for (steps = 0; !err && va < end && steps < SEARCH_STEPS_MAX; steps++) {
		struct kva_path path;
		uint64_t span = page;

		err = dm_kva_path(r->kva, va, &path);
		if (!err && path.is_leaf && behind_hole)
			err = try_program(r, va);
		if (dm_error_is_unread(err))
			err = dm_error_forgive(err);
		behind_hole = !path.is_leaf;
		if (!path.is_leaf && path.count)
			span = UINT64_C(1) << arm64_shift(
				       g, path.steps[path.count - 1].level);
		if ((va | (span - 1)) >= end)
			break;
		va = (va | (span - 1)) + 1;
	}
	return err;
}

/* That there are no types at all says more than what was asked first. */
static struct dm_error *no_types(struct dm_target *target, struct dm_error *err)
{
	struct dm_error *other;
	const char *why;

	if (err->code != DM_ERROR_NOT_FOUND)
		return err;
	other = dm_target_types_why(target, &why);
	if (!other && !why)
		return err;
	if (!other)
		other = dm_error_create(DM_ERROR_NOT_FOUND,
					"no types of the kernel's: %s", why);
	dm_error_destroy(err);
	return other;
}

static struct dm_error *reader_init(struct reader *r, struct bpf *bpf,
				    struct dm_target *target)
{
	struct layout *l = &r->layout;
	struct dm_error *err;

	*r = (struct reader){
		.bpf = bpf,
		.target = target,
		.kva = dm_target_kva(target),
	};
	err = layout_prog(l, target);
	if (!err)
		err = layout_aux(l, target);
	if (!err)
		err = layout_ksym(l, target);
	return err ? dm_error_prefix(no_types(target, err), "BPF programs")
		   : NULL;
}

struct dm_error *dm_bpf_read_programs(struct bpf *bpf, struct dm_target *target)
{
	struct incomplete *incomplete = &bpf->incomplete;
	uint64_t idr, list;
	struct dm_error *err;
	struct reader r;

	err = reader_init(&r, bpf, target);
	/* Without any symbols nothing can be read. */
	if (!err)
		err = dm_target_ready_symbols(target);
	if (err)
		return err;
	err = dm_target_symbol(target, "prog_idr", &idr);
	if (!err)
		err = dm_idr_walk(target, idr, BPF_PROGRAMS_MAX, read_program,
				  &r, incomplete);
	err = dm_incomplete_note(incomplete, err);
	if (err)
		return err;
	r.listed = bpf->program_count;
	err = dm_target_symbol(target, "bpf_kallsyms", &list);
	if (!err)
		err = dm_list_each(r.kva, list, BPF_TEXTS_MAX, read_symbol, &r,
				   incomplete);
	err = dm_incomplete_note(incomplete, err);
	if (!err && incomplete->times)
		err = search_programs(&r);
	return err;
}
