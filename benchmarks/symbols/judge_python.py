"""What jedi says that names mean. Run in an environment of its own, which has jedi.

python judge_python.py TREE COUNT → a line of JSON for each sampled reference:
{"path", "line", "column", "name", "verdict", "definitions": [[path, line]…]}

`verdict` is inside (the repository defines it), local (a parameter or a variable of a function),
outside (another package or the language does), or unknown (jedi finds nothing).
"""

import json
import random
import sys
from pathlib import Path

import jedi

LONGEST = 300_000


def main() -> None:
    tree, count = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    project = jedi.Project(tree, added_sys_path=[str(tree / "src")])
    files = sorted(path for path in tree.rglob("*.py") if path.stat().st_size < LONGEST)
    places = []
    for path in files:
        script = jedi.Script(path=path, project=project)
        for name in script.get_names(all_scopes=True, definitions=False, references=True):
            places.append((path, name.line, name.column, name.name))
    places.sort()
    for path, line, column, name in sorted(
        random.Random(0).sample(places, min(count, len(places)))
    ):
        script = jedi.Script(path=path, project=project)
        found = [verdict_of(each, tree) for each in script.goto(line, column, follow_imports=True)]
        print(json.dumps(told(path.relative_to(tree), line, column, name, found)), flush=True)


def told(path, line, column, name, found):
    for verdict in ("inside", "local", "outside"):
        places = sorted({place for kind, place in found if kind == verdict})
        if places:
            break
    else:
        verdict, places = "unknown", []
    return {
        "path": path.as_posix(),
        "line": line,
        "column": column,
        "name": name,
        "verdict": verdict,
        "definitions": [list(place) for place in places if place[0]],
    }


def verdict_of(found, tree):
    path = found.module_path
    if path is None or tree not in path.resolve().parents:
        return "outside", ("", 0)
    place = (path.resolve().relative_to(tree).as_posix(), found.line or 1)
    if found.type == "param":
        return "local", place
    if found.type in {"statement", "instance"} and is_local(found):
        return "local", place
    return "inside", place


def is_local(found):
    """Assigned in a function, and not to an attribute."""
    around = found.parent()
    if around is None or around.type != "function":
        return False
    code = found.get_line_code()
    before = code[: found.column]
    return not before.rstrip().endswith(".")


if __name__ == "__main__":
    main()
