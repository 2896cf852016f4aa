// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares the symbols and modules that are read from a whole dump with what
 * other witnesses say.
 *
 * usage: lab_symbols DUMP NM SERIAL_LOG
 *
 * NM is the output of `nm` on the vmlinux with the debug information of the
 * dumped kernel; SERIAL_LOG is the guest's console with its /proc/modules and
 * lines of /proc/kallsyms; "-" for one that is not there. Exits with 1 where
 * anything disagrees. Every line of each witness is looked at.
 *
 *	make build/lab_symbols
 *	aarch64-linux-gnu-nm VMLINUX >nm.txt
 *	build/lab_symbols VMCORE nm.txt serial.log
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arm64/kernel.h"
#include "directmap/dump.h"
#include "target/kallsyms/kallsyms.h"
#include "target/modules.h"

static void must(struct dm_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "%s\n", err->message);
	exit(1);
}

static bool failed(struct dm_error *err)
{
	dm_error_destroy(err);
	return err;
}

/* ---- Witness: nm -------------------------------------------------------- */

struct line {
	char *name;
	uint64_t va;
	char type;
};

struct nm {
	struct line *lines; /* by name, then address */
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->va > y->va) - (x->va < y->va);
}

static struct line *nm_first(struct nm *nm, const char *name)
{
	size_t low = 0, high = nm->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(nm->lines[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == nm->count || strcmp(nm->lines[low].name, name) != 0)
		return NULL;
	return &nm->lines[low];
}

static struct line *nm_line(struct nm *nm, const char *name, uint64_t va)
{
	struct line *l = nm_first(nm, name), *end = nm->lines + nm->count;

	for (; l && l < end && !strcmp(l->name, name); l++) {
		if (l->va == va)
			return l;
	}
	return NULL;
}

static void nm_read(struct nm *nm, const char *path, uint64_t offset)
{
	FILE *f = fopen(path, "r");
	char text[4096], name[2048];
	size_t capacity = 0;
	struct line l;

	*nm = (struct nm){ 0 };
	while (f && fgets(text, sizeof(text), f)) {
		if (sscanf(text, "%" SCNx64 " %c %2047s", &l.va, &l.type,
			   name) != 3)
			continue;
		if (nm->count == capacity) {
			capacity = capacity ? capacity * 2 : 65536;
			nm->lines = realloc(nm->lines, capacity * sizeof(l));
		}
		l.va += offset;
		l.name = strdup(name);
		nm->lines[nm->count++] = l;
	}
	if (f)
		fclose(f);
	qsort(nm->lines, nm->count, sizeof(*nm->lines), by_name);
}

/* ---- Kernel symbols ----------------------------------------------------- */

static unsigned long disagreements;

static void disagree(const char *what, const char *name, uint64_t va,
		     const char *got, uint64_t got_va)
{
	if (disagreements++ < 20)
		printf("  %s: %s 0x%" PRIx64 ", read: %s 0x%" PRIx64 "\n", what,
		       name, va, got, got_va);
}

/*
 * What nm has and kallsyms has not is left out by scripts/kallsyms.c: mapping
 * symbols, absolute ones, and data where not CONFIG_KALLSYMS_ALL.
 */
static void compare_nm(struct dm_symbol_table *table, struct nm *nm)
{
	unsigned long names = 0, missing = 0, exact = 0, inside = 0;
	struct dm_symbol s;
	uint64_t va;
	size_t i;

	for (i = 0; i < nm->count; i++) {
		const struct line *l = &nm->lines[i], *other;

		if (failed(table->ops->find(table, l->name, &va))) {
			missing++;
			continue;
		}
		names++;
		if (!nm_line(nm, l->name, va))
			disagree("find", l->name, l->va, l->name, va);
		if (failed(table->ops->at(table, l->va, &s))) {
			if (va == l->va)
				disagree("at", l->name, l->va, "nothing", 0);
			continue;
		}
		other = nm_line(nm, s.name, s.va);
		if (!other || other->type != s.type)
			disagree("at", l->name, l->va, s.name, s.va);
		exact += s.va == l->va;
		if (va == l->va && s.va != va)
			disagree("at", l->name, l->va, s.name, s.va);
		if (s.size < 2)
			continue;
		inside++;
		va = s.va;
		if (failed(table->ops->at(table, va + s.size - 1, &s)) ||
		    s.va != va)
			disagree("inside", l->name, l->va, s.name, s.va);
	}
	printf("nm: %zu lines, %lu found by name, %lu at their address, %lu also at their last byte, %lu not in the table\n",
	       nm->count, names, exact, inside, missing);
}

/* ---- Types, as pahole prints them for Debian's kernels ------------------ */

struct layout {
	struct dm_type_table table;
	const char *release;
	bool has_mem;
	uint64_t kallsyms, mem_size_at;
};

static struct dm_error *layout_member(struct dm_type_table *table,
				      const char *type, const char *path,
				      struct dm_member *member)
{
	const struct layout *l = (const struct layout *)table;
	const struct {
		const char *type, *path;
		uint64_t offset, size;
		bool is_there;
	} members[] = {
		{ "struct module", "state", 0, 4, true },
		{ "struct module", "list", 8, 16, true },
		{ "struct module", "name", 24, 56, true },
		{ "struct module", "kallsyms", l->kallsyms, 8, true },
		{ "struct module", "core_layout.base", 320, 8, !l->has_mem },
		{ "struct module", "core_layout.size", 328, 4, !l->has_mem },
		{ "struct module", "core_layout.text_size", 332, 4,
		  !l->has_mem },
		{ "struct module", "core_layout.ro_size", 336, 4, !l->has_mem },
		{ "struct module", "core_layout.ro_after_init_size", 340, 4,
		  !l->has_mem },
		{ "struct module", "init_layout.base", 400, 8, !l->has_mem },
		{ "struct module", "init_layout.size", 408, 4, !l->has_mem },
		{ "struct module", "init_layout.text_size", 412, 4,
		  !l->has_mem },
		{ "struct module", "init_layout.ro_size", 416, 4, !l->has_mem },
		{ "struct module", "init_layout.ro_after_init_size", 420, 4,
		  !l->has_mem },
		{ "struct mod_kallsyms", "symtab", 0, 8, true },
		{ "struct mod_kallsyms", "num_symtab", 8, 4, true },
		{ "struct mod_kallsyms", "strtab", 16, 8, true },
		{ "struct mod_kallsyms", "typetab", 24, 8, true },
	};
	unsigned int n;
	char what[8];
	size_t i;

	*member = (struct dm_member){ 0 };
	if (l->has_mem && sscanf(path, "mem[%u].%7s", &n, what) == 2) {
		member->offset = 320 + n * 72;
		if (!strcmp(what, "size"))
			member->offset += l->mem_size_at;
		return NULL;
	}
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (!members[i].is_there || strcmp(members[i].type, type) ||
		    strcmp(members[i].path, path))
			continue;
		member->offset = members[i].offset;
		member->size = members[i].size;
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s.%s", type, path);
}

static struct dm_error *layout_enumerator(struct dm_type_table *table,
					  const char *name, int64_t *value)
{
	static const char *const names[] = {
		"MODULE_STATE_LIVE",  "MODULE_STATE_COMING",
		"MODULE_STATE_GOING", "MODULE_STATE_UNFORMED",
		"MOD_TEXT",	      "MOD_DATA",
		"MOD_RODATA",	      "MOD_RO_AFTER_INIT",
		"MOD_INIT_TEXT",      "MOD_INIT_DATA",
		"MOD_INIT_RODATA",
	};
	size_t i;

	(void)table;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(name, names[i])) {
			*value = (int64_t)(i < 4 ? i : i - 4);
			return NULL;
		}
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s", name);
}

static const struct dm_type_table_ops layout_ops = {
	.name = "pahole",
	.member = layout_member,
	.enumerator = layout_enumerator,
};

static struct layout layouts[] = {
	{ { &layout_ops }, "6.1.", false, 552, 0 },
	{ { &layout_ops }, "6.12.", true, 904, 8 },
	{ { &layout_ops }, "7.3.4+deb", true, 904, 12 },
};

/* ---- Modules ------------------------------------------------------------ */

/* The next line of the block that begins with @begin, NULL at its end. */
static char *block_line(FILE *f, const char *begin, bool *inside, char *text,
			int size)
{
	while (fgets(text, size, f)) {
		if (!*inside && strstr(text, "===BEGIN") && strstr(text, begin))
			*inside = true;
		else if (*inside && strstr(text, "===END"))
			return NULL;
		else if (*inside)
			return text;
	}
	return NULL;
}

static void compare_modules(struct modules *ms, const char *log)
{
	FILE *f = fopen(log, "r");
	char text[4096], name[256], state[32];
	unsigned long lines = 0;
	bool inside = false;
	uint64_t size, va;

	while (f && block_line(f, "/proc/modules", &inside, text, 4096)) {
		const struct module *m;

		if (sscanf(text, "%255s %" SCNu64 " %*s %*s %31s 0x%" SCNx64,
			   name, &size, state, &va) != 4)
			continue;
		m = lines < dm_modules_count(ms) ? dm_modules_get(ms, lines)
						 : NULL;
		lines++;
		if (!m || strcmp(m->name, name) || m->size != size ||
		    m->base != va || m->state != MODULE_LIVE)
			disagree("/proc/modules", name, va,
				 m ? m->name : "nothing", m ? m->base : 0);
	}
	if (f)
		fclose(f);
	printf("/proc/modules: %lu lines, %zu modules, %s\n", lines,
	       dm_modules_count(ms),
	       dm_modules_incomplete(ms) ? dm_modules_incomplete(ms)
					 : "complete");
}

static struct dm_symbol_table *symbols_of(struct modules *ms, const char *name)
{
	struct dm_symbol_table *table;
	size_t i;

	for (i = 0; ms && i < dm_modules_count(ms); i++) {
		if (strcmp(dm_modules_get(ms, i)->name, name) != 0)
			continue;
		must(dm_modules_symbols(ms, i, &table));
		return table;
	}
	return NULL;
}

/* A line of /proc/kallsyms, of the kernel or of a module. */
static void compare_line(struct dm_symbol_table *table, const char *name,
			 char type, uint64_t va)
{
	struct dm_symbol s = { .name = "nothing" };
	uint64_t got = 0;

	if (failed(table->ops->find(table, name, &got)) || got > va)
		disagree("find", name, va, "", got);
	if (failed(table->ops->at(table, va, &s)) || s.va != va ||
	    (!strcmp(s.name, name) && s.type != type))
		disagree("at", name, va, s.name, s.va);
}

static void compare_kallsyms(struct dm_symbol_table *kernel, struct modules *ms,
			     const char *log)
{
	FILE *f = fopen(log, "r");
	char text[4096], name[512], owner[64], type;
	unsigned long lines = 0, of_modules = 0, passed = 0;
	bool inside = false;
	uint64_t va;
	int n;

	while (f && block_line(f, "kallsyms-selected", &inside, text, 4096)) {
		n = sscanf(text, "%" SCNx64 " %c %511s [%63[^]]", &va, &type,
			   name, owner);
		if (n < 3)
			continue;
		if (n == 3) {
			lines++;
			compare_line(kernel, name, type, va);
		} else if (symbols_of(ms, owner)) {
			of_modules++;
			compare_line(symbols_of(ms, owner), name, type, va);
		} else {
			passed++;
		}
	}
	if (f)
		fclose(f);
	printf("/proc/kallsyms: %lu lines of the kernel, %lu of modules, %lu passed over (bpf, ftrace)\n",
	       lines, of_modules, passed);
}

static void count_symbols(struct modules *ms)
{
	unsigned long areas = 0, read = 0;
	size_t i, j, index;

	for (i = 0; i < dm_modules_count(ms); i++) {
		const struct module *m = dm_modules_get(ms, i);
		const struct module_area *area;
		struct dm_symbol_table *table;
		struct dm_symbol s;

		must(dm_modules_symbols(ms, i, &table));
		for (j = 0; j < m->area_count; j++) {
			const struct module_area *a = &m->areas[j];

			areas++;
			if (!dm_modules_at(ms, a->start + a->size - 1, &index,
					   &area) ||
			    index != i || area != a)
				disagree("area", m->name, a->start, "", 0);
			read += !failed(table->ops->at(
				table, a->start + a->size - 1, &s));
		}
	}
	printf("modules: %lu areas, a symbol found at the end of %lu\n", areas,
	       read);
}

/* ---- Time --------------------------------------------------------------- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The best of some rounds: reading the same pages, and making the table. */
static void measure(struct dm_dump *dump, const struct dm_kernel *kernel)
{
	struct dm_source *source = dm_dump_source(dump);
	double read = 1e9, create = 1e9, index = 1e9;
	struct dm_recorder *recorder;
	struct dm_symbol_table *table;
	const uint64_t *pas;
	void *page = malloc(kernel->page_size);
	size_t count, i, round;
	struct kva *kva;
	uint64_t va;

	must(dm_recorder_create(source, kernel->page_size, &recorder));
	must(dm_kva_create(dm_recorder_source(recorder), kernel, &kva));
	must(dm_kallsyms_create(kva, source, &table));
	table->ops->destroy(table);
	dm_kva_destroy(kva);
	must(dm_recorder_pages(recorder, &pas, &count));
	for (round = 0; round < 9; round++) {
		double start = now(), made;

		for (i = 0; i < count; i++)
			must(source->ops->read(source, pas[i], page,
					       kernel->page_size,
					       DM_CONTENT_SYMBOLS));
		read = now() - start < read ? now() - start : read;
		start = now();
		must(dm_kva_create(source, kernel, &kva));
		must(dm_kallsyms_create(kva, source, &table));
		made = now();
		create = made - start < create ? made - start : create;
		must(table->ops->find(table, "_stext", &va));
		index = now() - made < index ? now() - made : index;
		table->ops->destroy(table);
		dm_kva_destroy(kva);
	}
	printf("%zu pages: read alone %.2f ms, table made %.2f ms, index of names %.2f ms: %.2f times\n",
	       count, read, create, index, (create + index) / read);
	dm_recorder_destroy(recorder);
	free(page);
}

/* ------------------------------------------------------------------------- */

/* kallsyms, but for the symbol `modules`. */
struct hidden {
	struct dm_symbol_table table, *all;
};

static struct dm_error *hidden_find(struct dm_symbol_table *table,
				    const char *name, uint64_t *va)
{
	struct dm_symbol_table *all = ((struct hidden *)table)->all;

	if (!strcmp(name, "modules"))
		return dm_error_create(DM_ERROR_NOT_FOUND, "hidden");
	return all->ops->find(all, name, va);
}

static const struct dm_symbol_table_ops hidden_ops = { .name = "hidden",
						       .find = hidden_find };

/* The list must be the same where it was found without its symbol. */
static void compare_search(struct kva *kva, struct dm_symbol_table *table,
			   struct layout *layout, struct modules *ms)
{
	struct hidden hidden = { { &hidden_ops }, table };
	double start = now();
	struct modules *other;
	size_t i, same = 0;

	must(dm_modules_create(kva, &hidden.table, &layout->table, &other));
	printf("modules: found by search in %.1f ms\n", now() - start);
	for (i = 0; i < dm_modules_count(other) && i < dm_modules_count(ms);
	     i++)
		same += dm_modules_get(ms, i)->va ==
			dm_modules_get(other, i)->va;
	if (same != dm_modules_count(ms) || same != dm_modules_count(other))
		disagree("search", "modules", dm_modules_count(ms), "modules",
			 dm_modules_count(other));
	dm_modules_destroy(other);
}

static struct modules *read_modules(struct kva *kva,
				    struct dm_symbol_table *table)
{
	const char *release = dm_kva_kernel(kva)->release;
	struct modules *ms;
	size_t i;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (strncmp(release, layouts[i].release,
			    strlen(layouts[i].release)) != 0)
			continue;
		must(dm_modules_create(kva, table, &layouts[i].table, &ms));
		compare_search(kva, table, &layouts[i], ms);
		return ms;
	}
	printf("modules: no layout of %s here\n", release);
	return NULL;
}

int main(int argc, char **argv)
{
	struct dm_symbol_table *table;
	struct dm_kernel kernel;
	struct modules *ms;
	struct dm_dump *dump;
	struct kva *kva;
	struct nm nm;

	if (argc != 4) {
		fprintf(stderr, "usage: lab_symbols DUMP NM SERIAL_LOG\n");
		return 2;
	}
	must(dm_dump_open((const char *const *)&argv[1], 1, NULL, &dump));
	must(dm_kernel_init(&kernel, dm_dump_source(dump)));
	must(dm_kva_create(dm_dump_source(dump), &kernel, &kva));
	must(dm_kallsyms_create(kva, dm_dump_source(dump), &table));
	printf("%s: %s\n", argv[1], kernel.release);
	nm_read(&nm, argv[2], kernel.kaslr_offset);
	if (nm.count)
		compare_nm(table, &nm);
	ms = read_modules(kva, table);
	if (ms) {
		compare_modules(ms, argv[3]);
		count_symbols(ms);
	}
	compare_kallsyms(table, ms, argv[3]);
	measure(dump, &kernel);
	printf("%lu disagreements\n", disagreements);
	dm_modules_destroy(ms);
	table->ops->destroy(table);
	dm_kva_destroy(kva);
	dm_dump_close(dump);
	return disagreements ? 1 : 0;
}
