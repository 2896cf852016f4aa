/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process that does one thing for another one, which may not do it any more
 * once it is in the sandbox, or another thing when that one has ended without
 * a word, killed even. It reads one byte, and nothing of a dump.
 */
#ifndef WRITE_KEEPER_H
#define WRITE_KEEPER_H

#include "directmap.h"

struct keeper;

/** @p arg is that of this moment, as fork() copies it. */
struct dm_error *keeper_start(struct keeper **ret,
			      struct dm_error *(*commit)(void *arg),
			      void (*give_up)(void *arg), void *arg);
/** Have it done; what it says of that. */
struct dm_error *keeper_commit(struct keeper *keeper);
/** Where nothing was committed, it gives up; returns once it has. */
void keeper_end(struct keeper *keeper);

#endif /* WRITE_KEEPER_H */
