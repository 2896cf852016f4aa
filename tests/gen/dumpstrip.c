// SPDX-License-Identifier: GPL-2.0-or-later
/* dumpstrip DUMP OUT END [text] [header] [symbols] [add-header] [off=BYTES]: strip.h as a command. */
#include <stdio.h>
#include <string.h>

#include "directmap/number.h"
#include "strip.h"

int main(int argc, char **argv)
{
	static const char *const words[] = { "text", "header", "symbols",
					     "add-header" };
	unsigned int what = 0;
	struct dm_error *err;
	uint64_t end, off = 0;
	size_t k;
	int i;

	if (argc < 4 || !dm_number_parse(argv[3], &end)) {
		fprintf(stderr,
			"usage: dumpstrip DUMP OUT END [text] [header] [symbols] [add-header] [off=BYTES]\n");
		return 2;
	}
	for (i = 4; i < argc; i++) {
		for (k = 0; k < sizeof(words) / sizeof(*words); k++)
			what |= !strcmp(argv[i], words[k]) ? 1U << k : 0;
		if (!strncmp(argv[i], "off=", 4) &&
		    !dm_number_parse(argv[i] + 4, &off))
			return 2;
	}
	err = strip_dump(argv[1], argv[2], end, what, off);
	if (!err)
		return 0;
	fprintf(stderr, "dumpstrip: %s\n", err->message);
	dm_error_destroy(err);
	return 1;
}
