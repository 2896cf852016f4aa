// SPDX-License-Identifier: GPL-2.0-or-later
/* CSV (RFC 4180, lines end with LF): a line a dump, the same columns always. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "escape.h"
#include "outputs.h"

static void put_text(const char *text)
{
	if (*text)
		escape_csv(stdout, text);
	putchar(',');
}

static void put_number(bool known, uint64_t value)
{
	if (known)
		printf("%llu", (unsigned long long)value);
	putchar(',');
}

static void put_leaves(bool known, const uint64_t *by_leaf)
{
	int leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		put_number(known, by_leaf[leaf]);
}

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	(void)output, (void)row;
	put_text(f->path);
	put_text(f->status);
	put_number(true, (uint64_t)f->code);
	put_text(f->reason);
	put_text(f->host);
	put_text(f->release);
	put_number(f->crash_time, f->crash_time);
	put_text(f->format);
	put_text(f->policy);
	put_number(f->read, f->page_size);
	put_leaves(f->read, f->mapped);
	put_leaves(f->read, f->valid);
	put_number(f->read, f->read_only);
	put_number(f->read, f->unknown);
	put_number(f->read, f->tables);
	put_number(f->read, f->tables_unreadable);
	put_number(f->read, f->findings);
	put_leaves(f->splits_known, f->lost);
	put_leaves(f->splits_known, f->in_use);
	put_number(f->splits_known, f->split_tables);
	put_number(f->read, f->collapsible);
	put_number(f->size, f->size);
	put_text(f->id);
	put_number(figures_has_lost(f), f->lost_total);
	put_number(figures_has_lost(f), f->in_use_total);
	put_number(figures_has_lost(f), f->residual_total);
	if (figures_has_lost(f))
		printf("%llu", (unsigned long long)f->boot_unknown);
	putchar('\n');
	return NULL;
}

static void put_header(void)
{
	static const char *const groups[] = { "mapped", "valid", "lost",
					      "in_use" };
	int group, leaf;

	printf("path,status,code,reason,host,release,crash_time,format,policy,"
	       "page_size,");
	for (group = 0; group < 4; group++) {
		if (group == 2)
			printf("read_only,unknown,tables,tables_unreadable,"
			       "findings,");
		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
			printf("%s_%s,", groups[group], dm_leaf_name(leaf));
	}
	puts("split_tables,collapsible,size,content_id,lost_at_least,"
	     "in_use_at_least,residual_at_least,boot_unknown");
}

static struct dm_error *end(struct output *output)
{
	(void)output;
	return cli_flush();
}

static void destroy(struct output *output)
{
	free(output);
}

struct dm_error *output_csv_create(struct output **ret)
{
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return dm_error_no_memory();
	**ret = (struct output){ put_row, end, destroy };
	put_header();
	return NULL;
}
