"""A small registry of wheels and tarballs, served over HTTP on this machine."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Registry:
    """What is at each path, and which paths were asked for."""

    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def python(self) -> str:
        return f"http://127.0.0.1:{self.port}/simple"

    @property
    def node(self) -> str:
        return f"http://127.0.0.1:{self.port}/npm"

    def add_wheel(self, name: str, version: str, code: str, needs: str = "") -> None:
        file = f"{name}-{version}-py3-none-any.whl"
        self.pages[f"/files/{file}"] = wheel(name, version, code, needs)
        self._list(name, f"/files/{file}")

    def add_source(self, name: str, version: str, setup: str) -> None:
        """A source distribution, whose setup.py would run."""
        held = {f"{name}-{version}/setup.py": setup, f"{name}-{version}/PKG-INFO": "Name: x\n"}
        self.pages[f"/files/{name}-{version}.tar.gz"] = tarball(held)
        self._list(name, f"/files/{name}-{version}.tar.gz")

    def add_package(self, name: str, files: Mapping[str, str]) -> str:
        """A package for node; its integrity."""
        content = tarball({f"package/{path}": text for path, text in files.items()})
        self.pages[f"/npm/{name}/-/{name}-1.0.0.tgz"] = content
        return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()

    def _list(self, name: str, path: str) -> None:
        page = self.pages.get(f"/simple/{name}/", b"<!DOCTYPE html>")
        file = path.rpartition("/")[2]
        self.pages[f"/simple/{name}/"] = page + f'<a href="{path}">{file}</a>'.encode()


@contextmanager
def serving() -> Iterator[Registry]:
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            registry.asked.append(self.path)
            content = registry.pages.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("content-length", str(len(content or b"")))
            kind = "text/html" if self.path.startswith("/simple") else "application/octet-stream"
            self.send_header("content-type", kind)
            self.end_headers()
            self.wfile.write(content or b"")

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    registry.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wheel(name: str, version: str, code: str, needs: str = "") -> bytes:
    about = f"{name}-{version}.dist-info"
    required = f"Requires-Dist: {needs}\n" if needs else ""
    files = {
        f"{name}/__init__.py": code,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return held.getvalue()


def tarball(files: Mapping[str, str]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return held.getvalue()


def lock(registry: Registry, packages: Mapping[str, tuple[str, Mapping[str, object]]]) -> str:
    """A package-lock.json of packages by name: their integrity, and what else is said of them."""
    entries: dict[str, object] = {"": {"dependencies": dict.fromkeys(packages, "1.0.0")}}
    for name, (integrity, more) in packages.items():
        resolved = f"https://elsewhere.example/{name}/-/{name}-1.0.0.tgz"
        entries[f"node_modules/{name}"] = {
            "version": "1.0.0",
            "resolved": resolved,
            "integrity": integrity,
            **more,
        }
    return json.dumps({"name": "shop", "lockfileVersion": 3, "packages": entries})
