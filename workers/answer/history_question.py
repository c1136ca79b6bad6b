"""Whether a question is about how the code came to be, and what it asks of history."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workers.answer.history_span import AskedSpan, read_span

LONGEST = 600
"""Characters of a question about change."""

_CHANGED = (
    r"(?:chang\w+|modif\w+|touch\w+|edit\w+|updat\w+|rewr\w+|refactor\w*|renam\w+|mov(?:ed?|ing)\b"
    r"|replac\w+|revert\w*|rework\w*|split|merg(?:ed?|ing)\b|switch\w*|deprecat\w+|revis\w+)"
)
_ADDED = r"(?:add(?:ed)?|introduc(?:ed?)|creat(?:ed?)|wr(?:ote|itten)|appear(?:ed)?|born)"
_REMOVED = r"(?:remov(?:ed?)|delet(?:ed?)|dropp?(?:ed)?|gone|disappear(?:ed)?|got rid of)"
_THEN = r"(?:was|were|did|has|have|had|is it that)"
_COMMIT = r"(?:which|what) (?:commit|release|version|change|pr|pull request|patch|tag)"

# A question about what the program does while it runs is none about its past.
_RUNTIME = re.compile(
    r"^\W*(?:how (?:do|does|can|could|should|is|are|to)\b(?!.*\b(?:evolv|over time))"
    r"|where\b|what happens\b|what (?:does|do)\b"
    r"|(?:is|are|can|does|do|should)\b)",
    re.IGNORECASE,
)
_KINDS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "together",
            r"\b(?:change[sd]?|modified|touched) together\b|\bco-?chang\w+"
            r"|\b(?:else|usually|often|always)\b.{0,25}\bchange[sd]?\b.{0,20}\b(?:with|alongside)\b",
        ),
        (
            "owners",
            r"\bwho (?:has |have )?(?:mostly |mainly |originally )?(?:wrote|written|owns?"
            r"|maintain(?:s|ed)?|knows|worked on|works on|contribut\w+)\b"
            r"|\bwho (?:is|are|was) the (?:main )?(?:authors?|owners?|maintainers?|experts?)\b"
            r"|\b(?:authors?|owners?|maintainers?) of\b",
        ),
        (
            "last",
            rf"\bwho (?:has |have )?(?:last |recently |most recently )?{_CHANGED}"
            rf"|\b(?:when|why|who)\b.{{0,90}}\blast (?:time )?{_CHANGED}"
            rf"|\b(?:when|why) {_THEN}\b.{{0,90}}\b(?:last|most recently) {_CHANGED}"
            rf"|^\W*(?:what|which|show|when|who|why)\b.{{0,30}}\b(?:last|latest|most recent|newest)"
            r" (?:change|commit|edit|modification|update)\b"
            r"|^\W*(?:the )?(?:last|latest|newest) commits?\W*$",
        ),
        (
            "fixed",
            rf"\b(?:when|who|{_COMMIT})\b.{{0,90}}\bfix(?:ed|es)?\b"
            r"|\b(?:was|were|has|have)\b.{0,60}\b(?:bug|issue|crash|problem|error)\b.{0,60}\bfixed\b",
        ),
        (
            "removed",
            rf"\breasons? (?:for|behind) (?:remov|delet|dropp)\w+"
            rf"|\b(?:when|why) {_THEN}\b.*\b{_REMOVED}\b|\b(?:who|{_COMMIT}) {_REMOVED}\b"
            r"|^\W*(?:so |and )?what(?:ever)? (?:has )?happened to\b|\bwhere did\b.*\bgo\b",
        ),
        (
            "added",
            rf"\b(?:when) {_THEN}\b.*\b{_ADDED}\b|\b(?:who|{_COMMIT}) (?:first )?{_ADDED}\b"
            r"|\bsince when\b|\bhow long has\b.*\b(?:existed|been)\b"
            rf"|\bin {_COMMIT}\b.*\b{_ADDED}\b",
        ),
        (
            "why",
            rf"\breasons? (?:for|behind) (?:chang|renam|mov|add|introduc|replac|rewrit)ing"
            rf"|\bwhy {_THEN}\b.*\b(?:{_CHANGED}|{_ADDED})"
            rf"|\b(?:when) {_THEN}\b.*\b{_CHANGED}|\b{_COMMIT} {_CHANGED}",
        ),
        (
            "changes",
            r"^\W*(?:so |and |but )?what(?:['’]s| is| are| has| have|['’]ve| was| were| did)?"
            r"(?: (?:been|we|they|you|people|i))?\s*(?:chang(?:ed?|ing)|new)\b"
            r"|\bhow (?:has|have|did)\b.{1,90}\b(?:changed?|evolved?|developed?)\b"
            r"|\b(?:recent|latest|last|newest) (?:\w+ )?(?:changes|commits|work|history)\b"
            r"|\b(?:has|have) .{1,60} changed\b"
            r"|\bcommits (?:that |which )?(?:touch|chang|modif)\w+"
            r"|^\W*(?:show|list|give|tell|summari[sz]e|print)\b.{0,30}"
            r"\b(?:history|change ?log|git log)\b"
            r"|^\W*(?:git |the |change ?)?(?:log|history) (?:of|for)\b",
        ),
    )
)
# With a span, plainer words will do.
_IN_SPAN = re.compile(
    r"\b(?:chang\w+|commits?|happened|happening|new|different|differences?|done|worked on|work"
    r"|updates?|history|going on|release notes|news|did)\b",
    re.IGNORECASE,
)
_ASKING = frozenset(
    "what what's what’s whats what've who whom whose why when which how since where did does do "
    "was were is are has have had been be being the a an of in to for on by at with from and or "
    "it its this that these those there so but then please tell me us show list give summarise "
    "summarize print describe explain all any anything something thing things ever long existed "
    "exist code codebase repo repository project here git log last lastly latest recent recently "
    "newest first most time times commit commits change changes changed changing changelog "
    "history touch touched touches touching modify modified modifies modification edit edited "
    "edits update updated updates add added adds adding introduce introduced create created wrote "
    "write written appear appeared remove removed removes delete deleted deletes drop dropped "
    "gone disappear disappeared go happen happened happening rewritten rewrote rewrite refactor "
    "refactored rename renamed move moved replace replaced revert reverted rework reworked switch "
    "switched deprecate deprecated merge merged new news different difference differences done "
    "work worked works working going people you we they i release released releases version tag "
    "pr pull request patch fix fixed fixes own owns owned owner owners maintain maintains "
    "maintained maintainer maintainers knows know mostly mainly originally contributed "
    "contributors author authors expert experts together else usually often always alongside "
    "evolve evolved develop developed developing over around about between function method class "
    "file module folder directory support notes".split()
)


_BACK = re.compile(
    r"\b(?:it|that|these|those|there|this)\b"
    r"(?! (?:repo(?:sitory)?|project|code ?base|week|month|year))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` says what is asked of history; `topic` are the words that say of what, '' where it is
    the whole repository; `back`: of what was spoken of before."""

    kind: str
    span: AskedSpan | None
    topic: str
    back: bool


def read_change(text: str) -> Change | None:
    """None: the question is about the code as it is. A long text tells of many things that
    changed, and asks about something else."""
    if len(text) > LONGEST:
        return None
    span, rest = read_span(text)
    if _RUNTIME.search(text) and not re.search(r"^\W*where did\b", text, re.IGNORECASE):
        return None
    kind = next((kind for kind, pattern in _KINDS if pattern.search(text)), "")
    if not kind and span and span.is_past and _IN_SPAN.search(rest):
        kind = "changes"
    if not kind:
        return None
    topic = _topic(rest)
    back = not topic and bool(_BACK.search(text))
    return Change(kind, span, topic, back)


def _topic(text: str) -> str:
    """The words that say what a question is about. A name in backticks is never an asking word."""
    words = [word.strip("?!,;:.\"'“”()[]") for word in text.split()]
    return " ".join(word for word in words if word and word.lower() not in _ASKING)
