/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from dumps and paths, as text.h shows it, so that no reader takes it for
 * anything else: what each kind of file wants escaped besides.
 */
#ifndef BATCH_ESCAPE_H
#define BATCH_ESCAPE_H

#include <stdio.h>

/** For a terminal. @returns	columns taken, counting a character as one. */
int escape_text(FILE *file, const char *text);
/** A field of RFC 4180 that no spreadsheet takes for a formula. */
void escape_csv(FILE *file, const char *text);
/** In text or in an attribute's quotes. */
void escape_xml(FILE *file, const char *text);
/** A label's value of Prometheus, without its quotes. */
void escape_label(FILE *file, const char *text);

#endif /* BATCH_ESCAPE_H */
