// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads a dump as raw ELF, finds kernel structures in it, and reads, damages
 * and restores them.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel.h"
#include "directmap/dump.h"
#include "util/error.h"
#include "image.h"
#include "target/target.h"
#include "directmap/kernel.h"

struct image {
	uint8_t *bytes, *good;
	size_t size;
	struct dm_dump *dump;
	struct dm_kernel kernel;
	struct dm_target *target;
};

__attribute__((noreturn)) static void fail(const char *what, const char *which)
{
	fprintf(stderr, "image: %s: %s\n", what, which);
	abort();
}

static void no_error(struct dm_error *err)
{
	if (err)
		fail("error", err->message);
}

static void load(struct image *image, const char *path)
{
	FILE *file = fopen(path, "rb");
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) <= 0)
		fail("cannot be read", path);
	rewind(file);
	image->size = (size_t)size;
	image->bytes = malloc(image->size);
	image->good = malloc(image->size);
	if (!image->bytes || !image->good ||
	    fread(image->good, 1, image->size, file) != image->size)
		fail("cannot be read", path);
	fclose(file);
}

struct image *image_create(const char *path)
{
	struct image *image = calloc(1, sizeof(*image));

	if (!image)
		abort();
	load(image, path);
	image_restore(image);
	no_error(dm_dump_open(&path, 1, NULL, &image->dump));
	no_error(dm_kernel_init(&image->kernel, dm_dump_source(image->dump)));
	no_error(dm_target_create(dm_dump_source(image->dump), &image->kernel,
				  &image->target));
	return image;
}

void image_destroy(struct image *image)
{
	dm_target_destroy(image->target);
	dm_dump_close(image->dump);
	free(image->bytes);
	free(image->good);
	free(image);
}

void image_restore(struct image *image)
{
	memcpy(image->bytes, image->good, image->size);
}

void image_write(const struct image *image, const char *path)
{
	FILE *file = fopen(path, "wb");

	if (!file ||
	    fwrite(image->bytes, 1, image->size, file) != image->size ||
	    fclose(file))
		fail("cannot be written", path);
}

uint64_t image_symbol(struct image *image, const char *name)
{
	struct dm_source *source = dm_dump_source(image->dump);
	struct dm_vmcoreinfo notes;
	char key[64];
	uint64_t va;

	no_error(source->ops->vmcoreinfo(source, &notes.text, &notes.size));
	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	if (dm_vmcoreinfo_has(&notes, key))
		no_error(dm_vmcoreinfo_number(&notes, key, 16, &va));
	else
		no_error(dm_target_symbol(image->target, name, &va));
	return va;
}

uint64_t image_member(struct image *image, const char *type, const char *path)
{
	uint64_t offset;

	no_error(dm_types_offset(dm_target_types(image->target), type, path,
				 &offset));
	return offset;
}

/* The file's segment that holds @p pa; NULL if none does. */
static const Elf64_Phdr *segment(const struct image *image, uint64_t pa)
{
	const Elf64_Ehdr *header = (const void *)image->good;
	const Elf64_Phdr *p = (const void *)(image->good + header->e_phoff);
	size_t i;

	for (i = 0; i < header->e_phnum; i++) {
		if (p[i].p_type == PT_LOAD && pa - p[i].p_paddr < p[i].p_filesz)
			return &p[i];
	}
	return NULL;
}

static uint8_t *at(struct image *image, uint64_t va)
{
	const Elf64_Phdr *p;
	struct kva_path path;

	no_error(dm_kva_path(dm_target_kva(image->target), va, &path));
	p = path.is_leaf ? segment(image, path.pa) : NULL;
	if (!p)
		fail("not in the dump", "an address");
	return image->bytes + p->p_offset + (path.pa - p->p_paddr);
}

uint64_t image_get(struct image *image, uint64_t va, size_t size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | *at(image, va + size);
	return value;
}

void image_put(struct image *image, uint64_t va, size_t size, uint64_t value)
{
	size_t i;

	for (i = 0; i < size; i++, value >>= 8)
		*at(image, va + i) = (uint8_t)value;
}

uint64_t image_freed(const struct image *image)
{
	uint64_t pa = image->kernel.phys_offset + image->kernel.page_size;

	while (segment(image, pa))
		pa += image->kernel.page_size;
	return dm_kva_pa_to_linear(&image->kernel, pa);
}

uint64_t image_nowhere(const struct image *image)
{
	return image->kernel.page_offset + (UINT64_C(1) << 45);
}

void image_replace(struct image *image, const char *old, const char *new)
{
	uint8_t *found = memmem(image->bytes, image->size, old, strlen(old));

	if (!found || strlen(old) != strlen(new))
		fail("not to be replaced", old);
	memcpy(found, new, strlen(new));
}
