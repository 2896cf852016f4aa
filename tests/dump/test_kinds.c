// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ELF cores that are not of a kernel, as Xen, gcore and others write them. Kinds
 * that their first bytes tell: tests/robustness/rows.c.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directmap/dump.h"
#include "suite.h"

static char path[] = "/tmp/test_kinds.XXXXXX";
static uint16_t machine = EM_AARCH64;

static Elf64_Ehdr header(void)
{
	return (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = machine,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
	};
}

static void put(FILE *file, const void *bytes, size_t size)
{
	CU_ASSERT_EQUAL(fwrite(bytes, 1, size, file), size);
}

static FILE *create(void)
{
	FILE *file = fopen(path, "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	return file;
}

static void refuse(FILE *file, const char *part)
{
	const char *paths[] = { path };
	struct dm_dump *dump;

	CU_ASSERT_EQUAL(fclose(file), 0);
	suite_error(dm_dump_open(paths, 1, NULL, &dump), DM_ERROR_UNSUPPORTED,
		    part);
}

/* ---- Xen ---------------------------------------------------------------- */

static const char names[] = "\0.shstrtab\0.note.Xen\0.xen_p2m\0.xen_pages";

static void put_sections(FILE *file, uint16_t count, uint16_t names_at)
{
	Elf64_Ehdr ehdr = header();
	Elf64_Shdr none = { 0 };
	Elf64_Shdr table = {
		.sh_type = SHT_STRTAB,
		.sh_offset = sizeof(ehdr) + 3 * sizeof(none),
		.sh_size = sizeof(names),
	};

	ehdr.e_shoff = sizeof(ehdr);
	ehdr.e_shentsize = sizeof(none);
	ehdr.e_shnum = count;
	ehdr.e_shstrndx = names_at;
	put(file, &ehdr, sizeof(ehdr));
	put(file, &none, sizeof(none));
	put(file, &table, sizeof(table));
	put(file, &none, sizeof(none));
	put(file, names, sizeof(names));
}

static void test_xen_domain(void)
{
	FILE *file = create();
	struct dm_dump *dump;
	const char *paths[] = { path };

	put_sections(file, 3, 1);
	refuse(file, "a core of a Xen domain (xl dump-core)");
	/* Sections that lead nowhere: then it is just an empty core. */
	file = create();
	put_sections(file, 3, 9);
	CU_ASSERT_EQUAL(fclose(file), 0);
	suite_error(dm_dump_open(paths, 1, NULL, &dump), DM_ERROR_BAD_DUMP,
		    "without physical memory");
}

/* ---- Notes -------------------------------------------------------------- */

struct note {
	const char *name;
	uint32_t type;
	const void *desc;
	size_t size;
};

static size_t filled(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static void put_note(FILE *file, const struct note *note)
{
	static const char zeros[4];
	Elf64_Nhdr header = {
		.n_namesz = (Elf64_Word)strlen(note->name) + 1,
		.n_descsz = (Elf64_Word)note->size,
		.n_type = note->type,
	};

	put(file, &header, sizeof(header));
	put(file, note->name, header.n_namesz);
	put(file, zeros, filled(header.n_namesz) - header.n_namesz);
	put(file, note->desc, note->size);
	put(file, zeros, filled(note->size) - note->size);
}

/* With memory at physical address 0, as the kernel writes it for a process. */
static void put_core(FILE *file, const struct note *notes, size_t count)
{
	static const char memory[3 * 4096];
	Elf64_Ehdr ehdr = header();
	Elf64_Phdr ph = { .p_type = PT_NOTE };
	size_t i;

	ehdr.e_phoff = sizeof(ehdr);
	ehdr.e_phnum = 4;
	ph.p_offset = sizeof(ehdr) + 4 * sizeof(ph);
	for (i = 0; i < count; i++)
		ph.p_filesz += sizeof(Elf64_Nhdr) +
			       filled(strlen(notes[i].name) + 1) +
			       filled(notes[i].size);
	put(file, &ehdr, sizeof(ehdr));
	put(file, &ph, sizeof(ph));
	ph = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_offset = ph.p_offset + ph.p_filesz,
		.p_filesz = 4096,
		.p_memsz = 4096,
	};
	for (i = 0; i < 3; i++) {
		ph.p_vaddr = 0xaaaa00000000 + i * 0x100000;
		put(file, &ph, sizeof(ph));
		ph.p_offset += 4096;
	}
	for (i = 0; i < count; i++)
		put_note(file, &notes[i]);
	put(file, memory, sizeof(memory));
}

static void test_process(void)
{
	char status[392] = { 0 }, info[136] = { 0 }, auxv[320] = { 0 };
	struct note notes[] = {
		{ "CORE", NT_PRSTATUS, status, sizeof(status) },
		{ "CORE", NT_PRPSINFO, info, sizeof(info) },
		{ "CORE", NT_AUXV, auxv, sizeof(auxv) },
	};
	FILE *file = create();

	strcpy(info + 40, "qemu-system-aar");
	put_core(file, notes, 3);
	refuse(file, "the core of a process (qemu-system-aar), not");
	/* Of a machine that emulates the guest's. */
	file = create();
	machine = EM_X86_64;
	put_core(file, notes, 3);
	refuse(file, "the core of a process (qemu-system-aar), not");
	file = create();
	put_core(file, notes, 1);
	refuse(file, "an ELF file of x86-64");
	machine = EM_AARCH64;
	file = create();
	notes[2].type = NT_FILE;
	notes[1].size = 40;
	put_core(file, notes, 3);
	refuse(file, "the core of a process, not of a kernel");
}

static void test_xen_notes(void)
{
	char info[64] = { 0 };
	/* XEN_ELFNOTE_CRASH_INFO */
	struct note note = { "Xen", 0x1000001, info, sizeof(info) };
	FILE *file = create();

	put_core(file, &note, 1);
	refuse(file, "a dump of a Xen hypervisor");
}

/* With VMCOREINFO it is a kernel's, whatever else it has: dom0's, say. */
static void test_kernel_with_notes(void)
{
	static const char text[] =
		"OSRELEASE=6.1\nNUMBER(kimage_voffset)=0x0\n";
	char info[64] = { 0 };
	struct note notes[] = {
		{ "Xen", 0x1000001, info, sizeof(info) },
		{ "CORE", NT_AUXV, info, sizeof(info) },
		{ "VMCOREINFO", 0, text, sizeof(text) - 1 },
	};
	const char *paths[] = { path };
	FILE *file = create();
	struct dm_dump *dump;

	put_core(file, notes, 3);
	CU_ASSERT_EQUAL(fclose(file), 0);
	suite_error(dm_dump_open(paths, 1, NULL, &dump), DM_ERROR_BAD_DUMP,
		    "without physical memory");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "a Xen domain", test_xen_domain },
		{ "a process", test_process },
		{ "Xen's notes", test_xen_notes },
		{ "a kernel with such notes", test_kernel_with_notes },
		CU_TEST_INFO_NULL,
	};
	int fd = mkstemp(path), failed;

	if (fd < 0) {
		perror(path);
		return 1;
	}
	close(fd);
	failed = suite_run("kinds", tests);
	unlink(path);
	return failed;
}
