// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps hints, and the pieces that were read for them. */
#include <stdlib.h>
#include <string.h>

#include "dump/ahead.h"
#include "util/bisect.h"

struct dm_error *dm_ahead_create(struct ahead **ret)
{
	/* Memory that is not touched costs nothing: it may never be full. */
	*ret = calloc(1, sizeof(**ret));
	return *ret ? NULL : dm_error_no_memory();
}

void dm_ahead_destroy(struct ahead *ahead)
{
	if (ahead)
		dm_gather_deinit(&ahead->gather);
	free(ahead);
}

void dm_ahead_hint(struct ahead *ahead, const uint64_t *pas, size_t count,
		   size_t size)
{
	if (count > AHEAD_HINTS)
		count = AHEAD_HINTS;
	memcpy(ahead->hints, pas, count * sizeof(*pas));
	ahead->hint_count = count;
	ahead->next = 0;
	ahead->size = size;
}

size_t dm_ahead_take(struct ahead *ahead, uint64_t pa, size_t max,
		     const uint64_t **pas)
{
	size_t i, n;

	for (i = ahead->next; i < ahead->hint_count; i++) {
		if (ahead->hints[i] == pa)
			break;
	}
	n = ahead->hint_count - i;
	if (n > max)
		n = max;
	if (!n)
		return 0;
	*pas = ahead->hints + i;
	ahead->next = i + n;
	return n;
}

static int got_cmp(const void *a, const void *b)
{
	const struct ahead_got *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static bool is_at(const struct ahead *ahead, size_t at, uint64_t key)
{
	return at < ahead->got_count && ahead->got[at].key == key;
}

const struct ahead_got *dm_ahead_find(struct ahead *ahead, uint64_t key)
{
	/* As a rule the one found last, or the next. */
	if (is_at(ahead, ahead->found, key))
		return &ahead->got[ahead->found];
	ahead->found++;
	if (!is_at(ahead, ahead->found, key))
		ahead->found =
			dm_bisect(i, ahead->got_count, ahead->got[i].key < key);
	return is_at(ahead, ahead->found, key) ? &ahead->got[ahead->found]
					       : NULL;
}

void dm_ahead_settle(struct ahead *ahead, size_t pieces)
{
	size_t i, n = 0;

	for (i = 0; i < ahead->got_count; i++)
		ahead->got[i].data = NULL;
	for (i = 0; i < pieces; i++)
		ahead->got[ahead->pieces[i].tag].data = ahead->pieces[i].data;
	for (i = 0; i < ahead->got_count; i++) {
		if (ahead->got[i].data)
			ahead->got[n++] = ahead->got[i];
	}
	ahead->got_count = n;
	ahead->found = 0;
	dm_sort_unless_sorted(ahead->got, n, sizeof(*ahead->got), got_cmp);
}
