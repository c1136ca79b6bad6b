"""Make an answer's Markdown safe to post: whoever wrote it, a model or a repository's text.

Code is set again in delimiters of our own, so that what we take for code is code to GitHub, too.
Outside of code, nothing is left that could link, load, mention, refer or be HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from core.redact import redact

_INVISIBLE = re.compile(
    # Controls (ANSI escapes among them), zero-width characters, and those that turn text around.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
_EDGE = "\ue000"  # private use, and so removed from what comes in
_FENCE = re.compile(r"^[ ]*(`{3,}|~{3,})[ ]*([^`\n]*)$")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:[^\n]|\n(?!\s*\n))+?)(?<!`)\1(?!`)")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#_-]{1,20}")
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
_DRAWN = frozenset({"suggestion", "mermaid", "math", "geojson", "topojson", "stl"})
"""Languages of code blocks that GitHub draws, or offers to commit, rather than shows."""

_ACTIVE = re.compile(  # what has no certain end is bounded: a text may be one long word
    r"\\?\[(?P<box>[ xX])\\?\](?=\s)"  # a box that people tick, also where it is of entities
    r"|\\(?P<escaped>[*_\[\]~|])"  # by answer.safe; what it stands for is shown as it is
    r"|(?P<link>!?\[(?P<label>[^\[\]\n]*)\]\([^()\s]*(?:\s[^()\n]*)?\))"
    r"|\[(?P<cited>\d+(?:\s*,\s*\d+)*)\]"
    r"|(?P<url>(?:[a-z][a-z0-9+.-]{0,30}://|www\.|mailto:)[^\s<>`|\[\]]+)"
    r"|(?P<mention>[A-Za-z0-9._+-]{0,64}@{1,64}[A-Za-z0-9][\w/.@-]*)"
    r"|(?P<command>(?<![\w/.])/ponder\b)"  # said again by a person, it would be one
    r"|(?P<reference>\#\d+|\bGH-\d+\b|\b[0-9a-f]{40}\b)"
    r"|(?P<special>[&<`\\\[\]@$]|!(?=\[)|~{3,})",
    re.IGNORECASE,
)


def safe(text: str, links: Mapping[int, str]) -> str:
    """`links` maps n to where [n] leads; a number that is not in it is removed."""
    blocks = []
    for kind, block in _blocks(_INVISIBLE.sub("", text.replace("\r\n", "\n"))):
        blocks.append(block if kind == "code" else _prose(block, links))
    return _apart("\n".join(blocks))


def plain(text: str) -> str:
    """For what GitHub shows as it is, such as an annotation: nothing in it hides or turns around,
    and no secret of the code's is in it."""
    return redact(_INVISIBLE.sub("", text))


def _apart(text: str) -> str:
    """Code spans that touch would be read as one, with other ends."""
    return text.replace(_EDGE * 2, " ").replace(_EDGE, "")


def code(text: str) -> str:
    """An inline code span that nothing in the text can leave, not even in a table."""
    return _apart(_code(text))


def _code(text: str) -> str:
    line = " ".join(_INVISIBLE.sub("", text).split())
    if "|" in line:
        # Between tags it is text, and of an address in it GitHub would make a link.
        return f"<code>{_ADDRESS.sub(_entity, _entities(line))}</code>"
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    edge = " " if line[:1] == "`" or line[-1:] == "`" else ""
    ticks = "`" * (longest + 1)
    return f"{_EDGE}{ticks}{edge}{line}{edge}{ticks}{_EDGE}" if line else ""


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Prose and fenced code, in turn. A fence that is never closed ends with the text."""
    prose: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        opening = _FENCE.match(line)
        if opening is None:
            prose.append(line)
            continue
        if prose:
            yield "prose", "\n".join(prose)
            prose = []
        yield "code", _fenced(opening, lines)
    if prose:
        yield "prose", "\n".join(prose)


def _fenced(opening: re.Match[str], lines: Iterator[str]) -> str:
    """The code block that starts here, at the margin and in a fence longer than any inside."""
    mark, info = opening.groups()
    indent = len(opening[0]) - len(opening[0].lstrip(" "))
    closing = re.compile(rf"[ ]*{re.escape(mark[0])}{{{len(mark)},}}[ ]*")
    body: list[str] = []
    for line in lines:
        if closing.fullmatch(line):
            break
        body.append(line[indent:] if not line[:indent].strip() else line)
    longest = max((len(run) for run in re.findall("`{3,}", "\n".join(body))), default=2)
    fence = "`" * (longest + 1)
    return "\n".join([fence + _language(info), *body, fence])


def _language(info: str) -> str:
    name = (info.split() or [""])[0]
    return name if _LANGUAGE.fullmatch(name) and name.lower() not in _DRAWN else ""


def _prose(text: str, links: Mapping[int, str]) -> str:
    parts, position = [], 0
    for span in _SPAN.finditer(text):
        parts.append(_inert(text[position : span.start()], links))
        parts.append(_code(span[2]))
        position = span.end()
    parts.append(_inert(text[position:], links))
    return "".join(parts)


def _inert(text: str, links: Mapping[int, str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        match match.lastgroup:
            case "label" | "link":
                return _inert(match["label"], {})
            case "box":
                return _code(f"[{match['box']}]")
            case "escaped":
                return f"&#{ord(match['escaped'])};"
            case "cited":
                return _cited(match, links)
            case "url" | "mention" | "command" | "reference":
                return _code(match[0])
            case _:
                return _entities(match[0])

    return _ACTIVE.sub(replaced, text)


def _cited(match: re.Match[str], links: Mapping[int, str]) -> str:
    """A number without a citation is dropped, but for what is code, like `rows[0]`."""
    numbers = [n for n in map(int, match["cited"].split(",")) if n in links]
    if not numbers and match.string[: match.start()][-1:].isidentifier():
        return _entities(match[0])
    return "".join(f"[&#91;{n}&#93;]({links[n]})" for n in numbers)


def _entities(text: str) -> str:
    """Entities are never syntax, where a backslash might itself be escaped."""
    return re.sub(r"[^\w\s.,;:?()=+*/'\"-]", _entity, text)


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
