// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From VMCOREINFO to the translation geometry. Each rule names where the
 * kernel has it; lines are looked for by name, never by kernel version.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arm64/kernel.h"
#include "arm64/arm64.h"
#include "arm64/facts.h"
#include "directmap/text.h"
#include "util/error.h"
#include "directmap/kernel.h"

/* asm/boot.h: bytes. */
#define MIN_KIMG_ALIGN (UINT64_C(2) << 20)

/* The lines that are read below. */
enum key {
	KEY_RELEASE,
	KEY_PAGE_SIZE,
	KEY_VA_BITS,
	KEY_T1SZ,
	KEY_PGD,
	KEY_IMAGE_OFFSET,
	KEY_PHYS_OFFSET,
	KEY_KASLR,
	KEY_MODULES,
	KEY_MODULES_END,
	KEY_STEXT,
	KEY_DEVICE,
};

/*
 * Every line that any file of the library reads: a source may have no others
 * (crash gives single lines). tests/arm64/test_keys.c holds views that read these
 * alone against views that read the whole note.
 */
static const char *const keys[] = {
	[KEY_RELEASE] = "OSRELEASE",
	[KEY_PAGE_SIZE] = "PAGESIZE",
	[KEY_VA_BITS] = "NUMBER(VA_BITS)",
	[KEY_T1SZ] = "NUMBER(TCR_EL1_T1SZ)",
	[KEY_PGD] = "SYMBOL(swapper_pg_dir)",
	[KEY_IMAGE_OFFSET] = "NUMBER(kimage_voffset)",
	[KEY_PHYS_OFFSET] = "NUMBER(PHYS_OFFSET)",
	[KEY_KASLR] = "KERNELOFFSET",
	[KEY_MODULES] = "NUMBER(MODULES_VADDR)",
	[KEY_MODULES_END] = "NUMBER(MODULES_END)",
	[KEY_STEXT] = "SYMBOL(_stext)",
	[KEY_DEVICE] = FACTS_DEVICE,
	FACTS_FOUND("release"),
	FACTS_FOUND("page_size"),
	FACTS_FOUND("va_bits_configured"),
	FACTS_FOUND("va_bits"),
	FACTS_FOUND("kaslr_offset"),
	FACTS_FOUND("phys_offset"),
	FACTS_FOUND("pgd"),
	/* kallsyms.c: where the tables are, and what they are checked by. */
	"SYMBOL(kallsyms_names)",
	"SYMBOL(kallsyms_num_syms)",
	"SYMBOL(kallsyms_token_table)",
	"SYMBOL(kallsyms_token_index)",
	"SYMBOL(kallsyms_offsets)",
	"SYMBOL(kallsyms_relative_base)",
	"SYMBOL(kallsyms_names_offsets)",
	"SYMBOL(kallsyms_addresses)",
	"SYMBOL(init_uts_ns)",
	/* target.c, in_vmcoreinfo(): the others that may be asked for by name. */
	"SYMBOL(vmap_area_list)",
	"SYMBOL(node_online_map)",
	"SYMBOL(contig_page_data)",
	"SYMBOL(mem_map)",
	"SYMBOL(prb)",
	"SYMBOL(printk_rb_static)",
	"SYMBOL(clear_seq)",
	/* page.c: where struct page is, and how it is laid out. */
	"SYMBOL(vmemmap)",
	"SYMBOL(mem_section)",
	"LENGTH(mem_section)",
	"SIZE(mem_section)",
	"OFFSET(mem_section.section_mem_map)",
	"NUMBER(SECTION_SIZE_BITS)",
	"SIZE(page)",
	"OFFSET(page.flags)",
	"OFFSET(page._refcount)",
	"OFFSET(page._mapcount)",
	"OFFSET(page.mapping)",
	"OFFSET(page.compound_head)",
	"OFFSET(page.compound_info)",
	/* va_layout.c: what a VA is for. */
	"NUMBER(VMALLOC_START)",
	"NUMBER(VMALLOC_END)",
	"NUMBER(VMEMMAP_START)",
	"NUMBER(VMEMMAP_END)",
	/* Those of printk.c. */
	"OFFSET(printk_ringbuffer.desc_ring)",
	"OFFSET(printk_ringbuffer.text_data_ring)",
	"OFFSET(prb_desc_ring.count_bits)",
	"OFFSET(prb_desc_ring.descs)",
	"OFFSET(prb_desc_ring.infos)",
	"OFFSET(prb_desc_ring.head_id)",
	"OFFSET(prb_desc_ring.tail_id)",
	"SIZE(prb_desc)",
	"OFFSET(prb_desc.state_var)",
	"OFFSET(prb_desc.text_blk_lpos)",
	"OFFSET(prb_data_blk_lpos.begin)",
	"OFFSET(prb_data_blk_lpos.next)",
	"SIZE(printk_info)",
	"OFFSET(printk_info.seq)",
	"OFFSET(printk_info.ts_nsec)",
	"OFFSET(printk_info.text_len)",
	"OFFSET(prb_data_ring.size_bits)",
	"OFFSET(prb_data_ring.data)",
	"OFFSET(atomic_long_t.counter)",
	NULL,
};

const char *const *dm_vmcoreinfo_keys(void)
{
	return keys;
}

static struct dm_error *contradiction(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static struct dm_error *contradiction(const char *format, ...)
{
	char text[DM_ERROR_MESSAGE_MAX / 2];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "VMCOREINFO contradicts itself: %s", text);
}

static struct dm_error *read_release(struct dm_kernel *k,
				     const struct dm_vmcoreinfo *info)
{
	struct dm_error *err;
	const char *value;
	size_t size, i;

	err = dm_vmcoreinfo_string(info, keys[KEY_RELEASE], &value, &size);
	if (err)
		return err;
	if (size > sizeof(k->release) - 1)
		size = sizeof(k->release) - 1;
	/* It ends up on terminals and in JSON: nothing but plain ASCII. */
	for (i = 0; i < size; i++)
		k->release[i] = dm_ascii_is_visible(value[i]) ? value[i] : '?';
	k->release[size] = '\0';
	k->from[DM_FACT_RELEASE] = keys[KEY_RELEASE];
	return NULL;
}

bool dm_kernel_set_page_size(struct dm_kernel *kernel, uint64_t size)
{
	if (size != 4096 && size != 16384 && size != 65536)
		return false;
	kernel->page_size = (uint32_t)size;
	kernel->page_shift = (uint32_t)__builtin_ctzll(size);
	return true;
}

static struct dm_error *read_page_size(struct dm_kernel *k,
				       const struct dm_vmcoreinfo *info)
{
	struct dm_error *err;
	uint64_t size;

	err = dm_vmcoreinfo_number(info, keys[KEY_PAGE_SIZE], 10, &size);
	if (err)
		return err;
	if (!dm_kernel_set_page_size(k, size))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"VMCOREINFO PAGESIZE is %llu: arm64 has pages of 4096, 16384 and 65536 bytes",
			(unsigned long long)size);
	k->from[DM_FACT_PAGE_SIZE] = keys[KEY_PAGE_SIZE];
	return NULL;
}

/*
 * asm/memory.h, VA_BITS_MIN: what a kernel configured for 52 bits falls back
 * to on a CPU without LVA (64K) or LPA2 (4K, 16K).
 */
static unsigned int va_bits_min(const struct dm_kernel *k)
{
	if (k->va_bits_configured <= 48)
		return k->va_bits_configured;
	return k->page_shift == 14 ? 47 : 48;
}

/* arch/arm64/Kconfig, "Virtual address space size", and its dependencies. */
static bool is_va_size(unsigned int page_shift, uint64_t va_bits)
{
	switch (va_bits) {
	case 36:
	case 47:
		return page_shift == 14;
	case 39:
		return page_shift == 12;
	case 42:
		return page_shift == 16;
	default:
		return va_bits == 48 || va_bits == 52;
	}
}

/*
 * NUMBER(TCR_EL1_T1SZ), in VMCOREINFO since 5.9 (bbdbc11804ff), tells the VA
 * size in use: 64 - T1SZ. NUMBER(VA_BITS) is what was configured.
 */
static struct dm_error *read_va_bits(struct dm_kernel *k,
				     const struct dm_vmcoreinfo *info)
{
	struct dm_error *err;
	uint64_t va_bits, t1sz;

	err = dm_vmcoreinfo_number(info, keys[KEY_VA_BITS], 10, &va_bits);
	if (err)
		return err;
	err = dm_vmcoreinfo_number(info, keys[KEY_T1SZ], 0, &t1sz);
	if (err)
		return err;
	if (!is_va_size(k->page_shift, va_bits))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"VMCOREINFO NUMBER(VA_BITS) is %llu: no arm64 kernel has that with pages of %u KiB",
			(unsigned long long)va_bits, k->page_size >> 10);
	k->va_bits_configured = (uint32_t)va_bits;
	k->va_bits = 64 - (uint32_t)(t1sz & 63);
	if (t1sz > 63 ||
	    (k->va_bits != va_bits && k->va_bits != va_bits_min(k)))
		return contradiction(
			"configured for %llu VA bits but T1SZ is %llu",
			(unsigned long long)va_bits, (unsigned long long)t1sz);
	k->from[DM_FACT_VA_BITS_CONFIGURED] = keys[KEY_VA_BITS];
	k->from[DM_FACT_VA_BITS] = keys[KEY_T1SZ];
	return NULL;
}

/*
 * Descriptors have the LPA2 format where 52-bit VAs are in use with 4K or 16K
 * pages, and nowhere else: the kernel takes both or neither (7.3
 * arch/arm64/kernel/pi/map_kernel.c, early_map_kernel()).
 *
 * The linear map goes from the lowest VA of the kernel half to
 * _PAGE_END(VA_BITS_MIN) (asm/memory.h); PAGE_OFFSET is of the configured
 * size even where fewer bits are in use, and PHYS_OFFSET is moved to fit
 * (arch/arm64/mm/init.c, arm64_memblock_init()). Generic and tag-based KASAN
 * take the top of it for their shadow: that shows in the walk only.
 */
void dm_kernel_derive(struct dm_kernel *k)
{
	k->levels = dm_arm64_levels(k->va_bits, k->page_shift);
	k->lpa2 = k->va_bits == 52 && k->page_shift != 16;
	k->page_offset = -(UINT64_C(1) << k->va_bits_configured);
	k->linear_start = -(UINT64_C(1) << k->va_bits);
	k->linear_end = -(UINT64_C(1) << (va_bits_min(k) - 1));
	k->from[DM_FACT_LINEAR_END] = "VA size";
}

/*
 * Since 5.4 the linear map is the lower half of the kernel's addresses and the
 * image lies in the upper one; before, it was the other way round
 * (14c127c957c1, "arm64: mm: Flip kernel VA space").
 */
static struct dm_error *check_halves(const struct dm_kernel *k, uint64_t image)
{
	if (image < k->linear_start || image >= k->linear_end)
		return NULL;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"SYMBOL(swapper_pg_dir) 0x%llx lies where kernels since 5.4 have their linear map, 0x%llx-0x%llx: this kernel (%s) has the map in the upper half of its addresses, as those before 5.4, which is not supported",
		(unsigned long long)image, (unsigned long long)k->linear_start,
		(unsigned long long)k->linear_end,
		*k->release ? k->release : "release unknown");
}

/* The root of the kernel's tables: its image VA, less the image's offset. */
static struct dm_error *read_pgd(struct dm_kernel *k,
				 const struct dm_vmcoreinfo *info)
{
	struct dm_error *err;
	uint64_t va;

	err = dm_vmcoreinfo_number(info, keys[KEY_PGD], 16, &va);
	if (err)
		return err;
	err = dm_vmcoreinfo_number(info, keys[KEY_IMAGE_OFFSET], 0,
				   &k->kimage_voffset);
	if (err)
		return err;
	k->pgd = va - k->kimage_voffset;
	if (k->pgd >> DM_PA_BITS || k->pgd & (k->page_size - 1))
		return contradiction(
			"SYMBOL(swapper_pg_dir) less NUMBER(kimage_voffset) is 0x%llx, which is no page address",
			(unsigned long long)k->pgd);
	k->from[DM_FACT_PGD] =
		"SYMBOL(swapper_pg_dir) - NUMBER(kimage_voffset)";
	return check_halves(k, va);
}

/*
 * KERNELOFFSET is _text less KIMAGE_VADDR (7.3 asm/memory.h, kaslr_offset()),
 * and that is MODULES_END. _text is up to IMAGE_HEAD_MAX before _stext; an image
 * is moved by no less than MIN_KIMG_ALIGN, 2 MiB (asm/boot.h), so what is below
 * is let pass.
 */
static struct dm_error *is_image_elsewhere(const struct dm_kernel *k,
					   const struct dm_vmcoreinfo *info,
					   bool *is)
{
	uint64_t stext = 0, image = 0;
	struct dm_error *err;

	*is = false;
	if (!dm_vmcoreinfo_has(info, keys[KEY_STEXT]) ||
	    !dm_vmcoreinfo_has(info, keys[KEY_MODULES_END]))
		return NULL;
	err = dm_vmcoreinfo_number(info, keys[KEY_STEXT], 16, &stext);
	if (!err)
		err = dm_vmcoreinfo_number(info, keys[KEY_MODULES_END], 0,
					   &image);
	*is = !err && stext - k->kaslr_offset - image >= MIN_KIMG_ALIGN;
	return dm_error_forgive(err);
}

/* What else stands does not lean on it, so an offset that is wrong is unknown. */
static struct dm_error *read_kaslr(struct dm_kernel *k,
				   const struct dm_vmcoreinfo *info)
{
	struct dm_error *err;
	bool elsewhere;

	if (!dm_vmcoreinfo_has(info, keys[KEY_KASLR]))
		return NULL;
	err = dm_vmcoreinfo_number(info, keys[KEY_KASLR], 16, &k->kaslr_offset);
	if (!err)
		err = is_image_elsewhere(k, info, &elsewhere);
	if (err)
		return err;
	k->from[DM_FACT_KASLR] = keys[KEY_KASLR];
	k->has_kaslr_offset = !elsewhere;
	if (!k->has_kaslr_offset) {
		k->kaslr_offset = 0;
		k->from[DM_FACT_KASLR] =
			"KERNELOFFSET contradicts SYMBOL(_stext) - NUMBER(MODULES_END)";
	}
	return NULL;
}

/*
 * The line of modules came with 5.18 (2369f171d5c5), the memory types took their
 * present order with 5.14: see memory_type(). Facts that were found have the
 * type itself.
 */
static struct dm_error *read_memory_types(struct dm_kernel *k,
					  const struct dm_vmcoreinfo *info)
{
	struct dm_error *err;
	uint64_t device;

	k->modern_mair = dm_vmcoreinfo_has(info, keys[KEY_MODULES]);
	if (k->modern_mair || !dm_vmcoreinfo_has(info, keys[KEY_DEVICE]))
		return NULL;
	err = dm_vmcoreinfo_number(info, keys[KEY_DEVICE], 10, &device);
	k->modern_mair = !err && device == FACTS_DEVICE_SINCE_5_14;
	return err;
}

static struct dm_error *read_offsets(struct dm_kernel *k,
				     const struct dm_vmcoreinfo *info)
{
	struct dm_error *err;

	err = dm_vmcoreinfo_number(info, keys[KEY_PHYS_OFFSET], 0,
				   &k->phys_offset);
	if (err)
		return err;
	if (k->phys_offset & (k->page_size - 1))
		return contradiction(
			"NUMBER(PHYS_OFFSET) 0x%llx is no page address",
			(unsigned long long)k->phys_offset);
	k->from[DM_FACT_PHYS_OFFSET] = keys[KEY_PHYS_OFFSET];

	err = read_kaslr(k, info);
	if (err)
		return err;
	return read_memory_types(k, info);
}

/*
 * Before the line NUMBER(MODULES_VADDR), of 5.18, no kernel split leaves:
 * they do since 6.18 (mm/mmu.c, split_kernel_leaf_mapping()).
 */
bool dm_arm64_is_before_splits(const struct dm_kernel *kernel)
{
	return !kernel->modern_mair;
}

struct dm_error *dm_kernel_init(struct dm_kernel *kernel,
				struct dm_source *source)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err;

	memset(kernel, 0, sizeof(*kernel));
	kernel->struct_size = sizeof(*kernel);
	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (!err)
		err = read_release(kernel, &info);
	if (!err)
		err = read_page_size(kernel, &info);
	if (!err)
		err = read_va_bits(kernel, &info);
	if (!err)
		dm_kernel_derive(kernel);
	if (!err)
		err = read_pgd(kernel, &info);
	if (!err)
		err = read_offsets(kernel, &info);
	if (!err)
		dm_facts_origins(&info, kernel->from);
	return err;
}

/* ---- Tables and leaves by name ------------------------------------------- */

static const struct leaf_names {
	unsigned int page_shift;
	/* The meminfo patch's labels; NULL where it prints no line. */
	const char *labels[DM_LEAF_MAX];
} granules[] = {
	{ 12, { "4k", "64k", "2M", "32M", "1G" } },
	{ 14, { "16k", "2M", "32M", "1G", NULL } },
	{ 16, { "64k", "2M", "512M", "16G", NULL } },
};

const char *dm_arm64_table_name(const struct dm_kernel *kernel, int level)
{
	static const char *const names[] = { "p4d", "pud", "pmd", "pte" };

	return level == arm64_root_level(kernel) ? "pgd" : names[level];
}

const char *dm_leaf_name(enum dm_leaf leaf)
{
	static const char *const names[DM_LEAF_COUNT] = {
		[DM_LEAF_PTE] = "pte", [DM_LEAF_CONT_PTE] = "cont_pte",
		[DM_LEAF_PMD] = "pmd", [DM_LEAF_CONT_PMD] = "cont_pmd",
		[DM_LEAF_PUD] = "pud",
	};

	return leaf < DM_LEAF_COUNT ? names[leaf] : NULL;
}

const char *dm_leaf_label(const struct dm_kernel *kernel, enum dm_leaf leaf)
{
	if (leaf >= DM_LEAF_COUNT)
		return NULL;
	return granules[(kernel->page_shift - 12) / 2].labels[leaf];
}

uint64_t dm_leaf_size(const struct dm_kernel *kernel, enum dm_leaf leaf)
{
	unsigned int shift = kernel->page_shift;
	int level = arm64_leaf_level(leaf);
	uint64_t size;

	if (!dm_leaf_label(kernel, leaf))
		return 0;
	size = UINT64_C(1) << (shift + (unsigned int)(LEVEL_LAST - level) *
					       (shift - 3));
	if (leaf == DM_LEAF_CONT_PTE || leaf == DM_LEAF_CONT_PMD)
		size *= dm_arm64_cont_entries(shift, level);
	return size;
}

/* As much of a kernel as leaf sizes ask for; false: no granule. */
static bool of_granule(uint64_t page_size, struct dm_kernel *kernel)
{
	*kernel = (struct dm_kernel){ 0 };
	return dm_kernel_set_page_size(kernel, page_size);
}

const char *dm_granule_leaf_label(uint64_t page_size, enum dm_leaf leaf)
{
	struct dm_kernel kernel;

	return of_granule(page_size, &kernel) ? dm_leaf_label(&kernel, leaf)
					      : NULL;
}

uint64_t dm_granule_leaf_size(uint64_t page_size, enum dm_leaf leaf)
{
	struct dm_kernel kernel;

	return of_granule(page_size, &kernel) ? dm_leaf_size(&kernel, leaf) : 0;
}
