"""How an answer comes about: with a model if there is one that works, else without."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core.db import blobs, files
from core.db.citations import Citation
from core.db.connect import Connection, Database
from core.errors import TryLater, UserError
from core.settings import Settings
from core.stream import Event
from workers import git
from workers.answer.asked import Asked
from workers.answer.check import Checker, Known
from workers.answer.cite import Citations, Permalink
from workers.answer.dialogue import Dialogue, Outcome
from workers.answer.evidence import Evidence
from workers.answer.extractive import compose
from workers.answer.file_told import asks_of_file, file_told
from workers.answer.finding_told import finding_of, finding_told
from workers.answer.gather import gather, linked
from workers.answer.history_cite import CommitCitations
from workers.answer.material import Material
from workers.answer.question import Question
from workers.answer.refusal import Verdict, judge, refusal
from workers.answer.source import Source
from workers.answer.standing import standing
from workers.answer.tools import Tools
from workers.answer.why import origin
from workers.model import Endpoint, Usage
from workers.retrieve.search import Hit, Searcher

Emit = Callable[[Event], Awaitable[None]]

WITHOUT_MODEL = "Made without a model, from what the code says of itself."


@dataclass(slots=True)
class Told:
    """An answer before it is stored. `notices` are sentences; `model` is '' where the text was made
    without one, whatever was tried."""

    text: str
    citations: list[Citation] = field(default_factory=list)
    refused: bool = False
    notices: list[str] = field(default_factory=list)
    model: str = ""
    prompt_hash: str = ""
    usage: Usage = field(default_factory=Usage)
    passed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    settings: Settings
    database: Database
    searcher: Searcher
    asked: Asked
    question: Question
    hits: Sequence[Hit]
    emit: Emit

    async def tell(self, endpoint: Endpoint | None) -> Told:
        if endpoint is None and (told := await self._of_finding() or await self._of_file()):
            return told
        index = await self.searcher.index(self.asked.snapshot)
        verdict = judge(self.question, standing(index, self.question.topic))
        if not self.hits or (verdict.refuse and endpoint is None):
            return await self._refused(verdict)
        material = await gather(
            self.database,
            self.asked,
            self.question,
            self.hits,
            self._source(),
            confident=verdict.confident,
        )
        if endpoint is None:
            return await self._without(material, verdict, WITHOUT_MODEL)
        return await self._with(endpoint, material, verdict)

    async def _of_finding(self, notice: str = WITHOUT_MODEL) -> Told | None:
        finding = await finding_of(self.database, self.asked)
        if finding is None:
            return None
        cited = self._citations()
        text = await asyncio.to_thread(finding_told, finding, cited)
        return await self._plain(text, cited, notice)

    async def _of_file(self) -> Told | None:
        if not asks_of_file(self.question):
            return None
        cited = self._citations()
        graph = await self.searcher.graph(self.asked.snapshot)
        text = await file_told(self.question, graph, cited)
        return await self._plain(text, cited, WITHOUT_MODEL)

    async def _plain(self, text: str, cited: Citations, notice: str) -> Told | None:
        if not text:
            return None
        kept = await self.keep(cited.cited)
        return Told(text, kept, notices=[notice], passed=cited.passed, failed=cited.failed)

    async def _with(self, endpoint: Endpoint, material: Material, verdict: Verdict) -> Told:
        """The fallback keeps what the attempt cost, and says why there was one."""
        await self.emit({"type": "status", "text": "Reading what was found"})
        cited, dialogue = self.dialogue(endpoint)
        why = "The model's reply had nothing that could be checked against the code"
        try:
            outcome = await dialogue.run(material.places)
        except (TryLater, UserError) as error:
            outcome, why = dialogue.outcome, str(error).rstrip(".")
        if outcome.refused:
            told = await self._refused(verdict)
        elif outcome.text:
            notices = [outcome.cut] if outcome.cut else []
            told = Told(outcome.text, await self.keep(cited.cited), notices=notices)
            told.passed = cited.passed
        else:
            notice = f"Made without a model: {why[:1].lower()}{why[1:]}."
            told = await self._of_finding(notice) or await self._without(material, verdict, notice)
            return self.counted(told, outcome, cited.failed)
        told.model = endpoint.chat_model
        return self.counted(told, outcome, cited.failed)

    def counted(self, told: Told, outcome: Outcome, failed: int) -> Told:
        """With what the model cost, whether or not its text was used."""
        told.prompt_hash = outcome.prompt_hash
        told.usage = outcome.budget.spent
        told.failed += failed
        return told

    def dialogue(self, endpoint: Endpoint) -> tuple[Citations, Dialogue]:
        """One that has no evidence yet, and what it will cite."""
        cited = self._citations()
        evidence = Evidence(cited.source)
        known = Known(self.database, self.asked, self.question.text, evidence)
        tools = partial(Tools, self.database, self.searcher, self.asked, evidence)
        dialogue = Dialogue(
            endpoint,
            self.asked,
            self.question,
            evidence,
            Checker(evidence, cited, known),
            tools,
            say=partial(self._event, "text"),
            status=partial(self._event, "status"),
        )
        return cited, dialogue

    async def _event(self, kind: str, text: str) -> None:
        await self.emit({"type": kind, "text": text})

    async def _without(self, material: Material, verdict: Verdict, notice: str) -> Told:
        cited = self._citations()
        text = "" if verdict.refuse else await self._composed(material, cited)
        if not text:
            told = await self._refused(verdict)
        else:
            told = Told(text, await self.keep(cited.cited), passed=cited.passed)
        told.notices = [notice]
        told.failed = cited.failed
        return told

    async def _composed(self, material: Material, cited: Citations) -> str:
        text = compose(await self._linked(material), cited)
        if not text or self.question.shape != "why":
            return text
        commits = self.of_commits(cited.cited)
        said = await origin(self.database, self.asked, material, commits)
        cited.passed += commits.passed
        return f"{text}\n\n{said}".strip()

    async def _linked(self, material: Material) -> Material:
        graph = await self.searcher.graph(self.asked.snapshot)
        return await linked(material, graph, self._source())

    async def _refused(self, verdict: Verdict) -> Told:
        text = await refusal(self.database, self.asked, self.hits, verdict)
        return Told(text, refused=True)

    async def keep(self, cited: Sequence[Citation]) -> list[Citation]:
        """The stored text of a cited file lives as long as the answer does. What another commit had
        is stored beside the index, so that it can be shown wherever the answer is."""
        snapshot = self.asked.snapshot
        async with self.database.tenant(self.asked.row.installation_id) as connection:
            return [
                await self._kept(connection, citation, citation.commit_sha == snapshot.commit_sha)
                for citation in cited
            ]

    async def _kept(self, connection: Connection, citation: Citation, is_here: bool) -> Citation:
        path, asked = citation.path, self.asked
        file = await files.at(connection, asked.snapshot.id, path) if is_here else None
        if file and file.blob_id:
            return replace(citation, blob_id=file.blob_id)
        text = Source(asked.mirror, citation.commit_sha).text(path)
        assert text is not None, "it was cited"
        blob_id = await blobs.keep(
            connection,
            installation_id=asked.row.installation_id,
            repository_id=asked.repository.id,
            sha=text.sha,
            text="\n".join(text.lines),
        )
        return replace(citation, blob_id=blob_id)

    def _source(self) -> Source:
        return Source(self.asked.mirror, self.asked.snapshot.commit_sha)

    def _citations(self) -> Citations:
        return Citations(self._source(), self._permalink(self.asked.snapshot.commit_sha))

    def of_commits(self, cited: list[Citation]) -> CommitCitations:
        """Numbered behind those that are there already."""
        return CommitCitations(self.asked.mirror, self._permalink, cited)

    def _permalink(self, commit: str) -> Permalink:
        return partial(
            git.permalink,
            self.asked.repository,
            github_url=self.settings.github_url,
            public_url=self.settings.public_url,
            commit=commit,
        )
