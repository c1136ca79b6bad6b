"""What names mean: Ponder's resolution against jedi and the TypeScript compiler.

python -m benchmarks.symbols [--work FOLDER] [--only flask,zod] [--count 1000] [--mistakes]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.retrieval import corpora as retrieval
from benchmarks.symbols.score import Score, score

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description="What names mean, against independent judges.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "symbols")
    parser.add_argument("--only", default="", help="packages, comma-separated")
    parser.add_argument("--count", type=int, default=1000, help="references of each package")
    parser.add_argument("--mistakes", action="store_true", help="print where it is not as judged")
    arguments = parser.parse_args()
    work: Path = arguments.work.absolute()
    wanted = [name for name in arguments.only.split(",") if name]
    pinned = json.loads((HERE / "corpora.json").read_text(encoding="utf-8"))
    scores: dict[str, Score] = {}
    mistakes: list[str] = []
    for name in [*pinned["python"], *pinned["npm"]]:
        if not wanted or name in wanted:
            verdicts = _judged(work, name, pinned, arguments.count)
            scores[name] = score(work / "corpora" / name / "tree", verdicts, mistakes)
    print(table(scores))
    if arguments.mistakes:
        print("\n".join(mistakes))


def _judged(work: Path, name: str, pinned: dict[str, dict[str, str]], count: int) -> Path:
    """The judge's verdicts on a package, asked for once."""
    verdicts = work / f"{name}.{count}.jsonl"
    tree = work / "corpora" / name / "tree"
    python = _interpreter(work)
    if name in pinned["npm"]:
        retrieval.prepare(work, python, [name], pins=pinned["npm"])
        judge = ["node", str(HERE / "judge_typescript.mjs"), str(_compiler(work, pinned))]
    else:
        retrieval.prepare(work, python, [name])
        judge = [str(python), str(HERE / "judge_python.py")]
    if not verdicts.exists():
        print(f"{name}: asking the judge", file=sys.stderr, flush=True)
        command = [*judge, str(tree), str(count)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        verdicts.write_text(told.stdout, encoding="utf-8")
    return verdicts


def _interpreter(work: Path) -> Path:
    """Of the environment that jedi has to itself."""
    folder = work / "environment"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        wanted = HERE / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
        (folder / "complete").touch()
    return python


def _compiler(work: Path, pinned: dict[str, dict[str, str]]) -> Path:
    """The folder whose node_modules have the TypeScript compiler."""
    folder = work / "compiler"
    if not (folder / "node_modules" / "typescript").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        package = f"{pinned['typescript']['name']}@{pinned['typescript']['version']}"
        subprocess.run(["npm", "install", "--silent", package], cwd=folder, check=True)
    return folder


def table(scores: dict[str, Score]) -> str:
    """Markdown, a row a package."""
    rows = [
        "| package | judged | inside | recall@1 | recall, any | precision@1 | precision, sure "
        "| recall, sure | weighted precision | weighted recall |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, each in scores.items():
        inside = max(1, each.inside)
        shares = (
            each.first_right / inside,
            each.any_right / inside,
            each.first_right / max(1, each.answered),
            each.sure_right / max(1, each.sure),
            each.sure_right / inside,
            each.weight_right / max(1e-9, each.weight),
            each.weight_right / inside,
        )
        judged = f"| {name} | {each.inside + each.elsewhere} | {each.inside} | "
        rows.append(judged + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
