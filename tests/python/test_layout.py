# SPDX-License-Identifier: GPL-2.0-or-later
"""Structs, enumerators and functions are as the headers have them, by a C compiler."""

import ctypes
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

import directmap
from directmap import _library

HEADERS = "lib/include"
INCLUDES = """
#include <stdio.h>
#include <directmap.h>
#include <directmap/dump.h>
#include <directmap/debuginfo.h>
"""


def compiler(*arguments, text):
    """What cc prints of a program."""
    return subprocess.run([*shlex.split(os.environ["CC"]), "-I" + HEADERS, *arguments,
                           "-x", "c", "-"],
                          input=text, text=True, check=True, capture_output=True).stdout


def output(statements):
    """What a C program with these statements prints."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "program")
        compiler("-w", "-o", program, text=INCLUDES + "int main(void) {\n" +
                 "\n".join(statements) + "\n}\n")
        return subprocess.run([program], text=True, check=True,
                              capture_output=True).stdout.splitlines()


def layout_of_headers(name, struct):
    """Statements that print where its members are."""
    yield f'printf("{name} %zu\\n", sizeof(struct {name}));'
    for member, *_ in struct._fields_:
        yield (f'printf("{name}.{member} %zu %zu\\n", offsetof(struct {name}, {member}),'
               f" sizeof(((struct {name} *)0)->{member}));")


def layout_of_module(name, struct):
    """The same lines, by ctypes."""
    yield f"{name} {ctypes.sizeof(struct)}"
    for member, *_ in struct._fields_:
        place = getattr(struct, member)
        yield f"{name}.{member} {place.offset} {place.size}"


def compare(structs):
    """Lines that differ: of headers, of the module."""
    theirs = output([line for item in structs.items()
                     for line in layout_of_headers(*item)])
    mine = [line for item in structs.items() for line in layout_of_module(*item)]
    return [(one, other) for one, other in zip(theirs, mine) if one != other]


class Structs(unittest.TestCase):
    """Layouts."""

    def test_layout(self):
        self.assertEqual(compare(_library.STRUCTS), [])

    def test_all_members(self):
        """A member that is new in the header has no place in ours: sizes differ, or
        the padding had it, which the names tell."""
        text = compiler("-E", "-P", text=INCLUDES)
        for name, struct in _library.STRUCTS.items():
            body = re.search(r"struct %s \{(.*?)\n?\};" % name, text, re.S).group(1)
            names = re.findall(r"(?:\(\*(\w+)(?:\[\d+\])?\)\([^;]*\)|(\w+)(?:\[[^]]*\])?);",
                               re.sub(r"\s+", " ", body))
            self.assertEqual([a or b for a, b in names],
                             [member for member, *_ in struct._fields_], name)

    def test_can_fail(self):
        class Moved(ctypes.Structure):
            _fields_ = [("size", ctypes.c_uint64), ("start", ctypes.c_uint64),
                        ("why", ctypes.c_int)]

        class Short(ctypes.Structure):
            _fields_ = [("start", ctypes.c_uint64), ("size", ctypes.c_uint32),
                        ("why", ctypes.c_int)]

        self.assertTrue(compare({"dm_unknown": Moved}))
        self.assertTrue(compare({"dm_unknown": Short}))

    def test_kept_runs(self):
        """runs() keeps what struct dm_run has."""
        self.assertEqual(directmap.dump._KEPT.size, 40)


class Enumerators(unittest.TestCase):
    """Values."""

    def test_values(self):
        expected = [f"{name} {value}" for name, value in _library.CONSTANTS.items()]
        self.assertEqual(output(f'printf("{name} %d\\n", (int){name});'
                                for name in _library.CONSTANTS), expected)

    def test_names(self):
        self.assertEqual(tuple(_library.names(_library.core.dm_leaf_name)),
                         directmap.LEAVES)
        count = int(output(['printf("%d", DM_FINDING_COUNT);'])[0])
        self.assertEqual(len(_library.names(_library.core.dm_finding_name)), count)

    def test_errors(self):
        """Each code of the header has a class, with the name that JSON has."""
        text = compiler("-E", "-P", text=INCLUDES)
        codes = re.findall(r"DM_ERROR_\w+", re.search(
            r"enum dm_error_code \{(.*?)\}", text, re.S).group(1))
        self.assertEqual(len(codes), len(_library.CLASSES))
        name = _library.core.dm_error_code_name
        name.restype = ctypes.c_char_p
        for code, kind in _library.CLASSES.items():
            self.assertEqual(name(code).decode(), kind.code)

    def test_version(self):
        self.assertEqual(output(["puts(DM_VERSION);"]), [directmap.__version__])


class Loading(unittest.TestCase):
    """A library that is damaged, or older: ImportError says what to install."""

    def test_library(self):
        for name in ("libdirectmap", "libdirectmap-dump"):
            for make in (lambda file: open(file, "w", encoding="ascii").close(),
                         lambda file: compiler("-shared", "-o", file, text="")):
                with tempfile.TemporaryDirectory() as folder:
                    make(os.path.join(folder, name + ".so.0"))
                    self.told(name, f"{folder}:{os.environ['LD_LIBRARY_PATH']}")

    def told(self, name, path):
        """What Python ends with."""
        done = subprocess.run(
            [sys.executable, "-c", "import directmap; directmap.open('x')"], text=True,
            env={**os.environ, "LD_LIBRARY_PATH": path}, check=False, capture_output=True)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.splitlines()[-1], f"^ImportError: .*{name}\\.so\\.0"
                         f".*install {name} .Debian: {name}0")


def kind_of(declaration):
    """The ctypes type of a parameter or result, as _library.py has it."""
    words = declaration.replace("*", " * ").split()
    if "(" in declaration or words[-1].startswith("dm_") and "enum" not in words:
        return "function"
    if "*" in words:
        return "text" if "char" in words and words.count("*") == 1 else "pointer"
    return words[-1] if words[-1] == "void" else "number"


def kind_of_ctypes(kind):
    """The same of ctypes."""
    if kind is None:
        return "void"
    if kind is ctypes.c_char_p:
        return "text"
    if kind is ctypes.c_void_p or hasattr(kind, "contents"):
        return "pointer"
    return "function" if issubclass(kind, ctypes._CFuncPtr) else "number"


class Functions(unittest.TestCase):
    """Results and parameters."""

    def declarations(self):
        """Name: result and parameters, as C has them."""
        text = re.sub(r"\s+", " ", compiler("-E", "-P", "-DDM_API=@", text=INCLUDES))
        for result, name, rest in re.findall(r"@ ([^;@]*?)(\bdm_\w+) ?\((.*?)\)(?=;| __)",
                                             text):
            yield name, result, re.split(r",(?![^(]*\))", rest)

    def test_functions(self):
        declared = {name: (result, rest) for name, result, rest in self.declarations()}
        for functions in (_library._FUNCTIONS, _library._DUMP_FUNCTIONS):
            for name, (result, arguments) in functions.items():
                with self.subTest(name):
                    kinds = [self.kind(one) for one in declared[name][1]
                             if one.strip() not in ("void", "...")]
                    self.assertEqual([kind_of_ctypes(one) for one in arguments], kinds)
                    self.assertEqual(kind_of_ctypes(result),
                                     kind_of(declared[name][0] or "void"))

    def kind(self, parameter):
        """Of a parameter with its name."""
        if re.search(r"_fn \w+$", parameter.strip()):
            return "function"
        return kind_of(re.sub(r"\w+$", "", parameter.strip()))


if __name__ == "__main__":
    unittest.main()
