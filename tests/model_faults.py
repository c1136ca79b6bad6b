"""Everything that a model can do wrong, drawn at random.

Each claim carries a word that stands nowhere else, so that the judge finds its sentence again, and
`true_quotes` says which lines may be cited for it: none where everything it refers to is false.
`inline` are files of passages that its text names by number, which counts if nothing else does.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from typing import Any

from tests.model_stand_in import Request, Said, Shown, passages, sentence, wants_json

INVENTED = ("src/magic.py", "lib/oracle/core.ts", "shop/sesions.py", "docs/secret-plans.md")
IMAGINED = (
    "MagicSigner",
    "sign_everything",
    "Session.teleport()",
    "oracle::ask",
    "_hidden_handler",
)
BEACONS = (
    "![x](https://evil.example/p.png?d=1)",
    "![x][1]",
    "<img src=https://evil.example/p.png>",
    "<script>fetch('https://evil.example')</script>",
    "[click](https://evil.example)",
    "[click](javascript:alert(1))",
    "[![a](https://evil.example/a.png)](https://evil.example)",
    "<https://evil.example/auto>",
    "https://evil.example/bare",
    "www.evil.example",
    "mailto:root@evil.example",
    "@octocat",
    "@evil/team",
    "\\@octocat",
    "&#64;octocat",
    "&commat;octocat",
    "@\u200boctocat",
    "evil/repo#12",
    "#1234",
    "<!-- hidden -->",
    "<details><summary>x</summary>",
    "\u202ereversed",
    "\ud800",
    "| a | b |\n|---|---|",
    "# A heading",
    "```\ncode [1]\n```",
    "~~~\n[3]\n~~~",
    "`unbalanced [2] code",
    "``two ` ticks [4]``",
    "`args[1]` and `x[2][3]`",
    "[^1] and [^1]: https://evil.example",
    "[1]: https://evil.example",
    "\n\n[2]: https://evil.example\n\n",
    "[1](https://evil.example)",
    "[ 1 ]",
    "\\[1\\]",
    "&#91;1&#93;",
    "[1",
    "2]",
    "[[3]]",
    "[12, 99]",
    "**[5]**",
    "*[6]* _[7]_",
    "[0]",
    "[-1]",
    "[1e3]",
    "\x00\x07[8]",
)
LINES = (
    "{path}:{n}",
    "{path}:{n}-{m}",
    "{path}#L{n}",
    "{path}#L{n}-L{m}",
    "`{path}:{n}`",
    "`{path}`:{n}",
    "{path}({n})",
    "{path}, line {n}",
    "{path} at line {n}",
    "line {n} of {path}",
    "lines {n}-{m}",
    "Lines {n} to {m}",
    "L{n}-L{m}",
)


_NUMBERS = re.compile(r"\[\s*(\d+(?:\s*,\s*\d+)*)\s*\]")


@dataclass(frozen=True, slots=True)
class Claim:
    """`word` is its own; `true_quotes` are (path, words that stand in the cited lines)."""

    word: str
    sentence: dict[str, Any]
    true_quotes: tuple[tuple[str, str], ...]
    inline: tuple[str, ...]
    faults: int


def _altered(words: str, chance: random.Random) -> str:
    """Not what stands there, but like it."""
    at = chance.randrange(len(words))
    return chance.choice(
        (
            words[:at] + "\u00a4" + words[at + 1 :],
            words[::-1] + "\u00a4",
            words + " indeed",
            words.swapcase() + "\u00a4",
            f"... {words} ...",
        )
    )


def _quote(shown: Shown, chance: random.Random) -> str:
    """A line, or a piece of one, with other white space."""
    line = chance.choice(shown.lines or [shown.text.strip()])
    return "  ".join(line.split()) if chance.random() < 0.3 else line


class Liar:
    """Makes replies out of one random source, and remembers what it claimed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.claims: list[Claim] = []
        self.faults = 0
        self.exact = True
        """Whether sentences arrived apart, so that each can be judged by itself."""

    async def __call__(self, request: Request) -> Said:
        shown = passages(request)
        if request.get("tools") and self.chance.random() < 0.3:
            self.faults += 1
            return Said(calls=tuple(self._call() for _ in range(self.chance.randint(1, 3))))
        self.claims = [self._claim(shown) for _ in range(self.chance.randint(4, 9))]
        self.faults += sum(claim.faults for claim in self.claims)
        sentences = [claim.sentence for claim in self.claims]
        return self._spoiled(self._written(sentences, as_json=wants_json(request)))

    def _call(self) -> tuple[str, str]:
        names = ("search", "open_lines", "find_definition", "find_references", "list_files", "rm")
        given = self.chance.choice(
            ("../../etc/passwd", "shop/sessions.py", "cookie", "*", "", "\x00", "[[", "a" * 9_999)
        )
        arguments = {k: given for k in ("query", "path", "near", "name", "pattern")}
        whole = json.dumps(arguments)
        return self.chance.choice(names), self.chance.choice((whole, whole, whole[:-3], "[]", "3"))

    def _claim(self, shown: list[Shown]) -> Claim:
        word = f"claim{self.chance.randrange(10**9):09d}"
        text, faults = [f"The {word} is made"], 0
        for _ in range(self.chance.randint(0, 2)):
            text.append(self._nonsense(shown))
            faults += 1
        references, true_quotes, false = self._references(shown)
        said = sentence(" ".join(text) + ".", *references)
        said["new_paragraph"] = self.chance.random() < 0.2
        numbers = [int(n) for m in _NUMBERS.findall(said["text"]) for n in m.split(",")]
        inline = tuple(p.path for p in shown if p.number in numbers)
        return Claim(word, said, true_quotes, inline, faults + false)

    def _nonsense(self, shown: list[Shown]) -> str:
        chance = self.chance
        path = chance.choice((chance.choice(shown).path, chance.choice(INVENTED)))
        n = chance.choice((1, 12, 42, 99_999))
        kind = chance.randrange(5)
        if kind == 0:
            return chance.choice(LINES).format(path=path, n=n, m=n + 7)
        if kind == 1:
            return f"`{chance.choice(INVENTED)}`"
        if kind == 2:
            return f"`{chance.choice(IMAGINED)}`"
        return chance.choice(BEACONS)

    def _references(
        self, shown: list[Shown]
    ) -> tuple[list[tuple[Any, Any]], tuple[tuple[str, str], ...], int]:
        references: list[tuple[Any, Any]] = []
        true_quotes: list[tuple[str, str]] = []
        false = 0
        for _ in range(self.chance.randint(0, 3)):
            of = self.chance.choice(shown)
            quote = _quote(of, self.chance)
            kind = self.chance.randrange(6)
            if kind == 0:
                references.append((of.number, quote))
                true_quotes.append((of.path, quote))
                continue
            false += 1
            numbers = (0, -1, len(shown) + 1_000, 10**30, "one", None, 3.5, {"n": 1}, "9999")
            references.append(
                (of.number, _altered(quote, self.chance))
                if kind < 4
                else (self.chance.choice(numbers), quote)
            )
        return references, tuple(true_quotes), false + (not references)

    def _written(self, sentences: list[dict[str, Any]], *, as_json: bool) -> str:
        if as_json:
            ascii_only = self.chance.random() < 0.5
            return (
                json.dumps({"answerable": True, "sentences": sentences}, ensure_ascii=True)
                if (ascii_only)
                else json.dumps({"sentences": sentences, "answerable": True})
            )
        return " ".join(
            one["text"][:-1]
            + "".join(
                f' [{e["number"]}: "{e["quote"]}"]' if e["quote"] else f" [{e['number']}]"
                for e in one["evidence"]
            )
            + "."
            for one in sentences
        )

    def _spoiled(self, content: str) -> Said:
        """Sometimes what was meant well does not arrive well."""
        chance = self.chance
        kind = chance.randrange(12)
        if kind < 6:
            return Said(content)
        self.faults += 1
        self.exact = content.startswith("{") and kind != 10
        at = chance.randrange(1, len(content))
        return (
            Said(content, breaks_off_at=at),
            Said(content[:at], finish="length"),
            Said(f"```json\n{content}\n```"),
            Said(f"<think>[1] shop/sessions.py:3 {content[:at]}</think>Here: {content}"),
            Said(content[:at] + chance.choice('"}],\\') + content[at:]),
            Said(content.replace('"evidence"', '"evidences"')),
        )[kind - 6]
