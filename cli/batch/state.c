// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stores each result in a file of its own, finds it again, and removes what a
 * killed run left behind.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "build_id.h"
#include "os_error.h"
#include "state.h"
#include "write/output_file.h"

/* Of what a row holds: one more when it gains what old rows lack. */
#define ROW_VERSION 3
/* What a killed run left half-written, once it is this old, in seconds. */
#define STALE 3600

static bool is_writable_folder(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return false;
	}
	return access(path, W_OK | X_OK) == 0;
}

static bool make_folders(const char *path)
{
	char *copy = strdup(path), *p;
	bool ok = copy;

	for (p = copy; ok && (p = strchr(p + 1, '/'));) {
		*p = '\0';
		ok = mkdir(copy, 0777) == 0 || errno == EEXIST ||
		     errno == EROFS || errno == EACCES;
		*p = '/';
	}
	ok = ok && (mkdir(path, 0777) == 0 || errno == EEXIST);
	free(copy);
	return ok && is_writable_folder(path);
}

static char *usual_folder(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int n = -1;

	/* The XDG base directory specification: relative ones are void. */
	if (cache && *cache == '/')
		n = asprintf(&path, "%s/kdump-triage", cache);
	else if (home && *home == '/')
		n = asprintf(&path, "%s/.cache/kdump-triage", home);
	if (n < 0)
		return NULL;
	if (!make_folders(path)) {
		free(path);
		return NULL;
	}
	return path;
}

static char *temporary_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	char *path;

	if (asprintf(&path, "%s/kdump-triage.XXXXXX",
		     tmp && *tmp ? tmp : "/tmp") < 0)
		return NULL;
	if (mkdtemp(path))
		return path;
	free(path);
	return NULL;
}

/*
 * The hidden name of a result on its way: the folder may be one that people keep
 * other things in.
 */
static bool is_half_written(const char *name)
{
	const char *key = name + 1, *end;

	if (*name != '.')
		return false;
	end = key + strspn(key, "0123456789abcdef");
	return end - key == CONTENT_ID_MAX - 1 && !strncmp(end, ".json.", 6) &&
	       strlen(end + 6) == 6;
}

static void remove_entries(const char *folder, bool all)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;
	char *path;

	while (dir && (entry = readdir(dir))) {
		if (!all && !is_half_written(entry->d_name))
			continue;
		if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
			break;
		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		    (all || st.st_mtime + STALE < time(NULL)))
			unlink(path);
		free(path);
	}
	if (dir)
		closedir(dir);
}

struct dm_error *state_init(struct state *state, const char *folder)
{
	*state = (struct state){ 0 };
	if (folder) {
		state->folder = strdup(folder);
		if (state->folder && !make_folders(folder)) {
			state_deinit(state);
			return os_error(DM_ERROR_OUTPUT, folder);
		}
	} else {
		state->folder = usual_folder();
	}
	if (!state->folder) {
		state->folder = temporary_folder();
		state->temporary = true;
		if (!state->folder)
			return dm_error_create(
				DM_ERROR_OUTPUT,
				"no folder for results; name one with --state");
		fputs("kdump-triage: no cache folder: results are "
		      "not kept for another run; name one with --state\n",
		      stderr);
	}
	remove_entries(state->folder, false);
	return NULL;
}

void state_deinit(struct state *state)
{
	if (state->temporary) {
		remove_entries(state->folder, true);
		rmdir(state->folder);
	}
	free(state->folder);
	*state = (struct state){ 0 };
}

/* Of ranges of memory, where they belong: no file of theirs says it. */
static void put_ranges(const struct scan_dump *dump, char *const *files,
		       FILE *file)
{
	size_t i;

	if (!strcmp(dump->paths[0], files[0]))
		return;
	for (i = 0; i < dump->count; i++)
		fprintf(file, "%s\n", dump->paths[i]);
}

bool state_key(char key[CONTENT_ID_MAX], const struct scan_dump *dump,
	       const char *how)
{
	char *text = NULL, build[BUILD_ID_MAX];
	size_t i, size, count;
	char *const *files = scan_dump_files(dump, &count);
	struct stat st;
	FILE *file;

	*key = '\0';
	file = open_memstream(&text, &size);
	if (!file)
		return false;
	/* A tool that was built anew may know more, and better. */
	build_id(build);
	fprintf(file, "%s %s %d %s %d\n", DM_VERSION, build, ROW_VERSION, how,
		dump->split);
	put_ranges(dump, files, file);
	for (i = 0; i < count; i++) {
		if (stat(files[i], &st) != 0 || !S_ISREG(st.st_mode))
			break;
		/* ctime: a chmod() may be what a result was waiting for. */
		fprintf(file, "%ju %ju %jd %jd.%ld %jd.%ld\n",
			(uintmax_t)st.st_dev, (uintmax_t)st.st_ino,
			(intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
			st.st_mtim.tv_nsec, (intmax_t)st.st_ctim.tv_sec,
			st.st_ctim.tv_nsec);
	}
	if (fclose(file) == 0 && i == count)
		content_id_text(text, key);
	free(text);
	return *key;
}

static char *file_name(const struct state *state, const char *key)
{
	char *path;

	if (!*key || asprintf(&path, "%s/%s.json", state->folder, key) < 0)
		return NULL;
	return path;
}

json_t *state_load(const struct state *state, const char *key)
{
	char *path = file_name(state, key);
	json_t *row = NULL;

	if (path)
		row = json_load_file(path, JSON_ALLOW_NUL, NULL);
	free(path);
	if (!json_is_object(json_object_get(row, "batch")) ||
	    !json_is_object(json_object_get(row, "dump"))) {
		json_decref(row);
		return NULL;
	}
	return row;
}

struct dm_error *state_store(const struct state *state, const char *key,
			     json_t *row)
{
	char *path = file_name(state, key);
	struct output_file f;
	struct dm_error *err;
	FILE *file;

	if (!path)
		return dm_error_no_memory();
	err = output_file_create(&f, path, OUTPUT_RESULT, false);
	free(path);
	if (err)
		return err;
	err = output_file_stream(&f, &file);
	if (!err) {
		/* A failed write shows in the file's error flag. */
		json_dumpf(row, file, JSON_COMPACT);
		fputc('\n', file);
		err = output_file_commit(&f);
	}
	output_file_deinit(&f);
	return err;
}
