from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Ponder, git


def test_a_repository_is_indexed_and_then_what_changed(ponder: Ponder, shop: Path) -> None:
    first = json.loads(ponder("index", shop, "--json").stdout)
    assert first["repository"] == "shop"
    assert first["commit"] == git(shop, "rev-parse", "HEAD")
    assert (first["files"], first["blobs_new"]) == (2, 2)
    assert first["symbols"] >= 3
    (shop / "new.py").write_text("def discount() -> int:\n    return 0\n")
    git(shop, "add", "new.py")
    git(shop, "commit", "--quiet", "-m", "Give a discount")
    second = json.loads(ponder("index", shop, "--json").stdout)
    assert (second["files"], second["blobs_new"]) == (3, 1)


def test_a_folder_within_a_repository_stands_for_it(ponder: Ponder, shop: Path) -> None:
    done = ponder("index", shop / "shop")
    assert done.returncode == 0
    assert done.stdout.startswith("shop at ")
    assert "2 files" in done.stdout


def test_what_is_not_committed_is_not_indexed_and_that_is_said(ponder: Ponder, shop: Path) -> None:
    (shop / "README.md").write_text("Changed.\n")
    done = ponder("index", shop)
    assert "Uncommitted changes are not indexed" in done.stderr


def test_another_branch_is_indexed(ponder: Ponder, shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "side")
    (shop / "side.py").write_text("SIDE = 1\n")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "Go aside")
    side = git(shop, "rev-parse", "HEAD")
    git(shop, "checkout", "--quiet", "main")
    assert json.loads(ponder("index", shop, "--json").stdout)["files"] == 2
    report = json.loads(ponder("index", shop, "--ref", "side", "--json").stdout)
    assert (report["commit"], report["files"]) == (side, 3)


def test_an_embedding_model_that_is_not_there_costs_nothing_but_a_sentence(
    ponder: Ponder, shop: Path
) -> None:
    done = ponder("index", shop, PONDER_EMBEDDING_MODEL="model2vec:/nowhere/tiny")
    assert done.stdout.startswith("shop at ")
    assert done.stderr.startswith("ponder: The weights of the embedding model model2vec:/nowhere")
    assert done.stderr.count("\n") == 1
    found = ponder("search", shop, "price", PONDER_EMBEDDING_MODEL="model2vec:/nowhere/tiny")
    assert "basket.py" in found.stdout


def test_a_folder_that_is_no_repository_is_told(ponder: Ponder, tmp_path: Path) -> None:
    for text in (tmp_path, tmp_path / "missing"):
        done = ponder("index", text)
        assert done.returncode == 1
        assert done.stderr.startswith("ponder: ")
        assert done.stderr.count("\n") == 1


def test_a_ref_that_is_not_there_is_told(ponder: Ponder, shop: Path) -> None:
    done = ponder("index", shop, "--ref", "nowhere", "--json")
    assert done.returncode == 1
    assert "nowhere" in json.loads(done.stdout)["error"]


def test_a_repository_without_commits_is_told(ponder: Ponder, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    done = ponder("index", tmp_path)
    assert done.returncode == 1
    assert "no commits" in done.stderr


def test_an_endpoint_that_fails_takes_nothing_but_the_vectors(ponder: Ponder, shop: Path) -> None:
    done = ponder(
        *("index", shop, "--json"),
        OPENAI_BASE_URL="http://127.0.0.1:1/v1",
        PONDER_EMBEDDING_MODEL="m",
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["files"] == 2
    assert "Search by meaning is not up to date" in done.stderr
    found = ponder("search", shop, "total_price")
    assert found.stdout.startswith("shop/basket.py:")


def test_a_configuration_to_mend_is_told(ponder: Ponder, shop: Path) -> None:
    (shop / ".github").mkdir()
    (shop / ".github" / "ponder.yml").write_text("exclude: 3\n")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "Exclude a number")
    done = ponder("index", shop)
    assert done.returncode == 0
    assert "'exclude' in .github/ponder.yml must be a list" in done.stderr
