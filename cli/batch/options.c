// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses the options that batch and merge share. */
#include <ctype.h>
#include <string.h>

#include "cli.h"
#include "directmap/number.h"
#include "options.h"

bool take_output_option(struct parsed_outputs *p, int letter, const char *arg)
{
	switch (letter) {
	case OPTION_JSON:
		p->json = true;
		return true;
	case OPTION_CSV:
		p->csv = true;
		return true;
	case OPTION_QUIET:
		p->quiet = true;
		return true;
	case OPTION_JUNIT:
		p->outputs.junit = arg;
		return true;
	case OPTION_PROMETHEUS:
		p->outputs.prometheus = arg;
		return true;
	case OPTION_HTML:
		p->outputs.html = arg;
		return true;
	case OPTION_DB:
		p->outputs.db = arg;
		return true;
	case OPTION_FORCE:
		p->outputs.force = true;
		return true;
	case OPTION_COLOR:
		p->color = arg;
		return !strcmp(arg, "auto") || !strcmp(arg, "always") ||
		       !strcmp(arg, "never");
	}
	return false;
}

bool finish_output_options(struct parsed_outputs *p)
{
	struct cli_options o = { .color = p->color ? p->color : "auto" };

	if (p->json + p->csv + p->quiet > 1)
		return false;
	p->outputs.table = p->json    ? OUTPUTS_JSON
			   : p->csv   ? OUTPUTS_CSV
			   : p->quiet ? OUTPUTS_NONE
				      : OUTPUTS_TEXT;
	p->outputs.color = cli_color(&o);
	return true;
}

bool parse_size(const char *text, uint64_t unit, uint64_t most, uint64_t *ret)
{
	uint64_t n;

	if (!dm_number_digits(&text, 10, &n))
		return false;
	if (*text && unit > 1) {
		switch (toupper((unsigned char)*text++)) {
		case 'K':
			unit = 1 << 10;
			break;
		case 'M':
			unit = 1 << 20;
			break;
		case 'G':
			unit = 1 << 30;
			break;
		default:
			return false;
		}
	}
	if (*text || n > most / unit)
		return false;
	*ret = n * unit;
	return true;
}
