// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Searches the kernel image for struct memblock.
 *
 * struct memblock is in the image's data (ARCH_KEEP_MEMBLOCK; mm/memblock.c), and
 * nothing else is like it: two lists, each with its count, its capacity and its
 * name, which are "memory" and "reserved".
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "target/image.h"
#include "kernel/memblock.h"
#include "kernel/memblock_search.h"

/* Behind the init text; Debian's images are of 30 MiB. */
#define IMAGE_SPAN (UINT64_C(256) << 20)
/* Bytes of the struct that are looked at; it may lie across two pages. */
#define STRUCT_MAX 512

struct search {
	struct kva *kva;
	uint64_t size; /* of struct memblock */
	uint64_t lists[2]; /* where its struct memblock_type are */
	uint64_t count_at, max_at, regions_at, name_at; /* in those */
};

static struct dm_error *get_layout(struct dm_target *t, struct search *s)
{
	const struct target_offset lists[] = {
		{ "memory", &s->lists[0] },
		{ "reserved", &s->lists[1] },
		{ NULL, NULL },
	};
	const struct target_offset fields[] = {
		{ "cnt", &s->count_at },
		{ "max", &s->max_at },
		{ "regions", &s->regions_at },
		{ "name", &s->name_at },
		{ NULL, NULL },
	};
	uint64_t type_size = 0;
	struct dm_error *err;

	err = dm_types_size(dm_target_types(t), "struct memblock", &s->size);
	if (!err)
		err = dm_types_size(dm_target_types(t), "struct memblock_type",
				    &type_size);
	if (!err)
		err = dm_target_offsets(t, "struct memblock", lists);
	if (!err)
		err = dm_target_offsets(t, "struct memblock_type", fields);
	if (err)
		return err;
	if (s->size > STRUCT_MAX || s->size < type_size || type_size < 8 ||
	    s->lists[0] > s->size - type_size ||
	    s->lists[1] > s->size - type_size || s->count_at > type_size - 8 ||
	    s->max_at > type_size - 8 || s->regions_at > type_size - 8 ||
	    s->name_at > type_size - 8)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"struct memblock is not laid out as any known kernel's");
	return NULL;
}

static uint64_t u64_at(const unsigned char *bytes, uint64_t at)
{
	uint64_t value;

	memcpy(&value, bytes + at, sizeof(value));
	return le64toh(value);
}

static bool may_be_list(const struct search *s, const unsigned char *list)
{
	uint64_t start = dm_kva_kernel(s->kva)->linear_start;
	uint64_t count = u64_at(list, s->count_at);
	uint64_t max = u64_at(list, s->max_at);

	return count && count <= max && max <= MEMBLOCK_REGIONS_MAX &&
	       u64_at(list, s->regions_at) >= start &&
	       u64_at(list, s->name_at) >= start;
}

static struct dm_error *has_name(const struct search *s,
				 const unsigned char *list, const char *name,
				 bool *ret)
{
	char text[16];
	struct dm_error *err;

	err = dm_kva_read_string(s->kva, u64_at(list, s->name_at), text,
				 sizeof(text));
	*ret = !err && strcmp(text, name) == 0;
	return err;
}

/* What cannot be read there makes it none; other errors end the search. */
static struct dm_error *is_memblock(const struct search *s,
				    const unsigned char *bytes, bool *ret)
{
	const unsigned char *memory = bytes + s->lists[0];
	const unsigned char *reserved = bytes + s->lists[1];
	struct dm_error *err;

	*ret = false;
	if (!may_be_list(s, memory) || !may_be_list(s, reserved))
		return NULL;
	err = has_name(s, memory, "memory", ret);
	if (!err && *ret)
		err = has_name(s, reserved, "reserved", ret);
	return dm_error_forgive(err);
}

/* The last bytes of a page, and the next page behind them. */
struct window {
	unsigned char *bytes;
	size_t page, before; /* bytes: of a page; of the one before it */
};

static struct dm_error *look_in(const struct search *s, const struct window *w,
				uint64_t va, uint64_t *found)
{
	size_t at = STRUCT_MAX - w->before, end = STRUCT_MAX + w->page;
	struct dm_error *err = NULL;
	bool is = false;

	for (; !err && !is && at + s->size <= end; at += 8) {
		err = is_memblock(s, w->bytes + at, &is);
		if (is)
			*found = va + at - STRUCT_MAX;
	}
	return err;
}

static struct dm_error *look_through(const struct search *s, uint64_t from,
				     uint64_t *found)
{
	struct window w = { .page = dm_kva_kernel(s->kva)->page_size };
	uint64_t va = from & ~(uint64_t)(w.page - 1), left = IMAGE_SPAN;
	struct dm_error *err = NULL;

	w.bytes = calloc(1, STRUCT_MAX + w.page);
	if (!w.bytes)
		return dm_error_no_memory();
	for (; !err && !*found && left >= w.page; left -= w.page) {
		memcpy(w.bytes, w.bytes + w.page, STRUCT_MAX);
		err = dm_kva_read(s->kva, va, w.bytes + STRUCT_MAX, w.page,
				  DM_CONTENT_SEARCH);
		if (err) {
			err = dm_error_forgive(err);
			w.before = 0;
		} else {
			err = look_in(s, &w, va, found);
			w.before = STRUCT_MAX;
		}
		va += w.page;
	}
	free(w.bytes);
	return err;
}

struct dm_error *dm_memblock_search(struct dm_target *target, uint64_t *va)
{
	struct search s = { .kva = dm_target_kva(target) };
	struct dm_error *err;
	struct image_place from;

	*va = 0;
	err = get_layout(target, &s);
	if (!err)
		err = dm_image_place(target, IMAGE_INIT_TEXT, &from);
	if (!err)
		err = look_through(&s, from.va, va);
	if (!err && !*va)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "no struct memblock in the kernel image");
	return err;
}
