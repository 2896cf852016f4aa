/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors as the library's own files include them. */
#include "directmap/error.h"
