# SPDX-License-Identifier: GPL-2.0-or-later
"""Work in C for one dump, one after the other, and Python functions that it calls.

An exception does not get through C. What a callback raises is kept, C is told to
end, and the call that it happened in raises it. ctypes drops what is raised before a
callback's first line, and C would take that for success: so the main thread, where
Python may raise KeyboardInterrupt anywhere, has C's work done by another one, and
waits.
"""

from __future__ import annotations

import _thread
import threading
from typing import Any, Callable, List, Optional, Set, TypeVar

from .errors import BusyError

T = TypeVar("T")


class Job:
    """What one caller has asked for."""

    def __init__(self) -> None:
        #: Of a callback, or while the caller waited; the first counts.
        self.raised: Optional[BaseException] = None
        self.ended = False
        #: Those that must not ask for more meanwhile.
        self.threads: Set[int] = {threading.get_ident()}

    def keep(self, raised: BaseException) -> None:
        """Keep what was raised: C's work is to end."""
        if self.raised is None:
            self.raised = raised


class Worker:
    """Does the jobs of a dump."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Optional[Job] = None

    def do(self, work: Callable[[], T]) -> T:
        """`work()`, when all that was asked for before is done."""
        current = self._job
        if current is not None and threading.get_ident() in current.threads:
            raise BusyError("a function that the dump calls uses the same dump")
        job = Job()
        if threading.current_thread() is not threading.main_thread():
            return self._run(job, work)
        return _wait_for(job, lambda: self._run(job, work))

    def _run(self, job: Job, work: Callable[[], T]) -> T:
        with self._lock:
            job.threads.add(threading.get_ident())
            self._job = job
            try:
                self.look()
                return work()
            finally:
                self._job = None

    def look(self) -> None:
        """Raise what was kept."""
        if self._job is not None and self._job.raised is not None:
            raise self._job.raised

    def callback(self, kind: Any, function: Callable[..., Any], failed: Any) -> Any:
        """`function` as a C function of `kind`, which gives `failed()` if it raises,
        or if C is to end anyway."""
        def call(*arguments: Any) -> Any:
            job = self._job
            try:
                self.look()
                return function(*arguments)
            except BaseException as raised:  # pylint: disable=broad-exception-caught
                if job is not None:
                    job.keep(raised)
                return failed()

        return kind(call)


def _wait_for(job: Job, work: Callable[[], T]) -> T:
    """`work()` in a thread of its own; what is raised here meanwhile ends it."""
    made: List[T] = []
    gate, done = threading.Lock(), threading.Lock()
    begun = False

    def run() -> None:
        with gate:
            pass
        try:
            if begun:
                made.append(work())
        except BaseException as raised:  # pylint: disable=broad-exception-caught
            job.keep(raised)
        finally:
            job.ended = True
            done.release()

    done.acquire()  # pylint: disable=consider-using-with
    try:
        with gate:
            try:
                _thread.start_new_thread(run, ())
            except RuntimeError:
                # The interpreter is ending, and so has no more signals.
                return work()
            begun = True
        _join(job, done)
    except BaseException as raised:
        job.keep(raised)
        raise
    if job.raised is not None:
        raise job.raised
    return made[0]


def _join(job: Job, done: Any) -> None:
    # What is raised here may come when the lock was just taken.
    while not job.ended:
        try:
            done.acquire()  # pylint: disable=consider-using-with
        except BaseException as raised:  # pylint: disable=broad-exception-caught
            job.keep(raised)
