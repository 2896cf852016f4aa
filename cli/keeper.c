// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "keeper.h"

enum request_kind { CREATE, COMMIT, DISCARD };

struct request {
	enum request_kind kind;
	bool force;
};

/* With a descriptor beside it where a file was made. */
struct reply {
	int code; /* of enum dm_error_code; 0: done */
	char message[DM_ERROR_MESSAGE_MAX];
};

static struct {
	const char *path;
	int fd; /* 0: none */
} keeper;

/* ---- The keeper ------------------------------------------------------------ */

/* The file, and whether there is one. */
struct kept {
	struct new_file file;
	bool made;
};

union descriptor {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static void put_descriptor(struct msghdr *message, union descriptor *d, int fd)
{
	message->msg_control = d->bytes;
	message->msg_controllen = sizeof(d->bytes);
	d->header = (struct cmsghdr){
		.cmsg_len = CMSG_LEN(sizeof(fd)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
	};
	memcpy(CMSG_DATA(&d->header), &fd, sizeof(fd));
}

/* Takes @err; @fd -1: none. */
static bool answer(int socket, struct dm_error *err, int fd)
{
	struct reply reply = { 0 };
	struct iovec iov = { &reply, sizeof(reply) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	union descriptor descriptor = { 0 };

	if (err) {
		reply.code = (int)err->code;
		strncpy(reply.message, err->message, sizeof(reply.message) - 1);
		dm_error_destroy(err);
	} else if (fd >= 0) {
		put_descriptor(&message, &descriptor, fd);
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) == sizeof(reply);
}

static void discard(struct kept *kept)
{
	if (kept->made)
		new_file_deinit(&kept->file);
	kept->made = false;
}

/* @r comes from who parses a dump: it may ask for less than it is allowed. */
static bool serve(int socket, const struct request *r, struct kept *kept,
		  const char *path, bool force)
{
	struct dm_error *err = NULL;

	if (r->kind == CREATE && !kept->made) {
		err = new_file_create(&kept->file, path, force && r->force);
		kept->made = !err;
		return answer(socket, err, kept->made ? kept->file.fd : -1);
	}
	if (r->kind == COMMIT && kept->made)
		return answer(socket, new_file_commit(&kept->file), -1);
	discard(kept);
	return answer(socket, NULL, -1);
}

/* Until the other end is closed, by whatever ended that process. */
__attribute__((noreturn)) static void keep(int socket, const char *path,
					   bool force)
{
	struct kept kept = { .made = false };
	struct request r;
	ssize_t n;

	/* They are for the other, which is waited for. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		n = read(socket, &r, sizeof(r));
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(r) || !serve(socket, &r, &kept, path, force))
			break;
	}
	discard(&kept);
	_exit(0);
}

struct dm_error *keeper_start(const char *path, bool force)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return dm_error_create(DM_ERROR_OUTPUT, "no socket: %s",
				       strerror(errno));
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		keep(ends[1], path, force);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return dm_error_create(DM_ERROR_OUTPUT, "no process: %s",
				       strerror(errno));
	}
	keeper.path = path;
	/* Also where the usual three are closed. */
	keeper.fd = fcntl(ends[0], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(ends[0]);
	return keeper.fd > 0 ? NULL
			     : dm_error_create(DM_ERROR_OUTPUT, "no socket: %s",
					       strerror(errno));
}

/* ---- In the sandbox -------------------------------------------------------- */

int keeper_socket(void)
{
	return keeper.fd;
}

bool keeper_has(const char *path)
{
	return keeper.fd && strcmp(path, keeper.path) == 0;
}

static struct dm_error *lost(void)
{
	return dm_error_create(DM_ERROR_OUTPUT,
			       "%s: the process that writes it is gone",
			       keeper.path);
}

static bool receive(struct reply *reply, int *fd)
{
	struct iovec iov = { reply, sizeof(*reply) };
	union descriptor descriptor = { 0 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = descriptor.bytes,
		.msg_controllen = sizeof(descriptor.bytes),
	};
	ssize_t n;

	do
		n = recvmsg(keeper.fd, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != sizeof(*reply))
		return false;
	if (fd && message.msg_controllen >= CMSG_LEN(sizeof(*fd)) &&
	    descriptor.header.cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(&descriptor.header), sizeof(*fd));
	return true;
}

static struct dm_error *ask(enum request_kind kind, bool force, int *fd)
{
	struct request r;
	struct pollfd is_there = { .fd = keeper.fd };
	struct reply reply;

	/* Its padding is sent too. */
	memset(&r, 0, sizeof(r));
	r.kind = kind;
	r.force = force;
	/* Else write() would be a SIGPIPE. */
	if (poll(&is_there, 1, 0) != 0 ||
	    write(keeper.fd, &r, sizeof(r)) != sizeof(r) ||
	    !receive(&reply, fd))
		return lost();
	if (!reply.code)
		return NULL;
	reply.message[sizeof(reply.message) - 1] = '\0';
	return dm_error_create((enum dm_error_code)reply.code, "%s",
			       reply.message);
}

struct dm_error *keeper_create(bool force, int *fd)
{
	struct dm_error *err;

	*fd = -1;
	err = ask(CREATE, force, fd);
	return err || *fd >= 0 ? err : lost();
}

struct dm_error *keeper_commit(void)
{
	return ask(COMMIT, false, NULL);
}

void keeper_discard(void)
{
	dm_error_destroy(ask(DISCARD, false, NULL));
}
