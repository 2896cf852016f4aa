/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figures by leaf size, summed up. */
#ifndef DM_LEAF_SUM_H
#define DM_LEAF_SUM_H

#include "directmap.h"

/** Of DM_LEAF_COUNT figures of one map, whose sum has no more than 64 bits. */
static inline uint64_t leaf_sum(const uint64_t *by_leaf)
{
	uint64_t sum = 0;
	int leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		sum += by_leaf[leaf];
	return sum;
}

#endif /* DM_LEAF_SUM_H */
