// SPDX-License-Identifier: GPL-2.0-or-later
/* Copies pages into ELF or kdump, whichever was asked for or is shorter. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "container.h"
#include "elf_writer.h"
#include "os_error.h"
#include "public_notes.h"

struct writing {
	struct container_job *job;
	uint64_t *pfns;
	struct kdump_writer_options kdump;
	struct elf_writer_options elf;
};

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

/* The header says what the dump's own says, where that has one. */
static void fill_kdump_options(struct writing *w, const void *notes,
			       size_t notes_size)
{
	const struct cli_dump *d = w->job->dump;
	const struct dm_dump_info *info = dm_dump_info(d->dump);

	w->kdump = (struct kdump_writer_options){
		.block_size = d->kernel->page_size,
		.compression = w->job->compression,
		.notes = notes,
		.notes_size = notes_size,
		.sysname = or_null(info->uts.sysname),
		.nodename = or_null(info->uts.nodename),
		.release = *info->uts.release ? info->uts.release
					      : d->kernel->release,
		.version = or_null(info->uts.version),
		.domainname = or_null(info->uts.domainname),
		/* crash takes PHYS_OFFSET from there. */
		.phys_base = d->kernel->phys_offset,
		.status = info->complete ? 0 : KDUMP_FLAG_INCOMPLETE,
		.dump_level = info->dump_level < 0 ? 0 : info->dump_level,
		.nr_cpus = info->nr_cpus > 0 ? (uint32_t)info->nr_cpus : 0,
		.timestamp_sec = (uint64_t)info->time_sec,
		.timestamp_usec = (uint64_t)info->time_usec,
	};
}

static void fill_elf_options(struct writing *w, const void *notes,
			     size_t notes_size)
{
	const struct cli_dump *d = w->job->dump;

	w->elf = (struct elf_writer_options){
		.page_size = d->kernel->page_size,
		.notes = notes,
		.notes_size = notes_size,
		.linear_voffset =
			d->kernel->page_offset - d->kernel->phys_offset,
		.incomplete = !dm_dump_info(d->dump)->complete,
	};
}

/* ---- Pages -------------------------------------------------------------- */

typedef struct dm_error *(*add_fn)(void *writer, uint64_t pfn,
				   const void *data);

static struct dm_error *add_kdump(void *writer, uint64_t pfn, const void *data)
{
	return kdump_writer_add(writer, pfn, data);
}

static struct dm_error *add_elf(void *writer, uint64_t pfn, const void *data)
{
	return elf_writer_add(writer, pfn, data);
}

/* Read together from there on. */
#define TOGETHER 256

static void announce(const struct writing *w, struct dm_source *source,
		     size_t i)
{
	size_t n = w->job->count - i;

	if (source->ops->prefetch && i % TOGETHER == 0)
		source->ops->prefetch(source, w->job->pages + i,
				      n < TOGETHER ? n : TOGETHER,
				      w->job->dump->kernel->page_size);
}

static struct dm_error *copy_pages(const struct writing *w, add_fn add,
				   void *writer)
{
	struct cli_dump *d = w->job->dump;
	struct dm_source *source = dm_dump_source(d->dump);
	uint32_t page_size = d->kernel->page_size;
	struct dm_error *err = NULL;
	void *page;
	size_t i;

	page = malloc(page_size);
	if (!page)
		return dm_error_no_memory();
	for (i = 0; !err && i < w->job->count; i++) {
		announce(w, source, i);
		err = source->ops->read(source, w->job->pages[i], page,
					page_size, DM_CONTENT_TABLE);
		/* It could be read before: the file changes while it is read. */
		if (err)
			err = dm_error_recode(cli_name_dump(err, d),
					      DM_ERROR_BROKEN);
		else
			err = add(writer, w->pfns[i], page);
	}
	free(page);
	return err;
}

static struct dm_error *write_kdump(struct writing *w)
{
	struct kdump_writer *writer;
	struct dm_error *err;

	w->job->container = CONTAINER_KDUMP;
	err = kdump_writer_create(&writer, w->job->fd, &w->kdump, w->pfns,
				  w->job->count);
	if (!err)
		err = copy_pages(w, add_kdump, writer);
	if (!err)
		err = kdump_writer_finish(writer);
	kdump_writer_destroy(writer);
	return err;
}

static struct dm_error *write_elf(struct writing *w)
{
	struct elf_writer *writer;
	struct dm_error *err;

	w->job->container = CONTAINER_ELF;
	err = elf_writer_create(&writer, w->job->fd, &w->elf, w->pfns,
				w->job->count);
	if (!err)
		err = copy_pages(w, add_elf, writer);
	if (!err)
		err = elf_writer_finish(writer);
	elf_writer_destroy(writer);
	return err;
}

/* ---- Which -------------------------------------------------------------- */

/*
 * How well pages compress is known once they are written. Little is written in
 * vain: ELF is shorter only where kdump's front outweighs what zlib saves.
 */
static struct dm_error *write_shorter(struct writing *w, uint64_t elf_size)
{
	struct dm_error *err;
	struct stat st;

	err = write_kdump(w);
	if (err)
		return err;
	if (fstat(w->job->fd, &st) != 0)
		return os_error(DM_ERROR_OS, "cannot write the dump");
	if ((uint64_t)st.st_size <= elf_size)
		return NULL;
	return ftruncate(w->job->fd, 0) == 0
		       ? write_elf(w)
		       : os_error(DM_ERROR_OS, "cannot write the dump");
}

/*
 * A dump that was cut short becomes no ELF unasked: a flag for that is part of
 * kdump's format, but in e_flags a convention of makedumpfile's and crash's.
 */
static struct dm_error *write_auto(struct writing *w)
{
	uint64_t elf_size, kdump_size;
	struct dm_error *err;

	elf_size = elf_writer_size(&w->elf, w->pfns, w->job->count);
	err = kdump_writer_min_size(&w->kdump, w->pfns, w->job->count,
				    &kdump_size);
	if (w->elf.incomplete || !elf_size) {
		dm_error_destroy(err);
		return write_kdump(w);
	}
	/* No kdump file can say it, or none can be shorter. */
	if (err || kdump_size >= elf_size) {
		dm_error_destroy(err);
		return write_elf(w);
	}
	return write_shorter(w, elf_size);
}

static struct dm_error *write_pages(struct writing *w)
{
	size_t i;

	w->pfns = malloc((w->job->count + 1) * sizeof(*w->pfns));
	if (!w->pfns)
		return dm_error_no_memory();
	for (i = 0; i < w->job->count; i++)
		w->pfns[i] = w->job->pages[i] / w->job->dump->kernel->page_size;
	switch (w->job->container) {
	case CONTAINER_KDUMP:
		return write_kdump(w);
	case CONTAINER_ELF:
		return write_elf(w);
	case CONTAINER_AUTO:
		break;
	}
	return write_auto(w);
}

struct dm_error *container_write(struct container_job *job)
{
	struct dm_source *source = dm_dump_source(job->dump->dump);
	struct writing w = { .job = job };
	size_t all_size, size, vmcoreinfo_size;
	const char *vmcoreinfo;
	struct dm_error *err;
	const void *all;
	void *notes;

	err = dm_dump_notes(job->dump->dump, &all, &all_size);
	if (!err)
		err = source->ops->vmcoreinfo(source, &vmcoreinfo,
					      &vmcoreinfo_size);
	if (!err)
		err = public_notes(all, all_size, vmcoreinfo, vmcoreinfo_size,
				   &notes, &size);
	if (err)
		return err;
	fill_kdump_options(&w, notes, size);
	fill_elf_options(&w, notes, size);
	err = write_pages(&w);
	free(w.pfns);
	free(notes);
	return err;
}
