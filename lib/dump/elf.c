// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ELF dumps and /proc/kcore. They are read without libkdumpfile: there is
 * nothing in them to decode, and its elfdump.c of 0.5.1 looks through all
 * segments for each page, lets the segment found last decide between two that
 * overlap (find_closest_file_load()), fills with zeros what a file lacks
 * (fcache_get_read(), elf_read_page()), trusts the section headers
 * (strtab_entry()), and without mmap takes seven times as long.
 */
#include <stdlib.h>
#include <string.h>

#include "dump/dump_private.h"
#include "dump/notes.h"
#include "directmap/text.h"

static void describe(struct dm_dump *dump)
{
	const struct elf_layout *elf = &dump->elf;
	uint64_t lost = 0;
	size_t i;

	dump->info.format = elf->kcore		       ? "kcore"
			    : dump->files[0].flattened ? "elf-flattened"
						       : "elf";
	for (i = 0; i < elf->lost.n; i++)
		lost += elf->lost.v[i].size;
	if (lost)
		dm_dump_incomplete(dump,
				   "%s is cut off: %llu %s missing at its end",
				   dump->files[0].path,
				   (unsigned long long)lost,
				   dm_plural(lost, "byte of memory is",
					     "bytes of memory are"));
	if (elf->marked_incomplete)
		dm_dump_incomplete(
			dump, "its writer could not finish it (disk full?)");
}

static struct dm_error *take_vmcoreinfo(struct dm_dump *dump)
{
	struct notes_facts facts;

	dm_notes_scan(&dump->notes, &facts);
	dump->two_vmcoreinfos = facts.vmcoreinfo_differs;
	if (!facts.vmcoreinfo_size)
		return NULL;
	dump->vmcoreinfo = malloc(facts.vmcoreinfo_size);
	if (!dump->vmcoreinfo)
		return dm_error_no_memory();
	memcpy(dump->vmcoreinfo, facts.vmcoreinfo, facts.vmcoreinfo_size);
	dump->vmcoreinfo_size = facts.vmcoreinfo_size;
	return NULL;
}

struct dm_error *dm_dump_open_elf(struct dm_dump *dump)
{
	struct dm_error *err;

	err = dm_elf_layout_open(&dump->elf, &dump->files[0]);
	if (err)
		return err;
	describe(dump);
	dump->notes = dump->elf.notes;
	dump->elf.notes = (struct notes){ 0 };
	return take_vmcoreinfo(dump);
}
