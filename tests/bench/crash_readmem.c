// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For crash: what can be done there today without directmap.so. A command that
 * walks the tables of 4K pages by readmem(), page by page, and looks at each
 * entry; it says how many tables, how many leaves, and how long that took.
 */
#if !defined(ARM64)
#error "-DARM64: crash's defs.h is for this machine's architecture otherwise"
#endif
#include <crash/defs.h>

#include <time.h>

#define TABLE	0x0000fffffffff000UL
#define ENTRIES 512

struct totals {
	unsigned long tables, leaves;
	unsigned long name; /* so many of the first are named */
};

static void walk(struct totals *t, ulonglong pa, int level)
{
	uint64_t entries[ENTRIES];
	int i;

	if (!readmem(pa, PHYSADDR, entries, sizeof(entries), "page table",
		     RETURN_ON_ERROR | QUIET))
		return;
	if (t->tables++ < t->name)
		fprintf(fp, "table %llx\n", pa);
	for (i = 0; i < ENTRIES; i++) {
		if (level < 3 && (entries[i] & 3) == 3)
			walk(t, entries[i] & TABLE, level + 1);
		else if (entries[i])
			t->leaves++;
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void cmd_tables(void)
{
	struct totals t = { 0 };
	double start = now();

	if (argcnt != 2 && argcnt != 3)
		cmd_usage(pc->curcmd, SYNOPSIS);
	if (argcnt == 3)
		t.name = htol(args[2], FAULT_ON_ERROR, NULL);
	walk(&t, htoll(args[1], FAULT_ON_ERROR, NULL), 0);
	fprintf(fp, "readmem %lu %lu %.6f\n", t.tables, t.leaves,
		now() - start);
}

static char *help_tables[] = {
	"readmem_tables", "walk page tables by readmem()", "root [names]",
	"  Physical address of the root, four levels, 4K pages; how many tables\n"
	"  to name, hexadecimal.",
	NULL
};

static struct command_table_entry commands[] = {
	{ "readmem_tables", cmd_tables, help_tables, MINIMAL },
	{ NULL },
};

void __attribute__((constructor)) crash_readmem_init(void)
{
	register_extension(commands);
}
