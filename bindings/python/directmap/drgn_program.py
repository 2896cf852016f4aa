# SPDX-License-Identifier: GPL-2.0-or-later
"""A drgn.Program as the source of memory. drgn is imported when it is used."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Optional, Union

from .dump import Dump, Progress, Reader, Stop, from_memory
from .errors import AbsentError, BadDumpError, BrokenError

if TYPE_CHECKING:
    import drgn

#: Bytes of pages that are kept.
_CACHE = 16 << 20
_SYS_VMCOREINFO = "/sys/kernel/vmcoreinfo"


def from_drgn(prog: "drgn.Program", *, vmcoreinfo: Union[bytes, str, None] = None,
              max_tables: int = 0, stop: Optional[Stop] = None,
              progress: Optional[Progress] = None) -> Dump:
    """The linear map of the kernel that a drgn.Program debugs, core dump or live.

    Memory is read by ``prog.read(…, physical=True)``, by the thread that asks: use
    program and dump in one thread at a time. Pages that were read are kept, 16 MiB at
    most, so a live kernel is seen as it was when they were read.

    vmcoreinfo: the text, where the program does not tell it. drgn has it as
    ``prog["VMCOREINFO"]``; older ones (0.0.22, of Debian 12) do not: then it is read by
    the variables ``vmcoreinfo_data`` and ``vmcoreinfo_size``, which need the
    kernel's debug info, or, of a live kernel, by its address in sysfs.
    ``directmap.open(path).vmcoreinfo`` gives a dump's.
    max_tables, stop, progress: as of `open()`.

    Raises `BadDumpError` where there is no VMCOREINFO, and as `open()`.
    """
    text = _vmcoreinfo(prog) if vmcoreinfo is None else vmcoreinfo
    path = getattr(prog, "core_dump_path", None)
    return from_memory(_pages(prog, text), text, path=path,
                       format="live" if _is_live(prog) else None, reader="drgn",
                       max_tables=max_tables, stop=stop, progress=progress)


# ---- VMCOREINFO -----------------------------------------------------------------------


def _is_live(prog: Any) -> bool:
    import drgn  # pylint: disable=import-outside-toplevel,redefined-outer-name

    return bool(prog.flags & drgn.ProgramFlags.IS_LIVE)


def _vmcoreinfo(prog: Any) -> bytes:
    for find in (_of_program, _of_variables, _of_sysfs):
        text = find(prog)
        if text:
            return text
    raise BadDumpError(
        "drgn does not tell VMCOREINFO: load the kernel's debug info, or give "
        "vmcoreinfo= (directmap.open(path).vmcoreinfo)")


def _of_program(prog: Any) -> Optional[bytes]:
    try:
        text: bytes = prog["VMCOREINFO"].string_()
    except LookupError:
        return None
    return text


def _of_variables(prog: Any) -> Optional[bytes]:
    """kernel/vmcore_info.c, kernel/crash_core.c: all that is in the note."""
    import drgn  # pylint: disable=import-outside-toplevel,redefined-outer-name

    try:
        start = prog["vmcoreinfo_data"].value_()
        size = prog["vmcoreinfo_size"].value_()
        text: bytes = prog.read(start, min(size, 1 << 16))
    except (LookupError, drgn.FaultError):
        return None
    return text.split(b"\0")[0]


def _of_sysfs(prog: Any) -> Optional[bytes]:
    """An ELF note, whose text begins with OSRELEASE."""
    if not _is_live(prog):
        return None
    try:
        with open(_SYS_VMCOREINFO, encoding="ascii") as file:
            where, size = (int(word, 16) for word in file.read().split())
        note: bytes = prog.read(where, size, True)
    except (OSError, ValueError, LookupError):
        return None
    begin = note.find(b"OSRELEASE=")
    return None if begin < 0 else note[begin:].split(b"\0")[0]


# ---- Memory -----------------------------------------------------------------------------


def _page_size(vmcoreinfo: Union[bytes, str]) -> int:
    text = vmcoreinfo.encode() if isinstance(vmcoreinfo, str) else bytes(vmcoreinfo)
    found = re.search(rb"^PAGESIZE=(\d{1,6})$", text, re.MULTILINE)
    return int(found.group(1)) if found else 4096


def _pages(prog: Any, vmcoreinfo: Union[bytes, str]) -> Reader:
    import drgn  # pylint: disable=import-outside-toplevel,redefined-outer-name

    page_size = _page_size(vmcoreinfo)
    kept: "OrderedDict[int, bytes]" = OrderedDict()

    def read(pa: int, size: int) -> bytes:
        try:
            data: bytes = prog.read(pa, size, True)
        except drgn.FaultError as error:
            raise AbsentError(str(error)) from error
        except Exception as error:
            # What libkdumpfile says of a page that it cannot unpack has no class.
            if type(error) is Exception:  # pylint: disable=unidiomatic-typecheck
                raise BrokenError(str(error)) from error
            raise
        return data

    def read_page(pa: int, size: int) -> bytes:
        start = pa - pa % page_size
        page = kept.get(start)
        if page is None:
            try:
                page = read(start, page_size)
            except AbsentError:
                # Of a page that a segment has in part, that part.
                return read(pa, size)
            if len(kept) * page_size >= _CACHE:
                kept.popitem(last=False)
            kept[start] = page
        return page[pa - start:pa - start + size]

    return read_page
