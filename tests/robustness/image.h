/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump as raw ELF in memory, to be damaged where a kernel structure lies: by
 * the names that the dump itself has. Anything that goes wrong ends the suite.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stddef.h>
#include <stdint.h>

struct image;

/** @param path	An ELF file as `extract --as elf` writes it. */
struct image *image_create(const char *path);
void image_destroy(struct image *image);
/** What was damaged since is as it was. */
void image_restore(struct image *image);
void image_write(const struct image *image, const char *path);

/** VA of a symbol, of the kernel's or of VMCOREINFO's; offset of a member. */
uint64_t image_symbol(struct image *image, const char *name);
uint64_t image_member(struct image *image, const char *type, const char *path);

/** Little-endian, of 1 to 8 bytes, at a kernel VA that is in the dump. */
uint64_t image_get(struct image *image, uint64_t va, size_t size);
void image_put(struct image *image, uint64_t va, size_t size, uint64_t value);

/** In the linear map: a page of RAM that is not in the dump, and no RAM. */
uint64_t image_freed(const struct image *image);
uint64_t image_nowhere(const struct image *image);

/** The first @p old in the file is @p new then, of the same length. */
void image_replace(struct image *image, const char *old, const char *new);

#endif /* IMAGE_H */
