// SPDX-License-Identifier: GPL-2.0-or-later
/* Allocates tables of megabytes, on huge pages where that pays. */
#include <stdlib.h>
#include <sys/mman.h>

#include "util/big.h"

/* With pages of 4 KiB; where they are larger, huge ones are not worth it. */
#define HUGE_SIZE ((size_t)2 << 20)
/* Less is not worth a huge page. */
#define BIG_MIN ((size_t)512 << 10)

void *dm_big_alloc(size_t size)
{
	size_t whole = (size + HUGE_SIZE - 1) & ~(HUGE_SIZE - 1);
	void *bytes;

	if (size < BIG_MIN || whole < size)
		return malloc(size ? size : 1);
	bytes = aligned_alloc(HUGE_SIZE, whole);
	/* What it cannot have, it has in small pages. */
	if (bytes)
		madvise(bytes, whole, MADV_HUGEPAGE);
	return bytes;
}
