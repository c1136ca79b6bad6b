"""Ways to change what is read-only, and to take more than there is."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.workers.sandbox.attacks.trying import first, host, tried


def writing_to_the_toolchain() -> object:
    return Path(host["toolchain"], "lib/evil.pth").write_text("import os")


def replacing_a_program_of_the_toolchain() -> object:
    return os.open(Path(host["toolchain"], "bin/pytest"), os.O_WRONLY)


def writing_to_the_system() -> object:
    places = "/ /usr /usr/bin /etc /dev /lib /proc".split()
    return first(tried(lambda p=p: Path(p, "evil").write_text("x")) for p in places)


def changing_the_rights_of_the_toolchain() -> object:
    return [os.chmod(Path(host["toolchain"], "bin"), 0o777)]


def writing_to_a_folder_that_was_given_to_read() -> object:
    return Path("/given/evil").write_text("x")


def linking_the_toolchain_into_the_workspace() -> object:
    os.link(Path(host["toolchain"], "pyvenv.cfg"), "/repository/linked")
    return "linked"


def filling_the_disk_with_one_file() -> object:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("/repository/large", "wb") as file:
        return file.truncate(1 << 40)


def filling_the_temporary_folder() -> object:
    return filled("/tmp/large", 2048)


def filling_the_shared_memory() -> object:
    return filled("/dev/shm/large", 1024)


def filled(path: str, most: int) -> object:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    written = 0
    try:
        with open(path, "wb", buffering=0) as file:
            while written < most and file.write(bytes(1 << 20)):
                written += 1
        return f"{written} MiB"
    finally:
        os.unlink(path)


def forking_without_end() -> object:
    children: list[int] = []
    try:
        while len(children) < 2_000:
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
        return "two thousand processes"
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
