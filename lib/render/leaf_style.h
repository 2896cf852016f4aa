/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a leaf size looks, in every picture the same. */
#ifndef DM_LEAF_STYLE_H
#define DM_LEAF_STYLE_H

#include "util/out.h"

/** The larger the leaf, the denser the sign. */
char dm_leaf_sign(enum dm_leaf leaf);
/** Of ANSI. */
const char *dm_leaf_ansi(enum dm_leaf leaf);
#define LEAF_ANSI_END "\033[0m"
/** "#rrggbb" */
const char *dm_leaf_rgb(enum dm_leaf leaf);
/** The leaf that most of these bytes have. */
enum dm_leaf dm_leaf_dominant(const uint64_t *bytes);

/** Bytes for people: 448 KiB, 2.25 GiB. */
void dm_out_bytes(struct out *out, uint64_t bytes);

#endif /* DM_LEAF_STYLE_H */
