// SPDX-License-Identifier: GPL-2.0-or-later
/* `report`, `policy`, `counters`, and what stands in their texts. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"
#include "stored/fields.h"

/* ---- Usage --------------------------------------------------------------- */

static void judge_usage(struct judged *j)
{
	/* Not tables: those are what was read as such, whatever it was. */
	static const char *const figures[] = { "usage.read_only",
					       "usage.invalid.bit11_set",
					       "usage.invalid.bit11_clear" };
	const json_t *s = j->said->report, *t = j->truth->report;
	size_t i;

	must_not_exceed_leaves(j, "report", s, t, "usage.mapped");
	must_not_exceed_leaves(j, "report", s, t, "usage.valid");
	for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		must_not_exceed(j, "report", s, t, figures[i]);
	must_equal(j, "report", s, t, "kernel.linear_map");
	must_equal(j, "report", s, t, "kernel.phys_offset");
	must_equal(j, "report", s, t, "kernel.ns_shared");
}

/* ---- Policy -------------------------------------------------------------- */

static void judge_boot_policy(struct judged *j)
{
	const char *said = field_text(j->said->report, "policy.boot");
	const char *truth = field_text(j->truth->report, "policy.boot");

	if (strcmp(said, "unknown") != 0 && strcmp(truth, "unknown") != 0 &&
	    strcmp(said, truth) != 0)
		complain(j, "policy: boot", "%s, true is %s", said, truth);
}

static bool has(const json_t *list, const json_t *value)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (json_equal(one, value))
			return true;
	}
	return false;
}

/* What decided may be known of less; it is nothing else. */
static void judge_whys(struct judged *j, const char *keys)
{
	const json_t *list = field_list(j->said->report, keys), *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (!has(field_list(j->truth->report, "policy.why"), one) &&
		    !has(field_list(j->truth->report, "policy.also"), one))
			complain(j, "policy: why", "%s", short_json(one));
	}
}

static void judge_policy(struct judged *j)
{
	static const char *const facts[] = {
		"policy.rodata",    "policy.debug_pagealloc",	"policy.realm",
		"policy.repainted", "policy.splits_at_runtime", "policy.kfence",
		"policy.hotplug",   "policy.cmdline",
	};
	const json_t *s = j->said->report, *t = j->truth->report;
	const json_t *contradiction = field(s, "policy.contradiction");
	const json_t *cpu = field(s, "policy.cpu"), *one;
	const char *key;
	size_t i;

	judge_boot_policy(j);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (strcmp(field_text(s, facts[i]), "unknown") != 0 &&
		    strcmp(field_text(t, facts[i]), "unknown") != 0)
			must_equal(j, "policy", s, t, facts[i]);
	}
	json_object_foreach((json_t *)(uintptr_t)cpu, key, one)
	{
		char keys[64];

		snprintf(keys, sizeof(keys), "policy.cpu.%s", key);
		must_equal(j, "policy", s, t, keys);
	}
	judge_whys(j, "policy.why");
	judge_whys(j, "policy.also");
	if (contradiction && !json_is_null(contradiction) &&
	    json_is_null(field(t, "policy.contradiction")))
		complain(j, "policy: contradiction", "%s",
			 short_json(contradiction));
}

/* ---- Counters ------------------------------------------------------------ */

/*
 * A difference to what the tables have is known where that is: a figure that is
 * only a lower bound makes one that is only an upper one.
 */
static void judge_counters(struct judged *j)
{
	static const char *const facts[] = { "unit", "filtered",    "bytes",
					     "over", "unexplained", "causes" };
	const json_t *said = field_list(j->said->report, "counters"), *s;
	const json_t *truth = field_list(j->truth->report, "counters"), *t;
	size_t i, k, n;

	json_array_foreach(said, i, s)
	{
		json_array_foreach(truth, k, t)
		{
			if (strcmp(field_text(s, "symbol"),
				   field_text(t, "symbol")) != 0)
				continue;
			for (n = 0; n < sizeof(facts) / sizeof(facts[0]); n++) {
				if (!j->unseen)
					must_equal(j, "counters", s, t,
						   facts[n]);
			}
		}
	}
}

void judge_report(struct judged *j)
{
	judge_usage(j);
	judge_policy(j);
	judge_counters(j);
}

/* ---- Texts --------------------------------------------------------------- */

static const char *const claims[] = {
	"o leaf was lost",
	"no RAM behind it",
	"not mapped",
	"no special one",
	"this kernel does not split",
	"all of it was mapped by pages",
	"are mapped that boot did not",
};

/* "kernel address 0x… is not mapped": why something else could not be read. */
static bool is_reason(const char *text, const char *at)
{
	static const char words[] = "kernel address 0x";
	const char *from = at;

	while (from > text && from[-1] != ':' && from[-1] != ';' &&
	       from[-1] != '\n' && at - from < 40)
		from--;
	at = strstr(from, words);
	return at && at - from < 40;
}

/* The first place where it is claimed, or NULL. */
static const char *find_claim(const char *text, const char *claim)
{
	const char *at = text;

	while ((at = strstr(at, claim)) && is_reason(text, at))
		at++;
	return at;
}

void judge_words(struct judged *j, const char *view, const char *said,
		 const char *truth)
{
	size_t i;

	for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		const char *at = find_claim(said, claims[i]);
		char rule[96];

		if (!at || strstr(truth, claims[i]))
			continue;
		snprintf(rule, sizeof(rule), "%s: says \"%s\"", view,
			 claims[i]);
		complain(j, rule, "%.*s", (int)strcspn(at, "\n"), at);
	}
}

static bool next_line(const char **text, char *line, size_t size)
{
	size_t n = strcspn(*text, "\n");

	if (!**text)
		return false;
	snprintf(line, size, "%.*s", (int)n, *text);
	*text += n + ((*text)[n] == '\n');
	return true;
}

/* "DirectMap4k:  123 kB": of each leaf no more than there is. */
static void judge_lines(struct judged *j, enum text text)
{
	const char *said = j->said->texts[text];
	const char *truth = j->truth->texts[text];
	char line[256], key[64], rule[96];

	while (next_line(&said, line, sizeof(line))) {
		unsigned long long kb, truly = 0;
		const char *at;

		if (sscanf(line, "%63[^:]: %llu", key, &kb) != 2 ||
		    strncmp(key, "DirectMap", 9) != 0)
			continue;
		at = strstr(truth, key);
		if (at)
			sscanf(at, "%63[^:]: %llu", key, &truly);
		snprintf(rule, sizeof(rule), "%s: %s", said_name(text), key);
		if (kb > truly)
			complain(j, rule, "%llu kB, true is %llu", kb, truly);
	}
}

/* The number before "leaves lost since boot", without tags; -1: there is none. */
static long long lost_of(const char *text, bool *at_least)
{
	static const char words[] = " leaves lost since boot";
	const char *at = strstr(text, words), *from;

	if (!at)
		return -1;
	for (from = at; from > text && from[-1] >= '0' && from[-1] <= '9';)
		from--;
	*at_least = false;
	for (; at > text && at[-1] != '\n' && from - at < 24; at--)
		*at_least |= !strncmp(at, "t least", 7);
	return from == at ? -1 : strtoll(from, NULL, 10);
}

static void judge_lost(struct judged *j, enum text text)
{
	bool at_least, exactly;
	long long said = lost_of(j->said->texts[text], &at_least);
	long long truth = lost_of(j->truth->texts[text], &exactly);
	char rule[96];

	snprintf(rule, sizeof(rule), "%s: leaves lost", said_name(text));
	if (truth < 0 || said < 0)
		return;
	if (said > truth || (said < truth && !at_least && !j->unseen))
		complain(j, rule, "%s%lld, true is %lld",
			 at_least ? "at least " : "", said, truth);
}

/* An outcome that is not known is not the same as none. */
void judge_texts(struct judged *j)
{
	enum text text;

	judge_lines(j, TEXT_REPORT);
	judge_lines(j, TEXT_MEMINFO);
	for (text = 0; text < TEXT_COUNT; text++) {
		if (!j->said->texts[text] || !j->truth->texts[text])
			continue;
		judge_lost(j, text);
		if (!j->unseen)
			judge_words(j, said_name(text), j->said->texts[text],
				    j->truth->texts[text]);
	}
}
