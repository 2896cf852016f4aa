# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine of QEMU's: started, watched by its console, asked and saved by QMP."""
import json
import os
import re
import socket
import subprocess
import time

RAM = 1 << 30
PATIENCE = 900


class Monitor:
    """QEMU's QMP."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile('r')
        self.file.readline()
        self.run('qmp_capabilities')

    def run(self, command, **arguments):
        line = json.dumps({'execute': command, 'arguments': arguments})
        self.socket.sendall(line.encode() + b'\n')
        for answer in map(json.loads, self.file):
            if 'return' in answer:
                return answer['return']
            if 'error' in answer:
                raise RuntimeError(f"QEMU: {answer['error']['desc']}")
        raise RuntimeError('QEMU has gone')

    def human(self, line):
        return self.run('human-monitor-command', **{'command-line': line})


class Machine:
    """A process of QEMU's with its console in FOLDER/serial.log."""

    def __init__(self, arguments, folder):
        self.folder = os.path.abspath(folder)
        self.log = os.path.join(self.folder, 'serial.log')
        control = os.path.join(self.folder, 'qmp')
        for path in (self.log, control):
            if os.path.exists(path):
                os.remove(path)
        command = ['qemu-system-aarch64', *arguments, '-smp', '2', '-display',
                   'none', '-nodefaults', '-no-reboot', '-serial',
                   'file:serial.log', '-qmp', 'unix:qmp,server=on,wait=off']
        with open(os.path.join(self.folder, 'qemu.txt'), 'w') as file:
            line = ' '.join(f"'{x}'" if ' ' in x else x for x in command)
            file.write(re.sub(r'(?<=[=: ])/\S*/(?=\w)', '', line) + '\n')
        self.errors = open(os.path.join(self.folder, 'qemu.err'), 'w+')
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, cwd=self.folder,
            stdout=self.errors, stderr=self.errors)
        self.control = control

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.errors.close()

    def console(self):
        if not os.path.exists(self.log):
            return ''
        with open(self.log, errors='replace') as file:
            return file.read()

    def await_line(self, pattern, panics=True):
        """The match of the console's line; None where QEMU ended before it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ended = self.process.poll() is not None
            text = self.console()
            match = re.search(pattern, text, re.M)
            if match:
                return match
            if panics and 'Kernel panic' in text:
                raise RuntimeError('the guest panicked: ' + re.search(
                    r'Kernel panic[^\r\n]*', text)[0])
            if ended:
                self.errors.seek(0)
                why = self.errors.read().strip()
                raise RuntimeError(f'QEMU ended {why}'.strip())
            time.sleep(0.5)
        raise RuntimeError('the guest does not come up')

    def monitor(self):
        return Monitor(self.control)
