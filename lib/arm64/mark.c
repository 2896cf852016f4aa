// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Knows pages of a kernel's image by their first bytes.
 *
 * The Image header is at _text (Documentation/arch/arm64/booting.rst). Since 5.11
 * kernels keep _stext and what is behind it alone and give its page back to the
 * page allocator (e2a073dde921, "arm64: omit [_text, _stext) from permanent kernel
 * mapping"), and something else may be there; where one keeps it, it is found. The vDSO stays: an ELF file of a few pages
 * between vdso_start and vdso_end, in read-only data and on a boundary of pages
 * (kernel/vdso-wrap.S). Libraries of programs have more program headers (its
 * own are PT_LOAD, PT_DYNAMIC, PT_NOTE and at times PT_GNU_EH_FRAME:
 * kernel/vdso/vdso.lds.S) and are larger.
 */
#include <elf.h>
#include <endian.h>
#include <string.h>

#include "arm64/mark.h"
#include "directmap/machine.h"

#define FLAGS_AT	 24
#define FLAG_BIG_ENDIAN	 1
#define FLAGS_PAGE_SHIFT 1 /* two bits: 1 is 4K, 2 is 16K, 3 is 64K */
#define VDSO_HEADERS_MAX 4
#define VDSO_SIZE_MAX	 0x8000
/* No kernel's image is larger. */
#define IMAGE_MAX (UINT64_C(1) << 30)

static uint64_t number(const unsigned char *front, size_t at)
{
	uint64_t value;

	memcpy(&value, front + at, sizeof(value));
	return le64toh(value);
}

uint32_t dm_image_page_size(const unsigned char front[DM_KERNEL_MARK_SIZE])
{
	static const uint32_t sizes[] = { 0, 4096, 16384, 65536 };

	return sizes[number(front, FLAGS_AT) >> FLAGS_PAGE_SHIFT & 3];
}

uint64_t dm_image_size(const unsigned char front[DM_KERNEL_MARK_SIZE])
{
	uint64_t size = number(front, DM_MACHINE_IMAGE_SIZE_AT);

	return size <= IMAGE_MAX ? size : 0;
}

static bool is_image(const unsigned char *front)
{
	return !memcmp(front + DM_MACHINE_IMAGE_MAGIC_AT,
		       DM_MACHINE_IMAGE_MAGIC, 4) &&
	       !(number(front, FLAGS_AT) & FLAG_BIG_ENDIAN);
}

static bool is_vdso(const unsigned char *front)
{
	Elf64_Ehdr h;

	if (memcmp(front, ELFMAG, SELFMAG) != 0)
		return false;
	memcpy(&h, front, sizeof(h));
	return h.e_ident[EI_CLASS] == ELFCLASS64 &&
	       h.e_ident[EI_DATA] == ELFDATA2LSB &&
	       le16toh(h.e_type) == ET_DYN &&
	       le16toh(h.e_machine) == DM_MACHINE_ELF && !h.e_entry &&
	       le16toh(h.e_phnum) <= VDSO_HEADERS_MAX &&
	       le64toh(h.e_shoff) <= VDSO_SIZE_MAX;
}

enum dm_kernel_mark dm_kernel_mark(const void *front)
{
	if (is_image(front))
		return DM_KERNEL_MARK_IMAGE;
	return is_vdso(front) ? DM_KERNEL_MARK_VDSO : DM_KERNEL_MARK_NONE;
}
