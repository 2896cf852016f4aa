# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build/kdump-triage
# make demo       install what is missing, build, and report on a real dump
# make check      install what is missing, build with gcc and clang, all tests
# make fuzz       fuzz targets (clang); SECONDS=60 of each
# make extensions build/directmap.so for crash; CRASH_INCDIR=
# make install    PREFIX=/usr/local DESTDIR=; install-extensions likewise
#
# Everything is built below $(B); other variants are the same rules with
# another B, CC and CFLAGS (see check-*).

CC ?= cc
B ?= build
PREFIX ?= /usr/local
DESTDIR ?=
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
WERROR ?=
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -fPIC \
	     -fvisibility=hidden $(WARNINGS) $(WERROR) \
	     -MMD -MP $(CFLAGS)

# Front ends see what is installed; the library itself, and tests, all of it.
includes = -Ilib/include $(if $(filter lib/%,$(1)),-Ilib, \
	   $(if $(filter cli/%,$(1)),-Icli -I$(B), \
	   $(if $(filter extensions/%,$(1)),,-Ilib -Icli -Itests -I$(B))))

# With none all paths below would begin at /.
ifneq ($(words $(B)),1)
$(error B= is empty or has a blank in it: it names the folder to build in)
endif

# Evaluated when used, so that `make deps` can run where nothing is there yet.
LIB_PKGS = jansson
CLI_PKGS = libkdumpfile zlib libdeflate lzo2 libdw libelf libseccomp
TEST_PKGS = cunit libzstd snappy
# $(1) --cflags or --libs, $(2) packages; each question is asked once. Ends make,
# and names what is missing, if one is.
pkg = $(strip $(need_pkgs)$(pkg_flags) -pthread)
pkg_flags = $(call once,$(1) $(2),$(PKG_CONFIG) $(1) $(2))
need_pkgs = $(foreach p,$(2),$(call end_without,$(call \
	once,--exists $(p),$(missing_pkg))))
# $(p) itself, or what that needs and has not.
missing_pkg = said=`$(PKG_CONFIG) --print-errors --exists $(p) 2>&1` || \
	{ echo "$$said" | sed -n "s/^Package '\([^']*\)', required.*/\1/p" | \
	grep . || echo $(p); } | head -1
end_without = $(if $(1),$(error $(if $(shell command -v $(firstword \
	$(PKG_CONFIG))),the library $(1) is missing (Debian: $(or \
	$(DEB_OF_$(1)),lib$(1)-dev)),$(firstword $(PKG_CONFIG)) is missing \
	(Debian: pkg-config)); make deps deps-check installs all there are))
# $(1) what is asked, $(2) the command: what it printed.
once = $(if $(filter undefined,$(origin $(call once_name,$(1)))),$(eval \
	$(call once_name,$(1)) := $(shell $(2))))$($(call once_name,$(1)))
once_name = asked.$(subst $() ,.,$(strip $(1)))

DEB_OF_zlib = zlib1g-dev
DEB_OF_lzo2 = liblzo2-dev
DEB_OF_cunit = libcunit1-dev
DEB_OF_libelf = libelf-dev
DEB_OF_libaddrxlat = libkdumpfile-dev
$(foreach p,libkdumpfile libdeflate libdw libseccomp libzstd libmd, \
	$(eval DEB_OF_$(p) = $(p)-dev))

DEBS = gcc libc6-dev pkg-config libkdumpfile-dev zlib1g-dev libdeflate-dev \
       liblzo2-dev libjansson-dev libdw-dev libseccomp-dev
CHECK_DEBS = $(DEBS) libcunit1-dev libzstd-dev libsnappy-dev clang valgrind \
	     clang-format lld qemu-user-static libclang-rt-dev chromium \
	     chromium-driver curl

# Of check: its policy files.
CLI_PKGS += inih
DEBS += libinih-dev

# Of batch: its database, and who else reads what it writes and carries it.
CLI_PKGS += sqlite3 libmd
DEBS += libsqlite3-dev libmd-dev
CHECK_DEBS += sqlite3 jq parallel libxml2-utils slurm-wlm munge procps

LIB_LAYERS = util arm64 walk target kernel analysis render
LIB_SRC = $(foreach l,$(LIB_LAYERS),$(wildcard lib/$l/*.c lib/$l/*/*.c))
DUMP_SRC = $(wildcard lib/dump/*.c lib/debuginfo/*.c)
CLI_SRC = $(filter-out cli/main.c,$(wildcard cli/*.c cli/*/*.c)) $(DUMP_SRC)
TEST_SRC = $(wildcard tests/*/test_*.c)
GEN_SRC = $(filter-out tests/gen/dumpgen.c tests/fuzz/fuzz_main.c $(TEST_SRC), \
	    $(wildcard tests/gen/*.c tests/fake/*.c tests/fault/*.c tests/fuzz/*.c \
	    tests/robustness/*.c tests/third_state/*.c))
TOOL_SRC = $(wildcard tests/gen/dumpgen.c tests/bench/*.c tests/crash/*.c \
	     tests/fuzz/fuzz_main.c tests/lab/*.c tests/html/pages.c)
HELPER_SRC = $(wildcard tests/cli/run.c)
SRC = $(LIB_SRC) $(CLI_SRC) $(GEN_SRC) $(TEST_SRC) $(TOOL_SRC) $(HELPER_SRC) \
      cli/main.c

obj = $(patsubst %.c,$(B)/%.o,$(1))
TESTS = $(patsubst %.c,$(B)/%,$(TEST_SRC))

.PHONY: all lib demo demo-run check check-run check-gcc check-clang \
	check-sanitize check-valgrind check-fuzz check-crash check-crash-full check-crash-native \
	check-batch check-html bench-batch extensions \
	install-extensions coverage bench golden deps deps-check format \
	format-check install clean test-programs
.DELETE_ON_ERROR:

all: $(B)/kdump-triage

lib: $(B)/libdirectmap.a

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(call includes,$<) $(call pkg,--cflags,$(LIB_PKGS) \
		$(if $(filter $(LIB_SRC),$<),,$(CLI_PKGS)) \
		$(if $(filter tests/%,$<),$(TEST_PKGS))) \
		-c $< -o $@

# Pages have their style and script inside, and the hashes that let them run.
$(B)/cli/html/page.o: $(foreach f,style.css page.js,$(B)/cli/html/$(f).h \
			$(B)/cli/html/$(f).hash.h)
$(B)/cli/html/%.h: cli/html/%
	@mkdir -p $(@D)
	sed 's/[\\"]/\\&/g; s/^/"/; s/$$/\\n"/' $< >$@
$(B)/cli/html/%.hash.h: cli/html/%
	@mkdir -p $(@D)
	env printf '"%s"\n' "$$(env printf "$$(sha256sum <$< | cut -c1-64 | \
		sed 's/../\\x&/g')" | base64)" >$@

# Made anew each time: an object that is gone must not stay in the archive.
$(B)/libdirectmap.a: $(call obj,$(LIB_SRC))
$(B)/cli.a: $(call obj,$(CLI_SRC))
$(B)/gen.a: $(call obj,$(GEN_SRC))
$(B)/%.a:
	@rm -f $@
	$(AR) rcs $@ $^

# Functions are found at the start: else each child of batch finds them anew.
$(B)/kdump-triage: $(B)/cli/main.o $(B)/cli.a $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--build-id -Wl,-z,relro,-z,now $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS))

# Suites that start the tool.
STARTS = batch/test_batch batch/test_unknown check/test_policies \
	 cli/test_cli cli/test_damaged cli/test_history cli/test_terminal \
	 cli/test_views cli/test_witness diff/test_diff dump/test_reads \
	 fault/test_mutate house/test_lists html/test_memory options/test_help \
	 options/test_man options/test_wrong \
	 robustness/test_contradictions robustness/test_robustness \
	 stored/test_input third_state/test_third_state write/test_outputs \
	 write/test_rows
$(STARTS:%=$(B)/tests/%): $(B)/tests/cli/run.o
$(TESTS): $(B)/%: $(B)/%.o $(B)/gen.a $(B)/cli.a $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS) $(TEST_PKGS))

$(B)/dumpgen: $(B)/tests/gen/dumpgen.o $(B)/gen.a $(B)/cli.a \
	      $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS) $(TEST_PKGS))

# What the browser's tests make pages of many dumps with.
$(B)/html_pages: $(B)/tests/html/pages.o $(B)/cli.a $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS))

# For LD_PRELOAD: without what CFLAGS may ask for.
$(B)/preload.so: $(wildcard tests/preload/*.c)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -fPIC -O1 \
		$(call pkg,--cflags,$(CLI_PKGS)) $(WARNINGS) \
		-Wno-missing-prototypes $(WERROR) -shared $^ -o $@

BENCHES = bench_report bench_ready
$(BENCHES:%=$(B)/%): $(B)/%: $(B)/tests/bench/%.o $(B)/cli.a \
		     $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS))

SCALE_SRC = tests/bench/bench_scale.c $(wildcard tests/bench/scale_*.c)
$(B)/bench_scale: $(call obj,$(SCALE_SRC)) $(B)/gen.a $(B)/cli.a \
		  $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS) $(TEST_PKGS) libaddrxlat)

# What the scripts of tests/lab run.
LAB = btf_query bpf_list debuginfo_query
$(LAB:%=$(B)/%): $(B)/%: $(B)/tests/lab/%.o $(B)/cli.a $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS))

# make build/lab_symbols: compares with whole dumps, not part of the tests.
$(B)/lab_%: $(B)/tests/lab/%.o $(B)/cli.a $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS))

# ---- The crash extension -----------------------------------------------------

# Where crash's defs.h is: a folder with crash/defs.h or defs.h in it (Debian's
# crash package and crash-devel: /usr/include; else crash's source tree). On a
# host that is not arm64 it is built for a crash with target=ARM64 there; for
# arm64 itself, with the arm64 packages of libc6-dev, zlib1g-dev, libjansson-dev
# and crash unpacked below ROOT:
#   make extensions B=build/arm64 CRASH_INCDIR=ROOT/usr/include \
#	CC="clang --target=aarch64-linux-gnu -fuse-ld=lld" \
#	CFLAGS="-O2 --sysroot=ROOT -mno-outline-atomics" LDFLAGS="-nostdlib -lc"
CRASH_INCDIR ?= /usr/include
CRASH_EXTDIR ?= $(if $(wildcard /usr/lib64/crash),/usr/lib64,/usr/lib)/crash/extensions

extensions: $(B)/directmap.so

$(B)/extensions/directmap.o: extensions/directmap.c
	@mkdir -p $(@D)
	@test -e $(CRASH_INCDIR)/crash/defs.h -o -e $(CRASH_INCDIR)/defs.h || \
		{ echo "no defs.h of crash in $(CRASH_INCDIR): install crash (Debian) or crash-devel, or set CRASH_INCDIR="; exit 1; }
	$(CC) $(filter-out -Wstrict-prototypes,$(ALL_CFLAGS)) \
		$(call includes,$<) -DARM64 \
		-isystem $(CRASH_INCDIR) -c $< -o $@

$(B)/directmap.so: $(B)/extensions/directmap.o $(B)/libdirectmap.a
	$(CC) $(CFLAGS) $(LDFLAGS) -shared $^ -Wl,--exclude-libs,ALL -o $@ \
		$(call pkg,--libs,$(LIB_PKGS))

install-extensions: extensions
	install -D -m 755 '$(B)/directmap.so' \
		'$(DESTDIR)$(CRASH_EXTDIR)/directmap.so'

# ---- Programs of the tests ---------------------------------------------------

$(B)/ptyrun: $(B)/tests/crash/ptyrun.o
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@

test-programs: all $(B)/dumpgen $(B)/preload.so $(TESTS)

# ---- Set-up ----------------------------------------------------------------

# $(1) Debian packages: those that are missing are installed, after saying so.
define install_debs
	@command -v dpkg-query >/dev/null || \
		{ echo "no dpkg here: needed are the likes of $(1)"; exit 0; }; \
	missing=; for p in $(1); do \
		dpkg-query -W -f='$${db:Status-Status}\n' $$p 2>/dev/null | \
			grep -qx installed || missing="$$missing $$p"; \
	done; \
	test -z "$$missing" && exit 0; \
	sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	echo "Installing with apt-get:$$missing"; \
	$$sudo apt-get update -q && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends $$missing
endef

deps:
	$(call install_debs,$(DEBS))

deps-check:
	$(call install_debs,$(CHECK_DEBS))

# ---- Demo ------------------------------------------------------------------

DEMO_DUMP = test-dumps/73-4k-counters.kdump

demo: deps
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory demo-run

demo-run:
	@echo; echo "$$ kdump-triage $(DEMO_DUMP)"
	@$(B)/kdump-triage $(DEMO_DUMP)
	@echo; echo "$$ kdump-triage splits $(DEMO_DUMP) | head -24"
	@$(B)/kdump-triage splits $(DEMO_DUMP) | head -24
	@echo; echo "$$ kdump-triage map $(DEMO_DUMP)"
	@$(B)/kdump-triage map $(DEMO_DUMP)

# ---- Tests -----------------------------------------------------------------

check: deps-check
	@$(MAKE) --no-print-directory check-run

check-run: format-check check-house check-make check-gcc check-clang check-sanitize \
	   check-valgrind check-fuzz check-crash \
	   check-batch check-html
	@echo "make check: all passed"

# Compiling and suites are on all CPUs.
JOBS ?= $(shell nproc)
sub = $(MAKE) --no-print-directory

# Each suite is a program of its own; all run, then a failure counts. The long
# ones go first.
LONG_SUITES = batch/test_batch analysis/test_boot_model check/test_policies cli/% \
	      debuginfo/test_vmlinux diff/% dump/test_dump dump/test_reads \
	      fault/% fuzz/% html/test_memory arm64/test_keys target/test_kva \
	      robustness/% stored/test_input third_state/% walk/test_same \
	      write/test_outputs write/test_rows gen/test_scale \
	      write/test_writer
long = $(filter $(LONG_SUITES:%=$(B)/tests/%),$(TESTS))
short = $(filter-out $(long),$(TESTS))

.PHONY: run-tests
run-tests: test-programs
	@rm -f $(B)/failed
	@printf '%s\n' $(long) $(short) | \
		KDUMP_TRIAGE=$(B)/kdump-triage TEST_DUMPS=test-dumps \
		xargs -P $(JOBS) -n 1 tests/run $(B)/failed || \
		{ echo "FAILED:"; cat $(B)/failed; exit 1; }

check-gcc:
	@$(sub) -j$(JOBS) B=build/gcc CC=gcc WERROR=-Werror test-programs
	@$(sub) B=build/gcc CC=gcc WERROR=-Werror run-tests

check-clang:
	@$(sub) -j$(JOBS) B=build/clang CC=clang WERROR=-Werror test-programs
	@$(sub) B=build/clang CC=clang WERROR=-Werror run-tests

SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	   -fno-omit-frame-pointer
check-sanitize:
	@$(sub) -j$(JOBS) B=build/sanitize CC=gcc WERROR=-Werror \
		CFLAGS="$(SANITIZE)" test-programs
	@ASAN_OPTIONS=detect_stack_use_after_return=1 \
		$(sub) B=build/sanitize CC=gcc \
		WERROR=-Werror CFLAGS="$(SANITIZE)" run-tests

# Not in CI, for they take long. Each in a process of its own: all run, then a
# failure counts.
TSAN_FLAGS = -O1 -g -fsanitize=thread -Wno-maybe-uninitialized
# gcc warns of variables that are set, once this sanitizer is on.
check-tsan: deps-check
	@$(sub) -j$(JOBS) B=build/tsan CC=gcc CFLAGS="$(TSAN_FLAGS)" test-programs
	@$(sub) B=build/tsan CC=gcc CFLAGS="$(TSAN_FLAGS)" run-tests

# All suites with all that they start take half an hour; in CI are those that take
# seconds, and one report.
check-valgrind:
	@$(sub) -j$(JOBS) B=build/gcc CC=gcc WERROR=-Werror test-programs
	@tests/valgrind/run build/valgrind build/gcc/kdump-triage $(DEMO_DUMP)
	@$(sub) B=build/gcc VALGRIND='$$(short)' run-valgrind

check-valgrind-full: deps-check
	@$(sub) -j$(JOBS) B=build/gcc CC=gcc WERROR=-Werror test-programs
	@$(sub) B=build/gcc run-valgrind

VALGRIND = $(long) $(short)
run-valgrind:
	@printf '%s\n' $(VALGRIND) | \
		KDUMP_TRIAGE=$(B)/kdump-triage TEST_DUMPS=test-dumps \
		xargs -P $(JOBS) -n 1 tests/valgrind/run build/valgrind
.PHONY: check-tsan check-valgrind-full run-valgrind

# 60 s of each target.
check-fuzz: fuzz

# In Debian's arm64 crash, under qemu-user; the first suite must be there.
CRASH_SUITES ?= bookworm trixie forky
check-crash:
	@$(MAKE) --no-print-directory B=build/gcc CC=gcc WERROR=-Werror all \
		build/gcc/dumpgen build/gcc/ptyrun
	TEST_DUMPS=test-dumps tests/crash/run build/gcc/kdump-triage \
		build/gcc/dumpgen build/gcc/ptyrun build/crash $(CRASH_SUITES)

# This file: what clean, install and missing libraries do.
check-make:
	@$(MAKE) --no-print-directory B=build/gcc CC=gcc WERROR=-Werror all
	tests/make/run build/gcc
.PHONY: check-make

# The folders of lib/ are its layers, comments are where they belong and words are
# plain; and the checks can fail.
check-house:
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/gcc CC=gcc WERROR=-Werror all
	tests/house/test
	tests/house/layers . build/gcc
	tests/house/arm64_only
	tests/house/test_comments
	tests/house/comments .
.PHONY: check-house

# 200 dumps; GNU parallel and Slurm for real.
check-batch:
	@$(MAKE) --no-print-directory B=build/gcc CC=gcc WERROR=-Werror all \
		build/gcc/dumpgen
	tests/batch/run build/gcc/kdump-triage build/gcc/dumpgen test-dumps \
		build/check-batch

# In headless Chromium.
check-html:
	@$(MAKE) --no-print-directory B=build/gcc CC=gcc WERROR=-Werror all \
		build/gcc/html_pages
	tests/html/run build/gcc/kdump-triage build/gcc/html_pages test-dumps

# Not in CI. FULL_DUMPS: whole dumps of Debian kernels whose -dbg packages exist.
check-crash-full: deps-check
	@$(MAKE) --no-print-directory B=build/gcc CC=gcc all
	tests/crash/full build/gcc/kdump-triage build/crash bookworm \
		$(or $(FULL_DUMPS),$(error FULL_DUMPS= names whole dumps of Debian kernels))

NATIVE_DEBS = bison flex texinfo libncurses-dev libgmp-dev libmpfr-dev g++
check-crash-native: deps-check
	$(call install_debs,$(NATIVE_DEBS))
	@$(MAKE) --no-print-directory B=build/gcc CC=gcc all
	tests/crash/native build/gcc/kdump-triage build/crash-native trixie

# ---- Fuzzing -----------------------------------------------------------------

# Each target for SECONDS, two at a time; what makes one fall is left behind in
# $(B)/fuzz-TARGET, to go to tests/fuzz/regress/TARGET with the fix.
FUZZ_TARGETS = vmcoreinfo walk kallsyms btf flattened policy report
SECONDS ?= 60
FUZZ_CFLAGS = -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	      -fno-sanitize-recover=all -fno-omit-frame-pointer

.PHONY: fuzz fuzz-run
fuzz: deps-check
	@$(sub) -j$(JOBS) B=build/fuzz CC=clang WERROR=-Werror \
		CFLAGS="$(FUZZ_CFLAGS)" build/fuzz/fuzz
	@$(sub) B=build/fuzz CC=clang WERROR=-Werror \
		CFLAGS="$(FUZZ_CFLAGS)" fuzz-run

$(B)/fuzz: $(B)/tests/fuzz/fuzz_main.o $(B)/gen.a $(B)/cli.a \
	   $(B)/libdirectmap.a
	$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) $^ -o $@ \
		$(call pkg,--libs,$(CLI_PKGS) $(LIB_PKGS) $(TEST_PKGS))

fuzz-run: $(B)/fuzz
	@printf '%s\n' $(FUZZ_TARGETS) | xargs -P 2 -I T \
		tests/fuzz/run $(B) T $(SECONDS)

coverage: deps-check
	$(call install_debs,gcovr)
	@$(MAKE) --no-print-directory B=build/coverage CC=gcc \
		CFLAGS="-O0 -g --coverage -DSANDBOX_NEVER" run-tests
	gcovr -r . --object-directory build/coverage --filter 'lib/'

# DUMPS: which; the bundled ones otherwise. BENCH=quick: less than a minute.
# BENCH_DIR: where dumps of large machines are made, and kept, some 4 GiB; BENCH_JSON: a file.
DUMPS ?= $(wildcard test-dumps/*.kdump)
BENCH ?=
BENCH_DIR ?= build/bench-dumps
BENCH_JSON ?=
BENCH_DEBS = $(DEBS) libzstd-dev libsnappy-dev python3-drgn
bench:
	$(call install_debs,$(BENCH_DEBS))
	@$(MAKE) --no-print-directory all $(BENCHES:%=$(B)/%) $(B)/bench_scale
	@$(B)/bench_report $(DUMPS)
	@$(B)/bench_ready $(DUMPS)
	@$(B)/bench_scale $(if $(filter quick,$(BENCH)),--quick --runs 3) \
		--dir $(BENCH_DIR) $(if $(BENCH_JSON),--json >$(BENCH_JSON)) \
		$(B)/kdump-triage

bench-batch: deps-check
	@$(MAKE) --no-print-directory all $(B)/dumpgen
	@for gib in 8 32; do \
		tests/batch/bench $(B)/kdump-triage $(B)/dumpgen test-dumps \
			$(B)/bench-batch 3 $$gib || exit; \
	done

# Read what changed before you commit it.
golden: test-programs
	UPDATE_GOLDEN=1 KDUMP_TRIAGE=$(B)/kdump-triage TEST_DUMPS=test-dumps \
		$(B)/tests/cli/test_cli

# Where the rows of tests/robustness, or what is said of them, have changed.
robustness-doc: all $(B)/preload.so $(B)/tests/robustness/test_robustness
	UPDATE=1 KDUMP_TRIAGE=$(B)/kdump-triage \
		$(B)/tests/robustness/test_robustness

# All of the claim; each build runs some hundred.
SEEDS ?= 10000
N ?= 1000
fault: $(B)/tests/fault/test_fault
	FAULT_SEEDS=$(SEEDS) TEST_DUMPS=test-dumps $<
mutate: all $(B)/tests/fault/test_mutate
	MUTATIONS=$(N) KDUMP_TRIAGE=$(B)/kdump-triage TEST_DUMPS=test-dumps \
		$(B)/tests/fault/test_mutate
# Every table of the linear map, one after the other: TABLES of each level only.
TABLES ?= 0
third-state: $(B)/tests/third_state/test_third_state
	THIRD_STATE_DUMPS="$(DUMPS)" THIRD_STATE_TABLES=$(TABLES) \
		THIRD_STATE_JOBS=$(JOBS) $<
.PHONY: robustness-doc fault mutate third-state

# ---- House -----------------------------------------------------------------

# .clang-format is for version 14, Debian 12's; others format differently.
CLANG_FORMAT ?= $(firstword $(shell command -v clang-format-14) clang-format)
FORMATTED = $(wildcard */*.[ch] */*/*.[ch] */*/*/*.[ch])

format:
	$(CLANG_FORMAT) -i $(FORMATTED)

format-check: deps-check
	@case "$$($(CLANG_FORMAT) --version)" in \
	*" 14."*) $(CLANG_FORMAT) --dry-run -Werror $(FORMATTED);; \
	*) echo "format-check: not done, as there is no clang-format 14";; \
	esac

# The extension too, where crash's defs.h is.
install: all $(if $(wildcard $(CRASH_INCDIR)/crash/defs.h $(CRASH_INCDIR)/defs.h),install-extensions)
	install -D -m 755 '$(B)/kdump-triage' \
		'$(DESTDIR)$(PREFIX)/bin/kdump-triage'
	install -D -m 644 docs/kdump-triage.1 \
		'$(DESTDIR)$(PREFIX)/share/man/man1/kdump-triage.1'

# What was built in B, and never anything else: no folder that has the sources in
# it or is one of theirs, nor one elsewhere that is not of a build.
clean:
	@b=$$(realpath -ms -- '$(B)'); here=$$(realpath .); \
	case $$here/ in "$${b%/}"/*) \
		echo "clean: B=$(B) has the sources in it"; exit 1;; esac; \
	case $$b in \
	"$$here"/build | "$$here"/build/*) ;; \
	*) test ! -e "$$b" || test -d "$$b"/lib -a -d "$$b"/cli -a \
		! -e "$$b"/Makefile -a -e "$$b"/lib/util/error.d || \
		{ echo "clean: B=$(B) is no folder that make built in"; exit 1; };; \
	esac; \
	echo "rm -rf $$b"; rm -rf -- "$$b"

-include $(patsubst %.c,$(B)/%.d,$(SRC) extensions/directmap.c)
