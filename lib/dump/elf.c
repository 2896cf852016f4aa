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
#include "dump/format.h"
#include "dump/layout_elf.h"
#include "dump/plain_pages.h"
#include "directmap/text.h"

static void describe(struct dm_dump *dump, const struct elf_layout *elf)
{
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

static struct dm_error *elf_open(struct dm_dump *dump,
				 const struct dm_dump_options *options)
{
	struct elf_layout *elf = calloc(1, sizeof(*elf));
	struct dm_error *err;

	(void)options;
	if (!elf)
		return dm_error_no_memory();
	dump->layout = elf;
	err = dm_elf_layout_open(elf, &dump->files[0]);
	if (err)
		return err;
	describe(dump, elf);
	dump->notes = elf->notes;
	elf->notes = (struct notes){ 0 };
	return take_vmcoreinfo(dump);
}

static void elf_close(struct dm_dump *dump)
{
	if (dump->layout)
		dm_elf_layout_close(dump->layout);
	free(dump->layout);
}

static const struct plain_layout layout = {
	.read = dm_elf_layout_read,
	.place = dm_elf_layout_place,
};

static struct dm_error *elf_begin(struct dump_view *view)
{
	return dm_plain_begin(view, &layout);
}

static struct dm_error *elf_hold(struct dump_view *view, uint64_t pa,
				 size_t size)
{
	return dm_elf_layout_hold(view->dump->layout, pa, size);
}

static struct dm_error *elf_walk(const struct dm_dump *dump,
				 struct memory_walk *walk)
{
	const struct elf_layout *elf = dump->layout;
	struct ram inner = { 0 };
	struct dm_error *err = NULL;
	size_t i;

	/* A segment within another that is all there is the same once more. */
	for (i = 0; !err && i < elf->inner.n; i++) {
		const struct ram_range *r = &elf->inner.v[i];

		if (!dm_ram_hold(&elf->outer, r->pa, r->size))
			err = dm_ram_add(&inner, r);
	}
	walk->all = dm_ram_size(&elf->outer) + dm_ram_size(&inner);
	if (!err)
		err = dm_ram_walk(&elf->outer, walk);
	if (!err)
		err = dm_ram_walk(&inner, walk);
	dm_ram_destroy(&inner);
	return err;
}

const struct dump_format dm_format_elf = {
	.is = dm_elf_is,
	.names_machine = true,
	.open = elf_open,
	.close = elf_close,
	.begin = elf_begin,
	.end = dm_plain_end,
	.read = dm_plain_read,
	.hold = elf_hold,
	.hint = dm_plain_hint,
	.walk = elf_walk,
};
