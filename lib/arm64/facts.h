/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that a text made of facts (directmap/find.h) has beside VMCOREINFO's. */
#ifndef DM_FACTS_H
#define DM_FACTS_H

#include "directmap/find.h"

/* What the fact called so rests on, in a word. */
#define FACTS_FOUND(name) "FOUND(" name ")"
/* A line that each such text has, and no note of the kernel's. */
#define FACTS_MARK FACTS_FOUND("pgd")
/* AttrIndx of device memory; asm/memory.h has had another before 5.14. */
#define FACTS_DEVICE		"NUMBER(MT_DEVICE_nGnRE)"
#define FACTS_DEVICE_SINCE_5_14 4
#define FACTS_DEVICE_BEFORE	5

/** Put the origins that the text has in place of what @p from has. */
void dm_facts_origins(const struct dm_vmcoreinfo *info,
		      const char *from[DM_FACT_MAX]);

#endif /* DM_FACTS_H */
