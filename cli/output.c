// SPDX-License-Identifier: GPL-2.0-or-later
/* Where results and complaints go. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "directmap/text.h"
#include "os_error.h"

static bool stdout_write(struct dm_sink *sink, const char *text, size_t size)
{
	(void)sink;
	return fwrite(text, 1, size, stdout) == size;
}

struct dm_sink *cli_stdout(void)
{
	static struct dm_sink sink = { .write = stdout_write };

	return &sink;
}

struct dm_error *cli_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return NULL;
	return os_error(DM_ERROR_OUTPUT, "cannot write the output");
}

bool cli_color(const struct cli_options *options)
{
	const char *no_color = getenv("NO_COLOR");

	if (options->color != CLI_COLOR_AUTO)
		return options->color == CLI_COLOR_ALWAYS;
	/* no-color.org: set to anything but an empty string. */
	return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

/* File names and dumps can hold anything; terminals must not obey it. */
static void put_clean(const char *text, FILE *file)
{
	struct dm_text_piece piece;

	for (; *text; text += piece.size) {
		dm_text_piece(text, &piece);
		fputs(piece.shown, file);
	}
}

void cli_say_name(const char *name, FILE *to)
{
	char *text = dm_text_name(name);

	put_clean(text ? text : name, to);
	free(text);
}

int cli_fail(int code, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fflush(stdout);
	fputs("kdump-triage: ", stderr);
	put_clean(text, stderr);
	fputc('\n', stderr);
	return code;
}

static int exit_code(enum dm_error_code code)
{
	switch (code) {
	case DM_ERROR_INVALID_ARGUMENT:
		return CLI_USAGE;
	case DM_ERROR_OS:
	case DM_ERROR_ABSENT:
	case DM_ERROR_BROKEN:
	case DM_ERROR_UNSUPPORTED:
	case DM_ERROR_BAD_DUMP:
	case DM_ERROR_NOT_FOUND:
		return CLI_DUMP;
	case DM_ERROR_INTERRUPTED:
		return CLI_PARTIAL;
	case DM_ERROR_NO_MEMORY:
	case DM_ERROR_OUTPUT:
		break;
	}
	return CLI_FAULT;
}

int cli_fail_error(struct dm_error *err)
{
	int code = cli_fail(exit_code(err->code), "%s", err->message);

	dm_error_destroy(err);
	return code;
}

struct dm_error *cli_name_dump(struct dm_error *err,
			       const struct cli_dump *dump)
{
	if (err->code == DM_ERROR_OUTPUT || err->code == DM_ERROR_NO_MEMORY)
		return err;
	return dm_error_prefix(err, "%s", dump->about->path);
}

int cli_partial(const struct dm_usage *usage)
{
	char text[256];

	if (!dm_usage_partial(usage, text, sizeof(text)))
		return CLI_OK;
	return cli_fail(CLI_PARTIAL, "%s", text);
}

/* A kernel runs in its linear map; a root table of zeros is not its own. */
int cli_empty(const struct dm_usage *usage)
{
	const char *why = dm_usage_empty(usage);

	if (!why)
		return CLI_OK;
	return cli_fail(
		CLI_PARTIAL,
		"partial result: %s (look at where RAM begins, of a raw image its base address)",
		why);
}

int cli_tables_partial(const struct dm_usage *usage, bool lacks_tables)
{
	int code = cli_partial(usage);

	if (code == CLI_OK && lacks_tables)
		code = cli_fail(
			CLI_PARTIAL,
			"partial result: page tables that could be read at first could not be read again");
	return code;
}

int cli_view_partial(const struct dm_usage *usage, bool lacks_tables)
{
	int code = cli_empty(usage);

	return code == CLI_OK ? cli_tables_partial(usage, lacks_tables) : code;
}
