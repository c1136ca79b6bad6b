"""Learn which words describe what is named how, from the docstrings of other projects.

    python -m benchmarks.retrieval.newcomer.learn FOLDER

Downloads the wheels of packages.txt into FOLDER, reads them and the standard library, and writes
the table of `workers/retrieve/bridges.py`. No measured repository is among the packages. The words
of a docstring and the parts of names in its function occur together; positive pointwise mutual
information, less for what was seen seldom, says how much more than by chance; the largest singular
values of that matrix give words and terms their vectors.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from sklearn.utils.extmath import randomized_svd

from workers.index.terms import terms
from workers.retrieve import bridges

DIMENSIONS = 200
MOST_FILES = 350  # of one package, so that none decides alone
MOST_BYTES = 300_000
LEAST_SEEN = {"word": (8, 4), "term": (12, 6)}  # docstrings, packages
IN_NAMES = 0.3  # a term that stands less often in names than in prose names nothing
NAME, PARAMETER, CALLED = 2.0, 1.0, 0.5
FIRST, FURTHER = 1.0, 0.5
ENOUGH = 100  # docstrings of one package; more count less and less
SMOOTH = 0.75
DOUBT = 10.0
_ASIDE = re.compile(
    r"(^|/)(tests?|testing|_vendor|vendor|vendored|migrations|locale|site-packages|dist-packages)/"
    r"|(^|/)test_|_pb2|/lib2to3/|idlelib"
)
_PLAIN = re.compile(r"[a-z]{2,20}")

Floats = NDArray[np.float32]
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Described:
    """One docstring's words, and the parts of names that it is about, with weights."""

    package: str
    words: dict[str, float]
    names: dict[str, float]


def described(package: str, source: str) -> Iterator[Described]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, Function):
            text = ast.get_docstring(node) or ""
            names = _names(node)
            if len(text) > 11 and names:
                yield Described(package, _words(text), names)


def _words(text: str) -> dict[str, float]:
    """The first paragraph counts for more."""
    weights = dict.fromkeys(terms(text[:1500]), FURTHER)
    for word in set(terms(text.partition("\n\n")[0][:400])):
        weights[word] = weights.get(word, 0.0) + FIRST
    return weights


def _names(node: Function) -> dict[str, float]:
    weights: Counter[str] = Counter()
    _add(weights, [node.name], NAME)
    if not isinstance(node, ast.ClassDef):
        arguments = (*node.args.args, *node.args.kwonlyargs)
        _add(weights, (argument.arg for argument in arguments), PARAMETER)
        _add(weights, sorted(set(_called(node))), CALLED)
    return dict(weights)


def _add(weights: Counter[str], names: Iterable[str], weight: float) -> None:
    for name in names:
        for term in terms(name):
            weights[term] += weight  # type: ignore[assignment]


def _called(node: ast.AST) -> Iterator[str]:
    """Names of what is called or raised."""
    for inner in ast.walk(node):
        target = inner.func if isinstance(inner, ast.Call) else None
        if isinstance(inner, ast.Raise):
            target = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
        if isinstance(target, ast.Attribute):
            yield target.attr
        elif isinstance(target, ast.Name):
            yield target.id


def sources(wheels: Path) -> Iterator[tuple[str, str]]:
    """Of each package, and of the standard library, whose modules stand for packages."""
    for wheel in sorted(wheels.glob("*.whl")):
        with ZipFile(wheel) as archive:
            files = [each for each in archive.infolist() if _wanted(each.filename, each.file_size)]
            for each in files[:MOST_FILES]:
                yield wheel.name.split("-")[0], archive.read(each).decode(errors="replace")
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.rglob("*.py")):
        inside = path.relative_to(library)
        if _wanted(f"/{inside.as_posix()}", path.stat().st_size):
            yield f"library/{inside.parts[0]}", path.read_bytes().decode(errors="replace")


def _wanted(path: str, size: int) -> bool:
    return path.endswith(".py") and size < MOST_BYTES and not _ASIDE.search(path)


class Vocabulary:
    """What was seen often enough, in packages enough."""

    def __init__(self, kind: str, seen: Iterable[tuple[str, Iterable[str]]]) -> None:
        self.times: Counter[str] = Counter()
        packages: dict[str, set[str]] = defaultdict(set)
        for package, found in seen:
            for each in found:
                self.times[each] += 1
                packages[each].add(package)
        times, least = LEAST_SEEN[kind]
        self.kept = [
            each
            for each, count in self.times.items()
            if count >= times and len(packages[each]) >= least and _PLAIN.fullmatch(each)
        ]
        self.row = {each: row for row, each in enumerate(self.kept)}

    def rows(self, weights: Mapping[str, float]) -> tuple[NDArray[np.int64], Floats]:
        known = [(self.row[each], weight) for each, weight in weights.items() if each in self.row]
        rows = np.array([row for row, _ in known], dtype=np.int64)
        return rows, np.array([weight for _, weight in known], dtype=np.float32)


def together(found: list[Described], words: Vocabulary, names: Vocabulary) -> csr_matrix:
    """Words × terms: how often they occur together."""
    of_package = Counter(each.package for each in found)
    rows, columns, values = [], [], []
    for each in found:
        share = (ENOUGH / max(ENOUGH, of_package[each.package])) ** 0.5
        share /= sum(each.names.values()) ** 0.5
        row, word = words.rows(each.words)
        column, name = names.rows(each.names)
        rows.append(np.repeat(row, len(column)))
        columns.append(np.tile(column, len(row)))
        values.append(share * np.outer(word, name).ravel())
    where = (np.concatenate(rows), np.concatenate(columns))
    shape = (len(words.kept), len(names.kept))
    return coo_matrix((np.concatenate(values), where), shape=shape).tocsr()


def information(counts: csr_matrix) -> csr_matrix:
    """Positive pointwise mutual information, held down where little was seen."""
    cells = counts.tocoo()
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_term = np.asarray(counts.sum(axis=0)).ravel()
    chance = of_term**SMOOTH / (of_term**SMOOTH).sum()
    more = np.log(cells.data / (of_word[cells.row] * chance[cells.col]))
    seldom = np.minimum(of_word[cells.row], of_term[cells.col])
    sure = cells.data / (cells.data + 1) * seldom / (seldom + DOUBT)
    return csr_matrix((np.maximum(more, 0) * sure, (cells.row, cells.col)), shape=counts.shape)


def _bytes(vectors: NDArray[np.float64], singular: NDArray[np.float64]) -> NDArray[np.int8]:
    """The largest part of a vector becomes 127: its length is not kept."""
    scaled = vectors * np.sqrt(singular)
    largest = np.abs(scaled).max(axis=1, keepdims=True)
    rounded: NDArray[np.int8] = np.round(127 * scaled / np.maximum(largest, 1e-9)).astype(np.int8)
    return rounded


def learn(found: list[Described], target: Path) -> None:
    words = Vocabulary("word", ((each.package, each.words) for each in found))
    names = Vocabulary("term", ((each.package, each.names) for each in found))
    matrix = information(together(found, words, names))
    left, singular, right = randomized_svd(matrix, DIMENSIONS, n_iter=4, random_state=0)
    kept = [
        row
        for row, term in enumerate(names.kept)
        if names.times[term] > IN_NAMES * (1 + words.times[term])
    ]
    most = 1.5 * max(words.times.values())
    rarity = [np.log(most / (1 + words.times[word])) for word in words.kept]
    np.savez_compressed(
        target,
        words=bridges.stored(words.kept),
        rarity=np.array(rarity, dtype=np.float32),
        word_vectors=_bytes(left, singular),
        terms=bridges.stored(names.kept[row] for row in kept),
        term_vectors=_bytes(right.T[kept], singular),
    )
    print(f"{len(found)} docstrings, {len(words.kept)} words, {len(kept)} terms")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = Path(__file__).with_name("packages.txt")
    # One at a time: they need not be installable together.
    for package in wanted.read_text(encoding="utf-8").split():
        if not any(folder.glob(f"{package.replace('==', '-')}-*.whl")):
            _download(package, folder)
    learn([each for source in sources(folder) for each in described(*source)], bridges.TABLE)


def _download(package: str, folder: Path) -> None:
    arguments = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", package]
    subprocess.run([sys.executable, "-m", "pip", *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    main()
