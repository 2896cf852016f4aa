# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of the compiler for arm64 and its tools, as Debian has them on any machine."""

TRIPLET = 'aarch64-linux-gnu'
PREFIX = TRIPLET + '-'
GCC = PREFIX + 'gcc'
