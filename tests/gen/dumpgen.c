// SPDX-License-Identifier: GPL-2.0-or-later
/* dumpgen SPEC OUT: the generator as a command. SPEC "-" is standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"

static char *read_all(FILE *f)
{
	size_t used = 0, capacity = 0, n;
	char *text = NULL;

	do {
		if (capacity - used < 2) {
			char *more = realloc(text, capacity += 65536);

			if (!more) {
				free(text);
				return NULL;
			}
			text = more;
		}
		n = fread(text + used, 1, capacity - used - 1, f);
		used += n;
	} while (n);
	text[used] = '\0';
	return text;
}

int main(int argc, char **argv)
{
	struct dm_error *err;
	FILE *f = stdin;
	char *text;

	if (argc != 3) {
		fprintf(stderr, "usage: dumpgen SPEC OUT\n");
		return 2;
	}
	if (strcmp(argv[1], "-"))
		f = fopen(argv[1], "r");
	if (!f) {
		perror(argv[1]);
		return 2;
	}
	text = read_all(f);
	if (f != stdin)
		fclose(f);
	if (!text) {
		fprintf(stderr, "dumpgen: out of memory\n");
		return 1;
	}
	err = gen_dump(text, argv[2]);
	free(text);
	if (err) {
		fprintf(stderr, "dumpgen: %s: %s\n", argv[1], err->message);
		dm_error_destroy(err);
		return 1;
	}
	return 0;
}
