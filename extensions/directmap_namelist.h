/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols and types of crash's own namelist, for dumps that do not hold theirs.
 * A part of directmap.c: defs.h is to be included by one file.
 *
 * Used is what returns in every crash from 8.0.2 to 9.0.2: gdb's errors are
 * caught where GNU_RETURN_ON_ERROR is set.
 */
#ifndef DIRECTMAP_NAMELIST_H
#define DIRECTMAP_NAMELIST_H

#include <directmap.h>

#define EXPRESSION_MAX 512
#define TYPE_TEXT_MAX  65536

/* ---- Symbols ------------------------------------------------------------ */

struct namelist_table {
	struct dm_symbol_table table; /* first: ops get a pointer to it */
	uint64_t shift; /* run-time VA less crash's */
};

static struct dm_error *namelist_find(struct dm_symbol_table *table,
				      const char *name, uint64_t *va)
{
	const struct namelist_table *t = (struct namelist_table *)table;
	struct syment *symbol;

	/* Asked first, it spares the search through all of them. */
	if (!kernel_symbol_exists((char *)name) ||
	    !(symbol = kernel_symbol_search((char *)name)))
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "crash knows no symbol %.200s", name);
	*va = symbol->value + t->shift;
	return NULL;
}

/* Only the image's: modules are read from the dump, with their own tables. */
static struct dm_error *namelist_at(struct dm_symbol_table *table, uint64_t va,
				    struct dm_symbol *symbol)
{
	const struct namelist_table *t = (struct namelist_table *)table;
	struct syment *here = NULL, *next, *text, *end;

	va -= t->shift;
	text = kernel_symbol_search("_text");
	end = kernel_symbol_search("_end");
	if (text && end && va >= text->value && va < end->value)
		here = value_search(va, NULL);
	if (!here || here->value > va || here->value < text->value)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"0x%llx is not in the kernel image, as crash knows it",
			(unsigned long long)(va + t->shift));
	next = next_symbol(NULL, here);
	if (!next || next->value > end->value || next->value <= va)
		next = end;
	*symbol = (struct dm_symbol){
		.va = here->value + t->shift,
		.size = next->value - here->value,
		.type = here->type,
	};
	snprintf(symbol->name, sizeof(symbol->name), "%s", here->name);
	return NULL;
}

/* Both tables hold nothing. */
static void namelist_destroy_symbols(struct dm_symbol_table *table)
{
	(void)table;
}

static const struct dm_symbol_table_ops namelist_symbol_ops = {
	.name = "crash's namelist",
	.find = namelist_find,
	.at = namelist_at,
	.destroy = namelist_destroy_symbols,
};

static struct namelist_table namelist_symbols = { { &namelist_symbol_ops }, 0 };

/* ---- gdb ---------------------------------------------------------------- */

/*
 * gdb_interface() sets handlers of its own for SIGINT, the last of which leaves
 * by longjmp(): none is to run before ours is back. It leaves likewise where
 * the pipe that crash writes to is closed, so that is asked before.
 */
static struct dm_error *enter_gdb(sigset_t *old)
{
	sigset_t set;

	if (interrupted)
		return dm_error_create(DM_ERROR_INTERRUPTED, "interrupted");
	if (output_closed())
		return dm_error_create(DM_ERROR_OUTPUT, "cannot write");
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, old);
	return NULL;
}

static void leave_gdb(const sigset_t *old)
{
	struct sigaction action = { .sa_handler = note_interrupt };

	sigaction(SIGINT, &action, NULL);
	sigprocmask(SIG_SETMASK, old, NULL);
}

/*
 * gdb's output goes to the last file that it was given, so this one stays open
 * as long as crash runs.
 */
static FILE *gdb_file(void)
{
	static FILE *file;

	if (!file)
		file = tmpfile();
	return file;
}

/* What gdb prints for a command of one line. */
static struct dm_error *ask_gdb(char *command, char *answer, size_t size)
{
	FILE *file = gdb_file();
	struct dm_error *err;
	sigset_t old;
	size_t got = 0;

	if (!file)
		return dm_error_create(DM_ERROR_OS, "no temporary file");
	rewind(file);
	if (ftruncate(fileno(file), 0))
		return dm_error_create(DM_ERROR_OS, "temporary file: %s",
				       strerror(errno));
	err = enter_gdb(&old);
	if (err)
		return err;
	if (gdb_pass_through(command, file, GNU_RETURN_ON_ERROR)) {
		rewind(file);
		got = fread(answer, 1, size - 1, file);
	}
	leave_gdb(&old);
	answer[got] = '\0';
	return got ? NULL
		   : dm_error_create(DM_ERROR_NOT_FOUND,
				     "not known to crash's gdb: %s", command);
}

/* No name of ours has another sign, and gdb must not get one. */
static bool is_plain(const char *text)
{
	return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789_ .[]") == strlen(text);
}

static struct dm_error *not_there(const char *type, const char *path)
{
	if (!path)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "crash's namelist has no %.200s", type);
	return dm_error_create(
		DM_ERROR_NOT_FOUND,
		"crash's namelist has no %.100s with a plain member %.100s",
		type, path);
}

/*
 * @format	Reads no memory: it asks for a size or an address, and the names
 *		that are put in have no operators.
 */
static struct dm_error *ask_number(uint64_t *value, const char *format,
				   const char *type, const char *path)
{
	char command[EXPRESSION_MAX], text[64], *end;
	struct dm_error *err;

	if (!is_plain(type) || (path && !is_plain(path)) ||
	    (size_t)snprintf(command, sizeof(command), format, type, path) >=
		    sizeof(command))
		return not_there(type, path);
	err = ask_gdb(command, text, sizeof(text));
	if (err && err->code == DM_ERROR_NOT_FOUND) {
		dm_error_destroy(err);
		err = not_there(type, path);
	}
	if (err)
		return err;
	*value = strtoull(text, &end, 0);
	return end != text && !*end ? NULL : not_there(type, path);
}

/* ---- Types -------------------------------------------------------------- */

static struct dm_error *namelist_size(struct dm_type_table *table,
				      const char *type, uint64_t *size)
{
	struct dm_error *err;

	(void)table;
	err = ask_number(size, "output/x sizeof(%s)", type, NULL);
	/* One that is declared only. */
	if (!err && !*size)
		err = not_there(type, NULL);
	return err;
}

/*
 * gdb gives an address to a bitfield too, and only where it prints the type is
 * one told from other members: "unsigned int name : 3;". One that is nested
 * under another name counts as well: a member that is not found is no harm.
 */
static struct dm_error *refuse_bitfield(const char *type, const char *path)
{
	const char *dot = strrchr(path, '.'), *name = dot ? dot + 1 : path;
	char command[EXPRESSION_MAX], wanted[128], *text;
	struct dm_error *err;

	if (dot)
		snprintf(command, sizeof(command), "ptype ((%s *)0)->%.*s",
			 type, (int)(dot - path), path);
	else
		snprintf(command, sizeof(command), "ptype %s", type);
	snprintf(wanted, sizeof(wanted), " %s : ", name);
	text = malloc(TYPE_TEXT_MAX);
	if (!text)
		return dm_error_no_memory();
	err = ask_gdb(command, text, TYPE_TEXT_MAX);
	/* One that was cut tells nothing. */
	if (!err && (strlen(text) == TYPE_TEXT_MAX - 1 ||
		     strlen(name) > sizeof(wanted) - 5 || strstr(text, wanted)))
		err = not_there(type, path);
	free(text);
	return err;
}

static struct dm_error *namelist_member(struct dm_type_table *table,
					const char *type, const char *path,
					struct dm_member *member)
{
	struct dm_error *err;

	(void)table;
	*member = (struct dm_member){ 0 };
	err = ask_number(&member->offset,
			 "output/x (unsigned long)&((%s *)0)->%s", type, path);
	if (!err)
		err = refuse_bitfield(type, path);
	return err ? err
		   : ask_number(&member->size, "output/x sizeof(((%s *)0)->%s)",
				type, path);
}

/* Not an expression: that might be the name of a variable, and be read. */
static struct dm_error *namelist_enumerator(struct dm_type_table *table,
					    const char *name, int64_t *value)
{
	char copy[EXPRESSION_MAX];
	struct dm_error *err;
	sigset_t old;
	long number;
	int good;

	(void)table;
	if (!is_plain(name) || strpbrk(name, " .[]") ||
	    (size_t)snprintf(copy, sizeof(copy), "%s", name) >= sizeof(copy))
		return dm_error_create(DM_ERROR_NOT_FOUND, "no enumerator");
	err = enter_gdb(&old);
	if (err)
		return err;
	good = enumerator_value(copy, &number);
	leave_gdb(&old);
	if (!good)
		return dm_error_create(DM_ERROR_NOT_FOUND, "no enumerator %s",
				       name);
	*value = number;
	return NULL;
}

static struct dm_error *namelist_enumerator_name(struct dm_type_table *table,
						 const char *type,
						 int64_t value, char *name,
						 size_t size)
{
	char command[EXPRESSION_MAX], text[256];
	struct dm_error *err = NULL;

	(void)table;
	if (!is_plain(type) ||
	    (size_t)snprintf(command, sizeof(command), "output (%s)%lld", type,
			     (long long)value) >= sizeof(command))
		err = dm_error_create(DM_ERROR_NOT_FOUND, "no type %.200s",
				      type);
	if (!err)
		err = ask_gdb(command, text, sizeof(text));
	if (err)
		return err;
	/* A number, or several names with | between them, is no name. */
	if (!is_plain(text) || strpbrk(text, " .[]") ||
	    (*text >= '0' && *text <= '9'))
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "%s has no name for %lld", type,
				       (long long)value);
	snprintf(name, size, "%s", text);
	return NULL;
}

static void namelist_destroy_types(struct dm_type_table *table)
{
	(void)table;
}

static const struct dm_type_table_ops namelist_type_ops = {
	.name = "crash's namelist",
	.size = namelist_size,
	.member = namelist_member,
	.enumerator = namelist_enumerator,
	.enumerator_name = namelist_enumerator_name,
	.destroy = namelist_destroy_types,
};

static struct dm_type_table namelist_types = { &namelist_type_ops };

/* ---- Whether they are of use -------------------------------------------- */

/* --minimal opens a dump with any namelist at all: VMCOREINFO is the witness. */
static bool agrees(const struct dm_vmcoreinfo *info, const char *name,
		   uint64_t shift)
{
	struct syment *symbol = kernel_symbol_search((char *)name);
	struct dm_error *err;
	char key[64];
	uint64_t va;

	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	err = dm_vmcoreinfo_number(info, key, 16, &va);
	if (err) {
		dm_error_destroy(err);
		return false;
	}
	return symbol && symbol->value + shift == va;
}

/*
 * What was found in memory without VMCOREINFO has not all of these, but then the
 * namelist was held against the image.
 */
static bool is_of_this_kernel(const struct crash_source *s)
{
	static const char *const names[] = { "swapper_pg_dir", "_stext",
					     "init_uts_ns" };
	const struct dm_vmcoreinfo info = { s->vmcoreinfo, s->size };
	bool told = !s->from || !strcmp(s->from, "ram");
	size_t i;

	if (s->from && !s->namelist_fits)
		return false;
	for (i = 0; told && i < sizeof(names) / sizeof(names[0]); i++)
		if (!agrees(&info, names[i], s->shift))
			return false;
	return kernel_symbol_search("_text") && kernel_symbol_search("_end");
}

/*
 * What the dump itself has comes first, and where it has all, crash is not
 * asked: the figures are the same then with any namelist and with none.
 */
static struct dm_error *add_namelist(struct dm_session *session,
				     const struct crash_source *s)
{
	struct dm_error *err;
	bool has;

	namelist_symbols.shift = s->shift;
	err = dm_session_has_variables(session, &has);
	if (!err && !has && is_of_this_kernel(s))
		err = dm_session_add_symbols(session, &namelist_symbols.table,
					     false);
	if (!err)
		err = dm_session_has_types(session, &has);
	if (!err && !has && pc->flags & GDB_INIT && is_of_this_kernel(s))
		err = dm_session_add_types(session, &namelist_types);
	return err;
}

#endif /* DIRECTMAP_NAMELIST_H */
