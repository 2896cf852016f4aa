// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a dump's notes an extract may carry. */
#include <elf.h>
#include <stdlib.h>

#include "write/public_notes.h"
#include "suite.h"

#define STATUS_SIZE 392

static char input[4096];
static size_t input_size;

static void add(const char *name, uint32_t type, char fill, size_t size)
{
	Elf64_Nhdr header = {
		.n_namesz = (Elf64_Word)strlen(name) + 1,
		.n_descsz = (Elf64_Word)size,
		.n_type = type,
	};

	memcpy(input + input_size, &header, sizeof(header));
	input_size += sizeof(header);
	strcpy(input + input_size, name);
	input_size += (header.n_namesz + 3u) & ~3u;
	memset(input + input_size, fill, size);
	input_size += (size + 3) & ~(size_t)3;
}

/* The note at @at: its content, or NULL if it is another. */
static const char *note_at(const char *at, const char *name, uint32_t type,
			   size_t size)
{
	Elf64_Nhdr header;

	memcpy(&header, at, sizeof(header));
	if (header.n_type != type || header.n_descsz != size ||
	    strcmp(at + sizeof(header), name) != 0)
		return NULL;
	return at + sizeof(header) + ((header.n_namesz + 3u) & ~3u);
}

static void test_only_status_and_vmcoreinfo(void)
{
	static const char text[] = "OSRELEASE=7.3\nPAGESIZE=4096\n";
	const char *desc, *notes;
	size_t size, i, secrets = 0;
	void *ret;

	input_size = 0;
	add("CORE", NT_PRSTATUS, 'a', STATUS_SIZE);
	add("CORE", NT_FPREGSET, '~', 528);
	add("LINUX", 0x405, '~', 592);
	add("CORE", NT_TASKSTRUCT, '~', 999);
	add("LINUX", NT_PRSTATUS, '~', STATUS_SIZE);
	add("VMCOREINFO", 0, '~', 100);
	add("CORE", NT_PRSTATUS, 'b', STATUS_SIZE);
	suite_no_error(public_notes(input, input_size, text, strlen(text), &ret,
				    &size));
	notes = ret;
	desc = note_at(notes, "CORE", NT_PRSTATUS, STATUS_SIZE);
	CU_ASSERT_PTR_NOT_NULL_FATAL(desc);
	/* x0 to x30 are zero; what is before, and sp, pc and pstate, is not. */
	for (i = 0; i < STATUS_SIZE; i++)
		CU_ASSERT_EQUAL(desc[i],
				i < 112 || i >= 112 + 31 * 8 ? 'a' : 0);
	desc = note_at(desc + STATUS_SIZE, "CORE", NT_PRSTATUS, STATUS_SIZE);
	CU_ASSERT_PTR_NOT_NULL_FATAL(desc);
	CU_ASSERT_EQUAL(desc[0], 'b');
	desc = note_at(desc + STATUS_SIZE, "VMCOREINFO", 0, strlen(text));
	CU_ASSERT_PTR_NOT_NULL_FATAL(desc);
	CU_ASSERT_EQUAL(memcmp(desc, text, strlen(text)), 0);
	CU_ASSERT_EQUAL(size,
			(size_t)(desc - notes) + ((strlen(text) + 3) & ~3u));
	for (i = 0; i < size; i++)
		secrets += notes[i] == '~';
	CU_ASSERT_EQUAL(secrets, 0);
	free(ret);
}

static void test_odd_notes(void)
{
	static const Elf64_Nhdr large = { 5, 0xfffffff0, NT_PRSTATUS };
	const char *desc;
	size_t size;
	void *ret;

	/* A status of another size is no arm64's: nothing of it is kept. */
	input_size = 0;
	add("CORE", NT_PRSTATUS, '~', 100);
	/* A note that claims more than there is ends the list. */
	memcpy(input + input_size, &large, sizeof(large));
	input_size += sizeof(large);
	suite_no_error(
		public_notes(input, input_size, "A=1\n", 4, &ret, &size));
	desc = note_at(ret, "CORE", NT_PRSTATUS, 100);
	CU_ASSERT_PTR_NOT_NULL_FATAL(desc);
	CU_ASSERT_EQUAL(desc[0], 0);
	CU_ASSERT_EQUAL(desc[99], 0);
	CU_ASSERT_PTR_NOT_NULL(note_at(desc + 100, "VMCOREINFO", 0, 4));
	free(ret);
	/* No notes at all. */
	suite_no_error(public_notes(NULL, 0, "A=1\n", 4, &ret, &size));
	CU_ASSERT_PTR_NOT_NULL(note_at(ret, "VMCOREINFO", 0, 4));
	free(ret);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "status and VMCOREINFO, no more",
		  test_only_status_and_vmcoreinfo },
		{ "odd notes", test_odd_notes },
		CU_TEST_INFO_NULL,
	};

	return suite_run("notes", tests);
}
