/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel in memory: pages, swapper_pg_dir that maps them, and VMCOREINFO,
 * behind a struct dm_source. For tests that need no dump file.
 *
 *	struct fake_kernel *f = fake_kernel_create(12, 48);
 *	uint64_t va = fake_kernel_data(f);	  // a page nobody uses yet
 *	fake_kernel_write_u64(f, va, 42);	  // maps what it writes to
 *	fake_kernel_line(f, "SYMBOL(x)=%llx", va);
 *	dm_kernel_init(&kernel, &f->source);
 *	dm_kva_create(&f->source, &kernel, &kva);
 *	…
 *	fake_kernel_destroy(f);
 *
 * Nothing of lib/ but its errors is used. What cannot be done (no memory, a VA
 * outside the kernel's half) ends the program: a test has no use for it.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include "directmap.h"

struct fake_page;

struct fake_kernel {
	struct dm_source source;
	unsigned int page_shift, va_bits;
	size_t page_size;
	struct fake_page *pages; /* one behind the other from RAM's start on */
	size_t count, capacity;
	uint64_t next_data; /* VA */
	char vmcoreinfo[8192];
	size_t reads; /* calls of source.ops->read() */
};

/** Where RAM, and so swapper_pg_dir, begins. */
#define FAKE_KERNEL_RAM UINT64_C(0x40000000)

/**
 * VMCOREINFO has what dm_kernel_init() asks for; neither KASLR nor LPA2.
 *
 * @param page_shift, va_bits	12: 39, 48; 14: 36, 47, 48; 16: 42, 48
 */
struct fake_kernel *fake_kernel_create(unsigned int page_shift,
				       unsigned int va_bits);
void fake_kernel_destroy(struct fake_kernel *f);

/** A VA of the image, at a page boundary, with 1 MiB to itself. */
uint64_t fake_kernel_data(struct fake_kernel *f);

/** A new page of zeros: its PA. */
uint64_t fake_kernel_page(struct fake_kernel *f);
/** Map the page at @p va to the one at @p pa, in place of what was there. */
void fake_kernel_map(struct fake_kernel *f, uint64_t va, uint64_t pa);
/**
 * The descriptor of @p va at @p level (-1 to 3), as it is to stand there; tables
 * above it are made. What it replaces stays behind in RAM.
 */
void fake_kernel_set_entry(struct fake_kernel *f, uint64_t va, int level,
			   uint64_t entry);
/** The PA that @p va maps to; a new page is mapped where none is. */
uint64_t fake_kernel_pa(struct fake_kernel *f, uint64_t va);
/** Set attribute bits of the descriptor that maps the page at @p va. */
void fake_kernel_set(struct fake_kernel *f, uint64_t va, uint64_t bits);
/** Clear them; bit 0 makes the leaf invalid. */
void fake_kernel_clear(struct fake_kernel *f, uint64_t va, uint64_t bits);
/** The page that @p va maps to is not in the dump. */
void fake_kernel_drop(struct fake_kernel *f, uint64_t va);
/** Nothing is mapped at the page at @p va. */
void fake_kernel_unmap(struct fake_kernel *f, uint64_t va);

/** Write to memory; pages that are not mapped get mapped. */
void fake_kernel_write(struct fake_kernel *f, uint64_t va, const void *data,
		       size_t size);
void fake_kernel_write_u16(struct fake_kernel *f, uint64_t va, uint16_t value);
void fake_kernel_write_u32(struct fake_kernel *f, uint64_t va, uint32_t value);
void fake_kernel_write_u64(struct fake_kernel *f, uint64_t va, uint64_t value);
void fake_kernel_write_string(struct fake_kernel *f, uint64_t va,
			      const char *text);

/** Put a line ("KEY=VALUE", no newline) at the end of VMCOREINFO. */
void fake_kernel_line(struct fake_kernel *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** Take out the lines that begin with "@p key=". */
void fake_kernel_drop_line(struct fake_kernel *f, const char *key);

#endif /* FAKE_KERNEL_H */
