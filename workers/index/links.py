"""What a file says about names: which it uses, through what, where they come from, and of what type
its own are. It is stored as it stands in the file; workers/graph finds out what is meant.

So all of it belongs to the blob: a snapshot that has the blob under another path, or beside other
files, reads the same row. What only the file itself can say is decided here: a name that is a
parameter or a local variable is no reference to anything outside, and a method that is called on
one is a method of its type.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workers.index import chains
from workers.index.blob import Attribute, Import, Reference
from workers.index.captures import Captures, Use
from workers.index.locals import Locals
from workers.index.outline import CALLABLE, Definition, Span, innermost

MOST_REFERENCES = 60_000
"""Of one file; it is generated, or data."""
MOST_IMPORTS = 20_000

_HOLDERS = frozenset({"field", "variable", "constant", "property"})
_SPACES = CALLABLE | {"module", "namespace"}
_CHAIN = re.compile(rb"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
_NEXT = re.compile(rb"\s*(?:\??\.|::|->)\s*([A-Za-z_$][\w$]*)")
_STRING = re.compile(
    rb'"""[\s\S]*?"""|'
    rb"'''[\s\S]*?'''|"
    # What a backslash stands before begins none: one that is never closed is read but once.
    rb'(?<!\\)(?:"(?>[^"\\\n]|\\[\s\S])*"|'
    rb"'(?>[^'\\\n]|\\[\s\S])*'|`(?>[^`$\\\n]|\\.)*`)"
)
_LABELLED = re.compile(rb"\s*([=:])(?![=:])")
_LABELS = frozenset({b"=", b":", b" "})
_DOTS = frozenset({b".", b":", b"-", b"?", b"\n"})
_NO_WORDS = frozenset({"", "*", "default"})
_NOWHERE = (1 << 62, 1 << 62)


@dataclass(slots=True)
class Links:
    references: list[Reference] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)


def links_of(
    captures: Captures,
    definitions: Sequence[Definition],
    spans: Sequence[Span],
    names: Sequence[int],
) -> Links:
    """`spans` and `names` are those of the definitions: where they are, where they are named."""
    made = Links(imports=_imports(captures, definitions, spans))
    known = Locals(captures, definitions)
    made.attributes = known.read(spans)
    _type(captures, definitions, names, known)
    if captures.language.infers_returns:
        _infer(definitions, spans, known)
    own = {name.encode() for name in _own_names(captures, definitions, made)}
    mentions = _Mentions(captures, own, set(known.names()))
    made.references = _references(captures, spans, known, mentions)
    return made


def _imports(
    captures: Captures, definitions: Sequence[Definition], spans: Sequence[Span]
) -> list[Import]:
    found = sorted(captures.imports, key=lambda each: each[0])[:MOST_IMPORTS]
    owners = innermost(spans, [offset for offset, *_ in found])
    made: list[Import] = []
    for owner, (_, first, last, module, name, local) in zip(owners, found, strict=True):
        scope = owner
        if owner >= 0 and definitions[owner].name == local and definitions[owner].line == first:
            scope = definitions[owner].parent  # 'const a = require("a")' is what it imports
        # 'export default function f' stands within nothing, although f begins there.
        made.append(Import(local, module, name, last + 1, scope if module else -1))
    return made


def _type(
    captures: Captures, definitions: Sequence[Definition], names: Sequence[int], known: Locals
) -> None:
    """What each definition returns or holds, where it says so."""
    returns = captures.language.returns
    for definition, start in zip(definitions, names, strict=True):
        if definition.kind in CALLABLE and returns:
            told = returns.search(definition.signature)
            definition.type = chains.annotation(told[1]) if told else ""
        elif definition.kind in _HOLDERS:
            definition.type = known.type_at(start, start + len(definition.name.encode()))


def _infer(definitions: Sequence[Definition], spans: Sequence[Span], known: Locals) -> None:
    """What a function returns that does not say so: the first that it returns and can be named."""
    found = list(chains.returned(known.source))
    for owner, (offset, told) in zip(innermost(spans, [at for at, _ in found]), found, strict=True):
        definition = definitions[owner] if owner >= 0 else None
        if definition and definition.kind in CALLABLE and not definition.type:
            made = known.rewritten(owner, offset, told)
            definition.type = "" if made == chains.UNKNOWN else made


def _own_names(captures: Captures, definitions: Sequence[Definition], made: Links) -> Iterator[str]:
    """Names that mean something of the file's own, or of what it imports, wherever they stand."""
    yield from (each.local for each in made.imports if each.local not in _NO_WORDS)
    yield from (each.name for each in made.attributes if each.symbol < 0)
    yield from captures.language.selves
    for each in definitions:
        around = definitions[each.parent].kind if each.parent >= 0 else "module"
        if each.kind != "key" and (captures.language.implicit_members or around in _SPACES):
            yield each.name


def _references(
    captures: Captures, spans: Sequence[Span], known: Locals, mentions: _Mentions
) -> list[Reference]:
    # The name of a definition may look like a use of it.
    uses = [use for use in captures.uses if use[0] not in captures.found]
    uses = sorted([*uses, *mentions.beside(uses)])[:MOST_REFERENCES]
    owners = innermost(spans, [use[0] for use in uses])
    lines: dict[tuple[str, str, int, str], dict[int, None]] = {}
    receivers = mentions.receivers
    # Receivers that no local variable of the file is the head of: they are as they are, anywhere.
    plain: set[str] = set()
    for owner, (offset, row, name, kind) in zip(owners, uses, strict=True):
        through = ""
        if kind != "import":
            before = receivers.get(offset)
            if before is None:
                before = chains.receiver(known.source, offset)
            if before in plain:
                through = before
            elif before:
                through = known.rewritten(owner, offset, before)
                if known.is_plain(before):
                    plain.add(before)
                # What is read of something unknown says nothing; what is called is a method.
                if through == chains.UNKNOWN and kind == "reference":
                    continue
            elif kind != "inherit" and known.is_local(owner, name):
                continue
        key = (name, kind, owner, through)
        if key in lines:
            lines[key][row + 1] = None
        else:
            lines[key] = {row + 1: None}
    return [
        Reference(name, kind, owner, tuple(found), through)
        for (name, kind, owner, through), found in lines.items()
    ]


class _Mentions:
    """Names that no pattern captures: arguments, values, what is raised or returned. A word of the
    text is one if the file defines or imports it, and it stands in no comment or string.

    The text says so faster than the tree, which would be asked from its root down each time.
    """

    def __init__(self, captures: Captures, own: set[bytes], local: set[bytes]) -> None:
        self.captures = captures
        self.source = captures.source
        self.own = own
        self.wanted = own | local
        self.selves = {name.encode() for name in captures.language.selves}
        self.receivers: dict[int, str] = {}  # of names that were seen after a dot, by offset
        self.starts = [0, *(match.end() for match in re.finditer(rb"\n", self.source))]
        self.imported = {
            row
            for _, first, last, module, *_ in captures.imports
            if module
            for row in range(first, last + 1)
        }

    def beside(self, uses: Sequence[Use]) -> list[Use]:
        """Those that are not among the uses."""
        taken = {use[0] for use in uses}
        others = {start for start, _ in self.captures.bound} | self.captures.found.keys()
        wanted, source, quoted = self.wanted, self.source, self._quoted()
        own = self.own - self.selves
        made: list[Use] = []
        until = next(quoted, _NOWHERE)
        for match in _CHAIN.finditer(source):
            head, dot, rest = match[0].partition(b".")
            if head not in wanted:
                continue
            start, last = match.span()
            while until[1] <= start:
                until = next(quoted, _NOWHERE)
            if until[0] <= start or start in others:
                continue
            # Not after a dot, unless it is the last of three: '...names' is a name.
            if source[start - 1 : start] == b"." and source[start - 2 : start] != b"..":
                continue
            if head in own and start not in taken:
                row = self._row(start)
                if row not in self.imported and (dot or not self._is_label(start, last)):
                    made.append((start, row, head.decode("utf-8", "replace"), "reference"))
            if dot:
                self._parts(head, start + len(head), rest, taken, made)
            if source[last : last + 1] in _DOTS:
                made += self._chained(last, taken)
        return made

    def _parts(self, head: bytes, end: int, rest: bytes, taken: set[int], made: list[Use]) -> None:
        """'b' and 'c' of 'a.b.c', and what stands before them."""
        before, found = head.decode("utf-8", "replace"), self.captures.found
        for part in rest.split(b"."):
            start, name = end + 1, part.decode("utf-8", "replace")
            self.receivers[start] = before
            if start not in taken and start not in found:
                taken.add(start)
                made.append((start, self._row(start), name, "reference"))
            before, end = f"{before}.{name}", start + len(part)

    def _quoted(self) -> Iterator[tuple[int, int]]:
        """Where comments and strings are, in order."""
        begin = 0
        for offset, comment in sorted(self.captures.comments.items()):
            yield from (each.span() for each in _STRING.finditer(self.source, begin, offset))
            begin = max(begin, offset + len(comment.text.encode()))
            yield offset, begin
        yield from (each.span() for each in _STRING.finditer(self.source, begin))

    def _row(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _chained(self, end: int, taken: set[int]) -> Iterator[Use]:
        """'.b' and '.c' after 'a'."""
        while found := _NEXT.match(self.source, end, end + chains.REACH):
            start, end = found.span(1)
            if start not in taken and start not in self.captures.found:
                taken.add(start)
                yield start, self._row(start), found[1].decode("utf-8", "replace"), "reference"

    def _is_label(self, start: int, end: int) -> bool:
        """'f(name=1)' and '{name: 1}' do not use the name."""
        if self.source[end : end + 1] not in _LABELS:
            return False
        labelled = _LABELLED.match(self.source, end, end + 8)
        if not labelled:
            return False
        before = self.source[max(0, start - 40) : start].rstrip()[-1:]
        return before in ((b"(", b",") if labelled[1] == b"=" else (b"{", b","))
