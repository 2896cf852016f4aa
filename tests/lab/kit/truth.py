# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds guest/pttruth.c for a kernel of Debian's, from its headers, with one call of the
compiler: what kbuild's tools do besides (CRCs, the module's own structure) is
little."""
import os
import re
import shutil
import subprocess
import tempfile

import btf
import cross
import guest

here = os.path.dirname(os.path.abspath(__file__))


def headers(apt, package, folder):
    """Unpacked in @folder; (of the flavour, common)."""
    release = package[len('linux-image-'):]
    own = f'linux-headers-{release}'
    common = re.search(r'linux-headers-\S+-common', apt.depends(own))[0]
    if not os.path.isdir(folder):
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        apt.unpack([own, common], folder + '.part')
        os.rename(folder + '.part', folder)
    return [os.path.join(folder, 'usr/src', x) for x in (own, common)]


def flags(own, common, out):
    arm64 = 'arch/arm64/include'
    folders = [f'{common}/{arm64}', f'{own}/{arm64}/generated',
               f'{common}/include', f'{own}/include', f'{common}/{arm64}/uapi',
               f'{own}/{arm64}/generated/uapi', f'{common}/include/uapi',
               f'{own}/include/generated/uapi', out]
    first = [x for x in (f'{common}/include/linux/compiler-version.h',
                         f'{common}/include/linux/kconfig.h',
                         f'{common}/include/linux/compiler_types.h')
             if os.path.exists(x)]
    return [*(f'-I{x}' for x in folders), *(x for y in first for x in
                                            ('-include', y)),
            '-nostdinc', '-isystem', subprocess.run(
                [cross.GCC, '-print-file-name=include'], check=True,
                capture_output=True, text=True).stdout.strip(),
            '-D__KERNEL__', '-DMODULE', '-DKBUILD_MODNAME="pttruth"',
            '-DKBUILD_BASENAME="pttruth"', '-D__KBUILD_MODNAME=kmod_pttruth',
            '-DKBUILD_MODFILE="pttruth"',
            '-DARM64_ASM_ARCH="armv8.5-a"', '-Wa,-march=armv8.5-a',
            '-std=gnu11', '-fms-extensions', '-O2', '-w', '-fshort-wchar',
            '-fno-strict-aliasing', '-fno-common', '-fno-pie', '-ffixed-x18',
            '-mgeneral-regs-only', '-mabi=lp64', '-fno-stack-protector',
            '-mbranch-protection=pac-ret+bti', '-fno-asynchronous-unwind-tables',
            '-fno-delete-null-pointer-checks', '-DKASAN_SHADOW_SCALE_SHIFT=']


def versions(own, module):
    """CRCs of the symbols that @module needs, as C."""
    needed = subprocess.run([cross.PREFIX + 'nm', '-u', module], check=True,
                            capture_output=True, text=True).stdout.split()
    lines = []
    with open(os.path.join(own, 'Module.symvers')) as file:
        for line in file:
            crc, name = line.split('\t')[:2]
            if name in needed or name == 'module_layout':
                lines.append(f'\t{{ {crc}, "{name}" }},\n')
    return ('static const struct modversion_info lab_versions[] __used '
            '__section("__versions") = {\n' + ''.join(lines) + '};\n')


def vermagic(kernel, release):
    """As the kernel's own modules have it, or would if there were any. Symbols have no
    CRCs since 6.18; before, a kernel of Debian's is tainted where they are missing."""
    modules = guest.Modules(kernel)
    found = 'dummy' in modules and re.search(rb'vermagic=([^\0]*)',
                                             modules.data('dummy'))
    return found[1].decode() if found else \
        f'{release} SMP preempt mod_unload aarch64'


def without_headers(kernel, release):
    """guest/ptprint.c, by the kernel's types."""
    out = os.path.join(kernel, 'ptprint.ko')
    with open(os.path.join(kernel, 'Image'), 'rb') as file:
        module = btf.structure(file.read(), 'module')
    if os.path.exists(out) or not module:
        return
    size, members = module
    subprocess.run(
        [cross.GCC, '-c', '-O2', '-ffreestanding', '-fno-pie',
         '-ffixed-x18', '-mgeneral-regs-only', '-fno-stack-protector',
         '-mbranch-protection=pac-ret+bti', '-fno-asynchronous-unwind-tables',
         f'-DMODULE_SIZE={size}', f"-DINIT_AT={members['init']}",
         f"-DNAME_AT={members['name']}",
         f'-DVERMAGIC="{vermagic(kernel, release)}"',
         os.path.join(here, '..', 'guest', 'ptprint.c'), '-o', out],
        check=True)


def build(apt, kernel, folder):
    """The module for the kernel in @kernel; not where it has none: built kernels
    have a file of their own, some of Debian's cannot print."""
    out = os.path.join(kernel, 'pttruth.ko')
    mark = os.path.join(kernel, 'package')
    if os.path.exists(out) or not os.path.exists(mark):
        return
    with open(mark) as file:
        package = file.read().strip()
    apt.update()
    if not apt.has(package.replace('-image-', '-headers-', 1)):
        without_headers(kernel, package[len('linux-image-'):])
        return
    tree = os.path.join(folder, os.path.basename(kernel))
    own, common = headers(apt, package, tree)
    with open(os.path.join(own, '.config')) as file:
        config = file.read()
    if re.search(r'^CONFIG_PTDUMP(_CORE)?=y', config, re.M):
        compile(own, common, config, out)
    shutil.rmtree(tree)


def compile(own, common, config, out):
    with tempfile.TemporaryDirectory() as scratch:
        header = os.path.join(scratch, 'versions.h')
        with open(header, 'w'):
            pass
        command = [cross.GCC, *flags(own, common, scratch), '-c',
                   os.path.join(here, '..', 'guest', 'pttruth.c'), '-o', out]
        subprocess.run(command, check=True)
        if 'CONFIG_MODVERSIONS=y' in config:
            with open(header, 'w') as file:
                file.write(versions(own, out))
            subprocess.run(command, check=True)
