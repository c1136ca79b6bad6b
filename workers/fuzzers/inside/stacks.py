"""A plugin of pytest: where the time goes, by samples of the main thread's stack."""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from pathlib import Path

_EVERY_SECONDS = 0.004
_DEEPEST = 60
_MOST = 20_000
_ROOT = os.getcwd() + "/"
_main = threading.main_thread().ident
_seen: dict[str, int] = {}
_ended = threading.Event()


def _sample() -> None:
    while not _ended.wait(_EVERY_SECONDS):
        frame = sys._current_frames().get(_main or 0)
        way: list[str] = []
        while frame is not None and len(way) < _DEEPEST:
            code = frame.f_code
            if code.co_filename.startswith(_ROOT) and "/.ponder/" not in code.co_filename:
                path = code.co_filename[len(_ROOT) :]
                way.append(f"{path}:{code.co_qualname}")
            frame = frame.f_back
        if way and (";".join(reversed(way)) in _seen or len(_seen) < _MOST):
            told = ";".join(reversed(way))
            _seen[told] = _seen.get(told, 0) + 1


def _save() -> None:
    _ended.set()
    Path(".ponder/stacks.json").write_text(json.dumps(_seen), encoding="utf-8")


threading.Thread(target=_sample, daemon=True).start()
atexit.register(_save)
