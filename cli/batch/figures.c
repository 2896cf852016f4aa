// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the figures out of a row's JSON. */
#include <string.h>

#include "cli.h"
#include "figures.h"
#include "stored/stored.h"

json_t *figures_get(json_t *o, const char *keys)
{
	const char *dot;
	char key[64];

	while (o && (dot = strchr(keys, '.'))) {
		if ((size_t)(dot - keys) >= sizeof(key))
			return NULL;
		memcpy(key, keys, (size_t)(dot - keys));
		key[dot - keys] = '\0';
		o = json_object_get(o, key);
		keys = dot + 1;
	}
	return json_object_get(o, keys);
}

const char *figures_string(json_t *o, const char *keys)
{
	const char *text = json_string_value(figures_get(o, keys));

	return text ? text : "";
}

uint64_t figures_number(json_t *o, const char *keys)
{
	json_int_t value = json_integer_value(figures_get(o, keys));

	return value > 0 ? (uint64_t)value : 0;
}

/* Sums of a hostile file's numbers stay what they are: large. */
static uint64_t add(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

static uint64_t by_leaf(uint64_t *ret, json_t *row, const char *keys)
{
	json_t *o = figures_get(row, keys);
	uint64_t sum = 0;
	int leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		ret[leaf] = figures_number(o, dm_leaf_name(leaf));
		sum = add(sum, ret[leaf]);
	}
	return sum;
}

static void take_usage(struct figures *f, json_t *row)
{
	f->read = json_is_object(json_object_get(row, "usage"));
	f->page_size = figures_number(row, "kernel.page_size");
	f->mapped_total = by_leaf(f->mapped, row, "usage.mapped");
	f->valid_total = by_leaf(f->valid, row, "usage.valid");
	f->small = add(f->mapped[DM_LEAF_PTE], f->mapped[DM_LEAF_CONT_PTE]);
	f->read_only = figures_number(row, "usage.read_only");
	f->unknown = figures_number(row, "usage.unknown");
	f->tables = figures_number(row, "usage.tables.count");
	f->tables_unreadable = figures_number(row, "usage.tables.unreadable");
	f->findings = figures_number(row, "usage.finding_count");
	f->partial = f->read && stored_has_unknown(row);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static void take_splits(struct figures *f, json_t *row)
{
	enum stored_history history = stored_history(row);
	uint64_t either[DM_LEAF_MAX];

	f->splits_known = history == STORED_HISTORY_KNOWN;
	f->splits_at_least = history == STORED_HISTORY_AT_LEAST;
	f->lost_total = by_leaf(f->lost, row, "split_summary.lost");
	f->in_use_total = by_leaf(f->in_use, row, "split_summary.in_use");
	f->residual_total =
		less(less(f->lost_total, f->in_use_total),
		     by_leaf(either, row, "split_summary.state_unknown"));
	by_leaf(f->boot, row, "split_summary.boot");
	f->boot_unknown = figures_number(row, "split_summary.unknown");
	f->split_tables = figures_number(row, "split_summary.tables");
	f->unknown_pages = figures_number(row, "split_summary.unknown_pages");
	f->collapsible = figures_number(row, "collapsible.covers");
	f->collapsible_tables = figures_number(row, "collapsible.tables");
}

void figures_init(struct figures *f, json_t *row)
{
	json_t *code = figures_get(row, "batch.code");

	*f = (struct figures){
		.path = figures_string(row, "dump.path"),
		.format = figures_string(row, "dump.format"),
		.host = figures_string(row, "dump.host"),
		.release = figures_string(row, "kernel.release"),
		.policy = *figures_string(row, "policy.contradiction")
				  ? dm_boot_name(DM_BOOT_CONTRADICTED)
				  : figures_string(row, "policy.boot"),
		.status = figures_string(row, "batch.status"),
		.reason = figures_string(row, "batch.reason"),
		.id = figures_string(row, "batch.content_id"),
		.code = json_is_integer(code) ? (int)json_integer_value(code)
					      : CLI_OK,
		.complete = json_is_true(figures_get(row, "dump.complete")),
		.crash_time = figures_number(row, "dump.crash_time"),
		.size = figures_number(row, "batch.size"),
		.mtime = figures_number(row, "batch.mtime"),
		.files = figures_number(row, "batch.files"),
		.seconds = json_number_value(
			figures_get(row, "batch.run.seconds")),
		.max_rss = figures_number(row, "batch.run.max_rss_kib"),
		.at = figures_number(row, "batch.run.at"),
	};
	take_usage(f, row);
	take_splits(f, row);
	/* A report that no batch made: `report --json` in a file. */
	if (!*f->status)
		f->status = stored_is_partial(row) ? "partial" : "ok";
	if (!code && stored_is_partial(row))
		f->code = CLI_PARTIAL;
}
