// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides by a seed which reads fail, and with which garbage others succeed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault_source.h"

const enum dm_error_code fault_ends[FAULT_ENDS] = {
	DM_ERROR_NO_MEMORY,
	DM_ERROR_INTERRUPTED,
	DM_ERROR_OS,
	DM_ERROR_OUTPUT,
};

/* Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014. */
uint64_t fault_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* ---- Garbage ------------------------------------------------------------- */

static void fill_random(uint8_t *buf, size_t size, uint64_t *state)
{
	size_t i;

	for (i = 0; i < size; i++)
		buf[i] = (uint8_t)fault_random(state);
}

/* Numbers that look like what kernel memory is full of: pointers, entries. */
static void fill_likely(uint8_t *buf, size_t size, uint64_t *state)
{
	size_t i;

	for (i = 0; i + 8 <= size; i += 8) {
		uint64_t r = fault_random(state), value = r & 0xffffffffffff;

		if (r >> 60 < 4)
			value = (value & 0x3fffff000) + 0x40000000 +
				(r >> 58 & 3);
		else if (r >> 60 < 8)
			value |= UINT64_C(0xffff) << 48;
		else if (r >> 60 < 12)
			value = r >> 32 & 0xff;
		memcpy(buf + i, &value, sizeof(value));
	}
}

static void flip_bits(uint8_t *buf, size_t size, uint64_t *state)
{
	unsigned int n = 1 + fault_random(state) % 8;

	while (n--) {
		uint64_t r = fault_random(state);

		buf[(r >> 8) % size] ^= (uint8_t)(1u << (r & 7));
	}
}

/*
 * In place of what was read. What a page's garbage looks like may depend on
 * where in it a read begins: nothing reads a page in two ways and compares.
 */
static void spoil(uint8_t *buf, size_t size, uint64_t state)
{
	switch (fault_random(&state) % 6) {
	case 0:
		memset(buf, 0, size);
		break;
	case 1:
		memset(buf, 0xff, size);
		break;
	case 2:
		fill_random(buf, size, &state);
		break;
	case 3:
		fill_likely(buf, size, &state);
		break;
	case 4:
		flip_bits(buf, size, &state);
		break;
	case 5: /* the second half is missing, as of a page cut off */
		memset(buf + size / 2, 0, size - size / 2);
		break;
	}
}

/* ---- The source ---------------------------------------------------------- */

static uint64_t state_of(const struct fault_source *f, uint64_t pa)
{
	return f->seed ^ (f->by_page ? pa >> 12 : f->reads) *
				 UINT64_C(0xd1342543de82ef95);
}

static struct dm_error *fail(struct fault_source *f, uint64_t pa, uint8_t *buf,
			     size_t size, uint64_t *state)
{
	enum dm_error_code code =
		fault_random(state) & 1 ? DM_ERROR_ABSENT : DM_ERROR_BROKEN;

	f->hits++;
	fill_random(buf, size / 2, state);
	return dm_error_create(code, "page at 0x%llx: a fault that was put in",
			       (unsigned long long)pa);
}

/* With the lock held. */
static struct dm_error *read_one(struct fault_source *f, uint64_t pa, void *buf,
				 size_t size, enum dm_content content)
{
	uint64_t state;
	struct dm_error *err;
	bool hit;

	f->reads++;
	state = state_of(f, pa);
	hit = f->contents & 1u << content &&
	      (fault_random(&state) & 0xffff) < f->rate;
	if ((f->kind == FAULT_END && f->reads >= f->end_at) ||
	    (f->kind == FAULT_ONCE && f->reads == f->end_at)) {
		f->hits++;
		fill_random(buf, size, &state);
		return dm_error_create(f->end, FAULT_MESSAGE);
	}
	if (hit && f->kind == FAULT_FAIL && size)
		return fail(f, pa, buf, size, &state);
	err = f->inner->ops->read(f->inner, pa, buf, size, content);
	if (!err && hit && f->kind == FAULT_GARBAGE && size) {
		f->hits++;
		spoil(buf, size, state);
	}
	return err;
}

/* The same faults once more, for another thread. */
struct fault_clone {
	struct dm_source source;
	struct fault_source *of;
};

static const struct dm_source_ops fault_ops, clone_ops;

static struct fault_source *fault_of(struct dm_source *source)
{
	return source->ops == &clone_ops ? ((struct fault_clone *)source)->of
					 : (struct fault_source *)source;
}

static struct dm_error *fault_read(struct dm_source *source, uint64_t pa,
				   void *buf, size_t size,
				   enum dm_content content)
{
	struct fault_source *f = fault_of(source);
	struct dm_error *err;

	if (f->before)
		f->before(f);
	pthread_mutex_lock(&f->lock);
	err = read_one(f, pa, buf, size, content);
	pthread_mutex_unlock(&f->lock);
	return err;
}

static void count_out(struct fault_source *f, uint64_t more)
{
	pthread_mutex_lock(&f->lock);
	f->out += more;
	pthread_mutex_unlock(&f->lock);
}

/* Memory of its own, so that a page used after it was put is noticed. */
static struct dm_error *fault_get_page(struct dm_source *source, uint64_t pa,
				       size_t size, enum dm_content content,
				       const void **page)
{
	struct dm_error *err;
	void *buf = malloc(size);

	if (!buf)
		abort();
	err = fault_read(source, pa, buf, size, content);
	if (err) {
		free(buf);
		return err;
	}
	count_out(fault_of(source), 1);
	*page = buf;
	return NULL;
}

static void fault_put_page(struct dm_source *source, const void *page)
{
	count_out(fault_of(source), (uint64_t)-1);
	free((void *)(uintptr_t)page);
}

/* A hint's addresses are looked at, and nothing else may follow from it. */
static void fault_prefetch(struct dm_source *source, const uint64_t *pas,
			   size_t count, size_t size)
{
	size_t i;

	(void)source;
	for (i = 0; i < count; i++) {
		if (pas[i] % size)
			abort();
	}
}

static struct dm_error *fault_clone(struct dm_source *source,
				    struct dm_source **ret)
{
	struct fault_clone *clone = malloc(sizeof(*clone));

	if (!clone)
		abort();
	clone->source.ops = &clone_ops;
	clone->of = fault_of(source);
	count_out(clone->of, 1);
	clone->of->clones++;
	*ret = &clone->source;
	return NULL;
}

static void fault_destroy(struct dm_source *source)
{
	count_out(fault_of(source), (uint64_t)-1);
	free(source);
}

static struct dm_error *fault_vmcoreinfo(struct dm_source *source,
					 const char **text, size_t *size)
{
	struct fault_source *f = fault_of(source);

	return f->inner->ops->vmcoreinfo(f->inner, text, size);
}

static const struct dm_source_ops fault_ops = {
	.read = fault_read,
	.vmcoreinfo = fault_vmcoreinfo,
	.get_page = fault_get_page,
	.put_page = fault_put_page,
	.prefetch = fault_prefetch,
	.clone = fault_clone,
	.destroy = fault_destroy,
};

static const struct dm_source_ops clone_ops = {
	.read = fault_read,
	.vmcoreinfo = fault_vmcoreinfo,
	.get_page = fault_get_page,
	.put_page = fault_put_page,
	.prefetch = fault_prefetch,
	.clone = fault_clone,
	.destroy = fault_destroy,
};

void fault_source_init(struct fault_source *f, struct dm_source *inner,
		       uint64_t seed, uint64_t reads)
{
	static const uint32_t rates[] = { 6, 64, 640, 6400, 32768, 65536 };
	uint64_t state = seed, r;

	r = fault_random(&state);
	*f = (struct fault_source){
		.source = { .ops = &fault_ops },
		.inner = inner,
		.seed = fault_random(&state),
		.kind = r % 16 < 8    ? FAULT_FAIL
			: r % 16 < 14 ? FAULT_GARBAGE
				      : FAULT_END,
		.by_page = r >> 8 & 3 || r >> 48 & 1,
		.threads = r >> 48 & 1 ? 3 : 1,
		.rate = rates[(r >> 16) % 6],
		.contents = r >> 24 & 1 ? (1u << DM_CONTENT_COUNT) - 1
					: 1u << (r >> 32) % DM_CONTENT_COUNT,
		.end = fault_ends[r >> 40 & 3],
		.end_at = 1 + fault_random(&state) % (reads ? reads : 1),
	};
	pthread_mutex_init(&f->lock, NULL);
}

void fault_source_once(struct fault_source *f, struct dm_source *inner,
		       enum dm_error_code code, uint64_t at)
{
	*f = (struct fault_source){
		.source = { .ops = &fault_ops },
		.inner = inner,
		.kind = code ? FAULT_ONCE : FAULT_NONE,
		.threads = 1,
		.end = code,
		.end_at = at,
	};
	pthread_mutex_init(&f->lock, NULL);
}

void fault_source_deinit(struct fault_source *f)
{
	pthread_mutex_destroy(&f->lock);
}

void fault_source_describe(const struct fault_source *f, char *text,
			   size_t size)
{
	static const char *const kinds[FAULT_KINDS] = {
		[FAULT_NONE] = "none",	     [FAULT_FAIL] = "fail",
		[FAULT_GARBAGE] = "garbage", [FAULT_END] = "end",
		[FAULT_ONCE] = "once",
	};

	snprintf(
		text, size,
		"%u threads, %s by %s, %u of 65536, contents 0x%x, end %d at %" PRIu64
		": %" PRIu64 " hits in %" PRIu64 " reads",
		f->threads, kinds[f->kind], f->by_page ? "page" : "read",
		f->rate, f->contents, f->end, f->end_at, f->hits, f->reads);
}
