"""Answers without a model: they read well, and every sentence is cited."""

from __future__ import annotations

import pytest

from core.errors import UserError
from tests.citation_judge import faults
from tests.shop import Shop
from workers.answer.replies import GREETINGS
from workers.answer.telling import WITHOUT_MODEL


async def test_where_names_the_place_first_and_quotes_its_docstring(shop: Shop) -> None:
    answer = await shop.ask("Where is a session cookie signed?")
    assert answer.text.startswith(
        "`CookieSession.sign` (method, `shop/sessions.py`) does this: "
        "“Sign a session cookie with the secret key.” [1]."
    )
    first = (await shop.cited(answer.id))[0]
    assert (first.path, first.start_line, first.end_line) == ("shop/sessions.py", 13, 27)
    assert first.commit_sha == shop.commit
    assert first.blob_id is not None


async def test_the_first_three_citations_are_three_places(shop: Shop) -> None:
    answer = await shop.ask("Which code limits how often a client may ask?")
    first = [(c.path, c.start_line) for c in (await shop.cited(answer.id))[:3]]
    assert len(set(first)) == 3


async def test_who_calls_it_lists_the_calls_at_their_lines(shop: Shop) -> None:
    answer = await shop.ask("Who calls `refresh_cookie`?")
    cited = {(c.path, c.start_line): c for c in await shop.cited(answer.id)}
    assert "`login` in `shop/limits.py` [" in answer.text
    assert ("shop/limits.py", 26) in cited


async def test_how_tells_the_steps(shop: Shop) -> None:
    answer = await shop.ask("How does guard refuse a client that is over its limit?")
    assert "On the way it calls `allowed` [" in answer.text


async def test_what_is_gives_the_declaration(shop: Shop) -> None:
    answer = await shop.ask("What is `allowed`?")
    assert answer.text.startswith("`allowed` (function, `shop/limits.py`) does this: ")
    assert "`def allowed(client: str" in answer.text


async def test_where_are_the_tests_finds_tests(shop: Shop) -> None:
    answer = await shop.ask("Where are the tests for allowed requests?")
    assert "tests/test_limits.py" in answer.text


async def test_prose_is_quoted_under_its_heading(shop: Shop) -> None:
    answer = await shop.ask("How is the release image deployed and the servers restarted?")
    assert "`README.md`, under “Shop > Deploying”" in answer.text
    assert "the release workflow builds the image" in answer.text


async def test_without_a_docstring_the_line_below_the_head_that_fits_is_shown(shop: Shop) -> None:
    answer = await shop.ask("What does `login` refresh of the cookie?")
    assert "has the line `return refresh_cookie(session, refreshable_cookie)`" in answer.text


async def test_a_comment_is_quoted_where_it_answers(shop: Shop) -> None:
    answer = await shop.ask("Is the signature compared in constant time byte by byte?")
    assert "so that nobody can guess the signature" in answer.text


async def test_why_leads_with_the_reason_that_somebody_wrote_down(shop: Shop) -> None:
    answer = await shop.ask("Why is the signature compared in constant time byte by byte?")
    assert answer.text.startswith(
        "“Compared in constant time, so that nobody can guess the signature byte by byte.”, "
        "says `CookieSession.unsign` (method, `shop/sessions.py`) ["
    )
    assert faults(answer, await shop.cited(answer.id), shop.mirror, shop.commit) == []


async def test_why_without_a_reason_says_how(shop: Shop) -> None:
    answer = await shop.ask("Why does guard refuse a client that is over its limit?")
    assert answer.text.startswith("`guard` (function, `shop/limits.py`) does this: ")


QUESTIONS = (
    "Where is a session cookie signed?",
    "What happens when a client is over its limit?",
    "How is an invoice added up?",
    "Where is addToCart?",
    "What does parse_voucher do?",
    "Where is the ledger for the tax office written?",
    "explain guard",
    "limits",
    "Who uses CookieSession?",
)


@pytest.mark.parametrize("question", QUESTIONS)
async def test_an_independent_judge_finds_no_fault(shop: Shop, question: str) -> None:
    answer = await shop.ask(question)
    cited = await shop.cited(answer.id)
    assert cited
    assert faults(answer, cited, shop.mirror, shop.commit) == []
    assert answer.checks_passed >= len(cited)


async def test_the_answer_is_the_same_every_time(shop: Shop) -> None:
    answers = [await shop.ask("How are session cookies signed?") for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1


async def test_it_says_that_no_model_was_used(shop: Shop) -> None:
    answer = await shop.ask("Where is a session cookie signed?")
    assert answer.notice == WITHOUT_MODEL
    assert (answer.model, answer.prompt_hash, answer.cost_usd) == ("", "", 0)


async def test_what_was_retrieved_is_kept_with_its_features(shop: Shop) -> None:
    answer = await shop.ask("Where is a session cookie signed?")
    retrieved = await shop.retrieved(answer.id)
    assert [row.rank for row in retrieved] == list(range(1, len(retrieved) + 1))
    assert retrieved[0].path == "shop/sessions.py"
    assert answer.policy_version == shop.searcher.policy_version
    assert answer.propensity == 1.0


async def test_the_doors_hear_of_the_text_the_citations_and_the_end(shop: Shop) -> None:
    answer = await shop.ask("Where is a session cookie signed?")
    kinds = [event["type"] for event in shop.events]
    assert kinds == ["status", "replace", "citations", "done"]
    assert shop.events[1]["text"] == answer.text
    assert shop.events[2]["citations"][0]["path"] == "shop/sessions.py"


async def test_a_follow_up_knows_what_it_is_about(shop: Shop) -> None:
    conversation = await shop.converse()
    await shop.ask("Where is an old cookie given a new expiry?", conversation=conversation)
    answer = await shop.ask("and where is it called?", conversation=conversation)
    assert "`refresh_cookie`" in answer.text
    assert "`login` in `shop/limits.py` [" in answer.text


async def test_a_question_about_something_else_is_not_bent_to_the_last_one(shop: Shop) -> None:
    conversation = await shop.converse()
    await shop.ask("Where is an old cookie signed again?", conversation=conversation)
    answer = await shop.ask("How is an invoice added up?", conversation=conversation)
    assert answer.text.startswith("`total_of_invoice`")


async def test_a_new_subject_in_few_words_is_not_bent_either(shop: Shop) -> None:
    conversation = await shop.converse()
    await shop.ask("How is the cookie of a session signed?", conversation=conversation)
    await shop.ask("and who calls it?", conversation=conversation)
    answer = await shop.ask("Where are invoices added?", conversation=conversation)
    assert answer.text.startswith("`total_of_invoice`")


async def test_another_ref_is_answered_at_its_commit(shop: Shop) -> None:
    shop.checkout.git("checkout", "--quiet", "-b", "vouchers")
    shop.checkout.write(
        "shop/points.py", 'def loyalty_points(total):\n    """Points for loyalty."""\n'
    )
    commit = shop.checkout.commit("Give points")
    assert await shop.index("vouchers") == commit
    answer = await shop.ask("Where are loyalty points given?", ref="vouchers")
    assert answer.commit_sha == commit
    assert "`loyalty_points`" in answer.text
    default = await shop.ask("Where are loyalty points given?")
    assert default.commit_sha == shop.commit
    assert "loyalty_points" not in default.text


async def test_a_ref_that_is_not_indexed_is_told_so(shop: Shop) -> None:
    shop.checkout.git("checkout", "--quiet", "-b", "later")
    shop.checkout.commit("Not indexed")
    with pytest.raises(UserError, match="later"):
        await shop.ask("Where are loyalty points given?", ref="later")


@pytest.mark.parametrize(
    "typed", ["", "   ", "???", "hi", "Hello!", "help", "thanks", "what can you do?"]
)
async def test_small_talk_gets_a_helpful_sentence(shop: Shop, typed: str) -> None:
    answer = await shop.ask(typed)
    assert "`shop`" in answer.text
    assert not answer.refused
    assert answer.text in {text.format(name="`shop`") for text in GREETINGS.values()}


@pytest.mark.parametrize(
    "typed",
    [
        "Where is the cookie signed? " + "x" * 100_000,
        "Where is the\x00 cookie signed?",
        "where is the cookie signed \ud800 ?",
        "Où est-ce que le cookie est signé ?",
        "Wo sind die Grüße an die Kundschaft?",
        "'; DROP TABLE answers; --",
        "`" * 500,
        "[1](x) <img src=x> @octocat " * 20,
    ],
)
async def test_odd_questions_are_answered_or_refused(shop: Shop, typed: str) -> None:
    answer = await shop.ask(typed)
    assert answer.state == "done"
    assert faults(answer, await shop.cited(answer.id), shop.mirror, shop.commit) == []


async def test_a_question_that_was_cut_says_so(shop: Shop) -> None:
    answer = await shop.ask("Where is the cookie signed? " + "x" * 100_000)
    assert "first 4000 characters" in answer.notice
