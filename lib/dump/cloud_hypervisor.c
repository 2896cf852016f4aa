// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory a snapshot of cloud-hypervisor has (vmm/src/memory_manager.rs:
 * MemoryManagerSnapshotData, send(); vm-migration/src/lib.rs: Snapshot). The state
 * is a tree of JSON, whose leaves are JSON once more, in a string each. Ranges lie
 * in the file in the order in which the list has them.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "dump/cloud_hypervisor.h"

static struct dm_error *unknown_state(void)
{
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"no ranges of memory in it (memory_ranges of its memory-manager); name them: " CLOUD_HYPERVISOR_MEMORY
		"@0x40000000, or with more than 3008 MiB " CLOUD_HYPERVISOR_MEMORY
		":0+3008M@0x40000000," CLOUD_HYPERVISOR_MEMORY
		":3008M@0x100000000");
}

/* What the memory manager said of itself; NULL: nothing of that kind. */
static json_t *memory_manager(const char *text, size_t size)
{
	json_t *root, *own = NULL;
	const char *state;

	root = json_loadb(text, size, 0, NULL);
	if (!json_unpack(root, "{s:{s:{s:{s:s}}}}", "snapshots",
			 "memory-manager", "snapshot_data", "state", &state))
		own = json_loads(state, 0, NULL);
	json_decref(root);
	return own;
}

static struct dm_error *add_range(struct ram_list *list, json_t *range,
				  uint64_t *offset)
{
	struct image_spec spec = { .offset = *offset };
	json_int_t gpa, length;

	if (json_unpack(range, "{s:I, s:I}", "gpa", &gpa, "length", &length) ||
	    gpa < 0 || length <= 0)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"a range of memory_ranges is not {gpa, length}");
	spec.pa = (uint64_t)gpa;
	spec.size = (uint64_t)length;
	/* Both are below 2^63. */
	*offset += spec.size;
	return dm_ram_list_add(list, CLOUD_HYPERVISOR_MEMORY,
			       strlen(CLOUD_HYPERVISOR_MEMORY), &spec);
}

static bool has(const struct ram_list *list, uint64_t pa)
{
	size_t i;

	for (i = 0; i < list->ram.n; i++) {
		if (pa >= list->ram.v[i].pa &&
		    pa - list->ram.v[i].pa < list->ram.v[i].size)
			return true;
	}
	return false;
}

/*
 * A zone that is a file of its own, shared, is not saved again. What virtio-mem
 * may plug in need not be there at all.
 */
static struct dm_error *note_missing(struct ram_list *list, json_t *own)
{
	json_t *all = json_object_get(own, "guest_ram_mappings"), *one;
	json_int_t gpa, size;
	int plugged;
	size_t i;

	json_array_foreach(all, i, one)
	{
		if (json_unpack(one, "{s:I, s:I, s:b}", "gpa", &gpa, "size",
				&size, "virtio_mem", &plugged) ||
		    plugged || gpa < 0 || has(list, (uint64_t)gpa))
			continue;
		if (asprintf(
			    &list->lacks,
			    "memory at 0x%llx is in a file of its own, not in " CLOUD_HYPERVISOR_MEMORY,
			    (unsigned long long)gpa) < 0) {
			list->lacks = NULL;
			return dm_error_no_memory();
		}
		break;
	}
	return NULL;
}

struct dm_error *dm_cloud_hypervisor_parse(const char *text, size_t size,
					   struct ram_list *list)
{
	json_t *own = memory_manager(text, size), *ranges = NULL, *one;
	struct dm_error *err = NULL;
	uint64_t offset = 0;
	size_t i;

	if (json_unpack(own, "{s:{s:o}}", "memory_ranges", "data", &ranges) ||
	    !json_array_size(ranges))
		err = unknown_state();
	json_array_foreach(ranges, i, one)
	{
		if (err)
			break;
		err = add_range(list, one, &offset);
	}
	if (!err)
		err = note_missing(list, own);
	json_decref(own);
	return err;
}
