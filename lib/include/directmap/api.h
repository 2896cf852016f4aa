/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What all installed headers begin with: plain types, and what a library exports.
 */
#ifndef DIRECTMAP_API_H
#define DIRECTMAP_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of these headers; the Makefile reads it too. */
#define DM_VERSION "0.1.0"

/**
 * A function that the shared library exports; all else in it is hidden. Who links
 * the sources into a plugin and wants to export nothing defines it as empty.
 */
#ifndef DM_API
#define DM_API __attribute__((visibility("default")))
#endif

/** @def DM_BEGIN_DECLS
 * Declarations for C and C++ alike, up to DM_END_DECLS.
 * @def DM_END_DECLS
 * Ends what DM_BEGIN_DECLS begins. */
#ifdef __cplusplus
#define DM_BEGIN_DECLS extern "C" {
#define DM_END_DECLS   }
#else
#define DM_BEGIN_DECLS
#define DM_END_DECLS
#endif

#endif /* DIRECTMAP_API_H */
