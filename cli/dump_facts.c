// SPDX-License-Identifier: GPL-2.0-or-later
/* Which machine's kernel died, and when, for rows and pages. */
#include <string.h>

#include "directmap/json.h"
#include "directmap/kernel.h"
#include "directmap/text.h"
#include "dump_facts.h"

/* Before anybody names it: UTS_NODENAME, Linux include/linux/uts.h. */
#define UNNAMED "(none)"

static bool is_host_name(const char *name)
{
	return *name && dm_ascii_all_visible(name, strlen(name)) &&
	       strcmp(name, UNNAMED) != 0;
}

/*
 * In the kernel's init_uts_ns, which VMCOREINFO leads to (Linux
 * kernel/vmcore_info.c; include/uapi/linux/utsname.h: 65 bytes each).
 */
static struct dm_error *read_host_name(const struct cli_dump *d,
				       char name[DM_DUMP_UTS_MAX])
{
	struct dm_vmcoreinfo notes;
	struct dm_error *err;
	uint64_t va, off;

	err = d->source->ops->vmcoreinfo(d->source, &notes.text, &notes.size);
	if (!err)
		err = dm_vmcoreinfo_number(&notes, "SYMBOL(init_uts_ns)", 16,
					   &va);
	if (!err)
		err = dm_vmcoreinfo_number(&notes, "OFFSET(uts_namespace.name)",
					   10, &off);
	if (!err)
		err = d->source->ops->read(
			d->source, va + off + 65 - d->kernel->kimage_voffset,
			name, 65, DM_CONTENT_DATA);
	name[65] = '\0';
	return err;
}

/*
 * The host's name: the kernel's own, or, where that page is not there, what the
 * header of a kdump says, unless that speaks of another kernel
 * (dm_dump_info.header_contradicts) or its writer put none there (QEMU).
 */
static bool host_name(const struct cli_dump *d, char name[DM_DUMP_UTS_MAX])
{
	struct dm_error *err = read_host_name(d, name);

	if (!err && *name)
		return is_host_name(name);
	dm_error_destroy(err);
	memcpy(name, dm_dump_info(d->dump)->uts.nodename, DM_DUMP_UTS_MAX);
	name[DM_DUMP_UTS_MAX - 1] = '\0';
	return *name && strcmp(name, UNNAMED) != 0;
}

/* When the kernel died, in seconds since 1970; 0: not known. */
static uint64_t crash_time(const struct cli_dump *d)
{
	const struct dm_dump_info *info = dm_dump_info(d->dump);
	struct dm_vmcoreinfo notes;
	struct dm_error *err;
	uint64_t seconds;

	err = d->source->ops->vmcoreinfo(d->source, &notes.text, &notes.size);
	if (!err)
		err = dm_vmcoreinfo_number(&notes, "CRASHTIME", 10, &seconds);
	if (!err)
		return seconds;
	dm_error_destroy(err);
	return info->time_sec > 0 ? (uint64_t)info->time_sec : 0;
}

json_t *cli_dump_facts(json_t *report, const struct cli_dump *d)
{
	json_t *dump = json_object_get(report, "dump");
	char host[DM_DUMP_UTS_MAX];
	uint64_t seconds = crash_time(d);

	json_object_set_new(dump, "host",
			    host_name(d, host) ? dm_json_foreign(host)
					       : json_null());
	json_object_set_new(dump, "crash_time",
			    seconds ? dm_json_uint(seconds) : json_null());
	return report;
}
