// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which of several kernels in one memory was running.
 *
 * Memory keeps kernels that ran before (kexec, a reset that leaves RAM as it
 * was), and the kernel that kdump boots to save another's memory. All of them may
 * be whole, so that page tables prove each. What tells them apart must be a thing
 * that only one of them can have; else they are listed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/session.h"
#include "directmap/walk.h"
#include "dump/candidates.h"
#include "dump/dump_private.h"

/* Of one kernel; a walk of more is not waited for. */
#define TABLES_MAX (1u << 16)

void dm_candidate_lend(struct dm_dump *dump, const struct candidate *c)
{
	dump->vmcoreinfo = c->text;
	dump->vmcoreinfo_size = c->size;
}

void dm_candidate_take_back(struct dm_dump *dump)
{
	dump->vmcoreinfo = NULL;
	dump->vmcoreinfo_size = 0;
}

/* ---- The list ------------------------------------------------------------ */

/*
 * One kernel's copies are alike, but that of the time of the crash has that as
 * a last line (crash_save_vmcoreinfo()).
 */
static bool same_text(const struct candidate *a, const struct candidate *b)
{
	size_t size = a->size < b->size ? a->size : b->size;

	return !memcmp(a->text, b->text, size);
}

/* What stands in for VMCOREINFO is of no use where that is there. */
static bool replaces(const struct candidate *new, const struct candidate *old)
{
	return !new->by_image &&new->size > old->size;
}

void dm_candidates_add(struct candidates *list, const struct candidate *new)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct candidate *c = &list->v[i];

		if (new->by_image ? c->pgd != new->pgd : !same_text(c, new))
			continue;
		if (!replaces(new, c)) {
			free(new->text);
			return;
		}
		free(c->text);
		*c = *new;
		return;
	}
	if (list->count < CANDIDATES_MAX) {
		list->v[list->count++] = *new;
	} else {
		list->others = true;
		free(new->text);
	}
}

void dm_candidates_deinit(struct candidates *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->v[i].text);
	list->count = 0;
}

/* ---- What speaks for one ------------------------------------------------- */

/* The one that died has the time of it. */
static bool has_crashed(const struct candidate *c)
{
	static const char line[] = "\nCRASHTIME=";

	return memmem(c->text, c->size, line, sizeof(line) - 1);
}

static struct dm_error *judge_session(struct dm_session *session,
				      struct judged *j)
{
	const struct dm_usage *usage;
	struct dm_error *err = dm_session_crash_kernel(session, &j->reserved);

	if (err && !dm_error_is_fatal(err)) {
		dm_error_destroy(err);
		err = NULL;
	}
	if (!err)
		err = dm_session_usage(session, &usage);
	if (!err) {
		j->walked = !usage->stopped;
		j->whole = !dm_usage_findings(usage) && !usage->unknown;
	}
	return err;
}

static struct dm_error *judge(struct dm_dump *dump,
			      const struct dm_dump_options *options,
			      const struct candidate *c, struct judged *j)
{
	struct dm_session_options o = {
		.struct_size = sizeof(o),
		.max_tables = TABLES_MAX,
		.stop = options->stop,
		.arg = options->arg,
	};
	struct dm_session *session = NULL;
	struct dm_error *err;

	*j = (struct judged){ 0 };
	dm_candidate_lend(dump, c);
	err = dm_session_create(&dump->view.source, &o, &session);
	if (!err)
		err = judge_session(session, j);
	dm_session_destroy(session);
	dm_candidate_take_back(dump);
	if (!err || dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	return NULL;
}

/* The root tables of all others lie in what it set apart for a crash kernel. */
static bool holds_others(const struct candidates *list,
			 const struct judged *judged, size_t i)
{
	const struct dm_range *r = &judged[i].reserved;
	size_t k;

	for (k = 0; k < list->count; k++) {
		if (k != i &&
		    (list->v[k].pgd < r->start || list->v[k].pgd >= r->end))
			return false;
	}
	return r->end > r->start;
}

/* What runs has all of its tables; memory of one that ran before is used again. */
static bool alone_is_whole(const struct candidates *list,
			   const struct judged *judged, size_t i)
{
	size_t k;

	for (k = 0; k < list->count; k++) {
		if (!judged[k].walked || judged[k].whole != (k == i))
			return false;
	}
	return true;
}

bool dm_candidates_tell(const struct candidates *list,
			const struct judged *judged, bool complete,
			size_t *index, const char **why)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (!holds_others(list, judged, i))
			continue;
		*why = "the others lie in the memory that it reserves for a crash kernel";
		*index = i;
		return true;
	}
	for (i = 0; complete && i < list->count; i++) {
		if (!alone_is_whole(list, judged, i))
			continue;
		*why = "the page tables of the others are overwritten in part, its own are whole";
		*index = i;
		return true;
	}
	return false;
}

/* ---- In words ------------------------------------------------------------ */

static void put_list(const struct candidates *list, size_t but, char *text,
		     size_t size)
{
	const char *comma = "";
	size_t i, used = 0;

	*text = '\0';
	for (i = 0; i < list->count && used < size; i++) {
		const struct candidate *c = &list->v[i];

		if (i == but)
			continue;
		used += (size_t)snprintf(
			text + used, size - used, "%s%.40s at 0x%llx%s%s",
			comma, *c->release ? c->release : "release unknown",
			(unsigned long long)c->pa,
			has_crashed(c) ? " (crashed)" : "",
			c->by_image ? " (by its image)" : "");
		comma = ", ";
	}
}

static struct dm_error *several(const struct dm_dump *dump,
				const struct candidates *list)
{
	char text[384];

	put_list(list, list->count, text, sizeof(text));
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: no VMCOREINFO note, and several kernels in memory, of which nothing says which one was running; choose one with --vmcoreinfo @ADDRESS: %s%s",
		dump->files[0].path, text, list->others ? ", others" : "");
}

struct dm_error *dm_candidates_choose(struct dm_dump *dump,
				      const struct dm_dump_options *options,
				      const struct candidates *list,
				      size_t *index, char *why, size_t size)
{
	struct judged judged[CANDIDATES_MAX];
	struct dm_error *err = NULL;
	const char *reason;
	char text[160];
	size_t i;

	*why = '\0';
	*index = 0;
	if (list->count < 2)
		return NULL;
	for (i = 0; !err && i < list->count; i++)
		err = judge(dump, options, &list->v[i], &judged[i]);
	if (err)
		return err;
	if (list->others ||
	    !dm_candidates_tell(list, judged, dump->info.complete, index,
				&reason))
		return several(dump, list);
	put_list(list, *index, text, sizeof(text));
	snprintf(why, size, "%s: %s", reason, text);
	return NULL;
}
