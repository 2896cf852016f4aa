#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who split the linear map of a vmcore, as one would ask in a notebook: each part
between "# %%" lines is a cell, which Jupyter and editors run one by one.

    python3 who_split_it.py vmcore
"""

# %% Open it. Page tables are read when the first question asks for them.
import sys
from collections import Counter

import directmap

dump = directmap.open(sys.argv[1])
kernel = dump.kernel
print(f"{dump.info.path}: Linux {kernel.release}, pages of {kernel.page_size >> 10}K")

# %% How large are the leaves, and why did boot choose them?
MIB = 1 << 20
for leaf, size in dump.usage.mapped.items():
    print(f"{leaf:8} {size / MIB:10.1f} MiB  {100 * size / dump.usage.mapped.total:5.1f} %")
print(dump.policy.sentence)

# %% What was lost since? None: the dump does not tell.
summary = dump.split_summary
if dump.splits is None:
    print("lost leaves are unknown:", summary.why_unknown)
else:
    print(f"{len(dump.splits)} leaves lost, {summary.in_use.total} of them in use")

# %% Who has pages in them? A leaf counts at each of its owners.
owners = Counter(
    (owner.kind, owner.name or "")
    for split in dump.splits or ()
    for owner in {(o.kind, o.name): o for o in split.owners}.values())
for (kind, name), leaves in owners.most_common(5):
    print(f"{leaves:6} {kind} {name}".rstrip())

# %% What would come back if it were merged, and if one of them went away?
print(f"{dump.collapsible.pmd} blocks of level 2 could be merged now")
for gone in dump.collapsible.if_gone[:3]:
    print(f"without {gone.owner.kind} {gone.owner.name or ''}: {gone.leaves.total} more")

# %% The smallest stretch, in full.
smallest = min((run for run in dump.runs() if run.leaf), key=lambda run: run.size)
why = dump.explain(smallest.start)
print(f"{smallest.start:#x}: {smallest.leaf}, {smallest.state},",
      why.why or "nothing larger could be there")

# %% Done: what was asked for stays, the file is closed.
dump.close()
