"""Python: laws of equality, containers and more, tried by the toolchain's interpreter."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from workers.probers.base import Broken
from workers.runners import python as runner
from workers.runners.base import Suite
from workers.runners.pythonic.layout import is_test, module, shared, suite
from workers.sandbox import CODE, Limits, Workspace

__all__ = ["probe"]

_FOLDER = ".ponder"
_INSIDE = Path(__file__).parent / "inside"
_DOCUMENT = re.compile(r"(README[^/]*|docs?/.*)\.(rst|md|txt)")
_MOST_BYTES = 8 * 1024 * 1024
_NO_SOURCES = {"setup", "__main__", "tests", "test", "conftest", "conf"}
_MOST_FILES = 1_500
_MOST_LINES = 4_000
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
    modules = {module(path, found.roots): path for path in found.files if _can_be_imported(path)}
    results = f"{_FOLDER}/laws.jsonl"
    settings = {
        "modules": modules,
        "paths": _read_first(paths, set(found.files)),
        "root": f"{CODE}/",
        "seconds": seconds / 4,
        "results": results,
    }
    for source in sorted(_INSIDE.rglob("*.py")):
        name = source.relative_to(_INSIDE)
        workspace.write(f"{_FOLDER}/ponder_probe/{name}", source.read_bytes())
    workspace.write(f"{_FOLDER}/probe.json", json.dumps(settings))
    workspace.write(results, b"")
    await _run(workspace, found, seconds, log)
    known = shared(found.packages, workspace.toolchain.folder)
    raw = workspace.read(results, most=_MOST_BYTES) or b""
    return list(_told(raw, found, modules, known))


def _can_be_imported(path: str) -> bool:
    parts = path.removesuffix(".py").split("/")
    return all(part.isidentifier() for part in parts) and parts[-1] not in _NO_SOURCES


def _read_first(paths: Sequence[str], sources: set[str]) -> list[str]:
    """Tests, then documents, then sources: what people wrote to be run comes first."""
    tests = [path for path in paths if path.endswith(".py") and is_test(path)]
    documents = [path for path in paths if _DOCUMENT.fullmatch(path)]
    return [*tests, *documents, *sorted(sources)][:_MOST_FILES]


async def _run(
    workspace: Workspace, found: Suite, seconds: float, log: Callable[[str], None]
) -> None:
    roots = [CODE if root == "." else f"{CODE}/{root}" for root in found.roots]
    result = await workspace.run(
        [workspace.toolchain.python, "-P", "-m", "ponder_probe.probe", f"{_FOLDER}/probe.json"],
        limits=Limits(seconds * 3 + 60, seconds * 2 + 30, memory_mib=2048),
        environment={"PYTHONPATH": ":".join([f"{CODE}/{_FOLDER}", *roots]), "TZ": "UTC"},
    )
    if not result.ok:
        said = (result.stderr or result.stdout)[-1500:]
        log(f"trying laws: {result.status} {result.exit_code} {said}")


def _told(
    raw: bytes, found: Suite, modules: dict[str, str], known: Sequence[str]
) -> Iterator[Broken]:
    """What was written in the sandbox is hostile: whatever has another shape is left out."""
    groups = list(_groups(raw))
    for told in groups:
        like = [each for each in groups if each["law"] == told["law"]]
        share = sum(each["broken"] > 0 for each in like) / len(like)
        try:
            yield from _broken(told, share, found, modules, known)
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
    share: float,
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
            share=share,
        )


def _test(law: str, symbol: str, says: str, body: str, imports: Sequence[str]) -> str:
    if not all(part.isidentifier() for name in imports for part in name.split(".")):
        raise ValueError(imports)
    name = re.sub(r"\W+", "_", f"{law}_of_{symbol}".lower())
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    asked = "\n".join(f"import {name}" for name in imports)
    said = says.replace("\\", "/").replace('"', "'")
    return _TEST.format(says=said, start="{start}", imports=asked, name=name, body=lines)


def _standing(found: Suite, known: Sequence[str], text: str) -> str:
    forget = _FORGET.format(packages=tuple(known)) if known else ""
    before, start, after = text.partition("{start}")
    roots = runner.alone_text(found, forget)
    return f"{before}{roots}{after}" if start else text
