/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ramdumps of Qualcomm's boot loaders, as QPST, QFIL, edl and the like save them
 * by the Sahara protocol: a file for each region of memory, and two texts that
 * say where each was, either of which may be lost. dump_info.txt is the host's
 * table, with lengths; load.cmm is the boot loader's own script for Trace32.
 */
#ifndef DUMP_QUALCOMM_H
#define DUMP_QUALCOMM_H

#include "dump/ram_list.h"

/* Of a file with RAM of Linux, as the boot loader calls them: DDRCS0_1.BIN. */
bool dm_qualcomm_is_ram(const char *name);

/* Each a ram_list_parse. */
struct dm_error *dm_qualcomm_parse_table(const char *text, size_t size,
					 struct ram_list *list);
struct dm_error *dm_qualcomm_parse_script(const char *text, size_t size,
					  struct ram_list *list);

#endif /* DUMP_QUALCOMM_H */
