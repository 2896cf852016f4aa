// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A source that has only the VMCOREINFO lines of dm_vmcoreinfo_keys(), as
 * crash gives them, must do as well as the whole note: for every bundled dump,
 * every view, in places that reach each file that reads lines.
 */
#include <glob.h>
#include <stdlib.h>

#include "analysis/counters.h"
#include "analysis/explain.h"
#include "analysis/policy.h"
#include "arm64/kernel.h"
#include "render/print.h"
#include "target/target.h"
#include "walk/walk.h"
#include "directmap/dump.h"
#include "fake/explain_once.h"
#include "suite.h"

struct filter {
	struct dm_source source;
	struct dm_source *inner;
	char *text;
	size_t size;
	size_t left_out; /* lines */
};

static bool is_key(const char *line, size_t size)
{
	const char *const *key;

	for (key = dm_vmcoreinfo_keys(); *key; key++) {
		size_t length = strlen(*key);

		if (size > length && line[length] == '=' &&
		    memcmp(line, *key, length) == 0)
			return true;
	}
	return false;
}

static struct dm_error *filter_read(struct dm_source *source, uint64_t pa,
				    void *buf, size_t size,
				    enum dm_content content)
{
	struct filter *f = (struct filter *)source;

	return f->inner->ops->read(f->inner, pa, buf, size, content);
}

static struct dm_error *filter_vmcoreinfo(struct dm_source *source,
					  const char **text, size_t *size)
{
	struct filter *f = (struct filter *)source;

	*text = f->text;
	*size = f->size;
	return NULL;
}

static const struct dm_source_ops filter_ops = {
	.read = filter_read,
	.vmcoreinfo = filter_vmcoreinfo,
};

static void filter_init(struct filter *f, struct dm_source *inner)
{
	const char *text, *end;
	size_t size;

	*f = (struct filter){ .source = { &filter_ops }, .inner = inner };
	suite_no_error(inner->ops->vmcoreinfo(inner, &text, &size));
	f->text = malloc(size + 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f->text);
	for (; (end = memchr(text, '\n', size)); text = end) {
		size_t line = (size_t)(++end - text);

		if (is_key(text, line)) {
			memcpy(f->text + f->size, text, line);
			f->size += line;
		} else {
			f->left_out++;
		}
		size -= line;
	}
}

/* ---- The views, of both ------------------------------------------------- */

struct side {
	struct dm_source *source;
	struct dm_report report;
	struct dm_policy policy;
	struct dm_counters counters;
	struct dm_target *target;
	struct suite_text out;
};

static struct side whole, filtered;

static void prepare(struct side *s, struct dm_source *source)
{
	struct dm_report *r = &s->report;

	memset(s, 0, sizeof(*s));
	s->source = source;
	suite_no_error(dm_kernel_init(&r->kernel, source));
	suite_no_error(dm_target_create(source, &r->kernel, &s->target));
	suite_no_error(
		dm_walk(source, &r->kernel, NULL, &r->usage, NULL, NULL));
	suite_no_error(dm_policy_init(&s->policy, s->target, &r->usage));
	suite_no_error(dm_counters_init(&s->counters, s->target, &r->usage));
	r->dump = (struct dm_dump_about){
		.path = "vmcore",
		.format = "kdump",
		.complete = true,
	};
	r->policy = &s->policy;
	r->counters = &s->counters;
	suite_text_init(&s->out);
	suite_no_error(dm_report_json(r, &s->out.sink));
}

static void explain_on(struct side *s, const char *what)
{
	static struct dm_explanation x;
	struct dm_error *err;

	suite_text_init(&s->out);
	err = explain_once(&x, s->target, &s->policy, what);
	if (!err)
		err = dm_explain_json(&s->report.kernel, &x, &s->out.sink);
	dm_explain_deinit(&x);
	if (err)
		suite_text_write(&s->out.sink, err->message,
				 strlen(err->message));
	dm_error_destroy(err);
}

static void compare_explanation(const char *what)
{
	explain_on(&whole, what);
	explain_on(&filtered, what);
	CU_ASSERT(whole.out.size > 0);
	CU_ASSERT_STRING_EQUAL(whole.out.text, filtered.out.text);
	if (strcmp(whole.out.text, filtered.out.text) != 0)
		fprintf(stderr, "    %s: not the same\n", what);
}

/*
 * What a line names or bounds: "SYMBOL(prb)=ffff…" by its name and by its
 * address, "NUMBER(VMALLOC_END)=0xffff…" by its address.
 */
static void compare_line(const char *line)
{
	char name[64], value[32], what[64];
	unsigned long long va;

	if (sscanf(line, "SYMBOL(%60[^)])=%30[0-9a-f]", name, value) == 2)
		compare_explanation(name);
	else if (sscanf(line, "NUMBER(%60[^)])=%30[0-9a-fx]", name, value) != 2)
		return;
	va = strtoull(value, NULL, 16);
	if (va < whole.report.kernel.linear_start)
		return;
	snprintf(what, sizeof(what), "0x%llx", va);
	compare_explanation(what);
}

static void compare_lines(struct dm_source *source)
{
	const char *text, *end;
	size_t size;

	suite_no_error(source->ops->vmcoreinfo(source, &text, &size));
	for (; (end = memchr(text, '\n', size)); text = end) {
		char line[128];

		snprintf(line, sizeof(line), "%.*s", (int)(end - text), text);
		compare_line(line);
		size -= (size_t)(++end - text);
	}
}

static void compare(const char *path)
{
	struct filter filter;
	struct dm_dump *dump;

	suite_no_error(dm_dump_open(&path, 1, NULL, &dump));
	filter_init(&filter, dm_dump_source(dump));
	/* What stands in for a note has no line too many. */
	CU_ASSERT_TRUE(dm_dump_info(dump)->vmcoreinfo_from ==
				       DM_DUMP_VMCOREINFO_IMAGE
			       ? filter.left_out == 0
			       : filter.left_out > 10);
	prepare(&whole, dm_dump_source(dump));
	prepare(&filtered, &filter.source);
	CU_ASSERT_STRING_EQUAL(whole.out.text, filtered.out.text);
	compare_lines(dm_dump_source(dump));
	/* The first pages of RAM, and what is told of one by its struct page. */
	compare_explanation("0x40000000");
	compare_explanation("0x42a00000");
	dm_policy_deinit(&whole.policy);
	dm_counters_deinit(&whole.counters);
	dm_target_destroy(whole.target);
	dm_policy_deinit(&filtered.policy);
	dm_counters_deinit(&filtered.counters);
	dm_target_destroy(filtered.target);
	free(filter.text);
	dm_dump_close(dump);
}

static void test_bundled(void)
{
	const char *folder = getenv("TEST_DUMPS");
	char pattern[4096];
	glob_t dumps;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/*.kdump",
		 folder ? folder : "test-dumps");
	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &dumps), 0);
	for (i = 0; i < dumps.gl_pathc; i++)
		compare(dumps.gl_pathv[i]);
	globfree(&dumps);
}

static void test_once_each(void)
{
	const char *const *a, *const *b;

	for (a = dm_vmcoreinfo_keys(); *a; a++)
		for (b = a + 1; *b; b++)
			CU_ASSERT_STRING_NOT_EQUAL(*a, *b);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "every view with these lines alone", test_bundled },
		{ "each line once", test_once_each },
		CU_TEST_INFO_NULL,
	};

	return suite_run("VMCOREINFO lines", tests);
}
