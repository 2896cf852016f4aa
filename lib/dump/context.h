/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a libkdumpfile context. */
#ifndef DUMP_CONTEXT_H
#define DUMP_CONTEXT_H

#include <libkdumpfile/kdumpfile.h>

/* Or loses it, where libkdumpfile cannot free one. @ctx may be NULL. */
void dm_context_free(kdump_ctx_t *ctx);

#endif /* DUMP_CONTEXT_H */
