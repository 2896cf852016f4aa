# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel that another one boots when it panics: what it needs, laid out in the memory
that crashkernel= reserves, as init.c gives it to kexec_load()."""
import os
import struct

import banks
import guest

LOW, SIZE = 0x50000000, 256 << 20
HIGH = LOW + SIZE
WORDS = 'console=ttyAMA0 maxcpus=1 reset_devices loglevel=8'
TREE, HEADER, STUB, ARCHIVE = (LOW + (x << 20) for x in (96, 97, 98, 100))
PAGE = 65536


def whole(size):
    return -(-size // PAGE) * PAGE


def archive(modules, init, folder):
    """Of the crash kernel: the same init, and a disk."""
    order = modules.in_order(['virtio_pci', 'virtio_blk'])
    path = os.path.join(folder, 'kdump.cpio')
    guest.initrd(path, init, [f'load {x}' for x in order],
                 [(f'mods/{x}.ko', modules.data(x)) for x in order])
    data = guest.read(path)
    os.remove(path)
    return data


def tree(arguments, archive_size, folder):
    path = banks.own_tree(arguments, folder)
    banks.choose(path, WORDS, ARCHIVE, archive_size)
    for name, start, size in (('linux,elfcorehdr', HEADER, PAGE),
                              ('linux,usable-memory-range', LOW, SIZE)):
        banks.put(path, '/chosen', name, 'x', *banks.cells([(start, size)]))
    data = guest.read(path)
    os.remove(path)
    return data


def files(arguments, kernel, modules, init, folder):
    """(name, data) pairs for the archive of the kernel that will panic."""
    image = guest.read(os.path.join(kernel, 'Image'))
    image_size, = struct.unpack_from('<Q', image, 16)
    second = archive(modules, init, folder)
    stub = os.path.join(folder, 'stub')
    banks.stub(stub, TREE, LOW)
    blob = tree(arguments, len(second), folder)
    pieces = [('Image', LOW, whole(max(image_size, len(image)))),
              ('tree', TREE, whole(len(blob))), ('header', HEADER, PAGE),
              ('stub', STUB, PAGE), ('initrd', ARCHIVE, whole(len(second)))]
    lines = ''.join(f'{name} {pa:x} {size:x}\n' for name, pa, size in pieces)
    return [('kdump/Image', image), ('kdump/tree', blob),
            ('kdump/stub', guest.read(stub)), ('kdump/initrd', second),
            ('kdump/pieces', lines.encode())]
