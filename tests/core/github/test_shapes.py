"""What a server leaves out that Ponder does not need keeps it from nothing."""

from __future__ import annotations

from core.github import shapes


def test_an_app_is_known_by_its_slug() -> None:
    app = shapes.app({"id": 7, "slug": "ponder"})
    assert (app.name, app.permissions, app.events) == ("ponder", {}, ())


def test_what_is_not_said_to_be_public_is_private() -> None:
    row = {"id": 1, "full_name": "octo/shop", "clone_url": "https://github.com/octo/shop.git"}
    assert shapes.repository(row).private
    assert not shapes.repository(row | {"private": False}).private
