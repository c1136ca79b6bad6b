"""Where packages may come from: what the operator lists, and nothing else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.settings import Registries

_PORTS = {"http": 80, "https": 443}


def doors(registries: Registries, registry: str) -> frozenset[tuple[str, int]]:
    """Hosts and ports that a preparation with this registry may speak to."""
    if folder(registry) is not None:
        return frozenset()
    return frozenset(_door(url) for url in (registry, *(f"https://{h}" for h in registries.hosts)))


def folder(registry: str) -> Path | None:
    """The folder that a file:// URL lies in, whose files lie beside it; None for other URLs."""
    parts = urlsplit(registry)
    return Path(unquote(parts.path)).parent if parts.scheme == "file" else None


def _door(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 443)
