/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sandbox.c uses of files.c (Landlock) and calls.c (seccomp). */
#ifndef SANDBOX_PRIVATE_H
#define SANDBOX_PRIVATE_H

#include "sandbox.h"

/* Each is NULL where it is in force, else one clause why it is not. */
const char *sandbox_restrict_files(const struct sandbox_needs *needs);
/* @p loose: only what a tool that watches the process has no use for. */
const char *sandbox_restrict_calls(const struct sandbox_needs *needs,
				   bool loose);
/* Whether the system has Landlock, and seccomp's filters. */
bool sandbox_has_files(void);
bool sandbox_has_calls(void);
/* For children of this process that enter with as much, and write no files. */
void sandbox_prepare_calls(bool loose);

#endif /* SANDBOX_PRIVATE_H */
