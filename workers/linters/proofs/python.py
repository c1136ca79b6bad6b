"""Rules of Python that prove, each with what may speak against it."""

from __future__ import annotations

import ast
import builtins
import re

from workers.linters.base import Report, Source
from workers.linters.defaults import leaves_something
from workers.linters.proofs import around
from workers.linters.proofs.age import is_of_python_2
from workers.linters.proofs.keys import repeats_a_key
from workers.linters.proofs.requests import is_not_cleaned


def _runs_in_earnest(source: Source, report: Report) -> bool:
    """What is inside `raises`, `suppress` or `try` is there to fail; what comes after `return` was
    taken out; what is said not to work is known; what Python 2 alone reads is not run."""
    text, row = source.text, report.start_line
    return not (
        around.is_tried(text, row)
        or around.is_unreachable(text, row)
        or around.is_disowned(text, row)
        or is_of_python_2(text)
    )


_OTHERWISE_READ = re.compile(
    r"^[^\S\n]*print\s+[\w\"'%]|^[^\S\n]*exec\s+[\"'\w]|"
    r"except\s++[\w., ()]{1,200},\s*\w+\s*:|<>|\bur[\"']|"
    r"^[^\S\n]*raise\s+\w+,|\b0[0-7]+\b|^[^\S\n]*print\s*>>|=\s*`|\{\{|\{%|\$\{|<%|@[A-Z_]+@|^[<>=]{7}",
    re.MULTILINE,
)


def _is_of_python_3(source: Source, report: Report) -> bool:
    """What Python 2 reads is no mistake, and neither is a part of a file or a template."""
    return not _OTHERWISE_READ.search(source.text)


def _lacks_its_assert(source: Source, report: Report) -> bool:
    """`result == 5` in a test, or a value that was to be assigned. Whoever compares two equal
    names, or asks `in`, may only want to see that it can be done."""
    found = around.statement(source.text, report.start_line)
    if not (isinstance(found, ast.Expr) and isinstance(found.value, ast.Compare)):
        return False
    compared = found.value
    sides = [compared.left, *compared.comparators]
    plain = all(isinstance(each, ast.Eq) for each in compared.ops)
    literal = any(_is_literal(each) for each in sides)
    named = all(isinstance(each, ast.Subscript | ast.Attribute | ast.Name) for each in sides)
    different = plain and ast.dump(sides[0]) != ast.dump(sides[1])
    function = around.function(source.text, report.start_line)
    is_run = function is not None and (source.quiet != "tests" or _is_part(function))
    return different and is_run and (literal or named) and _runs_in_earnest(source, report)


_MEANS_TO_FAIL = re.compile(r"error|raise|fail|invalid|crash|bench|perf|hash|except", re.I)


def _is_part(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """What a test does; a method that does nothing else was made to do nothing."""
    is_part = function.name.startswith("test") or len(function.body) > 1
    return is_part and not _MEANS_TO_FAIL.search(function.name)


def _is_literal(node: ast.expr) -> bool:
    return isinstance(
        node, ast.Constant | ast.List | ast.Tuple | ast.Dict | ast.Set | ast.JoinedStr
    )


def _is_an_exception(source: Source, report: Report) -> bool:
    """One of Python's own; making one of another kind may be what is tried. What is abstract is not
    run, so that nothing comes of it there."""
    found = around.statement(source.text, report.start_line)
    if not (isinstance(found, ast.Expr) and isinstance(found.value, ast.Call)):
        return False
    name = found.value.func
    return (
        isinstance(name, ast.Name)
        and hasattr(builtins, name.id)
        and not around.is_skipped(source.text, report.start_line)
        and _runs_in_earnest(source, report)
    )


_MAKES_NAMES = re.compile(
    r"\bexec\(|\bexecfile\(|\bglobals\(\)|\blocals\(\)\s*[.\[]|\bvars\(\)|__builtins?__|\bbuiltins\b|"
    r"import\s*\*|sys\.modules\[|gettext|^def __getattr__\(",
    re.MULTILINE,
)
_GIVEN = frozenset(
    "_ N_ __ _n ngettext get_ipython profile display reveal_type reveal_locals WindowsError "
    "In Out exit quit copyright credits license __class__ "
    "unicode long xrange basestring raw_input unichr cmp reduce file execfile reload buffer apply "
    "intern coerce".split()
)
"""Names that some programs, or Python 2, have among the builtin ones."""
_OF_PYTHON_2 = frozenset(
    "__cmp__ __nonzero__ __unicode__ __getslice__ __setslice__ __delslice__ __coerce__ __div__ "
    "__long__ __oct__ __hex__ next".split()
)


def _is_nowhere(source: Source, report: Report) -> bool:
    """Inside a function, in code that runs for each version and on each machine. What is missing at
    the top of a module would be seen by whoever imports it: there it is put in by others."""
    found = re.search(r"`([^`]+)`", report.message)
    name = found[1] if found else ""
    function = around.function(source.text, report.start_line)
    return (
        function is not None
        and name not in _GIVEN
        and not source.path.endswith(".pyi")
        and function.name not in _OF_PYTHON_2
        and not _MAKES_NAMES.search(source.text)
        and around.is_evaluated(source.text, report.start_line, name)
        and not around.is_gated(source.text, report.start_line)
        and not around.is_skipped(source.text, report.start_line)
        and not around.is_stand_in(source.text, report.start_line)
        and not around.is_uncalled(source.text, report.start_line)
        and _runs_in_earnest(source, report)
    )


def _comes_too_early(source: Source, report: Report) -> bool:
    """In a loop a name may have its value from an earlier turn."""
    return _is_nowhere(source, report) and not around.is_in_loop(source.text, report.start_line)


def _is_exported_by_hand(source: Source, report: Report) -> bool:
    """Nothing in the module makes names, and it is no name that Python or a package adds: what an
    `__init__.py` names may be a module beside it."""
    found = re.search(r"`(\w+)`", report.message)
    added = re.search(r"importlib|lazy|__path__", source.text)
    plain = found is not None and not found[1].startswith("__")
    if found and found[1].islower() and source.path.endswith("__init__.py"):
        return False
    return plain and not added and not _MAKES_NAMES.search(source.text)


def _is_octal_without_mark(source: Source, report: Report) -> bool:
    """644 was meant as 0o644; 420 is 0o644, written in tens, and means what it says."""
    found = re.search(r"\b([0-7]{3})\b(?!.*\b[0-7]{3}\b)", source.lines[report.start_line - 1])
    if found is None or re.search(r"0o", source.lines[report.start_line - 1]):
        return False
    return _is_mode(found[1]) and not _is_mode(oct(int(found[1]))[2:])


def _is_mode(digits: str) -> bool:
    """Who owns a file may do no less with it than others may, and at least read or write it."""
    return len(digits) == 3 and "7" >= digits[0] >= digits[1] >= digits[2] and digits[0] in "4567"


def _logs_with_the_standard_library(source: Source, report: Report) -> bool:
    """Other libraries have other ways to put values into their messages."""
    std = re.search(r"^[^\S\n]*(?:import logging\b|from logging import)", source.text, re.MULTILINE)
    other = re.search(
        r"loguru|structlog|logbook|StyleAdapter|def (?:log|debug|info)\b", source.text
    )
    return std is not None and other is None and _runs_in_earnest(source, report)


def _is_shared_in_earnest(source: Source, report: Report) -> bool:
    """A function inside another lives as long as one call, and `[0]` keeps a count on purpose."""
    line = source.lines[report.start_line - 1]
    is_empty = re.search(r"=\s*(?:\[\s*\]|\{\s*\}|(?:list|dict|set)\(\))", line)
    return (
        bool(is_empty)
        and leaves_something(source.text, report.start_line)
        and not around.is_nested(source.text, report.start_line)
        and _runs_in_earnest(source, report)
    )


def _decides(source: Source, report: Report) -> bool:
    """An assertion that always holds says what its writer knows."""
    return "assert" not in source.lines[report.start_line - 1] and _runs_in_earnest(source, report)


def _goes_on(source: Source, report: Report) -> bool:
    """Who leaves the loop after the change never sees the error, and what is in a set already can
    be added once more."""
    lines = source.lines[report.start_line - 1 : report.end_line + 3]
    return not any(re.search(r"\b(?:break|return|raise)\b|\.add\(", line) for line in lines)


def _has_a_tuple(source: Source, report: Report) -> bool:
    """A text without places takes a mapping, or whatever acts as one."""
    found = around.statement(source.text, report.start_line)
    return found is not None and any(
        isinstance(each, ast.BinOp)
        and isinstance(each.op, ast.Mod)
        and isinstance(each.right, ast.Tuple | ast.Constant)
        for each in ast.walk(found)
    )


def _is_of_a_text(source: Source, report: Report) -> bool:
    """`is_dir` is a value as often as it is a method; `isdigit` is a method."""
    return not re.search(r"\bis_(?:file|dir)\b", source.lines[report.start_line - 1])


def _lacks_a_loader(source: Source, report: Report) -> bool:
    """Today's PyYAML refuses this; ruamel's has a loader, and one that is named was chosen."""
    chosen = re.search(r"Loader|unsafe_load", source.lines[report.start_line - 1])
    old = around.is_gated(source.text, report.start_line)
    return chosen is None and not old and not re.search(r"ruamel|YAML\(", source.text)


def _is_part_of_a_module(source: Source, report: Report) -> bool:
    """At the top of a file `await` and `return` are for whoever runs it piece by piece."""
    inside = around.function(source.text, report.start_line) is not None
    return inside and _is_of_python_3(source, report)


def _asserts_nothing_else(source: Source, report: Report) -> bool:
    """`assert f(), 42` compares nothing; `assert f() > 0, 1` does, and its message is odd."""
    found = around.statement(source.text, report.start_line)
    compares = isinstance(found, ast.Assert) and isinstance(found.test, ast.Compare)
    return not compares and _runs_in_earnest(source, report)


def _handles_nothing(source: Source, report: Report) -> bool:
    """A tuple may name once more what is caught before, beside others."""
    return around.has_idle_handler(source.text, report.start_line)


def _compares_values(source: Source, report: Report) -> bool:
    """`x is nan` asks for one thing, which may be there."""
    line = source.lines[report.start_line - 1]
    return not re.search(r"\bis\b", line) and _runs_in_earnest(source, report)


def _names_no_text(source: Source, report: Report) -> bool:
    """A number or a function stands in the list itself; what a star brings may be texts."""
    found = around.statement(source.text, report.start_line)
    value = getattr(found, "value", None)
    return isinstance(value, ast.List | ast.Tuple) and any(
        isinstance(each, ast.Constant) and not isinstance(each.value, str) for each in value.elts
    )


_SYNTAX = "invalid-syntax F404 F622 F701 F702 F707 PLE0115 PLE0117 PLE0118"
_FORMATS = "F501 F502 F503 F505 F506 F508 F509 F521 F524 F525 PLE1300 PLE1307"
_PLAIN = (
    "F631 F634 F632 F901 B002 B016 B035 RUF026 PLE0100 PLE0241 PLE0643 PLE1132 "
    "PLE1507 PLW0129 PLW0245 PLW0711 PLW1501 PLW2101"
)
_OURS = (
    "backspace-in-pattern coroutine-not-awaited default-evaluated-once flags-given-as-count "
    "joined-with-absolute-path loop-started-inside-loop "
    "or-with-constant result-of-change-kept rows-are-one-list same-condition-twice "
    "thread-run-not-started"
)

PROOFS = {
    **{f"ruff/{name}": _is_of_python_3 for name in _SYNTAX.split()},
    **{f"ruff/{name}": _runs_in_earnest for name in f"{_FORMATS} {_PLAIN}".split()},
    **{f"ponder/python-{name}": _runs_in_earnest for name in _OURS.split()},
    **{f"ponder/python-request-in-{name}": is_not_cleaned for name in ("eval", "shell", "sql")},
    **{f"ruff/{name}": _is_part_of_a_module for name in ("F704", "F706", "PLE1142")},
    "ruff/PLE1205": _logs_with_the_standard_library,
    "ruff/PLE1206": _logs_with_the_standard_library,
    "ruff/F821": _is_nowhere,
    "ruff/F823": _comes_too_early,
    "ruff/F822": _is_exported_by_hand,
    "ruff/F601": repeats_a_key,
    "ruff/F507": _has_a_tuple,
    "ruff/RUF064": _is_octal_without_mark,
    "ruff/B006": _is_shared_in_earnest,
    "ruff/B015": _lacks_its_assert,
    "ruff/B025": _handles_nothing,
    "ruff/RUF040": _asserts_nothing_else,
    "ruff/PLE0604": _names_no_text,
    "ruff/PLW0177": _compares_values,
    "ruff/PLW0133": _is_an_exception,
    "ruff/PLE4703": _goes_on,
    "ponder/python-method-not-called": _is_of_a_text,
    "ponder/python-impossible-length": _decides,
    "ponder/python-unsafe-yaml-load": _lacks_a_loader,
    "mypy/used-before-def": _comes_too_early,
    "mypy/unused-coroutine": _runs_in_earnest,
}
