// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a dump knows of BPF, for tests/lab/bpf_check: a line for each program,
 * text and pack, and how long it took.
 *
 *	bpf_list DUMP [VMLINUX]
 *
 * VMLINUX is for a kernel whose kallsyms has no data.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "arm64/kernel.h"
#include "target/target.h"
#include "fake/bpf_look.h"
#include "target/btf/btf.h"
#include "debuginfo/debuginfo.h"
#include "directmap/dump.h"

static void must(struct dm_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "bpf_list: %s\n", err->message);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void print(const struct bpf *bpf)
{
	const struct bpf_program *p;
	const struct bpf_text *t;
	const struct bpf_pack *k;
	size_t i, n;

	p = bpf_programs(bpf, &n);
	for (i = 0; i < n; i++)
		printf("program id=%" PRIu32 " name=%s tag=%s type=%s "
		       "load_time_ns=%" PRIu64 " jited_len=%" PRIu32 "\n",
		       p[i].id, p[i].name, p[i].tag, p[i].type, p[i].load_time,
		       p[i].jited_len);
	t = bpf_texts(bpf, &n);
	for (i = 0; i < n; i++)
		printf("text id=%" PRIu32 " start=0x%" PRIx64 " end=0x%" PRIx64
		       " image_start=0x%" PRIx64 " image_end=0x%" PRIx64
		       " name=%s kind=%s\n",
		       t[i].program ? t[i].program->id : 0, t[i].start,
		       t[i].end, t[i].image_start, t[i].image_end, t[i].name,
		       dm_bpf_text_kind_name(t[i].kind));
	k = bpf_packs(bpf, &n);
	for (i = 0; i < n; i++)
		printf("pack start=0x%" PRIx64 " end=0x%" PRIx64
		       " used=%" PRIu64 "\n",
		       k[i].start, k[i].end,
		       dm_bpf_pack_used(&k[i], k[i].start, k[i].end));
	if (dm_bpf_incomplete(bpf))
		printf("incomplete %s\n", dm_bpf_incomplete(bpf));
}

static struct vmlinux *add_vmlinux(struct dm_target *target,
				   struct dm_source *source, const char *path)
{
	struct dm_symbol_table *symbols;
	struct dm_type_table *types;
	struct vmlinux *vmlinux;
	const void *btf;
	size_t size;

	must(dm_debuginfo_open_vmlinux(path, dm_target_kernel(target), source,
				       &symbols, NULL, &vmlinux));
	must(dm_target_add_symbols(target, symbols, true));
	must(dm_vmlinux_btf(vmlinux, &btf, &size));
	must(dm_btf_create(btf, size, &types));
	must(dm_target_add_types(target, types));
	return vmlinux;
}

int main(int argc, char **argv)
{
	const char *path = argv[1];
	struct dm_target *target;
	struct dm_kernel kernel;
	struct vmlinux *vmlinux = NULL;
	struct dm_dump *dump;
	const char *no_types;
	struct bpf *bpf;
	double start;

	if (argc < 2 || argc > 3)
		return 2;
	must(dm_dump_open(&path, 1, NULL, &dump));
	must(dm_kernel_init(&kernel, dm_dump_source(dump)));
	must(dm_target_create(dm_dump_source(dump), &kernel, &target));
	if (argc == 3)
		vmlinux = add_vmlinux(target, dm_dump_source(dump), argv[2]);
	/* Symbols and types are not BPF's time. */
	must(dm_target_types_why(target, &no_types));
	start = now();
	must(dm_bpf_create(target, &bpf));
	fprintf(stderr, "bpf_create %.1f ms\n", now() - start);
	print(bpf);
	dm_bpf_destroy(bpf);
	dm_target_destroy(target);
	dm_vmlinux_destroy(vmlinux);
	dm_dump_close(dump);
	return 0;
}
