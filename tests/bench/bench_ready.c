// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make bench: what it takes until symbols and types of a dump are ready, beside
 * what libkdumpfile takes to read the very same pages. Opening the dump counts
 * on neither side. Medians in milliseconds, in turn in one run.
 *
 *	bench_ready DUMP...
 *
 * "Ready": a symbol is found by name and by address, so is one of a module, and
 * a member of a struct is found. Flattened files libkdumpfile cannot read.
 */
#include <fcntl.h>
#include <libkdumpfile/kdumpfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arm64/kernel.h"
#include "directmap/dump.h"
#include "util/pa_set.h"
#include "util/source.h"
#include "target/target.h"

#define RUNS 15

/* Passes reads on and keeps which pages they were of, searched ones too. */
struct watch {
	struct dm_source source;
	struct dm_source *inner;
	size_t page_size;
	struct pa_set pages;
};

static struct dm_error *watch_read(struct dm_source *source, uint64_t pa,
				   void *buf, size_t size,
				   enum dm_content content)
{
	struct watch *w = (struct watch *)source;
	struct dm_error *err;
	bool added;

	err = dm_source_read(w->inner, pa, buf, size, content);
	if (!err)
		err = dm_pa_set_add(&w->pages, pa & ~(w->page_size - 1),
				    &added);
	return err;
}

static struct dm_error *watch_vmcoreinfo(struct dm_source *source,
					 const char **text, size_t *size)
{
	struct watch *w = (struct watch *)source;

	return w->inner->ops->vmcoreinfo(w->inner, text, size);
}

static const struct dm_source_ops watch_ops = {
	.read = watch_read,
	.vmcoreinfo = watch_vmcoreinfo,
};

/* ---- Until they are ready ------------------------------------------------ */

static struct dm_error *use_module(struct dm_target *target)
{
	const struct module_area *text;
	struct dm_symbol_table *table;
	struct modules *modules;
	struct dm_symbol symbol;
	struct dm_error *err;

	err = dm_target_modules(target, &modules);
	if (err || !dm_modules_count(modules))
		return err;
	err = dm_modules_symbols(modules, 0, &table);
	if (err)
		return err;
	text = dm_modules_get(modules, 0)->areas;
	err = table->ops->at(table, text->start + text->size - 1, &symbol);
	return err ? err : table->ops->find(table, symbol.name, &symbol.va);
}

static struct dm_error *get_ready(struct dm_target *target)
{
	struct dm_symbol symbol;
	struct dm_error *err;
	uint64_t va, offset;

	err = dm_target_symbol(target, "vfs_read", &va);
	if (!err)
		err = dm_target_symbol_at(target, va + 4, &symbol);
	if (!err)
		err = dm_types_offset(dm_target_types(target), "struct page",
				      "_refcount", &offset);
	return err ? err : use_module(target);
}

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* @pages, if it is not NULL, is told what was read. */
static struct dm_error *ready(const char *path, struct pa_set *pages,
			      size_t *page_size, double *took)
{
	struct watch watch = { .source.ops = &watch_ops };
	struct dm_target *target = NULL;
	struct dm_source *source;
	struct dm_kernel kernel;
	struct dm_error *err;
	struct dm_dump *dump;
	double start;

	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err)
		return err;
	source = dm_dump_source(dump);
	err = dm_kernel_init(&kernel, source);
	*page_size = watch.page_size = kernel.page_size;
	if (pages) {
		watch.inner = source;
		source = &watch.source;
	}
	start = milliseconds();
	if (!err)
		err = dm_target_create(source, &kernel, &target);
	if (!err)
		err = get_ready(target);
	*took = milliseconds() - start;
	dm_target_destroy(target);
	dm_dump_close(dump);
	if (pages)
		*pages = watch.pages;
	return err;
}

/* ---- The floor ----------------------------------------------------------- */

/* What one bit of a kdump file's bitmap stands for; 0 for ELF. */
static struct dm_error *block_size(const char *path, uint32_t *size)
{
	struct dm_error *err;
	struct dm_dump *dump;

	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err)
		return err;
	*size = dm_dump_info(dump)->block_size;
	dm_dump_close(dump);
	return NULL;
}

/* Its cache is searched linearly: a small one is the fastest. */
static kdump_ctx_t *open_libkdumpfile(int fd, uint32_t block)
{
	kdump_ctx_t *ctx = kdump_new();

	if (ctx && fd >= 0 &&
	    kdump_set_number_attr(ctx, "cache.size", 32) == KDUMP_OK &&
	    kdump_open_fd(ctx, fd) == KDUMP_OK &&
	    (!block || kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE,
					     block) == KDUMP_OK))
		return ctx;
	return NULL;
}

/* -1 if libkdumpfile cannot read them. */
static double read_pages(const char *path, uint32_t block, const uint64_t *pas,
			 size_t count, size_t page_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	kdump_ctx_t *ctx = open_libkdumpfile(fd, block);
	static unsigned char page[65536];
	double start = milliseconds(), took;
	size_t i;

	for (i = 0; ctx && i < count; i++) {
		size_t size = page_size;

		if (kdump_read(ctx, KDUMP_MACHPHYSADDR, pas[i], page, &size) !=
		    KDUMP_OK)
			break;
	}
	took = milliseconds() - start;
	kdump_free(ctx);
	if (fd >= 0)
		close(fd);
	return ctx && i == count ? took : -1;
}

/* ---- Both ---------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *times)
{
	qsort(times, RUNS, sizeof(*times), compare);
	return times[RUNS / 2];
}

static struct dm_error *bench(const char *path)
{
	double floors[RUNS], times[RUNS], took, floor;
	struct pa_set pages = { 0 };
	struct dm_error *err;
	uint64_t *pas = NULL;
	size_t page_size;
	uint32_t block;
	int run;

	err = block_size(path, &block);
	if (!err)
		err = ready(path, &pages, &page_size, &took);
	if (!err)
		err = dm_pa_set_sorted(&pages, &pas);
	for (run = 0; !err && run < RUNS; run++) {
		floors[run] =
			read_pages(path, block, pas, pages.count, page_size);
		err = ready(path, NULL, &page_size, &times[run]);
	}
	if (!err) {
		took = median(times);
		floor = median(floors);
		printf("%8zu%10.2f", pages.count, took);
		if (floor > 0)
			printf("%14.2f%7.2f", floor, took / floor);
		else
			printf("%14s%7s", "-", "-");
		printf("  %s\n", path);
	}
	free(pas);
	dm_pa_set_deinit(&pages);
	return err;
}

int main(int argc, char **argv)
{
	int i;

	printf("%8s%10s%14s%7s\n", "pages", "ready", "libkdumpfile", "ratio");
	for (i = 1; i < argc; i++) {
		struct dm_error *err = bench(argv[i]);

		/* Few dumps have symbols and types in them. */
		if (err)
			printf("%8s%10s%14s%7s  %s: %s\n", "-", "-", "-", "-",
			       argv[i], err->message);
		dm_error_destroy(err);
	}
	return 0;
}
