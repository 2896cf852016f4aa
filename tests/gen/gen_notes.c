// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ELF notes of a dump: one NT_PRSTATUS a CPU, and VMCOREINFO with the keys
 * of Linux 7.3 in its order (kernel/vmcore_info.c, arch/arm64/kernel/
 * vmcore_info.c). Sizes and offsets of structures are those that a Debian
 * 7.3 kernel printed; nothing here depends on them.
 */
#include <elf.h>
#include <endian.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gen_priv.h"

/* sizeof(struct elf_prstatus) on arm64; pr_pid is at 32. */
#define PRSTATUS_SIZE 392
#define PRSTATUS_PID  32

/* ---- Where things are in the address space ----------------------------- */

/* arch/arm64/include/asm/memory.h and pgtable.h. */
void gen_kernel_layout(const struct gen *g, struct gen_layout *at)
{
	unsigned int va_min = g->va_configured;
	uint64_t unused = 0, range;

	/* VA_BITS_MIN */
	if (va_min > 48)
		va_min = g->page_shift == 14 ? 47 : 48;
	at->page_offset = gen_page_offset(g->va_configured);
	at->page_end = gen_page_offset(va_min - 1);
	at->modules_start = at->page_end;
	at->modules_end = at->modules_start + GIB(2);
	at->vmalloc_start = at->modules_end;
	/* A struct page, of 64 bytes, for each page of the linear map. */
	range = at->page_end - at->page_offset;
	at->vmemmap_end = -GIB(1);
	at->vmemmap_start = at->vmemmap_end - (range >> g->page_shift) * 64;
	if (g->va_configured != va_min)
		unused = (gen_page_offset(g->va_actual) - at->page_offset) >>
			 g->page_shift;
	at->vmalloc_end = at->vmemmap_start + unused * 64 - MIB(8);
}

/* ---- VMCOREINFO as a list of lines ------------------------------------- */

struct info {
	char **lines; /* KEY=VALUE */
	size_t count, capacity;
	bool failed; /* out of memory */
};

static void add_line(struct info *info, char *line)
{
	if (info->count == info->capacity) {
		size_t capacity = info->capacity ? 2 * info->capacity : 128;
		char **lines = realloc(info->lines, capacity * sizeof(*lines));

		if (!lines) {
			free(line);
			info->failed = true;
			return;
		}
		info->lines = lines;
		info->capacity = capacity;
	}
	info->lines[info->count++] = line;
}

static void put(struct info *info, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct info *info, const char *format, ...)
{
	char *line;
	va_list ap;
	int size;

	va_start(ap, format);
	size = vasprintf(&line, format, ap);
	va_end(ap);
	if (size < 0)
		info->failed = true;
	else
		add_line(info, line);
}

static void put_symbol(struct info *info, const char *name, uint64_t va)
{
	put(info, "SYMBOL(%s)=%llx", name, (unsigned long long)va);
}

static void put_number(struct info *info, const char *name, uint64_t n)
{
	put(info, "NUMBER(%s)=0x%llx", name, (unsigned long long)n);
}

static void put_list(struct info *info, const char *const *lines)
{
	for (; *lines; lines++)
		put(info, "%s", *lines);
}

static const char *const memory_facts[] = {
	"SIZE(page)=64",
	"SIZE(pglist_data)=14400",
	"SIZE(zone)=1728",
	"SIZE(free_area)=104",
	"SIZE(list_head)=16",
	"SIZE(nodemask_t)=8",
	"OFFSET(page.flags)=0",
	"OFFSET(page._refcount)=52",
	"OFFSET(page.mapping)=24",
	"OFFSET(page.lru)=8",
	"OFFSET(page._mapcount)=48",
	"OFFSET(page.private)=40",
	"OFFSET(page.compound_info)=8",
	"OFFSET(pglist_data.node_zones)=0",
	"OFFSET(pglist_data.nr_zones)=11232",
	"OFFSET(pglist_data.node_start_pfn)=11240",
	"OFFSET(pglist_data.node_spanned_pages)=11256",
	"OFFSET(pglist_data.node_id)=11264",
	"OFFSET(zone.free_area)=256",
	"OFFSET(zone.vm_stat)=1536",
	"OFFSET(zone.spanned_pages)=160",
	"OFFSET(free_area.free_list)=0",
	"OFFSET(list_head.next)=0",
	"OFFSET(list_head.prev)=8",
	"LENGTH(zone.free_area)=11",
	NULL,
};

static const char *const page_facts[] = {
	"LENGTH(free_area.free_list)=6",
	"NUMBER(NR_FREE_PAGES)=0",
	"NUMBER(PG_lru)=5",
	"NUMBER(PG_private)=14",
	"NUMBER(PG_swapcache)=10",
	"NUMBER(PG_swapbacked)=17",
	"NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)=-184549376",
	"NUMBER(PG_hwpoison)=21",
	"NUMBER(PG_head_mask)=64",
	"NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-268435456",
	"NUMBER(PAGE_HUGETLB_MAPCOUNT_VALUE)=-201326592",
	"NUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)=-251658240",
	NULL,
};

/* Invented places in the image; only swapper_pg_dir's is a true one. */
static void put_generic(struct info *info, const struct gen *g,
			const struct gen_layout *at)
{
	uint64_t image = g->load + g->kimage_voffset;
	int64_t memstart = (int64_t)g->phys_offset;

	put(info, "OSRELEASE=%s", g->release);
	put(info, "BUILD-ID=b114001d8228c02ea1c3170732da3a7b611ce811");
	put(info, "PAGESIZE=%llu", (unsigned long long)gen_page_size(g));
	put_symbol(info, "init_uts_ns", image + 0x2778400);
	put(info, "OFFSET(uts_namespace.name)=0");
	put_symbol(info, "node_online_map", image + 0x22fe810);
	put_symbol(info, "swapper_pg_dir", g->swapper + g->kimage_voffset);
	put_symbol(info, "_stext", image + 0x10000);
	put_number(info, "VMALLOC_START", at->vmalloc_start);
	put_symbol(info, "vmemmap",
		   at->vmemmap_start -
			   (uint64_t)(memstart >> g->page_shift) * 64);
	put_symbol(info, "mem_section", gen_linear_va(g, g->load) + 0x3feeb2c0);
	put(info, "LENGTH(mem_section)=131072");
	put(info, "SIZE(mem_section)=16");
	put(info, "OFFSET(mem_section.section_mem_map)=0");
	put(info, "NUMBER(SECTION_SIZE_BITS)=%d",
	    g->page_shift == 16 ? 29 : 27);
	put(info, "NUMBER(MAX_PHYSMEM_BITS)=%d",
	    g->lpa2 || g->page_shift == 16 ? 52 : 48);
	put_list(info, memory_facts);
	put_symbol(info, "prb", image + 0x2341c90);
	put_symbol(info, "printk_rb_static", image + 0x2341dd0);
	put_symbol(info, "clear_seq", image + 0x27f5120);
	put_list(info, page_facts);
	put_symbol(info, "kallsyms_names", image + 0x149b974);
	put_symbol(info, "kallsyms_num_syms", image + 0x149b970);
	put_symbol(info, "kallsyms_token_table", image + 0x1740434);
	put_symbol(info, "kallsyms_token_index", image + 0x174099c);
	put_symbol(info, "kallsyms_offsets", image + 0x1740b9c);
}

static void put_arm64(struct info *info, const struct gen *g,
		      const struct gen_layout *at)
{
	put(info, "NUMBER(VA_BITS)=%u", g->va_configured);
	put_number(info, "MODULES_VADDR", at->modules_start);
	put_number(info, "MODULES_END", at->modules_end);
	put_number(info, "VMALLOC_END", at->vmalloc_end);
	put_number(info, "VMEMMAP_START", at->vmemmap_start);
	put_number(info, "VMEMMAP_END", at->vmemmap_end);
	put_number(info, "kimage_voffset", g->kimage_voffset);
	put_number(info, "PHYS_OFFSET", g->phys_offset);
	put_number(info, "TCR_EL1_T1SZ", 64 - g->va_actual);
	put(info, "KERNELOFFSET=%llx", (unsigned long long)g->kaslr);
	put_number(info, "KERNELPACMASK", 0);
}

static size_t find_line(const struct info *info, const char *key)
{
	size_t i, n = strlen(key);

	for (i = 0; i < info->count; i++) {
		if (!strncmp(info->lines[i], key, n) &&
		    info->lines[i][n] == '=')
			break;
	}
	return i;
}

static struct dm_error *edit(const struct gen *g, struct info *info,
			     const struct gen_info_edit *e)
{
	size_t i = find_line(info, e->key);

	if (e->what == GEN_INFO_SET) {
		if (i < info->count) {
			free(info->lines[i]);
			if (asprintf(&info->lines[i], "%s=%s", e->key,
				     e->value) < 0) {
				info->lines[i] = NULL;
				info->count = i; /* not to be freed */
				return dm_error_no_memory();
			}
		} else {
			put(info, "%s=%s", e->key, e->value);
		}
		return NULL;
	}
	if (i == info->count)
		return gen_error(g, e->key, "VMCOREINFO has no such key");
	free(info->lines[i]);
	memmove(&info->lines[i], &info->lines[i + 1],
		(info->count - i - 1) * sizeof(*info->lines));
	info->count--;
	return NULL;
}

/* The text; *cut is how much of it the dump gets. */
static struct dm_error *join(const struct info *info, char **text, size_t *size)
{
	size_t i, capacity = 1;
	char *end;

	for (i = 0; i < info->count; i++)
		capacity += strlen(info->lines[i]) + 1;
	end = *text = malloc(capacity);
	if (!end)
		return dm_error_no_memory();
	for (i = 0; i < info->count; i++) {
		end = stpcpy(end, info->lines[i]);
		*end++ = '\n';
	}
	*size = (size_t)(end - *text);
	return NULL;
}

/* With the first @edit_count changes that the SPEC makes. */
static struct dm_error *vmcoreinfo(const struct gen *g, size_t edit_count,
				   char **text, size_t *size)
{
	struct gen_layout at;
	struct info info = { 0 };
	struct dm_error *err = NULL;
	size_t i;

	gen_kernel_layout(g, &at);
	put_generic(&info, g, &at);
	/* "Unknown", say, is the header's word alone. */
	if (gen_elf_machine(g) == EM_AARCH64)
		put_arm64(&info, g, &at);
	for (i = 0; !err && i < edit_count; i++) {
		struct gen there = *g;

		there.line = g->edits[i].line;
		if (g->edits[i].what != GEN_INFO_CUT)
			err = edit(&there, &info, &g->edits[i]);
	}
	if (!err && info.failed)
		err = dm_error_no_memory();
	if (!err)
		err = join(&info, text, size);
	for (i = 0; !err && i < edit_count; i++) {
		if (g->edits[i].what == GEN_INFO_CUT &&
		    g->edits[i].number < *size)
			*size = g->edits[i].number;
	}
	for (i = 0; i < info.count; i++)
		free(info.lines[i]);
	free(info.lines);
	return err;
}

/* ---- Notes ------------------------------------------------------------- */

/* Name and descriptor padded to 4 bytes each, as append_elf_note() does. */
static uint8_t *put_note(uint8_t *p, const char *name, uint32_t type,
			 const void *desc, size_t size)
{
	Elf64_Nhdr note = {
		.n_namesz = htole32((uint32_t)strlen(name) + 1),
		.n_descsz = htole32((uint32_t)size),
		.n_type = htole32(type),
	};

	memcpy(p, &note, sizeof(note));
	p += sizeof(note);
	memcpy(p, name, strlen(name) + 1);
	p += (strlen(name) + 1 + 3) & ~(size_t)3;
	memcpy(p, desc, size);
	return p + ((size + 3) & ~(size_t)3);
}

struct text {
	char *bytes;
	size_t size;
};

/* One or two, or none: the rest of @texts is empty. */
static struct dm_error *vmcoreinfos(const struct gen *g, struct text texts[2])
{
	struct dm_error *err;
	size_t first = g->second_vmcoreinfo ? g->first_edits : g->edit_count;

	if (g->no_vmcoreinfo)
		return NULL;
	err = vmcoreinfo(g, first, &texts[0].bytes, &texts[0].size);
	if (!err && g->second_vmcoreinfo)
		err = vmcoreinfo(g, g->edit_count, &texts[1].bytes,
				 &texts[1].size);
	return err;
}

static uint8_t *put_notes(uint8_t *p, const struct gen *g,
			  const struct text texts[2])
{
	uint8_t prstatus[PRSTATUS_SIZE] = { 0 };
	unsigned int cpu, i;

	for (cpu = 0; cpu < g->cpus; cpu++) {
		prstatus[PRSTATUS_PID] = (uint8_t)(cpu + 1);
		p = put_note(p, "CORE", NT_PRSTATUS, prstatus,
			     sizeof(prstatus));
	}
	for (i = 0; i < 2; i++) {
		if (texts[i].bytes)
			p = put_note(p, "VMCOREINFO", 0, texts[i].bytes,
				     texts[i].size);
	}
	return p;
}

struct dm_error *gen_notes(const struct gen *g, uint8_t **notes, size_t *size)
{
	struct text texts[2] = { 0 };
	struct dm_error *err;

	err = vmcoreinfos(g, texts);
	if (!err) {
		*notes = calloc(1, g->cpus * (PRSTATUS_SIZE + 20) +
					   texts[0].size + texts[1].size + 64);
		if (!*notes)
			err = dm_error_no_memory();
	}
	if (!err)
		*size = (size_t)(put_notes(*notes, g, texts) - *notes);
	free(texts[0].bytes);
	free(texts[1].bytes);
	return err;
}

struct dm_error *gen_vmcoreinfo_page(struct gen *g, uint64_t pa, bool note)
{
	uint8_t *bytes = NULL;
	struct text text = { 0 };
	struct dm_error *err;
	size_t size;

	err = vmcoreinfo(g, g->edit_count, &text.bytes, &text.size);
	if (!err && note) {
		bytes = calloc(1, text.size + 64);
		if (!bytes)
			err = dm_error_no_memory();
	}
	if (!err && note) {
		size = (size_t)(put_note(bytes, "VMCOREINFO", 0, text.bytes,
					 text.size) -
				bytes);
		err = gen_store_put(g, pa, bytes, size);
	} else if (!err) {
		err = gen_store_put(g, pa, text.bytes, text.size);
	}
	free(bytes);
	free(text.bytes);
	return err;
}
