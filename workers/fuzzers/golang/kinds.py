"""What a type of Go is made of: values that Go's own fuzzer can make, and how they are put
together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from workers.fuzzers.golang.declared import Declared, Function

NATIVE = frozenset(
    "string []byte bool byte rune float32 float64 int int8 int16 int32 int64 uint uint8 uint16 "
    "uint32 uint64".split()
)
TEXT = frozenset({"string", "[]byte"})
_DEEPEST = 3
_ANY = {"any", "comparable", "cmp.Ordered", "constraints.Ordered", "interface{}", "~string"}
_READ = {
    "io.Reader": ("strings.NewReader({})", "strings"),
    "io.RuneReader": ("strings.NewReader({})", "strings"),
    "io.ByteReader": ("strings.NewReader({})", "strings"),
    "io.ReadSeeker": ("strings.NewReader({})", "strings"),
    "io.ReaderAt": ("strings.NewReader({})", "strings"),
    "*strings.Reader": ("strings.NewReader({})", "strings"),
    "*bufio.Reader": ("bufio.NewReader(strings.NewReader({}))", "bufio strings"),
    "*bufio.Scanner": ("bufio.NewScanner(strings.NewReader({}))", "bufio strings"),
    "*bytes.Buffer": ("bytes.NewBufferString({})", "bytes"),
    "*bytes.Reader": ("bytes.NewReader([]byte({}))", "bytes"),
    "[]string": ('strings.Split({}, "\\n")', "strings"),
    "[]rune": ("[]rune({})", ""),
    "[][]byte": ('bytes.Split([]byte({}), []byte("\\n"))', "bytes"),
    "error": ("errors.New({})", "errors"),
    "any": ("any({})", ""),
    "interface{}": ("any({})", ""),
    "json.RawMessage": ("json.RawMessage({})", "encoding/json"),
    "*url.URL": ("made(url.Parse({}))", "net/url"),
    "*regexp.Regexp": ("made(regexp.Compile({}))", "regexp"),
    "net.IP": ("net.ParseIP({})", "net"),
}
_FIXED = {
    "context.Context": ("context.Background()", "context"),
    "io.Writer": ("io.Discard", "io"),
    "time.Location": ("time.UTC", "time"),
    "*time.Location": ("time.UTC", "time"),
    "*strings.Builder": ("new(strings.Builder)", "strings"),
    "hash.Hash": ("sha256.New()", "crypto/sha256"),
}
_TIMES = {
    "time.Duration": ("time.Duration({})", "time"),
    "time.Time": ("time.Unix({}, 0).UTC()", "time"),
    "time.Month": ("time.Month({})", "time"),
    "*big.Int": ("big.NewInt({})", "math/big"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """`natives` are the fuzzer's arguments, `make` puts expressions of them together; `imports` are
    of the standard library. Where the expression says made(…), that is a function which gives up
    when its second argument is an error. `zero`: an object made of nothing, which few types are
    meant to work with."""

    natives: tuple[str, ...]
    make: Callable[[Sequence[str]], str]
    imports: frozenset[str] = frozenset()
    zero: bool = False


@dataclass(slots=True)
class Package:
    """What a folder's files declare together. `called` is how its own names are written."""

    called: str
    types: dict[str, str] = field(default_factory=dict)
    fields: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)

    def add(self, file: Declared) -> None:
        """One more file."""
        self.types |= file.types
        self.fields |= file.fields
        self.functions += file.functions


def kind(package: Package, type_: str, generic: Mapping[str, str], deep: int = 0) -> Kind | None:
    """None for what nobody can make from plain values."""
    type_ = generic.get(type_, type_)
    if type_ in NATIVE:
        return Kind((type_,), lambda given: given[0])
    if found := _of_others(type_):
        return found
    if deep >= _DEEPEST:
        return None
    if type_.startswith("[]"):
        return _slice(package, type_, generic, deep)
    if pair := re.fullmatch(r"map\[(\w+)\](.+)", type_):
        return _map(package, type_, (pair[1], pair[2]), generic, deep)
    return _own(package, type_, generic, deep) or _constructed(package, type_, deep)


def _of_others(type_: str) -> Kind | None:
    """Types of the standard library."""
    for table, natives in ((_READ, ("string",)), (_TIMES, ("int64",)), (_FIXED, ())):
        if type_ in table:
            told, imports = table[type_]
            return Kind(natives, partial(_put, told), frozenset(imports.split()))
    return None


def _put(told: str, given: Sequence[str]) -> str:
    return told.replace("{}", given[0]) if given else told


def _slice(package: Package, type_: str, generic: Mapping[str, str], deep: int) -> Kind | None:
    """Two items: how many there are matters less than what they are."""
    item = kind(package, type_[2:], generic, deep + 1)
    if item is None or len(item.natives) > 3:
        return None
    written = _written(package, type_, generic)
    count = len(item.natives)
    return Kind(
        item.natives * 2,
        lambda given: f"{written}{{{item.make(given[:count])}, {item.make(given[count:])}}}",
        item.imports,
    )


def _map(
    package: Package, type_: str, pair: tuple[str, str], generic: Mapping[str, str], deep: int
) -> Kind | None:
    """With one entry."""
    key, value = (kind(package, each, generic, deep + 1) for each in pair)
    if key is None or value is None:
        return None
    written, count = _written(package, type_, generic), len(key.natives)
    return Kind(
        key.natives + value.natives,
        lambda given: f"{written}{{{key.make(given[:count])}: {value.make(given[count:])}}}",
        key.imports | value.imports,
    )


def _written(package: Package, type_: str, generic: Mapping[str, str]) -> str:
    """A type as another package writes it."""
    return re.sub(
        r"(?<![\w.])([A-Z]\w*)",
        lambda name: generic.get(name[1]) or f"{package.called}.{name[1]}",
        re.sub(r"(?<![\w.])([a-z]\w*)(?![\w.])", lambda n: generic.get(n[1], n[1]), type_),
    )


def _own(package: Package, type_: str, generic: Mapping[str, str], deep: int) -> Kind | None:
    """Types of the package: of something plain under another name, or with open fields."""
    pointer, name = type_.startswith("*"), type_.lstrip("*")
    under = package.types.get(name)
    if under is not None and not pointer:
        inner = kind(package, under, generic, deep + 1)
        if inner is None or under.startswith(("func", "interface")):
            return None
        return Kind(
            inner.natives,
            lambda given: f"{package.called}.{name}({inner.make(given)})",
            inner.imports,
        )
    return _struct(package, name, generic, deep, "&" if pointer else "")


def _struct(
    package: Package, name: str, generic: Mapping[str, str], deep: int, sign: str
) -> Kind | None:
    """With its open fields. What has others is made by a function, if at all."""
    listed = package.fields.get(name)
    if not listed or not all(each[:1].isupper() for each, _ in listed):
        return None
    known = [
        (each, made)
        for each, type_ in listed
        if (made := kind(package, type_, generic, deep + 1)) and made.natives
    ][:4]
    if not known:
        return None

    def make(given: Sequence[str]) -> str:
        told, at = [], 0
        for each, made in known:
            told.append(f"{each}: {made.make(given[at : at + len(made.natives)])}")
            at += len(made.natives)
        return f"{sign}{package.called}.{name}{{{', '.join(told)}}}"

    imports = frozenset[str]().union(*(made.imports for _, made in known))
    return Kind(tuple(n for _, made in known for n in made.natives), make, imports)


def together(kinds: Sequence[Kind]) -> Kind:
    """Several, separated by commas."""

    def make(given: Sequence[str]) -> str:
        told, at = [], 0
        for each in kinds:
            told.append(each.make(given[at : at + len(each.natives)]))
            at += len(each.natives)
        return ", ".join(told)

    imports = frozenset[str]().union(*(each.imports for each in kinds))
    return Kind(tuple(n for each in kinds for n in each.natives), make, imports)


def stand_ins(function: Function) -> dict[str, str] | None:
    """A type for each type parameter; None where none is known to fit."""
    found = {}
    for name, constraint in function.generic:
        if constraint in _ANY:
            found[name] = "string"
        elif re.search(r"Integer|Signed|Number|~?\bint\b", constraint):
            found[name] = "int"
        elif "Float" in constraint:
            found[name] = "float64"
        else:
            return None
    return found


_INTO = Kind((), lambda _: "new(map[string]interface{})")


def _is_into(function: Function, type_: str) -> bool:
    """Whether a parameter is where what was read is put."""
    reads = re.match(r"Unmarshal|Decode|Load|Read|Parse", function.name)
    return bool(reads) and type_ in ("any", "interface{}")


def arguments(package: Package, function: Function, deep: int = 0) -> Kind | None:
    """What a call needs; a list at the end that may be empty is, unless there is nothing else."""
    generic = stand_ins(function)
    if generic is None:
        return None
    takes = list(function.takes)
    tail = ""
    if takes and takes[-1][1].startswith("..."):
        last = takes.pop()[1][3:]
        if not takes:
            takes, tail = [("", f"[]{last}")], "..."
    made = [
        _INTO if _is_into(function, type_) else kind(package, type_, generic, deep)
        for _, type_ in takes
    ]
    known = [each for each in made if each is not None]
    if len(known) < len(made):
        return None
    whole = together(known)
    return Kind(whole.natives, lambda given: whole.make(given) + tail, whole.imports)


def receiver(package: Package, type_: str) -> Kind | None:
    """For a method's object: what its type is made of, else by a function, else zero."""
    name = type_.lstrip("*")
    if not re.fullmatch(r"[A-Z]\w*", name):
        return None
    found = _own(package, name, {}, 1)
    if found is None or not found.natives:
        found = _constructed(package, type_, 1, object_=True)
    elif "*" in type_:
        inner = found
        found = Kind(inner.natives, lambda given: f"pointer({inner.make(given)})", inner.imports)
    if found is None and name in package.fields:
        called = package.called
        return Kind((), lambda _: f"(&{called}.{name}{{}})", zero=True)
    return found


def _constructed(package: Package, type_: str, deep: int, *, object_: bool = False) -> Kind | None:
    """By a function named New…, else by any that gives one."""
    name, deref = type_.lstrip("*"), not object_ and not type_.startswith("*")
    ways = [each for each in package.functions if _makes(each, name)]
    ways.sort(key=lambda each: (not each.name.startswith("New"), len(each.takes), each.name))
    for each in ways:
        inner = arguments(package, each, deep + 1)
        if inner is not None and len(inner.natives) <= 3:
            return Kind(
                inner.natives, _call(package, each, type_, inner, deref=deref), inner.imports
            )
    return None


def _call(
    package: Package, function: Function, type_: str, inner: Kind, *, deref: bool
) -> Callable[[Sequence[str]], str]:
    called = f"{package.called}.{function.name}"
    whole = f"{called}({{}})" if len(function.gives) == 1 else f"made({called}({{}}))"
    if type_.startswith("*") and not function.gives[0].startswith("*"):
        whole = f"pointer({whole})"
    elif deref and function.gives[0].startswith("*"):
        whole = f"*{whole}"
    return lambda given: whole.replace("{}", inner.make(given), 1)


def _makes(function: Function, name: str) -> bool:
    fits = function.gives[:1] in ((name,), (f"*{name}",))
    fails = len(function.gives) == 1 or function.gives[1:] == ("error",)
    public = function.name[:1].isupper() and not function.name.startswith("Must")
    return fits and fails and public and not function.receiver and not function.generic
