/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes synthetic arm64 vmcores from a small text language (README.md).
 *
 * Nothing of lib/ but its errors is used: descriptors are encoded here a
 * second time, from the same sources, so that a wrong decoding in lib/ is
 * not compared with its own mirror image.
 */
#ifndef GEN_H
#define GEN_H

#include "directmap.h"

/**
 * Make the dump that the text describes.
 *
 * @param spec	    lines of the language, NUL-terminated
 * @param out_path  the file to make; with `split=N`, the names of the N files
 *		    are this and ".0", ".1", …
 *
 * @returns DM_ERROR_INVALID_ARGUMENT for a mistake in the text; the message
 *	    names line and word.
 */
struct dm_error *gen_dump(const char *spec, const char *out_path);

#endif /* GEN_H */
