/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real dumps as those who have less of them would have them. */
#ifndef STRIP_H
#define STRIP_H

#include "directmap.h"

enum strip {
	STRIP_TEXT = 1, /* pages that VMCOREINFO begins in are zeros */
	STRIP_HEADER = 2, /* so are those that an Image header begins */
	STRIP_SYMBOLS = 4, /* and those that kallsyms' tokens are in */
	/* An Image header is put at _text, as an extract has not that page. */
	STRIP_ADD_HEADER = 8,
};

/**
 * Write an ELF dump without any note, with all pages that another has below
 * @p end.
 *
 * @param from	A dump of any kind.
 * @param end	PA.
 * @param what	enum strip, or-ed.
 * @param off	Added to each physical address that the new file tells.
 */
struct dm_error *strip_dump(const char *from, const char *to, uint64_t end,
			    unsigned int what, uint64_t off);

#endif /* STRIP_H */
