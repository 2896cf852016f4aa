// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Searches the kernel image for BTF.
 *
 * BTF that no symbol leads to. It lies in the image's read-only data
 * (include/asm-generic/vmlinux.lds.h, RO_DATA, BTF), at whatever byte the
 * linker put it: its section need not be aligned (5.10, BTF).
 *
 * The image is looked at as the page tables map it. Text is passed over, and
 * so are pages that are not there; the first hole ends it: that of the init
 * sections, which are freed, or the end of the image.
 */
#include <stdlib.h>

#include "target/btf/btf_private.h"
#include "util/source.h"
#include "directmap/kernel.h"

/* Debian's images are of 30 MiB, an allyesconfig's is not ten times that. */
#define SPAN_MAX (UINT64_C(512) << 20)

struct search {
	struct kva *kva;
	size_t page_size;
	uint64_t end; /* of the image; VA */
	/* Two neighbouring pages, so that a header may lie across. */
	unsigned char *window;
	uint64_t at; /* VA of the first */
	bool has_first, has_second;
	struct dm_type_table *found;
};

/* ---- What is BTF --------------------------------------------------------- */

/*
 * The kernel embeds BTF of BPF programs too, with the few types that those
 * use (kernel/bpf/preload): the kernel's own has all that is asked for here.
 */
static const struct {
	const char *type, *path;
} basic[] = {
	{ "struct list_head", "prev" },	  { "struct page", "flags" },
	{ "struct page", "_refcount" },	  { "struct module", "list" },
	{ "struct module", "name" },	  { "struct module", "state" },
	{ "struct module", "kallsyms" },  { "struct task_struct", "comm" },
	{ "struct mm_struct", "pgd" },	  { "struct vm_struct", "caller" },
	{ "struct super_block", "s_op" },
};

static struct dm_error *is_kernels(struct dm_type_table *table, bool *is)
{
	struct dm_error *err = NULL;
	struct dm_member member;
	size_t i;

	*is = true;
	for (i = 0; !err && *is && i < sizeof(basic) / sizeof(basic[0]); i++) {
		err = table->ops->member(table, basic[i].type, basic[i].path,
					 &member);
		/* struct module has it with CONFIG_KALLSYMS only. */
		*is = !err || strcmp(basic[i].path, "kallsyms") == 0;
		err = dm_error_forgive(err);
	}
	return err;
}

static struct dm_error *try_at(struct search *s, uint64_t va,
			       const unsigned char *header)
{
	uint64_t size = dm_btf_size_by_header(header);
	struct dm_type_table *table = NULL;
	struct dm_error *err;
	unsigned char first;
	bool is;

	if (!size || size > s->end - va)
		return NULL;
	/* The first string is empty. */
	err = dm_kva_read(s->kva,
			  va + btf_u32(header + 4) + btf_u32(header + 16),
			  &first, 1, DM_CONTENT_SEARCH);
	/* What the dump lacks or has wrong makes a place none. */
	if (err || first)
		return dm_error_forgive(err);
	err = dm_btf_read_at(s->kva, va, size, &table);
	if (err)
		return dm_error_forgive(err);
	err = is_kernels(table, &is);
	if (!err && is)
		s->found = table;
	else
		table->ops->destroy(table);
	return err;
}

/* ---- Where -------------------------------------------------------------- */

/* Headers that begin in the window's first page. */
static struct dm_error *look_at_window(struct search *s)
{
	static const unsigned char magic[] = { 0x9f, 0xeb, 1, 0 };
	size_t size = s->page_size * (s->has_second ? 2 : 1), at = 0;
	struct dm_error *err = NULL;

	while (!err && !s->found && at < s->page_size &&
	       size - at >= BTF_SIZE_MIN) {
		const unsigned char *p =
			memmem(s->window + at, size - at, magic, sizeof(magic));

		if (!p)
			break;
		at = (size_t)(p - s->window);
		if (at < s->page_size && size - at >= BTF_SIZE_MIN)
			err = try_at(s, s->at + at, p);
		at++;
	}
	return err;
}

static struct dm_error *look_at_page(struct search *s, uint64_t pa)
{
	struct dm_error *err;

	err = dm_kva_read_pa(s->kva, pa, s->window + s->page_size, s->page_size,
			     DM_CONTENT_SEARCH);
	s->has_second = !err;
	return dm_error_forgive(err);
}

/* On to the next page; what began in the one before can be told now. */
static struct dm_error *step(struct search *s)
{
	struct dm_error *err = s->has_first ? look_at_window(s) : NULL;

	memcpy(s->window, s->window + s->page_size, s->page_size);
	s->has_first = s->has_second;
	s->has_second = false;
	s->at += s->page_size;
	return err;
}

/* Text is executable, read-only data are not, whatever rodata= said. */
static bool is_text(const struct kva_path *path)
{
	return arm64_is_executable(path->steps[path->count - 1].entry);
}

static uint64_t leaf_size(const struct search *s, const struct kva_path *path)
{
	return UINT64_C(1) << arm64_shift(dm_kva_geometry(s->kva), path->level);
}

/* How far the image is mapped without a hole. */
static struct dm_error *find_end(struct search *s, uint64_t start)
{
	struct dm_error *err = NULL;
	struct kva_path path;

	s->end = start;
	while (s->end - start < SPAN_MAX && s->end >= start) {
		err = dm_kva_path(s->kva, s->end, &path);
		if (err || !path.is_leaf)
			break;
		s->end += leaf_size(s, &path) -
			  (s->end & (leaf_size(s, &path) - 1));
	}
	if (s->end - start > SPAN_MAX)
		s->end = start + SPAN_MAX;
	return dm_error_forgive(err);
}

static struct dm_error *look_through(struct search *s, uint64_t start)
{
	struct dm_error *err = NULL;
	struct kva_path path;
	uint64_t va;

	s->at = start - s->page_size;
	for (va = start; !err && !s->found && va < s->end; va += s->page_size) {
		err = dm_error_forgive(dm_kva_path(s->kva, va, &path));
		if (!err && path.is_leaf && !is_text(&path))
			err = look_at_page(s, path.pa);
		if (!err)
			err = step(s);
	}
	return err || s->found ? err : step(s);
}

static struct dm_error *find_stext(struct dm_source *source, uint64_t *va)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err;

	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	return err ? err
		   : dm_vmcoreinfo_number(&info, "SYMBOL(_stext)", 16, va);
}

struct dm_error *dm_btf_search(struct kva *kva, struct dm_source *source,
			       struct dm_type_table **ret)
{
	size_t page_size = dm_kva_kernel(kva)->page_size;
	struct search s = { .kva = kva, .page_size = page_size };
	struct dm_error *err;
	uint64_t start = 0;

	err = find_stext(source, &start);
	if (err)
		return err;
	start &= ~(uint64_t)(page_size - 1);
	s.window = calloc(2, page_size);
	if (!s.window)
		return dm_error_no_memory();
	err = find_end(&s, start);
	if (!err)
		err = look_through(&s, start);
	free(s.window);
	if (!err && !s.found)
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"no BTF in the kernel image from 0x%llx to 0x%llx",
			(unsigned long long)start, (unsigned long long)s.end);
	if (!err)
		*ret = s.found;
	return err;
}
