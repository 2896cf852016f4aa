// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ring buffers of printk made by hand, in a kernel of our own: 8 descriptors
 * and 256 bytes of text.
 */
#include <stdlib.h>

#include "arm64/kernel.h"
#include "fake/fake_kernel.h"
#include "target/kva.h"
#include "kernel/printk.h"
#include "suite.h"

#define DESC_BITS 3
#define TEXT_BITS 8
#define DESCS	  (1u << DESC_BITS)
#define ID_MASK	  (~UINT64_C(0) >> 2)
#define COMMITTED UINT64_C(1)
#define FINALIZED UINT64_C(2)
#define REUSABLE  UINT64_C(3)

struct machine {
	struct fake_kernel *f;
	struct dm_kernel kernel;
	struct kva *kva;
	uint64_t prb, rb, descs, infos, text; /* VA */
	uint64_t head, lpos; /* the next record's */
	char log[4096];
	size_t stop_at; /* stop at this record; 0: never */
	size_t seen;
};

static struct machine m;

static void put_lines(void)
{
	fake_kernel_line(m.f, "SYMBOL(prb)=%llx", (unsigned long long)m.prb);
	fake_kernel_line(m.f, "OFFSET(printk_ringbuffer.desc_ring)=8");
	fake_kernel_line(m.f, "OFFSET(printk_ringbuffer.text_data_ring)=56");
	fake_kernel_line(m.f, "OFFSET(prb_desc_ring.count_bits)=0");
	fake_kernel_line(m.f, "OFFSET(prb_desc_ring.descs)=8");
	fake_kernel_line(m.f, "OFFSET(prb_desc_ring.infos)=16");
	fake_kernel_line(m.f, "OFFSET(prb_desc_ring.head_id)=24");
	fake_kernel_line(m.f, "OFFSET(prb_desc_ring.tail_id)=32");
	fake_kernel_line(m.f, "SIZE(prb_desc)=24");
	fake_kernel_line(m.f, "OFFSET(prb_desc.state_var)=0");
	fake_kernel_line(m.f, "OFFSET(prb_desc.text_blk_lpos)=8");
	fake_kernel_line(m.f, "OFFSET(prb_data_blk_lpos.begin)=0");
	fake_kernel_line(m.f, "OFFSET(prb_data_blk_lpos.next)=8");
	fake_kernel_line(m.f, "SIZE(printk_info)=88");
	fake_kernel_line(m.f, "OFFSET(printk_info.seq)=0");
	fake_kernel_line(m.f, "OFFSET(printk_info.ts_nsec)=8");
	fake_kernel_line(m.f, "OFFSET(printk_info.text_len)=16");
	fake_kernel_line(m.f, "OFFSET(prb_data_ring.size_bits)=0");
	fake_kernel_line(m.f, "OFFSET(prb_data_ring.data)=8");
	fake_kernel_line(m.f, "OFFSET(atomic_long_t.counter)=0");
}

static void put_ends(uint64_t tail, uint64_t head)
{
	fake_kernel_write_u64(m.f, m.rb + 8 + 24, head & ID_MASK);
	fake_kernel_write_u64(m.f, m.rb + 8 + 32, tail & ID_MASK);
}

static void set_up(uint64_t first_id, uint64_t first_lpos,
		   unsigned int text_bits)
{
	memset(&m, 0, sizeof(m));
	m.f = fake_kernel_create(12, 48);
	m.prb = fake_kernel_data(m.f);
	m.rb = m.prb + 64;
	m.descs = fake_kernel_data(m.f);
	m.infos = fake_kernel_data(m.f);
	m.text = fake_kernel_data(m.f);
	put_lines();
	fake_kernel_write_u64(m.f, m.prb, m.rb);
	fake_kernel_write_u32(m.f, m.rb + 8, DESC_BITS);
	fake_kernel_write_u64(m.f, m.rb + 16, m.descs);
	fake_kernel_write_u64(m.f, m.rb + 24, m.infos);
	fake_kernel_write_u32(m.f, m.rb + 56, text_bits);
	fake_kernel_write_u64(m.f, m.rb + 64, m.text);
	/* All are free, and of another round. */
	fake_kernel_write_u64(m.f, m.descs + 24 * (DESCS - 1), 0);
	fake_kernel_write_u64(m.f, m.infos + 88 * (DESCS - 1), 0);
	m.head = first_id;
	m.lpos = first_lpos;
	suite_no_error(dm_kernel_init(&m.kernel, &m.f->source));
	suite_no_error(dm_kva_create(&m.f->source, &m.kernel, &m.kva));
}

static void tear_down(void)
{
	dm_kva_destroy(m.kva);
	fake_kernel_destroy(m.f);
}

static uint64_t desc_of(uint64_t id)
{
	return m.descs + 24 * (id % DESCS);
}

static uint64_t info_of(uint64_t id)
{
	return m.infos + 88 * (id % DESCS);
}

static void put_desc(uint64_t id, uint64_t state, uint64_t begin, uint64_t next)
{
	fake_kernel_write_u64(m.f, desc_of(id), state << 62 | (id & ID_MASK));
	fake_kernel_write_u64(m.f, desc_of(id) + 8, begin);
	fake_kernel_write_u64(m.f, desc_of(id) + 16, next);
}

static void put_info(uint64_t id, size_t length, unsigned int facility)
{
	fake_kernel_write_u64(m.f, info_of(id), id);
	fake_kernel_write_u64(m.f, info_of(id) + 8, id * 1000);
	fake_kernel_write_u16(m.f, info_of(id) + 16, (uint16_t)length);
	fake_kernel_write_u16(m.f, info_of(id) + 18, (uint16_t)facility);
}

/* As the kernel does: at the ring's start if it does not fit before its end. */
static void put_record(const char *text, unsigned int facility)
{
	uint64_t size = (8 + strlen(text) + 7) & ~UINT64_C(7);
	uint64_t ring = UINT64_C(1) << TEXT_BITS, at = m.lpos % ring;
	uint64_t next = m.lpos + size;

	if (at + size > ring) {
		at = 0;
		next = (m.lpos / ring + 1) * ring + size;
	}
	fake_kernel_write_u64(m.f, m.text + at, m.head & ID_MASK);
	fake_kernel_write(m.f, m.text + at + 8, text, strlen(text));
	put_desc(m.head, FINALIZED, m.lpos, next);
	put_info(m.head, strlen(text), facility);
	m.lpos = next;
	m.head++;
}

static struct dm_error *keep(void *arg, const struct printk_record *record,
			     bool *stop)
{
	size_t have = strlen(m.log);

	(void)arg;
	CU_ASSERT_EQUAL(strlen(record->text), record->size);
	snprintf(m.log + have, sizeof(m.log) - have, "%llu %llu %u %s\n",
		 (unsigned long long)record->seq,
		 (unsigned long long)record->ts_nsec, record->facility,
		 record->text);
	*stop = ++m.seen == m.stop_at;
	return NULL;
}

/* Memory has changed since it was read. */
static void forget(void)
{
	dm_kva_destroy(m.kva);
	suite_no_error(dm_kva_create(&m.f->source, &m.kernel, &m.kva));
}

static void check_log(const char *expected)
{
	forget();
	m.log[0] = '\0';
	m.seen = 0;
	suite_no_error(dm_printk_each(m.kva, &m.f->source, DM_CONTENT_DATA,
				      keep, NULL));
	CU_ASSERT_STRING_EQUAL(m.log, expected);
}

/* ---- Good buffers -------------------------------------------------------- */

static void test_records(void)
{
	set_up(0, 0, TEXT_BITS);
	put_record("one", 0);
	put_record("two and more", 3);
	put_ends(0, 1);
	check_log("0 0 0 one\n1 1000 3 two and more\n");
	m.stop_at = 1;
	check_log("0 0 0 one\n");
	tear_down();
}

static void test_wrapped_text(void)
{
	char text[33] = "";

	memset(text, 'w', 32);
	/* 24 bytes are left before the end: the block is at the start. */
	set_up(16, 5 * 256 + 232, TEXT_BITS);
	put_record(text, 0);
	put_record("next", 0);
	put_ends(16, 17);
	check_log("16 16000 0 wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n"
		  "17 17000 0 next\n");
	tear_down();
	/* One that fits exactly does not wrap (7.3). */
	set_up(16, 5 * 256 + 240, TEXT_BITS);
	put_record("12345678", 0);
	put_ends(16, 16);
	CU_ASSERT_EQUAL(m.lpos, 6 * 256);
	check_log("16 16000 0 12345678\n");
	tear_down();
}

static void test_wrapped_ids(void)
{
	uint64_t first = ID_MASK - 1;
	char expected[256];

	/* Ids begin shortly before they overflow, positions too. */
	set_up(first, -UINT64_C(32), TEXT_BITS);
	put_record("a", 0);
	put_record("b", 0);
	put_record("c", 0);
	put_ends(first, first + 2);
	snprintf(expected, sizeof(expected), "%llu %llu 0 a\n%llu %llu 0 b\n",
		 (unsigned long long)first, (unsigned long long)(first * 1000),
		 (unsigned long long)(first + 1),
		 (unsigned long long)((first + 1) * 1000));
	/* The third has id 0 and a seq of its own. */
	strcat(expected, "4611686018427387904 0 0 c\n");
	fake_kernel_write_u64(m.f, info_of(0) + 8, 0);
	check_log(expected);
	tear_down();
}

/* ---- What is no record --------------------------------------------------- */

static void test_other_states(void)
{
	set_up(0, 0, TEXT_BITS);
	put_record("committed", 0);
	put_record("reserved", 0);
	put_record("reusable", 0);
	put_record("of another round", 0);
	put_record("last", 0);
	put_ends(0, 4);
	fake_kernel_write_u64(m.f, desc_of(0), COMMITTED << 62 | 0);
	fake_kernel_write_u64(m.f, desc_of(1), 1);
	fake_kernel_write_u64(m.f, desc_of(2), REUSABLE << 62 | 2);
	fake_kernel_write_u64(m.f, desc_of(3), FINALIZED << 62 | (3 + DESCS));
	check_log("0 0 0 committed\n4 4000 0 last\n");
	/* An info of another record. */
	fake_kernel_write_u64(m.f, info_of(4), 5);
	check_log("0 0 0 committed\n");
	tear_down();
}

/* Its block is not what the descriptor says. */
static void test_bad_blocks(void)
{
	static const uint64_t lpos[][2] = {
		{ 1, 1 }, /* lost */
		{ 3, 3 }, /* empty */
		{ 4, 20 }, /* not aligned */
		{ 0, 0 }, /* of no size */
		{ 0, 8 }, /* no bytes for text */
		{ 16, 8 }, /* ends before it begins */
		{ 0, 3 * 256 + 16 }, /* longer than the ring */
		{ 0, 1ull << 63 },
		{ ~7ull, 0 },
		{ 24, 48 }, /* another record's */
	};
	size_t i;

	for (i = 0; i < sizeof(lpos) / sizeof(lpos[0]); i++) {
		set_up(0, 0, TEXT_BITS);
		put_record("bad", 0);
		put_record("good", 0);
		put_ends(0, 1);
		put_desc(0, FINALIZED, lpos[i][0], lpos[i][1]);
		check_log("1 1000 0 good\n");
		tear_down();
	}
}

static void test_text_longer_than_block(void)
{
	set_up(0, 0, TEXT_BITS);
	put_record("12345678", 0);
	put_ends(0, 0);
	put_info(0, 65535, 0);
	check_log("0 0 0 12345678\n");
	tear_down();
}

static void test_absent_pages(void)
{
	set_up(0, 0, TEXT_BITS);
	put_record("one", 0);
	put_ends(0, 0);
	fake_kernel_drop(m.f, m.text);
	check_log("");
	tear_down();
	set_up(0, 0, TEXT_BITS);
	put_record("one", 0);
	put_ends(0, 0);
	fake_kernel_unmap(m.f, m.descs);
	check_log("");
	tear_down();
}

/* ---- What is no buffer --------------------------------------------------- */

static void check_error(enum dm_error_code code, const char *part)
{
	suite_error(dm_printk_each(m.kva, &m.f->source, DM_CONTENT_DATA, keep,
				   NULL),
		    code, part);
	CU_ASSERT_STRING_EQUAL(m.log, "");
	tear_down();
}

static void test_bad_buffers(void)
{
	set_up(0, 0, TEXT_BITS);
	fake_kernel_drop_line(m.f, "SYMBOL(prb)");
	check_error(DM_ERROR_NOT_FOUND, "SYMBOL(prb)");
	set_up(0, 0, TEXT_BITS);
	fake_kernel_drop_line(m.f, "SIZE(prb_desc)");
	check_error(DM_ERROR_BAD_DUMP, "SIZE(prb_desc)");
	set_up(0, 0, TEXT_BITS);
	fake_kernel_drop_line(m.f, "SIZE(printk_info)");
	fake_kernel_line(m.f, "SIZE(printk_info)=99999");
	check_error(DM_ERROR_BAD_DUMP, "SIZE(printk_info) is 99999");
	set_up(0, 0, 32);
	check_error(DM_ERROR_UNSUPPORTED, "2^32 bytes");
	set_up(0, 0, TEXT_BITS);
	fake_kernel_write_u32(m.f, m.rb + 8, 31);
	check_error(DM_ERROR_UNSUPPORTED, "2^31 records");
	set_up(0, 0, TEXT_BITS);
	put_ends(0, DESCS);
	check_error(DM_ERROR_BAD_DUMP, "further apart");
	set_up(0, 0, TEXT_BITS);
	fake_kernel_drop(m.f, m.prb);
	check_error(DM_ERROR_ABSENT, "");
	set_up(0, 0, TEXT_BITS);
	fake_kernel_write_u64(m.f, m.prb, 0x1234);
	check_error(DM_ERROR_INVALID_ARGUMENT, "");
}

/* ---- The command line ---------------------------------------------------- */

static void check_cmdline(const char *expected, bool whole)
{
	char text[64];
	bool is_whole;

	forget();
	suite_no_error(dm_printk_cmdline(m.kva, &m.f->source, text,
					 sizeof(text), &is_whole));
	CU_ASSERT_STRING_EQUAL(text, expected);
	CU_ASSERT_EQUAL(is_whole, whole);
}

static void test_cmdline(void)
{
	set_up(0, 0, TEXT_BITS);
	put_record("Booting Linux", 0);
	put_record("Kernel command line: a from anyone", 3);
	put_record("Kernel command line: b=1 c", 0);
	put_record("Kernel command line: d", 0);
	put_ends(0, 3);
	check_cmdline("b=1 c", true);
	put_ends(0, 1);
	forget();
	{
		char text[64];
		bool whole;

		suite_error(dm_printk_cmdline(m.kva, &m.f->source, text,
					      sizeof(text), &whole),
			    DM_ERROR_NOT_FOUND, "no line");
		CU_ASSERT_STRING_EQUAL(text, "");
	}
	tear_down();
}

static void test_cmdline_in_parts(void)
{
	set_up(0, 0, TEXT_BITS);
	put_record("Kernel command line: a=1 b \\", 0);
	put_record("Kernel command line: c \\", 0);
	put_record("Kernel command line: d", 0);
	put_ends(0, 2);
	check_cmdline("a=1 b c d", true);
	/* The last part is not there: another line is in its place. */
	put_ends(0, 1);
	check_cmdline("a=1 b c ", false);
	fake_kernel_write(m.f, m.text + 40 + 8, "x", 1);
	put_ends(0, 2);
	check_cmdline("a=1 b ", false);
	tear_down();
}

static void test_cmdline_too_long(void)
{
	char text[120] = "Kernel command line: ";

	memset(text + 21, 'x', 90);
	set_up(0, 0, TEXT_BITS);
	put_record(text, 0);
	put_ends(0, 0);
	text[21 + 63] = '\0';
	check_cmdline(text + 21, false);
	tear_down();
}

/* What a search passes over is not recorded, what it finds is. */
static void test_recorded(void)
{
	struct dm_recorder *r;
	struct kva *kva;
	char text[64];
	bool whole;

	set_up(0, 0, TEXT_BITS);
	put_record("Booting", 0);
	put_record("Kernel command line: b", 0);
	put_ends(0, 1);
	suite_no_error(dm_recorder_create(&m.f->source, 4096, &r));
	suite_no_error(dm_kva_create(dm_recorder_source(r), &m.kernel, &kva));
	suite_no_error(dm_printk_cmdline(kva, dm_recorder_source(r), text,
					 sizeof(text), &whole));
	/* The buffer, a descriptor, an info, the text. */
	CU_ASSERT_EQUAL(dm_recorder_count(r, DM_CONTENT_DATA), 4);
	CU_ASSERT_EQUAL(dm_recorder_count(r, DM_CONTENT_SEARCH), 0);
	put_ends(0, 0);
	dm_kva_destroy(kva);
	dm_recorder_destroy(r);
	suite_no_error(dm_recorder_create(&m.f->source, 4096, &r));
	suite_no_error(dm_kva_create(dm_recorder_source(r), &m.kernel, &kva));
	suite_error(dm_printk_cmdline(kva, dm_recorder_source(r), text,
				      sizeof(text), &whole),
		    DM_ERROR_NOT_FOUND, "no line");
	CU_ASSERT_EQUAL(dm_recorder_count(r, DM_CONTENT_DATA), 1);
	dm_kva_destroy(kva);
	dm_recorder_destroy(r);
	tear_down();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "records", test_records },
		{ "wrapped text", test_wrapped_text },
		{ "wrapped ids", test_wrapped_ids },
		{ "other states", test_other_states },
		{ "bad blocks", test_bad_blocks },
		{ "text longer than its block", test_text_longer_than_block },
		{ "absent pages", test_absent_pages },
		{ "bad buffers", test_bad_buffers },
		{ "command line", test_cmdline },
		{ "command line in parts", test_cmdline_in_parts },
		{ "command line too long", test_cmdline_too_long },
		{ "what is recorded", test_recorded },
		CU_TEST_INFO_NULL,
	};

	return suite_run("printk", tests);
}
