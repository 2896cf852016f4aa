// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kallsyms of each generation as a kernel writes them, with edits; and pages of
 * any bytes in their place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel.h"
#include "fuzz.h"
#include "fake/fake_kallsyms.h"
#include "target/kallsyms/kallsyms.h"

#define SYMBOLS	 40
#define DISTANCE UINT64_C(0x200000)
#define MEMORY	 8192

/* What a kernel writes, by layout; the writer takes its time. */
static struct written {
	uint8_t bytes[MEMORY];
	char vmcoreinfo[8192];
} written[FAKE_KALLSYMS_LAYOUTS];

static struct fake_symbol symbols[SYMBOLS];
static char names[SYMBOLS][32];

static void name_symbols(uint64_t stext)
{
	size_t i;

	for (i = 0; i < SYMBOLS; i++) {
		snprintf(names[i], sizeof(names[i]), "sys_page_%zu_lock", i);
		symbols[i] =
			(struct fake_symbol){ stext + i * 16, names[i], 'T' };
	}
	strcpy(names[0], "_stext");
	strcpy(names[SYMBOLS - 1], "twice");
	strcpy(names[SYMBOLS - 2], "twice");
}

/* Pages that the tables lie in, one after the other. */
static void read_tables(struct fake_kernel *f, uint64_t va, uint8_t *bytes)
{
	size_t i;

	for (i = 0; i < MEMORY; i += 4096)
		fuzz_no_error(f->source.ops->read(
			&f->source, fake_kernel_pa(f, va + i), bytes + i, 4096,
			DM_CONTENT_SYMBOLS));
}

static void write_tables(enum fake_kallsyms_layout layout)
{
	struct written *w = &written[layout];
	struct fake_kernel *f = fake_kernel_create(12, 48);
	uint64_t va = fake_kernel_data(f), stext = va + DISTANCE;
	struct fake_kallsyms where;

	fake_kernel_line(f, "SYMBOL(_stext)=%llx", (unsigned long long)stext);
	name_symbols(stext);
	fake_kallsyms_write(f, va, layout, symbols, SYMBOLS, &where);
	read_tables(f, va, w->bytes);
	strcpy(w->vmcoreinfo, f->vmcoreinfo);
	fake_kernel_destroy(f);
}

static void ask(struct dm_symbol_table *table, uint64_t stext)
{
	struct dm_symbol symbol;
	uint64_t va;
	size_t i;

	fuzz_no_error(table->ops->find(table, "_stext", &va));
	fuzz_no_error(table->ops->find(table, "twice", &va));
	fuzz_no_error(table->ops->find(table, "", &va));
	for (i = 0; i < 2 * SYMBOLS; i++) {
		if (!fuzz_no_error(
			    table->ops->at(table, stext + i * 8, &symbol)))
			continue;
		fuzz_check(symbol.va <= stext + i * 8);
		fuzz_check(memchr(symbol.name, '\0', sizeof(symbol.name)));
	}
	fuzz_no_error(table->ops->at(table, UINT64_MAX, &symbol));
	fuzz_no_error(table->ops->at(table, 0, &symbol));
}

static void run(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct fake_kernel *f = fake_kernel_create(12, 48);
	unsigned int choice = (unsigned int)fuzz_take(&in, 1);
	struct written *w = &written[choice % FAKE_KALLSYMS_LAYOUTS];
	uint64_t va = fake_kernel_data(f), stext = va + DISTANCE;
	struct dm_symbol_table *table;
	struct dm_kernel kernel;
	uint8_t bytes[MEMORY];
	struct kva *kva;

	if (!*w->vmcoreinfo)
		write_tables((enum fake_kallsyms_layout)(w - written));
	strcpy(f->vmcoreinfo, w->vmcoreinfo);
	if (choice & 0x80)
		fake_kernel_drop_line(f, "SYMBOL(kallsyms_names)");
	memcpy(bytes, w->bytes, MEMORY);
	fuzz_edit(&in, bytes, MEMORY);
	fake_kernel_write(f, va, bytes, MEMORY);
	fuzz_check(fuzz_no_error(dm_kernel_init(&kernel, &f->source)));
	fuzz_check(fuzz_no_error(dm_kva_create(&f->source, &kernel, &kva)));
	if (fuzz_no_error(dm_kallsyms_create(kva, &f->source, &table))) {
		ask(table, stext);
		table->ops->destroy(table);
	}
	dm_kva_destroy(kva);
	fake_kernel_destroy(f);
}

static void seeds(fuzz_put put, void *arg)
{
	uint8_t layout;

	for (layout = 0; layout < FAKE_KALLSYMS_LAYOUTS; layout++) {
		uint8_t edit[] = { layout, 2, 4, 0, 0, 3, 0, 1, 0,
				   1,	   2, 3, 4, 5, 6, 7, 8 };

		put(arg, &layout, 1);
		put(arg, edit, sizeof(edit));
	}
}

const struct fuzz_target fuzz_kallsyms = {
	.name = "kallsyms",
	.run = run,
	.seeds = seeds,
	.max_size = 2048,
};
