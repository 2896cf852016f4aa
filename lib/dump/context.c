// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens, renews and ends a libkdumpfile context. */
#include "dump/context.h"

/*
 * Pages that are kept. The cache is searched from end to end for each read, and
 * a walk reads each table once: 1024, the default, makes it three times as slow.
 */
#define CACHE_PAGES 32

#define PAGE_LEAST  4096
#define PAGE_MOST   (256 << 10)

static struct dm_error *refuse(kdump_ctx_t *ctx, const struct context_how *how,
			       kdump_status status)
{
	const char *why = kdump_get_err(ctx);

	return dm_error_create(status == KDUMP_ERR_NOTIMPL
				       ? DM_ERROR_UNSUPPORTED
			       : status == KDUMP_ERR_SYSTEM ? DM_ERROR_OS
							    : DM_ERROR_BAD_DUMP,
			       "%s: libkdumpfile " KDUMPFILE_VERSION_STRING
			       " cannot open it: %s",
			       how->path, why ? why : "no reason given");
}

/*
 * Files are read: of one that is mapped, what lies past its end is a SIGBUS. Read,
 * it is zeros; so nothing is asked for that is not in the file.
 */
static kdump_status configure(kdump_ctx_t *ctx)
{
	kdump_status status;

	status = kdump_set_number_attr(ctx, "cache.size", CACHE_PAGES);
	if (status == KDUMP_OK)
		status = kdump_set_number_attr(ctx, KDUMP_ATTR_FILE_MMAP_POLICY,
					       KDUMP_MMAP_NEVER);
	return status;
}

static bool is_page_size(uint64_t size)
{
	return size >= PAGE_LEAST && size <= PAGE_MOST && !(size & (size - 1));
}

static uint64_t said_page_size(kdump_ctx_t *ctx)
{
	kdump_num_t size;

	return kdump_get_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, &size) ==
			       KDUMP_OK
		       ? size
		       : 0;
}

uint32_t dm_context_page_size(kdump_ctx_t *ctx)
{
	return (uint32_t)said_page_size(ctx);
}

/*
 * Without a page size it would divide by zero. What was asked for is set even
 * where it is the same, for the cache is only made then.
 */
static kdump_status set_page_size(kdump_ctx_t *ctx, uint32_t wanted)
{
	uint64_t size = wanted ? wanted : said_page_size(ctx);

	return kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE,
				     is_page_size(size) ? size : PAGE_LEAST);
}

/*
 * A context that failed to open is not freed: 0.5.1 has freed part of it
 * already and would use that again (diskdump.c: open_common()).
 */
struct dm_error *dm_context_open(const struct context_how *how,
				 kdump_ctx_t **ret)
{
	kdump_ctx_t *ctx = kdump_new();
	kdump_status status;

	if (!ctx)
		return dm_error_no_memory();
	status = configure(ctx);
	if (status == KDUMP_OK)
		status = kdump_open_fdset(ctx, how->count, how->fds);
	if (status == KDUMP_OK)
		status = set_page_size(ctx, how->page_size);
	if (status != KDUMP_OK)
		return refuse(ctx, how, status);
	*ret = ctx;
	return NULL;
}

/*
 * In 0.5.1 any read that fails leaves the page cache damaged (cache.c:
 * cache_discard()); some reads later it writes through a NULL pointer. So the
 * cache is made anew, which a change of the page size does (util.c:
 * page_size_post_hook()). The cache of the file's own blocks cannot be renewed
 * so; it suffers when the system fails to read.
 */
bool dm_context_renew(kdump_ctx_t *ctx, kdump_status status)
{
	uint32_t size = dm_context_page_size(ctx);
	uint32_t other = size > PAGE_LEAST ? size / 2 : size * 2;

	return status != KDUMP_ERR_SYSTEM &&
	       kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, other) ==
		       KDUMP_OK &&
	       kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, size) ==
		       KDUMP_OK;
}

#if KDUMPFILE_VERSION < KDUMPFILE_MKVER(0, 5, 2)
/*
 * Until 0.5.2, kdump_free() of a kdump-compressed dump looks at attributes that
 * it has just freed, and may write to one of them (attr.c: attr_dict_free(),
 * attr_remove_override()). In a heap that was much used, glibc has by then put
 * its own there: a crash, once in some thousand dumps. So the context is lost
 * rather than freed; a process has one for each of its threads.
 */
void dm_context_free(kdump_ctx_t *ctx)
{
	(void)ctx;
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
void dm_context_free(kdump_ctx_t *ctx)
{
	if (ctx)
		kdump_free(ctx);
}
#endif
