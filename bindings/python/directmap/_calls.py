# SPDX-License-Identifier: GPL-2.0-or-later
"""Python functions that the library calls, and what they raise.

An exception does not get through C. What a callback raises is kept, the library is
told to end, and the call that it happened in raises it. ctypes itself drops what is
raised before a callback's first line, as Ctrl-C may be; that comes through
`sys.unraisablehook`, which is ours while the library is at work.
"""

from __future__ import annotations

import sys
import threading
from typing import Any, Callable, Dict, List, Optional


class Keeper:
    """What the callbacks of one dump raised; the first counts."""

    def __init__(self) -> None:
        self.raised: Optional[BaseException] = None
        self._functions: List[Callable[..., Any]] = []

    def callback(self, kind: Any, function: Callable[..., Any], failed: Any) -> Any:
        """`function` as a C function of `kind`, which gives `failed()` if it raises."""
        def call(*arguments: Any) -> Any:
            try:
                if self.raised is not None:
                    return failed()
                return function(*arguments)
            except BaseException as raised:  # nothing may get out of here
                self.keep(raised)
                return failed()

        self._functions.append(call)
        return kind(call)

    def keep(self, raised: BaseException) -> None:
        """Keep what was raised; what follows of it is not told."""
        if self.raised is None:
            self.raised = raised

    def take(self) -> Optional[BaseException]:
        """What was raised, once."""
        raised, self.raised = self.raised, None
        return raised

    def __enter__(self) -> "Keeper":
        _watch(self, [id(function) for function in self._functions])
        return self

    def __exit__(self, *raised: Any) -> None:
        _unwatch([id(function) for function in self._functions])


_lock = threading.Lock()
_watched: Dict[int, Keeper] = {}
_before: Any = None


def _hook(unraisable: Any) -> None:
    keeper = _watched.get(id(unraisable.object))
    if keeper is None:
        _before(unraisable)
    else:
        keeper.keep(unraisable.exc_value or RuntimeError("a callback failed"))


def _watch(keeper: Keeper, functions: List[int]) -> None:
    global _before
    with _lock:
        if not _watched:
            _before, sys.unraisablehook = sys.unraisablehook, _hook
        _watched.update(dict.fromkeys(functions, keeper))


def _unwatch(functions: List[int]) -> None:
    with _lock:
        for function in functions:
            _watched.pop(function, None)
        if not _watched and sys.unraisablehook is _hook:
            sys.unraisablehook = _before
