// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of the matrix: files that are damaged, cut, or something else. */
#include <stddef.h>

#include "rows.h"

#define KERNEL "kernel page=4K va=48\nram 0x40000000+1G\ntables at 0x48000000\n"
#define MAP    "map pa=0x40000000 1G 2M\n"
#define SPLIT  "map pa=0x40000000 512M 2M\nmap pa=0x60000000 512M 4K\n"
#define ELF    KERNEL MAP "format elf\n"
#define KDUMP  KERNEL MAP "format kdump zlib\n"

#define WHOLE  "\"mapped\":{\"pte\":0,\"cont_pte\":0,\"pmd\":1073741824"
#define HALF   "\"pmd\":536870912"

/*
 * Over tests/preload, which does what @env says; the address sanitizer wants to
 * be the first library.
 */
#define SPLIT_ELF KERNEL SPLIT "format elf\n"
#define PRELOAD(env, command)                                                  \
	"--version >/dev/null; " env " ASAN_OPTIONS=verify_asan_link_order=0 " \
	"LD_PRELOAD=\"${KDUMP_TRIAGE%/*}/preload.so\" "                        \
	"\"$KDUMP_TRIAGE\" " command
#define BAD_SPOT(where) PRELOAD(where, "report --json $F")

/* A file that shell tools can edit: all its bytes are in it, and few. */
#define TIGHT KERNEL MAP "format elf tight\n"

/* VMCOREINFO in a page. */
#define TEXT "vmcoreinfo-page 0x43428000\n"

/* A file that is no more than the beginning of one of its kind. */
#define KIND(what, begin, says)                                                \
	{                                                                      \
		what, ELF, "{ printf '" begin "'; } >$F", NULL, 3, says, NULL  \
	}

#define X64(x)                                                                 \
	x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x  \
		x x x x x x x x x x x x x x x x x x x x x x x x x x x x x

#define PART(name)                                                             \
	{                                                                      \
		"", name, NULL, NULL, 0, NULL, NULL                            \
	}

/* A 2M of pages whose table is stored broken, @how, in a dump packed so. */
#define BROKEN(packing, how)                                                   \
	{                                                                      \
		packing ": a table's page, " how,                              \
			KERNEL SPLIT "format kdump " packing                   \
				     "\ncorrupt table pte pa=0x60000000 " how  \
				     "\n",                                     \
			NULL, NULL, 4,                                         \
			"1 page table unreadable, nothing said of 2048 kB",    \
			"\"pte\":534773760"                                    \
	}

const struct row rows[] = {
	PART("The file"),
	{ "sound, for comparison", ELF, NULL, NULL, 0, NULL, WHOLE },
	{ "empty", ELF, ": >$F", NULL, 3, "the file is empty", NULL },
	{ "shorter than its header", ELF, "truncate -s 40 $F", NULL, 3, "",
	  NULL },
	{ "no dump but text", ELF, "echo hello >$F", NULL, 3, "not a dump",
	  NULL },
	{ "a folder", ELF, "rm $F; mkdir $F", NULL, 3, "", NULL },
	{ "not there", ELF, "rm $F", NULL, 3, "No such file", NULL },
	{ "gzip", ELF, "printf '\\037\\213\\010' >$F", NULL, 3, "gzip -dk",
	  NULL },
	{ "ELF of 32 bits", ELF "poke 4 1 = 1\n", NULL, NULL, 3, "", NULL },
	{ "ELF, big-endian", ELF "poke 5 1 = 2\n", NULL, NULL, 3, "", NULL },
	{ "ELF of another machine", "machine x86_64\n" ELF, NULL, NULL, 3, "",
	  NULL },
	{ "e_phnum beyond the file",
	  KERNEL MAP "format elf tight\n"
		     "poke 56 2 = 0xfffe\n",
	  NULL, NULL, 3, "", NULL },
	{ "e_phoff beyond the file", ELF "poke 32 8 = 0x7fffffffffffff00\n",
	  NULL, NULL, 3, "", NULL },
	{ "e_phnum none", ELF "poke 56 2 = 0\n", NULL, NULL, 3, "", NULL },
	{ "a note longer than the file", ELF "poke 96 8 = 0x7fffffffffff\n",
	  NULL, NULL, 3, "", NULL },
	{ "segments that overlap, the later one with other bytes",
	  KERNEL MAP "format elf chunk=256M\npoke 200 8 = 0x40000000\n", NULL,
	  NULL, 3, "with different bytes", NULL },
	{ "p_filesz below p_memsz",
	  KERNEL "tables at 0x7fff0000\n" MAP
		 "format elf filesz-short=0x10000\n",
	  NULL, NULL, 4, "unreadable, nothing said of", NULL },
	{ "ELF cut in its data", ELF, "truncate -s 50M $F", NULL, 4,
	  "unreadable, nothing said of", "\"complete\":false" },
	{ "max_mapnr beyond all reason",
	  KDUMP "poke 4192 8 = 0x7fffffffffffffff\n", NULL, NULL, 3, "", NULL },
	{ "size of notes beyond the file",
	  KDUMP "poke 4152 8 = 0x7fffffffffffffff\n", NULL, NULL, 3, "", NULL },
	{ "block size 0", KDUMP "poke 428 4 = 0\n", NULL, NULL, 3, "", NULL },
	{ "block size 3", KDUMP "poke 428 4 = 3\n", NULL, NULL, 3, "", NULL },
	{ "more bitmap than file", KDUMP "poke 436 4 = 0x7fffffff\n", NULL,
	  NULL, 3, "", NULL },
	{ "kdump cut in its bitmap", KDUMP, "truncate -s 9000 $F", NULL, 3, "",
	  NULL },
	{ "kdump cut in its descriptors", KDUMP, "truncate -s 139300 $F", NULL,
	  3, "", NULL },
	{ "kdump cut in its last page", KERNEL SPLIT "format kdump none\n",
	  "truncate -s -100000 $F", NULL, 4, "unreadable, nothing said of",
	  "\"pmd\":536870912" },
	{ "INCOMPLETE flag, all tables there", KDUMP "incomplete\n", NULL, NULL,
	  0, NULL, "\"complete\":false" },
	{ "flattened and cut", KERNEL SPLIT "format kdump none flattened\n",
	  "truncate -s -100000 $F", NULL, 4, "unreadable, nothing said of",
	  "\"complete\":false" },
	{ "flattened, the record of a table lost",
	  KERNEL SPLIT "format elf tight flattened piece=4096 lose=60\n", NULL,
	  NULL, 4, "1 page table unreadable, nothing said of 2048 kB",
	  "\"pte\":534773760" },
	{ "the same in a kdump",
	  KERNEL SPLIT "format kdump none flattened piece=4096 lose=60\n", NULL,
	  NULL, 4, "2 page tables unreadable, nothing said of 4096 kB",
	  "\"pte\":532676608" },
	{ "flattened, its end mark missing",
	  KDUMP "format kdump zlib flattened\n", "truncate -s -16 $F", NULL, 0,
	  NULL, "\"complete\":false" },
	{ "one part of a split set", KERNEL SPLIT "format kdump zlib split=2\n",
	  "cp $F.0 $F", "report --json --split $F", 4,
	  "unreadable, nothing said of", "\"complete\":false" },
	{ "a split set with a part of another dump",
	  KERNEL SPLIT "format kdump zlib split=2\n",
	  "cp $F.0 $F; printf '\\001' | dd of=$F.1 bs=1 seek=200 conv=notrunc "
	  "2>/dev/null",
	  "report --json --split $F.0 $F.1", 2, "separate dumps", NULL },
	{ "two separate dumps", ELF, "cp $F $F.2", "report $F $F.2", 2,
	  "separate dumps", NULL },

	PART("Files of other kinds"),
	KIND("a saved domain of libvirt", "LibvirtQemudSave\\002",
	     "virsh restore"),
	KIND("one that was not finished", "LibvirtQemudPart\\002",
	     "saving was not finished"),
	KIND("a migration stream of QEMU", "QEVM\\000\\000\\000\\003",
	     "virsh dump --memory-only"),
	KIND("a disk image", "QFI\\373\\000\\000\\000\\003",
	     "qemu-img snapshot -l"),
	{ "a disk image with a snapshot", ELF,
	  "{ printf 'QFI\\373\\000\\000\\000\\003'; head -c 52 /dev/zero; printf "
	  "'\\000\\000\\000\\001'; head -c 4032 /dev/zero; } >$F",
	  NULL, 3, "-loadvm", NULL },
	KIND("LiME", "EMiL\\001\\000\\000\\000", "LiME"),
	KIND("AVML", "AVML\\002\\000\\000\\000", "avml-convert"),
	KIND("a crash dump of Windows", "PAGEDU64", "Windows"),
	KIND("a minidump", "MDMP", "minidump"),
	KIND("a suspended machine of VMware", "\\322\\276\\322\\276", "VMware"),
	KIND("a saved state of VirtualBox", "\\177VirtualBox SavedState V2.0",
	     "VirtualBox"),
	KIND("the state of a Firecracker snapshot",
	     "\\000\\000\\252\\252\\204\\031\\020\\007", "Firecracker"),
	KIND("a core of macOS", "\\317\\372\\355\\376\\014\\000\\000\\001",
	     "Mach-O"),
	KIND("a diskdump", "DISKDUMP", "only ELF and kdump-compressed"),
	KIND("vmcore-dmesg.txt",
	     "[    0.000000] Booting Linux on physical CPU 0x0000000000\\n",
	     "the text of a kernel log"),
	KIND("another kernel log",
	     "a comment\\n<6>[   12.345678] usb 1-1: new device\\n",
	     "the text of a kernel log"),
	KIND("a stored report", "{\"schema\":\"directmap/1\"}\\n",
	     "for check, diff and merge"),
	KIND("a pointer of Git LFS",
	     "version https://git-lfs.github.com/spec/v1\\n", "git lfs pull"),
	KIND("a web page", "<!doctype html>\\n<title>404</title>", "web page"),
	KIND("a report of apport", "ProblemType: KernelCrash\\n",
	     "apport-unpack"),
	KIND("xz",
	     "\\375"
	     "7zXZ\\000",
	     "xz -dk"),
	KIND("zstd", "\\050\\265\\057\\375", "zstd -d"),
	KIND("bzip2", "BZh91AY", "bzip2 -dk"),
	KIND("lz4", "\\004\\042\\115\\030", "lz4 -dk"),
	KIND("zip", "PK\\003\\004", "unzip"),
	{ "tar", ELF, "echo x >$F.x; tar -cf $F -C / ${F#/}.x", NULL, 3,
	  "tar -xf", NULL },
	{ "an arm64 Image", ELF,
	  "{ head -c 56 /dev/zero; printf 'ARM\\144'; head -c 8192 /dev/zero; } "
	  ">$F",
	  NULL, 3, "arm64 Image", NULL },
	{ "a raw image of RAM that begins with an arm64 Image", ELF,
	  "{ head -c 16 /dev/zero; printf '\\000\\000\\100\\000'; head -c 36 "
	  "/dev/zero; printf 'ARM\\144'; } >$F; truncate -s 16M $F",
	  NULL, 3, "a raw image of RAM", NULL },
	{ "a swap area", ELF,
	  "{ head -c 4086 /dev/zero; printf SWAPSPACE2; head -c 8192 /dev/zero; "
	  "} >$F",
	  NULL, 3, "a swap area", NULL },
	{ "a raw image of RAM", ELF, "rm $F; truncate -s 16M $F", NULL, 3,
	  "a raw image of RAM", NULL },
	{ "bytes of no kind", ELF, "head -c 5000 /dev/zero >$F", NULL, 3,
	  "not a dump of a kind that is supported (ELF", NULL },
	{ "a vmlinux alone", ELF "poke 16 2 = 2\n", NULL, NULL, 3,
	  "kdump-triage vmlinux vmcore", NULL },
	{ "a module", ELF "poke 16 2 = 1\n", NULL, NULL, 3, "a module", NULL },
	/* NT_AUXV in the place of a CPU's status. */
	{ "the core of a process", ELF "no-vmcoreinfo\npoke 248 4 = 6\n", NULL,
	  NULL, 3, "the core of a process", NULL },
	{ "a vmlinux that is none, and the dump", TIGHT,
	  "printf 'x' | cat $F - >$F.v; printf '\\002' | dd of=$F.v bs=1 "
	  "seek=16 conv=notrunc 2>/dev/null",
	  "report $F.v $F", 3, "dump.v", NULL },
	{ "two of them", TIGHT,
	  "cp $F $F.v; printf '\\003' | dd of=$F.v bs=1 seek=16 conv=notrunc "
	  "2>/dev/null; cp $F.v $F.w",
	  "report $F.v $F $F.w", 2, "two kernels with symbols", NULL },
	{ "one, and --vmlinux", TIGHT,
	  "cp $F $F.v; printf '\\003' | dd of=$F.v bs=1 seek=16 conv=notrunc "
	  "2>/dev/null",
	  "report --vmlinux $F.v $F $F.v", 2, "two kernels with symbols",
	  NULL },
	{ "one, for a view that needs none", TIGHT,
	  "cp $F $F.v; printf '\\003' | dd of=$F.v bs=1 seek=16 conv=notrunc "
	  "2>/dev/null",
	  "runs $F.v $F", 2, "runs takes none", NULL },

	PART("Pages"),
	{ "a table left out",
	  KERNEL SPLIT "format kdump zlib\ndrop table pte pa=0x60000000\n",
	  NULL, NULL, 4, "1 page table unreadable, nothing said of 2048 kB",
	  "\"pte\":534773760" },
	{ "an upper table left out",
	  KERNEL MAP "format kdump zlib\ndrop table pmd pa=0x40000000\n", NULL,
	  NULL, 4, "1 page table unreadable, nothing said of 1048576 kB",
	  "\"pmd\":0" },
	{ "swapper_pg_dir left out", KDUMP "drop table pgd pa=0x40000000\n",
	  NULL, NULL, 3, "swapper_pg_dir", NULL },
	{ "a table in a gap of ELF",
	  KERNEL SPLIT "format elf\ndrop table pte pa=0x60000000\n", NULL, NULL,
	  4, "1 page table unreadable", "\"pte\":534773760" },
	BROKEN("zlib", "data"),
	BROKEN("zlib", "empty"),
	BROKEN("zlib", "cut"),
	BROKEN("zlib", "short"),
	BROKEN("zlib", "flags"),
	BROKEN("lzo", "data"),
	BROKEN("lzo", "empty"),
	BROKEN("lzo", "short"),
	BROKEN("snappy", "data"),
	BROKEN("snappy", "empty"),
	BROKEN("snappy", "short"),
	BROKEN("zstd", "data"),
	BROKEN("zstd", "empty"),
	BROKEN("zstd", "short"),
	BROKEN("none", "empty"),

	PART("VMCOREINFO"),
	{ "none", ELF "no-vmcoreinfo\n", NULL, NULL, 3, "VMCOREINFO", NULL },
	{ "no note, but in memory", ELF "no-vmcoreinfo\n" TEXT, NULL, NULL, 0,
	  NULL, "\"vmcoreinfo_from\":\"ram\"" },
	{ "the same in a kdump", KDUMP "no-vmcoreinfo\n" TEXT, NULL, NULL, 0,
	  NULL, "\"vmcoreinfo_pa\":\"0x43428000\"" },
	{ "the same, and what the report says", KDUMP "no-vmcoreinfo\n" TEXT,
	  NULL, "report $F", 0, NULL,
	  "in the dump's memory at 0x43428000, proved by its page tables" },
	{ "the same in a batch", KDUMP "no-vmcoreinfo\n" TEXT, NULL,
	  "batch --json $F", 0, NULL, WHOLE },
	{ "an extract of it, which has a note then", ELF "no-vmcoreinfo\n" TEXT,
	  NULL,
	  "extract $F $T/out >/dev/null; \"$KDUMP_TRIAGE\" report --json "
	  "$T/out | grep -v vmcoreinfo_from; code=$?; rm $T/out; exit $code",
	  0, NULL, WHOLE },
	{ "in memory, damaged",
	  ELF "no-vmcoreinfo\n" TEXT "text 0x43428080 \"\1\"\n", NULL, NULL, 3,
	  "none of 1 in memory is its kernel's", NULL },
	{ "in memory, of a kernel before",
	  ELF "no-vmcoreinfo\nvmcoreinfo set "
	      "NUMBER(PHYS_OFFSET)=0x40200000\n" TEXT,
	  NULL, NULL, 3, "none of 1 in memory is its kernel's", NULL },
	{ "in memory, of two kernels",
	  ELF "no-vmcoreinfo\n" TEXT "vmcoreinfo set OSRELEASE=6.1-other\n"
	      "vmcoreinfo-page 0x44000000 note\n",
	  NULL, NULL, 3, "choose one with --vmcoreinfo @ADDRESS", NULL },
	{ "the same, one chosen",
	  ELF "no-vmcoreinfo\n" TEXT "vmcoreinfo set OSRELEASE=6.1-other\n"
	      "vmcoreinfo-page 0x44000000 note\n",
	  NULL, "report --json --vmcoreinfo @0x44000000 $F", 0, NULL,
	  "\"release\":\"6.1-other\"" },
	{ "given, with check",
	  ELF "no-vmcoreinfo\n" TEXT "vmcoreinfo set OSRELEASE=6.1-other\n"
	      "vmcoreinfo-page 0x44000000 note\n",
	  NULL, "check --no-findings yes --vmcoreinfo @0x44000000 $F", 0, NULL,
	  "1 ok" },
	{ "given as a file", TIGHT "no-vmcoreinfo\n" TEXT,
	  "LC_ALL=C tr -d '\\000' <$F >$F.info",
	  "report --json --vmcoreinfo $F.info $F", 0, NULL,
	  "\"vmcoreinfo_from\":\"file\"" },
	{ "in memory, on a page for people", KDUMP "no-vmcoreinfo\n" TEXT, NULL,
	  "report --html $F.html $F && grep -q '<dt>VMCOREINFO at' $F.html", 0,
	  NULL, "" },
	{ "given as a file that is none", ELF, NULL,
	  "report --vmcoreinfo $T/nothing $F", 2, "No such file", NULL },
	{ "given as no address", ELF, NULL, "report --vmcoreinfo @x $F", 2,
	  "no physical address", NULL },
	{ "the header names another machine and kernel",
	  KERNEL "machine h64\n" MAP "format kdump zlib\n", NULL, NULL, 0, NULL,
	  "\"header_contradicts\":\"machine" },
	{ "the same, and whose host it is",
	  KERNEL "machine h64\n" MAP "format kdump zlib\n", NULL,
	  "batch --json $F", 0, NULL, "\"host\":null" },
	{ "a host in the header alone", KDUMP, NULL, "batch --json $F", 0, NULL,
	  "\"host\":\"generated\"" },
	{ "another host in the kernel's memory",
	  KDUMP "text load+0x2778441 \"host7\"\n", NULL, "batch --json $F", 0,
	  NULL, "\"host\":\"host7\"" },
	{ "the same, and what the report says",
	  KERNEL "machine h64\n" MAP "format kdump zlib\n", NULL, "report $F",
	  0, NULL, "its names contradict VMCOREINFO, and are not used" },
	{ "cut after 20 bytes", ELF "vmcoreinfo cut 20\n", NULL, NULL, 3, "",
	  NULL },
	{ "without swapper_pg_dir",
	  ELF "vmcoreinfo drop SYMBOL(swapper_pg_dir)\n", NULL, NULL, 3,
	  "swapper_pg_dir", NULL },
	{ "without T1SZ", ELF "vmcoreinfo drop NUMBER(TCR_EL1_T1SZ)\n", NULL,
	  NULL, 3, "T1SZ", NULL },
	{ "VA_BITS against T1SZ",
	  ELF "vmcoreinfo set NUMBER(TCR_EL1_T1SZ)=0x5\n", NULL, NULL, 3, "",
	  NULL },
	{ "VA_BITS of no kernel", ELF "vmcoreinfo set NUMBER(VA_BITS)=64\n",
	  NULL, NULL, 3, "", NULL },
	{ "page size against the header",
	  KDUMP "vmcoreinfo set PAGESIZE=65536\n", NULL, NULL, 3, "", NULL },
	{ "page size of no kernel", ELF "vmcoreinfo set PAGESIZE=8192\n", NULL,
	  NULL, 3, "", NULL },
	{ "page size no number", ELF "vmcoreinfo set PAGESIZE=many\n", NULL,
	  NULL, 3, "PAGESIZE", NULL },
	{ "swapper_pg_dir outside RAM",
	  ELF "vmcoreinfo set SYMBOL(swapper_pg_dir)=ffff9000deadb000\n", NULL,
	  NULL, 3, "swapper_pg_dir", NULL },
	{ "swapper_pg_dir at no page",
	  ELF "vmcoreinfo set SYMBOL(swapper_pg_dir)=ffff800081234567\n", NULL,
	  NULL, 3, "", NULL },
	{ "KASLR offset off by 2M",
	  ELF "vmcoreinfo set KERNELOFFSET=1cea22200000\n", NULL,
	  "report $F | grep KASLR | tr -s ' ' >&2", 0,
	  "KASLR offset unknown KERNELOFFSET contradicts", NULL },
	{ "the same, below", ELF "vmcoreinfo set KERNELOFFSET=1cea21e00000\n",
	  NULL, NULL, 0, NULL, "\"kaslr_offset\":null" },
	{ "PHYS_OFFSET off by 2M",
	  ELF "vmcoreinfo set NUMBER(PHYS_OFFSET)=0x40200000\n", NULL, NULL, 4,
	  "1 finding,", "off_formula" },
	{ "a line twice, with another value",
	  TIGHT "vmcoreinfo set AGESIZEP=65536\n",
	  "LC_ALL=C sed -i s/AGESIZEP=65536/PAGESIZE=65536/ $F", NULL, 3, "",
	  NULL },
	{ "two notes of it, alike", ELF "second-vmcoreinfo\n", NULL, NULL, 0,
	  NULL, WHOLE },
	{ "two notes of it, with other values",
	  ELF "second-vmcoreinfo\nvmcoreinfo set NUMBER(PHYS_OFFSET)=0\n", NULL,
	  NULL, 3, "two different", NULL },
	{ "the same in a kdump",
	  KDUMP "second-vmcoreinfo\nvmcoreinfo set NUMBER(PHYS_OFFSET)=0\n",
	  NULL, NULL, 3, "two different", NULL },
	{ "two notes of it, one empty",
	  ELF "second-vmcoreinfo\nvmcoreinfo cut 0\n", NULL, NULL, 0, NULL,
	  WHOLE },
	{ "a NUL in a value", TIGHT,
	  "LC_ALL=C sed -i 's/PAGESIZE=4096/PAGESIZE=4\\x0096/' $F", NULL, 3,
	  "", NULL },
	{ "a NUL in the name of a line", TIGHT,
	  "LC_ALL=C sed -i 's/SYMBOL(swapper_pg_dir)/SYMBOL(swapper\\x00pg_dir)/' "
	  "$F",
	  NULL, 3, "", NULL },
	{ "a release of 4 KiB",
	  ELF "vmcoreinfo set OSRELEASE=6.1" X64(X64("y")) "\n", NULL, NULL, 0,
	  NULL, WHOLE },
	{ "release that steers terminals",
	  ELF "vmcoreinfo set \"OSRELEASE=6.1\x1b[2Jx\"\n", NULL, "report $F",
	  0, NULL, "6.1?[2Jx" },

	PART("Tables"),
	{ "an entry that leads to its own table",
	  ELF "self pmd pa=0x50000000\n", NULL, NULL, 4, "1 finding",
	  "\"kind\":\"shared_table\"" },
	{ "a loop to swapper_pg_dir", ELF "self pgd pa=0x40000000\n", NULL,
	  NULL, 4, "1 finding,", "\"kind\":\"shared_table\"" },
	{ "a subtree shared",
	  KERNEL SPLIT "format elf\nalias pmd pa=0x60000000 pa=0x60200000\n",
	  NULL, NULL, 4, " finding", NULL },
	{ "a table outside RAM",
	  ELF "entry pmd pa=0x50000000 = 0x0000900000000003\n", NULL, NULL, 4,
	  "1 page table unreadable, nothing said of 2048 kB",
	  "\"kind\":\"unreadable_table\",\"level\":3" },
	{ "a reserved descriptor",
	  KERNEL SPLIT "format elf\nentry pte pa=0x60000000 = 0x60000701\n",
	  NULL, NULL, 4, "1 finding", "\"kind\":\"reserved_descriptor\"" },
	{ "a block where the level has none",
	  ELF "entry pgd pa=0x40000000 = 0x40000701\n", NULL, NULL, 4,
	  "1 finding", "\"kind\":\"block_at_wrong_level\"" },
	{ "an output address beyond RAM",
	  ELF "entry pmd pa=0x50000000 = 0x0000f00050000701\n", NULL, NULL, 4,
	  "1 finding", "\"kind\":\"off_formula\"" },
	{ "a leaf off the linear formula",
	  ELF "map pa=0x80000000 2M 2M\nentry pmd pa=0x80000000 = "
	      "0x0068000044000705\n",
	  NULL, NULL, 4, "1 finding", "\"kind\":\"off_formula\"" },
	{ "a contiguous group with a hole",
	  KERNEL "map pa=0x40000000 2M cont_pte\nformat elf\n"
		 "clear pte pa=0x40003000\n",
	  NULL, NULL, 4, "1 finding", "\"kind\":\"broken_contiguous_group\"" },
	{ "a contiguous group, one without the bit",
	  KERNEL "map pa=0x40000000 2M cont_pte\nformat elf\n"
		 "clear bits pte pa=0x40003000 0x10000000000000\n",
	  NULL, NULL, 4, "1 finding", "\"kind\":\"broken_contiguous_group\"" },
	{ "a contiguous group that begins off its place",
	  KERNEL "map pa=0x40000000 2M 4K\nformat elf\n"
		 "set bits pte pa=0x40008000 0x10000000000000\n",
	  NULL, NULL, 4, "1 finding", "\"kind\":\"broken_contiguous_group\"" },
	{ "one leaf off by a bit above RAM",
	  ELF "set bits pmd pa=0x50000000 0x10000000000\n", NULL, NULL, 4,
	  "1 finding, 0 page tables unreadable, nothing said of 2048 kB",
	  "\"kind\":\"off_formula\"" },
	{ "all leaves off by a bit below RAM's end",
	  ELF "vmcoreinfo set NUMBER(PHYS_OFFSET)=0x0\n", NULL, NULL, 4,
	  "1 finding, 0 page tables unreadable", "\"kind\":\"off_formula\"" },
	{ "a pte table of zeros",
	  KERNEL SPLIT "format elf\nclear pte pa=0x60000000 512\n", NULL, NULL,
	  4, "1 finding, 0 page tables unreadable, nothing said of 2048 kB",
	  "\"kind\":\"empty_table\",\"level\":3" },
	{ "a pmd table of zeros",
	  KERNEL "map pa=0x40000000 2G 2M unaligned\nformat elf\n"
		 "clear pmd pa=0x40000000 512\n",
	  NULL, NULL, 4,
	  "1 finding, 0 page tables unreadable, nothing said of 1048576 kB",
	  "\"kind\":\"empty_table\",\"level\":2" },
	{ "a table lost, and all else is pages",
	  KERNEL "map pa=0x40000000 1G 4K\nformat elf\n"
		 "drop table pte pa=0x50000000\n",
	  NULL, NULL, 4, "1 page table unreadable",
	  "\"policy\":{\"boot\":\"unknown\"" },
	{ "the same, and what split since boot",
	  KERNEL
	  "map pa=0x40000000 1G 4K\nformat elf\ndrop table pte pa=0x50000000\n",
	  NULL, NULL, 4, "1 page table unreadable", "but not all was seen" },
	{ "a table of ones",
	  KERNEL SPLIT "format elf\n"
		       "page 0x48002000 byte=255\n",
	  NULL, NULL, 4, " finding", NULL },
	{ "a table of random bytes",
	  KERNEL SPLIT "format elf\n"
		       "page 0x48002000 random=1\n",
	  NULL, NULL, 4, " finding", NULL },

	PART("Extracts"),
	{ "of a dump that lacks a table",
	  KERNEL SPLIT "format elf\ndrop table pte pa=0x60000000\n", NULL,
	  "extract $F $T/out; code=$?; rm $T/out; exit $code", 4,
	  "partial result", "258 page tables" },
	{ "the same, and what the extract says then",
	  KERNEL SPLIT "format elf\ndrop table pte pa=0x60000000\n", NULL,
	  "extract $F $T/out >/dev/null 2>&1; \"$KDUMP_TRIAGE\" report "
	  "--json $T/out; code=$?; rm $T/out; exit $code",
	  4, "1 page table unreadable, nothing said of 2048 kB",
	  "\"pte\":534773760" },

	PART("The machine"),
	{ "EIO in a table", SPLIT_ELF, NULL,
	  BAD_SPOT("EIO_FROM=0x8004000 EIO_END=0x8005000"), 4,
	  "1 page table unreadable, nothing said of 2048 kB",
	  "\"pte\":534773760" },
	{ "EIO in swapper_pg_dir", SPLIT_ELF, NULL,
	  BAD_SPOT("EIO_FROM=0x2000 EIO_END=0x100000000"), 3, "swapper_pg_dir",
	  NULL },
	{ "EIO everywhere", SPLIT_ELF, NULL,
	  BAD_SPOT("EIO_FROM=0 EIO_END=0x100000000"), 3, "", NULL },
	{ "reads that give half of what is asked for", SPLIT_ELF, NULL,
	  BAD_SPOT("EIO_FROM=0 EIO_END=0x100000000 EIO_SHORT=1"), 0, NULL,
	  "\"pte\":536870912" },
	{ "disk full, report", ELF, NULL, "report $F >/dev/full", 5,
	  "cannot write the output", NULL },
	{ "disk full, runs", ELF, NULL, "runs $F >/dev/full", 5,
	  "cannot write the output", NULL },
	{ "disk full, extract", ELF, NULL,
	  "--version; ulimit -f 1; \"$KDUMP_TRIAGE\" extract --as elf $F "
	  "$T/out; code=$?; test ! -e $T/out || exit 77; exit $code",
	  5, "", NULL },
	{ "disk full, database", ELF, NULL,
	  "--version; export XDG_CACHE_HOME=$T/cache; "
	  "\"$KDUMP_TRIAGE\" batch $F 2>&1; ulimit -f 1; "
	  "\"$KDUMP_TRIAGE\" batch --db $T/fleet.db $F 2>$T/said; "
	  "code=$?; tail -n 1 $T/said >&2; "
	  "rm -rf $T/said $T/fleet.db* $T/cache; exit $code",
	  5, "fleet.db", NULL },
	{ "extract into a folder that is not there", ELF, NULL,
	  "extract $F $T/nowhere/out", 5, "No such file", NULL },
	{ NULL, NULL, NULL, NULL, 0, NULL, NULL },
};
