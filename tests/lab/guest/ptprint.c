// SPDX-License-Identifier: GPL-2.0-only
/*
 * As pttruth.c, for kernels whose headers are no longer in the archive: nothing of a
 * kernel's is included. The size of struct module and where its init is are of the
 * kernel's types (kit/truth.py), the addresses of the guest's kallsyms: init writes
 * them into the file before it loads it.
 *
 * Writing the address of a buffer to the parameter `print` fills that buffer.
 */
#define SECTION(name) __attribute__((used, section(name)))
#define EMPTY(name)   asm(".pushsection " name ",\"ax\"\n.byte 0\n.popsection")
EMPTY(".plt");
EMPTY(".init.plt");
EMPTY(".text.ftrace_trampoline");
EMPTY(".init.text.ftrace_trampoline");

typedef unsigned long u64;

/* The first members of struct seq_file; the rest is zero. */
struct seq {
	char *buf;
	u64 size, from, count;
	u64 rest[28];
};

struct marker {
	u64 start;
	const char *name;
};

struct info {
	void *mm;
	const struct marker *markers;
	u64 base;
};

/* In the order in which init writes them (ptprint_symbols[]). */
static volatile struct {
	char mark[8];
	void (*walk)(struct seq *s, struct info *info);
	void *mm;
	u64 (*copy)(u64 to, const void *from, u64 size);
	void (*printf)(struct seq *s, const char *format, ...);
	const unsigned char *rodata_full;
	const u64 *kfence_pool;
} kernel SECTION(".data") = { .mark = "LABPRINT" };

static char text[2 << 20];

static u64 number(const char *hex)
{
	u64 value = 0;

	for (; *hex && *hex != '\n'; hex++)
		value = value << 4 |
			(*hex <= '9' ? *hex - '0' : *hex - 'a' + 10);
	return value;
}

static int print(const char *value, const void *unused)
{
	static struct seq seq;
	struct marker markers[3] = { { 0 } };
	struct info info = { .mm = kernel.mm, .markers = markers };
	u64 tcr;

	(void)unused;
	asm volatile("mrs %0, tcr_el1" : "=r"(tcr));
	info.base = -(1UL << (64 - (tcr >> 16 & 63)));
	markers[0] = (struct marker){ info.base, "Linear Mapping start" };
	markers[1] =
		(struct marker){ 0xffff800000000000, "Linear Mapping end" };
	markers[2].start = -1UL;
	seq.buf = text;
	seq.size = sizeof(text);
	seq.count = 0;
	if (kernel.rodata_full)
		kernel.printf(&seq, "rodata_full=%d\n", *kernel.rodata_full);
	if (kernel.kfence_pool)
		kernel.printf(&seq, "__kfence_pool=0x%lx\n",
			      *kernel.kfence_pool);
	kernel.walk(&seq, &info);
	return kernel.copy(number(value), text, seq.count) ? -14 : 0;
}

/* struct kernel_param_ops and struct kernel_param */
static const struct {
	unsigned int flags;
	int (*set)(const char *value, const void *param);
	void *get, *free;
} ops = { .set = print };

static const char name[] = "print";

int init_module(void)
{
	return 0;
}

static struct {
	char before[NAME_AT];
	char name[INIT_AT - NAME_AT];
	int (*init)(void);
	char after[MODULE_SIZE - INIT_AT - 8];
} __this_module SECTION(".gnu.linkonce.this_module") = {
	.name = "ptprint",
	.init = init_module,
};

static const struct {
	const char *name;
	void *module;
	const void *ops;
	unsigned short permissions;
	signed char level;
	unsigned char flags;
	void *argument;
} parameter SECTION("__param") = { name, &__this_module, &ops, 0200, -1, 0, 0 };

static const char vermagic[] SECTION(".modinfo") = "vermagic=" VERMAGIC;
static const char license[] SECTION(".modinfo") = "license=GPL";
static const char module_name[] SECTION(".modinfo") = "name=ptprint";
