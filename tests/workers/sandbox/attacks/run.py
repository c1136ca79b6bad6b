"""Runs all attacks, each in a process of its own: python -m tests.workers.sandbox.attacks.run

Prints {name: [outcome, what]}; what the attacker is told of the host comes as JSON on stdin.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable

from tests.workers.sandbox.attacks import files, kernel, network, processes, writing
from tests.workers.sandbox.attacks.trying import host

SECONDS = 20
MODULES = (network, files, processes, kernel, writing)
ATTACKS: dict[str, Callable[[], object]] = {
    name: attack
    for module in MODULES
    for name, attack in vars(module).items()
    if getattr(attack, "__module__", "") == module.__name__ and name != "filled"
}


def outcome(attack: Callable[[], object]) -> list[str]:
    """In a process of its own, which an attack may ruin."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        try:
            got = attack()
            told = ["got", repr(got)[:200]] if got else ["nothing", ""]
        except OSError as error:
            told = ["refused", str(error)]
        except BaseException as error:  # noqa: BLE001 - an attack's bug is told as such
            told = ["bug", repr(error)]
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        written = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(written) if written else ["killed", str(os.waitstatus_to_exitcode(status))]


def main() -> None:
    host.update(json.loads(sys.stdin.read()))
    print(json.dumps({name: outcome(attack) for name, attack in ATTACKS.items()}))


if __name__ == "__main__":
    main()
