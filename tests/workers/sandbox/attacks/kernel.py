"""Ways into the kernel, by calls that the filter refuses."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import pty

from tests.workers.sandbox.attacks.trying import ARM, call, first, tried


def an_io_uring() -> object:
    return first(tried(lambda n=n: call(n, n, 0, 0, 0, 0)) for n in (425, 426, 427))


def a_program_in_the_kernel() -> object:
    return call(321, 280, 99, 0, 0)


def keys_of_the_kernel() -> object:
    made = (tried(lambda n=n: call(*n, 0, 0, 0, 0, 0)) for n in ((248, 217), (249, 218)))
    return first(made) or tried(lambda: call(250, 219, 99, 0, 0, 0, 0))


def counting_events_of_the_cpu() -> object:
    return call(298, 241, 0, 0, 0, -1, 0)


def handling_page_faults() -> object:
    return call(323, 282, 1)


def loading_another_kernel() -> object:
    return tried(lambda: call(246, 104, 0, 99, 0, 0)) or call(320, 294, -1, -1, 0, 0, 0)


def loading_a_module() -> object:
    return tried(lambda: call(175, 105, 0, 0, 0)) or call(313, 273, -1, 0, 0)


def restarting_the_machine() -> object:
    return call(169, 142, 1, 2, 3, 0)


def changing_the_time() -> object:
    return tried(lambda: call(164, 170, 1, 1)) or call(227, 112, 0, 1)


def changing_the_name_of_the_machine() -> object:
    return call(170, 161, 1, -1)


def watching_files_of_others() -> object:
    return call(300, 262, 0, 0)


def swapping_and_accounting() -> object:
    tries = ((167, 224), (168, 225), (163, 89), (179, 60))
    return first(tried(lambda t=t: call(*t, 1, 1, 1, 1)) for t in tries)


def ports_of_the_machine() -> object:
    return tried(lambda: call(172, -1, 99)) or call(173, -1, 0, 1, 99)


def segments_of_the_cpu() -> object:
    return call(154, -1, 99, 0, 0)


def memory_that_belongs_to_no_process() -> object:
    return tried(lambda: call(319, 279, 1, 99)) or call(447, 447, 99)


def shared_memory_and_queues_of_old() -> object:
    tries = ((29, 194), (68, 186), (64, 190))
    return first(tried(lambda t=t: call(*t, 0, 4096, 0o1600)) for t in tries)


def calls_that_are_younger_than_the_filter() -> object:
    return first(tried(lambda n=n: call(n, n, -1, -1, -1)) for n in range(451, 480))


def calls_by_the_numbers_of_x32() -> object:
    if ARM:
        return None
    return call(0x40000000 + 521, -1, 0, 0, 0, 0)  # ptrace


def calls_by_the_numbers_of_32_bits() -> object:
    """Machine code: mov eax, 20 (getpid); int 0x80; ret."""
    if ARM:
        return None
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return f"getpid is {ctypes.CFUNCTYPE(ctypes.c_int)(address)()}"


def typing_into_a_terminal() -> object:
    _, terminal = pty.openpty()
    os.setsid()
    fcntl.ioctl(terminal, 0x540E, 0)  # TIOCSCTTY
    return [fcntl.ioctl(terminal, 0x5412, b"x")]  # TIOCSTI


def having_a_terminal_of_the_host() -> object:
    return os.open("/dev/tty", os.O_RDWR)
