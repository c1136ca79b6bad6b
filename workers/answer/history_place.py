"""What a question about change is about: a path, a definition, or what retrieval finds for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.db import files, symbol_graph
from core.db.connect import Connection, Database
from core.db.symbol_graph import Definition
from workers.answer.asked import Asked
from workers.answer.history_question import Change
from workers.answer.question import Question
from workers.answer.safe import code
from workers.answer.source import Source
from workers.answer.wording import joined
from workers.index.terms import terms
from workers.retrieve.search import Hit, Searcher

_MOST_DEFINITIONS = 40
_MOST_PATHS = 2
_LONGEST = 400
"""Lines whose history is followed one by one; that of more is their file's."""
_ASIDE = re.compile(r"(^|/|_|\.)(tests?|testing|specs?|examples?|docs?|changes|changelog)(/|_|\.)")
_DEFINITION = re.compile(r"\b(?:function|method|class|definition)\b", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|#)[A-Za-z_]\w*)*")


@dataclass(frozen=True, slots=True)
class Where:
    """`said` in Markdown; `head` is the text of a definition up to its name, `start` to `end` its
    lines; `words`: of the question, where the place is a guess from them."""

    said: str
    paths: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    name: str = ""
    head: str = ""
    words: tuple[str, ...] = ()

    @property
    def is_lines(self) -> bool:
        return len(self.paths) == 1 and self.start > 0 and self.end - self.start < _LONGEST


REPOSITORY = Where("")


async def find(
    database: Database, searcher: Searcher, asked: Asked, question: Question, change: Change
) -> Where | None:
    """None: nothing that is there now fits."""
    async with database.tenant(asked.row.installation_id) as connection:
        known = [
            row.path for row in await files.of_snapshot(connection, asked.snapshot.id) if row.sha
        ]
        for word in _subjects(asked, question, change):
            found = await _named(connection, asked, word, known)
            if found:
                return found
    if not change.topic:
        return REPOSITORY if not change.back else None
    return await _retrieved(searcher, asked, change.topic)


async def _named(
    connection: Connection, asked: Asked, word: str, known: Sequence[str]
) -> Where | None:
    """A path, a file or a definition. A plain word is rather a file."""
    plain = word.strip("`").removesuffix("()")
    is_name = plain != word or not plain.islower() or _DEFINITION.search(asked.row.question)
    found = _path(plain, known) or (None if is_name else _stem(plain, known))
    found = found or await _definition(connection, asked, plain, anywhere=bool(is_name))
    return found or _stem(plain, known)


def _subjects(asked: Asked, question: Question, change: Change) -> list[str]:
    """Words that may name a place by themselves. A single plain word may, among others it may
    mean anything."""
    if change.back and asked.earlier:
        last = asked.earlier[-1]
        return [name for name in (f"`{last.symbol}`" if last.symbol else "", last.path) if name]
    if change.back:
        return list(question.named)
    words = change.topic.split()
    telling = [w for w in words if re.search(r"[`/_]|\w\.\w|[a-z][A-Z]|::|#\w", w)]
    plain = words if len(words) == 1 else []
    return list(dict.fromkeys([*telling, *plain]))


def _path(word: str, known: Sequence[str]) -> Where | None:
    """A file or folder, by its whole path or by the end of it."""
    wanted = word.removeprefix("./").strip("/")
    if not wanted or not re.search(r"[./]", word):
        return None
    same = [p for p in known if p == wanted] or [p for p in known if p.endswith(f"/{wanted}")]
    if same:
        return Where(code(same[0]), (min(same, key=len),)) if len(same) == 1 else _several(same)
    return _folder(wanted, known)


def _folder(wanted: str, known: Sequence[str]) -> Where | None:
    folders = {f"/{p}"[: f"/{p}".find(f"/{wanted}/") + len(wanted) + 1].lstrip("/")
               for p in known if f"/{wanted}/" in f"/{p}"}  # fmt: skip
    if not folders:
        return None
    folder = min(folders, key=lambda path: (bool(_ASIDE.search(path + "/")), len(path), path))
    return Where(code(folder + "/"), (folder,))


def _several(paths: Sequence[str]) -> Where:
    best = sorted(paths, key=lambda p: (bool(_ASIDE.search(p.lower())), p.count("/"), p))
    best = best[:_MOST_PATHS]
    return Where(joined([code(path) for path in best]), tuple(best))


def _stem(word: str, known: Sequence[str]) -> Where | None:
    """`retry` is retry.py, or the folder retry."""
    if not re.fullmatch(r"[\w-]+", word):
        return None
    wanted = word.lower()
    stems = [p for p in known if p.rpartition("/")[2].partition(".")[0].lower() == wanted]
    own = [p for p in stems if not _ASIDE.search(p.lower())]
    if own or stems:
        return _several(own or stems)
    return _folder(wanted, known)


async def _definition(
    connection: Connection, asked: Asked, word: str, *, anywhere: bool
) -> Where | None:
    """Where only a word is given, a test or an example of that name is not what is meant."""
    if not _IDENTIFIER.fullmatch(word):
        return None
    dotted = word.replace("::", ".").replace("#", ".")
    found = await symbol_graph.named(
        connection,
        asked.repository.id,
        asked.snapshot.id,
        [dotted.rpartition(".")[2]],
        _MOST_DEFINITIONS,
    )
    fitting = [d for d in found if f".{d.qualified}".endswith(f".{dotted}")]
    fitting = [
        d
        for d in fitting
        if d.kind not in ("section", "key") and (anywhere or not _ASIDE.search(d.path.lower()))
    ]
    if not fitting:
        return None
    best = min(fitting, key=lambda d: (bool(_ASIDE.search(d.path.lower())), d.path, d.ordinal))
    return _where(best, Source(asked.mirror, asked.snapshot.commit_sha))


def _where(definition: Definition, source: Source) -> Where:
    name = definition.qualified.rpartition(".")[2]
    text = source.text(definition.path)
    line = text.lines[definition.start_line - 1] if text else ""
    at = line.find(name)
    return Where(
        f"{code(definition.qualified)} ({definition.kind}, {code(definition.path)})",
        (definition.path,),
        definition.start_line,
        definition.end_line,
        name,
        line[: at + len(name)].strip() if at > 0 else "",
    )


async def _retrieved(searcher: Searcher, asked: Asked, topic: str) -> Where | None:
    """Where most of the words are known, the files of the best places."""
    missing = await searcher.unmatched(asked.snapshot, topic)
    words = [word for word in re.findall(r"[^\W\d]\w*", topic) if terms(word)]
    if not words or 2 * len(set(missing) & set(words)) >= len(words):
        return None
    hits = await searcher.search(asked.snapshot, topic, limit=5)
    if not hits:
        return None
    paths = _best_paths(hits)
    said = joined([code(path) for path in paths])
    return Where(said, tuple(paths), name=_best_name(hits, words), words=tuple(words))


def _best_name(hits: Sequence[Hit], words: Sequence[str]) -> str:
    """The definition whose name says most of what is asked for; '' where none says half of it."""
    wanted = set(terms(" ".join(words)))
    shared = [(len(wanted.intersection(terms(hit.symbol))), hit) for hit in hits if hit.symbol]
    most, hit = max(shared, key=lambda found: found[0], default=(0, None))
    return hit.symbol.rpartition(".")[2] if hit and 2 * most >= len(words) else ""


def _best_paths(hits: Sequence[Hit]) -> list[str]:
    paths = list(dict.fromkeys(hit.path for hit in hits))
    own = [path for path in paths if not _ASIDE.search(path.lower())]
    return (own or paths)[:_MOST_PATHS]
