/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which build of the tool this is: results of another one are not its own. */
#ifndef BUILD_ID_H
#define BUILD_ID_H

#define BUILD_ID_MAX 65

/** As the linker wrote it (--build-id), in hex; "" if it did not. */
void build_id(char text[BUILD_ID_MAX]);

#endif /* BUILD_ID_H */
