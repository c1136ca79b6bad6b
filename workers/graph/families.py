"""Where each language looks for what a file names: modules by path, and names without an import."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

from workers.graph.tree import Tree

Files = list[int]
Locate = Callable[[Tree, str, str], Files]
"""The files that a module's name means, as seen from a path."""


def nowhere(tree: Tree, path: str, module: str) -> Files:
    return []


def nobody(tree: Tree, path: str) -> Files:
    return []


@dataclass(frozen=True, slots=True)
class Family:
    """`neighbours` are files whose names are seen without an import; `submodule` finds 'b' within
    the module of a path; `open`: a name that nothing explains may be defined anywhere."""

    name: str
    locate: Locate = nowhere
    neighbours: Callable[[Tree, str], Files] = nobody
    separator: str = "."
    submodule: Locate = nowhere
    open: bool = True


# -- Python

_PYTHON = (".py", ".pyi")


def python(tree: Tree, path: str, module: str) -> Files:
    """'a.b', or '..b' from the folder of the file. A top package may be in any folder."""
    dots = len(module) - len(module.lstrip("."))
    inner = module[dots:].replace(".", "/")
    if dots:
        folder = dirname(path)
        for _ in range(dots - 1):
            folder = dirname(folder)
        return _first(tree, _python_paths(join(folder, inner)))
    beside = _first(tree, _python_paths(join(dirname(path), inner)))
    if beside and "/" not in inner and not _is_package(tree, dirname(path)):
        return beside
    for ending in _python_paths(inner):
        found = [n for n in tree.ending(ending) if _is_top(tree, tree.paths[n], ending)]
        if found:
            return _nearest(tree, path, found)
    return []


def _python_paths(stem: str) -> list[str]:
    return [join(stem, "__init__.py"), f"{stem}.py", f"{stem}.pyi", join(stem, "__init__.pyi")]


def python_submodule(tree: Tree, path: str, name: str) -> Files:
    if not basename(path).startswith("__init__."):
        return []
    return _first(tree, _python_paths(join(dirname(path), name)))


def _is_package(tree: Tree, folder: str) -> bool:
    return tree.file(join(folder, "__init__.py")) is not None


def _is_top(tree: Tree, path: str, ending: str) -> bool:
    """The package is not within another, whose name would have to stand before its own."""
    root = path.removesuffix(ending).rstrip("/")
    return not root or not _is_package(tree, root)


# -- JavaScript and TypeScript

_ECMASCRIPT = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json")
_COMPILED = re.compile(r"\.([mc]?)jsx?$")


def ecmascript(tree: Tree, path: str, module: str) -> Files:
    if module.startswith((".", "/")):
        return _module_file(tree, join(dirname(path), module))
    for folder, pattern, target in tree.configs.aliases:
        head, star, tail = pattern.partition("*")
        if not f"{path}/".startswith(f"{folder}/" if folder else ""):
            continue
        if module == pattern or (star and module.startswith(head) and module.endswith(tail)):
            inner = module[len(head) : len(module) - len(tail)] if star else ""
            if found := _module_file(tree, target.replace("*", inner)):
                return found
    return _package_file(tree, module)


def _package_file(tree: Tree, module: str) -> Files:
    """'name' or 'name/inner' of a package of this repository."""
    name, inner = module, ""
    while name and name not in tree.configs.packages:
        name, _, last = name.rpartition("/")
        inner = f"{last}/{inner}".rstrip("/")
    if not name:
        return []
    folder = tree.configs.packages[name]
    if inner:
        return _module_file(tree, join(folder, inner)) or _module_file(
            tree, join(folder, "src", inner)
        )
    mains = [*tree.configs.entries[name], join(folder, "src"), join(folder, "lib"), folder]
    return next(filter(None, (_module_file(tree, main) for main in mains)), [])


def _module_file(tree: Tree, stem: str) -> Files:
    stem = normpath(stem)
    source = _COMPILED.sub(lambda match: f".{match[1]}ts", stem)
    stems = [stem, source, f"{source}x"] if source != stem else [stem]
    ends = [f"{stem}{ending}" for ending in _ECMASCRIPT]
    indexes = [join(stem, f"index{ending}") for ending in _ECMASCRIPT]
    # TypeScript's own order: the source beside a compiled file is what is meant.
    return _first(tree, [*reversed(stems), *ends, *indexes])


# -- languages of folders: Go, and those of the JVM


def go(tree: Tree, path: str, module: str) -> Files:
    """All files of the folder that an import path means."""
    for name in sorted(tree.configs.go, key=len, reverse=True):
        if module == name or module.startswith(f"{name}/"):
            folder = normpath(join(tree.configs.go[name], module[len(name) + 1 :]))
            return _go_files(tree, "" if folder == "." else folder)
    if tree.configs.go or "/" not in module:
        return []
    return [n for folder in tree.folders_ending(module) for n in _go_files(tree, folder)]


def go_package(tree: Tree, path: str) -> Files:
    return _go_files(tree, dirname(path))


def _go_files(tree: Tree, folder: str) -> Files:
    return tree.within([folder], (".go",))


_JVM = (".java", ".kt", ".kts", ".scala", ".groovy")


def jvm(tree: Tree, path: str, module: str) -> Files:
    """A package is a folder, a class a file in it; Kotlin leaves out what all packages share."""
    inner = module.replace(".", "/")
    named = [n for ending in _JVM for n in tree.ending(inner + ending)]
    return named or tree.within(tree.folders_ending(inner), _JVM)


def jvm_package(tree: Tree, path: str) -> Files:
    return tree.within([dirname(path)], _JVM)


# -- C and C++


def c(tree: Tree, path: str, module: str) -> Files:
    """'#include': beside the file, or under some folder of the include path."""
    beside = tree.file(join(dirname(path), module))
    return [beside] if beside is not None else tree.ending(normpath(module))


# -- Rust


def rust(tree: Tree, path: str, module: str) -> Files:
    """'crate::a::b', 'super::a', 'self::a', 'other_crate::a', and 'a' for 'mod a;'."""
    head, *rest = module.split("::")
    if head == "crate":
        return _rust_file(tree, _crate_root(tree, path), rest)
    if head in {"self", "super"}:
        folder = _rust_folder(path)
        while head == "super" or (rest and rest[0] == "super"):
            folder = dirname(folder)
            if head != "super":
                rest = rest[1:]
            head = "self"
        return _rust_file(tree, folder, rest)
    if head in tree.configs.crates:
        return _rust_file(tree, join(tree.configs.crates[head], "src"), rest)
    return _rust_file(tree, _rust_folder(path), [head, *rest], strict=True)


def rust_submodule(tree: Tree, path: str, name: str) -> Files:
    return _rust_file(tree, _rust_folder(path), [name], strict=True)


def _rust_folder(path: str) -> str:
    """Where the submodules of a file are."""
    stem = path.removesuffix(".rs")
    return dirname(path) if basename(stem) in {"mod", "lib", "main"} else stem


def _crate_root(tree: Tree, path: str) -> str:
    folder = dirname(path)
    while folder:
        if any(tree.file(join(folder, name)) is not None for name in ("lib.rs", "main.rs")):
            return folder
        folder = dirname(folder)
    return dirname(path)


def _rust_file(tree: Tree, folder: str, parts: list[str], *, strict: bool = False) -> Files:
    """The deepest module file on the way: what is left of the path is an item in it."""
    for length in range(len(parts), 0 if strict else -1, -1):
        stem = join(folder, *parts[:length])
        paths = [f"{stem}.rs", join(stem, "mod.rs"), join(stem, "lib.rs"), join(stem, "main.rs")]
        if found := _first(tree, paths):
            return found
    return []


# -- Ruby, PHP, Bash: files by path


def ruby(tree: Tree, path: str, module: str) -> Files:
    file = module if module.endswith(".rb") else f"{module}.rb"
    beside = tree.file(join(dirname(path), file))
    return [beside] if beside is not None else tree.ending(normpath(file))


def by_path(tree: Tree, path: str, module: str) -> Files:
    """'source x.sh', 'require "x.php"': the end of the path is what can be known."""
    name = re.sub(r"^(?:\$\{?\w+\}?|\$\([^)]*\)|__DIR__)/*", "", module).lstrip("./")
    beside = tree.file(join(dirname(path), name))
    return [beside] if beside is not None else tree.ending(name) if name else []


def namespaced(tree: Tree, path: str, module: str) -> Files:
    """PHP and C#: a class is often in a file of its name."""
    inner = module.replace("\\", "/").replace(".", "/").strip("/")
    if not inner or inner.endswith(("/php", "/inc")):
        return by_path(tree, path, module)
    for start in range(inner.count("/") + 1):
        suffix = "/".join(inner.split("/")[start:])
        if found := [n for ending in (".php", ".cs") for n in tree.ending(suffix + ending)]:
            return found
    return []


def _first(tree: Tree, paths: Iterable[str]) -> Files:
    return next(([n] for path in paths if (n := tree.file(path)) is not None), [])


def _nearest(tree: Tree, path: str, found: Files) -> Files:
    """Several top packages have the name: those that share most folders with the asking file."""
    shared = {number: _shared(tree.paths[number], path) for number in found}
    most = max(shared.values())
    return [number for number in found if shared[number] == most]


def _shared(path: str, other: str) -> int:
    count = 0
    for part, its in zip(path.split("/"), other.split("/"), strict=False):
        if part != its:
            break
        count += 1
    return count


_ECMASCRIPT_FAMILY = Family("ecmascript", ecmascript, open=False)
_JVM_FAMILY = Family("jvm", jvm, jvm_package)
_C_FAMILY = Family("c", c, separator="::")

FAMILIES: dict[str, Family] = {
    "bash": Family("bash", by_path),
    "c": _C_FAMILY,
    "cpp": _C_FAMILY,
    "csharp": Family("csharp", namespaced),
    "go": Family("go", go, go_package, separator="/", open=False),
    "java": _JVM_FAMILY,
    "javascript": _ECMASCRIPT_FAMILY,
    "kotlin": _JVM_FAMILY,
    "php": Family("php", namespaced, separator="\\"),
    "python": Family("python", python, submodule=python_submodule, open=False),
    "ruby": Family("ruby", ruby, separator="::"),
    "rust": Family("rust", rust, separator="::", submodule=rust_submodule, open=False),
    "scala": _JVM_FAMILY,
    "swift": Family("swift"),
    "tsx": _ECMASCRIPT_FAMILY,
    "typescript": _ECMASCRIPT_FAMILY,
}
NONE = Family("", open=False)
