// SPDX-License-Identifier: GPL-2.0-or-later
/* A source seen with another VMCOREINFO, and with other physical addresses. */
#include "target/find/view.h"
#include "directmap/machine.h"

static struct dm_error *view_read(struct dm_source *source, uint64_t pa,
				  void *buf, size_t size,
				  enum dm_content content)
{
	struct find_view *view = (struct find_view *)source;

	pa += view->off;
	/* Modulo 2^64: below RAM's beginning it wraps. */
	if (pa >= DM_PA_END)
		return dm_error_create(DM_ERROR_ABSENT,
				       "physical address 0x%llx: there is none",
				       (unsigned long long)pa);
	return view->inner->ops->read(view->inner, pa, buf, size, content);
}

static struct dm_error *view_vmcoreinfo(struct dm_source *source,
					const char **text, size_t *size)
{
	const struct find_view *view = (struct find_view *)source;

	if (!view->text)
		return view->inner->ops->vmcoreinfo(view->inner, text, size);
	*text = view->text;
	*size = view->size;
	return NULL;
}

static const struct dm_source_ops view_ops = {
	.read = view_read,
	.vmcoreinfo = view_vmcoreinfo,
};

void dm_find_view_init(struct find_view *view, struct dm_source *inner,
		       const char *text, size_t size, uint64_t off)
{
	*view = (struct find_view){
		.source.ops = &view_ops,
		.inner = inner,
		.text = text,
		.size = size,
		.off = off,
	};
}
