// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmlinux: small ones, built here as kernels are, by each compiler and in each
 * kind of DWARF. What is expected is what the compiler itself says: offsetof
 * and sizeof, and for bitfields an object with all of that field's bits set,
 * all as data in the same file.
 */
#include <endian.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/debuginfo.h"
#include "debuginfo/debuginfo.h"
#include "suite.h"

#define KASLR UINT64_C(0x5a3d79000000)
#define BASE  UINT64_C(0xffff800008000000)

static char folder[] = "/tmp/directmap-test-XXXXXX";

/* ---- The kernel that is built -------------------------------------------- */

static const char script[] = "ENTRY(_text)\n"
			     "SECTIONS {\n"
			     " . = 0xffff800008000000;\n"
			     " .head.text : { _text = .; *(.head.text) }\n"
			     " .text : { _stext = .; *(.text*) }\n"
			     " .rodata : { *(.rodata*) }\n"
			     " .notes : { *(.note.gnu.build-id) }\n"
			     " .BTF : { *(.BTF) }\n"
			     " .data : { *(.data*) }\n"
			     " .bss : { *(.bss*) }\n"
			     " _end = .;\n"
			     " constant = ABSOLUTE(0x1234);\n"
			     "}\n";

static const char text[] =
	"#include <stddef.h>\n"
	"typedef unsigned long long u64;\n"
	"typedef unsigned int u32;\n"
	"typedef u32 __u32_again;\n"
	"typedef const volatile __u32_again qualified_t;\n"
	"enum small { SMALL_A = 3, SMALL_B, SMALL_MINUS = -5 };\n"
	"enum unsigned_only { UNSIGNED_200 = 200, UNSIGNED_TOP = 0xffffffffu };\n"
	"enum { NAMELESS_7 = 7 };\n"
	"typedef enum { TYPEDEF_9 = 9 } typedef_enum_t;\n"
	"struct list { struct list *next, *prev; };\n"
	"struct inner { char c; u64 wide; short shorts[5]; };\n"
	"typedef struct inner inner_t;\n"
	"struct outer {\n"
	"	char first;\n"
	"	union {\n"
	"		struct { u32 low, high; };\n"
	"		struct { struct list lru; union { u64 deep; void *ptr; }; };\n"
	"		u64 whole[4];\n"
	"	};\n"
	"	const inner_t table[3];\n"
	"	u32 matrix[2][3][4];\n"
	"	struct inner rows[2][2];\n"
	"	qualified_t q;\n"
	"	enum small e;\n"
	"	void (*fn)(int);\n"
	"	struct { int named_inside; } named;\n"
	"	union { struct { char pad[3]; struct inner in; } s; } u;\n"
	"	struct inner flexible[];\n"
	"};\n"
	"struct bits {\n"
	"	u32 before;\n"
	"	u32 a:1, b:3, c:12;\n"
	"	int s:5;\n"
	"	unsigned char d:7;\n"
	"	u64 e:33;\n"
	"	_Bool f:1;\n"
	"	enum small g:4;\n"
	"	union { struct { u32 h:2; u32 i:30; }; u32 all; };\n"
	"	u64 :0;\n"
	"	unsigned short j:9;\n"
	"};\n"
	"struct __attribute__((packed)) packed {\n"
	"	char c; u32 x:31; u32 y:31; u64 z;\n"
	"};\n"
	"union either { int i; u64 l; char c[24]; };\n"
	"struct declared_only;\n"
	"struct list list; struct inner inner; struct outer outer;\n"
	"struct bits bits; struct packed packed; union either either;\n"
	"enum small small; enum unsigned_only unsigned_only = UNSIGNED_200;\n"
	"typedef_enum_t typedef_enum; int nameless = NAMELESS_7;\n"
	"struct declared_only *declared_only; inner_t inner2; qualified_t q;\n"
	"/* Lengths and kinds must be as in the test's struct expectation. */\n"
	"#define FIXED char kind, type[47], path[48]; u64 offset, size\n"
	"struct expectation { FIXED; union { unsigned char raw[64]; struct bits b; struct packed p; } u; };\n"
	"#define E __attribute__((section(\".rodata.expect\"), used)) const struct expectation\n"
	"#define M(n, t, p) E n = { 'm', #t, #p, offsetof(t, p), sizeof(((t *)0)->p) };\n"
	"#define S(n, t) E n = { 's', #t, \"\", 0, sizeof(t) };\n"
	"#define B(n, t, f, p, x) E n = { 'b', #t, #p, 0, sizeof(t), { .f.p = x } };\n"
	"#define V(n, t, v) E n = { 'e', t, #v, (u64)(long long)(v), 0 };\n"
	"M(e1, struct outer, first) M(e2, struct outer, low) M(e3, struct outer, high)\n"
	"M(e4, struct outer, lru) M(e5, struct outer, lru.prev) M(e6, struct outer, deep)\n"
	"M(e7, struct outer, ptr) M(e8, struct outer, whole) M(e9, struct outer, whole[3])\n"
	"M(e10, struct outer, table) M(e11, struct outer, table[2].wide)\n"
	"M(e12, struct outer, table[1].shorts[4]) M(e13, struct outer, matrix)\n"
	"M(e14, struct outer, matrix[1]) M(e15, struct outer, matrix[1][2])\n"
	"M(e16, struct outer, matrix[1][2][3]) M(e17, struct outer, rows[1][1].shorts)\n"
	"M(e18, struct outer, q) M(e19, struct outer, e) M(e20, struct outer, fn)\n"
	"M(e21, struct outer, named.named_inside) M(e22, struct outer, u.s.in.wide)\n"
	"M(e23, struct outer, u) M(e24, union either, l) M(e25, union either, c[23])\n"
	"M(e26, inner_t, shorts) M(e27, struct packed, z) M(e28, struct bits, all)\n"
	"M(e29, struct outer, flexible[3].wide) M(e30, struct outer, named)\n"
	"S(s1, struct outer) S(s2, struct bits) S(s3, struct packed) S(s4, union either)\n"
	"S(s5, inner_t) S(s6, u64) S(s7, qualified_t) S(s8, char) S(s9, enum small)\n"
	"S(s10, typedef_enum_t) S(s11, int) S(s12, enum unsigned_only)\n"
	"B(b1, struct bits, b, a, 1) B(b2, struct bits, b, b, 7) B(b3, struct bits, b, c, 0xfff)\n"
	"B(b4, struct bits, b, s, -1) B(b5, struct bits, b, d, 0x7f)\n"
	"B(b6, struct bits, b, e, 0x1ffffffffull) B(b7, struct bits, b, f, 1)\n"
	"B(b8, struct bits, b, g, -1) B(b9, struct bits, b, h, 3)\n"
	"B(b10, struct bits, b, i, 0x3fffffff) B(b11, struct bits, b, j, 0x1ff)\n"
	"B(b12, struct packed, p, x, 0x7fffffff) B(b13, struct packed, p, y, 0x7fffffff)\n"
	"V(v1, \"enum small\", SMALL_A) V(v2, \"enum small\", SMALL_B)\n"
	"V(v3, \"enum small\", SMALL_MINUS) V(v4, \"enum unsigned_only\", UNSIGNED_200)\n"
	"V(v5, \"enum unsigned_only\", UNSIGNED_TOP) V(v6, \"\", NAMELESS_7)\n"
	"V(v7, \"typedef_enum_t\", TYPEDEF_9)\n"
	"const char linux_banner[] = \"Linux version 5.10.0-test (gcc)\";\n"
	"__attribute__((section(\".BTF\"))) const unsigned char btf[] = { 0x9f, 0xeb, 1, 0 };\n"
	"char swapper_pg_dir[4096]; int init_uts_ns = 1; static int twice = 2;\n"
	"int *get(void) { return &twice; }\n"
	"__attribute__((weak)) void weak_one(void) { }\n"
	"static void __attribute__((noinline, used)) local_one(void) { }\n";

/* A second unit, read first: it only declares, and has a "twice" too. */
static const char other_text[] =
	"struct inner; struct outer; enum small_other { OTHER = 1 };\n"
	"struct outer *other_outer; struct inner *other_inner;\n"
	"enum small_other other; static int twice = 4;\n"
	"int *get_other(void) { return &twice; }\n";

/* As the text has it. */
struct expectation {
	char kind, type[47], path[48];
	uint64_t offset, size;
	unsigned char raw[64];
};

/* ---- Building ------------------------------------------------------------ */

static const struct build {
	const char *name;
	const char *compile, *link;
	bool host; /* a compiler for this machine: the ELF machine is changed */
} builds[] = {
	{ "clang, DWARF 5", "-gdwarf-5", "", false },
	{ "clang, DWARF 4", "-gdwarf-4", "", false },
	{ "clang, DWARF 3", "-gdwarf-3", "", false },
	{ "clang, DWARF 2", "-gdwarf-2", "", false },
	{ "clang, type units", "-gdwarf-4 -fdebug-types-section", "", false },
	{ "clang, DWARF 5, type units", "-gdwarf-5 -fdebug-types-section", "",
	  false },
	{ "clang, compressed", "-gdwarf-5",
	  "-Wl,--compress-debug-sections=zlib", false },
	{ "gcc, DWARF 5", "-gdwarf-5", "", true },
	{ "gcc, DWARF 4", "-gdwarf-4", "", true },
	{ "gcc, DWARF 4, strict", "-gdwarf-4 -gstrict-dwarf", "", true },
	{ "gcc, DWARF 2, strict", "-gdwarf-2 -gstrict-dwarf", "", true },
	{ "gcc, type units", "-gdwarf-5 -fdebug-types-section", "", true },
	{ "gcc, compressed", "-gdwarf-4 -gz=zlib", "-gz=zlib", true },
};

#define HOST_BUILD 7 /* which objcopy can work on */
#define BUILDS	   (sizeof(builds) / sizeof(builds[0]))

static bool write_file(const char *name, const char *data)
{
	char path[128];
	bool good;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (!f)
		return false;
	good = fputs(data, f) >= 0;
	return !fclose(f) && good;
}

struct image {
	unsigned char *data;
	size_t size;
};

/* Whatever machine it was built for. */
static struct image read_image(const char *name)
{
	Elf64_Ehdr header;
	struct image image;
	struct stat st;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL_FATAL(fstat(fileno(f), &st), 0);
	image.size = (size_t)st.st_size;
	image.data = malloc(image.size);
	CU_ASSERT_EQUAL_FATAL(fread(image.data, 1, image.size, f), image.size);
	fclose(f);
	memcpy(&header, image.data, sizeof(header));
	header.e_machine = htole16(EM_AARCH64);
	memcpy(image.data, &header, sizeof(header));
	return image;
}

static void shell(const char *command)
{
	int status = system(command);

	if (status)
		fprintf(stderr, "    failed: %s\n", command);
	CU_ASSERT_EQUAL_FATAL(status, 0);
}

static struct image build_image(const struct build *b)
{
	const char *cc = b->host ? "gcc -fno-pie -no-pie -mcmodel=large"
				 : "clang --target=aarch64-linux-gnu";
	char command[1024];

	/* The large model is that of x86-64; arm64 reaches all by default. */
#ifdef __aarch64__
	if (b->host)
		cc = "gcc -fno-pie -no-pie";
#endif
	snprintf(command, sizeof(command),
		 "cd %s && { for f in other text; do %s -O1 -ffreestanding "
		 "-fno-stack-protector -fno-asynchronous-unwind-tables %s "
		 "-fno-eliminate-unused-debug-types -c $f.c -o $f.o || exit 1; "
		 "done; %s %s %s -nostdlib -static -Wl,--build-id=sha1 "
		 "-Wl,-T,script -Wl,-z,max-page-size=4096 other.o text.o "
		 "-o vmlinux; } >log 2>&1 || { cat log >&2; false; }",
		 folder, cc, b->compile, cc, b->host ? "" : "-fuse-ld=lld",
		 b->link);
	shell(command);
	return read_image("vmlinux");
}

/* ---- What a dump of it would say ----------------------------------------- */

static const struct dm_kernel kernel = {
	.release = "5.10.0-test",
	.has_kaslr_offset = true,
	.kaslr_offset = KASLR,
	.linear_start = UINT64_C(0xffff000000000000),
};

static Elf_Scn *find_section(Elf *elf, const char *name, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;
	size_t names;

	elf_getshdrstrndx(elf, &names);
	while ((section = elf_nextscn(elf, section))) {
		gelf_getshdr(section, header);
		if (!strcmp(elf_strptr(elf, names, header->sh_name), name))
			break;
	}
	return section;
}

/* As linked; what the linker's own table says. */
static uint64_t linked_address(const struct image *image, const char *name)
{
	Elf *elf = elf_memory((char *)image->data, image->size);
	GElf_Shdr header;
	Elf_Data *data =
		elf_getdata(find_section(elf, ".symtab", &header), NULL);
	uint64_t va = 0;
	GElf_Sym s;
	int i;

	for (i = 0; gelf_getsym(data, i, &s); i++)
		if (!strcmp(elf_strptr(elf, header.sh_link, s.st_name), name))
			va = s.st_value;
	elf_end(elf);
	return va;
}

static void build_id(const struct image *image, char *hex)
{
	Elf *elf = elf_memory((char *)image->data, image->size);
	GElf_Shdr header;
	const unsigned char *id;
	size_t i;

	find_section(elf, ".notes", &header);
	/* Behind the note's header and "GNU\0". */
	id = image->data + header.sh_offset + 16;
	for (i = 0; i < 20; i++)
		sprintf(hex + 2 * i, "%02x", id[i]);
	elf_end(elf);
}

struct lines {
	char text[512];
};

static struct lines dump_lines(const struct image *image)
{
	struct lines l;
	char id[41];

	build_id(image, id);
	snprintf(
		l.text, sizeof(l.text),
		"BUILD-ID=%s\nSYMBOL(swapper_pg_dir)=%llx\nSYMBOL(_stext)=%llx\nSYMBOL(init_uts_ns)=%llx\n",
		id,
		(unsigned long long)(linked_address(image, "swapper_pg_dir") +
				     KASLR),
		(unsigned long long)(linked_address(image, "_stext") + KASLR),
		(unsigned long long)(linked_address(image, "init_uts_ns") +
				     KASLR));
	return l;
}

static struct dm_error *create(const struct image *image, const char *lines,
			       struct vmlinux **v, struct dm_symbol_table **s)
{
	struct dm_vmcoreinfo info = { lines, strlen(lines) };

	return dm_vmlinux_create(image->data, image->size, &kernel, &info, NULL,
				 v, s);
}

/* ---- Types --------------------------------------------------------------- */

static void check_bits(struct dm_type_table *t, const struct expectation *e)
{
	unsigned char raw[sizeof(e->raw)] = { 0 };
	struct dm_member m = { 0 };
	unsigned int i;

	suite_no_error(t->ops->member(t, e->type, e->path, &m));
	CU_ASSERT(m.bit_size > 0);
	CU_ASSERT_FATAL(m.offset + m.size <= sizeof(raw));
	CU_ASSERT(m.bit_offset + m.bit_size <= 8 * m.size);
	for (i = 0; i < m.bit_size; i++) {
		unsigned int bit =
			(unsigned int)m.offset * 8 + m.bit_offset + i;

		raw[bit / 8] |= (unsigned char)(1 << bit % 8);
	}
	if (memcmp(raw, e->raw, sizeof(raw)) != 0)
		fprintf(stderr, "    %s.%s: %llu %llu %u %u\n", e->type,
			e->path, (unsigned long long)m.offset,
			(unsigned long long)m.size, m.bit_offset, m.bit_size);
	CU_ASSERT_EQUAL(memcmp(raw, e->raw, sizeof(raw)), 0);
}

static void check_enumerator(struct dm_type_table *t,
			     const struct expectation *e)
{
	int64_t value = 0;
	char name[64] = "";

	suite_no_error(t->ops->enumerator(t, e->path, &value));
	CU_ASSERT_EQUAL(value, (int64_t)e->offset);
	if (!*e->type)
		return;
	suite_no_error(
		t->ops->enumerator_name(t, e->type, value, name, sizeof(name)));
	CU_ASSERT_STRING_EQUAL(name, e->path);
	suite_no_error(t->ops->enumerator_name(t, e->type, value, name, 4));
	CU_ASSERT_EQUAL(strlen(name), 3);
}

static void check_one(struct dm_type_table *t, const struct expectation *e)
{
	struct dm_member m = { 0 };
	uint64_t size = 0;

	switch (e->kind) {
	case 'm':
		suite_no_error(t->ops->member(t, e->type, e->path, &m));
		if (m.offset != e->offset || m.size != e->size)
			fprintf(stderr, "    %s.%s: %llu %llu\n", e->type,
				e->path, (unsigned long long)m.offset,
				(unsigned long long)m.size);
		CU_ASSERT_EQUAL(m.offset, e->offset);
		CU_ASSERT_EQUAL(m.size, e->size);
		CU_ASSERT_EQUAL(m.bit_size, 0);
		break;
	case 's':
		suite_no_error(t->ops->size(t, e->type, &size));
		CU_ASSERT_EQUAL(size, e->size);
		break;
	case 'b':
		check_bits(t, e);
		break;
	case 'e':
		check_enumerator(t, e);
		break;
	default:
		CU_FAIL("an expectation of no kind");
	}
}

/* Each object of the text's that has an expectation, by its name. */
static size_t check_expectations(const struct image *image,
				 struct dm_type_table *t)
{
	static const struct {
		const char *letter;
		int count;
	} sets[] = { { "e", 30 }, { "s", 12 }, { "b", 13 }, { "v", 7 } };
	Elf *elf = elf_memory((char *)image->data, image->size);
	GElf_Shdr header;
	size_t i, n = 0;
	int j;

	CU_ASSERT_PTR_NOT_NULL_FATAL(find_section(elf, ".rodata", &header));
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		for (j = 1; j <= sets[i].count; j++, n++) {
			struct expectation e;
			char name[16];
			uint64_t off;

			snprintf(name, sizeof(name), "%s%d", sets[i].letter, j);
			off = linked_address(image, name) - header.sh_addr;
			CU_ASSERT_FATAL(off + sizeof(e) <= header.sh_size);
			memcpy(&e, image->data + header.sh_offset + off,
			       sizeof(e));
			check_one(t, &e);
		}
	elf_end(elf);
	return n;
}

static void check_refusals(struct dm_type_table *t)
{
	static const struct {
		const char *type, *path;
		enum dm_error_code code;
	} bad[] = {
		{ "struct outer", "no_such", DM_ERROR_NOT_FOUND },
		{ "struct outer", "firs", DM_ERROR_NOT_FOUND },
		{ "struct outer", "first1", DM_ERROR_NOT_FOUND },
		{ "struct outer", "first.x", DM_ERROR_NOT_FOUND },
		{ "struct outer", "fn.x", DM_ERROR_NOT_FOUND },
		{ "struct outer", "lru.next.next", DM_ERROR_NOT_FOUND },
		{ "struct outer", "named_inside", DM_ERROR_NOT_FOUND },
		{ "struct outer", "first[0]", DM_ERROR_NOT_FOUND },
		{ "struct outer", "whole[4]", DM_ERROR_NOT_FOUND },
		{ "struct outer", "matrix[1][3]", DM_ERROR_NOT_FOUND },
		{ "struct outer", "matrix[0][0][0][0]", DM_ERROR_NOT_FOUND },
		{ "struct outer", "table.wide", DM_ERROR_NOT_FOUND },
		{ "struct outer", "flexible[18446744073709551615].c",
		  DM_ERROR_UNSUPPORTED },
		{ "struct outer", "whole[18446744073709551616]",
		  DM_ERROR_INVALID_ARGUMENT },
		{ "struct outer", "whole[-1]", DM_ERROR_INVALID_ARGUMENT },
		{ "struct outer", "whole[1", DM_ERROR_INVALID_ARGUMENT },
		{ "struct outer", "whole[]", DM_ERROR_INVALID_ARGUMENT },
		{ "struct outer", "whole[1]x", DM_ERROR_INVALID_ARGUMENT },
		{ "struct outer", "", DM_ERROR_INVALID_ARGUMENT },
		{ "struct outer", ".first", DM_ERROR_INVALID_ARGUMENT },
		{ "struct outer", "lru.", DM_ERROR_INVALID_ARGUMENT },
		{ "struct bits", "a.b", DM_ERROR_INVALID_ARGUMENT },
		{ "struct declared_only", "x", DM_ERROR_NOT_FOUND },
		{ "struct either", "l", DM_ERROR_NOT_FOUND },
		{ "outer", "first", DM_ERROR_NOT_FOUND },
		{ "u64", "first", DM_ERROR_NOT_FOUND },
		{ "", "first", DM_ERROR_NOT_FOUND },
	};
	struct dm_member m;
	int64_t value;
	uint64_t size;
	char name[8];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		suite_error(t->ops->member(t, bad[i].type, bad[i].path, &m),
			    bad[i].code, "");
	suite_error(t->ops->size(t, "struct declared_only", &size),
		    DM_ERROR_NOT_FOUND, "declared_only");
	suite_error(t->ops->enumerator(t, "SMALL_", &value), DM_ERROR_NOT_FOUND,
		    "SMALL_");
	suite_error(t->ops->enumerator_name(t, "enum small", 5, name,
					    sizeof(name)),
		    DM_ERROR_NOT_FOUND, "value 5");
	suite_error(t->ops->enumerator_name(t, "u64", 5, name, sizeof(name)),
		    DM_ERROR_NOT_FOUND, "no enumeration");
}

static void test_types(void)
{
	size_t i;

	for (i = 0; i < BUILDS; i++) {
		struct image image = build_image(&builds[i]);
		struct lines lines = dump_lines(&image);
		struct dm_symbol_table *s;
		struct dm_type_table *t;
		struct vmlinux *v;

		fprintf(stderr, "    %s\n", builds[i].name);
		suite_no_error(create(&image, lines.text, &v, &s));
		s->ops->destroy(s);
		suite_no_error(dm_vmlinux_dwarf_types(v, &t));
		/* The table keeps what it needs. */
		dm_vmlinux_destroy(v);
		CU_ASSERT_STRING_EQUAL(t->ops->name, "vmlinux (DWARF)");
		CU_ASSERT_EQUAL(check_expectations(&image, t), 62);
		check_refusals(t);
		t->ops->destroy(t);
		free(image.data);
	}
}

/* ---- Symbols ------------------------------------------------------------- */

static void test_symbols(void)
{
	static const struct {
		const char *name;
		char type;
	} some[] = {
		{ "_text", 0 },		{ "swapper_pg_dir", 'B' },
		{ "init_uts_ns", 'D' }, { "linux_banner", 'R' },
		{ "weak_one", 'W' },	{ "local_one", 't' },
		{ "get", 'T' },
	};
	struct image image = build_image(&builds[0]);
	struct lines lines = dump_lines(&image);
	struct dm_symbol_table *s;
	struct dm_symbol symbol;
	struct vmlinux *v;
	uint64_t va;
	size_t i;

	suite_no_error(create(&image, lines.text, &v, &s));
	/* The table needs it no more. */
	dm_vmlinux_destroy(v);
	CU_ASSERT_STRING_EQUAL(s->ops->name, "vmlinux");
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		suite_no_error(s->ops->find(s, some[i].name, &va));
		CU_ASSERT_EQUAL(va,
				linked_address(&image, some[i].name) + KASLR);
		if (!some[i].type)
			continue;
		suite_no_error(s->ops->at(s, va, &symbol));
		CU_ASSERT_STRING_EQUAL(symbol.name, some[i].name);
		CU_ASSERT_EQUAL(symbol.type, some[i].type);
	}
	suite_no_error(s->ops->find(s, "constant", &va));
	CU_ASSERT_EQUAL(va, 0x1234);
	/* No section, file or mapping symbols. */
	suite_error(s->ops->find(s, "$x.0", &va), DM_ERROR_NOT_FOUND, "");
	suite_error(s->ops->find(s, "text.c", &va), DM_ERROR_NOT_FOUND, "");
	s->ops->destroy(s);
	free(image.data);
}

static void test_btf(void)
{
	struct image image = build_image(&builds[0]);
	struct lines lines = dump_lines(&image);
	struct dm_symbol_table *s;
	struct vmlinux *v;
	const void *data;
	size_t size;

	suite_no_error(create(&image, lines.text, &v, &s));
	suite_no_error(dm_vmlinux_btf(v, &data, &size));
	CU_ASSERT_EQUAL(size, 4);
	CU_ASSERT_EQUAL(memcmp(data, "\x9f\xeb\1\0", 4), 0);
	dm_vmlinux_destroy(v);
	s->ops->destroy(s);
	free(image.data);
}

/* ---- Refusals ------------------------------------------------------------ */

static void test_other_kernel(void)
{
	struct image image = build_image(&builds[0]);
	struct lines good = dump_lines(&image), bad;
	struct dm_kernel k = kernel;
	struct dm_vmcoreinfo info = { good.text, strlen(good.text) };
	struct dm_symbol_table *s;
	struct vmlinux *v;

	strcpy(k.release, "5.10.1-test");
	suite_error(dm_vmlinux_create(image.data, image.size, &k, &info, NULL,
				      &v, &s),
		    DM_ERROR_UNSUPPORTED,
		    "of Linux 5.10.0-test, the dump is of 5.10.1-test");
	bad = good;
	bad.text[9] = bad.text[9] == '0' ? '1' : '0';
	suite_error(create(&image, bad.text, &v, &s), DM_ERROR_UNSUPPORTED,
		    "of another build");
	bad = good;
	strchr(bad.text, '\n')[-1] = '\n'; /* a digit less */
	suite_error(create(&image, bad.text, &v, &s), DM_ERROR_UNSUPPORTED,
		    "of another build");
	/* Without that line, by addresses. */
	suite_error(create(&image, "SYMBOL(swapper_pg_dir)=ffffda3d8237b000\n",
			   &v, &s),
		    DM_ERROR_UNSUPPORTED, "this vmlinux is of another kernel");
	suite_no_error(create(&image, strchr(good.text, '\n') + 1, &v, &s));
	dm_vmlinux_destroy(v);
	s->ops->destroy(s);
	k = kernel;
	k.has_kaslr_offset = false;
	suite_error(dm_vmlinux_create(image.data, image.size, &k, &info, NULL,
				      &v, &s),
		    DM_ERROR_BAD_DUMP, "KERNELOFFSET");
	free(image.data);
}

static void test_not_vmlinux(void)
{
	static const struct {
		const char *data;
		size_t size;
		const char *part;
	} bad[] = {
		{ "", 0, "no ELF" },
		{ "hello", 5, "no ELF" },
		{ "\x7f"
		  "ELF",
		  4, "cut off" },
		{ "\xfd"
		  "7zXZ\0\0",
		  7, "xz -dk" },
		{ "\x1f\x8b\x08", 3, "gunzip" },
		{ "\x28\xb5\x2f\xfd", 4, "unzstd" },
		{ "BZh9", 4, "bunzip2" },
	};
	char boot[64] = "MZ";
	struct dm_symbol_table *s;
	struct vmlinux *v;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		unsigned char *copy = malloc(bad[i].size + 1);
		struct image image = { copy, bad[i].size };

		memcpy(copy, bad[i].data, bad[i].size);
		image.data = realloc(copy, bad[i].size ? bad[i].size : 1);
		suite_error(create(&image, "", &v, &s), DM_ERROR_UNSUPPORTED,
			    bad[i].part);
		free(image.data);
	}
	memcpy(boot + 56, "ARM\x64", 4);
	suite_error(create(&(struct image){ (unsigned char *)boot, 64 }, "", &v,
			   &s),
		    DM_ERROR_UNSUPPORTED, "a boot image");
}

static void with_byte(const struct image *image, size_t off, unsigned char byte,
		      const char *part)
{
	unsigned char before = image->data[off];
	struct dm_symbol_table *s;
	struct vmlinux *v;

	image->data[off] = byte;
	suite_error(create(image, "", &v, &s), DM_ERROR_UNSUPPORTED, part);
	image->data[off] = before;
}

static void test_wrong_elf(void)
{
	struct image image = build_image(&builds[0]);

	with_byte(&image, EI_CLASS, ELFCLASS32, "not for little-endian arm64");
	with_byte(&image, EI_DATA, ELFDATA2MSB, "not for little-endian arm64");
	with_byte(&image, 18, EM_X86_64, "(ELF machine 62)");
	with_byte(&image, 16, ET_REL, "not a linked kernel");
	with_byte(&image, 16, ET_CORE, "not a linked kernel");
	/* e_shnum 0. */
	with_byte(&image, 60, 0, "table of sections");
	free(image.data);
}

/* The table of sections is the last in the file: every cut takes from it. */
static void test_cut(void)
{
	struct image image = build_image(&builds[0]);
	struct lines lines = dump_lines(&image);
	struct dm_symbol_table *s;
	struct vmlinux *v;
	size_t size;

	for (size = 0; size < image.size; size += 1 + image.size / 997) {
		struct image cut = { malloc(size ? size : 1), size };

		memcpy(cut.data, image.data, size);
		suite_error(create(&cut, lines.text, &v, &s),
			    DM_ERROR_UNSUPPORTED, "");
		free(cut.data);
	}
	free(image.data);
}

static void test_stripped(void)
{
	struct image image = build_image(&builds[HOST_BUILD]), other;
	struct lines lines = dump_lines(&image);
	struct dm_symbol_table *s;
	struct dm_type_table *t;
	struct vmlinux *v;
	char command[256];

	snprintf(command, sizeof(command),
		 "cd %s && objcopy --strip-debug vmlinux stripped", folder);
	shell(command);
	other = read_image("stripped");
	suite_no_error(create(&other, lines.text, &v, &s));
	suite_error(dm_vmlinux_dwarf_types(v, &t), DM_ERROR_NOT_FOUND,
		    "no DWARF");
	dm_vmlinux_destroy(v);
	s->ops->destroy(s);
	free(other.data);

	snprintf(command, sizeof(command),
		 "cd %s && objcopy --strip-all vmlinux stripped", folder);
	shell(command);
	other = read_image("stripped");
	suite_error(create(&other, lines.text, &v, &s), DM_ERROR_UNSUPPORTED,
		    "no symbol table");
	free(other.data);

	snprintf(command, sizeof(command),
		 "cd %s && echo x >x && objcopy --add-section "
		 ".gnu_debugaltlink=x vmlinux stripped",
		 folder);
	shell(command);
	other = read_image("stripped");
	suite_no_error(create(&other, lines.text, &v, &s));
	suite_error(dm_vmlinux_dwarf_types(v, &t), DM_ERROR_UNSUPPORTED,
		    ".gnu_debugaltlink");
	dm_vmlinux_destroy(v);
	s->ops->destroy(s);
	free(other.data);
	free(image.data);
}

/* A file of debug information alone; its .BTF has no bytes. */
static void test_debug_file(void)
{
	struct image image = build_image(&builds[HOST_BUILD]), other;
	struct lines lines = dump_lines(&image);
	struct dm_symbol_table *s;
	struct dm_type_table *t;
	struct vmlinux *v;
	char command[256];
	const void *data;
	size_t size;

	snprintf(command, sizeof(command),
		 "cd %s && objcopy --only-keep-debug vmlinux only", folder);
	shell(command);
	other = read_image("only");
	suite_no_error(create(&other, lines.text, &v, &s));
	suite_error(dm_vmlinux_btf(v, &data, &size), DM_ERROR_NOT_FOUND,
		    "no BTF");
	suite_no_error(dm_vmlinux_dwarf_types(v, &t));
	CU_ASSERT_EQUAL(check_expectations(&image, t), 62);
	t->ops->destroy(t);
	dm_vmlinux_destroy(v);
	s->ops->destroy(s);
	free(other.data);
	free(image.data);
}

/* ---- Damage -------------------------------------------------------------- */

/* Whatever it answers: it must not crash, hang or read elsewhere. */
static void ask_all(const struct image *image, const char *lines)
{
	static const char *const types[] = { "struct outer", "struct bits",
					     "union either", "u64",
					     "enum small",   "struct none" };
	static const char *const paths[] = { "deep", "table[2].wide",	"e",
					     "i",    "matrix[1][2][3]", "c" };
	struct dm_symbol_table *s;
	struct dm_type_table *t;
	struct dm_error *err;
	struct vmlinux *v;
	struct dm_member m;
	int64_t value;
	uint64_t size;
	char name[32];
	size_t i, j;

	err = create(image, lines, &v, &s);
	dm_error_destroy(err);
	if (err)
		return;
	err = dm_vmlinux_dwarf_types(v, &t);
	dm_error_destroy(err);
	for (i = 0; !err && i < sizeof(types) / sizeof(types[0]); i++) {
		dm_error_destroy(t->ops->size(t, types[i], &size));
		dm_error_destroy(t->ops->enumerator_name(t, types[i], 3, name,
							 sizeof(name)));
		for (j = 0; j < sizeof(paths) / sizeof(paths[0]); j++)
			dm_error_destroy(
				t->ops->member(t, types[i], paths[j], &m));
	}
	if (!err) {
		dm_error_destroy(t->ops->enumerator(t, "SMALL_B", &value));
		t->ops->destroy(t);
	}
	dm_vmlinux_destroy(v);
	s->ops->destroy(s);
}

/* Bytes of a section overwritten, here and there; the same at each run. */
static void damage(const struct image *image, const char *lines,
		   const char *name, unsigned int rounds)
{
	Elf *elf = elf_memory((char *)image->data, image->size);
	struct image bad = { malloc(image->size), image->size };
	unsigned int i, j, seed = 1;
	GElf_Shdr header;

	CU_ASSERT_PTR_NOT_NULL_FATAL(find_section(elf, name, &header));
	elf_end(elf);
	for (i = 0; i < rounds; i++) {
		memcpy(bad.data, image->data, image->size);
		for (j = 0; j < 1 + i % 4; j++)
			bad.data[header.sh_offset +
				 (size_t)rand_r(&seed) % header.sh_size] =
				(unsigned char)rand_r(&seed);
		ask_all(&bad, lines);
	}
	free(bad.data);
}

static void test_damaged(void)
{
	static const char *const sections[] = { ".debug_info", ".debug_abbrev",
						".debug_str",  ".symtab",
						".strtab",     ".shstrtab" };
	static const size_t which[] = { 0, 2, 4, 8 };
	size_t i, j;

	for (i = 0; i < sizeof(which) / sizeof(which[0]); i++) {
		struct image image = build_image(&builds[which[i]]);
		struct lines lines = dump_lines(&image);

		for (j = 0; j < sizeof(sections) / sizeof(sections[0]); j++)
			damage(&image, lines.text, sections[j], 100);
		free(image.data);
	}
}

/* ---- As a file ----------------------------------------------------------- */

static struct lines file_lines;

static struct dm_error *give_lines(struct dm_source *source, const char **data,
				   size_t *size)
{
	(void)source;
	*data = file_lines.text;
	*size = strlen(file_lines.text);
	return NULL;
}

static void test_file(void)
{
	static const struct dm_source_ops ops = { .vmcoreinfo = give_lines };
	struct dm_source source = { &ops };
	struct image image = build_image(&builds[6]);
	struct dm_symbol_table *s;
	struct dm_type_table *t;
	struct vmlinux *v;
	char path[128];
	uint64_t size;

	file_lines = dump_lines(&image);
	snprintf(path, sizeof(path), "%s/vmlinux", folder);
	suite_no_error(
		dm_debuginfo_open_vmlinux(path, &kernel, &source, &s, &t, &v));
	dm_vmlinux_destroy(v);
	s->ops->destroy(s);
	suite_no_error(t->ops->size(t, "struct list", &size));
	CU_ASSERT_EQUAL(size, 16);
	t->ops->destroy(t);
	suite_no_error(dm_debuginfo_open_vmlinux(path, &kernel, &source, &s,
						 NULL, NULL));
	s->ops->destroy(s);
	suite_error(dm_debuginfo_open_vmlinux(folder, &kernel, &source, &s,
					      NULL, NULL),
		    DM_ERROR_UNSUPPORTED, "a directory");
	unlink(path);
	suite_error(dm_debuginfo_open_vmlinux(path, &kernel, &source, &s, &t,
					      &v),
		    DM_ERROR_OS, path);
	CU_ASSERT_FATAL(write_file("vmlinux", ""));
	suite_error(dm_debuginfo_open_vmlinux(path, &kernel, &source, &s, &t,
					      &v),
		    DM_ERROR_UNSUPPORTED, "empty");
	free(image.data);
}

/* ---- Into a session ------------------------------------------------------- */

/* In place of the library's: it counts, and refuses symbols where it is full. */
struct dm_session {
	struct dm_source source;
	bool full;
	unsigned int symbols, types; /* that it took */
};

const struct dm_kernel *dm_session_kernel(const struct dm_session *session)
{
	(void)session;
	return &kernel;
}

struct dm_source *dm_session_source(const struct dm_session *session)
{
	return (struct dm_source *)&session->source;
}

struct dm_error *dm_session_add_symbols(struct dm_session *session,
					struct dm_symbol_table *table,
					bool first)
{
	CU_ASSERT_TRUE(first);
	table->ops->destroy(table);
	if (session->full)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "full");
	session->symbols++;
	return NULL;
}

struct dm_error *dm_session_add_types(struct dm_session *session,
				      struct dm_type_table *table)
{
	session->types++;
	table->ops->destroy(table);
	return NULL;
}

/* Where a session does not take the symbols, it does not get the types. */
static void test_session(void)
{
	static const struct dm_source_ops ops = { .vmcoreinfo = give_lines };
	struct dm_session session = { .source = { &ops } };
	struct image image = build_image(&builds[6]);
	char path[128];

	file_lines = dump_lines(&image);
	snprintf(path, sizeof(path), "%s/vmlinux", folder);
	suite_no_error(dm_debuginfo_add_vmlinux(&session, path));
	CU_ASSERT_EQUAL(session.symbols, 1);
	CU_ASSERT_EQUAL(session.types, 1);
	session.full = true;
	suite_error(dm_debuginfo_add_vmlinux(&session, path),
		    DM_ERROR_INVALID_ARGUMENT, "/vmlinux: full");
	CU_ASSERT_EQUAL(session.symbols, 1);
	CU_ASSERT_EQUAL(session.types, 1);
	free(image.data);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "types", test_types },
		{ "symbols", test_symbols },
		{ "BTF", test_btf },
		{ "another kernel's", test_other_kernel },
		{ "not a vmlinux", test_not_vmlinux },
		{ "another kind of ELF", test_wrong_elf },
		{ "cut", test_cut },
		{ "stripped", test_stripped },
		{ "debug file", test_debug_file },
		{ "damaged", test_damaged },
		{ "file", test_file },
		{ "into a session", test_session },
		CU_TEST_INFO_NULL,
	};
	char command[64];
	int result;

	if (!mkdtemp(folder) || !write_file("text.c", text) ||
	    !write_file("other.c", other_text) || !write_file("script", script))
		return 1;
	elf_version(EV_CURRENT);
	result = suite_run("vmlinux", tests);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) ? 1 : result;
}
