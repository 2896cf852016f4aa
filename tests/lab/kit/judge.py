# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what kdump-triage says of a dump against what else is known of its guest:
the kernel's own print of its page tables, QEMU's translation of addresses,
/proc/iomem, traced calls, and what init did."""
import collections
import importlib.machinery
import importlib.util
import json
import os
import random
import re
import sys

here = os.path.dirname(os.path.abspath(__file__))
VIEWS = ('report', 'runs', 'ptdump', 'splits', 'owners', 'policy')
SAMPLES = 1500
TOP = 1 << 64
FEW = 256  # pages
STACKS = 4
VMALLOC = 'ffff800000000000'
EVENTS = '/sys/kernel/tracing/kprobe_events'
NO_PRINT = ('the kernel has no way to print its page tables: leaf sizes have no '
            'witness, PAs and sums have')


def script(name):
    path = os.path.join(here, '..', name)
    loader = importlib.machinery.SourceFileLoader(name, path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


compare = script('compare')
history = script('history')
bundle = script('bundle')


class View:
    """The outcome of one: what it was held against, and what differs."""

    def __init__(self):
        self.by, self.differences, self.why = [], [], None

    def held(self, witness, differences=()):
        self.by.append(witness)
        self.differences += [str(x)[:300] for x in differences]

    def told(self):
        if self.differences:
            outcome = 'wrong'
        elif self.why:
            outcome = 'partial'
        else:
            outcome = 'proven' if self.by else 'not tried'
        told = {'outcome': outcome, 'by': self.by}
        if self.why:
            told['why'] = self.why
        if self.differences:
            told['differences'] = self.differences[:10]
            told['difference_count'] = len(self.differences)
        return told


# ---- What the guest printed --------------------------------------------------------

class Console:
    def __init__(self, path):
        with open(path, errors='replace') as file:
            self.text = file.read().replace('\r\n', '\n')
        self.path = path

    def block(self, name):
        return bundle.block(self.text, name)

    def system_ram(self):
        return [(int(a, 16), int(b, 16) + 1) for a, b in re.findall(
            r'^ *([0-9a-f]+)-([0-9a-f]+) : System RAM(?: \(.*\))?$',
            self.block('/proc/iomem'), re.M)]

    def calls(self, name):
        """Traced: two values each, and when."""
        return [{'start': a, 'end': b, 't': float(t)} for t, a, b in re.findall(
            rf'\s(\d+\.\d+): {name}: \(.*?\) \w+=(0x[0-9a-f]+) '
            r'\w+=(0x[0-9a-f]+)', self.block('/sys/kernel/tracing/trace'))]

    def printed_tables(self):
        for name in ('/sys/kernel/debug/pttruth/kernel_page_tables', 'ptprint',
                     '/sys/kernel/debug/kernel_page_tables'):
            if self.block(name):
                return self.block(name)
        return ''

    def ran(self, command):
        """What kdump-triage printed in the guest, each time."""
        name = re.escape(f'/bin/kdump-triage {command} --json /proc/kcore')
        return re.findall(rf'===BEGIN {name}===\n(.*?)\n*===END {name}===',
                          self.text, re.S)

    def traces(self):
        return 'split_kernel_leaf_mapping' in self.block(EVENTS)

    def kfence_pool(self, page):
        """By what it prints; by its variable, and the default number of objects."""
        match = re.search(r'kfence: initialized - using (\d+) bytes .* at '
                          r'(0x[0-9a-f]+)-', self.text)
        # Not a hash of it.
        if match and int(match[2], 16) >> 63:
            start = int(match[2], 16)
            return start, start + int(match[1])
        match = re.search(r'^__kfence_pool=(0x[0-9a-f]+)$', self.text, re.M)
        start = int(match[1], 16) if match else 0
        return (start, start + 512 * page) if start else None

    def has_symbol(self, name):
        return bool(re.search(rf' {name}$', self.block('kallsyms-selected'),
                              re.M))


# ---- The kernel's own print ----------------------------------------------------------

def inside(ranges, low, high):
    """The parts of @ranges in [@low, @high)."""
    for start, end, *rest in ranges:
        # The last of all ends at 0.
        at, to = max(int(start, 16), low), min(int(end, 16) or TOP, high)
        if at < to:
            yield (f'{at:016x}', f'{to:016x}', *rest)


def but_for(places, ranges, ours):
    """Where the kernel goes on changing pages after the print, ours, which QEMU's
    translation has to prove. Returns both lists, cut at the places' ends."""
    for place in places:
        ranges, ours = but_for_one(place, ranges, ours)
    return ranges, ours


def but_for_one(pool, ranges, ours):
    def cut(these):
        return [*inside(these, 0, pool[0]), *inside(ours, *pool),
                *inside(these, pool[1], TOP)]
    return cut(ranges), cut(ours)


def as_printed(runs):
    return [(r['start'][2:], r['end'][2:], compare.LEVELS[r['leaf']],
             tuple(r['attrs'])) for r in runs]


def differing(ranges, ours):
    """Where two lists differ, as [(start, end)]."""
    ends = sorted({int(x, 16) or TOP for y in ranges + ours for x in y[:2]})
    places = []
    for low, high in zip(ends, ends[1:]):
        if list(inside(ranges, low, high)) != list(inside(ours, low, high)):
            places.append((low, high))
    return places


def changing(console, report, ranges, ours):
    """Where pages change after the print: KFENCE's pool; with debug_pagealloc each
    page that is allocated or freed, as those that the print is read through."""
    if 'debug_pagealloc=on' in console.block('/proc/cmdline'):
        places = differing(ranges, ours)
        page = report['kernel']['page_size']
        if sum(high - low for low, high in places) <= FEW * page:
            return places
    pool = console.kfence_pool(report['kernel']['page_size'])
    return [pool] if pool else []


# ---- Report ------------------------------------------------------------------------

def added_up(ranges):
    """Figures of the kernel's own print."""
    usage = {'mapped': collections.Counter(), 'valid': collections.Counter(),
             'read_only': 0}
    for start, end, level, words in ranges:
        size = int(end, 16) - int(start, 16)
        leaf = ('cont_' if 'CON' in words else '') + level.lower()
        usage['mapped'][leaf] += size
        if 'F' not in words:
            usage['valid'][leaf] += size
            usage['read_only'] += size if 'ro' in words else 0
    return usage


def differs(ours, theirs):
    for key in ('mapped', 'valid'):
        for leaf, size in ours[key].items():
            if size != theirs[key][leaf]:
                yield f'{key} {leaf}: {size}, ptdump has {theirs[key][leaf]}'
    if ours['read_only'] != theirs['read_only']:
        yield f"read-only: {ours['read_only']}, not {theirs['read_only']}"


def judge_report(view, report, console, ranges):
    if ranges:
        view.held('ptdump', differs(report['usage'], added_up(ranges)))
    ram = sum(end - start for start, end in console.system_ram())
    mapped = sum(report['usage']['mapped'].values())
    if ram:
        view.held('iomem', [] if mapped == ram else [
            f'{mapped} bytes mapped, {ram} of System RAM'])
    release = re.search(r'Linux version (\S+)', console.text)
    if release and report['kernel']['release'] != release[1]:
        view.held('release', [f"{report['kernel']['release']}"])
    if not ranges:
        view.why = NO_PRINT
    if report['usage']['unknown']:
        view.why = f"{report['usage']['unknown']} bytes unknown"


# ---- Runs ---------------------------------------------------------------------------

def sample(runs, page):
    """Addresses and where they are: each run's ends, others at random."""
    chance = random.Random(1)
    for run in runs:
        start, end = int(run['start'], 16), int(run['end'], 16)
        pa = int(run['pa'], 16)
        for va in {start, end - page,
                   start + chance.randrange((end - start) // page) * page}:
            yield va, pa + va - start if run['state'] == 'valid' else None
    for before, after in zip(runs, runs[1:]):
        if before['end'] != after['start']:
            yield int(before['end'], 16), None
            yield int(after['start'], 16) - page, None


def asked(monitor, points):
    for va, pa in points:
        answer = monitor.human(f'gva2gpa 0x{va:x}').strip()
        theirs = None if answer.startswith('Unmapped') else \
            int(answer.split()[-1], 16)
        if theirs != pa:
            yield f"0x{va:x}: {pa and hex(pa)}, QEMU has {answer}"


def judge_runs(view, runs, printed, ours, places, monitor, page):
    """@printed and @ours: lists that should be equal."""
    if printed:
        view.held(f'ptdump ({len(printed)} ranges)', differences(printed, ours))
    else:
        view.why = NO_PRINT
    if not monitor:
        return
    points = list(sample(runs, page))
    if len(points) > SAMPLES:
        points = random.Random(2).sample(points, SAMPLES)
    for place in places:
        points += every_page(runs, *place, page)
    view.held(f'gva2gpa ({len(points)} addresses)', asked(monitor, points))


def differences(printed, ours):
    if printed != ours:
        yield f'{len(ours)} runs, ptdump has {len(printed)}'
        yield from (f'{a} {b}' for a, b in zip(ours, printed) if a != b)


def every_page(runs, low, high, page):
    for run in runs:
        start, end = (int(run[x], 16) for x in ('start', 'end'))
        for va in range(max(start, low), min(end, high), page):
            yield va, int(run['pa'], 16) + va - start \
                if run['state'] == 'valid' else None


def runs_of(text):
    return [json.loads(line) for line in text.splitlines() if line]


def judge_live(view, console, ranges):
    """The memory goes on changing: each of the lists that were made of it."""
    lists = [runs_of(text) for text in console.ran('runs')]
    good = [x for x in lists if not ranges or
            not list(compare.differences_from_ptdump(ranges, x))]
    view.held(f'ptdump ({len(good)} of {len(lists)} lists equal)', [
        f'{len(lists) - len(good)} of {len(lists)} lists differ'
    ] if len(good) < len(lists) else [])
    return lists[-1]


# ---- All of kernel space ---------------------------------------------------------------

LINE = re.compile(r'0x([0-9a-f]{16})-0x([0-9a-f]{16})\s+\d+[KMGTPE] (\w+)\s+'
                  r'(\S.*)')


def mapped_lines(text):
    """Without markers, of which the module that prints has but two."""
    return [(match[1], match[2], match[3], tuple(match[4].split()))
            for match in map(LINE.match, text.splitlines()) if match]


def judge_ptdump(view, tool, console, dump_arguments, places):
    printed = mapped_lines(console.printed_tables())
    if not printed:
        view.why = NO_PRINT
        return
    done = compare.run(tool, 'ptdump', *dump_arguments)
    ours = mapped_lines(done.stdout)
    printed, ours = but_for(places, printed, ours)
    differ = set(printed) ^ set(ours)
    stacks = {x for x in differ if is_stack(x)}
    if len(stacks) <= STACKS:
        differ -= stacks
    view.held(f'ptdump ({len(printed)} lines' + (
        f', {len(stacks)} stacks of tasks came or went)' if stacks else ')'), [
            f"only {'printed' if x in printed else 'ours'}: {x}"
            for x in sorted(differ)])


def is_stack(line):
    """Of a task: kernel threads begin and end after the print, too."""
    start, end, _, words = line
    size = int(end, 16) - int(start, 16)
    return start >= VMALLOC and size in (16 << 10, 64 << 10) and \
        'RW' in words and 'F' not in words


# ---- Splits -------------------------------------------------------------------------

def traced_leaves(dump, calls):
    """{(leaf, start): seconds} of leaves that the calls split, and misfits."""
    times, misfits = {}, []
    linear = dump.report['kernel']['linear_map']
    low, high = (int(linear[x], 16) for x in ('start', 'end'))
    calls = [x for x in calls if low <= int(x['start'], 16) < high]
    points = {}
    for va, seconds in history.split_points(dump, calls):
        points.setdefault(va, seconds)
    for va, seconds in sorted(points.items(), key=lambda x: x[1]):
        boot = history.boot_leaf(dump, va)
        if not boot:
            misfits.append(f'0x{va:x} was split, but boot mapped nothing there')
            continue
        for leaf in history.LEAVES[history.LEAVES.index(boot):0:-1]:
            size = dump.sizes[leaf]
            if size and va % size:
                times.setdefault((leaf, va - va % size), seconds)
            elif size:
                break
    return times, misfits, len(calls)


def before_the_trace(dump, leaf, calls):
    """A page in it is read-only or invalid, and no traced call was for that page:
    so one was before kprobes were there (BPF programs of boot's, for instance)."""
    name, start = leaf
    for va in range(start, start + dump.sizes[name], dump.page):
        if dump.pages.get(dump.pa(va)) and not any(
                low <= va < high for low, high in calls):
            return True
    return False


def judge_splits(view, dump, console, result):
    summary = dump.history['split_summary']
    _, differences = history.check_itself(dump)
    view.held('itself', differences)
    if not summary['known']:
        view.why = f"lost leaves unknown: {summary['why_unknown']}"
        return
    if not console.has_symbol('split_kernel_leaf_mapping'):
        view.held('no split function in the kernel', [
            f'{history.hexa(x)} lost' for x in dump.lost])
        result['splits'] = {'traced': 0, 'lost': len(dump.lost)}
        return
    if not console.traces():
        view.why = 'calls are not traced; nothing else contradicts'
        return
    calls = console.calls('spl')
    traced, misfits, count = traced_leaves(dump, calls)
    ranges = [(int(x['start'], 16), int(x['end'], 16)) for x in calls]
    more = set(dump.lost) - set(traced)
    early = {x for x in more if before_the_trace(dump, x, ranges)}
    missed = set(traced) - set(dump.lost)
    found = len(set(traced) & set(dump.lost))
    result['splits'] = {
        'calls': count, 'traced': len(traced), 'lost': len(dump.lost),
        'both': found, 'before_trace': len(early),
        'precision': found / (len(dump.lost) - len(early))
        if len(dump.lost) > len(early) else 1,
        'recall': found / len(traced) if traced else 1}
    view.held(f'trace ({count} calls, {len(traced)} leaves)', misfits + [
        f'{history.hexa(x)} was split, but is not lost' for x in missed] + [
        f"{history.hexa(x)} is lost, but was not split ({dump.lost[x]['time']})"
        for x in more - early])


# ---- Owners --------------------------------------------------------------------------

def judge_owners(view, dump, console):
    told = history.read_console(console.path)
    figures, differences = history.check_console(dump, told)
    view.held(f'init ({figures})', differences)


# ---- Policy --------------------------------------------------------------------------

def judge_policy(view, report, console):
    policy = report['policy']
    if policy['contradiction']:
        view.held('page tables', [policy['contradiction']])
    else:
        view.held('page tables')
    line = console.block('/proc/cmdline').strip()
    if policy['cmdline']:
        view.held('cmdline', [] if policy['cmdline'].strip() == line else [
            policy['cmdline']])
    match = re.search(r'^rodata_full=(\d+)$', console.text, re.M)
    if match:
        full = policy['rodata'] == 'full'
        view.held('rodata_full', [] if full == (match[1] == '1') else [
            f"rodata {policy['rodata']}, rodata_full is {match[1]}"])


# ---- All of it -------------------------------------------------------------------------

def judge_way(tool, console, dump_arguments, types, monitor, result):
    views = {name: View() for name in VIEWS}
    ranges = compare.read_ptdump(console.path)
    try:
        if dump_arguments:
            dump = history.read(tool, types + dump_arguments)
            runs = runs_of(compare.run(tool, 'runs', '--json',
                                       *dump_arguments).stdout)
        else:
            dump = history.Dump(*map(json.loads, (
                console.ran('report')[-1], console.ran('splits')[-1])))
            runs = judge_live(views['runs'], console, ranges)
    except (ValueError, IndexError) as error:
        views['report'].held('exit code', [str(error)])
        return views
    report = dump.report
    page, ours = report['kernel']['page_size'], as_printed(runs)
    places = changing(console, report, ranges, ours) if ranges else []
    if places:
        ranges, ours = but_for(places, ranges, ours)
    judge_report(views['report'], report, console, ranges)
    judge_runs(views['runs'], runs, ranges, ours, places, monitor, page)
    if dump_arguments:
        judge_ptdump(views['ptdump'], tool, console, dump_arguments, places)
    judge_splits(views['splits'], dump, console, result)
    judge_owners(views['owners'], dump, console)
    judge_policy(views['policy'], report, console)
    result['kernel'] = {key: report['kernel'][key] for key in (
        'release', 'page_size', 'va_bits', 'va_bits_configured', 'levels')}
    result['policy'] = report['policy']['sentence']
    return views


def judge(tool, folder, dumps, types, monitor):
    """@dumps: {way: arguments}; @types: a vmlinux, or none. The monitor is of the
    machine, or None."""
    console = Console(os.path.join(folder, 'serial.log'))
    result = {'ways': {}}
    for way, arguments in dumps.items():
        told = {}
        views = judge_way(tool, console, arguments, types, monitor, told)
        result['ways'][way] = {
            'views': {name: view.told() for name, view in views.items()},
            **({'splits': told['splits']} if 'splits' in told else {})}
        for key in ('kernel', 'policy'):
            result.setdefault(key, told.get(key))
    return result
