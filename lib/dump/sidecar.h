/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own text beside images of RAM. Its first line is "[ram]"; then one range a
 * line, FILE[:OFFSET+SIZE]@ADDRESS, and "vmcoreinfo = @ADDRESS" or a file,
 * "vmlinux = FILE"; lines that begin with # are comments.
 */
#ifndef DUMP_SIDECAR_H
#define DUMP_SIDECAR_H

#include "dump/ram_list.h"

/* As much of a text's beginning tells what it is. */
#define SIDECAR_HEAD 64

/* By the first line, as far as SIDECAR_HEAD reaches. */
bool dm_sidecar_is(const char *text, size_t size);
/* A ram_list_parse. */
struct dm_error *dm_sidecar_parse(const char *text, size_t size,
				  struct ram_list *list);

#endif /* DUMP_SIDECAR_H */
