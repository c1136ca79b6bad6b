"""A repository's own tests: what they show is reported, what the sandbox lacks is not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from core.db import findings, signals, thoughts
from core.db.connect import Database
from core.db.findings import Change, Finding
from core.db.signals import Signal
from core.db.thoughts import Subject
from core.settings import Settings
from tests.thinking import Thinking, thinking

SHOP = {
    "src/shop/__init__.py": "from shop.cart import discount, total\n",
    "src/shop/cart.py": (
        "def total(prices):\n    return sum(prices)\n\n\n"
        "def discount(prices, rate):\n"
        "    if rate >= 1:\n        raise ValueError(rate)\n"
        "    return total(prices) * (1 + rate)\n"
    ),
    "tests/conftest.py": (
        "import pytest\n\nimport shop  # noqa\n\n\n"
        "@pytest.fixture\ndef prices():\n    return [10, 20]\n"
    ),
    "tests/test_cart.py": (
        "import pytest\n\nfrom shop import discount, total\n\nHALF = 0.5\n\n\n"
        "def test_prices_are_added(prices):\n    assert total(prices) == 30\n\n\n"
        "def test_nothing_is_free(prices):\n"
        "    with pytest.raises(ValueError):\n        discount(prices, 1)\n\n\n"
        "class TestDiscount:\n"
        "    @pytest.mark.parametrize('of, left', {(('8',), 19), (('2',), 16), (('4', '2'), 18)})\n"
        "    def test_a_half_is_taken_off(self, prices, of, left):\n"
        "        assert discount([*prices, *map(int, of)], HALF) == left\n\n"
        "    def test_none_is_taken_off(self, prices):\n"
        "        assert discount(prices, 0) == 30\n"
    ),
}
MENDED = SHOP["src/shop/cart.py"].replace("(1 + rate)", "(1 - rate)")

CI = {"lines": 9, "covered": 3}

PATCH = (
    "--- a/src/shop/cart.py\n+++ b/src/shop/cart.py\n@@ -8 +8 @@\n"
    "-    return total(prices) * (1 + rate)\n+    return total(prices) * (1 - rate)\n"
)


def passes(folder: Path, reproducer: str) -> bool:
    """Whether a person who runs the test at the root sees it pass."""
    (folder / "test_it.py").write_text(reproducer)
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    ran = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stdout
    return ran.returncode == 0


async def test_a_failing_test_is_reported_until_it_is_mended(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, SHOP) as made:
        run, lines = await made.think("verify")
        assert (run.status, lines.summary) == ("done", "Tests run 7 of 7 lines.")
        (found,) = await made.findings()
        assert (found.evidence, found.symbol) == ("reproduced", "discount")
        assert found.path == "src/shop/cart.py"
        assert found.start_line <= 8 <= found.end_line
        assert found.reproducer is not None
        assert "def prices" in found.reproducer
        assert "test_none_is_taken_off" not in found.reproducer
        assert not passes(made.checkout.path, found.reproducer)
        doubted = Change(found.fingerprint, "Somebody doubts it.", evidence="suspected")
        assert (await verify_changed(made, found, doubted)).evidence == "suspected"
        checked = await verify_again(made, found, PATCH)
        assert (checked.evidence, checked.patch_state) == ("reproduced", "verified")
        said = [check["said"] for check in checked.checks]
        assert said[-2] == "Its reproducer failed 5 and passed 0 of 5 times."
        assert "3 other tests are mended, 0 broken, +0 lines" in said[-1]
        assert (await covered(made))["src/shop/cart.py"] == (6, 6)
        await said_by_ci(made, Signal("coverage", "src/shop/__init__.py", CI, "c" * 40))
        await made.commit({"src/shop/cart.py": f"{MENDED}\n\ndef tip(prices):\n    return 1\n"})
        assert passes(made.checkout.path, found.reproducer)
        await made.think("verify")
        assert [each.state for each in await made.findings()] == ["fixed"]
        assert await covered(made) == {"src/shop/__init__.py": (9, 3), "src/shop/cart.py": (8, 7)}


async def said_by_ci(made: Thinking, signal: Signal) -> None:
    async with made.engine.database.tenant(0) as connection:
        await signals.replace(
            connection,
            installation_id=made.repository.installation_id,
            repository_id=made.repository.id,
            signals=[signal],
        )


async def covered(made: Thinking) -> dict[str, tuple[float, float]]:
    """Lines that could run and those that tests ran, by file, as the risk map is told."""
    async with made.engine.database.tenant(0) as connection:
        known = await signals.of_repository(connection, made.repository.id, "coverage")
    return {each.path: (each.measures["lines"], each.measures["covered"]) for each in known}


async def verify_again(made: Thinking, found: Finding, patch: str) -> Finding:
    """As a person asks for it, with a patch."""
    drafted = Change(found.fingerprint, "Drafted.", patch=patch, patch_state="drafted")
    return await verify_changed(made, found, replace(drafted, evidence="reproduced"))


async def verify_changed(made: Thinking, found: Finding, change: Change) -> Finding:
    assert found.run_id is not None
    async with made.engine.database.tenant(0) as connection:
        about = Subject("finding", finding=found.fingerprint)
        await thoughts.add(
            connection,
            installation_id=made.repository.installation_id,
            repository_id=made.repository.id,
            kind="verify",
            subject=about,
            priority=1.0,
            reason="Ada asked for it",
        )
        await findings.change(
            connection,
            repository_id=made.repository.id,
            run_id=found.run_id,
            thought="draft_patch",
            changes=[change],
        )
    await made.think("verify")
    (checked,) = await made.findings()
    return checked


async def test_what_the_sandbox_lacks_is_no_bug(settings: Settings, database: Database) -> None:
    tests = (
        "import socket\nfrom pathlib import Path\n\nimport nobody_has_this\n\n"
        "from shop import total\n\n\n"
        "def test_the_network():\n"
        "    socket.create_connection(('192.0.2.1', 80), timeout=1)\n\n\n"
        "def test_the_system():\n    Path('/etc/shop').write_text('')\n\n\n"
        "def test_a_missing_library():\n    assert nobody_has_this.total([1]) == total([1])\n\n\n"
        "def test_what_is_made_of_it():\n    assert total([nobody_has_this.one * 2]) > 0\n\n\n"
        "def test_a_missing_plugin(aiohttp_client):\n    assert aiohttp_client\n\n\n"
        "def test_once():\n    there = Path('there').exists()\n    Path('there').touch()\n"
        "    assert total([]) or there\n"
    )
    plugins = {"pytest.ini": "[pytest]\naddopts = -p no:hypothesispytest\n"}
    files = SHOP | plugins | {"src/shop/cart.py": MENDED, "tests/test_sandbox.py": tests}
    async with thinking(settings, database, files) as made:
        run, measured = await made.think("verify")
        assert run.status == "done"
        assert run.metrics["tests_passed"] == 6
        assert await made.findings() == []
        lacking = "Not installed: nobody_has_this. The settings can have packages fetched."
        assert run.summary.endswith(f"each time they were run. {lacking}")
        assert measured.summary == f"Not all tests could be run here. {lacking}"
        assert await covered(made) == {}


async def test_where_no_test_can_be_run_none_is_said_to_have_passed(
    settings: Settings, database: Database
) -> None:
    # Nothing is told of a language that has no tests, though its documentation may have examples.
    script = {"web/half.js": "export const half = (n) => n / 2;\n", "README.md": "half // => 2\n"}
    files = SHOP | script | {"tests/conftest.py": "raise RuntimeError\n"}
    async with thinking(settings, database, files) as made:
        (run,) = await made.think("verify")
        assert run.summary == "No test could be run; see the log."


async def test_what_languages_have_is_added_up(settings: Settings, database: Database) -> None:
    script = (
        'import test from "node:test";\n\ntest("nothing", () => {});\ntest("else", () => {});\n'
    )
    files = SHOP | {"src/shop/cart.py": MENDED, "web/half.test.mjs": script}
    async with thinking(settings, database, files) as made:
        run, _ = await made.think("verify")
        assert run.summary.count("each time they were run") == 2
        assert run.metrics["tests_passed"] == 6 + 2
