"""Functions of JavaScript and TypeScript are found as they are exported."""

from __future__ import annotations

from pathlib import Path

from workers.fuzzers import javascript, typescript

MODERN = """export function parse(text) {
  return text;
}
export const joined = (names, by = ", ") => names.join(by);
export default async function (text) {
  return text;
}
function hidden(text) {}
function told(text) {
  return text;
}
export { told, joined as other };
export class Basket {
  constructor(name) {}

  put(thing) {
    if (thing) return 1;
  }

  size() {}
}
"""
OLD = """exports.read = function (text) {};
function write(text) {}
function main(argv) {}
module.exports = { write, main };
"""
TYPED = """/** @throws {TypeError} for none */
export function first(text: string): string {
  return text[0];
}
"""


def test_what_is_exported_is_found_and_nothing_else(tmp_path: Path) -> None:
    texts = {"src/a.mjs": MODERN, "lib/b.js": OLD, "src/c.ts": TYPED, "src/c.d.ts": TYPED}
    texts |= {"test/a.test.js": MODERN, "dist/a.js": MODERN}
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    found = {each.name for each in javascript.targets(tmp_path, sorted(texts))}
    modern = {f"src/a.mjs#{name}" for name in ("parse", "joined", "default", "told", "Basket.put")}
    assert found == modern | {"lib/b.js#read", "lib/b.js#write"}
    (first,) = typescript.targets(tmp_path, sorted(texts))
    assert (first.name, first.start_line, first.promised) == ("src/c.ts#first", 2, {"TypeError"})


def test_what_is_private_or_there_twice_is_left_out(tmp_path: Path) -> None:
    paths = ["a.js", "a.cjs", "_part.js", "_lib/b.js", "c.cjs"]
    for path in paths:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(OLD)
    found = {each.path for each in javascript.targets(tmp_path, sorted(paths))}
    assert found == {"a.js", "c.cjs"}
