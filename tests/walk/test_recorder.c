// SPDX-License-Identifier: GPL-2.0-or-later
/* What a recorder remembers, and what it passes on. */
#include "suite.h"

#define PAGE 4096

struct fake {
	struct dm_source source;
	size_t reads;
};

/* Below 1 MiB nothing is there; elsewhere a byte tells the page. */
static struct dm_error *fake_read(struct dm_source *source, uint64_t pa,
				  void *buf, size_t size,
				  enum dm_content content)
{
	struct fake *f = (struct fake *)source;

	(void)content;
	f->reads++;
	if (pa < 0x100000)
		return dm_error_create(DM_ERROR_ABSENT, "page 0x%llx is gone",
				       (unsigned long long)pa);
	memset(buf, (int)(pa >> 12 & 0xff), size);
	return NULL;
}

static struct dm_error *fake_vmcoreinfo(struct dm_source *source,
					const char **text, size_t *size)
{
	(void)source;
	*text = "PAGESIZE=4096\n";
	*size = 14;
	return NULL;
}

static const struct dm_source_ops fake_ops = {
	.read = fake_read,
	.vmcoreinfo = fake_vmcoreinfo,
};

static void test_records(void)
{
	struct fake f = { { &fake_ops }, 0 };
	struct dm_recorder *r;
	struct dm_source *s;
	const uint64_t *pas;
	unsigned char buf[PAGE];
	size_t count;

	suite_no_error(dm_recorder_create(&f.source, PAGE, &r));
	s = dm_recorder_source(r);
	suite_no_error(dm_recorder_pages(r, &pas, &count));
	CU_ASSERT_EQUAL(count, 0);
	/* Out of order, twice, and a part of a page. */
	suite_no_error(s->ops->read(s, 0x345000, buf, PAGE, DM_CONTENT_TABLE));
	CU_ASSERT_EQUAL(buf[PAGE - 1], 0x45);
	suite_no_error(s->ops->read(s, 0x120000, buf, PAGE, DM_CONTENT_TABLE));
	suite_no_error(s->ops->read(s, 0x345000, buf, PAGE, DM_CONTENT_TABLE));
	suite_no_error(s->ops->read(s, 0x200ff8, buf, 8, DM_CONTENT_TABLE));
	/* What could not be read is not recorded. */
	suite_error(s->ops->read(s, 0x5000, buf, PAGE, DM_CONTENT_TABLE),
		    DM_ERROR_ABSENT, "0x5000");
	CU_ASSERT_EQUAL(f.reads, 5);
	suite_no_error(dm_recorder_pages(r, &pas, &count));
	CU_ASSERT_EQUAL_FATAL(count, 3);
	CU_ASSERT_EQUAL(pas[0], 0x120000);
	CU_ASSERT_EQUAL(pas[1], 0x200000);
	CU_ASSERT_EQUAL(pas[2], 0x345000);
	CU_ASSERT_EQUAL(dm_recorder_count(r, DM_CONTENT_TABLE), 3);
	/* The list follows what comes later. */
	suite_no_error(s->ops->read(s, 0x110000, buf, PAGE, DM_CONTENT_TABLE));
	suite_no_error(dm_recorder_pages(r, &pas, &count));
	CU_ASSERT_EQUAL(count, 4);
	CU_ASSERT_EQUAL(pas[0], 0x110000);
	dm_recorder_destroy(r);
}

static void test_many(void)
{
	struct fake f = { { &fake_ops }, 0 };
	struct dm_recorder *r;
	struct dm_source *s;
	const uint64_t *pas;
	unsigned char buf[8];
	size_t count, i;

	suite_no_error(dm_recorder_create(&f.source, PAGE, &r));
	s = dm_recorder_source(r);
	/* 7919 is prime to 10000: every page twice, in a scattered order. */
	for (i = 0; i < 20000; i++)
		suite_no_error(
			s->ops->read(s, 0x100000 + (i * 7919 % 10000) * PAGE,
				     buf, 8, DM_CONTENT_TABLE));
	suite_no_error(dm_recorder_pages(r, &pas, &count));
	CU_ASSERT_EQUAL_FATAL(count, 10000);
	for (i = 0; i < count; i++)
		CU_ASSERT_EQUAL(pas[i], 0x100000 + i * PAGE);
	dm_recorder_destroy(r);
}

static void test_vmcoreinfo(void)
{
	struct fake f = { { &fake_ops }, 0 };
	struct dm_recorder *r;
	const char *text;
	size_t size;

	suite_no_error(dm_recorder_create(&f.source, PAGE, &r));
	suite_no_error(dm_recorder_source(r)->ops->vmcoreinfo(
		dm_recorder_source(r), &text, &size));
	CU_ASSERT_EQUAL(size, 14);
	CU_ASSERT_EQUAL(memcmp(text, "PAGESIZE=4096\n", 14), 0);
	dm_recorder_destroy(r);
	dm_recorder_destroy(NULL);
	suite_error(dm_recorder_create(&f.source, 3000, &r),
		    DM_ERROR_INVALID_ARGUMENT, "3000");
}

static void test_errors(void)
{
	struct dm_error *err;
	char longer[2000];

	err = dm_error_create(DM_ERROR_OS, "page %d", 7);
	err = dm_error_prefix(err, "file %s", "x");
	CU_ASSERT_EQUAL(err->code, DM_ERROR_OS);
	CU_ASSERT_STRING_EQUAL(err->message, "file x: page 7");
	dm_error_destroy(err);
	/* Longer than a message can be: cut, not overrun. */
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	err = dm_error_create(DM_ERROR_OS, "%s", longer);
	CU_ASSERT_TRUE(strlen(err->message) < sizeof(longer));
	err = dm_error_prefix(err, "%s", longer);
	CU_ASSERT_EQUAL(err->message[0], 'a');
	dm_error_destroy(err);
	dm_error_destroy(NULL);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "pages read, once each, sorted", test_records },
		{ "many pages", test_many },
		{ "VMCOREINFO is passed on", test_vmcoreinfo },
		{ "errors", test_errors },
		CU_TEST_INFO_NULL,
	};

	return suite_run("recorder", tests);
}
