# SPDX-License-Identifier: GPL-2.0-or-later
#
# For building inside crash's own source tree:
#
#   cp directmap.c directmap_*.h directmap.mk CRASH/extensions/
#   cp -r ../lib CRASH/extensions/libdirectmap
#   make -C CRASH extensions
#
# crash's makefile passes TARGET (ARM64) and TARGET_CFLAGS.

LIB_DIR := $(firstword $(wildcard libdirectmap ../lib))
# All of the library but what opens files: crash does that.
LIB_SRC := $(filter-out $(LIB_DIR)/dump/% $(LIB_DIR)/debuginfo/%, \
	     $(wildcard $(LIB_DIR)/*/*.c $(LIB_DIR)/*/*/*.c))
LIB_HEADERS := $(wildcard $(LIB_DIR)/*/*.h $(LIB_DIR)/*/*/*.h)
JANSSON_CFLAGS := $(shell pkg-config --cflags jansson)
JANSSON_LIBS := $(shell pkg-config --libs jansson || echo -ljansson)

all: directmap.so

# With DM_API empty nothing is exported.
ifeq ($(TARGET), ARM64)
directmap.so: directmap.c directmap_help.h directmap_found.h \
	      directmap_namelist.h defs.h \
	      $(LIB_SRC) $(LIB_HEADERS)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -g -O2 -fPIC -shared \
		-fvisibility=hidden -DDM_API= -D$(TARGET) $(TARGET_CFLAGS) \
		-I$(LIB_DIR)/include -I$(LIB_DIR) $(JANSSON_CFLAGS) \
		directmap.c $(LIB_SRC) -o $@ $(JANSSON_LIBS) -pthread
else
directmap.so:
	@echo "directmap: only for target=ARM64, nothing to do"
endif

.PHONY: all
