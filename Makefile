# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build/kdump-triage, and the two libraries
# make demo       install what is missing, build, and report on a real dump
# make check      install what is missing, build with gcc and clang, all tests
# make fuzz       fuzz targets (clang); SECONDS=60 of each
# make lib        build/libdirectmap.a and .so; lib-dump: the second library
# make extensions build/directmap.so for crash; CRASH_INCDIR=
# make install    PREFIX=/usr/local DESTDIR= LIBDIR=; uninstall likewise
# make dist       build/directmap-VERSION.tar.gz: the same bytes each time
#
# Everything is built below $(B); other variants are the same rules with
# another B, CC and CFLAGS (see check-*). By subject, in mk/:
#   packages.mk   libraries that are used, Debian packages
#   libraries.mk  libdirectmap and libdirectmap-dump
#   extension.mk  directmap.so for crash
#   install.mk    install, uninstall, clean
#   dist.mk       the tarball, Debian packages, RPMs
#   tests.mk      programs of the tests
#   docs.mk       man pages, completion, tables in documents, and their check
#   check.mk      make check and its parts
#   bench.mk      fuzzing, benches, coverage, long hunts

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
	     -MMD -MP $(CPPFLAGS) $(CFLAGS)

# Front ends see what is installed; the library itself, and tests, all of it.
includes = -Ilib/include $(if $(filter lib/%,$(1)),-Ilib, \
	   $(if $(filter cli/%,$(1)),-Icli -I$(B), \
	   $(if $(filter extensions/%,$(1)),,-Ilib -Icli -Itests -I$(B))))

# With none all paths below would begin at /.
ifneq ($(words $(B)),1)
$(error B= is empty or has a blank in it: it names the folder to build in)
endif

.PHONY: all demo demo-run format format-check
.DELETE_ON_ERROR:
all:

include mk/packages.mk

# ---- Sources -----------------------------------------------------------------

LIB_LAYERS = util arm64 walk target kernel analysis render
LIB_SRC = $(foreach l,$(LIB_LAYERS),$(wildcard lib/$l/*.c lib/$l/*/*.c))
DUMP_SRC = $(wildcard lib/dump/*.c lib/debuginfo/*.c)
CLI_SRC = $(filter-out cli/main.c,$(wildcard cli/*.c cli/*/*.c))
TEST_SRC = $(wildcard tests/*/test_*.c)
GEN_SRC = $(filter-out tests/gen/dumpgen.c tests/gen/dumpstrip.c tests/fuzz/fuzz_main.c $(TEST_SRC), \
	    $(wildcard tests/gen/*.c tests/fake/*.c tests/fault/*.c tests/fuzz/*.c \
	    tests/robustness/*.c tests/third_state/*.c)) tests/cli/run.c
TOOL_SRC = $(wildcard tests/gen/dumpgen.c tests/gen/dumpstrip.c tests/bench/*.c tests/crash/*.c \
	     tests/fuzz/fuzz_main.c tests/lab/*.c tests/html/pages.c \
	     docs/generate/*.c)
SRC = $(LIB_SRC) $(DUMP_SRC) $(CLI_SRC) $(GEN_SRC) $(TEST_SRC) $(TOOL_SRC) \
      cli/main.c

obj = $(patsubst %.c,$(B)/%.o,$(1))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(call includes,$<) $(call pkg,--cflags,$(if \
		$(filter $(LIB_SRC),$<),$(LIB_PKGS),$(if \
		$(filter $(DUMP_SRC),$<),$(DUMP_PKGS),$(ALL_PKGS))) \
		$(if $(filter tests/%,$<),$(TEST_PKGS))) \
		-c $< -o $@

# Made anew each time: an object that is gone must not stay in the archive.
$(B)/cli.a: $(call obj,$(CLI_SRC))
$(B)/gen.a: $(call obj,$(GEN_SRC))
$(B)/%.a:
	@rm -f $@
	$(AR) rcs $@ $^

include mk/libraries.mk

# ---- kdump-triage --------------------------------------------------------------

# What the tool is linked of, and programs of the tests: archives, each before
# those that it needs.
ARCHIVES = $(B)/cli.a $(B)/libdirectmap-dump.a $(B)/libdirectmap.a
# $(1) packages besides those of the archives, $(2) options.
link = $(CC) $(CFLAGS) $(LDFLAGS) $(2) $^ -o $@ \
	$(call pkg,--libs,$(ALL_PKGS) $(1))

all: $(B)/kdump-triage lib lib-dump

# Functions are found at the start: else each child of batch finds them anew.
FIND_FIRST = -Wl,--build-id -Wl,-z,relro,-z,now
$(B)/kdump-triage: $(B)/cli/main.o $(ARCHIVES)
	$(call link,,$(FIND_FIRST))

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

# What --version says; made at each build, and anew where it has changed.
$(B)/cli/options/parse.o: $(B)/cli/options/built_with.h
$(B)/cli/options/built_with.h: FORCE
	@mkdir -p $(@D)
	@{ echo '#define BUILT_FOR "$(call once,machine,$(CC) -dumpmachine)"'; \
	for p in $(sort $(ALL_PKGS)); do \
		echo "$$p=$$($(PKG_CONFIG) --modversion $$p)"; \
	done | paste -sd , | sed 's/,/, /g' | fold -s -w 78 | \
		sed '1s/^/#define BUILT_WITH "/; s/ *$$/\\n\\/; $$s/..\\$$/"/'; } >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
FORCE:
.PHONY: FORCE

include mk/extension.mk
include mk/install.mk
include mk/tests.mk
include mk/docs.mk
include mk/check.mk
include mk/bench.mk
include mk/dist.mk

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

# ---- Format ------------------------------------------------------------------

# .clang-format is for version 14, Debian 12's; others format differently.
CLANG_FORMAT ?= $(firstword $(shell command -v clang-format-14) clang-format)
FORMATTED = $(filter-out build/%,$(wildcard */*.[ch] */*/*.[ch] */*/*/*.[ch]))

format:
	$(CLANG_FORMAT) -i $(FORMATTED)

format-check: deps-check
	@case "$$($(CLANG_FORMAT) --version)" in \
	*" 14."*) $(CLANG_FORMAT) --dry-run -Werror $(FORMATTED);; \
	*) echo "format-check: not done, as there is no clang-format 14";; \
	esac

-include $(patsubst %.c,$(B)/%.d,$(SRC) extensions/directmap.c)
