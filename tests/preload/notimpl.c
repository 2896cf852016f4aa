// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libkdumpfile built without a way of compression, for a program started with this
 * in LD_PRELOAD and NOTIMPL set.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include <libkdumpfile/kdumpfile.h>

kdump_status kdump_read(kdump_ctx_t *ctx, kdump_addrspace_t as,
			kdump_addr_t addr, void *buffer, size_t *length)
{
	kdump_status (*next)(kdump_ctx_t *, kdump_addrspace_t, kdump_addr_t,
			     void *, size_t *) =
		(kdump_status(*)(kdump_ctx_t *, kdump_addrspace_t, kdump_addr_t,
				 void *, size_t *))dlsym(RTLD_NEXT,
							 "kdump_read");

	if (!getenv("NOTIMPL"))
		return next(ctx, as, addr, buffer, length);
	*length = 0;
	return KDUMP_ERR_NOTIMPL;
}
