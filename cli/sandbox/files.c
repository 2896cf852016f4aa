// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Landlock (Linux 5.13; Documentation/userspace-api/landlock.rst). glibc has no
 * wrappers, and headers of Debian 12 do not know the later rights: numbers are
 * the kernel's interface, and stay as they are.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_private.h"

/* The same on all architectures. */
#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_add_rule	     445
#define __NR_landlock_restrict_self  446
#endif

#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH      1

/* include/uapi/linux/landlock.h, LANDLOCK_ACCESS_FS_…; in brackets: ABI. */
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR  (UINT64_C(1) << 3)
#define FS_REFER     (UINT64_C(1) << 13) /* 2 */
#define FS_TRUNCATE  (UINT64_C(1) << 14) /* 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* 5 */
#define FS_ABI_1     ((UINT64_C(1) << 13) - 1)

#define NET_ALL	     UINT64_C(3) /* 4: bind and connect by TCP */
#define SCOPE_ALL    UINT64_C(3) /* 6: abstract sockets, signals */

struct ruleset_attr {
	uint64_t fs, net, scope;
};

struct path_beneath {
	uint64_t access;
	int32_t fd;
} __attribute__((packed));

struct rules {
	int fd;
	int abi;
	uint64_t handled;
};

/* Below 1 where there is none; errno says why. */
static int landlock_abi(void)
{
	return (int)syscall(__NR_landlock_create_ruleset, NULL, 0,
			    CREATE_RULESET_VERSION);
}

bool sandbox_has_files(void)
{
	return landlock_abi() >= 1;
}

static const char *begin(struct rules *r)
{
	struct ruleset_attr attr = { .fs = FS_ABI_1 };
	size_t size = sizeof(attr.fs);

	r->abi = landlock_abi();
	if (r->abi < 1)
		return errno == EOPNOTSUPP ? "switched off in this kernel"
		       : errno == ENOSYS   ? "not in this kernel"
					   : "forbidden here";
	if (r->abi >= 2)
		attr.fs |= FS_REFER;
	if (r->abi >= 3)
		attr.fs |= FS_TRUNCATE;
	if (r->abi >= 4) {
		attr.net = NET_ALL;
		size = 2 * sizeof(attr.fs);
	}
	if (r->abi >= 5)
		attr.fs |= FS_IOCTL_DEV;
	if (r->abi >= 6) {
		attr.scope = SCOPE_ALL;
		size = sizeof(attr);
	}
	r->handled = attr.fs;
	r->fd = (int)syscall(__NR_landlock_create_ruleset, &attr, size, 0);
	return r->fd < 0 ? "a ruleset cannot be made" : NULL;
}

/* A path that is not there needs no rule. */
static bool allow(const struct rules *r, const char *path, uint64_t access)
{
	struct path_beneath rule = { .access = access & r->handled };
	struct stat st;
	bool good;

	rule.fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.fd < 0)
		return true;
	/* Rights for folders are refused for a file. */
	if (fstat(rule.fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.access &= FS_READ_FILE | FS_IOCTL_DEV;
	good = syscall(__NR_landlock_add_rule, r->fd, RULE_PATH_BENEATH, &rule,
		       0) == 0;
	close(rule.fd);
	return good;
}

/* A folder is no dump: it may be opened to find that out, and no more. */
static bool allow_input(const struct rules *r, const char *path)
{
	struct stat st;

	return allow(r, path,
		     stat(path, &st) == 0 && S_ISDIR(st.st_mode)
			     ? FS_READ_DIR
			     : FS_READ_FILE | FS_IOCTL_DEV);
}

/*
 * What libraries look at: how many CPUs there are and may be used (sysconf(),
 * cgroups), this process itself (and, under a sanitizer, its maps).
 */
static const char *const surroundings[] = {
	"/sys/devices/system/cpu", "/sys/fs/cgroup", "/proc/self",
	"/proc/cpuinfo",	   "/proc/meminfo",
};

static bool allow_all(const struct rules *r, const struct sandbox_needs *needs)
{
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(surroundings) / sizeof(*surroundings); i++)
		good = good &&
		       allow(r, surroundings[i], FS_READ_FILE | FS_READ_DIR);
	for (i = 0; i < needs->read_count; i++)
		good = good && allow_input(r, needs->read[i]);
	return good;
}

const char *sandbox_restrict_files(const struct sandbox_needs *needs)
{
	struct rules r;
	const char *why;

	why = begin(&r);
	if (why)
		return why;
	if (!allow_all(&r, needs) ||
	    syscall(__NR_landlock_restrict_self, r.fd, 0) != 0)
		why = "this kernel does not take the rules";
	close(r.fd);
	return why;
}
