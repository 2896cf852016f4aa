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
 * The files are ours, so they do not shrink while they are mapped; and mapped
 * they must be, for what libkdumpfile has read() it keeps, and would not see
 * what is staged later.
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

/*
 * The page size is set to the block size in case libkdumpfile has another idea
 * of it; that of 0.5.1, with QEMU's blocks of 64K, is VMCOREINFO's PAGESIZE.
 *
 * A context that failed to open is not freed: libkdumpfile 0.5.1 has freed
 * part of it already and would use that again (diskdump.c: open_common()). The
 * headers have been checked, so it does not happen.
 */
struct dm_error *reader_open(struct reader *reader)
{
	kdump_ctx_t *ctx = kdump_new();
	kdump_status status;

	if (!ctx)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	status = configure(ctx);
	if (status == KDUMP_OK)
		status = kdump_open_fdset(ctx, (unsigned int)reader->n,
					  reader->fds);
	if (status == KDUMP_OK)
		status = kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE,
					       reader->page_size);
	if (status != KDUMP_OK)
		return open_error(ctx, status);
	reader->ctx = ctx;
	return NULL;
}

#if KDUMPFILE_VERSION < KDUMPFILE_MKVER(0, 5, 2)
/*
 * Until 0.5.2, kdump_free() of a kdump-compressed dump looks at attributes that
 * it has just freed, and may write to one of them (attr.c: attr_dict_free(),
 * attr_remove_override()). In a heap that was much used, glibc has by then put
 * its own there: a crash, once in some thousand dumps. So the context is lost
 * rather than freed; it is a process's only one, or one of few.
 */
static bool may_free(void)
{
	return false;
}

/* gcc and clang each say in their own way that LeakSanitizer will look. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define KNOWN_LEAK
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(KNOWN_LEAK)
const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *
__lsan_default_suppressions(void)
{
	return "leak:libkdumpfile\n";
}
const char *__lsan_default_options(void);
__attribute__((visibility("default"))) const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif
#else
static bool may_free(void)
{
	return true;
}
#endif

void reader_close(struct reader *reader)
{
	if (reader->ctx && may_free())
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
