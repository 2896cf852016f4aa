// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks the names in a kdump's header against its VMCOREINFO and notes.
 *
 * The names in the header of a kdump are free text: what its writer took for the
 * kernel's utsname. QEMU knows nothing of its guest's and says "Unknown";
 * makedumpfile before 1.6.9 reads it 4 bytes off on kernels from 5.11 on, where
 * struct uts_namespace lost the counter before it (makedumpfile.c,
 * check_release(): "machine" is "h64" then). So VMCOREINFO and the notes are
 * believed, and the names only where they agree.
 */
#include <stdio.h>
#include <string.h>

#include "directmap/machine.h"
#include "dump/dump_private.h"
#include "dump/format.h"
#include "dump/notes.h"
#include "directmap/kernel.h"

static bool names_another_machine(const struct dm_dump_info *info)
{
	const char *machine = info->uts.machine;

	return *machine && strcmp(machine, "Unknown") != 0 &&
	       strcmp(machine, DM_MACHINE_NAME) != 0;
}

/* As much of it as a header holds. */
static bool names_another_release(const struct dm_dump_info *info,
				  const struct dm_vmcoreinfo *text)
{
	size_t size = strlen(info->uts.release), other;
	struct dm_error *err;
	const char *release;

	if (!size)
		return false;
	err = dm_vmcoreinfo_string(text, "OSRELEASE", &release, &other);
	if (err) {
		dm_error_destroy(err);
		return false;
	}
	return (other != size &&
		(size < DM_DUMP_UTS_MAX - 2 || other < size)) ||
	       memcmp(info->uts.release, release, size) != 0;
}

/* Neither VMCOREINFO nor a note says that it is of arm64. */
static struct dm_error *judge_machine(const struct dm_dump *dump)
{
	struct notes_facts facts;

	if (names_another_machine(&dump->info))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: a dump of a machine of type %.*s; only "
			"arm64 (" DM_MACHINE_NAME ") is supported",
			dump->files[0].path, 64, dump->info.uts.machine);
	dm_notes_scan(&dump->notes, &facts);
	if (dump->format->names_machine || !facts.prstatus_size ||
	    facts.prstatus_size == DM_MACHINE_PRSTATUS_SIZE)
		return NULL;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: not a dump of an arm64 machine (its CPU notes are %zu bytes long, those of arm64 %d)",
		dump->files[0].path, facts.prstatus_size,
		DM_MACHINE_PRSTATUS_SIZE);
}

/* From here on nobody sees what it says. */
static void drop_names(struct dm_dump *dump)
{
	struct dm_dump_info *info = &dump->info;

	snprintf(dump->header_contradicts, sizeof(dump->header_contradicts),
		 "machine \"%s\", release \"%s\"", info->uts.machine,
		 info->uts.release);
	info->header_contradicts = dump->header_contradicts;
	memset(&info->uts, 0, sizeof(info->uts));
}

struct dm_error *dm_dump_check_header(struct dm_dump *dump)
{
	struct dm_vmcoreinfo text = { dump->vmcoreinfo, dump->vmcoreinfo_size };

	if (!dm_vmcoreinfo_is_arm64(&text))
		return judge_machine(dump);
	if (names_another_machine(&dump->info) ||
	    names_another_release(&dump->info, &text))
		drop_names(dump);
	return NULL;
}
