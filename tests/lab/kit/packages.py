# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels of Debian's packages: fetched and unpacked by apt's own tools into the
lab's folder, never installed.

apt gets a root of its own for each suite, with the system's configuration (proxies)
and mirror.
A kernel for the lab is a folder with Image, modules/ (any depth), config and
System.map, whoever made it.
"""
import functools
import os
import re
import shutil
import subprocess

MIRROR = 'http://deb.debian.org/debian'
KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
PARTS = re.compile(r'\blinux-(?:base|binary|modules)-[0-9][^ ,]*')


def mirror():
    """Where the system has Debian from."""
    found = subprocess.run(
        ['apt-get', 'indextargets', '--format', '$(REPO_URI) $(LABEL)',
         'Created-By: Packages', 'Origin: Debian'],
        capture_output=True, text=True).stdout
    uris = [line.split(' ', 1)[0] for line in found.splitlines()
            if line.endswith(' Debian')]
    return uris[0] if uris else MIRROR


class Apt:
    """apt for arm64 and one suite, in a folder."""

    def __init__(self, lab, suite):
        self.suite = suite
        self.root = os.path.join(os.path.abspath(lab), 'apt', suite)
        self.config = os.path.join(self.root, 'apt.conf')

    def run(self, *args, cwd=None):
        done = subprocess.run(
            args, cwd=cwd, capture_output=True, text=True,
            env={**os.environ, 'APT_CONFIG': self.config, 'LC_ALL': 'C'})
        if done.returncode:
            raise RuntimeError(f"{' '.join(args[:3])}: "
                               f'{done.stderr.strip()[-500:]}')
        return done.stdout

    def update(self):
        """Once; remove the folder to have newer lists."""
        done = os.path.join(self.root, 'updated')
        if os.path.exists(done):
            return
        for name in ('etc/apt/preferences.d', 'var/lib/apt/lists/partial',
                     'var/cache/apt/archives/partial', 'var/lib/dpkg', 'debs'):
            os.makedirs(os.path.join(self.root, name), exist_ok=True)
        with open(os.path.join(self.root, 'var/lib/dpkg/status'), 'w'):
            pass
        with open(self.config, 'w') as file:
            file.write(f'Dir "{self.root}";\n'
                       'Dir::Etc::main "/etc/apt/apt.conf";\n'
                       'Dir::Etc::parts "/etc/apt/apt.conf.d";\n'
                       'Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";\n'
                       'APT::Architecture "arm64";\n'
                       'APT::Architectures { "arm64"; };\n'
                       'APT::Sandbox::User "root";\n'
                       'Acquire::Languages "none";\n')
        with open(os.path.join(self.root, 'etc/apt/sources.list'), 'w') as file:
            file.write(f'deb [arch=arm64 signed-by={KEYRING}] {mirror()} '
                       f'{self.suite} main\n')
        self.run('apt-get', 'update', '--error-on=any')
        with open(done, 'w'):
            pass

    @functools.lru_cache(None)
    def names(self, prefix):
        return self.run('apt-cache', 'pkgnames', prefix).split()

    def has(self, package):
        return package in self.names(package)

    def depends(self, package):
        told = self.run('apt-cache', 'show', '--no-all-versions', package)
        return re.search(r'^Depends: (.*)$', told, re.M)[1]

    def unpack(self, packages, folder):
        debs = os.path.join(self.root, 'debs')
        self.run('apt-get', 'download', *packages, cwd=debs)
        for name in sorted(os.listdir(debs)):
            if name.split('_', 1)[0] in packages:
                path = os.path.join(debs, name)
                self.run('dpkg-deb', '-x', path, folder)
                os.remove(path)


def newest(versions):
    def older(a, b):
        return -1 if subprocess.run(
            ['dpkg', '--compare-versions', a, 'lt', b]).returncode == 0 else 1
    return max(versions, key=functools.cmp_to_key(older))


def image_of(apt, version, flavour):
    """The package of the newest kernel VERSION.* of that flavour."""
    pattern = re.compile(
        rf'linux-image-({re.escape(version)}\.[0-9.]+(?:-\d+)?'
        rf'(?:\+deb[0-9.]+)?)-{re.escape(flavour)}')
    names = apt.names(f'linux-image-{version}')
    found = {match[1]: match[0] for match in map(pattern.fullmatch, names)
             if match}
    if found:
        return found[newest(found)]
    # A release candidate, of experimental, has no third number.
    exact = f'linux-image-{version}-{flavour}'
    if exact not in names:
        raise RuntimeError(f'no package of Linux {version}, {flavour}')
    return exact


def lay_out(tree, folder, package):
    """What the packages have, as the lab has kernels."""
    boot = [os.path.join(at, name) for at, _, names in os.walk(tree)
            for name in names
            if re.match(r'(vmlinuz|config|System\.map)(-|$)', name)]
    for path in boot:
        name = re.match(r'(vmlinuz|config|System\.map)',
                        os.path.basename(path))[1]
        shutil.move(path, os.path.join(
            folder, 'Image' if name == 'vmlinuz' else name))
    for at in ('lib/modules', 'usr/lib/modules'):
        if os.path.isdir(os.path.join(tree, at)):
            shutil.move(os.path.join(tree, at), os.path.join(folder, 'modules'))
    with open(os.path.join(folder, 'package'), 'w') as file:
        file.write(package + '\n')


def fetch(apt, version, flavour, folder):
    """Into @folder, where it is not yet."""
    if os.path.exists(os.path.join(folder, 'package')):
        return
    apt.update()
    package = image_of(apt, version, flavour)
    # Backports keep no modules of series that are past.
    packages = [package] + [x for x in PARTS.findall(apt.depends(package))
                            if apt.has(x)]
    tree = folder + '.part'
    for old in (tree, folder):
        shutil.rmtree(old, ignore_errors=True)
    os.makedirs(folder)
    apt.unpack(packages, tree)
    lay_out(tree, folder, package)
    shutil.rmtree(tree)
