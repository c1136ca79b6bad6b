"""Ways to other processes, to other namespaces, and to more rights."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

from tests.workers.sandbox.attacks.trying import call, first, host, tried


def killing_a_process_of_the_host() -> object:
    os.kill(int(host["pid"]), 0)
    return "the worker was found"


def tracing_a_process() -> object:
    return call(101, 117, 0, 0, 0, 0)  # PTRACE_TRACEME


def reading_memory_of_a_process() -> object:
    return call(310, 270, 1, 0, 0, 0, 0, 99)


def writing_memory_of_a_process() -> object:
    return call(311, 271, 1, 0, 0, 0, 0, 99)


def taking_a_descriptor_of_a_process() -> object:
    return call(438, 438, -1, 0, 0)


def comparing_processes() -> object:
    return call(312, 272, 1, 1, 99, 0, 0)


def a_new_user_namespace() -> object:
    return call(272, 97, 0x10000000)


def new_namespaces_of_every_kind() -> object:
    kinds = (0x20000, 0x80, 0x02000000, 0x04000000, 0x08000000, 0x20000000, 0x40000000)
    return first(tried(lambda k=k: call(272, 97, k)) for k in kinds)


def a_child_in_new_namespaces() -> object:
    flags = 0x10000000 | 0x20000 | signal.SIGCHLD
    got = call(56, 220, flags, 0, 0, 0, 0)
    if "returned 0," in str(got):
        os._exit(0)
    return got


def a_child_in_new_namespaces_by_the_newer_call() -> object:
    return call(435, 435, 0, 0)


def joining_namespaces() -> object:
    return call(308, 268, -1, 0)


def mounting() -> object:
    return call(165, 40, 1, 1, 1, 0, 0)


def mounting_by_the_newer_calls() -> object:
    numbers = (428, 429, 430, 431, 432, 433, 442)
    return first(tried(lambda n=n: call(n, n, -1, 1, 0, 0, 0)) for n in numbers)


def unmounting() -> object:
    return call(166, 39, 1, 0)


def changing_the_root() -> object:
    return call(161, 51, 1)


def exchanging_the_root() -> object:
    return call(155, 41, 1, 1)


def making_a_device() -> object:
    os.mknod("/tmp/device", 0o666 | stat.S_IFCHR, os.makedev(1, 1))
    return "made"


def becoming_root() -> object:
    for change in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])):
        if tried(lambda c=change: [c()]):
            return "changed"
    return None


def becoming_root_by_programs_of_the_system() -> object:
    for name in "su sudo mount umount pkexec newgrp passwd chsh".split():
        path = f"/usr/bin/{name}"
        if os.path.exists(path) and os.stat(path).st_mode & stat.S_ISUID:
            told = subprocess.run(
                [sys.executable, "-c", f"import os; os.execv({path!r}, ['x', '--version'])"],
                capture_output=True,
                check=False,
            )
            if b"root" in told.stdout:
                return told.stdout
    return "nosuid" not in Path("/proc/self/mountinfo").read_text().partition("/usr ")[2][:60]


def becoming_root_by_a_program_of_our_own() -> object:
    Path("/repository/suid").write_bytes(Path("/usr/bin/id").read_bytes())
    os.chmod("/repository/suid", 0o4755)
    told = subprocess.run(["/repository/suid", "-u"], capture_output=True, check=False)
    os.unlink("/repository/suid")
    return told.stdout not in (b"1000\n", b"")


def raising_limits() -> object:
    most = resource.RLIM_INFINITY
    for limit in (resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        try:
            resource.setrlimit(limit, (most, most))
        except ValueError:
            continue
        return "raised"
    return None


def taking_all_time_of_the_cpu() -> object:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    return "real time"


def taking_precedence() -> object:
    return os.nice(-10)


def hiding_from_the_killer_of_large_processes() -> object:
    return Path("/proc/self/oom_score_adj").write_text("-1000")


def hiding_from_the_watch() -> object:
    return call(157, 167, 4, 0, 0, 0, 0)


def changing_the_personality() -> object:
    return call(135, 92, 0x0400000)
