"""Runs inside the sandbox, which has no network: leads what an installer says to the one socket
that is there. Nothing but the standard library.

    python relay.py SOCKET COMMAND…
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading


def pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def serve(server: socket.socket, gate: str) -> None:
    while True:
        inner, _ = server.accept()
        outer = socket.socket(socket.AF_UNIX)
        outer.connect(gate)
        for pair in ((inner, outer), (outer, inner)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def main(gate: str, *command: str) -> int:
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=serve, args=(server, gate), daemon=True).start()
    proxy = f"http://127.0.0.1:{server.getsockname()[1]}"
    named = {name: proxy for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")}
    return subprocess.call(command, env=os.environ | named)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
