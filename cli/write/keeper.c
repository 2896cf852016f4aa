// SPDX-License-Identifier: GPL-2.0-or-later
/* The keeper's process, its pipes, and what it answers. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directmap/error.h"
#include "keeper.h"
#include "os_error.h"

struct keeper {
	int ask, answer; /* pipes: a byte to it, an answer from it */
};

/* Short enough for a pipe to take it at once: PIPE_BUF is 4096. */
struct answer {
	enum dm_error_code code;
	bool failed;
	char text[DM_ERROR_MESSAGE_MAX];
};

/* It ends when the other one does, which a terminal's signals tell as well. */
static void outlive(const int *keep)
{
	static const int signals[] = { SIGINT,	SIGTERM, SIGHUP,
				       SIGQUIT, SIGPIPE, SIGXFSZ };
	int low = keep[0] < keep[1] ? keep[0] : keep[1];
	int high = keep[0] < keep[1] ? keep[1] : keep[0];
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_IGN);
	/* Else the reader of a pipe would wait for this one's end of it. */
	for (i = 0; i < (size_t)low; i++)
		close((int)i);
	for (i = (size_t)low + 1; i < (size_t)high; i++)
		close((int)i);
	close_range((unsigned int)high + 1, ~0u, 0);
}

static void say(int fd, const struct dm_error *err)
{
	struct answer a = { 0 };

	if (err) {
		a.failed = true;
		a.code = err->code;
		strncpy(a.text, err->message, sizeof(a.text) - 1);
	}
	if (write(fd, &a, sizeof(a)) < 0)
		return;
}

__attribute__((noreturn)) static void
serve(int asked, int answer, struct dm_error *(*commit)(void *arg),
      void (*give_up)(void *arg), void *arg)
{
	const int keep[] = { asked, answer };
	struct dm_error *err;
	char byte;
	ssize_t n;

	outlive(keep);
	do {
		n = read(asked, &byte, 1);
	} while (n < 0 && errno == EINTR);
	err = n == 1 ? commit(arg) : NULL;
	if (n != 1 || err)
		give_up(arg);
	if (n == 1)
		say(answer, err);
	_exit(0);
}

struct dm_error *keeper_start(struct keeper **ret,
			      struct dm_error *(*commit)(void *arg),
			      void (*give_up)(void *arg), void *arg)
{
	int ask[2] = { -1, -1 }, answer[2] = { -1, -1 };
	struct dm_error *err = NULL;
	struct keeper *k;
	pid_t pid = -1;

	*ret = NULL;
	if (pipe2(ask, O_CLOEXEC) == 0 && pipe2(answer, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		serve(ask[0], answer[1], commit, give_up, arg);
	if (pid < 0)
		err = os_error(
			DM_ERROR_OUTPUT,
			"cannot start a process to put the output in its place");
	/* -1, where there is none, is refused and no harm. */
	close(ask[0]);
	close(answer[1]);
	/* Not before: the other process has no use for it. */
	k = err ? NULL : malloc(sizeof(*k));
	if (!k) {
		close(ask[1]);
		close(answer[0]);
		return err ? err : dm_error_no_memory();
	}
	*k = (struct keeper){ .ask = ask[1], .answer = answer[0] };
	*ret = k;
	return NULL;
}

struct dm_error *keeper_commit(struct keeper *k)
{
	struct answer a = { 0 };
	ssize_t n = -1;

	/* Where it was killed, that is an error and no death of this one. */
	signal(SIGPIPE, SIG_IGN);
	if (write(k->ask, "c", 1) == 1) {
		do {
			n = read(k->answer, &a, sizeof(a));
		} while (n < 0 && errno == EINTR);
	}
	if (n != (ssize_t)sizeof(a))
		return dm_error_create(
			DM_ERROR_OUTPUT,
			"the process that puts the output in its place was killed");
	a.text[sizeof(a.text) - 1] = '\0';
	return a.failed ? dm_error_create(a.code, "%s", a.text) : NULL;
}

void keeper_end(struct keeper *k)
{
	struct answer a;

	close(k->ask);
	/* Its end of the pipe closes when it ends. */
	while (read(k->answer, &a, sizeof(a)) > 0)
		;
	close(k->answer);
	free(k);
}
