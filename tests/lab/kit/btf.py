# SPDX-License-Identifier: GPL-2.0-or-later
"""Sizes and members of a kernel's structures, by the BTF in its Image."""
import struct

# Bytes behind a type's three words, by kind: constant, or for each member.
FIXED = {1: 4, 3: 12, 14: 4, 17: 4}
EACH = {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}
STRUCT = 4


def section(image):
    """Types and strings."""
    at = -1
    while True:
        at = image.find(struct.pack('<HB', 0xeb9f, 1), at + 1)
        if at < 0:
            return None
        size, start, types, names, length = struct.unpack_from(
            '<IIIII', image, at + 4)
        # Not any two bytes that are alike.
        if size == 24 and start == 0 and names == types > 1 << 16:
            base = at + 24
            return (image[base:base + types],
                    image[base + names:base + names + length])


def structure(image, wanted):
    """(size, {member: offset}) of the first of that name; None without BTF."""
    found = section(image)
    if not found:
        return None
    types, strings = found

    def name(offset):
        return strings[offset:strings.index(b'\0', offset)].decode()
    at = 0
    while at < len(types):
        word, info, size = struct.unpack_from('<III', types, at)
        at += 12
        kind, count = info >> 24 & 31, info & 0xffff
        if kind == STRUCT and name(word) == wanted:
            bits = 0xffffff if info >> 31 else 0xffffffff
            members = struct.iter_unpack('<III', types[at:at + 12 * count])
            return size, {name(x): (place & bits) // 8
                          for x, _, place in members}
        at += FIXED.get(kind, 0) + EACH.get(kind, 0) * count
    return None
