"""Where packages may come from: what the operator lists, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Registries:
    """URLs of one registry for each kind of package, '' for none; and further hosts, as "name" or
    "name:port", that their files come from. A file:// URL names a folder of this machine."""

    python: str = ""
    node: str = ""
    hosts: tuple[str, ...] = ()

    def doors(self, registry: str) -> frozenset[tuple[str, int]]:
        """Hosts and ports that a preparation with this registry may speak to."""
        named = [_door(f"https://{host}") for host in self.hosts]
        return frozenset([*named, _door(registry)]) if folder(registry) is None else frozenset()


def folder(registry: str) -> Path | None:
    """The folder that a file:// URL lies in, whose files lie beside it; None for other URLs."""
    parts = urlsplit(registry)
    return Path(unquote(parts.path)).parent if parts.scheme == "file" else None


def _door(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 443)
