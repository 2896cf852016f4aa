# SPDX-License-Identifier: GPL-2.0-or-later
"""kdump-triage for the guest: cross-built against Debian's libraries for arm64, which
are unpacked and never installed, and what it needs of them."""
import os
import re
import subprocess

import cross
import packages

here = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(here, '..', '..', '..')
LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6', 'libkdumpfile-dev',
             'libkdumpfile10', 'zlib1g-dev', 'zlib1g', 'libdeflate-dev',
             'libdeflate0', 'liblzo2-dev', 'liblzo2-2', 'libsnappy-dev',
             'libsnappy1v5', 'libzstd-dev', 'libzstd1', 'libjansson-dev',
             'libjansson4', 'libdw-dev', 'libdw1', 'libelf-dev', 'libelf1',
             'libseccomp-dev', 'libseccomp2', 'libinih-dev', 'libinih1',
             'libsqlite3-dev', 'libsqlite3-0', 'libmd-dev', 'libmd0',
             'libbz2-1.0', 'libbz2-dev', 'liblzma5', 'liblzma-dev']
FOLDERS = (f'usr/lib/{cross.TRIPLET}', f'lib/{cross.TRIPLET}', 'lib')


def unpack(lab):
    """Of Debian 12, whose C library is that of its cross compiler."""
    root = os.path.join(lab, 'arm64')
    if os.path.isdir(root):
        return root
    apt = packages.Apt(lab, 'bookworm')
    apt.update()
    apt.unpack(LIBRARIES, root + '.part')
    for at, folders, names in os.walk(root + '.part'):
        for name in folders + names:
            path = os.path.join(at, name)
            if os.path.islink(path) and os.readlink(path).startswith('/'):
                target = root + os.readlink(path)
                os.remove(path)
                os.symlink(target, path)
    os.rename(root + '.part', root)
    return root


def build(lab):
    """The tool's path and the root of its libraries."""
    root = unpack(lab)
    script = os.path.join(lab, 'arm64-pkg-config')
    with open(script, 'w') as file:
        file.write(f'#!/bin/sh\nexport PKG_CONFIG_SYSROOT_DIR={root}\n'
                   f'export PKG_CONFIG_LIBDIR={root}/{FOLDERS[0]}/pkgconfig:'
                   f'{root}/usr/share/pkgconfig\nexec pkg-config "$@"\n')
    os.chmod(script, 0o755)
    paths = [os.path.join(root, x) for x in FOLDERS]
    out = os.path.join(lab, 'arm64-build')
    subprocess.run(
        ['make', '-s', '-C', TOP, 'B=' + out, f'CC={cross.GCC}',
         f'AR={cross.PREFIX}ar', 'PKG_CONFIG=' + script,
         'LDFLAGS=' + ' '.join(f'-L{x} -Wl,-rpath-link={x}' for x in paths),
         os.path.join(out, 'kdump-triage')], check=True)
    return os.path.join(out, 'kdump-triage'), root


def needed(path):
    told = subprocess.run([cross.PREFIX + 'readelf', '-d', path], check=True,
                          capture_output=True, text=True).stdout
    return re.findall(r'\(NEEDED\).*\[(.*)\]', told)


def find(root, name):
    for folder in FOLDERS:
        path = os.path.join(root, folder, name)
        if os.path.exists(path):
            return path
    raise RuntimeError(f'{name} is in none of the packages that the lab unpacks')


def files(lab):
    """(name, data) pairs for the archive of a guest."""
    tool, root = build(lab)
    found, todo = {}, [tool]
    while todo:
        for name in needed(todo.pop()):
            if name not in found:
                found[name] = find(root, name)
                todo.append(found[name])
    # The loader is where programs have its name from, libraries where it looks.
    paths = {'bin/kdump-triage': tool,
             **{f'lib/{cross.TRIPLET}/{x}': y for x, y in found.items()}}
    loader = 'ld-linux-aarch64.so.1'
    paths['lib/' + loader] = find(root, loader)
    result = []
    for name, path in sorted(paths.items()):
        with open(path, 'rb') as file:
            result.append((name, file.read()))
    return result
