// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The texts beside images of RAM: the first byte says which parser, the rest is
 * the text.
 */
#include <stdlib.h>
#include <string.h>

#include "dump/cloud_hypervisor.h"
#include "dump/qualcomm.h"
#include "dump/sidecar.h"
#include "fuzz.h"

static const ram_list_parse parsers[] = {
	dm_sidecar_parse,
	dm_qualcomm_parse_table,
	dm_qualcomm_parse_script,
	dm_cloud_hypervisor_parse,
};

#define PARSERS (sizeof(parsers) / sizeof(*parsers))

/* A file of the same folder. */
static void check_name(const char *name)
{
	fuzz_check(*name && !strchr(name, '/'));
	fuzz_check(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
}

static void check_list(const struct ram_list *list)
{
	const uint64_t pa_end = UINT64_C(1) << 52;
	size_t i;

	fuzz_check(list->ram.n && list->ram.n <= IMAGE_SPECS_MAX);
	for (i = 0; i < list->ram.n; i++) {
		const struct image_spec *spec = &list->ram.v[i];

		check_name(spec->path);
		fuzz_check(spec->pa < pa_end && spec->pa % 4096 == 0);
		fuzz_check(spec->size <= pa_end - spec->pa);
		fuzz_check(spec->size % 4096 == 0);
		fuzz_check(spec->offset + spec->size <= INT64_MAX);
	}
	if (list->vmlinux)
		check_name(list->vmlinux);
	if (list->vmcoreinfo && *list->vmcoreinfo != '@')
		check_name(list->vmcoreinfo);
}

static void run(const uint8_t *data, size_t size)
{
	struct ram_list list = { 0 };
	char *text;

	if (!size)
		return;
	/* A copy of its own, so that a read beyond its end is seen. */
	text = malloc(size);
	if (!text)
		abort();
	memcpy(text, data + 1, size - 1);
	if (fuzz_no_error(parsers[*data % PARSERS](text, size - 1, &list)))
		check_list(&list);
	dm_ram_list_deinit(&list);
	free(text);
}

static const char *const texts[] = {
	"\0[ram]\n# two banks\nlow@0x40000000\nall:4096+0x1000@0x100000000\n"
	"vmcoreinfo = @0x40001000\nvmlinux = vmlinux\n",
	"\1   1 0x0000000080000000       2147483648   DDR CS0 part0 Memo"
	"         DDRCS0_0.BIN\n   1 0x14680000 180224 OCIMEM OCIMEM.BIN\n",
	"\2if OS.FILE(DDRCS0.BIN)\n(\n  d.load.binary DDRCS0.BIN 0x80000000"
	" /noclear\n)\n",
	"\3{\"snapshots\":{\"memory-manager\":{\"snapshot_data\":{\"state\":"
	"\"{\\\"memory_ranges\\\":{\\\"data\\\":[{\\\"gpa\\\":1073741824,"
	"\\\"length\\\":8192}]},\\\"guest_ram_mappings\\\":[{\\\"gpa\\\":0,"
	"\\\"size\\\":4096,\\\"virtio_mem\\\":false}]}\"}}}}",
};

static void seeds(fuzz_put put, void *arg)
{
	size_t i;

	/* The first begins with a NUL. */
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		put(arg, texts[i], 1 + strlen(texts[i] + 1));
}

const struct fuzz_target fuzz_ram_list = {
	.name = "ram_list",
	.run = run,
	.seeds = seeds,
	.max_size = 4096,
};
