// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ask a dump's BTF, for tests/lab/btf, which says how to build and run it.
 *
 *	btf_query DUMP START STOP
 *
 * START and STOP are the link-time addresses of __start_BTF and __stop_BTF.
 * Reads lines "TYPE", "TYPE<tab>PATH" or "=ENUMERATOR" and answers each with a
 * line: SIZE, or OFFSET SIZE BIT_OFFSET BIT_SIZE, or VALUE, or "!" and the error.
 * On stderr: how long reading and parsing took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arm64/kernel.h"
#include "target/btf/btf.h"
#include "directmap/dump.h"

struct known {
	const char *name;
	uint64_t va;
};

/* Symbols by hand; without one, the address is 0. */
struct table {
	struct dm_symbol_table table;
	struct known known[2];
};

static struct dm_error *find(struct dm_symbol_table *table, const char *name,
			     uint64_t *va)
{
	const struct table *t = (const struct table *)table;
	size_t i;

	for (i = 0; i < 2; i++)
		if (t->known[i].name && !strcmp(t->known[i].name, name)) {
			*va = t->known[i].va;
			return NULL;
		}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no symbol %s", name);
}

static const struct dm_symbol_table_ops table_ops = { .name = "by hand",
						      .find = find };

static void must(struct dm_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "btf_query: %s\n", err->message);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The bytes alone, then all of dm_btf_from_dump(). */
static struct dm_type_table *kernel_types(struct kva *kva,
					  struct table *symbols)
{
	size_t size = symbols->known[1].va - symbols->known[0].va;
	void *first = malloc(size), *bytes;
	struct dm_type_table *types, *own;
	double start;

	if (!first)
		exit(1);
	start = now();
	must(dm_kva_read(kva, symbols->known[0].va, first, size,
			 DM_CONTENT_TYPES));
	fprintf(stderr, "first read %.1f ms\n", now() - start);
	/* Into fresh memory too, as dm_btf_from_dump() does. */
	bytes = malloc(size);
	if (!bytes)
		exit(1);
	start = now();
	must(dm_kva_read(kva, symbols->known[0].va, bytes, size,
			 DM_CONTENT_TYPES));
	fprintf(stderr, "%zu bytes: read %.1f ms", size, now() - start);
	start = now();
	must(dm_btf_from_dump(kva, &symbols->table, &types));
	fprintf(stderr, ", btf_from_dump %.1f ms", now() - start);
	start = now();
	must(dm_btf_create(bytes, size, &own));
	fprintf(stderr, ", btf_create %.1f ms\n", now() - start);
	own->ops->destroy(own);
	free(bytes);
	free(first);
	return types;
}

static void answer(struct dm_type_table *types, char *line)
{
	char *path = strchr(line, '\t');
	struct dm_error *err;
	struct dm_member m;
	uint64_t size;
	int64_t value;

	line[strcspn(line, "\n")] = '\0';
	if (path) {
		*path++ = '\0';
		err = types->ops->member(types, line, path, &m);
		if (!err)
			printf("%llu %llu %u %u\n",
			       (unsigned long long)m.offset,
			       (unsigned long long)m.size, m.bit_offset,
			       m.bit_size);
	} else if (*line == '=') {
		err = types->ops->enumerator(types, line + 1, &value);
		if (!err)
			printf("%lld\n", (long long)value);
	} else {
		err = types->ops->size(types, line, &size);
		if (!err)
			printf("%llu\n", (unsigned long long)size);
	}
	if (err)
		printf("! %s\n", err->message);
	dm_error_destroy(err);
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "__start_BTF", "__stop_BTF" };
	struct table symbols = { .table.ops = &table_ops };
	const char *path = argv[1];
	struct dm_type_table *types;
	struct dm_kernel kernel;
	struct dm_dump *dump;
	struct kva *kva;
	char line[4096];
	double start;
	int i;

	if (argc < 4)
		return 2;
	must(dm_dump_open(&path, 1, NULL, &dump));
	must(dm_kernel_init(&kernel, dm_dump_source(dump)));
	must(dm_kva_create(dm_dump_source(dump), &kernel, &kva));
	for (i = 0; i < 2; i++)
		symbols.known[i] = (struct known){
			names[i],
			strtoull(argv[i + 2], NULL, 16) + kernel.kaslr_offset,
		};
	types = kernel_types(kva, &symbols);
	start = now();
	for (i = 0; fgets(line, sizeof(line), stdin); i++)
		answer(types, line);
	fprintf(stderr, "%d answers %.1f ms\n", i, now() - start);
	types->ops->destroy(types);
	dm_kva_destroy(kva);
	dm_dump_close(dump);
	return 0;
}
