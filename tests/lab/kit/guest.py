# SPDX-License-Identifier: GPL-2.0-or-later
"""What a guest is given: its init, built; modules in the order in which they load;
its steps; all in one initrd."""
import functools
import lzma
import os
import subprocess

import cross

here = os.path.dirname(os.path.abspath(__file__))


def build_init(folder):
    """The path of init, built anew where its source is newer."""
    source = os.path.join(here, '..', 'guest', 'init.c')
    path = os.path.join(folder, 'init')
    if not os.path.exists(path) or \
            os.path.getmtime(path) < os.path.getmtime(source):
        os.makedirs(folder, exist_ok=True)
        subprocess.run([cross.GCC, '-O2', '-static', '-s', '-o', path, source],
                       check=True)
    return path


def read(path):
    with open(path, 'rb') as file:
        data = file.read()
    return lzma.decompress(data) if path.endswith('.xz') else data


def canonical(name):
    return name.replace('-', '_')


class Modules:
    """Those of a kernel's folder, by name."""

    def __init__(self, folder):
        self.paths = {}
        for at, _, names in os.walk(os.path.join(folder, 'modules')):
            for name in names:
                base, dot, _ = name.partition('.ko')
                if dot:
                    self.paths[canonical(base)] = os.path.join(at, name)

    def __contains__(self, name):
        return canonical(name) in self.paths

    @functools.lru_cache(None)
    def data(self, name):
        return read(self.paths[canonical(name)])

    def needs(self, name):
        """By its own .modinfo."""
        text = self.data(name)
        at = text.find(b'\0depends=')
        if at < 0:
            return []
        at += len('\0depends=')
        return [x for x in text[at:text.index(b'\0', at)].decode().split(',')
                if x]

    def in_order(self, names):
        """Those of @names that exist, with what they need before them."""
        order = []

        def add(name):
            name = canonical(name)
            if name in order or name not in self.paths:
                return
            for needed in self.needs(name):
                add(needed)
            order.append(name)
        for name in names:
            add(name)
        return order


def entry(name, mode, data=b'', rdev=(0, 0)):
    """Of a cpio archive."""
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(name) + 1, 0]
    head = b'070701' + b''.join(b'%08x' % f for f in fields)
    head += name.encode() + b'\0'
    return head + b'\0' * (-len(head) % 4) + data + b'\0' * (-len(data) % 4)


def initrd(path, init, steps, files=()):
    """@files: (name, data) pairs. Returns the archive's size."""
    folders = {'dev', 'proc', 'sys', 'tmp'}
    for name, _ in files:
        parts = name.split('/')[:-1]
        folders |= {'/'.join(parts[:i + 1]) for i in range(len(parts))}
    with open(path, 'wb') as out:
        for folder in sorted(folders):
            out.write(entry(folder, 0o40755))
        out.write(entry('dev/console', 0o20600, rdev=(5, 1)))
        out.write(entry('init', 0o100755, read(init)))
        out.write(entry('steps', 0o100644, '\n'.join(steps).encode() + b'\n'))
        for name, data in files:
            out.write(entry(name, 0o100755, data))
        out.write(entry('TRAILER!!!', 0))
        return out.tell()
