// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a System.map or vmlinux into memory, and makes tables of symbols and
 * types of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "debuginfo/debuginfo.h"
#include "debuginfo/system_map.h"
#include "util/error.h"

#define SYSTEM_MAP_MAX (256u << 20) /* bytes; Debian's have some 10 MB */
/* Debug ones have some 500 MB; libelf takes what it is given. */
#define VMLINUX_MAX ((size_t)4 << 30)

static struct dm_error *system_error(void)
{
	return dm_error_create(DM_ERROR_OS, "%s", strerror(errno));
}

static struct dm_error *open_file(const char *path, int *fd, size_t *size)
{
	struct dm_error *err = NULL;
	struct stat st;

	/* O_NONBLOCK: not to hang on a FIFO. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return system_error();
	if (fstat(*fd, &st))
		err = system_error();
	else if (!S_ISREG(st.st_mode))
		err = dm_error_create(DM_ERROR_UNSUPPORTED, "%s",
				      S_ISDIR(st.st_mode) ? "a directory"
							  : "not a file");
	else if (!st.st_size)
		err = dm_error_create(DM_ERROR_UNSUPPORTED,
				      "the file is empty");
	if (err) {
		close(*fd);
		return err;
	}
	*size = (size_t)st.st_size;
	return NULL;
}

static struct dm_error *read_file(int fd, char *buf, size_t size)
{
	size_t off = 0;

	while (off < size) {
		ssize_t got = pread(fd, buf + off, size - off, (off_t)off);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return system_error();
		if (!got)
			return dm_error_create(
				DM_ERROR_OS, "became shorter while being read");
		off += (size_t)got;
	}
	return NULL;
}

static struct dm_error *load_system_map(const char *path, char **text,
					size_t *size)
{
	struct dm_error *err;
	int fd;

	err = open_file(path, &fd, size);
	if (err)
		return err;
	*text = NULL;
	if (*size > SYSTEM_MAP_MAX)
		err = dm_error_create(DM_ERROR_UNSUPPORTED,
				      "too large for a System.map (%zu bytes)",
				      *size);
	else if (!(*text = malloc(*size)))
		err = dm_error_no_memory();
	else
		err = read_file(fd, *text, *size);
	close(fd);
	if (err)
		free(*text);
	return err;
}

struct dm_error *dm_debuginfo_open_system_map(const char *path,
					      const struct dm_kernel *kernel,
					      struct dm_source *source,
					      struct dm_symbol_table **symbols)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err;
	size_t size;
	char *text;

	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (err)
		return err;
	err = load_system_map(path, &text, &size);
	if (!err) {
		err = dm_system_map_create(text, size, kernel, &info, symbols);
		free(text);
	}
	return err ? dm_error_prefix(err, "%s", path) : NULL;
}

static void unmap(void *image, size_t size)
{
	munmap(image, size);
}

/*
 * A copy, though of the hundreds of MB a part is needed: a file that is mapped
 * may become shorter (a build goes on), which would end the program by SIGBUS,
 * and one that is written to would change behind what was checked.
 */
static struct dm_error *load_vmlinux(const char *path, void **image,
				     size_t *size)
{
	struct dm_error *err;
	int fd;

	err = open_file(path, &fd, size);
	if (err)
		return err;
	*image = MAP_FAILED;
	if (*size > VMLINUX_MAX)
		err = dm_error_create(DM_ERROR_UNSUPPORTED,
				      "too large for a vmlinux (%zu bytes)",
				      *size);
	else
		/* Not of malloc()'s: given back to the system when done. */
		*image = mmap(NULL, *size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!err && *image == MAP_FAILED)
		err = system_error();
	if (!err)
		err = read_file(fd, *image, *size);
	close(fd);
	if (err && *image != MAP_FAILED)
		unmap(*image, *size);
	return err;
}

/* NULL in @types where there is no DWARF. */
static struct dm_error *get_types(struct vmlinux *vmlinux,
				  struct dm_type_table **types)
{
	struct dm_error *err = dm_vmlinux_dwarf_types(vmlinux, types);

	if (err)
		*types = NULL;
	return dm_error_unless_missing(err);
}

static struct dm_error *
open_vmlinux(const char *path, const struct dm_kernel *kernel,
	     const struct dm_vmcoreinfo *info, struct dm_symbol_table **symbols,
	     struct dm_type_table **types, struct vmlinux **vmlinux)
{
	struct dm_error *err;
	struct vmlinux *v;
	void *image;
	size_t size;

	err = load_vmlinux(path, &image, &size);
	if (err)
		return err;
	err = dm_vmlinux_create(image, size, kernel, info, unmap, &v, symbols);
	if (err) {
		unmap(image, size);
		return err;
	}
	if (types)
		err = get_types(v, types);
	if (err)
		(*symbols)->ops->destroy(*symbols);
	else if (vmlinux)
		*vmlinux = v;
	if (err || !vmlinux)
		dm_vmlinux_destroy(v);
	return err;
}

struct dm_error *dm_debuginfo_open_vmlinux(const char *path,
					   const struct dm_kernel *kernel,
					   struct dm_source *source,
					   struct dm_symbol_table **symbols,
					   struct dm_type_table **types,
					   struct vmlinux **vmlinux)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err;

	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (!err) {
		err = open_vmlinux(path, kernel, &info, symbols, types,
				   vmlinux);
		if (err)
			err = dm_error_prefix(err, "%s", path);
	}
	return err;
}
