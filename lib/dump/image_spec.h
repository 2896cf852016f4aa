/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of raw memory and where in physical memory they belong, as people name
 * them: FILE@PA, FILE:OFFSET+SIZE@PA, FILE:OFFSET@PA, several with commas
 * between them.
 */
#ifndef DUMP_IMAGE_SPEC_H
#define DUMP_IMAGE_SPEC_H

#include "directmap.h"

struct image_spec {
	char *path;
	uint64_t offset;
	/* 0: to the end of the file. */
	uint64_t size;
	uint64_t pa;
};

/* Begins as zeros. */
struct image_specs {
	struct image_spec *v;
	size_t n, capacity;
};

/* Of all arguments together. */
#define IMAGE_SPECS_MAX 1024

/*
 * Add the ranges that @p arg names. Adds none where it is the name of a file
 * that exists, or is nothing like a range: it is a path then. Numbers are
 * decimal, with K, M, G or T behind them or not, or hexadecimal behind 0x.
 *
 * @returns DM_ERROR_INVALID_ARGUMENT: it is malformed, or there are too many.
 */
struct dm_error *dm_image_specs_add(struct image_specs *specs, const char *arg);

/* As it is told to others; the path is borrowed. */
struct dm_dump_image dm_image_of(const struct image_spec *spec);

/* All of [@p at, @p end) is such a number. */
bool dm_image_number(const char *at, const char *end, uint64_t *value);

void dm_image_specs_destroy(struct image_specs *specs);

#endif /* DUMP_IMAGE_SPEC_H */
