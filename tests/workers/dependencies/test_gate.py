"""The one way out of a preparation leads to listed hosts, and only so far."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from workers.dependencies import gate


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server that says back what it hears, up to the end of a request."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"heard: " + await reader.read(65536))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def said(to: str, doors: set[tuple[str, int]], *, left: int = gate.MOST_BYTES) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "socket"
        async with gate.opened(path, frozenset(doors)) as opened:
            opened.left = left
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(to.encode())
            got = await reader.read()
            writer.close()
            await writer.wait_closed()
    return got


async def test_a_listed_host_is_reached(port: int) -> None:
    got = await said(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n hello", {("127.0.0.1", port)})
    assert got.startswith(b"HTTP/1.1 200 OK\r\n\r\nheard: ")


async def test_a_plain_request_is_led_to_its_host_alone(port: int) -> None:
    request = (
        f"GET http://127.0.0.1:{port}/simple/?a=1 HTTP/1.1\r\nHost: x\r\n"
        "Proxy-Authorization: secret\r\nConnection: keep-alive\r\n\r\n"
    )
    got = await said(request, {("127.0.0.1", port)})
    assert got == b"heard: GET /simple/?a=1 HTTP/1.1\r\nHost: x\r\nconnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "target", ["127.0.0.1:{other}", "localhost:{port}", "127.0.0.1@evil:{port}", "[::1]:{port}", ""]
)
async def test_any_other_door_is_closed(port: int, target: str) -> None:
    to = target.format(port=port, other=port + 1)
    for request in (f"CONNECT {to} HTTP/1.1\r\n\r\n", f"GET http://{to}/ HTTP/1.1\r\n\r\n"):
        got = await said(request, {("127.0.0.1", port)})
        assert got.startswith((b"HTTP/1.1 403", b"HTTP/1.1 502")), got


@pytest.mark.parametrize("request_", ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "x" * 70_000])
async def test_nonsense_is_refused(port: int, request_: str) -> None:
    got = await said(request_, {("127.0.0.1", port)})
    assert got.startswith((b"HTTP/1.1 403", b"HTTP/1.1 502"))


async def test_no_more_comes_in_than_is_allowed(port: int) -> None:
    request = f"GET http://127.0.0.1:{port}/{'x' * 1000} HTTP/1.1\r\n\r\n"
    got = await said(request, {("127.0.0.1", port)}, left=100)
    assert b"xxx" not in got


async def test_connections_that_stay_open_end_with_the_gate() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    door = ("127.0.0.1", server.sockets[0].getsockname()[1])
    async with server:
        with TemporaryDirectory() as folder:
            async with gate.opened(Path(folder) / "socket", frozenset([door])) as opened:
                reader, writer = await asyncio.open_unix_connection(Path(folder) / "socket")
                writer.write(f"CONNECT {door[0]}:{door[1]} HTTP/1.1\r\n\r\n".encode())
                assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            assert opened.ways == {}
            assert await reader.read() == b"\r\n"
            writer.close()
