// SPDX-License-Identifier: GPL-2.0-or-later
/* System.map: what is taken, where it ends up, and what is refused. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debuginfo/debuginfo.h"
#include "debuginfo/system_map.h"
#include "suite.h"

#define KASLR UINT64_C(0x5a3d79000000)

static const struct dm_kernel kernel = {
	.release = "5.10.0-test",
	.has_kaslr_offset = true,
	.kaslr_offset = KASLR,
	.linear_start = UINT64_C(0xffff000000000000),
};

/* Addresses of Debian's 6.1 kernel, as linked, and of a dump of it. */
static const char map[] = "0000000001aa0000 A _kernel_size_le_lo32\n"
			  "ffff800008000000 T _text\n"
			  "ffff800008010000 T __pi_alias\n"
			  "ffff800008010000 T _stext\n"
			  "ffff800008010000 W alias\n"
			  "ffff800008010000 t gic_handle_irq\n"
			  "ffff800008010100 t twice\n"
			  "ffff800008020000 t twice\n"
			  "ffff80000937b000 T swapper_pg_dir\n"
			  "ffff8000099b0600 D init_uts_ns\n"
			  "ffff800009aa0000 a __pi__end\n"
			  "ffff800009aa0000 B _end\n";
static const char lines[] = "SYMBOL(swapper_pg_dir)=ffffda3d8237b000\n"
			    "SYMBOL(_stext)=ffffda3d81010000\n"
			    "SYMBOL(mem_section)=ffff00003fdf6c00\n"
			    "SYMBOL(init_uts_ns)=ffffda3d829b0600\n";

static struct dm_error *create(const char *text, const char *vmcoreinfo,
			       struct dm_symbol_table **ret)
{
	struct dm_vmcoreinfo info = { vmcoreinfo, strlen(vmcoreinfo) };
	size_t size = strlen(text);
	/* Of its exact size, for the sanitizer. */
	char *copy = malloc(size ? size : 1);
	struct dm_error *err;

	memcpy(copy, text, size);
	err = dm_system_map_create(copy, size, &kernel, &info, ret);
	free(copy);
	return err;
}

static void check_find(struct dm_symbol_table *t, const char *name, uint64_t va)
{
	uint64_t found = 0;

	suite_no_error(t->ops->find(t, name, &found));
	CU_ASSERT_EQUAL(found, va);
}

static void check_at(struct dm_symbol_table *t, uint64_t va, const char *name,
		     uint64_t start, uint64_t size)
{
	struct dm_symbol s = { .name = "" };

	suite_no_error(t->ops->at(t, va, &s));
	CU_ASSERT_STRING_EQUAL(s.name, name);
	CU_ASSERT_EQUAL(s.va, start);
	CU_ASSERT_EQUAL(s.size, size);
}

static void test_find(void)
{
	struct dm_symbol_table *t;
	uint64_t va;

	suite_no_error(create(map, lines, &t));
	CU_ASSERT_STRING_EQUAL(t->ops->name, "System.map");
	check_find(t, "_stext", UINT64_C(0xffffda3d81010000));
	check_find(t, "_end", UINT64_C(0xffff800009aa0000) + KASLR);
	/* A constant stays, another name of a place in the image moves. */
	check_find(t, "_kernel_size_le_lo32", 0x1aa0000);
	check_find(t, "__pi__end", UINT64_C(0xffff800009aa0000) + KASLR);
	/* The first of a name. */
	check_find(t, "twice", UINT64_C(0xffff800008010100) + KASLR);
	suite_error(t->ops->find(t, "twic", &va), DM_ERROR_NOT_FOUND, "twic");
	suite_error(t->ops->find(t, "", &va), DM_ERROR_NOT_FOUND, "no symbol");
	suite_error(t->ops->find(t, "zzz", &va), DM_ERROR_NOT_FOUND, "zzz");
	t->ops->destroy(t);
}

static void test_at(void)
{
	const uint64_t text = UINT64_C(0xffff800008000000) + KASLR;
	struct dm_symbol_table *t;
	struct dm_symbol s;

	suite_no_error(create(map, lines, &t));
	check_at(t, text, "_text", text, 0x10000);
	check_at(t, text + 0xffff, "_text", text, 0x10000);
	/* Neither weak nor with underscores, as kallsyms prefers it. */
	check_at(t, text + 0x10000, "gic_handle_irq", text + 0x10000, 0x100);
	check_at(t, text + 0x100ff, "gic_handle_irq", text + 0x10000, 0x100);
	check_at(t, text + 0x1a9ffff, "init_uts_ns", text + 0x19b0600, 0xefa00);
	suite_error(t->ops->at(t, text + 0x1aa0000, &s), DM_ERROR_NOT_FOUND,
		    "not in the kernel image");
	suite_error(t->ops->at(t, text - 1, &s), DM_ERROR_NOT_FOUND,
		    "not in the kernel image");
	suite_error(t->ops->at(t, 0x1aa0000, &s), DM_ERROR_NOT_FOUND,
		    "not in the kernel image");
	t->ops->destroy(t);
}

static void test_suffixes(void)
{
	static const char more[] = "ffff800008010200 t own.llvm.7\n"
				   "ffff800008010300 t own\n"
				   "ffff800008010400 d prog_idr.llvm.1700\n"
				   "ffff800008010500 d prog_idr.llvm.9\n"
				   "ffff800008010600 d prog_idr$.llvm.9\n"
				   "ffff800008010700 d prog_idr_2\n";
	char text[sizeof(map) + sizeof(more)];
	struct dm_symbol_table *t;
	uint64_t va;

	snprintf(text, sizeof(text), "%s%s", map, more);
	suite_no_error(create(text, lines, &t));
	check_find(t, "own", UINT64_C(0xffff800008010300) + KASLR);
	check_find(t, "prog_idr", UINT64_C(0xffff800008010400) + KASLR);
	check_find(t, "prog_idr.llvm.9", UINT64_C(0xffff800008010500) + KASLR);
	suite_error(t->ops->find(t, "prog", &va), DM_ERROR_NOT_FOUND, "prog");
	suite_error(t->ops->find(t, "", &va), DM_ERROR_NOT_FOUND, "no symbol");
	check_at(t, UINT64_C(0xffff800008010210) + KASLR, "own",
		 UINT64_C(0xffff800008010200) + KASLR, 0x100);
	t->ops->destroy(t);
}

static void test_other_kernel(void)
{
	static const char *const wrong[] = {
		"SYMBOL(swapper_pg_dir)=ffffda3d8237c000\n",
		"SYMBOL(swapper_pg_dir)=ffffda3d8237b000\nSYMBOL(_stext)=ffffda3d81010008\n",
		"SYMBOL(init_uts_ns)=ffffda3d829b0601\n",
	};
	struct dm_symbol_table *t;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		suite_error(create(map, wrong[i], &t), DM_ERROR_UNSUPPORTED,
			    "this System.map is of another kernel");
	suite_error(create(map, "SYMBOL(_stext)=none\n", &t), DM_ERROR_BAD_DUMP,
		    "SYMBOL(_stext)");
}

/* A copy of the dumped machine's /proc/kallsyms. */
static void test_run_time_addresses(void)
{
	struct dm_symbol_table *t;

	suite_error(create("ffffda3d81000000 T _text\n"
			   "ffffda3d8237b000 T swapper_pg_dir\n"
			   "ffffda3d82aa0000 B _end\n",
			   lines, &t),
		    DM_ERROR_UNSUPPORTED, "run-time addresses");
	suite_error(create("ffffda3d81000000 T _text\n"
			   "ffffda3d5a000000 t init\t[virtio]\n",
			   lines, &t),
		    DM_ERROR_UNSUPPORTED, "line 2 is of a module");
}

static void test_bad_text(void)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ "", "empty" },
		{ "\n", "line 1" },
		{ "x", "line 1" },
		{ "\x7f"
		  "ELF\n",
		  "line 1" },
		{ "c0008000 T _text\n", "line 1" },
		{ "ffff800008000000 T _text\nffff800008000000 T \n", "line 2" },
		{ "ffff800008000000 T _text\nffff80000800000g T x\n",
		  "line 2" },
		{ "ffff800008000000 T _text\nFFFF800008000000 T x\n",
		  "line 2" },
		{ "ffff800008000000 7 _text\n", "line 1" },
		{ "ffff800008000000  _text\n", "line 1" },
		{ "ffff800008000000TT _text\n", "line 1" },
		{ "ffff800008000000 T _te xt\n", "line 1" },
		{ "ffff800008000000 T _text\r\n", "line 1" },
		{ "ffff800008000000 T _text\nffff800008010000 T _st",
		  "cut off in line 2" },
	};
	struct dm_symbol_table *t;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		suite_error(create(bad[i].text, lines, &t),
			    DM_ERROR_UNSUPPORTED, bad[i].part);
}

static void test_nul(void)
{
	static const char text[] = "ffff800008000000 T _te\0t\n";
	struct dm_vmcoreinfo info = { lines, strlen(lines) };
	struct dm_symbol_table *t;

	suite_error(dm_system_map_create(text, sizeof(text) - 1, &kernel, &info,
					 &t),
		    DM_ERROR_UNSUPPORTED, "line 1");
}

/* Cut anywhere, it is refused: _end is the last. */
static void test_cut(void)
{
	struct dm_symbol_table *t;
	char text[sizeof(map)];
	size_t i;

	for (i = 0; i < strlen(map); i++) {
		memcpy(text, map, i);
		text[i] = '\0';
		suite_error(create(text, lines, &t), DM_ERROR_UNSUPPORTED, "");
	}
	memcpy(text, map, sizeof(map));
	*strstr(text, "_end\n") = 'x';
	/* __pi__end was hit first: _end is still there. */
	suite_no_error(create(text, lines, &t));
	t->ops->destroy(t);
	*strstr(text, "_end\n") = 'x';
	suite_error(create(text, lines, &t), DM_ERROR_UNSUPPORTED,
		    "no symbol _end");
}

static void test_long_name(void)
{
	struct dm_symbol_table *t;
	char name[DM_SYMBOL_NAME_MAX + 1], text[2 * sizeof(name) + 1024];
	struct dm_symbol s;
	uint64_t va;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(text, sizeof(text),
		 "%sffff800009000000 t %s\nffff800009000000 t %s\n", map, name,
		 name + 1);
	suite_no_error(create(text, lines, &t));
	suite_error(t->ops->find(t, name, &va), DM_ERROR_NOT_FOUND, "nnn");
	check_find(t, name + 1, UINT64_C(0xffff800009000000) + KASLR);
	suite_no_error(
		t->ops->at(t, va = UINT64_C(0xffff800009000000) + KASLR, &s));
	CU_ASSERT_EQUAL(strlen(s.name), DM_SYMBOL_NAME_MAX - 1);
	t->ops->destroy(t);
}

/* As Debian's 6.1 has it, and what nm prints with --special-syms. */
static void test_no_symbols(void)
{
	struct dm_symbol_table *t;
	char more[2048];
	uint64_t va;

	snprintf(more, sizeof(more),
		 "%sffff800009370820 d __kvm_nvhe_.L1447\0021\n"
		 "ffff800009370820 t $x\nffff800009370820 t $d.7\n"
		 "ffff800009370820 t $dollar\n",
		 map);
	suite_no_error(create(more, lines, &t));
	check_at(t, UINT64_C(0xffff800009370820) + KASLR, "$dollar",
		 UINT64_C(0xffff800009370820) + KASLR, 0xa7e0);
	suite_error(t->ops->find(t, "$x", &va), DM_ERROR_NOT_FOUND, "$x");
	suite_error(t->ops->find(t, "$d.7", &va), DM_ERROR_NOT_FOUND, "$d.7");
	t->ops->destroy(t);
}

static void test_no_kaslr_line(void)
{
	struct dm_vmcoreinfo info = { lines, strlen(lines) };
	struct dm_kernel k = kernel;
	struct dm_symbol_table *t;

	k.has_kaslr_offset = false;
	suite_error(dm_system_map_create(map, strlen(map), &k, &info, &t),
		    DM_ERROR_BAD_DUMP, "no KERNELOFFSET line");
	k.from[DM_FACT_KASLR] = "KERNELOFFSET contradicts";
	suite_error(dm_system_map_create(map, strlen(map), &k, &info, &t),
		    DM_ERROR_BAD_DUMP, "itself (KERNELOFFSET contradicts)");
}

/* ---- As a file ----------------------------------------------------------- */

static struct dm_error *give_lines(struct dm_source *source, const char **text,
				   size_t *size)
{
	(void)source;
	*text = lines;
	*size = strlen(lines);
	return NULL;
}

static const struct dm_source_ops ops = { .vmcoreinfo = give_lines };
static struct dm_source source = { &ops };

static struct dm_error *open_file(const char *path, struct dm_symbol_table **t)
{
	return dm_debuginfo_open_system_map(path, &kernel, &source, t);
}

static void test_file(void)
{
	char folder[] = "/tmp/directmap-test-XXXXXX", path[64];
	struct dm_symbol_table *t;
	FILE *f;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	suite_error(open_file(folder, &t), DM_ERROR_UNSUPPORTED, "a directory");
	snprintf(path, sizeof(path), "%s/System.map", folder);
	suite_error(open_file(path, &t), DM_ERROR_OS, path);
	CU_ASSERT_EQUAL_FATAL(mkfifo(path, 0600), 0);
	suite_error(open_file(path, &t), DM_ERROR_UNSUPPORTED, "not a file");
	unlink(path);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fflush(f);
	suite_error(open_file(path, &t), DM_ERROR_UNSUPPORTED, "empty");
	fputs(map, f);
	fflush(f);
	suite_no_error(open_file(path, &t));
	check_find(t, "_stext", UINT64_C(0xffffda3d81010000));
	t->ops->destroy(t);
	CU_ASSERT_EQUAL_FATAL(ftruncate(fileno(f), 1 << 30), 0);
	suite_error(open_file(path, &t), DM_ERROR_UNSUPPORTED, "too large");
	fclose(f);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "find by name", test_find },
		{ "find by address", test_at },
		{ "suffixes of link-time optimisation", test_suffixes },
		{ "another kernel's", test_other_kernel },
		{ "run-time addresses", test_run_time_addresses },
		{ "bad text", test_bad_text },
		{ "NUL in a name", test_nul },
		{ "cut", test_cut },
		{ "long names", test_long_name },
		{ "names of no symbol", test_no_symbols },
		{ "no KERNELOFFSET line", test_no_kaslr_line },
		{ "file", test_file },
		CU_TEST_INFO_NULL,
	};

	return suite_run("System.map", tests);
}
