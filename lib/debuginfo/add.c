// SPDX-License-Identifier: GPL-2.0-or-later
/* What a vmlinux or System.map has, added to a session. */
#include "debuginfo/debuginfo.h"
#include "directmap/debuginfo.h"
#include "util/error.h"

/*
 * BTF is made for this and small; DWARF, which may be NULL and is taken, only
 * where there is none. NULL in @types: it has symbols only, and results that need
 * types say so.
 */
static struct dm_error *choose_types(const struct vmlinux *vmlinux,
				     struct dm_type_table *dwarf,
				     struct dm_type_table **types)
{
	struct dm_error *err;
	const void *data;
	size_t size;

	*types = NULL;
	err = dm_vmlinux_btf(vmlinux, &data, &size);
	if (!err)
		err = dm_types_from_btf(data, size, types);
	if (dwarf && err && !dm_error_is_fatal(err)) {
		dm_error_destroy(err);
		*types = dwarf;
		return NULL;
	}
	if (dwarf)
		dwarf->ops->destroy(dwarf);
	return dm_error_unless_missing(err);
}

/* Takes both. Symbols first: they are refused where types would be, and then
 * nothing was added. */
static struct dm_error *add_both(struct dm_session *session,
				 struct dm_symbol_table *symbols,
				 struct dm_type_table *types)
{
	struct dm_error *err = dm_session_add_symbols(session, symbols, true);

	if (!types)
		return err;
	if (!err)
		return dm_session_add_types(session, types);
	types->ops->destroy(types);
	return err;
}

struct dm_error *dm_debuginfo_add_vmlinux(struct dm_session *session,
					  const char *path)
{
	struct dm_symbol_table *symbols;
	struct dm_type_table *dwarf, *types;
	struct vmlinux *vmlinux;
	struct dm_error *err;

	err = dm_debuginfo_open_vmlinux(path, dm_session_kernel(session),
					dm_session_source(session), &symbols,
					&dwarf, &vmlinux);
	if (err)
		return err;
	err = choose_types(vmlinux, dwarf, &types);
	/* Tables of its DWARF keep what they need of it. */
	dm_vmlinux_destroy(vmlinux);
	if (err)
		symbols->ops->destroy(symbols);
	else
		err = add_both(session, symbols, types);
	return err ? dm_error_prefix(err, "%s", path) : NULL;
}

struct dm_error *dm_debuginfo_add_system_map(struct dm_session *session,
					     const char *path)
{
	struct dm_symbol_table *symbols;
	struct dm_error *err;

	err = dm_debuginfo_open_system_map(path, dm_session_kernel(session),
					   dm_session_source(session),
					   &symbols);
	if (err)
		return err;
	err = dm_session_add_symbols(session, symbols, true);
	return err ? dm_error_prefix(err, "%s", path) : NULL;
}
