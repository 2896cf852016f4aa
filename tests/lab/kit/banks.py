# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines whose device tree has memory in several banks and carve-outs, as phones'
have: kernel, tree and archive are put into RAM as a boot loader would do it."""
import os
import struct
import subprocess

import machine

# Where things are put, from where the first bank begins; QEMU's own device tree
# is at its beginning.
STUB, KERNEL, TREE, ARCHIVE = 0x1ff000, 2 << 20, 94 << 20, 96 << 20


def stub(path, tree, kernel):
    """What a boot loader does: x0 the tree, x1 to x3 zero, to the kernel."""
    code = (0x580000c0, 0x580000e4, 0xaa1f03e1, 0xaa1f03e2, 0xaa1f03e3,
            0xd61f0080)
    with open(path, 'wb') as file:
        file.write(struct.pack('<6I2Q', *code, tree, kernel))


def cells(ranges):
    return [f'{x:x}' for start, size in ranges for value in (start, size)
            for x in (value >> 32, value & 0xffffffff)]


def put(blob, node, name, kind, *values):
    subprocess.run(['fdtput', '-p', '-t', kind, blob, node, name, *values],
                   check=True)


def own_tree(arguments, folder):
    """The one that QEMU makes for its machine."""
    blob = os.path.join(folder, 'tree')
    at = arguments.index('-M') + 1
    subprocess.run(['qemu-system-aarch64', *arguments[:at],
                    f'{arguments[at]},dumpdtb={blob}', *arguments[at + 1:],
                    '-smp', '2', '-display', 'none', '-nodefaults'],
                   check=True, capture_output=True)
    return blob


def choose(blob, words, archive, size):
    put(blob, '/chosen', 'bootargs', 's', words)
    put(blob, '/chosen', 'linux,initrd-start', 'x', *cells([(archive, 0)])[:2])
    put(blob, '/chosen', 'linux,initrd-end', 'x',
        *cells([(archive + size, 0)])[:2])


def device_tree(setup, arguments, words, archive_size, folder):
    """QEMU's own tree, with our memory."""
    blob = own_tree(arguments, folder)
    put(blob, f'/memory@{machine.RAM:x}', 'reg', 'x', *cells(setup['banks']))
    choose(blob, words, setup['banks'][0][0] + ARCHIVE, archive_size)
    for name, value in (('#address-cells', ['2']), ('#size-cells', ['2']),
                        ('ranges', [])):
        put(blob, '/reserved-memory', name, 'x', *value)
    for carved in setup.get('no_map', ()):
        node = f'/reserved-memory/carve@{carved[0]:x}'
        put(blob, node, 'reg', 'x', *cells([carved]))
        put(blob, node, 'no-map', 'x')
    return blob


def load(setup, arguments, image, initrd, words, folder):
    """More of QEMU's arguments."""
    base = setup['banks'][0][0]
    start = os.path.join(folder, 'stub')
    stub(start, base + TREE, base + KERNEL)
    tree = device_tree(setup, arguments, words, os.path.getsize(initrd), folder)
    more = []
    for path, at in ((image, KERNEL), (tree, TREE), (initrd, ARCHIVE),
                     (start, STUB)):
        more += ['-device',
                 f'loader,file={path},addr=0x{base + at:x},force-raw=on']
    return more + ['-device', f'loader,cpu-num=0,addr=0x{base + STUB:x}']


def size_of(setup):
    """MiB from where RAM begins to the last bank's end."""
    return (max(at + size for at, size in setup['banks']) -
            machine.RAM) >> 20


def saved_ranges(setup):
    """[start, end) of each file."""
    cuts = [(at, at) for at in setup.get('cut', ())]
    if setup.get('leave_out'):
        cuts += [(start, start + size) for start, size in setup['no_map']]
    for at, size in setup['banks']:
        end = at + size
        for start, stop in sorted(cuts):
            if at < start < end:
                yield at, start
            if start < end:
                at = max(at, stop)
        if at < end:
            yield at, end
