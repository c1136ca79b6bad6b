from __future__ import annotations

import pytest

from workers.index.terms import terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("getHTTPResponse", ["get", "http", "respons", "gethttpresponse"]),
        ("session_cookie", ["session", "cooki", "session_cookie"]),
        ("OAuth", ["auth", "oauth"]),
        ("gRPC", ["rpc", "grpc"]),
        ("i18n", ["18", "i18n"]),
        ("utf8", ["utf", "utf8"]),
        ("URLs", ["url", "urls"]),
        ("_private", ["privat"]),
        ("the a x", []),
    ],
)
def test_a_name_counts_by_its_parts_and_as_a_whole(text: str, found: list[str]) -> None:
    assert terms(text) == found
