// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether the page tables bear out the geometry and offsets that VMCOREINFO
 * tells.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel.h"
#include "util/error.h"
#include "target/find/view.h"
#include "target/kva.h"
#include "directmap/find.h"
#include "util/source.h"

struct proof {
	struct dm_source *source;
	const struct dm_kernel *kernel;
	struct kva *kva;
	unsigned int agreed;
};

static struct dm_error *contradicted(const char *what, uint64_t va,
				     const char *how)
{
	return dm_error_create(DM_ERROR_BAD_DUMP, "%s, VA 0x%llx, %s", what,
			       (unsigned long long)va, how);
}

/* @p unmapped: a contradiction too; else it tells nothing. */
static struct dm_error *hold(struct proof *p, const char *what, uint64_t va,
			     uint64_t pa, bool unmapped)
{
	struct kva_path path;
	struct dm_error *err = dm_kva_path(p->kva, va, &path);

	if (err && err->code == DM_ERROR_INVALID_ARGUMENT) {
		dm_error_destroy(err);
		return contradicted(what, va, "is no address of the kernel's");
	}
	/* What cannot be read proves nothing, and contradicts nothing. */
	if (err)
		return dm_error_forgive(err);
	if (!path.is_leaf)
		return unmapped ? contradicted(what, va, "is not mapped")
				: NULL;
	if (path.pa != pa)
		return contradicted(what, va,
				    "is mapped to other memory than it should");
	p->agreed++;
	return NULL;
}

static struct dm_error *read_root(struct proof *p, unsigned char *page)
{
	const struct dm_kernel *k = p->kernel;
	struct dm_error *err;

	err = dm_source_read(p->source, k->pgd, page, k->page_size,
			     DM_CONTENT_TABLE);
	if (!err || dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"swapper_pg_dir at physical address 0x%llx cannot be read",
		(unsigned long long)k->pgd);
}

/*
 * Whether the tables have anything above the linear map, where modules, the
 * image, and vmalloc space are. A kernel's have; of ones that were reduced to
 * the linear map nothing can be told of the image.
 */
static bool has_upper_half(const struct proof *p, const unsigned char *page)
{
	const struct arm64_geometry *g = dm_kva_geometry(p->kva);
	size_t count = (size_t)1 << arm64_index_bits(g, g->root_level), i;
	uint64_t entry;

	for (i = arm64_index(g, g->root_level, p->kernel->linear_end);
	     i < count; i++) {
		memcpy(&entry, page + i * sizeof(entry), sizeof(entry));
		if (arm64_is_valid(le64toh(entry)))
			return true;
	}
	return false;
}

/*
 * The linear map leads back to the text: its page is from the page allocator
 * (7.3 kernel/vmcore_info.c, crash_save_vmcoreinfo_init(): __get_free_pages(),
 * alloc_pages_exact()). And to the root table, which may be taken out of the
 * linear map, though, as other data of the image. Facts have no text: 0.
 */
static struct dm_error *hold_linear(struct proof *p, uint64_t text)
{
	const struct dm_kernel *k = p->kernel;
	uint64_t va = dm_kva_pa_to_linear(k, text);
	struct dm_error *err = NULL;

	if (text && (va < k->linear_start || va >= k->linear_end))
		return contradicted("the text itself", va,
				    "lies outside its linear map");
	if (text)
		err = hold(p, "the text itself", va, text, true);
	if (err)
		return err;
	return hold(p, "swapper_pg_dir in the linear map",
		    dm_kva_pa_to_linear(k, k->pgd), k->pgd, false);
}

/* The image: arch/arm64/mm/mmu.c, declare_kernel_vmas() and what it maps. */
static struct dm_error *hold_image(struct proof *p)
{
	const struct dm_kernel *k = p->kernel;
	struct dm_vmcoreinfo info;
	struct dm_error *err;
	uint64_t stext;

	err = hold(p, "swapper_pg_dir", k->pgd + k->kimage_voffset, k->pgd,
		   true);
	if (!err)
		err = p->source->ops->vmcoreinfo(p->source, &info.text,
						 &info.size);
	if (err || !dm_vmcoreinfo_has(&info, "SYMBOL(_stext)"))
		return err;
	err = dm_vmcoreinfo_number(&info, "SYMBOL(_stext)", 16, &stext);
	return err ? err
		   : hold(p, "_stext", stext, stext - k->kimage_voffset, true);
}

static struct dm_error *prove(struct proof *p, uint64_t text,
			      unsigned char *page)
{
	struct dm_error *err = read_root(p, page);

	if (!err)
		err = hold_linear(p, text);
	if (!err && has_upper_half(p, page))
		err = hold_image(p);
	if (!err && !p->agreed)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"its page tables cannot be read as far as it takes to check it");
	return err;
}

static struct dm_error *prove_kernel(struct dm_source *source,
				     const struct dm_kernel *kernel,
				     uint64_t text)
{
	struct proof p = { .source = source, .kernel = kernel };
	unsigned char *page = malloc(kernel->page_size);
	struct dm_error *err;

	if (!page)
		return dm_error_no_memory();
	err = dm_kva_create(source, kernel, &p.kva);
	if (!err)
		err = prove(&p, text, page);
	dm_kva_destroy(p.kva);
	free(page);
	return err;
}

struct dm_error *dm_vmcoreinfo_prove(struct dm_source *source, uint64_t text,
				     char release[DM_RELEASE_MAX])
{
	struct dm_kernel kernel = { 0 };
	struct dm_error *err = dm_kernel_init(&kernel, source);

	memcpy(release, kernel.release, DM_RELEASE_MAX);
	return err ? err : prove_kernel(source, &kernel, text);
}

struct dm_error *dm_kernel_facts_prove(struct dm_source *source,
				       const struct dm_kernel_facts *facts)
{
	struct dm_kernel kernel;
	struct find_view view;
	struct dm_error *err;
	size_t size;
	char *text;

	err = dm_kernel_facts_text(facts, &text, &size);
	if (err)
		return err;
	dm_find_view_init(&view, source, text, size, 0);
	err = dm_kernel_init(&kernel, &view.source);
	if (!err)
		err = prove_kernel(&view.source, &kernel, 0);
	free(text);
	return err;
}
