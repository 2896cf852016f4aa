// SPDX-License-Identifier: GPL-2.0-or-later
/* Results for people: the answer on top, then what it stands on. */
#include <stdio.h>
#include <string.h>

#include "render/print.h"
#include "arm64/arm64.h"
#include "arm64/kernel_symbols.h"
#include "render/history_print.h"
#include "render/leaf_style.h"
#include "directmap/text.h"

#define MAP_WIDTH      64
#define FINDINGS_SHOWN 10

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

/* ---- The DirectMap lines ------------------------------------------------ */

/* The format of the meminfo patch, which users' scripts parse. */
static void put_directmap(struct out *out, const char *label, uint64_t bytes)
{
	dm_out_printf(out, "DirectMap%s: %8lu kB", label,
		      (unsigned long)(bytes >> 10));
}

struct dm_error *dm_report_meminfo(const struct dm_report *report,
				   struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		const char *label = dm_leaf_label(&report->kernel, leaf);

		if (!label)
			continue;
		put_directmap(&out, label, report->usage.mapped[leaf]);
		dm_out_printf(&out, "\n");
	}
	return dm_out_error(&out);
}

static void put_usage(struct out *out, const struct dm_report *report)
{
	uint64_t mapped = dm_usage_mapped(&report->usage);
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		const char *label = dm_leaf_label(&report->kernel, leaf);
		uint64_t bytes = report->usage.mapped[leaf];

		if (!label)
			continue;
		put_directmap(out, label, bytes);
		/* Labels differ in length; the shares stay aligned. */
		dm_out_printf(out, "%*s %6.2f %%\n", 6 - (int)strlen(label), "",
			      percent(bytes, mapped));
	}
}

/* ---- The picture -------------------------------------------------------- */

static void put_sign(struct out *out, enum dm_leaf leaf, size_t count,
		     bool color)
{
	if (color)
		dm_out_printf(out, "%s", dm_leaf_ansi(leaf));
	while (count--)
		dm_out_printf(out, "%c", dm_leaf_sign(leaf));
	if (color)
		dm_out_printf(out, LEAF_ANSI_END);
}

/* The leaf size that most bytes of the picture's [from, to) have. */
static enum dm_leaf dominant(const struct dm_usage *u, size_t from, size_t to)
{
	uint64_t bytes[DM_LEAF_MAX] = { 0 };
	enum dm_leaf leaf;
	size_t i;

	for (i = from; i < to; i++) {
		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
			bytes[leaf] += u->map[i][leaf];
	}
	return dm_leaf_dominant(bytes);
}

static void put_map(struct out *out, const struct dm_report *report,
		    const struct dm_style *style)
{
	const struct dm_usage *u = &report->usage;
	size_t width = style->width ? style->width : MAP_WIDTH, i, run = 0;
	enum dm_leaf leaf, last = DM_LEAF_PTE;

	if (!u->map_cells)
		return;
	if (width > u->map_cells)
		width = u->map_cells;
	dm_out_printf(out, "\n[");
	for (i = 0; i < width; i++) {
		leaf = dominant(u, i * u->map_cells / width,
				(i + 1) * u->map_cells / width);
		if (run && leaf != last) {
			put_sign(out, last, run, style->color);
			run = 0;
		}
		last = leaf;
		run++;
	}
	put_sign(out, last, run, style->color);
	dm_out_printf(out, "]\n ");
	for (leaf = DM_LEAF_COUNT; leaf-- > 0;) {
		const char *label = dm_leaf_label(&report->kernel, leaf);

		if (!label)
			continue;
		put_sign(out, leaf, 1, style->color);
		dm_out_printf(out, " %s   ", label);
	}
	dm_out_printf(out, "a sign is ");
	dm_out_bytes(out, dm_usage_mapped(u) / width);
	dm_out_printf(out, " of mapped memory\n");
}

/* ---- Bytes and tables --------------------------------------------------- */

static void put_line(struct out *out, const char *name, uint64_t bytes,
		     uint64_t whole)
{
	dm_out_printf(out, "%-15s%12lu kB %6.2f %%", name,
		      (unsigned long)(bytes >> 10), percent(bytes, whole));
}

/*
 * Which generation of kernel invalidated the leaves is read off them: bit 11
 * is PTE_PRESENT_INVALID in 7.3; where valid leaves have it too it is nG
 * (KPTI) and tells nothing.
 */
static const char *invalid_mark(const struct dm_usage *u)
{
	if (!u->invalid_marked)
		return "bit 0 clear, no mark";
	if (u->valid_ng)
		return "bit 0 clear; bit 11 is nG here";
	if (!u->invalid_plain)
		return "bit 0 clear, marked by bit 11 (PTE_PRESENT_INVALID)";
	return "bit 0 clear, some marked by bit 11 (PTE_PRESENT_INVALID)";
}

static void put_states(struct out *out, const struct dm_usage *u)
{
	uint64_t mapped = dm_usage_mapped(u), valid = dm_usage_valid(u);

	put_line(out, "mapped", mapped, mapped);
	dm_out_printf(out, "  ");
	dm_out_bytes(out, mapped);
	dm_out_printf(out, "\n");
	put_line(out, "  valid", valid, mapped);
	dm_out_printf(out, "\n");
	put_line(out, "    read-only", u->read_only, mapped);
	dm_out_printf(out, "\n");
	put_line(out, "  invalid", mapped - valid, mapped);
	if (mapped - valid)
		dm_out_printf(out, "  %s", invalid_mark(u));
	dm_out_printf(out, "\n");
}

static void put_tables(struct out *out, const struct dm_report *report)
{
	const struct dm_kernel *k = &report->kernel;
	uint64_t count = dm_usage_tables(&report->usage);
	const char *separator = "  ";
	int level;

	dm_out_printf(out, "%-15s%12lu kB %6lu page%s", "page tables",
		      (unsigned long)(count * k->page_size >> 10),
		      (unsigned long)count, dm_plural_s(count));
	for (level = arm64_root_level(k); level <= LEVEL_LAST; level++) {
		dm_out_printf(out, "%s%lu %s", separator,
			      (unsigned long)report->usage.tables[level + 1],
			      dm_arm64_table_name(k, level));
		separator = ", ";
	}
	dm_out_printf(out, "\n");
}

static void put_policy(struct out *out, const struct dm_policy *policy)
{
	dm_out_printf(out, "%-15s%s\n", "policy", policy->sentence);
	if (policy->contradiction)
		dm_out_printf(out, "%-15sCONTRADICTION: %s\n", "",
			      policy->contradiction);
}

/* ---- What the dump is --------------------------------------------------- */

static void put_fact(struct out *out, const struct dm_report *report,
		     const char *name, const char *value, enum dm_fact fact)
{
	dm_out_printf(out, "%-15s%-44s %s\n", name, value,
		      report->kernel.from[fact]);
}

static void put_fact_hex(struct out *out, const struct dm_report *report,
			 const char *name, uint64_t value, enum dm_fact fact)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	put_fact(out, report, name, text, fact);
}

/* Where it is the dump's own note, the lines that are from it say so. */
static void put_vmcoreinfo(struct out *out, const struct dm_dump_about *dump)
{
	bool by_image = !strcmp(dump->vmcoreinfo_from, "image");
	bool by_root = !strcmp(dump->vmcoreinfo_from, "crash");

	dm_out_printf(out, "%-15s", "VMCOREINFO");
	if (dump->vmcoreinfo_file) {
		dm_out_printf(out, "of ");
		dm_out_foreign(out, dump->vmcoreinfo_file);
	} else if (by_image) {
		dm_out_printf(
			out,
			"none: the kernel was found by its image in memory, at 0x%llx",
			(unsigned long long)dump->vmcoreinfo_pa);
	} else if (by_root) {
		dm_out_printf(
			out,
			"none: crash told where the kernel's root table is, at 0x%llx",
			(unsigned long long)dump->vmcoreinfo_pa);
	} else {
		dm_out_printf(out, "in the dump's memory at 0x%llx",
			      (unsigned long long)dump->vmcoreinfo_pa);
	}
	dm_out_printf(
		out, "%s\n",
		dump->vmcoreinfo_given ? ", as given by the user"
		: by_image || by_root
			? ", and proved by its page tables"
			: ", proved by its page tables: the dump has no note of it");
	if (dump->vmcoreinfo_chosen)
		dm_out_printf(out, "%-15sof several kernels in memory: %s\n",
			      "", dump->vmcoreinfo_chosen);
}

/* More than these are told in JSON only. */
#define IMAGES_SHOWN 8

static void put_images(struct out *out, const struct dm_dump_about *dump)
{
	size_t i;

	dm_out_printf(out, "%-15sof ", "images");
	dm_out_name(out, dump->images_from);
	for (i = 0; i < dump->image_count && i < IMAGES_SHOWN; i++) {
		const char *path = dump->images[i].path;
		const char *slash = strrchr(path, '/');

		dm_out_printf(out, i ? ", " : ": ");
		dm_out_name(out, slash ? slash + 1 : path);
		dm_out_printf(out, " at 0x%llx",
			      (unsigned long long)dump->images[i].pa);
	}
	if (i < dump->image_count)
		dm_out_printf(out, " and %zu more", dump->image_count - i);
	if (dump->images_passed_over)
		dm_out_printf(out, "; %zu other piece%s %s no RAM of Linux",
			      dump->images_passed_over,
			      dm_plural_s(dump->images_passed_over),
			      dm_plural(dump->images_passed_over, "is", "are"));
	dm_out_printf(out, "\n");
}

static void put_dump(struct out *out, const struct dm_dump_about *dump)
{
	/* A session need not say where its bytes are from. */
	if (dump->path) {
		dm_out_printf(out, "%-15s", "dump");
		dm_out_name(out, dump->path);
		dm_out_printf(out, "\n");
	}
	dm_out_printf(out, "%-15s", "format");
	dm_out_foreign(out, dump->format ? dump->format : "unknown");
	if (dump->reader)
		dm_out_printf(out, ", read by %s", dump->reader);
	dm_out_printf(out, ", %s", dump->complete ? "complete" : "incomplete");
	if (!dump->complete && dump->why_incomplete) {
		dm_out_printf(out, ": ");
		dm_out_foreign(out, dump->why_incomplete);
	}
	dm_out_printf(out, "\n");
	if (dump->images_from)
		put_images(out, dump);
	if (dump->vmcoreinfo_from)
		put_vmcoreinfo(out, dump);
	if (dump->header_contradicts) {
		dm_out_printf(
			out,
			"%-15sits names contradict VMCOREINFO, and are not used: ",
			"header");
		dm_out_foreign(out, dump->header_contradicts);
		dm_out_printf(out, "\n");
	}
}

static void put_kernel(struct out *out, const struct dm_report *report)
{
	const struct dm_kernel *k = &report->kernel;
	char text[64];

	put_fact(out, report, "kernel", k->release, DM_FACT_RELEASE);
	snprintf(text, sizeof(text), "%u KiB", k->page_size >> 10);
	put_fact(out, report, "page size", text, DM_FACT_PAGE_SIZE);
	snprintf(text, sizeof(text), "%u, walked in %u levels%s", k->va_bits,
		 k->levels, k->lpa2 ? ", LPA2" : "");
	put_fact(out, report, "VA bits in use", text, DM_FACT_VA_BITS);
	snprintf(text, sizeof(text), "%u", k->va_bits_configured);
	put_fact(out, report, "  configured", text, DM_FACT_VA_BITS_CONFIGURED);
	if (k->has_kaslr_offset)
		put_fact_hex(out, report, "KASLR offset", k->kaslr_offset,
			     DM_FACT_KASLR);
	else if (k->from[DM_FACT_KASLR])
		put_fact(out, report, "KASLR offset", "unknown", DM_FACT_KASLR);
	else
		dm_out_printf(out, "%-15sunknown\n", "KASLR offset");
	if (k->ns_shared)
		dm_out_printf(
			out,
			"%-15sbit %d: memory shared with the host%-13s %s\n",
			"realm", __builtin_ctzll(k->ns_shared), "",
			k->ns_shared_inferred ? "inferred from the page tables"
					      : SYMBOL_REALM_SHARED);
	snprintf(text, sizeof(text), "0x%llx-0x%llx",
		 (unsigned long long)k->linear_start,
		 (unsigned long long)report->usage.linear_end);
	if (report->usage.linear_end != k->linear_end)
		dm_out_printf(out, "%-15s%-44s %s\n", "linear map", text,
			      "VA size; end inferred: KASAN shadow above");
	else
		put_fact(out, report, "linear map", text, DM_FACT_LINEAR_END);
	put_fact_hex(out, report, "PHYS_OFFSET", k->phys_offset,
		     DM_FACT_PHYS_OFFSET);
	put_fact_hex(out, report, "swapper_pg_dir", k->pgd, DM_FACT_PGD);
}

/* ---- What is wrong ------------------------------------------------------ */

static void put_finding(struct out *out, const struct dm_finding *f)
{
	dm_out_printf(out, "  0x%016llx +", (unsigned long long)f->start);
	dm_out_bytes(out, f->size);
	dm_out_printf(out, ", level %d, PA 0x%llx", f->level,
		      (unsigned long long)f->pa);
	if (f->entry)
		dm_out_printf(out, ", entry 0x%016llx",
			      (unsigned long long)f->entry);
	dm_out_printf(out, ": %s\n", dm_finding_text(f->kind));
}

static void put_findings(struct out *out, const struct dm_usage *u)
{
	uint64_t count = dm_usage_findings(u);
	size_t i, shown = u->findings_kept;

	if (dm_usage_empty(u)) {
		dm_out_printf(out, "PARTIAL: %s\n\n", dm_usage_empty(u));
	} else if (!count && u->unknown) {
		dm_out_printf(out, "UNKNOWN: how ");
		dm_out_bytes(out, u->unknown);
		dm_out_printf(
			out,
			" of memory that was added later is mapped: no leaf is there, as while it is added or removed\n\n");
	}
	if (!count)
		return;
	if (shown > FINDINGS_SHOWN)
		shown = FINDINGS_SHOWN;
	dm_out_printf(out, "PARTIAL: %lu finding%s", (unsigned long)count,
		      dm_plural_s(count));
	if (u->unknown) {
		dm_out_printf(out, "; nothing is said of ");
		dm_out_bytes(out, u->unknown);
		dm_out_printf(out, " of the linear map's addresses");
	}
	dm_out_printf(out, "\n");
	for (i = 0; i < shown; i++)
		put_finding(out, &u->findings[i]);
	if (count > shown)
		dm_out_printf(out, "  and %lu more\n",
			      (unsigned long)(count - shown));
	dm_out_printf(out, "\n");
}

struct dm_error *dm_report_text(const struct dm_report *report,
				const struct dm_style *style,
				struct dm_sink *sink)
{
	struct out out = { .sink = sink };

	put_findings(&out, &report->usage);
	put_usage(&out, report);
	put_map(&out, report, style);
	dm_out_printf(&out, "\n");
	put_states(&out, &report->usage);
	put_tables(&out, report);
	if (report->policy)
		put_policy(&out, report->policy);
	if (report->history) {
		dm_out_printf(&out, "%-15s", "splits");
		dm_history_put_line(&out, &report->kernel, report->history);
		dm_owners_put_line(&out, "  most by      ",
				   dm_history_summary(report->history));
	}
	dm_out_printf(&out, "\n");
	put_dump(&out, &report->dump);
	put_kernel(&out, report);
	return dm_out_error(&out);
}
