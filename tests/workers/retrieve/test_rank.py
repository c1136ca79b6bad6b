from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from tests.workers.retrieve.sources import SHOP, found, index_of
from workers.retrieve import query, symbolic
from workers.retrieve.policy import HAND_SET, Policy
from workers.retrieve.rank import rank
from workers.retrieve.recency import recency
from workers.retrieve.semantic import Near


def test_code_comes_before_its_tests_and_documents() -> None:
    paths = [path for path, _ in found(index_of(SHOP), "Where is a customer charged?")]
    assert paths[0] == "shop/payment.py"
    assert paths.index("shop/payment.py") < paths.index("tests/test_payment.py")


def test_tests_come_first_when_they_are_asked_for() -> None:
    first = found(index_of(SHOP), "Which tests check that a customer is charged?")[0]
    assert first[0] == "tests/test_payment.py"


def test_documents_come_first_when_they_are_asked_for() -> None:
    first = found(index_of(SHOP), "Where is it documented how customers are charged?")[0]
    assert first[0] == "docs/payment.md"


def test_a_name_that_the_question_spells_out_is_found() -> None:
    assert found(index_of(SHOP), "Cart.remove_item")[0] == ("shop/cart.py", "Cart.remove_item")


def test_what_is_asked_for_as_a_definition_is_found() -> None:
    assert found(index_of(SHOP), "where is Cart defined?")[0] == ("shop/cart.py", "Cart")


@pytest.mark.parametrize(("word", "symbols"), [("Cart", {"Cart"}), ("Card", set()), ("The", set())])
def test_a_word_with_a_capital_is_a_name_where_something_is_called_just_so(
    word: str, symbols: set[str]
) -> None:
    index = index_of(SHOP)
    scores = symbolic.anchors(index, query.parse(f"what if I change {word}?"))
    assert {index.symbol(chunk) for chunk in scores.nonzero()[0].tolist()} == symbols


def test_a_name_that_is_everywhere_says_little() -> None:
    sources = {f"{n}.py": f"def use_{n}(GitHub):\n    return GitHub\n" for n in range(40)}
    index = index_of(
        {**sources, "hub.py": "class GitHub:\n    pass\n\n\nclass GitLab:\n    pass\n"}
    )
    common = symbolic.anchors(index, query.parse("How does GitHub call us?")).max()
    rare = symbolic.anchors(index, query.parse("How does GitLab call us?")).max()
    assert 0 < common < 0.2 < rare


def test_a_definition_in_pieces_leads_with_its_first() -> None:
    methods = "".join(f"    def pack_{n}(self):\n        return {n}\n\n" for n in range(60))
    index = index_of({"crate.py": f"class WineCrate:\n    size = 6\n\n{methods}"})
    scores = symbolic.anchors(index, query.parse("what if I change WineCrate?"))
    first, *later = [scores[n] for n, row in enumerate(index.rows) if row.symbol == "WineCrate"]
    assert later
    assert first == 1.0
    assert set(later) == {symbolic.LATER}


def test_a_name_in_a_description_is_mostly_that_of_something_else() -> None:
    index = index_of(SHOP)
    asked = symbolic.anchors(index, query.parse("charge_customer"))
    described = symbolic.anchors(index, query.parse("Undo what charge_customer did."))
    assert described.max() == symbolic.MENTIONED * asked.max()


def test_a_description_of_something_done_is_of_what_does_it() -> None:
    index = index_of(SHOP)
    assert found(index, "Remove an item of a cart.")[0][1] == "Cart.remove_item"


def test_abbreviations_and_near_synonyms_lead_to_code() -> None:
    assert found(index_of(SHOP), "delete something that was put in")[0][1] == "Cart.remove_item"


def test_a_frame_of_another_machine_leads_to_its_lines() -> None:
    trace = 'File "/srv/app/releases/7/shop/payment.py", line 35, in refund'
    assert found(index_of(SHOP), trace)[0] == ("shop/payment.py", "refund_customer")


def test_a_follow_up_keeps_what_the_question_before_was_about() -> None:
    history = ["How is money refunded to a customer?"]
    assert found(index_of(SHOP), "And why?", history=history)[0][1] == "refund_customer"


def test_meaning_alone_brings_up_what_shares_no_word() -> None:
    index = index_of(SHOP)
    chunk = next(row for row in index.rows if row.symbol == "refund_customer")
    near = [Near(chunk.blob_id, chunk.ordinal, 0.8)]
    assert found(index, "reimbursement", nearest=near) == [("shop/payment.py", "refund_customer")]


def test_every_result_says_why() -> None:
    index = index_of(SHOP)
    ranked = rank(index, query.parse("charge_customer"), [], recency(index, {}))
    weighed = (HAND_SET.weights.get(name, 0.0) * v for name, v in ranked[0].features.items())
    assert ranked[0].score == pytest.approx(sum(weighed))
    assert {"lexical", "name", "defines", "coverage"} <= ranked[0].features.keys()
    assert all(0 <= value <= 1 for each in ranked for value in each.features.values())


def test_a_file_that_changed_lately_wins_between_equals() -> None:
    index = index_of({"a.py": SHOP["shop/payment.py"], "b.py": SHOP["shop/payment.py"]})
    changed = {"a.py": datetime(2020, 1, 1, tzinfo=UTC), "b.py": datetime(2024, 1, 1, tzinfo=UTC)}
    ranked = rank(index, query.parse("refund a customer"), [], recency(index, changed))
    assert index.files[index.file[ranked[0].chunk]].path == "b.py"


def test_the_version_of_a_policy_is_its_weights() -> None:
    assert HAND_SET.version.startswith("hand-set-")
    assert Policy("a", {"x": 1.0}).version == Policy("a", {"x": 1.0}).version
    assert Policy("a", {"x": 1.0}).version != Policy("a", {"x": 2.0}).version
    assert Policy("a", {"x": 1.0}).version != Policy("a", {"x": 1.0}, {"x": 1.0}).version


def test_a_question_may_be_weighed_otherwise_than_a_description() -> None:
    policy = Policy("a", {"lexical": 1.0}, when_asking={"lexical": 1.0})
    columns = {"lexical": np.array([0.25, 1.0], dtype=np.float32)}
    assert policy.scores(columns, asks=False).tolist() == [0.25, 1.0]
    assert policy.scores(columns, asks=True).tolist() == [0.5, 2.0]
