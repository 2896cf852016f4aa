/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many threads are worth starting. */
#ifndef CPUS_H
#define CPUS_H

/** CPUs that this process may keep busy: by affinity and by cgroup quota. */
unsigned int cpus_allowed(void);

#endif /* CPUS_H */
