# SPDX-License-Identifier: GPL-2.0-or-later
"""A dump, and what is asked of it."""

from __future__ import annotations

import ctypes
import json
import os
import struct
import weakref
from ctypes import byref, c_char, c_char_p, c_size_t, c_void_p
from typing import (Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, TypeVar,
                    Union)

from . import _library as c
from ._build import build
from ._calls import Worker
from .errors import (ABSENT, BROKEN, INTERRUPTED, AbsentError, BrokenError, ClosedError,
                     DirectmapError, InvalidArgumentError, StoppedError)
from .results import (BootRange, Collapsible, Counters, DumpInfo, Explanation, Finding,
                      History, Kernel, Map, Memory, Policy, Run, Special, Split,
                      SplitSummary, Usage)

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
#: Reads physical memory: address and size in bytes, which lie within one page.
Reader = Callable[[int, int], bytes]
#: Asked now and then; true ends what is being done.
Stop = Callable[[], bool]
#: Told during a walk of the page tables: tables read, tables known, share of the work.
Progress = Callable[[int, int, float], None]

T = TypeVar("T")
#: What Dump.text() and Dump.json() have.
VIEWS = ("report", "meminfo", "policy", "counters", "splits", "timeline", "map", "runs",
         "ptdump")
JSON_VIEWS = ("report", "policy", "counters", "splits", "map", "runs", "ptdump")
#: struct dm_run and struct dm_unknown as runs() keeps them: 40 bytes each.
_KEPT = struct.Struct("=QQQQi?xxx")
_UNKNOWN = -1
_PAGE = 4096


def _file_name(path: Path) -> bytes:
    name = os.fsencode(path)
    if b"\0" in name:
        raise InvalidArgumentError("a path has a NUL in it")
    return name


class _State:
    """All that belongs to C, and what must live as long. Knows no Dump."""

    def __init__(self, stop: Optional[Stop], progress: Optional[Progress]) -> None:
        self.worker = Worker()
        self.closed = False
        self.dump: Optional[int] = None
        self.source: Any = None
        self.alive: List[Any] = []
        self.session: Optional[int] = None
        self.symbols: List[Tuple[str, bytes]] = []
        self.text: List[bytes] = []
        self.runs = bytearray()
        #: What is done with a line of ptdump, and with a marker.
        self.put: List[Callable[..., Any]] = []
        self.options = c.SessionOptions(struct_size=ctypes.sizeof(c.SessionOptions))
        self._make_callbacks(stop, progress)

    # Callbacks know parts of the state alone, or it would hold itself.
    def _make_callbacks(self, stop: Optional[Stop],
                        progress: Optional[Progress]) -> None:
        text, runs, worker = self.text, self.runs, self.worker

        def write(_sink: Any, data: int, size: int) -> bool:
            text.append(ctypes.string_at(data, size))
            return True

        def run(_arg: Any, address: int) -> None:
            one = c.Run.from_address(address)
            runs.extend(_KEPT.pack(one.start, one.size, one.pa, one.attrs, one.leaf,
                                   one.valid))

        def unknown(_arg: Any, address: int) -> None:
            one = c.Unknown.from_address(address)
            runs.extend(_KEPT.pack(one.start, one.size, 0, one.why, _UNKNOWN, False))

        put = self.put

        def line(_arg: Any, address: int) -> Any:
            return put[0](address)

        def marker(_arg: Any, address: int, name: bytes) -> Any:
            return put[1](address, name)

        def tell(_arg: Any, told: Any) -> None:
            if progress is not None:
                one = told.contents
                progress(one.tables, one.known, one.share)

        self.sink = c.Sink(worker.callback(c.WRITE, write, lambda: False))
        self.run = worker.callback(c.RUN, run, _ended)
        self.unknown = worker.callback(c.RUN, unknown, _ended)
        self.line = worker.callback(c.RUN, line, _ended)
        self.marker = worker.callback(c.MARKER, marker, _ended)
        # Asked also where the caller has no such function: Ctrl-C is seen there.
        self.stop = worker.callback(
            c.STOP, lambda _arg: bool(stop()) if stop is not None else False,
            lambda: True)
        self.options.stop = self.stop
        if progress is not None:
            self.options.progress = worker.callback(c.WALK_PROGRESS, tell, lambda: None)

    def check(self, error: Optional[int]) -> None:
        """Raise what a callback raised, or else what C says."""
        told = None if not error else c.take_error(error)
        try:
            self.worker.look()
        except BaseException:
            # What was made of half of it must not be kept.
            self.drop_session()
            raise
        if isinstance(told, StoppedError):
            self.drop_session()
        if told is not None:
            raise told

    def drop_session(self) -> None:
        session, self.session = self.session, None
        c.core.dm_session_destroy(session)

    def need_session(self) -> int:
        if self.session is None:
            made = c_void_p()
            self.check(c.core.dm_session_create(self.source, byref(self.options),
                                                byref(made)))
            self.session = made.value
            for function, path in self.symbols:
                try:
                    self.check(getattr(c.dump_library(), function)(made, path))
                except BaseException:
                    self.drop_session()
                    raise
        assert self.session is not None
        return self.session

    def close(self) -> None:
        self.closed = True
        self.drop_session()
        if self.dump is not None:
            dump, self.dump = self.dump, None
            c.dump_library().dm_dump_close(dump)
        self.source = None
        self.alive.clear()


def _ended() -> int:
    return c.make_error(INTERRUPTED, "a function of the caller's raised an exception")


class Dump:
    """An open dump: `open()`, `from_memory()` and `from_drgn()` make it.

    What is asked for first is made first, and kept: the page tables are read once.
    Results are copies, which stay when the dump is closed; the dump itself raises
    `ClosedError` then. Use it in a ``with`` statement, or `close()` it.

    Several threads may use one dump: one waits for the other. While the library is
    at work other threads of Python run. What `stop`, `progress` and a reader raise
    comes out of the call that they were called in.
    """

    def __init__(self, state: _State) -> None:
        self._state = state
        self._kept: Dict[str, Any] = {}
        self._end = weakref.finalize(self, state.close)
        # When Python ends, another thread may still be at work.
        self._end.atexit = False

    # ---- Life ------------------------------------------------------------------

    def __enter__(self) -> "Dump":
        self._do(lambda state: None)
        return self

    def __exit__(self, *raised: Any) -> None:
        self.close()

    def close(self) -> None:
        """Close the files and free all memory. Twice is once."""
        self._state.worker.do(self._end)
        self._kept.clear()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._state.closed

    def __repr__(self) -> str:
        return f"<directmap.Dump {'closed' if self.closed else 'open'}>"

    def _do(self, work: Callable[[_State], T]) -> T:
        state = self._state

        def run() -> T:
            if state.closed:
                raise ClosedError("the dump was closed")
            try:
                return work(state)
            finally:
                state.text.clear()
                state.runs.clear()
                state.put.clear()

        return state.worker.do(run)

    def _text(self, function: Callable[[_State, int], Any]) -> str:
        def make(state: _State) -> str:
            state.check(function(state, state.need_session()))
            return b"".join(state.text).decode("utf-8", "backslashreplace")

        return self._do(make)

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        """Made once; of a dump that was closed, nothing."""
        if self.closed:
            raise ClosedError("the dump was closed")
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    # ---- Results ---------------------------------------------------------------

    def _report(self, leave_out: int) -> Dict[str, Any]:
        text = self._text(lambda state, session: c.core.dm_session_report_json(
            session, leave_out, byref(state.sink)))
        report: Dict[str, Any] = json.loads(text)
        return report

    def _made_last(self) -> Dict[str, Any]:
        """Kernel, usage and memory: all is said of them once the history was made."""
        def make() -> Dict[str, Any]:
            _ = self.history
            return self._report(c.NO_HISTORY | c.NO_POLICY | c.NO_COUNTERS)

        return self._keep("report", make)

    @property
    def info(self) -> DumpInfo:
        """The dump's file. Reads no page table."""
        return self._keep("info", lambda: build(DumpInfo, self._report(
            c.NO_HISTORY | c.NO_POLICY | c.NO_COUNTERS | c.NO_USAGE)["dump"]))

    @property
    def kernel(self) -> Kernel:
        """The kernel, and the geometry of its page tables."""
        return self._keep("kernel", lambda: build(Kernel, self._made_last()["kernel"]))

    @property
    def figures(self) -> Usage:
        """`usage` as the page tables and memblock alone tell it: made sooner.

        What only the users of pages show to be wrong is not among its findings,
        unless `history` or what stands on it was made before.
        """
        return self._keep("figures", lambda: build(Usage, self._report(
            c.NO_HISTORY | c.NO_POLICY | c.NO_COUNTERS)["usage"]))

    @property
    def usage(self) -> Usage:
        """What the page tables map, in bytes by leaf size, and what they do not tell."""
        return self._keep("usage", lambda: build(Usage, self._made_last()["usage"]))

    @property
    def memory(self) -> Memory:
        """Whether the page tables were held against memblock."""
        return self._keep("memory", lambda: build(Memory, self._made_last()["memory"]))

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """What is odd in the page tables, or missing: the first 64."""
        return self.usage.findings

    @property
    def policy(self) -> Policy:
        """Why boot mapped the linear map as it did."""
        return self._keep("policy", lambda: build(Policy, json.loads(
            self.json("policy"))))

    @property
    def counters(self) -> Counters:
        """The kernel's own counters, held against the page tables."""
        return self._keep("counters", lambda: build(Counters, json.loads(
            self.json("counters"))))

    @property
    def history(self) -> History:
        """What boot mapped, and what of it was split since, by whom and when."""
        return self._keep("history", lambda: build(History, json.loads(
            self.json("splits"))))

    @property
    def splits(self) -> Optional[Tuple[Split, ...]]:
        """Leaves that were lost since boot, by VA; None: not known."""
        return self.history.splits

    @property
    def boot(self) -> Optional[Tuple[BootRange, ...]]:
        """What boot itself mapped smaller than RAM allows; None: not known."""
        return self.history.boot

    @property
    def special(self) -> Tuple[Special, ...]:
        """Pages that are not as most are, by VA, each with its owner."""
        return self.history.special

    @property
    def collapsible(self) -> Collapsible:
        """What would be larger again if all that is alike were merged."""
        return self.history.collapsible

    @property
    def split_summary(self) -> SplitSummary:
        """Splits in figures, and what is known of them."""
        return self.history.split_summary

    def runs(self, start: Optional[int] = None,
             end: Optional[int] = None) -> Iterator[Run]:
        """All runs of the linear map, or of those that touch VAs from `start` to
        `end`, exclusive; between them what is unknown. By VA.

        All are there when this returns, in 40 bytes each; each is made an object
        when it is its turn. What no run covers is not mapped.
        """
        area = _range(start, end)

        def walk(state: _State) -> Iterator[Run]:
            session = state.need_session()
            state.check(c.core.dm_session_runs(session, area, state.run, state.unknown,
                                               None))
            return _each_run(bytes(state.runs), _attributes(state, session),
                             c.names(c.core.dm_leaf_name),
                             c.names(c.core.dm_finding_name))

        return self._do(walk)

    def explain(self, what: Union[int, str]) -> Explanation:
        """All that is known of an address: a number, or as text a virtual or
        physical address (``0x…``), ``pfn:N``, or a symbol with or without an offset.

        Raises `InvalidArgumentError`: none of these; `NotFoundError`: no such
        symbol; `AbsentError`, `BrokenError`: the dump lacks its symbols.
        """
        return build(Explanation, json.loads(self.explain_json(what)))

    def explain_json(self, what: Union[int, str]) -> str:
        """`explain()` as ``kdump-triage explain --json`` prints it."""
        return self._explain(what, lambda state, kernel, made: c.core.dm_explain_json(
            kernel, made, byref(state.sink)))

    def explain_text(self, what: Union[int, str]) -> str:
        """`explain()` for people."""
        return self._explain(what, lambda state, kernel, made: c.core.dm_explain_text(
            kernel, made, byref(state.sink)))

    def _explain(self, what: Union[int, str],
                 show: Callable[[_State, int, c_void_p], Any]) -> str:
        asked = hex(what) if isinstance(what, int) else what
        if not isinstance(asked, str) or "\0" in asked:
            raise InvalidArgumentError(f"{what!r} is no address and no symbol")

        def ask(state: _State, session: int) -> Any:
            made = c_void_p()
            state.check(c.core.dm_session_explain(session, os.fsencode(asked),
                                                  byref(made)))
            try:
                return show(state, c.core.dm_session_kernel(session), made)
            finally:
                c.core.dm_explanation_destroy(made)

        return self._text(ask)

    def map(self, start: Optional[int] = None, end: Optional[int] = None) -> Map:
        """The linear map, or VAs from `start` to `end` of it, in cells."""
        return build(Map, json.loads(self._map(
            start, end, lambda state, kernel, made: c.core.dm_map_json(
                made, byref(state.sink)))))

    def map_svg(self, start: Optional[int] = None, end: Optional[int] = None) -> str:
        """The same as an SVG document."""
        return self._map(start, end, lambda state, kernel, made: c.core.dm_map_svg(
            kernel, made, byref(state.sink)))

    def _map(self, start: Optional[int], end: Optional[int],
             show: Callable[[_State, int, c_void_p], Any]) -> str:
        area = _range(start, end)

        def draw(state: _State, session: int) -> Any:
            made = c_void_p()
            state.check(c.core.dm_session_map(session, area, byref(made)))
            try:
                return show(state, c.core.dm_session_kernel(session), made)
            finally:
                c.core.dm_map_destroy(made)

        return self._text(draw)

    # ---- As kdump-triage prints it -----------------------------------------------

    def text(self, view: str = "report", *, color: bool = False, width: int = 0) -> str:
        """What ``kdump-triage`` prints: "report", "meminfo" (the DirectMap lines),
        "policy", "counters", "splits", "timeline", "map", "runs" or "ptdump".

        `color`: with ANSI colours, of report and map. `width`: of the map line and
        at most of a row of the map, in cells; 0: 64.
        """
        if view not in VIEWS:
            raise InvalidArgumentError(f"{view!r} is none of {', '.join(VIEWS)}")
        style = c.Style(ctypes.sizeof(c.Style), color, width)
        if view == "map":
            return self._map(None, None, lambda state, kernel, made:
                             c.core.dm_map_text(kernel, made, byref(style),
                                                byref(state.sink)))
        if view == "report":
            return self._text(lambda state, session: c.core.dm_session_report_text(
                session, byref(style), byref(state.sink)))
        if view == "runs":
            return self._text(_put_runs)
        if view == "ptdump":
            return self._text(_put_ptdump)
        name = {"meminfo": view, "timeline": "splits_timeline"}.get(view, view + "_text")
        function = getattr(c.core, "dm_session_" + name)
        return self._text(lambda state, session: function(session, byref(state.sink)))

    def json(self, view: str = "report") -> str:
        """What ``kdump-triage --json`` prints: "report", "policy", "counters",
        "splits" or "map", one object and a newline; or "runs" or "ptdump", an object a
        line."""
        if view not in JSON_VIEWS:
            raise InvalidArgumentError(f"{view!r} is none of {', '.join(JSON_VIEWS)}")
        if view == "report":
            return self._text(lambda state, session: c.core.dm_session_report_json(
                session, 0, byref(state.sink)))
        if view == "map":
            return self._map(None, None, lambda state, kernel, made:
                             c.core.dm_map_json(made, byref(state.sink)))
        if view == "runs":
            return self._text(_put_runs_json)
        if view == "ptdump":
            return self._text(_put_ptdump_json)
        function = getattr(c.core, f"dm_session_{view}_json")
        return self._text(lambda state, session: function(session, byref(state.sink)))

    # ---- Memory ------------------------------------------------------------------

    @property
    def vmcoreinfo(self) -> bytes:
        """The text of VMCOREINFO."""
        def find(state: _State) -> bytes:
            text, size = c_void_p(), c_size_t()
            state.check(_operations(state).vmcoreinfo(state.source, byref(text),
                                                      byref(size)))
            return ctypes.string_at(text.value or 0, size.value)

        return self._do(find)

    def read(self, pa: int, size: int) -> bytes:
        """Bytes of physical memory. Raises `AbsentError`, `BrokenError`: a page of it
        is not in the dump, or cannot be read."""
        if _count("pa", pa) + _count("size", size) > 1 << 64:
            raise InvalidArgumentError(f"{pa:#x} + {size:#x} is no address")
        data = bytearray(size)

        def fill(state: _State) -> None:
            read, done = _operations(state).read, 0
            while done < size:
                # A source reads within one page, of which no kernel has smaller ones.
                part = min(size - done, _PAGE - (pa + done) % _PAGE)
                state.check(read(state.source, pa + done,
                                 (c_char * part).from_buffer(data, done), part,
                                 c.CONTENT_DATA))
                done += part

        self._do(fill)
        return bytes(data)


def _operations(state: _State) -> c.SourceOps:
    operations: c.SourceOps = c.Source.from_address(state.source).ops.contents
    return operations


# ---- Runs ---------------------------------------------------------------------------


def _range(start: Optional[int], end: Optional[int]) -> Optional[c.Range]:
    if start is None and end is None:
        return None
    start, end = start or 0, (1 << 64) - 1 if end is None else end
    if not 0 <= start < end < 1 << 64:
        raise InvalidArgumentError(f"{start:#x} to {end:#x} is no range of addresses")
    return c.Range(start, end)


def _put_runs(state: _State, session: int) -> None:
    state.check(c.core.dm_run_text_header(byref(state.sink)))
    _put_each(state, session, c.core.dm_run_text, c.core.dm_unknown_text)


def _put_runs_json(state: _State, session: int) -> None:
    _put_each(state, session, c.core.dm_run_json, c.core.dm_unknown_json)


def _put_each(state: _State, session: int, put_run: Callable[..., Any],
              put_unknown: Callable[..., Any]) -> None:
    kernel = c.core.dm_session_kernel(session)
    sink = byref(state.sink)
    state.check(c.core.dm_session_runs(session, None, state.run, state.unknown, None))
    for start, size, pa, bits, leaf, valid in _KEPT.iter_unpack(state.runs):
        if leaf == _UNKNOWN:
            state.check(put_unknown(byref(c.Unknown(start, size, bits)), sink))
        else:
            run = c.Run(start, size, pa, bits, leaf, valid)
            state.check(put_run(kernel, byref(run), sink))


def _put_ptdump(state: _State, session: int) -> Any:
    kernel, sink = c.core.dm_session_kernel(session), byref(state.sink)
    state.put[:] = [lambda line: c.core.dm_space_text(kernel, line, sink),
                    lambda _va, name: c.core.dm_marker_text(name, sink)]
    return c.core.dm_session_ptdump(session, None, state.line, state.marker, None, None)


def _put_ptdump_json(state: _State, session: int) -> Any:
    kernel, sink = c.core.dm_session_kernel(session), byref(state.sink)
    state.put[:] = [lambda line: c.core.dm_space_json(kernel, line, sink),
                    lambda va, name: c.core.dm_marker_json(va, name, sink)]
    return c.core.dm_session_ptdump(session, None, state.line, state.marker, None, None)


def _attributes(state: _State, session: int) -> Dict[int, Tuple[str, ...]]:
    """The words of each set of descriptor bits that the runs have."""
    kernel = c.core.dm_session_kernel(session)
    words: Dict[int, Tuple[str, ...]] = {}
    for start, size, pa, bits, leaf, valid in _KEPT.iter_unpack(state.runs):
        if leaf == _UNKNOWN or bits in words:
            continue
        state.text.clear()
        state.check(c.core.dm_run_json(kernel, byref(c.Run(start, size, pa, bits, leaf,
                                                           valid)), byref(state.sink)))
        words[bits] = tuple(json.loads(b"".join(state.text))["attrs"])
    return words


def _each_run(runs: bytes, words: Dict[int, Tuple[str, ...]], leaves: Sequence[str],
              findings: Sequence[str]) -> Iterator[Run]:
    for start, size, pa, bits, leaf, valid in _KEPT.iter_unpack(runs):
        if leaf == _UNKNOWN:
            yield Run(start, start + size, size, None, "unknown", why=findings[bits])
        else:
            yield Run(start, start + size, size, leaves[leaf],
                      "valid" if valid else "invalid", words[bits], bits, pa)


# ---- Opening ------------------------------------------------------------------------


def _count(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidArgumentError(f"{name} is {value!r}, not a count")
    return value


def _open_options(state: _State, vmcoreinfo: Optional[Path], split: bool, reader: str,
                  threads: int) -> c.DumpOptions:
    if reader not in c.READERS:
        raise InvalidArgumentError(f"{reader!r} is none of {', '.join(c.READERS)}")
    options = c.DumpOptions(struct_size=ctypes.sizeof(c.DumpOptions), split=split,
                            reader=c.READERS[reader], threads=threads)
    options.late = options.stop = state.stop
    if vmcoreinfo is not None:
        options.vmcoreinfo = _file_name(vmcoreinfo)
    # It is borrowed as long as the dump is open.
    state.alive.append(options)
    return options


def open(paths: Union[Path, Sequence[Path]], *,  # pylint: disable=redefined-builtin
         vmcoreinfo: Optional[Path] = None, vmlinux: Optional[Path] = None,
         system_map: Optional[Path] = None, split: bool = False, reader: str = "auto",
         threads: int = 1, max_tables: int = 0, stop: Optional[Stop] = None,
         progress: Optional[Progress] = None) -> Dump:
    """Open a vmcore of an arm64 kernel.

    paths: a file; or several, in any order, that are the parts of one dump; or raw
    memory as ``FILE@PA`` (docs/raw-memory.md). They stay open.
    vmcoreinfo: from elsewhere than the dump: ``@`` and a physical address, or a file.
    vmlinux, system_map: of the dumped kernel, for what the dump does not tell.
    split: several files must be the parts of one dump.
    reader: "auto", "own" or "libkdumpfile".
    threads: that read page tables; what comes out is the same.
    max_tables: page tables that are read at most; 0: all.
    stop: asked now and then, also while the dump is opened: true ends it. A walk
    that it ended gives what was seen, and `usage.stopped`.
    progress: told during a walk.

    Raises a `DirectmapError`: `SystemCallError`, `UnsupportedError`, `BadDumpError`,
    `InvalidArgumentError` or `StoppedError`.
    """
    one = isinstance(paths, (str, bytes, os.PathLike))
    names = [_file_name(path) for path in ([paths] if one else paths)]  # type: ignore
    state = _State(stop, progress)
    state.options.threads = _count("threads", threads)
    state.options.max_tables = _count("max_tables", max_tables)
    for function, path in (("dm_debuginfo_add_vmlinux", vmlinux),
                           ("dm_debuginfo_add_system_map", system_map)):
        if path is not None:
            state.symbols.append((function, _file_name(path)))
    options = _open_options(state, vmcoreinfo, split, reader, threads)
    library, made = c.dump_library(), c_void_p()

    def begin() -> None:
        state.check(library.dm_dump_open((c_char_p * len(names))(*names), len(names),
                                         byref(options), byref(made)))
        state.dump = made.value
        state.source = library.dm_dump_source(made)
        state.options.about = library.dm_dump_about(made)
        state.need_session()

    return _begin(state, begin)


def _begin(state: _State, begin: Callable[[], Any]) -> Dump:
    dump = Dump(state)
    try:
        state.worker.do(begin)
    except BaseException:
        dump.close()
        raise
    return dump


def from_memory(read: Reader, vmcoreinfo: Union[bytes, str], *,
                path: Optional[Path] = None, format: Optional[str] = None,
                reader: str = "python", max_tables: int = 0,
                stop: Optional[Stop] = None,
                progress: Optional[Progress] = None) -> Dump:
    """A dump whose memory is read by a Python function.

    read: called with a physical address and a size in bytes; what it asks for lies
    within one page. It gives just so many bytes, or raises `AbsentError` or
    `BrokenError`: then that page is unknown. Whatever else it raises ends what was
    asked for, and comes out of it. It is called by the thread that asks.
    vmcoreinfo: the text of VMCOREINFO.
    path, format, reader: what a report says of the dump's file.
    max_tables, stop, progress: as of `open()`.
    """
    if not callable(read):
        raise InvalidArgumentError(f"read is {read!r}, which cannot be called")
    state = _State(stop, progress)
    state.options.max_tables = _count("max_tables", max_tables)
    _bring_source(state, read, vmcoreinfo)
    about = c.About(struct_size=ctypes.sizeof(c.About), complete=True,
                    path=None if path is None else _file_name(path),
                    format=None if format is None else format.encode(),
                    reader=reader.encode())
    state.alive.append(about)
    state.options.about = ctypes.addressof(about)
    return _begin(state, state.need_session)


def _page_error(pa: int, error: Union[AbsentError, BrokenError]) -> int:
    absent = isinstance(error, AbsentError)
    message = f"physical address {pa:#x} " + (
        "is not in the dump" if absent else "cannot be read")
    if error.message:
        message += f": {error.message}"
    return c.make_error(ABSENT if absent else BROKEN, message)


def _bring_source(state: _State, read: Reader, vmcoreinfo: Union[bytes, str]) -> None:
    note = vmcoreinfo.encode() if isinstance(vmcoreinfo, str) else bytes(vmcoreinfo)
    text = ctypes.create_string_buffer(note)

    def read_page(_source: Any, pa: int, buffer: int, size: int,
                  _content: int) -> Optional[int]:
        try:
            data = read(pa, size)
        except DirectmapError as error:
            if not isinstance(error, (AbsentError, BrokenError)):
                raise
            return _page_error(pa, error)
        if len(data) != size:
            raise InvalidArgumentError(
                f"read({pa:#x}, {size}) gave {len(data)} bytes")
        ctypes.memmove(buffer, bytes(data), size)
        return None

    def give_note(_source: Any, where: Any, size: Any) -> None:
        where[0] = ctypes.addressof(text)
        size[0] = len(note)

    ops = c.SourceOps(
        read=state.worker.callback(c.READ, read_page, _ended),
        vmcoreinfo=state.worker.callback(c.VMCOREINFO, give_note, _ended))
    source = c.Source(ctypes.pointer(ops))
    state.alive += [ops, source, text]
    state.source = ctypes.addressof(source)
