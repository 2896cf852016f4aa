/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matrix of damaged kernel structures: the damage, and what is said then. */
#ifndef KERNEL_ROWS_H
#define KERNEL_ROWS_H

#include "image.h"

struct kernel_row {
	const char *what; /* NULL at the end */
	void (*damage)(struct image *image, const struct kernel_row *row);
	/* What they mean is the damage's. */
	const char *symbol;
	uint64_t at, size, value;
	/* Part of the line of `splits` that says so; NULL: it is of no use there. */
	const char *says;
};

extern const struct kernel_row kernel_rows[];

#endif /* KERNEL_ROWS_H */
