"""A process that thinks as `ponder worker` does, and knows the Thoughts of noop.py.

python -m benchmarks.engine.worker BEGUN    writes when each Thought began to the file BEGUN
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from benchmarks.engine import noop
from core.settings import Settings
from workers.context import open_context
from workers.thinking import thinking


async def _serve(out: Path) -> None:
    settings = Settings.from_environment(os.environ)
    async with open_context(settings) as context:
        task = thinking(context)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with suppress(asyncio.CancelledError):
            await task
    out.write_text(json.dumps(noop.begun))


def main() -> None:
    noop.register()
    asyncio.run(_serve(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
