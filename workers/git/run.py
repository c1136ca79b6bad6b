"""Running git: its environment, its progress, and what its last words mean."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from core.errors import UserError
from core.settings import Secret
from workers.progress import Progress

# What the caller's environment may say about how git reaches a server. Everything else of GIT_*
# is dropped: inside a hook, GIT_DIR would send every command to the wrong repository.
_KEPT = frozenset(
    "GIT_SSH GIT_SSH_COMMAND GIT_SSH_VARIANT GIT_SSL_CAINFO GIT_SSL_CAPATH GIT_SSL_NO_VERIFY "
    "GIT_PROXY_COMMAND GIT_EXEC_PATH GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM "
    "GIT_CONFIG_NOSYSTEM".split()
)
_CONFIG = (
    ("safe.directory", "*"),
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.askPass", ""),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.writeCommitGraph", "false"),
    ("init.defaultRefFormat", "files"),  # what pygit2 reads
    ("gc.autoDetach", "false"),
    ("gc.pruneExpire", "never"),  # a citation may point to a commit that no ref holds any more
    ("http.lowSpeedLimit", "100"),
    ("http.lowSpeedTime", "60"),
    ("protocol.allow", "never"),
    *((f"protocol.{scheme}.allow", "always") for scheme in ("http", "https", "ssh", "file", "git")),
)
# A local upload-pack starts with git's own variables cleared, so it is told again, as arguments.
UPLOAD_PACK = "git -c safe.directory='*' -c uploadpack.allowAnySHA1InWant=true upload-pack"
_HELPER = (
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" '
    '"$PONDER_GIT_USERNAME" "$PONDER_GIT_PASSWORD"; }; f'
)
_SSH = "ssh -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=15 -oServerAliveCountMax=4"
_PROGRESS = re.compile(r"(Receiving objects|Resolving deltas):\s+\d+% \((\d+)/(\d+)\)")
_STAGES = {"Receiving objects": "clone", "Resolving deltas": "unpack"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login over HTTP. It reaches git through the environment only."""

    username: str
    password: Secret


MOST_BYTES = 32 << 20
"""Of what git writes about one question."""


class GitFailed(Exception):
    """Git ended with a status other than 0; `words` is what it said on stderr."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def environment(credentials: Credentials | None = None, url: str = "") -> dict[str, str]:
    """For every git process: no prompt, no hooks, no other protocol, no foreign configuration."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    variables |= {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "SSH_ASKPASS": "",
    }
    variables.setdefault("GIT_SSH_COMMAND", _SSH)
    config = list(_CONFIG)
    if credentials is not None:
        config += _login(url)
        variables["PONDER_GIT_USERNAME"] = credentials.username
        variables["PONDER_GIT_PASSWORD"] = str(credentials.password)
    return variables | _as_variables(config)


def _login(url: str) -> list[tuple[str, str]]:
    """The helpers of the machine are set aside, for one of them might write the login down. Ours
    is asked for this host alone, so a redirect elsewhere takes nothing along."""
    scheme, _, rest = url.partition("://")
    return [
        ("credential.helper", ""),
        (f"credential.{scheme}://{rest.partition('/')[0].rpartition('@')[2]}.helper", _HELPER),
    ]


def _as_variables(config: Sequence[tuple[str, str]]) -> dict[str, str]:
    numbered = {"GIT_CONFIG_COUNT": str(len(config))}
    for index, (key, value) in enumerate(config):
        numbered |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return numbered


def git(
    *arguments: str | bytes | Path, mirror: Path, extra: Mapping[str, str] | None = None
) -> bytes:
    """Run git in a mirror and return what it wrote. Raises GitFailed."""
    variables = environment() | {"GIT_DIR": str(mirror)} | dict(extra or {})
    done = subprocess.run(
        ["git", *arguments],
        env=variables,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise GitFailed(done.stderr.decode(errors="replace"))
    return done.stdout


def git_within(seconds: float, *arguments: str | bytes, mirror: Path) -> tuple[bytes, bool]:
    """What git wrote within the time, and whether that is all of it. Raises GitFailed.

    For what a question asks of a long history: half of it is worth more than none.
    """
    with TemporaryFile() as written:
        process = subprocess.Popen(
            ["git", *arguments],
            env=environment() | {"GIT_DIR": str(mirror)},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _, words = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            words = b""
        written.seek(0)
        whole = process.returncode == 0
        if process.returncode > 0:
            raise GitFailed(words.decode(errors="replace"))
        return written.read(MOST_BYTES), whole


async def git_remote(
    *arguments: str,
    mirror: Path | None = None,
    url: str = "",
    credentials: Credentials | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Run git against another repository, and report its progress. Raises GitFailed."""
    variables = environment(credentials, url)
    if mirror is not None:
        variables["GIT_DIR"] = str(mirror)
    try:
        process = await asyncio.create_subprocess_exec(
            "git",
            *arguments,
            env=variables,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise UserError(
            "Git is not installed; install it, for example with 'apt install git'."
        ) from error
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        written, words = await asyncio.gather(
            process.stdout.read(), _words(process.stderr, progress)
        )
        if await process.wait():
            raise GitFailed(words)
        return written
    finally:
        await _end(process)


async def _words(stream: asyncio.StreamReader, progress: Progress | None) -> str:
    """What git says, without the progress, which ends its lines with carriage returns."""
    kept: list[str] = []
    rest = b""
    while piece := await stream.read(8192):
        *lines, rest = re.split(rb"[\r\n]", rest + piece)
        kept += [line for line in map(_decoded, lines) if not _reported(line, progress)]
    return "\n".join([*kept, _decoded(rest)])[-20_000:]


def _decoded(line: bytes) -> str:
    return line.decode(errors="replace")


def _reported(line: str, progress: Progress | None) -> bool:
    match = _PROGRESS.search(line)
    if match and progress is not None:
        progress(_STAGES[match[1]], int(match[2]), int(match[3]))
    return match is not None


async def _end(process: asyncio.subprocess.Process) -> None:
    """A cancelled fetch takes git and its children along; git removes what it half wrote."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        await process.wait()
