# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions of the caller's: what they raise comes out, and the dump is as before."""

import os
import signal
import threading
import time
import unittest

import directmap
import support

PATH = support.dump("73-4k-counters")


class Own(Exception):
    """One that the library cannot know."""


class Memory(unittest.TestCase):
    """from_memory()"""

    @classmethod
    def setUpClass(cls):
        cls.real = directmap.open(PATH)
        cls.note = cls.real.vmcoreinfo
        cls.expected = cls.real.usage

    @classmethod
    def tearDownClass(cls):
        cls.real.close()

    def read_but(self, at, what):
        """Reads, but for call number `at`, which does what() instead."""
        calls = []

        def read(pa, size):
            calls.append(pa)
            return what(pa, size) if len(calls) == at else self.real.read(pa, size)

        return read

    def test_raises(self):
        def fail(_pa, _size):
            raise Own("own")

        for at in (1, 2, 10, 100):
            with self.subTest(at):
                dump = directmap.from_memory(self.read_but(at, fail), self.note)
                with self.assertRaises(Own) as caught:
                    dump.json()
                self.assertEqual(str(caught.exception), "own")
                # Nothing of the half that was made is kept.
                self.assertEqual(dump.usage, self.expected)

    def test_wrong_results(self):
        for wrong, kind in ((b"", directmap.InvalidArgumentError),
                            (None, TypeError), ("x" * 8, Exception), (8, TypeError)):
            with self.subTest(wrong), self.assertRaises(kind):
                directmap.from_memory(self.read_but(3, lambda pa, size, w=wrong: w),
                                      self.note).json()

    def test_unknown_pages(self):
        """AbsentError and BrokenError of a table: that page alone is unknown."""
        tables = self.real.usage.tables.count
        for kind in (directmap.AbsentError, directmap.BrokenError):
            def fail(_pa, _size, kind=kind):
                raise kind("so it is")

            dump = directmap.from_memory(self.read_but(4, fail), self.note)
            figures = dump.figures
            self.assertEqual(figures.tables.unreadable, 1)
            self.assertEqual(figures.findings[0].kind, "unreadable_table")
            self.assertTrue(figures.unknown)
            self.assertTrue(figures.tables.count < tables)

        def no_page(pa, size):
            raise directmap.AbsentError

        with directmap.from_memory(no_page, self.note) as dump:
            with self.assertRaises(directmap.BadDumpError) as caught:
                _ = dump.usage
            self.assertIn("is not in the dump", caught.exception.message)

    def test_vmcoreinfo(self):
        for note, kind in ((b"", directmap.BadDumpError), ("PAGESIZE=1\n",
                                                          directmap.BadDumpError)):
            with self.subTest(note), self.assertRaises(kind):
                directmap.from_memory(self.real.read, note)
        for wrong in (None, 5.0):
            with self.assertRaises(TypeError):
                directmap.from_memory(self.real.read, wrong)
        with self.assertRaises(directmap.InvalidArgumentError):
            directmap.from_memory(None, self.note)
        with directmap.from_memory(self.real.read, self.note.decode()) as dump:
            self.assertEqual(dump.vmcoreinfo, self.note)
            self.assertEqual(dump.usage, self.expected)

    def test_uses_itself(self):
        """Neither a deadlock nor a crash."""
        for use in ("json", "close"):
            dump = None

            def read(pa, size, use=use):
                if dump is not None:
                    getattr(dump, use)()
                return self.real.read(pa, size)

            dump = directmap.from_memory(read, self.note)
            with self.subTest(use), self.assertRaises(directmap.BusyError):
                dump.json()
            self.assertFalse(dump.closed)

    def test_stop_and_progress(self):
        def fail(*_now):
            raise Own("own")

        with support.generated("kernel page=4K va=48", "ram 0x40000000+2G",
                               "map pa=0x40000000 2G 4K") as path:
            # Not while the dump is opened, which asks too.
            for name in ("stop", "progress"):
                opened = False

                def late(*now):
                    if opened:
                        fail(*now)

                with directmap.open(path, **{name: late}) as dump:
                    opened = True
                    for _ in range(2):
                        with self.subTest(name), self.assertRaises(Own):
                            _ = dump.usage
                    opened = False
                    self.assertIsNone(dump.usage.stopped)
            opened = False
            with directmap.open(path, stop=lambda: opened) as dump:
                opened = True
                self.assertEqual(dump.usage.stopped.why, "timeout")
        with self.assertRaises(directmap.StoppedError) as caught:
            directmap.open(PATH, stop=lambda: True)
        self.assertEqual(caught.exception.code, "interrupted")


class CtrlC(unittest.TestCase):
    """KeyboardInterrupt, whenever it comes, of a file and of memory."""

    # A shell has those that it starts in the background ignore Ctrl-C, and Python
    # leaves that as it is.
    def setUp(self):
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)

    def interrupted(self, opened, after):
        """Whether an interrupt that is sent after so many seconds comes out."""
        go, sent = threading.Event(), threading.Event()

        def send():
            go.wait()
            time.sleep(after)
            os.kill(os.getpid(), signal.SIGINT)
            sent.set()

        sender = threading.Thread(target=send)
        sender.start()
        try:
            go.set()
            while not sent.is_set():
                with opened() as dump:
                    dump.json()
            time.sleep(0.2)
            return False
        except KeyboardInterrupt:
            return True
        finally:
            sender.join()

    def test_at_any_time(self):
        with directmap.open(PATH) as real:
            note = real.vmcoreinfo
            for opened in (lambda: directmap.from_memory(real.read, note),
                           lambda: directmap.open(PATH)):
                for i in range(16):
                    self.assertTrue(self.interrupted(opened, 0.004 * i))
                    self.assertEqual(real.vmcoreinfo, note)

    def test_in_a_reader(self):
        with directmap.open(PATH) as real:
            calls, over = [], []

            def read(pa, size):
                calls.append(pa)
                if len(calls) == 50 and not over:
                    # Which thread gets what is sent to all is the system's choice.
                    signal.pthread_kill(threading.main_thread().ident,
                                        signal.SIGINT)
                # All that would follow takes longer than any machine to interrupt it.
                if len(calls) >= 50 and not over:
                    time.sleep(0.05)
                return real.read(pa, size)

            with directmap.from_memory(read, real.vmcoreinfo) as dump:
                with self.assertRaises(KeyboardInterrupt):
                    dump.json()
                over.append(True)
                self.assertTrue(50 <= len(calls) < 500)
                self.assertEqual(dump.usage, real.usage)


if __name__ == "__main__":
    unittest.main()
