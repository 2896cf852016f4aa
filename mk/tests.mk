# SPDX-License-Identifier: GPL-2.0-or-later
#
# Programs of the tests: suites, the generator of dumps, benches, tools of the lab.

TESTS = $(patsubst %.c,$(B)/%,$(TEST_SRC))

.PHONY: test-programs
test-programs: all $(B)/dumpgen $(B)/dumpstrip $(B)/preload.so $(TESTS)

$(TESTS): $(B)/%: $(B)/%.o $(B)/gen.a $(ARCHIVES)
	$(call link,$(TEST_PKGS))

$(B)/dumpgen: $(B)/tests/gen/dumpgen.o $(B)/gen.a $(ARCHIVES)
	$(call link,$(TEST_PKGS))

$(B)/dumpstrip: $(B)/tests/gen/dumpstrip.o $(B)/gen.a $(ARCHIVES)
	$(call link,$(TEST_PKGS))

# For LD_PRELOAD: without what CFLAGS may ask for.
$(B)/preload.so: $(wildcard tests/preload/*.c)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -fPIC -O1 \
		$(call pkg,--cflags,$(ALL_PKGS)) $(WARNINGS) \
		-Wno-missing-prototypes $(WERROR) -shared $^ -o $@

# What the browser's tests make pages of many dumps with.
$(B)/html_pages: $(B)/tests/html/pages.o $(ARCHIVES)
	$(call link)

BENCHES = bench_report bench_ready
$(BENCHES:%=$(B)/%): $(B)/%: $(B)/tests/bench/%.o $(ARCHIVES)
	$(call link)

SCALE_SRC = tests/bench/bench_scale.c $(wildcard tests/bench/scale_*.c)
$(B)/bench_scale: $(call obj,$(SCALE_SRC)) $(B)/gen.a $(ARCHIVES)
	$(call link,$(TEST_PKGS) libaddrxlat)

# What the scripts of tests/lab run.
LAB = btf_query bpf_list debuginfo_query
$(LAB:%=$(B)/%): $(B)/%: $(B)/tests/lab/%.o $(ARCHIVES)
	$(call link)

# make build/lab_symbols: compares with whole dumps, not part of the tests.
$(B)/lab_%: $(B)/tests/lab/%.o $(ARCHIVES)
	$(call link)

# make lab: every row of the lab's matrix that has no result yet (hours);
# docs/support.md has what came of it.
.PHONY: lab
lab: lab-deps $(B)/kdump-triage
	tests/lab/lab --lab $(B)/lab --tool $(B)/kdump-triage matrix

# make lab-forms DUMPS='FILE...': the same from whole dumps in every form that
# memory is found in.
.PHONY: lab-forms
lab-forms: $(B)/kdump-triage $(B)/lab_forms
	tests/lab/forms $(B)/kdump-triage $(B)/lab_forms $(DUMPS)

$(B)/ptyrun: $(B)/tests/crash/ptyrun.o
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@

$(B)/fuzz: $(B)/tests/fuzz/fuzz_main.o $(B)/gen.a $(ARCHIVES)
	$(call link,$(TEST_PKGS),-fsanitize=fuzzer)
