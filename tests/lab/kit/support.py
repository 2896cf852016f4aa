# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/support.md, made of the results in a folder."""
import json
import os
import re

VIEWS = ('report', 'runs', 'ptdump', 'splits', 'owners', 'policy')
NOT_TRIED = {'outcome': 'not tried'}
HEAD = '''# What is proven

Made by `tests/lab/lab support` of the results in tests/lab/results; do not edit. Each row is a kernel that the lab
booted (`make lab`, see [below](#how-it-is-made)) and whose memory it saved in that way; each column a view of
kdump-triage's, held against witnesses that do not come from it:

- **report**: figures by leaf size against the kernel's own print of its page tables; bytes mapped against
  `/proc/iomem`; the release
- **runs**: every run, with leaf size, attributes and PA, against that print; addresses of each run against QEMU's own
  translation (gva2gpa)
- **ptdump**: all of kernel space, line by line, against that print
- **splits**: leaves lost against each traced call of `split_kernel_leaf_mapping()`; none where the kernel has no such
  function
- **owners**: modules, BPF programs and secretmem pages against what the guest's init loaded, closed and released
- **policy**: against the page tables, the command line, and the kernel's own variables

proven: all witnesses agree. partial: what has a witness agrees, and a note says what has none. –: not tried.

What differs between witnesses and is explained:

- KFENCE goes on changing pages of its pool after the kernel has printed its page tables; so does debug_pagealloc with
  each page that is freed, as those are which the print was read through. There QEMU's translation is the witness, for
  each page.
- A protected hypervisor (`pkvm`) takes its own pages from the host in stage 2. The linear map, which is stage 1, keeps
  them, and so does the kernel's print; QEMU's translation is of both stages and is not asked.
- Kernel threads begin and end after the print: a stack or two in vmalloc space.
- Splits before kprobes exist (BPF programs and modules of boot's) are in no trace: they are known by pages that are
  read-only or invalid and in no traced call ("before the trace" below).

How a kernel is saved: `elf` and `kdump` by QEMU's dump-guest-memory, `raw` by its pmemsave, without VMCOREINFO; `vmcore` by
a true panic, a kdump kernel and a plain copy of `/proc/vmcore`; `live` by kdump-triage in the guest, on `/proc/kcore`.
'''
TAIL = '''
## How it is made

    make lab                             # every row of the matrix that has no result yet
    tests/lab/lab run 7.3-cloud@bbml     # one row; KERNEL alone: all of its rows
    tests/lab/lab list                   # kernels, set-ups, rows
    tests/lab/lab support                # this page and tests/lab/results, of the lab's results

Debian's kernels come by `apt-get download` into apt roots of the lab's own (`build/lab/apt`) and are unpacked, never
installed; the system's proxies and mirror hold there too. Kernels that cannot print their page tables get a module for
it, built of their headers or, where these are gone from the archive, by their own types. A kernel of one's own is a
folder `build/lab/kernels/NAME` with `Image` and `config`, and with `modules/` and `vmlinux.btf` where it has them:
`tests/lab/kernels/build` makes such folders. QEMU emulates the CPU: no arm64 machine is needed.
'''


def load(folder):
    results = []
    for name in sorted(os.listdir(folder)):
        if name.endswith('.json'):
            with open(os.path.join(folder, name)) as file:
                results.append(json.load(file))
    return results


def version(result):
    return [int(x) for x in re.findall(r'\d+', result['kernel']['release'])]


class Notes:
    def __init__(self):
        self.texts = []

    def number(self, text):
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def cell(view, notes):
    if view['outcome'] == 'not tried':
        return '–'
    text = view.get('why')
    if view['outcome'] == 'wrong':
        text = view.get('explained') or view['differences'][0]
    return view['outcome'] + (f' ({notes.number(text)})' if text else '')


def name_of(result):
    """Kernels that the lab builds are alike by their release."""
    release = result['kernel']['release']
    built = not re.search(r'-arm64', release)
    return release + (f", {result['kernel_name']}" if built else '')


def row(result, way, told, notes):
    kernel = result['kernel']
    bits = str(kernel['va_bits'])
    if kernel['va_bits_configured'] != kernel['va_bits']:
        bits += f" of {kernel['va_bits_configured']}"
    cells = [name_of(result), f"{kernel['page_size'] >> 10}K", bits,
             result['setup'], way]
    cells += [cell(told['views'].get(name, NOT_TRIED), notes)
              for name in VIEWS]
    return '| ' + ' | '.join(cells) + ' |'


def page(results, setups, matrix):
    """The whole text."""
    good = [x for x in results if 'error' not in x]
    good.sort(key=lambda x: (version(x), x['kernel']['page_size'],
                             x['kernel_name'], x['setup']))
    notes = Notes()
    lines = [HEAD, '| kernel | page | VA bits | set-up | dump | ' +
             ' | '.join(VIEWS) + ' |', '|---' * (5 + len(VIEWS)) + '|']
    for result in good:
        for way, told in result['ways'].items():
            lines.append(row(result, way, told, notes))
    if notes.texts:
        lines += ['', *(f'{n}. {text}' for n, text in
                        enumerate(notes.texts, 1))]
    tried = {(x['kernel_name'], x['setup']) for x in good}
    missing = [f'{x}@{y}' for x, y in matrix if (x, y) not in tried]
    if missing:
        lines += ['', 'Not tried: ' + ', '.join(missing) + '.']
    lines += ['', '## Splits', '',
              'Leaves that traced calls split, and those that kdump-triage '
              'calls lost.', '',
              '| kernel | set-up | calls | leaves split | found of them | '
              'found beside | before the trace | precision | recall |',
              '|---' * 9 + '|']
    for result in good:
        lines += split_rows(result)
    lines += ['', '## Set-ups', '', '| set-up | CPU, machine, memory, words |',
              '|---|---|']
    for name in sorted({x['setup'] for x in good}):
        lines.append(f'| {name} | {describe(setups[name])} |')
    return '\n'.join(lines) + '\n' + TAIL + cost(good)


def cost(results):
    seconds = [sum(x['seconds'].values()) for x in results]
    return (f'\nWhat it costs, on two cores that others used too: {len(seconds)} '
            f'boots, {min(seconds)} to\n{max(seconds)} s each, '
            f'{round(sum(seconds) / 60)} minutes in all; the first row from '
            'nothing, with 40 MB to fetch, 79 s.\n')


def split_rows(result):
    """One: ways to save the same memory do not differ."""
    told = [x['splits'] for x in result['ways'].values() if 'splits' in x]
    if not told or 'calls' not in told[0]:
        return []
    x = told[0]
    beside = x['lost'] - x['both'] - x['before_trace']
    return [f"| {name_of(result)} | {result['setup']} | "
            f"{x['calls']} | {x['traced']} | {x['both']} | {beside} | "
            f"{x['before_trace']} | {x['precision']:.0%} | "
            f"{x['recall']:.0%} |"]


def describe(setup):
    words = [f"`-cpu {setup['cpu']}`"]
    if 'machine' in setup:
        words.append(f"`-M virt,{setup['machine']}`")
    if 'banks' in setup:
        words += [f'{size >> 20} MiB at 0x{at:x}'
                  for at, size in setup['banks']]
        words += [f'no-map 0x{at:x}+0x{size:x}'
                  for at, size in setup.get('no_map', ())]
    else:
        words.append(f"{setup.get('memory', 512)} MiB")
    if 'append' in setup:
        words.append(f"`{setup['append']}`")
    words += [f'`{x}`' for x in setup.get('steps', [])]
    return ', '.join(words)
