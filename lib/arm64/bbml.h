/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The levels of "break before make" (Arm ARM D8.16, FEAT_BBML): what splitting a
 * live leaf asks of a CPU.
 *
 * Which CPUs have it a kernel says by itself, and no two alike: 7.2 goes by a
 * list of MIDRs and leaves ID_AA64MMFR2_EL1.BBM out (kernel/cpufeature.c,
 * cpu_supports_bbml2_noabort()), 7.3 goes by that field, from 3 on, or by a longer
 * list (cpu_supports_bbml3()). So the capability is read, never worked out.
 */
#ifndef DM_BBML_H
#define DM_BBML_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether a capability is one that lets a live leaf be split, by its text in
 * kernel/cpufeature.c, arm64_features[]: "BBM Level 3", "BBM Level 2 without TLB
 * conflict abort".
 * @param name	"bbml3", "bbml2"; unchanged where it is not.
 */
bool dm_bbml_is(const char *desc, char *name, size_t size);

/** The same name for people: "BBML2", "BBML3". Static text. */
const char *dm_bbml_label(const char *name);

#endif /* DM_BBML_H */
