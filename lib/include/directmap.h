/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * libdirectmap: the geometry of the arm64 linear map, read off a vmcore.
 *
 * The library opens no file, prints nothing, never exits and keeps no global
 * state. A front end gives it physical memory (struct dm_source) and takes the
 * results as values, or as text through a struct dm_sink.
 *
 * Conventions:
 *  - Every function that can fail returns a struct dm_error *, NULL on success.
 *    The caller owns the error and ends it with dm_error_destroy(). Any may give
 *    DM_ERROR_NO_MEMORY, and what writes to a sink DM_ERROR_OUTPUT; other codes
 *    are named where they have a meaning of their own.
 *  - What is given back through the last pointers is the caller's if it has a
 *    destroy or close function, which takes NULL. What comes by a pointer to
 *    const belongs to the object that was asked and ends with it; text of
 *    functions called _name, _label, _text or _noun that take no object is
 *    static. What a function is given is borrowed for the call, unless it says
 *    that it takes it, copies it, or that it must outlive something.
 *  - "pa" is a physical, "va" a virtual address, "size" is in bytes; a range is
 *    [start, end) unless said otherwise.
 *  - An object, with all that came of it, is used by one thread at a time; two
 *    objects may be used by two threads. Functions without an object can be
 *    called from any.
 *  - A struct that begins with struct_size may get members at its end. Who fills
 *    it sets that to sizeof() and the rest to 0; who gets it may read as much as
 *    it says. Other structs stay as they are. An enum may get values at its end:
 *    be ready for those that you do not know.
 */
#ifndef DIRECTMAP_H
#define DIRECTMAP_H

#include <directmap/api.h>
#include <directmap/counters.h>
#include <directmap/error.h>
#include <directmap/explain.h>
#include <directmap/find.h>
#include <directmap/history.h>
#include <directmap/kernel.h>
#include <directmap/leaf.h>
#include <directmap/machine.h>
#include <directmap/map.h>
#include <directmap/missing.h>
#include <directmap/number.h>
#include <directmap/owner.h>
#include <directmap/policy.h>
#include <directmap/ptdump.h>
#include <directmap/runs.h>
#include <directmap/session.h>
#include <directmap/sink.h>
#include <directmap/source.h>
#include <directmap/symbols.h>
#include <directmap/text.h>
#include <directmap/types.h>
#include <directmap/walk.h>

#endif /* DIRECTMAP_H */
