// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VMCOREINFO in a dump's own memory, for dumps without a note of it (QEMU's
 * without -device vmcoreinfo, say). The kernel has its text in a page of its
 * own and, behind a note's header, at the beginning of other pages (7.3
 * kernel/vmcore_info.c, 6.1 kernel/crash_core.c: crash_save_vmcoreinfo_init():
 * __get_free_pages() or get_zeroed_page(), and alloc_pages_exact()); so it stands
 * where a page begins, and only there it is looked for.
 *
 * Memory may hold others: of the kernel that ran before, of a guest, of a file.
 * Each is held against the page tables that it leads to: lib/target/proof.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump_private.h"
#include "dump/memory.h"
#include "directmap/kernel.h"
#include "dump/vmcoreinfo_text.h"

/* Of different kernels, all of them proved: the list is told, and no more. */
#define FOUND_MAX 8

struct found {
	uint64_t pa;
	char *text;
	size_t size;
	char release[DM_RELEASE_MAX];
};

struct search {
	struct dm_dump *dump;
	struct found found[FOUND_MAX];
	size_t count;
	bool others; /* more than fit */
	size_t refused;
	uint64_t refused_pa; /* of the first */
	char why[256];
};

/*
 * One kernel's copies are alike, but that of the time of the crash has that as
 * a last line (crash_save_vmcoreinfo()).
 */
static bool same_kernel(const struct found *a, const struct found *b)
{
	size_t size = a->size < b->size ? a->size : b->size;

	return !memcmp(a->text, b->text, size);
}

/* Takes new->text. */
static void add(struct search *s, const struct found *new)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		struct found *f = &s->found[i];

		if (!same_kernel(f, new))
			continue;
		if (f->size >= new->size) {
			free(new->text);
			return;
		}
		free(f->text);
		*f = *new;
		return;
	}
	if (s->count < FOUND_MAX) {
		s->found[s->count++] = *new;
	} else {
		s->others = true;
		free(new->text);
	}
}

/* As if it were the dump's, for the time being. */
static struct dm_error *prove(struct search *s, struct found *f)
{
	struct dm_dump *dump = s->dump;
	struct dm_error *err;

	dump->vmcoreinfo = f->text;
	dump->vmcoreinfo_size = f->size;
	err = dm_vmcoreinfo_prove(&dump->view.source, f->pa, f->release);
	dump->vmcoreinfo = NULL;
	dump->vmcoreinfo_size = 0;
	return err;
}

static struct dm_error *refuse(struct search *s, uint64_t pa,
			       struct dm_error *err)
{
	if (dm_error_is_fatal(err))
		return err;
	if (!s->refused++) {
		s->refused_pa = pa;
		snprintf(s->why, sizeof(s->why), "%s", err->message);
	}
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *look(void *arg, uint64_t pa, const unsigned char *front)
{
	struct search *s = arg;
	struct found f = { .pa = pa };
	struct dm_error *err;

	if (!dm_vmcoreinfo_begins(front, MEMORY_FRONT))
		return NULL;
	err = dm_vmcoreinfo_read_pa(s->dump, pa, &f.text, &f.size);
	if (!err)
		err = prove(s, &f);
	if (err) {
		free(f.text);
		return refuse(s, pa, err);
	}
	add(s, &f);
	return NULL;
}

/* ---- What came of it ---------------------------------------------------- */

/*
 * The kernel that kdump boots to save another's memory lies in the same RAM, and
 * may be of the same release: the one that died has the time of it.
 */
static bool has_crashed(const struct found *f)
{
	static const char line[] = "\nCRASHTIME=";

	return memmem(f->text, f->size, line, sizeof(line) - 1);
}

static struct dm_error *several(const struct search *s)
{
	char list[384] = "";
	size_t i, used = 0;

	for (i = 0; i < s->count && used < sizeof(list); i++)
		used += (size_t)snprintf(
			list + used, sizeof(list) - used, "%s%.40s at 0x%llx%s",
			i ? ", " : "", s->found[i].release,
			(unsigned long long)s->found[i].pa,
			has_crashed(&s->found[i]) ? " (crashed)" : "");
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: no VMCOREINFO note, and several kernels in memory; choose one with --vmcoreinfo @ADDRESS: %s%s",
		s->dump->files[0].path, list, s->others ? ", others" : "");
}

static struct dm_error *none_proved(const struct search *s)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: no VMCOREINFO note, and none of %zu in memory is its kernel's by the page tables (it is another kernel's, or damaged, or the file's physical addresses are off): at 0x%llx: %s",
		s->dump->files[0].path, s->refused,
		(unsigned long long)s->refused_pa, s->why);
}

static void take(struct search *s)
{
	struct dm_dump *dump = s->dump;

	dump->vmcoreinfo = s->found[0].text;
	dump->vmcoreinfo_size = s->found[0].size;
	dump->info.vmcoreinfo_from = DM_DUMP_VMCOREINFO_RAM;
	dump->info.vmcoreinfo_pa = s->found[0].pa;
	s->found[0].text = NULL;
}

struct dm_error *dm_vmcoreinfo_search(struct dm_dump *dump,
				      const struct dm_dump_options *options)
{
	struct search s = { .dump = dump };
	struct memory_walk walk = {
		.look = look,
		.arg = &s,
		.options = options,
	};
	struct dm_error *err = dm_memory_walk(dump, &walk);
	size_t i;

	if (err && err->code == DM_ERROR_INTERRUPTED)
		err = dm_error_prefix(err, "%s", dump->files[0].path);
	else if (!err && s.count > 1)
		err = several(&s);
	else if (!err && s.count)
		take(&s);
	else if (!err && s.refused)
		err = none_proved(&s);
	for (i = 0; i < s.count; i++)
		free(s.found[i].text);
	return err;
}
