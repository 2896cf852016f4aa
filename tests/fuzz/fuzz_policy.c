// SPDX-License-Identifier: GPL-2.0-or-later
/* A policy file, and behind a NUL the report that is held against it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "diff/diff.h"
#include "fuzz.h"
#include "options/table.h"

static void check_rules(const struct check_policy *p)
{
	size_t i;

	for (i = 0; i < CHECK_RULES; i++) {
		const struct option_spec *o = &check_options[i];
		const struct option_value *v = &p->rules[i];

		if (!v->given)
			continue;
		fuzz_check(isfinite(v->percent) && v->percent >= 0);
		fuzz_check(v->percent <= (double)o->most);
		fuzz_check(o->words ? option_word_name(o, v->number) != NULL
				    : v->number <= o->most);
		fuzz_check(!v->text);
	}
}

/* What breaks a rule names it, and says how. */
static void hold(const struct check_policy *policy, const json_t *report)
{
	json_t *violations = json_array(), *one;
	bool failed = false, counts = false;
	size_t i;

	if (!violations)
		abort();
	if (fuzz_no_error(check_report(policy, report, violations, &failed))) {
		json_array_foreach(violations, i, one)
		{
			const char *status = json_string_value(
				json_object_get(one, "status"));

			fuzz_check(
				json_is_string(json_object_get(one, "rule")));
			fuzz_check(status);
			counts |= strcmp(status, "warning") != 0;
		}
		fuzz_check(failed == counts);
	}
	json_decref(violations);
}

/* Nothing is worse than itself. */
static void compare(const json_t *report)
{
	json_t *diff = NULL;

	if (!fuzz_no_error(diff_create(report, report, &diff)))
		return;
	fuzz_check(!json_array_size(json_object_get(diff, "worse")));
	fuzz_check(!json_array_size(json_object_get(diff, "unknown_in_b")));
	fuzz_check(!json_array_size(json_object_get(diff, "changed")));
	json_decref(diff);
}

static void run(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\0', size);
	size_t length = end ? (size_t)(end - data) : size;
	struct check_policy policy;
	/* A copy of its own, so that a read beyond its end is seen. */
	char *text = malloc(length ? length : 1);
	json_t *report = NULL;

	if (!text)
		abort();
	memcpy(text, data, length);
	check_policy_init(&policy);
	if (end)
		report = json_loadb((const char *)end + 1, size - length - 1,
				    JSON_REJECT_DUPLICATES, NULL);
	if (fuzz_no_error(check_policy_parse(text, length, "p", &policy))) {
		check_rules(&policy);
		if (fuzz_no_error(check_policy_verify(&policy)) && report)
			hold(&policy, report);
	}
	if (json_is_object(report))
		compare(report);
	json_decref(report);
	check_policy_deinit(&policy);
	free(text);
}

#define SEED(policy, report)                                                   \
	{                                                                      \
		policy "\0" report, sizeof(policy "\0" report) - 1             \
	}

static const struct {
	const char *text;
	size_t size;
} texts[] = {
	SEED("[check]\nrequire-policy = blocks\nmax-small-share = 5%\n"
	     "max-residual-splits = 64\nmax-residual-bytes = 1G\n"
	     "no-broken-contiguous = yes\n",
	     "{\"schema\":\"directmap/1\",\"kernel\":{\"page_size\":4096},"
	     "\"usage\":{\"mapped\":{\"pte\":4096,\"pmd\":2097152},"
	     "\"findings\":[],\"finding_count\":0},"
	     "\"policy\":{\"boot\":\"blocks\"},\"split_summary\":"
	     "{\"known\":true,\"lost\":{\"pmd\":1},\"tables\":1}}"),
	SEED("; what protects\n[check]\ntext-alias = read-only\n"
	     "no-findings = yes\nrequire-complete = yes\non-unknown = warn\n",
	     "{\"dump\":{\"complete\":true},\"special\":[{\"start\":"
	     "\"0xfff0000000210000\",\"end\":\"0xfff0000000220000\","
	     "\"valid\":true,\"read_only\":true,\"owner\":{\"kind\":"
	     "\"kernel_text\",\"part\":null}}],\"splits\":[{\"leaf\":"
	     "\"pmd\",\"start\":\"0xfff0000000200000\"}]}"),
	SEED("[check]\nmax-worse = 20%\nbaseline = old.json\n"
	     "max-2M-share = 90%\nmax-collapsible = 8M\n",
	     "{\"collapsible\":{\"covers\":2097152,\"bytes\":4096}}"),
};

static void seeds(fuzz_put put, void *arg)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put(arg, texts[i].text, texts[i].size);
}

const struct fuzz_target fuzz_policy = {
	.name = "policy",
	.run = run,
	.seeds = seeds,
	.max_size = 4096,
};
