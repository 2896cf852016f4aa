/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that is made up, for page sizes of which no whole dump is small: its
 * memblock has all of its RAM, so that what tables lose without a trace is seen.
 */
#ifndef THIRD_STATE_MADE_H
#define THIRD_STATE_MADE_H

#include "fake/fake_target.h"

/**
 * Memory of three PMDs: by contiguous groups with the kernel's text and a page
 * that is invalid; a block; and by groups again around memory that is not mapped
 * (NOMAP). @returns what fake_target_destroy() ends.
 */
struct fake_target *made_create(unsigned int page_shift, unsigned int va_bits);

#endif /* THIRD_STATE_MADE_H */
