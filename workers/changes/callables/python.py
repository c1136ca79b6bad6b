"""Python: signatures and calls, from the syntax tree.

Certain is: a function that stands once, at the top level, bare of decorators; called by the name
under which it was imported at the top level, which nothing else in the file binds; with arguments
that are all written out; outside of anything that expects the call to fail.
"""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator

from workers.changes.callables.base import Caller, Home, Misfit

_LARGEST = 400_000


def called(symbol: str) -> str:
    name = symbol.removesuffix(".__init__")
    return "" if "." in name else name


def misfits(name: str, home: Home, caller: Caller) -> list[Misfit]:
    if name not in caller.text:
        return []
    trees = [_parsed(text) for text in (home.before, home.after, caller.text)]
    if any(tree is None for tree in trees):
        return []
    old, new = (_function(tree, name) for tree in trees[:2] if tree)
    reader = trees[2]
    if old is None or new is None or reader is None:
        return []
    return [
        Misfit(call.lineno, why)
        for call in _calls(reader, _names(reader, name, caller.module))
        if not _why(call, old) and (why := _why(call, new))
    ]


def is_gone(name: str, home: Home) -> bool:
    """No top-level binding of it, nor anything that may bind names unseen, is left."""
    old, new = _parsed(home.before), _parsed(home.after)
    if old is None or new is None or name not in _bound(old):
        return False
    unseen = {"__getattr__", "globals", "exec", "setattr", "vars"}
    for node in ast.walk(new):
        if isinstance(node, ast.Name) and node.id in {name, *unseen}:
            return False
        if isinstance(node, ast.alias) and (node.asname or node.name) in {name, "*"}:
            return False
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name in {name, *unseen}:
                return False
        elif isinstance(node, ast.Attribute) and node.attr == "modules":
            return False
    return True


def imports(name: str, home: Home, caller: Caller) -> list[int]:
    tree = _parsed(caller.text)
    if tree is None:
        return []
    return [
        node.lineno
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and "." * node.level + (node.module or "") == caller.module
        and any(alias.name == name for alias in node.names)
    ]


def _parsed(text: str) -> ast.Module | None:
    if len(text) > _LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _bound(tree: ast.Module) -> set[str]:
    """Names that the top level binds, as far as it is plain to see."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def _function(tree: ast.Module, name: str) -> ast.arguments | None:
    """None unless it is certain what a call of the name runs."""
    if _bindings(tree)[name] != 1:
        return None
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name == name:
                return node.args if not node.decorator_list else None
            case ast.ClassDef() if node.name == name:
                return _constructor(node)
    return None


def _constructor(cls: ast.ClassDef) -> ast.arguments | None:
    """Of a class that nothing but itself has a say in, without the object."""
    bases = [each for each in cls.bases if not (isinstance(each, ast.Name) and each.id == "object")]
    own = [n for n in cls.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    made = [each for each in own if each.name in ("__init__", "__new__")]
    if bases or cls.keywords or cls.decorator_list or [each.name for each in made] != ["__init__"]:
        return None
    takes = made[0].args
    if made[0].decorator_list or takes.posonlyargs or not takes.args:
        return None
    return ast.arguments(
        posonlyargs=[],
        args=takes.args[1:],
        vararg=takes.vararg,
        kwonlyargs=takes.kwonlyargs,
        kw_defaults=takes.kw_defaults,
        kwarg=takes.kwarg,
        defaults=takes.defaults[-len(takes.args[1:]) :] if takes.args[1:] else [],
    )


def _bindings(tree: ast.Module) -> Counter[str]:
    """How often each name is bound anywhere in a file."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found[node.name] += 1
            case ast.Name(ctx=ast.Store() | ast.Del()):
                found[node.id] += 1
            case ast.arg():
                found[node.arg] += 1
            case ast.alias():
                found[(node.asname or node.name).partition(".")[0]] += 1
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar() if node.name:
                found[node.name] += 1
            case ast.Global() | ast.Nonlocal():
                found.update(node.names)
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                found[node.attr] += 1  # whoever sets it may replace it
    return found


def _names(tree: ast.Module, name: str, module: str) -> set[str]:
    """How the file calls the function: by a name that only the import, or the definition, binds."""
    bindings = _bindings(tree)
    if not module:
        return {name} if bindings[name] == 1 else set()
    local = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and "." * node.level + (node.module or "") == module
        for alias in node.names
        if alias.name == name
    }
    return {each for each in local if bindings[each] == 1}


def _calls(tree: ast.Module, names: set[str]) -> Iterator[ast.Call]:
    """Those that nothing around expects to fail."""
    if not names:
        return
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if _may_be_meant(node):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node
        waiting.extend(ast.iter_child_nodes(node))


_ASKS = frozenset(
    "version_info VERSION __version__ TYPE_CHECKING PY2 PY3 hasattr getattr signature".split()
)


def _may_be_meant(node: ast.AST) -> bool:
    """Whether a call inside may be meant to fail, or to be made elsewhere alone."""
    match node:
        case ast.Try(handlers=[_, *_]) | ast.TryStar():
            return True
        case ast.With() | ast.AsyncWith():
            asked = {name for each in node.items for name in _words(each.context_expr)}
            return any("raise" in name.lower() or name == "suppress" for name in asked)
        case ast.If() | ast.IfExp():
            return bool(_ASKS & set(_words(node.test)))
    return False


def _words(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr


def _why(call: ast.Call, takes: ast.arguments) -> str:
    """Why the call fails; '' where it does not, or it cannot be told."""
    if any(isinstance(each, ast.Starred) for each in call.args):
        return ""
    if any(each.arg is None for each in call.keywords):
        return ""
    positional = [*takes.posonlyargs, *takes.args]
    given = len(call.args)
    if given > len(positional) and takes.vararg is None:
        return f"it gives {given} positional arguments, and {len(positional)} are taken"
    by_name = {each.arg for each in call.keywords if each.arg}
    known = {each.arg for each in [*takes.args, *takes.kwonlyargs]}
    unknown = sorted(by_name - known)
    if unknown and takes.kwarg is None:
        return f"there is no parameter `{unknown[0]}`"
    twice = sorted({each.arg for each in positional[:given]} & by_name & known)
    if twice:
        return f"it gives `{twice[0]}` twice"
    needed = positional[given : len(positional) - len(takes.defaults)]
    required = [each.arg for each in needed]
    required += [
        each.arg
        for each, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True)
        if default is None
    ]
    lacking = [each for each in required if each not in by_name]
    return f"it does not give `{lacking[0]}`" if lacking else ""
