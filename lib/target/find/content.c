// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a kernel's image through its page tables, for what VMCOREINFO would tell
 * of it: release, symbols, and what variables say of geometry.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/geometries.h"
#include "arm64/kernel.h"
#include "target/find/content.h"
#include "target/find/view.h"
#include "target/target.h"
#include "directmap/text.h"
#include "util/error.h"

/* Text and read-only data of an image: what is between _stext and the root. */
#define IMAGE_MAX (UINT64_C(512) << 20)
/* Read at once in search of the banner, and what a banner may reach over. */
#define WINDOW	    (64 << 10)
#define BANNER	    "Linux version "
#define BANNER_SIZE (sizeof(BANNER) - 1)
#define OVERLAP	    (BANNER_SIZE + DM_RELEASE_MAX + 2)

struct content {
	struct dm_source *source;
	struct dm_kernel_facts *facts;
	struct dm_kernel kernel;
	struct find_view view;
	char *vmcoreinfo; /* of the facts so far */
	uint64_t lowest, text; /* VAs of the image */
};

/* The facts so far as a kernel, and a source that tells of them. */
static struct dm_error *renew(struct content *c)
{
	struct dm_error *err;
	size_t size;

	free(c->vmcoreinfo);
	err = dm_kernel_facts_text(c->facts, &c->vmcoreinfo, &size);
	if (err)
		return err;
	dm_find_view_init(&c->view, c->source, c->vmcoreinfo, size, 0);
	return dm_kernel_init(&c->kernel, &c->view.source);
}

/* ---- Where the text begins ----------------------------------------------- */

/* The leaf at @va maps what the image's offset says; *@p size are its bytes. */
static struct dm_error *is_of_image(struct kva *kva, uint64_t va,
				    uint64_t *size, bool *executable, bool *is)
{
	const struct dm_kernel *k = dm_kva_kernel(kva);
	struct kva_path path;
	struct dm_error *err = dm_kva_path(kva, va, &path);

	*is = !err && path.is_leaf && path.pa == va - k->kimage_voffset;
	if (*is) {
		*size = UINT64_C(1)
			<< arm64_shift(dm_kva_geometry(kva), path.level);
		*executable =
			arm64_is_executable(path.steps[path.count - 1].entry);
	}
	return dm_error_forgive(err);
}

/*
 * What is mapped below the root table without a hole, read-only data and text
 * (mm/mmu.c, declare_kernel_vmas()): c->lowest is where it begins, c->text the
 * first executable VA of the text, 0: none.
 */
static struct dm_error *measure(struct content *c, struct kva *kva)
{
	const struct dm_kernel *k = dm_kva_kernel(kva);
	uint64_t top = k->pgd + k->kimage_voffset, va = top, size = 0;
	bool executable = false, is = true;
	struct dm_error *err = NULL;

	/* Where not even the root table's page can be reached, nothing is scanned. */
	c->lowest = top;
	while (!err && is && top - va < IMAGE_MAX) {
		err = is_of_image(kva, va, &size, &executable, &is);
		if (err || !is)
			break;
		va &= ~(size - 1);
		c->lowest = va;
		if (executable)
			c->text = va;
		else if (c->text)
			break;
		va -= k->page_size;
	}
	return err;
}

/*
 * Kernels before 5.11 map the head with the text; since then the first of it is
 * _stext, a segment's alignment (64K) behind _text.
 */
static struct dm_error *find_stext(struct content *c, struct kva *kva)
{
	unsigned char front[DM_KERNEL_MARK_SIZE];
	struct dm_error *err = measure(c, kva);

	if (err || !c->text)
		return err;
	c->facts->stext = c->text;
	err = dm_kva_read(kva, c->text, front, sizeof(front),
			  DM_CONTENT_SEARCH);
	if (err)
		return dm_error_forgive(err);
	if (dm_kernel_mark(front) == DM_KERNEL_MARK_IMAGE)
		c->facts->stext += IMAGE_HEAD_MAX;
	return NULL;
}

/* ---- What read-only data has --------------------------------------------------------- */

/* init/version.c: "Linux version RELEASE (BUILDER) …". */
static bool take_release(struct dm_kernel_facts *facts, const char *text,
			 size_t size)
{
	size_t n = 0;

	while (n < size && dm_ascii_is_visible(text[n]))
		n++;
	if (!n || n >= sizeof(facts->release) || n + 1 >= size ||
	    !isdigit((unsigned char)*text) || text[n] != ' ' ||
	    text[n + 1] != '(')
		return false;
	memcpy(facts->release, text, n);
	facts->release[n] = '\0';
	facts->from[DM_FACT_RELEASE] = DM_ORIGIN_BANNER;
	return true;
}

/* Whether what is sought is in @size bytes that stand at @pa. */
typedef bool (*look_fn)(struct dm_kernel_facts *facts, const char *bytes,
			size_t size, uint64_t pa);

static bool look_for_banner(struct dm_kernel_facts *facts, const char *bytes,
			    size_t size, uint64_t pa)
{
	const char *at = bytes, *end = bytes + size;

	(void)pa;
	while ((at = memmem(at, (size_t)(end - at), BANNER, BANNER_SIZE))) {
		at += BANNER_SIZE;
		if (take_release(facts, at, (size_t)(end - at)))
			return true;
	}
	return false;
}

/* kernel/configs.c: the marks around what gzip made. */
#define CONFIG_START "IKCFG_ST"
#define CONFIG_SIZE  (sizeof(CONFIG_START) - 1)
#define CONFIG_MAX   (1 << 20)

static bool look_for_config(struct dm_kernel_facts *facts, const char *bytes,
			    size_t size, uint64_t pa)
{
	const char *at =
		memmem(bytes, size, CONFIG_START "\x1f\x8b", CONFIG_SIZE + 2);

	if (!at)
		return false;
	facts->config.start = pa + (uint64_t)(at - bytes) + CONFIG_SIZE;
	facts->config.end = facts->config.start + CONFIG_MAX;
	return true;
}

/* A window at @va, pages that are not there as zeros. */
static struct dm_error *read_window(struct kva *kva, uint64_t va, char *bytes)
{
	size_t page = dm_kva_kernel(kva)->page_size, at;
	struct dm_error *err = NULL;

	for (at = 0; !err && at < WINDOW; at += page) {
		err = dm_kva_read(kva, va + at, bytes + at, page,
				  DM_CONTENT_SEARCH);
		if (err) {
			memset(bytes + at, 0, page);
			err = dm_error_forgive(err);
		}
	}
	return err;
}

/* VA of the first page behind the text. */
static struct dm_error *find_rodata(struct content *c, struct kva *kva,
				    uint64_t end, uint64_t *rodata)
{
	bool executable = false, is = true;
	struct dm_error *err = NULL;
	uint64_t va = c->lowest, size = 0;

	while (!err && c->text && va < end) {
		err = is_of_image(kva, va, &size, &executable, &is);
		if (err || !is || (!executable && va > c->text))
			break;
		va = (va & ~(size - 1)) + size;
	}
	*rodata = va & ~(uint64_t)(WINDOW - 1);
	return err;
}

/* Through read-only data: from the first page that is no text to the root. */
static struct dm_error *scan(struct content *c, struct kva *kva, look_fn look)
{
	uint64_t offset = c->kernel.kimage_voffset;
	uint64_t end = c->kernel.pgd + offset, va = end;
	char *buf = calloc(1, OVERLAP + WINDOW);
	struct dm_error *err;
	bool found = false;

	if (!buf)
		return dm_error_no_memory();
	err = find_rodata(c, kva, end, &va);
	for (; !err && !found && va < end; va += WINDOW) {
		err = read_window(kva, va, buf + OVERLAP);
		found = !err && look(c->facts, buf, OVERLAP + WINDOW,
				     va - OVERLAP - offset);
		memmove(buf, buf + WINDOW, OVERLAP);
	}
	free(buf);
	return err;
}

/* ---- Variables ----------------------------------------------------------- */

/* @p has: false where it is not among the symbols, or cannot be read. */
static struct dm_error *variable(struct dm_target *target, const char *name,
				 uint64_t *value, bool *has)
{
	struct dm_error *err = dm_target_variable(target, name, 8, value);

	*has = !err;
	return dm_error_forgive(err);
}

static struct dm_error *contradicted(const char *name, uint64_t value,
				     uint64_t tables)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s is 0x%llx, but the page tables say 0x%llx: the dump is damaged, or this is another kernel's image",
		name, (unsigned long long)value, (unsigned long long)tables);
}

/*
 * memstart_addr is PHYS_OFFSET (asm/memory.h). vabits_actual is a variable up to
 * 6.8 where 52 bits are configured, a function of TCR_EL1 since.
 */
static struct dm_error *read_variables(struct content *c,
				       struct dm_target *target)
{
	uint64_t value = 0;
	struct dm_error *err;
	bool has;

	err = variable(target, "memstart_addr", &value, &has);
	if (!err && has)
		dm_geometry_agrees(c->facts, value);
	if (!err)
		err = variable(target, "kimage_voffset", &value, &has);
	if (!err && has && value != c->facts->kimage_voffset)
		err = contradicted("kimage_voffset", value,
				   c->facts->kimage_voffset);
	if (!err)
		err = variable(target, "vabits_actual", &value, &has);
	if (!err && has && value != c->facts->va_bits)
		err = contradicted("vabits_actual", value, c->facts->va_bits);
	return err;
}

/* ---- Lines --------------------------------------------------------------- */

/* "SYMBOL(name)" to "name"; false: another line. */
static bool symbol_name(const char *key, char *name, size_t size)
{
	static const char before[] = "SYMBOL(";
	size_t length = strlen(key), skip = sizeof(before) - 1;

	if (strncmp(key, before, skip) != 0 || length - skip > size)
		return false;
	memcpy(name, key + skip, length - skip);
	name[length - skip - 1] = '\0';
	return true;
}

/*
 * Every line of a symbol that any file of the library may ask for. Those two
 * have a pointer's value (VMCOREINFO_SYMBOL_ARRAY()); kallsyms has none of its own.
 */
static struct dm_error *put_symbols(struct dm_target *target, FILE *out)
{
	const char *const *key = dm_vmcoreinfo_keys();
	struct dm_error *err = NULL;
	char name[64];
	uint64_t va;

	for (; !err && *key; key++) {
		if (!symbol_name(*key, name, sizeof(name)) ||
		    !strcmp(name, "mem_section") || !strcmp(name, "vmemmap") ||
		    !strcmp(name, "_stext") ||
		    !strcmp(name, "swapper_pg_dir") ||
		    !strncmp(name, "kallsyms_", strlen("kallsyms_")))
			continue;
		err = dm_target_symbol(target, name, &va);
		if (!err)
			fprintf(out, "%s=%llx\n", *key, (unsigned long long)va);
		err = dm_error_forgive(err);
	}
	return err;
}

static struct dm_error *put_lines(struct content *c, struct dm_target *target)
{
	struct dm_kernel_facts *facts = c->facts;
	FILE *out = open_memstream(&facts->lines, &facts->lines_size);
	struct dm_error *err;

	if (!out)
		return dm_error_no_memory();
	err = put_symbols(target, out);
	if (!err)
		dm_target_put_kallsyms(target, out);
	if ((ferror(out) | fclose(out)) && !err)
		err = dm_error_no_memory();
	return err;
}

static struct dm_error *ask_symbols(struct content *c)
{
	struct dm_target *target;
	struct dm_error *err;

	err = dm_target_create(&c->view.source, &c->kernel, &target);
	if (err)
		return err;
	err = read_variables(c, target);
	if (!err)
		err = put_lines(c, target);
	dm_target_destroy(target);
	return err;
}

static struct dm_error *ask_image(struct content *c)
{
	struct dm_error *err;
	struct kva *kva;

	err = dm_kva_create(c->source, &c->kernel, &kva);
	if (err)
		return err;
	err = find_stext(c, kva);
	if (!err)
		err = scan(c, kva, look_for_banner);
	dm_kva_destroy(kva);
	return err;
}

/* What else may tell for how many VA bits it was configured. */
static struct dm_error *ask_config(struct content *c)
{
	struct dm_error *err;
	struct kva *kva;

	if (c->facts->from[DM_FACT_VA_BITS_CONFIGURED] != DM_ORIGIN_IN_USE)
		return NULL;
	err = dm_kva_create(c->source, &c->kernel, &kva);
	if (!err)
		err = scan(c, kva, look_for_config);
	dm_kva_destroy(kva);
	return err;
}

struct dm_error *dm_find_content(struct dm_source *source,
				 struct dm_kernel_facts *facts)
{
	struct content c = { .source = source, .facts = facts };
	struct dm_error *err = renew(&c);

	if (!err)
		err = ask_image(&c);
	if (!err)
		err = renew(&c);
	if (!err)
		err = ask_symbols(&c);
	if (!err)
		err = ask_config(&c);
	free(c.vmcoreinfo);
	return err;
}
