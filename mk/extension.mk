# SPDX-License-Identifier: GPL-2.0-or-later
#
# directmap.so, the extension for crash.

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

.PHONY: extensions
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
