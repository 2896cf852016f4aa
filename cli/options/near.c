// SPDX-License-Identifier: GPL-2.0-or-later
/* How far a word is from a name, in letters. */
#include <stdbool.h>
#include <string.h>

#include "near.h"

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * How many letters are too many, missing, others, or swapped with the next; of
 * more than @most at least @most + 1.
 */
static unsigned int distance(const char *a, size_t size, const char *b,
			     unsigned int most)
{
	unsigned int least;

	if (!size || !*b)
		return (unsigned int)(size + strlen(b));
	if (*a == *b)
		return distance(a + 1, size - 1, b + 1, most);
	if (!most--)
		return 1;
	least = distance(a + 1, size - 1, b, most);
	least = smaller(least, distance(a, size, b + 1, most));
	least = smaller(least, distance(a + 1, size - 1, b + 1, most));
	if (size > 1 && a[0] == b[1] && a[1] == b[0])
		least = smaller(least, distance(a + 2, size - 2, b + 2, most));
	return least + 1;
}

void near_init(struct near *near, const char *word, size_t size)
{
	*near = (struct near){
		.word = word,
		.size = size,
		.most = size < 6 ? 1 : 2,
	};
}

void near_try(struct near *near, const char *name)
{
	bool begins = near->size > 1 && !strncmp(name, near->word, near->size);
	unsigned int d;

	/* Of the others only a nearer one counts. */
	if (near->meant && !near->most)
		return;
	d = begins ? !!name[near->size]
		   : distance(near->word, near->size, name, near->most);
	if (d > near->most || d >= near->size)
		return;
	near->meant = name;
	near->most = d - !!d;
}
