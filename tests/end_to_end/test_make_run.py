"""The first command of the README, on a machine that has never seen Ponder."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a network needs, and nothing else of the machine that the tests run on.
KEPT = (
    *("PATH", "LANG", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "PIP_CERT"),
    *("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"),
)

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(600)]


@pytest.fixture
def stranger() -> Iterator[Path]:
    """A folder that the account of the embedded servers may enter, with an empty home in it."""
    with tempfile.TemporaryDirectory(prefix="ponder-run-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        (Path(name) / "home").mkdir()
        yield Path(name)


async def said(stdout: asyncio.StreamReader, wanted: str) -> re.Match[str]:
    """The first line that has it."""
    async for line in stdout:
        if match := re.search(wanted, line.decode()):
            return match
    raise AssertionError(f"it ended without saying {wanted}")


async def asked(url: str, question: str) -> dict[str, object]:
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.get(f"{url}/repos/list") as response:
            (row,) = (await response.json())["repositories"]
        body = {"repo_id": row["repo_id"], "question": question}
        async with session.post(f"{url}/chat", json=body) as response:
            answer: dict[str, object] = await response.json()
            return answer


async def test_make_run_in_a_clean_clone_answers_questions_about_itself(stranger: Path) -> None:
    clone = stranger / "ponder"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *("make", "run", "PORT=0"),
        cwd=clone,
        env=environment | {"HOME": str(stranger / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        url = (await said(process.stdout, r"Ponder is at (\S+)"))[1]
        # The question may come before the first index: it waits for it.
        answer = await asked(url, "Which function verifies the signature of a webhook?")
        assert "bot/intake.py" in [cited["path"] for cited in answer["citations"]]
        assert await said(process.stdout, r"ask .+ '.+'")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        await asyncio.wait_for(process.wait(), 30)
