// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the records of the kernel's log.
 *
 * The ring buffer of kernel/printk/printk_ringbuffer.c, since 5.10: an array of
 * descriptors, one of printk_info beside it, and a ring of text blocks, each
 * with the id of its descriptor before the text. VMCOREINFO has the offsets
 * (kernel/printk/printk.c, log_buf_vmcoreinfo_setup()).
 *
 * The kernel was stopped at whatever point: only what a descriptor, its info
 * and its block agree on is a record.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "kernel/printk.h"
#include "directmap/kernel.h"

/* log_buf_len= is of 2 GiB at most, and a record of 32 bytes on average
 * (kernel/printk/printk.c, LOG_BUF_LEN_MAX, PRB_AVGBITS). */
#define TEXT_BITS_MAX 31
#define DESC_BITS_MAX 26
#define TEXT_LEN_MAX  65535 /* printk_info.text_len has 16 bits */
#define BLOCK_ID_SIZE 8
/* printk_ringbuffer.h: the state is in the upper two bits of state_var. */
#define STATE_SHIFT 62
#define ID_MASK	    ((UINT64_C(1) << STATE_SHIFT) - 1)
#define COMMITTED   1
#define FINALIZED   2
/* No block: LPOS_DATALESS() */
#define LPOS_DATALESS UINT64_C(1)

enum line {
	SYMBOL_PRB,
	RB_DESCS,
	RB_TEXT,
	DESCS_BITS,
	DESCS_ARRAY,
	DESCS_INFOS,
	DESCS_HEAD,
	DESCS_TAIL,
	DESC_SIZE,
	DESC_STATE,
	DESC_LPOS,
	LPOS_BEGIN,
	LPOS_NEXT,
	INFO_SIZE,
	INFO_SEQ,
	INFO_TS,
	INFO_TEXT_LEN,
	TEXT_BITS,
	TEXT_DATA,
	COUNTER,
	LINES,
};

static const struct {
	const char *key;
	int base;
} lines[LINES] = {
	[SYMBOL_PRB] = { "SYMBOL(prb)", 16 },
	[RB_DESCS] = { "OFFSET(printk_ringbuffer.desc_ring)", 10 },
	[RB_TEXT] = { "OFFSET(printk_ringbuffer.text_data_ring)", 10 },
	[DESCS_BITS] = { "OFFSET(prb_desc_ring.count_bits)", 10 },
	[DESCS_ARRAY] = { "OFFSET(prb_desc_ring.descs)", 10 },
	[DESCS_INFOS] = { "OFFSET(prb_desc_ring.infos)", 10 },
	[DESCS_HEAD] = { "OFFSET(prb_desc_ring.head_id)", 10 },
	[DESCS_TAIL] = { "OFFSET(prb_desc_ring.tail_id)", 10 },
	[DESC_SIZE] = { "SIZE(prb_desc)", 10 },
	[DESC_STATE] = { "OFFSET(prb_desc.state_var)", 10 },
	[DESC_LPOS] = { "OFFSET(prb_desc.text_blk_lpos)", 10 },
	[LPOS_BEGIN] = { "OFFSET(prb_data_blk_lpos.begin)", 10 },
	[LPOS_NEXT] = { "OFFSET(prb_data_blk_lpos.next)", 10 },
	[INFO_SIZE] = { "SIZE(printk_info)", 10 },
	[INFO_SEQ] = { "OFFSET(printk_info.seq)", 10 },
	[INFO_TS] = { "OFFSET(printk_info.ts_nsec)", 10 },
	[INFO_TEXT_LEN] = { "OFFSET(printk_info.text_len)", 10 },
	[TEXT_BITS] = { "OFFSET(prb_data_ring.size_bits)", 10 },
	[TEXT_DATA] = { "OFFSET(prb_data_ring.data)", 10 },
	[COUNTER] = { "OFFSET(atomic_long_t.counter)", 10 },
};

struct ring {
	struct kva *kva;
	enum dm_content content;
	uint64_t line[LINES];
	uint32_t desc_bits, text_bits;
	uint64_t descs, infos, data; /* VA */
	uint64_t head, tail; /* ids */
	char *text; /* TEXT_LEN_MAX + 1 */
};

/* ---- Where -------------------------------------------------------------- */

static struct dm_error *read_lines(struct ring *r, struct dm_source *source)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err;
	size_t i;

	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (err)
		return err;
	if (!dm_vmcoreinfo_has(&info, lines[SYMBOL_PRB].key))
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"VMCOREINFO has no SYMBOL(prb) line: the place of the kernel's log is unknown");
	for (i = 0; !err && i < LINES; i++) {
		err = dm_vmcoreinfo_number(&info, lines[i].key, lines[i].base,
					   &r->line[i]);
		/* So that sums of offsets cannot overflow. */
		if (!err && i != SYMBOL_PRB && r->line[i] > 4096)
			err = dm_error_create(
				DM_ERROR_BAD_DUMP,
				"VMCOREINFO line %s is %llu: no such structure is so large",
				lines[i].key, (unsigned long long)r->line[i]);
	}
	return err;
}

static struct dm_error *read_number(struct ring *r, uint64_t va, size_t size,
				    uint64_t *value)
{
	struct dm_error *err;

	*value = 0;
	err = dm_kva_read(r->kva, va, value, size, r->content);
	*value = err ? 0 : le64toh(*value);
	return err;
}

static struct dm_error *check_ring(const struct ring *r, uint64_t va)
{
	if (r->desc_bits > DESC_BITS_MAX || r->text_bits > TEXT_BITS_MAX)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"printk ring buffer at 0x%llx: 2^%u records and 2^%u bytes are more than Linux allows",
			(unsigned long long)va, r->desc_bits, r->text_bits);
	if (((r->head - r->tail) & ID_MASK) >> r->desc_bits)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"printk ring buffer at 0x%llx: its first and last record are further apart than it is long",
			(unsigned long long)va);
	return NULL;
}

/* The buffer itself is always read as data: it is what all else is found by. */
static struct dm_error *read_ring(struct ring *r)
{
	const uint64_t *at = r->line;
	enum dm_content content = r->content;
	uint64_t rb = 0, desc_bits = 0, text_bits = 0;
	struct dm_error *err;

	r->content = DM_CONTENT_DATA;
	err = read_number(r, at[SYMBOL_PRB], 8, &rb);
	if (!err)
		err = read_number(r, rb + at[RB_DESCS] + at[DESCS_BITS], 4,
				  &desc_bits);
	if (!err)
		err = read_number(r, rb + at[RB_DESCS] + at[DESCS_ARRAY], 8,
				  &r->descs);
	if (!err)
		err = read_number(r, rb + at[RB_DESCS] + at[DESCS_INFOS], 8,
				  &r->infos);
	if (!err)
		err = read_number(
			r, rb + at[RB_DESCS] + at[DESCS_HEAD] + at[COUNTER], 8,
			&r->head);
	if (!err)
		err = read_number(
			r, rb + at[RB_DESCS] + at[DESCS_TAIL] + at[COUNTER], 8,
			&r->tail);
	if (!err)
		err = read_number(r, rb + at[RB_TEXT] + at[TEXT_BITS], 4,
				  &text_bits);
	if (!err)
		err = read_number(r, rb + at[RB_TEXT] + at[TEXT_DATA], 8,
				  &r->data);
	r->content = content;
	r->desc_bits = (uint32_t)desc_bits;
	r->text_bits = (uint32_t)text_bits;
	return err ? err : check_ring(r, rb);
}

/* ---- Records ------------------------------------------------------------ */

/*
 * Where the block that goes from lpos @begin to @next has its id, and its size.
 * A block that would go over the end of the ring is stored at its start
 * (get_data(); 7.3, is_blk_wrapped(): @next is not part of it).
 */
static bool find_block(const struct ring *r, uint64_t begin, uint64_t next,
		       uint64_t *offset, uint64_t *size)
{
	uint64_t ring = UINT64_C(1) << r->text_bits;
	uint64_t last = next - 1;

	if ((begin | next) & (BLOCK_ID_SIZE - 1))
		return false;
	if (begin >> r->text_bits == last >> r->text_bits &&
	    next - begin <= ring) {
		*offset = begin & (ring - 1);
		*size = next - begin;
	} else if ((begin + ring) >> r->text_bits == last >> r->text_bits) {
		*offset = 0;
		*size = next & (ring - 1);
	} else {
		return false;
	}
	return *size > BLOCK_ID_SIZE && *size <= ring - *offset;
}

static struct dm_error *read_info(struct ring *r, uint64_t id,
				  struct printk_record *record)
{
	uint64_t mask = (UINT64_C(1) << r->desc_bits) - 1;
	uint64_t va = r->infos + (id & mask) * r->line[INFO_SIZE];
	uint64_t length = 0, facility = 0;
	struct dm_error *err;

	err = read_number(r, va + r->line[INFO_SEQ], 8, &record->seq);
	if (!err)
		err = read_number(r, va + r->line[INFO_TS], 8,
				  &record->ts_nsec);
	if (!err)
		err = read_number(r, va + r->line[INFO_TEXT_LEN], 2, &length);
	/* Right behind it, from 5.10 to 7.3; VMCOREINFO does not tell it. */
	if (!err)
		err = read_number(r, va + r->line[INFO_TEXT_LEN] + 2, 1,
				  &facility);
	record->facility = (unsigned int)facility;
	record->size = (size_t)length;
	return err;
}

/* @is: whether it is one, which takes that its block is the descriptor's. */
static struct dm_error *read_text(struct ring *r, uint64_t id, uint64_t lpos,
				  struct printk_record *record, bool *is)
{
	uint64_t begin = 0, next = 0, offset = 0, size = 0, owner = 0;
	struct dm_error *err;

	err = read_number(r, lpos + r->line[LPOS_BEGIN], 8, &begin);
	if (!err)
		err = read_number(r, lpos + r->line[LPOS_NEXT], 8, &next);
	if (err || begin & next & LPOS_DATALESS ||
	    !find_block(r, begin, next, &offset, &size))
		return err;
	err = read_number(r, r->data + offset, BLOCK_ID_SIZE, &owner);
	if (err || (owner & ID_MASK) != id)
		return err;
	/* copy_data(): the block's size is right, if they differ. */
	if (record->size > size - BLOCK_ID_SIZE)
		record->size = (size_t)(size - BLOCK_ID_SIZE);
	err = dm_kva_read(r->kva, r->data + offset + BLOCK_ID_SIZE, r->text,
			  record->size, r->content);
	r->text[record->size] = '\0';
	record->text = r->text;
	*is = !err;
	return err;
}

static struct dm_error *read_record(struct ring *r, uint64_t id,
				    struct printk_record *record, bool *is)
{
	uint64_t mask = (UINT64_C(1) << r->desc_bits) - 1;
	uint64_t desc = r->descs + (id & mask) * r->line[DESC_SIZE];
	uint64_t state = 0;
	struct dm_error *err;

	*is = false;
	err = read_number(r, desc + r->line[DESC_STATE] + r->line[COUNTER], 8,
			  &state);
	/* desc_read(): other states are being written, or are free. */
	if (err || (state & ID_MASK) != id ||
	    (state >> STATE_SHIFT != COMMITTED &&
	     state >> STATE_SHIFT != FINALIZED))
		return err;
	err = read_info(r, id, record);
	/* prb_read(): both arrays have it at one index. */
	if (err || (record->seq & mask) != (id & mask))
		return err;
	return read_text(r, id, desc + r->line[DESC_LPOS], record, is);
}

static struct dm_error *each(struct ring *r, printk_fn fn, void *arg)
{
	uint64_t count = ((r->head - r->tail) & ID_MASK) + 1, i;
	enum dm_content content = r->content;
	struct printk_record record;
	struct dm_error *err = NULL;
	bool stop = false, is;

	for (i = 0; !err && !stop && i < count; i++) {
		uint64_t id = (r->tail + i) & ID_MASK;

		record = (struct printk_record){ 0 };
		/* What the dump lacks or has wrong makes no record. */
		err = dm_error_forgive(read_record(r, id, &record, &is));
		if (err || !is)
			continue;
		err = fn(arg, &record, &stop);
		if (err || !stop)
			continue;
		r->content = DM_CONTENT_DATA;
		err = dm_error_forgive(read_record(r, id, &record, &is));
		r->content = content;
	}
	return err;
}

struct dm_error *dm_printk_each(struct kva *kva, struct dm_source *source,
				enum dm_content content, printk_fn fn,
				void *arg)
{
	struct ring r = { .kva = kva, .content = content };
	struct dm_error *err;

	err = read_lines(&r, source);
	if (!err)
		err = read_ring(&r);
	if (err)
		return err;
	r.text = malloc(TEXT_LEN_MAX + 1);
	err = r.text ? each(&r, fn, arg) : dm_error_no_memory();
	free(r.text);
	return err;
}
