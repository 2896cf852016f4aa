# SPDX-License-Identifier: GPL-2.0-or-later
#
# make check and its parts.

.PHONY: check check-run check-gcc check-clang check-sanitize check-valgrind \
	check-fuzz check-crash check-crash-full check-crash-native check-batch \
	check-html check-make check-house check-abi abi check-install check-python doc \
	check-tsan check-valgrind-full run-valgrind run-tests check-lab

check: deps-check
	@$(MAKE) --no-print-directory check-run

check-run: format-check doc check-house check-abi check-documents check-make \
	   check-install check-packages check-gcc \
	   check-clang check-sanitize check-valgrind check-fuzz check-crash \
	   check-batch check-html check-python check-lab
	@echo "make check: all passed"

# Compiling and suites are on all CPUs.
JOBS ?= $(shell nproc)
sub = $(MAKE) --no-print-directory

# Each suite is a program of its own; all run, then a failure counts. The long
# ones go first.
LONG_SUITES = batch/test_batch batch/test_unknown batch/test_images \
	      dump/test_find dump/test_image dump/test_readers \
	      analysis/test_boot_model target/test_kallsyms \
	      analysis/test_session check/test_policies cli/% options/% house/% \
	      debuginfo/test_vmlinux diff/% docs/% dump/test_dump dump/test_reads \
	      fault/% fuzz/% html/test_memory arm64/test_keys target/test_kva \
	      robustness/% stored/test_input third_state/% walk/test_same \
	      write/test_outputs write/test_rows gen/test_scale \
	      write/test_writer
long = $(filter $(LONG_SUITES:%=$(B)/tests/%),$(TESTS))
short = $(filter-out $(long),$(TESTS))

run-tests: test-programs
	@rm -f $(B)/failed
	@printf '%s\n' $(long) $(short) | \
		KDUMP_TRIAGE=$(B)/kdump-triage TEST_DUMPS=test-dumps \
		xargs -P $(JOBS) -n 1 tests/run $(B)/failed || \
		{ echo "FAILED:"; cat $(B)/failed; exit 1; }

gcc = $(sub) B=build/gcc CC=gcc WERROR=-Werror
# What the suites print as JSON is kept, and held against its schema.
check-gcc:
	@$(gcc) -j$(JOBS) test-programs
	@rm -rf $(KEPT_JSON) && mkdir -p $(KEPT_JSON)
	@RUN_KEEP_JSON='$(CURDIR)/$(KEPT_JSON)' $(gcc) run-tests
	@$(gcc) check-schema

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
	@$(gcc) -j$(JOBS) test-programs
	@tests/valgrind/run build/valgrind build/gcc/kdump-triage $(DEMO_DUMP)
	@$(sub) B=build/gcc VALGRIND='$$(short)' run-valgrind

check-valgrind-full: deps-check
	@$(gcc) -j$(JOBS) test-programs
	@$(sub) B=build/gcc run-valgrind

VALGRIND = $(long) $(short)
run-valgrind:
	@printf '%s\n' $(VALGRIND) | \
		KDUMP_TRIAGE=$(B)/kdump-triage TEST_DUMPS=test-dumps \
		xargs -P $(JOBS) -n 1 tests/valgrind/run build/valgrind

# 40 s of each target.
check-fuzz: deps-check
	@$(sub) SECONDS=40 fuzz

# In Debian's arm64 crash, under qemu-user; the first suite must be there.
CRASH_SUITES ?= bookworm trixie forky
check-crash:
	@$(gcc) all build/gcc/dumpgen build/gcc/ptyrun
	TEST_DUMPS=test-dumps tests/crash/run build/gcc/kdump-triage \
		build/gcc/dumpgen build/gcc/ptyrun build/crash $(CRASH_SUITES)

# The Makefile: what clean, install and missing libraries do.
check-make:
	@$(gcc) all
	tests/make/run build/gcc

# The folders of lib/ are its layers, and the check can fail; what the libraries
# export.
check-house:
	@$(gcc) -j$(JOBS) all
	tests/house/test
	STRICT_FRONT=1 tests/house/layers . build/gcc
	tests/house/arm64_only
	tests/house/test_comments
	tests/house/comments .
	tests/house/test_exports build/gcc
	tests/house/exports . build/gcc
	tests/house/versions . build/gcc/kdump-triage

# What the public headers say; a warning is an error.
doc: deps-check
	@mkdir -p build/doc
	DOC_DIR=build/doc doxygen docs/Doxyfile

# The interface of the shared libraries is the one that is stored; abi stores it.
check-abi:
	@$(gcc) -j$(JOBS) lib lib-dump
	CC=gcc tests/house/abidiff build/gcc
abi: deps-check
	@$(gcc) -j$(JOBS) lib lib-dump
	tests/house/abidiff --renew build/gcc

# What make install installs, and a program that is built with it alone.
check-install:
	@$(gcc) -j$(JOBS) all
	tests/install/run build/gcc build/gcc/kdump-triage \
		test-dumps/73-4k-counters.kdump test-dumps/73-4k-all.kdump \
		test-dumps/510-4k.kdump test-dumps/73-64k-va52.kdump

# 200 dumps; GNU parallel and Slurm for real.
check-batch:
	@$(gcc) all build/gcc/dumpgen
	tests/batch/run build/gcc/kdump-triage build/gcc/dumpgen test-dumps \
		build/check-batch

# In headless Chromium.
check-html:
	@$(gcc) all build/gcc/html_pages
	tests/html/run build/gcc/kdump-triage build/gcc/html_pages test-dumps

# The Python module, and drgn: the machine's own, and those of DRGN_SUITES, unpacked.
DRGN_SUITES ?= forky
check-python:
	$(call install_debs,$(PYTHON_DEBS))
	@$(gcc) -j$(JOBS) all build/gcc/dumpgen
	tests/python/run build/gcc test-dumps build/python $(DRGN_SUITES)

# docs/support.md is of its results; one of Debian's kernels boots under QEMU and is
# judged, where QEMU can be installed.
check-lab:
	@$(sub) lab-deps || echo "check-lab: these cannot be installed"
	@$(gcc) all
	tests/lab/lab support --check
	tests/lab/test build/gcc/kdump-triage test-dumps
	@if command -v qemu-system-aarch64 >/dev/null; then \
		tests/lab/lab --tool build/gcc/kdump-triage run 7.3-cloud@quick; \
	else \
		echo "check-lab: no kernel booted, as there is no QEMU for arm64"; \
	fi

# Not in CI. FULL_DUMPS: whole dumps of Debian kernels whose -dbg packages exist.
check-crash-full: deps-check
	@$(gcc) all
	tests/crash/full build/gcc/kdump-triage build/crash bookworm \
		$(or $(FULL_DUMPS),$(error FULL_DUMPS= names whole dumps of Debian kernels))

NATIVE_DEBS = bison flex texinfo libncurses-dev libgmp-dev libmpfr-dev g++
check-crash-native: deps-check
	$(call install_debs,$(NATIVE_DEBS))
	@$(gcc) all
	tests/crash/native build/gcc/kdump-triage build/crash-native trixie
