# SPDX-License-Identifier: GPL-2.0-or-later
"""``directmap`` inside drgn: what kdump-triage prints, of the program.

    >>> import directmap.drgn_command
    >>> %directmap splits                              # drgn with commands
    >>> directmap.drgn_command.show(prog, "splits")    # any drgn

To import it is to register the command, where drgn has commands; with
``DRGN_PLUGINS=directmap=directmap.drgn_command`` drgn does so by itself.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import Any, Callable, Sequence, Union

from .drgn_program import from_drgn
from .dump import JSON_VIEWS, VIEWS, Dump
from .errors import DirectmapError, InvalidArgumentError

_EXPLAIN = "explain"


def show(prog: Any, view: str = "report", what: Sequence[Union[int, str]] = (), *,
         json: bool = False, vmcoreinfo: Union[bytes, str, None] = None) -> None:
    """Print a view of the linear map of a drgn.Program to sys.stdout.

    view: one of `directmap.Dump.text()`, or "explain" of the addresses in `what`.
    json: as ``kdump-triage --json`` has it. vmcoreinfo: as of `from_drgn()`.
    Raises as `from_drgn()`.
    """
    if (view == _EXPLAIN) != bool(what):
        raise InvalidArgumentError("explain takes addresses, and no other view does")
    with from_drgn(prog, vmcoreinfo=vmcoreinfo) as dump:
        if view == _EXPLAIN:
            ask: Callable[[Union[int, str]], str] = (
                dump.explain_json if json else dump.explain_text)
            between = "" if json else "\n"
            sys.stdout.write(between.join([ask(address) for address in what]))
        else:
            sys.stdout.write(dump.json(view) if json else dump.text(view))
        _warn(dump)


def _warn(dump: Dump) -> None:
    """What was printed is not all there is."""
    count = dump.figures.finding_count
    if count:
        print(f"directmap: partial result: {count} finding{'s'[:count != 1]}",
              file=sys.stderr)


def _register() -> bool:
    """Whether this drgn has commands; then it has this one now."""
    try:
        commands: Any = importlib.import_module("drgn.commands")
    except ImportError:
        return False

    def run(prog: Any, _name: str, args: argparse.Namespace, **_more: Any) -> None:
        try:
            show(prog, args.view, args.what, json=args.json)
        except DirectmapError as error:
            raise commands.CommandError(str(error)) from error

    argument = commands.argument
    commands.command(
        name="directmap", description="geometry of the arm64 linear map",
        long_description="What the page tables of the linear map have, which leaves "
        "were split since boot, by whom and when.",
        arguments=(
            argument("--json", action="store_true",
                     help=f"as JSON: {', '.join(JSON_VIEWS)}, {_EXPLAIN}"),
            argument("view", nargs="?", default="report", choices=(*VIEWS, _EXPLAIN),
                     help="what to show: report unless said otherwise"),
            argument("what", nargs="*", help="of explain: addresses, pfn:N, symbols"),
        ),
        enabled=_is_linux)(run)
    return True


def _is_linux(prog: Any) -> bool:
    import drgn  # pylint: disable=import-outside-toplevel

    return bool(prog.flags & drgn.ProgramFlags.IS_LINUX_KERNEL)


#: Whether drgn has the command.
registered = _register()
