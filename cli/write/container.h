/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Some pages of a dump as a dump of their own, in one container or another. */
#ifndef CONTAINER_H
#define CONTAINER_H

#include "cli.h"
#include "kdump_writer.h"

enum container {
	CONTAINER_AUTO, /* what makes the shorter file */
	CONTAINER_KDUMP,
	CONTAINER_ELF,
};

struct container_job {
	struct cli_dump *dump;
	const uint64_t *pages; /* PA, strictly increasing */
	size_t count;
	int fd; /* an empty regular file */
	enum kdump_compression compression;
	enum container container; /* in: wanted, out: written */
};

/** DM_ERROR_OS: the file cannot be written. */
struct dm_error *container_write(struct container_job *job);

#endif /* CONTAINER_H */
