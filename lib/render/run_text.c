// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs for people: the columns and words of the kernel's own ptdump. */
#include "arm64/arm64.h"
#include "util/out.h"

struct dm_error *dm_run_text_header(struct dm_sink *sink)
{
	struct out out = { .sink = sink };

	dm_out_printf(&out, "%-37s %8s %-4s %-7s %-54s %s\n",
		      "start-end (virtual)", "size", "leaf", "state",
		      "attributes", "PA");
	return dm_out_error(&out);
}

struct dm_error *dm_run_text(const struct dm_kernel *kernel,
			     const struct dm_run *run, struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	unsigned int cursor = 0, width;
	const char *word;

	dm_out_printf(&out, "0x%016llx-0x%016llx ",
		      (unsigned long long)run->start,
		      (unsigned long long)(run->start + run->size));
	dm_out_units(&out, 7, run->size);
	dm_out_printf(&out, " %-4s %-7s", dm_leaf_label(kernel, run->leaf),
		      run->valid ? "valid" : "invalid");
	for (;;) {
		width = dm_arm64_attr_width(cursor);
		word = dm_arm64_attr_word(kernel, run->attrs, &cursor);
		if (!word)
			break;
		dm_out_printf(&out, " %-*s", (int)(width ? width : 17), word);
	}
	dm_out_printf(&out, " 0x%llx\n", (unsigned long long)run->pa);
	return dm_out_error(&out);
}

struct dm_error *dm_unknown_text(const struct dm_unknown *unknown,
				 struct dm_sink *sink)
{
	struct out out = { .sink = sink };

	dm_out_printf(&out, "0x%016llx-0x%016llx ",
		      (unsigned long long)unknown->start,
		      (unsigned long long)(unknown->start + unknown->size));
	dm_out_units(&out, 7, unknown->size);
	dm_out_printf(&out, " %-4s %-7s %s\n", "?", "unknown",
		      dm_finding_text(unknown->why));
	return dm_out_error(&out);
}
