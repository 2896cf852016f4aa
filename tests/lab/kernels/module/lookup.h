/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of what the kernel does not export to modules. */
#ifndef LAB_LOOKUP_H
#define LAB_LOOKUP_H

#include <linux/kprobes.h>

/* The address of a function, 0 when no probe can be there. */
static inline unsigned long probe_address(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	unsigned long address;

	if (register_kprobe(&probe))
		return 0;
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return address;
}

/* The address of any symbol that kallsyms has; data too with KALLSYMS_ALL. */
static inline unsigned long symbol_address(const char *name)
{
	unsigned long (*lookup)(const char *name);

	lookup = (void *)probe_address("kallsyms_lookup_name");
	return lookup ? lookup(name) : 0;
}

#endif
