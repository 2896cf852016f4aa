/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libkdumpfile as a second reader: of files that ours does not know, and of all
 * others where the user wants it. What is told of memory is read by it; where
 * our reader knows the format, headers and notes are ours, and it is asked for
 * no page that ours does not find in the file (docs/design.md).
 */
#ifndef DUMP_SECOND_H
#define DUMP_SECOND_H

#include "dump/bytes.h"
#include "dump/format.h"

extern const struct dump_format dm_format_second;

/* A core file of a Xen domain: ELF by its head, with sections for segments. */
struct dm_error *dm_xen_core_is(const struct bytes *bytes, bool *is);

/* Refuses an ELF file whose sections libkdumpfile does not survive. */
struct dm_error *dm_elf_sections_check(const struct bytes *bytes);

/*
 * Refuses an LKCD dump that is not all there: what lies past its end, libkdumpfile
 * reads as zeros. Other files are fine.
 */
struct dm_error *dm_lkcd_check(const struct bytes *bytes);

#endif /* DUMP_SECOND_H */
