# SPDX-License-Identifier: GPL-2.0-or-later
"""The example runs on every bundled dump, and what it prints is so."""

import os
import subprocess
import sys
import unittest

import support

EXAMPLE = "bindings/python/examples/who_split_it.py"


class Example(unittest.TestCase):
    """As a user runs it."""

    def test_all_dumps(self):
        for path in support.DUMPS:
            with self.subTest(path):
                done = subprocess.run([sys.executable, EXAMPLE, path], check=True,
                                      capture_output=True, text=True)
                self.assertEqual(done.stderr, "")
                self.check(done.stdout.splitlines(), path)

    def check(self, lines, path):
        """Against the report."""
        report = support.cli_json("--json", path)
        self.assertEqual(lines[0], f"{path}: Linux {report['kernel']['release']}, pages "
                         f"of {report['kernel']['page_size'] // 1024}K")
        self.assertIn(f"pte      {report['usage']['mapped']['pte'] / 2**20:10.1f} MiB",
                      lines[1])
        self.assertIn(report["policy"]["sentence"], lines)
        if report["splits"] is not None:
            in_use = sum(report["split_summary"]["in_use"].values())
            self.assertIn(f"{len(report['splits'])} leaves lost, {in_use} of them in use",
                          lines)

    def test_document(self):
        """The first lines of docs/python.md's code are those of a whole program."""
        with open("docs/python.md", encoding="utf-8") as file:
            code = file.read().split("```python\n")[1].split("```")[0]
        code = code.replace('"vmcore"', repr(support.dump("73-4k-counters")))
        done = subprocess.run([sys.executable, "-c", code], check=True, text=True,
                              capture_output=True, env={**os.environ})
        self.assertIn("blocks: rodata=full and the CPU has BBML3", done.stdout)
        self.assertEqual(done.stdout.count("pmd"), 8)


if __name__ == "__main__":
    unittest.main()
