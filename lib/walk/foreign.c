// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Collects leaves that are not linear map, and tells whether they are KASAN's
 * shadow.
 */
#include <string.h>

#include "walk/foreign.h"
#include "walk/usage.h"

void dm_foreign_add(struct foreign *foreign, const struct dm_finding *what)
{
	struct dm_finding *last = &foreign->last;

	if (foreign->count && last->kind == what->kind &&
	    last->start + last->size == what->start) {
		last->size += what->size;
	} else {
		*last = *what;
		foreign->count++;
		foreign->by_kind[what->kind]++;
	}
	if (foreign->count <= FOREIGN_AREAS)
		foreign->areas[foreign->count - 1] = *last;
}

static size_t kept(const struct foreign *foreign)
{
	return foreign->count < FOREIGN_AREAS ? foreign->count : FOREIGN_AREAS;
}

void dm_foreign_report(const struct foreign *foreign, struct dm_usage *usage)
{
	uint64_t by_kind[DM_FINDING_MAX];
	size_t i;

	memcpy(by_kind, foreign->by_kind, sizeof(by_kind));
	for (i = 0; i < kept(foreign); i++) {
		dm_usage_add_finding(usage, &foreign->areas[i]);
		by_kind[foreign->areas[i].kind]--;
	}
	for (i = 0; i < DM_FINDING_COUNT; i++)
		usage->finding_count[i] += by_kind[i];
}

static bool covers_one(const struct dm_finding *area, uint64_t va)
{
	return va >= area->start && va - area->start < area->size;
}

static bool covers(const struct foreign *foreign, uint64_t va)
{
	size_t i;

	for (i = 0; i < kept(foreign); i++) {
		if (covers_one(&foreign->areas[i], va))
			return true;
	}
	return covers_one(&foreign->last, va);
}

/*
 * Since 5.11 (f4693c2716b3) generic and tag-based KASAN keep their shadow at
 * the top of the linear map's range: PAGE_END is KASAN_SHADOW_START, and the
 * shadow of a VA lies at KASAN_SHADOW_END - (-VA >> scale), with a scale of 3
 * or 4 and KASAN_SHADOW_END == _PAGE_END(VA_BITS_MIN) (7.3 asm/memory.h).
 * VMCOREINFO does not tell, so take it for KASAN only where all of it fits:
 * no linear leaf in the shadow, nothing foreign below it, its top mapped, and
 * the shadow of the first linear page is mapped.
 */
static bool is_shadow(const struct foreign *foreign, uint64_t end,
		      uint64_t start, unsigned int scale, uint64_t first,
		      uint64_t last)
{
	return last <= start && foreign->areas[0].start >= start &&
	       covers(foreign, end - 1) &&
	       covers(foreign, end - (-first >> scale));
}

uint64_t dm_foreign_kasan_shadow(const struct foreign *foreign,
				 const struct dm_kernel *kernel, uint64_t first,
				 uint64_t last)
{
	unsigned int scale;

	for (scale = 3; foreign->count && scale <= 4; scale++) {
		uint64_t start = kernel->linear_end -
				 (UINT64_C(1) << (kernel->va_bits - scale));

		if (is_shadow(foreign, kernel->linear_end, start, scale, first,
			      last))
			return start;
	}
	return 0;
}
