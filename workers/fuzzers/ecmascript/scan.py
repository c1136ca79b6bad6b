"""Functions of JavaScript and TypeScript worth fuzzing, read from sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from workers.fuzzers.base import Target
from workers.runners.javascripted.layout import SCRIPTS, TYPED, is_test
from workers.sandbox import files

_LARGEST = 400_000
_MOST_FILES = 1_500
_ASIDE = {"node_modules", "dist", "build", "coverage", "vendor", "fixtures", "examples", "example"}
_ASIDE |= {"bench", "benchmark", "benchmarks", "docs", "scripts", "bin", "cli", "demo", "website"}
_BUILT = {"dist", "build"}
_CONFIGURATION = re.compile(r"(.+\.config|\..+rc|gulpfile|gruntfile|.+\.d|.+\.min)\.[cm]?[jt]sx?")
_BOUNDARY = re.compile(
    r"pars|load|decod|from|read|split|token|lex|scan|normali[sz]|convert|unescape|unquote|extract|"
    r"match|valid|deserializ|expand|compile|eval|detect|compar|format|stringify|escape",
    re.IGNORECASE,
)
_NEVER = re.compile(r"^(main|run|cli|serve|exec|start|stop|setup|default\w*Config)$")
_FUNCTION = re.compile(
    r"^(?P<indent>[ \t]*)(?:"
    r"(?:export )(?P<default>default )?(?:async )?function ?\*? ?(?P<exported>\w*) ?(?:<[^(]*>)?\("
    r"|export (?:const|let|var) (?P<arrow>\w+)(?::[^=]+)? = (?:async )?(?:function\b|\(|\w+ =>|<)"
    r"|(?:async )?function ?\*? ?(?P<plain>\w+) ?\("
    r"|(?:const|let|var) (?P<constant>\w+) = (?:async )?(?:function\b|\([^)]*\) =>|\w+ =>)"
    r"|(?:module\.)?exports\.(?P<property>\w+) = (?:async )?(?:function\b|\([^)]*\) =>|\w+ =>)"
    r"|module\.exports = (?:async )?(?:function\b *(?P<whole>\w*)|\([^)]*\) =>|(?P<single>\w+) =>)"
    r")"
)
_CLASS = re.compile(r"^(?:export )?(?:default )?(?:abstract )?class (\w+)")
_METHOD = re.compile(
    r"^(?:  |    |\t)(?:public |static |async )*"
    r"(?!if\b|for\b|while\b|switch\b|catch\b|constructor\b)([a-z]\w*)(?:<[^(]*>)?\(\s*\S.*\{$"
)
_NAMED = re.compile(r"\bexport \{([^{}]*)\}|\bexports = \{([^{}]*)\}", re.DOTALL)
_ALONE = re.compile(r"\b(?:export default|module\.exports =|exports\.\w+ =) (\w+);?$", re.MULTILINE)
_DOCUMENT = re.compile(r"(?i)(README[^/]*|docs?/.*)\.(md|markdown)")
_EXAMPLE = re.compile(
    r"^```(?:js|javascript|jsx|ts|typescript|mjs)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL
)
_TAGGED = re.compile(
    r"^[ \t]*\*[ \t]*@example\b(.*?)(?=^[ \t]*\*[ \t]*@\w|\*/)", re.MULTILINE | re.DOTALL
)
_MOST_SHOWN = 300
_BRANCH = re.compile(r"\b(if|for|while|switch|case|catch)\b|\?|&&|\|\||\[")


def scan(folder: Path, paths: Sequence[str], endings: Sequence[str]) -> list[Target]:
    """Of files with such endings, the best first."""
    found: list[Target] = []
    code = [path for path in paths if path.endswith(tuple(endings))]
    # What is published may have nothing but what was built.
    wanted = [each for each in code if _is_source(each, _ASIDE)] or [
        each for each in code if _is_source(each, _ASIDE - _BUILT)
    ]
    called, known = called_by(folder, paths), set(wanted)
    # What is published is often there twice, for both systems of modules.
    twice = {each for each in wanted if re.sub(r"\.c([jt]s)$", r".\1", each) in known - {each}}
    for path in [each for each in wanted if each not in twice][:_MOST_FILES]:
        found += _of_file(path, text(folder, path), called)
    found.sort(key=lambda each: (-each.score, each.path, each.start_line))
    return found


def tests(paths: Sequence[str]) -> list[str]:
    """Files whose calls count."""
    code = [path for path in paths if path.endswith((*SCRIPTS, *TYPED)) and is_test(path)]
    return [path for path in code if "node_modules" not in path][:200]


def text(folder: Path, path: str) -> str:
    return (files.read(folder, path, _LARGEST) or b"").decode(errors="replace")


def package(folder: Path) -> dict[str, Any]:
    """What package.json says; nothing where it says nothing."""
    try:
        found = json.loads(text(folder, "package.json"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def shown(folder: Path, paths: Sequence[str]) -> str:
    """Examples of documents and comments, one after the other."""
    documents = [path for path in paths if _DOCUMENT.fullmatch(path)][:20]
    blocks = [block[1] for path in documents for block in _EXAMPLE.finditer(text(folder, path))]
    code = [
        path for path in paths if path.endswith((*SCRIPTS, *TYPED)) and _is_source(path, _ASIDE)
    ]
    for path in code[:_MOST_SHOWN]:
        for block in _TAGGED.finditer(text(folder, path)):
            blocks.append(re.sub(r"^[ \t]*\*[ \t]?|^.*```.*$", "", block[1], flags=re.MULTILINE))
    return "\n;\n".join(f"{{\n{block}\n}}" for block in blocks)


def called_by(folder: Path, paths: Sequence[str]) -> frozenset[str]:
    """Names that tests call."""
    found: set[str] = set()
    for path in tests(paths)[:100]:
        found |= set(re.findall(r"\b(\w++)\(", text(folder, path)))
    return frozenset(found)


def _is_source(path: str, away: set[str]) -> bool:
    parts = PurePosixPath(path).parts
    hidden = any(each.startswith((".", "_")) for each in parts[:-1]) or parts[-1].startswith("_")
    aside = hidden or away & set(parts[:-1]) or is_test(path)
    return not aside and not _CONFIGURATION.fullmatch(parts[-1])


def _exported(source: str) -> set[str]:
    found = set(_ALONE.findall(source))
    for inside in _NAMED.finditer(source):
        for each in (inside[1] or inside[2] or "").split(","):
            found |= {name for name in re.findall(r"\w+", each.partition(" as ")[0])[:1]}
    return found


def _of_file(path: str, source: str, called: frozenset[str]) -> Iterator[Target]:
    exported, seen = _exported(source), set[str]()
    lines = source.splitlines()
    owner = ""
    for at, line in enumerate(lines):
        if in_class := _CLASS.match(line):
            public = line.startswith("export") or in_class[1] in exported
            owner = in_class[1] if public else ""
        elif line.startswith("}"):
            owner = ""
        symbol = _symbol(line, exported)
        if not symbol and owner and (method := _METHOD.match(line)):
            symbol = f"{owner}.{method[1]}"
        if symbol and symbol not in seen and not _NEVER.match(symbol.rpartition(".")[2]):
            seen.add(symbol)
            yield _target(path, symbol, lines, at, called)


def _symbol(line: str, exported: set[str]) -> str:
    """The name by which a line's function is exported; '' where it is not."""
    found = _FUNCTION.match(line)
    if found is None or (found["indent"] and not found["property"]):
        return ""
    for group in ("exported", "arrow", "property", "whole"):
        if found[group] and not found[group].startswith("_"):
            return str(found[group])
    if found["default"] or found["single"] or line.startswith("module.exports"):
        return "default"
    name = found["plain"] or found["constant"] or ""
    return name if name in exported else ""


def _target(
    path: str, symbol: str, lines: Sequence[str], at: int, called: frozenset[str]
) -> Target:
    indent = len(lines[at]) - len(lines[at].lstrip())
    end = next(
        (n for n in range(at, len(lines)) if lines[n].rstrip()[indent : indent + 1] == "}"
         and not lines[n][:indent].strip()),
        at,
    )  # fmt: skip
    body = "\n".join(lines[at : end + 1])
    name = symbol.rpartition(".")[2]
    score = min(1.5, len(_BRANCH.findall(body)) / 12)
    score += 1.0 if _BOUNDARY.search(name if name != "default" else path) else 0.0
    score += 0.6 if name in called else 0.0
    score -= 0.5 if "." in symbol else 0.0
    above = " ".join(lines[max(0, at - 30) : at])
    promised = set(re.findall(r"@throws\s+\{?(\w+)", above.rpartition("/**")[2]))
    return Target(path, symbol, at + 1, end + 1, score, frozenset(promised))
