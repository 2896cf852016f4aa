# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzzing, benches, coverage, and hunts that are too long for make check.

# Each target for SECONDS, two at a time; what makes one fall is left behind in
# $(B)/fuzz-TARGET, to go to tests/fuzz/regress/TARGET with the fix.
FUZZ_TARGETS = vmcoreinfo walk kallsyms btf flattened image find policy \
	       ram_list report
SECONDS ?= 60
FUZZ_CFLAGS = -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	      -fno-sanitize-recover=all -fno-omit-frame-pointer

.PHONY: fuzz fuzz-run coverage bench bench-batch golden pictures upstream robustness-doc fault \
	mutate third-state
fuzz: deps-check
	@$(sub) -j$(JOBS) B=build/fuzz CC=clang WERROR=-Werror \
		CFLAGS="$(FUZZ_CFLAGS)" build/fuzz/fuzz
	@$(sub) B=build/fuzz CC=clang WERROR=-Werror \
		CFLAGS="$(FUZZ_CFLAGS)" fuzz-run

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
BENCH_DEBS = $(DEBS) python3-drgn
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

# Faults in other tools, reproduced with those that are here: docs/upstream.md.
upstream: all $(B)/dumpgen
	tests/upstream/run $(B)/kdump-triage $(B)/dumpgen test-dumps

# README's pictures anew: look at them before you commit them.
pictures: all
	docs/pictures/draw $(B)/kdump-triage test-dumps docs/pictures

# Where the rows of tests/robustness, or what is said of them, have changed.
robustness-doc: all $(B)/preload.so $(B)/tests/robustness/test_robustness
	UPDATE=1 KDUMP_TRIAGE=$(B)/kdump-triage \
		$(B)/tests/robustness/test_robustness

# All of the claim; each build runs some hundred.
SEEDS ?= 10000
N ?= 1000
fault: $(B)/tests/fault/test_fault
	FAULT_SEEDS=$(SEEDS) FAULT_PLACES=0 TEST_DUMPS=test-dumps $<
mutate: all $(B)/tests/fault/test_mutate
	MUTATIONS=$(N) KDUMP_TRIAGE=$(B)/kdump-triage TEST_DUMPS=test-dumps \
		$(B)/tests/fault/test_mutate
# Every table of the linear map, one after the other: TABLES of each level only.
TABLES ?= 0
third-state: $(B)/tests/third_state/test_third_state
	THIRD_STATE_DUMPS="$(DUMPS)" THIRD_STATE_TABLES=$(TABLES) \
		THIRD_STATE_JOBS=$(JOBS) $<
