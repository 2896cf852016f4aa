# SPDX-License-Identifier: GPL-2.0-or-later
"""Exceptions: one class for each kind that a caller can tell apart.

``DirectmapError.code`` is the kind as the JSON output names it, such as
``"bad_dump"``; the text is one line that says what is wrong, where, and what to do.
"""

from __future__ import annotations

from typing import Dict, Type


class DirectmapError(Exception):
    """Base of all errors of this module; `code` says which kind it is."""

    code = "error"

    @property
    def message(self) -> str:
        """What is wrong, where, and what to do: one line."""
        return str(self.args[0]) if self.args else ""


class NoMemoryError(DirectmapError, MemoryError):
    """There is no memory."""

    code = "no_memory"


class InvalidArgumentError(DirectmapError, ValueError):
    """An argument makes no sense: it is no address, say."""

    code = "invalid_argument"


class ClosedError(InvalidArgumentError):
    """The dump was closed."""


class BusyError(InvalidArgumentError):
    """A function that a dump calls (`stop`, `read` …) uses the same dump."""


class SystemCallError(DirectmapError, OSError):
    """The operating system failed a call: a file cannot be opened or read."""

    code = "os"


class AbsentError(DirectmapError):
    """A page is not in the dump. A reader of yours raises it too."""

    code = "absent"


class BrokenError(DirectmapError):
    """A page is in the dump and cannot be read. A reader of yours raises it too."""

    code = "broken"


class UnsupportedError(DirectmapError):
    """Not a dump, or a kind of dump or kernel that is not supported."""

    code = "unsupported"


class BadDumpError(DirectmapError):
    """What the dump says of itself is missing or contradicts itself."""

    code = "bad_dump"


class StoppedError(DirectmapError):
    """`stop` ended it."""

    code = "interrupted"


class OutputError(DirectmapError):
    """Output could not be taken."""

    code = "output"


class NotFoundError(DirectmapError, LookupError):
    """What was asked for (a symbol, an address) is not known in this dump."""

    code = "not_found"


#: enum dm_error_code, directmap/error.h
CLASSES: Dict[int, Type[DirectmapError]] = {
    1: NoMemoryError,
    2: InvalidArgumentError,
    3: SystemCallError,
    4: AbsentError,
    5: BrokenError,
    6: UnsupportedError,
    7: BadDumpError,
    8: StoppedError,
    9: OutputError,
    10: NotFoundError,
}
#: Of those, the codes that a callback gives.
ABSENT, BROKEN, INTERRUPTED = 4, 5, 8
