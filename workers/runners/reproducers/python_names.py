"""What a test of a file needs of that file: statements found from name to name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_ALWAYS = {"*", "pytestmark", "pytest_generate_tests"}
"""What nobody needs to name; '*' are imports of all that a module has."""
_MOST = 2_000_000


@dataclass(slots=True)
class Source:
    """A test file or a conftest: its top statements by the names that they define."""

    path: str
    text: str
    body: list[ast.stmt]
    defined: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, path: str) -> Source | None:
        """None where the file is not there, or is not Python."""
        target = folder / path
        if target.is_symlink() or not target.is_file() or target.stat().st_size > _MOST:
            return None
        text = target.read_text(errors="replace")
        try:
            made = cls(path, text, ast.parse(text).body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for at, statement in enumerate(made.body):
            for name in _bound(statement):
                made.defined.setdefault(name, []).append(at)
        return made

    @property
    def future(self) -> bool:
        return any(_is_future(statement) for statement in self.body)

    def told(self, at: int, without: Sequence[ast.stmt] = ()) -> str:
        """A statement's text, decorators and all; relative imports by their whole name."""
        statement = self.body[at]
        if isinstance(statement, ast.ImportFrom) and statement.level:
            return _absolute(statement, self.path)
        lines = self.text.splitlines()
        gone = {number for each in without for number in range(_start(each), _end(each) + 1)}
        kept = range(_start(statement), _end(statement) + 1)
        return "\n".join(lines[number - 1] for number in kept if number not in gone) + "\n"


def needed(sources: Sequence[Source], names: Sequence[str]) -> list[str]:
    """Texts of the statements that a test needs, in order. `sources` are the conftests from the
    root down, and last the test's own; `names` lead to the test: a class, a method."""
    own = len(sources) - 1
    wanted = [(own, at) for at in sources[own].defined[names[0]]]
    without = _others(sources[own].body[wanted[-1][1]], names[1:])
    for level, source in enumerate(sources):
        always = [*_ALWAYS & source.defined.keys(), *_autouse(source)]
        wanted += [(level, at) for name in always for at in source.defined[name]]
    found = set[tuple[int, int]]()
    while wanted:
        level, at = wanted.pop()
        if (level, at) in found:
            continue
        found.add((level, at))
        gone = without if level == own else []
        for name in _used(sources[level].body[at], gone):
            wanted += _where(sources, level, name)
    return [
        sources[level].told(at, without if level == own else ())
        for level, at in sorted(found)
        if not _is_future(sources[level].body[at])
    ]


def _where(sources: Sequence[Source], level: int, name: str) -> list[tuple[int, int]]:
    """The nearest definition: in the file itself, or in a conftest above it."""
    for upper in range(level, -1, -1):
        if name in sources[upper].defined:
            return [(upper, at) for at in sources[upper].defined[name]]
    return []


def _others(statement: ast.stmt, names: Sequence[str]) -> list[ast.stmt]:
    """Tests of a class that are not the one that is wanted."""
    if not isinstance(statement, ast.ClassDef) or len(names) != 1:
        return []
    return [
        each
        for each in statement.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        and each.name.startswith("test")
        and each.name != names[0]
    ]


def _autouse(source: Source) -> list[str]:
    """Fixtures that nobody needs to name."""
    return [
        statement.name
        for statement in source.body
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in statement.decorator_list
        if isinstance(decorator, ast.Call)
        and any(keyword.arg == "autouse" for keyword in decorator.keywords)
    ]


def _used(statement: ast.stmt, without: Sequence[ast.stmt]) -> Iterator[str]:
    """Names that a statement reads, arguments (they name fixtures), and words in strings that may
    name fixtures."""
    for node in _walk(statement, without):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Constant) and _names(node.value):
            yield str(node.value)


def _names(value: object) -> bool:
    return isinstance(value, str) and value.isidentifier()


def _walk(top: ast.AST, without: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if not any(node is each for each in without):
            yield node
            waiting += ast.iter_child_nodes(node)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Names that a top statement gives something to."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((name.asname or name.name).partition(".")[0] for name in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


def _absolute(statement: ast.ImportFrom, path: str) -> str:
    package = Path(path).parts[: -statement.level]
    module = ".".join([*package, *([statement.module] if statement.module else [])])
    names = ", ".join(
        f"{each.name} as {each.asname}" if each.asname else each.name for each in statement.names
    )
    return f"from {module} import {names}\n" if module else f"import {names}\n"


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _start(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _end(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno
