/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots of cloud-hypervisor: a folder in which "memory-ranges" has the
 * guest's RAM, one range after the other, and "state.json" says which those are.
 */
#ifndef DUMP_CLOUD_HYPERVISOR_H
#define DUMP_CLOUD_HYPERVISOR_H

#include "dump/ram_list.h"

#define CLOUD_HYPERVISOR_MEMORY "memory-ranges"
#define CLOUD_HYPERVISOR_STATE	"state.json"

/* A ram_list_parse of the state. */
struct dm_error *dm_cloud_hypervisor_parse(const char *text, size_t size,
					   struct ram_list *list);

#endif /* DUMP_CLOUD_HYPERVISOR_H */
