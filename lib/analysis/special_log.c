// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packs stretches into bytes, and unpacks them.
 *
 * A stretch is four numbers of seven bits a byte, low bits first: the pages
 * since the one before, its own pages, which attributes, and the owners.
 */
#include <stdlib.h>

#include "directmap/array.h"
#include "util/bisect.h"
#include "util/error.h"
#include "analysis/special_log.h"

#define STRETCH_BYTES 40 /* at most: four numbers of ten bytes */

void dm_special_log_deinit(struct special_log *log)
{
	free(log->bytes);
	free(log->marks);
	log->bytes = NULL;
	log->marks = NULL;
}

/* ---- In ----------------------------------------------------------------- */

/* SPECIAL_LOG_ATTRS if they do not fit. */
static size_t find_attrs(struct special_log *log, uint64_t attrs)
{
	size_t i;

	for (i = 0; i < log->attr_count; i++) {
		if (log->attrs[i] == attrs)
			return i;
	}
	if (i < SPECIAL_LOG_ATTRS)
		log->attrs[log->attr_count++] = attrs;
	return i;
}

static struct dm_error *reserve(struct special_log *log)
{
	struct dm_error *err =
		dm_array_reserve(&log->bytes, &log->capacity, log->used,
				 STRETCH_BYTES, SPECIAL_LOG_MAX);

	if (err)
		return err;
	return dm_array_reserve(&log->marks, &log->mark_capacity,
				log->count / SPECIAL_LOG_STEP, 1, DM_ARRAY_ANY);
}

static void put(struct special_log *log, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		log->bytes[log->used++] = (unsigned char)(number | 0x80);
	log->bytes[log->used++] = (unsigned char)number;
}

struct dm_error *dm_special_log_add(struct special_log *log,
				    const struct special_stretch *stretch,
				    bool *kept)
{
	size_t attrs = find_attrs(log, stretch->attrs);
	struct dm_error *err;

	*kept = attrs < SPECIAL_LOG_ATTRS &&
		log->used <= SPECIAL_LOG_MAX - STRETCH_BYTES;
	if (!*kept)
		return NULL;
	err = reserve(log);
	if (err)
		return err;
	if (log->count % SPECIAL_LOG_STEP == 0)
		log->marks[log->count / SPECIAL_LOG_STEP] =
			(struct special_place){ log->count, log->used,
						log->end };
	if (!log->count)
		log->next = log->marks[0];
	put(log, (stretch->start - log->end) >> log->page_shift);
	put(log, stretch->size >> log->page_shift);
	put(log, attrs);
	put(log, stretch->owners);
	log->end = stretch->start + stretch->size;
	log->count++;
	return NULL;
}

/* ---- Out ---------------------------------------------------------------- */

static uint64_t take(const struct special_log *log, size_t *at)
{
	unsigned int shift = 0;
	uint64_t number = 0;

	do
		number |= (uint64_t)(log->bytes[*at] & 0x7f) << shift;
	while (shift += 7, log->bytes[(*at)++] & 0x80);
	return number;
}

static void take_stretch(struct special_log *log, struct special_stretch *ret)
{
	struct special_place *p = &log->next;

	ret->start = p->end + (take(log, &p->at) << log->page_shift);
	ret->size = take(log, &p->at) << log->page_shift;
	ret->attrs = log->attrs[take(log, &p->at)];
	ret->owners = (uint32_t)take(log, &p->at);
	p->end = ret->start + ret->size;
	p->i++;
}

void dm_special_log_get(struct special_log *log, size_t i,
			struct special_stretch *ret)
{
	const struct special_place *mark = &log->marks[i / SPECIAL_LOG_STEP];

	if (log->next.i > i || log->next.i < mark->i)
		log->next = *mark;
	do
		take_stretch(log, ret);
	while (log->next.i <= i);
}

/* The last mark with nothing before it that reaches beyond @va. */
static size_t mark_before(const struct special_log *log, uint64_t va)
{
	size_t behind = dm_bisect(i, (log->count - 1) / SPECIAL_LOG_STEP + 1,
				  log->marks[i].end <= va);

	return behind ? behind - 1 : 0;
}

size_t dm_special_log_from(struct special_log *log, uint64_t va)
{
	struct special_place before;
	struct special_stretch s;

	if (!log->count)
		return 0;
	log->next = log->marks[mark_before(log, va)];
	while (log->next.i < log->count) {
		before = log->next;
		take_stretch(log, &s);
		if (log->next.end <= va)
			continue;
		log->next = before;
		return before.i;
	}
	return log->count;
}
