import pytest

from bot.decision import Review, Revive, Several, origin
from bot.events import pull_request
from bot.payload import Payload


def test_a_meagre_payload_still_says_which_repository_it_is_about() -> None:
    place = origin(
        Payload(
            {
                "installation": {"id": 1},
                "repository": {
                    "id": 2,
                    "full_name": "acme/shop",
                    "html_url": "https://github.com/acme/shop",
                },
            }
        )
    )
    assert place is not None
    assert (place.account, place.source) == ("acme", "https://github.com/acme/shop.git")
    assert place.private


@pytest.mark.parametrize(
    ("login", "action", "is_revived"),
    [
        ("ponder[bot]", "reopened", True),
        ("ponder[bot]", "synchronize", False),
        ("alice", "reopened", False),
    ],
)
def test_our_own_pull_request_that_is_opened_again_is_ours_again(
    login: str, action: str, is_revived: bool
) -> None:
    pull = {
        "number": 3,
        "user": {"login": login, "type": "Bot"},
        "head": {"sha": "a" * 40},
        "base": {"sha": "b" * 40},
    }
    repository = {"id": 2, "full_name": "acme/shop", "html_url": "https://github.com/acme/shop"}
    sent = {"installation": {"id": 1}, "repository": repository, "pull_request": pull}
    decision = pull_request.decide(Payload(sent | {"action": action}), "ponder")
    if is_revived:
        assert isinstance(decision, Several)
        assert isinstance(decision.effects[0], Revive)
    else:
        assert isinstance(decision, Review)
