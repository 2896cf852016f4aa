/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors as the library's own rooms make and pass them. */
#ifndef DM_ERROR_H
#define DM_ERROR_H

#include "directmap.h"

/* Longest message, NUL included; more is cut. */
#define DM_ERROR_MESSAGE_MAX 512

/* The one error that needs no memory. */
struct dm_error *dm_error_no_memory(void);

#endif /* DM_ERROR_H */
