# SPDX-License-Identifier: GPL-2.0-or-later
"""The shared libraries: structs and functions as their headers have them.

`STRUCTS` and `CONSTANTS` are what tests/python compares with the headers. Nothing
else of the package knows a C type.
"""

from __future__ import annotations

import ctypes
import functools
from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char_p, c_double, c_int,
                    c_size_t, c_uint, c_uint64, c_void_p)
from typing import Any, Dict, List, Optional, Sequence, Tuple, Type

from .errors import CLASSES, DirectmapError

# ---- Types --------------------------------------------------------------------------

# The error of a callback, a struct dm_error *, is an address: 0 is none.
READ = CFUNCTYPE(c_void_p, c_void_p, c_uint64, c_void_p, c_size_t, c_int)
VMCOREINFO = CFUNCTYPE(c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_size_t))
WRITE = CFUNCTYPE(c_bool, c_void_p, c_void_p, c_size_t)
STOP = CFUNCTYPE(c_bool, c_void_p)
OPEN_PROGRESS = CFUNCTYPE(None, c_void_p, c_uint64, c_uint64)


class Error(Structure):
    _fields_ = [("code", c_int), ("message", c_char_p)]


class SourceOps(Structure):
    _fields_ = [("read", READ), ("vmcoreinfo", VMCOREINFO), ("get_page", c_void_p),
                ("put_page", c_void_p), ("prefetch", c_void_p), ("clone", c_void_p),
                ("destroy", c_void_p), ("reserved", c_void_p * 4)]


class Source(Structure):
    _fields_ = [("ops", POINTER(SourceOps))]


class Sink(Structure):
    _fields_ = [("write", WRITE)]


class About(Structure):
    _fields_ = [("struct_size", c_size_t), ("path", c_char_p), ("format", c_char_p),
                ("complete", c_bool), ("why_incomplete", c_char_p),
                ("vmcoreinfo_from", c_char_p), ("vmcoreinfo_given", c_bool),
                ("vmcoreinfo_pa", c_uint64), ("vmcoreinfo_file", c_char_p),
                ("header_contradicts", c_char_p), ("vmcoreinfo_chosen", c_char_p),
                ("reader", c_char_p), ("images_from", c_char_p),
                ("images", c_void_p), ("image_count", c_size_t),
                ("images_passed_over", c_size_t)]


class DumpOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("split", c_bool), ("vmcoreinfo", c_char_p),
                ("late", STOP), ("stop", STOP), ("progress", OPEN_PROGRESS),
                ("arg", c_void_p), ("reader", c_int), ("threads", c_uint)]


class WalkProgress(Structure):
    _fields_ = [("tables", c_uint64), ("known", c_uint64), ("share", c_double)]


WALK_PROGRESS = CFUNCTYPE(None, c_void_p, POINTER(WalkProgress))


class SessionOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("threads", c_uint),
                ("max_tables", c_uint64), ("stop", STOP), ("progress", WALK_PROGRESS),
                ("arg", c_void_p), ("about", c_void_p)]


class Range(Structure):
    _fields_ = [("start", c_uint64), ("end", c_uint64)]


class Run(Structure):
    _fields_ = [("start", c_uint64), ("size", c_uint64), ("pa", c_uint64),
                ("attrs", c_uint64), ("leaf", c_int), ("valid", c_bool)]


class Unknown(Structure):
    _fields_ = [("start", c_uint64), ("size", c_uint64), ("why", c_int)]


class Style(Structure):
    _fields_ = [("struct_size", c_size_t), ("color", c_bool), ("width", c_uint)]


# Of a run, of what is unknown, of a line of ptdump: its address.
RUN = CFUNCTYPE(c_void_p, c_void_p, c_void_p)
MARKER = CFUNCTYPE(c_void_p, c_void_p, c_uint64, c_char_p)

#: By the name that the headers have.
STRUCTS: Dict[str, Type[Structure]] = {
    "dm_error": Error, "dm_source_ops": SourceOps, "dm_source": Source,
    "dm_sink": Sink, "dm_dump_about": About, "dm_dump_options": DumpOptions,
    "dm_walk_progress": WalkProgress, "dm_session_options": SessionOptions,
    "dm_range": Range, "dm_run": Run, "dm_unknown": Unknown, "dm_style": Style,
}

NO_HISTORY, NO_POLICY, NO_COUNTERS, NO_USAGE = 1, 2, 4, 8
CONTENT_DATA = 4
READERS = {"auto": 0, "own": 1, "libkdumpfile": 2}

#: Enumerators that the package knows by number.
CONSTANTS: Dict[str, int] = {
    "DM_REPORT_NO_HISTORY": NO_HISTORY, "DM_REPORT_NO_POLICY": NO_POLICY,
    "DM_REPORT_NO_COUNTERS": NO_COUNTERS, "DM_REPORT_NO_USAGE": NO_USAGE,
    "DM_DUMP_READER_AUTO": READERS["auto"], "DM_DUMP_READER_OWN": READERS["own"],
    "DM_DUMP_READER_LIBKDUMPFILE": READERS["libkdumpfile"],
    **{"DM_ERROR_" + kind.code.upper(): code for code, kind in CLASSES.items()},
    "DM_CONTENT_DATA": CONTENT_DATA,
}

# ---- Functions ----------------------------------------------------------------------

_OUT = POINTER(c_void_p)
_ERROR = c_void_p

#: Name: what it gives, what it takes.
Functions = Dict[str, Tuple[Any, Sequence[Any]]]
_FUNCTIONS: Functions = {
    "dm_error_create": (_ERROR, [c_int, c_char_p]),
    "dm_error_destroy": (None, [c_void_p]),
    "dm_leaf_name": (c_char_p, [c_int]),
    "dm_finding_name": (c_char_p, [c_int]),
    "dm_run_text_header": (_ERROR, [POINTER(Sink)]),
    **{f"dm_run_{form}": (_ERROR, [c_void_p, POINTER(Run), POINTER(Sink)])
       for form in ("json", "text")},
    **{f"dm_unknown_{form}": (_ERROR, [POINTER(Unknown), POINTER(Sink)])
       for form in ("json", "text")},
    "dm_session_create": (_ERROR, [c_void_p, POINTER(SessionOptions), _OUT]),
    "dm_session_destroy": (None, [c_void_p]),
    "dm_session_kernel": (c_void_p, [c_void_p]),
    "dm_session_runs": (_ERROR, [c_void_p, POINTER(Range), RUN, RUN, c_void_p]),
    "dm_session_ptdump": (_ERROR, [c_void_p, POINTER(Range), RUN, MARKER, c_void_p,
                                   c_void_p]),
    **{f"dm_space_{form}": (_ERROR, [c_void_p, c_void_p, POINTER(Sink)])
       for form in ("json", "text")},
    "dm_marker_json": (_ERROR, [c_uint64, c_char_p, POINTER(Sink)]),
    "dm_marker_text": (_ERROR, [c_char_p, POINTER(Sink)]),
    "dm_session_explain": (_ERROR, [c_void_p, c_char_p, _OUT]),
    "dm_explain_json": (_ERROR, [c_void_p, c_void_p, POINTER(Sink)]),
    "dm_explain_text": (_ERROR, [c_void_p, c_void_p, POINTER(Sink)]),
    "dm_explanation_destroy": (None, [c_void_p]),
    "dm_session_map": (_ERROR, [c_void_p, POINTER(Range), _OUT]),
    "dm_map_json": (_ERROR, [c_void_p, POINTER(Sink)]),
    "dm_map_text": (_ERROR, [c_void_p, c_void_p, POINTER(Style), POINTER(Sink)]),
    "dm_map_svg": (_ERROR, [c_void_p, c_void_p, POINTER(Sink)]),
    "dm_map_destroy": (None, [c_void_p]),
    "dm_session_report_json": (_ERROR, [c_void_p, c_uint, POINTER(Sink)]),
    "dm_session_report_text": (_ERROR, [c_void_p, POINTER(Style), POINTER(Sink)]),
    **{"dm_session_" + name: (_ERROR, [c_void_p, POINTER(Sink)])
       for name in ("meminfo", "policy_json", "policy_text", "counters_json",
                    "counters_text", "splits_json", "splits_text",
                    "splits_timeline")},
}
_DUMP_FUNCTIONS: Functions = {
    "dm_dump_open": (_ERROR, [POINTER(c_char_p), c_size_t, POINTER(DumpOptions), _OUT]),
    "dm_dump_close": (None, [c_void_p]),
    "dm_dump_source": (c_void_p, [c_void_p]),
    "dm_dump_about": (c_void_p, [c_void_p]),
    "dm_debuginfo_add_vmlinux": (_ERROR, [c_void_p, c_char_p]),
    "dm_debuginfo_add_system_map": (_ERROR, [c_void_p, c_char_p]),
}


def _load(file: str, functions: Functions) -> ctypes.CDLL:
    """Where the system's loader finds it; it may be told by LD_LIBRARY_PATH."""
    try:
        library = ctypes.CDLL(file)
        for name, (result, arguments) in functions.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        name = file.split(".")[0]
        raise ImportError(
            f"{error}: install {name} (Debian: {name}0) in the version of this module, "
            "or set LD_LIBRARY_PATH to the folder that has it") from None
    return library


core = _load("libdirectmap.so.0", _FUNCTIONS)


@functools.lru_cache(maxsize=None)
def dump_library() -> ctypes.CDLL:
    """What opens files: loaded when the first is opened, drgn needs it not."""
    return _load("libdirectmap-dump.so.0", _DUMP_FUNCTIONS)


# ---- Errors -------------------------------------------------------------------------


def take_error(address: int) -> DirectmapError:
    """The exception of a struct dm_error *, which is ended."""
    error = ctypes.cast(address, POINTER(Error)).contents
    kind = CLASSES.get(error.code, DirectmapError)
    message = (error.message or b"").decode("utf-8", "backslashreplace")
    core.dm_error_destroy(address)
    return kind(message)


def make_error(code: int, message: str) -> int:
    """A struct dm_error *, for the library to end."""
    text = message.replace("\n", " ").encode("utf-8", "backslashreplace")
    made: int = core.dm_error_create(code, b"%s", c_char_p(text))
    return made


def names(function: Any) -> List[str]:
    """Of enum dm_leaf or dm_finding_kind: all that this library has."""
    found: List[str] = []
    while True:
        name: Optional[bytes] = function(len(found))
        if name is None:
            return found
        found.append(name.decode())
