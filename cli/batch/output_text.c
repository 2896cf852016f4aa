// SPDX-License-Identifier: GPL-2.0-or-later
/* The table for people: the most fragmented dumps first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "directmap/array.h"
#include "escape.h"
#include "directmap/text.h"
#include "outputs.h"
#include "directmap/text.h"
#include "terminal.h"

struct line {
	char *path, *release, *note; /* note: the reason; "" none */
	char policy[16];
	int code;
	bool read, partial, splits_known, splits_at_least;
	bool of_known; /* some of the map is unknown */
	uint64_t small, mapped, lost, in_use, residual, collapsible;
};

struct text_output {
	struct output output;
	bool color;
	struct line *lines;
	size_t count, capacity;
};

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	struct text_output *t = (struct text_output *)output;
	struct dm_error *err;
	struct line *line;

	(void)row;
	err = dm_array_reserve(&t->lines, &t->capacity, t->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	line = &t->lines[t->count++];
	*line = (struct line){
		.path = strdup(f->path),
		.release = strdup(f->release),
		.note = strdup(f->reason),
		.code = f->code,
		.read = f->read,
		.partial = f->partial,
		.splits_known = f->splits_known,
		.splits_at_least = f->splits_at_least,
		.of_known = f->unknown || f->findings,
		.small = f->small,
		.mapped = f->mapped_total,
		.lost = f->lost_total,
		.in_use = f->in_use_total,
		.residual = f->residual_total,
		.collapsible = f->collapsible,
	};
	snprintf(line->policy, sizeof(line->policy), "%s", f->policy);
	return line->path && line->release && line->note ? NULL
							 : dm_error_no_memory();
}

static double share(const struct line *l)
{
	return l->mapped ? (double)l->small * 100 / (double)l->mapped : 0;
}

static bool has_lost(const struct line *l)
{
	return l->splits_known || l->splits_at_least;
}

/* It may be worse than it looks. */
static bool is_unsure(const struct line *l)
{
	return !l->splits_known || l->partial;
}

/*
 * What was lost since boot can be helped, what boot made small is by choice; so
 * splits come first, then the share of small leaves, then what has no figures.
 * Of equals, those that may have lost more come first.
 */
static int line_cmp(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	uint64_t lx = has_lost(x) ? x->lost : 0;
	uint64_t ly = has_lost(y) ? y->lost : 0;

	if (x->read != y->read)
		return x->read ? -1 : 1;
	if (lx != ly)
		return lx > ly ? -1 : 1;
	if (is_unsure(x) != is_unsure(y))
		return is_unsure(x) ? -1 : 1;
	if (share(x) != share(y))
		return share(x) > share(y) ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void put_count(const struct line *l, uint64_t n)
{
	char bound[32];

	snprintf(bound, sizeof(bound), ">=%llu", (unsigned long long)n);
	if (l->splits_known)
		printf(" %7llu", (unsigned long long)n);
	else if (l->splits_at_least)
		printf(" %7s", bound);
	else
		printf(" %7s", "-");
}

/* "repainted" fits; "contradicted" is rare. */
static int policy_width(const struct text_output *t)
{
	size_t i, most = 9;

	for (i = 0; i < t->count; i++) {
		if (strlen(t->lines[i].policy) > most)
			most = strlen(t->lines[i].policy);
	}
	return (int)most;
}

struct widths {
	int policy, release;
};

/* Of what is known of the map, where that is not all of it. */
static void put_share(const struct line *l)
{
	char text[16];

	snprintf(text, sizeof(text), "%s%.2f", l->of_known ? "~" : "",
		 share(l));
	printf("%6s %%", text);
}

static void put_line(const struct line *l, const struct widths *w, bool color)
{
	const char *on = color ? "\033[31m" : "", *off = color ? "\033[0m" : "";
	int n;

	if (l->mapped)
		put_share(l);
	else
		printf("%8s", "-");
	put_count(l, l->lost);
	put_count(l, l->in_use);
	put_count(l, l->residual);
	printf("  %-*s  ", w->policy, l->policy);
	n = escape_text(stdout, l->release);
	printf("%*s  ", n < w->release ? w->release - n : 0, "");
	escape_text(stdout, l->path);
	if (*l->note) {
		printf("  %s", on);
		escape_text(stdout, l->note);
		fputs(off, stdout);
	}
	putchar('\n');
}

static void put_unread(const struct line *l, bool color)
{
	fputs(color ? "\033[31mnot read\033[0m  " : "not read  ", stdout);
	escape_text(stdout, l->path);
	fputs(": ", stdout);
	escape_text(stdout, *l->note ? l->note : "no reason known");
	putchar('\n');
}

static int release_width(const struct text_output *t)
{
	size_t i, most = 7;

	for (i = 0; i < t->count; i++) {
		size_t n = strlen(t->lines[i].release);

		if (t->lines[i].read && n > most)
			most = n;
	}
	return most > 40 ? 40 : (int)most;
}

struct sums {
	size_t read, partial, with_splits, unknown;
	bool at_least, of_known;
	uint64_t small, mapped, lost, residual, collapsible;
};

static void put_summary(const struct text_output *t)
{
	char mapped[DM_TEXT_BYTES_MAX];
	struct sums s = { 0 };
	size_t i;

	for (i = 0; i < t->count; i++) {
		const struct line *l = &t->lines[i];

		s.read += l->read;
		s.partial += l->read && l->code == CLI_PARTIAL;
		s.small += l->small;
		s.mapped += l->mapped;
		s.unknown += l->read && !l->splits_known;
		s.of_known |= l->mapped && l->of_known;
		if (!has_lost(l) || !l->lost)
			continue;
		s.at_least |= !l->splits_known;
		s.with_splits++;
		s.lost += l->lost;
		s.residual += l->residual;
		s.collapsible += l->collapsible;
	}
	printf("%zu dump%s: %zu read", t->count, dm_plural_s(t->count), s.read);
	if (s.partial)
		printf(" (%zu in part)", s.partial);
	if (t->count > s.read)
		printf(", %zu not", t->count - s.read);
	if (s.mapped) {
		printf("; %.2f %% of %s%s in small leaves",
		       (double)s.small * 100 / (double)s.mapped,
		       s.partial ? "at least " : "",
		       dm_text_bytes(s.mapped, mapped));
	}
	if (s.lost)
		printf("; %s%llu %s lost in %zu, %llu of them residual",
		       s.at_least ? "at least " : "",
		       (unsigned long long)s.lost,
		       dm_plural(s.lost, "leaf", "leaves"), s.with_splits,
		       (unsigned long long)s.residual);
	if (s.unknown)
		printf("; lost leaves %s in %zu",
		       s.at_least ? "not all known" : "unknown", s.unknown);
	putchar('\n');
	if (s.of_known)
		puts("~ is the share of what is known of the map");
}

static struct dm_error *end(struct output *output)
{
	struct text_output *t = (struct text_output *)output;
	const struct widths w = { policy_width(t), release_width(t) };
	size_t i;

	terminal_fold();
	if (t->count)
		qsort(t->lines, t->count, sizeof(*t->lines), line_cmp);
	if (t->count && t->lines[0].read)
		printf("   small    lost  in use residual %-*s  %-*s  dump\n",
		       w.policy, "policy", w.release, "release");
	for (i = 0; i < t->count; i++) {
		if (t->lines[i].read)
			put_line(&t->lines[i], &w, t->color);
		else
			put_unread(&t->lines[i], t->color);
	}
	if (t->count)
		putchar('\n');
	put_summary(t);
	return cli_flush();
}

static void destroy(struct output *output)
{
	struct text_output *t = (struct text_output *)output;
	size_t i;

	for (i = 0; i < t->count; i++) {
		free(t->lines[i].path);
		free(t->lines[i].release);
		free(t->lines[i].note);
	}
	free(t->lines);
	free(t);
}

struct dm_error *output_text_create(struct output **ret, bool color)
{
	struct text_output *t = calloc(1, sizeof(*t));

	if (!t)
		return dm_error_no_memory();
	t->output = (struct output){ put_row, end, destroy };
	t->color = color;
	*ret = &t->output;
	return NULL;
}
