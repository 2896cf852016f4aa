// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The floor: the same pages through libkdumpfile's fastest path, one clone a
 * thread, each word touched. Its pages are lent, not copied (get_page), its
 * cache is searched linearly and therefore small, and the addresses rise, as
 * the pages do in the file.
 */
#include <fcntl.h>
#include <libkdumpfile/kdumpfile.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"

#define CACHE 32

/* Of the dumps, and what the first address of the linear map is mapped to. */
#define RAM_START (UINT64_C(1) << 30)

static kdump_ctx_t *open_dump(const char *path, enum bench_access access,
			      int *fd)
{
	kdump_ctx_t *ctx = kdump_new();

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (ctx && *fd >= 0 &&
	    kdump_set_number_attr(ctx, "cache.size", CACHE) == KDUMP_OK &&
	    kdump_set_number_attr(ctx, KDUMP_ATTR_FILE_MMAP_POLICY,
				  access == BENCH_MMAP
					  ? KDUMP_MMAP_TRY
					  : KDUMP_MMAP_NEVER) == KDUMP_OK &&
	    kdump_open_fd(ctx, *fd) == KDUMP_OK &&
	    /* Without, its address translation cannot be asked for. */
	    kdump_set_string_attr(ctx, "addrxlat.ostype", "linux") == KDUMP_OK)
		return ctx;
	if (*fd >= 0)
		close(*fd);
	kdump_free(ctx);
	return NULL;
}

struct part {
	kdump_ctx_t *ctx;
	const uint64_t *pas;
	size_t count;
	uint64_t sum;
	bool good;
};

static bool add_page(const addrxlat_cb_t *cb, uint64_t pa, uint64_t *sum)
{
	addrxlat_buffer_t page = {
		.addr = { .addr = pa, .as = ADDRXLAT_MACHPHYSADDR },
	};
	const uint64_t *words;
	uint64_t n = 0;
	size_t i;

	if (cb->get_page(cb, &page) != ADDRXLAT_OK || page.size < 4096)
		return false;
	words = page.ptr;
	for (i = 0; i < 512; i++)
		n += words[i];
	*sum += n;
	page.put_page(&page);
	return true;
}

static void *read_part(void *arg)
{
	struct part *part = arg;
	addrxlat_ctx_t *xlat;
	const addrxlat_cb_t *cb;
	uint64_t sum = 0;
	size_t i;

	if (kdump_get_addrxlat(part->ctx, &xlat, NULL) != KDUMP_OK)
		return NULL;
	cb = addrxlat_ctx_get_cb(xlat);
	for (i = 0; i < part->count; i++) {
		if (!add_page(cb, part->pas[i], &sum))
			break;
	}
	addrxlat_ctx_decref(xlat);
	part->good = i == part->count;
	part->sum = sum;
	return NULL;
}

#define THREADS_MAX 64

/* The addresses in as many stretches as threads. */
static bool read_all(kdump_ctx_t *ctx, const struct bench_pages *pages,
		     unsigned int threads, uint64_t *sum)
{
	struct part parts[THREADS_MAX] = { 0 };
	pthread_t ids[THREADS_MAX];
	bool good = true;
	unsigned int i;

	if (threads > THREADS_MAX)
		return false;
	for (i = 0; i < threads; i++) {
		size_t first = pages->count * i / threads;

		parts[i].ctx = i ? kdump_clone(ctx, 0) : ctx;
		parts[i].pas = pages->pas + first;
		parts[i].count = pages->count * (i + 1) / threads - first;
		if (i && pthread_create(&ids[i], NULL, read_part, &parts[i]))
			abort();
	}
	read_part(&parts[0]);
	*sum = 0;
	for (i = 0; i < threads; i++) {
		if (i) {
			pthread_join(ids[i], NULL);
			kdump_free(parts[i].ctx);
		}
		good &= parts[i].good;
		*sum += parts[i].sum;
	}
	return good;
}

bool bench_floor(const char *path, const struct bench_pages *pages,
		 unsigned int threads, enum bench_access access,
		 struct bench_floor *ret)
{
	double start = bench_now();
	kdump_ctx_t *ctx;
	bool good;
	int fd;

	ctx = open_dump(path, access, &fd);
	if (!ctx)
		return false;
	ret->open = bench_now() - start;
	start = bench_now();
	ret->cpu = bench_cpu();
	good = read_all(ctx, pages, threads, &ret->sum);
	ret->read = bench_now() - start;
	ret->cpu = bench_cpu() - ret->cpu;
	kdump_free(ctx);
	close(fd);
	return good;
}

/* ---- Address by address -------------------------------------------------- */

static bool translate(addrxlat_ctx_t *xlat, addrxlat_sys_t *sys, uint64_t size,
		      size_t samples)
{
	addrxlat_step_t step = {
		.ctx = xlat,
		.sys = sys,
		.meth = addrxlat_sys_get_meth(sys, ADDRXLAT_SYS_METH_PGT),
	};
	uint64_t va, stride = size / samples & ~(uint64_t)4095;
	size_t i, found = 0;

	for (i = 0; i < samples; i++) {
		va = UINT64_C(0xffff000000000000) + i * stride;
		/* addrxlat_walk() launches by itself, from there. */
		step.base.addr = va;
		/* A page that was made invalid has none. */
		if (addrxlat_walk(&step) != ADDRXLAT_OK)
			addrxlat_ctx_clear_err(xlat);
		else
			found += step.base.addr == RAM_START + i * stride;
	}
	/* Without symbols 0.5.1 may not find the tables: then it is no answer. */
	return found > samples / 2;
}

bool bench_translate(const char *path, uint64_t size, size_t samples,
		     double *ret)
{
	addrxlat_sys_t *sys = NULL;
	addrxlat_ctx_t *xlat;
	kdump_ctx_t *ctx;
	bool good;
	int fd;

	ctx = open_dump(path, BENCH_READ, &fd);
	if (!ctx)
		return false;
	good = kdump_get_addrxlat(ctx, &xlat, &sys) == KDUMP_OK;
	if (good) {
		double start = bench_now();

		good = translate(xlat, sys, size, samples);
		*ret = bench_now() - start;
		addrxlat_ctx_decref(xlat);
		addrxlat_sys_decref(sys);
	}
	kdump_free(ctx);
	close(fd);
	return good;
}
