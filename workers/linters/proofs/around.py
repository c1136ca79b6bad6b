"""What stands around a line of Python. Lines are 1-based; what does not parse has nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Block = _Function | ast.ClassDef
_LONGEST = 500
_TRIES = re.compile(
    r"raises|warns|suppress|assert|capture|count|quer|deprecat|expect|error|fail|profil|timed", re.I
)
_GATES = re.compile(
    r"version|platform|os\.name|\bPY[23]|\bpy[23]|six\.|TYPE_CHECKING|hasattr|_pypy|IS_|HAS_|HAVE_|"
    r"WIN|^False$|^0$|globals|locals|DEBUG"
)
_FROM_OUTSIDE = re.compile(
    r"\(?(?:(?:KeyError|IndexError|LookupError|OSError|IOError|FileNotFoundError|ConnectionError|EOFError|"
    r"TimeoutError|KeyboardInterrupt|StopIteration|UnicodeError|UnicodeDecodeError)(?:, )?)+\)?"
)
_KNOWN = re.compile(
    r"^\s*#.*\b(?:(?:not|n't|never|nowhere) (?:\w+ )?(?:defined|called|used|work|run|"
    r"implemented|reached)|(?:called|used) nowhere|undefined|broken|unused|unfinished|dead code|"
    r"obsolete|deprecated|experimental|untested)\b",
    re.I,
)
_STANDS_IN = re.compile(
    r"fake|dummy|mock|stub|null(?![a-z])|deprecated|legacy|obsolete|broken|unused|experiment", re.I
)
_SKIPS = re.compile(r"skip|xfail|overload|abstract|deprecated|unused|raises")


@lru_cache(maxsize=4)
def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=64)
def enclosing(text: str, row: int) -> tuple[ast.AST, ...]:
    """Statements, handlers and functions around a line, the outermost first."""
    return tuple(_down(_tree(text), row))


def _down(node: ast.AST | None, row: int) -> Iterator[ast.AST]:
    while node is not None:
        inner = (
            each
            for each in ast.iter_child_nodes(node)
            if isinstance(each, ast.stmt | ast.excepthandler | ast.match_case)
            and _begin(each) <= row <= _end(each)
        )
        node = next(inner, None)
        if node is not None:
            yield node


def _begin(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return int(node.pattern.lineno)
    decorators = getattr(node, "decorator_list", [])
    rows = [getattr(each, "lineno", 0) for each in (node, *decorators)]
    return int(min(rows))


def _end(node: ast.AST) -> int:
    last = node.body[-1] if isinstance(node, ast.match_case) else node
    return int(getattr(last, "end_lineno", None) or 0)


def statement(text: str, row: int) -> ast.AST | None:
    """The innermost one."""
    found = enclosing(text, row)
    return found[-1] if found else None


def function(text: str, row: int) -> _Function | None:
    """The innermost one whose body a line is in."""
    inside = (
        each
        for each in reversed(enclosing(text, row))
        if isinstance(each, _Function) and each.body[0].lineno <= row
    )
    return next(inside, None)


def is_nested(text: str, row: int) -> bool:
    """Whether the function around a line is made anew by each call of another."""
    return sum(isinstance(each, _Function) for each in enclosing(text, row)) > 1


def is_tried(text: str, row: int) -> bool:
    """Whether something around a line waits for it to fail."""
    return any(
        (isinstance(each, ast.With | ast.AsyncWith) and _waits_for_errors(each))
        or (isinstance(each, ast.Try | ast.TryStar) and _catches(each) and _in(each.body, row))
        for each in enclosing(text, row)
    )


def _waits_for_errors(node: ast.With | ast.AsyncWith) -> bool:
    return any(_TRIES.search(ast.unparse(item.context_expr)) for item in node.items)


def _catches(node: ast.Try | ast.TryStar) -> bool:
    """Mistakes too, not only what comes from outside."""
    caught = (ast.unparse(each.type) if each.type else "" for each in node.handlers)
    return any(not _FROM_OUTSIDE.fullmatch(each) for each in caught)


def _in(body: list[ast.stmt], row: int) -> bool:
    return body[0].lineno <= row <= (body[-1].end_lineno or body[-1].lineno)


def is_gated(text: str, row: int) -> bool:
    """Whether a line runs only for some version or machine, or after a name was missed."""
    return any(
        (isinstance(each, ast.If | ast.While) and _GATES.search(ast.unparse(each.test)))
        or (isinstance(each, ast.ExceptHandler) and _misses_a_name(each))
        or (each is statement(text, row) and _chooses(each))
        for each in enclosing(text, row)
    )


def _chooses(node: ast.AST) -> bool:
    """`long if PY2 else int`, and `PY2 and long`."""
    tests = (
        each.test if isinstance(each, ast.IfExp) else each.values[0]
        for each in ast.walk(node)
        if isinstance(each, ast.IfExp | ast.BoolOp)
    )
    return any(_GATES.search(ast.unparse(each)) for each in tests)


def _misses_a_name(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type else "Exception"
    return bool(
        re.search(r"NameError|ImportError|ModuleNotFound|AttributeError|Exception$", caught)
    )


def is_skipped(text: str, row: int) -> bool:
    """Whether a function or class around a line is not run, by what decorates it."""
    return any(
        isinstance(each, _Block)
        and any(_SKIPS.search(ast.unparse(decorator)) for decorator in each.decorator_list)
        for each in enclosing(text, row)
    )


def is_disowned(text: str, row: int) -> bool:
    """Whether a comment in or above a function around a line says that it does not work, or that
    nobody calls it."""
    lines = text.split("\n")
    return any(
        _KNOWN.search(line[:_LONGEST])
        for each in enclosing(text, row)
        if isinstance(each, _Function)
        for line in lines[_comments_begin(lines, each) : _end(each)]
    )


def _comments_begin(lines: list[str], node: _Function) -> int:
    begin = _begin(node) - 1
    while begin > 0 and lines[begin - 1].lstrip().startswith("#"):
        begin -= 1
    return begin


def is_uncalled(text: str, row: int) -> bool:
    """Whether a function around a line is private, and its file names it nowhere else."""
    return any(
        isinstance(each, _Function)
        and re.match(r"_(?!_)", each.name)
        and len(re.findall(rf"\b{each.name}\b", text)) == 1
        for each in enclosing(text, row)
    )


def has_idle_handler(text: str, row: int) -> bool:
    """Whether all that a handler of a `try` around a line catches is caught before it."""
    return any(
        any(_caught(each) <= set().union(*map(_caught, node.handlers[:at])) for at, each in later)
        for node in enclosing(text, row)
        if isinstance(node, ast.Try)
        for later in [list(enumerate(node.handlers))[1:]]
    )


def _caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(each) if each else "everything" for each in kinds}


def is_stand_in(text: str, row: int) -> bool:
    """Whether a function or class around a line is named as one that takes another's place."""
    return any(
        isinstance(each, _Block) and _STANDS_IN.search(each.name) for each in enclosing(text, row)
    )


def is_unreachable(text: str, row: int) -> bool:
    """Whether something before a line, in a block around it, leaves that block for good."""
    return any(
        isinstance(each, ast.Return | ast.Raise | ast.Continue | ast.Break)
        for outer in (_tree(text), *enclosing(text, row))
        for block in _blocks(outer)
        if _in(block, row)
        for each in block
        if (each.end_lineno or row) < row
    )


def _blocks(node: ast.AST | None) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield block


def is_in_loop(text: str, row: int) -> bool:
    """Whether a loop of the same function is around a line."""
    for each in reversed(enclosing(text, row)):
        if isinstance(each, ast.For | ast.AsyncFor | ast.While):
            return True
        if isinstance(each, _Function):
            return False
    return False


def is_evaluated(text: str, row: int, name: str) -> bool:
    """Whether a name is read at a line, and not in an annotation alone."""
    last = statement(text, row)
    return last is not None and any(
        isinstance(each, ast.Name) and each.id == name and each.lineno == row
        for each in _without_annotations(last)
    )


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    yield from _without_annotations(each)
