// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes the headers, bitmap, descriptors and packed pages of a kdump file.
 *
 * The format is that of makedumpfile's diskdump_mod.h and write_kdump_header()
 * (makedumpfile.c), as crash (diskdump.c, read_dump_header()) and libkdumpfile
 * (src/kdumpfile/diskdump.c) understand it.
 */
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lzo/lzo1x.h>
#include <zlib.h>

#include "directmap/machine.h"
#include "directmap.h"
#include "directmap/error.h"
#include "kdump_writer.h"
#include "os_error.h"
#include "stream.h"

/* Several pages even of 64K to one system call. */
#define DATA_BUFFER_SIZE (1024u * 1024u)
#define DESC_BUFFER_SIZE (2048u * sizeof(struct page_desc))
/* Of a bitmap: the part in memory, and what becomes a hole if it stays zero. */
#define BITMAP_WINDOW 65536u
#define BITMAP_PIECE  4096u

/* As a 64-bit makedumpfile has them: padding is spelled out, words are LE. */
struct kdump_header {
	char signature[8];
	uint32_t header_version;
	char utsname[6][65]; /* sysname, nodename, release, version, … */
	char pad[6];
	uint64_t timestamp_sec, timestamp_usec;
	uint32_t status;
	uint32_t block_size;
	uint32_t sub_hdr_size; /* in blocks */
	uint32_t bitmap_blocks; /* all bitmaps, in blocks */
	uint32_t max_mapnr; /* cut to 32 bits */
	uint32_t total_ram_blocks, device_blocks, written_blocks;
	uint32_t current_cpu;
	uint32_t nr_cpus;
};

struct kdump_sub_header {
	uint64_t phys_base;
	uint32_t dump_level;
	uint32_t split;
	uint64_t start_pfn, end_pfn; /* cut to 32 bits */
	uint64_t offset_vmcoreinfo, size_vmcoreinfo;
	uint64_t offset_note, size_note;
	uint64_t offset_eraseinfo, size_eraseinfo;
	uint64_t start_pfn_64, end_pfn_64;
	uint64_t max_mapnr_64;
};

struct page_desc {
	uint64_t offset;
	uint32_t size;
	uint32_t flags;
	uint64_t page_flags;
};

_Static_assert(sizeof(struct kdump_header) == 464, "layout of the file");
_Static_assert(sizeof(struct kdump_sub_header) == 104, "layout of the file");
_Static_assert(sizeof(struct page_desc) == 24, "layout of the file");

struct kdump_writer {
	int fd;
	uint32_t block_size;
	enum kdump_compression compression;
	const uint64_t *pfns; /* those to be stored */
	size_t count, next;
	struct stream descs, data;
	struct page_desc zero; /* of the first all-zero page; size 0: none */
	z_stream zlib;
	bool zlib_ready;
	uint8_t *packed; /* a page after compression */
	uint8_t *lzo_work;
};

/* ---- Bitmaps ----------------------------------------------------------- */

/* Sets bits in increasing order, a window of the bitmap at a time. */
struct bitmap {
	int fd;
	uint64_t offset; /* of the bitmap in the file */
	uint64_t window; /* number of the one in buf */
	bool dirty;
	uint8_t *buf;
};

static struct dm_error *bitmap_flush(struct bitmap *map)
{
	struct dm_error *err = NULL;
	size_t at, size;

	for (at = 0; !err && map->dirty && at < BITMAP_WINDOW;
	     at += BITMAP_PIECE) {
		/* Not past the last bit: the second bitmap may begin there. */
		size = BITMAP_PIECE;
		while (size && !map->buf[at + size - 1])
			size--;
		if (size)
			err = stream_write_at(
				map->fd, map->buf + at, size,
				map->offset + map->window * BITMAP_WINDOW + at);
	}
	if (map->dirty)
		memset(map->buf, 0, BITMAP_WINDOW);
	map->dirty = false;
	return err;
}

static struct dm_error *bitmap_set(struct bitmap *map, uint64_t start,
				   uint64_t end)
{
	while (start < end) {
		uint64_t window = start / (8 * BITMAP_WINDOW);
		uint32_t bit = start % (8 * BITMAP_WINDOW);

		if (window != map->window) {
			struct dm_error *err = bitmap_flush(map);

			if (err)
				return err;
			map->window = window;
		}
		map->dirty = true;
		if (!(bit % 8) && end - start >= 8) {
			map->buf[bit / 8] = 0xff;
			start += 8;
		} else {
			map->buf[bit / 8] |= 1u << (bit % 8);
			start++;
		}
	}
	return NULL;
}

static struct dm_error *bitmap_begin(struct bitmap *map, int fd,
				     uint64_t offset)
{
	memset(map, 0, sizeof(*map));
	map->fd = fd;
	map->offset = offset;
	map->buf = calloc(1, BITMAP_WINDOW);
	return map->buf ? NULL : dm_error_no_memory();
}

/*
 * The union of ranges and pages, both sorted. Setting a bit again is harmless,
 * going back a window is not, as its bits would be lost: hence the merge.
 */
static struct dm_error *write_bitmap(int fd, uint64_t offset,
				     const struct kdump_pfn_range *ranges,
				     size_t range_count, const uint64_t *pfns,
				     size_t count)
{
	size_t r = 0, p = 0;
	struct dm_error *err;
	struct bitmap map;

	err = bitmap_begin(&map, fd, offset);
	while (!err && (r < range_count || p < count)) {
		if (p == count ||
		    (r < range_count && ranges[r].end <= pfns[p])) {
			err = bitmap_set(&map, ranges[r].start, ranges[r].end);
			r++;
		} else if (r < range_count && ranges[r].start <= pfns[p]) {
			p++; /* within the range */
		} else {
			err = bitmap_set(&map, pfns[p], pfns[p] + 1);
			p++;
		}
	}
	if (!err)
		err = bitmap_flush(&map);
	free(map.buf);
	return err;
}

/* ---- Headers ----------------------------------------------------------- */

/* Where in the notes the text of VMCOREINFO is; *size 0 when there is none. */
static void find_vmcoreinfo(const uint8_t *notes, size_t notes_size,
			    size_t *offset, size_t *size)
{
	size_t pos = 0;

	*offset = *size = 0;
	while (notes_size - pos >= sizeof(Elf64_Nhdr)) {
		uint64_t name_size, desc_size, desc;
		Elf64_Nhdr note;

		memcpy(&note, notes + pos, sizeof(note));
		name_size = le32toh(note.n_namesz);
		desc_size = le32toh(note.n_descsz);
		pos += sizeof(note);
		/* Name and descriptor are padded to 4 bytes each. */
		desc = pos + ((name_size + 3) & ~(uint64_t)3);
		if (desc > notes_size || desc_size > notes_size - desc)
			return;
		/* With and without the NUL of the name being counted. */
		if (name_size >= 10 && name_size <= 11 &&
		    !memcmp(notes + pos, "VMCOREINFO", 10)) {
			*offset = desc;
			*size = desc_size;
			return;
		}
		desc += (desc_size + 3) & ~(uint64_t)3;
		if (desc > notes_size)
			return;
		pos = desc;
	}
}

/* A field of utsname is filled up with NULs, the last of them always there. */
static void put_name(char field[65], const char *name, const char *fallback)
{
	if (!name || !name[0])
		name = fallback;
	memcpy(field, name, strnlen(name, 64));
}

static void put_release(char field[65], const struct kdump_writer_options *o)
{
	const char *text, *end;
	size_t at, size;

	put_name(field, o->release, "(unknown)");
	find_vmcoreinfo(o->notes, o->notes_size, &at, &size);
	/* It is the first line in every kernel. */
	if ((o->release && o->release[0]) || size < 10)
		return;
	text = (const char *)o->notes + at;
	if (memcmp(text, "OSRELEASE=", 10))
		return;
	end = memchr(text, '\n', size);
	size = (end ? (size_t)(end - text) : size) - 10;
	memset(field, 0, 65);
	memcpy(field, text + 10, size < 64 ? size : 64);
}

static uint32_t compression_flag(enum kdump_compression compression)
{
	switch (compression) {
	case KDUMP_ZLIB:
		return KDUMP_FLAG_ZLIB;
	case KDUMP_LZO:
		return KDUMP_FLAG_LZO;
	case KDUMP_NONE:
		break;
	}
	return 0;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Places in the file, in blocks of the dump. */
struct layout {
	uint64_t max_mapnr;
	uint64_t sub_blocks;
	uint64_t bitmap_blocks; /* of one bitmap */
	unsigned int bitmaps; /* 1 or 2 */
};

static struct dm_error *write_header(int fd,
				     const struct kdump_writer_options *o,
				     const struct layout *at)
{
	uint32_t status = o->status | compression_flag(o->compression);
	struct kdump_header h = {
		.signature = { 'K', 'D', 'U', 'M', 'P', ' ', ' ', ' ' },
		.header_version = htole32(6),
		.timestamp_sec = htole64(o->timestamp_sec),
		.timestamp_usec = htole64(o->timestamp_usec),
		.status = htole32(status),
		.block_size = htole32(o->block_size),
		.sub_hdr_size = htole32((uint32_t)at->sub_blocks),
		.bitmap_blocks =
			htole32((uint32_t)(at->bitmaps * at->bitmap_blocks)),
		.max_mapnr =
			htole32((uint32_t)min_u64(at->max_mapnr, UINT32_MAX)),
		.nr_cpus = htole32(o->nr_cpus ? o->nr_cpus : 1),
	};

	put_name(h.utsname[0], o->sysname, "Linux");
	put_name(h.utsname[1], o->nodename, "(none)");
	put_release(h.utsname[2], o);
	put_name(h.utsname[3], o->version, "(unknown)");
	put_name(h.utsname[4], o->machine, DM_MACHINE_NAME);
	put_name(h.utsname[5], o->domainname, "(none)");
	return stream_write_at(fd, &h, sizeof(h), 0);
}

static struct dm_error *write_sub_header(int fd,
					 const struct kdump_writer_options *o,
					 const struct layout *at)
{
	uint64_t note_pos = o->block_size + sizeof(struct kdump_sub_header);
	struct kdump_sub_header h = {
		.phys_base = htole64(o->phys_base),
		.dump_level = htole32((uint32_t)o->dump_level),
		.max_mapnr_64 = htole64(at->max_mapnr),
	};
	size_t info = 0, info_size = 0;
	struct dm_error *err;

	if (o->split) {
		h.split = htole32(1);
		h.start_pfn = htole64(min_u64(o->split_start, UINT32_MAX));
		h.end_pfn = htole64(min_u64(o->split_end, UINT32_MAX));
		h.start_pfn_64 = htole64(o->split_start);
		h.end_pfn_64 = htole64(o->split_end);
	}
	if (o->notes_size) {
		h.offset_note = htole64(note_pos);
		h.size_note = htole64(o->notes_size);
		find_vmcoreinfo(o->notes, o->notes_size, &info, &info_size);
	}
	if (info_size) {
		h.offset_vmcoreinfo = htole64(note_pos + info);
		h.size_vmcoreinfo = htole64(info_size);
	}
	err = stream_write_at(fd, &h, sizeof(h), o->block_size);
	if (err)
		return err;
	return stream_write_at(fd, o->notes, o->notes_size, note_pos);
}

/* ---- Creation ---------------------------------------------------------- */

static struct dm_error *check_arguments(const struct kdump_writer_options *o,
					const uint64_t *pfns, size_t count)
{
	size_t i;

	if (o->block_size < DM_PAGE_SIZE_LEAST ||
	    o->block_size > DM_PAGE_SIZE_MOST ||
	    (o->block_size & (o->block_size - 1)))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%u is no page size", o->block_size);
	for (i = 1; i < count; i++) {
		if (pfns[i] <= pfns[i - 1])
			return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					       "page frames are not in order");
	}
	for (i = 0; i < o->ram_count; i++) {
		if (o->ram[i].start >= o->ram[i].end ||
		    (i && o->ram[i].start < o->ram[i - 1].end))
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"memory ranges are not in order");
	}
	return NULL;
}

static struct dm_error *make_layout(struct layout *at,
				    const struct kdump_writer_options *o,
				    const uint64_t *pfns, size_t count)
{
	uint64_t end = 0, sub_size;

	if (count)
		end = pfns[count - 1] + 1;
	if (o->ram_count && o->ram[o->ram_count - 1].end > end)
		end = o->ram[o->ram_count - 1].end;
	at->max_mapnr = o->max_mapnr ? o->max_mapnr : end;
	if (at->max_mapnr < end)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "a page frame is beyond max_mapnr");
	sub_size = sizeof(struct kdump_sub_header) + o->notes_size;
	at->sub_blocks = (sub_size + o->block_size - 1) / o->block_size;
	/* At least one, or readers map a bitmap of no size. */
	at->bitmap_blocks = at->max_mapnr / (8 * (uint64_t)o->block_size) + 1;
	if (!(at->max_mapnr % (8 * (uint64_t)o->block_size)) && at->max_mapnr)
		at->bitmap_blocks--;
	/*
	 * Where nothing is known of memory but the dumped pages, both bitmaps
	 * would be the same, and one will do: readers take the first half for
	 * another bitmap only if it alone covers all pages (crash diskdump.c,
	 * dump_is_partial(); libkdumpfile diskdump.c, read_bitmap()). So one
	 * must not be so large that its half would do too.
	 */
	at->bitmaps = o->ram_count || at->max_mapnr <= 4 * at->bitmap_blocks *
							       o->block_size
			      ? 2
			      : 1;
	/* libkdumpfile has both counts as signed. */
	if (at->bitmap_blocks > INT32_MAX / 2 || at->sub_blocks > INT32_MAX)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "too large for a kdump file");
	return NULL;
}

static struct dm_error *init_compression(struct kdump_writer *w)
{
	/* lzo1x_1 may write this much before it turns out not to be smaller. */
	w->packed = malloc(w->block_size + w->block_size / 16 + 64 + 3);
	if (!w->packed)
		return dm_error_no_memory();
	switch (w->compression) {
	case KDUMP_NONE:
		break;
	case KDUMP_ZLIB:
		/* makedumpfile too takes the fastest level. */
		if (deflateInit(&w->zlib, Z_BEST_SPEED) != Z_OK)
			return dm_error_no_memory();
		w->zlib_ready = true;
		break;
	case KDUMP_LZO:
		if (lzo_init() != LZO_E_OK)
			return dm_error_create(DM_ERROR_UNSUPPORTED,
					       "liblzo2 does not work here");
		w->lzo_work = malloc(LZO1X_1_MEM_COMPRESS);
		if (!w->lzo_work)
			return dm_error_no_memory();
		break;
	}
	return NULL;
}

static uint64_t descs_offset(const struct kdump_writer_options *o,
			     const struct layout *at)
{
	return (1 + at->sub_blocks + at->bitmaps * at->bitmap_blocks) *
	       o->block_size;
}

static struct dm_error *write_front(struct kdump_writer *w,
				    const struct kdump_writer_options *o,
				    const struct layout *at,
				    const uint64_t *pfns, size_t count)
{
	uint64_t bitmap1 = (1 + at->sub_blocks) * o->block_size;
	uint64_t bitmap2 = bitmap1 + at->bitmap_blocks * o->block_size;
	uint64_t descs = descs_offset(o, at);
	struct dm_error *err;

	err = write_header(w->fd, o, at);
	if (!err)
		err = write_sub_header(w->fd, o, at);
	if (!err)
		err = write_bitmap(w->fd, bitmap1, o->ram, o->ram_count, pfns,
				   count);
	if (!err && at->bitmaps == 2)
		err = write_bitmap(w->fd, bitmap2, NULL, 0, pfns, count);
	if (!err)
		err = stream_init(&w->descs, w->fd, DESC_BUFFER_SIZE, descs);
	if (!err)
		err = stream_init(&w->data, w->fd, DATA_BUFFER_SIZE,
				  descs + w->count * sizeof(struct page_desc));
	return err;
}

struct dm_error *
kdump_writer_min_size(const struct kdump_writer_options *options,
		      const uint64_t *pfns, size_t count, uint64_t *size)
{
	struct layout at;
	struct dm_error *err;

	err = check_arguments(options, pfns, count);
	if (!err)
		err = make_layout(&at, options, pfns, count);
	if (!err)
		*size = descs_offset(options, &at) +
			count * sizeof(struct page_desc);
	return err;
}

struct dm_error *kdump_writer_create(struct kdump_writer **ret, int fd,
				     const struct kdump_writer_options *options,
				     const uint64_t *pfns, size_t count)
{
	struct kdump_writer *w;
	struct layout at;
	struct dm_error *err;

	*ret = NULL;
	err = check_arguments(options, pfns, count);
	if (!err)
		err = make_layout(&at, options, pfns, count);
	if (err)
		return err;
	w = calloc(1, sizeof(*w));
	if (!w)
		return dm_error_no_memory();
	w->fd = fd;
	w->block_size = options->block_size;
	w->compression = options->compression;
	w->pfns = pfns;
	w->count = count;
	if (options->split) {
		while (w->count && w->pfns[0] < options->split_start) {
			w->pfns++;
			w->count--;
		}
		while (w->count && w->pfns[w->count - 1] >= options->split_end)
			w->count--;
	}
	err = init_compression(w);
	if (!err)
		err = write_front(w, options, &at, pfns, count);
	if (err) {
		kdump_writer_destroy(w);
		return err;
	}
	*ret = w;
	return NULL;
}

/* ---- Pages ------------------------------------------------------------- */

static struct dm_error *check_next(struct kdump_writer *w, uint64_t pfn)
{
	if (w->next < w->count && w->pfns[w->next] == pfn)
		return NULL;
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "page frame 0x%llx comes out of turn",
			       (unsigned long long)pfn);
}

static struct dm_error *put_desc(struct kdump_writer *w,
				 const struct page_desc *desc)
{
	w->next++;
	return stream_put(&w->descs, desc, sizeof(*desc));
}

struct dm_error *kdump_writer_add_raw(struct kdump_writer *w, uint64_t pfn,
				      const void *bytes, uint32_t size,
				      uint32_t flags)
{
	struct page_desc desc = {
		.offset = htole64(w->data.pos + w->data.used),
		.size = htole32(size),
		.flags = htole32(flags),
	};
	struct dm_error *err = check_next(w, pfn);

	if (err)
		return err;
	if (size > DATA_BUFFER_SIZE)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "a page of %u bytes", size);
	err = stream_put(&w->data, bytes, size);
	if (err)
		return err;
	return put_desc(w, &desc);
}

/* @returns the size, 0 where it would not be smaller. */
static uint32_t pack_zlib(struct kdump_writer *w, const uint8_t *data)
{
	z_stream *z = &w->zlib;

	/* Cheaper than compress2(), which sets up its tables each time. */
	deflateReset(z);
	z->next_in = (Bytef *)data;
	z->avail_in = w->block_size;
	z->next_out = w->packed;
	z->avail_out = w->block_size - 1;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return 0;
	return (uint32_t)z->total_out;
}

static uint32_t pack_lzo(struct kdump_writer *w, const uint8_t *data)
{
	lzo_uint size = 0;

	if (lzo1x_1_compress(data, w->block_size, w->packed, &size,
			     w->lzo_work) != LZO_E_OK)
		return 0;
	return size < w->block_size ? (uint32_t)size : 0;
}

static bool is_zero(const uint8_t *data, size_t size)
{
	return !data[0] && !memcmp(data, data + 1, size - 1);
}

static struct dm_error *add_packed(struct kdump_writer *w, uint64_t pfn,
				   const uint8_t *data)
{
	uint32_t size = 0;

	if (w->compression == KDUMP_ZLIB)
		size = pack_zlib(w, data);
	else if (w->compression == KDUMP_LZO)
		size = pack_lzo(w, data);
	if (!size)
		return kdump_writer_add_raw(w, pfn, data, w->block_size, 0);
	return kdump_writer_add_raw(w, pfn, w->packed, size,
				    compression_flag(w->compression));
}

struct dm_error *kdump_writer_add(struct kdump_writer *w, uint64_t pfn,
				  const void *data)
{
	struct dm_error *err = check_next(w, pfn);

	if (err)
		return err;
	if (!is_zero(data, w->block_size))
		return add_packed(w, pfn, data);
	/* All zero pages share one place, as makedumpfile has it. */
	if (w->zero.size)
		return put_desc(w, &w->zero);
	err = add_packed(w, pfn, data);
	if (err)
		return err;
	/* Its descriptor is the last one in the buffer. */
	memcpy(&w->zero, w->descs.buf + w->descs.used - sizeof(w->zero),
	       sizeof(w->zero));
	return NULL;
}

struct dm_error *kdump_writer_finish(struct kdump_writer *w)
{
	struct dm_error *err;

	if (w->next < w->count)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "page frame 0x%llx was not added",
				       (unsigned long long)w->pfns[w->next]);
	err = stream_flush(&w->descs);
	if (!err)
		err = stream_flush(&w->data);
	if (err)
		return err;
	/* A dump without pages ends in a hole: its bitmaps. */
	if (ftruncate(w->fd, (off_t)w->data.pos))
		return os_error(DM_ERROR_OS, "cannot write the dump");
	return NULL;
}

void kdump_writer_destroy(struct kdump_writer *w)
{
	if (!w)
		return;
	if (w->zlib_ready)
		deflateEnd(&w->zlib);
	stream_deinit(&w->descs);
	stream_deinit(&w->data);
	free(w->packed);
	free(w->lzo_work);
	free(w);
}
