"""From a bug to a patch that waits, in real processes: `ponder up` or `ponder think`, then
`ponder findings`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.checkout import Checkout
from tests.model_stand_in import Request, Said, model_stand_in, probed, text_of

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(400)]

PONDER = Path(sys.executable).with_name("ponder")
CODE = '''"""Small things to do with texts and numbers."""

from __future__ import annotations


def clamp(value: int, low: int, high: int) -> int:
    """The value, but never below low nor above high."""
    return max(low, min(value, high))


def slug(text: str) -> str:
    """Lower-case words joined by dashes."""
    return "-".join(text.lower().split())


def median(numbers: list[float]) -> float:
    """The middle of sorted numbers; the mean of the two in the middle."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def truncate(text: str, width: int) -> str:
    """At most so many letters, the last of them a dot where something was cut."""
    if len(text) <= width:
        return text
    return text[: width - 1] + "."


def mean(numbers: list[float]) -> float:
    """The arithmetic mean; 0.0 of no numbers."""
    return sum(numbers) / len(numbers) if numbers else 0.0
'''
TESTS = """from textkit import *


def test_texts():
    assert slug("Hello World") == "hello-world"
    assert (truncate("abc", 3), truncate("abcd", 3)) == ("abc", "ab.")


def test_numbers():
    assert (clamp(5, 0, 10), clamp(-5, 0, 10)) == (5, 0)
    assert (median([3.0, 1.0, 2.0]), mean([])) == (2.0, 0.0)
"""
RIGHT = "    return (ordered[middle - 1] + ordered[middle]) / 2"
WRONG = "    return (ordered[middle - 1] + ordered[middle]) // 2"
SEES_IT = "\n\ndef test_middle():\n    assert median([2.0, 1.0]) == 1.5\n"
CLAIM = {
    "claim": "median([1.0, 2.0]) is 1.0, though the mean of the two in the middle is 1.5.",
    "quote": "the mean of the two in the middle",
    "line": WRONG.strip(),
}
TEST = (
    "from textkit import median\n\n\ndef test_it() -> None:\n    assert median([1.0, 2.0]) == 1.5\n"
)
PATCH = f"--- a/textkit.py\n+++ b/textkit.py\n@@ -24,1 +24,1 @@\n-{WRONG}\n+{RIGHT}\n"


@pytest.fixture
def textkit(tmp_path: Path) -> Checkout:
    """A package of five functions, one of which is wrong; its tests do not see it."""
    made = Checkout(tmp_path / "textkit")
    made.write("textkit.py", CODE.replace(RIGHT, WRONG))
    made.write("tests/test_textkit.py", TESTS)
    made.write("pyproject.toml", '[project]\nname = "textkit"\nversion = "1.0"\n')
    made.commit("Release")
    return made


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Of a person who has nothing but a machine: stores are embedded, there is no model."""
    with tempfile.TemporaryDirectory(prefix="ponder-") as folder:
        yield {"PATH": os.environ["PATH"], "HOME": folder, "PONDER_DATA_DIR": folder}


async def ponder(environment: dict[str, str], *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        PONDER,
        *arguments,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return out.decode()


async def think(environment: dict[str, str], folder: Path, *kinds: str) -> dict[str, Any]:
    """The one finding that these Thoughts come to."""
    named = [word for kind in kinds for word in ("--thought", kind)]
    await ponder(environment, "think", str(folder), *named, "--for", "200", "--json")
    listed = json.loads(await ponder(environment, "findings", str(folder), "--json"))
    (found,) = [each for each in listed["findings"] if each["evidence"] == "reproduced"]
    return await whole(environment, folder, found)


async def whole(environment: dict[str, str], folder: Path, found: dict[str, Any]) -> dict[str, Any]:
    """Found by the beginning of its fingerprint, with all that is known of it."""
    named = ("--finding", found["fingerprint"][:8])
    told = json.loads(await ponder(environment, "findings", str(folder), *named, "--json"))
    one: dict[str, Any] = told["findings"][0]
    return one


def exit_code(folder: Path, test: str) -> int:
    """Of the test runner, on a test that stands alone, at the root of the code."""
    file = folder / "test_of_the_finding.py"
    file.write_text(test)
    try:
        runner = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file.name]
        return subprocess.run(runner, cwd=folder, capture_output=True, check=False).returncode
    finally:
        file.unlink()


def require_proof(checkout: Checkout, found: dict[str, Any]) -> None:
    """The test fails at the commit and passes with the patch, which nobody has applied."""
    assert (found["path"], found["symbol"]) == ("textkit.py", "median")
    assert found["patch_state"] == "verified"
    assert WRONG in (checkout.path / "textkit.py").read_text()
    assert exit_code(checkout.path, found["reproducer"]) == 1
    patched = ["git", "apply", "-"]
    subprocess.run(patched, cwd=checkout.path, input=found["patch"].encode(), check=True)
    assert exit_code(checkout.path, found["reproducer"]) == 0
    assert exit_code(checkout.path, TEST) == 0


async def test_a_bug_that_a_test_sees_ends_in_a_patch_that_waits_for_a_person(
    textkit: Checkout, environment: dict[str, str]
) -> None:
    textkit.write("tests/test_textkit.py", TESTS + SEES_IT)
    textkit.commit("Test the middle")
    found = await think(environment, textkit.path, "verify", "draft_patch")
    require_proof(textkit, found)
    sarif = json.loads(await ponder(environment, "findings", str(textkit.path), "--sarif"))
    (result,) = sarif["runs"][0]["results"]
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "textkit.py"
    assert result["level"] in ("warning", "error")


async def found_by(port: int) -> list[dict[str, Any]]:
    """What a run showed, as the running Ponder tells it."""
    place = f"http://127.0.0.1:{port}/insights?repo_id=1&evidence=reproduced"
    try:
        async with aiohttp.ClientSession() as client, client.get(place) as answered:
            told = await answered.json() if answered.status == 200 else {"findings": []}
    except aiohttp.ClientError:
        return []
    found: list[dict[str, Any]] = told["findings"]
    return found


async def test_ponder_up_finds_the_bug_by_itself(
    textkit: Checkout, environment: dict[str, str]
) -> None:
    textkit.write("tests/test_textkit.py", TESTS + SEES_IT)
    textkit.commit("Test the middle")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    everything = await asyncio.create_subprocess_exec(
        *(PONDER, "up", str(textkit.path), "--port", str(port)),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not (found := await found_by(port)):
            await asyncio.sleep(0.5)
    finally:
        everything.send_signal(signal.SIGINT)
        await everything.wait()
    assert found[0]["symbol"] == "median"
    assert exit_code(textkit.path, found[0]["reproducer"]) == 1


async def suspicious(request: Request) -> Said:
    """Suspects what is wrong, writes the test, and mends it: each when it is asked for it."""
    text = text_of(request)
    if "unified diff" in text:
        return Said(json.dumps({"explanation": "The last sign was wrong.", "diff": PATCH}))
    if "decides whether a claim" in text:
        return Said(json.dumps({"test": TEST}))
    claims = [CLAIM] if CLAIM["line"] in text else []
    return Said(json.dumps({"hypotheses": claims}))


async def test_with_a_model_a_suspicion_becomes_a_test_and_then_a_patch_that_waits(
    textkit: Checkout, environment: dict[str, str]
) -> None:
    async with model_stand_in() as served:
        served.personality = probed(suspicious)
        environment |= {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": served.url}
        environment["PONDER_CHAT_MODEL"] = served.model
        kinds = ("smell_hunt", "hypothesize_bug", "generate_tests", "verify", "draft_patch")
        found = await think(environment, textkit.path, *kinds)
    require_proof(textkit, found)
    assert "The last sign was wrong." in str(found["checks"])
