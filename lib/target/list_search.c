// SPDX-License-Identifier: GPL-2.0-or-later
/* Searches pages of the image for a list head whose nodes lead back to it. */
#include <endian.h>
#include <stdlib.h>

#include "util/error.h"
#include "target/list_search.h"

struct search {
	struct kva *kva;
	uint64_t reach;
	list_search_fn fn;
	void *arg;
};

/* A pointer to a node that is near enough, and not to the head itself. */
static bool may_lead(const struct search *s, uint64_t head, uint64_t node)
{
	uint64_t distance = node > head ? node - head : head - node;

	return distance && distance <= s->reach && !(node & 7) &&
	       node >= dm_kva_kernel(s->kva)->linear_start;
}

/* Both ends of a list lead back to its head. */
static struct dm_error *is_closed(const struct search *s, uint64_t head,
				  uint64_t first, uint64_t *last, bool *is)
{
	uint64_t back = 0, forth = 0;
	struct dm_error *err;

	err = dm_kva_read_u64(s->kva, first + 8, &back);
	if (!err && back == head)
		err = dm_kva_read_u64(s->kva, head + 8, last);
	if (!err && may_lead(s, head, *last))
		err = dm_kva_read_u64(s->kva, *last, &forth);
	*is = !err && forth == head;
	return err;
}

static struct dm_error *look_at(const struct search *s, uint64_t head,
				uint64_t first, bool *is)
{
	bool closed = false, is_node = false;
	struct dm_error *err;
	uint64_t last = 0;

	*is = false;
	err = dm_error_forgive(is_closed(s, head, first, &last, &closed));
	if (err || !closed)
		return err;
	/* Each node of the list would do, but for this. */
	err = dm_error_forgive(s->fn(s->arg, head, true, &is_node));
	if (err || is_node)
		return err;
	err = dm_error_forgive(s->fn(s->arg, last, false, is));
	if (!err && !*is)
		err = dm_error_forgive(s->fn(s->arg, first, false, is));
	return err;
}

static struct dm_error *look_in_page(const struct search *s, uint64_t page,
				     const uint64_t *words, size_t count,
				     uint64_t *head)
{
	struct dm_error *err = NULL;
	bool is = false;
	size_t i;

	for (i = 0; !err && !is && i < count; i++) {
		uint64_t va = page + i * sizeof(*words);
		uint64_t node = le64toh(words[i]);

		if (!may_lead(s, va, node))
			continue;
		err = look_at(s, va, node, &is);
		if (is)
			*head = va;
	}
	return err;
}

struct dm_error *dm_list_search(struct kva *kva, uint64_t from, uint64_t size,
				uint64_t reach, list_search_fn fn, void *arg,
				uint64_t *head)
{
	const struct search s = { kva, reach, fn, arg };
	size_t page_size = dm_kva_kernel(kva)->page_size;
	struct dm_error *err = NULL;
	uint64_t *words, va = from & ~(uint64_t)(page_size - 1);

	words = malloc(page_size);
	if (!words)
		return dm_error_no_memory();
	*head = 0;
	for (; !err && !*head && size >= page_size; size -= page_size) {
		err = dm_kva_read(kva, va, words, page_size, DM_CONTENT_SEARCH);
		if (!err)
			err = look_in_page(&s, va, words,
					   page_size / sizeof(*words), head);
		else
			err = dm_error_forgive(err);
		va += page_size;
	}
	free(words);
	if (!err && !*head)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"no such list in the kernel image from 0x%llx on",
			(unsigned long long)from);
	return err;
}
