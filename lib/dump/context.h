/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A libkdumpfile context, with what is wrong in 0.5.1 (Debian 12) kept from it
 * as far as that can be done from outside.
 */
#ifndef DUMP_CONTEXT_H
#define DUMP_CONTEXT_H

#include <stdbool.h>
#include <libkdumpfile/kdumpfile.h>

#include "directmap.h"

struct context_how {
	const char *path; /* for messages */
	/* Of one dump. They stay open as long as the context. */
	const int *fds;
	unsigned int count;
	/* 0: as libkdumpfile finds. */
	uint32_t page_size;
};

/*
 * For one thread, and none of its children: no fork() after it. DM_ERROR_UNSUPPORTED:
 * libkdumpfile cannot read it, or not as installed here.
 */
struct dm_error *dm_context_open(const struct context_how *how,
				 kdump_ctx_t **ret);

/* What is read at once; a power of two from 4K to 256K. */
uint32_t dm_context_page_size(kdump_ctx_t *ctx);

/*
 * After a read that failed: what libkdumpfile's cache has is no good any more.
 * False: nor is the context.
 */
bool dm_context_renew(kdump_ctx_t *ctx, kdump_status status);

/* Or loses it, where libkdumpfile cannot free one. @ctx may be NULL. */
void dm_context_free(kdump_ctx_t *ctx);

#endif /* DUMP_CONTEXT_H */
