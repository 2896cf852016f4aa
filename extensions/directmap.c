// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * directmap.so: what the page tables say of the linear map, inside crash.
 *
 * The library does the thinking; this file gives it crash's physical memory
 * and VMCOREINFO and prints its text. crash's own idea of page tables is not
 * asked: it knows no 5-level 4K tables and no LPA2, up to 9.0.2.
 *
 * This is the only file that includes defs.h, whose names fill the namespace.
 */
#include "directmap.h"
#include "util/missing.h"

#if defined(__has_include) && __has_include(<crash/defs.h>)
#include <crash/defs.h>
#else
#include "defs.h"
#endif

/*
 * On another host than arm64 a missing -DARM64 would compile for that host and
 * read pc and machdep by the wrong layout.
 */
#ifndef ARM64
#error "directmap is for crash with the target ARM64: compile with -DARM64"
#endif

#include "directmap_help.h"

/* The crash versions that the tests run it in; outside them it says so. */
#define FIRST_TESTED "8.0.2"
#define LAST_TESTED  "9.0.2"

/* ---- Ctrl-C ------------------------------------------------------------- */

/*
 * crash's own handler leaves a command by longjmp(), out of malloc() if it
 * must. While the library works, the signal is only noted.
 */
static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void catch_interrupt(struct sigaction *old)
{
	struct sigaction action = { .sa_handler = note_interrupt };

	interrupted = 0;
	sigaction(SIGINT, &action, old);
}

/* ---- crash as a source -------------------------------------------------- */

struct crash_source {
	struct dm_source source; /* first: ops get a pointer to it */
	char *vmcoreinfo; /* the lines that the library asks for */
	size_t size, capacity;
};

/*
 * crash fills with zeros what it lacks: pages that were left out, if the user
 * has set zero_excluded; and always what an ELF dump has in p_memsz beyond
 * p_filesz (netdump.c, read_netdump()). A table of zeros would say "not mapped".
 */
struct zero_fill {
	ulong diskdump;
	int sadump;
};

static void stop_zero_fill(struct zero_fill *saved)
{
	saved->diskdump = diskdump_flags ? *diskdump_flags & ZERO_EXCLUDED : 0;
	if (saved->diskdump)
		*diskdump_flags &= ~ZERO_EXCLUDED;
	saved->sadump = SADUMP_DUMPFILE() && sadump_is_zero_excluded();
	if (saved->sadump)
		sadump_unset_zero_excluded();
}

static void restore_zero_fill(const struct zero_fill *saved)
{
	if (saved->diskdump)
		*diskdump_flags |= ZERO_EXCLUDED;
	if (saved->sadump)
		sadump_set_zero_excluded();
}

/* Whether these bytes may be crash's own filling. */
static bool may_be_filled(const unsigned char *buf, size_t size)
{
	return !DISKDUMP_DUMPFILE() && !ACTIVE() && !buf[0] &&
	       memcmp(buf, buf + 1, size - 1) == 0;
}

static struct dm_error *crash_read(struct dm_source *source, uint64_t pa,
				   void *buf, size_t size,
				   enum dm_content content)
{
	int good = 0;

	(void)source;
	/* Without both flags readmem() would not return, but longjmp(). */
	if (!interrupted)
		good = readmem(pa, PHYSADDR, buf, (long)size,
			       (char *)dm_content_name(content),
			       RETURN_ON_ERROR | QUIET);
	/* A read may have failed because of it. */
	if (interrupted)
		return dm_error_create(DM_ERROR_INTERRUPTED, "interrupted");
	/* Other memory may well be all zeros. */
	if (good && (content != DM_CONTENT_TABLE || !may_be_filled(buf, size)))
		return NULL;
	return dm_error_create(
		DM_ERROR_ABSENT,
		"physical address 0x%llx is not in the dump, or cannot be read",
		(unsigned long long)pa);
}

static struct dm_error *crash_vmcoreinfo(struct dm_source *source,
					 const char **text, size_t *size)
{
	struct crash_source *s = (struct crash_source *)source;

	if (!s->size)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"no VMCOREINFO in the dump, so nothing is known of its page tables");
	*text = s->vmcoreinfo;
	*size = s->size;
	return NULL;
}

static const struct dm_source_ops crash_ops = {
	.read = crash_read,
	.vmcoreinfo = crash_vmcoreinfo,
};

/* crash gives single lines only: put together those that are needed. */
static bool add_line(struct crash_source *s, const char *key)
{
	char *value = pc->read_vmcoreinfo ? pc->read_vmcoreinfo(key) : NULL;
	size_t more;
	bool fits;

	if (!value)
		return true;
	more = strlen(key) + strlen(value) + 2;
	fits = !dm_array_reserve(&s->vmcoreinfo, &s->capacity, s->size,
				 more + 1, DM_ARRAY_ANY);
	if (fits)
		s->size += (size_t)sprintf(s->vmcoreinfo + s->size, "%s=%s\n",
					   key, value);
	free(value);
	return fits;
}

static bool open_source(struct crash_source *s)
{
	const char *const *key;

	*s = (struct crash_source){ .source = { &crash_ops } };
	for (key = dm_vmcoreinfo_keys(); *key; key++) {
		if (!add_line(s, *key))
			return false;
	}
	return true;
}

#include "directmap_namelist.h"

/* ---- crash's output as a sink ------------------------------------------- */

static bool crash_write(struct dm_sink *sink, const char *text, size_t size)
{
	(void)sink;
	/* fp is a pipe or a file where the user asked for one. */
	return fwrite(text, 1, size, fp) == size;
}

static struct dm_sink crash_sink = { .write = crash_write };

/* The words of kdump-triage for the same files. */
static const char *dump_format(void)
{
	if (ACTIVE())
		return "live";
	if (DISKDUMP_DUMPFILE())
		return FLAT_FORMAT() ? "kdump-flattened" : "kdump";
	return FLAT_FORMAT() ? "elf-flattened" : "elf";
}

static struct dm_dump_about describe_dump(void)
{
	return (struct dm_dump_about){
		.path = pc->dumpfile ? pc->dumpfile : "live system",
		.format = dump_format(),
		.complete = !is_incomplete_dump(),
		.why_incomplete = "marked incomplete by its writer",
	};
}

/* ---- The views ---------------------------------------------------------- */

enum view {
	VIEW_REPORT,
	VIEW_POLICY,
	VIEW_COUNTERS,
	VIEW_EXPLAIN,
	VIEW_SPLITS,
	VIEW_TIMELINE,
	VIEW_MAP,
	VIEW_RUNS,
	VIEW_MEMINFO,
};

struct request {
	enum view view;
	bool json;
	const struct dm_range *range; /* NULL: all */
	char **addresses; /* ends with NULL */
};

/* What the views are made from; large for a stack. */
struct analysis {
	struct dm_report report;
	struct dm_target *target; /* NULL: the view needs page tables only */
	struct dm_policy policy;
	struct dm_counters counters;
	struct dm_history *history; /* NULL: the view needs none */
};

struct printer {
	const struct request *request;
	const struct dm_kernel *kernel;
};

static struct dm_error *print_run(void *arg, const struct dm_run *run)
{
	const struct printer *p = arg;

	if (p->request->json)
		return dm_run_json(p->kernel, run, &crash_sink);
	return dm_run_text(p->kernel, run, &crash_sink);
}

static struct dm_error *print_unknown(void *arg,
				      const struct dm_unknown *unknown)
{
	const struct printer *p = arg;

	if (p->request->json)
		return dm_unknown_json(unknown, &crash_sink);
	return dm_unknown_text(unknown, &crash_sink);
}

static struct dm_error *print_runs(struct dm_source *source,
				   struct dm_report *report,
				   const struct request *request)
{
	struct dm_walk_options how = { .range = request->range };
	struct printer p = { request, &report->kernel };
	struct dm_target *target = NULL;
	struct dm_error *err;

	err = dm_realm_init(source, &report->kernel);
	if (!err)
		err = dm_target_create(source, &report->kernel, &target);
	if (!err && !request->json)
		err = dm_run_text_header(&crash_sink);
	if (!err)
		err = dm_target_stream(target, &how, &report->usage, print_run,
				       print_unknown, &p);
	dm_target_destroy(target);
	return err;
}

static struct dm_error *print_meminfo(struct dm_source *source,
				      struct dm_report *report)
{
	struct dm_error *err = dm_walk_realm(source, &report->kernel, NULL,
					     NULL, &report->usage);

	return err ? err : dm_report_meminfo(report, &crash_sink);
}

static struct dm_error *print_report(struct analysis *a, bool json)
{
	struct dm_style style = { 0 };
	struct dm_error *err =
		dm_counters_init(&a->counters, a->target, &a->report.usage);

	if (err)
		return err;
	a->report.policy = &a->policy;
	a->report.counters = a->counters.count ? &a->counters : NULL;
	err = dm_history_create(a->target, &a->policy, &a->history);
	if (!err)
		err = dm_history_findings(a->history, &a->report.usage);
	if (err)
		return err;
	a->report.history = a->history;
	return json ? dm_report_json(&a->report, &crash_sink)
		    : dm_report_text(&a->report, &style, &crash_sink);
}

static struct dm_error *print_counters(struct analysis *a, bool json)
{
	struct dm_error *err =
		dm_counters_init(&a->counters, a->target, &a->report.usage);

	if (err)
		return err;
	return json ? dm_counters_json(&a->counters, &crash_sink)
		    : dm_counters_text(&a->report.kernel, &a->report.usage,
				       &a->counters, &crash_sink);
}

static struct dm_error *print_map(struct analysis *a,
				  const struct request *request)
{
	struct dm_style style = { 0 };
	struct dm_map *map = NULL;
	struct dm_error *err;

	err = dm_map_create(a->target, a->history, request->range, &map);
	if (!err)
		err = request->json ? dm_map_json(map, &crash_sink)
				    : dm_map_text(&a->report.kernel, map,
						  &style, &crash_sink);
	dm_map_destroy(map);
	return err;
}

static struct dm_error *print_history(struct analysis *a,
				      const struct request *request)
{
	const struct dm_kernel *kernel = &a->report.kernel;
	struct dm_error *err;

	err = dm_history_create(a->target, &a->policy, &a->history);
	if (err)
		return err;
	if (request->view == VIEW_MAP)
		return print_map(a, request);
	if (request->json)
		return dm_splits_json(kernel, a->history, &crash_sink);
	if (request->view == VIEW_TIMELINE)
		return dm_splits_timeline(kernel, a->history, &crash_sink);
	return dm_splits_text(kernel, a->history, &crash_sink);
}

/* One question without an answer does not take those of others. */
static struct dm_error *unanswered(const char *what, struct dm_error *why,
				   bool json)
{
	struct dm_error *err = NULL;

	if (json)
		err = dm_explain_unanswered_json(what, why, &crash_sink);
	else
		fprintf(fp, "directmap: %s\n", why->message);
	dm_error_destroy(why);
	return err;
}

static struct dm_error *explain_one(struct analysis *a, const char *what,
				    bool json)
{
	struct dm_explanation *x = malloc(sizeof(*x));
	struct dm_error *err;

	if (!x)
		return dm_error_no_memory();
	err = dm_explain_init(x, a->target, &a->policy, what);
	if (err && !dm_error_is_fatal(err)) {
		free(x);
		return unanswered(what, err, json);
	}
	if (!err)
		dm_history_explain(a->history, x);
	if (!err)
		err = json ? dm_explain_json(&a->report.kernel, x, &crash_sink)
			   : dm_explain_text(&a->report.kernel, x, &crash_sink);
	free(x);
	return err;
}

static struct dm_error *explain_all(struct analysis *a,
				    const struct request *request)
{
	struct dm_error *err;
	char **what;

	err = dm_history_create(a->target, &a->policy, &a->history);
	for (what = request->addresses; !err && *what; what++) {
		if (what > request->addresses && !request->json)
			crash_write(&crash_sink, "\n", 1);
		err = explain_one(a, *what, request->json);
	}
	return err;
}

/* Those that look at more of the kernel than its page tables. */
static struct dm_error *print_analysis(struct dm_source *source,
				       struct analysis *a,
				       const struct request *request)
{
	struct dm_report *report = &a->report;
	struct dm_error *err;

	err = dm_target_create(source, &report->kernel, &a->target);
	if (!err)
		err = add_namelist(a->target, source);
	if (!err)
		err = dm_walk_realm(source, &report->kernel, a->target, NULL,
				    &report->usage);
	if (!err)
		err = dm_target_check_memory(a->target, &report->usage);
	if (!err)
		err = dm_policy_init(&a->policy, a->target, &report->usage);
	if (err)
		return err;
	switch (request->view) {
	case VIEW_POLICY:
		return request->json ? dm_policy_json(&a->policy, &crash_sink)
				     : dm_policy_text(&a->policy, &crash_sink);
	case VIEW_COUNTERS:
		return print_counters(a, request->json);
	case VIEW_EXPLAIN:
		return explain_all(a, request);
	case VIEW_SPLITS:
	case VIEW_TIMELINE:
	case VIEW_MAP:
		return print_history(a, request);
	default:
		return print_report(a, request->json);
	}
}

static struct dm_error *answer(struct dm_source *source, struct analysis *a,
			       const struct request *request)
{
	struct dm_report *report = &a->report;
	struct dm_error *err;

	err = dm_kernel_init(&report->kernel, source);
	if (err)
		return err;
	report->dump = describe_dump();
	if (request->view == VIEW_RUNS)
		return print_runs(source, report, request);
	if (request->view == VIEW_MEMINFO)
		return print_meminfo(source, report);
	err = print_analysis(source, a, request);
	dm_history_destroy(a->history);
	dm_target_destroy(a->target);
	return err;
}

/* ---- The command -------------------------------------------------------- */

/* Nothing of the library's may be held when error() is called: it may not return. */
static void complain(struct dm_error *err, const struct request *request,
		     const struct dm_usage *usage)
{
	char text[512] = "";

	/* A pager that was left early is no error of anybody's. */
	if (err && err->code != DM_ERROR_OUTPUT)
		snprintf(text, sizeof(text), "%s", err->message);
	else if (!err && request->view != VIEW_EXPLAIN)
		dm_usage_partial(usage, text, sizeof(text));
	dm_error_destroy(err);
	if (*text)
		error(INFO, "%s\n", text);
}

static void serve(const struct request *request)
{
	static struct analysis a; /* of one command at a time */
	struct crash_source source;
	struct dm_error *err;
	struct zero_fill zero_fill;
	struct sigaction old;

	memset(&a, 0, sizeof(a));
	catch_interrupt(&old);
	stop_zero_fill(&zero_fill);
	if (open_source(&source))
		err = answer(&source.source, &a, request);
	else
		err = dm_error_no_memory();
	free(source.vmcoreinfo);
	fflush(fp);
	restore_zero_fill(&zero_fill);
	sigaction(SIGINT, &old, NULL);
	complain(err, request, &a.report.usage);
}

/* false: it is no option of a view. */
static bool take_option(struct request *request, int c)
{
	static const struct {
		int letter;
		enum view view;
	} views[] = {
		{ 'p', VIEW_POLICY },	{ 'c', VIEW_COUNTERS },
		{ 'e', VIEW_EXPLAIN },	{ 's', VIEW_SPLITS },
		{ 't', VIEW_TIMELINE }, { 'm', VIEW_MAP },
		{ 'r', VIEW_RUNS },	{ 'f', VIEW_MEMINFO },
	};
	size_t i;

	if (c == 'j') {
		request->json = true;
		return true;
	}
	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		if (views[i].letter != c)
			continue;
		request->view = views[i].view;
		return true;
	}
	return false;
}

/* What is no option; false if it makes no sense. */
static bool take_arguments(struct request *request, char **arguments,
			   struct dm_range *range)
{
	if (request->view == VIEW_MEMINFO && request->json)
		return false;
	if (request->view == VIEW_EXPLAIN) {
		request->addresses = arguments;
		return *arguments;
	}
	if (!*arguments)
		return true;
	if ((request->view != VIEW_RUNS && request->view != VIEW_MAP) ||
	    arguments[1] || !dm_range_parse(*arguments, range))
		return false;
	request->range = range;
	return true;
}

static void cmd_directmap(void)
{
	struct request request = { .view = VIEW_REPORT };
	struct dm_range range;
	int c;

	while ((c = getopt(argcnt, args, "pcestmrfjV")) != EOF) {
		if (c == 'V') {
			fprintf(fp, "directmap %s\n", DM_VERSION);
			return;
		}
		if (!take_option(&request, c))
			argerrs++;
	}
	if (!take_arguments(&request, args + optind, &range))
		argerrs++;
	if (argerrs)
		cmd_usage(pc->curcmd, SYNOPSIS);
	serve(&request);
}

/* ---- Loading ------------------------------------------------------------ */

static struct command_table_entry command_table[] = {
	{ "directmap", cmd_directmap, help_directmap, MINIMAL },
	{ NULL, NULL, NULL, 0 },
};

/* major.minor.patch as one number; 0 for what does not begin so. */
static unsigned int version_number(const char *text)
{
	unsigned int major = 0, minor = 0, patch = 0;

	sscanf(text, "%u.%u.%u", &major, &minor, &patch);
	return major * 1000000 + minor * 1000 + patch;
}

static void check_version(void)
{
	unsigned int version = version_number(pc->program_version);

	if (version < version_number(FIRST_TESTED) ||
	    version > version_number(LAST_TESTED))
		fprintf(fp,
			"directmap: not tested in crash %s (but in %s to %s): compare its figures with kdump-triage\n",
			pc->program_version, FIRST_TESTED, LAST_TESTED);
}

static void __attribute__((constructor)) directmap_init(void)
{
	if (!machine_type("ARM64")) {
		fprintf(fp,
			"directmap: this crash is not for ARM64 dumps; nothing is registered\n");
		return;
	}
	check_version();
	register_extension(command_table);
}
