/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the generator know of each other. */
#ifndef GEN_PRIV_H
#define GEN_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "write/kdump_writer.h"
#include "util/error.h"

#define KIB(n)	      ((uint64_t)(n) << 10)
#define MIB(n)	      ((uint64_t)(n) << 20)
#define GIB(n)	      ((uint64_t)(n) << 30)

#define GEN_MAX_WORDS 64

/* What is wrong with a page in the file (kdump only). */
enum gen_damage {
	GEN_WHOLE,
	GEN_DATA, /* the stored bytes are nonsense */
	GEN_EMPTY, /* size 0 in the descriptor */
	GEN_CUT, /* the second half of the stored bytes is missing */
	GEN_SHORT, /* unpacks well, to half a page */
	GEN_FLAGS, /* packed by a method that does not exist */
	GEN_CHECK, /* the last byte is another: of zlib's data, its checksum */
};

/* A page of the dumped kernel that somebody wrote or named. */
struct gen_page {
	uint64_t pa;
	uint8_t *data; /* NULL: zeros */
	bool written; /* or only named, to be dropped or damaged */
	bool dropped;
	enum gen_damage damage;
};

/* Pages by address: open addressing, a power of two of slots. */
struct gen_store {
	struct gen_page **slots;
	size_t size, count;
};

/* Bytes [start, end). */
struct gen_range {
	uint64_t start, end;
};

/* Never holds the empty range. Sorted and merged by gen_ranges_normalize(). */
struct gen_ranges {
	struct gen_range *list;
	size_t count, capacity;
};

struct gen_leaf {
	const char *name;
	int level;
	bool cont;
};

/* A change to VMCOREINFO, applied when the dump is written. */
struct gen_info_edit {
	unsigned int line;
	char *text; /* the whole of it, cut into lines and words */
	enum { GEN_INFO_SET, GEN_INFO_DROP, GEN_INFO_CUT } what;
	char *key, *value;
	uint64_t number;
};

/* A little-endian number put into the file when it is done. */
struct gen_poke {
	uint64_t offset, value;
	unsigned int size;
};

/* From GEN_RAW on made of an ELF file. */
enum gen_file { GEN_KDUMP, GEN_ELF, GEN_RAW, GEN_LIME, GEN_AVML };

enum gen_packing {
	GEN_PACK_NONE,
	GEN_PACK_ZLIB,
	GEN_PACK_LZO,
	GEN_PACK_SNAPPY,
	GEN_PACK_ZSTD,
};

struct gen_format {
	enum gen_file file;
	enum gen_packing packing;
	uint32_t block; /* 0: the kernel's page */
	int level;
	bool incomplete;
	bool qemu; /* headers as QEMU's dump-guest-memory leaves them */
	uint64_t max_mapnr;
	unsigned int split; /* 0: one file */
	bool flattened;
	uint64_t piece; /* of a flattened record */
	uint64_t lose; /* that record, from 1 on, is not written; 0: none */
	bool shuffle, overlap;
	uint64_t shuffle_seed;
	/* ELF */
	bool kcore, tight, reverse;
	enum { GEN_VADDR_LINEAR, GEN_VADDR_ZERO, GEN_VADDR_PADDR } vaddr;
	uint64_t chunk; /* longest PT_LOAD; 0: no limit */
	uint64_t filesz_short; /* bytes of each PT_LOAD not in the file */
	uint64_t phoff;
};

struct gen {
	unsigned int line;
	char *text; /* the whole of it, cut into lines and words */

	/* The kernel. 0 is "not told" where has_… does not say better. */
	uint32_t page_shift;
	unsigned int va_configured, va_actual;
	bool lpa2, lpa2_told;
	uint64_t phys_offset, swapper, kimage_voffset, kaslr;
	bool has_phys_offset, has_swapper, has_kimage_voffset;
	uint64_t load; /* where the image lies */
	char *release, *nodename, *version, *machine;
	unsigned int cpus;
	bool no_vmcoreinfo;
	bool second_vmcoreinfo; /* another note; all edits are in that */
	size_t first_edits; /* those that are in the first note too */
	uint64_t table_bits; /* of a table descriptor, address apart */
	bool frozen; /* geometry is in use, no more `kernel` */

	struct gen_ranges ram;
	bool fill;
	struct gen_store store;

	/* Where the next table goes. */
	uint64_t pool;
	bool pool_told;
	bool scatter;
	uint64_t random;

	struct gen_info_edit *edits;
	size_t edit_count;

	struct gen_poke *pokes;
	size_t poke_count;

	struct gen_format format;
	uint64_t truncate;
	bool has_truncate, truncate_percent;
};

/* An error that names the line, and the word unless it is NULL. */
struct dm_error *gen_error(const struct gen *g, const char *word,
			   const char *format, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

uint64_t gen_random(uint64_t *state);

/* ---- ranges ---- */
struct dm_error *gen_ranges_add(struct gen_ranges *r, uint64_t start,
				uint64_t end);
void gen_ranges_normalize(struct gen_ranges *r);
bool gen_ranges_have(const struct gen_ranges *r, uint64_t pa);

/* ---- pages (gen_store.c) ---- */
/* Bytes to memory, over as many pages as it takes. */
struct dm_error *gen_store_put(struct gen *g, uint64_t pa, const void *bytes,
			       size_t size);
struct gen_page *gen_store_find(const struct gen *g, uint64_t pa);
/* The page of @pa, made when missing; not yet with data. */
struct dm_error *gen_store_name(struct gen *g, uint64_t pa,
				struct gen_page **ret);
/* The same, with data to write to. */
struct dm_error *gen_store_data(struct gen *g, uint64_t pa, uint8_t **ret);
/* All pages by address; to be freed by the caller. */
struct dm_error *gen_store_sorted(const struct gen *g, struct gen_page ***ret);
void gen_store_free(struct gen_store *store);

/* ---- tables (gen_table.c) ---- */
static inline uint64_t gen_page_size(const struct gen *g)
{
	return (uint64_t)1 << g->page_shift;
}

uint64_t gen_page_offset(unsigned int va);
/* The linear map's formula, modulo 2^64. */
uint64_t gen_linear_va(const struct gen *g, uint64_t pa);
unsigned int gen_level_shift(const struct gen *g, int level);
int gen_top_level(const struct gen *g);
uint64_t gen_leaf_size(const struct gen *g, const struct gen_leaf *leaf);
/* By name, or by its size in bytes; NULL: there is none. */
const struct gen_leaf *gen_leaf_by_name(const char *name);
const struct gen_leaf *gen_leaf_by_size(const struct gen *g, uint64_t size);
/* The largest that fits, as the kernel chooses; not larger than @max. */
const struct gen_leaf *gen_leaf_for(const struct gen *g, uint64_t va,
				    uint64_t pa, uint64_t size, uint64_t max);

/* Bits of a leaf descriptor to be set and cleared. */
struct gen_attr {
	uint64_t set, clear;
};

uint64_t gen_default_attr(const struct gen *g);
/* false: no such attribute. */
bool gen_attr_word(const char *word, struct gen_attr *attr);

struct dm_error *gen_map(struct gen *g, uint64_t va, uint64_t pa, uint64_t size,
			 const struct gen_leaf *leaf, uint64_t attr);
struct dm_error *gen_split(struct gen *g, uint64_t va, uint64_t leaf_size);
struct dm_error *gen_protect(struct gen *g, uint64_t va, uint64_t size,
			     const struct gen_attr *attr);
/* The entry of a level, tables made on the way down if @create. */
struct dm_error *gen_entry(struct gen *g, int level, uint64_t va, bool create,
			   uint8_t **entry);
/* The table that has the entries of a level. */
struct dm_error *gen_table(struct gen *g, int level, uint64_t va, uint64_t *pa);
struct dm_error *gen_table_desc(const struct gen *g, uint64_t pa,
				uint64_t *desc);
uint64_t gen_get64(const uint8_t *p);
void gen_put64(uint8_t *p, uint64_t value);

/* ---- notes (gen_notes.c) ---- */
struct dm_error *gen_notes(const struct gen *g, uint8_t **notes, size_t *size);
/* VMCOREINFO in memory, with the changes so far; @note: as the kernel's note. */
struct dm_error *gen_vmcoreinfo_page(struct gen *g, uint64_t pa, bool note);
struct gen_layout {
	uint64_t page_offset, page_end, modules_start, modules_end;
	uint64_t vmalloc_start, vmalloc_end, vmemmap_start, vmemmap_end;
};
void gen_kernel_layout(const struct gen *g, struct gen_layout *at);

/* ---- text (gen_parse.c) ---- */
/* To be ended with gen_end() also on error. */
struct dm_error *gen_begin(struct gen *g, const char *spec);
void gen_end(struct gen *g);

/* ---- files (gen_write.c) ---- */
uint32_t gen_packing_flag(enum gen_packing packing);
/* Enough for what any of the methods may make of 64 KiB. */
#define GEN_PACKED_MAX (2 * 65536)
/* @returns the size, 0 for failure. */
size_t gen_pack(enum gen_packing packing, const uint8_t *data, size_t size,
		uint8_t *out);
struct dm_error *gen_write(struct gen *g, const char *path);

/* gen_elf.c */
uint16_t gen_elf_machine(const struct gen *g);
/* @pages by address */
struct dm_error *gen_write_elf(struct gen *g, int fd, struct gen_page **pages,
			       size_t count, const uint8_t *notes,
			       size_t notes_size);
/* gen_image.c: the memory of an ELF file as an image to @out, which is empty */
struct dm_error *gen_image(enum gen_file file, int in, int out);
/* gen_flat.c: @in as a flattened file to @out */
struct dm_error *gen_flatten(const struct gen *g, int in, int out);
struct dm_error *gen_pwrite(int fd, const void *buf, size_t size,
			    uint64_t offset);

#endif /* GEN_PRIV_H */
