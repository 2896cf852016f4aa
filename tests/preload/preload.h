/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of preload.so have of each other. */
#ifndef PRELOAD_H
#define PRELOAD_H

#include <sys/types.h>

/* pread() by way of the open file's one page, if it is that file. */
ssize_t bounce_pread(int fd, void *buf, size_t size, off_t off);

/* Ends a child as the OOM killer would, if it is to. */
void kill_reader(void);

/* Another call that reads. */
void count_read(void);

#endif /* PRELOAD_H */
