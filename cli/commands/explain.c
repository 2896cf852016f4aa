// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage explain: all that is known of an address. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "options/parse.h"

/* Arguments in any order: those that name files are the dump's. */
struct question {
	char **files;
	size_t file_count;
	char **addresses;
	size_t address_count;
	bool partial; /* a page table was missing for an answer */
	size_t answered;
	int code; /* of those without an answer, the first; CLI_OK: none */
	struct dm_next next; /* of the last answer */
};

/* Where that is another name than the argument, those are ranges of memory. */
static struct dm_error *note_other(void *arg, const char *file)
{
	const char **name = arg;

	if (*name && strcmp(*name, file) != 0)
		*name = NULL;
	return NULL;
}

static bool names_files(const char *arg)
{
	const char *name = arg;
	struct dm_error *err;
	bool wrong;

	if (access(arg, F_OK) == 0)
		return true;
	err = dm_dump_each_file(arg, note_other, &name);
	/* What is wrong with it, opening it says. */
	wrong = err;
	dm_error_destroy(err);
	return wrong || !name;
}

static void sort_arguments(const struct cli_options *options,
			   struct question *q)
{
	size_t i;

	for (i = 0; i < options->arg_count; i++) {
		if (names_files(options->args[i]))
			q->files[q->file_count++] = options->args[i];
		else
			q->addresses[q->address_count++] = options->args[i];
	}
}

/* One question without an answer does not take those of others. */
static struct dm_error *unanswered(const struct cli_options *options,
				   const char *what, struct dm_error *why,
				   struct question *q)
{
	struct dm_error *err = NULL;
	int code;

	if (options->format == CLI_JSON)
		err = dm_explain_unanswered_json(what, why, cli_stdout());
	code = cli_fail_error(why);
	/* What was typed wrong goes before what this kernel has not. */
	if (q->code == CLI_OK || code == CLI_USAGE)
		q->code = code;
	return err;
}

static struct dm_error *explain_one(struct cli_analysis *a,
				    const struct cli_options *options,
				    const char *what, struct question *q)
{
	struct dm_explanation *x;
	struct dm_error *err;

	err = dm_session_explain(a->dump.session, what, &x);
	cli_progress_clear(a->dump.progress);
	if (err && err->code != DM_ERROR_INVALID_ARGUMENT)
		err = cli_name_dump(err, &a->dump);
	q->answered += !err;
	if (err)
		return dm_error_is_fatal(err)
			       ? err
			       : unanswered(options, what, err, q);
	/* With no VA of its own it is only out of the linear map's reach. */
	if ((x->own.va && *x->own.unreadable) || *x->linear.unreadable ||
	    x->own.unknown || x->linear.unknown)
		q->partial = true;
	err = options->format == CLI_JSON
		      ? dm_explain_json(a->dump.kernel, x, cli_stdout())
		      : dm_explain_text(a->dump.kernel, x, cli_stdout());
	q->next = x->next;
	dm_explanation_destroy(x);
	return err;
}

static struct dm_error *explain_all(struct cli_analysis *a,
				    const struct cli_options *options,
				    struct question *q)
{
	struct dm_history *history;
	struct dm_error *err;
	size_t i;

	err = cli_analysis_history(a, &history);
	for (i = 0; !err && i < q->address_count; i++) {
		if (q->answered && options->format == CLI_TEXT)
			cli_stdout()->write(cli_stdout(), "\n", 1);
		err = explain_one(a, options, q->addresses[i], q);
	}
	if (!err)
		err = cli_flush();
	if (!err && options->format == CLI_TEXT)
		cli_say_next(options, q->files, q->file_count, &q->next);
	return err;
}

static int answer(const struct cli_options *options, struct question *q)
{
	struct cli_analysis a;
	struct dm_error *err;
	int code;

	if (!q->file_count)
		return cli_fail(CLI_DUMP, "%s: no such file", options->args[0]);
	if (!q->address_count)
		return options_wrong(
			options->command,
			"explain needs an address (0x…, pfn:N or SYMBOL) beside the dump");
	err = cli_analysis_init(&a, options, q->files, q->file_count);
	if (err)
		return cli_fail_error(err);
	err = explain_all(&a, options, q);
	if (err)
		code = cli_fail_error(err);
	else if (q->partial || dm_session_lacks_tables(a.dump.session))
		code = cli_fail(
			CLI_PARTIAL,
			"partial result: page tables are missing from the dump or damaged");
	else
		code = CLI_OK;
	if (code == CLI_OK || (code == CLI_PARTIAL && q->code == CLI_USAGE))
		code = q->code == CLI_DUMP && q->answered ? CLI_PARTIAL
							  : q->code;
	cli_analysis_deinit(&a);
	return code;
}

static int run(const struct cli_options *options)
{
	struct question q = { 0 };
	int code;

	q.files = calloc(options->arg_count, sizeof(*q.files));
	q.addresses = calloc(options->arg_count, sizeof(*q.addresses));
	if (!q.files || !q.addresses) {
		code = cli_fail_error(dm_error_no_memory());
	} else {
		sort_arguments(options, &q);
		code = answer(options, &q);
	}
	free(q.files);
	free(q.addresses);
	return code;
}

const struct cli_command cli_explain = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
