// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy, explain and counters as their users run them, on the bundled dumps
 * that have symbols and types, against what the guests printed of themselves
 * (NAME.facts.json, test-dumps/README.md).
 */
#include <elf.h>
#include <glob.h>
#include <jansson.h>
#include <stdlib.h>

#include "run.h"
#include "suite.h"

static glob_t dumps; /* "$D/73-4k-all" and the like, without endings */
static const char *current;
static json_t *facts;

static const char *word(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_t *each_json(const char *out)
{
	json_t *all = json_array();
	const char *line = out;

	while (*line) {
		const char *end = strchr(line, '\n');
		json_error_t error;
		json_t *json;

		CU_ASSERT_PTR_NOT_NULL_FATAL(end);
		json = json_loadb(line, (size_t)(end - line), 0, &error);
		if (!json)
			fprintf(stderr, "    %s: %.200s\n", error.text, line);
		CU_ASSERT_PTR_NOT_NULL_FATAL(json);
		json_array_append_new(all, json);
		line = end + 1;
	}
	return all;
}

/* What @command prints of @dump as JSON, a line each. */
static json_t *ask(const char *command, const char *dump, const char *more)
{
	static char arguments[16384];
	struct run r;
	json_t *all;

	snprintf(arguments, sizeof(arguments), "%s --json %s %s", command, dump,
		 more);
	run_tool(&r, arguments);
	if (r.code != 0 || *r.err)
		fprintf(stderr, "    %.200s: %d %s\n", arguments, r.code,
			r.err);
	CU_ASSERT_EQUAL(r.code, 0);
	CU_ASSERT_STRING_EQUAL(r.err, "");
	all = each_json(r.out);
	run_deinit(&r);
	return all;
}

static const char *dump_path(void)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s.kdump", current);
	return path;
}

static json_t *ask_one(const char *command)
{
	json_t *all = ask(command, dump_path(), ""), *one;

	CU_ASSERT_EQUAL_FATAL(json_array_size(all), 1);
	one = json_incref(json_array_get(all, 0));
	json_decref(all);
	return one;
}

/* One question for all of @list: element @key of each, or, without, itself. */
static json_t *explain_each(json_t *list, const char *key)
{
	static char what[16000];
	size_t i, have = 0;
	json_t *item, *answers;

	*what = '\0';
	json_array_foreach(list, i, item)
	{
		const char *text =
			key ? word(item, key) : json_string_value(item);

		CU_ASSERT_FATAL(have + strlen(text) + 2 < sizeof(what));
		have += (size_t)sprintf(what + have, " %s", text);
	}
	answers = ask("explain", dump_path(), what);
	CU_ASSERT_EQUAL_FATAL(json_array_size(answers), json_array_size(list));
	return answers;
}

static void must_be(json_t *object, const char *key, const char *expected)
{
	const char *value = word(object, key);

	if (!value || strcmp(value, expected) != 0)
		fprintf(stderr, "    %s: %s is %s, not %s\n", current, key,
			value ? value : "null", expected);
	CU_ASSERT_TRUE(value && !strcmp(value, expected));
}

static void for_each_dump(void (*check)(void))
{
	char path[256];
	size_t i;

	for (i = 0; i < dumps.gl_pathc; i++) {
		current = dumps.gl_pathv[i];
		snprintf(path, sizeof(path), "%s.facts.json", current);
		facts = json_load_file(path, 0, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(facts);
		check();
		json_decref(facts);
	}
}

/* ---- Policy --------------------------------------------------------------- */

static void check_policy(void)
{
	json_t *policy = ask_one("policy");
	json_t *kernel = json_object_get(facts, "kernel");
	json_t *report = ask_one("report");

	must_be(policy, "cmdline", word(facts, "cmdline"));
	must_be(policy, "boot", "blocks");
	must_be(policy, "sentence",
		"blocks: rodata=full and the CPU has BBML3");
	CU_ASSERT_TRUE(json_is_null(json_object_get(policy, "contradiction")));
	CU_ASSERT_TRUE(json_is_null(json_object_get(policy, "missing")));
	CU_ASSERT_TRUE(json_is_false(json_object_get(policy, "inferred")));
	/* What a module printed of the kernel's variables. */
	if (json_object_size(kernel)) {
		CU_ASSERT_STRING_EQUAL(word(kernel, "rodata_full"), "1");
		must_be(policy, "rodata", "full");
		CU_ASSERT_STRING_EQUAL(word(kernel, "kfence_pool"), "0x0");
		CU_ASSERT_STRING_EQUAL(word(kernel, "kfence_early_init"), "0");
		must_be(policy, "kfence", "off");
		CU_ASSERT_EQUAL(word(kernel, "linear_map_requires")[0], '1');
		CU_ASSERT_TRUE(json_is_true(
			json_object_get(policy, "splits_at_runtime")));
	}
	CU_ASSERT_TRUE(json_equal(json_object_get(report, "policy"), policy));
	json_decref(policy);
	json_decref(report);
}

static void test_policy(void)
{
	for_each_dump(check_policy);
}

/* ---- Explain --------------------------------------------------------------- */

static json_t *owner_of(json_t *answer, size_t i)
{
	return json_array_get(json_object_get(answer, "owners"), i);
}

static void check_modules(void)
{
	json_t *modules = json_object_get(facts, "modules");
	json_t *answers = explain_each(modules, "base"), *answer;
	size_t i;

	CU_ASSERT_TRUE(json_array_size(modules) > 0);
	json_array_foreach(answers, i, answer)
	{
		json_t *module = json_array_get(modules, i);
		json_t *owner = owner_of(answer, 0);

		must_be(owner, "kind", "module");
		must_be(owner, "name", word(module, "name"));
		must_be(owner, "part", "text");
		must_be(owner, "va", word(module, "base"));
		must_be(json_object_get(answer, "mapping"), "va",
			word(module, "base"));
	}
	json_decref(answers);
}

static void test_modules(void)
{
	for_each_dump(check_modules);
}

static void check_programs(void)
{
	json_t *programs = json_object_get(facts, "bpf");
	json_t *answers = explain_each(programs, "ksym"), *answer;
	size_t i;

	CU_ASSERT_TRUE(json_array_size(programs) >= 20);
	json_array_foreach(answers, i, answer)
	{
		json_t *program = json_array_get(programs, i);
		json_t *owner = owner_of(answer, 0);

		/* The one that the address is in comes first. */
		must_be(owner, "kind", "bpf");
		must_be(owner, "name", word(program, "name"));
		CU_ASSERT_TRUE(json_equal(json_object_get(owner, "id"),
					  json_object_get(program, "id")));
		CU_ASSERT_TRUE(
			json_equal(json_object_get(owner, "time_ns"),
				   json_object_get(program, "load_time_ns")));
	}
	json_decref(answers);
}

/* Their symbols have the tag in them: bpf_prog_TAG_NAME. */
static void check_tags(void)
{
	json_t *symbols =
		json_object_get(json_object_get(facts, "symbols"), "bpf");
	json_t *vas = json_array(), *answers, *item;
	char symbol[128];
	size_t i;

	json_array_foreach(symbols, i, item)
		json_array_append(vas, json_array_get(item, 0));
	answers = explain_each(vas, NULL);
	json_array_foreach(answers, i, item)
	{
		json_t *owner = owner_of(item, 0);

		snprintf(symbol, sizeof(symbol), "bpf_prog_%s_%s",
			 word(owner, "tag"), word(owner, "name"));
		CU_ASSERT_STRING_EQUAL(symbol,
				       json_string_value(json_array_get(
					       json_array_get(symbols, i), 2)));
	}
	json_decref(vas);
	json_decref(answers);
}

static void test_programs(void)
{
	for_each_dump(check_programs);
	for_each_dump(check_tags);
}

static void check_secretmem(void)
{
	json_t *pages = json_object_get(facts, "secretmem"), *answer, *inode;
	json_t *answers = explain_each(pages, NULL);
	size_t i;

	CU_ASSERT_TRUE(json_array_size(pages) >= 20);
	inode = json_object_get(owner_of(json_array_get(answers, 0), 0),
				"inode");
	CU_ASSERT_TRUE(json_is_integer(inode));
	json_array_foreach(answers, i, answer)
	{
		must_be(answer, "pa",
			json_string_value(json_array_get(pages, i)));
		must_be(answer, "region", "linear");
		must_be(owner_of(answer, 0), "kind", "secretmem");
		/* One file's, all of them. */
		CU_ASSERT_TRUE(json_equal(
			json_object_get(owner_of(answer, 0), "inode"), inode));
		must_be(json_object_get(answer, "linear"), "state", "invalid");
	}
	json_decref(answers);
	pages = json_object_get(facts, "secretmem_released");
	answers = explain_each(pages, NULL);
	json_array_foreach(answers, i, answer)
	{
		const char *kind = word(owner_of(answer, 0), "kind");

		CU_ASSERT_TRUE(!kind || strcmp(kind, "secretmem") != 0);
	}
	json_decref(answers);
}

static void test_secretmem(void)
{
	for_each_dump(check_secretmem);
}

static void check_symbols(void)
{
	json_t *symbols =
		json_object_get(json_object_get(facts, "symbols"), "kernel");
	json_t *names = json_array(), *vas = json_array(), *item, *answers;
	size_t i, same = 0;
	char symbol[256];

	CU_ASSERT_TRUE(json_array_size(symbols) >= 100);
	json_array_foreach(symbols, i, item)
	{
		json_array_append(vas, json_array_get(item, 0));
		json_array_append(names, json_array_get(item, 2));
	}
	answers = explain_each(names, NULL);
	json_array_foreach(answers, i, item)
		must_be(json_object_get(item, "mapping"), "va",
			json_string_value(json_array_get(vas, i)));
	json_decref(answers);
	answers = explain_each(vas, NULL);
	json_array_foreach(answers, i, item)
	{
		snprintf(symbol, sizeof(symbol), "%s+0x0/",
			 json_string_value(json_array_get(names, i)));
		must_be(item, "region", "image");
		/* Folded functions share one: another may come before it. */
		if (!strncmp(word(item, "symbol"), symbol, strlen(symbol)))
			same++;
		CU_ASSERT_PTR_NOT_NULL(strstr(word(item, "symbol"), "+0x0/"));
	}
	CU_ASSERT_TRUE(same >= 85);
	json_decref(answers);
	json_decref(names);
	json_decref(vas);
}

static void test_symbols(void)
{
	for_each_dump(check_symbols);
}

static void check_areas(void)
{
	json_t *areas = json_object_get(facts, "vmalloc");
	json_t *answers = explain_each(areas, "start"), *answer;
	size_t i;

	CU_ASSERT_TRUE(json_array_size(areas) >= 30);
	json_array_foreach(answers, i, answer)
	{
		json_t *fact = json_array_get(areas, i);
		json_t *area = json_object_get(answer, "area");
		uint64_t start = strtoull(word(fact, "start"), NULL, 16);
		uint64_t end = strtoull(word(fact, "end"), NULL, 16);

		must_be(area, "start", word(fact, "start"));
		must_be(area, "kind", "vmalloc");
		must_be(area, "caller", word(fact, "caller"));
		/* vmallocinfo counts the guard page; the pages are without. */
		CU_ASSERT_EQUAL(
			json_integer_value(json_object_get(area, "size")),
			(json_int_t)(end - start - 4096));
		CU_ASSERT_EQUAL(
			json_integer_value(json_object_get(area, "size")),
			json_integer_value(json_object_get(fact, "pages")) *
				4096);
	}
	json_decref(answers);
}

static void test_areas(void)
{
	for_each_dump(check_areas);
}

/* ---- Counters --------------------------------------------------------------- */

static void check_counter(json_t *counter, const char *symbol, json_t *expected,
			  bool filtered)
{
	must_be(counter, "symbol", symbol);
	must_be(counter, "unit", "bytes");
	CU_ASSERT_TRUE(json_equal(json_object_get(counter, "bytes"), expected));
	CU_ASSERT_EQUAL(json_is_true(json_object_get(counter, "filtered")),
			filtered);
}

static json_int_t leaf(json_t *counter, const char *what, const char *name)
{
	return json_integer_value(
		json_object_get(json_object_get(counter, what), name));
}

static void check_counters(void)
{
	static const char *const leaves[] = { "pte", "cont_pte", "pmd",
					      "cont_pmd", "pud" };
	json_t *counted = json_object_get(facts, "counters");
	json_t *ours = ask_one("counters"), *list, *filtered;
	size_t i;

	list = json_object_get(ours, "counters");
	CU_ASSERT_TRUE(json_is_null(json_object_get(ours, "missing")));
	if (json_is_null(counted)) {
		CU_ASSERT_EQUAL(json_array_size(list), 0);
		json_decref(ours);
		return;
	}
	CU_ASSERT_EQUAL_FATAL(json_array_size(list), 2);
	check_counter(json_array_get(list, 0), "direct_map_size",
		      json_object_get(counted, "posted"), false);
	filtered = json_array_get(list, 1);
	check_counter(filtered, "direct_map_use",
		      json_object_get(counted, "filtered"), true);
	/* The page tables' figures have a witness of their own. */
	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(leaf(filtered, "unexplained", leaves[i]), 0);
	json_decref(ours);
}

static void test_counters(void)
{
	for_each_dump(check_counters);
}

/* ---- Extracts --------------------------------------------------------------- */

static void check_same(const char *command, const char *more)
{
	json_t *before = ask(command, dump_path(), more);
	json_t *after = ask(command, "$T/again", more), *item;
	size_t i;

	json_array_foreach(before, i, item) json_object_del(item, "dump");
	json_array_foreach(after, i, item) json_object_del(item, "dump");
	if (!json_equal(before, after))
		fprintf(stderr, "    %s: %s of the extract differs\n", current,
			command);
	CU_ASSERT_TRUE(json_equal(before, after));
	CU_ASSERT_TRUE(json_array_size(before) > 0);
	json_decref(before);
	json_decref(after);
}

static void check_extract(void)
{
	char arguments[512], what[512];
	json_t *secret = json_object_get(facts, "secretmem");
	json_t *bpf = json_object_get(facts, "bpf");
	struct run r;

	snprintf(arguments, sizeof(arguments),
		 "extract --force --all %s $T/again", dump_path());
	run_tool(&r, arguments);
	CU_ASSERT_EQUAL(r.code, 0);
	CU_ASSERT_STRING_EQUAL(r.err, "");
	CU_ASSERT_PTR_NOT_NULL(strstr(r.out, " symbol tables, "));
	CU_ASSERT_PTR_NOT_NULL(strstr(r.out, " struct pages, "));
	run_deinit(&r);
	check_same("report", "");
	check_same("policy", "");
	check_same("counters", "");
	check_same("runs", "");
	snprintf(what, sizeof(what),
		 "%s %s %s %s %s %s _text swapper_pg_dir modules __init_end",
		 json_string_value(json_array_get(secret, 0)),
		 json_string_value(json_array_get(secret, 9)),
		 word(json_array_get(bpf, 0), "ksym"),
		 word(json_array_get(bpf, 19), "ksym"),
		 word(json_array_get(json_object_get(facts, "modules"), 0),
		      "base"),
		 word(json_array_get(json_object_get(facts, "vmalloc"), 0),
		      "start"));
	check_same("explain", what);
}

static void test_extract(void)
{
	for_each_dump(check_extract);
}

static void expect(const char *arguments, int code, const char *out,
		   const char *err)
{
	struct run r;

	run_tool(&r, arguments);
	if (r.code != code || !strstr(r.out, out) || !strstr(r.err, err))
		fprintf(stderr, "    %s: %d\n%s%s\n", arguments, r.code, r.out,
			r.err);
	CU_ASSERT_EQUAL(r.code, code);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.out, out));
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err, err));
	CU_ASSERT_TRUE(*err || !*r.err);
	run_deinit(&r);
}

/*
 * The DirectMap lines and the runs take page tables alone: what an extract of
 * "figures" kept is all that they read, and no page of it is anything else.
 */
static void test_figures_alone(void)
{
	struct run before, after;

	run_tool(
		&before,
		"extract --force --views figures $D/73-4k-all.kdump $T/figures");
	CU_ASSERT_EQUAL(before.code, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(before.out, " page tables\n"));
	CU_ASSERT_PTR_NULL(strstr(before.out, "symbol"));
	CU_ASSERT_PTR_NULL(strstr(before.out, "kernel data"));
	run_deinit(&before);
	run_tool(&before, "report --format meminfo $D/73-4k-all.kdump");
	run_tool(&after, "report --format meminfo $T/figures");
	CU_ASSERT_EQUAL(before.code, 0);
	CU_ASSERT_EQUAL(after.code, 0);
	CU_ASSERT_STRING_EQUAL(before.out, after.out);
	CU_ASSERT_STRING_EQUAL(after.err, "");
	run_deinit(&before);
	run_deinit(&after);
	/* And a view that needs more says what it lacks. */
	expect("policy $T/figures", 0, "inferred from the page tables alone",
	       "");
	expect("counters $T/figures", 0, "unknown whether the kernel counts",
	       "");
	expect("explain $T/figures swapper_pg_dir", 4, "leaf           unknown",
	       "partial result: page tables are missing");
	expect("explain $T/figures 0x40200000", 0, "leaf           2M", "");
	expect("explain $T/figures no_such_symbol", 3, "",
	       "does not hold its kallsyms");
}

/* ---- Arguments --------------------------------------------------------------- */

#define ALL "$D/73-4k-all.kdump"

static void test_explain_arguments(void)
{
	struct run a, b;

	run_tool(&a, "explain " ALL " 0x40200000 _text");
	run_tool(&b, "explain 0x40200000 _text " ALL);
	CU_ASSERT_EQUAL(a.code, 0);
	CU_ASSERT_TRUE(a.out_size > 0);
	CU_ASSERT_STRING_EQUAL(a.out, b.out);
	run_deinit(&a);
	run_deinit(&b);
	run_tool(&a, "explain " ALL " pfn:0x40200");
	run_tool(&b, "explain fff0000000200000 " ALL);
	CU_ASSERT_STRING_EQUAL(a.out, b.out);
	run_deinit(&a);
	run_deinit(&b);
	expect("explain " ALL, 2, "", "explain DUMP... ADDRESS...");
	expect("explain " ALL " " ALL, 2, "", "needs an address");
	expect("explain _text _end", 3, "", "_text: no such file");
	expect("explain " ALL " no_such_symbol", 3, "",
	       "has no symbol no_such_symbol");
	expect("explain " ALL " pfn:x", 2, "",
	       "\"pfn:x\" is no page frame number");
	expect("explain " ALL " 0xz", 2, "", "\"0xz\" is no address");
	expect("explain " ALL " 0x123456789012345678", 2, "",
	       "it has more than 64 bits");
	expect("explain " ALL " 1073741824", 2, "",
	       "may be hexadecimal or decimal: give 0x1073741824 or 0x40000000");
	expect("explain " ALL " _text+", 2, "", "\"_text+\" is no address");
	expect("explain " ALL " 0x10000000000000", 2, "",
	       "neither a kernel address");
	/* Those before and behind it are answered. */
	expect("explain " ALL " _text no_such_symbol", 4, "_text+0x0/",
	       "has no symbol no_such_symbol");
	expect("explain " ALL " no_such_symbol _text", 4, "_text+0x0/",
	       "has no symbol no_such_symbol");
	expect("explain " ALL " no_such_symbol other", 3, "",
	       "has no symbol other");
	expect("explain " ALL " no_such_symbol 0xz _text", 2, "_text+0x0/",
	       "has no symbol no_such_symbol");
	expect("explain --json " ALL " no_such_symbol _text", 4,
	       "\"asked\":\"no_such_symbol\",\"error\":\"",
	       "has no symbol no_such_symbol");
	expect("explain --json " ALL " no_such_symbol _text", 4,
	       "}\n{\"schema\":\"directmap/1\",\"asked\":\"_text\",\"region\"",
	       "no_such_symbol");
	expect("explain --format meminfo " ALL " _text", 2, "",
	       "explain has no meminfo format");
	expect("policy --format meminfo " ALL, 2, "",
	       "policy has no meminfo format");
	expect("counters --format meminfo " ALL, 2, "",
	       "counters has no meminfo format");
	expect("policy", 2, "", "usage: kdump-triage policy");
	expect("counters --color never " ALL, 0, "does not count", "");
}

static void test_partial(void)
{
	expect("policy $T/none", 3, "", "No such file");
	expect("counters README.md", 3, "", "README.md");
	expect("explain README.md _text", 3, "", "README.md");
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
}

static void test_debuginfo(void)
{
	expect("policy --vmlinux $T/none " ALL, 3, "", "No such file");
	expect("policy --vmlinux README.md " ALL, 3, "",
	       "README.md: not a vmlinux (no ELF file)");
	expect("policy --vmlinux /bin/true " ALL, 3, "", "/bin/true: ");
	write_file("empty.map", "");
	expect("policy --system-map $T/empty.map " ALL, 3, "",
	       "empty.map: the file is empty");
	expect("policy --system-map README.md " ALL, 3, "",
	       "is not \"address type name\"");
	/* Another kernel's: its addresses contradict VMCOREINFO. */
	write_file("wrong.map", "ffff800080000000 T _text\n"
				"ffff800080010000 T _stext\n"
				"ffff800082000000 D swapper_pg_dir\n"
				"ffff800083000000 B _end\n");
	expect("policy --system-map $T/wrong.map " ALL, 3, "", "wrong.map: ");
	expect("runs --vmlinux x " ALL, 2, "", "runs takes no --vmlinux");
	expect("extract --system-map x " ALL " $T/x", 2, "",
	       "extract takes no --system-map");
}

/* As much of an arm64 vmlinux as tells it from a dump. */
static void write_kernel(const char *name, uint16_t type)
{
	Elf64_Ehdr ehdr = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = type,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(ehdr),
	};
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	file = fopen(path, "wb");
	CU_ASSERT_FATAL(file && fwrite(&ehdr, sizeof(ehdr), 1, file) == 1);
	fclose(file);
}

/* That it was taken for a vmlinux shows in who complains of it. */
static void test_vmlinux_first(void)
{
	static const char says[] = "kernel: the table of sections is not in";

	write_kernel("kernel", ET_DYN);
	write_kernel("fixed", ET_EXEC);
	write_kernel("core", ET_CORE);
	expect("report --vmlinux $T/kernel " ALL, 3, "", says);
	expect("$T/kernel " ALL, 3, "", says);
	expect(ALL " $T/kernel", 3, "", says);
	expect("report $T/kernel " ALL, 3, "", says);
	expect("report --json $T/fixed " ALL, 3, "",
	       "fixed: the table of sections");
	expect("splits $T/kernel " ALL, 3, "", says);
	expect("policy $T/kernel " ALL, 3, "", says);
	expect("counters $T/kernel " ALL, 3, "", says);
	expect("map " ALL " $T/kernel", 3, "", says);
	expect("explain $T/kernel " ALL " 0x40000000", 3, "", says);
	expect("explain " ALL " $T/kernel 0x40000000", 3, "", says);
	expect("check --no-findings yes $T/kernel " ALL, 3, "0 ok", says);
	expect("diff $T/kernel " ALL " " ALL, 3, "", says);
	expect("runs $T/kernel " ALL, 2, "", "runs takes none");
	expect("extract $T/kernel " ALL " $T/x", 2, "", "extract takes none");
	expect("$T/kernel $T/fixed " ALL, 2, "", "two kernels with symbols");
	expect("$T/kernel --vmlinux $T/fixed " ALL, 2, "",
	       "two kernels with symbols");
	expect("check --no-findings yes $T/kernel $T/fixed " ALL, 2, "",
	       "two kernels with symbols");
	expect("diff --vmlinux $T/fixed $T/kernel " ALL " " ALL, 2, "",
	       "two kernels with symbols");
	expect("$T/kernel", 3, "", "kdump-triage vmlinux vmcore");
	/* What is to be written is not looked at. */
	expect("extract --force " ALL " $T/kernel", 0, "kernel: ", "");
	expect("$T/core " ALL, 2, "", "separate dumps");
}

/* ---- JSON ---------------------------------------------------------------------- */

static void check_keys(json_t *object, const char *const *keys)
{
	for (; *keys; keys++) {
		if (!json_object_get(object, *keys))
			fprintf(stderr, "    no key %s\n", *keys);
		CU_ASSERT_PTR_NOT_NULL(json_object_get(object, *keys));
	}
}

static void test_keys(void)
{
	static const char *const policy[] = {
		"boot",		 "why",	    "also",	 "sentence",
		"rodata",	 "cpu",	    "inferred",	 "debug_pagealloc",
		"kfence",	 "realm",   "repainted", "splits_at_runtime",
		"cmdline",	 "hotplug", "missing",	 "missing_list",
		"contradiction", NULL
	};
	static const char *const explain[] = {
		"schema",	"asked",  "region", "pa",      "pfn",
		"mapping",	"linear", "larger", "why",     "page",
		"symbol",	"area",	  "owners", "special", "missing",
		"missing_list", NULL
	};
	static const char *const stretch[] = {
		"leaf",	     "start",	  "size",     "mapped",
		"read_only", "invalid",	  "unmapped", "alike",
		"readable",  "first_odd", NULL
	};
	json_t *json, *all;

	current = "$D/73-4k-all";
	json = ask_one("policy");
	check_keys(json, policy);
	json_decref(json);
	json = ask_one("counters");
	check_keys(json, (const char *const[]){ "counters", "missing",
						"missing_list", NULL });
	json_decref(json);
	all = ask("explain", dump_path(), "swapper_pg_dir");
	json = json_array_get(all, 0);
	check_keys(json, explain);
	check_keys(json_array_get(json_object_get(json, "larger"), 0), stretch);
	json_decref(all);
}

/* ---- All ----------------------------------------------------------------------- */

int main(void)
{
	CU_TestInfo tests[] = {
		{ "policy", test_policy },
		{ "modules", test_modules },
		{ "BPF programs", test_programs },
		{ "secretmem", test_secretmem },
		{ "symbols", test_symbols },
		{ "vmalloc areas", test_areas },
		{ "counters", test_counters },
		{ "extract --all, all views", test_extract },
		{ "figures read page tables alone", test_figures_alone },
		{ "explain's arguments", test_explain_arguments },
		{ "no dumps", test_partial },
		{ "vmlinux and System.map", test_debuginfo },
		{ "a vmlinux among the dumps", test_vmlinux_first },
		{ "keys", test_keys },
		CU_TEST_INFO_NULL,
	};
	const char *folder = getenv("TEST_DUMPS");
	char pattern[256];
	size_t i;
	int bad;

	snprintf(pattern, sizeof(pattern), "%s/*.facts.json",
		 folder ? folder : "test-dumps");
	if (glob(pattern, 0, NULL, &dumps) != 0)
		return 1;
	for (i = 0; i < dumps.gl_pathc; i++)
		*strstr(dumps.gl_pathv[i], ".facts.json") = '\0';
	bad = suite_run("views", tests);
	globfree(&dumps);
	run_remove_scratch();
	return bad;
}
