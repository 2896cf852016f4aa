// SPDX-License-Identifier: GPL-2.0-or-later
/* The line on a terminal that says how far a batch has come. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "batch.h"
#include "directmap/text.h"

#define EVERY_MS 200

static long ms_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - then->tv_sec) * 1000 +
	       (now.tv_nsec - then->tv_nsec) / 1000000;
}

void batch_progress_init(struct batch_progress *p, const struct batch *batch)
{
	*p = (struct batch_progress){
		.terminal = isatty(STDERR_FILENO) && !batch->options.quiet,
		.done_before = batch->done,
	};
	clock_gettime(CLOCK_MONOTONIC, &p->start);
}

static int width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
		return size.ws_col - 1;
	return 79;
}

/* The end of a path says most; a character may be cut, which is shown then. */
static void put_name(char *text, size_t size, const char *name, int columns)
{
	size_t most = columns > 0 ? (size_t)columns : 0;
	struct dm_text_piece piece;
	const char *from = name;

	if (columns < 8)
		return;
	/* No character has more bytes. */
	if (strlen(name) > 4 * most)
		from += strlen(name) - 4 * most;
	while (dm_text_columns(from) + (from > name ? 3 : 0) > most)
		from++;
	snprintf(text, size, "%s", from > name ? "..." : "");
	for (; *from; from += piece.size) {
		dm_text_piece(from, &piece);
		if (strlen(text) + strlen(piece.shown) >= size)
			break;
		strcat(text, piece.shown);
	}
}

void batch_progress_show(struct batch_progress *p, const struct batch *batch,
			 const char *name, size_t running)
{
	size_t now = batch->done - p->done_before;
	size_t left = batch->count - batch->done;
	char line[512], left_text[32] = "", bad[32] = "";
	long ms;
	int n;

	if (!p->terminal || (p->shown && ms_since(&p->shown_at) < EVERY_MS))
		return;
	ms = ms_since(&p->start);
	if (now && left) {
		long s = ms / 1000 * (long)left / (long)now;

		snprintf(left_text, sizeof(left_text), ", %ld:%02ld left",
			 s / 60, s % 60);
	}
	if (batch->failed)
		snprintf(bad, sizeof(bad), ", %zu not read", batch->failed);
	n = snprintf(line, sizeof(line),
		     "%zu of %zu dump%s%s%s, %zu running: ", batch->done,
		     batch->count, dm_plural_s(batch->count), bad, left_text,
		     running);
	if (name)
		put_name(line + n, sizeof(line) - (size_t)n, name,
			 width() - n > 400 ? 400 : width() - n);
	fprintf(stderr, "\r%s\033[K", line);
	clock_gettime(CLOCK_MONOTONIC, &p->shown_at);
	p->shown = true;
}

void batch_progress_clear(struct batch_progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
