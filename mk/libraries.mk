# SPDX-License-Identifier: GPL-2.0-or-later
#
# The two libraries, static and shared: libdirectmap (all the thinking) and
# libdirectmap-dump (files to pages, vmlinux to symbols and types), which uses of
# the first what its headers declare, and of lib/util what keeps nothing.

# The one place that has the version; tests/house/exports holds the others to it.
VERSION := $(shell sed -n 's/^.define DM_VERSION "\(.*\)"$$/\1/p' \
	lib/include/directmap/api.h)
SOVERSION := $(firstword $(subst ., ,$(VERSION)))

# The names of a shared library: of the file, at run time, and for the linker.
so_file = $(1).so.$(VERSION)
so_name = $(1).so.$(SOVERSION)
so_names = $(so_file) $(so_name) $(1).so
# A linked sanitizer's functions are those of the program (clang).
NO_UNDEFINED = $(if $(findstring -fsanitize,$(CFLAGS)),,-Wl,-z,defs)
# $(1) its name, $(2) packages.
link_shared = $(CC) $(CFLAGS) $(LDFLAGS) -shared \
	-Wl,-soname,$(so_name) -Wl,--version-script=lib/$(1).map \
	$(NO_UNDEFINED) -Wl,-z,relro,-z,now -Wl,--as-needed \
	$(filter %.o,$^) $(filter %.so,$^) $(filter %.a,$^) -o $@ \
	$(call pkg,--libs,$(2))

.PHONY: lib lib-dump
lib: $(addprefix $(B)/,libdirectmap.a $(call so_names,libdirectmap))
lib-dump: $(addprefix $(B)/,libdirectmap-dump.a \
		$(call so_names,libdirectmap-dump))

$(B)/libdirectmap.a: $(call obj,$(LIB_SRC))
$(B)/util.a: $(call obj,$(filter lib/util/%,$(LIB_SRC)))
$(B)/libdirectmap-dump.a: $(call obj,$(DUMP_SRC))

$(B)/libdirectmap.so.$(VERSION): $(call obj,$(LIB_SRC)) lib/libdirectmap.map
	$(call link_shared,libdirectmap,$(LIB_PKGS))
# A shared library cannot call what another hides: it has its own copy of the parts
# of util/ that it needs. What is exported is found first, so of that there is one.
$(B)/libdirectmap-dump.so.$(VERSION): $(call obj,$(DUMP_SRC)) \
		lib/libdirectmap-dump.map $(B)/libdirectmap.so $(B)/util.a
	$(call link_shared,libdirectmap-dump,$(DUMP_PKGS))

$(B)/%.so.$(SOVERSION): $(B)/%.so.$(VERSION)
	ln -sf $(<F) $@
$(B)/libdirectmap.so $(B)/libdirectmap-dump.so: %.so: %.so.$(SOVERSION)
	ln -sf $(<F) $@
