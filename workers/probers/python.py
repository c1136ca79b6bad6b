"""Python: laws of equality, containers and more, tried by the toolchain's interpreter."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from workers.probers.base import Broken, Recalled
from workers.runners import python as runner
from workers.runners.base import Suite
from workers.runners.pythonic.layout import is_test, module, shared, suite
from workers.sandbox import CODE, Limits, Workspace

__all__ = ["as_before", "probe", "recall"]

_FOLDER = ".ponder"
_INSIDE = Path(__file__).parent / "inside"
_DOCUMENT = re.compile(r"(README[^/]*|docs?/.*)\.(rst|md|txt)")
_MOST_BYTES = 8 * 1024 * 1024
_NO_SOURCES = {"setup", "__main__", "tests", "test", "conftest", "conf"}
_MOST_FILES = 1_500
_MOST_LINES = 4_000
_RECALL_SECONDS = 15.0
_RAISES = """\
try:
    {call}
except Exception as error:
    raised = type(error).__name__
else:
    raised = "nothing"
assert raised == "{kind}\""""
_TEST = '''"""{says}.

Run it with pytest at the repository's root. It fails at this commit, and passes once mended.
"""

{start}
{imports}


def test_{name}() -> None:
{body}
'''
_FORGET = """for each in [name for name in sys.modules if name.partition(".")[0] in {packages}]:
    # The test runner has imported its own copy; this is about the repository's.
    del sys.modules[each]
"""


async def probe(
    workspace: Workspace,
    folder: Path,
    paths: Sequence[str],
    seconds: float,
    log: Callable[[str], None],
) -> list[Broken]:
    """Broken laws in the order of the table. Processor `seconds` are shared: a quarter of them is
    the most that one law takes."""
    found = suite(folder, paths)
    if found is None:
        return []
    raw = await _asked(workspace, found, paths, "probe", {"seconds": seconds / 4}, log=log)
    known = shared(found.packages, workspace.toolchain.folder)
    return list(_told(raw, found, _modules(found), known))


async def recall(
    workspace: Workspace,
    folder: Path,
    paths: Sequence[str],
    *,
    calls: Sequence[str],
    seed: int,
    log: Callable[[str], None],
) -> list[Recalled]:
    """Without `calls`, those that the repository writes down, or that its types allow."""
    found = suite(folder, paths)
    if found is None:
        return []
    asked = {"seconds": _RECALL_SECONDS, "calls": list(calls)}
    raw = await _asked(workspace, found, paths, "recall", asked, log=log, seed=seed)
    return list(_recalled(raw, _modules(found)))


def _recalled(raw: bytes, modules: dict[str, str]) -> Iterator[Recalled]:
    """What was written in the sandbox is hostile: whatever has another shape is left out."""
    for line in raw.splitlines()[:_MOST_LINES]:
        try:
            text, module_, symbol, at, imports, outcome = json.loads(line)
            ast.parse(text, mode="eval")
            path = modules.get(module_, "")
            asked = tuple(name for name in imports if _is_dotted(name))
            yield Recalled(text[:2_000], path, symbol[:200], int(at), outcome[:2_000], asked)
        except (ValueError, TypeError, SyntaxError, RecursionError, AttributeError):
            continue


def as_before(folder: Path, paths: Sequence[str], recalled: Recalled, toolchain: Path) -> str:
    """A test that the call still comes to what it did; '' where that cannot be written."""
    found = suite(folder, paths)
    check = _still(recalled)
    if found is None or not check:
        return ""
    says = f"`{recalled.text}` gives what it gave before"
    text = _test("outcome", recalled.symbol, says, check, recalled.imports)
    return _standing(found, shared(found.packages, toolchain), text)


def _still(recalled: Recalled) -> str:
    told = recalled.outcome
    if told.startswith("!"):
        return _RAISES.format(call=recalled.text, kind=told[1:])
    try:
        ast.literal_eval(told[1:])
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return f"assert repr({recalled.text}) == {told[1:]!r}"
    return f"assert {recalled.text} == {told[1:]}"


def _modules(found: Suite) -> dict[str, str]:
    return {module(path, found.roots): path for path in found.files if _can_be_imported(path)}


def _can_be_imported(path: str) -> bool:
    parts = path.removesuffix(".py").split("/")
    return all(part.isidentifier() for part in parts) and parts[-1] not in _NO_SOURCES


def _read_first(paths: Sequence[str], sources: set[str]) -> list[str]:
    """Tests, then documents, then sources: what people wrote to be run comes first."""
    tests = [path for path in paths if path.endswith(".py") and is_test(path)]
    documents = [path for path in paths if _DOCUMENT.fullmatch(path)]
    return [*tests, *documents, *sorted(sources)][:_MOST_FILES]


async def _asked(
    workspace: Workspace,
    found: Suite,
    paths: Sequence[str],
    entry: str,
    more: dict[str, Any],
    *,
    log: Callable[[str], None],
    seed: int = 0,
) -> bytes:
    """What a module of those that run inside writes down."""
    results = f"{_FOLDER}/{entry}.jsonl"
    settings = {
        "modules": _modules(found),
        "paths": _read_first(paths, set(found.files)),
        "root": f"{CODE}/",
        "results": results,
        **more,
    }
    for source in sorted(_INSIDE.rglob("*.py")):
        name = source.relative_to(_INSIDE)
        workspace.write(f"{_FOLDER}/ponder_probe/{name}", source.read_bytes())
    workspace.write(f"{_FOLDER}/{entry}.json", json.dumps(settings))
    workspace.write(results, b"")
    roots = [CODE if root == "." else f"{CODE}/{root}" for root in found.roots]
    seconds = float(more["seconds"])
    named = [f"ponder_probe.{entry}", f"{_FOLDER}/{entry}.json"]
    result = await workspace.run(
        [workspace.toolchain.python, "-P", "-m", *named],
        limits=Limits(seconds * 12 + 60, seconds * 8 + 30, memory_mib=2048),
        environment={
            "PYTHONPATH": ":".join([f"{CODE}/{_FOLDER}", *roots]),
            "TZ": "UTC",
            "PYTHONHASHSEED": str(seed),
        },
    )
    if not result.ok:
        said = (result.stderr or result.stdout)[-1500:]
        log(f"{entry}: {result.status} {result.exit_code} {said}")
    return workspace.read(results, most=_MOST_BYTES) or b""


def _told(
    raw: bytes, found: Suite, modules: dict[str, str], known: Sequence[str]
) -> Iterator[Broken]:
    """What was written in the sandbox is hostile: whatever has another shape is left out."""
    groups = list(_groups(raw))
    for told in groups:
        like = [each for each in groups if each["law"] == told["law"]]
        share = sum(each["broken"] > 0 for each in like) / len(like)
        kept = sum(each["held"] for each in like if each["of"] == told["of"])
        try:
            yield from _broken(told, (share, kept), found, modules, known)
        except (ValueError, KeyError, TypeError, SyntaxError, AttributeError):
            continue


def _groups(raw: bytes) -> Iterator[dict[str, Any]]:
    for line in raw.splitlines()[:_MOST_LINES]:
        try:
            told = json.loads(line)
            for name in ("line", "held", "broken", "refused"):
                told[name] = int(told[name])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(told.get("law"), str) and isinstance(told.get("shown"), list):
            yield told


def _broken(
    told: dict[str, Any],
    others: tuple[float, int],
    found: Suite,
    modules: dict[str, str],
    known: Sequence[str],
) -> Iterator[Broken]:
    for says, body, imports, message in told["shown"][:3]:
        ast.parse(body)
        text = _test(str(told["law"]), str(told["symbol"]), str(says), str(body), imports)
        yield Broken(
            law=str(told["law"])[:40],
            of=str(told["of"])[:80],
            path=modules[told["module"]],
            symbol=str(told["symbol"])[:200],
            line=told["line"],
            says=str(says)[:400],
            shown=str(body)[:2_000],
            test=_standing(found, known, text),
            message=str(message)[:400],
            held=told["held"],
            broken=told["broken"],
            refused=told["refused"],
            share=others[0],
            kept=others[1],
        )


def _test(law: str, symbol: str, says: str, body: str, imports: Sequence[str]) -> str:
    if not all(map(_is_dotted, imports)):
        raise ValueError(imports)
    name = re.sub(r"\W+", "_", f"{law}_of_{symbol}".lower())
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    asked = "\n".join(f"import {name}" for name in imports)
    said = says.replace("\\", "/").replace('"', "'")
    return _TEST.format(says=said, start="{start}", imports=asked, name=name, body=lines)


def _is_dotted(name: object) -> bool:
    return isinstance(name, str) and all(part.isidentifier() for part in name.split("."))


def _standing(found: Suite, known: Sequence[str], text: str) -> str:
    forget = _FORGET.format(packages=tuple(known)) if known else ""
    before, start, after = text.partition("{start}")
    roots = runner.alone_text(found, forget)
    return f"{before}{roots}{after}" if start else text
