/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that clang's link-time optimisation has given: what is local to a source
 * file is called "name.llvm.NUMBER" where another file's code came to use it.
 */
#ifndef DM_SYMBOL_NAME_H
#define DM_SYMBOL_NAME_H

#include <string.h>

/* kernel/kallsyms.c, cleanup_symbol_name() */
#define SYMBOL_LOCAL_SUFFIX ".llvm."

/** Cut the suffix off, as the kernel does where it prints a symbol. */
static inline void symbol_name_clean(char *name)
{
	char *suffix = strstr(name, SYMBOL_LOCAL_SUFFIX);

	if (suffix && suffix != name)
		*suffix = '\0';
}

/** Whether @p symbol is @p name with such a suffix. */
static inline int symbol_name_is_local(const char *symbol, const char *name)
{
	size_t length = strlen(name);

	return length && strncmp(symbol, name, length) == 0 &&
	       strncmp(symbol + length, SYMBOL_LOCAL_SUFFIX,
		       strlen(SYMBOL_LOCAL_SUFFIX)) == 0;
}

#endif /* DM_SYMBOL_NAME_H */
