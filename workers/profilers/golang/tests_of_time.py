"""A test that stands alone, in which the benchmark of a package takes turns with that of what it
was before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workers.fuzzers.golang.harness import VERSION, Harness, helps
from workers.fuzzers.golang.literals import Value, literal

_TEXT = """{version}// {symbol} takes longer than before its last change.
//
// It fails at this commit, and passes once mended. Run it there: go test -run '^{name}$'
// It belongs in the folder {folder}
//
// Both versions are built, and their benchmarks take turns: no machine's speed counts, and no other
// load.

package {package}_test

import (
{imports}

	{own}
)

{helps}// {before} has the files as they were before the change.
var {before} = map[string]string{{
{files}
}}

func Benchmark{test}(b *testing.B) {{
	for at := 0; at < b.N; at++ {{
{calls}
	}}
}}

func {name}(t *testing.T) {{
	folder, binaries := t.TempDir(), []string{{}}
	replaced := map[string]string{{}}
	for path, text := range {before} {{
		here, err := filepath.Abs(path)
		there := filepath.Join(folder, strconv.Itoa(len(replaced))+".go")
		if err != nil || os.WriteFile(there, []byte(text), 0o600) != nil {{
			t.Skip("nothing can be written here")
		}}
		replaced[here] = there
	}}
	overlay, _ := json.Marshal(map[string]any{{"Replace": replaced}})
	if os.WriteFile(filepath.Join(folder, "overlay.json"), overlay, 0o600) != nil {{
		t.Skip("nothing can be written here")
	}}
	overlaid := "-overlay=" + filepath.Join(folder, "overlay.json")
	for _, flag := range []string{{"-vet=off", overlaid}} {{
		binary := filepath.Join(folder, strconv.Itoa(len(binaries))+".test")
		built := exec.Command("go", "test", "-c", "-o", binary, flag, ".")
		if said, err := built.CombinedOutput(); err != nil {{
			t.Skipf("it cannot be built: %s", said)
		}}
		binaries = append(binaries, binary)
	}}
	nanoseconds := func(binary string) float64 {{
		asked := []string{{"-test.run=^$", "-test.benchtime=20ms", "-test.cpu=1"}}
		asked = append(asked, "-test.bench=^Benchmark{test}$")
		said, _ := exec.Command(binary, asked...).CombinedOutput()
		words := strings.Fields(string(said))
		for at := 1; at < len(words); at++ {{
			taken, err := strconv.ParseFloat(words[at-1], 64)
			if words[at] == "ns/op" && err == nil {{
				return taken
			}}
		}}
		t.Skipf("it cannot be measured: %s", said)
		return 0
	}}
	ratios := make([]float64, 15)
	for at := range ratios {{
		ratios[at] = nanoseconds(binaries[0]) / nanoseconds(binaries[1])
	}}
	sort.Float64s(ratios)
	// In 96 % of all runs the fourth of fifteen from each end hold the median between them.
	if low, middle, high := ratios[3], ratios[7], ratios[11]; low >= {bound} {{
		t.Fatalf("it takes %.2f times as long as before (%.2f to %.2f)", middle, low, high)
	}}
}}
"""
_IMPORTS = frozenset("encoding/json os os/exec path/filepath sort strconv strings testing".split())
_LARGEST = 100_000
_MOST_CALLS = 10


def name(made: Harness) -> str:
    """Of the test."""
    return f"Test{_stem(made)}"


def _stem(made: Harness) -> str:
    return f"Reproducer_{made.function.symbol.replace('.', '_')}_time"


def slower(
    made: Harness, cases: Sequence[Sequence[Value]], before: Mapping[str, str], *, bound: float
) -> str:
    """`before` are files of its package as they were, by name; `cases` are the arguments of calls
    that come back; where the low end of the ratio's interval reaches `bound` it fails. '' where the
    files are too large for a test that somebody reads."""
    if not before or sum(map(len, before.values())) > _LARGEST:
        return ""
    given = [[literal(value) for value in case] for case in cases[:_MOST_CALLS]]
    calls = "\n".join(f"\t\t{made.call(each)}" for each in given)
    imports = _IMPORTS | made.imports
    imports |= {"math"} if re.search(r"\bmath\.(NaN|Inf)\(", calls) else set()
    called = made.package.called
    alias = "" if called == made.importing.rpartition("/")[2] else f"{called} "
    return _TEXT.format(
        version=VERSION if helps(calls) else "",
        symbol=f"{called}.{made.function.symbol}",
        name=name(made),
        test=_stem(made),
        before=f"before_{_stem(made)}",
        folder=made.folder,
        package=called,
        imports="\n".join(f'\t"{each}"' for each in sorted(imports)),
        own=f'{alias}"{made.importing}"',
        helps=helps(calls),
        files="\n".join(f"\t{_quoted(path)}: {_quoted(text)}," for path, text in before.items()),
        calls=calls,
        bound=f"{bound:.2f}",
    )


def _quoted(text: str) -> str:
    return literal(Value("string", text.encode()))
