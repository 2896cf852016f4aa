// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decodes a page by libkdumpfile.
 *
 * libkdumpfile reads files, and withstands few (docs/design.md); so it is shown
 * a small dump in memory, of our making: headers, a bitmap with every bit set,
 * descriptors, and space for the data of one page. Each page that is to be
 * decoded is put there as the next one of that dump. When the last one is
 * reached it begins again with the first, which libkdumpfile's cache has long
 * forgotten.
 */
#include <stdlib.h>
#include <string.h>

#include <libkdumpfile/kdumpfile.h>

#include "dump/context.h"
#include "dump/layout_kdump.h"
#include "dump/reader.h"

/* What lies between two uses of one page of the staged dump must exceed it. */
#define CACHE_PAGES 16
#define STAGE_PAGES 1024

/*
 * The file is ours, so it does not shrink while it is mapped; and mapped it
 * must be, for what libkdumpfile has read() it keeps, and would not see what is
 * staged later.
 */
static kdump_status configure(kdump_ctx_t *ctx)
{
	kdump_status status;

	status = kdump_set_number_attr(ctx, "cache.size", CACHE_PAGES);
	if (status == KDUMP_OK)
		status = kdump_set_number_attr(ctx, KDUMP_ATTR_FILE_MMAP_POLICY,
					       KDUMP_MMAP_ALWAYS);
	return status;
}

static struct dm_error *open_error(kdump_ctx_t *ctx, kdump_status status)
{
	/* The file is ours: what the system refuses is memory. */
	return dm_error_create(status == KDUMP_ERR_NOTIMPL
				       ? DM_ERROR_UNSUPPORTED
			       : status == KDUMP_ERR_SYSTEM ? DM_ERROR_NO_MEMORY
							    : DM_ERROR_BAD_DUMP,
			       "libkdumpfile cannot open it: %s",
			       kdump_get_err(ctx));
}

static uint64_t descs_at(uint32_t block_size)
{
	/* Two blocks of headers, two of bitmaps; see dm_kdump_headers_make(). */
	return 4 * (uint64_t)block_size;
}

static uint64_t data_at(uint32_t block_size)
{
	uint64_t size = STAGE_PAGES * KDUMP_DESC_SIZE;

	return descs_at(block_size) +
	       (size + block_size - 1) / block_size * block_size;
}

static struct dm_error *put_headers(struct stage *stage, uint32_t block_size)
{
	struct kdump_headers headers;
	unsigned char bits[STAGE_PAGES / 8];
	struct dm_error *err;

	dm_kdump_headers_make(&headers, block_size, STAGE_PAGES);
	memset(bits, 0xff, sizeof(bits));
	err = dm_stage_put(stage, 0, headers.header, sizeof(headers.header));
	if (!err)
		err = dm_stage_put(stage, block_size, headers.sub_header,
				   sizeof(headers.sub_header));
	if (!err)
		err = dm_stage_put(stage, 2 * (uint64_t)block_size, bits,
				   sizeof(bits));
	if (!err)
		err = dm_stage_put(stage, 3 * (uint64_t)block_size, bits,
				   sizeof(bits));
	return err;
}

/* Its size is a multiple of any host's page. */
#define STAGE_ALIGN 65536

static struct dm_error *open_stage(struct reader *reader, uint32_t block_size)
{
	uint64_t size = data_at(block_size) + block_size;
	struct dm_error *err;

	size += (STAGE_ALIGN - size % STAGE_ALIGN) % STAGE_ALIGN;
	err = dm_stage_open(&reader->stage, size);
	if (err)
		return err;
	err = put_headers(&reader->stage, block_size);
	if (err)
		dm_stage_close(&reader->stage);
	else
		reader->staged = true;
	return err;
}

/*
 * The page size is set to the block size in case libkdumpfile has another idea
 * of it.
 *
 * A context that failed to open is not freed: libkdumpfile 0.5.1 has freed
 * part of it already and would use that again (diskdump.c: open_common()). The
 * headers are ours, so it does not happen.
 */
static struct dm_error *open_context(struct reader *reader, uint32_t block_size)
{
	kdump_ctx_t *ctx = kdump_new();
	kdump_status status;

	if (!ctx)
		return dm_error_no_memory();
	status = configure(ctx);
	if (status == KDUMP_OK)
		status = kdump_open_fd(ctx, reader->stage.fd);
	if (status == KDUMP_OK)
		status = kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE,
					       block_size);
	if (status != KDUMP_OK)
		return open_error(ctx, status);
	reader->ctx = ctx;
	return NULL;
}

static void close_context(struct reader *reader)
{
	dm_context_free(reader->ctx);
	reader->ctx = NULL;
}

void dm_reader_close(struct reader *reader)
{
	close_context(reader);
	if (reader->staged)
		dm_stage_close(&reader->stage);
	*reader = (struct reader){ 0 };
}

static struct dm_error *read_error(struct reader *reader, uint64_t pa,
				   kdump_status status)
{
	const char *why = kdump_get_err(reader->ctx);

	if (!why)
		why = "no reason given";
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

static struct dm_error *put_page(struct reader *reader, uint32_t block_size,
				 uint64_t page, uint32_t flags,
				 const void *data, uint32_t size)
{
	unsigned char desc[KDUMP_DESC_SIZE];
	struct dm_error *err;

	dm_kdump_desc_make(desc, data_at(block_size), size, flags);
	err = dm_stage_put(&reader->stage,
			   descs_at(block_size) + page * KDUMP_DESC_SIZE, desc,
			   sizeof(desc));
	if (!err)
		err = dm_stage_put(&reader->stage, data_at(block_size), data,
				   size);
	return err;
}

/*
 * In libkdumpfile 0.5.1 any read that fails leaves its page cache damaged
 * (cache.c: cache_discard()); some reads later it writes through a NULL
 * pointer. So the cache is made anew, which a change of the page size does
 * (util.c: page_size_post_hook()). The cache of the file's own blocks cannot be
 * renewed so; it suffers when the system fails to read.
 */
static void recover(struct reader *reader, kdump_status status, uint32_t size)
{
	uint32_t other = size > 4096 ? size / 2 : size * 2;

	if (status != KDUMP_ERR_SYSTEM &&
	    kdump_set_number_attr(reader->ctx, KDUMP_ATTR_PAGE_SIZE, other) ==
		    KDUMP_OK &&
	    kdump_set_number_attr(reader->ctx, KDUMP_ATTR_PAGE_SIZE, size) ==
		    KDUMP_OK)
		return;
	close_context(reader);
	reader->given_up++;
}

/* Each context that is lost holds some megabytes, and a dump has many pages. */
#define GIVEN_UP_MOST 8

static struct dm_error *open_if_needed(struct reader *reader,
				       uint32_t block_size)
{
	struct dm_error *err = NULL;

	if (!reader->staged)
		err = open_stage(reader, block_size);
	if (err || reader->ctx)
		return err;
	if (reader->given_up >= GIVEN_UP_MOST)
		return dm_error_create(DM_ERROR_BROKEN,
				       "libkdumpfile failed %u times in a way "
				       "from which it does not recover",
				       reader->given_up);
	err = open_context(reader, block_size);
	if (err)
		reader->given_up++;
	return err;
}

struct dm_error *dm_reader_decode(struct reader *reader, uint32_t block_size,
				  uint64_t pa, uint32_t flags, const void *data,
				  uint32_t size, void *out)
{
	uint64_t page = reader->next;
	size_t got = block_size;
	struct dm_error *err;
	kdump_status status;

	err = open_if_needed(reader, block_size);
	if (!err)
		err = put_page(reader, block_size, page, flags, data, size);
	if (err)
		return err;
	reader->next = (page + 1) % STAGE_PAGES;
	status = kdump_read(reader->ctx, KDUMP_MACHPHYSADDR, page * block_size,
			    out, &got);
	if (status == KDUMP_OK && got == block_size)
		return NULL;
	err = read_error(reader, pa, status);
	recover(reader, status, block_size);
	return err;
}
