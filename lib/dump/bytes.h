/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of one dump file as its writer meant them: read from the file as
 * it is, or, when the file is flattened, from where its records have them.
 */
#ifndef DUMP_BYTES_H
#define DUMP_BYTES_H

#include "dump/descriptors.h"
#include "directmap.h"
#include "dump/extents.h"

struct bytes {
	int fd;
	char *path;
	/* Of the file; INT64_MAX where the file system does not say. */
	uint64_t file_size;
	/* Of the dump: as file_size, or what the records add up to. */
	uint64_t size;
	/* On procfs: /proc/vmcore or /proc/kcore. */
	bool proc;
	/*
	 * Of a file on procfs; else NULL. /proc/kcore copies by way of one page
	 * that belongs to the open file (Linux fs/proc/kcore.c, 5.10 to 7.3:
	 * open_kcore(), read_kcore_iter()) and holds no lock meanwhile: two
	 * reads of one descriptor get each other's data.
	 */
	struct descriptors *descriptors;
	bool flattened;
	/* Flattened, and the record that ends it is not there. */
	bool cut;
	/* Flattened: dump offset to file offset. */
	struct extents records;
	/* Asked at each read, which then fails; NULL: nobody. */
	bool (*stop)(void *arg);
	void *arg;
};

/*
 * On an error nothing needs closing. @p stop, which may be NULL, goes into bytes
 * and is the caller's to take out.
 */
struct dm_error *dm_bytes_open(struct bytes *bytes, const char *path,
			       bool (*stop)(void *arg), void *arg);
void dm_bytes_close(struct bytes *bytes);

/* All of [off, off + size) lies before the end. */
bool dm_bytes_inside(const struct bytes *bytes, uint64_t off, uint64_t size);

/*
 * Read all of it: DM_ERROR_ABSENT when part of it was cut off, DM_ERROR_BROKEN
 * when the system fails to read, DM_ERROR_INTERRUPTED when time is up.
 */
struct dm_error *dm_bytes_read(const struct bytes *bytes, uint64_t off,
			       void *buf, size_t size);

/*
 * As dm_bytes_read(), for what is in pages: writers skip nothing there, so what no
 * record of a flattened file has was lost (DM_ERROR_BROKEN), and is not zero.
 */
struct dm_error *dm_bytes_read_data(const struct bytes *bytes, uint64_t off,
				    void *buf, size_t size);

/*
 * Where in the file [off, off + size) is: false when it is not all there, not in
 * one piece, or the file is none that can be read in any order.
 */
bool dm_bytes_place(const struct bytes *bytes, uint64_t off, uint64_t size,
		    uint64_t *file);

/* The byte at that offset of the file can be read without waiting for a disk. */
bool dm_bytes_in_memory(const struct bytes *bytes, uint64_t off);

/*
 * As dm_bytes_read(), but what no record of a cut flattened file has is zero. For
 * page bitmaps only: there zero means that the page is not there.
 */
struct dm_error *dm_bytes_read_bitmap(const struct bytes *bytes, uint64_t off,
				      void *buf, size_t size);

/* ---- bytes_file.c, which knows nothing of records ----------------------- */

/* By bytes->path: its descriptor, its size, and on procfs its other ones. */
struct dm_error *dm_bytes_open_file(struct bytes *bytes);

/* Read the file itself, record headers and all; errors as dm_bytes_read(). */
struct dm_error *dm_bytes_read_file(const struct bytes *bytes, uint64_t off,
				    void *buf, size_t size);

struct dm_error *dm_bytes_cut_off(const struct bytes *bytes, uint64_t off);

/* flattened.c: read the records' headers. */
struct dm_error *dm_flattened_index(struct bytes *bytes);

#define FLATTENED_MAGIC "makedumpfile\0\0\0"

#endif /* DUMP_BYTES_H */
