// SPDX-License-Identifier: GPL-2.0-or-later
/* Large machines' pages to files, one after the other. */
#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "write/elf_writer.h"
#include "scale_priv.h"

struct file {
	struct scale_plan plan;
	int fd;
	uint8_t *notes;
	size_t notes_size;
	struct scale_truth truth;
};

/* Each page in the order of addresses, to @add. */
static struct dm_error *
each_page(struct file *f, void *arg,
	  struct dm_error *(*add)(void *arg, uint64_t pfn, const void *data))
{
	struct dm_error *err = NULL;
	uint8_t data[4096];
	size_t i;

	for (i = 0; !err && i < f->plan.count; i++) {
		err = scale_page(&f->plan, f->plan.table_at[i], data,
				 &f->truth);
		if (!err)
			err = add(arg, f->plan.pfns[i], data);
	}
	return err;
}

/* ---- kdump-compressed ---------------------------------------------------- */

static struct dm_error *add_kdump(void *arg, uint64_t pfn, const void *data)
{
	return kdump_writer_add(arg, pfn, data);
}

static struct dm_error *add_zstd(void *arg, uint64_t pfn, const void *data)
{
	uint8_t packed[GEN_PACKED_MAX];
	size_t size = gen_pack(GEN_PACK_ZSTD, data, 4096, packed);

	if (!size || size >= 4096)
		return kdump_writer_add(arg, pfn, data);
	return kdump_writer_add_raw(arg, pfn, packed, (uint32_t)size,
				    KDUMP_FLAG_ZSTD);
}

static struct dm_error *write_kdump(struct file *f)
{
	const struct gen_range *ram = &f->plan.gen.ram.list[0];
	struct kdump_pfn_range pfns = { ram->start / 4096, ram->end / 4096 };
	enum scale_file how = f->plan.scale.file;
	struct kdump_writer_options o = {
		.block_size = 4096,
		.compression = how == SCALE_ZLIB  ? KDUMP_ZLIB
			       : how == SCALE_LZO ? KDUMP_LZO
						  : KDUMP_NONE,
		.notes = f->notes,
		.notes_size = f->notes_size,
		.nodename = f->plan.gen.nodename,
		.release = f->plan.gen.release,
		.version = f->plan.gen.version,
		.ram = &pfns,
		.ram_count = 1,
		.phys_base = f->plan.gen.phys_offset,
		.dump_level = 31,
		.nr_cpus = f->plan.gen.cpus,
	};
	struct kdump_writer *w = NULL;
	struct dm_error *err;

	err = kdump_writer_create(&w, f->fd, &o, f->plan.pfns, f->plan.count);
	if (!err)
		err = each_page(f, w, how == SCALE_ZSTD ? add_zstd : add_kdump);
	if (!err)
		err = kdump_writer_finish(w);
	kdump_writer_destroy(w);
	return err;
}

/* ---- ELF ----------------------------------------------------------------- */

static struct dm_error *add_tight(void *arg, uint64_t pfn, const void *data)
{
	return elf_writer_add(arg, pfn, data);
}

static struct dm_error *write_tight(struct file *f)
{
	struct elf_writer_options o = {
		.page_size = 4096,
		.notes = f->notes,
		.notes_size = f->notes_size,
		.linear_voffset = gen_linear_va(&f->plan.gen, 0),
	};
	struct elf_writer *w = NULL;
	struct dm_error *err;

	err = elf_writer_create(&w, f->fd, &o, f->plan.pfns, f->plan.count);
	if (!err)
		err = each_page(f, w, add_tight);
	if (!err)
		err = elf_writer_finish(w);
	elf_writer_destroy(w);
	return err;
}

/* RAM lies in one piece in the file. */
struct flat {
	int fd;
	uint64_t offset; /* of physical address 0, modulo 2^64 */
};

static struct dm_error *add_flat(void *arg, uint64_t pfn, const void *data)
{
	const struct flat *flat = arg;

	return gen_pwrite(flat->fd, data, 4096, flat->offset + pfn * 4096);
}

static struct dm_error *write_flat(struct file *f)
{
	struct flat flat = { .fd = f->fd };
	struct dm_error *err;
	Elf64_Phdr ram;

	err = gen_write_elf(&f->plan.gen, f->fd, NULL, 0, f->notes,
			    f->notes_size);
	if (err)
		return err;
	/* Behind that of the notes. */
	if (pread(f->fd, &ram, sizeof(ram), sizeof(Elf64_Ehdr) + sizeof(ram)) !=
	    sizeof(ram))
		return dm_error_create(DM_ERROR_OS, "cannot read back: %m");
	flat.offset = le64toh(ram.p_offset) - le64toh(ram.p_paddr);
	return each_page(f, &flat, add_flat);
}

/* ---- The whole ----------------------------------------------------------- */

static struct dm_error *write_file(struct file *f)
{
	struct dm_error *err;

	err = gen_notes(&f->plan.gen, &f->notes, &f->notes_size);
	if (err)
		return err;
	switch (f->plan.scale.file) {
	case SCALE_ELF:
		return write_flat(f);
	case SCALE_ELF_TIGHT:
		return write_tight(f);
	case SCALE_ZLIB:
	case SCALE_LZO:
	case SCALE_ZSTD:
		break;
	}
	return write_kdump(f);
}

struct dm_error *scale_dump(const struct scale *scale, const char *out_path,
			    struct scale_truth *truth)
{
	struct file f = { 0 };
	struct dm_error *err;

	err = scale_plan_init(&f.plan, scale);
	if (!err) {
		f.fd = open(out_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
			    0666);
		if (f.fd < 0)
			err = dm_error_create(DM_ERROR_OS, "%s: %m", out_path);
		else
			err = write_file(&f);
		if (f.fd >= 0 && close(f.fd) && !err)
			err = dm_error_create(DM_ERROR_OS, "%s: %m", out_path);
	}
	free(f.notes);
	scale_plan_deinit(&f.plan);
	if (truth)
		*truth = f.truth;
	return err;
}
