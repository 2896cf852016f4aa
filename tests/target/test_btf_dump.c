// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BTF out of memory: a megabyte at 1G, mapped by one block, with symbols by
 * hand, and the kernel's BTF.
 */
#include "suite.h"

#include "target/btf/btf.h"
#include "fake/btf_blob.h"

#define RAM   UINT64_C(0x40000000)
#define SIZE  0x100000
#define VA    UINT64_C(0xffff000000000000)
#define TYPES 0x10000 /* where the kernel's BTF is; others after it */

struct machine {
	struct dm_source source;
	unsigned char ram[SIZE];
	uint64_t absent; /* VA of a page that is not there; 0 if all are */
	size_t reads[DM_CONTENT_COUNT];
};

static struct machine machine;
static struct dm_kernel kernel;
static struct kva *kva;
static struct blob blob;
static size_t blob_size;

static struct dm_error *read_ram(struct dm_source *source, uint64_t pa,
				 void *buf, size_t size,
				 enum dm_content content)
{
	struct machine *m = (struct machine *)source;

	m->reads[content]++;
	if (pa < RAM || pa + size > RAM + SIZE || pa - RAM + VA == m->absent)
		return dm_error_create(DM_ERROR_ABSENT, "no page");
	memcpy(buf, m->ram + (pa - RAM), size);
	return NULL;
}

static const struct dm_source_ops machine_ops = { .read = read_ram };

struct table {
	struct dm_symbol_table table;
	struct {
		const char *name;
		uint64_t va;
	} known[4];
};

static struct dm_error *find(struct dm_symbol_table *table, const char *name,
			     uint64_t *va)
{
	struct table *t = (struct table *)table;
	int i;

	for (i = 0; i < 4; i++)
		if (t->known[i].name && !strcmp(t->known[i].name, name)) {
			*va = t->known[i].va;
			return NULL;
		}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no symbol %s", name);
}

static const struct dm_symbol_table_ops table_ops = { .find = find };

static struct table symbols = { .table.ops = &table_ops };

static void put(uint64_t at, uint64_t value, size_t size)
{
	value = htole64(value);
	memcpy(machine.ram + at, &value, size);
}

/* As the kernel has them, in another order. */
static void make_kernel_types(struct blob *b)
{
	blob_init(b);
	blob_int(b, "unsigned int", 4, 0, 32);
	blob_type(b, PTR, NULL, 0, 0);
	blob_type(b, STRUCT, "list_head", 2, 16);
	blob_member(b, "next", 2, 0);
	blob_member(b, "prev", 2, 64);
	blob_type(b, STRUCT, "btf_module", 3, 32);
	blob_member(b, "module", 2, 0);
	blob_member(b, "list", 3, 64);
	blob_member(b, "btf", 2, 192);
	blob_type(b, STRUCT, "btf", 4, 24);
	blob_member(b, "data_size", 1, 0);
	blob_member(b, "start_id", 1, 32);
	blob_member(b, "start_str_off", 1, 64);
	blob_member(b, "data", 2, 128);
}

static void put_blob(uint64_t at, const struct blob *b, size_t *size)
{
	unsigned char *bytes = blob_bytes(b, size);

	memcpy(machine.ram + at, bytes, *size);
	free(bytes);
}

static void set_up(void)
{
	int i;

	memset(&machine, 0, sizeof(machine));
	machine.source.ops = &machine_ops;
	kernel = (struct dm_kernel){
		.page_size = 4096,
		.page_shift = 12,
		.va_bits = 48,
		.va_bits_configured = 48,
		.levels = 4,
		.linear_start = VA,
		.linear_end = VA + SIZE,
		.pgd = RAM,
	};
	put(0, (RAM + 0x1000) | 3, 8);
	put(0x1000, RAM | 0x401, 8);
	make_kernel_types(&blob);
	blob_type(&blob, STRUCT, "filler", 1000, 8);
	for (i = 0; i < 1000; i++)
		blob_member(&blob, "m", 1, 0);
	put_blob(TYPES, &blob, &blob_size);
	symbols.known[0].name = "__start_BTF";
	symbols.known[0].va = VA + TYPES;
	symbols.known[1].name = "__stop_BTF";
	symbols.known[1].va = VA + TYPES + blob_size;
	symbols.known[2].name = NULL;
	symbols.known[3].name = NULL;
	suite_no_error(dm_kva_create(&machine.source, &kernel, &kva));
}

static void tear_down(void)
{
	dm_kva_destroy(kva);
}

static struct dm_type_table *kernel_types(void)
{
	struct dm_type_table *t = NULL;

	suite_no_error(dm_btf_from_dump(kva, &symbols.table, &t));
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	return t;
}

static void test_from_dump(void)
{
	struct dm_type_table *t;
	struct dm_member m;

	set_up();
	t = kernel_types();
	suite_no_error(t->ops->member(t, "struct btf", "data", &m));
	CU_ASSERT_EQUAL(m.offset, 16);
	/* Pages of its own, and tables; no other kind. */
	CU_ASSERT_TRUE(machine.reads[DM_CONTENT_TYPES] >= 4);
	CU_ASSERT_EQUAL(machine.reads[DM_CONTENT_DATA], 0);
	t->ops->destroy(t);
	tear_down();
}

static void check_from_dump(enum dm_error_code code, const char *part)
{
	struct dm_type_table *t;

	suite_error(dm_btf_from_dump(kva, &symbols.table, &t), code, part);
}

static void test_not_from_dump(void)
{
	uint64_t stop;

	set_up();
	stop = symbols.known[1].va;
	symbols.known[1].name = "other";
	check_from_dump(DM_ERROR_NOT_FOUND, "__stop_BTF");
	symbols.known[1].name = "__stop_BTF";
	symbols.known[1].va = VA + TYPES;
	check_from_dump(DM_ERROR_NOT_FOUND, "CONFIG_DEBUG_INFO_BTF");
	symbols.known[1].va = VA + TYPES - 1;
	check_from_dump(DM_ERROR_BAD_DUMP, "18446744073709551615 bytes");
	symbols.known[1].va = VA + TYPES + (65 << 20);
	check_from_dump(DM_ERROR_BAD_DUMP, "bytes");
	symbols.known[1].va = stop - 1;
	check_from_dump(DM_ERROR_BAD_DUMP, "0xffff000000010000");
	symbols.known[1].va = stop;
	/* Beyond what the tables map. */
	symbols.known[0].va = VA + (1 << 30);
	symbols.known[1].va = VA + (1 << 30) + 4096;
	check_from_dump(DM_ERROR_BAD_DUMP, "not mapped");
	symbols.known[0].va = VA + TYPES;
	symbols.known[1].va = stop;
	machine.absent = VA + TYPES + 0x1000;
	check_from_dump(DM_ERROR_ABSENT, "no page");
	machine.absent = 0;
	put(TYPES, 0, 2);
	check_from_dump(DM_ERROR_BAD_DUMP, "magic");
	tear_down();
}

#define RUNNING 0xa0000 /* btf_vmlinux, and a struct btf behind it */

/* The kernel's types are a module's, which is loaded: the image has none. */
static void set_up_running(void)
{
	set_up();
	symbols.known[0].name = "other";
	symbols.known[3].name = "btf_vmlinux";
	symbols.known[3].va = VA + RUNNING;
	put(RUNNING, VA + RUNNING + 0x100, 8);
	put(RUNNING + 0x100, VA + TYPES, 8);
}

static void test_from_running(void)
{
	struct dm_type_table *t;
	struct dm_member m;

	set_up_running();
	t = kernel_types();
	suite_no_error(t->ops->member(t, "struct btf", "data", &m));
	CU_ASSERT_EQUAL(m.offset, 16);
	t->ops->destroy(t);
	/* So does an empty section. */
	symbols.known[0].name = "__start_BTF";
	symbols.known[1].va = symbols.known[0].va;
	t = kernel_types();
	t->ops->destroy(t);
	tear_down();
}

static void test_not_from_running(void)
{
	set_up_running();
	put(RUNNING, 0, 8);
	check_from_dump(DM_ERROR_NOT_FOUND, "not loaded");
	tear_down();
	set_up_running();
	put(RUNNING, 0x1000, 8);
	check_from_dump(DM_ERROR_INVALID_ARGUMENT, "no address");
	tear_down();
	set_up_running();
	put(RUNNING + 0x100, VA + TYPES + 1, 8);
	check_from_dump(DM_ERROR_BAD_DUMP, "no BTF");
	tear_down();
	/* A section that is longer than memory. */
	set_up_running();
	put(TYPES + 20, 0x3ffffff, 4);
	check_from_dump(DM_ERROR_BAD_DUMP, "BTF");
	tear_down();
}

/* ---- Without a symbol ---------------------------------------------------- */

#define PXN (UINT64_C(1) << 53)

static char vmcoreinfo[64];

static struct dm_error *read_vmcoreinfo(struct dm_source *source,
					const char **text, size_t *size)
{
	(void)source;
	*text = vmcoreinfo;
	*size = strlen(vmcoreinfo);
	return NULL;
}

static const struct dm_source_ops search_ops = {
	.read = read_ram,
	.vmcoreinfo = read_vmcoreinfo,
};

/* What tells the kernel's own from others; without @missing. */
static void make_basic_types(struct blob *b, const char *missing)
{
	static const char *const types[][4] = {
		{ "page", "flags", "_refcount" },
		{ "module", "list", "name", "state" },
		{ "task_struct", "comm" },
		{ "mm_struct", "pgd" },
		{ "vm_struct", "caller" },
		{ "super_block", "s_op" },
	};
	size_t i, j;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		uint32_t members = 0;

		if (missing && !strcmp(types[i][0], missing))
			continue;
		while (members < 3 && types[i][members + 1])
			members++;
		blob_type(b, STRUCT, types[i][0], members, members * 4);
		for (j = 0; j < members; j++)
			blob_member(b, types[i][j + 1], 1, (uint32_t)j * 32);
	}
}

/* RAM is text up to VA + 0x8000, read-only data up to 0xc0000, then a hole. */
static void set_up_search(uint64_t at, const char *missing)
{
	uint64_t va;

	set_up();
	dm_kva_destroy(kva);
	machine.source.ops = &search_ops;
	memset(machine.ram, 0, sizeof(machine.ram));
	put(0, (RAM + 0x1000) | 3, 8);
	put(0x1000, (RAM + 0x2000) | 3, 8);
	put(0x2000, (RAM + 0x3000) | 3, 8);
	for (va = 0x4000; va < 0xc0000; va += 0x1000)
		put(0x3000 + va / 0x1000 * 8,
		    (RAM + va) | 0x403 | (va < 0x8000 ? 0 : PXN), 8);
	snprintf(vmcoreinfo, sizeof(vmcoreinfo), "SYMBOL(_stext)=%llx\n",
		 (unsigned long long)(VA + 0x4000));
	make_kernel_types(&blob);
	make_basic_types(&blob, missing);
	put_blob(at, &blob, &blob_size);
	suite_no_error(dm_kva_create(&machine.source, &kernel, &kva));
}

static void check_search(bool found)
{
	struct dm_type_table *t = NULL;
	struct dm_member m;

	memset(machine.reads, 0, sizeof(machine.reads));
	if (!found) {
		suite_error(dm_btf_search(kva, &machine.source, &t),
			    DM_ERROR_NOT_FOUND, "no BTF in the kernel image");
		tear_down();
		return;
	}
	suite_no_error(dm_btf_search(kva, &machine.source, &t));
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	suite_no_error(t->ops->member(t, "struct btf", "data", &m));
	CU_ASSERT_EQUAL(m.offset, 16);
	t->ops->destroy(t);
	tear_down();
}

static void test_search(void)
{
	/* At whatever byte, also with the header across two pages. */
	set_up_search(0x10000, NULL);
	check_search(true);
	set_up_search(0x10123, NULL);
	check_search(true);
	set_up_search(0x10ffe, NULL);
	check_search(true);
	set_up_search(0x10fec, NULL);
	check_search(true);
	/* At the very end, and in the first page. */
	set_up_search(0x8000, NULL);
	check_search(true);
	set_up_search(0xc0000 - blob_size, NULL);
	check_search(true);
	/* Over the end, and in text. */
	set_up_search(0xc0000 - blob_size + 1, NULL);
	check_search(false);
	set_up_search(0x4100, NULL);
	check_search(false);
}

/* Pages that are not there, before it and of its own. */
static void test_search_absent(void)
{
	set_up_search(0x20000, NULL);
	machine.absent = VA + 0x1f000;
	check_search(true);
	set_up_search(0x20ff0, NULL);
	machine.absent = VA + 0x20000;
	check_search(false);
	set_up_search(0x20ff0, NULL);
	machine.absent = VA + 0x21000;
	check_search(false);
	/* A hole ends the image. */
	set_up_search(0x20000, NULL);
	put(0x3000 + 0x1f * 8, 0, 8);
	check_search(false);
}

static void test_search_decoys(void)
{
	static const char *const missing[] = { "page", "module",
					       "super_block" };
	struct blob decoy;
	size_t i, size;

	for (i = 0; i < 3; i++) {
		set_up_search(0x10000, missing[i]);
		check_search(false);
	}
	/* A program's, one that is cut, a header alone; then the real one. */
	set_up_search(0x20000, NULL);
	make_kernel_types(&decoy);
	put_blob(0x9000, &decoy, &size);
	put_blob(0xa000, &blob, &size);
	memset(machine.ram + 0xa100, 0xff, 64);
	memcpy(machine.ram + 0xc000, machine.ram + 0x20000, 24);
	memcpy(machine.ram + 0xcffe, machine.ram + 0x20000, 24);
	put(0xd100, 0x0001eb9f, 4);
	check_search(true);
	/* Sections that go over all ends. */
	for (i = 4; i < 24; i += 4) {
		set_up_search(0x10000, NULL);
		put(0x10000 + i, 0xfffffff0, 4);
		check_search(false);
	}
	/* The first string is not empty. */
	set_up_search(0x10000, NULL);
	machine.ram[0x10000 + blob_size - blob.strings_size] = 'x';
	check_search(false);
	/* Another version. */
	set_up_search(0x10000, NULL);
	machine.ram[0x10002] = 2;
	check_search(false);
}

static void test_search_reads(void)
{
	struct dm_type_table *t = NULL;

	set_up_search(0x20000, NULL);
	suite_no_error(dm_btf_search(kva, &machine.source, &t));
	CU_ASSERT_EQUAL(machine.reads[DM_CONTENT_TYPES],
			(blob_size + 4095) / 4096);
	CU_ASSERT_TRUE(machine.reads[DM_CONTENT_SEARCH] > 20);
	CU_ASSERT_EQUAL(machine.reads[DM_CONTENT_DATA], 0);
	if (t)
		t->ops->destroy(t);
	tear_down();
	set_up_search(0x20000, NULL);
	vmcoreinfo[0] = '\0';
	suite_error(dm_btf_search(kva, &machine.source, &t), DM_ERROR_BAD_DUMP,
		    "_stext");
	tear_down();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "the kernel's", test_from_dump },
		{ "none, or not whole", test_not_from_dump },
		{ "a module that is loaded", test_from_running },
		{ "a module that is not", test_not_from_running },
		{ "without a symbol", test_search },
		{ "absent pages", test_search_absent },
		{ "decoys", test_search_decoys },
		{ "what a search reads", test_search_reads },
		CU_TEST_INFO_NULL,
	};

	return suite_run("btf_dump", tests);
}
