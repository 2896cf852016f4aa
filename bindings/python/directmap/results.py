# SPDX-License-Identifier: GPL-2.0-or-later
"""What a dump tells, as objects.

Each class is an object of the JSON output, schema "directmap/1" (docs/json.md says
what each key means), its fields have the same names; ``from`` is ``from_``. Integers
are bytes, counts, or addresses: ``start``, ``end``, ``va`` are virtual, ``pa``,
``pgd`` and ``table`` physical ones. Times are nanoseconds. None is "not known"; an
empty tuple is "none". Objects are copies: they need no dump, do not change, and may
be used by any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterator, Optional, Tuple

LEAVES = ("pte", "cont_pte", "pmd", "cont_pmd", "pud")
"""Leaf sizes, rising."""


@dataclass(frozen=True)
class ByLeaf:
    """A figure for each leaf size: bytes, or leaves."""

    pte: int = 0
    cont_pte: int = 0
    pmd: int = 0
    cont_pmd: int = 0
    pud: int = 0

    @property
    def total(self) -> int:
        """The sum of all sizes."""
        return self.pte + self.cont_pte + self.pmd + self.cont_pmd + self.pud

    def items(self) -> Iterator[Tuple[str, int]]:
        """Name and figure, the smallest leaf first."""
        return ((leaf, getattr(self, leaf)) for leaf in LEAVES)


@dataclass(frozen=True)
class Missing:
    """What could not be looked up, and why; `code` as of an exception."""

    what: Optional[str]
    why: str
    code: str


# ---- The dump and its kernel --------------------------------------------------------


@dataclass(frozen=True)
class Image:
    """A range of raw memory in a file."""

    path: str
    offset: int
    size: Optional[int]
    pa: int
    path_base64: Optional[str] = None


@dataclass(frozen=True)
class DumpInfo:
    """The dump's file. `complete` is false where it is cut off or lacks a part."""

    path: Optional[str]
    format: Optional[str]
    complete: bool
    path_base64: Optional[str] = None
    reader: Optional[str] = None
    incomplete: Optional[str] = None
    images_from: Optional[str] = None
    images: Tuple[Image, ...] = ()
    images_passed_over: int = 0
    vmcoreinfo_from: Optional[str] = None
    vmcoreinfo_pa: Optional[int] = None
    vmcoreinfo_file: Optional[str] = None
    vmcoreinfo_given: Optional[bool] = None
    vmcoreinfo_chosen: Optional[str] = None
    header_contradicts: Optional[str] = None


@dataclass(frozen=True)
class Extent:
    """Virtual addresses, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Kernel:
    """The kernel and its translation geometry; `from_` says where each is from."""

    release: str
    page_size: int
    va_bits: int
    va_bits_configured: int
    lpa2: bool
    levels: int
    linear_map: Extent
    phys_offset: int
    pgd: int
    kaslr_offset: Optional[int]
    from_: Dict[str, str]
    ns_shared: Optional[int] = None
    ns_shared_inferred: Optional[bool] = None


# ---- Usage --------------------------------------------------------------------------


@dataclass(frozen=True)
class Invalid:
    """Bytes of invalid leaves, by PTE_PRESENT_INVALID."""

    bit11_set: int
    bit11_clear: int


@dataclass(frozen=True)
class Tables:
    """Pages read as page tables; `by_level`: arm's levels, -1 to 3."""

    count: int
    bytes: int
    unreadable: int
    by_level: Dict[int, int]


@dataclass(frozen=True)
class UnknownRange:
    """Where it is not known how the map is; `why`: the kind of finding."""

    start: int
    size: int
    why: str


@dataclass(frozen=True)
class Finding:
    """Something odd in the page tables, or missing."""

    kind: str
    level: int
    start: int
    size: int
    pa: int
    entry: Optional[int]


@dataclass(frozen=True)
class Stopped:
    """The walk was ended early; nothing is said from `at` on."""

    why: str
    at: int


@dataclass(frozen=True)
class Usage:
    """What the page tables map. Where `unknown` is not 0, a lower bound."""

    mapped: ByLeaf
    valid: ByLeaf
    read_only: int
    invalid: Invalid
    tables: Tables
    unknown: int
    findings: Tuple[Finding, ...]
    finding_count: int
    unknown_ranges: Tuple[UnknownRange, ...] = ()
    unknown_range_count: int = 0
    stopped: Optional[Stopped] = None


@dataclass(frozen=True)
class Memory:
    """Whether the page tables were held against memblock."""

    checked: bool
    why_not: Optional[str]


@dataclass(frozen=True)
class Run:
    """Neighbouring leaves alike; or, `leaf` being None, a stretch that is unknown."""

    start: int
    end: int
    size: int
    leaf: Optional[str]
    state: str
    attrs: Tuple[str, ...] = ()
    bits: Optional[int] = None
    pa: Optional[int] = None
    why: Optional[str] = None


# ---- Policy and counters ------------------------------------------------------------


@dataclass(frozen=True)
class Policy:
    """Why boot mapped the linear map as it did."""

    boot: str
    by_rule: str
    why: Tuple[str, ...]
    also: Tuple[str, ...]
    sentence: str
    inferred: bool
    rodata: Optional[str]
    rodata_word: Optional[str]
    rodata_from: Optional[str]
    cpu: Dict[str, Optional[bool]]
    debug_pagealloc: Optional[bool]
    kfence: Optional[str]
    realm: Optional[bool]
    repainted: Optional[bool]
    splits_at_runtime: Optional[bool]
    merges_at_runtime: Optional[bool]
    hotplug: str
    hibernation: Optional[bool]
    cmdline: Optional[str]
    cmdline_from: Optional[str]
    cmdline_cut: bool
    contradiction: Optional[str]
    missing: Optional[str]
    missing_list: Tuple[Missing, ...]


@dataclass(frozen=True)
class Cause:
    """Why a counter differs from the page tables, and by how much."""

    cause: str
    bytes: ByLeaf


@dataclass(frozen=True)
class Counter:
    """A counter of the kernel's own, held against the page tables."""

    symbol: str
    unit: str
    filtered: Optional[bool]
    bytes: ByLeaf
    over: Optional[ByLeaf]
    causes: Optional[Tuple[Cause, ...]]
    unexplained: Optional[ByLeaf]


@dataclass(frozen=True)
class Counters:
    """All counters; None with `missing`: not known whether there are any."""

    counters: Optional[Tuple[Counter, ...]]
    missing: Optional[str]
    missing_list: Tuple[Missing, ...]


# ---- History ------------------------------------------------------------------------


@dataclass(frozen=True)
class Owner:
    """Who uses pages."""

    kind: str
    name: Optional[str]
    part: Optional[str] = None
    id: Optional[int] = None
    inode: Optional[int] = None
    tag: Optional[str] = None
    pack: Optional[int] = None
    time_ns: Optional[int] = None
    va: Optional[int] = None
    doubt: Optional[str] = None


@dataclass(frozen=True)
class OwnerPages(Owner):
    """One of those who have special pages in a leaf, and how many."""

    pages: int = 0


@dataclass(frozen=True)
class SplitTime:
    """When a leaf was split: nanoseconds of the log's clock since boot.

    `bpf_load_ns` is of `bpf_load_clock`, not to be compared with the others.
    """

    after_ns: Optional[int]
    before_ns: Optional[int]
    from_: Optional[str]
    bpf_load_ns: Optional[int]
    bpf_load_clock: Optional[str]
    bpf_after_ns: Optional[int]
    bpf_before_ns: Optional[int]


@dataclass(frozen=True)
class Split:
    """A leaf that was lost; `in_use` None: not known."""

    leaf: str
    start: int
    size: int
    when: str
    evidence: Tuple[str, ...]
    in_use: Optional[bool]
    owners: Tuple[OwnerPages, ...]
    owner_count: int
    time: Optional[SplitTime]
    stack: Optional[str]
    boot: str
    today: ByLeaf
    special: int
    table: Optional[int]
    absent: int = 0


@dataclass(frozen=True)
class BootRange:
    """What boot itself mapped smaller than RAM allows, and why."""

    start: int
    size: int
    leaf: str
    could_be: str
    why: str


@dataclass(frozen=True)
class Special:
    """Pages that are not as most are; `owners` only if there are several."""

    start: int
    size: int
    state: str
    owner: Optional[Owner]
    attrs: Tuple[str, ...]
    owners: Tuple[Owner, ...] = ()


@dataclass(frozen=True)
class IfGone:
    """Leaves that could be large again if an owner went away."""

    owner: Owner
    leaves: ByLeaf


@dataclass(frozen=True)
class Collapsible:
    """Leaves that would come, if all that is alike were merged."""

    cont_pte: int
    pmd: int
    cont_pmd: int
    pud: int
    bytes: int
    tables: int
    covers: int
    if_gone: Tuple[IfGone, ...]
    at_least: bool = False
    by_kernel: Optional[str] = None


@dataclass(frozen=True)
class SummaryFrom:
    """What boot's map is known from."""

    memory: Optional[str]
    kernel_alias: Optional[str]
    leaf_size: Optional[str]


@dataclass(frozen=True)
class TextAlias:
    """The part of the linear map that has the kernel's text and rodata."""

    start: int
    end: int
    inferred: bool


@dataclass(frozen=True)
class Unjudged:
    """Where it is not known what was mapped, and so what was lost."""

    start: int
    size: int
    why: str
    maybe_lost: bool


@dataclass(frozen=True)
class SplitSummary:
    """Splits in figures; `lost` and `in_use` are leaves, `boot` bytes."""

    known: bool
    why_unknown: Optional[str]
    splits_at_runtime: Optional[bool]
    lost: ByLeaf
    in_use: ByLeaf
    tables: int
    boot: ByLeaf
    from_: SummaryFrom
    absent: int
    unexpected: int
    unknown_pages: int
    suspended_ns: Optional[int]
    text_alias: Optional[TextAlias]
    missing: Optional[str]
    missing_list: Tuple[Missing, ...]
    at_least: bool = False
    unknown: int = 0
    state_unknown: Optional[ByLeaf] = None
    merged: Optional[ByLeaf] = None
    unjudged: Tuple[Unjudged, ...] = ()


@dataclass(frozen=True)
class History:
    """What boot mapped and what was lost since; None: not known."""

    splits: Optional[Tuple[Split, ...]]
    boot: Optional[Tuple[BootRange, ...]]
    special: Tuple[Special, ...]
    collapsible: Collapsible
    split_summary: SplitSummary


# ---- Explain ------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """An entry of a page table, on the way to a leaf."""

    level: int
    name: str
    table: int
    index: int
    entry: int
    kind: str


@dataclass(frozen=True)
class Mapping:
    """How an address is mapped; `leaf` None: not, or, with `unknown`, not known."""

    va: Optional[int]
    chain: Tuple[Step, ...]
    leaf: Optional[str]
    unreadable: Optional[str] = None
    unknown: Optional[str] = None
    state: Optional[str] = None
    start: Optional[int] = None
    size: Optional[int] = None
    pa: Optional[int] = None
    attrs: Tuple[str, ...] = ()
    bits: Optional[int] = None


@dataclass(frozen=True)
class Larger:
    """A larger leaf that could be there, and what is there instead."""

    leaf: str
    start: int
    size: int
    mapped: ByLeaf
    read_only: int
    invalid: int
    unmapped: int
    alike: bool
    readable: bool
    first_odd: Optional[int]
    unknown: int = 0


@dataclass(frozen=True)
class Page:
    """The struct page of an address."""

    va: int
    flags: int
    flag_names: Optional[str]
    type: Optional[str]
    refcount: int


@dataclass(frozen=True)
class Area:
    """The area of vmalloc space around an address."""

    start: int
    size: int
    kind: str
    caller: Optional[str]


@dataclass(frozen=True)
class Explanation:
    """All that is known of one address."""

    asked: str
    region: str
    pa: Optional[int]
    pfn: Optional[int]
    mapping: Mapping
    linear: Optional[Mapping]
    larger: Tuple[Larger, ...]
    why: Optional[str]
    page: Optional[Page]
    symbol: Optional[str]
    area: Optional[Area]
    owners: Tuple[Owner, ...]
    special: Optional[str]
    missing: Optional[str]
    missing_list: Tuple[Missing, ...]


# ---- Map ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A cell of the map: bytes, but `lost` and `in_use`, which are leaves."""

    start: int
    size: int
    mapped: ByLeaf
    read_only: int
    invalid: int
    lost: int
    in_use: int
    unknown: int = 0


@dataclass(frozen=True)
class Map:
    """The linear map in cells of `cell` bytes; holes take none."""

    cell: int
    splits_known: bool
    cells: Tuple[Cell, ...]
    splits_at_least: bool = False
    left_out: int = 0
