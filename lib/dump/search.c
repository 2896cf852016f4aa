// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks through a dump's own memory for its kernel, where it has no note of
 * VMCOREINFO (QEMU's without -device vmcoreinfo, raw memory).
 *
 * The kernel has the text of VMCOREINFO in a page of its own and, behind a note's
 * header, at the beginning of other pages (7.3 kernel/vmcore_info.c, 6.1
 * kernel/crash_core.c: crash_save_vmcoreinfo_init(): __get_free_pages() or
 * get_zeroed_page(), and alloc_pages_exact()); so it stands where a page begins,
 * and only there it is looked for. So do the marks of an image
 * (dm_kernel_mark()), by which a kernel without VMCOREINFO is found.
 *
 * Memory may hold others: of the kernel that ran before, of a guest, of a file.
 * Each is held against the page tables that it leads to: lib/target/proof.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/candidates.h"
#include "dump/dump_private.h"
#include "dump/kernel_image.h"
#include "dump/memory.h"
#include "directmap/find.h"
#include "directmap/session.h"
#include "dump/vmcoreinfo_text.h"
#include "util/vmcoreinfo_note.h"

/* Texts that are held against their tables, and pages of images: more is none's. */
#define TEXTS_MAX 256
#define MARKS_MAX 32
/* Texts that were refused, and are tried with other addresses. */
#define SHIFTED_MAX 4

struct refused {
	uint64_t pa;
	char *text;
	size_t size;
};

struct marks {
	uint64_t pa[MARKS_MAX];
	size_t count;
};

struct search {
	struct dm_dump *dump;
	const struct dm_dump_options *options;
	struct candidates found;
	size_t texts; /* seen */
	size_t refused; /* of those */
	struct refused shifted[SHIFTED_MAX]; /* the first of them */
	size_t shifted_count;
	uint64_t refused_pa; /* of the first */
	char why[256];
	/* By kind: an image's own header is not crowded out by others. */
	struct marks images, vdsos;
	struct dm_range looked[2 * MARKS_MAX]; /* for root tables; PAs */
	size_t looked_count;
	/* Of all marks together; of all that are tried with other addresses. */
	struct dm_find_limits limits, shift_limits;
	uint64_t mark_pa; /* of the first that led to nothing */
	char mark_why[256];
};

/* ---- VMCOREINFO ---------------------------------------------------------- */

static struct dm_error *prove(struct search *s, struct candidate *c)
{
	struct dm_error *err;

	dm_candidate_lend(s->dump, c);
	err = dm_vmcoreinfo_prove(&s->dump->view.source, c->pa, c->release);
	dm_candidate_take_back(s->dump);
	return err;
}

/* The kernel's root table, by its text; 0: that does not tell. */
static struct dm_error *root_of(struct search *s, const struct candidate *c,
				uint64_t *pgd)
{
	struct dm_session *session;
	struct dm_error *err;

	*pgd = 0;
	dm_candidate_lend(s->dump, c);
	err = dm_session_create(&s->dump->view.source, NULL, &session);
	if (!err)
		*pgd = dm_session_kernel(session)->pgd;
	dm_session_destroy(session);
	dm_candidate_take_back(s->dump);
	return err;
}

static struct dm_error *refuse(struct search *s, struct candidate *c,
			       struct dm_error *err)
{
	struct refused *r = &s->shifted[s->shifted_count];

	if (dm_error_is_fatal(err)) {
		free(c->text);
		return err;
	}
	if (!s->refused++) {
		s->refused_pa = c->pa;
		snprintf(s->why, sizeof(s->why), "%s", err->message);
	}
	dm_error_destroy(err);
	if (c->text && s->shifted_count < SHIFTED_MAX) {
		*r = (struct refused){ c->pa, c->text, c->size };
		s->shifted_count++;
	} else {
		free(c->text);
	}
	return NULL;
}

static struct dm_error *look_at_text(struct search *s, uint64_t pa)
{
	struct candidate c = { .pa = pa };
	struct dm_error *err;

	/* Hundreds of them are somebody's doing. */
	if (s->texts++ >= TEXTS_MAX)
		return NULL;
	err = dm_vmcoreinfo_read(&s->dump->view.source, pa, &c.text, &c.size);
	if (!err)
		err = prove(s, &c);
	if (!err)
		err = root_of(s, &c, &c.pgd);
	if (err)
		return refuse(s, &c, err);
	dm_candidates_add(&s->found, &c);
	return NULL;
}

static bool is_sought(const unsigned char front[MEMORY_FRONT])
{
	return dm_vmcoreinfo_begins(front, MEMORY_FRONT) ||
	       dm_kernel_mark(front) != DM_KERNEL_MARK_NONE;
}

static struct dm_error *look(void *arg, uint64_t pa, const unsigned char *front)
{
	struct search *s = arg;
	enum dm_kernel_mark mark;
	struct marks *marks;

	if (dm_vmcoreinfo_begins(front, MEMORY_FRONT))
		return look_at_text(s, pa);
	mark = dm_kernel_mark(front);
	marks = mark == DM_KERNEL_MARK_IMAGE ? &s->images : &s->vdsos;
	if (marks->count < MARKS_MAX)
		marks->pa[marks->count++] = pa;
	return NULL;
}

/* ---- Images -------------------------------------------------------------- */

/* A kernel that is known has its root table there, or all of it was looked at. */
static bool is_known(const struct search *s, uint64_t mark,
		     const struct dm_range *range)
{
	size_t i;

	for (i = 0; i < s->found.count; i++) {
		if (s->found.v[i].pgd >= range->start &&
		    s->found.v[i].pgd < range->end)
			return true;
	}
	for (i = 0; i < s->looked_count; i++) {
		if (mark >= s->looked[i].start && mark < s->looked[i].end)
			return true;
	}
	return false;
}

static struct dm_error *take_image(struct search *s, uint64_t mark)
{
	struct candidate c = { .pa = mark, .by_image = true };
	struct dm_error *err;

	err = dm_image_read(s->dump, mark, &s->limits, &c.text, &c.size);
	if (!err)
		err = root_of(s, &c, &c.pgd);
	if (!err) {
		struct dm_vmcoreinfo info = { c.text, c.size };
		const char *release;
		size_t size;

		err = dm_vmcoreinfo_string(&info, "OSRELEASE", &release, &size);
		if (!err && size < sizeof(c.release))
			memcpy(c.release, release, size);
	}
	if (!err) {
		dm_candidates_add(&s->found, &c);
		return NULL;
	}
	free(c.text);
	if (dm_error_is_fatal(err))
		return err;
	if (!*s->mark_why) {
		s->mark_pa = mark;
		snprintf(s->mark_why, sizeof(s->mark_why), "%s", err->message);
	}
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *look_at_mark(struct search *s, uint64_t mark)
{
	const struct dm_dump_options *o = s->options;
	struct dm_range range;
	struct dm_error *err;

	if (o->stop && o->stop(o->arg))
		return dm_error_create(
			DM_ERROR_INTERRUPTED,
			"looking for a kernel in memory was ended");
	err = dm_kernel_find_range(&s->dump->view.source, mark, &range);
	if (!err && !is_known(s, mark, &range)) {
		err = take_image(s, mark);
		s->looked[s->looked_count++] = range;
	}
	if (!err || dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *look_at_marks(struct search *s)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && s->limits.tables && i < s->images.count; i++)
		err = look_at_mark(s, s->images.pa[i]);
	for (i = 0; !err && s->limits.tables && i < s->vdsos.count; i++)
		err = look_at_mark(s, s->vdsos.pa[i]);
	return err;
}

/* ---- Addresses that are off ---------------------------------------------- */

/*
 * Whether a text that was refused, or a root table (no text), is right if all
 * addresses are off by some.
 */
static struct dm_error *try_shift(struct search *s, const struct refused *r,
				  uint64_t mark, uint64_t *off, bool *found)
{
	struct candidate c = { .text = r->text, .size = r->size };
	struct dm_error *err;

	dm_candidate_lend(s->dump, &c);
	err = dm_kernel_find_shift(&s->dump->view.source, r->text ? r->pa : 0,
				   mark, &s->shift_limits, off);
	dm_candidate_take_back(s->dump);
	*found = !err;
	if (!err || dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *try_marks(struct search *s, const struct marks *marks,
				  uint64_t *off, bool *found)
{
	static const struct refused none;
	size_t i, m, n = s->shifted_count ? s->shifted_count : 1;
	struct dm_error *err = NULL;

	for (i = 0; i < n; i++) {
		const struct refused *r =
			s->shifted_count ? &s->shifted[i] : &none;

		for (m = 0;
		     !err && !*found && m < marks->count && m < SHIFTED_MAX;
		     m++)
			err = try_shift(s, r, marks->pa[m], off, found);
	}
	return err;
}

/* By the kernel's header first, then by its vDSO. */
static struct dm_error *find_shift(struct search *s, uint64_t *off, bool *found)
{
	struct dm_error *err;

	*found = false;
	err = try_marks(s, &s->images, off, found);
	if (!err && !*found)
		err = try_marks(s, &s->vdsos, off, found);
	return err;
}

static struct dm_error *shifted(const struct search *s, uint64_t off)
{
	bool high = (int64_t)off > 0;
	/* It is told by the tables, which are in one of the ranges, or in some. */
	bool several = s->dump->named.list.ram.n > 1;

	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: its physical addresses are off: by its kernel's page tables %s are 0x%llx too %s; give memory the address where it begins",
		s->dump->files[0].path,
		several ? "all of them, or those of the files with the tables,"
			: "all of them",
		(unsigned long long)(high ? off : -off), high ? "high" : "low");
}

/* ---- What came of it ---------------------------------------------------- */

static struct dm_error *none_proved(const struct search *s)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: no VMCOREINFO note, and none of %zu in memory is its kernel's by the page tables (it is another kernel's, or damaged, or the file's physical addresses are off): at 0x%llx: %s",
		s->dump->files[0].path, s->texts,
		(unsigned long long)s->refused_pa, s->why);
}

static struct dm_error *no_kernel(const struct search *s)
{
	const struct dm_dump_info *info = &s->dump->info;

	/* Boot has put the tables at the end of RAM, which is lost first. */
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: no VMCOREINFO, neither as a note nor in its memory, and no kernel can be proved by its image: %s; %s%s, or give VMCOREINFO from elsewhere (--vmcoreinfo FILE)",
		s->dump->files[0].path, s->mark_why,
		info->complete
			? "look at where memory begins, and whether all of it is there"
			: "get all of its memory: ",
		info->complete ? "" : info->why_incomplete);
}

static struct dm_error *nothing(struct search *s)
{
	struct dm_error *err;
	uint64_t off = 0;
	bool found;

	if (!s->refused && !*s->mark_why)
		return NULL;
	err = find_shift(s, &off, &found);
	if (err)
		return err;
	if (found)
		return shifted(s, off);
	return s->refused ? none_proved(s) : no_kernel(s);
}

static struct dm_error *take(struct search *s)
{
	struct dm_dump *dump = s->dump;
	struct candidate *c;
	struct dm_error *err;
	size_t i;

	err = dm_candidates_choose(dump, s->options, &s->found, &i,
				   dump->chosen, sizeof(dump->chosen));
	if (err)
		return err;
	c = &s->found.v[i];
	dump->vmcoreinfo = c->text;
	dump->vmcoreinfo_size = c->size;
	dump->info.vmcoreinfo_from =
		c->by_image ? DM_DUMP_VMCOREINFO_IMAGE : DM_DUMP_VMCOREINFO_RAM;
	dump->info.vmcoreinfo_pa = c->pa;
	if (*dump->chosen)
		dump->info.vmcoreinfo_chosen = dump->chosen;
	c->text = NULL;
	return NULL;
}

static struct dm_error *conclude(struct search *s)
{
	return s->found.count ? take(s) : nothing(s);
}

struct dm_error *dm_vmcoreinfo_search(struct dm_dump *dump,
				      const struct dm_dump_options *options)
{
	struct search *s = calloc(1, sizeof(*s));
	struct memory_walk walk = {
		.is = is_sought,
		.look = look,
		.arg = s,
		.options = options,
	};
	struct dm_error *err;
	size_t i;

	if (!s)
		return dm_error_no_memory();
	s->dump = dump;
	s->options = options;
	s->limits = s->shift_limits = (struct dm_find_limits){
		.struct_size = sizeof(s->limits),
		.tables = DM_FIND_TABLES,
		.stop = options->stop,
		.arg = options->arg,
	};
	err = dm_memory_walk(dump, &walk);
	if (!err)
		err = look_at_marks(s);
	if (!err)
		err = conclude(s);
	if (err && err->code == DM_ERROR_INTERRUPTED)
		err = dm_error_prefix(err, "%s", dump->files[0].path);
	dm_candidates_deinit(&s->found);
	for (i = 0; i < s->shifted_count; i++)
		free(s->shifted[i].text);
	free(s);
	return err;
}
