"""Work out the risk of every file and definition, and what is to be looked at next.

Evidence: none is claimed; risk is a chance with reasons. Limits: four minutes; where the time does
not last, definitions have their file's past alone, or complexity is not known. No model is used.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from core.db.commits import Commit
from core.db.frontier import Yield
from core.db.risk_models import RiskModel
from core.db.symbol_graph import Definition
from core.db.thoughts import Subject
from core.words import many
from workers import git
from workers.languages import LANGUAGES, LINKED
from workers.linters.places import aside, is_ours
from workers.risk import complexities
from workers.risk.attribution import Key, of_symbols
from workers.risk.frontier import leads
from workers.risk.model import Model
from workers.risk.past import Touch, broken_by, days, of_files, tells
from workers.risk.reach import Reach, reach
from workers.risk.weigh import CALLABLE, Beside, Level, placed, weigh
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.reader import File, Reader
from workers.thoughts.tools import Tools

NAME = "prioritize"
LIMITS = Limits(wall_seconds=300, cpu_seconds=240, memory_mib=2048)
REFIT = timedelta(days=7)
"""What was learned is learned anew after so long, or once a tenth of the commits are new."""

_PATCH_SECONDS = 60.0
_COMPLEXITY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Known(Brief):
    """Everything that risk is made of but complexity, which is read from the files."""

    commit: str
    files: list[File]
    outlines: dict[str, list[Definition]]
    past: dict[Key, list[Touch]]
    reach: Reach
    beside: Beside
    models: dict[str, Model]
    summary: str
    looked: dict[tuple[str, str], float]
    yields: list[Yield]
    has_model: bool


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where there is no code."""
    files = [file for file in await read.files() if _counts(file)]
    if not files:
        return None
    outlines = await read.outlines([file.path for file in files])
    commits = await read.commits()
    model = await read.risk_model()
    fresh = model is not None and _is_fresh(model, commits)
    past = await asyncio.to_thread(_past, read, outlines, commits)
    asking = await read.graph()
    reached = await asyncio.to_thread(reach, asking.graph, await asking.ranks())
    found = await read.findings(state=["open"])
    looked, yields = await read.frontier()
    known = Known(
        "",
        read.commit,
        files,
        outlines,
        past,
        reached,
        Beside(found, *await _reported(read), broken_by(commits, await read.checks())),
        {name: Model.read(each) for name, each in model.weights.items()} if model and fresh else {},
        model.summary if model and fresh else "",
        {key: days(at) for key, at in looked.items()},
        yields,
        read.has_model,
    )
    outdated = "" if model is None or fresh else str(model.fitted_at)
    return replace(known, content=_content(known, commits, outdated))


async def _reported(read: Reader) -> tuple[dict[str, float], dict[str, int]]:
    """Shares of lines that tests run, and failures, by path, where reports of them are known."""
    coverage, tests = await read.signals("coverage"), await read.signals("tests")
    return (
        {c.path: c.measures["covered"] / c.measures["lines"] for c in coverage
         if c.measures.get("lines")},
        {t.path: int(t.measures["failures"]) for t in tests if t.measures.get("failures")},
    )  # fmt: skip


def _counts(file: File) -> bool:
    """Code of this repository, but for tests: a fix of a test mends nothing that anybody runs, and
    what was copied from others is mended there."""
    language = LANGUAGES.get(file.language)
    is_code = language is not None and language.grammar is not None and file.language in LINKED
    return is_code and is_ours(file.path) and not aside(file.path)


def _is_fresh(model: RiskModel, commits: Sequence[Commit]) -> bool:
    """Whether what was learned still holds."""
    if model.fitted_at is None or datetime.now(UTC) - model.fitted_at > REFIT:
        return False
    newer = next((n for n, c in enumerate(commits) if c.sha == model.commit_sha), len(commits))
    return newer * 10 < len(commits)


def _content(brief: Known, commits: Sequence[Commit], outdated: str) -> str:
    """All that decides what comes out; our own runs change nothing for us. `outdated` names what
    was learned before and is to be learned anew."""
    return digest(
        *(f"{file.path} {file.blob_id}" for file in brief.files),
        *(commit.sha for commit in commits),
        *sorted(
            f"{each.fingerprint} {each.severity} {each.vote}" for each in brief.beside.findings
        ),
        json.dumps([sorted(brief.beside.covered.items()), sorted(brief.beside.failures.items())]),
        json.dumps(sorted(brief.beside.broken.items())),
        json.dumps(sorted(key for key in brief.looked if key[0] != NAME)),
        json.dumps([asdict(each) for each in brief.yields if each.kind != NAME]),
        outdated,
    )


def _past(
    read: Reader, outlines: Mapping[str, Sequence[Definition]], commits: Sequence[Commit]
) -> dict[Key, list[Touch]]:
    """Of files from the log, of definitions from its patches."""
    past: dict[Key, list[Touch]] = {
        (path, ""): touches for path, touches in of_files(commits).items()
    }
    known = {commit.sha: commit for commit in commits if commit.parents <= 1 and tells(commit)}
    spans = {
        path: [(d.qualified, d.start_line, d.end_line) for d in found if d.kind in CALLABLE]
        for path, found in outlines.items()
    }
    shas = git.newest_first(read.mirror, read.commit, len(commits))
    wanted = [sha for sha in shas if sha in known]
    patches = git.patches(read.mirror, wanted, seconds=_PATCH_SECONDS)
    return past | of_symbols(patches, known, spans)


async def run(tools: Tools, brief: Known) -> Outcome:
    began = time.monotonic()
    seconds = min(_COMPLEXITY_SECONDS, tools.seconds_left() / 2)
    named = [(file.path, file.language) for file in brief.files]
    measured = await asyncio.to_thread(complexities.read, tools.code, named, seconds)
    tools.log(f"Read {len(measured)} files in {time.monotonic() - began:.1f} s.")
    places = await asyncio.to_thread(
        placed, brief.outlines, measured, brief.past, brief.reach, brief.beside
    )
    files, symbols = await asyncio.to_thread(weigh, places, brief.models, brief.commit)
    risks = sorted([*files.risks, *symbols.risks], key=lambda r: (-r.score, r.path, r.symbol))
    changed = {key: touches[-1].at for key, touches in brief.past.items() if touches}
    wanted = leads(risks, changed, brief.looked, brief.yields, has_model=brief.has_model)
    for each in wanted:
        tools.log(f"{each.kind} {each.subject.key}: {each.reason}")
    learned = _learned(brief, files, symbols)
    said = learned[0].summary if learned else brief.summary
    return Outcome(
        f"{many(len(files.risks), 'file')} and {many(len(symbols.risks), 'function')} "
        f"weighed. {said}",
        follow_ups=[FollowUp(w.kind, w.subject, w.reason, w.chance) for w in wanted],
        metrics=_metrics(files, symbols),
        rows={"risks": risks, "risk_models": learned},
    )


def _learned(brief: Known, files: Level, symbols: Level) -> list[RiskModel]:
    """What is to be stored: nothing, where what is stored was used."""
    if brief.models:
        return []
    weights = {"files": files.fitted.model.document(), "symbols": symbols.fitted.model.document()}
    said, other = files.fitted.summary(), symbols.fitted.summary()
    if said != other:
        said = f"Files: {said} Functions: {other}"
    return [RiskModel(weights, said, brief.commit)]


def _metrics(files: Level, symbols: Level) -> dict[str, float]:
    """Areas under the curve for the fixes of the last window, where there were enough."""
    found: dict[str, float | None] = {
        "files": len(files.risks),
        "functions": len(symbols.risks),
        "auc_learned": files.fitted.learned,
        "auc_formula": files.fitted.fixed,
        "auc_past_fixes": files.fitted.baseline,
    }
    return {name: float(value) for name, value in found.items() if value is not None}
