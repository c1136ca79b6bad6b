"""Stands for clang and ar where neither may be there: what it builds is a script that behaves as
libFuzzer does, and breaks for inputs with '!' where a source says BROKEN."""

import json
import os
import sys
from pathlib import Path

FUZZER = """#!{python}
import os, sys
from pathlib import Path
sources = {sources!r}
named = dict(each[1:].partition("=")[::2] for each in sys.argv[1:] if each.startswith("-"))
given = [each for each in sys.argv[1:] if not each.startswith("-")]
corpus = [p for p in given if os.path.isdir(p)]
cases = [Path(p).read_bytes() for p in given if os.path.isfile(p)] or [b"", b"ab", b"ab!cd"]
if "minimize_crash" in named:
    Path(named["exact_artifact_path"]).write_bytes(b"!")
    sys.exit(0)
for folder in corpus:
    Path(folder, "found").write_bytes(b"ab")
for number, case in enumerate(cases):
    broken = [path for path in sources if b"BROKEN" in Path(path).read_bytes()]
    if broken and b"!" in case:
        path = "exact_artifact_path"
        if path in named:
            Path(named[path]).write_bytes(case)
        print("==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1", file=sys.stderr)
        print(f"    #0 0x1 in parse /repository/{{broken[0]}}:2:3", file=sys.stderr)
        print("    #1 0x2 in LLVMFuzzerTestOneInput /repository/fuzz/parse.c:4", file=sys.stderr)
        print("stat::number_of_executed_units: 3", file=sys.stderr)
        sys.exit(77)
print("stat::number_of_executed_units: 3", file=sys.stderr)
"""


def main(argv: list[str]) -> int:
    if argv[0] == "rcs":
        objects = {os.path.basename(path): Path(path).read_text() for path in argv[2:]}
        Path(argv[1]).write_text(json.dumps(objects))
        return 0
    made = argv[argv.index("-o") + 1]
    if "-c" in argv:
        path = argv[argv.index("-c") + 1]
        if "#error" in Path(path).read_text():
            print(f"{path}:1:2: error: it wants to be configured", file=sys.stderr)
            return 1
        Path(made).write_text(path)
        return 0
    sources = [Path(each).read_text() for each in argv if each.endswith(".o")]
    for archive in [each for each in argv if each.endswith(".a")]:
        objects = json.loads(Path(archive).read_text())
        sources += objects.values()
        maps = [each.partition("=")[2] for each in argv if each.startswith("-Wl,-Map=")]
        Path(maps[0]).write_text("\n".join(f"{archive}({name})" for name in objects))
    Path(made).write_text(FUZZER.format(python=sys.executable, sources=sources))
    os.chmod(made, 0o755)
    return 0


sys.exit(main(sys.argv[1:]))
