// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages made of reports and rows: what they say, what they say of the unknown,
 * and that hostile text stays text.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "html/html.h"
#include "suite.h"
#include "write/target.h"

static char folder[] = "/tmp/test_html.XXXXXX";
static char path[64];

/* ---- Files -------------------------------------------------------------- */

static char *read_file(const char *name)
{
	FILE *file = fopen(name, "r");
	struct stat st;
	char *text;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL_FATAL(fstat(fileno(file), &st), 0);
	text = calloc(1, (size_t)st.st_size + 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_EQUAL(fread(text, 1, (size_t)st.st_size, file),
			(size_t)st.st_size);
	fclose(file);
	return text;
}

static size_t count_files(const char *name)
{
	DIR *dir = opendir(name);
	struct dirent *d;
	size_t n = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	while ((d = readdir(dir)))
		n += d->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void empty_folder(const char *name)
{
	DIR *dir = opendir(name);
	struct dirent *d;
	char file[512];

	while (dir && (d = readdir(dir))) {
		snprintf(file, sizeof(file), "%s/%s", name, d->d_name);
		unlink(file);
	}
	if (dir)
		closedir(dir);
}

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *o = json_loads(text, 0, &error);

	if (!o)
		fprintf(stderr, "    %s at %d\n", error.text, error.position);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	return o;
}

static char *page_of(const json_t *report)
{
	suite_no_error(html_report_write(path, false, report));
	return read_file(path);
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part))) {
		n++;
		text += strlen(part);
	}
	return n;
}

/* ---- A report ----------------------------------------------------------- */

#define LEAVES(pte, cont_pte, pmd, cont_pmd, pud)                              \
	"{\"pte\":" #pte ",\"cont_pte\":" #cont_pte ",\"pmd\":" #pmd           \
	",\"cont_pmd\":" #cont_pmd ",\"pud\":" #pud "}"
#define NONE LEAVES(0, 0, 0, 0, 0)
#define SPLIT(leaf, in_use, owner, after, before)                              \
	"{\"leaf\":\"" leaf "\",\"start\":\"0xffff000000200000\","             \
	"\"size\":2097152,\"when\":\"runtime\",\"in_use\":" in_use             \
	",\"owners\":[" owner "],\"time\":{\"after_ns\":" after                \
	",\"before_ns\":" before "},\"stack\":\"inner < outer_fn\"}"
#define DUMMY "{\"kind\":\"module\",\"name\":\"dummy\",\"pages\":2}"

static const char report_text[] =
	"{\"schema\":\"directmap/1\","
	"\"dump\":{\"path\":\"a/b.kdump\",\"format\":\"kdump\","
	"\"complete\":true},\"kernel\":{\"release\":\"7.3.4\","
	"\"page_size\":4096},\"usage\":{\"mapped\":" LEAVES(
		2949120, 20119552, 77594624, 973078528,
		1073741824) ",\"valid\":" LEAVES(2846720, 18874368, 77594624,
						 973078528,
						 1073741824) ",\"read_only\":12132352,\"invalid\":{\"bit11_set\":1347584,"
							     "\"bit11_clear\":0},\"tables\":{\"count\":16,\"bytes\":65536,"
							     "\"unreadable\":0},\"unknown\":0,\"findings\":[],\"finding_count\":0},"
							     "\"policy\":{\"boot\":\"blocks\",\"sentence\":\"blocks: why not\"},"
							     "\"splits\":[" SPLIT(
								     "pmd",
								     "true",
								     DUMMY
								     "," DUMMY,
								     "407851424",
								     "407851424") "," SPLIT("cont_pte",
											    "false",
											    "", "1738120000", "null") "," SPLIT("cont_pte", "false", "", "1738120000", "null") "," SPLIT("cont_pte", "true", DUMMY, "null", "null") "],\"boot\":[{\"start\":\"0xffff000000000000\",\"size\":10485760,"
																												    "\"leaf\":\"pmd\",\"could_be\":\"pud\",\"why\":\"kernel_alias\"}],"
																												    "\"special\":[{\"start\":\"0xffff000000200000\",\"size\":8192,"
																												    "\"owner\":" DUMMY
																												    "}],"
																												    "\"collapsible\":{\"cont_pte\":1,\"pmd\":4,\"cont_pmd\":0,\"pud\":0,"
																												    "\"bytes\":16384,\"tables\":4,\"covers\":8454144,\"if_gone\":[]},"
																												    "\"split_summary\":{\"known\":true,\"lost\":" LEAVES(0, 3, 1, 0, 0) ",\"in_use\":" LEAVES(0,
																																							      1,
																																							      1, 0, 0) ",\"tables\":8,\"boot\":" LEAVES(65536,
																																													6225920, 27262976,
																																													1040187392,
																																													1073741824) "},"
																																														    "\"map\":{\"cell\":2097152,\"splits_known\":true,\"cells\":["
																																														    "{\"start\":\"0xffff000000000000\",\"size\":2097152,\"mapped\":" LEAVES(0,
																																																							    0,
																																																							    2097152,
																																																							    0, 0) ",\"read_only\":4096,\"invalid\":0,"
																																																								  "\"lost\":0,\"in_use\":0},"
																																																								  "{\"start\":\"0xffff000000200000\",\"size\":2097152,\"mapped\":" LEAVES(
																																																									  2031616,
																																																									  65536, 0, 0, 0) ",\"read_only\":0,\"invalid\":0,"
																																																											  "\"lost\":3,\"in_use\":1},"
																																																											  "{\"start\":\"0xffff000040000000\",\"size\":2097152,\"mapped\":" LEAVES(
																																																												  0, 0, 0,
																																																												  0,
																																																												  2097152) ",\"read_only\":0,\"invalid\":0,"
																																																													   "\"lost\":0,\"in_use\":0}]}}";

static void test_figures(void)
{
	json_t *report = parse(report_text);
	char *page = page_of(report);

	suite_has(page, "<b><span class=\"nw\">2 GiB</span> mapped</b>");
	suite_has(page, "0.14 % by 4k");
	suite_has(page, ">2880</td>");
	suite_has(page, ">950272</td>");
	suite_has(page, "<b>4 leaves lost since boot</b>");
	suite_has(page, "1 × 2M</span>, <span class=\"nw\">3 × 64k</span>): "
			"2 in use, 2 residual.");
	suite_has(page, "64 KiB</span>, 16 pages, 8 of them for splits");
	suite_has(page, "11.57 MiB</span>, 0.56 %");
	/* Sizes of ranges are of the range. */
	suite_has(page, ">10 MiB</span></td><td class=\"n\">2M</td>"
			"<td class=\"n\">1G</td><td>kernel_alias");
	suite_has(page,
		  "1 × 64k</span>: <span class=\"nw\">8.06 MiB</span> mapped, "
		  "4 table pages (<span class=\"nw\">16 KiB</span>)");
	suite_has(page, "Policy at boot: blocks: why not.");
	free(page);
	json_decref(report);
}

/* Cells of the table of owners. */
#define LOST	 "<td class=\"n\" data-l=\"Lost leaves\">"
#define IN_USE	 "<td data-l=\"In use\"><span>"
#define RESIDUAL "<td data-l=\"Residual\"><span>"
#define PAGES	 "<td class=\"n\" data-l=\"Special pages\">"

/* A split of @leaf with modules m0 to m@count in it, in use. */
static json_t *split_by(const char *leaf, int count)
{
	json_t *owners = json_array();
	char name[16];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		json_array_append_new(owners,
				      json_pack("{s:s, s:s}", "kind", "module",
						"name", name));
	}
	return json_pack("{s:s, s:s, s:i, s:b, s:o}", "leaf", leaf, "start",
			 "0xffff000000200000", "size", 65536, "in_use", 1,
			 "owners", owners);
}

/* Kinds of many owners are a line, which counts a leaf once; dummy is one. */
static void test_folded(void)
{
	json_t *report = parse(report_text), *splits = json_array();
	char *page;

	json_array_append_new(splits, split_by("cont_pte", 13));
	json_array_append_new(splits, split_by("cont_pte", 2));
	json_object_set_new(report, "splits", splits);
	page = page_of(report);
	suite_has(page, "module <i>14 of them, below</i></span></th>" LOST
			"2</td>" IN_USE "<span class=\"nw\">2 × 64k</span>");
	suite_has(page, "<summary>module: 14 owners</summary>");
	suite_has(page, "module m1</span></th>" LOST "2</td>");
	suite_has(page, "module m12</span></th>" LOST "1</td>");
	suite_lacks(page, "at least those");
	free(page);

	/* Sums of others do not tell which leaves several share. */
	json_object_set_new(
		report, "owners",
		parse("[{\"kind\":\"bpf\",\"name\":\"a\",\"lost\":{\"cont_pte\":3},"
		      "\"in_use\":{\"cont_pte\":1},\"pages\":2}]"));
	page = page_of(report);
	suite_has(page, "bpf a</span></th>" LOST "3</td>");
	free(page);
	json_decref(report);
}

/* What a window's title and the line below the heading say. */
static void test_title(void)
{
	json_t *report = parse(report_text), *dump;
	char *page;

	dump = json_object_get(report, "dump");
	json_object_set_new(dump, "host", json_string("web<12>"));
	json_object_set_new(dump, "crash_time", json_integer(1700000000));
	page = page_of(report);
	suite_has(page, " on web&lt;12&gt;, 2023-11-14 22:13 UTC</title>");
	suite_has(page, " on web&lt;12&gt;, 2023-11-14 22:13 UTC</p>");
	free(page);
	json_object_set_new(dump, "host", json_null());
	json_object_set_new(dump, "crash_time", json_integer(INT64_MAX));
	page = page_of(report);
	suite_lacks(page, " UTC</title>");
	suite_lacks(page, " on web");
	free(page);
	json_decref(report);
}

/* Twice the same owner in a leaf is one; what nobody needs has a line too. */
static void test_owners(void)
{
	json_t *report = parse(report_text);
	char *page = page_of(report);

	suite_has(page, "module dummy</span></th>" LOST "2</td>" IN_USE
			"<span class=\"nw\">1 × 2M</span>, "
			"<span class=\"nw\">1 × 64k</span></span></td>" RESIDUAL
			"–</span></td>" PAGES "2</td>");
	suite_has(page, "nobody any more</i></span></th>" LOST "2</td>" IN_USE
			"–</span></td>" RESIDUAL
			"<span class=\"nw\">2 × 64k</span></span></td>");
	free(page);
	json_decref(report);
}

static void test_timeline(void)
{
	json_t *report = parse(report_text);
	char *page = page_of(report);

	suite_has(page, "<span class=\"nw\">0.407851 s</span></td>"
			"<td class=\"n\">1 × 2M");
	suite_has(page, "<span class=\"nw\">after 1.738120 s</span></td>"
			"<td class=\"n\">2 × 64k");
	suite_has(page, "Of 1 lost leaf the time is <i>unknown</i>");
	suite_has(page, "<summary class=\"mono\">outer_fn</summary>");
	free(page);
	json_decref(report);
}

static void test_map(void)
{
	json_t *report = parse(report_text);
	char *page = page_of(report);

	suite_has(page, "class=\"pte\" x=\"14\" y=\"1\"");
	suite_has(page, "<circle class=\"u\" cx=\"19.5\"");
	suite_has(page,
		  "<title>0xffff000000200000-0xffff000000400000: 64 KiB by "
		  "64k; 1.94 MiB by 4k; 3 leaves lost, 1 in use</title>");
	suite_has(page, ">hole, 0xffff000040000000</text>");
	/* Two rows. */
	suite_has(page, "class=\"map\" viewBox=\"0 0 832 26\"");
	CU_ASSERT_EQUAL(count(page, "<g data-c>"), 3);
	free(page);
	json_decref(report);
}

/* Rows of batch have sums where a report has lists. */
static void test_row(void)
{
	json_t *report = parse(report_text);
	char *page;

	json_object_del(report, "splits");
	json_object_del(report, "boot");
	json_object_del(report, "special");
	json_object_set_new(
		report, "owners",
		parse("[{\"kind\":\"module\",\"name\":\"dummy\",\"lost\":" LEAVES(
			0, 5, 0, 0,
			0) ",\"in_use\":" LEAVES(0, 2, 0, 0,
						 0) ",\"pages\":7}]"));
	json_object_set_new(report, "boot_why",
			    parse("[{\"why\":\"edge\",\"leaf\":\"pmd\","
				  "\"size\":4194304,\"ranges\":2}]"));
	page = page_of(report);
	suite_has(page, "module dummy</span></th>" LOST "5</td>" IN_USE
			"<span class=\"nw\">2 × 64k</span></span></td>" RESIDUAL
			"<span class=\"nw\">3 × 64k</span></span></td>" PAGES
			"7</td>");
	suite_has(page, "edge</th><td class=\"n\">2M</td><td class=\"n\">"
			"<span class=\"nw\">4 MiB</span>");
	suite_has(page, "This report has no list of splits.");
	free(page);
	json_decref(report);
}

/* ---- What is not known -------------------------------------------------- */

static void test_unknown(void)
{
	json_t *report = parse("{\"schema\":\"directmap/1\","
			       "\"special\":[{\"size\":0,\"owner\":" DUMMY "}],"
			       "\"dump\":{\"path\":\"x\"},\"usage\":{},"
			       "\"splits\":null,\"split_summary\":{"
			       "\"known\":false,\"why_unknown\":\"no tables\","
			       "\"lost\":" NONE ",\"in_use\":" NONE "}}");
	char *page = page_of(report);

	suite_has(page, "What is mapped is not known.");
	suite_has(page, "<b>Leaves lost since boot: unknown</b> (no tables).");
	suite_has(page, "<h2>Timeline</h2>\n<p><i>unknown</i>");
	suite_has(page, "<h2>Map</h2>\n<p><i>not in this report</i>");
	suite_has(page, "module dummy</span></th>" LOST "<i>unknown</i></td>");
	suite_lacks(page, "No leaf was lost");
	suite_has(page,
		  "<h2>Mapped small at boot already</h2>\n<p><i>unknown</i>");
	free(page);
	json_decref(report);
}

static void test_contradicted(void)
{
	json_t *report = parse(report_text), *policy, *rows[1] = { report };
	char *page;

	policy = parse("{\"boot\":\"repainted\",\"sentence\":\"contradicted\","
		       "\"contradiction\":\"the reason\"}");
	json_object_set_new(report, "policy", policy);
	page = page_of(report);
	suite_has(page, "Policy at boot: contradicted.");
	suite_has(page, "Policy and page tables disagree:</span> the reason");
	free(page);
	empty_folder(folder);
	suite_no_error(html_batch_write(path, false, rows, 1));
	page = read_file(path);
	suite_has(page, ">contradicted</td>");
	suite_lacks(page, "repainted");
	free(page);
	json_decref(report);
}

/* Memory that is not judged: where, and why. */
static void test_unjudged(void)
{
	static const char none[] =
		"[{\"start\":\"0xffff000080000000\",\"size\":1073741824,"
		"\"why\":\"a<b\",\"maybe_lost\":false}]";
	json_t *report = parse(report_text), *summary;
	char *page;

	summary = json_object_get(report, "split_summary");
	json_object_set_new(summary, "unjudged", parse(none));
	page = page_of(report);
	suite_has(page, "<b>4 leaves lost since boot</b>");
	suite_has(page,
		  "not judged in <span class=\"nw\">1 GiB</span> from "
		  "<span class=\"mono\">0xffff000080000000</span> on: a&lt;b.");
	free(page);
	json_decref(report);
}

static void test_notes(void)
{
	json_t *report = parse(report_text), *usage, *one;
	char *page;

	usage = json_object_get(report, "usage");
	one = parse("[{\"kind\":\"unreadable_table\",\"level\":3,"
		    "\"start\":\"0xffff000000200000\",\"size\":2097152,"
		    "\"pa\":\"0x1000\",\"entry\":\"0x3\"}]");
	json_object_set_new(usage, "findings", one);
	json_object_set_new(usage, "finding_count", json_integer(70));
	json_object_set_new(usage, "unknown", json_integer(2097152));
	json_object_set_new(json_object_get(report, "dump"), "complete",
			    json_false());
	page = page_of(report);
	suite_has(page, "70 findings: ");
	suite_has(page, "The first 1</summary>");
	suite_has(page, "page table not in the dump or broken: "
			"unreadable_table</td><td class=\"n\">3</td>");
	suite_has(page, ">2 MiB</span></td><td class=\"mono\">0x1000");
	suite_has(page, "The dump is incomplete:");
	suite_has(page, "Nothing is said of <span class=\"nw\">2 MiB</span>");
	/* On top: before the figures that they are about. */
	CU_ASSERT(strstr(page, "70 findings") < strstr(page, "<h2>"));
	free(page);
	json_decref(report);
}

/* A piece of the map is unknown: what is said of it and of all is as much. */
static json_t *damaged(void)
{
	json_t *report = parse(report_text), *usage, *summary, *map, *split;

	usage = json_object_get(report, "usage");
	json_object_set_new(usage, "finding_count", json_integer(1));
	json_object_set_new(usage, "unknown", json_integer(274877906944));
	json_object_set_new(usage, "unknown_range_count", json_integer(300));
	json_object_set_new(
		usage, "unknown_ranges",
		parse("[{\"start\":\"0xffff000000400000\",\"size\":2097152,"
		      "\"why\":\"unmapped_memory\"},"
		      "{\"start\":\"0xffff000080000000\",\"size\":2097152,"
		      "\"why\":\"of_tomorrow\"}]"));
	json_object_set_new(report, "memory",
			    parse("{\"checked\":false,\"why_not\":\"no "
				  "<memblock>\"}"));
	summary = json_object_get(report, "split_summary");
	json_object_set_new(summary, "known", json_false());
	json_object_set_new(summary, "at_least", json_true());
	json_object_set_new(summary, "why_unknown", json_string("a hole"));
	json_object_set_new(summary, "state_unknown",
			    parse(LEAVES(0, 2, 0, 0, 0)));
	split = json_object_get(report, "splits");
	json_object_set_new(json_array_get(split, 1), "in_use", json_null());
	json_object_set_new(json_array_get(split, 2), "in_use", json_null());
	json_object_set_new(json_object_get(report, "collapsible"), "at_least",
			    json_true());
	map = json_object_get(report, "map");
	json_object_set_new(map, "splits_known", json_false());
	json_object_set_new(map, "splits_at_least", json_true());
	json_object_set_new(json_array_get(json_object_get(map, "cells"), 1),
			    "unknown", json_integer(4096));
	json_array_insert_new(
		json_object_get(map, "cells"), 2,
		parse("{\"start\":\"0xffff000000400000\",\"size\":2097152,"
		      "\"unknown\":2097152,\"mapped\":" NONE "}"));
	/* Up to the last one: no hole. */
	json_array_insert_new(
		json_object_get(map, "cells"), 3,
		parse("{\"start\":\"0xffff000000600000\",\"size\":1067450368,"
		      "\"unknown\":1067450368,\"mapped\":" NONE "}"));
	return report;
}

static void test_lower_bounds(void)
{
	json_t *report = damaged();
	char *page = page_of(report);

	suite_has(page,
		  "<b>At least <span class=\"nw\">2 GiB</span> mapped</b>; of "
		  "that <span");
	suite_has(page, "<b>At least 4 leaves lost since boot</b>");
	suite_has(page,
		  ": 2 in use, 0 residual, 2 <i>unknown</i>. What else was "
		  "lost is <i>unknown</i> (a hole).");
	suite_has(page, "How 300 ranges are mapped is unknown</summary>");
	suite_has(page,
		  ">0xffff000000400000</td><td class=\"n\"><span class=\"nw\">"
		  "2 MiB</span></td><td>");
	suite_has(page, ": unmapped_memory</td></tr>");
	suite_has(page, "<td>of_tomorrow</td></tr>");
	suite_has(page, "298 more are not shown.");
	suite_has(page, "these figures of memory are lower bounds");
	suite_has(page, "Share of what is known");
	suite_has(page, "Mapped, at least");
	suite_has(page, "Lost, at least");
	suite_has(page, "at least 8 of them for splits");
	suite_has(page,
		  "<dt>not mapped</dt><dd>as far as the tables say: what is "
		  "memory could not be read (no &lt;memblock&gt;)");
	suite_has(page, "At least <span class=\"nw\">4 × 2M");
	/* Of owners and in the timeline. */
	suite_has(
		page,
		"unknown</span></th>" LOST "2</td>" IN_USE
		"–</span></td>" RESIDUAL
		"–; <i>unknown</i>: <span class=\"nw\">2 × 64k</span></span></td>");
	suite_lacks(page, "nobody any more");
	suite_has(page,
		  "Which other leaves were lost is <i>unknown</i> (a hole)");
	suite_lacks(page, "No leaf was lost");
	/* What boot mapped is known, whatever became of it. */
	suite_lacks(page,
		    "<h2>Mapped small at boot already</h2>\n<p><i>unknown</i>");
	free(page);
	json_object_set_new(report, "boot", json_null());
	page = page_of(report);
	suite_has(page,
		  "<h2>Mapped small at boot already</h2>\n<p><i>unknown</i>");
	free(page);
	json_decref(report);
}

static void test_unknown_cells(void)
{
	json_t *report = damaged();
	char *page = page_of(report);

	/* Hatched, in the colour of what is known; that is nothing: in none. */
	suite_has(page,
		  "class=\"pte\" x=\"14\" y=\"1\" width=\"11\" height=\"11\"/>"
		  "<line class=\"h\" x1=\"14\" x2=\"25\"");
	suite_has(page,
		  "64 KiB by 64k; 1.94 MiB by 4k; 4 KiB unknown; 3 leaves");
	suite_has(page, "class=\"q\" x=\"27\" y=\"1\" width=\"11\"");
	suite_has(page, "<title>0xffff000000400000-0xffff000000600000: 2 MiB "
			"unknown;</title>");
	/* A row of its own, and the next one's too. */
	suite_has(page,
		  "class=\"q\" x=\"1\" y=\"14\" width=\"830\" height=\"11\"/>");
	suite_has(page, "class=\"map\" viewBox=\"0 0 832 39\"");
	suite_has(page, "class=\"pud\" x=\"1\" y=\"27\"");
	suite_lacks(page, "hole, ");
	suite_has(page, "some of it is unknown</li>");
	suite_has(page, "splits are marked as far as they are known</li>");
	suite_lacks(page, "splits are not marked");
	suite_has(page, "<circle class=\"u\" cx=\"19.5\"");
	free(page);
	/* Nothing is known of splits: marks of a report's own mean nothing. */
	json_object_del(json_object_get(report, "map"), "splits_at_least");
	page = page_of(report);
	suite_lacks(page, "<circle class=\"u\" cx=\"19.5\"");
	suite_has(page, "splits are not marked: unknown here");
	free(page);
	json_decref(report);
}

/* Nothing found is not nothing mapped, nothing lost, nothing to gain. */
static void test_nothing_known(void)
{
	json_t *report = parse(
		"{\"dump\":{\"path\":\"x\"},\"usage\":{\"mapped\":" NONE
		",\"finding_count\":1},\"collapsible\":{\"covers\":0,"
		"\"tables\":0,\"bytes\":0,\"at_least\":true},\"special\":[],"
		"\"boot\":[],\"splits\":[],\"split_summary\":{\"known\":false,"
		"\"at_least\":true,\"why_unknown\":\"lost\",\"lost\":" NONE
		",\"in_use\":" NONE "}}");
	char *page = page_of(report);

	suite_has(page, "<b>How much is mapped is unknown.</b>");
	suite_has(page, "<b>Leaves lost since boot: unknown</b> (lost).");
	suite_has(page, "Usage by leaf size</h2>\n<p><i>unknown</i></p>");
	suite_has(page, "<p>Nothing as far as is known.</p>");
	suite_has(page, "<p>None as far as is known.</p>");
	suite_lacks(page, "No leaf was lost");
	suite_lacks(page, "mapped</b>: nothing");
	free(page);
	json_decref(report);
}

/* ---- Hostile reports ---------------------------------------------------- */

#define EVIL "</title></script><script>alert(1)</script>\"'&\x1b[31m\u202e"

/* Each string of @o, at any depth, is EVIL then. */
static void poison(json_t *o)
{
	json_t *one;
	const char *key;
	size_t i;

	json_object_foreach(o, key, one)
	{
		/* Where another word is no word of the report's at all. */
		if (json_is_string(one) && strcmp(key, "leaf") != 0 &&
		    strcmp(key, "start") != 0)
			json_string_set(one, EVIL);
		poison(one);
	}
	json_array_foreach(o, i, one) poison(one);
}

static void check_harmless(const char *page)
{
	const char *c;

	CU_ASSERT_EQUAL(count(page, "<script>"), 1);
	CU_ASSERT_EQUAL(count(page, "</script>"), 1);
	CU_ASSERT_EQUAL(count(page, "<title>") - count(page, "<g data-c>"), 1);
	suite_lacks(page, "alert(1)</script><");
	suite_lacks(page, "\u202e");
	suite_lacks(page, "\"'&");
	suite_has(page, "&lt;/script&gt;&lt;script&gt;alert(1)");
	suite_has(page, "&quot;&#39;&amp;\\x1b[31m\\xe2\\x80\\xae");
	for (c = page; *c; c++)
		CU_ASSERT((unsigned char)*c >= ' ' || *c == '\n' || *c == '\t');
}

static void test_escapes(void)
{
	json_t *report = parse(report_text);
	char *page;

	poison(report);
	page = page_of(report);
	check_harmless(page);
	free(page);
	json_decref(report);
}

static void poison_types(json_t *report, const char *value, size_t which)
{
	static const char *const keys[] = {
		"dump",		 "kernel", "usage",    "policy",
		"splits",	 "boot",   "special",  "collapsible",
		"split_summary", "map",	   "counters", "owners"
	};

	json_object_set_new(report, keys[which],
			    json_loads(value, JSON_DECODE_ANY, NULL));
}

/* Other types than the schema's, in each place: a page, and no word of it. */
static void test_other_types(void)
{
	static const char *const values[] = {
		"null",
		"1",
		"\"x\"",
		"[]",
		"[[]]",
		"[1,null,{}]",
		"{}",
		"{\"cells\":[1,{}],\"cell\":4096}",
		("{\"mapped\":" LEAVES(9223372036854775807, 9223372036854775807,
				       9223372036854775807, 1, 1) "}"),
		("{\"cell\":1,\"cells\":[{\"start\":\"0xffffffffffffffff\","
		 "\"size\":9223372036854775807,\"mapped\":" NONE "}]}"),
		("{\"cell\":3,\"cells\":[{\"start\":\"0x0\",\"size\":1,"
		 "\"mapped\":" NONE "}]}"),
		("{\"known\":true,\"lost\":" NONE
		 ",\"in_use\":" LEAVES(1, 1, 1, 1, 1) "}"),
		("[{\"leaf\":\"pte\",\"time\":{\"after_ns\":-1,"
		 "\"before_ns\":9223372036854775807},\"owners\":[null,1]}]"),
	};
	size_t i, k;

	for (i = 0; i < 12; i++) {
		for (k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			json_t *report = parse(report_text);
			char *page;

			poison_types(report, values[k], i);
			page = page_of(report);
			suite_has(page, "</html>");
			suite_lacks(page, "nan");
			suite_lacks(page, "18446744073709551615 leaves");
			free(page);
			json_decref(report);
		}
	}
}

/* ---- The file ----------------------------------------------------------- */

static void test_alone(void)
{
	json_t *report = parse(report_text);
	char *page = page_of(report);

	suite_lacks(page, "http://");
	suite_lacks(page, "https://");
	suite_lacks(page, "src=");
	suite_lacks(page, "url(");
	suite_lacks(page, "@import");
	suite_lacks(page, " style=");
	suite_lacks(page, " onclick=");
	suite_has(page, "default-src 'none'; style-src 'sha256-");
	suite_has(page, "script-src 'sha256-");
	suite_lacks(page, "unsafe-inline");
	free(page);
	json_decref(report);
}

static void test_replaces(void)
{
	json_t *report = parse(report_text);
	char other[80], bad[80], *text;
	FILE *file;

	empty_folder(folder);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(OUTPUT_PAGE_BEGIN "old", file);
	fclose(file);
	/* Who has the old one keeps it: it was not written into. */
	snprintf(other, sizeof(other), "%s/other", folder);
	CU_ASSERT_EQUAL_FATAL(link(path, other), 0);
	suite_no_error(html_report_write(path, false, report));
	text = read_file(other);
	CU_ASSERT_STRING_EQUAL(text, OUTPUT_PAGE_BEGIN "old");
	free(text);
	text = read_file(path);
	suite_has(text, "</html>");
	free(text);
	CU_ASSERT_EQUAL(count_files(folder), 2);
	snprintf(bad, sizeof(bad), "%s/none/page.html", folder);
	suite_error(html_report_write(bad, false, report), DM_ERROR_OUTPUT,
		    "No such file");
	suite_error(html_report_write(folder, false, report),
		    DM_ERROR_INVALID_ARGUMENT, "is a folder");
	json_decref(report);
}

/* ---- Many --------------------------------------------------------------- */

static json_t *row(const char *dump, const char *release)
{
	json_t *report = parse(report_text);

	json_object_set_new(json_object_get(report, "dump"), "path",
			    json_string(dump));
	json_object_set_new(json_object_get(report, "kernel"), "release",
			    json_string(release));
	return report;
}

static json_t *failed_row(void)
{
	return parse("{\"schema\":\"directmap/1\",\"dump\":{\"path\":"
		     "\"d/broken\"},\"batch\":{\"status\":\"unreadable\","
		     "\"reason\":\"cut <b>off\"}}");
}

static void free_rows(json_t **rows, size_t n)
{
	while (n--)
		json_decref(rows[n]);
}

static void test_index(void)
{
	json_t *rows[] = { row("d/one", "6.12.1"), failed_row(),
			   row("d/two", "6.2.0") };
	char dir[80], index[96], *page;

	snprintf(dir, sizeof(dir), "%s/site/", folder);
	snprintf(index, sizeof(index), "%sindex.html", dir);
	suite_no_error(html_batch_write(dir, false, rows, 3));
	page = read_file(index);
	suite_has(page, "<b>3 dumps</b>: 2 read, 1 not.");
	suite_has(page, "<b>1.07 %</b> of ");
	suite_has(page, "<b>8 leaves lost</b> since boot in 2 dumps: 4 in use, "
			"4 residual.");
	suite_has(page, "broken</span>: cut &lt;b&gt;off");
	suite_has(page, "All below <span class=\"mono\">d/</span>");
	suite_has(page, "<a href=\"one-");
	suite_has(page, "<a href=\"two-");
	suite_lacks(page, "<a href=\"broken");
	/* By version, not by letters. */
	CU_ASSERT(strstr(page, "path\">6.2.0") < strstr(page, "path\">6.12.1"));
	CU_ASSERT_EQUAL(count_files(dir), 3);
	/* The same again is the same pages. */
	suite_no_error(html_batch_write(dir, false, rows, 3));
	CU_ASSERT_EQUAL(count_files(dir), 3);
	free(page);
	free_rows(rows, 3);
	empty_folder(dir);
	rmdir(dir);
}

static json_t *clean_row(const char *dump)
{
	json_t *report = row(dump, "6.12.1");
	json_t *summary = json_object_get(report, "split_summary");

	json_object_set_new(summary, "lost", parse(NONE));
	json_object_set_new(summary, "in_use", parse(NONE));
	return report;
}

static json_t *named(json_t *report, const char *dump)
{
	json_object_set_new(json_object_get(report, "dump"), "path",
			    json_string(dump));
	return report;
}

/* What may be worse than it looks is not among the cleanest. */
static void test_index_unknown(void)
{
	json_t *rows[] = { clean_row("d/a-clean"), named(damaged(), "d/b-some"),
			   clean_row("d/c-unknown"), row("d/d-lost", "1") };
	json_t *summary = json_object_get(rows[2], "split_summary");
	const char *table;
	char *page;

	json_object_set_new(summary, "known", json_false());
	suite_no_error(html_batch_write(path, false, rows, 4));
	page = read_file(path);
	suite_has(page,
		  "<b>At least 8 leaves lost</b> since boot in 2 dumps: 4 in "
		  "use, 2 residual; not all known in 2.");
	suite_has(page, "% of known</td>");
	suite_has(page, "data-v=\"4\" data-ge>≥ 4</td>");
	suite_has(page, "data-v=\"0\" data-ge><i>unknown</i></td>");
	suite_has(page, "data-ge>≥ <span class=\"nw\">2 GiB");
	table = strstr(page, "id=\"dumps\"");
	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	CU_ASSERT(strstr(table, ">b-some") < strstr(table, ">d-lost"));
	CU_ASSERT(strstr(table, ">d-lost") < strstr(table, ">c-unknown"));
	CU_ASSERT(strstr(table, ">c-unknown") < strstr(table, ">a-clean"));
	/* Damaged, and no batch has said so. */
	suite_has(page, "data-l=\"State\">partial");
	free(page);
	free_rows(rows, 4);
}

static void test_index_alone(void)
{
	json_t *rows[] = { row("d/one", "6.12.1") };
	char *page;

	empty_folder(folder);
	suite_no_error(html_batch_write(path, false, rows, 1));
	page = read_file(path);
	suite_has(page, "<b>1 dump</b>: 1 read");
	suite_lacks(page, "<a href");
	CU_ASSERT_EQUAL(count_files(folder), 1);
	free(page);
	free_rows(rows, 1);
	suite_no_error(html_batch_write(path, false, NULL, 0));
	page = read_file(path);
	suite_has(page, "<b>0 dumps</b>: 0 read, 0 not.");
	free(page);
}

/* Names of dumps are no paths out of the folder, and no markup. */
static void test_index_names(void)
{
	json_t *rows[] = { row("a/..", "1"), row("b/" EVIL, EVIL), row("", "1"),
			   row("c/.hidden", "1") };
	char dir[80], index[96], *page;

	snprintf(dir, sizeof(dir), "%s/site", folder);
	CU_ASSERT_EQUAL_FATAL(mkdir(dir, 0777), 0);
	snprintf(index, sizeof(index), "%s/index.html", dir);
	suite_no_error(html_batch_write(dir, false, rows, 4));
	CU_ASSERT_EQUAL(count_files(dir), 5);
	page = read_file(index);
	suite_has(page, "<a href=\"_.-");
	suite_has(page, "<a href=\"_hidden-");
	check_harmless(page);
	free(page);
	free_rows(rows, 4);
	empty_folder(dir);
	rmdir(dir);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "figures are the report's", test_figures },
		{ "splits by owner", test_owners },
		{ "many owners of a kind are one line", test_folded },
		{ "title: release, host, time", test_title },
		{ "timeline", test_timeline },
		{ "map", test_map },
		{ "rows of batch", test_row },
		{ "a policy that is contradicted", test_contradicted },
		{ "what is not known is called so", test_unknown },
		{ "memory that is not judged", test_unjudged },
		{ "findings on top", test_notes },
		{ "lower bounds are called so", test_lower_bounds },
		{ "unknown cells of the map", test_unknown_cells },
		{ "nothing is known", test_nothing_known },
		{ "hostile strings", test_escapes },
		{ "other types than the schema's", test_other_types },
		{ "a page stands alone", test_alone },
		{ "a file is replaced whole", test_replaces },
		{ "index and pages", test_index },
		{ "what is unknown, in the index", test_index_unknown },
		{ "index alone", test_index_alone },
		{ "names of pages", test_index_names },
		CU_TEST_INFO_NULL,
	};
	int code;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/page.html", folder);
	code = suite_run("html", tests);
	empty_folder(folder);
	rmdir(folder);
	return code;
}
