"""System calls that a command is not allowed, with their numbers on x86-64 and on 64-bit ARM.

None of them is of use to tests, analysers or fuzzers; each has been a way out of a sandbox, or
takes memory that no limit counts.
"""

from __future__ import annotations

from typing import NamedTuple


class Numbers(NamedTuple):
    """None where the machine has no such call."""

    x86_64: int | None
    aarch64: int | None


REFUSED: dict[str, Numbers] = {
    # Other processes.
    "ptrace": Numbers(101, 117),
    "process_vm_readv": Numbers(310, 270),
    "process_vm_writev": Numbers(311, 271),
    "process_madvise": Numbers(440, 440),
    "kcmp": Numbers(312, 272),
    "pidfd_getfd": Numbers(438, 438),
    # Namespaces and mounts.
    "unshare": Numbers(272, 97),
    "setns": Numbers(308, 268),
    "chroot": Numbers(161, 51),
    "pivot_root": Numbers(155, 41),
    "mount": Numbers(165, 40),
    "umount2": Numbers(166, 39),
    "move_mount": Numbers(429, 429),
    "open_tree": Numbers(428, 428),
    "fsopen": Numbers(430, 430),
    "fsconfig": Numbers(431, 431),
    "fsmount": Numbers(432, 432),
    "fspick": Numbers(433, 433),
    "mount_setattr": Numbers(442, 442),
    "open_by_handle_at": Numbers(304, 265),
    "name_to_handle_at": Numbers(303, 264),
    # The kernel itself.
    "init_module": Numbers(175, 105),
    "finit_module": Numbers(313, 273),
    "delete_module": Numbers(176, 106),
    "kexec_load": Numbers(246, 104),
    "kexec_file_load": Numbers(320, 294),
    "reboot": Numbers(169, 142),
    "bpf": Numbers(321, 280),
    "perf_event_open": Numbers(298, 241),
    "userfaultfd": Numbers(323, 282),
    "fanotify_init": Numbers(300, 262),
    "keyctl": Numbers(250, 219),
    "add_key": Numbers(248, 217),
    "request_key": Numbers(249, 218),
    "syslog": Numbers(103, 116),
    "acct": Numbers(163, 89),
    "quotactl": Numbers(179, 60),
    "quotactl_fd": Numbers(443, 443),
    "swapon": Numbers(167, 224),
    "swapoff": Numbers(168, 225),
    "sethostname": Numbers(170, 161),
    "setdomainname": Numbers(171, 162),
    "settimeofday": Numbers(164, 170),
    "clock_settime": Numbers(227, 112),
    "clock_adjtime": Numbers(305, 266),
    "adjtimex": Numbers(159, 171),
    "vhangup": Numbers(153, 58),
    # Old, little used, and broken more than once.
    "iopl": Numbers(172, None),
    "ioperm": Numbers(173, None),
    "modify_ldt": Numbers(154, None),
    "uselib": Numbers(134, None),
    "sysfs": Numbers(139, None),
    "ustat": Numbers(136, None),
    "lookup_dcookie": Numbers(212, 18),
    "remap_file_pages": Numbers(216, 234),
    "move_pages": Numbers(279, 239),
    "migrate_pages": Numbers(256, 238),
    "mbind": Numbers(237, 235),
    "set_mempolicy": Numbers(238, 237),
    "set_mempolicy_home_node": Numbers(450, 450),
}

MISSING: dict[str, Numbers] = {
    # Programs take another way where the kernel is too old for these.
    "clone3": Numbers(435, 435),
    "io_uring_setup": Numbers(425, 425),
    "io_uring_enter": Numbers(426, 426),
    "io_uring_register": Numbers(427, 427),
    # Memory that belongs to no process.
    "memfd_create": Numbers(319, 279),
    "memfd_secret": Numbers(447, 447),
    "shmget": Numbers(29, 194),
    "shmat": Numbers(30, 196),
    "shmctl": Numbers(31, 195),
    "shmdt": Numbers(67, 197),
    "msgget": Numbers(68, 186),
    "msgsnd": Numbers(69, 189),
    "msgrcv": Numbers(70, 188),
    "msgctl": Numbers(71, 187),
    "semget": Numbers(64, 190),
    "semop": Numbers(65, 193),
    "semctl": Numbers(66, 191),
    "semtimedop": Numbers(220, 192),
}

ASKED: dict[str, Numbers] = {
    # Allowed, or not, by what they are asked for.
    "clone": Numbers(56, 220),
    "socket": Numbers(41, 198),
    "socketpair": Numbers(53, 199),
    "ioctl": Numbers(16, 29),
    "mknod": Numbers(133, None),
    "mknodat": Numbers(259, 33),
    "personality": Numbers(135, 92),
    "prctl": Numbers(157, 167),
}

NEWEST = 450
"""The last that was there when this table was made. Whatever came later does not exist inside."""
