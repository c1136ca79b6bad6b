"""The one reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from core import secret_key
from core.errors import UserError

OFF = frozenset({"", "0", "off", "false", "no"})


class Secret(str):
    """A string that does not show itself in logs, tracebacks or a repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('…')" if self else "Secret('')"


@dataclass(frozen=True, slots=True)
class GitHubApp:
    """Credentials of the App on one GitHub host."""

    app_id: str
    private_key: Secret
    webhook_secret: Secret
    client_id: str
    client_secret: Secret


@dataclass(frozen=True, slots=True)
class Model:
    """An OpenAI-compatible endpoint; an empty name means that it is not used for that purpose.
    `local_embedding` is the folder or name of a model that needs no endpoint."""

    base_url: str
    api_key: Secret
    chat: str
    embedding: str
    local_embedding: str = ""


@dataclass(frozen=True, slots=True)
class Registries:
    """Where packages that analysed code imports may come from: a registry for each kind, '' for
    none; and further hosts, as "name" or "name:port", that their files come from."""

    python: str = ""
    node: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the environment decides. `database_url` and `redis_url` are empty where the
    embedded stores serve; the launcher fills them in with `dataclasses.replace`."""

    data_dir: Path
    database_url: Secret
    redis_url: Secret
    artifacts_url: str
    secret_key: Secret
    public_url: str
    model: Model
    github: GitHubApp | None
    github_missing: tuple[str, ...]
    github_api_url: str
    github_url: str
    kill_switch: bool
    registries: Registries = Registries()
    old_secret_keys: tuple[Secret, ...] = ()
    """They open what was sealed before the key was changed."""
    github_pause: float = 1.0
    """Seconds between two writes to GitHub for one installation."""
    onboarding: bool = True
    """Whether a new installation gets an issue that introduces Ponder."""
    github_token_form: str = ""
    """'enabled' or 'disabled' asks GitHub for tokens of the new, stateless form or of the old."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raise UserError that names every problem at once."""
        problems: list[str] = []
        data_dir = _data_dir(environment)
        github, missing = _github_app(environment, problems)
        settings = cls(
            data_dir=data_dir,
            database_url=Secret(_url(environment, "DATABASE_URL", "", _POSTGRES, problems)),
            redis_url=Secret(_url(environment, "REDIS_URL", "", _REDIS, problems)),
            artifacts_url=environment.get("PONDER_ARTIFACTS_URL")
            or (data_dir / "artifacts").absolute().as_uri(),
            secret_key=Secret(secret_key.read(environment, data_dir, problems)),
            public_url=_url(
                environment, "PONDER_PUBLIC_URL", "http://127.0.0.1:8000", _HTTP, problems
            ),
            model=_model(environment, problems),
            github=github,
            github_missing=missing,
            github_api_url=_url(
                environment, "GITHUB_API_URL", "https://api.github.com", _HTTP, problems
            ),
            github_url=_url(environment, "GITHUB_URL", "https://github.com", _HTTP, problems),
            kill_switch=environment.get("PONDER_KILL_SWITCH", "").lower() not in OFF,
            registries=_registries(environment, problems),
            old_secret_keys=tuple(map(Secret, secret_key.read_old(environment, data_dir))),
            github_pause=_seconds(environment, "GITHUB_WRITE_PAUSE", 1.0, problems),
            onboarding=environment.get("PONDER_ONBOARDING", "on").lower() not in OFF,
            github_token_form=_token_form(environment, problems),
        )
        if problems:
            raise UserError("The environment needs mending: " + "; ".join(problems) + ".")
        return settings


_HTTP = ("http", "https")
_REGISTRY = ("https", "http", "file")
_POSTGRES = ("postgres", "postgresql")
_REDIS = ("redis", "rediss", "unix")
_LOCAL_MODEL = "model2vec:"


def _data_dir(environment: Mapping[str, str]) -> Path:
    named = environment.get("PONDER_DATA_DIR")
    try:
        return Path(named).expanduser() if named else platformdirs.user_data_path("ponder")
    except RuntimeError as error:
        raise UserError(
            f"There is no home directory for {named or 'data'}; set PONDER_DATA_DIR to the whole "
            "path of a folder."
        ) from error


def _url(
    environment: Mapping[str, str],
    name: str,
    default: str,
    schemes: tuple[str, ...],
    problems: list[str],
) -> str:
    value = environment.get(name) or default
    try:
        scheme = urlsplit(value).scheme
        if schemes is not _POSTGRES:  # which may name several hosts, each with its port
            _ = urlsplit(value).port
    except ValueError:
        problems.append(f"{name} is no valid URL")
        return ""
    if value and scheme not in schemes:
        problems.append(f"{name} must start with {' or '.join(s + '://' for s in schemes)}")
    return value.rstrip("/")


def _seconds(
    environment: Mapping[str, str], name: str, default: float, problems: list[str]
) -> float:
    named = environment.get(name, "")
    if not re.fullmatch(r"\d*(\.\d+)?", named):
        problems.append(f"{name} must be a number of seconds")
        return default
    return float(named) if named else default


def _token_form(environment: Mapping[str, str], problems: list[str]) -> str:
    named = environment.get("GITHUB_STATELESS_TOKENS", "").lower()
    if named not in {"", "enabled", "disabled"}:
        problems.append("GITHUB_STATELESS_TOKENS must be enabled or disabled, or not be set")
    return named


def _model(environment: Mapping[str, str], problems: list[str]) -> Model:
    chat = environment.get("PONDER_CHAT_MODEL", "")
    embedding = environment.get("PONDER_EMBEDDING_MODEL", "")
    base_url = _url(environment, "OPENAI_BASE_URL", "", _HTTP, problems)
    api_key = environment.get("OPENAI_API_KEY", "")
    local = ""
    if embedding.startswith(_LOCAL_MODEL):
        embedding, local = "", embedding.removeprefix(_LOCAL_MODEL).strip()
        if not local:
            problems.append(f"PONDER_EMBEDDING_MODEL must name a folder after {_LOCAL_MODEL}")
    if (chat or embedding) and not (base_url or api_key):
        problems.append(
            "PONDER_CHAT_MODEL and PONDER_EMBEDDING_MODEL need OPENAI_API_KEY or OPENAI_BASE_URL, "
            f"but for an embedding model that begins with {_LOCAL_MODEL}"
        )
    return Model(base_url, Secret(api_key), chat, embedding, local)


def _registries(environment: Mapping[str, str], problems: list[str]) -> Registries:
    hosts = environment.get("PONDER_REGISTRY_HOSTS", "").replace(",", " ").split()
    if wrong := [host for host in hosts if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?", host)]:
        problems.append(f"PONDER_REGISTRY_HOSTS must list hosts, and {wrong[0]} is none")
    return Registries(
        python=_url(environment, "PONDER_PYTHON_INDEX", "", _REGISTRY, problems),
        node=_url(environment, "PONDER_NODE_REGISTRY", "", _HTTP, problems),
        hosts=tuple(host.lower() for host in hosts),
    )


GITHUB = (
    "GITHUB_APP_ID",
    "GITHUB_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
    "GITHUB_CLIENT_ID",
    "GITHUB_CLIENT_SECRET",
)
"""The names of an App's credentials."""


def _github_app(
    environment: Mapping[str, str], problems: list[str]
) -> tuple[GitHubApp | None, tuple[str, ...]]:
    """None and the missing names, unless all five are there: half an App serves nobody."""
    missing = tuple(name for name in GITHUB if not environment.get(name))
    if missing:
        return None, missing
    private_key = environment["GITHUB_PRIVATE_KEY"]
    if "-----BEGIN" not in private_key:
        try:
            private_key = Path(os.path.expanduser(private_key)).read_text()
        except OSError as error:
            problems.append(f"GITHUB_PRIVATE_KEY names no readable file ({error.strerror})")
        except UnicodeDecodeError:
            problems.append("GITHUB_PRIVATE_KEY names a file that is no PEM")
    app = GitHubApp(
        app_id=environment["GITHUB_APP_ID"],
        private_key=Secret(private_key.replace("\\n", "\n")),
        webhook_secret=Secret(environment["GITHUB_WEBHOOK_SECRET"]),
        client_id=environment["GITHUB_CLIENT_ID"],
        client_secret=Secret(environment["GITHUB_CLIENT_SECRET"]),
    )
    return app, ()
