"""What git's last words mean to a person."""

from __future__ import annotations

import re

from core.errors import TryLater, UserError
from workers.git.source import Source

_CORRUPT = re.compile(
    r"corrupt|bad object|inflate|is empty$|unable to read|invalid sha1 pointer|"
    r"not a git repository: '|packfile .* cannot be accessed|bad config|missing blob|missing tree|"
    r"did not send all necessary objects|garbage at end|does not match index|broken",
    re.MULTILINE | re.IGNORECASE,
)
# In this order: the first that matches speaks. {source} and {ref} are filled in.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (
        r"No space left on device|Disk quota exceeded|out of disk",
        "The disk is full; free some space under the data directory and run it again.",
    ),
    (
        r"couldn't find remote ref|not our ref|unadvertised object|no such remote ref",
        "{source} has no branch, tag or commit '{ref}'; check its name.",
    ),
    (
        r"could not read Username|could not read Password|terminal prompts disabled|"
        r"Authentication failed|requested URL returned error: 40[13]|Permission denied \(|"
        r"Invalid username or password|access denied",
        "{login}",
    ),
    (
        r"Host key verification failed",
        "The SSH host of {source} is not known yet; connect to it once with ssh, "
        "or add it to known_hosts.",
    ),
    (
        r"repository '.*' not found|requested URL returned error: 404|Repository not found|"
        r"does not exist|does not appear to be a git repository|not a git repository|"
        r"not valid: is this a git repository|repository not exported",
        "There is no git repository at {source}; check the address.",
    ),
    (
        r"Could not resolve host|Failed to connect|Couldn't connect|Connection refused|"
        r"Connection timed out|No route to host|unable to look up|Network is unreachable|"
        r"unable to connect|Could not resolve proxy",
        "{host} cannot be reached; check the address and the network.",
    ),
    (
        r"SSL certificate|certificate verify|server certificate",
        "The certificate of {host} is not trusted; set GIT_SSL_CAINFO to its authority's file.",
    ),
    (
        r"transport '.*' not allowed",
        "Ponder does not fetch over that protocol; use http, https, ssh, git or a path.",
    ),
    (
        r"mismatched algorithms|object format|objectformat|unsupported hash",
        "{source} names its objects by SHA-256, which Ponder cannot read; convert it to SHA-1.",
    ),
    (
        r"unknown repository extension|unsupported extension|unknown ref storage format",
        "{source} has a format that the git of this machine cannot read; install a newer git.",
    ),
    (
        r"Permission denied|Operation not permitted",
        "{source} cannot be read by this user; change its permissions.",
    ),
    (
        _CORRUPT.pattern,
        "{source} is damaged; run 'git fsck' there, mend it, and try again.",
    ),
)
_PASSING = re.compile(
    r"requested URL returned error: (?:429|5\d\d)|RPC failed|early EOF|hung up|"
    r"unexpected disconnect|Operation too slow|timed out|cannot lock ref|index\.lock|shallow\.lock",
)


def corrupt(words: str) -> bool:
    """Whether git complained of objects or configuration that it cannot read."""
    return _CORRUPT.search(words) is not None


def explain(words: str, source: Source, ref: str, *, logged_in: bool) -> UserError | TryLater:
    """One sentence that says what is wrong and what to do."""
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, words, re.MULTILINE):
            return UserError(
                sentence.format(
                    source=source.location,
                    ref=ref,
                    host=_host(source.location),
                    login=_login_sentence(source.location, logged_in),
                )
            )
    if _PASSING.search(words):
        return TryLater(f"{source.location} did not answer as it should: {_last(words)}", 30)
    return UserError(f"Git could not fetch {source.location}: {_last(words)}.")


def _login_sentence(location: str, logged_in: bool) -> str:
    if logged_in:
        return f"The login for {location} was refused; check that it may read this repository."
    return (
        f"{location} needs a login, or does not exist; set up a git credential helper or an SSH "
        "key, or connect it through the GitHub App."
    )


def _host(location: str) -> str:
    match = re.match(r"(?:\w+://)?(?:[^@/]*@)?([^/:]+)", location)
    return match[1] if match else location


def _last(words: str) -> str:
    said = [line for line in words.splitlines() if line.startswith(("fatal:", "error:"))]
    return (said or words.splitlines() or ["it did not say why"])[0].strip().rstrip(".")
