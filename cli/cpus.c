// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts CPUs by affinity, and by the quotas of cgroups v1 and v2.
 *
 * Linux Documentation/admin-guide/cgroup-v2.rst (cpu.max) and
 * Documentation/scheduler/sched-bwc.rst (cpu.cfs_quota_us). A group's limit
 * holds for those below it, so that all on the way up count.
 */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpus.h"

#define ROOT "/sys/fs/cgroup"

/* The first line of a file; false if there is none. */
static bool read_line(const char *path, char *text, int size)
{
	FILE *file = fopen(path, "re");
	bool had = file && fgets(text, size, file);

	if (file)
		fclose(file);
	return had;
}

/* CPUs by the quota in @quota of each @period, rounded up; 0: no limit. */
static unsigned long by_quota(long long quota, long long period)
{
	if (quota <= 0 || period <= 0)
		return 0;
	return (unsigned long)((quota + period - 1) / period);
}

static unsigned long limit_of(const char *group, bool v2)
{
	long long quota = 0, period = 0;
	char path[4352], text[64];

	snprintf(path, sizeof(path), "%s/%s", group,
		 v2 ? "cpu.max" : "cpu.cfs_quota_us");
	if (!read_line(path, text, sizeof(text)))
		return 0;
	/* "max" is no number, and no limit. */
	if (v2)
		return sscanf(text, "%lld %lld", &quota, &period) == 2
			       ? by_quota(quota, period)
			       : 0;
	quota = strtoll(text, NULL, 10);
	snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", group);
	if (read_line(path, text, sizeof(text)))
		period = strtoll(text, NULL, 10);
	return by_quota(quota, period);
}

/* The least of the limits from @group up to @top, at most @cpus. */
static unsigned long limit_up_to(char *group, const char *top, bool v2,
				 unsigned long cpus)
{
	for (;;) {
		unsigned long limit = limit_of(group, v2);
		char *slash = strrchr(group, '/');

		if (limit && limit < cpus)
			cpus = limit;
		if (strlen(group) <= strlen(top) || !slash)
			return cpus;
		*slash = '\0';
	}
}

static bool has_controller(const char *list, const char *name)
{
	size_t len = strlen(name);

	while (list) {
		if (strncmp(list, name, len) == 0 &&
		    (list[len] == ',' || !list[len]))
			return true;
		list = strchr(list, ',');
		list = list ? list + 1 : NULL;
	}
	return false;
}

/* A line of /proc/self/cgroup: "0::/group" (v2) or "4:cpu,cpuacct:/group". */
static unsigned long limit_by_line(char *line, unsigned long cpus)
{
	char *list = strchr(line, ':');
	char *group = list ? strchr(list + 1, ':') : NULL;
	char path[4224];
	bool v2;

	if (!group)
		return cpus;
	*group++ = '\0';
	group[strcspn(group, "\n")] = '\0';
	list++;
	v2 = !*list;
	if (!v2 && !has_controller(list, "cpu"))
		return cpus;
	snprintf(path, sizeof(path), "%s%s", v2 ? ROOT : ROOT "/cpu",
		 strcmp(group, "/") == 0 ? "" : group);
	return limit_up_to(path, v2 ? ROOT : ROOT "/cpu", v2, cpus);
}

static unsigned long by_affinity(void)
{
	/* More CPUs than fit into glibc's set: such machines are rare. */
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	return (unsigned long)CPU_COUNT(&set);
}

unsigned int cpus_allowed(void)
{
	unsigned long cpus = by_affinity();
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[4096];

	while (file && fgets(line, sizeof(line), file))
		cpus = limit_by_line(line, cpus);
	if (file)
		fclose(file);
	return cpus ? (unsigned int)cpus : 1;
}
