// SPDX-License-Identifier: GPL-2.0-or-later
/* Frees a libkdumpfile context, or leaks it where freeing is unsafe. */
#include "dump/context.h"

#if KDUMPFILE_VERSION < KDUMPFILE_MKVER(0, 5, 2)
/*
 * Until 0.5.2, kdump_free() of a kdump-compressed dump looks at attributes that
 * it has just freed, and may write to one of them (attr.c: attr_dict_free(),
 * attr_remove_override()). In a heap that was much used, glibc has by then put
 * its own there: a crash, once in some thousand dumps. So the context is lost
 * rather than freed; it is a process's only one, or one of few.
 */
void dm_context_free(kdump_ctx_t *ctx)
{
	(void)ctx;
}

/* gcc and clang each say in their own way that LeakSanitizer will look. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define KNOWN_LEAK
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(KNOWN_LEAK)
const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *
__lsan_default_suppressions(void)
{
	return "leak:libkdumpfile\n";
}
const char *__lsan_default_options(void);
__attribute__((visibility("default"))) const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif
#else
void dm_context_free(kdump_ctx_t *ctx)
{
	if (ctx)
		kdump_free(ctx);
}
#endif
