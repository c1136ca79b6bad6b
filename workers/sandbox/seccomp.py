"""The filter of system calls, as the kernel's own little machine runs it (classic BPF).

It allows what is not named: an unknown program should run. What is younger than the table does not
exist, a call by the numbers of another machine ends the process.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

from workers.sandbox.syscalls import ASKED, MISSING, NEWEST, REFUSED, Numbers

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""How the kernel calls the machines that have a table."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16

_NAMESPACES = 0x7E020000  # any CLONE_NEW… flag
_FAMILIES = (1, 2, 10)  # unix, inet, inet6: there is a loopback, and nothing else
_TERMINAL = (0x5412, 0x541C, 0x5423)  # TIOCSTI, TIOCLINUX, TIOCSETD: typing for somebody else
_DEVICE = 0x2000  # a bit of S_IFCHR and S_IFBLK
_PERSONALITIES = (0, 0x40000, 0xFFFFFFFF)  # Linux, without random addresses, or a question
_SET_DUMPABLE = 4  # whoever hides from the watch


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction; jumps count the instructions to leave out."""

    code: int
    value: int
    if_true: int = 0
    if_false: int = 0

    def packed(self) -> bytes:
        return struct.pack("=HBBI", self.code, self.if_true, self.if_false, self.value)


def program(machine: str = "") -> bytes | None:
    """The filter for this machine, as bubblewrap takes it; None where its numbers are not known."""
    machine = machine or platform.machine()
    if machine not in AUDIT:
        return None
    return b"".join(step.packed() for step in _steps(machine))


def _steps(machine: str) -> list[Step]:
    def number(numbers: Numbers) -> int | None:
        return numbers.x86_64 if machine == "x86_64" else numbers.aarch64

    steps = [
        Step(_LOAD, _MACHINE),
        Step(_EQUAL, AUDIT[machine], if_true=1),
        Step(_RETURN, _KILL),
        Step(_LOAD, _NUMBER),
        Step(_AT_LEAST, NEWEST + 1, if_false=1),
        _refused(errno.ENOSYS),
    ]
    for table, error in ((REFUSED, errno.EPERM), (MISSING, errno.ENOSYS)):
        for numbers in table.values():
            steps += _where(number(numbers), [_refused(error)])
    for name, numbers in ASKED.items():
        steps += _where(number(numbers), _ASKED[name])
    return [*steps, Step(_RETURN, _ALLOW)]


def _where(number: int | None, then: list[Step]) -> list[Step]:
    return [] if number is None else [Step(_EQUAL, number, if_false=len(then)), *then]


def _refused(error: int) -> Step:
    return Step(_RETURN, _ERROR | error)


def _one_of(argument: int, values: tuple[int, ...], error: int) -> list[Step]:
    """Allow these alone. The kernel reads the low half of such an argument, and so does this."""
    tests = [Step(_EQUAL, v, if_true=len(values) - n) for n, v in enumerate(values)]
    return [_loaded(argument), *tests, _refused(error), Step(_RETURN, _ALLOW)]


def _none_of(argument: int, values: tuple[int, ...]) -> list[Step]:
    tests = [Step(_EQUAL, v, if_true=len(values) - n) for n, v in enumerate(values)]
    return [_loaded(argument), *tests, Step(_RETURN, _ALLOW), _refused(errno.EPERM)]


def _no_bit_of(argument: int, bits: int) -> list[Step]:
    test = Step(_ANY_BIT, bits, if_true=1)
    return [_loaded(argument), test, Step(_RETURN, _ALLOW), _refused(errno.EPERM)]


def _loaded(argument: int) -> Step:
    return Step(_LOAD, _ARGUMENTS + 8 * argument)


_ASKED: dict[str, list[Step]] = {
    "clone": _no_bit_of(0, _NAMESPACES),
    "socket": _one_of(0, _FAMILIES, errno.EAFNOSUPPORT),
    "socketpair": _one_of(0, _FAMILIES, errno.EAFNOSUPPORT),
    "ioctl": _none_of(1, _TERMINAL),
    "mknod": _no_bit_of(1, _DEVICE),
    "mknodat": _no_bit_of(2, _DEVICE),
    "personality": _one_of(0, _PERSONALITIES, errno.EPERM),
    "prctl": _none_of(0, (_SET_DUMPABLE,)),
}
