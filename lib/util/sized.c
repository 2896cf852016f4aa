// SPDX-License-Identifier: GPL-2.0-or-later
/* Structs of a caller's that begin with their size. */
#include <string.h>

#include "util/sized.h"

struct dm_error *dm_sized_take(void *own, size_t own_size, const void *given,
			       const char *name)
{
	const unsigned char *bytes = given;
	size_t size = own_size, i;

	memset(own, 0, own_size);
	if (given)
		memcpy(&size, given, sizeof(size));
	if (size < sizeof(size))
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"struct_size of struct %s is not set: sizeof() of it",
			name);
	for (i = own_size; given && i < size; i++) {
		if (bytes[i])
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"struct %s has something at byte %zu, and this library (" DM_VERSION
				") knows %zu bytes of it: it is older than the program",
				name, i, own_size);
	}
	if (given)
		memcpy(own, given, size < own_size ? size : own_size);
	memcpy(own, &own_size, sizeof(own_size));
	return NULL;
}
