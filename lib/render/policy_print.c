// SPDX-License-Identifier: GPL-2.0-or-later
/* The policy in words, and as JSON. */
#include <string.h>

#include "render/print.h"
#include "render/json.h"
#include "util/out.h"

static const char *known_word(enum dm_known known)
{
	return known == DM_UNKNOWN ? "unknown" : known == DM_YES ? "yes" : "no";
}

static void put(struct out *out, const char *name, const char *value)
{
	dm_out_printf(out, "%-20s", name);
	dm_out_foreign(out, value);
	dm_out_printf(out, "\n");
}

/* What the linear map has of it, where the kernel's word alone could mislead. */
static const char *rodata_effect(const struct dm_policy *p)
{
	if (strcmp(p->rodata, "full") == 0)
		return p->rodata_word && strcmp(p->rodata_word, "on") == 0
			       ? ", which this kernel calls \"on\""
			       : "";
	return strcmp(p->rodata, "off") == 0
		       ? ""
		       : ", which protects nothing but the kernel image in the linear map";
}

static void put_rodata(struct out *out, const struct dm_policy *p)
{
	bool contradicted =
		p->rodata_from && strcmp(p->rodata_from, "contradicted") == 0;
	const char *how = "";

	if (p->rodata_from && strcmp(p->rodata_from, "read_only") == 0)
		how = ", inferred from read-only pages outside the kernel image";
	else if (p->rodata_from && strcmp(p->rodata_from, "cmdline") == 0)
		how = ", by the command line";
	dm_out_printf(out, "%-20s%s%s%s\n", "rodata",
		      p->rodata	     ? p->rodata
		      : contradicted ? "contradicted"
				     : "unknown",
		      p->rodata ? rodata_effect(p) : "", how);
}

static void put_cmdline(struct out *out, const struct dm_policy *p)
{
	put(out, "command line", p->has_cmdline ? p->cmdline : "unknown");
	if (p->cmdline_from && strcmp(p->cmdline_from, "printk") == 0)
		dm_out_printf(
			out, "%-20s%s%s\n", "  found in", "the kernel's log",
			p->cmdline_cut ? ", where its end may be missing" : "");
}

static void put_also(struct out *out, const struct dm_policy *p)
{
	size_t i;

	if (!p->also_count)
		return;
	dm_out_printf(out, "%-20s", "would decide alike");
	for (i = 0; i < p->also_count; i++)
		dm_out_printf(out, "%s%s", i ? ", " : "", p->also[i]);
	dm_out_printf(out, "\n");
}

static void put_bbml(struct out *out, const struct dm_policy *p)
{
	if (!*p->bbml)
		dm_out_printf(out, "%-20s%s\n", "BBML",
			      p->splits_at_runtime == DM_UNKNOWN
				      ? "unknown"
				      : "the kernel does not ask for it");
	else
		dm_out_printf(out, "%-20s%s (%s)\n", "CPU capability",
			      known_word(p->has_bbml), p->bbml);
}

static void put_kfence(struct out *out, const struct dm_policy *p)
{
	dm_out_printf(out, "%-20s%s", "KFENCE",
		      p->kfence == DM_KFENCE_NONE ? "not compiled in"
						  : dm_kfence_name(p->kfence));
	if (p->kfence_pool)
		dm_out_printf(out, ", pool at 0x%llx",
			      (unsigned long long)p->kfence_pool);
	dm_out_printf(out, "\n");
}

struct dm_error *dm_policy_text(const struct dm_policy *policy,
				struct dm_sink *sink)
{
	const struct dm_policy *p = policy;
	struct out out = { .sink = sink };

	dm_out_printf(&out, "%s\n", p->sentence);
	if (p->contradiction)
		dm_out_printf(&out, "CONTRADICTION: %s\n", p->contradiction);
	dm_out_printf(&out, "\n");
	put_rodata(&out, p);
	put_bbml(&out, p);
	put(&out, "debug_pagealloc", known_word(p->debug_pagealloc));
	put_kfence(&out, p);
	put(&out, "realm", known_word(p->realm));
	put(&out, "repainted", known_word(p->repainted));
	put(&out, "splits at run time", known_word(p->splits_at_runtime));
	if (p->merges_at_runtime == DM_YES)
		put(&out, "merges at run time", "yes");
	put(&out, "memory added later", dm_boot_name(p->hotplug));
	if (p->hibernation == DM_YES)
		put(&out, "hibernation",
		    "being prepared: the alias of the kernel's data is valid for as long");
	put_also(&out, p);
	put_cmdline(&out, p);
	if (*dm_missing_text(p->missing))
		put(&out, "missing", dm_missing_text(p->missing));
	return dm_out_error(&out);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *reasons(const char (*why)[DM_POLICY_WHY_MAX], size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		array = dm_json_add(array, json_string(why[i]));
	return array;
}

static json_t *cpu_object(const struct dm_policy *p)
{
	json_t *o = json_object();

	if (*p->bbml)
		o = dm_json_put(o, p->bbml, dm_json_known(p->has_bbml));
	return o;
}

json_t *dm_json_policy(const struct dm_policy *policy)
{
	const struct dm_policy *p = policy;
	json_t *o = json_object();

	o = dm_json_put(o, "boot", json_string(dm_boot_name(p->boot)));
	o = dm_json_put(o, "by_rule", json_string(dm_boot_name(p->by_rule)));
	o = dm_json_put(o, "why", reasons(p->why, p->why_count));
	o = dm_json_put(o, "also", reasons(p->also, p->also_count));
	o = dm_json_put(o, "sentence", json_string(p->sentence));
	o = dm_json_put(o, "inferred", json_boolean(p->inferred));
	o = dm_json_put(o, "rodata", dm_json_text(p->rodata));
	o = dm_json_put(o, "rodata_word", dm_json_text(p->rodata_word));
	o = dm_json_put(o, "rodata_from", dm_json_text(p->rodata_from));
	o = dm_json_put(o, "cpu", cpu_object(p));
	o = dm_json_put(o, "debug_pagealloc",
			dm_json_known(p->debug_pagealloc));
	o = dm_json_put(o, "kfence",
			p->kfence == DM_KFENCE_UNKNOWN
				? json_null()
				: json_string(dm_kfence_name(p->kfence)));
	o = dm_json_put(o, "realm", dm_json_known(p->realm));
	o = dm_json_put(o, "repainted", dm_json_known(p->repainted));
	o = dm_json_put(o, "splits_at_runtime",
			dm_json_known(p->splits_at_runtime));
	o = dm_json_put(o, "merges_at_runtime",
			dm_json_known(p->merges_at_runtime));
	o = dm_json_put(o, "hotplug", json_string(dm_boot_name(p->hotplug)));
	o = dm_json_put(o, "hibernation", dm_json_known(p->hibernation));
	o = dm_json_put(o, "cmdline",
			p->has_cmdline ? dm_json_foreign(p->cmdline)
				       : json_null());
	o = dm_json_put(o, "cmdline_from", dm_json_text(p->cmdline_from));
	o = dm_json_put(o, "cmdline_cut", json_boolean(p->cmdline_cut));
	o = dm_json_put(o, "contradiction", dm_json_text(p->contradiction));
	o = dm_json_put(o, "missing",
			dm_json_text(dm_missing_text(p->missing)));
	return dm_json_put(o, "missing_list", dm_json_missing(p->missing));
}

struct dm_error *dm_policy_json(const struct dm_policy *policy,
				struct dm_sink *sink)
{
	return dm_json_write(dm_json_policy(policy), sink);
}
