"""An independent judge of answers: it knows git and Markdown, and not how answers are made."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.db.answers import Answer
from core.db.citations import Citation

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_MARK = re.compile(r"\[\s*\^?(\d+(?:\s*,\s*\d+)*)\s*\](?!\()")
_PATH_AND_LINE = re.compile(
    r"[\w/-]+\.(?:py|js|ts|go|rs|md|toml|java|c|h|rb|php|txt|yml)\b[`'\"]?\s*"
    r"(?::\s*\d|#L?\d|\(\s*\d+\s*\)|,?\s*(?:at\s+|on\s+)?lines?\s*\d)",
    re.IGNORECASE,
)
_BARE_LINE = re.compile(r"\blines?\s+\d+|\bL\d{2,}\b", re.IGNORECASE)
_LIVE = re.compile(r"https?://|www\.\w|(?<![\w`])@\w|(?<!\w)#\d|mailto:", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x08]")


@lru_cache(maxsize=256)
def lines_at(mirror: Path, commit: str, path: str) -> tuple[str, ...] | None:
    shown = subprocess.run(
        [
            "git",
            "-C",
            str(mirror),
            "-c",
            "safe.directory=*",
            "cat-file",
            "blob",
            f"{commit}:{path}",
        ],
        capture_output=True,
        check=False,
    )
    if shown.returncode != 0:
        return None
    return tuple(shown.stdout.decode("utf-8", "replace").split("\n"))


def faults_of_citation(citation: Citation, mirror: Path, commit: str) -> list[str]:
    lines = lines_at(mirror, commit, citation.path)
    if lines is None:
        return [f"{citation.path} is not in the commit"]
    if not 1 <= citation.start_line <= citation.end_line <= len(lines):
        return [f"{citation.path} has no lines {citation.start_line}-{citation.end_line}"]
    found = []
    text = "\n".join(lines[citation.start_line - 1 : citation.end_line])
    if hashlib.sha256(text.encode()).hexdigest() != citation.text_hash:
        found.append(f"the text of [{citation.ordinal}] has another hash")
    if citation.commit_sha != commit:
        found.append(f"[{citation.ordinal}] is of another commit")
    end = f"-L{citation.end_line}" if citation.end_line != citation.start_line else ""
    if not unquote(citation.url).endswith(
        f"/blob/{commit}/{citation.path}#L{citation.start_line}{end}"
    ):
        found.append(f"[{citation.ordinal}] links elsewhere: {citation.url}")
    return found


def faults_of_text(text: str, numbers: set[int], *, by_model: bool) -> list[str]:
    """What a reader must not see, whatever renders it. `numbers` are those of citations. A
    docstring may speak of lines, a model may not."""
    found = [f"no citation [{n}]" for n in sorted(marks_in(text) - numbers)]
    for pattern in (_PATH_AND_LINE, _INVISIBLE, *([_BARE_LINE] if by_model else [])):
        found += [f"shows {m[0]!r}" for m in pattern.finditer(text)]
    for block in _MARKDOWN.parse(text):
        found += _faults_of_token(block)
        for token in block.children or []:
            found += _faults_of_token(token)
    return found


def _faults_of_token(token: Token) -> list[str]:
    if token.type in ("image", "link_open", "html_inline", "html_block", "fence", "heading_open"):
        return [f"renders a {token.type}: {token.content or token.attrs}"]
    if token.type == "text" and _LIVE.search(token.content):
        return [f"shows {token.content!r} outside of code"]
    return []


def marks_in(text: str) -> set[int]:
    return {int(n) for m in _MARK.finditer(text) for n in m[1].split(",")}


def faults(answer: Answer, cited: Sequence[Citation], mirror: Path, commit: str) -> list[str]:
    """Everything that is wrong with what a reader is shown; nothing if all is well."""
    found = [fault for c in cited for fault in faults_of_citation(c, mirror, commit)]
    numbers = [citation.ordinal for citation in cited]
    if numbers != list(range(1, len(numbers) + 1)):
        found.append(f"citations are numbered {numbers}")
    found += [f"[{n}] is never shown" for n in set(numbers) - marks_in(answer.text)]
    if answer.commit_sha != commit:
        found.append("the answer is of another commit")
    return found + faults_of_text(answer.text, set(numbers), by_model=bool(answer.model))
