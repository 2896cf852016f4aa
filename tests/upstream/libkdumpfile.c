// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Small reproductions of faults in libkdumpfile, without any code of ours: see
 * docs/upstream.md. Exit code 0: the fault is there, 1: it is not, 2: not tried.
 *
 *	masks			PA bits that are lost with LPA and LPA2
 *	cache DUMP		a page that is not in a dump damages the cache
 *	block DUMP		a kdump by QEMU, whose blocks are larger than pages
 *	va48 DUMP VA PA		64K pages, VA_BITS 52, of which 48 are in use
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libkdumpfile/addrxlat.h>
#include <libkdumpfile/kdumpfile.h>

/* ---- masks ------------------------------------------------------------------- */

/* The root table's only page: an entry that all indices lead to. */
static uint64_t table[8192];

static void put_page(const addrxlat_buffer_t *buffer)
{
	(void)buffer;
}

static addrxlat_status get_page(const addrxlat_cb_t *cb,
				addrxlat_buffer_t *buffer)
{
	(void)cb;
	buffer->addr.addr &= ~(uint64_t)(sizeof(table) - 1);
	buffer->ptr = table;
	buffer->size = sizeof(table);
	buffer->byte_order = ADDRXLAT_LITTLE_ENDIAN;
	buffer->put_page = put_page;
	return ADDRXLAT_OK;
}

static unsigned long read_caps(const addrxlat_cb_t *cb)
{
	(void)cb;
	return ADDRXLAT_CAPS(ADDRXLAT_MACHPHYSADDR) |
	       ADDRXLAT_CAPS(ADDRXLAT_KPHYSADDR);
}

/* Which PA a last-level @entry of @format leads to, with pages of 1 << @shift. */
static uint64_t translate(addrxlat_pte_format_t format, unsigned int shift,
			  uint64_t entry)
{
	addrxlat_ctx_t *ctx = addrxlat_ctx_new();
	addrxlat_cb_t *cb = addrxlat_ctx_add_cb(ctx);
	addrxlat_meth_t meth = { .kind = ADDRXLAT_PGT,
				 .target_as = ADDRXLAT_MACHPHYSADDR };
	addrxlat_step_t step = { .ctx = ctx, .meth = &meth };
	addrxlat_status status;
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		table[i] = entry;
	cb->get_page = get_page;
	cb->read_caps = read_caps;
	meth.param.pgt.root.as = ADDRXLAT_MACHPHYSADDR;
	meth.param.pgt.root.addr = 0x40000000;
	meth.param.pgt.pf.pte_format = format;
	meth.param.pgt.pf.nfields = 2;
	meth.param.pgt.pf.fieldsz[0] = (unsigned short)shift;
	meth.param.pgt.pf.fieldsz[1] = (unsigned short)(shift - 3);
	status = addrxlat_launch(&step, 0);
	if (status == ADDRXLAT_OK)
		status = addrxlat_walk(&step);
	if (status != ADDRXLAT_OK) {
		fprintf(stderr, "cannot translate: %s\n",
			addrxlat_ctx_get_err(ctx));
		exit(2);
	}
	addrxlat_ctx_decref(ctx);
	return step.base.addr;
}

static int masks(void)
{
	static const struct {
		const char *name;
		addrxlat_pte_format_t format;
		unsigned int shift, bit;
	} cases[] = {
		{ "LPA, 64K", ADDRXLAT_PTE_AARCH64_LPA, 16, 46 },
		{ "LPA, 64K", ADDRXLAT_PTE_AARCH64_LPA, 16, 47 },
		{ "LPA2, 4K", ADDRXLAT_PTE_AARCH64_LPA2, 12, 48 },
		{ "LPA2, 4K", ADDRXLAT_PTE_AARCH64_LPA2, 12, 49 },
	};
	int lost = 0;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t pa = UINT64_C(1) << cases[i].bit | 0x80000000;
		uint64_t got =
			translate(cases[i].format, cases[i].shift, pa | 3);

		printf("%s: entry 0x%" PRIx64 " leads to 0x%" PRIx64 "%s\n",
		       cases[i].name, pa | 3, got, got == pa ? "" : ": wrong");
		lost += got != pa;
	}
	return !lost;
}

/* ---- Dumps ------------------------------------------------------------------- */

/* @cache_size	In pages; 0: the usual. */
static kdump_ctx_t *open_dump(const char *path, kdump_num_t cache_size)
{
	kdump_ctx_t *ctx = kdump_new();
	int fd = open(path, O_RDONLY);

	if (ctx && cache_size)
		kdump_set_number_attr(ctx, "cache.size", cache_size);
	if (fd < 0 || !ctx || kdump_open_fd(ctx, fd) != KDUMP_OK) {
		fprintf(stderr, "%s: %s\n", path,
			ctx ? kdump_get_err(ctx) : "no memory");
		exit(2);
	}
	kdump_set_string_attr(ctx, KDUMP_ATTR_OSTYPE, "linux");
	return ctx;
}

static kdump_status read_page(kdump_ctx_t *ctx, kdump_addr_t pa)
{
	static unsigned char page[65536];
	size_t size = 4096;

	return kdump_read(ctx, KDUMP_MACHPHYSADDR, pa, page, &size);
}

static kdump_bmp_t *pages_of(kdump_ctx_t *ctx, kdump_num_t *count)
{
	kdump_attr_t map = { .type = KDUMP_BITMAP };

	if (kdump_get_attr(ctx, "file.pagemap", &map) != KDUMP_OK ||
	    kdump_get_number_attr(ctx, "max_pfn", count) != KDUMP_OK) {
		fprintf(stderr, "no bitmap: %s\n", kdump_get_err(ctx));
		exit(2);
	}
	return map.val.bitmap;
}

/*
 * Some page that is there, or, one time in eight, that is not. A small cache, so
 * that a small dump turns it over; with the usual 1024 pages a larger one does.
 */
static void read_both(const char *path)
{
	kdump_ctx_t *ctx = open_dump(path, 32);
	kdump_num_t max;
	kdump_bmp_t *map = pages_of(ctx, &max);
	uint32_t random = 1, i;

	for (i = 0; i < 100000; i++) {
		kdump_addr_t pfn;

		random = random * 1664525 + 1013904223;
		pfn = 0x40000 + (random >> 8) % (max - 0x40000);
		if (i % 8 && kdump_bmp_find_set(map, &pfn) != KDUMP_OK)
			continue;
		read_page(ctx, pfn << 12);
	}
}

static int cache(const char *path)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		read_both(path);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		return 2;
	if (WIFEXITED(status)) {
		printf("100000 pages were read, there and not there\n");
		return 1;
	}
	printf("reading pages, there and not there: signal %d (%s)\n",
	       WTERMSIG(status), strsignal(WTERMSIG(status)));
	return 0;
}

static int block(const char *path)
{
	kdump_ctx_t *ctx = open_dump(path, 0);
	kdump_status status = read_page(ctx, 0x40000000);
	kdump_num_t size = 0;

	/* The next call forgets the error. */
	printf("as it was opened: %s\n",
	       status == KDUMP_OK ? "read" : kdump_get_err(ctx));
	kdump_get_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, &size);
	printf("page size %" PRIu64 "\n", (uint64_t)size);
	if (status == KDUMP_OK)
		return 1;
	kdump_clear_err(ctx);
	kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, 65536);
	status = read_page(ctx, 0x40000000);
	printf("page size set to 65536: %s\n",
	       status == KDUMP_OK ? "read" : kdump_get_err(ctx));
	return 0;
}

static int va48(const char *path, uint64_t va, uint64_t pa)
{
	kdump_ctx_t *ctx = open_dump(path, 0);
	addrxlat_ctx_t *addrxlat;
	addrxlat_sys_t *sys;
	addrxlat_fulladdr_t addr = { .addr = va, .as = ADDRXLAT_KVADDR };
	addrxlat_step_t step = { 0 };
	addrxlat_status status;

	if (kdump_get_addrxlat(ctx, &addrxlat, &sys) != KDUMP_OK) {
		fprintf(stderr, "%s\n", kdump_get_err(ctx));
		return 2;
	}
	step.ctx = addrxlat;
	step.sys = sys;
	step.meth = addrxlat_sys_get_meth(sys, ADDRXLAT_SYS_METH_PGT);
	status = addrxlat_launch(&step, addr.addr);
	if (status == ADDRXLAT_OK)
		status = addrxlat_walk(&step);
	if (status == ADDRXLAT_OK)
		printf("0x%" PRIx64 " is at 0x%" PRIx64 ", not 0x%" PRIx64 "\n",
		       va, (uint64_t)step.base.addr, pa);
	else
		printf("0x%" PRIx64 ": %s\n", va,
		       addrxlat_ctx_get_err(addrxlat));
	return status == ADDRXLAT_OK && step.base.addr == pa;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "masks"))
		return masks();
	if (argc == 3 && !strcmp(argv[1], "cache"))
		return cache(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "block"))
		return block(argv[2]);
	if (argc == 5 && !strcmp(argv[1], "va48"))
		return va48(argv[2], strtoull(argv[3], NULL, 0),
			    strtoull(argv[4], NULL, 0));
	fprintf(stderr,
		"libkdumpfile masks | cache DUMP | block DUMP | va48 DUMP VA PA\n");
	return 2;
}
