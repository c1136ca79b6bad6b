"""What Ponder may put into a draft pull request: little, and nothing that runs with rights, pins
what others wrote, or looks like a secret. Pure, with the reason for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from core.redact import redact
from core.repo_config import Drafts
from core.words import many
from workers.drafts.patch import Changed

_LOCKS = frozenset(
    "package-lock.json npm-shrinkwrap.json pnpm-lock.yaml bun.lockb go.sum go.work.sum "
    "packages.lock.json gradle.lockfile gradle-wrapper.properties package.resolved "
    "cargo.lock yarn.lock conda-lock.yml gems.locked cartfile.resolved cabal.project.freeze "
    ".terraform.lock.hcl".split()
)
_BUILDS = frozenset(
    "jenkinsfile azure-pipelines.yml azure-pipelines.yaml bitbucket-pipelines.yml .travis.yml "
    ".drone.yml .gitlab-ci.yml .cirrus.yml appveyor.yml .appveyor.yml buildkite.yml "
    "cloudbuild.yaml cloudbuild.yml .pre-commit-config.yaml action.yml action.yaml bitrise.yml "
    ".mergify.yml .mergify.yaml renovate.json .renovaterc codecov.yml appspec.yml".split()
)
_FOLDERS = frozenset(
    ".git .github .gitlab .gitea .forgejo .circleci .buildkite .woodpecker .husky .ssh .aws .gnupg "
    ".docker .kube .devcontainer .vscode .idea .semaphore .teamcity .azure-pipelines "
    ".azuredevops".split()
)
_SECRETS = (
    *(".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.kdbx", "*.gpg", "*.asc", ".htpasswd"),
    *(".npmrc", ".pypirc", ".netrc", "_netrc", ".git-credentials", "credentials", "credentials.*"),
    *("secret.*", "secrets.*", "*.tfvars", "*.tfstate", "service-account*.json"),
)
_ODD = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def refusal(changes: Sequence[Changed], limits: Drafts) -> str:
    """Why these are not offered as a pull request, in a sentence; '' where they may be."""
    for each in changes:
        if reason := forbidden(each.path):
            return f"`{each.path}` {reason}."
        if redact(each.added) != each.added:
            return f"What is added to `{each.path}` looks like a secret."
    lines = sum(each.lines for each in changes)
    if len(changes) > limits.max_files:
        return f"It changes {many(len(changes), 'file')}; the limit here is {limits.max_files}."
    if lines > limits.max_lines:
        return f"It changes {many(lines, 'line')}; the limit here is {limits.max_lines}."
    return ""


def forbidden(path: str) -> str:
    """Why a path is never written to; '' where it may be. Letters that differ in case only are the
    same file on many machines."""
    parts = path.casefold().split("/")
    name = parts[-1]
    if _is_odd(path):
        return "is no path that is the same on every machine"
    if name.endswith((".lock", ".lock.json")) or name in _LOCKS:
        return "is a lock file, which its own tool writes"
    if name in _BUILDS or name.startswith("jenkinsfile.") or not _FOLDERS.isdisjoint(parts):
        return "says what runs, or who may do what, and is for people alone"
    if name.startswith(".git") or name == "codeowners":
        return "says how git or GitHub treats the repository, and is for people alone"
    if any(fnmatchcase(name, shape) for shape in _SECRETS):
        return "is where secrets are kept"
    return ""


def _is_odd(path: str) -> bool:
    """Some machines take away dots and spaces at an end, or know files by short names with ~."""
    parts = path.split("/")
    absolute = PurePosixPath(path).is_absolute() or str(PurePosixPath(path)) != path
    ends = any(part[:1] in ("", " ") or part[-1:] in (".", " ") for part in parts)
    return absolute or ends or "~" in path or bool(_ODD.search(path))
