// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages, page tables and VMCOREINFO of a fake kernel, and its source. */
#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_kernel.h"

/* Of the architecture: valid, page or table, AF, inner shareable. */
#define PAGE_BITS  UINT64_C(0x703)
#define TABLE_BITS UINT64_C(0x3)
#define OA_MASK	   UINT64_C(0x0000fffffffff000)
/* Where an image is, some way into the upper half of the kernel's VAs. */
#define IMAGE_SPAN (UINT64_C(1) << 20)

struct fake_page {
	unsigned char *bytes;
	bool dropped;
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fake kernel: %s\n", what);
	abort();
}

/* ---- Pages -------------------------------------------------------------- */

uint64_t fake_kernel_page(struct fake_kernel *f)
{
	unsigned char *bytes = calloc(1, f->page_size);

	if (f->count == f->capacity) {
		f->capacity = f->capacity ? f->capacity * 2 : 64;
		f->pages = realloc(f->pages, f->capacity * sizeof(*f->pages));
	}
	must(bytes && f->pages, "no memory");
	f->pages[f->count] = (struct fake_page){ .bytes = bytes };
	return FAKE_KERNEL_RAM + f->count++ * f->page_size;
}

static struct fake_page *page_at(struct fake_kernel *f, uint64_t pa)
{
	uint64_t number = (pa - FAKE_KERNEL_RAM) >> f->page_shift;

	return pa >= FAKE_KERNEL_RAM && number < f->count ? &f->pages[number]
							  : NULL;
}

static struct dm_error *fake_read(struct dm_source *source, uint64_t pa,
				  void *buf, size_t size,
				  enum dm_content content)
{
	struct fake_kernel *f = (struct fake_kernel *)source;
	struct fake_page *page = page_at(f, pa);
	size_t offset = (size_t)(pa & (f->page_size - 1));

	(void)content;
	must(size <= f->page_size - offset, "a read over the end of a page");
	f->reads++;
	if (!page || page->dropped)
		return dm_error_create(DM_ERROR_ABSENT,
				       "page 0x%llx is not in the dump",
				       (unsigned long long)pa);
	memcpy(buf, page->bytes + offset, size);
	return NULL;
}

static struct dm_error *fake_vmcoreinfo(struct dm_source *source,
					const char **text, size_t *size)
{
	struct fake_kernel *f = (struct fake_kernel *)source;

	*text = f->vmcoreinfo;
	*size = strlen(f->vmcoreinfo);
	return NULL;
}

static const struct dm_source_ops fake_ops = {
	.read = fake_read,
	.vmcoreinfo = fake_vmcoreinfo,
};

/* ---- Tables ------------------------------------------------------------- */

/* The entry of @va at @level; the tables up to it are made. */
static uint64_t *entry_at(struct fake_kernel *f, uint64_t va, int level)
{
	unsigned int index_bits = f->page_shift - 3;
	unsigned int levels =
		(f->va_bits - f->page_shift + index_bits - 1) / index_bits;
	uint64_t table = FAKE_KERNEL_RAM, next;
	uint64_t *entry;

	must(va >= -(UINT64_C(1) << f->va_bits), "no VA of the kernel's half");
	/* The root's index goes up to the top of the VA size in use. */
	va &= (UINT64_C(1) << f->va_bits) - 1;
	for (;;) {
		unsigned int shift = f->page_shift + --levels * index_bits;
		size_t index =
			(size_t)(va >> shift) & (((size_t)1 << index_bits) - 1);

		entry = (uint64_t *)(void *)page_at(f, table)->bytes + index;
		if ((int)levels == 3 - level)
			return entry;
		if (!*entry) {
			next = fake_kernel_page(f);
			/* The pages may have moved, what they hold has not. */
			*entry = htole64(next | TABLE_BITS);
		}
		table = le64toh(*entry) & ~TABLE_BITS;
	}
}

static uint64_t *entry_of(struct fake_kernel *f, uint64_t va)
{
	return entry_at(f, va, 3);
}

void fake_kernel_set_entry(struct fake_kernel *f, uint64_t va, int level,
			   uint64_t entry)
{
	*entry_at(f, va, level) = htole64(entry);
}

void fake_kernel_map(struct fake_kernel *f, uint64_t va, uint64_t pa)
{
	*entry_of(f, va) = htole64(pa | PAGE_BITS);
}

void fake_kernel_unmap(struct fake_kernel *f, uint64_t va)
{
	*entry_of(f, va) = 0;
}

uint64_t fake_kernel_pa(struct fake_kernel *f, uint64_t va)
{
	uint64_t entry = le64toh(*entry_of(f, va));

	if (!entry) {
		entry = fake_kernel_page(f) | PAGE_BITS;
		*entry_of(f, va) = htole64(entry);
	}
	return (entry & OA_MASK) + (va & (f->page_size - 1));
}

void fake_kernel_set(struct fake_kernel *f, uint64_t va, uint64_t bits)
{
	*entry_of(f, va) |= htole64(bits);
}

void fake_kernel_drop(struct fake_kernel *f, uint64_t va)
{
	page_at(f, fake_kernel_pa(f, va))->dropped = true;
}

void fake_kernel_clear(struct fake_kernel *f, uint64_t va, uint64_t bits)
{
	*entry_of(f, va) &= ~htole64(bits);
}

/* ---- Memory ------------------------------------------------------------- */

void fake_kernel_write(struct fake_kernel *f, uint64_t va, const void *data,
		       size_t size)
{
	const unsigned char *from = data;

	while (size) {
		size_t offset = (size_t)(va & (f->page_size - 1));
		size_t part = f->page_size - offset;
		uint64_t pa = fake_kernel_pa(f, va);

		part = part < size ? part : size;
		memcpy(page_at(f, pa)->bytes + offset, from, part);
		va += part;
		from += part;
		size -= part;
	}
}

void fake_kernel_write_u16(struct fake_kernel *f, uint64_t va, uint16_t value)
{
	value = htole16(value);
	fake_kernel_write(f, va, &value, sizeof(value));
}

void fake_kernel_write_u32(struct fake_kernel *f, uint64_t va, uint32_t value)
{
	value = htole32(value);
	fake_kernel_write(f, va, &value, sizeof(value));
}

void fake_kernel_write_u64(struct fake_kernel *f, uint64_t va, uint64_t value)
{
	value = htole64(value);
	fake_kernel_write(f, va, &value, sizeof(value));
}

void fake_kernel_write_string(struct fake_kernel *f, uint64_t va,
			      const char *text)
{
	fake_kernel_write(f, va, text, strlen(text) + 1);
}

uint64_t fake_kernel_data(struct fake_kernel *f)
{
	uint64_t va = f->next_data;

	f->next_data += IMAGE_SPAN;
	return va;
}

/* ---- VMCOREINFO --------------------------------------------------------- */

void fake_kernel_line(struct fake_kernel *f, const char *format, ...)
{
	size_t size = strlen(f->vmcoreinfo);
	va_list ap;
	int more;

	va_start(ap, format);
	more = vsnprintf(f->vmcoreinfo + size, sizeof(f->vmcoreinfo) - size,
			 format, ap);
	va_end(ap);
	must(more >= 0 && (size_t)more + 2 < sizeof(f->vmcoreinfo) - size,
	     "VMCOREINFO is full");
	strcat(f->vmcoreinfo, "\n");
}

void fake_kernel_drop_line(struct fake_kernel *f, const char *key)
{
	size_t size = strlen(key);
	char *line = f->vmcoreinfo;

	while (*line) {
		char *next = strchr(line, '\n') + 1;

		if (!strncmp(line, key, size) && line[size] == '=')
			memmove(line, next, strlen(next) + 1);
		else
			line = next;
	}
}

/* ---- The whole ---------------------------------------------------------- */

struct fake_kernel *fake_kernel_create(unsigned int page_shift,
				       unsigned int va_bits)
{
	struct fake_kernel *f = calloc(1, sizeof(*f));
	uint64_t swapper;

	must(f, "no memory");
	f->source.ops = &fake_ops;
	f->page_shift = page_shift;
	f->va_bits = va_bits;
	f->page_size = (size_t)1 << page_shift;
	must(fake_kernel_page(f) == FAKE_KERNEL_RAM, "where is swapper?");
	/* As KIMAGE_VADDR is: behind the linear map and space for modules. */
	swapper = -(UINT64_C(1) << (va_bits - 1)) + (UINT64_C(2) << 30);
	f->next_data = swapper + IMAGE_SPAN;
	fake_kernel_map(f, swapper, FAKE_KERNEL_RAM);
	fake_kernel_line(f, "OSRELEASE=7.3.0-fake");
	fake_kernel_line(f, "PAGESIZE=%zu", f->page_size);
	fake_kernel_line(f, "SYMBOL(swapper_pg_dir)=%llx",
			 (unsigned long long)swapper);
	fake_kernel_line(f, "NUMBER(VA_BITS)=%u", va_bits);
	fake_kernel_line(f, "NUMBER(TCR_EL1_T1SZ)=0x%x", 64 - va_bits);
	fake_kernel_line(f, "NUMBER(kimage_voffset)=0x%llx",
			 (unsigned long long)(swapper - FAKE_KERNEL_RAM));
	fake_kernel_line(f, "NUMBER(PHYS_OFFSET)=0x%llx",
			 (unsigned long long)FAKE_KERNEL_RAM);
	fake_kernel_line(f, "NUMBER(MODULES_VADDR)=0x%llx",
			 (unsigned long long)-(UINT64_C(1) << (va_bits - 1)));
	return f;
}

void fake_kernel_destroy(struct fake_kernel *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		free(f->pages[i].bytes);
	free(f->pages);
	free(f);
}
