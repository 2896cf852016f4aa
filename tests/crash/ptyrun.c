// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a program on a terminal of its own and plays its user.
 *
 * usage: ptyrun SECONDS PROGRAM [ARGUMENT...]
 *
 * Lines on stdin: "wait TEXT" (until the program has written that, after what
 * was waited for before), "send TEXT" (and Enter), "pause MILLISECONDS",
 * "interrupt" (Ctrl-C). What the program writes goes to stdout. Exit 0 if all
 * was done within SECONDS, 77 if there are no terminals here.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int terminal;
static pid_t child;
static double end; /* seconds */
static char *seen; /* what was written and not waited for */
static size_t seen_size;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void give_up(const char *why, const char *what)
{
	fprintf(stderr, "ptyrun: %s: %s\n", why, what);
	kill(child, SIGKILL);
	exit(1);
}

/* Take what comes within @ms; false at the end of the program. */
static int take(int ms)
{
	struct pollfd poller = { .fd = terminal, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	if (poll(&poller, 1, ms) <= 0)
		return 1;
	n = read(terminal, buf, sizeof(buf));
	if (n <= 0)
		return 0;
	fwrite(buf, 1, (size_t)n, stdout);
	seen = realloc(seen, seen_size + (size_t)n + 1);
	if (!seen)
		abort();
	memcpy(seen + seen_size, buf, (size_t)n);
	seen_size += (size_t)n;
	seen[seen_size] = '\0';
	return 1;
}

static void wait_for(const char *text)
{
	char *found;

	while (!(seen && (found = strstr(seen, text)))) {
		if (now() > end)
			give_up("never came", text);
		if (!take(100))
			give_up("ended before", text);
	}
	found += strlen(text);
	seen_size -= (size_t)(found - seen);
	memmove(seen, found, seen_size + 1);
}

static void put(const char *text, size_t size)
{
	if (write(terminal, text, size) != (ssize_t)size)
		give_up("cannot send", text);
}

static void play(char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "wait ", 5) == 0) {
		wait_for(line + 5);
	} else if (strncmp(line, "send ", 5) == 0) {
		put(line + 5, strlen(line + 5));
		put("\r", 1);
	} else if (strncmp(line, "pause ", 6) == 0) {
		double until = now() + atof(line + 6) / 1e3;

		while (now() < until && take(10))
			;
	} else if (strcmp(line, "interrupt") == 0) {
		put("\003", 1);
	} else {
		give_up("no such line", line);
	}
}

int main(int argc, char **argv)
{
	char line[1024];
	int status;

	if (argc < 3)
		return 2;
	end = now() + atof(argv[1]);
	child = forkpty(&terminal, NULL, NULL, NULL);
	if (child < 0) {
		perror("ptyrun: no terminal");
		return 77;
	}
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	while (fgets(line, sizeof(line), stdin))
		play(line);
	while (take(100)) {
		if (now() > end)
			give_up("did not end", argv[2]);
	}
	waitpid(child, &status, 0);
	if (!WIFEXITED(status)) {
		fprintf(stderr, "ptyrun: a signal ended %s\n", argv[2]);
		return 1;
	}
	return 0;
}
