/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the kernel of a dump without VMCOREINFO, raw memory say, and holds what
 * crash believes of it against its page tables. A part of directmap.c: defs.h is
 * to be included by one file.
 *
 * crash guesses on such dumps: kimage_voffset as if RAM began with the image, VA
 * bits from an address of the namelist, phys_offset as the lowest address, no
 * KASLR unless it is told (arm64.c, 8.0.2 to 9.0.2). So its facts say where to
 * look first, and only page tables what is there.
 */
#ifndef DIRECTMAP_FOUND_H
#define DIRECTMAP_FOUND_H

#include <directmap.h>
#include <directmap/find.h>

/* The kernel may be loaded at multiples of this (EFI_KIMG_ALIGN; 2 MiB else). */
#define IMAGE_ALIGN UINT64_C(0x10000)
/* Kernels in one memory, and marks of images: those behind are not looked at. */
#define FOUND_MAX 8
#define MARKS_MAX 32

/* ---- Raw memory --------------------------------------------------------- */

/* The value behind @name in a line of crash's; NULL: another line. */
static char *value_of(char *line, const char *name)
{
	size_t size = strlen(name);

	line += strspn(line, " ");
	line[strcspn(line, "\n")] = '\0';
	return strncmp(line, name, size) == 0 ? line + size : NULL;
}

static void put_images(FILE *from, FILE *to)
{
	char line[PATH_MAX + 64], *value;
	const char *comma = "";

	while (fgets(line, sizeof(line), from)) {
		if ((value = value_of(line, "path: "))) {
			fprintf(to, "%s%s", comma, value);
			comma = ",";
		} else if ((value = value_of(line, "start_paddr: "))) {
			fprintf(to, "@0x%s", value);
		}
	}
}

/*
 * FILE@PA, as the user named raw memory: pc->dumpfile is a header that crash
 * made. Only crash's own print of it tells. The caller's; NULL: no raw memory.
 */
static char *image_path(void)
{
	FILE *saved = fp, *print, *out;
	char *path = NULL;
	size_t size;

	if (!is_ramdump_image() || !(print = tmpfile()))
		return NULL;
	fp = print;
	dump_ramdump_data();
	fp = saved;
	rewind(print);
	out = open_memstream(&path, &size);
	if (out) {
		put_images(print, out);
		fclose(out);
	}
	fclose(print);
	return path;
}

/* ---- The namelist ------------------------------------------------------- */

static bool symbol_at(const char *name, uint64_t *va)
{
	struct syment *symbol = NULL;

	if (kernel_symbol_exists((char *)name))
		symbol = kernel_symbol_search((char *)name);
	if (symbol)
		*va = symbol->value;
	return symbol;
}

/* The banner of this kernel is where the namelist has it, or that cannot be read. */
static bool has_banner(struct crash_source *s, uint64_t pa)
{
	static const char banner[] = "Linux version ";
	char text[sizeof(banner) - 1];
	struct dm_error *err;
	bool has;

	err = crash_read(&s->source, pa, text, sizeof(text), DM_CONTENT_DATA);
	has = err || memcmp(text, banner, sizeof(text)) == 0;
	dm_error_destroy(err);
	return has;
}

/*
 * KASLR moves all symbols by the same. Those of another kernel have other
 * distances between them.
 */
static void fit_namelist(struct crash_source *s,
			 const struct dm_kernel_facts *facts, uint64_t image)
{
	uint64_t text, pgd, banner;

	s->namelist_fits = false;
	if (!symbol_at("swapper_pg_dir", &pgd) || !symbol_at("_text", &text))
		return;
	s->shift = facts->pgd + facts->kimage_voffset - pgd;
	if (image && text + s->shift - facts->kimage_voffset != image)
		return;
	s->namelist_fits =
		!symbol_at("linux_banner", &banner) ||
		has_banner(s, banner + s->shift - facts->kimage_voffset);
}

/* ---- VMCOREINFO in memory ----------------------------------------------- */

static void lend_text(struct crash_source *s, char *text, size_t size)
{
	s->vmcoreinfo = text;
	s->size = size;
}

/* Where a pointer into the linear map leads: @p va, by the kernel's facts. */
static bool follow(struct crash_source *s, const struct dm_kernel *k,
		   const char *name, uint64_t *pa)
{
	struct dm_error *err;
	uint64_t va, at;

	if (!symbol_at(name, &at))
		return false;
	err = crash_read(&s->source, at + s->shift - k->kimage_voffset, &va,
			 sizeof(va), DM_CONTENT_DATA);
	if (err) {
		dm_error_destroy(err);
		return false;
	}
	*pa = va - k->page_offset + k->phys_offset;
	return va >= k->linear_start && va < k->linear_end;
}

/*
 * kernel/vmcore_info.c has the text and, in other pages, a note of it. Taken is
 * what kdump-triage takes: the first by address, unless the other has more of it.
 */
static struct dm_error *take_ram(struct crash_source *s, uint64_t pa)
{
	char release[DM_RELEASE_MAX], *old = s->vmcoreinfo, *text;
	size_t old_size = s->size, size;
	struct dm_error *err;
	bool first = !s->from || strcmp(s->from, "ram") != 0;

	err = dm_vmcoreinfo_read(&s->source, pa, &text, &size);
	if (err)
		return err;
	lend_text(s, text, size);
	err = dm_vmcoreinfo_prove(&s->source, pa, release);
	if (!err && (first || size > old_size ||
		     (size == old_size && pa < s->from_pa))) {
		s->from = "ram";
		s->from_pa = pa;
		free(old);
		return NULL;
	}
	lend_text(s, old, old_size);
	free(text);
	return err;
}

static struct dm_error *look_for_text(struct crash_source *s)
{
	static const char *const names[] = { "vmcoreinfo_data",
					     "vmcoreinfo_note" };
	struct dm_session *session;
	struct dm_kernel kernel;
	struct dm_error *err;
	uint64_t pa;
	size_t i;

	err = dm_session_create(&s->source, NULL, &session);
	if (err)
		return err;
	kernel = *dm_session_kernel(session);
	dm_session_destroy(session);
	for (i = 0; !err && i < sizeof(names) / sizeof(*names); i++) {
		if (!follow(s, &kernel, names[i], &pa))
			continue;
		err = take_ram(s, pa);
		/* What is no VMCOREINFO is not needed either. */
		if (err && !dm_error_is_fatal(err)) {
			dm_error_destroy(err);
			err = NULL;
		}
	}
	return err;
}

/* ---- The kernel --------------------------------------------------------- */

/*
 * @mark	PA of the page that it was found by; 0: by its root table.
 * @image	PA of _text; 0: not known.
 */
static struct dm_error *take_kernel(struct crash_source *s,
				    struct dm_kernel_facts *facts,
				    uint64_t mark, uint64_t image)
{
	struct dm_error *err = dm_kernel_facts_prove(&s->source, facts);

	if (err)
		return err;
	fit_namelist(s, facts, image);
	err = dm_kernel_facts_text(facts, &s->vmcoreinfo, &s->size);
	if (err)
		return err;
	s->from = mark ? "image" : "crash";
	s->from_pa = mark ? mark : facts->pgd;
	return s->namelist_fits ? look_for_text(s) : NULL;
}

static enum dm_kernel_mark mark_at(struct crash_source *s, uint64_t pa)
{
	enum dm_kernel_mark mark = DM_KERNEL_MARK_NONE;
	unsigned char front[DM_KERNEL_MARK_SIZE];
	struct dm_error *err;

	err = crash_read(&s->source, pa, front, sizeof(front),
			 DM_CONTENT_SEARCH);
	if (!err)
		mark = dm_kernel_mark(front);
	dm_error_destroy(err);
	return mark;
}

/* Where crash believes it is. */
static struct dm_error *find_by_crash(struct crash_source *s)
{
	uint64_t voffset = machdep->machspec->kimage_voffset, text, pgd;
	struct dm_kernel_facts facts;
	struct dm_error *err;

	if (!symbol_at("swapper_pg_dir", &pgd))
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "crash knows no symbol swapper_pg_dir");
	if (symbol_at("_text", &text) &&
	    mark_at(s, text - voffset) == DM_KERNEL_MARK_IMAGE) {
		err = dm_kernel_find(&s->source, text - voffset, NULL, &facts);
		if (!err)
			err = take_kernel(s, &facts, text - voffset,
					  text - voffset);
	} else {
		err = dm_kernel_find_root(&s->source, pgd - voffset, 0,
					  DM_ORIGIN_CRASH, &facts);
		if (!err)
			err = take_kernel(s, &facts, 0, 0);
	}
	dm_kernel_facts_deinit(&facts);
	if (!err || dm_error_is_fatal(err))
		return err;
	return dm_error_prefix(
		err,
		"crash has swapper_pg_dir 0x%llx and kimage_voffset 0x%llx, which lead to 0x%llx",
		(unsigned long long)pgd, (unsigned long long)voffset,
		(unsigned long long)(pgd - voffset));
}

/* ---- All of memory ------------------------------------------------------ */

struct found {
	enum dm_kernel_mark kind; /* of all */
	struct dm_kernel_facts facts[FOUND_MAX];
	uint64_t mark[FOUND_MAX]; /* PA */
	size_t count;
	struct dm_range looked[MARKS_MAX]; /* for root tables; PAs */
	size_t marks;
};

static bool is_looked_at(const struct found *f, uint64_t pa)
{
	size_t i;

	for (i = 0; i < f->marks; i++) {
		if (pa >= f->looked[i].start && pa < f->looked[i].end)
			return true;
	}
	return false;
}

static struct dm_error *look_at_mark(struct crash_source *s, struct found *f,
				     uint64_t pa)
{
	struct dm_kernel_facts *facts = &f->facts[f->count];
	struct dm_error *err;

	err = dm_kernel_find_range(&s->source, pa, &f->looked[f->marks]);
	if (!err) {
		f->marks++;
		err = dm_kernel_find(&s->source, pa, NULL, facts);
	}
	if (!err) {
		f->mark[f->count++] = pa;
		return NULL;
	}
	if (dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	return NULL;
}

/* Images are asked for at @step. */
static struct dm_error *look_at_all(struct crash_source *s, struct found *f,
				    enum dm_kernel_mark kind, uint64_t step)
{
	struct dm_error *err = NULL;
	ulong start, end;
	uint64_t pa;

	if (!KDUMP_DUMPFILE() || !arm_kdump_phys_base(&start) ||
	    !arm_kdump_phys_end(&end))
		return NULL;
	f->kind = kind;
	pa = (start + step - 1) & ~(step - 1);
	for (; !err && !interrupted && pa < end && f->count < FOUND_MAX &&
	       f->marks < MARKS_MAX;
	     pa += step) {
		if (mark_at(s, pa) == kind && !is_looked_at(f, pa))
			err = look_at_mark(s, f, pa);
	}
	if (!err && interrupted)
		err = dm_error_create(DM_ERROR_INTERRUPTED, "interrupted");
	return err;
}

/* Each kernel has a vDSO too, at any page: that takes longer. */
static struct dm_error *look_for_marks(struct crash_source *s, struct found *f)
{
	struct dm_error *err;

	err = look_at_all(s, f, DM_KERNEL_MARK_IMAGE, IMAGE_ALIGN);
	if (err || f->count)
		return err;
	return look_at_all(s, f, DM_KERNEL_MARK_VDSO, DM_PAGE_SIZE_LEAST);
}

static uint64_t image_of(const struct found *f, size_t i)
{
	return f->kind == DM_KERNEL_MARK_IMAGE ? f->mark[i] : 0;
}

/* The only one, or the only one that the namelist fits. */
static bool choose(struct crash_source *s, struct found *f, size_t *index)
{
	size_t i, fit = 0;

	*index = 0;
	if (f->count == 1)
		return true;
	for (i = 0; i < f->count; i++) {
		fit_namelist(s, &f->facts[i], image_of(f, i));
		if (!s->namelist_fits)
			continue;
		*index = i;
		fit++;
	}
	return fit == 1;
}

static struct dm_error *several(const struct found *f)
{
	char text[256];
	size_t i, used = 0;

	for (i = 0; i < f->count && used < sizeof(text); i++)
		used += (size_t)snprintf(
			text + used, sizeof(text) - used,
			"%s%.40s at 0x%llx (kimage_voffset 0x%llx)",
			i ? ", " : "",
			*f->facts[i].release ? f->facts[i].release
					     : "release unknown",
			(unsigned long long)f->mark[i],
			(unsigned long long)f->facts[i].kimage_voffset);
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"several kernels in memory, and the namelist does not tell which: %s; start crash with --machdep kimage_voffset=… of one",
		text);
}

/* @by_crash	Why it is not where crash believes. Taken. */
static struct dm_error *nothing(const struct found *f,
				struct dm_error *by_crash)
{
	struct dm_error *err = dm_error_create(
		DM_ERROR_BAD_DUMP,
		"no VMCOREINFO in the dump; %s, %s; start crash with --kaslr and --machdep kimage_voffset=… of this kernel",
		by_crash->message,
		f->marks ? "and no image in memory has its page tables"
			 : "and no image of a kernel is in memory");

	dm_error_destroy(by_crash);
	return err;
}

/* Sets the source's VMCOREINFO, or what stands in for it. */
static struct dm_error *find_kernel(struct crash_source *s)
{
	struct dm_error *by_crash = find_by_crash(s), *err;
	struct found *f;
	size_t i;

	if (!by_crash || dm_error_is_fatal(by_crash))
		return by_crash;
	f = calloc(1, sizeof(*f));
	if (!f)
		return by_crash;
	err = look_for_marks(s, f);
	if (err || f->count)
		dm_error_destroy(by_crash);
	if (!err && !f->count)
		err = nothing(f, by_crash);
	else if (!err)
		err = choose(s, f, &i) ? take_kernel(s, &f->facts[i],
						     f->mark[i], image_of(f, i))
				       : several(f);
	for (i = 0; i < f->count; i++)
		dm_kernel_facts_deinit(&f->facts[i]);
	free(f);
	return err;
}

/* ---- What crash should be told ------------------------------------------ */

/*
 * Other commands of crash go by its own facts. Where those are not what the
 * tables say, the options that make them so.
 */
static void advise(const struct crash_source *s, const struct dm_kernel *k,
		   char *text, size_t size)
{
	const struct machine_specific *ms = machdep->machspec;
	uint64_t bits = ms->VA_BITS_ACTUAL ? ms->VA_BITS_ACTUAL : ms->VA_BITS;
	uint64_t relocated = -kt->relocate;
	/* crash's PAGE_OFFSET is of the bits in use, ours of those configured. */
	uint64_t phys_offset =
		k->phys_offset - k->page_offset - (UINT64_C(1) << k->va_bits);

	/* What the user keeps, or goes through, is what kdump-triage prints. */
	if (!s->from || !s->namelist_fits ||
	    pc->redirect & (REDIRECT_TO_FILE | REDIRECT_TO_PIPE) ||
	    (!s->shift && ms->kimage_voffset == k->kimage_voffset &&
	     bits == k->va_bits && ms->phys_offset == phys_offset))
		return;
	snprintf(
		text, size,
		"crash has KASLR offset 0x%llx, VA bits %llu, kimage_voffset 0x%lx and phys_offset 0x%lx, which the page tables contradict; for its other commands start it with --kaslr 0x%llx --machdep vabits_actual=%u,kimage_voffset=0x%llx,phys_offset=0x%llx",
		(unsigned long long)relocated, (unsigned long long)bits,
		ms->kimage_voffset, ms->phys_offset,
		(unsigned long long)(relocated + s->shift), k->va_bits,
		(unsigned long long)k->kimage_voffset,
		(unsigned long long)phys_offset);
}

#endif /* DIRECTMAP_FOUND_H */
