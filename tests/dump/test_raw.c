// SPDX-License-Identifier: GPL-2.0-or-later
/* Raw memory that begins like something else. */
#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <unistd.h>

#include "directmap/dump.h"
#include "suite.h"

#define SIZE (256 << 10)

/* What is said of a file that has @size bytes of @head, and then nothing. */
static struct dm_error *open_raw(const void *head, size_t size)
{
	char path[] = "/tmp/test_raw.XXXXXX", name[64];
	const char *const names[] = { name };
	int fd = mkstemp(path);
	struct dm_dump *dump;
	struct dm_error *err;

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, head, size), (ssize_t)size);
	CU_ASSERT_EQUAL_FATAL(ftruncate(fd, SIZE), 0);
	close(fd);
	snprintf(name, sizeof(name), "%s@0x40000000", path);
	err = dm_dump_open(names, 1, NULL, &dump);
	CU_ASSERT_PTR_NULL(dump);
	unlink(path);
	return err;
}

static struct dm_error *open_elf(uint16_t type)
{
	Elf64_Ehdr ehdr = { .e_type = htole16(type),
			    .e_machine = htole16(EM_AARCH64) };

	memcpy(ehdr.e_ident, ELFMAG, SELFMAG);
	ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
	return open_raw(&ehdr, sizeof(ehdr));
}

/* The page cache has pages of any file, also at RAM's beginning. */
static void test_elf(void)
{
	suite_error(open_elf(ET_REL), DM_ERROR_BAD_DUMP, "no VMCOREINFO");
	suite_error(open_elf(ET_EXEC), DM_ERROR_BAD_DUMP, "no VMCOREINFO");
	suite_error(open_elf(ET_DYN), DM_ERROR_BAD_DUMP, "no VMCOREINFO");
	suite_error(open_elf(ET_CORE), DM_ERROR_INVALID_ARGUMENT,
		    "is no raw memory but a dump");
}

static void test_dumps(void)
{
	suite_error(open_raw("KDUMP   ", 8), DM_ERROR_INVALID_ARGUMENT,
		    "is no raw memory but a dump");
	suite_error(open_raw("EMiL\1\0\0\0", 8), DM_ERROR_INVALID_ARGUMENT,
		    "is no raw memory but a dump");
	suite_error(open_raw("", 1), DM_ERROR_BAD_DUMP, "no VMCOREINFO");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "ELF files", test_elf },
		{ "dumps", test_dumps },
		CU_TEST_INFO_NULL,
	};

	return suite_run("raw memory", tests);
}
