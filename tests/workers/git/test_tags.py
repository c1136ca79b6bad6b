from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workers.git import Tag, tag_of


def tags(*names: str) -> list[Tag]:
    return [Tag(name, "", datetime(2026, 1, 1, tzinfo=UTC)) for name in names]


@pytest.mark.parametrize(
    ("version", "names", "meant"),
    [
        ("2.1", ["v2.1.0", "v2.0.0"], "v2.1.0"),
        ("2.1", ["2.1", "2.1.0"], "2.1"),
        ("v2.1", ["2.1.0"], "2.1.0"),
        ("2.1", ["release-2.1"], "release-2.1"),
        ("2.1.0", ["python-3.12/v2.1"], "python-3.12/v2.1"),
        ("2.1", ["v2.1.0rc1", "v2.1.0"], "v2.1.0"),
        ("2.1", ["v2.1.0rc1"], "v2.1.0rc1"),
        ("2.1", ["v2.1.3", "v2.1.2"], "v2.1.2"),
        ("7", ["7.x", "7.0"], "7.0"),
        ("2.1", ["v12.1", "v2.10"], None),
        ("latest", ["v1.0", "latest"], "latest"),
        ("nightly", ["v1.0"], None),
        ("1.0", [], None),
    ],
)
def test_a_version_is_the_tag_that_a_person_means(
    version: str, names: list[str], meant: str | None
) -> None:
    found = tag_of(version, tags(*names))
    assert (found.name if found else None) == meant
