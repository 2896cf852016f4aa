/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps of formats that libkdumpfile alone reads, made of pages that somebody
 * else has. Offsets are libkdumpfile's (lkcd.c, elfdump.c), for nobody else wrote
 * them down.
 */
#ifndef GEN_OTHER_H
#define GEN_OTHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OTHER_PAGE 4096

struct other_page {
	uint64_t pa;
	unsigned char data[OTHER_PAGE];
};

/* LKCD version 9. False: it could not be written. @machine: of its utsname. */
bool gen_lkcd(const char *path, const struct other_page *pages, size_t count,
	      bool gzip, const char *machine);

/* What xl dump-core makes; @cpus: with their section, as it always has. */
bool gen_xen_core(const char *path, const struct other_page *pages,
		  size_t count, bool cpus);

#endif /* GEN_OTHER_H */
