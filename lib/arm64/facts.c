// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a text like VMCOREINFO's of facts, and knows their origins again. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/facts.h"
#include "util/error.h"

static const struct {
	const char *word; /* in the text */
	const char *text; /* in a report */
} origins[DM_ORIGIN_COUNT] = {
	[DM_ORIGIN_HEADER] = { "header", "Image header at _text" },
	[DM_ORIGIN_BANNER] = { "banner", "linux_banner in memory" },
	[DM_ORIGIN_ROOT] = { "root", "root table that maps itself and RAM" },
	[DM_ORIGIN_TABLES] = { "tables", "page tables" },
	[DM_ORIGIN_MEMSTART] = { "memstart",
				 "memstart_addr, borne out by the page tables" },
	[DM_ORIGIN_CONFIG] = { "config", "IKCONFIG" },
	[DM_ORIGIN_IN_USE] = { "in_use", "nothing tells: as in use" },
	[DM_ORIGIN_CRASH] = { "crash", "crash, borne out by the page tables" },
};

static const char *const lines[DM_FACT_MAX] = {
	[DM_FACT_RELEASE] = FACTS_FOUND("release"),
	[DM_FACT_PAGE_SIZE] = FACTS_FOUND("page_size"),
	[DM_FACT_VA_BITS_CONFIGURED] = FACTS_FOUND("va_bits_configured"),
	[DM_FACT_VA_BITS] = FACTS_FOUND("va_bits"),
	[DM_FACT_KASLR] = FACTS_FOUND("kaslr_offset"),
	[DM_FACT_PHYS_OFFSET] = FACTS_FOUND("phys_offset"),
	[DM_FACT_PGD] = FACTS_FOUND("pgd"),
};

const char *dm_origin_text(enum dm_origin origin)
{
	return (unsigned int)origin < DM_ORIGIN_COUNT ? origins[origin].text
						      : NULL;
}

/* ---- From the text ------------------------------------------------------ */

/* The line's value, as one of the words above. */
static enum dm_origin origin_at(const struct dm_vmcoreinfo *info,
				const char *line)
{
	enum dm_origin origin;
	struct dm_error *err;
	const char *value;
	size_t size;

	err = dm_vmcoreinfo_string(info, line, &value, &size);
	if (err) {
		dm_error_destroy(err);
		return DM_ORIGIN_NONE;
	}
	for (origin = DM_ORIGIN_COUNT - 1; origin > DM_ORIGIN_NONE; origin--) {
		if (strlen(origins[origin].word) == size &&
		    !memcmp(origins[origin].word, value, size))
			break;
	}
	return origin;
}

void dm_facts_origins(const struct dm_vmcoreinfo *info,
		      const char *from[DM_FACT_MAX])
{
	size_t fact;

	for (fact = 0; fact < DM_FACT_COUNT; fact++) {
		enum dm_origin origin = lines[fact]
						? origin_at(info, lines[fact])
						: DM_ORIGIN_NONE;

		if (origin)
			from[fact] = origins[origin].text;
	}
}

/* ---- To the text -------------------------------------------------------- */

static void put_origins(const struct dm_kernel_facts *facts, FILE *out)
{
	size_t fact;

	for (fact = 0; fact < DM_FACT_COUNT; fact++) {
		enum dm_origin origin = facts->from[fact];

		if (lines[fact] && origin > DM_ORIGIN_NONE &&
		    origin < DM_ORIGIN_COUNT)
			fprintf(out, "%s=%s\n", lines[fact],
				origins[origin].word);
	}
}

static void put_facts(const struct dm_kernel_facts *facts, FILE *out)
{
	fprintf(out, "OSRELEASE=%.*s\nPAGESIZE=%u\n", DM_RELEASE_MAX - 1,
		facts->release, facts->page_size);
	fprintf(out, "NUMBER(VA_BITS)=%u\nNUMBER(TCR_EL1_T1SZ)=0x%x\n",
		facts->va_bits_configured, 64 - facts->va_bits);
	fprintf(out, "SYMBOL(swapper_pg_dir)=%llx\n",
		(unsigned long long)(facts->pgd + facts->kimage_voffset));
	fprintf(out, "NUMBER(kimage_voffset)=0x%llx\n",
		(unsigned long long)facts->kimage_voffset);
	fprintf(out, "NUMBER(PHYS_OFFSET)=0x%llx\n" FACTS_DEVICE "=%u\n",
		(unsigned long long)facts->phys_offset,
		facts->device_attrindx ? facts->device_attrindx
				       : FACTS_DEVICE_SINCE_5_14);
	if (facts->stext)
		fprintf(out, "SYMBOL(_stext)=%llx\n",
			(unsigned long long)facts->stext);
	if (facts->has_kaslr_offset)
		fprintf(out, "KERNELOFFSET=%llx\n",
			(unsigned long long)facts->kaslr_offset);
	put_origins(facts, out);
	if (facts->lines)
		fwrite(facts->lines, 1, facts->lines_size, out);
}

struct dm_error *dm_kernel_facts_text(const struct dm_kernel_facts *facts,
				      char **text, size_t *size)
{
	FILE *out;

	*text = NULL;
	*size = 0;
	if (facts->struct_size < sizeof(*facts))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "dm_kernel_facts.struct_size is %zu",
				       facts->struct_size);
	if (!facts->page_size || !facts->va_bits || facts->va_bits > 64 ||
	    !facts->va_bits_configured || !facts->pgd)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"of this kernel the page size, the VA bits or swapper_pg_dir are not known");
	out = open_memstream(text, size);
	if (!out)
		return dm_error_no_memory();
	put_facts(facts, out);
	if (ferror(out) | fclose(out)) {
		free(*text);
		*text = NULL;
		return dm_error_no_memory();
	}
	return NULL;
}

void dm_kernel_facts_deinit(struct dm_kernel_facts *facts)
{
	free(facts->lines);
	*facts = (struct dm_kernel_facts){ .struct_size = sizeof(*facts) };
}
