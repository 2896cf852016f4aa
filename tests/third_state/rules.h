/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be said of a damaged dump: each rule holds one thing that is said
 * against what the same dump says undamaged, and complains by name.
 */
#ifndef THIRD_STATE_RULES_H
#define THIRD_STATE_RULES_H

#include "damage.h"
#include "statements.h"
#include "truth.h"

struct judged {
	const char *dump;
	const struct damage *damage;
	struct statements *truth, *said;
	const struct truth *leaves; /* of the truth */
	struct spans mapped, unknown; /* VA, of what is said */
	/*
	 * The tables alone do not show the damage, and there is nothing that they
	 * could be held against: the dump lacks it, and says so (memory.checked),
	 * or it is no memory of memblock's. Then what is not mapped is said of
	 * the tables only.
	 */
	bool unseen;
	/* The same of entries that are gone beside others that are odd. */
	bool gaps_unseen;
	size_t failures;
};

/** All rules. Asks what `explain` is asked. */
void judge(struct judged *j, const char *const *questions, size_t count);

/** How often a rule was broken. */
struct broken_rule {
	char rule[96];
	size_t count;
};
/** The rules that were broken so far; what others counted is added. */
const struct broken_rule *judge_broken(size_t *count);
void judge_add_broken(const struct broken_rule *more);

/* ---- For the rules ------------------------------------------------------- */

void complain(struct judged *j, const char *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What stands in a report as JSON, short; not to be used twice in a line. */
const char *short_json(const json_t *value);

/** Said to be so: null, absent, or what is true. */
void must_equal(struct judged *j, const char *view, const json_t *said,
		const json_t *truth, const char *keys);
/** A figure that can only grow with more of the dump. */
void must_not_exceed(struct judged *j, const char *view, const json_t *said,
		     const json_t *truth, const char *keys);
/** The same by leaf. */
void must_not_exceed_leaves(struct judged *j, const char *view,
			    const json_t *said, const json_t *truth,
			    const char *keys);
/** An owner that is known is one of @truth. */
bool is_one_of(const json_t *owner, const json_t *truth);
/** Of the undamaged dump: all of its owners. Give the list back. */
json_t *all_owners(const json_t *one);

void judge_runs(struct judged *j);
void judge_map(struct judged *j);
void judge_report(struct judged *j);
void judge_history(struct judged *j);
void judge_texts(struct judged *j);
void judge_answer(struct judged *j, const char *question);
void judge_check(struct judged *j);
void judge_diff(struct judged *j);

/** Words that claim something must not stand where the truth has them not. */
void judge_words(struct judged *j, const char *view, const char *said,
		 const char *truth);

#endif /* THIRD_STATE_RULES_H */
