# SPDX-License-Identifier: GPL-2.0-or-later
"""What one would do today with drgn: walk the tables by physical reads.

usage: tables_drgn.py DUMP ROOT_PA MAX_TABLES

Prints tables read, seconds that took (the open is not in them), and leaves.
"""
import struct
import sys
import time

import drgn

ENTRIES = struct.Struct("<512Q")
ADDRESS = 0x0000FFFFFFFFF000


class Walk:
    def __init__(self, prog, limit):
        self.prog = prog
        self.limit = limit
        self.tables = 0
        self.leaves = {}

    def table(self, pa, level):
        if self.tables >= self.limit:
            return
        self.tables += 1
        leaves = self.leaves
        for entry in ENTRIES.unpack(self.prog.read(pa, 4096, True)):
            if not entry:
                continue
            if level < 3 and entry & 3 == 3:
                self.table(entry & ADDRESS, level + 1)
            else:
                kind = (level, entry >> 52 & 1, entry & 1, entry >> 7 & 1)
                leaves[kind] = leaves.get(kind, 0) + 1


def open_dump(path):
    prog = drgn.Program()
    prog.set_core_dump(path)
    return prog


def main():
    prog = open_dump(sys.argv[1])
    walk = Walk(prog, int(sys.argv[3]))
    start = time.monotonic()
    walk.table(int(sys.argv[2], 0), 0)
    took = time.monotonic() - start
    print(walk.tables, f"{took:.6f}", sum(walk.leaves.values()))


main()
