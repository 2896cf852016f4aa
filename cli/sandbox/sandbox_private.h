/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SANDBOX_PRIVATE_H
#define SANDBOX_PRIVATE_H

#include "sandbox.h"

/* Built with AddressSanitizer, which forks to look for leaks, and more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
	__has_feature(memory_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif
#ifndef SANDBOX_SANITIZED
#define SANDBOX_SANITIZED 0
#endif

/* Each is NULL where it is in force, else one clause why it is not. */
const char *sandbox_restrict_files(const struct sandbox_needs *needs);
/* @p loose: only what a tool that watches the process has no use for. */
const char *sandbox_restrict_calls(const struct sandbox_needs *needs,
				   bool loose);

#endif /* SANDBOX_PRIVATE_H */
