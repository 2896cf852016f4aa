# SPDX-License-Identifier: GPL-2.0-or-later
"""Of every bundled dump all objects have the values that kdump-triage prints."""

import functools
import json
import tempfile
import unittest

import directmap
import support


# What a line of runs has as a field alone.
NO_RUN = {"attrs": [], "bits": None, "pa": None, "why": None}


def each(test):
    """A test of every bundled dump."""
    @functools.wraps(test)
    def run(self):
        for path in support.DUMPS:
            with self.subTest(path), directmap.open(path) as dump:
                test(self, path, dump)
    return run


class Values(unittest.TestCase):
    """What objects and kdump-triage say."""

    def same(self, what, value, expected):
        """An object, and what JSON has."""
        self.assertEqual(list(support.differences(what, value, expected)), [])

    def same_report(self, path, dump):
        """All that a report has."""
        report = support.cli_json("--json", path)
        parts = {
            "schema": "directmap/1", "dump": dump.info, "kernel": dump.kernel,
            "usage": dump.usage, "memory": dump.memory, "policy": dump.policy,
            "counters": dump.counters.counters, "splits": dump.splits,
            "boot": dump.boot, "special": dump.special,
            "collapsible": dump.collapsible, "split_summary": dump.split_summary,
        }
        self.assertEqual(parts.keys(), report.keys())
        for key, value in parts.items():
            self.same(key, value, report[key])
        self.assertEqual(dump.findings, dump.usage.findings)
        return report

    @each
    def test_report(self, path, dump):
        self.same_report(path, dump)

    def test_damaged(self):
        """Dumps of which not all is known, generated and cut off."""
        small = ["kernel page=4K va=48", "ram 0x40000000+256M",
                 "map pa=0x40000000 128M 2M", "map pa=0x48000000 64M 4K"]
        for line in ("drop table 3 pa=0x48000000", "clear bits pte pa=0x48001000 1",
                     "entry pte pa=0x48001000 = 0x123", "alias pmd pa=0x40200000 "
                     "pa=0x48000000", "clear bits pmd pa=0x40200000 0x400"):
            with self.subTest(line), support.generated(*small, line) as path:
                with directmap.open(path) as dump:
                    self.same_report(path, dump)
                    self.same_runs(path, dump)
        with open(support.dump("73-4k-all"), "rb") as file:
            whole = file.read()
        for share in (0.3, 0.6, 0.9, 0.99):
            with self.subTest(share), tempfile.NamedTemporaryFile() as file:
                file.write(whole[:int(share * len(whole))])
                file.flush()
                try:
                    dump = directmap.open(file.name)
                except directmap.DirectmapError:
                    continue
                with dump:
                    try:
                        known = bool(dump.usage)
                    except directmap.BadDumpError:
                        continue
                    self.assertTrue(known)
                    self.assertFalse(dump.info.complete)
                    self.same_report(file.name, dump)
                    self.same_runs(file.name, dump)

    def same_runs(self, path, dump):
        """Runs, and what is unknown between them."""
        lines = support.cli("runs", "--json", path).splitlines()
        runs = tuple(dump.runs())
        self.same("runs", runs, [{**NO_RUN, **json.loads(line)} for line in lines])
        return runs

    @each
    def test_runs(self, path, dump):
        runs = self.same_runs(path, dump)
        self.assertTrue(any(run.leaf for run in runs))

    @each
    def test_runs_of_a_range(self, path, dump):
        runs = tuple(dump.runs())
        start, end = runs[len(runs) // 3].start, runs[-1].end
        text = support.cli("runs", "--json", "--range", f"{start:#x}-{end:#x}", path)
        self.same("runs", tuple(dump.runs(start, end)),
                  [{**NO_RUN, **json.loads(line)} for line in text.splitlines()])

    @each
    def test_counters(self, path, dump):
        self.same("counters", dump.counters,
                  support.cli_json("counters", "--json", path))

    @each
    def test_map(self, path, dump):
        expected = support.cli_json("map", "--json", path)
        del expected["schema"]
        self.same("map", dump.map(), expected)
        self.assertTrue(dump.map_svg().startswith("<"))

    @each
    def test_explain(self, path, dump):
        runs = [run for run in dump.runs() if run.leaf]
        addresses = [run.start + 8 for run in runs[::max(1, len(runs) // 8)]]
        addresses += [dump.kernel.pgd, dump.kernel.linear_map.end - 1]
        lines = support.cli("explain", "--json", path,
                            *map(hex, addresses)).splitlines()
        self.assertEqual(len(lines), len(addresses))
        for address, line in zip(addresses, lines):
            expected = json.loads(line)
            del expected["schema"]
            self.same(hex(address), dump.explain(address), expected)

    @each
    def test_text(self, path, dump):
        """What kdump-triage prints, byte for byte."""
        for view, arguments in (
                ("report", ["report"]), ("meminfo", ["--format", "meminfo"]),
                ("policy", ["policy"]), ("counters", ["counters"]),
                ("splits", ["splits"]), ("timeline", ["splits", "--timeline"]),
                ("map", ["map"]), ("runs", ["runs"]), ("ptdump", ["ptdump"])):
            self.assertEqual(dump.text(view), support.cli(*arguments, path), view)
        for view in ("report", "policy", "counters", "splits", "map", "runs", "ptdump"):
            self.assertEqual(dump.json(view), support.cli(view, "--json", path), view)

    @each
    def test_figures_come_first(self, path, dump):
        self.assertEqual(dump.info.format, "kdump")
        self.same("mapped", dump.figures.mapped,
                  support.cli_json("--json", path)["usage"]["mapped"])

    @each
    def test_memory_of_a_function(self, path, dump):
        """The same, of memory that Python reads."""
        with directmap.from_memory(dump.read, dump.vmcoreinfo) as other:
            mine, theirs = (support.same_words(one.json()) for one in (other, dump))
            self.assertEqual(mine.pop("dump"), {"path": None, "format": None,
                                                "reader": "python",
                                                "complete": True})
            del theirs["dump"]
            self.assertEqual(mine, theirs)
            self.assertEqual(list(other.runs()), list(dump.runs()))

    def test_options(self):
        path = support.dump("73-4k-all")
        expected = support.cli("--json", path)
        for options in ({"threads": 4}, {"reader": "own"}, {"stop": lambda: False}):
            with self.subTest(options), directmap.open([path], **options) as dump:
                self.assertEqual(dump.json(), expected)
        with directmap.open(path, reader="libkdumpfile") as dump:
            self.assertEqual(dump.info.reader, "libkdumpfile")
        with directmap.open(path, max_tables=3) as dump:
            self.assertEqual(dump.usage.stopped.why, "max_tables")
            self.same("usage", dump.usage, support.cli_json(
                "--json", "--max-tables", "3", path)["usage"])

    def test_progress(self):
        told = []
        with support.generated("kernel page=4K va=48", "ram 0x40000000+2G",
                               "map pa=0x40000000 2G 4K") as path:
            with directmap.open(path, progress=lambda *now: told.append(now)) as dump:
                tables = dump.usage.tables.count
        self.assertTrue(tables > 1000 and told)
        self.assertTrue(all(0 <= share <= 1 for _read, _known, share in told))
        self.assertTrue(all(read <= tables for read, _known, _share in told))

    def test_comparison_can_fail(self):
        with directmap.open(support.DUMPS[0]) as dump:
            for key in ("mapped", "findings", "unknown"):
                usage = support.cli_json("--json", support.DUMPS[0])["usage"]
                usage.pop(key)
                self.assertTrue(list(support.differences("usage", dump.usage, usage)))
            usage = support.cli_json("--json", support.DUMPS[0])["usage"]
            usage["mapped"]["pte"] += 1
            usage["new"] = 1
            self.assertEqual(len(list(support.differences("u", dump.usage, usage))), 2)


if __name__ == "__main__":
    unittest.main()
