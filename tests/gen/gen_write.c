// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From pages to files: kdump-compressed here, ELF in gen_elf.c, images of memory
 * in gen_image.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include "gen_priv.h"

/* No method of compression has this bit. */
#define FLAG_UNKNOWN 0x40u

struct dm_error *gen_pwrite(int fd, const void *buf, size_t size,
			    uint64_t offset)
{
	const uint8_t *p = buf;

	while (size) {
		ssize_t done = pwrite(fd, p, size, (off_t)offset);

		if (done <= 0)
			return dm_error_create(DM_ERROR_OS,
					       "cannot write the dump: %m");
		p += done;
		size -= (size_t)done;
		offset += (uint64_t)done;
	}
	return NULL;
}

/* ---- Compression ------------------------------------------------------- */

uint32_t gen_packing_flag(enum gen_packing packing)
{
	switch (packing) {
	case GEN_PACK_ZLIB:
		return KDUMP_FLAG_ZLIB;
	case GEN_PACK_LZO:
		return KDUMP_FLAG_LZO;
	case GEN_PACK_SNAPPY:
		return KDUMP_FLAG_SNAPPY;
	case GEN_PACK_ZSTD:
		return KDUMP_FLAG_ZSTD;
	case GEN_PACK_NONE:
		break;
	}
	return 0;
}

size_t gen_pack(enum gen_packing packing, const uint8_t *data, size_t size,
		uint8_t *out)
{
	static uint8_t work[LZO1X_1_MEM_COMPRESS];
	uLongf zlib_size = GEN_PACKED_MAX;
	size_t out_size = GEN_PACKED_MAX;
	lzo_uint lzo_size = GEN_PACKED_MAX;

	switch (packing) {
	case GEN_PACK_ZLIB:
		return compress2(out, &zlib_size, data, size, 1) == Z_OK
			       ? zlib_size
			       : 0;
	case GEN_PACK_LZO:
		return lzo1x_1_compress(data, size, out, &lzo_size, work) ==
				       LZO_E_OK
			       ? lzo_size
			       : 0;
	case GEN_PACK_SNAPPY:
		return snappy_compress((const char *)data, size, (char *)out,
				       &out_size) == SNAPPY_OK
			       ? out_size
			       : 0;
	case GEN_PACK_ZSTD:
		out_size = ZSTD_compress(out, GEN_PACKED_MAX, data, size, 1);
		return ZSTD_isError(out_size) ? 0 : out_size;
	case GEN_PACK_NONE:
		break;
	}
	memcpy(out, data, size);
	return size;
}

/* ---- kdump-compressed -------------------------------------------------- */

/* A block of the file is one or more pages of the kernel. */
struct kdump {
	struct gen *g;
	uint32_t block;
	struct gen_page **pages;
	size_t count;
	uint64_t *blocks; /* numbers of those in the dump */
	size_t block_count, block_capacity;
	struct kdump_pfn_range *ram;
	size_t ram_count;
	uint8_t *data, *packed;
};

static struct dm_error *add_block(struct kdump *k, uint64_t block)
{
	if (k->block_count && k->blocks[k->block_count - 1] == block)
		return NULL;
	if (k->block_count == k->block_capacity) {
		size_t capacity =
			k->block_capacity ? 2 * k->block_capacity : 1024;
		uint64_t *blocks;

		blocks = realloc(k->blocks, capacity * sizeof(*blocks));
		if (!blocks)
			return dm_error_no_memory();
		k->blocks = blocks;
		k->block_capacity = capacity;
	}
	k->blocks[k->block_count++] = block;
	return NULL;
}

static int compare_u64(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Blocks with a page that was written; with `fill` all of RAM. */
static struct dm_error *collect_blocks(struct kdump *k)
{
	const struct gen *g = k->g;
	struct dm_error *err = NULL;
	uint64_t at;
	size_t i;

	for (i = 0; !err && i < k->count; i++) {
		if (k->pages[i]->written)
			err = add_block(k, k->pages[i]->pa / k->block);
	}
	for (i = 0; !err && g->fill && i < g->ram.count; i++) {
		for (at = g->ram.list[i].start / k->block;
		     !err && at * k->block < g->ram.list[i].end; at++)
			err = add_block(k, at);
	}
	if (!err && g->fill && k->block_count)
		qsort(k->blocks, k->block_count, sizeof(*k->blocks),
		      compare_u64);
	return err;
}

/* Repeated ones, and those of which any page is dropped. */
static void remove_blocks(struct kdump *k)
{
	size_t i, p = 0, n = 0;

	for (i = 0; i < k->block_count; i++) {
		uint64_t block = k->blocks[i];
		bool dropped = false;

		if (n && k->blocks[n - 1] == block)
			continue;
		while (p < k->count && k->pages[p]->pa / k->block < block)
			p++;
		while (p < k->count && k->pages[p]->pa / k->block == block)
			dropped |= k->pages[p++]->dropped;
		if (!dropped)
			k->blocks[n++] = block;
	}
	k->block_count = n;
}

static struct dm_error *collect_ram(struct kdump *k)
{
	const struct gen_ranges *ram = &k->g->ram;
	size_t i;

	k->ram = calloc(ram->count + 1, sizeof(*k->ram));
	if (!k->ram)
		return dm_error_no_memory();
	for (i = 0; i < ram->count; i++) {
		struct kdump_pfn_range r = {
			ram->list[i].start / k->block,
			(ram->list[i].end + k->block - 1) / k->block,
		};

		if (k->ram_count && r.start <= k->ram[k->ram_count - 1].end)
			k->ram[k->ram_count - 1].end = r.end;
		else
			k->ram[k->ram_count++] = r;
	}
	return NULL;
}

static struct dm_error *add_damaged(struct kdump *k, struct kdump_writer *w,
				    uint64_t block, enum gen_damage damage)
{
	enum gen_packing packing = k->g->format.packing;
	uint32_t flags = gen_packing_flag(packing);
	size_t size = gen_pack(packing, k->data,
			       damage == GEN_SHORT ? k->block / 2 : k->block,
			       k->packed);

	if (damage == GEN_DATA)
		memset(k->packed, 0xa5, size);
	else if (damage == GEN_EMPTY)
		size = 0;
	else if (damage == GEN_CUT)
		size /= 2;
	else if (damage == GEN_FLAGS)
		flags = FLAG_UNKNOWN;
	else if (damage == GEN_CHECK && size)
		((uint8_t *)k->packed)[size - 1] ^= 1;
	return kdump_writer_add_raw(w, block, k->packed, (uint32_t)size, flags);
}

static struct dm_error *add_whole(struct kdump *k, struct kdump_writer *w,
				  uint64_t block)
{
	enum gen_packing packing = k->g->format.packing;
	size_t size;

	if (packing != GEN_PACK_SNAPPY && packing != GEN_PACK_ZSTD)
		return kdump_writer_add(w, block, k->data);
	size = gen_pack(packing, k->data, k->block, k->packed);
	if (!size || size >= k->block)
		return kdump_writer_add(w, block, k->data);
	return kdump_writer_add_raw(w, block, k->packed, (uint32_t)size,
				    gen_packing_flag(packing));
}

/* *@p: where in the list of pages to go on. */
static struct dm_error *write_block(struct kdump *k, struct kdump_writer *w,
				    uint64_t block, size_t *p)
{
	enum gen_damage damage = GEN_WHOLE;

	memset(k->data, 0, k->block);
	while (*p < k->count && k->pages[*p]->pa / k->block < block)
		++*p;
	for (; *p < k->count && k->pages[*p]->pa / k->block == block; ++*p) {
		const struct gen_page *page = k->pages[*p];

		if (page->data)
			memcpy(k->data + page->pa % k->block, page->data,
			       gen_page_size(k->g));
		if (page->damage)
			damage = page->damage;
	}
	if (damage)
		return add_damaged(k, w, block, damage);
	return add_whole(k, w, block);
}

static struct dm_error *write_blocks(struct kdump *k, int fd,
				     const struct kdump_writer_options *options)
{
	struct kdump_writer *w;
	struct dm_error *err;
	size_t i, p = 0;

	err = kdump_writer_create(&w, fd, options, k->blocks, k->block_count);
	for (i = 0; !err && i < k->block_count; i++) {
		if (options->split && (k->blocks[i] < options->split_start ||
				       k->blocks[i] >= options->split_end))
			continue;
		err = write_block(k, w, k->blocks[i], &p);
	}
	if (!err)
		err = kdump_writer_finish(w);
	kdump_writer_destroy(w);
	return err;
}

static enum kdump_compression writer_compression(enum gen_packing packing)
{
	if (packing == GEN_PACK_ZLIB)
		return KDUMP_ZLIB;
	return packing == GEN_PACK_LZO ? KDUMP_LZO : KDUMP_NONE;
}

static void set_split(const struct kdump *k, unsigned int part,
		      struct kdump_writer_options *o)
{
	unsigned int parts = k->g->format.split;
	size_t start = k->block_count * part / parts;
	size_t end = k->block_count * (part + 1) / parts;

	o->split = true;
	o->split_start = part ? k->blocks[start] : 0;
	o->split_end = part + 1 < parts ? k->blocks[end]
					: k->blocks[k->block_count - 1] + 1;
}

/* struct disk_dump_header.utsname as seen in a file of QEMU 7.2. */
static struct dm_error *qemu_names(int fd)
{
	char names[6][65] = { [4] = "Unknown" };

	return gen_pwrite(fd, names, sizeof(names), 12);
}

/* One file, or the @part-th of a split set. */
static struct dm_error *write_kdump(struct gen *g, int fd, unsigned int part,
				    struct gen_page **pages, size_t count,
				    const uint8_t *notes, size_t notes_size)
{
	struct kdump k = { .g = g, .pages = pages, .count = count };
	struct kdump_writer_options o = {
		.compression = writer_compression(g->format.packing),
		.notes = notes,
		.notes_size = notes_size,
		.nodename = g->nodename,
		.release = g->release,
		.version = g->version,
		.machine = g->machine,
		.max_mapnr = g->format.max_mapnr,
		.dump_level = g->format.level,
		.status = gen_packing_flag(g->format.packing) |
			  (g->format.incomplete ? KDUMP_FLAG_INCOMPLETE : 0),
		.nr_cpus = g->cpus,
	};
	struct dm_error *err;

	if (g->format.qemu && g->ram.count)
		o.phys_base = g->ram.list[0].start;

	k.block =
		g->format.block ? g->format.block : (uint32_t)gen_page_size(g);
	k.data = malloc(k.block);
	k.packed = malloc(GEN_PACKED_MAX);
	err = k.data && k.packed ? NULL : dm_error_no_memory();
	if (!err)
		err = collect_blocks(&k);
	if (!err)
		err = collect_ram(&k);
	if (!err) {
		remove_blocks(&k);
		o.block_size = k.block;
		o.ram = k.ram;
		o.ram_count = k.ram_count;
		if (g->format.split && k.block_count)
			set_split(&k, part, &o);
		err = write_blocks(&k, fd, &o);
	}
	if (!err && g->format.qemu)
		err = qemu_names(fd);
	free(k.data);
	free(k.packed);
	free(k.blocks);
	free(k.ram);
	return err;
}

/* ---- Files ------------------------------------------------------------- */

static struct dm_error *cut_file(const struct gen *g, int fd)
{
	uint64_t size = g->truncate;
	struct stat st;

	if (fstat(fd, &st))
		return dm_error_create(DM_ERROR_OS, "cannot cut the dump: %m");
	if (g->truncate_percent)
		size = (uint64_t)st.st_size * g->truncate / 100;
	if (size > (uint64_t)st.st_size)
		size = (uint64_t)st.st_size;
	if (ftruncate(fd, (off_t)size))
		return dm_error_create(DM_ERROR_OS, "cannot cut the dump: %m");
	return NULL;
}

static struct dm_error *create(const char *path, int *fd)
{
	*fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (*fd < 0)
		return dm_error_create(DM_ERROR_OS, "%s: %m", path);
	return NULL;
}

static struct dm_error *poke_file(const struct gen *g, int fd)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < g->poke_count; i++) {
		uint8_t bytes[8];

		gen_put64(bytes, g->pokes[i].value);
		err = gen_pwrite(fd, bytes, g->pokes[i].size,
				 g->pokes[i].offset);
	}
	return err;
}

static struct dm_error *write_plain(struct gen *g, int fd, unsigned int part)
{
	struct gen_page **pages = NULL;
	uint8_t *notes = NULL;
	struct dm_error *err;
	size_t notes_size;

	err = gen_notes(g, &notes, &notes_size);
	if (!err)
		err = gen_store_sorted(g, &pages);
	if (err)
		goto out;
	if (g->format.file != GEN_KDUMP)
		err = gen_write_elf(g, fd, pages, g->store.count, notes,
				    notes_size);
	else
		err = write_kdump(g, fd, part, pages, g->store.count, notes,
				  notes_size);
	if (!err)
		err = poke_file(g, fd);
out:
	free(pages);
	free(notes);
	return err;
}

/* By way of a plain file next to it, which does not stay. */
static struct dm_error *write_other(struct gen *g, const char *path, int fd,
				    unsigned int part)
{
	struct dm_error *err;
	char *plain;
	int in;

	if (asprintf(&plain, "%s.plain", path) < 0)
		return dm_error_no_memory();
	err = create(plain, &in);
	if (!err) {
		err = write_plain(g, in, part);
		if (!err)
			err = g->format.flattened
				      ? gen_flatten(g, in, fd)
				      : gen_image(g->format.file, in, fd);
		close(in);
		unlink(plain);
	}
	free(plain);
	return err;
}

static struct dm_error *write_file(struct gen *g, const char *path,
				   unsigned int part)
{
	struct dm_error *err;
	int fd;

	err = create(path, &fd);
	if (err)
		return err;
	if (g->format.flattened || g->format.file >= GEN_RAW)
		err = write_other(g, path, fd, part);
	else
		err = write_plain(g, fd, part);
	if (!err && g->has_truncate)
		err = cut_file(g, fd);
	if (close(fd) && !err)
		err = dm_error_create(DM_ERROR_OS, "%s: %m", path);
	if (err)
		unlink(path);
	return err;
}

/* What would silently do nothing makes a test that tests nothing. */
static struct dm_error *check_words(const struct gen *g)
{
	const struct gen_format *f = &g->format;
	bool elf = f->file != GEN_KDUMP;
	size_t i;

	if (elf && (f->split || f->block || f->max_mapnr))
		return gen_error(g, NULL,
				 "split, block and max_mapnr are for kdump");
	if (!elf && (f->kcore || f->tight || f->reverse || f->vaddr ||
		     f->chunk || f->filesz_short || f->phoff))
		return gen_error(g, NULL, "a word of format is for elf");
	if (!f->flattened && (f->shuffle || f->overlap || f->piece))
		return gen_error(g, NULL, "a word of format is for flattened");
	if (f->file >= GEN_RAW && f->flattened)
		return gen_error(g, NULL, "flattened is for kdump and elf");
	for (i = 0; elf && i < g->store.size; i++) {
		if (g->store.slots[i] && g->store.slots[i]->damage)
			return gen_error(g, NULL, "corrupt is for kdump");
	}
	return NULL;
}

struct dm_error *gen_write(struct gen *g, const char *path)
{
	struct dm_error *err = check_words(g);
	unsigned int part;

	if (err)
		return err;

	if (lzo_init() != LZO_E_OK)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "liblzo2 does not work here");
	if (!g->format.split)
		return write_file(g, path, 0);
	for (part = 0; !err && part < g->format.split; part++) {
		char *name;

		if (asprintf(&name, "%s.%u", path, part) < 0)
			return dm_error_no_memory();
		err = write_file(g, name, part);
		free(name);
	}
	return err;
}
