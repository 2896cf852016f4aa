# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels, machines and rows of the lab: tables, and nothing else."""

# ---- Kernels -----------------------------------------------------------------
# Name: Debian's suite, version (the newest of that series) and flavour. Kernels that
# are built have a folder, and no line here.
KERNELS = {
    '5.10-cloud': ('bullseye', '5.10', 'cloud-arm64'),
    '6.1-cloud': ('bookworm', '6.1', 'cloud-arm64'),
    '6.1': ('bookworm', '6.1', 'arm64'),
    '6.1-rt': ('bookworm', '6.1', 'rt-arm64'),
    '6.12-cloud': ('trixie', '6.12', 'cloud-arm64'),
    '6.12': ('trixie', '6.12', 'arm64'),
    '6.12-16k': ('trixie', '6.12', 'arm64-16k'),
    '6.16-cloud': ('trixie-backports', '6.16', 'cloud-arm64'),
    '6.17-cloud': ('trixie-backports', '6.17', 'cloud-arm64'),
    '6.18-cloud': ('trixie-backports', '6.18', 'cloud-arm64'),
    '6.18-16k': ('trixie-backports', '6.18', 'arm64-16k'),
    '6.19-cloud': ('trixie-backports', '6.19', 'cloud-arm64'),
    '7.0-cloud': ('trixie-backports', '7.0', 'cloud-arm64'),
    '7.0-16k': ('trixie-backports', '7.0', 'arm64-16k'),
    '7.1-cloud': ('trixie-backports', '7.1', 'cloud-arm64'),
    '7.1-16k': ('trixie-backports', '7.1', 'arm64-16k'),
    '7.2-cloud': ('sid', '7.2', 'cloud-arm64'),
    '7.2': ('sid', '7.2', 'arm64'),
    '7.2-16k': ('sid', '7.2', 'arm64-16k'),
    '7.3-rc': ('experimental', '7.3', 'cloud-arm64'),
    '7.3-cloud': ('trixie-backports', '7.3', 'cloud-arm64'),
    '7.3': ('trixie-backports', '7.3', 'arm64'),
    '7.3-16k': ('trixie-backports', '7.3', 'arm64-16k'),
    '7.3-rt': ('trixie-backports', '7.3', 'rt-arm64'),
}

# ---- Machines ------------------------------------------------------------------
# A Neoverse V3, which is in every kernel's list of CPUs with BBML2.
BBML = 'max,midr=0x410fd842,pauth-impdef=on'
MAX = 'max,pauth-impdef=on'
WAYS = ('elf', 'kdump', 'raw')

PHONE_BANKS = [(0x40000000, 0x60000000), (0x140000000, 0x40000000)]
PHONE_NO_MAP = [(0x47e00000, 0x35000), (0x58000000, 0x2000000),
                (0x150000000, 0x1234000)]

# `memory` is MiB; `append` more of the command line; `steps` more of the guest's,
# before it prints; `extra` more of QEMU's arguments.
SETUPS = {
    # For make check: what proves most in the least time.
    'quick': {'cpu': BBML, 'memory': 256, 'ways': ('kdump',)},
    # CPUs
    'bbml': {'cpu': BBML, 'memory': 2048},
    'bbml-va48': {'cpu': BBML + ',lpa2=off', 'memory': 2048},
    'no-bbml': {'cpu': MAX},
    'no-bbml-va48': {'cpu': 'cortex-a72'},
    # Words
    'rodata-off': {'cpu': BBML, 'append': 'rodata=off'},
    'rodata-on': {'cpu': BBML, 'append': 'rodata=on'},
    'noalias': {'cpu': BBML, 'append': 'rodata=noalias'},
    'no-bbml-noalias': {'cpu': MAX, 'append': 'rodata=noalias'},
    'no-bbml-rodata-on': {'cpu': MAX, 'append': 'rodata=on'},
    'nokaslr': {'cpu': BBML, 'append': 'nokaslr'},
    'kpti': {'cpu': 'cortex-a72', 'append': 'kpti=1'},
    'kfence': {'cpu': BBML, 'append': 'kfence.sample_interval=100'},
    'kfence-late': {'cpu': BBML, 'steps': [
        'write /sys/module/kfence/parameters/sample_interval 100']},
    # Each page that is allocated or freed is a call: too many to trace.
    'debug-pagealloc': {'cpu': BBML, 'append': 'debug_pagealloc=on',
                        'trace': False},
    'page-owner': {'cpu': BBML, 'append': 'page_owner=on'},
    # Memory
    '256m': {'cpu': BBML, 'memory': 256},
    'mem': {'cpu': BBML, 'append': 'mem=700M', 'memory': 1024},
    '8g': {'cpu': BBML, 'memory': 8192, 'ways': ('kdump',)},
    'numa': {'cpu': BBML, 'memory': 1024, 'extra': [
        '-object', 'memory-backend-ram,id=m0,size=512M',
        '-object', 'memory-backend-ram,id=m1,size=512M',
        '-numa', 'node,nodeid=0,memdev=m0,cpus=0',
        '-numa', 'node,nodeid=1,memdev=m1,cpus=1']},
    'virtio-mem': {
        'cpu': BBML, 'memory': 1024, 'ways': ('elf', 'kdump'), 'plug': 512,
        'append': 'memhp_default_state=online_movable',
        'machine_memory': ',maxmem=4G,slots=2',
        'modules': ['virtio_mem'], 'steps': ['plug 512'],
        'extra': ['-object', 'memory-backend-ram,id=vm0,size=1G',
                  '-device', 'virtio-mem-pci,id=vmd0,memdev=vm0,'
                  'requested-size=0']},
    # Machines
    'el2': {'cpu': MAX, 'machine': 'virtualization=on'},
    'pkvm': {'cpu': MAX, 'machine': 'virtualization=on',
             'append': 'kvm-arm.mode=protected'},
    'mte': {'cpu': MAX, 'machine': 'mte=on'},
    # Banks and carve-outs of a phone: one not aligned to 2 MiB, one of an odd size
    'phone': {'cpu': 'cortex-a72', 'ways': ('raw',), 'leave_out': True,
              'banks': PHONE_BANKS, 'no_map': PHONE_NO_MAP},
    'phone-rodata-off': {
        'cpu': 'cortex-a72', 'ways': ('raw',), 'leave_out': True,
        'banks': PHONE_BANKS, 'no_map': PHONE_NO_MAP,
        'append': 'rodata=off'},
    'phone-256m': {'cpu': 'cortex-a72', 'ways': ('raw',),
                   'banks': [(1 << 30, 256 << 20)]},
    'phone-pkvm': {'cpu': MAX, 'machine': 'virtualization=on',
                   'ways': ('raw',), 'append': 'kvm-arm.mode=protected',
                   'banks': [(1 << 30, 512 << 20)]},
    'no-map': {'cpu': BBML, 'banks': [(1 << 30, 1 << 30)],
               'no_map': [(0x58e01000, 0x3ff000)]},
    # Ways
    'panic': {'cpu': BBML, 'memory': 1024, 'ways': ('vmcore',)},
    'no-bbml-panic': {'cpu': 'cortex-a72', 'memory': 768, 'ways': ('vmcore',)},
    'live': {'cpu': BBML, 'ways': ('live',)},
    'no-bbml-live': {'cpu': MAX, 'ways': ('live',)},
}

# Loaded where a kernel has them; the second list is taken out again.
MODULES = ['dummy', 'tun', 'veth', 'loop', 'isofs', 'nf_tables', 'ts_kmp', 'ts_bm',
           'libarc4', 'quota_tree', 'binfmt_misc', 'autofs4', 'crc-itu-t', 'md4',
           'xcbc', 'nls_iso8859-7', 'zonefs', 'async_tx']
UNLOADED = ['tun', 'ts_kmp', 'loop', 'autofs4', 'nls_iso8859-7']

# ---- The matrix ------------------------------------------------------------------
# What matters most comes first.
MATRIX = [
    ('7.3-cloud', 'bbml'),
    ('6.1-cloud', 'no-bbml-va48'),
    ('5.10-cloud', 'no-bbml-va48'),
    ('6.12-cloud', 'no-bbml'),
    ('6.12-16k', 'no-bbml'),
    ('6.18-cloud', 'bbml'),
    ('7.0-cloud', 'bbml'),
    ('7.1-cloud', 'bbml'),
    ('7.2-cloud', 'bbml'),
    ('page-owner', 'page-owner'),
    ('page-owner', 'debug-pagealloc'),
    ('64k-52', 'bbml'),
    ('64k-48', 'bbml'),
    ('39bit', 'bbml'),
    ('kasan', 'bbml'),
    ('kasan-sw', 'bbml'),
    ('16k-36', 'bbml'),
    ('bare', 'bbml'),
    ('phone-6.1', 'phone'),
    ('phone-6.1', 'phone-256m'),
    ('phone-6.1', 'phone-rodata-off'),
    ('phone-6.1', 'phone-pkvm'),
    ('phone-6.12', 'phone'),
    ('phone-6.12', 'phone-rodata-off'),
    ('39bit', 'phone'),
    ('6.12-cloud', 'pkvm'),
    ('7.3-cloud', 'virtio-mem'),
    ('6.12-cloud', 'virtio-mem'),
    ('7.3-cloud', 'no-bbml-live'),
    ('7.3-cloud', 'panic'),
    ('6.1-cloud', 'no-bbml-panic'),
    ('7.3-cloud', 'kfence'),
    ('7.3-cloud', 'kfence-late'),
    ('6.18-16k', 'bbml'),
    ('7.2-16k', 'bbml'),
    ('7.1-16k', 'bbml'),
    ('7.0-16k', 'bbml'),
    ('7.3-cloud', '8g'),
    ('7.3-cloud', 'no-map'),
    ('7.3-16k', 'no-map'),
    ('6.16-cloud', 'bbml'),
    ('6.17-cloud', 'bbml'),
    ('6.19-cloud', 'bbml'),
    ('7.3-cloud', 'no-bbml'),
    ('7.3-cloud', 'bbml-va48'),
    ('7.3-16k', 'bbml'),
    ('7.3-cloud', 'rodata-off'),
    ('7.3-cloud', 'noalias'),
    ('7.2-cloud', 'noalias'),
    ('7.3-cloud', '256m'),
    ('7.3-cloud', 'numa'),
    ('7.3-cloud', 'mem'),
    ('7.3-cloud', 'mte'),
    ('7.3-cloud', 'nokaslr'),
    ('6.1-cloud', 'kpti'),
    ('6.12-cloud', 'no-bbml-va48'),
    ('6.12-cloud', 'rodata-off'),
    ('6.18-cloud', 'no-bbml'),
    ('7.3-cloud', 'no-bbml-noalias'),
    ('7.3', 'bbml'),
    ('7.3-rt', 'bbml'),
    ('6.12', 'no-bbml'),
    ('7.3-cloud', 'pkvm'),
    ('7.3-cloud', 'el2'),
    ('7.3-rc', 'bbml'),
    ('6.1-rt', 'no-bbml-va48'),
    ('7.3-cloud', 'live'),
    ('6.1-cloud', 'no-bbml-live'),
]
