// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of these options, and what each does to struct cli_options. */
#include "util/error.h"
#include "directmap/number.h"
#include "read_options.h"

#define JOBS_MAX    256
#define SECONDS_MAX 31536000

enum {
	OPT_JOBS = 'j',
	OPT_VMLINUX = 4096,
	OPT_MAP,
	OPT_VMCOREINFO,
	OPT_TIMEOUT,
	OPT_NO_SANDBOX
};

struct option *read_options_put(struct option *o)
{
	*o++ = (struct option){ "jobs", required_argument, NULL, OPT_JOBS };
	*o++ = (struct option){ "vmlinux", required_argument, NULL,
				OPT_VMLINUX };
	*o++ = (struct option){ "system-map", required_argument, NULL,
				OPT_MAP };
	*o++ = (struct option){ "vmcoreinfo", required_argument, NULL,
				OPT_VMCOREINFO };
	*o++ = (struct option){ "timeout", required_argument, NULL,
				OPT_TIMEOUT };
	*o++ = (struct option){ "no-sandbox", no_argument, NULL,
				OPT_NO_SANDBOX };
	return o;
}

static struct dm_error *number(const char *name, const char *text,
			       unsigned long max, unsigned int *ret)
{
	uint64_t value;

	if (!dm_number_between(text, 1, max, &value))
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"--%s cannot be \"%s\": a number from 1 to %lu", name,
			text, max);
	*ret = (unsigned int)value;
	return NULL;
}

struct dm_error *read_options_take(struct cli_options *options, int letter,
				   char *value, bool *taken)
{
	*taken = true;
	switch (letter) {
	case OPT_JOBS:
		return number("jobs", value, JOBS_MAX, &options->jobs);
	case OPT_TIMEOUT:
		return number("timeout", value, SECONDS_MAX, &options->timeout);
	case OPT_VMLINUX:
		options->vmlinux = value;
		return NULL;
	case OPT_MAP:
		options->system_map = value;
		return NULL;
	case OPT_VMCOREINFO:
		options->vmcoreinfo = value;
		return NULL;
	case OPT_NO_SANDBOX:
		options->no_sandbox = true;
		return NULL;
	}
	*taken = false;
	return NULL;
}
