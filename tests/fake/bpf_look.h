/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that was read of BPF, for those who look at it piece by piece. */
#ifndef BPF_LOOK_H
#define BPF_LOOK_H

#include "kernel/bpf/bpf_private.h"

static inline const struct bpf_program *bpf_programs(const struct bpf *bpf,
						     size_t *count)
{
	*count = bpf->program_count;
	return bpf->programs;
}

static inline const struct bpf_pack *bpf_packs(const struct bpf *bpf,
					       size_t *count)
{
	*count = bpf->pack_count;
	return bpf->packs;
}

static inline const struct bpf_program *bpf_program_by_id(const struct bpf *bpf,
							  uint32_t id)
{
	size_t i;

	for (i = 0; i < bpf->program_count; i++) {
		if (bpf->programs[i].id == id)
			return &bpf->programs[i];
	}
	return NULL;
}

static inline const struct bpf_text *bpf_texts(const struct bpf *bpf,
					       size_t *count)
{
	return dm_bpf_texts_in(bpf, 0, UINT64_MAX, count);
}

static inline const struct bpf_text *bpf_text_at(const struct bpf *bpf,
						 uint64_t va)
{
	size_t count;

	return dm_bpf_texts_in(bpf, va, va == UINT64_MAX ? va : va + 1, &count);
}

#endif /* BPF_LOOK_H */
