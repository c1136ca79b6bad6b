"""What documentation shows: a listing of statements, and what some of them give."""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib.util
import io
import re
import sys
import tokenize
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from .harvest import examples, parsed

_CHANCE = re.compile(
    r"pprint|rand|sample|shuffle|time\(\)|now\(|today\(|uuid[14]\(|\bid\(|\bhash\(|getpid|environ|getcwd|"
    r"gettz|zone_?info|pytz|locale",
    re.IGNORECASE,
)
"""What gives something else elsewhere: chance, time, and what the machine says."""
_LOOSE = re.compile(r"\.\.\.|0x[0-9a-f]{4}|<.*>|\bset\(|^\{[^:]*\}$|\bu['\"]", re.DOTALL)
_RAISED = re.compile(r"^(?:[a-z_]\w*\.)*([A-Z]\w*)(?::|$)", re.MULTILINE)
_MARKED = re.compile(r"^(?:=+>|-+>|>+|output:|returns?:?|prints:?|gives:?)\s*", re.IGNORECASE)
_FENCE = re.compile(r"^[^\S\n]*```", re.MULTILINE)
_ENDS = """\
try:
    {call}
except Exception as error:
    raised = type(error).__name__
else:
    raised = "nothing"
assert raised != "nothing", "it should have ended in {kind}\""""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement, or several, and what stands below as what it gives; '' where nothing does.
    `noted` says that a comment stands for it."""

    source: str
    want: str = ""
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """`line` is what is shown; `body` checks it after all that stands before it, `short` after
    that alone which it names. `of` says how it is known: it is `shown` as a literal, `printed`,
    `raised`, `written` as one of several ways, or `noted` in a comment."""

    line: str
    body: str
    short: str
    of: str


@dataclass(slots=True)
class Listing:
    """Follows a listing. `names` stand for what a reader takes for granted, `known` are modules
    that are there. What needs anything else is left out, with whatever depends on it."""

    names: Mapping[str, ast.expr]
    known: Collection[str]
    before: list[str] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def follow(self, lines: list[Line]) -> Iterator[Shown]:
        for line in lines:
            tree = parsed(line.source)
            if tree is None:
                return
            if tree.body:
                yield from self._line(line, tree)

    def _line(self, line: Line, tree: ast.Module) -> Iterator[Shown]:
        own = bound(tree)
        made = _Dotted(self.names, own | self.bound).visit(tree)
        used = _loaded(made) - own
        if self._is_open(made, used):
            self.lost |= own | (used & self.bound)
            return
        check, of = _check(made, line)
        said = [*self.before, check]
        if check and not any(map(_CHANCE.search, said)) and not any(map(_prints_inside, said)):
            body, short = (
                "\n".join([*lines, check]) for lines in (self.before, self._needed(used))
            )
            yield Shown(ast.unparse(made), body, short, of)
        self.lost -= own
        if "Traceback" not in line.want:
            self.bound |= own
            self.before.append(ast.unparse(made))

    def _is_open(self, tree: ast.AST, used: set[str]) -> bool:
        there = self.bound | set(self.known) | set(dir(builtins))
        return bool(used - there or used & self.lost) or not all(map(_is_there, _imported(tree)))

    def _needed(self, used: set[str]) -> list[str]:
        """Of the lines before, those that name what is used, or what they need themselves."""
        chosen, wanted = [], set(used)
        for text in reversed(self.before):
            tree = ast.parse(text)
            if wanted & self.bound & (bound(tree) | _loaded(tree)):
                chosen.append(text)
                wanted |= _loaded(tree)
        return chosen[::-1]


def told(text: str, most: int) -> list[Line]:
    """The examples of a text, as one listing, up to the first that is not meant to be run."""
    listed = examples(text)[:most]
    skipped = [each.options.get(doctest.SKIP, False) for each in listed]
    end = skipped.index(True) if True in skipped else len(listed)
    return [Line(each.source, _FENCE.split(each.want)[0].strip()) for each in listed[:end]]


def noted(code: str) -> list[Line]:
    """The statements of a piece of code, with what comments beside or below say that they give."""
    tree = parsed(code)
    if tree is None:
        return []
    comments = _comments(code)
    return [Line(ast.unparse(each), _below(each, comments), noted=True) for each in tree.body]


def _comments(code: str) -> dict[int, tuple[bool, str]]:
    """By line: whether a comment stands alone there, and its text."""
    found = {}
    try:
        for each in tokenize.generate_tokens(io.StringIO(code).readline):
            if each.type == tokenize.COMMENT:
                alone = not each.line[: each.start[1]].strip()
                found[each.start[0]] = (alone, each.string.lstrip("#").strip())
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def _below(node: ast.stmt, comments: dict[int, tuple[bool, str]]) -> str:
    if not isinstance(node, ast.Expr):
        return ""
    at = node.end_lineno or node.lineno
    texts = [comments[at][1]] if at in comments else []
    while not texts or at + 1 in comments:
        at += 1
        if at not in comments or not comments[at][0]:
            break
        texts.append(comments[at][1])
    said = _MARKED.sub("", "\n".join(texts))
    return said if _is_literal(said) else ""


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return False
    return True


def _check(tree: ast.Module, line: Line) -> tuple[str, str]:
    """'' where what it gives cannot be told from what stands below."""
    last = tree.body[-1]
    want = line.want
    if not want or len(tree.body) != 1 or not isinstance(last, ast.Expr):
        return "", ""
    given = ast.unparse(last.value)
    if want.startswith("Traceback"):
        kind = _RAISED.search(want)
        return (_ENDS.format(call=given, kind=kind[1]), "raised") if kind else ("", "")
    if _is_print(last.value):
        return _printed(last.value, want, line.noted)
    if _is_literal(want):
        return f"assert ({given}) == {want}", "noted" if line.noted else "shown"
    if _LOOSE.search(want):
        return "", ""
    return f"assert repr({given}).split() == {want!r}.split()", "written"


def _is_print(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )


def _prints_inside(text: str) -> bool:
    """Whether what stands below may have been printed by a function on the way."""
    return any(
        isinstance(node, ast.FunctionDef | ast.Lambda) and "print(" in ast.unparse(node)
        for node in ast.walk(ast.parse(text))
    )


def _printed(node: ast.expr, want: str, is_noted: bool) -> tuple[str, str]:
    """White space is evened out: editors take it away at the ends of lines."""
    assert isinstance(node, ast.Call)
    plain = node.args and not node.keywords
    if not plain or any(isinstance(each, ast.Starred) for each in node.args) or _LOOSE.search(want):
        return "", ""
    given = ", ".join(map(ast.unparse, node.args))
    made = f"str({given})" if len(node.args) == 1 else f"' '.join(map(str, ({given})))"
    said = want.replace("<BLANKLINE>", "")
    return f"assert {made}.split() == {said!r}.split()", "noted" if is_noted else "printed"


def bound(tree: ast.AST) -> set[str]:
    """Names that code gives a value."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler):
            found.add(node.name or "")
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def _loaded(tree: ast.AST) -> set[str]:
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    }


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _is_there(module: str) -> bool:
    root = module.partition(".")[0]
    try:
        return root in sys.modules or (bool(root) and importlib.util.find_spec(root) is not None)
    except (ImportError, ValueError):
        return False


class _Dotted(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, ast.expr], own: set[str]) -> None:
        self.names, self.own = names, own

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if isinstance(node.ctx, ast.Load) and node.id not in self.own and node.id in self.names:
            return self.names[node.id]
        return node
