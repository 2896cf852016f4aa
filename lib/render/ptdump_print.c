// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of the kernel's address space, byte for byte as its own
 * kernel_page_tables has them, and as JSON.
 */
#include <inttypes.h>

#include "arm64/arm64.h"
#include "directmap/ptdump.h"
#include "render/json.h"
#include "util/out.h"

static void put_bounds(struct out *out, const struct dm_space_line *line)
{
	dm_out_printf(out, "0x%016" PRIx64 "-0x%016" PRIx64 "   ", line->start,
		      line->end);
	dm_out_units(out, 9, line->end - line->start);
	dm_out_printf(out, " %s", line->level);
}

/*
 * Each with a blank before it. Of a memory type that it has no name for the kernel
 * says nothing; here its number stands.
 */
static void put_attrs(struct out *out, const struct dm_kernel *kernel,
		      const struct dm_space_line *line)
{
	unsigned int cursor = 0, width;
	const char *word;

	for (;;) {
		width = dm_arm64_attr_width(cursor);
		word = dm_arm64_attr_word(kernel, line->attrs, &cursor);
		if (!word)
			return;
		dm_out_printf(out, " %-*s", (int)width, word);
	}
}

static void put_unknown(struct out *out, const struct dm_space_line *line)
{
	switch (line->state) {
	case DM_SPACE_UNREAD:
		dm_out_printf(out,
			      " unknown: the table at 0x%" PRIx64
			      " is not in the dump",
			      line->table);
		break;
	case DM_SPACE_SHARED:
		dm_out_printf(out,
			      " unknown: the table at 0x%" PRIx64
			      " stands in another place, too",
			      line->table);
		break;
	case DM_SPACE_BROKEN:
		dm_out_printf(out,
			      " unknown: 0x%016" PRIx64
			      " is no descriptor of Linux's",
			      line->entry);
		break;
	case DM_SPACE_STOPPED:
		dm_out_printf(out, " unknown: the walk was ended");
		break;
	case DM_SPACE_NONE:
	case DM_SPACE_MAPPED:
		break;
	}
}

struct dm_error *dm_space_text(const struct dm_kernel *kernel,
			       const struct dm_space_line *line,
			       struct dm_sink *sink)
{
	struct out out = { .sink = sink };

	put_bounds(&out, line);
	if (line->state == DM_SPACE_MAPPED)
		put_attrs(&out, kernel, line);
	else
		put_unknown(&out, line);
	dm_out_printf(&out, "\n");
	return dm_out_error(&out);
}

struct dm_error *dm_marker_text(const char *name, struct dm_sink *sink)
{
	struct out out = { .sink = sink };

	dm_out_printf(&out, "---[ %s ]---\n", name);
	return dm_out_error(&out);
}

struct dm_error *dm_space_json(const struct dm_kernel *kernel,
			       const struct dm_space_line *line,
			       struct dm_sink *sink)
{
	bool mapped = line->state == DM_SPACE_MAPPED;
	json_t *o = json_object();

	o = dm_json_put(o, "start", dm_json_hex(line->start));
	o = dm_json_put(o, "end", dm_json_hex(line->end));
	o = dm_json_put(o, "size", dm_json_uint(line->end - line->start));
	o = dm_json_put(o, "level", json_string(line->level));
	if (mapped) {
		o = dm_json_put(o, "state",
				json_string(line->valid ? "valid" : "invalid"));
		o = dm_json_put(o, "attrs", dm_json_attrs(kernel, line->attrs));
		o = dm_json_put(o, "bits", dm_json_hex(line->attrs));
	} else if (line->state == DM_SPACE_NONE) {
		o = dm_json_put(o, "state", json_string("none"));
	} else {
		o = dm_json_put(o, "state", json_string("unknown"));
		o = dm_json_put(o, "why",
				json_string(dm_space_state_name(line->state)));
	}
	if (line->table)
		o = dm_json_put(o, "table", dm_json_hex(line->table));
	if (line->entry)
		o = dm_json_put(o, "entry", dm_json_hex(line->entry));
	return dm_json_write(o, sink);
}

struct dm_error *dm_marker_json(uint64_t va, const char *name,
				struct dm_sink *sink)
{
	json_t *o = json_object();

	o = dm_json_put(o, "marker", json_string(name));
	o = dm_json_put(o, "va", dm_json_hex(va));
	return dm_json_write(o, sink);
}
