# SPDX-License-Identifier: GPL-2.0-or-later
"""JSON objects of schema "directmap/1" to the dataclasses of results.py.

Fields have the names of the keys, with "_" behind a name that Python keeps for
itself (``from_``). Addresses, hexadecimal strings in JSON, become numbers. Keys that
a newer library adds are passed over; one that is missing, and has no default, is an
error.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, Callable, Dict, Tuple, Type, TypeVar, Union, get_args, get_origin
from typing import get_type_hints

from .errors import UnsupportedError

T = TypeVar("T")
Maker = Callable[[Any], Any]


def _integer(value: Any) -> int:
    """Numbers of 2^63 and more, and addresses, are strings in JSON."""
    return int(value, 0) if isinstance(value, str) else int(value)


def _same(value: Any) -> Any:
    return value


@functools.lru_cache(maxsize=None)
def _maker(kind: Any) -> Maker:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Union:
        inner = _maker(arguments[0])
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        inner = _maker(arguments[0])
        return lambda value: tuple([inner(one) for one in value])
    if origin is dict:
        key, inner = _maker(arguments[0]), _maker(arguments[1])
        return lambda value: {key(k): inner(v) for k, v in value.items()}
    if kind is int:
        return _integer
    if dataclasses.is_dataclass(kind):
        return _object_maker(kind)
    return _same


def _object_maker(kind: Any) -> Maker:
    hints = get_type_hints(kind)
    fields: Tuple[Tuple[str, str, Maker, bool], ...] = tuple(
        (field.name, field.name.rstrip("_"), _maker(hints[field.name]),
         field.default is dataclasses.MISSING)
        for field in dataclasses.fields(kind))

    def make(value: Any) -> Any:
        values: Dict[str, Any] = {}
        for name, key, maker, needed in fields:
            if key in value:
                values[name] = maker(value[key])
            elif needed:
                raise UnsupportedError(
                    f"libdirectmap does not tell {key!r} of {kind.__name__}: "
                    "it is of another version than this module")
        return kind(**values)

    return make


def build(kind: Type[T], value: Any) -> T:
    """A `kind` of what JSON has."""
    make: Any = _maker
    made: T = make(kind)(value)
    return made
