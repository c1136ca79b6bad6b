"""Small repositories for the tests here, parsed as the indexer parses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workers.index.blob import Blob
from workers.index.parse import parse
from workers.retrieve import query
from workers.retrieve.policy import HAND_SET, Policy
from workers.retrieve.rank import rank
from workers.retrieve.recency import recency
from workers.retrieve.semantic import Near
from workers.retrieve.snapshot_index import SnapshotIndex

# Small definitions would share a chunk.
_STEPS = "".join(f"    step_{number} = {number}\n" for number in range(20))
_INNER_STEPS = _STEPS.replace("    ", "        ")

SHOP = {
    "shop/cart.py": (
        "class Cart:\n"
        '    """What somebody is about to buy."""\n\n'
        "    def add_item(self, item, quantity=1):\n"
        "        if quantity < 1:\n"
        '            raise ValueError("quantity must be positive")\n'
        "        self.items[item] = quantity\n"
        f"{_INNER_STEPS}\n"
        "    def remove_item(self, item):\n"
        "        self.items.remove(item)\n"
        f"{_INNER_STEPS}"
    ),
    "shop/payment.py": (
        "from shop.cart import Cart\n\n\n"
        "def charge_customer(cart: Cart, card):\n"
        '    """Take the money for a cart."""\n'
        "    total = cart.total()\n"
        "    gateway = open_gateway(card)\n"
        "    receipt = gateway.charge(total)\n"
        f"{_STEPS}"
        "    return receipt\n\n\n"
        "def refund_customer(receipt):\n"
        "    gateway = open_gateway(receipt.card)\n"
        "    gateway.refund(receipt.total)\n"
        f"{_STEPS}"
        "    return receipt\n"
    ),
    "tests/test_payment.py": (
        "def test_charge_customer_takes_the_money():\n"
        "    receipt = charge_customer(cart, card)\n"
        "    assert receipt.total == 3\n"
        f"{_STEPS}"
    ),
    "docs/payment.md": (
        "# Payment\n\nHow customers are charged: `charge_customer` takes the money.\n"
    ),
}


def parsed(sources: Mapping[str, str]) -> list[tuple[str, int, Blob]]:
    """Equal contents of equal languages are one blob, as in the database."""
    ids: dict[tuple[str, str], int] = {}
    found = []
    for path, text in sources.items():
        blob = parse(path, text.encode())
        found.append((path, ids.setdefault((text, blob.language), len(ids)), blob))
    return found


def index_of(sources: Mapping[str, str]) -> SnapshotIndex:
    return SnapshotIndex.from_blobs(parsed(sources))


def found(
    index: SnapshotIndex,
    question: str,
    *,
    nearest: Sequence[Near] = (),
    history: Sequence[str] = (),
    policy: Policy = HAND_SET,
) -> list[tuple[str, str]]:
    """Path and symbol, best first."""
    ranked = rank(index, query.parse(question, history), nearest, recency(index, {}), policy=policy)
    return [
        (index.files[index.file[each.chunk]].path, index.rows[each.chunk].symbol) for each in ranked
    ]
