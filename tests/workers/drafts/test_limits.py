"""What is never written to, and how much is written at most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.repo_config import Drafts
from workers.drafts.limits import forbidden, refusal
from workers.drafts.patch import Changed

NAMES = st.text("abcXYZ._- ", min_size=1, max_size=8)


@given(before=st.lists(NAMES, max_size=2), after=st.lists(NAMES, max_size=2), letters=st.data())
def test_no_path_leads_into_what_runs_with_rights(
    before: list[str], after: list[str], letters: st.DataObject
) -> None:
    folder = letters.draw(st.sampled_from([".github", ".git", ".circleci"]))
    mixed = "".join(
        each.upper() if letters.draw(st.booleans()) else each.lower() for each in folder
    )
    assert forbidden("/".join([*before, mixed, *after, "x.yml"]))


@pytest.mark.parametrize(
    "path",
    ["src/a.py", "tests/test_a.py", "a b.md", "src/git.py", ".eslintrc.js", "docs/keys.md"],
)
def test_ordinary_files_may_be_changed(path: str) -> None:
    assert forbidden(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        *("a/../b", "/a", "a//b", "", "a\\b", "a:b", "C~1/x", "x.", "x ", "\u202egnp.py"),
        *("uv.lock", "a/Package-Lock.json", "go.sum", "Cargo.lock", "poetry.LOCK"),
        *(".env", "a/.env.local", "id_rsa", "a.pem", ".npmrc", "secrets.yml", "x.tfstate"),
        *("CODEOWNERS", ".gitattributes", ".gitmodules", "Jenkinsfile", ".gitlab-ci.yml"),
        *("a/action.yml", "Jenkinsfile.release", ".devcontainer/devcontainer.json"),
        *(".vscode/tasks.json", "infra/.terraform.lock.hcl", "gems.locked", "Renovate.json"),
    ],
)
def test_others_may_not(path: str) -> None:
    assert forbidden(path)


def test_files_and_lines_have_limits() -> None:
    small = Drafts(max_files=2, max_lines=3, max_open=2)
    one = Changed("a.py", "x\ny\n", "x\n")
    assert refusal([one], small) == ""
    assert "2" in refusal([one, one, one], small)
    assert "limit here is 3" in refusal([Changed("b.py", "1\n2\n3\n4\n")], small)


def test_what_looks_like_a_secret_is_not_added_and_may_be_taken_away() -> None:
    token = "ghp_" + "a1B2" * 9
    with_it, without = f'x = 1\nkey = "{token}"\n', "x = 1\n"
    assert "secret" in refusal([Changed("a.py", with_it, without)], Drafts())
    assert refusal([Changed("a.py", without, with_it)], Drafts()) == ""
