// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include <libkdumpfile/kdumpfile.h>

#include "reader.h"

/*
 * libkdumpfile 0.5.1 looks through its cache one page after the other
 * (cache.c: get_ghost_or_missed_entry()), and a page table is read once.
 */
#define CACHE_PAGES 32

/*
 * A file of the user's may shrink or fail to be read while it is mapped, which
 * would end the program with SIGBUS. The files made here are mapped, so that
 * what is put into them later is seen: what libkdumpfile has read() it keeps.
 */
static kdump_status configure(struct reader *reader)
{
	kdump_status status;

	status = kdump_set_number_attr(reader->ctx, "cache.size", CACHE_PAGES);
	if (status == KDUMP_OK)
		status = kdump_set_number_attr(
			reader->ctx, KDUMP_ATTR_FILE_MMAP_POLICY,
			reader->staged ? KDUMP_MMAP_ALWAYS : KDUMP_MMAP_NEVER);
	return status;
}

/*
 * QEMU's kdump files have blocks of 64K whatever the kernel's pages are, and
 * libkdumpfile 0.5.1 believes VMCOREINFO's PAGESIZE; so the page size is set
 * to the block size once VMCOREINFO has been read.
 */
static kdump_status open_files(struct reader *reader)
{
	kdump_status status;

	status = kdump_open_fdset(reader->ctx, (unsigned int)reader->n,
				  reader->fds);
	if (status == KDUMP_OK)
		status = kdump_set_number_attr(
			reader->ctx, KDUMP_ATTR_PAGE_SIZE, reader->page_size);
	return status;
}

struct dm_error *reader_open(struct reader *reader)
{
	struct dm_error *err;
	kdump_status status;

	reader->ctx = kdump_new();
	if (!reader->ctx)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	status = configure(reader);
	if (status == KDUMP_OK)
		status = open_files(reader);
	if (status == KDUMP_OK)
		return NULL;
	err = dm_error_create(status == KDUMP_ERR_NOTIMPL ? DM_ERROR_UNSUPPORTED
							  : DM_ERROR_BAD_DUMP,
			      "libkdumpfile cannot open it: %s",
			      kdump_get_err(reader->ctx));
	reader_close(reader);
	return err;
}

void reader_close(struct reader *reader)
{
	if (reader->ctx)
		kdump_free(reader->ctx);
	reader->ctx = NULL;
}

static struct dm_error *read_error(struct reader *reader, uint64_t pa,
				   kdump_status status)
{
	const char *why = kdump_get_err(reader->ctx);

	if (status == KDUMP_ERR_NOTIMPL)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "libkdumpfile as installed here cannot "
				       "decode the dump's pages: %s",
				       why);
	return dm_error_create(DM_ERROR_BROKEN,
			       "the page at physical address 0x%llx is in the "
			       "dump, but damaged: %s",
			       (unsigned long long)pa, why);
}

/*
 * In libkdumpfile 0.5.1 any read that fails leaves its page cache damaged
 * (cache.c: cache_discard()); some reads later it writes through a NULL
 * pointer. So the cache is made anew, which a change of the page size does
 * (util.c: page_size_post_hook()). Opening the file again would do as well, but
 * that takes 0.1 s for each TiB of memory. The cache of the file's own blocks
 * cannot be renewed so; it suffers when the system fails to read.
 */
static void recover(struct reader *reader, kdump_status status)
{
	uint32_t size = reader->page_size;
	uint32_t other = size > 4096 ? size / 2 : size * 2;

	if (status == KDUMP_ERR_CORRUPT &&
	    kdump_set_number_attr(reader->ctx, KDUMP_ATTR_PAGE_SIZE, other) ==
		    KDUMP_OK &&
	    kdump_set_number_attr(reader->ctx, KDUMP_ATTR_PAGE_SIZE, size) ==
		    KDUMP_OK)
		return;
	reader_close(reader);
}

struct dm_error *reader_read(struct reader *reader, uint64_t pa, void *buf,
			     size_t size)
{
	struct dm_error *err;
	kdump_status status;
	size_t got = size;

	if (!reader->ctx) {
		err = reader_open(reader);
		if (err)
			return err;
	}
	status = kdump_read(reader->ctx, KDUMP_MACHPHYSADDR, pa, buf, &got);
	if (status == KDUMP_OK && got == size)
		return NULL;
	err = read_error(reader, pa, status);
	recover(reader, status);
	return err;
}

/*
 * Asked as an attribute: kdump_vmcoreinfo_raw() wants the OS type set, and
 * setting it makes libkdumpfile read kernel memory for the utsname, through
 * its own page-table walk and without regard to what the dump has (open.c:
 * ostype_post_hook(), update_linux_utsname()).
 */
struct dm_error *reader_vmcoreinfo(struct reader *reader, char **text,
				   size_t *size)
{
	kdump_attr_t attr = {.type = KDUMP_BLOB};
	void *data;

	*text = NULL;
	*size = 0;
	if (kdump_get_typed_attr(reader->ctx, "linux.vmcoreinfo.raw", &attr) !=
	    KDUMP_OK)
		return NULL;
	data = kdump_blob_pin(attr.val.blob);
	*size = kdump_blob_size(attr.val.blob);
	if (data && *size) {
		*text = malloc(*size);
		if (*text)
			memcpy(*text, data, *size);
	}
	kdump_blob_unpin(attr.val.blob);
	if (data && *size && !*text)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	return NULL;
}
