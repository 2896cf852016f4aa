# SPDX-License-Identifier: GPL-2.0-or-later
"""The classes of results.py are what docs/schema says of JSON: also of keys that no
bundled dump has."""

import dataclasses
import json
import typing
import unittest

import directmap

SCHEMA = "docs/schema/directmap-1.json"
# Of the schema: the class that has it. What they are made of is found in them.
CLASSES = {
    "dump": directmap.DumpInfo, "kernel": directmap.Kernel, "usage": directmap.Usage,
    "memory": directmap.Memory, "policy": directmap.Policy, "run": directmap.Run,
    "counters_view": directmap.Counters, "splits_view": directmap.History,
    "explain": directmap.Explanation, "map": directmap.Map,
}
# The same for all.
NO_FIELDS = {"schema"}


class Shape:
    """What a schema allows: kinds of values, and keys or items below."""

    def __init__(self, root, schema):
        self.kinds, self.keys, self.needed, self.items = set(), {}, [], []
        self.root = root
        self.add(schema)

    def add(self, schema):
        """All that it allows, its alternatives too."""
        if "$ref" in schema:
            self.add(self.root["$defs"][schema["$ref"].split("/")[-1]])
        for one in schema.get("anyOf", []) + schema.get("oneOf", []):
            self.add(one)
        kinds = schema.get("type", [])
        self.kinds |= set([kinds] if isinstance(kinds, str) else kinds)
        for value in schema.get("enum", []) + [schema[k] for k in ["const"] if k in schema]:
            self.kinds.add({str: "string", bool: "boolean", type(None): "null",
                            int: "integer"}[type(value)])
        # Of what has no answer: an exception has that.
        if "properties" in schema and "error" not in schema["properties"]:
            for key, below in schema["properties"].items():
                self.keys.setdefault(key, []).append(below)
            self.needed.append(set(schema.get("required", [])))
        if "items" in schema:
            self.items.append(schema["items"])

    def below(self, schemas):
        """A shape of several alternatives."""
        return Shape(self.root, {"anyOf": schemas})


def differences(where, kind, shape):
    """Where a type and a shape do not fit."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    nullable = origin is typing.Union
    if nullable:
        kind = arguments[0]
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if "null" in shape.kinds and not nullable:
        yield f"{where}: may be null, and is not Optional"
    kinds = shape.kinds - {"null"}
    if dataclasses.is_dataclass(kind):
        yield from differences_of_class(where, kind, shape)
    elif origin is tuple:
        if kinds != {"array"}:
            yield f"{where}: {kinds}, and a tuple"
        yield from differences(where + "[]", arguments[0], shape.below(shape.items))
    elif origin is dict:
        if kinds != {"object"}:
            yield f"{where}: {kinds}, and a dict"
    else:
        fit = {int: {"integer", "string"}, str: {"string"}, bool: {"boolean"}}[kind]
        if kinds and not kinds <= fit:
            yield f"{where}: {kinds}, and {kind.__name__}"


def differences_of_class(where, kind, shape):
    """Keys and fields."""
    if "object" not in shape.kinds:
        yield f"{where}: {shape.kinds}, and {kind.__name__}"
    hints = typing.get_type_hints(kind)
    fields = {field.name.rstrip("_"): field for field in dataclasses.fields(kind)}
    for key in shape.keys.keys() - fields.keys() - NO_FIELDS:
        yield f"{where}.{key}: no field"
    for key in fields.keys() - shape.keys.keys():
        yield f"{where}.{key}: not in the schema"
    always = set.intersection(*shape.needed) if shape.needed else set()
    for key in fields.keys() & shape.keys.keys():
        if fields[key].default is dataclasses.MISSING and key not in always:
            yield f"{where}.{key}: may be absent, and has no default"
        yield from differences(f"{where}.{key}", hints[fields[key].name],
                               shape.below(shape.keys[key]))


class Schema(unittest.TestCase):
    """Classes against the schema."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with open(SCHEMA, encoding="utf-8") as file:
            cls.root = json.load(file)

    def test_classes(self):
        found = []
        for name, kind in CLASSES.items():
            found += differences(name, kind, Shape(self.root, self.root["$defs"][name]))
        self.assertEqual(found, [])

    def test_can_fail(self):
        for name, kind in (("memory", directmap.Kernel), ("kernel", directmap.Memory)):
            self.assertTrue(list(differences(name, kind, Shape(
                self.root, self.root["$defs"][name]))))


if __name__ == "__main__":
    unittest.main()
