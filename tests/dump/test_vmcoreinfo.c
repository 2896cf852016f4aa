// SPDX-License-Identifier: GPL-2.0-or-later
/* VMCOREINFO from notes of any size, from memory, and from the user. */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arm64/kernel.h"
#include "walk/walk.h"
#include "directmap/dump.h"
#include "gen/gen.h"
#include "suite.h"

static char folder[] = "/tmp/test_vmcoreinfo.XXXXXX";

/* The image is where VMCOREINFO says, but for what a test changes. */
#define RAM   "ram 0x40000000+1G\n"
#define K4    "kernel page=4K va=48\n" RAM
#define LINE  "map pa=0x40000000 1G 2M\n"
#define IMAGE "map image 64M 2M pa=load\n"
#define SOUND K4 LINE IMAGE "no-vmcoreinfo\n"
#define TEXT  "vmcoreinfo-page 0x43428000\n"
#define ELF   "format elf\n"

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *make(const char *spec)
{
	const char *path = in_folder("dump");

	suite_no_error(gen_dump(spec, path));
	return path;
}

static struct dm_error *open_how(struct dm_dump **dump, const char *spec,
				 const struct dm_dump_options *options)
{
	const char *path = make(spec);

	return dm_dump_open(&path, 1, options, dump);
}

static struct dm_error *open_spec(struct dm_dump **dump, const char *spec)
{
	struct dm_dump_options none = { .struct_size = sizeof(none) };

	return open_how(dump, spec, &none);
}

static struct dm_error *open_given(struct dm_dump **dump, const char *spec,
				   const char *vmcoreinfo)
{
	struct dm_dump_options options = { .struct_size = sizeof(options),
					   .vmcoreinfo = vmcoreinfo };

	return open_how(dump, spec, &options);
}

/* A whole GiB, by 2M leaves; closes it. */
static void check_figures(struct dm_dump *dump, enum dm_leaf leaf)
{
	struct dm_usage *usage = malloc(sizeof(*usage));
	struct dm_kernel kernel;

	CU_ASSERT_PTR_NOT_NULL_FATAL(usage);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	suite_no_error(dm_kernel_init(&kernel, dm_dump_source(dump)));
	suite_no_error(dm_walk(dm_dump_source(dump), &kernel, NULL, usage, NULL,
			       NULL));
	CU_ASSERT_EQUAL(usage->mapped[leaf], 1 << 30);
	CU_ASSERT_EQUAL(dm_usage_mapped(usage), 1 << 30);
	CU_ASSERT_EQUAL(dm_usage_findings(usage), 0);
	free(usage);
	dm_dump_close(dump);
}

static void check_found(const char *spec, uint64_t pa, enum dm_leaf leaf)
{
	struct dm_dump *dump = NULL;

	suite_no_error(open_spec(&dump, spec));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_from,
			DM_DUMP_VMCOREINFO_RAM);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_pa, pa);
	CU_ASSERT_FALSE(dm_dump_info(dump)->vmcoreinfo_given);
	check_figures(dump, leaf);
}

static void refuse(const char *spec, const char *part)
{
	struct dm_dump *dump;

	suite_error(open_spec(&dump, spec), DM_ERROR_BAD_DUMP, part);
	CU_ASSERT_PTR_NULL(dump);
}

/* ---- In memory ---------------------------------------------------------- */

static void test_formats(void)
{
	static const char *const formats[] = {
		"elf",
		"elf tight",
		"elf flattened",
		"elf chunk=65536 reverse",
		"kdump none",
		"kdump zlib",
		"kdump lzo",
		"kdump zstd",
		"kdump snappy",
		"kdump zlib flattened",
		"kdump zlib qemu",
		"elf kcore",
	};
	char spec[1024];
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		snprintf(spec, sizeof(spec), SOUND TEXT "format %s\n",
			 formats[i]);
		check_found(spec, 0x43428000, DM_LEAF_PMD);
	}
}

static void test_granules(void)
{
	check_found("kernel page=16K va=47\n" RAM
		    "map pa=0x40000000 1G 32M\nmap image 64M pte pa=load\n"
		    "no-vmcoreinfo\nvmcoreinfo-page 0x43428000\n" ELF,
		    0x43428000, DM_LEAF_PMD);
	check_found("kernel page=64K va=52/48\n" RAM
		    "map pa=0x40000000 1G 512M\nmap image 64M pte pa=load\n"
		    "no-vmcoreinfo\nvmcoreinfo-page 0x43420000\n"
		    "format kdump zlib\n",
		    0x43420000, DM_LEAF_PMD);
	check_found("kernel page=4K va=52\n" RAM LINE IMAGE
		    "no-vmcoreinfo\nvmcoreinfo-page 0x43428000\n"
		    "format kdump zlib block=65536\n",
		    0x43428000, DM_LEAF_PMD);
}

/* The kernel's copy for /proc/vmcore; it may be longer than a page. */
static void test_note_in_memory(void)
{
	check_found(SOUND "vmcoreinfo-page 0x43510000 note\n" ELF, 0x43510000,
		    DM_LEAF_PMD);
	check_found(SOUND "vmcoreinfo-page 0x43510000 note\nformat kdump lzo\n",
		    0x43510000, DM_LEAF_PMD);
}

/* Nothing is known above the linear map, in an extract of figures, say. */
static void test_no_image(void)
{
	check_found(K4 LINE "no-vmcoreinfo\n" TEXT ELF, 0x43428000,
		    DM_LEAF_PMD);
	check_found(SOUND TEXT "drop table pud image\n" ELF, 0x43428000,
		    DM_LEAF_PMD);
}

/* Copies are one; what has the time of the crash is the longest. */
static void test_copies(void)
{
	struct dm_source *source;
	struct dm_dump *dump = NULL;
	const char *text;
	size_t size;

	suite_no_error(open_spec(&dump, SOUND TEXT
				 "vmcoreinfo-page 0x50000000 note\n"
				 "vmcoreinfo set CRASHTIME=1700000000\n"
				 "vmcoreinfo-page 0x51000000 note\n"
				 "vmcoreinfo-page 0x52000000\n" ELF));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	source = dm_dump_source(dump);
	suite_no_error(source->ops->vmcoreinfo(source, &text, &size));
	CU_ASSERT_PTR_NOT_NULL(memmem(text, size, "\nCRASHTIME=17", 13));
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_pa, 0x51000000);
	check_figures(dump, DM_LEAF_PMD);
}

/* The text fills its page, and its last line is cut; other memory follows. */
static void test_full_page(void)
{
	char spec[8192], fill[2000];

	memset(fill, 'x', sizeof(fill) - 1);
	fill[sizeof(fill) - 1] = '\0';
	snprintf(spec, sizeof(spec),
		 SOUND "vmcoreinfo set A=%s\nvmcoreinfo set B=%s\n"
		       "vmcoreinfo cut 4096\nvmcoreinfo-page 0x43428000\n"
		       "page 0x43429000 random=1\n" ELF,
		 fill, fill);
	check_found(spec, 0x43428000, DM_LEAF_PMD);
	snprintf(spec, sizeof(spec),
		 SOUND "vmcoreinfo set A=%s\nvmcoreinfo set B=%s\n"
		       "vmcoreinfo cut 4096\nvmcoreinfo-page 0x43428000 note\n"
		       "drop page 0x4342a000\n" ELF,
		 fill, fill);
	check_found(spec, 0x43428000, DM_LEAF_PMD);
	snprintf(spec, sizeof(spec),
		 SOUND "vmcoreinfo set A=%s\nvmcoreinfo set B=%s\n"
		       "vmcoreinfo cut 4096\nvmcoreinfo-page 0x43428000\n"
		       "drop page 0x43429000\n" ELF,
		 fill, fill);
	check_found(spec, 0x43428000, DM_LEAF_PMD);
}

/* Of the kernel before, whose image lay elsewhere. */
static void test_stale(void)
{
	check_found(SOUND "vmcoreinfo-page 0x44000000\n"
			  "vmcoreinfo set SYMBOL(swapper_pg_dir)="
			  "ffff9bea2226b000\n"
			  "vmcoreinfo set NUMBER(kimage_voffset)="
			  "0xffff9be9e0000000\n"
			  "vmcoreinfo set SYMBOL(_stext)=ffff9bea20210000\n"
			  "vmcoreinfo set OSRELEASE=6.1-before\n"
			  "vmcoreinfo-page 0x43428000\n" ELF,
		    0x44000000, DM_LEAF_PMD);
}

static void test_refuted(void)
{
	/* The linear map is another one. */
	refuse(SOUND "vmcoreinfo set NUMBER(PHYS_OFFSET)=0x50000000\n" TEXT ELF,
	       "lies outside its linear map");
	refuse(SOUND "vmcoreinfo set NUMBER(PHYS_OFFSET)=0x3f000000\n" TEXT ELF,
	       "the text itself");
	/* It is not where it belongs in the image. */
	refuse(K4 LINE "map image 64M 2M pa=load+64M\n"
		       "no-vmcoreinfo\n" TEXT ELF,
	       "is mapped to other memory");
	refuse(K4 LINE "map image+256M 64M 2M pa=load\n"
		       "no-vmcoreinfo\n" TEXT ELF,
	       "swapper_pg_dir, VA 0x");
	refuse(SOUND
	       "vmcoreinfo set SYMBOL(_stext)=ffff9cec22210000\n" TEXT ELF,
	       "_stext");
	refuse(SOUND "vmcoreinfo set SYMBOL(_stext)=9cec22210000\n" TEXT ELF,
	       "is no address of the kernel's");
	/* There is no root table, or one of something else. */
	refuse(SOUND TEXT "drop table pgd pa=0x40000000\n" ELF,
	       "swapper_pg_dir at physical address 0x4226b000 cannot be read");
	refuse(SOUND TEXT "page swapper random=1\n" ELF, "none of 1 in memory");
	refuse(SOUND TEXT "page swapper zero\n" ELF, "is not mapped");
}

static void test_damaged(void)
{
	refuse(SOUND TEXT "text 0x43428100 \"\1\"\n" ELF, "not all of it");
	refuse(SOUND "vmcoreinfo cut 300\n" TEXT ELF, "its end is missing");
	refuse(SOUND "vmcoreinfo drop PAGESIZE\n" TEXT ELF, "PAGESIZE");
	refuse(SOUND "vmcoreinfo set NUMBER(TCR_EL1_T1SZ)=0x1\n" TEXT ELF,
	       "T1SZ");
	/* At no page's beginning: in a file's page, or a program's memory. */
	refuse(SOUND "vmcoreinfo-page 0x43428100\n" ELF,
	       "neither as a note nor in its memory");
	refuse(SOUND "text 0x43428000 \"OSRELEASE\"\n" ELF,
	       "neither as a note nor in its memory");
	refuse(SOUND "drop page 0x43428000\n" ELF,
	       "neither as a note nor in its memory");
}

#define TWO                                                                    \
	SOUND TEXT "vmcoreinfo set OSRELEASE=6.1-other\n"                      \
		   "vmcoreinfo-page 0x44000000 note\n"

static void test_two_kernels(void)
{
	struct dm_dump *dump = NULL;
	struct dm_kernel kernel;

	refuse(TWO ELF,
	       "choose one with --vmcoreinfo @ADDRESS: "
	       "7.3.4-generated at 0x43428000, 6.1-other at 0x44000000");
	refuse(TWO "format kdump zlib\n", "6.1-other at 0x44000000");
	refuse(TWO "vmcoreinfo set CRASHTIME=1700000000\n"
		   "vmcoreinfo-page 0x45000000 note\n" ELF,
	       "at 0x43428000, 6.1-other at 0x45000000 (crashed)");
	suite_no_error(open_given(&dump, TWO ELF, "@0x44000000"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_TRUE(dm_dump_info(dump)->vmcoreinfo_given);
	suite_no_error(dm_kernel_init(&kernel, dm_dump_source(dump)));
	CU_ASSERT_STRING_EQUAL(kernel.release, "6.1-other");
	check_figures(dump, DM_LEAF_PMD);
}

/* The list is the same however many look for them. */
static void test_threads(void)
{
	struct dm_dump_options options = { .struct_size = sizeof(options) };
	const char *path = make(TWO ELF);
	struct dm_dump *dump;

	for (; options.threads < 10; options.threads++)
		suite_error(dm_dump_open(&path, 1, &options, &dump),
			    DM_ERROR_BAD_DUMP,
			    "7.3.4-generated at 0x43428000, 6.1-other at "
			    "0x44000000");
}

/* What is in memory is not asked then. */
static void test_note_wins(void)
{
	struct dm_dump *dump = NULL;

	suite_no_error(open_spec(&dump, K4 LINE IMAGE
				 "vmcoreinfo-page 0x44000000\n"
				 "vmcoreinfo set OSRELEASE=6.1-note\n" ELF));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_from,
			DM_DUMP_VMCOREINFO_OWN);
	check_figures(dump, DM_LEAF_PMD);
	refuse(K4 LINE IMAGE TEXT "second-vmcoreinfo\n"
				  "vmcoreinfo set OSRELEASE=6.1-note\n" ELF,
	       "two different");
}

static bool at_once(void *arg)
{
	++*(unsigned int *)arg;
	return true;
}

static void count_progress(void *arg, uint64_t done, uint64_t all)
{
	++*(unsigned int *)arg;
	CU_ASSERT_TRUE(done <= all);
	CU_ASSERT_EQUAL(all, 1 << 30);
}

static void test_stop(void)
{
	unsigned int asked = 0, told = 0;
	struct dm_dump_options stop = { .struct_size = sizeof(stop),
					.stop = at_once,
					.arg = &asked };
	struct dm_dump_options tell = { .struct_size = sizeof(tell),
					.progress = count_progress,
					.arg = &told };
	struct dm_dump *dump;

	suite_error(open_how(&dump, SOUND TEXT ELF, &stop),
		    DM_ERROR_INTERRUPTED, "was ended after");
	suite_error(open_how(&dump,
			     "fill zero\n" SOUND TEXT "format kdump zlib\n",
			     &stop),
		    DM_ERROR_INTERRUPTED, "was ended after");
	CU_ASSERT_EQUAL(asked, 2);
	/* Few pages, and much to look through for them. */
	suite_error(open_how(&dump,
			     "ram 0x40000000+1T\nno-vmcoreinfo\n"
			     "page 0x40000000 byte=1\n"
			     "format kdump zlib\n",
			     &stop),
		    DM_ERROR_INTERRUPTED, "was ended after 0 of 0 MiB");
	CU_ASSERT_EQUAL(asked, 3);
	suite_no_error(open_how(
		&dump, "fill zero\n" SOUND TEXT "format kdump zlib\n", &tell));
	CU_ASSERT_TRUE(told >= 256);
	dm_dump_close(dump);
}

/* ---- Given -------------------------------------------------------------- */

static void write_file(const char *name, const void *bytes, size_t size)
{
	FILE *file = fopen(in_folder(name), "wb");

	CU_ASSERT_FATAL(file && fwrite(bytes, 1, size, file) == size);
	CU_ASSERT_EQUAL(fclose(file), 0);
}

/* The text that a sound dump has; to be freed. */
static char *a_text(size_t *size)
{
	struct dm_source *source;
	struct dm_dump *dump = NULL;
	const char *text;
	char *copy;

	suite_no_error(open_spec(&dump, SOUND TEXT ELF));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	source = dm_dump_source(dump);
	suite_no_error(source->ops->vmcoreinfo(source, &text, size));
	copy = malloc(*size + 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, text, *size);
	copy[*size] = '\0';
	dm_dump_close(dump);
	return copy;
}

static void check_given(const char *file)
{
	char path[128];
	struct dm_dump *dump = NULL;

	snprintf(path, sizeof(path), "%s", in_folder(file));
	suite_no_error(open_given(&dump, SOUND "format kdump zlib\n", path));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_from,
			DM_DUMP_VMCOREINFO_FILE);
	check_figures(dump, DM_LEAF_PMD);
}

/* As eu-readelf -n prints it, behind what it says of other notes. */
static void write_listing(const char *text)
{
	FILE *file = fopen(in_folder("listing"), "w");
	const char *line;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("Note segment of 3000 bytes at offset 0x158:\n"
	      "  Owner          Data size  Type\n"
	      "  VMCOREINFO          2000  <unknown>: 0\n",
	      file);
	for (line = text; *line; line = strchr(line, '\n') + 1)
		fprintf(file, "    %.*s\n", (int)strcspn(line, "\n"), line);
	fputs("  CORE                 392  PRSTATUS\n", file);
	CU_ASSERT_EQUAL(fclose(file), 0);
}

static void test_given_file(void)
{
	Elf64_Nhdr note = { .n_namesz = 11 };
	char *bytes, *text;
	size_t size;

	text = a_text(&size);
	write_file("text", text, size);
	check_given("text");
	bytes = calloc(1, size + 64);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	note.n_descsz = (Elf64_Word)size;
	memcpy(bytes, &note, sizeof(note));
	memcpy(bytes + sizeof(note), "VMCOREINFO", 10);
	memcpy(bytes + sizeof(note) + 12, text, size);
	write_file("note", bytes, size + 64);
	check_given("note");
	write_listing(text);
	check_given("listing");
	free(bytes);
	free(text);
}

/* It goes before a note that is there, and before memory. */
static void test_given_wins(void)
{
	struct dm_dump *dump = NULL;
	char path[128];
	size_t size;
	char *text = a_text(&size);

	write_file("text", text, size);
	free(text);
	snprintf(path, sizeof(path), "%s", in_folder("text"));
	suite_no_error(
		open_given(&dump, K4 LINE "vmcoreinfo cut 20\n" ELF, path));
	check_figures(dump, DM_LEAF_PMD);
	suite_no_error(open_given(
		&dump, K4 LINE "second-vmcoreinfo\nvmcoreinfo set X=1\n" ELF,
		path));
	check_figures(dump, DM_LEAF_PMD);
}

static void test_given_place(void)
{
	/* As /sys/kernel/vmcoreinfo has it. */
	static const char place[] = "0x0000000043428000 400\n";
	struct dm_dump *dump = NULL;
	char path[128];

	write_file("place", place, sizeof(place) - 1);
	snprintf(path, sizeof(path), "%s", in_folder("place"));
	suite_no_error(open_given(&dump, SOUND TEXT ELF, path));
	check_figures(dump, DM_LEAF_PMD);
	/* Nobody needs it to be a page's. */
	suite_no_error(open_given(&dump,
				  SOUND "vmcoreinfo-page 0x43428106\n" ELF,
				  "@0x43428106"));
	check_figures(dump, DM_LEAF_PMD);
	suite_error(open_given(&dump, SOUND TEXT ELF, "@0x43429000"),
		    DM_ERROR_BAD_DUMP, "no VMCOREINFO, which begins with");
	suite_error(open_given(&dump, SOUND TEXT ELF, "@0x1000"),
		    DM_ERROR_BAD_DUMP, "not in the dump");
	suite_error(open_given(&dump, SOUND TEXT ELF, "@0x1000zz"),
		    DM_ERROR_INVALID_ARGUMENT, "no physical address");
	suite_error(open_given(&dump, SOUND TEXT ELF, "@"),
		    DM_ERROR_INVALID_ARGUMENT, "no physical address");
}

static void refuse_file(const char *bytes, size_t size, const char *part)
{
	struct dm_dump *dump;
	char path[128];

	write_file("bad", bytes, size);
	snprintf(path, sizeof(path), "%s", in_folder("bad"));
	suite_error(open_given(&dump, SOUND TEXT ELF, path),
		    DM_ERROR_INVALID_ARGUMENT, part);
}

static void test_given_bad(void)
{
	static char large[300000];
	struct dm_dump *dump;

	refuse_file("", 0, "no VMCOREINFO in it");
	refuse_file("hello\n", 6, "no VMCOREINFO in it");
	refuse_file("OSRELEASE=\1\n", 12, "not all of it is printable");
	refuse_file("\13\0\0\0\377\377\0\0\0\0\0\0VMCOREINFO\0\0", 24,
		    "no VMCOREINFO in it");
	refuse_file(large, sizeof(large), "too large");
	suite_error(open_given(&dump, SOUND TEXT ELF, folder),
		    DM_ERROR_INVALID_ARGUMENT, "cannot be read as a file");
	suite_error(open_given(&dump, SOUND TEXT ELF, "/nowhere/text"),
		    DM_ERROR_INVALID_ARGUMENT, "No such file");
}

/* ---- Notes of any size -------------------------------------------------- */

static void peek(int fd, uint64_t off, void *bytes, size_t size)
{
	CU_ASSERT_EQUAL(pread(fd, bytes, size, (off_t)off), (ssize_t)size);
}

static void poke(int fd, uint64_t off, const void *bytes, size_t size)
{
	CU_ASSERT_EQUAL(pwrite(fd, bytes, size, (off_t)off), (ssize_t)size);
}

/* NT_VMCOREDD, include/uapi/linux/vmcore.h; all of it but the header a hole. */
static uint64_t put_device_dump(int fd, uint64_t at, uint32_t size)
{
	Elf64_Nhdr note = { .n_namesz = 6, .n_descsz = size, .n_type = 0x700 };

	poke(fd, at, &note, sizeof(note));
	poke(fd, at + sizeof(note), "LINUX\0\0", 8);
	return at + sizeof(note) + 8 + size;
}

/* The notes at @off go to the file's end, behind two device dumps; its size. */
static uint64_t move_notes(int fd, uint64_t off, uint64_t size, uint64_t *to)
{
	char *notes = malloc(size);
	struct stat st;
	uint64_t at;

	CU_ASSERT_FATAL(notes && !fstat(fd, &st));
	peek(fd, off, notes, size);
	*to = ((uint64_t)st.st_size + 4095) & ~UINT64_C(4095);
	at = put_device_dump(fd, *to, 100 << 20);
	at = put_device_dump(fd, at, UINT32_C(3) << 30);
	poke(fd, at, notes, size);
	free(notes);
	return at + size - *to;
}

static void open_moved(const char *path)
{
	struct dm_dump *dump = NULL;
	const void *notes;
	size_t size;

	suite_no_error(dm_dump_open(&path, 1, NULL, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->vmcoreinfo_from,
			DM_DUMP_VMCOREINFO_OWN);
	suite_no_error(dm_dump_notes(dump, &notes, &size));
	CU_ASSERT_TRUE(size < 65536);
	CU_ASSERT_PTR_NOT_NULL(memmem(notes, size, "VMCOREINFO", 10));
	check_figures(dump, DM_LEAF_PMD);
}

static void test_large_notes_elf(void)
{
	const char *path = make(K4 LINE "format elf tight\n");
	int fd = open(path, O_RDWR);
	Elf64_Phdr ph;

	CU_ASSERT_FATAL(fd >= 0);
	peek(fd, sizeof(Elf64_Ehdr), &ph, sizeof(ph));
	CU_ASSERT_EQUAL_FATAL(ph.p_type, PT_NOTE);
	ph.p_filesz = move_notes(fd, ph.p_offset, ph.p_filesz, &ph.p_offset);
	poke(fd, sizeof(Elf64_Ehdr), &ph, sizeof(ph));
	open_moved(path);
	/* Cut within: then it is the file that is not whole. */
	CU_ASSERT_EQUAL(ftruncate(fd, (off_t)ph.p_offset + (200 << 20)), 0);
	ph.p_filesz = 300 << 20;
	poke(fd, sizeof(Elf64_Ehdr), &ph, sizeof(ph));
	close(fd);
}

/* Where the sub-header of version 6 has them: offset_note, size_note. */
#define SUB_NOTES (4096 + 48)

static void test_large_notes_kdump(void)
{
	const char *path = make(K4 LINE "format kdump zlib\n");
	int fd = open(path, O_RDWR);
	uint64_t place[2], none[2] = { 0 };

	CU_ASSERT_FATAL(fd >= 0);
	peek(fd, SUB_NOTES, place, sizeof(place));
	place[1] = move_notes(fd, place[0], place[1], &place[0]);
	poke(fd, SUB_NOTES, place, sizeof(place));
	/* Its own place of VMCOREINFO. */
	poke(fd, SUB_NOTES - 16, none, sizeof(none));
	close(fd);
	open_moved(path);
}

/* A hole for notes: no VMCOREINFO, and no end of reading either. */
static void test_hole_of_notes(void)
{
	const char *path = make(K4 LINE "format elf tight\n");
	int fd = open(path, O_RDWR);
	struct dm_dump *dump;
	Elf64_Phdr ph;

	CU_ASSERT_FATAL(fd >= 0);
	peek(fd, sizeof(Elf64_Ehdr), &ph, sizeof(ph));
	ph.p_offset = 1 << 30;
	ph.p_filesz = UINT64_C(1) << 40;
	CU_ASSERT_EQUAL(ftruncate(fd, (off_t)(ph.p_offset + ph.p_filesz)), 0);
	poke(fd, sizeof(Elf64_Ehdr), &ph, sizeof(ph));
	close(fd);
	suite_error(dm_dump_open(&path, 1, NULL, &dump), DM_ERROR_BAD_DUMP,
		    "no VMCOREINFO in it");
}

/* ---- Names in a header -------------------------------------------------- */

static void check_header(const char *words, const char *contradicts)
{
	const struct dm_dump_info *info;
	struct dm_dump *dump = NULL;
	char spec[512];

	snprintf(spec, sizeof(spec), "%s" K4 LINE "format kdump zlib\n", words);
	suite_no_error(open_spec(&dump, spec));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	info = dm_dump_info(dump);
	if (contradicts) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(info->header_contradicts);
		CU_ASSERT_STRING_EQUAL(info->header_contradicts, contradicts);
		CU_ASSERT_STRING_EQUAL(info->uts.nodename, "");
	} else {
		CU_ASSERT_PTR_NULL(info->header_contradicts);
		CU_ASSERT_STRING_EQUAL(info->uts.nodename, "generated");
	}
	check_figures(dump, DM_LEAF_PMD);
}

static void test_header(void)
{
	struct dm_dump *dump;

	check_header("", NULL);
	check_header("machine Unknown\n", NULL);
	/* makedumpfile before 1.6.9. */
	check_header("machine h64\n",
		     "machine \"h64\", release \"7.3.4-generated\"");
	check_header("machine aarch64_be\n",
		     "machine \"aarch64_be\", release \"7.3.4-generated\"");
	check_header("vmcoreinfo set OSRELEASE=7.3.4-gen\n",
		     "machine \"aarch64\", release \"7.3.4-generated\"");
	check_header("vmcoreinfo set OSRELEASE=7.3.4-generated1\n",
		     "machine \"aarch64\", release \"7.3.4-generated\"");
	/* Where nothing else is known, it is what there is. */
	suite_error(open_spec(&dump, "machine ppc64\nvmcoreinfo drop "
				     "NUMBER(TCR_EL1_T1SZ)\nvmcoreinfo drop "
				     "NUMBER(kimage_voffset)\n" K4 LINE
				     "format kdump zlib\n"),
		    DM_ERROR_UNSUPPORTED, "of type ppc64");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "in memory, in each format", test_formats },
		{ "in memory, other pages", test_granules },
		{ "as a note in memory", test_note_in_memory },
		{ "tables of the linear map alone", test_no_image },
		{ "copies", test_copies },
		{ "a text that fills its page", test_full_page },
		{ "one of an earlier kernel beside it", test_stale },
		{ "what the tables refute", test_refuted },
		{ "damaged texts", test_damaged },
		{ "two kernels", test_two_kernels },
		{ "two kernels, by several threads", test_threads },
		{ "a note goes first", test_note_wins },
		{ "stopped on the way", test_stop },
		{ "given as a file", test_given_file },
		{ "given, and there", test_given_wins },
		{ "given as an address", test_given_place },
		{ "given, and useless", test_given_bad },
		{ "notes of gigabytes, ELF", test_large_notes_elf },
		{ "notes of gigabytes, kdump", test_large_notes_kdump },
		{ "a hole for notes", test_hole_of_notes },
		{ "names in a header", test_header },
		CU_TEST_INFO_NULL,
	};
	char command[64];
	int failed;

	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	failed = suite_run("VMCOREINFO", tests);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command) || failed;
}
