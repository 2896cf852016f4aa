// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every output of the program against every kind of target: docs/outputs.md has
 * the same table. What is refused is as it was, byte for byte; nothing hidden
 * stays behind.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cli/run.h"
#include "suite.h"
#include "write/target.h"

/* In order of the table's columns. */
enum class { TEXT, DATABASE, EXTRACT, CLASSES };

static const struct {
	const char *name;
	enum class class;
	/* A shell's words: $O is the target, $F --force or nothing. */
	const char *command;
	const char *input; /* in the scratch folder */
	const char *begins; /* how the output does; NULL: as a dump */
} outputs[] = {
	{ "report --html", TEXT, "report --html \"$O\" $F $T/in", "in",
	  OUTPUT_PAGE_BEGIN },
	{ "batch --html", TEXT, "batch $Q --html \"$O\" $F $T/in", "in",
	  OUTPUT_PAGE_BEGIN },
	{ "batch --junit", TEXT, "batch $Q --junit \"$O\" $F $T/in", "in",
	  OUTPUT_JUNIT_BEGIN },
	{ "batch --prometheus", TEXT, "batch $Q --prometheus \"$O\" $F $T/in",
	  "in", OUTPUT_PROMETHEUS_BEGIN },
	{ "batch --db", DATABASE, "batch $Q --db \"$O\" $F $T/in", "in",
	  "SQLite format 3" },
	{ "merge --html", TEXT, "merge --quiet --html \"$O\" $F $T/rows",
	  "rows", OUTPUT_PAGE_BEGIN },
	{ "merge --junit", TEXT, "merge --quiet --junit \"$O\" $F $T/rows",
	  "rows", OUTPUT_JUNIT_BEGIN },
	{ "merge --prometheus", TEXT,
	  "merge --quiet --prometheus \"$O\" $F $T/rows", "rows",
	  OUTPUT_PROMETHEUS_BEGIN },
	{ "merge --db", DATABASE, "merge --quiet --db \"$O\" $F $T/rows",
	  "rows", "SQLite format 3" },
	{ "extract", EXTRACT, "extract $F $T/in \"$O\"", "in", NULL },
};

#define OUTPUTS (sizeof(outputs) / sizeof(outputs[0]))

/* What becomes of the target where the command succeeds. */
enum fate { FILE_IS_WHOLE, LINK_LEADS, STREAM_HAS_IT, FOLDER_HAS_IT };

static const struct target_kind {
	const char *name;
	/* In the folder t, which is empty; $I is the input, $N none of them. */
	const char *make;
	const char *path; /* the target; seen from the folder */
	const char *around; /* of the command: %s */
	/* Exit codes, by class; without --force and with it. */
	struct {
		int plain, forced;
	} codes[CLASSES];
	enum fate fate;
} targets[] = {
	{ "a new file",
	  ":",
	  "o",
	  NULL,
	  { { 0, 0 }, { 0, 0 }, { 0, 0 } },
	  FILE_IS_WHOLE },
	{ "an empty file",
	  ": >o",
	  "o",
	  NULL,
	  { { 0, 0 }, { 0, 0 }, { 0, 0 } },
	  FILE_IS_WHOLE },
	{ "an earlier output of its own",
	  "cp ../own o",
	  "o",
	  NULL,
	  { { 0, 0 }, { 0, 0 }, { 2, 0 } },
	  FILE_IS_WHOLE },
	{ "a file of another program",
	  "echo precious >o",
	  "o",
	  NULL,
	  { { 2, 0 }, { 2, 0 }, { 2, 0 } },
	  FILE_IS_WHOLE },
	{ "an input by its name",
	  "ln -s ../$I before",
	  "../$I",
	  NULL,
	  { { 2, 2 }, { 2, 2 }, { 2, 2 } },
	  FILE_IS_WHOLE },
	{ "an input by a hard link",
	  "ln ../$I o",
	  "o",
	  NULL,
	  { { 2, 2 }, { 2, 2 }, { 2, 2 } },
	  FILE_IS_WHOLE },
	{ "an input by a symbolic link",
	  "ln -s ../$I o",
	  "o",
	  NULL,
	  { { 2, 2 }, { 2, 2 }, { 2, 2 } },
	  FILE_IS_WHOLE },
	{ "a dump that is no input",
	  "cp ../other o",
	  "o",
	  NULL,
	  { { 2, 2 }, { 2, 2 }, { 2, 0 } },
	  FILE_IS_WHOLE },
	{ "a flattened dump",
	  "printf makedumpfile >o; echo x >>o",
	  "o",
	  NULL,
	  { { 2, 2 }, { 2, 2 }, { 2, 0 } },
	  FILE_IS_WHOLE },
	{ "a program or vmlinux",
	  "cp /bin/true o",
	  "o",
	  NULL,
	  { { 2, 2 }, { 2, 2 }, { 2, 0 } },
	  FILE_IS_WHOLE },
	{ "a link to a new name",
	  "ln -s d/n o; mkdir d",
	  "o",
	  NULL,
	  { { 0, 0 }, { 0, 0 }, { 0, 0 } },
	  LINK_LEADS },
	{ "a link to an output of its own",
	  "mkdir d; cp ../own d/n; ln -s d/n m; ln -s m o",
	  "o",
	  NULL,
	  { { 0, 0 }, { 0, 0 }, { 2, 0 } },
	  LINK_LEADS },
	{ "a link to a file of another program",
	  "mkdir d; echo precious >d/n; ln -s d/n m; ln -s m o",
	  "o",
	  NULL,
	  { { 2, 0 }, { 2, 0 }, { 2, 0 } },
	  LINK_LEADS },
	{ "a link into a folder that is not there",
	  "ln -s none/n o",
	  "o",
	  NULL,
	  { { 5, 5 }, { 5, 5 }, { 5, 5 } },
	  LINK_LEADS },
	{ "a link to itself",
	  "ln -s o o",
	  "o",
	  NULL,
	  { { 5, 5 }, { 5, 5 }, { 5, 5 } },
	  LINK_LEADS },
	{ "a FIFO with a reader",
	  "mkfifo o",
	  "o",
	  "timeout 20 cat o >../got & %s; c=$?; test $c = 0 || : >o; wait; (exit $c)",
	  { { 0, 0 }, { 2, 2 }, { 0, 0 } },
	  STREAM_HAS_IT },
	{ "/dev/stdout, a pipe",
	  ":",
	  "/dev/stdout",
	  "bash -c '%s | cat >../got; exit ${PIPESTATUS[0]}'",
	  { { 0, 0 }, { 2, 2 }, { 0, 0 } },
	  STREAM_HAS_IT },
	{ "/dev/stdout, a file",
	  ":",
	  "/dev/stdout",
	  "%s >../got",
	  { { 0, 0 }, { 2, 2 }, { 0, 0 } },
	  STREAM_HAS_IT },
	{ "-",
	  ":",
	  "-",
	  "%s >../got",
	  { { 0, 0 }, { 2, 2 }, { 0, 0 } },
	  STREAM_HAS_IT },
	{ "/dev/fd/N",
	  ":",
	  "/dev/fd/9",
	  "%s 9>../got",
	  { { 0, 0 }, { 2, 2 }, { 0, 0 } },
	  STREAM_HAS_IT },
	{ "a process substitution",
	  ":",
	  NULL,
	  "bash -c 'f() { O=$1; %s; }; f >(cat >../got); c=$?; wait $!; exit $c'",
	  { { 0, 0 }, { 2, 2 }, { 0, 0 } },
	  STREAM_HAS_IT },
	{ "/dev/fd/N for reading",
	  "echo x >o",
	  "/dev/fd/9",
	  "%s 9<o",
	  { { 2, 2 }, { 2, 2 }, { 2, 2 } },
	  FILE_IS_WHOLE },
	{ "/dev/fd/N, an input",
	  "ln ../$I o",
	  "/dev/fd/9",
	  "%s 9>>o",
	  { { 2, 2 }, { 2, 2 }, { 2, 2 } },
	  FILE_IS_WHOLE },
	{ "a device",
	  ":",
	  "../null",
	  NULL,
	  { { 0, 0 }, { 2, 2 }, { 0, 0 } },
	  FILE_IS_WHOLE },
	{ "a device that is full",
	  ":",
	  "/dev/full",
	  NULL,
	  { { 5, 5 }, { 2, 2 }, { 5, 5 } },
	  FILE_IS_WHOLE },
	{ "a folder",
	  "mkdir o",
	  "o",
	  NULL,
	  { { 2, 2 }, { 2, 2 }, { 2, 2 } },
	  FOLDER_HAS_IT },
	{ "a folder that cannot be written",
	  ":",
	  "/sys/kernel/o",
	  NULL,
	  { { 5, 5 }, { 5, 5 }, { 5, 5 } },
	  FILE_IS_WHOLE },
	{ "a folder that is not there",
	  ":",
	  "none/o",
	  NULL,
	  { { 5, 5 }, { 5, 5 }, { 5, 5 } },
	  FILE_IS_WHOLE },
};

#define TARGETS (sizeof(targets) / sizeof(targets[0]))

static char *tool_path, *dumps_path;

/* Runs a shell's words in the scratch folder; its exit code. */
static int shell(const char *words, const char *path, const char *input,
		 bool force)
{
	static char text[4096];
	int status;

	snprintf(text, sizeof(text),
		 "export T='%s'; export KT='%s' D='%s' I='%s' F='%s' "
		 "Q=\"--quiet --state $T/state\"; export O=\"%s\"; cd $T && "
		 "{ %s\n} >$T/out 2>$T/err",
		 run_scratch(), tool_path, dumps_path, input,
		 force ? "--force" : "", path ? path : "", words);
	status = system(text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void good(const char *words, const char *path, const char *input)
{
	int code = shell(words, path, input, false);

	if (code)
		fprintf(stderr, "    %s: exit %d\n", words, code);
	CU_ASSERT_EQUAL(code, 0);
}

/*
 * Makes the target, runs the command (%s), and looks for what became of it: exit
 * code 99 is a fault of the test's, 98 a hidden file that stays, 97 something
 * that is not as it was though the command failed.
 */
#define CASE                                                                   \
	"rm -rf t got; mkdir t && cd t && { %s\n} || exit 99\n"                \
	"list() { find . ../in ../rows ../other ../null ! -type d "            \
	"-printf '%%p %%y %%i %%m %%l\\n'; cksum ../in ../rows ../other; "     \
	"find . -type f -exec cksum {} +; }\n"                                 \
	"list >../before; { %s\n} 2>../said; code=$?; list >../after\n"        \
	"test -z \"$(find . -name '.?*')\" || exit 98\n"                       \
	"test $code = 0 || cmp ../before ../after || exit 97\n"                \
	"exit $code"

static char *name_in_scratch(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	return path;
}

static bool begins(const char *file, const char *text)
{
	size_t size;
	char *all = run_read_file(name_in_scratch(file), &size);
	bool ret;

	if (!all)
		return false;
	/* A dump, of either container. */
	ret = text ? !strncmp(all, text, strlen(text))
		   : !strncmp(all, "KDUMP   ", 8) ||
			      !strncmp(all, "\177ELF", 4);
	free(all);
	return ret;
}

static bool is_link(const char *file)
{
	struct stat st;

	return lstat(name_in_scratch(file), &st) == 0 && S_ISLNK(st.st_mode);
}

/* After a success: what is to be where. */
static bool is_done(size_t o, const struct target_kind *t)
{
	switch (t->fate) {
	case FILE_IS_WHOLE:
		return strcmp(t->path, "o") || begins("t/o", outputs[o].begins);
	case LINK_LEADS:
		return is_link("t/o") && begins("t/d/n", outputs[o].begins);
	case STREAM_HAS_IT:
		return begins("got", outputs[o].begins);
	case FOLDER_HAS_IT:
		return begins("t/o/index.html", outputs[o].begins);
	}
	return false;
}

/* A batch's pages may lie in a folder. */
static int expected(size_t o, const struct target_kind *t, bool force)
{
	if (t->fate == FOLDER_HAS_IT && strstr(outputs[o].name, " --html") &&
	    strncmp(outputs[o].name, "report", 6) != 0)
		return 0;
	return force ? t->codes[outputs[o].class].forced
		     : t->codes[outputs[o].class].plain;
}

static void check(size_t o, const struct target_kind *t, bool force)
{
	char command[256], around[512], words[2048];
	int code, want = expected(o, t, force);
	bool done;

	snprintf(command, sizeof(command), "$KT %s", outputs[o].command);
	snprintf(around, sizeof(around), t->around ? t->around : "%s", command);
	snprintf(words, sizeof(words), CASE, t->make, around);
	code = shell(words, t->path, outputs[o].input, force);
	/* One line that says who speaks. */
	done = code ? begins("said", "kdump-triage: ") : is_done(o, t);
	if (code != want || !done)
		fprintf(stderr, "    %s, %s%s: exit %d, not %d%s\n",
			outputs[o].name, t->name, force ? ", --force" : "",
			code, want, done ? "" : "; nothing there, or no word");
	CU_ASSERT_EQUAL(code, want);
	CU_ASSERT_TRUE(done);
}

static char *absolute(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);
	char *ret = realpath(value ? value : otherwise, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(ret);
	return ret;
}

static void prepare(void)
{
	char path[128];

	tool_path = absolute("KDUMP_TRIAGE", "build/kdump-triage");
	dumps_path = absolute("TEST_DUMPS", "test-dumps");
	good("cp $D/73-4k-small.kdump in; cp $D/61-4k.kdump other; "
	     "$KT batch --json --state state in >rows",
	     NULL, "");
	/* The machine's own must not be lost to a fault here. */
	snprintf(path, sizeof(path), "%s/null", run_scratch());
	if (access(path, F_OK) != 0 &&
	    mknod(path, S_IFCHR | 0666, makedev(1, 3)) != 0)
		good("ln -s /dev/null null", NULL, "");
}

/* Each step of a shell's words must go well; refused: with exit code 2. */
#define STEPS                                                                  \
	"refused() { if \"$@\" 2>said; then return 1; "                        \
	"else test $? = 2; fi; }\nset -e\n"

/* What no single target shows. */
static void test_others(void)
{
	prepare();
	good(STEPS "rm -rf t; mkdir t\n"
		   "refused $KT batch $Q --junit t/x --prometheus ./t/x in\n"
		   "grep 'named for two outputs' said; test ! -e t/x",
	     NULL, "in");
	/* Appended to what is read. */
	good(STEPS "cp in t/in; refused $KT t/in >>t/in; cmp in t/in\n"
		   "grep 'standard output is one of' said; cp rows t/r\n"
		   "refused $KT check --no-findings yes t/r >>t/r\n"
		   "refused $KT merge t/r --json >>t/r; cmp rows t/r",
	     NULL, "in");
	/* A list of names, its dumps, and a split set's parts. */
	good(STEPS "realpath in >t/list; cp t/list t/was; cp in t/is\n"
		   "for o in t/list in; do for x in html junit db prometheus; "
		   "do refused $KT batch $Q --force --$x $o @t/list\n"
		   "grep 'files to read' said; done; done\n"
		   "cmp t/list t/was; cmp in t/is",
	     NULL, "in");
	good(STEPS "for o in in other; do refused $KT report --split --force "
		   "--html $o in other; done\n"
		   "for x in vmlinux system-map; do echo x >t/x\n"
		   "refused $KT report --$x t/x --force --html t/x in\n"
		   "test $(cat t/x) = x; done",
	     NULL, "in");
	/* SQLite's files beside a database, and one that is merged. */
	good(STEPS
	     "cp rows t/new.db-journal\n"
	     "refused $KT merge --quiet --db t/new.db t/new.db-journal\n"
	     "cmp rows t/new.db-journal; $KT merge --quiet --db t/a.db rows\n"
	     "cp t/a.db t/b.db\n"
	     "refused $KT merge --quiet --db t/a.db t/a.db rows\n"
	     "$KT merge --quiet --db t/a.db t/b.db rows\n"
	     "mkdir t/rows; cp rows t/rows/r.json\n"
	     "refused $KT merge --quiet --force --junit t/rows/r.json "
	     "t/rows; cmp rows t/rows/r.json",
	     NULL, "in");
	/* A folder of results may have other things in it. */
	good(STEPS "mkdir t/home; touch -d '2 days ago' t/home/.profile "
		   "t/home/.0123456789abcdef0123456789abcdef.json.Ab3dEf\n"
		   "$KT batch --quiet --state t/home in\n"
		   "test -e t/home/.profile; test $(ls -A t/home | wc -l) = 2\n"
		   "for f in t/home/*.json; do echo precious >$f; done\n"
		   "refused $KT batch --quiet --force --state t/home in\n"
		   "grep -h precious t/home/*.json",
	     NULL, "in");
	/* Into a folder of pages: each of them is looked at. */
	good(STEPS "$KT batch $Q --html t/site/ in\n"
		   "for f in t/site/in-*; do echo x >$f; done\n"
		   "refused $KT batch $Q --html t/site in\n"
		   "test $(cat t/site/in-*) = x\n"
		   "$KT batch $Q --force --html t/site in\n"
		   "grep -q '</html>' t/site/in-*",
	     NULL, "in");
	free(tool_path);
	free(dumps_path);
}

/* Where it must not, or must, make a difference. */
static bool force_matters(const struct target_kind *t)
{
	return t->codes[TEXT].plain == 2 || t->codes[EXTRACT].plain == 2;
}

static void test_all(void)
{
	size_t o, t;

	prepare();
	for (o = 0; o < OUTPUTS; o++) {
		char command[512];

		snprintf(command, sizeof(command), "rm -f own; $KT %s",
			 outputs[o].command);
		good(command, "own", outputs[o].input);
		for (t = 0; t < TARGETS; t++) {
			check(o, &targets[t], false);
			if (force_matters(&targets[t]))
				check(o, &targets[t], true);
		}
	}
	free(tool_path);
	free(dumps_path);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "every output, every target", test_all },
		{ "what no single target shows", test_others },
		CU_TEST_INFO_NULL,
	};
	int failed = suite_run("outputs", tests);

	run_remove_scratch();
	return failed;
}
