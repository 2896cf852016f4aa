/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of a stored report, which may be anybody's: what is not there or of
 * another type is not known, and nothing is trusted to fit.
 */
#ifndef STORED_FIELDS_H
#define STORED_FIELDS_H

#include <jansson.h>

#include "directmap.h"

/** The member of @p o by keys with dots; NULL if it is not there. */
json_t *field(const json_t *o, const char *keys);
/** "" if it is no string. */
const char *field_text(const json_t *o, const char *keys);
/** @returns	false, and 0, if it is no integer from 0 on. */
bool field_number(const json_t *o, const char *keys, uint64_t *ret);
/** DM_UNKNOWN if it is neither true nor false. */
enum dm_known field_bool(const json_t *o, const char *keys);
/** "0x…"; false, and 0, if it is not that. */
bool field_hex(const json_t *o, const char *keys, uint64_t *ret);
/** An array, or NULL. */
json_t *field_list(const json_t *o, const char *keys);

/** By leaf; false if one of them is not known. */
bool field_leaves(const json_t *o, const char *keys, uint64_t ret[DM_LEAF_MAX]);
/** The sum, which stays at the most there is. */
uint64_t leaves_total(const uint64_t leaves[DM_LEAF_MAX]);
/** Which leaf "pte", "pmd" … is; false: none. */
bool leaf_by_name(const char *name, enum dm_leaf *ret);
/** "4k", "2M" …: of the report's page size; the leaf's name if not known. */
const char *field_leaf_label(const json_t *report, enum dm_leaf leaf);

/**
 * An owner in words: "module dummy (text)", "bpf tprog_7_4000". What goes
 * together has one name: a module without its part's address, a BPF program
 * without its place.
 */
void field_owner(const json_t *owner, char *text, size_t size);

#endif /* STORED_FIELDS_H */
