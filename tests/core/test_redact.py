"""Masking: every planted secret goes, and code stays code."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.redact import MASK, redact

_random = random.Random(7)


def _letters(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(_random.choice(alphabet) for _ in range(count))


# Put together here, so that no scanner takes this file for a leak.
JWT = ".".join(("eyJ" + _letters(20), "eyJ" + _letters(40), _letters(43)))
PEM_BODY = "\n".join(_letters(64) for _ in range(6))
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{PEM_BODY}\n-----END RSA PRIVATE KEY-----"
SECRETS = {
    "an old GitHub token": "ghp_" + _letters(36),
    "an installation token": "ghs_" + _letters(36),
    "a new installation token": "ghs_" + JWT,
    "a stateless installation token": "ghs_4711_" + JWT,
    "a person's token": "ghu_" + _letters(36),
    "a refresh token": "ghr_" + _letters(76),
    "a fine-grained token": "github_pat_" + _letters(22) + "_" + _letters(59),
    "a GitLab token": "glpat-" + _letters(20),
    "an OpenAI key": "sk-proj-" + _letters(40),
    "an old OpenAI key": "sk-" + _letters(48),
    "an Anthropic key": "sk-ant-api03-" + _letters(60),
    "a Stripe key": "sk_live_" + _letters(24),
    "an AWS key id": "AKIA" + _letters(16, string.ascii_uppercase + string.digits),
    "a Google key": "AIza" + _letters(35),
    "a Slack token": "xoxb-" + _letters(12, string.digits) + "-" + _letters(24),
    "an npm token": "npm_" + _letters(36),
    "a package index token": "pypi-" + _letters(80),
    "a JWT": JWT,
    "a Telegram bot's token": _letters(9, "123456789") + ":AA" + _letters(33),
    "a private key": PEM,
    "an EC key": PEM.replace("RSA", "EC"),
    "a PGP key": PEM.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("around", ["{}", "token = '{}'", "see ({}).", "export T={}\n", "a,{},b"])
def test_a_secret_is_masked_wherever_it_stands(kind: str, around: str) -> None:
    secret = SECRETS[kind]
    masked = redact(around.format(secret))
    assert secret not in masked
    assert MASK in masked
    assert not any(line in masked for line in secret.split("\n") if "-----" not in line)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://ponder:{}@db.example.org:5432/ponder",
        "redis://:{}@cache:6379/0",
        "https://x-access-token:{}@github.com/o/r.git",
        "Server=db;User Id=sa;Password={};Encrypt=true",
        "AccountName=a;AccountKey={}==;EndpointSuffix=x",
        "AWS_SECRET_ACCESS_KEY={}",
        "export DJANGO_SECRET_KEY={}",
        'SECRET_KEY = "{}"',
        "{{'client_secret': '{}'}}",
        '"apiKey": "{}",',
        "api_token := `{}`",
        "password: {}",
        "Authorization: Bearer {}",
        "headers = {{'Authorization': 'token {}'}}",
    ],
)
def test_a_random_value_in_a_secrets_place_is_masked(text: str) -> None:
    value = "q7Zr" + _letters(28)
    assert value not in redact(text.format(value))


def test_a_key_written_as_a_string_of_a_program_is_masked() -> None:
    lines = "\n".join(f'    "{line}\\n"' for line in PEM.split("\n"))
    masked = redact(f"KEY = (\n{lines}\n)\nafter = 1\n")
    assert not any(line in masked for line in PEM_BODY.split("\n"))
    assert masked.endswith("after = 1\n")


def test_a_key_that_is_cut_off_is_masked_and_what_follows_stays() -> None:
    masked = redact(f"-----BEGIN PRIVATE KEY-----\n{PEM_BODY}\n<the rest is missing>")
    assert PEM_BODY.split("\n")[0] not in masked
    assert masked.endswith("<the rest is missing>")


@pytest.mark.parametrize(
    "code",
    [
        'if "-----BEGIN PRIVATE KEY-----" not in pem:\n    raise ValueError("no key")\n',
        "def check(password: str, token: Secret | None) -> bool:",
        "token = generate_token_v2(request.user, salt=SALT)",
        'PASSWORD_RESET_TIMEOUT = "password_reset.timeout_3_days"',
        "private_key: Ed25519PrivateKey | Ed448PrivateKey",
        'secret="settings.SECRET_KEY"',
        "password = form.cleaned_data['password1']",
        "postgres://user:password@localhost/db",
        "https://{user}:{password}@example.org",
        'self.assertEqual(token, "csrfmiddlewaretoken")',
        "task-manager-for-the-background-work-of-a-site",
        ".sk-estimator-doc-link-wrapper {}",
        "url(r'^reset/(?P<token>[0-9A-Za-z]{1,13}-[0-9A-Za-z]{1,20})/$')",
        "sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'",
    ],
)
def test_ordinary_code_is_left_alone(code: str) -> None:
    assert redact(code) == code


def test_our_own_sources_are_left_alone() -> None:
    root = Path(__file__).parents[2]
    for folder in ("core", "workers", "web", "bot"):
        for path in (root / folder).rglob("*.py"):
            assert redact(path.read_text()) == path.read_text(), path


pieces = st.sampled_from(
    [
        *SECRETS.values(),
        "\n",
        " ",
        "token = '",
        "'",
        "-----BEGIN RSA PRIVATE KEY-----",
        "x",
        "é",
        MASK,
    ]
)


@given(st.lists(pieces | st.text(max_size=5), max_size=12))
def test_lines_stay_lines_and_masking_twice_changes_nothing(parts: list[str]) -> None:
    text = " ".join(parts)
    masked = redact(text)
    assert masked.count("\n") == text.count("\n")
    assert redact(masked) == masked
