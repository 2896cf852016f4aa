# SPDX-License-Identifier: GPL-2.0-or-later
#
# Libraries that are used, by pkg-config; Debian packages, and their installation.

# Evaluated when used, so that `make deps` can run where nothing is there yet.
LIB_PKGS = jansson
DUMP_PKGS = libkdumpfile zlib libdeflate lzo2 snappy libzstd libdw libelf jansson
CLI_PKGS = libseccomp
ALL_PKGS = $(CLI_PKGS) $(DUMP_PKGS) $(LIB_PKGS)
TEST_PKGS = cunit
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
       liblzo2-dev libsnappy-dev libzstd-dev libjansson-dev libdw-dev \
       libseccomp-dev
CHECK_DEBS = $(DEBS) libcunit1-dev clang valgrind clang-format lld \
	     qemu-user-static libclang-rt-dev chromium chromium-driver curl g++ \
	     abigail-tools doxygen

# Of check: its policy files.
CLI_PKGS += inih
DEBS += libinih-dev

# Of batch: its database, and who else reads what it writes and carries it.
CLI_PKGS += sqlite3 libmd
DEBS += libsqlite3-dev libmd-dev
CHECK_DEBS += sqlite3 jq parallel libxml2-utils slurm-wlm munge procps

# Of check-documents: who else reads man pages, completes words, and knows JSON
# Schema.
CHECK_DEBS += mandoc groff zsh shellcheck python3 python3-jsonschema
# Of check-python.
PYTHON_DEBS = python3 python3-drgn mypy
CHECK_DEBS += $(PYTHON_DEBS)

# Of packages; crash for its defs.h.
CHECK_DEBS += debhelper dh-python lintian autopkgtest mmdebstrap shellcheck rpm \
	      rpmlint crash python3 git arch-test

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

# Of the lab: machines, their init, device trees; its own scripts.
LAB_DEBS = qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
	   device-tree-compiler python3 xz-utils

deps:
	$(call install_debs,$(DEBS))

deps-check:
	$(call install_debs,$(CHECK_DEBS))

lab-deps:
	$(call install_debs,$(LAB_DEBS))

.PHONY: deps deps-check lab-deps
