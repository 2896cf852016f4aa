// SPDX-License-Identifier: GPL-2.0-or-later
/* VMCOREINFO: any text. */
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel.h"
#include "arm64/arm64.h"
#include "fuzz.h"
#include "directmap/kernel.h"

struct note {
	struct dm_source source;
	const char *text;
	size_t size;
};

static struct dm_error *note_read(struct dm_source *source, uint64_t pa,
				  void *buf, size_t size,
				  enum dm_content content)
{
	(void)source;
	(void)buf;
	(void)content;
	return dm_error_create(DM_ERROR_ABSENT, "%zu bytes at 0x%llx", size,
			       (unsigned long long)pa);
}

static struct dm_error *note_text(struct dm_source *source, const char **text,
				  size_t *size)
{
	struct note *note = (struct note *)source;

	*text = note->text;
	*size = note->size;
	return NULL;
}

static const struct dm_source_ops note_ops = {
	.read = note_read,
	.vmcoreinfo = note_text,
};

/* Whatever the text, what comes out is a geometry that Linux has. */
static void check_kernel(const struct dm_kernel *k)
{
	struct arm64_geometry g;

	fuzz_check(k->page_size == UINT32_C(1) << k->page_shift);
	fuzz_check(k->page_shift == 12 || k->page_shift == 14 ||
		   k->page_shift == 16);
	fuzz_check(k->levels >= 2 && k->levels <= DM_LEVELS);
	fuzz_check(k->va_bits <= 52 && k->va_bits >= 36);
	fuzz_check(k->linear_start < k->linear_end);
	fuzz_check(k->pgd % 64 == 0 && !(k->pgd >> DM_PA_BITS));
	fuzz_check(memchr(k->release, '\0', sizeof(k->release)));
	dm_arm64_geometry_init(&g, k);
	fuzz_check(g.root_bits && g.root_bits <= g.index_bits);
	fuzz_check(g.root_level >= -1 && g.root_level <= 2);
}

static void run(const uint8_t *data, size_t size)
{
	struct note note = { .source = { .ops = &note_ops }, .size = size };
	const char *const *key = dm_vmcoreinfo_keys();
	struct dm_vmcoreinfo info;
	struct dm_kernel kernel;
	/* A copy of its own, so that a read beyond its end is seen. */
	char *text = malloc(size ? size : 1);
	uint64_t number;

	if (!text)
		abort();
	memcpy(text, data, size);
	note.text = text;
	info = (struct dm_vmcoreinfo){ .text = text, .size = size };
	for (; *key; key++) {
		fuzz_no_error(dm_vmcoreinfo_number(&info, *key, 0, &number));
		fuzz_no_error(dm_vmcoreinfo_number(&info, *key, 16, &number));
	}
	if (fuzz_no_error(dm_kernel_init(&kernel, &note.source)))
		check_kernel(&kernel);
	free(text);
}

/* As kernels have them: 4K and 52 bits of 7.3, 64K and 48 of 5.10. */
static const char *const texts[] = {
	"OSRELEASE=7.3.4\nPAGESIZE=4096\nSYMBOL(swapper_pg_dir)=ffff800082a6b000\n"
	"NUMBER(VA_BITS)=52\nNUMBER(kimage_voffset)=0xffff800040800000\n"
	"NUMBER(PHYS_OFFSET)=0x40000000\nNUMBER(TCR_EL1_T1SZ)=0xc\n"
	"KERNELOFFSET=20d4c9000000\nSYMBOL(_stext)=ffff800080010000\n",
	"OSRELEASE=5.10.0\nPAGESIZE=65536\nSYMBOL(swapper_pg_dir)=ffff800011a70000\n"
	"NUMBER(VA_BITS)=48\nNUMBER(kimage_voffset)=0xffff7fffd0000000\n"
	"NUMBER(PHYS_OFFSET)=0x40000000\nNUMBER(TCR_EL1_T1SZ)=0x10\n",
	"OSRELEASE=6.12.1\nPAGESIZE=16384\nSYMBOL(swapper_pg_dir)=ffffffc082a68000\n"
	"NUMBER(VA_BITS)=47\nNUMBER(kimage_voffset)=0xffffffc040800000\n"
	"NUMBER(PHYS_OFFSET)=0x80000000\nNUMBER(TCR_EL1_T1SZ)=0x11\n"
	"KERNELOFFSET=0\nSYMBOL(vmemmap)=fffffdffc0000000\n",
};

static void seeds(fuzz_put put, void *arg)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put(arg, texts[i], strlen(texts[i]));
}

const struct fuzz_target fuzz_vmcoreinfo = {
	.name = "vmcoreinfo",
	.run = run,
	.seeds = seeds,
	.max_size = 4096,
};
