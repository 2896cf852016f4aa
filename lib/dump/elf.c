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
#include "dump/elf_pages.h"
#include "dump/format.h"
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

static struct dm_error *elf_begin(struct dump_view *view)
{
	struct elf_pages *pages = malloc(sizeof(*pages));

	if (!pages)
		return dm_error_no_memory();
	dm_elf_pages_init(pages, view->dump->layout);
	view->pages = pages;
	return NULL;
}

static void elf_end(struct dump_view *view)
{
	dm_elf_pages_deinit(view->pages);
	free(view->pages);
}

static struct dm_error *elf_read(struct dump_view *view, uint64_t pa, void *buf,
				 size_t size)
{
	return dm_elf_pages_read(view->pages, pa, buf, size);
}

static void elf_hint(struct dump_view *view, const uint64_t *pas, size_t count,
		     size_t size)
{
	dm_elf_pages_hint(view->pages, pas, count, size);
}

/* A segment within another is the same once more, if that one is all there. */
static bool is_repeated(const struct elf_layout *elf, const struct extent *e)
{
	return dm_extents_hold(&elf->outer, e->start, e->size);
}

static struct dm_error *elf_walk(const struct dm_dump *dump,
				 struct memory_walk *walk)
{
	const struct elf_layout *elf = dump->layout;
	const struct extents *outer = &elf->outer, *inner = &elf->inner;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; i < outer->n; i++)
		walk->all += outer->v[i].size;
	for (i = 0; i < inner->n; i++)
		walk->all +=
			is_repeated(elf, &inner->v[i]) ? 0 : inner->v[i].size;
	for (i = 0; !err && i < outer->n; i++)
		err = dm_memory_show(walk, elf->bytes, &outer->v[i]);
	for (i = 0; !err && i < inner->n; i++) {
		if (!is_repeated(elf, &inner->v[i]))
			err = dm_memory_show(walk, elf->bytes, &inner->v[i]);
	}
	return err;
}

const struct dump_format dm_format_elf = {
	.is = dm_elf_is,
	.names_machine = true,
	.open = elf_open,
	.close = elf_close,
	.begin = elf_begin,
	.end = elf_end,
	.read = elf_read,
	.hint = elf_hint,
	.walk = elf_walk,
};
