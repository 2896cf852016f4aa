/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be fuzzed: parsers of strangers' bytes. Each is run by
 * libFuzzer (fuzz_main.c, make fuzz), and on its seeds and the crashes once
 * found by a suite in every build (test_fuzz.c).
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "directmap.h"

/* Takes one input; the bytes are borrowed. */
typedef void (*fuzz_put)(void *arg, const void *data, size_t size);

struct fuzz_target {
	const char *name;
	/* What must not be ends the program. */
	void (*run)(const uint8_t *data, size_t size);
	/* Inputs to begin with. */
	void (*seeds)(fuzz_put put, void *arg);
	/* Longer ones find nothing that shorter ones do not. */
	size_t max_size;
};

/* All of them, NULL at the end. */
extern const struct fuzz_target *const fuzz_targets[];

extern const struct fuzz_target fuzz_vmcoreinfo, fuzz_walk, fuzz_kallsyms,
	fuzz_btf, fuzz_flattened, fuzz_image, fuzz_find, fuzz_policy,
	fuzz_ram_list, fuzz_report;

#define fuzz_check(condition)                                                  \
	do {                                                                   \
		if (!(condition))                                              \
			fuzz_failed(__FILE__, __LINE__, #condition);           \
	} while (0)

void fuzz_failed(const char *file, int line, const char *condition)
	__attribute__((noreturn));
/* An error is fine; one without a word is not. Ends it. */
bool fuzz_no_error(struct dm_error *err);

/* ---- Input, piece by piece; zeros once it is used up --------------------- */

struct fuzz_input {
	const uint8_t *at;
	size_t left;
};

uint64_t fuzz_take(struct fuzz_input *in, size_t bytes);
const uint8_t *fuzz_take_bytes(struct fuzz_input *in, size_t size);

/*
 * Edits to @size bytes at @base, until the input ends: a place, and what is
 * to be done there (bytes in place of those, one number, zeros, a flipped bit).
 */
void fuzz_edit(struct fuzz_input *in, uint8_t *base, size_t size);

#endif /* FUZZ_H */
