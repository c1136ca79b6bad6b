"""Harnesses as Go writes them: one test of Go's own fuzzer for each function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workers.fuzzers.base import Target
from workers.fuzzers.golang.declared import Function
from workers.fuzzers.golang.kinds import Kind, Package, arguments, receiver, stand_ins
from workers.fuzzers.golang.literals import Value, literal

INSIDE = Path(__file__).parent / "inside"
VERSION = "//go:build go1.21\n\n"
"""Of the language: modules may say that they are written in an older one."""
_MADE = """// made gives up where a value could not be made.
func made[T any](value T, err error) T {
	if err != nil {
		panic(refused{err})
	}
	return value
}

type refused struct{ error }

"""
_POINTER = """// pointer to a value.
func pointer[T any](value T) *T { return &value }

"""
_INSIDE_GO = (INSIDE / "runtime_test.go", INSIDE / "again_test.go")
HARNESS = "ponder_harness_test.go"


@dataclass(frozen=True, slots=True)
class Harness:
    """Of one function: `folder` is its package's, `importing` what it is imported by. `natives`
    are the arguments of Go's fuzzer, those of the object first; `seeds` are values of these
    types."""

    target: Target
    function: Function
    folder: str
    importing: str
    package: Package
    kind: Kind
    receiver: Kind | None
    seeds: tuple[tuple[Value, ...], ...] = field(default=())

    @property
    def natives(self) -> tuple[str, ...]:
        return (*(self.receiver.natives if self.receiver else ()), *self.kind.natives)

    @property
    def fails(self) -> bool:
        """Whether it has a way to refuse what it is given."""
        return self.function.gives[-1:] == ("error",)

    @property
    def imports(self) -> frozenset[str]:
        """Of the standard library."""
        return self.kind.imports | (self.receiver.imports if self.receiver else frozenset())

    def call(self, given: Sequence[str]) -> str:
        """An expression of expressions for each of the fuzzer's arguments."""
        count = len(self.receiver.natives) if self.receiver else 0
        start = self.receiver.make(given[:count]) if self.receiver else self.package.called
        generic = stand_ins(self.function) or {}
        kinds = f"[{', '.join(generic.values())}]" if generic else ""
        return f"{start}.{self.function.name}{kinds}({self.kind.make(given[count:])})"


def harness(
    target: Target, function: Function, package: Package, folder: str, importing: str
) -> Harness | str:
    """Or why there is none, in words."""
    made = arguments(package, function)
    if made is None:
        return "nobody knows how to make what it takes"
    by = None
    if function.receiver:
        by = receiver(package, function.receiver)
        if by is None:
            return f"nobody knows how to make a {function.receiver.lstrip('*')}"
    found = Harness(target, function, folder, importing, package, made, by)
    if not found.natives:
        return "it takes nothing that could be varied"
    return found


def helps(call: str) -> str:
    """What a call needs of functions of ours."""
    made = _MADE if "made(" in call else ""
    return made + (_POINTER if "pointer(" in call else "")


def files(package: str, harnesses: Sequence[tuple[int, Harness]]) -> dict[str, str]:
    """The test files of one package's folder; each harness has a number."""
    imports = frozenset({"testing"}).union(*(each.imports for _, each in harnesses))
    importing = harnesses[0][1].importing
    listed = "\n".join(f'\t"{name}"' for name in sorted(imports))
    bodies = "\n".join(_written(number, each) for number, each in harnesses)
    table = "\n".join(f"\t{number}: ponderTarget{number}," for number, _ in harnesses)
    kinds = "\n".join(
        f"\t{number}: {{{', '.join(map(_named, each.natives))}}}," for number, each in harnesses
    )
    seeds = "\n".join(f"\t{number}: {{{_seeds(each)}}}," for number, each in harnesses)
    text = (
        f"{VERSION}package {package}_test\n\nimport (\n{listed}\n\n"
        f'\t{harnesses[0][1].package.called} "{importing}"\n)\n\n'
        f"{_MADE}{_POINTER}var ponderTargets = map[int]func([]any) bool{{\n{table}\n}}\n\n"
        f"var ponderSeeds = map[int][][]any{{\n{seeds}\n}}\n\n"
        f"var ponderKinds = map[int][]string{{\n{kinds}\n}}\n\n{bodies}"
    )
    inside = {f"ponder_{each.name}": each.read_text(encoding="utf-8") for each in _INSIDE_GO}
    named = {
        name: source.replace("package ponder_test", f"package {package}_test", 1)
        for name, source in inside.items()
    }
    return {**named, HARNESS: text}


def _seeds(made: Harness) -> str:
    return ", ".join(f"{{{', '.join(map(literal, seed))}}}" for seed in made.seeds)


def _named(kind: str) -> str:
    """As Go itself calls a type."""
    return f'"{ {"byte": "uint8", "rune": "int32"}.get(kind, kind) }"'


def _written(number: int, made: Harness) -> str:
    names = [f"a{at}" for at in range(len(made.natives))]
    taken = ", ".join(f"{name} {kind}" for name, kind in zip(names, made.natives, strict=True))
    unpacked = "\n".join(
        f"\t{name} := given[{at}].({kind})"
        for at, (name, kind) in enumerate(zip(names, made.natives, strict=True))
    )
    return (
        f"func ponderTarget{number}(given []any) bool {{\n{unpacked}\n{_body(made, names)}}}\n\n"
        f"func FuzzPonder{number}(f *testing.F) {{\n\tf.Cleanup(ponderWrite)\n"
        f"\tfor _, each := range ponderSeeds[{number}] {{\n\t\tf.Add(each...)\n\t}}\n"
        f"\tf.Fuzz(func(t *testing.T, {taken}) {{\n"
        f"\t\tgiven := []any{{{', '.join(names)}}}\n"
        f"\t\tponderCall(given, func() bool {{ return ponderTarget{number}(given) }})\n"
        f"\t}})\n}}\n\n"
        f"func BenchmarkPonder{number}(b *testing.B) {{ ponderTimed(b, {number}) }}\n"
    )


def _body(made: Harness, names: Sequence[str]) -> str:
    call = made.call(names)
    if not made.fails:
        return f"\t{call}\n\treturn false\n"
    blanks = "_, " * (len(made.function.gives) - 1)
    return f"\t{blanks}failed := {call}\n\treturn failed != nil\n"
