"""A run that is killed leaves the previous snapshot answering, and its work to the next run."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from core.settings import Settings
from tests.workers.index.conftest import Indexed

RUN = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from core.db import repositories
from core.db.connect import open_database
from core.settings import Settings
from workers.index.build import index

async def main(url, folder, repository_id):
    settings = Settings.from_environment({"PONDER_DATA_DIR": folder})
    async with open_database(url) as database:
        async with database.tenant(0) as connection:
            repository = await repositories.get(connection, repository_id)
        await index(settings=settings, database=database, repository=repository, processes=1)

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def test_a_killed_run_leaves_the_previous_snapshot_and_is_resumed(
    shop: Indexed, settings: Settings, tmp_path: Path
) -> None:
    shop.checkout.write("a.py", "a = 1\n")
    shop.checkout.commit()
    first = await shop.index()
    for number in range(600):
        shop.checkout.write(f"src/{number}.py", f"def f{number}(): pass\n" * 40)
    shop.checkout.commit()

    script = tmp_path / "run.py"
    script.write_text(RUN)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        str(settings.database_url),
        str(settings.data_dir),
        str(shop.repository.id),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    while await blobs(shop) < 100 and process.returncode is None:
        await asyncio.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL
    stored = await blobs(shop)
    assert 100 <= stored < 601

    assert await shop.snapshot_id() == first.snapshot_id
    assert set(await shop.files(first.snapshot_id)) == {"a.py"}
    assert await shop.fetch("SELECT count(*) FROM snapshots") == [(1,)]
    resumed = await shop.index()
    assert resumed.files == 601
    assert resumed.blobs_new <= 601 - stored


async def blobs(shop: Indexed) -> int:
    return int((await shop.fetch("SELECT count(*) FROM blobs"))[0][0])
