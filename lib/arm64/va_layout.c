// SPDX-License-Identifier: GPL-2.0-or-later
/* Where VMCOREINFO says that modules, vmalloc space and vmemmap are. */
#include <string.h>

#include "arm64/va_layout.h"
#include "directmap/kernel.h"
#include "util/error.h"

struct dm_error *dm_va_layout_read(struct dm_source *source,
				   struct va_layout *layout)
{
	const struct {
		const char *line;
		uint64_t *va;
	} lines[] = {
		{ "NUMBER(MODULES_VADDR)", &layout->modules.start },
		{ "NUMBER(MODULES_END)", &layout->modules.end },
		{ "NUMBER(VMALLOC_START)", &layout->vmalloc.start },
		{ "NUMBER(VMALLOC_END)", &layout->vmalloc.end },
		{ "NUMBER(VMEMMAP_START)", &layout->vmemmap.start },
		{ "NUMBER(VMEMMAP_END)", &layout->vmemmap.end },
	};
	struct dm_vmcoreinfo info;
	struct dm_error *err;
	size_t i;

	memset(layout, 0, sizeof(*layout));
	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	for (i = 0; !err && i < sizeof(lines) / sizeof(*lines); i++) {
		uint64_t va = 0;

		err = dm_error_forgive(
			dm_vmcoreinfo_number(&info, lines[i].line, 0, &va));
		*lines[i].va = va;
	}
	return err;
}
