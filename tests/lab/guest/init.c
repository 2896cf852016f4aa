// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The init of a guest of the lab: does the steps of /steps, one a line, and prints
 * what the kernel says of itself between ===BEGIN and ===END lines, as
 * tests/lab/bundle, compare and history read it. As the init of a kdump kernel it
 * copies /proc/vmcore to /dev/vda instead.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACE	 "/sys/kernel/tracing/trace"
#define MAX_BPF	 64
#define PATIENCE 300 /* seconds for what the host does meanwhile */

static void begin(const char *name)
{
	printf("===BEGIN %s===\n", name);
}

static void end(const char *name)
{
	printf("===END %s===\n", name);
	fflush(stdout);
}

static void copy(int from, int to)
{
	static char text[1 << 16];
	ssize_t got;

	while ((got = read(from, text, sizeof(text))) > 0) {
		if (write(to, text, got) != got)
			break;
	}
	if (got < 0)
		printf("read: %m\n");
}

static void print_file(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0) {
		if (errno != ENOENT)
			printf("%s: %m\n", path);
		return;
	}
	begin(path);
	fflush(stdout);
	copy(fd, 1);
	close(fd);
	end(path);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t length = strlen(text);
	bool good;

	if (fd < 0)
		return false;
	good = write(fd, text, length) == length;
	if (!good)
		printf("%s: %m\n", path);
	close(fd);
	return good;
}

/* ---- Symbols ------------------------------------------------------------------ */

static bool is_wanted(const char *name)
{
	static const char *const wanted[] = {
		"_text",	"_stext",	   "_etext",
		"_end",		"_sinittext",	   "swapper_pg_dir",
		"__init_begin", "__init_end",	   "__bss_stop",
		"_sdata",	"__start_rodata",  "split_kernel_leaf_mapping",
		"rodata_full",	"arch_add_memory", "memstart_addr",
	};
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		if (!strcmp(name, wanted[i]))
			return true;
	}
	return false;
}

/* The image's ends and every 40th symbol: tests need no more. */
static void print_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], name[256];
	size_t number = 0;

	begin("kallsyms-selected");
	while (file && fgets(line, sizeof(line), file)) {
		bool wants = number++ % 400 == 0;

		if (sscanf(line, "%*x %*c %255s", name) != 1)
			continue;
		if (wants || is_wanted(name) || strstr(line, "[bpf]"))
			fputs(line, stdout);
	}
	if (file)
		fclose(file);
	printf("count %zu\n", number);
	end("kallsyms-selected");
}

/* ---- Modules ------------------------------------------------------------------ */

static void load(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/mods/%s.ko", name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		printf("LOAD %s: %m\n", name);
	else
		printf("LOAD %s: ok\n", name);
	if (fd >= 0)
		close(fd);
}

static void unload(const char *name)
{
	if (syscall(SYS_delete_module, name, O_NONBLOCK))
		printf("UNLOAD %s: %m\n", name);
	else
		printf("UNLOAD %s: ok\n", name);
}

/* What ptprint.c is told, in its order; what a kernel lacks is 0. */
static const char *const ptprint_symbols[] = {
	"ptdump_walk", "init_mm",     "__arch_copy_to_user",
	"seq_printf",  "rodata_full", "__kfence_pool",
};

#define PTPRINT_SYMBOLS (sizeof(ptprint_symbols) / sizeof(*ptprint_symbols))

static void find_symbols(uint64_t *vas)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], name[256];
	uint64_t va;
	size_t i;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%" SCNx64 " %*c %255s", &va, name) != 2)
			continue;
		for (i = 0; i < PTPRINT_SYMBOLS; i++) {
			if (!strcmp(name, ptprint_symbols[i]))
				vas[i] = va;
		}
	}
	if (file)
		fclose(file);
}

static bool ptprint_loaded;

/* ptprint.c, with the addresses that it asks for */
static void load_ptprint(void)
{
	static char module[1 << 16];
	uint64_t vas[PTPRINT_SYMBOLS] = { 0 };
	int fd = open("/mods/ptprint.ko", O_RDONLY);
	ssize_t size = fd < 0 ? -1 : read(fd, module, sizeof(module));
	char *mark = size < 0 ? NULL : memmem(module, size, "LABPRINT", 8);

	find_symbols(vas);
	if (mark && vas[0] && vas[1] && vas[2] && vas[3]) {
		memcpy(mark + 8, vas, sizeof(vas));
		ptprint_loaded = !syscall(SYS_init_module, module, size, "");
	}
	if (ptprint_loaded)
		printf("LOAD ptprint: ok\n");
	else
		printf("LOAD ptprint: %m\n");
	if (fd >= 0)
		close(fd);
}

static void print_by_ptprint(void)
{
	static char text[2 << 20];
	char address[32];

	if (!ptprint_loaded)
		return;
	memset(text, 0, sizeof(text));
	snprintf(address, sizeof(address), "%" PRIx64, (uint64_t)text);
	write_file("/sys/module/ptprint/parameters/print", address);
	begin("ptprint");
	printf("%s\n", text);
	end("ptprint");
}

/* ---- Secret memory ------------------------------------------------------------- */

static uint64_t pa_of(const void *page, size_t size)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (fd < 0)
		return 0;
	if (pread(fd, &entry, sizeof(entry),
		  (uintptr_t)page / size * sizeof(entry)) != sizeof(entry))
		entry = 0;
	close(fd);
	return (entry & (((uint64_t)1 << 55) - 1)) * size;
}

static char *secret(size_t pages, const char *word)
{
	size_t size = sysconf(_SC_PAGESIZE), i;
	int fd = syscall(447 /* memfd_secret */, 0);
	char *at = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, pages * size))
		at = mmap(NULL, pages * size, PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	if (at == MAP_FAILED) {
		printf("memfd_secret: %m\n");
		return NULL;
	}
	for (i = 0; i < pages; i++) {
		at[i * size] = 1;
		printf("%s page=%zu pa=0x%" PRIx64 "\n", word, i,
		       pa_of(at + i * size, size));
	}
	return at;
}

/* secret KEPT RELEASED */
static void make_secrets(const char *text)
{
	int kept = 0, released = 0;
	char *at;

	begin("secretmem");
	if (sscanf(text, "%d %d", &kept, &released) == 2 && kept)
		secret(kept, "SECRET");
	if (released) {
		at = secret(released, "SECRET-RELEASED");
		if (at)
			munmap(at, released * sysconf(_SC_PAGESIZE));
	}
	end("secretmem");
}

/* ---- BPF ------------------------------------------------------------------------- */

static int programs[MAX_BPF], program_count;

static int load_program(int number, size_t count)
{
	struct bpf_insn *insns = calloc(count, sizeof(*insns));
	union bpf_attr attr;
	size_t i;
	int fd;

	if (!insns)
		return -1;
	for (i = 0; i < count; i++)
		insns[i] = (struct bpf_insn){ .code = 0xb7, .imm = number };
	insns[count - 2] = (struct bpf_insn){ .code = 0xb7 };
	insns[count - 1] = (struct bpf_insn){ .code = 0x95 };
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = count;
	attr.license = (uintptr_t) "GPL";
	snprintf(attr.prog_name, sizeof(attr.prog_name), "lab%d", number);
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	free(insns);
	return fd;
}

static void print_program(int number, int fd, size_t count)
{
	struct bpf_prog_info info = { 0 };
	uint64_t ksym = 0;
	uint32_t length = 0;
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	info.nr_jited_ksyms = info.nr_jited_func_lens = 1;
	info.jited_ksyms = (uintptr_t)&ksym;
	info.jited_func_lens = (uintptr_t)&length;
	attr.info.bpf_fd = fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		printf("BPF_OBJ_GET_INFO_BY_FD: %m\n");
	printf("BPFPROG idx=%d fd=%d id=%u name=%s insns=%zu jited_len=%u "
	       "ksym=0x%" PRIx64 " func_len=%u load_time_ns=%" PRIu64 "\n",
	       number, fd, info.id, info.name, count, info.jited_prog_len, ksym,
	       length, (uint64_t)info.load_time);
}

/* bpf COUNT INSTRUCTIONS: the more, the longer, up to so many */
static void make_programs(const char *text)
{
	int count = 0, longest = 64, i, fd;

	write_file("/proc/sys/net/core/bpf_jit_enable", "1");
	write_file("/proc/sys/net/core/bpf_jit_kallsyms", "1");
	begin("bpf");
	sscanf(text, "%d %d", &count, &longest);
	for (i = 0; i < count && program_count < MAX_BPF; i++) {
		size_t insns = 8 + (size_t)(longest - 8) * (i + 1) / count;

		fd = load_program(program_count, insns);
		if (fd < 0)
			printf("BPF_PROG_LOAD: %m\n");
		else
			print_program(program_count, fd, insns);
		programs[program_count++] = fd;
	}
	end("bpf");
}

static void close_program(const char *text)
{
	int number = atoi(text);

	if (number < 0 || number >= program_count || programs[number] < 0)
		return;
	close(programs[number]);
	programs[number] = -1;
	printf("BPFCLOSE idx=%d\n", number);
}

/* ---- Memory ------------------------------------------------------------------------ */

/* pressure MIB: touched by a child, and given back. */
static void press(const char *text)
{
	size_t size = (size_t)atoi(text) << 20, i;
	pid_t child = fork();
	char *at;

	if (!child) {
		at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		for (i = 0; at != MAP_FAILED && i < size; i += 4096)
			at[i] = 1;
		_exit(at == MAP_FAILED);
	}
	waitpid(child, NULL, 0);
	printf("PRESSURE %zu MiB\n", size >> 20);
}

static unsigned long long total_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kib = 0;

	if (!file)
		return 0;
	if (fscanf(file, "MemTotal: %llu", &kib) != 1)
		kib = 0;
	fclose(file);
	return kib;
}

/* plug MIB: the host gives memory when it reads this line; 0: it takes it back. */
static void await_memory(const char *text)
{
	unsigned long long wanted = strtoull(text, NULL, 10) << 10;
	unsigned long long before = total_kib(), now = before;
	int i;

	printf("===PLUG %s===\n", text);
	fflush(stdout);
	for (i = 0; i < PATIENCE; i++) {
		now = total_kib();
		if (wanted ? now >= before + wanted : now < before)
			break;
		sleep(1);
	}
	printf("PLUGGED %llu kB to %llu kB\n", before, now);
}

/* ---- A crash ------------------------------------------------------------------------ */

/*
 * Where /kdump's files go, by the host (kit/kdump.py), which has reserved that memory
 * by crashkernel=: NAME PA SIZE a line. The ELF header of the core is made here.
 */
struct piece {
	char name[32];
	unsigned long pa, size;
};

#define PIECES 5

/* A whole file, its size in @size. */
static void *file_of(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY);
	struct stat stat;
	char *text = NULL;
	size_t done = 0;
	ssize_t got = 1;

	if (fd >= 0 && !fstat(fd, &stat))
		text = malloc(stat.st_size);
	while (text && got > 0 && done < (size_t)stat.st_size) {
		got = read(fd, text + done, stat.st_size - done);
		done += got > 0 ? got : 0;
	}
	if (fd >= 0)
		close(fd);
	*size = done;
	return text;
}

static void add_note(Elf64_Ehdr *head, Elf64_Phdr *entry, unsigned long pa,
		     unsigned long size)
{
	entry[head->e_phnum++] = (Elf64_Phdr){
		.p_type = PT_NOTE,
		.p_offset = pa,
		.p_paddr = pa,
		.p_filesz = size,
		.p_memsz = size,
	};
}

/* Of each CPU, and VMCOREINFO: where the kernel says that they are. */
static void add_notes(Elf64_Ehdr *head, Elf64_Phdr *entry)
{
	unsigned long pa, size;
	char path[96];
	FILE *file;
	int cpu;

	for (cpu = 0; cpu < 2; cpu++) {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/cpu/cpu%d/crash_notes", cpu);
		file = fopen(path, "r");
		if (!file || fscanf(file, "%lx", &pa) != 1)
			pa = 0;
		if (file)
			fclose(file);
		strcat(path, "_size");
		file = fopen(path, "r");
		if (pa && file && fscanf(file, "%lu", &size) == 1)
			add_note(head, entry, pa, size);
		if (file)
			fclose(file);
	}
	file = fopen("/sys/kernel/vmcoreinfo", "r");
	if (file && fscanf(file, "%lx %lx", &pa, &size) == 2)
		add_note(head, entry, pa, size);
	if (file)
		fclose(file);
}

static void add_range(Elf64_Ehdr *head, Elf64_Phdr *entry, unsigned long start,
		      unsigned long end)
{
	if (start < end)
		entry[head->e_phnum++] = (Elf64_Phdr){
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_W | PF_X,
			.p_offset = start,
			.p_paddr = start,
			.p_filesz = end - start,
			.p_memsz = end - start,
		};
}

/* All System RAM but that of the crash kernel. */
static void add_memory(Elf64_Ehdr *head, Elf64_Phdr *entry, unsigned long low,
		       unsigned long high)
{
	FILE *file = fopen("/proc/iomem", "r");
	unsigned long start, end;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (!strstr(line, " : System RAM") ||
		    sscanf(line, "%lx-%lx", &start, &end) != 2)
			continue;
		end++;
		if (low >= start && high <= end) {
			add_range(head, entry, start, low);
			start = high;
		}
		add_range(head, entry, start, end);
	}
	if (file)
		fclose(file);
}

static void *elf_header(unsigned long low, unsigned long high, size_t size)
{
	Elf64_Ehdr *head = calloc(1, size);
	Elf64_Phdr *entry = (void *)(head + 1);

	if (!head)
		return NULL;
	*head = (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(*head),
		.e_ehsize = sizeof(*head),
		.e_phentsize = sizeof(*entry),
	};
	add_notes(head, entry);
	add_memory(head, entry, low, high);
	return head;
}

/* kexec LOW HIGH: the memory that is the crash kernel's */
static void load_crash_kernel(const char *words)
{
	FILE *list = fopen("/kdump/pieces", "r");
	struct kexec_segment segments[PIECES] = { 0 };
	unsigned long low, high, entry = 0;
	struct piece piece;
	char path[64];
	int count = 0;

	if (!list || sscanf(words, "%lx %lx", &low, &high) != 2)
		return;
	while (count < PIECES && fscanf(list, "%31s %lx %lx", piece.name,
					&piece.pa, &piece.size) == 3) {
		struct kexec_segment *s = &segments[count++];

		s->mem = (void *)piece.pa;
		s->memsz = piece.size;
		s->bufsz = piece.size;
		snprintf(path, sizeof(path), "/kdump/%s", piece.name);
		s->buf = strcmp(piece.name, "header")
				 ? file_of(path, &s->bufsz)
				 : elf_header(low, high, piece.size);
		if (!strcmp(piece.name, "stub"))
			entry = piece.pa;
	}
	fclose(list);
	if (syscall(SYS_kexec_load, entry, count, segments,
		    KEXEC_ON_CRASH | KEXEC_ARCH_AARCH64))
		printf("kexec_load: %m\n");
	else
		printf("kexec_load: ok\n");
}

static void crash(void)
{
	fflush(stdout);
	write_file("/proc/sys/kernel/sysrq", "1");
	write_file("/proc/sysrq-trigger", "c");
}

/* The disk is larger: the console tells how long the file is. */
static void save_vmcore(void)
{
	int from = open("/proc/vmcore", O_RDONLY), to = -1, i;
	struct stat size;

	for (i = 0; i < 20 && to < 0; i++) {
		to = open("/dev/vda", O_WRONLY);
		if (to < 0)
			sleep(1);
	}
	if (from < 0 || to < 0 || fstat(from, &size)) {
		printf("vmcore: %m\n");
		return;
	}
	copy(from, to);
	fsync(to);
	printf("===VMCORE %lld===\n", (long long)size.st_size);
	fflush(stdout);
}

/* ---- All of it ----------------------------------------------------------------------- */

static void mount_all(void)
{
	static const char *const folders[] = { "/proc", "/sys", "/dev" };
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		mkdir(folders[i], 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
}

static void print_log(void)
{
	static char log[1 << 20];
	int got;

	begin("dmesg");
	got = syscall(SYS_syslog, 3 /* SYSLOG_ACTION_READ_ALL */, log,
		      sizeof(log));
	if (got > 0)
		fwrite(log, 1, got, stdout);
	end("dmesg");
}

static void print_all(void)
{
	static const char *const files[] = {
		"/proc/version",     "/proc/cmdline", "/proc/cpuinfo",
		"/proc/meminfo",     "/proc/iomem",   "/proc/modules",
		"/proc/vmallocinfo",
	};
	static const char *const late[] = {
		"/sys/kernel/tracing/kprobe_events",
		TRACE,
		"/sys/kernel/debug/pttruth/symbols",
		"/sys/kernel/debug/pttruth/kernel_page_tables",
		"/sys/kernel/debug/kernel_page_tables",
	};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		print_file(files[i]);
	print_symbols();
	print_log();
	sleep(2);
	for (i = 0; i < sizeof(late) / sizeof(*late); i++)
		print_file(late[i]);
	print_by_ptprint();
}

static void run(const char *words)
{
	char *argv[16], text[1024], *word, *save = NULL;
	int status = 0, count = 0;
	pid_t child;

	snprintf(text, sizeof(text), "%s", words);
	for (word = strtok_r(text, " ", &save); word && count < 15;
	     word = strtok_r(NULL, " ", &save))
		argv[count++] = word;
	argv[count] = NULL;
	begin(words);
	fflush(stdout);
	child = fork();
	if (!child) {
		execv(argv[0], argv);
		printf("%s: %m\n", argv[0]);
		fflush(stdout);
		_exit(127);
	}
	waitpid(child, &status, 0);
	printf("\n");
	end(words);
	printf("EXIT %d\n", WEXITSTATUS(status));
}

static void ready(void)
{
	printf("===READY===\n");
	fflush(stdout);
}

static void step(char *line)
{
	char *words = line + strcspn(line, " ");

	if (*words)
		*words++ = '\0';
	if (!strcmp(line, "load"))
		load(words);
	else if (!strcmp(line, "ptprint"))
		load_ptprint();
	else if (!strcmp(line, "unload"))
		unload(words);
	else if (!strcmp(line, "secret"))
		make_secrets(words);
	else if (!strcmp(line, "bpf"))
		make_programs(words);
	else if (!strcmp(line, "close"))
		close_program(words);
	else if (!strcmp(line, "pressure"))
		press(words);
	else if (!strcmp(line, "plug"))
		await_memory(words);
	else if (!strcmp(line, "write")) {
		char *text = words + strcspn(words, " ");

		if (*text)
			*text++ = '\0';
		write_file(words, text);
	} else if (!strcmp(line, "run"))
		run(words);
	else if (!strcmp(line, "print"))
		print_all();
	else if (!strcmp(line, "kexec"))
		load_crash_kernel(words);
	else if (!strcmp(line, "crash"))
		crash();
	else
		printf("no such step: %s\n", line);
}

static void do_steps(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[1024];

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			step(line);
		fflush(stdout);
	}
	if (file)
		fclose(file);
}

int main(void)
{
	mount_all();
	write_file("/proc/sys/kernel/printk", "1");
	write_file("/proc/sys/kernel/kptr_restrict", "1");
	do_steps("/steps");
	if (!access("/proc/vmcore", R_OK)) {
		save_vmcore();
		reboot(RB_POWER_OFF);
	}
	ready();
	for (;;)
		pause();
}
