# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong is an exception, each kind of its class, and never a crash."""

import gc
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import unittest

import directmap
import support

SMALL = support.dump("73-4k-small")


class Opening(unittest.TestCase):
    """What cannot be opened."""

    def fails(self, kind, code, *arguments, **options):
        """open() raises just this kind; the message names what is wrong."""
        with self.assertRaises(directmap.DirectmapError) as caught:
            directmap.open(*arguments, **options)
        self.assertIs(type(caught.exception), kind)
        self.assertEqual(caught.exception.code, code)
        self.assertTrue(caught.exception.message)
        return caught.exception

    def test_files(self):
        error = self.fails(directmap.SystemCallError, "os", "/nonexistent/vmcore")
        self.assertIsInstance(error, OSError)
        self.assertIn("/nonexistent/vmcore", error.message)
        self.fails(directmap.UnsupportedError, "unsupported", __file__)
        self.fails(directmap.UnsupportedError, "unsupported", os.fsencode(__file__))
        self.fails(directmap.InvalidArgumentError, "invalid_argument",
                   [SMALL, support.dump("510-4k")])
        self.fails(directmap.InvalidArgumentError, "invalid_argument", [])
        self.fails(directmap.InvalidArgumentError, "invalid_argument", "a\0b")

    def test_truncated(self):
        with open(SMALL, "rb") as file:
            whole = file.read()
        for size in (0, 1, 100, 5000, len(whole) // 2, len(whole) - 1):
            with self.subTest(size), tempfile.NamedTemporaryFile() as file:
                file.write(whole[:size])
                file.flush()
                try:
                    with directmap.open(file.name) as dump:
                        self.assertFalse(dump.info.complete)
                        self.assertTrue(dump.info.incomplete)
                        dump.json()
                except directmap.DirectmapError as error:
                    self.assertIn(error.code, ("unsupported", "bad_dump", "absent",
                                               "broken"))

    def test_options(self):
        for options in ({"reader": "other"}, {"threads": -1}, {"threads": "2"},
                        {"max_tables": 1.5}, {"vmcoreinfo": "@nonsense"}):
            with self.subTest(options):
                self.fails(directmap.InvalidArgumentError, "invalid_argument", SMALL,
                           **options)
        self.fails(directmap.SystemCallError, "os", SMALL, vmlinux="/nonexistent")
        self.fails(directmap.UnsupportedError, "unsupported", SMALL, vmlinux=SMALL)
        self.fails(directmap.UnsupportedError, "unsupported", SMALL, system_map=SMALL)

    def test_types(self):
        for paths in (None, 3, [3], object()):
            with self.subTest(paths), self.assertRaises(TypeError):
                directmap.open(paths)


class Asking(unittest.TestCase):
    """What an open dump cannot tell."""

    def setUp(self):
        self.dump = directmap.open(support.dump("73-4k-counters"))
        self.addCleanup(self.dump.close)

    def test_explain(self):
        for what in ("nonsense+", "", "0x", "pfn:-1", "a\0b", -1, None, 1.5, []):
            with self.subTest(what), self.assertRaises(directmap.DirectmapError) as got:
                self.dump.explain(what)
            self.assertIn(got.exception.code, ("invalid_argument", "not_found"))
        with self.assertRaises(directmap.NotFoundError) as caught:
            self.dump.explain("no_such_symbol")
        self.assertIsInstance(caught.exception, LookupError)
        self.assertEqual(self.dump.explain("_text").region, "image")

    def test_arguments(self):
        for call in (lambda: self.dump.text("nonsense"), lambda: self.dump.json("text"),
                     lambda: self.dump.runs(5, 5), lambda: self.dump.runs(-1),
                     lambda: self.dump.map(0, 1 << 64), lambda: self.dump.read(-1, 1),
                     lambda: self.dump.read((1 << 64) - 1, 2),
                     lambda: self.dump.read(0, "1")):
            with self.assertRaises(directmap.InvalidArgumentError):
                call()

    def test_read(self):
        with self.assertRaises(directmap.AbsentError) as caught:
            self.dump.read(0, 1)
        self.assertEqual(caught.exception.code, "absent")
        pgd = self.dump.kernel.pgd
        both = self.dump.read(pgd, 4096)
        self.assertEqual(self.dump.read(pgd + 4090, 6), both[4090:])
        self.assertEqual(self.dump.read(pgd, 0), b"")

    def test_immutable(self):
        with self.assertRaises(AttributeError):
            self.dump.usage.unknown = 1
        self.assertEqual(pickle.loads(pickle.dumps(self.dump.usage)), self.dump.usage)
        with self.assertRaises(Exception):
            pickle.dumps(self.dump)


class Life(unittest.TestCase):
    """What outlives its dump raises, or is a copy."""

    def test_closed(self):
        dump = directmap.open(SMALL)
        runs, usage = dump.runs(), dump.usage
        next(runs)
        dump.close()
        dump.close()
        self.assertTrue(dump.closed)
        self.assertIn("closed", repr(dump))
        for name in ("info", "kernel", "usage", "figures", "findings", "memory", "policy",
                     "counters", "history", "splits", "boot", "special", "collapsible",
                     "split_summary", "vmcoreinfo"):
            with self.subTest(name), self.assertRaises(directmap.ClosedError):
                getattr(dump, name)
        for call in (dump.runs, dump.map, dump.map_svg, dump.text, dump.json,
                     lambda: dump.explain(0), lambda: dump.read(0, 1), dump.__enter__):
            with self.assertRaises(directmap.ClosedError):
                call()
        # Copies.
        self.assertTrue(usage.mapped.total)
        self.assertTrue(list(runs))

    def test_with(self):
        with directmap.open(SMALL) as dump:
            self.assertFalse(dump.closed)
        self.assertTrue(dump.closed)

    def test_not_closed(self):
        """Memory and files go with the object."""
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            directmap.open(SMALL).json()
            try:
                directmap.open(SMALL, vmlinux=SMALL)
            except directmap.UnsupportedError:
                pass
        gc.collect()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_end_of_python(self):
        """With an open dump, and with one that another thread is using."""
        code = ("import directmap, threading, time; dump = directmap.open({!r}); "
                "dump.json(); {}")
        for more in ("", "f = lambda: [dump.json() for _ in range(100000)]; "
                     "threading.Thread(target=f, daemon=True).start(); time.sleep(.1)",
                     "import atexit; atexit.register(lambda: dump.runs())"):
            done = subprocess.run([sys.executable, "-c", code.format(SMALL, more)],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_threads(self):
        """One dump, many threads: one after the other, and one closes it."""
        dump = directmap.open(support.dump("73-4k-counters"))
        expected, seen = dump.json(), []

        def ask():
            try:
                while True:
                    seen.append(dump.json() == expected and dump.explain("_text").pa)
            except directmap.ClosedError:
                seen.append(None)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(seen) < 8:
            dump.runs()
        dump.close()
        for thread in threads:
            thread.join()
        self.assertEqual(seen.count(None), 4)
        self.assertNotIn(False, seen)


if __name__ == "__main__":
    unittest.main()
