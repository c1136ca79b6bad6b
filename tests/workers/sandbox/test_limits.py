"""What a command may take. Each of these would go on for long, or take all of the machine."""

from __future__ import annotations

import pytest

from workers.sandbox import Limits, Result, Workspace

BOMBS = {
    "one process that takes memory": (
        "kept = []\nwhile True:\n    kept.append(bytearray(b'x' * (8 << 20)))",
        Limits(memory_mib=128),
        "out_of_memory",
    ),
    "many processes that take memory": (
        "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n        break\n"
        "kept = b'x' * (30 << 20)\ntime.sleep(600)",
        Limits(memory_mib=128),
        "out_of_memory",
    ),
    "shared memory that nobody maps": (
        "import mmap, time\nkept = []\nwhile len(kept) < 64:\n    m = mmap.mmap(-1, 16 << 20)\n"
        "    m[:] = b'x' * len(m)\n    m.madvise(mmap.MADV_DONTNEED)\n    kept.append(m)\n"
        "time.sleep(600)",
        Limits(memory_mib=128),
        "out_of_memory",
    ),
    "a process that computes": ("while True: pass", Limits(cpu_seconds=0.5), "timed_out"),
    "many processes that compute a little each": (
        "import os, time\nwhile True:\n    if os.fork() == 0:\n"
        "        while time.process_time() < 0.1: pass\n        os._exit(0)\n    os.wait()",
        Limits(cpu_seconds=0.5),
        "timed_out",
    ),
    "processes that compute and are waited for by nobody": (
        "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n"
        "    if os.fork() == 0:\n        while time.process_time() < 0.3: pass\n"
        "        os._exit(0)\n    time.sleep(0.1)",
        Limits(cpu_seconds=1),
        "timed_out",
    ),
    "many files": (
        "n = 0\nwhile True:\n    n += 1\n    open(f'{n}', 'wb').write(b'x' * (1 << 20))",
        Limits(disk_mib=64),
        "too_much_disk",
    ),
    "files without a name": (
        "import os\nkept = []\nwhile True:\n    f = open('f', 'wb')\n    os.unlink('f')\n"
        "    f.write(b'x' * (1 << 20))\n    f.flush()\n    kept.append(f)",
        Limits(disk_mib=64),
        "too_much_disk",
    ),
    "files in a folder that nobody may read": (
        "import os\nos.mkdir('d')\nfd = os.open('d', os.O_RDONLY)\nn = 0\nwhile True:\n"
        "    n += 1\n    os.fchmod(fd, 0o700)\n"
        "    f = os.open(f'{n}', os.O_WRONLY | os.O_CREAT, dir_fd=fd)\n    os.fchmod(fd, 0)\n"
        "    os.write(f, b'x' * (8 << 20))\n    os.close(f)",
        Limits(disk_mib=64),
        "too_much_disk",
    ),
    "output without an end": (
        "while True: print('x' * 1000)",
        Limits(output_kib=64),
        "too_much_output",
    ),
    "complaints without an end": (
        "import sys\nwhile True: sys.stderr.write('x' * 1000)",
        Limits(output_kib=64),
        "too_much_output",
    ),
    "nothing at all": ("import time\ntime.sleep(600)", Limits(wall_seconds=0.3), "timed_out"),
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_what_passes_a_limit_is_ended(workspace: Workspace, bomb: str) -> None:
    script, limits, status = BOMBS[bomb]
    result = await run(workspace, script, limits)
    assert (result.status, result.exit_code) == (status, -1), result.stderr


async def run(workspace: Workspace, script: str, limits: Limits) -> Result:
    return await workspace.run(["python", "-c", script], limits=limits)
