/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Errors: values with a code and one line of text.
 */
#ifndef DIRECTMAP_ERROR_H
#define DIRECTMAP_ERROR_H

#include <directmap/api.h>

DM_BEGIN_DECLS

/** Longest message, NUL included; more is cut. */
#define DM_ERROR_MESSAGE_MAX 512

/** What kind of error it is: what the caller can do about it. */
enum dm_error_code {
	/** No memory. */
	DM_ERROR_NO_MEMORY = 1,
	/** An argument of the caller's makes no sense. */
	DM_ERROR_INVALID_ARGUMENT,
	/** The operating system failed a call (message has strerror). */
	DM_ERROR_OS,
	/** The page is not in the dump: excluded, outside, or cut off. */
	DM_ERROR_ABSENT,
	/** The page is in the dump but its content cannot be read. */
	DM_ERROR_BROKEN,
	/** Not a dump, or a kind of dump or kernel that is not supported. */
	DM_ERROR_UNSUPPORTED,
	/** What the dump says of itself is missing or contradictory. */
	DM_ERROR_BAD_DUMP,
	/** The user or the caller asked to stop. */
	DM_ERROR_INTERRUPTED,
	/** The sink could not take the output. */
	DM_ERROR_OUTPUT,
	/** What was asked for (symbol, type, address) is not known here. */
	DM_ERROR_NOT_FOUND,
};

struct dm_error {
	enum dm_error_code code; /**< what kind it is */
	/** One line, no newline: what, where, and what to do. */
	const char *message;
};

/** "out of memory": the one error that needs none, and no dm_error_destroy(). */
DM_API struct dm_error *dm_error_no_memory(void)
	__attribute__((returns_nonnull));

/** Make an error. Never NULL: without memory it is dm_error_no_memory(). */
DM_API struct dm_error *dm_error_create(enum dm_error_code code,
					const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** Another of the same code and message, the caller's. */
DM_API struct dm_error *dm_error_copy(const struct dm_error *err)
	__attribute__((returns_nonnull));

/** Put text and ": " before the message. Takes @p err, gives it or another back. */
DM_API struct dm_error *dm_error_prefix(struct dm_error *err,
					const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** The same message under another code. Takes @p err, gives it back. */
DM_API struct dm_error *dm_error_recode(struct dm_error *err,
					enum dm_error_code code)
	__attribute__((returns_nonnull));

/** NULL is fine. */
DM_API void dm_error_destroy(struct dm_error *err);

/** "absent", "broken", "no_memory", …: the code as in JSON; static text. */
DM_API const char *dm_error_code_name(enum dm_error_code code);

/**
 * Whether @p err says nothing about the dump, and so ends the job: no memory, a
 * call that the system failed, an interrupt, output that could not be taken. Any
 * other is what the dump lacks or has wrong, and the rest can still be told.
 * NULL: no.
 */
DM_API bool dm_error_is_fatal(const struct dm_error *err);

DM_END_DECLS

#endif /* DIRECTMAP_ERROR_H */
