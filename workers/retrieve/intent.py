"""What a text wants: kinds of file that it asks for, and whether it asks, tells of a fault, or
describes what a definition does. Words alone decide; grammar is only as deep as that needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workers.index.terms import STOP_WORDS, identifiers

_TESTS = re.compile(
    r"\b(?:unit|integration|regression|functional|browser|failing|flaky|existing|which|what|the|any"
    r"|some|a|are there|our|end-to-end) tests?\b(?! (?:client|runner|that |whether|if\b|database))"
    r"|\btests (?:for|of|in|cover|check)\b|\btest[- ](?:suite|case|cases|file|files|coverage)\b"
    r"|\b(?:is|are|was|were|it|this|that)\b[^.?]{0,60}\btested\b|\bconftest\b|\btest_\w+",
    re.IGNORECASE,
)
_DOCS = re.compile(
    r"\b(?:docs|documentation|documented|readme|changelog|changes file|release notes?|tutorial"
    r"|user guide|manual|contribut(?:e|ing)|getting started)\b"
    r"|\bhow (?:do|can|should) (?:i|we|you) (?:install|set up)\b",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(
    r"(?<!\bfor )\bexamples?\b(?! of the)|\bdemos?\b|\bsample (?:app|code|project)", re.I
)
# Of a tool by itself the code may be: a product that runs as a GitHub Action, or starts Docker.
_TOOL = r"(?:ci|github actions?|docker|tox|pre-commit|dependabot|lint(?:er|ing)?)"
_RUN = r"(?:build|built|check|do|run|test|update|use)(?:s|e?d)?"
_CONFIGURATION = re.compile(
    r"\b(?:makefile|dockerfile|compose file|pyproject|package\.json|tox\.ini)\b"
    rf"|\b{_TOOL}(?:'s)? (?:config\w*|files?|hooks?|image|jobs?|matrix|pipelines?|rules"
    r"|workflows?)\b"
    rf"|\b(?:what|which|when|how often)\b[^.?]{{0,80}}\b{_TOOL} {_RUN}\b"
    rf"|\b(?:what|which)\b[^.?]{{0,80}}\b{_RUN} (?:by|in|on) (?:our |the )?{_TOOL}\b",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"\b(?:class|mixin|interface|struct|type|enum|trait|protocol)\b(?! (?:method|attribute|name))",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?\s*$|^\W*(?:where|how|what|which|why|when|who|does|is|are|can|explain"
    r"|do (?:i|we|you|they)|(?:find|show)(?: me)? (?:me|out|how|what|where|which|who))\b",
    re.IGNORECASE,
)

# What people say of themselves no description of code does.
_PERSON = re.compile(r"\b(?:I|I['’](?:m|ve|d)|[Mm]y|[Mm]e)\b(?![/-])")
_SENTENCE_END = re.compile(r"(?<=[.;:!])\s+")
_MANY = (  # verbs of several
    r"(?:allow|are|block|break|can|cause|crash|disappear|do|fail|fill|get|hang|have|ignore|leak|let"
    r"|lose|raise|reveal|stop|take|time out|were)"
)
_FINITE = re.compile(
    r"(?<=\w )(?<!\bto )(?:is|are|was|were|has|have|had|does|did|do|can|could|will|would|should"
    r"|cannot|(?:is|are|was|were|has|have|had|does|did|do|ca|could|wo|would|should)n['’]t"
    r"|(?:answer|block|break|cause|come|complain|corrupt|disappear|fail|fill|freeze|get|give|grow"
    r"|hang|ignore|keep|leak|let|lose|loop|make|open|raise|refuse|reject|reveal|say|see|show|stop"
    r"|take|throw|turn|warn)s|blows|crash(?:es|ed)|hung|froze|broke|lost)\b"
    rf"|(?<=[a-rt-z]s ){_MANY}\b"
    # What somebody does, and what comes of it: 'Sending a file reads too much'.
    r"|^\W*[A-Za-z]+ing (?:an?|the|my|two|some|very|large|by|to|through|with|[a-z]+s)\b"
)
_FAULT = re.compile(  # what is only said of something that goes wrong
    r"\b(?:wrong(?:ly)?|silently|forever|crash(?:e[sd])?|hangs?|leaks?|incorrect(?:ly)?"
    r"|unexpected(?:ly)?|no longer|instead of|inject(?:ion)?|bypass(?:e[sd])?|slow(?:ly)?|stuck"
    r"|twice|(?:too|very) (?:big|early|large|late|long|many|much|slow))\b",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(
    r"(?<=\w)[ ,]+(?:when|if|that|which|who|whose|where|whether|unless|because|since|so|until"
    r"|while|as|although|though|than|what|how)\b",
    re.IGNORECASE,
)
# A sentence whose subject is left out, or the code itself, describes.
_OF_CODE = re.compile(
    r"\W*(?:this|these|used|given|works|by default"
    r"|(?:[a-z]+ )?(?:argument|class|function|interface|method))\b",
    re.IGNORECASE,
)
_CALLABLE = re.compile(
    r"\W*(?:given|called)\b"
    r"|\W*(?:[\w-]+ ){0,3}?"
    r"(?:callback|constructor|decorator|factory|function|hook|method|shortcut)\b",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"\W*(?:add|allow|append|apply|assign|attach|bind|build|cache|calculate|call|cancel|check|clean"
    r"|clear|close|collect|compare|compile|compute|configure|connect|convert|copy|count|create"
    r"|decode|decompress|decrypt|delete|detect|determine|disable|dispatch|display|download|drop"
    r"|dump|emit|enable|encode|encrypt|end|ensure|escape|evaluate|execute|extract|fetch|filter|find"
    r"|finish|flush|format|generate|get|guess|handle|hash|import|increment|initiali[sz]e|insert"
    r"|inspect|install|invoke|iterate|join|list|load|lock|log|look|make|mark|match|merge|modify"
    r"|move|normali[sz]e|notify|open|output|override|parse|perform|pop|populate|prepare|prepend"
    r"|print|process|publish|pull|push|put|query|quote|raise|read|receive|record|redirect|refresh"
    r"|register|reject|release|reload|remove|rename|render|replace|report|reset|resolve|retrieve"
    r"|return|reverse|run|save|schedule|search|select|send|seriali[sz]e|set|show|shut|skip|sort"
    r"|split|start|stop|store|strip|submit|subscribe|take|terminate|test|transform|translate|trim"
    r"|truncate|try|unregister|update|upload|validate|verify|wait|warn|write|yield)"
    # 'Uploads files' describes, 'uploads fail' does not.
    rf"(?:(?:e?s)?\b(?! {_MANY}\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Intent:
    """What is asked for by name, and is therefore not put behind the rest; and what sort of text
    it is."""

    tests: bool
    docs: bool
    examples: bool
    configuration: bool
    types: bool
    asks: bool  # a question or a fault, rather than words for what a definition does
    describes: bool  # a sentence that says what a definition is or does
    acts: bool  # it begins with what is done, so it is of something that does it


def intent_of(text: str) -> Intent:
    asks = bool(_QUESTION.search(text)) or _tells(text)
    return Intent(
        tests=bool(_TESTS.search(text)),
        docs=bool(_DOCS.search(text)),
        examples=bool(_EXAMPLES.search(text)),
        configuration=bool(_CONFIGURATION.search(text)),
        types=bool(_TYPE.search(text)),
        asks=asks,
        describes=not asks and _is_sentence(text),
        acts=not asks and bool(_ACTION.match(text) or _CALLABLE.match(text)),
    )


def is_question(text: str) -> bool:
    return bool(_QUESTION.search(text))


def _tells(text: str) -> bool:
    """Whether a text says that something happens: it has the words of a fault, or a sentence with
    a verb of its own, beside those of the clauses that depend on it."""
    if _PERSON.search(text):
        return True
    if _OF_CODE.match(text) or _ACTION.match(text):
        return False
    if _FAULT.search(text) and not _CALLABLE.match(text):
        return True
    return any(_has_own_verb(sentence) for sentence in _SENTENCE_END.split(text))


def _has_own_verb(sentence: str) -> bool:
    before = _DEPENDENT.split(sentence, maxsplit=1)[0]
    verbs, dependent = _FINITE.findall(sentence), _DEPENDENT.findall(sentence)
    return bool(_FINITE.search(before)) or len(verbs) > len(dependent)


def _is_sentence(text: str) -> bool:
    """Whether small words hold it together; a few names and keywords have none."""
    return any(word.lower() in STOP_WORDS for word in identifiers(text))
