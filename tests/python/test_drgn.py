# SPDX-License-Identifier: GPL-2.0-or-later
"""A drgn.Program as the source: the same as our own reader, on every bundled dump that
drgn opens; and the command."""

import contextlib
import io
import os
import unittest

import drgn
import directmap
import directmap.drgn_command
import support

# VMCOREINFO is not in the dump's own note, and drgn knows no other.
NOT_OPENED = {"61-4k-va39", "612-4k-va39"}


def program(path):
    """A drgn.Program of a dump."""
    prog = drgn.Program()
    prog.set_core_dump(path)
    return prog


def vmcoreinfo(prog, path):
    """None where drgn itself tells it."""
    try:
        prog["VMCOREINFO"]
    except KeyError:
        with directmap.open(path) as dump:
            return dump.vmcoreinfo
    return None


class Program:
    """What no drgn has, around one."""

    flags = drgn.ProgramFlags(0)

    def __init__(self, prog, objects=(), read=None):
        self.objects = dict(objects)
        self.read = read or prog.read

    def __getitem__(self, name):
        return self.objects[name]


class Value:
    """A drgn.Object of one value."""

    def __init__(self, value):
        self.value_ = lambda: value


class Drgn(unittest.TestCase):
    """from_drgn()"""

    def test_same_as_our_own(self):
        opened = set()
        for path in support.DUMPS:
            name = os.path.basename(path)[:-len(".kdump")]
            with self.subTest(name):
                try:
                    prog = program(path)
                except Exception as error:  # pylint: disable=broad-exception-caught
                    self.assertIn("vmcoreinfo", str(error))
                    continue
                opened.add(name)
                with directmap.from_drgn(prog, vmcoreinfo=vmcoreinfo(prog, path)) as dump:
                    with directmap.open(path) as own:
                        self.same(dump, own)
        self.assertEqual(len(opened | NOT_OPENED), len(support.DUMPS))

    def same(self, dump, own):
        """All of it, but for what is said of the file."""
        mine, theirs = (support.same_words(one.json()) for one in (dump, own))
        self.assertEqual(mine["dump"]["reader"], "drgn")
        del mine["dump"], theirs["dump"]
        self.assertEqual(mine, theirs)
        self.assertEqual(list(dump.runs()), list(own.runs()))
        self.assertEqual(dump.map(), own.map())
        for run in list(own.runs())[::16]:
            self.assertEqual(support.same_words(dump.explain_json(run.start)),
                             support.same_words(own.explain_json(run.start)))

    def test_vmcoreinfo(self):
        """From where a program has it."""
        path = support.dump("73-4k-small")
        prog = program(path)
        with directmap.open(path) as own:
            note, usage = own.vmcoreinfo, own.usage
        for text in (note, note.decode()):
            with directmap.from_drgn(prog, vmcoreinfo=text) as dump:
                self.assertEqual(dump.usage, usage)

        def read(address, size, physical=False):
            if not physical:
                self.assertEqual(address, 0x1000)
                return (note + bytes(4096))[:size]
            return prog.read(address, size, physical)

        has_data = Program(prog, {"vmcoreinfo_data": Value(0x1000),
                                  "vmcoreinfo_size": Value(len(note))}, read)
        with directmap.from_drgn(has_data) as dump:
            self.assertEqual((dump.vmcoreinfo, dump.usage), (note, usage))
        with self.assertRaises(directmap.BadDumpError) as caught:
            directmap.from_drgn(Program(prog))
        self.assertIn("vmcoreinfo=", caught.exception.message)

    def test_errors_of_reads(self):
        path = support.dump("73-4k-small")
        prog = program(path)
        with directmap.open(path) as own:
            note = own.vmcoreinfo

        def dump_that(error):
            def read(*_arguments):
                raise error

            return directmap.from_drgn(Program(prog, read=read), vmcoreinfo=note)

        for error in (drgn.FaultError("no such memory", 0), Exception("kdump: corrupt")):
            with dump_that(error) as dump, self.assertRaises(directmap.BadDumpError):
                _ = dump.usage
        for error in (MemoryError(), OSError(5, "I/O"), KeyError("x")):
            with dump_that(error) as dump, self.assertRaises(type(error)):
                _ = dump.usage

    def test_pages_are_kept(self):
        path = support.dump("73-4k-all")
        prog, pages = program(path), []

        def read(address, size, physical=False):
            # Of a page that is absent, the part that was asked for is tried too.
            if size == 4096:
                pages.append(address)
            return prog.read(address, size, physical)

        with directmap.open(path) as own:
            note, expected = own.vmcoreinfo, own.usage
        with directmap.from_drgn(Program(prog, read=read), vmcoreinfo=note) as dump:
            self.assertEqual(dump.usage, expected)
        self.assertTrue(len(pages) < 1.1 * len(set(pages)))


class Command(unittest.TestCase):
    """directmap.drgn_command"""

    def setUp(self):
        self.path = support.dump("73-4k-counters")
        self.prog = program(self.path)
        self.note = vmcoreinfo(self.prog, self.path)

    def shown(self, *arguments, **options):
        """What show() prints."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            directmap.drgn_command.show(self.prog, *arguments, vmcoreinfo=self.note,
                                        **options)
        return out.getvalue()

    def test_show(self):
        for view in ("meminfo", "policy", "splits", "timeline", "map"):
            cli = {"meminfo": ["--format", view], "timeline": ["splits", "--timeline"]}
            self.assertEqual(self.shown(view),
                             support.cli(*cli.get(view, [view]), self.path))
        self.assertEqual(self.shown("explain", ["_text", 0x40200000]), support.cli(
            "explain", self.path, "_text", "0x40200000"))
        self.assertEqual(self.shown("splits", json=True),
                         support.cli("splits", "--json", self.path))
        for wrong in (("explain",), ("map", ["_text"]), ("nonsense",)):
            with self.assertRaises(directmap.InvalidArgumentError):
                self.shown(*wrong)

    def test_registered(self):
        """Where drgn has commands, and not where it has none."""
        try:
            from drgn import commands
        except ImportError:
            self.assertFalse(directmap.drgn_command.registered)
            return
        self.assertTrue(directmap.drgn_command.registered)

        def run(command):
            with contextlib.redirect_stdout(io.StringIO()) as out:
                commands.run_command(self.prog, command)
            return out.getvalue()

        self.assertEqual(run("directmap meminfo"),
                         support.cli("--format", "meminfo", self.path))
        self.assertEqual(run("directmap explain --json _text"),
                         support.cli("explain", "--json", self.path, "_text"))
        for wrong in ("directmap nonsense", "directmap explain",
                      "directmap explain no_such_symbol"):
            with self.assertRaises(commands.CommandError):
                with contextlib.redirect_stderr(io.StringIO()):
                    run(wrong)


if __name__ == "__main__":
    unittest.main()
