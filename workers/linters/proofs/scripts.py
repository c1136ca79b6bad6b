"""Rules of shell scripts, Dockerfiles and workflows that prove, and of secrets in any file."""

from __future__ import annotations

import re

from workers.linters.base import Report, Source

_FOREIGN_EVENTS = re.compile(
    r"\b(?:pull_request_target|issues|issue_comment|discussion\w*|workflow_run|fork|gollum)\b"
)
_TEMPLATE = re.compile(r"\{\{|\{%|<%|@[A-Z_]+@|%%\w+%%")


def _is_no_template(source: Source, report: Report) -> bool:
    """What is filled in later, or was by a configure script, compares texts."""
    is_script = source.language == "bash"
    filled = source.lines[report.start_line - 1] if is_script else source.text
    return not _TEMPLATE.search(filled) and not source.path.endswith((".in", ".tmpl", ".j2"))


def _runs_for_strangers(source: Source, report: Report) -> bool:
    """With rights that a stranger does not have: what a pull request runs has none."""
    return bool(_FOREIGN_EVENTS.search(source.text))


def _is_no_sample(source: Source, report: Report) -> bool:
    """Keys that lie beside tests open nothing, a private key in code is hardly ever of anything,
    and those of Google's pages are for all to see, as are addresses, signed tokens, what a program
    on a desk shows to its server, and shapes that a digest may have."""
    beside = re.search(
        r"test|sample|example|mock|dummy|fake|fixture|demo|template", source.path, re.I
    )
    line = source.lines[report.start_line - 1]
    is_comment = line.lstrip().startswith(("#", "//", "*", "/*", ";", "--"))
    return (
        not beside
        and not is_comment
        and not re.search(r"AIza|GOCSPX|PRIVATE KEY|\.\.\.|eyJ|://|\b(?:key-|SK)", line)
    )


_SHELL = "2055 2056 2057 2070 2074 2193 2252 2276 2282 2283"
_DOCKER = "DL4003 DL4004 DL3012 DL3024 DL3043 DL3044"
_WORKFLOW = "job-needs glob env-var id"

PROOFS = {
    **{f"shellcheck/SC{number}": _is_no_template for number in _SHELL.split()},
    **{f"hadolint/{name}": _is_no_template for name in _DOCKER.split()},
    **{f"actionlint/{name}": _is_no_template for name in _WORKFLOW.split()},
    "actionlint/untrusted": _runs_for_strangers,
    "secret/token": _is_no_sample,
}
