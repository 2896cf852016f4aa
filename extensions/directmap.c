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
#include <directmap.h>
#include <directmap/array.h>

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
	/* Where crash has none of them: directmap_found.h. */
	const char *from; /* as dm_dump_about.vmcoreinfo_from */
	uint64_t from_pa;
	bool namelist_fits; /* it is that kernel's */
	uint64_t shift; /* run-time VA of its symbols less crash's */
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
	return !DISKDUMP_DUMPFILE() && !is_ramdump_image() && !ACTIVE() &&
	       !buf[0] && memcmp(buf, buf + 1, size - 1) == 0;
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

static bool read_lines(struct crash_source *s)
{
	const char *const *key;

	*s = (struct crash_source){ .source = { &crash_ops } };
	for (key = dm_vmcoreinfo_keys(); *key; key++) {
		if (!add_line(s, *key))
			return false;
	}
	return true;
}

#include "directmap_found.h"
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
	if (is_ramdump_image())
		return "raw";
	if (DISKDUMP_DUMPFILE())
		return FLAT_FORMAT() ? "kdump-flattened" : "kdump";
	return FLAT_FORMAT() ? "elf-flattened" : "elf";
}

static struct dm_dump_about describe_dump(const struct crash_source *s,
					  const char *path)
{
	return (struct dm_dump_about){
		.struct_size = sizeof(struct dm_dump_about),
		.path = path	       ? path
			: pc->dumpfile ? pc->dumpfile
				       : "live system",
		.format = dump_format(),
		.complete = !is_incomplete_dump(),
		.why_incomplete = "marked incomplete by its writer",
		.vmcoreinfo_from = s->from,
		.vmcoreinfo_pa = s->from_pa,
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
	struct dm_next *next; /* to be filled, of views that lead to one */
};

struct printer {
	const struct request *request;
	const struct dm_kernel *kernel;
	bool begun; /* with a header: not where there is only an error */
};

static struct dm_error *begin_runs(struct printer *p)
{
	bool begun = p->begun;

	p->begun = true;
	return begun || p->request->json ? NULL
					 : dm_run_text_header(&crash_sink);
}

static struct dm_error *print_run(void *arg, const struct dm_run *run)
{
	struct printer *p = arg;
	struct dm_error *err = begin_runs(p);

	if (err)
		return err;
	return p->request->json ? dm_run_json(p->kernel, run, &crash_sink)
				: dm_run_text(p->kernel, run, &crash_sink);
}

static struct dm_error *print_unknown(void *arg,
				      const struct dm_unknown *unknown)
{
	struct printer *p = arg;
	struct dm_error *err = begin_runs(p);

	if (err)
		return err;
	return p->request->json ? dm_unknown_json(unknown, &crash_sink)
				: dm_unknown_text(unknown, &crash_sink);
}

static struct dm_error *print_runs(struct dm_session *session,
				   const struct request *request,
				   const struct dm_usage **usage)
{
	struct printer p = { request, dm_session_kernel(session), false };
	struct dm_error *err;

	err = dm_session_stream(session, request->range, print_run,
				print_unknown, &p, usage);
	return err ? err : begin_runs(&p);
}

static struct dm_error *print_map(struct dm_session *session,
				  const struct request *request)
{
	struct dm_map *map;
	struct dm_error *err;

	err = dm_session_map(session, request->range, &map);
	if (err)
		return err;
	err = request->json ? dm_map_json(map, &crash_sink)
			    : dm_map_text(dm_session_kernel(session), map, NULL,
					  &crash_sink);
	dm_map_destroy(map);
	return err;
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

static struct dm_error *explain_one(struct dm_session *session,
				    const struct request *request,
				    const char *what)
{
	bool json = request->json;
	const struct dm_kernel *kernel = dm_session_kernel(session);
	struct dm_explanation *x;
	struct dm_error *err;

	err = dm_session_explain(session, what, &x);
	if (err)
		return dm_error_is_fatal(err) ? err
					      : unanswered(what, err, json);
	err = json ? dm_explain_json(kernel, x, &crash_sink)
		   : dm_explain_text(kernel, x, &crash_sink);
	*request->next = x->next;
	dm_explanation_destroy(x);
	return err;
}

static struct dm_error *explain_all(struct dm_session *session,
				    const struct request *request)
{
	struct dm_history *history;
	struct dm_error *err;
	char **what;

	err = dm_session_history(session, &history);
	for (what = request->addresses; !err && *what; what++) {
		if (what > request->addresses && !request->json)
			crash_write(&crash_sink, "\n", 1);
		err = explain_one(session, request, *what);
	}
	return err;
}

static struct dm_error *print_splits(struct dm_session *session,
				     const struct request *request)
{
	struct dm_history *history;
	struct dm_error *err = dm_session_history(session, &history);

	if (err)
		return err;
	*request->next = dm_history_summary(history)->next;
	return dm_session_splits_text(session, &crash_sink);
}

/* Those that look at more of the kernel than its page tables. */
static struct dm_error *print_analysis(struct dm_session *s,
				       const struct request *request)
{
	bool json = request->json;

	switch (request->view) {
	case VIEW_POLICY:
		return json ? dm_session_policy_json(s, &crash_sink)
			    : dm_session_policy_text(s, &crash_sink);
	case VIEW_COUNTERS:
		return json ? dm_session_counters_json(s, &crash_sink)
			    : dm_session_counters_text(s, &crash_sink);
	case VIEW_EXPLAIN:
		return explain_all(s, request);
	case VIEW_SPLITS:
		return json ? dm_session_splits_json(s, &crash_sink)
			    : print_splits(s, request);
	case VIEW_TIMELINE:
		return json ? dm_session_splits_json(s, &crash_sink)
			    : dm_session_splits_timeline(s, &crash_sink);
	case VIEW_MAP:
		return print_map(s, request);
	default:
		return json ? dm_session_report_json(s, 0, &crash_sink)
			    : dm_session_report_text(s, NULL, &crash_sink);
	}
}

/* @usage	What was walked for it; NULL: nothing was. */
static struct dm_error *answer(struct dm_session *session,
			       const struct crash_source *s,
			       const struct request *request,
			       const struct dm_usage **usage)
{
	struct dm_error *err;

	if (request->view == VIEW_RUNS)
		return print_runs(session, request, usage);
	if (request->view != VIEW_MEMINFO) {
		err = add_namelist(session, s);
		if (err)
			return err;
	}
	err = dm_session_figures(session, usage);
	if (err)
		return err;
	return request->view == VIEW_MEMINFO
		       ? dm_session_meminfo(session, &crash_sink)
		       : print_analysis(session, request);
}

/* ---- The command -------------------------------------------------------- */

/* What there is to complain of. Takes @err. */
static void say_complaint(struct dm_error *err, const struct request *request,
			  const struct dm_usage *usage, char *text, size_t size)
{
	const char *empty;

	*text = '\0';
	/* A pager that was left early is no error of anybody's. */
	if (err && err->code != DM_ERROR_OUTPUT)
		snprintf(text, size, "%s", err->message);
	else if (!err && request->view != VIEW_EXPLAIN &&
		 !dm_usage_partial(usage, text, size)) {
		empty = dm_usage_empty(usage);
		/* A range may well have nothing in it. */
		if (empty && !request->range)
			snprintf(text, size, "partial result: %s", empty);
	}
	dm_error_destroy(err);
}

/*
 * The command worth trying next, where somebody looks on: what is kept, or goes
 * through, is what kdump-triage prints.
 */
static void name_next(const struct request *request, char *text, size_t size)
{
	static const char letters[] = {
		[DM_NEXT_EXPLAIN] = 'e',
		[DM_NEXT_MAP] = 'm',
		[DM_NEXT_TIMELINE] = 't',
		[DM_NEXT_POLICY] = 'p',
	};
	const struct dm_next *next = request->next;
	char range[48] = "";

	if (next->view == DM_NEXT_NONE || request->json ||
	    pc->redirect & (REDIRECT_TO_FILE | REDIRECT_TO_PIPE) ||
	    !isatty(STDOUT_FILENO))
		return;
	if (next->view == DM_NEXT_EXPLAIN)
		snprintf(range, sizeof(range), " 0x%llx",
			 (unsigned long long)next->range.start);
	else if (next->view == DM_NEXT_MAP)
		snprintf(range, sizeof(range), " 0x%llx-0x%llx",
			 (unsigned long long)next->range.start,
			 (unsigned long long)next->range.end);
	snprintf(text, size, "next: directmap -%c%s   (%s)",
		 letters[next->view], range, next->why);
}

static void look(struct crash_source *s, const struct request *request,
		 char *text, char *advice, size_t size)
{
	char *path = image_path();
	struct dm_dump_about about = describe_dump(s, path);
	struct dm_session_options options = {
		.struct_size = sizeof(options),
		.about = &about,
	};
	const struct dm_usage *usage = NULL;
	struct dm_session *session;
	struct dm_error *err;

	err = dm_session_create(&s->source, &options, &session);
	if (!err)
		err = answer(session, s, request, &usage);
	say_complaint(err, request, usage, text, size);
	if (session && request->view == VIEW_REPORT && !request->json)
		advise(s, dm_session_kernel(session), advice, size);
	else if (session)
		name_next(request, advice, size);
	dm_session_destroy(session);
	free(path);
}

/* What was found, for the next command: a dump stays as it is. */
static struct crash_source found_before;

static void __attribute__((destructor)) forget_found(void)
{
	free(found_before.vmcoreinfo);
	found_before = (struct crash_source){ 0 };
}

/* false: no memory for a copy. */
static bool take_copy(struct crash_source *to, const struct crash_source *from)
{
	char *text = malloc(from->size);

	if (!text)
		return false;
	*to = *from;
	to->vmcoreinfo = memcpy(text, from->vmcoreinfo, from->size);
	to->capacity = from->size;
	return true;
}

static struct dm_error *find_once(struct crash_source *s)
{
	struct dm_error *err;

	if (found_before.size && take_copy(s, &found_before))
		return NULL;
	err = find_kernel(s);
	if (!err && !ACTIVE())
		take_copy(&found_before, s);
	return err;
}

/* The lines of VMCOREINFO, or what stands in for them; else why not. */
static bool open_source(struct crash_source *s, char *text, size_t size)
{
	struct dm_error *err;

	if (!read_lines(s))
		return false;
	err = s->size ? NULL : find_once(s);
	if (!err)
		return true;
	snprintf(text, size, "%s", err->message);
	dm_error_destroy(err);
	return false;
}

/* Nothing of the library's may be held when error() is called: it may not return. */
static void serve(const struct request *request)
{
	char text[512] = "out of memory", advice[512] = "";
	struct crash_source source;
	struct zero_fill zero_fill;
	struct sigaction old;

	catch_interrupt(&old);
	stop_zero_fill(&zero_fill);
	if (open_source(&source, text, sizeof(text)))
		look(&source, request, text, advice, sizeof(text));
	free(source.vmcoreinfo);
	fflush(fp);
	restore_zero_fill(&zero_fill);
	sigaction(SIGINT, &old, NULL);
	if (*text)
		error(INFO, "%s\n", text);
	if (*advice)
		error(INFO, "%s\n", advice);
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
	struct dm_next next = { .view = DM_NEXT_NONE };
	struct request request = { .view = VIEW_REPORT, .next = &next };
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
