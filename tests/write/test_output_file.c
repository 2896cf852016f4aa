// SPDX-License-Identifier: GPL-2.0-or-later
/* The writer by itself: in the sandbox, killed, and beside others. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "sanitized.h"
#include "suite.h"
#include "write/inputs.h"
#include "write/output_file.h"

static char folder[] = "/tmp/test_output.XXXXXX";

static char *in_folder(const char *name)
{
	static char path[4][128];
	static unsigned int next;
	char *ret = path[next++ % 4];

	snprintf(ret, sizeof(path[0]), "%s/%s", folder, name);
	return ret;
}

static size_t count_files(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	while ((entry = readdir(dir)))
		n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(dir);
	return n;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

static void check_content(const char *name, const char *expected)
{
	FILE *file = fopen(in_folder(name), "r");
	char text[256] = "";

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	CU_ASSERT_STRING_EQUAL(text, expected);
}

/* In a child; how it ended. */
static int in_child(int (*run)(void))
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(run());
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
	return status;
}

static bool opened(struct output_file *f)
{
	struct dm_error *err =
		output_file_create(f, in_folder("page"), OUTPUT_PAGE, false);

	if (!err)
		err = output_file_keep(f);
	return !err;
}

/* Nothing can be made or removed from within, and the file appears. */
static int write_in_sandbox(void)
{
	const struct sandbox_needs needs = { .read_count = 0 };
	struct sandbox_state state;
	struct output_file f;
	struct dm_error *err;
	FILE *stream;

	if (!opened(&f))
		return 1;
	sandbox_enter(&needs, &state);
	if ((state.files || (state.calls && !SANITIZED)) &&
	    (unlink(in_folder("other")) == 0 ||
	     rename(in_folder("other"), in_folder("another")) == 0 ||
	     open(in_folder("new"), O_WRONLY | O_CREAT, 0600) >= 0))
		return 2;
	err = output_file_stream(&f, &stream);
	if (err)
		return 3;
	fputs("hello", stream);
	err = output_file_commit(&f);
	if (err)
		return 4;
	output_file_deinit(&f);
	return access(in_folder("page"), F_OK) == 0 || state.files ? 0 : 5;
}

static void test_sandbox(void)
{
	put("other", "other");
	CU_ASSERT_EQUAL(in_child(write_in_sandbox), 0);
	check_content("page", "hello");
	check_content("other", "other");
	CU_ASSERT_EQUAL(count_files(), 2);
	unlink(in_folder("page"));
	unlink(in_folder("other"));
}

static int write_and_die(void)
{
	struct output_file f;

	if (!opened(&f) || count_files() != 1)
		return 1;
	if (write(f.fd, "half", 4) != 4)
		return 2;
	raise(SIGKILL);
	return 3;
}

/* What is killed leaves nothing: soon, for the keeper hears of it. */
static void test_killed(void)
{
	const struct timespec step = { .tv_nsec = 10000000 };
	int i, status = in_child(write_and_die);

	CU_ASSERT_TRUE(WIFSIGNALED(status));
	for (i = 0; i < 2000 && count_files(); i++)
		nanosleep(&step, NULL);
	CU_ASSERT_EQUAL(count_files(), 0);
}

static int give_up(void)
{
	struct output_file f;

	if (!opened(&f))
		return 1;
	output_file_deinit(&f);
	return count_files() ? 2 : 0;
}

static void test_given_up(void)
{
	CU_ASSERT_EQUAL(in_child(give_up), 0);
}

/* In a process of its own, which alone reads the file. */
static int read_meanwhile(void)
{
	struct output_file f;
	struct dm_error *err;
	int ret = 1;

	err = output_file_create(&f, in_folder("page"), OUTPUT_PAGE, false);
	if (!err)
		err = inputs_add(in_folder("page"));
	if (!err)
		err = output_file_commit(&f);
	if (err && err->code == DM_ERROR_INVALID_ARGUMENT &&
	    strstr(err->message, "is one of the files to read"))
		ret = 0;
	dm_error_destroy(err);
	output_file_deinit(&f);
	return ret;
}

/* What came there meanwhile is looked at again. */
static void test_meanwhile(void)
{
	struct output_file f;

	suite_no_error(
		output_file_create(&f, in_folder("page"), OUTPUT_PAGE, false));
	put("page", "another's");
	suite_error(output_file_commit(&f), DM_ERROR_INVALID_ARGUMENT,
		    "--force replaces it");
	output_file_deinit(&f);
	check_content("page", "another's");
	put("page", OUTPUT_PAGE_BEGIN);
	CU_ASSERT_EQUAL(in_child(read_meanwhile), 0);
	CU_ASSERT_EQUAL(count_files(), 1);
	unlink(in_folder("page"));
}

/* Who may read the old one may read the new one, and nobody else. */
static void test_mode(void)
{
	struct output_file f;
	struct stat st;

	put("page", OUTPUT_PAGE_BEGIN);
	chmod(in_folder("page"), 0640);
	suite_no_error(
		output_file_create(&f, in_folder("page"), OUTPUT_PAGE, false));
	suite_no_error(output_file_commit(&f));
	output_file_deinit(&f);
	CU_ASSERT_EQUAL(stat(in_folder("page"), &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0640);
	CU_ASSERT_EQUAL(st.st_size, 0);
	unlink(in_folder("page"));
}

/* Names as long as a file system takes. */
static void test_long_name(void)
{
	char name[256], path[512];
	struct output_file f;

	memset(name, 'n', 255);
	name[255] = '\0';
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	suite_no_error(output_file_create(&f, path, OUTPUT_PAGE, false));
	suite_no_error(output_file_commit(&f));
	output_file_deinit(&f);
	CU_ASSERT_EQUAL(unlink(path), 0);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "in the sandbox", test_sandbox },
		{ "killed", test_killed },
		{ "given up", test_given_up },
		{ "what came meanwhile", test_meanwhile },
		{ "mode", test_mode },
		{ "long names", test_long_name },
		CU_TEST_INFO_NULL,
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = suite_run("output file", tests);
	rmdir(folder);
	return failed;
}
