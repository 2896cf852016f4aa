# SPDX-License-Identifier: GPL-2.0-or-later
"""directmap: the geometry of the arm64 linear map, read off a vmcore.

    import directmap

    with directmap.open("vmcore") as dump:
        print(dump.kernel.release, dump.usage.mapped.pmd)
        for split in dump.splits or ():
            print(hex(split.start), split.leaf, split.in_use, split.owners)

What each object has is said in docs/json.md: fields are named as the JSON output's
keys. Errors are `DirectmapError`, one class a kind. Needs libdirectmap.
"""

from .drgn_program import from_drgn
from .dump import Dump, from_memory, open  # pylint: disable=redefined-builtin
from .errors import (AbsentError, BadDumpError, BrokenError, BusyError, ClosedError,
                     DirectmapError, InvalidArgumentError, NoMemoryError, NotFoundError,
                     OutputError, StoppedError, SystemCallError, UnsupportedError)
from .results import (LEAVES, Area, BootRange, ByLeaf, Cause, Cell, Collapsible, Counter,
                      Counters, DumpInfo, Explanation, Extent, Finding, History, IfGone,
                      Image, Invalid, Kernel, Larger, Map, Mapping, Memory, Missing,
                      Owner, OwnerPages, Page, Policy, Run, Special, Split, SplitSummary,
                      SplitTime, Step, Stopped, SummaryFrom, Tables, TextAlias, Unjudged,
                      UnknownRange, Usage)

__version__ = "0.1.0"

__all__ = [
    "AbsentError", "Area", "BadDumpError", "BootRange", "BrokenError", "BusyError",
    "ByLeaf", "Cause", "Cell", "ClosedError", "Collapsible", "Counter", "Counters",
    "DirectmapError", "Dump", "DumpInfo", "Explanation", "Extent", "Finding", "History",
    "IfGone", "Image", "Invalid", "InvalidArgumentError", "Kernel", "LEAVES", "Larger",
    "Map", "Mapping", "Memory", "Missing", "NoMemoryError", "NotFoundError",
    "OutputError", "Owner", "OwnerPages", "Page", "Policy", "Run", "Special", "Split",
    "SplitSummary", "SplitTime", "Step", "Stopped", "StoppedError", "SummaryFrom", "SystemCallError",
    "Tables", "TextAlias", "Unjudged", "UnknownRange", "UnsupportedError", "Usage",
    "from_drgn", "from_memory", "open",
]
