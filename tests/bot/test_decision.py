from bot.decision import origin
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
