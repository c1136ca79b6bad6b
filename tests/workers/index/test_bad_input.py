"""Contents that nobody should have: each is indexed or has a reason, and the rest goes on as ever.

benchmarks/index tries repositories of the same kind at their real size.
"""

from __future__ import annotations

import pytest

from tests.workers.index.conftest import Indexed
from workers.index import lanes, skip

SOURCE = "def größe():\n    return 'é'\n"

CONTENTS = {
    "latin_1.py": (SOURCE.encode("latin-1"), None),
    "utf_16.py": (SOURCE.encode("utf-16"), None),
    "utf_32.py": (SOURCE.encode("utf-32"), None),
    "without_mark.py": (SOURCE.encode("utf-16-le"), skip.BINARY),
    "crlf.py": (SOURCE.replace("\n", "\r\n").encode(), None),
    "nul.py": (SOURCE.encode() + b"\0", skip.BINARY),
    "late_nul.py": (SOURCE.encode() * 400 + b"\0", None),
    "bundle.js": (b"function a(b){return b+1};" * 500, skip.MINIFIED),
    "nested.py": (b"x = " + b"(" * 20_000 + b")" * 20_000, None),
    "line.py": (b"x = '" + b"a" * 500_000 + b"'\n", None),
    "empty.py": (b"", None),
    "/".join(["deep"] * 100) + "/bottom.py": (SOURCE.encode(), None),
    "too_large.py": (b"x = 1\n" * 200_000, skip.TOO_LARGE),
}


async def test_every_content_is_indexed_or_has_a_reason(shop: Indexed) -> None:
    for path, (content, _) in CONTENTS.items():
        shop.checkout.write(path, content)
    shop.checkout.commit()
    report = await shop.index()
    assert await shop.skipped(report.snapshot_id) == {
        path: reason for path, (_, reason) in CONTENTS.items()
    }
    names = await shop.fetch("SELECT name FROM symbols WHERE name = 'größe'")
    assert len(names) == 4 + 400, "in UTF-8, UTF-16 and UTF-32, with CRLF, and before a late NUL"


async def test_batches_are_bounded_whatever_the_number_of_files(
    shop: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is stored before the next ones are read: memory does not grow with the tree."""
    monkeypatch.setattr(lanes, "BATCH_TASKS", 4)
    for number in range(30):
        shop.checkout.write(f"{number}.py", f"def f{number}():\n    return {number}\n")
    shop.checkout.commit()
    told: list[int] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "parse":
            told.append(done)

    report = await shop.index(progress=progress)
    assert (report.files, report.symbols) == (30, 30)
    assert told[-1] == 30
    assert len(told) > 1
