// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens a dump by libkdumpfile, and reads its pages. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/machine.h"
#include "dump/blocks.h"
#include "dump/context.h"
#include "dump/dump_private.h"
#include "dump/second.h"

/* Each context that is lost holds some megabytes, and a dump has many pages. */
#define GIVEN_UP_MOST 8
/* Pages that are not there, before looking through memory ends: 64 GiB of 4K. */
#define MISSES_MOST (UINT64_C(1) << 24)
#define FORMAT_NAME 32

/*
 * Contexts that nobody uses just now: opening one reads the dump's bitmap, and
 * ending one may lose it (context.c).
 */
struct idle {
	pthread_mutex_t lock;
	kdump_ctx_t **v;
	size_t n;
};

/* What threads share, and does not change but for idle. */
struct second {
	/* By our own reader; NULL: the format is none of its. */
	struct dm_dump *own;
	int *fds;
	struct context_how how;
	/* There is a bitmap of pages, and it tells of those in the file. */
	bool has_bitmap;
	/* A page that is missing does not touch the cache (elfdump.c: xc_get_page()). */
	bool is_xen;
	char name[FORMAT_NAME];
	struct idle idle;
};

/* A thread's. */
struct second_pages {
	struct second *second;
	kdump_ctx_t *ctx; /* NULL: given up, or not yet */
	unsigned int given_up;
	/* Of second->own; .dump is NULL where there is none. */
	struct dump_view own;
};

/* ---- Contexts ------------------------------------------------------------ */

static kdump_ctx_t *take_idle(struct second *second)
{
	kdump_ctx_t *ctx = NULL;

	pthread_mutex_lock(&second->idle.lock);
	if (second->idle.n)
		ctx = second->idle.v[--second->idle.n];
	pthread_mutex_unlock(&second->idle.lock);
	return ctx;
}

static void keep_idle(struct second *second, kdump_ctx_t *ctx)
{
	kdump_ctx_t **v;

	pthread_mutex_lock(&second->idle.lock);
	v = reallocarray(second->idle.v, second->idle.n + 1, sizeof(*v));
	if (v) {
		second->idle.v = v;
		v[second->idle.n++] = ctx;
	}
	pthread_mutex_unlock(&second->idle.lock);
	if (!v)
		dm_context_free(ctx);
}

static struct dm_error *need_context(struct second_pages *pages)
{
	struct dm_error *err;

	if (!pages->ctx)
		pages->ctx = take_idle(pages->second);
	if (pages->ctx)
		return NULL;
	if (pages->given_up >= GIVEN_UP_MOST)
		return dm_error_create(DM_ERROR_BROKEN,
				       "libkdumpfile failed %u times in a way "
				       "from which it does not recover",
				       pages->given_up);
	err = dm_context_open(&pages->second->how, &pages->ctx);
	if (err)
		pages->given_up++;
	return err;
}

/* ---- What the file is ---------------------------------------------------- */

/*
 * Keys of VMCOREINFO become paths of attributes, with dots and brackets between
 * their parts. A part that is empty makes 0.5.1 read through a NULL pointer
 * (vmcoreinfo.c: lines_post_hook()).
 */
static bool has_odd_keys(const char *text, size_t size)
{
	size_t i, part = 0, length = 0;
	bool key = true;

	for (i = 0; i <= size; i++) {
		char c = i < size ? text[i] : '\n';
		bool ends = c == '\n' || (key && c == '=');

		if (key && length && !part && (ends || strchr(".()", c)))
			return true;
		if (key && !length && c == '.')
			return true;
		if (ends) {
			key = c == '\n';
			part = length = 0;
			continue;
		}
		length++;
		part = c == '.' || c == '(' ? 0 : part + 1;
	}
	return false;
}

static struct dm_error *unfit(const struct dm_dump *dump, const char *why)
{
	return dm_error_create(DM_ERROR_UNSUPPORTED,
			       "%s: %s; our own reader does: --reader own",
			       dump->files[0].path, why);
}

/* Our own reader's headers; what it refuses is refused. */
static struct dm_error *open_own(struct dm_dump *dump, struct second *second,
				 const struct dm_dump_options *options)
{
	struct dm_error *err;

	err = dm_dump_open_headers(dump, options, &second->own);
	if (err || !second->own)
		return err;
	if (second->own->files[0].proc)
		return unfit(dump, "libkdumpfile does not read live memory");
	if (second->own->vmcoreinfo &&
	    has_odd_keys(second->own->vmcoreinfo, second->own->vmcoreinfo_size))
		return unfit(
			dump,
			"libkdumpfile does not survive a key of its VMCOREINFO with nothing before a dot or bracket");
	return NULL;
}

/* What is told of the dump but its memory. */
static void take_own(struct dm_dump *dump, struct dm_dump *own)
{
	dump->info = own->info;
	if (own->info.why_incomplete) {
		memcpy(dump->why, own->why, sizeof(dump->why));
		dump->info.why_incomplete = dump->why;
	}
	dump->notes = own->notes;
	own->notes = (struct notes){ 0 };
	dump->vmcoreinfo = own->vmcoreinfo;
	dump->vmcoreinfo_size = own->vmcoreinfo_size;
	own->vmcoreinfo = NULL;
	dump->two_vmcoreinfos = own->two_vmcoreinfos;
}

static void copy_string(kdump_ctx_t *ctx, const char *key, char *to,
			size_t size)
{
	const char *text;

	if (kdump_get_string_attr(ctx, key, &text) == KDUMP_OK)
		snprintf(to, size, "%s", text);
}

static struct dm_error *take_vmcoreinfo(struct dm_dump *dump, kdump_ctx_t *ctx)
{
	kdump_attr_t attr;
	const char *text;
	kdump_blob_t *blob;

	if (kdump_get_attr(ctx, "linux.vmcoreinfo.raw", &attr) != KDUMP_OK ||
	    attr.type != KDUMP_BLOB)
		return NULL;
	blob = attr.val.blob;
	text = kdump_blob_pin(blob);
	dump->vmcoreinfo_size = kdump_blob_size(blob);
	dump->vmcoreinfo = malloc(dump->vmcoreinfo_size + 1);
	if (dump->vmcoreinfo)
		memcpy(dump->vmcoreinfo, text, dump->vmcoreinfo_size);
	kdump_blob_unpin(blob);
	return dump->vmcoreinfo ? NULL : dm_error_no_memory();
}

static struct dm_error *check_machine(const struct dm_dump *dump,
				      kdump_ctx_t *ctx)
{
	const char *arch;

	if (kdump_get_string_attr(ctx, KDUMP_ATTR_ARCH_NAME, &arch) !=
		    KDUMP_OK ||
	    !strcmp(arch, KDUMP_ARCH_AARCH64))
		return NULL;
	return dm_error_create(DM_ERROR_UNSUPPORTED,
			       "%s: a dump of a machine of type %.64s; only "
			       "arm64 (" DM_MACHINE_NAME ") is supported",
			       dump->files[0].path, arch);
}

/* Of a format that is libkdumpfile's alone. */
static struct dm_error *take_theirs(struct dm_dump *dump, kdump_ctx_t *ctx)
{
	struct second *second = dump->layout;
	struct dm_dump_info *info = &dump->info;
	char *c;

	copy_string(ctx, KDUMP_ATTR_FILE_FORMAT, second->name,
		    sizeof(second->name));
	for (c = second->name; *c; c++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", *c))
			*c = '-';
	}
	if (!*second->name)
		strcpy(second->name, "unknown");
	info->format = second->name;
	copy_string(ctx, "linux.uts.sysname", info->uts.sysname,
		    sizeof(info->uts.sysname));
	copy_string(ctx, "linux.uts.nodename", info->uts.nodename,
		    sizeof(info->uts.nodename));
	copy_string(ctx, "linux.uts.release", info->uts.release,
		    sizeof(info->uts.release));
	copy_string(ctx, "linux.uts.version", info->uts.version,
		    sizeof(info->uts.version));
	copy_string(ctx, "linux.uts.machine", info->uts.machine,
		    sizeof(info->uts.machine));
	copy_string(ctx, "linux.uts.domainname", info->uts.domainname,
		    sizeof(info->uts.domainname));
	return take_vmcoreinfo(dump, ctx);
}

/*
 * A kdump whose microseconds look like a page size is taken for one of 32 bits
 * (diskdump.c: open_common()), and all of it read from other places.
 */
static struct dm_error *check_same(const struct dm_dump *dump, kdump_ctx_t *ctx)
{
	kdump_num_t size;

	if (kdump_get_number_attr(ctx, KDUMP_ATTR_PTR_SIZE, &size) !=
		    KDUMP_OK ||
	    size == 8)
		return NULL;
	return unfit(dump, "libkdumpfile takes it for a dump of 32 bits");
}

static bool is_xen_domain(kdump_ctx_t *ctx)
{
	kdump_num_t xen;

	return kdump_get_number_attr(ctx, KDUMP_ATTR_XEN_TYPE, &xen) ==
		       KDUMP_OK &&
	       xen == KDUMP_XEN_DOMAIN;
}

static bool has_bitmap(kdump_ctx_t *ctx)
{
	kdump_attr_t attr;

	return kdump_get_attr(ctx, KDUMP_ATTR_FILE_PAGEMAP, &attr) ==
		       KDUMP_OK &&
	       attr.type == KDUMP_BITMAP;
}

/* As of flattened files, which 0.5.1 does not know. Takes @err. */
static struct dm_error *or_own(struct dm_error *err)
{
	struct dm_error *other;

	if (dm_error_is_fatal(err))
		return err;
	other = dm_error_create(DM_ERROR_UNSUPPORTED,
				"%s; our own reader does: --reader own",
				err->message);
	dm_error_destroy(err);
	return other;
}

static struct dm_error *open_first(struct dm_dump *dump, struct second *second)
{
	kdump_ctx_t *ctx;
	struct dm_error *err;

	err = dm_context_open(&second->how, &ctx);
	if (err)
		return second->own ? or_own(err) : err;
	err = check_machine(dump, ctx);
	if (!err)
		err = second->own ? check_same(dump, ctx)
				  : take_theirs(dump, ctx);
	second->is_xen = is_xen_domain(ctx);
	/* That of an ELF file is of its segments, of which such a core has none. */
	second->has_bitmap = !second->is_xen && has_bitmap(ctx);
	/* The next who needs one takes it. */
	keep_idle(second, ctx);
	return err;
}

static const struct kdump_set *set_of(const struct dm_dump *own)
{
	return own->layout;
}

static struct dm_error *set_up(struct dm_dump *dump, struct second *second)
{
	struct dm_dump *own = second->own;
	size_t i;

	second->fds = calloc(dump->n, sizeof(*second->fds));
	if (!second->fds)
		return dm_error_no_memory();
	/* libkdumpfile wants the parts of a set in order. */
	for (i = 0; i < dump->n; i++)
		second->fds[i] = own && own->format == &dm_format_kdump
					 ? set_of(own)->parts[i].bytes->fd
					 : dump->files[i].fd;
	second->how = (struct context_how){
		.path = dump->files[0].path,
		.fds = second->fds,
		.count = (unsigned int)dump->n,
	};
	if (own) {
		/*
		 * A kdump's is that of its header, whatever its VMCOREINFO says;
		 * pages of ELF have no size, and the least fits all.
		 */
		second->how.page_size = own->info.block_size
						? own->info.block_size
						: DM_PAGE_SIZE_LEAST;
		take_own(dump, own);
	}
	return NULL;
}

static struct dm_error *check_sections(const struct bytes *bytes)
{
	char head[FORMAT_HEAD];
	struct dm_error *err = dm_format_head(bytes, head);

	return err || !dm_format_elf.is(head) ? err
					      : dm_elf_sections_check(bytes);
}

/* Any of them may be of another format than the first. */
static struct dm_error *check_files(const struct dm_dump *dump)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < dump->n; i++) {
		err = check_sections(&dump->files[i]);
		if (!err)
			err = dm_lkcd_check(&dump->files[i]);
	}
	return err;
}

static struct dm_error *second_open(struct dm_dump *dump,
				    const struct dm_dump_options *options)
{
	struct second *second = calloc(1, sizeof(*second));
	struct dm_error *err;

	if (!second)
		return dm_error_no_memory();
	pthread_mutex_init(&second->idle.lock, NULL);
	dump->layout = second;
	err = open_own(dump, second, options);
	if (!err)
		err = check_files(dump);
	if (!err)
		err = set_up(dump, second);
	if (!err)
		err = open_first(dump, second);
	dump->info.reader = DM_DUMP_READER_LIBKDUMPFILE;
	return err;
}

static void second_close(struct dm_dump *dump)
{
	struct second *second = dump->layout;
	size_t i;

	if (!second)
		return;
	for (i = 0; i < second->idle.n; i++)
		dm_context_free(second->idle.v[i]);
	free(second->idle.v);
	pthread_mutex_destroy(&second->idle.lock);
	dm_dump_close_headers(second->own);
	free(second->fds);
	free(second);
}

/* ---- Pages --------------------------------------------------------------- */

static struct dm_error *second_begin(struct dump_view *view)
{
	struct second_pages *pages = calloc(1, sizeof(*pages));
	struct dm_error *err = NULL;

	if (!pages)
		return dm_error_no_memory();
	pages->second = view->dump->layout;
	if (pages->second->own)
		err = dm_dump_view_init(&pages->own, pages->second->own);
	if (err)
		free(pages);
	else
		view->pages = pages;
	return err;
}

static void second_end(struct dump_view *view)
{
	struct second_pages *pages = view->pages;

	if (pages->ctx)
		keep_idle(pages->second, pages->ctx);
	if (pages->own.dump)
		dm_dump_view_deinit(&pages->own);
	free(pages);
}

static struct dm_error *absent(uint64_t pa)
{
	return dm_error_create(DM_ERROR_ABSENT,
			       "physical address 0x%llx is not in the dump",
			       (unsigned long long)pa);
}

/*
 * A bit at a time: of an ELF file's segments, more than one may be written
 * behind what there is space for (elfdump.c: elf_get_bits()).
 */
static bool bit_is_set(kdump_ctx_t *ctx, uint64_t pfn)
{
	unsigned char bits[8] = { 0 };
	kdump_attr_t attr;

	return kdump_get_attr(ctx, KDUMP_ATTR_FILE_PAGEMAP, &attr) ==
		       KDUMP_OK &&
	       kdump_bmp_get_bits(attr.val.bitmap, pfn, pfn, bits) ==
		       KDUMP_OK &&
	       bits[0] & 1;
}

/* By whoever can tell before it is read: a page that is missing is not asked for. */
static struct dm_error *check_there(struct second_pages *pages, uint64_t pa,
				    size_t size)
{
	struct dm_error *err = NULL;

	if (pages->own.dump)
		err = pages->own.dump->format->hold(&pages->own, pa, size);
	if (!err && pages->second->has_bitmap &&
	    !bit_is_set(pages->ctx, pa / dm_context_page_size(pages->ctx)))
		err = absent(pa);
	return err;
}

static struct dm_error *read_error(const struct second_pages *pages,
				   uint64_t pa, kdump_status status)
{
	const char *why = kdump_get_err(pages->ctx);

	if (!why)
		why = "no reason given";
	if (status == KDUMP_ERR_NOTIMPL)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "libkdumpfile as installed here cannot "
				       "decode the dump's pages: %s",
				       why);
	if (status == KDUMP_ERR_NODATA && !pages->own.dump)
		return absent(pa);
	return dm_error_create(DM_ERROR_BROKEN,
			       "the page at physical address 0x%llx is in the "
			       "dump, but damaged: %s",
			       (unsigned long long)pa, why);
}

/* Within one page. */
static struct dm_error *read_part(struct second_pages *pages, uint64_t pa,
				  void *buf, size_t size)
{
	struct dm_error *err = check_there(pages, pa, size);
	kdump_status status;
	size_t got = size;

	if (err)
		return err;
	status = kdump_read(pages->ctx, KDUMP_MACHPHYSADDR, pa, buf, &got);
	if (status == KDUMP_OK && got == size)
		return NULL;
	err = read_error(pages, pa, status);
	if (pages->second->is_xen && status == KDUMP_ERR_NODATA)
		return err;
	if (!dm_context_renew(pages->ctx, status)) {
		dm_context_free(pages->ctx);
		pages->ctx = NULL;
		pages->given_up++;
	}
	return err;
}

static struct dm_error *second_read(struct dump_view *view, uint64_t pa,
				    void *buf, size_t size)
{
	struct second_pages *pages = view->pages;
	struct dm_error *err;
	unsigned char *at = buf;

	err = need_context(pages);
	while (!err && size) {
		uint32_t page = dm_context_page_size(pages->ctx);
		size_t part = page - (size_t)(pa & (page - 1));

		if (part > size)
			part = size;
		err = read_part(pages, pa, at, part);
		pa += part;
		at += part;
		size -= part;
	}
	return err;
}

/* ---- All of memory ------------------------------------------------------- */

struct stroll {
	struct dump_view view;
	kdump_ctx_t *ctx;
	struct memory_walk *walk;
	uint64_t page, pages; /* bytes of one; how many there may be */
	uint64_t misses;
	kdump_bmp_t *bitmap; /* NULL: none */
	unsigned char *buffer; /* of a page */
};

/* The next that the bitmap has from there on, or that there may be. */
static bool find_next(struct stroll *s, uint64_t *pfn)
{
	kdump_addr_t at = *pfn;

	if (s->bitmap) {
		if (kdump_bmp_find_set(s->bitmap, &at) != KDUMP_OK || at < *pfn)
			return false;
		*pfn = at;
	}
	return *pfn < s->pages && s->misses < MISSES_MOST;
}

static struct dm_error *show_page(struct stroll *s, uint64_t pa)
{
	struct dm_error *err;
	uint64_t at;

	err = second_read(&s->view, pa, s->buffer, s->page);
	if (err) {
		s->misses++;
		return dm_memory_less(err);
	}
	for (at = 0; !err && at < s->page; at += MEMORY_PAGE)
		err = dm_memory_page(s->walk, pa + at, s->buffer + at);
	return err;
}

static struct dm_error *stroll(struct stroll *s)
{
	struct dm_error *err = NULL;
	uint64_t pfn;

	s->buffer = malloc(s->page);
	if (!s->buffer)
		return dm_error_no_memory();
	s->walk->all = s->pages * s->page;
	for (pfn = 0; !err && find_next(s, &pfn); pfn++) {
		err = show_page(s, pfn * s->page);
		if (!err)
			err = dm_memory_count(s->walk, pfn * s->page + s->page -
							       s->walk->done);
	}
	free(s->buffer);
	return err;
}

/* Of bitmaps only where to look: what is there is asked again with each page. */
static struct dm_error *second_walk(const struct dm_dump *dump,
				    struct memory_walk *walk)
{
	struct stroll s = { .walk = walk };
	struct second_pages *pages;
	struct dm_error *err;
	kdump_attr_t attr;
	kdump_num_t most;

	err = dm_dump_view_init(&s.view, dump);
	if (err)
		return err;
	pages = s.view.pages;
	err = need_context(pages);
	if (!err &&
	    kdump_get_number_attr(pages->ctx, "max_pfn", &most) == KDUMP_OK) {
		s.page = dm_context_page_size(pages->ctx);
		s.pages = most < DM_PA_END / s.page ? most : DM_PA_END / s.page;
		if (pages->second->has_bitmap &&
		    kdump_get_attr(pages->ctx, KDUMP_ATTR_FILE_PAGEMAP,
				   &attr) == KDUMP_OK)
			s.bitmap = attr.val.bitmap;
		err = stroll(&s);
	}
	dm_dump_view_deinit(&s.view);
	return err;
}

const struct dump_format dm_format_second = {
	.several = true,
	.names_machine = true,
	.open = second_open,
	.close = second_close,
	.begin = second_begin,
	.end = second_end,
	.read = second_read,
	.walk = second_walk,
};
