"""What of a question a repository has, whatever the ranking."""

from __future__ import annotations

import pytest

from tests.shop import Shop
from workers.answer.standing import NOWHERE, Standing, standing


async def _standing(shop: Shop, question: str) -> Standing:
    async with shop.database.tenant(0) as connection:
        from core.db import repositories, snapshots

        repository = await repositories.get(connection, shop.repository.id)
        assert repository is not None
        assert repository.snapshot_id is not None
        snapshot = await snapshots.get(connection, repository.snapshot_id)
    assert snapshot is not None
    return standing(await shop.searcher.index(snapshot), question)


async def test_what_is_there_has_nothing_missing(shop: Shop) -> None:
    found = await _standing(shop, "sign the session cookie")
    assert found.missing == ()
    assert (found.foreign, found.missing_names) == (0, 0)
    assert found.in_code == 1


async def test_a_missing_word_of_a_trade_is_foreign_a_plain_one_is_not(shop: Shop) -> None:
    trade = await _standing(shop, "sign the cookie with kerberos")
    plain = await _standing(shop, "sign the cookie with pleasure tomorrow")
    assert trade.foreign > plain.foreign
    assert "kerberos" in trade.missing
    assert "tomorrow" in plain.missing


async def test_a_name_that_stands_nowhere_is_counted(shop: Shop) -> None:
    found = await _standing(shop, "sign the cookie with Kerberos and an LDAP server")
    assert found.missing_names == 2


async def test_a_document_counts_as_a_place_but_not_as_code(shop: Shop) -> None:
    found = await _standing(shop, "release workflow")
    assert found.together == pytest.approx(1)
    assert found.in_code < 1


@pytest.mark.parametrize("question", ["", "???", "the of and"])
async def test_no_words_stand_nowhere(shop: Shop, question: str) -> None:
    assert await _standing(shop, question) == NOWHERE


async def test_a_form_of_a_verb_speaks_of_what_the_code_calls_it(shop: Shop) -> None:
    found = await _standing(shop, "What is shown and written when no cookie was given?")
    assert found.foreign == 0
    assert "written" not in found.missing  # the code writes a ledger


async def test_the_rest_of_a_negation_is_no_word(shop: Shop) -> None:
    found = await _standing(shop, "Why isn't the cookie signed?")
    assert found.missing == ()


async def test_parts_of_a_name_do_not_stand_for_it(shop: Shop) -> None:
    found = await _standing(shop, "What is `sign_invoice_limit`?")
    assert found.missing == ("sign_invoice_limit",)
    assert found.missing_names == 1
