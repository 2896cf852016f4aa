// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of magics and of texts that refuse a file by name. */
#include <ctype.h>
#include <elf.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "directmap/machine.h"
#include "dump/kinds.h"

/* As much of a file's beginning is looked at. */
#define HEAD_SIZE (4096 + 8)

struct head {
	unsigned char bytes[HEAD_SIZE];
	size_t size;
};

#define FROM_GUEST                                                             \
	"dump the running guest with virsh dump --memory-only "                \
	"--format=kdump-zlib DOMAIN FILE (QEMU: dump-guest-memory), or by "    \
	"kdump within it"
#define OTHER_FILE "give the vmcore itself"
/* Of what libkdumpfile reads. */
static const char by_libkdumpfile[] =
	"our own reader does not know it; libkdumpfile does (--reader auto)";

/*
 * By what stands at an offset. Each entry names where its magic is from; what
 * is more special stands before what is less.
 */
static const struct kind {
	size_t at, size;
	const char *magic;
	const char *what;
	const char *todo;
} kinds[] = {
	/* libvirt, src/qemu/qemu_saveimage.h: QEMU_SAVE_MAGIC, …_PARTIAL */
	{ 0, 16, "LibvirtQemudSave", "a saved domain of libvirt (virsh save)",
	  "restore it (virsh restore FILE), then " FROM_GUEST },
	{ 0, 16, "LibvirtQemudPart",
	  "a saved domain of libvirt, of which saving was not finished",
	  FROM_GUEST },
	/* QEMU, migration/qemu-file-types.h: QEMU_VM_FILE_MAGIC */
	{ 0, 4, "QEVM",
	  "a migration stream of QEMU (migrate, or virsh dump without --memory-only)",
	  "load it with -incoming, then " FROM_GUEST },
	/* QEMU, docs/interop/qcow2.rst; others as in file(1)'s magic */
	{ 0, 4, "QFI\xfb", "a disk image (qcow2)",
	  "if it has a snapshot of a running machine (qemu-img snapshot -l), "
	  "load that (-loadvm NAME), then " FROM_GUEST },
	{ 0, 4, "KDMV", "a disk image (vmdk)", OTHER_FILE },
	{ 0, 8, "vhdxfile", "a disk image (vhdx)", OTHER_FILE },
	{ 0, 4, "<<< ", "a disk image (VirtualBox)", OTHER_FILE },
	/* Proxmox, vma_spec.txt */
	{ 0, 4, "VMA\0", "a backup of Proxmox (vma)", FROM_GUEST },
	/* Windows: DUMP_HEADER64, DUMP_HEADER32, MINIDUMP_HEADER */
	{ 0, 8, "PAGEDU64", "a crash dump of Windows",
	  "only arm64 Linux is read here" },
	{ 0, 8, "PAGEDUMP", "a crash dump of Windows",
	  "only arm64 Linux is read here" },
	{ 0, 4, "MDMP", "a minidump (of one process)",
	  "give the kernel's vmcore" },
	/* crash, vmware_vmss.h: CPTDUMP_OLD_, _, _PARTIAL_, _RESTORED_MAGIC */
	{ 0, 4, "\xd0\xbe\xd0\xbe", "a suspended machine of VMware",
	  "run kdump within the guest" },
	{ 0, 4, "\xd1\xba\xd1\xba", "a suspended machine of VMware",
	  "run kdump within the guest" },
	{ 0, 4, "\xd2\xbe\xd2\xbe", "a suspended machine of VMware",
	  "run kdump within the guest" },
	{ 0, 4, "\xd3\xbe\xd3\xbe", "a suspended machine of VMware",
	  "run kdump within the guest" },
	/* VirtualBox, src/VBox/VMM/VMMR3/SSM.cpp: SSMFILEHDR_MAGIC_BASE */
	{ 0, 22, "\177VirtualBox SavedState", "a saved state of VirtualBox",
	  "restore it, then run kdump within the guest" },
	/* Firecracker, src/vmm/src/snapshot: SNAPSHOT_MAGIC_ID of aarch64, of x86 */
	{ 0, 8, "\0\0\xaa\xaa\x84\x19\x10\x07",
	  "the state of a Firecracker snapshot",
	  "give its memory file, with the address where that begins: "
	  "FILE@0x80000000" },
	{ 0, 8, "\0\0\x64\x86\x84\x19\x10\x07",
	  "the state of a Firecracker snapshot of x86",
	  "only arm64 is read here" },
	/* XNU, EXTERNAL_HEADERS/mach-o/loader.h: MH_MAGIC_64 */
	{ 0, 4, "\xcf\xfa\xed\xfe",
	  "a Mach-O file (a program or core of macOS)",
	  "only arm64 Linux is read here" },
	{ DM_MACHINE_IMAGE_MAGIC_AT, 4, DM_MACHINE_IMAGE_MAGIC,
	  "a bootable kernel (arm64 Image)",
	  "give the vmcore, and with --vmlinux the kernel with symbols" },
	/* Linux, drivers/firmware/efi/libstub/zboot-header.S */
	{ 0, 8, "MZ\0\0zimg", "a bootable kernel (EFI zboot)",
	  "give the vmcore, and with --vmlinux the kernel with symbols" },
	/* Linux, Documentation/arch/x86/boot.rst */
	{ 0x202, 4, "HdrS", "a bootable kernel of x86 (bzImage)",
	  "only dumps of arm64 kernels are read here" },
	{ 0, 2, "MZ", "a program of Windows or EFI", OTHER_FILE },
	/* dumps that nobody writes for arm64 */
	{ 0, 8, "DISKDUMP", "a diskdump of an old kernel",
	  "only ELF and kdump-compressed dumps are supported" },
	/* dumps that libkdumpfile reads: lkcd.c, sadump.c, elfdump.c */
	{ 0, 8, "\xed\x23\x8f\x61\x73\x01\x19\xa8", "a dump of LKCD",
	  by_libkdumpfile },
	{ 0, 8, "\xa8\x19\x01\x73\x61\x8f\x23\xed", "a big-endian dump of LKCD",
	  by_libkdumpfile },
	{ 0, 8, "sadump\0\0", "a dump of SADUMP", by_libkdumpfile },
	/* Only of a Xen domain is it asked: dm_xen_core_is(). */
	{ 0, 4, "\177ELF", "a core file of a Xen domain", by_libkdumpfile },
	{ 4096, 8, "sadump\0\0", "a dump of SADUMP (media backup)",
	  by_libkdumpfile },
	/* packed from outside */
	{ 0, 2, "\x1f\x8b", "compressed", "unpack it first: gzip -dk" },
	{ 0, 6,
	  "\xfd"
	  "7zXZ",
	  "compressed", "unpack it first: xz -dk" },
	{ 0, 4, "\x28\xb5\x2f\xfd", "compressed", "unpack it first: zstd -d" },
	{ 0, 3, "BZh", "compressed", "unpack it first: bzip2 -dk" },
	{ 0, 4, "\x04\x22\x4d\x18", "compressed", "unpack it first: lz4 -dk" },
	{ 0, 4, "\x02\x21\x4c\x18", "compressed", "unpack it first: lz4 -dk" },
	{ 0, 4, "\x89LZO", "compressed", "unpack it first: lzop -d" },
	{ 0, 4, "LZIP", "compressed", "unpack it first: lzip -dk" },
	{ 0, 2, "\x1f\x9d", "compressed", "unpack it first: gzip -dk" },
	{ 0, 10, "\xff\x06\0\0sNaPpY", "compressed (snappy's frames)",
	  "unpack it first: snzip -dk" },
	{ 0, 4, "PK\x03\x04", "compressed", "unpack it first: unzip" },
	{ 0, 4, "7z\xbc\xaf", "compressed", "unpack it first: 7z x" },
	{ 0, 4, "Rar!", "compressed", "unpack it first: unrar x" },
	{ 257, 5, "ustar", "an archive", "unpack it first: tar -xf" },
	{ 0, 6, "070701", "an archive", "unpack it first: cpio -id <" },
	{ 0, 8, "!<arch>\n", "an archive", "unpack it first: ar x" },
	/* storage; the first is Linux's, kernel/power/swap.c: HIBERNATE_SIG */
	{ 4086, 9, "S1SUSPEND", "a swap area with the image of hibernation",
	  "resume from it, then " FROM_GUEST },
	{ 4086, 10, "SWAPSPACE2", "a swap area",
	  "no dump is in it (or not any more); " OTHER_FILE },
	{ 0x438, 2, "\x53\xef", "a file system (ext4)",
	  "mount it; " OTHER_FILE },
	{ 0, 4, "XFSB", "a file system (XFS)", "mount it; " OTHER_FILE },
	{ 0, 4, "hsqs", "a file system (squashfs)", "mount it; " OTHER_FILE },
	{ 512, 8, "EFI PART", "a whole disk", OTHER_FILE },
	{ 0, 16, "SQLite format 3\0", "a database (of batch?)",
	  "ask it with kdump-triage query" },
};

/* Texts that people take for a dump, by how they begin. */
static const struct {
	const char *begin, *what, *todo;
} texts[] = {
	{ "version https://git-lfs", "a pointer of Git LFS, not the file",
	  "fetch the file itself: git lfs pull" },
	{ "<!DOCTYPE", "a web page: the download went wrong",
	  "get the file itself" },
	{ "<html", "a web page: the download went wrong",
	  "get the file itself" },
	{ "<?xml", "text (XML)", OTHER_FILE },
	{ "ProblemType:", "a report of apport",
	  "unpack it with apport-unpack and give the VmCore of it" },
	{ "{", "text (JSON)",
	  "a stored report is for check, diff and merge; " OTHER_FILE },
};

static bool has_magic(const struct head *head, const struct kind *kind)
{
	return kind->at + kind->size <= head->size &&
	       !memcmp(head->bytes + kind->at, kind->magic, kind->size);
}

/* libkdumpfile knows some by name, and may read them some day (todo.c). */
static enum kinds_second second_of(const struct kind *kind)
{
	if (kind->todo == by_libkdumpfile)
		return SECOND_DOES;
	return !strcmp(kind->magic, "LibvirtQemudSave") ||
			       !strcmp(kind->magic, "QEVM")
		       ? SECOND_MAY
		       : SECOND_NEVER;
}

/* No control characters but those of text, and no NUL. */
static bool is_text(const struct head *head)
{
	size_t i;

	for (i = 0; i < head->size; i++) {
		unsigned char c = head->bytes[i];

		if ((c < ' ' && !strchr("\t\n\r\f\b\033", c)) || !c ||
		    c == 0x7f)
			return false;
	}
	return head->size;
}

/* "[    0.000000] Booting", with a level before it or not; within 20 lines. */
static bool is_kernel_log(const struct head *head)
{
	const char *line = (const char *)head->bytes;
	const char *end = line + head->size;
	unsigned int lines;

	for (lines = 0; lines < 20 && line && line < end; lines++) {
		const char *p = line;

		if (*p == '<')
			while (p < end && *p != '>')
				p++;
		p += p < end && *p == '>';
		if (p < end && *p == '[') {
			for (p++; p < end && *p == ' '; p++)
				;
			while (p < end && isdigit((unsigned char)*p))
				p++;
			if (end - p > 2 && p[0] == '.' &&
			    isdigit((unsigned char)p[1]))
				return true;
		}
		line = memchr(line, '\n', (size_t)(end - line));
		if (line)
			line++;
	}
	return false;
}

static struct dm_error *refuse(const struct bytes *bytes, const char *what,
			       const char *todo)
{
	/* Of a command to type: on what. */
	bool command = !strncmp(todo, "unpack it first", 15);

	return dm_error_create(DM_ERROR_UNSUPPORTED, "%s: %s; %s%s%s",
			       bytes->path, what, todo, command ? " " : "",
			       command ? bytes->path : "");
}

static struct dm_error *refuse_text(const struct bytes *bytes,
				    const struct head *head)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t n = strlen(texts[i].begin);

		if (head->size >= n &&
		    !strncasecmp((const char *)head->bytes, texts[i].begin, n))
			return refuse(bytes, texts[i].what, texts[i].todo);
	}
	if (is_kernel_log(head))
		return refuse(
			bytes,
			"not a dump but the text of a kernel log (vmcore-dmesg.txt, makedumpfile --dump-dmesg)",
			"give the vmcore, which lies beside it as a rule");
	return refuse(bytes, "not a dump but text", OTHER_FILE);
}

/* A number of internal snapshots, of which one may be of a running machine. */
static bool has_snapshots(const struct head *head)
{
	uint32_t count;

	if (head->size < 64 || memcmp(head->bytes, "QFI\xfb", 4) != 0)
		return false;
	memcpy(&count, head->bytes + 60, sizeof(count));
	return be32toh(count);
}

#define RAW_MIN (1 << 20)

/* Pages and no header of any kind. */
static bool may_be_raw(const struct bytes *bytes)
{
	return bytes->size >= RAW_MIN && bytes->size % 4096 == 0;
}

/*
 * RAM may begin with the image of its kernel, which says how much it takes
 * (Documentation/arch/arm64/booting.rst: image_size).
 */
static bool is_ram_behind_image(const struct bytes *bytes,
				const struct head *head)
{
	uint64_t size;

	if (head->size < 64 || memcmp(head->bytes + DM_MACHINE_IMAGE_MAGIC_AT,
				      DM_MACHINE_IMAGE_MAGIC, 4) != 0)
		return false;
	memcpy(&size, head->bytes + DM_MACHINE_IMAGE_SIZE_AT, sizeof(size));
	size = le64toh(size);
	return may_be_raw(bytes) && size && size < bytes->size / 2;
}

static struct dm_error *refuse_raw(const struct bytes *bytes)
{
	return refuse(
		bytes,
		"not a dump of a kind that is supported; a raw image of RAM (.vmem, a memory file of Firecracker or cloud-hypervisor) does not say where it belongs",
		"give its physical address: FILE@0x40000000 (kdump-triage(1), \"Raw memory\")");
}

static struct dm_error *read_head(const struct bytes *bytes, struct head *head)
{
	head->size = bytes->size < sizeof(head->bytes) ? (size_t)bytes->size
						       : sizeof(head->bytes);
	return dm_bytes_read(bytes, 0, head->bytes, head->size);
}

struct dm_error *dm_kinds_refuse(const struct bytes *bytes,
				 enum kinds_second *second)
{
	struct dm_error *err;
	struct head head;
	size_t i;

	*second = SECOND_NEVER;
	err = read_head(bytes, &head);
	if (err)
		return err;
	if (has_snapshots(&head))
		return refuse(
			bytes, "a disk image (qcow2) with snapshots in it",
			"load the one of the machine (-loadvm NAME; "
			"qemu-img snapshot -l lists them), then " FROM_GUEST);
	if (is_ram_behind_image(bytes, &head))
		return refuse_raw(bytes);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!has_magic(&head, &kinds[i]))
			continue;
		*second = second_of(&kinds[i]);
		return refuse(bytes, kinds[i].what, kinds[i].todo);
	}
	if (is_text(&head))
		return refuse_text(bytes, &head);
	if (may_be_raw(bytes))
		return refuse_raw(bytes);
	*second = SECOND_MAY;
	return refuse(
		bytes,
		"not a dump of a kind that is supported (ELF, kdump-compressed, either of them flattened, LiME, AVML)",
		"is it another file, or one whose beginning is lost?");
}

struct dm_error *dm_kinds_refuse_elf(const struct bytes *bytes,
				     unsigned int e_type)
{
	if (e_type == ET_REL)
		return refuse(
			bytes,
			"an ELF file, but no dump (a module or an object file)",
			OTHER_FILE);
	return refuse(bytes,
		      "an ELF file, but no dump (a vmlinux or a program?)",
		      "give the vmcore, too: kdump-triage vmlinux vmcore");
}
