/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms that VMCOREINFO has in memory; dm_vmcoreinfo_read() reads both. */
#ifndef DM_VMCOREINFO_NOTE_H
#define DM_VMCOREINFO_NOTE_H

#include <elf.h>

#include "directmap/kernel.h"

/* Kernels have one page, of 64K at most (VMCOREINFO_BYTES). */
#define VMCOREINFO_MAX (64 << 10)
/* Its first line since 2.6.24: crash_save_vmcoreinfo_init(). */
#define VMCOREINFO_FIRST_LINE "OSRELEASE="
/* The note's header, and its name filled up to 4 bytes. */
#define VMCOREINFO_NOTE_HEADER (sizeof(Elf64_Nhdr) + 12)

/* How both forms begin: the text, and the kernel's own copy as a note. */
bool dm_vmcoreinfo_begins(const unsigned char *bytes, size_t size);

/* Bytes of the text behind a note's header; 0: @bytes begin no such note. */
size_t dm_note_text_size(const unsigned char *bytes, size_t size);

/* DM_ERROR_BAD_DUMP: not a whole text. */
struct dm_error *dm_vmcoreinfo_check(const char *text, size_t size);

#endif /* DM_VMCOREINFO_NOTE_H */
