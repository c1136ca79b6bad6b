"""Bare atheris on a function of one text, which the driver is compared with. Run by the toolchain's
interpreter in the sandbox: MODULE NAME PACKAGE SECONDS; prints executions and seconds."""

from __future__ import annotations

import importlib
import os
import sys
import time

atheris = importlib.import_module("atheris")
module, name, package, seconds = sys.argv[1:5]
atheris.enabled_hooks.add("str")
atheris.enabled_hooks.add("RegEx")
with atheris.instrument_imports(include=[package], enable_loader_override=False):
    function = getattr(importlib.import_module(module), name)
calls, began = [0], time.monotonic()


def one(raw: bytes) -> None:
    if time.monotonic() - began > float(seconds):
        os.write(1, f"{calls[0]} {time.monotonic() - began}\n".encode())
        os._exit(0)
    calls[0] += 1
    try:
        function(raw.decode("utf-8", "replace"))
    except Exception:  # noqa: BLE001 - whatever it raises
        return


atheris.Setup([sys.argv[0], "-max_len=4096", "-verbosity=0"], one)
atheris.Fuzz()
