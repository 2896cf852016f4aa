# SPDX-License-Identifier: GPL-2.0-or-later
"""One row of the lab: a kernel booted in a set-up, saved in the ways of that set-up
and judged; its result as JSON."""
import json
import os
import re
import shutil
import subprocess
import time

import banks
import guest
import judge
import kdump
import live
import machine
import setups

# An event of another kind: without one the buffer stays as small as it is at first.
TRACE = ('trace_buf_size=16M trace_options=stacktrace '
         'trace_event=module:module_load '
         'kprobe_event=p:spl,split_kernel_leaf_mapping,start=%x0,end=%x1;'
         'p:aam,arch_add_memory,start=%x1,size=%x2')


LIVE = 12  # lists of runs of a living kernel


def command_line(setup):
    # KFENCE prints where its pool is, unless it is hashed.
    words = ['console=ttyAMA0 panic=-1 loglevel=8 secretmem.enable=1 '
             'no_hash_pointers',
             TRACE if setup.get('trace', True) else '',
             setup.get('append', '')]
    if 'vmcore' in ways_of(setup):
        words.append(f'crashkernel={kdump.SIZE >> 20}M@0x{kdump.LOW:x}')
    return ' '.join(word for word in words if word)


def ways_of(setup):
    return setup.get('ways', setups.WAYS)


# ---- The guest ------------------------------------------------------------------

def steps_of(setup, modules):
    """What the guest does, and the modules that it needs for that."""
    wanted = ['qemu_fw_cfg', 'virtio_pci'] + setup.get('modules', []) + \
        setups.MODULES
    order = modules.in_order(wanted)
    steps = [f'load {name}' for name in order]
    steps += [f'unload {guest.canonical(x)}' for x in setups.UNLOADED
              if x in modules]
    steps += ['bpf 12 2000', 'close 3', 'close 9', 'secret 16 6']
    steps += ['pressure 64'] + setup.get('steps', [])
    return steps, order


def prepare(lab, kernel, setup, folder):
    """QEMU's arguments."""
    modules = guest.Modules(kernel)
    init = guest.build_init(os.path.join(lab, 'guest'))
    steps, order = steps_of(setup, modules)
    files = [(f'mods/{name}.ko', modules.data(name)) for name in order]
    own = os.path.join(kernel, 'pttruth.ko')
    if os.path.exists(own):
        files.append(('mods/pttruth.ko', guest.read(own)))
        steps.append('load pttruth')
    own = os.path.join(kernel, 'ptprint.ko')
    if os.path.exists(own):
        files.append(('mods/ptprint.ko', guest.read(own)))
        steps.append('ptprint')
    if 'vmcore' in ways_of(setup):
        files += kdump.files(machine_of(setup), kernel, modules, init, folder)
        steps.append(f'kexec {kdump.LOW:x} {kdump.HIGH:x}')
    if 'live' in ways_of(setup):
        files += live.files(lab)
    steps.append('print')
    if 'live' in ways_of(setup):
        tool = 'run /bin/kdump-triage {} --json /proc/kcore'
        steps += [tool.format('runs')] * LIVE + [
            tool.format('report'), tool.format('splits')]
    if 'vmcore' in ways_of(setup):
        steps.append('crash')
    initrd = os.path.join(folder, 'initrd.cpio')
    guest.initrd(initrd, init, steps, files)
    return machine_of(setup) + loaded(setup, kernel, initrd, folder)


def memory_of(setup):
    return banks.size_of(setup) if 'banks' in setup else \
        setup.get('memory', 512)


def machine_of(setup):
    """QEMU's arguments but for what is loaded."""
    return ['-M', 'virt,gic-version=3' + ''.join(
                ',' + x for x in [setup.get('machine')] if x),
            '-cpu', setup['cpu'], '-m',
            f"{memory_of(setup)}M{setup.get('machine_memory', '')}",
            '-accel', 'tcg,thread=multi', '-device', 'vmcoreinfo',
            *setup.get('extra', [])]


def loaded(setup, kernel, initrd, folder):
    image = os.path.join(kernel, 'Image')
    if 'banks' in setup:
        return banks.load(setup, machine_of(setup), image, initrd,
                          command_line(setup), folder)
    arguments = ['-kernel', image, '-initrd', initrd,
                 '-append', command_line(setup)]
    if 'vmcore' in ways_of(setup):
        disk = os.path.join(folder, 'disk')
        with open(disk, 'wb') as file:
            file.truncate((memory_of(setup) + 64) << 20)
        arguments += ['-drive', f'file={disk},format=raw,if=none,id=d0,'
                      'cache=unsafe', '-device', 'virtio-blk-pci,drive=d0']
    return arguments


# ---- Ways to a dump --------------------------------------------------------------

def save_raw(monitor, setup, folder):
    """Holes in files are zeros."""
    ranges = banks.saved_ranges(setup) if 'banks' in setup else [
        (machine.RAM, machine.RAM + (memory_of(setup) << 20))]
    names = []
    for start, end in ranges:
        path = os.path.join(folder, f'vmcore.raw.{start:x}')
        monitor.run('pmemsave', val=start, size=end - start, filename=path)
        subprocess.run(['fallocate', '--dig-holes', path], check=True)
        names.append(f'{path}@0x{start:x}')
    with open(os.path.join(folder, 'ranges'), 'w') as file:
        file.write('\n'.join(os.path.basename(x) for x in names) + '\n')
    return names


def save_by_monitor(monitor, way, setup, folder):
    """The arguments that name the dump."""
    if way == 'raw':
        return save_raw(monitor, setup, folder)
    path = os.path.join(folder, 'vmcore.' + way)
    monitor.run('dump-guest-memory', paging=False, protocol='file:' + path,
                format={'elf': 'elf', 'kdump': 'kdump-zlib'}[way])
    return [path]


def plug(running, monitor, mib):
    running.await_line(r'^===PLUG \d+===')
    monitor.run('qom-set', path='/machine/peripheral/vmd0',
                property='requested-size', value=mib << 20)


def boot(running, setup, folder):
    """{way: arguments}, and the monitor of a machine that is stopped."""
    ways = ways_of(setup)
    if 'vmcore' in ways:
        size = int(running.await_line(r'^===VMCORE (\d+)===', False)[1])
        running.process.wait(60)
        path = os.path.join(folder, 'vmcore.vmcore')
        os.rename(os.path.join(folder, 'disk'), path)
        os.truncate(path, size)
        return {'vmcore': [path]}, None
    monitor = None
    if 'plug' in setup:
        running.await_line(r'^===PLUG')
        monitor = running.monitor()
        plug(running, monitor, setup['plug'])
    running.await_line(r'^===READY===')
    monitor = monitor or running.monitor()
    monitor.run('stop')
    return {way: [] if way == 'live' else
            save_by_monitor(monitor, way, setup, folder)
            for way in ways}, monitor


def types_of(kernel):
    """A vmlinux, where the kernel has no types in its memory and one is there."""
    path = os.path.join(kernel, 'vmlinux.btf')
    if not os.path.exists(path):
        return []
    with open(os.path.join(kernel, 'config')) as file:
        return [] if 'CONFIG_DEBUG_INFO_BTF=y' in file.read() else [path]


def hides(setup):
    """Stage 2 of a protected hypervisor hides its own pages, which stage 1 has, from
    QEMU's translation."""
    return 'kvm-arm.mode=protected' in setup.get('append', '')


# ---- A row -------------------------------------------------------------------------

def tidy(folder, keep):
    for name in os.listdir(folder):
        if name in ('initrd.cpio', 'disk', 'qmp', 'qemu.err', 'tree', 'stub'):
            os.remove(os.path.join(folder, name))
        elif name.startswith('vmcore.') and name.split('.')[1] not in keep:
            os.remove(os.path.join(folder, name))


def run(lab, tool, kernel_name, setup_name, keep=()):
    """Boot, save, judge; the result."""
    kernel = os.path.join(lab, 'kernels', kernel_name)
    setup = setups.SETUPS[setup_name]
    folder = os.path.abspath(os.path.join(
        lab, 'rows', f'{kernel_name}@{setup_name}'))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    start = time.monotonic()
    arguments = prepare(lab, kernel, setup, folder)
    try:
        with machine.Machine(arguments, folder) as running:
            dumps, monitor = boot(running, setup, folder)
            booted = time.monotonic()
            types = types_of(kernel)
            result = judge.judge(tool, folder, dumps, types,
                                 None if hides(setup) else monitor)
    finally:
        tidy(folder, keep)
    result.update({
        'vmlinux': bool(types),
        'kernel_name': kernel_name, 'setup': setup_name,
        'seconds': {'boot': round(booted - start),
                    'judge': round(time.monotonic() - booted)}})
    return result
