// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The init of a guest whose memory is to be saved: makes secret memory and BPF
 * programs, prints what the kernel says of itself between ===BEGIN and ===END
 * lines, as tests/lab/bundle and compare read it, and waits for the end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECRET_PAGES   5
#define SECRET_DROPPED 2
#define PROGRAMS       6

static void begin(const char *name)
{
	printf("===BEGIN %s===\n", name);
}

static void end(const char *name)
{
	printf("===END %s===\n", name);
	fflush(stdout);
}

static void print_file(const char *path)
{
	char text[4096];
	ssize_t got;
	int fd = open(path, O_RDONLY);

	begin(path);
	fflush(stdout);
	while (fd >= 0 && (got = read(fd, text, sizeof(text))) > 0) {
		if (write(1, text, got) != got)
			break;
	}
	if (fd >= 0)
		close(fd);
	end(path);
}

/* The image's ends and every 40th symbol: tests need no more. */
static void print_symbols(void)
{
	static const char *const wanted[] = { "_text",	    "_stext",
					      "_etext",	    "_end",
					      "_sinittext", "swapper_pg_dir" };
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], name[256];
	size_t number = 0, i;
	bool wants;

	begin("kallsyms-selected");
	while (file && fgets(line, sizeof(line), file)) {
		wants = number++ % 40 == 0;
		if (sscanf(line, "%*x %*c %255s", name) != 1)
			continue;
		for (i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
			wants |= !strcmp(name, wanted[i]);
		if (wants || strstr(line, "[bpf]"))
			fputs(line, stdout);
	}
	if (file)
		fclose(file);
	printf("count %zu\n", number);
	end("kallsyms-selected");
}

static uint64_t pa_of(const void *page)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (fd < 0)
		return 0;
	if (pread(fd, &entry, sizeof(entry),
		  (uintptr_t)page / 4096 * sizeof(entry)) != sizeof(entry))
		entry = 0;
	close(fd);
	return (entry & (((uint64_t)1 << 55) - 1)) << 12;
}

static void make_secrets(void)
{
	int fd = syscall(447 /* memfd_secret */, 0);
	char *at;
	int i;

	begin("secretmem");
	if (fd >= 0 && !ftruncate(fd, SECRET_PAGES * 4096)) {
		at = mmap(NULL, SECRET_PAGES * 4096, PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
		for (i = 0; at != MAP_FAILED && i < SECRET_PAGES; i++) {
			at[i * 4096] = 1;
			printf("SECRET page=%d pa=0x%" PRIx64 "\n", i,
			       pa_of(at + i * 4096));
		}
	} else {
		printf("memfd_secret: %m\n");
	}
	end("secretmem");
}

static int load_program(int number)
{
	struct bpf_insn insns[64] = { { 0 } };
	union bpf_attr attr;
	size_t i;

	for (i = 0; i < 62; i++)
		insns[i] = (struct bpf_insn){ .code = 0xb7, .imm = number };
	insns[62] = (struct bpf_insn){ .code = 0xb7 };
	insns[63] = (struct bpf_insn){ .code = 0x95 };
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = 64;
	attr.license = (uintptr_t) "GPL";
	snprintf(attr.prog_name, sizeof(attr.prog_name), "lab%d", number);
	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void print_program(int number, int fd)
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
	printf("BPFPROG idx=%d fd=%d id=%u name=%s insns=64 jited_len=%u "
	       "ksym=0x%" PRIx64 " func_len=%u load_time_ns=%" PRIu64 "\n",
	       number, fd, info.id, info.name, info.jited_prog_len, ksym,
	       length, (uint64_t)info.load_time);
}

static void make_programs(void)
{
	int number, fd;

	begin("bpf");
	for (number = 0; number < PROGRAMS; number++) {
		fd = load_program(number);
		if (fd < 0)
			printf("BPF_PROG_LOAD: %m\n");
		else
			print_program(number, fd);
	}
	end("bpf");
}

static void mount_all(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
}

static void quiet_console(void)
{
	int fd = open("/proc/sys/kernel/printk", O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, "1", 1) != 1)
		printf("printk: %m\n");
	close(fd);
}

static void print_log(void)
{
	static char log[1 << 19];
	int got;

	begin("dmesg");
	got = syscall(SYS_syslog, 3 /* SYSLOG_ACTION_READ_ALL */, log,
		      sizeof(log));
	if (got > 0)
		fwrite(log, 1, got, stdout);
	end("dmesg");
}

int main(void)
{
	mount_all();
	quiet_console();
	make_secrets();
	make_programs();
	print_file("/proc/version");
	print_file("/proc/cmdline");
	print_file("/proc/meminfo");
	print_file("/proc/iomem");
	print_file("/proc/modules");
	print_file("/proc/vmallocinfo");
	print_symbols();
	print_log();
	sleep(2);
	print_file("/sys/kernel/debug/kernel_page_tables");
	printf("===READY===\n");
	fflush(stdout);
	for (;;)
		pause();
}
