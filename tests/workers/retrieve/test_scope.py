from __future__ import annotations

import pytest

from workers.retrieve.scope import path_fits


@pytest.mark.parametrize(
    ("wanted", "path", "fits"),
    [
        ("src/", "src/app.py", True),
        ("src/", "packages/core/src/app.py", True),
        ("/src/", "packages/core/src/app.py", False),
        ("./src", "src/app.py", True),
        ("src/ap", "src/app.py", True),
        ("app.py", "src/app.py", True),
        ("pp.py", "src/app.py", False),
        ("core/src/app.py", "packages/core/src/app.py", True),
        ("SRC/", "src/app.py", False),
        ("src/", "SRC/app.py", True),
        ("/", "src/app.py", True),
        ("*.py", "src/app.py", True),
        ("src/*.js", "src/app.py", False),
    ],
)
def test_a_path_is_named_by_its_beginning_its_parts_or_a_pattern(
    wanted: str, path: str, *, fits: bool
) -> None:
    assert path_fits(wanted)(path) is fits
