"""Ways to files and environment of the host, and to other tenants."""

from __future__ import annotations

import os
from pathlib import Path

from tests.workers.sandbox.attacks.trying import AT_FIRST, call, first, host, pids, tried


def reading_a_file_of_the_host() -> object:
    return Path(host["secret"]).read_text()


def reading_passwords() -> object:
    return first(tried(lambda p=p: Path(p).read_text()) for p in ("/etc/shadow", "/etc/sudoers"))


def learning_the_accounts_of_the_host() -> object:
    return Path("/etc/passwd").read_text().count("\n") > 4


def listing_homes_of_people() -> object:
    return first(tried(lambda p=p: os.listdir(f"{p}/.ssh")) for p in ("/root", "/home"))


def listing_the_roots_of_the_host() -> object:
    return set(os.listdir("/")) & {"home", "var", "run", "mnt", "opt", "boot", "sys", "srv"}


def reading_the_folder_of_ponder() -> object:
    return os.listdir(host["data"])


def reading_another_workspace() -> object:
    return os.listdir(host["scratch"])


def reading_the_mirror_of_another_tenant() -> object:
    return os.listdir(host["mirrors"])


def leaving_by_the_parent_folder() -> object:
    return os.path.exists("/repository/../../../.." + host["secret"])


def leaving_through_the_roots_of_processes() -> object:
    roots = (f"/proc/{pid}/root{host['secret']}" for pid in ["self", *pids()])
    return first(tried(lambda p=p: Path(p).read_text()) for p in roots)


def leaving_through_the_folders_of_processes() -> object:
    ways = (f"/proc/{pid}/cwd/../../../../..{host['secret']}" for pid in ["self", *pids()])
    return first(tried(lambda p=p: Path(p).read_text()) for p in ways)


def reading_the_environment_of_processes() -> object:
    def told(pid: str) -> object:
        return host["marker"] in Path(f"/proc/{pid}/environ").read_bytes().decode()

    return first(tried(lambda p=p: told(p)) for p in pids())


def finding_secrets_in_the_own_environment() -> object:
    known = {"PATH", "HOME", "LANG", "TMPDIR", "PWD", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
    return set(os.environ) - known - {"SHLVL", "OLDPWD", "_", "LC_CTYPE"}


def seeing_processes_of_the_host() -> object:
    return any(
        "attacks" not in line and "bwrap" not in line and "prlimit" not in line
        for pid in pids()
        if (line := Path(f"/proc/{pid}/cmdline").read_text())
    )


def using_inherited_descriptors() -> object:
    return AT_FIRST


def reading_memory_of_the_machine() -> object:
    paths = "/dev/mem /dev/kmem /dev/port /proc/kcore /dev/kmsg".split()
    return first(tried(lambda p=p: open(p, "rb").read(1)) for p in paths)


def opening_disks_and_other_devices() -> object:
    known = "null zero full random urandom tty console ptmx pts shm fd stdin stdout stderr core"
    return set(os.listdir("/dev")) - set(known.split())


def opening_a_file_by_its_handle() -> object:
    return call(304, 265, 0, 0, 0)


def asking_for_the_handle_of_a_file() -> object:
    return call(303, 264, 0, 0, 0, 0, 0)


def reading_the_log_of_the_kernel() -> object:
    return call(103, 116, 99, 0, 0)


def changing_settings_of_the_kernel() -> object:
    paths = "kernel/core_pattern kernel/modprobe kernel/hostname vm/drop_caches net/ipv4/ip_forward"
    whole = [*(f"/proc/sys/{path}" for path in paths.split()), "/proc/sysrq-trigger"]
    return first(tried(lambda p=p: os.open(p, os.O_WRONLY)) for p in whole)


def leaving_through_a_control_group() -> object:
    return os.listdir("/sys/fs/cgroup")
