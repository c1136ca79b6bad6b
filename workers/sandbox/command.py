"""The command line that puts a command behind bubblewrap.

As root there are two layers. The outer one, made with root's rights, holds nothing but what the
inner one needs, some of which may lie in folders that root alone can enter; then root is given up
for an account of no importance, because limits on processes do not bind root, and what breaks out
of the inner layer finds itself nobody in an almost empty place. Otherwise the inner one is all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox.shapes import Limits

BUBBLEWRAP = "bwrap"
CODE = "/repository"
"""Where a command finds the code, and starts. It is the name of no module of the standard library:
pytest imports a repository with an `__init__.py` at its root as a package of this name."""

_ETC = Path(__file__).resolve().parent / "etc"
_HOST_ETC = ("alternatives", "ld.so.cache", "ssl/certs", "ssl/openssl.cnf", "localtime")
_SYSTEM = (
    *("--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/sbin"),
    *("/sbin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"),
)
_OUTSIDE = "/from"
_TMP_MIB = 256
_SHARED_MIB = 64
_FILES = 1024

# The first process of a namespace reaps what lost its parent, and must not be the command itself:
# signals would not end it. It must not change its account either: when the worker is killed, the
# kernel asks whether whoever waits for it may kill it. What a shell itself says, nobody wants.
_FIRST = ("/bin/sh", "-c", 'exec 9>&2 2>/dev/null; (exec "$@" 2>&9 9>&-); exit $?', "sh")


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder or file of the host, and where a command sees it; read-only but for the code."""

    source: Path
    target: str
    writable: bool = False

    @property
    def flag(self) -> str:
        return "--bind" if self.writable else "--ro-bind"


@dataclass(frozen=True, slots=True)
class Place:
    """What a command sees beside the system. `user` is the account outside; None: that of the
    worker, who is not root then."""

    mounts: tuple[Mount, ...]
    user: int | None
    environment: Mapping[str, str]


def behind(place: Place, argv: Sequence[str], limits: Limits, allowed: int) -> list[str]:
    """The whole command line. `allowed` is a descriptor with the filter of system calls."""
    mounts = (*_etc(), *place.mounts)
    command = ("--", *_FIRST, *_limited(limits), *argv)
    if place.user is None:
        return [*_inner(mounts, place.environment, allowed), *command]
    names = [Mount(Path(f"{_OUTSIDE}/{n}"), m.target, m.writable) for n, m in enumerate(mounts)]
    inner = _inner(names, place.environment, allowed)
    return [*_outer(mounts, place.user), *inner, *command]


def _etc() -> list[Mount]:
    """No account of the host is named inside."""
    ours = [Mount(path, f"/etc/{path.name}") for path in sorted(_ETC.iterdir())]
    hosts = [Mount(Path("/etc") / name, f"/etc/{name}") for name in _HOST_ETC]
    return [*ours, *(mount for mount in hosts if mount.source.exists())]


def _outer(mounts: Sequence[Mount], user: int) -> list[str]:
    binds = [(m.flag, str(m.source), f"{_OUTSIDE}/{n}") for n, m in enumerate(mounts)]
    return [
        *(BUBBLEWRAP, "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts"),
        *("--as-pid-1", "--die-with-parent", *_SYSTEM, "--perms", "0755", "--dir", _OUTSIDE),
        # A namespace may mount a /proc of its own where it sees another one whole.
        *("--perms", "0700", "--dir", f"{_OUTSIDE}/proc", "--bind", "/proc", f"{_OUTSIDE}/proc"),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--dir", "/tmp"),
        *(part for bind in binds for part in bind),
        *("--remount-ro", "/", "--", *_FIRST, "setpriv", f"--reuid={user}", f"--regid={user}"),
        *("--clear-groups", "--bounding-set=-all", "--no-new-privs", "--"),
    ]


def _inner(mounts: Sequence[Mount], environment: Mapping[str, str], allowed: int) -> list[str]:
    return [
        *(BUBBLEWRAP, "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"),
        *("--disable-userns", "--cap-drop", "ALL", "--as-pid-1", "--die-with-parent"),
        *("--new-session", "--hostname", "sandbox", "--clearenv", *_SYSTEM),
        *("--proc", "/proc", "--dev", "/dev", "--size", str(_SHARED_MIB << 20)),
        *("--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--size", str(_TMP_MIB << 20)),
        *("--tmpfs", "/tmp", "--dir", "/tmp/home"),
        *(part for m in mounts for part in (m.flag, str(m.source), m.target)),
        *("--chdir", CODE, "--remount-ro", "/"),
        *(part for name, value in environment.items() for part in ("--setenv", name, value)),
        *("--seccomp", str(allowed)),
    ]


def _limited(limits: Limits) -> tuple[str, ...]:
    """Those of a single process, and of how many there are. They are set inside: the kernel counts
    the processes of each namespace, and those of the account outside are none of its business."""
    return (
        *("prlimit", f"--nproc={limits.processes}", f"--cpu={int(limits.cpu_seconds) + 5}"),
        *(f"--fsize={limits.file_mib << 20}", f"--nofile={_FILES}", "--core=0", "--"),
    )
