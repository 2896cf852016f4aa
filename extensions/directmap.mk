# SPDX-License-Identifier: GPL-2.0-or-later
#
# For building inside crash's own source tree:
#
#   cp directmap.c directmap_help.h directmap_namelist.h directmap.mk CRASH/extensions/
#   cp -r ../lib CRASH/extensions/libdirectmap
#   make -C CRASH extensions
#
# crash's makefile passes TARGET (ARM64) and TARGET_CFLAGS.

LIB_DIR := $(firstword $(wildcard libdirectmap ../lib))
JANSSON_CFLAGS := $(shell pkg-config --cflags jansson)
JANSSON_LIBS := $(shell pkg-config --libs jansson || echo -ljansson)

all: directmap.so

ifeq ($(TARGET), ARM64)
directmap.so: directmap.c directmap_help.h directmap_namelist.h defs.h $(wildcard $(LIB_DIR)/*.[ch])
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -g -O2 -fPIC -shared \
		-fvisibility=hidden -D$(TARGET) $(TARGET_CFLAGS) -I$(LIB_DIR) \
		$(JANSSON_CFLAGS) directmap.c $(LIB_DIR)/*.c -o $@ $(JANSSON_LIBS)
else
directmap.so:
	@echo "directmap: only for target=ARM64, nothing to do"
endif

.PHONY: all
