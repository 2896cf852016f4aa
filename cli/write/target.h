/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an output goes, and whether it may: docs/outputs.md has the rules as a
 * table. What is refused is DM_ERROR_INVALID_ARGUMENT, with what to do.
 */
#ifndef WRITE_TARGET_H
#define WRITE_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

#include "directmap.h"

/* What is written; by their first bytes earlier outputs are told from others. */
enum output_kind {
	OUTPUT_PAGE, /* HTML */
	OUTPUT_JUNIT,
	OUTPUT_PROMETHEUS,
	OUTPUT_DUMP, /* of extract */
	OUTPUT_DATABASE, /* SQLite writes it in place */
	OUTPUT_RESULT, /* of batch --state */
};

/** How pages and JUnit's files begin: their writers print these. */
#define OUTPUT_PAGE_BEGIN                                                      \
	"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"      \
	"<meta http-equiv=\"Content-Security-Policy\" content=\""              \
	"default-src 'none'; style-src 'sha256-"
#define OUTPUT_JUNIT_BEGIN                                                     \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"           \
	"<testsuite name=\"kdump-triage batch\" "
#define OUTPUT_PROMETHEUS_BEGIN "# HELP directmap_"

struct target {
	/* The file to make or replace, with no link at its end; NULL: a stream. */
	char *path;
	bool exists; /* a file is there, empty or to be replaced */
	bool foreign; /* one that only force lets replace */
	mode_t mode; /* of what is there */
	int fd; /* the stream that is open already; -1: open @stream */
	char *stream; /* a pipe or a device, as given */
};

/** @param path	"-" is standard output. */
struct dm_error *target_init(struct target *target, const char *path,
			     enum output_kind kind, bool force);
void target_deinit(struct target *target);

/**
 * The stream's descriptor, the caller's; waits for a FIFO's reader, but not for
 * long.
 */
struct dm_error *target_open_stream(const struct target *target,
				    const char *name, int *fd);

/** The target where it is a file, less all links: to see that two are one. */
char *target_canonical(const struct target *target);

#endif /* WRITE_TARGET_H */
