from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from core.db import switches
from core.db.connect import Database
from tests.cli.conftest import Ponder, git

QUESTION = "What is the total price of a basket?"


def test_a_question_is_answered_from_a_repository_never_seen_before(
    ponder: Ponder, shop: Path
) -> None:
    done = ponder("ask", shop, QUESTION, "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["refused"] is False
    assert answer["model"] == ""
    assert answer["policy_version"]
    assert "total_price" in answer["answer"]
    first = answer["citations"][0]
    assert first["path"] == "shop/basket.py"
    assert first["commit"] == answer["commit"] == git(shop, "rev-parse", "HEAD")
    assert first["url"].startswith("http://127.0.0.1:8000/repositories/")


def test_people_read_the_answer_and_the_code_it_cites(ponder: Ponder, shop: Path) -> None:
    done = ponder("ask", shop, QUESTION)
    assert done.returncode == 0
    assert "shop/basket.py:" in done.stdout
    assert "return sum(self.prices)" in done.stdout
    assert "no model" in done.stdout.splitlines()[-1] or "no model" in done.stdout


def test_what_was_committed_since_is_known(ponder: Ponder, shop: Path) -> None:
    ponder("ask", shop, QUESTION)
    (shop / "stock.py").write_text(
        'def replenish_stock() -> None:\n    """Order new apples from the farm."""\n'
    )
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "Replenish")
    answer = json.loads(ponder("ask", shop, "Where is replenish_stock?", "--json").stdout)
    assert answer["commit"] == git(shop, "rev-parse", "HEAD")
    assert answer["citations"][0]["path"] == "stock.py"


def test_a_branch_may_be_asked_about(ponder: Ponder, shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "side")
    (shop / "side.py").write_text(
        'def sidestep() -> int:\n    """Step aside once."""\n    return 1\n'
    )
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "Go aside")
    side = git(shop, "rev-parse", "HEAD")
    git(shop, "checkout", "--quiet", "main")
    answer = json.loads(
        ponder("ask", shop, "What does sidestep do?", "--ref", "side", "--json").stdout
    )
    assert answer["commit"] == side
    assert answer["citations"][0]["path"] == "side.py"


def test_an_empty_question_is_told(ponder: Ponder, shop: Path) -> None:
    done = ponder("ask", shop, "  ")
    assert done.returncode == 1
    assert "Ask something" in done.stderr


@pytest.mark.parametrize("command", ["index", "ask", "search"])
def test_nothing_runs_while_the_kill_switch_is_on(ponder: Ponder, shop: Path, command: str) -> None:
    words = () if command == "index" else ("What is in a basket?",)
    done = ponder(command, shop, *words, "--json", PONDER_KILL_SWITCH="1")
    assert done.returncode == 1
    assert "unset PONDER_KILL_SWITCH" in json.loads(done.stdout)["error"]


async def test_the_switch_of_all_processes_counts_too(
    ponder: Ponder, shop: Path, database: Database
) -> None:
    async with database.system() as connection:
        await switches.turn(connection, switches.KILL, on=True, by="local")
    done = await asyncio.to_thread(ponder, "ask", shop, "What is in a basket?")
    assert done.returncode == 1
    assert "The kill switch of this Ponder is on" in done.stderr


async def test_vectors_that_are_missing_are_made_before_a_question(
    ponder: Ponder, shop: Path, database: Database
) -> None:
    async def vectors() -> int:
        async with database.system() as connection:
            cursor = await connection.execute("SELECT count(*) FROM blob_vectors")
            return (await cursor.fetchone() or (0,))[0]

    fruits = ("apple", "pear", "plum", "grape", "cherry", "lemon")
    for number, fruit in enumerate(fruits * 6):
        verb = ("peel", "wash", "weigh", "price", "pack")[number % 5]
        (shop / f"{verb}_{fruit}.py").write_text(f"def {verb}_{fruit}({fruit}): return {fruit}\n")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "Sell more")
    await asyncio.to_thread(ponder, "ask", shop, QUESTION)
    made = await vectors()
    assert made
    async with database.system() as connection:
        await connection.execute("DELETE FROM embedding_models")
    await asyncio.to_thread(ponder, "ask", shop, QUESTION)
    assert await vectors() == made
