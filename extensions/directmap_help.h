/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * help directmap. crash puts its own name into a line that has "%s" in it, and
 * prints the others as they are: a per cent sign elsewhere is one.
 */
#ifndef DIRECTMAP_HELP_H
#define DIRECTMAP_HELP_H

static char *help_directmap[] = {
	"directmap",
	"leaf sizes of the arm64 linear map, from the page tables",
	"[-j] | -f | -r [-j] [start-end] | -V",

	"  Walks swapper_pg_dir over the linear map (direct map) and tells with which",
	"  leaf sizes the kernel mapped its RAM. The page tables are read by physical",
	"  address, so it works where crash cannot translate (5 levels, LPA2), and in",
	"  a --minimal session. Without an option: the DirectMap lines with their",
	"  shares, a picture of the map in order of virtual addresses, bytes mapped,",
	"  valid, read-only and invalid (there, but the CPU does not use them), page",
	"  tables, and what the dump is.",
	" ",
	"    -r  runs of leaves in order of virtual addresses, with the words of the",
	"        kernel's ptdump; only those that touch start-end (hexadecimal, end",
	"        exclusive) if given.",
	"    -f  the DirectMap lines alone, as /proc/meminfo would have them.",
	"    -j  JSON, schema directmap/1; with -r an object a line.",
	"    -V  the version.",
	" ",
	"  A page table that is not in the dump makes a partial result, which says so.",
	"  The same output comes from kdump-triage(1), without crash.",
	"\nEXAMPLES",
	"  A machine of 2 GiB whose large leaves were split in places:\n",
	"    %s> directmap",
	"    DirectMap4k:     3904 kB       0.19 %",
	"    DirectMap64k:    18624 kB      0.89 %",
	"    DirectMap2M:   108544 kB       5.18 %",
	"    DirectMap32M:   917504 kB     43.75 %",
	"    DirectMap1G:  1048576 kB      50.00 %",
	" ",
	"    [++=++===========================################################]",
	"     # 1G   = 32M   + 2M   - 64k   . 4k   a sign is 32 MiB of mapped memory",
	" ",
	"    mapped              2097152 kB 100.00 %  2 GiB",
	"      valid             2091180 kB  99.72 %",
	"    ...",
	" ",
	"  What is read-only in it:\n",
	"    %s> directmap -r | grep ro",
	"    0xfff0000000200000-0xfff0000002200000      32M 2M   valid         ro NX ...",
	"    0xfff0000002200000-0xfff0000002270000     448K 64k  valid         ro NX ...",
	"    ...",
	" ",
	"  One place:\n",
	"    %s> directmap -r 0xfff0000002aa0000-0xfff0000002aa1000",
	"    ...",
	"    0xfff0000002aa0000-0xfff0000002aa1000       4K 4k   invalid F     RW NX ...",
	NULL
};

#endif /* DIRECTMAP_HELP_H */
