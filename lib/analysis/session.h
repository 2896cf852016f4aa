/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the library's own files ask a session for. */
#ifndef DM_SESSION_H
#define DM_SESSION_H

#include "directmap/session.h"
#include "target/target.h"

struct dm_target *dm_session_target(struct dm_session *session);
/** What it was created with, and 0 in all that was not given. Never NULL. */
const struct dm_session_options *
dm_session_how(const struct dm_session *session);
/** Never NULL. */
const struct dm_dump_about *dm_session_about(const struct dm_session *session);
/**
 * Find out whether the kernel ran in a realm, before a walk that cannot be done
 * twice: by symbols, and only where there are none by a walk.
 */
struct dm_error *dm_session_realm(struct dm_session *session);

#endif /* DM_SESSION_H */
