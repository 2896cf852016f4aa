// SPDX-License-Identifier: GPL-2.0-or-later
/* BTF out of the dump's memory. */
#include <stdlib.h>

#include "util/big.h"
#include "target/btf/btf_private.h"
#include "directmap/text.h"

/* What something in the dump points at must be there. */
static struct dm_error *read_there(struct kva *kva, uint64_t va, void *buf,
				   size_t size, enum dm_content content)
{
	struct dm_error *err = dm_kva_read(kva, va, buf, size, content);

	if (err && err->code == DM_ERROR_NOT_FOUND)
		err = dm_error_recode(err, DM_ERROR_BAD_DUMP);
	return err;
}

struct dm_error *dm_btf_read_at(struct kva *kva, uint64_t va, uint64_t size,
				struct dm_type_table **ret)
{
	struct dm_error *err;
	unsigned char *data;

	if (size < BTF_SIZE_MIN || size > BTF_SIZE_MAX)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"BTF at 0x%llx has %llu byte%s: that cannot be",
			(unsigned long long)va, (unsigned long long)size,
			dm_plural_s(size));
	data = dm_big_alloc(size);
	if (!data)
		return dm_error_no_memory();
	err = read_there(kva, va, data, size, DM_CONTENT_TYPES);
	if (err)
		free(data);
	else
		err = dm_btf_take(data, size, ret);
	if (err)
		err = dm_error_prefix(err, "BTF at 0x%llx",
				      (unsigned long long)va);
	return err;
}

/*
 * Types come first, right behind the header, then strings (kernel/bpf/btf.c,
 * btf_parse_hdr(); pahole writes nothing else).
 */
uint64_t dm_btf_size_by_header(const unsigned char *p)
{
	uint64_t header = btf_u32(p + 4);
	uint64_t types = btf_u32(p + 12), strings = btf_u32(p + 20);
	uint64_t end = (uint64_t)btf_u32(p + 16) + strings;

	if (p[2] != 1 || p[3] || header < BTF_SIZE_MIN || header > 256 ||
	    btf_u32(p + 8) || !types || !strings || btf_u32(p + 16) < types ||
	    header + end > BTF_SIZE_MAX)
		return 0;
	return header + end;
}

/*
 * Where the kernel's BTF is a module of its own ("bpf: make the vmlinux BTF an
 * on-demand loadable module", posted for kernels after 7.3), the kernel image
 * has none, and btf_vmlinux is NULL until something asks for types. It points
 * at a struct btf, whose first member leads to a copy of the section (5.10 to
 * 7.3 kernel/bpf/btf.c, struct btf, data). How long that is, its header says.
 */
static struct dm_error *from_running(struct kva *kva,
				     struct dm_symbol_table *symbols,
				     struct dm_type_table **ret)
{
	uint64_t at = 0, btf = 0, data = 0, size = 0;
	unsigned char header[BTF_SIZE_MIN];
	struct dm_error *err;

	err = symbols->ops->find(symbols, "btf_vmlinux", &at);
	if (!err)
		err = dm_kva_read_u64(kva, at, &btf);
	if (!err && !btf)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"btf_vmlinux is NULL: a module has the types, and is not loaded");
	if (!err)
		err = dm_kva_read_u64(kva, btf, &data);
	if (!err)
		err = read_there(kva, data, header, sizeof(header),
				 DM_CONTENT_TYPES);
	if (!err && header[0] == 0x9f && header[1] == 0xeb)
		size = dm_btf_size_by_header(header);
	if (!err && !size)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"btf_vmlinux leads to 0x%llx, where there is no BTF",
			(unsigned long long)data);
	return err ? err : dm_btf_read_at(kva, data, size, ret);
}

/* @err is why the kernel image has none; taken. */
static struct dm_error *try_running(struct kva *kva,
				    struct dm_symbol_table *symbols,
				    struct dm_error *err,
				    struct dm_type_table **ret)
{
	struct dm_error *other;
	uint64_t at;

	if (err->code != DM_ERROR_NOT_FOUND)
		return err;
	other = symbols->ops->find(symbols, "btf_vmlinux", &at);
	if (other)
		return dm_error_either(err, other);
	dm_error_destroy(err);
	return from_running(kva, symbols, ret);
}

struct dm_error *dm_btf_from_dump(struct kva *kva,
				  struct dm_symbol_table *symbols,
				  struct dm_type_table **ret)
{
	uint64_t start = 0, stop = 0;
	struct dm_error *err;

	/* include/asm-generic/vmlinux.lds.h, BTF */
	err = symbols->ops->find(symbols, "__start_BTF", &start);
	if (!err)
		err = symbols->ops->find(symbols, "__stop_BTF", &stop);
	if (!err && start == stop)
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"the kernel has none (CONFIG_DEBUG_INFO_BTF)");
	if (err)
		err = try_running(kva, symbols, err, ret);
	else
		return dm_btf_read_at(kva, start, stop - start, ret);
	return err ? dm_error_prefix(err, "BTF of the kernel") : NULL;
}
