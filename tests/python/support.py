# SPDX-License-Identifier: GPL-2.0-or-later
"""What the suites share: the bundled dumps, what kdump-triage says of them, and how
objects are compared with JSON."""

import contextlib
import dataclasses
import functools
import glob
import json
import os
import re
import subprocess
import tempfile

DUMPS = sorted(glob.glob(os.path.join(os.environ["TEST_DUMPS"], "*.kdump")))
TOOL = os.environ["KDUMP_TRIAGE"]


def dump(name):
    """The bundled dump of that name."""
    return os.path.join(os.environ["TEST_DUMPS"], name + ".kdump")


@functools.lru_cache(maxsize=None)
def cli(*arguments):
    """What kdump-triage prints. It says by its exit code that a result is partial."""
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True,
                          check=False)
    if done.returncode not in (0, 4):
        raise AssertionError(f"{arguments}: {done.stderr}")
    return done.stdout


def cli_json(*arguments):
    """The same, parsed: one object."""
    return json.loads(cli(*arguments))


def same_words(text):
    """JSON whose readers say each in its own words why a page is absent; without the
    sentences of that, which are cut where they become long."""
    return json.loads(re.sub(
        r"(the page at )?physical address (0x[0-9a-f]+) is not in the dump(: [^;\"]*)?",
        r"\2 is absent", text), object_hook=_without_sentence)


def _without_sentence(found):
    if "missing_list" in found:
        del found["missing"]
    return found


@contextlib.contextmanager
def generated(*lines):
    """A dump of tests/gen/README.md's language: its path."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vmcore")
        subprocess.run([os.environ["DUMPGEN"], "/dev/stdin", path], check=True,
                       input="\n".join(lines) + "\n", text=True,
                       stdout=subprocess.DEVNULL)
        yield path


def differences(what, value, expected):
    """Where an object differs from what JSON has, as lines; none: they are equal.

    All keys must be fields, with equal values; a field that is no key must be at its
    default, for which JSON has no key.
    """
    if dataclasses.is_dataclass(value) and isinstance(expected, dict):
        fields = {f.name.rstrip("_"): f for f in dataclasses.fields(value)}
        for key in expected.keys() - fields.keys():
            yield f"{what}.{key}: no field"
        for key, field in fields.items():
            mine = getattr(value, field.name)
            if key in expected:
                yield from differences(f"{what}.{key}", mine, expected[key])
            elif field.default is dataclasses.MISSING or mine != field.default:
                yield f"{what}.{key}: {mine!r}, and JSON has none"
    elif isinstance(value, tuple) and isinstance(expected, list):
        if len(value) != len(expected):
            yield f"{what}: {len(value)} items, not {len(expected)}"
        for i, (one, other) in enumerate(zip(value, expected)):
            yield from differences(f"{what}[{i}]", one, other)
    elif isinstance(value, dict) and isinstance(expected, dict):
        mine = {str(key): one for key, one in value.items()}
        if mine.keys() != expected.keys():
            yield f"{what}: keys {mine.keys()}, not {expected.keys()}"
        for key in mine.keys() & expected.keys():
            yield from differences(f"{what}[{key}]", mine[key], expected[key])
    elif type(value) is int and isinstance(expected, str):
        if value != int(expected, 0):
            yield f"{what}: {value:#x}, not {expected}"
    elif value != expected or type(value) is not type(expected):
        yield f"{what}: {value!r}, not {expected!r}"
