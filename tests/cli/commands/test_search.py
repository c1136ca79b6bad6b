from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ponder, git


def test_results_come_best_first_with_their_commit(ponder: Ponder, shop: Path) -> None:
    done = ponder("search", shop, "total price of the basket", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["commit"] == git(shop, "rev-parse", "HEAD")
    assert found["results"][0]["path"] == "shop/basket.py"
    assert set(found["results"][0]) == {"path", "start_line", "end_line", "symbol", "score"}
    scores = [result["score"] for result in found["results"]]
    assert scores == sorted(scores, reverse=True)


def test_the_limit_is_kept(ponder: Ponder, shop: Path) -> None:
    found = json.loads(ponder("search", shop, "basket apples", "--limit", "1", "--json").stdout)
    assert len(found["results"]) == 1


def test_people_read_places_that_editors_open(ponder: Ponder, shop: Path) -> None:
    done = ponder("search", shop, "total_price")
    assert done.stdout.startswith("shop/basket.py:")


def test_a_batch_answers_each_query_in_order(ponder: Ponder, shop: Path, tmp_path: Path) -> None:
    queries, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    queries.write_text(
        '{"qid": "b", "query": "total\u2028price"}\n\n{"qid": 7, "query": "apples", "more": 1}\n'
    )
    done = ponder("search", shop, "--queries", queries, "--out", out, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"commit": git(shop, "rev-parse", "HEAD"), "queries": 2}
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["qid"] for line in lines] == ["b", 7]
    assert lines[0]["results"][0]["path"] == "shop/basket.py"
    assert set(lines[0]["results"][0]) == {"path", "start", "end", "score"}
    assert lines[0]["ms"] > 0


@pytest.mark.parametrize(
    "line",
    ["no json", '"text"', '{"qid": 1}', '{"query": "x"}', pytest.param("[" * 9**6, id="deep")],
)
def test_a_line_that_is_no_query_is_named(
    ponder: Ponder, shop: Path, tmp_path: Path, line: str
) -> None:
    queries = tmp_path / "in.jsonl"
    queries.write_text('{"qid": 1, "query": "fine"}\n' + line)
    done = ponder("search", shop, "--queries", queries, "--out", tmp_path / "out.jsonl")
    assert done.returncode == 1
    assert "Line 2 of " in done.stderr


def test_files_that_cannot_be_read_or_written_are_told(
    ponder: Ponder, shop: Path, tmp_path: Path
) -> None:
    done = ponder("search", shop, "--queries", tmp_path / "none", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    queries = tmp_path / "in.jsonl"
    queries.write_text('{"qid": 1, "query": "fine"}\n')
    done = ponder("search", shop, "--queries", queries, "--out", tmp_path / "no" / "out")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr


def test_earlier_results_stay_until_there_are_new_ones(
    ponder: Ponder, shop: Path, tmp_path: Path
) -> None:
    queries, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    queries.write_text('{"qid": 1, "query": "fine"}\n')
    out.write_text("earlier")
    done = ponder("search", tmp_path / "nowhere", "--queries", queries, "--out", out)
    assert done.returncode == 1
    assert out.read_text() == "earlier"


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_that_is_no_number_is_wrong_usage(ponder: Ponder, shop: Path, limit: str) -> None:
    done = ponder("search", shop, "basket", "--limit", limit)
    assert done.returncode == 2
    assert f"'{limit}' is no number of results" in done.stderr


def test_conditions_narrow_a_search_and_the_document_stays_as_it_is(
    ponder: Ponder, shop: Path
) -> None:
    done = ponder("search", shop, "price path:shop/ -lang:markdown", "--json")
    found = json.loads(done.stdout)
    assert set(found) == {"commit", "results", "seconds"}
    assert {len(result) for result in found["results"]} == {5}
    assert all(result["path"].startswith("shop/") for result in found["results"])


def test_matching_lines_are_printed_like_those_of_grep(ponder: Ponder, shop: Path) -> None:
    done = ponder("search", shop, r"/def total_price\(/")
    path, line, text = done.stdout.splitlines()[0].split(":", 2)
    assert (shop / path).read_text().splitlines()[int(line) - 1] == text
    assert "def total_price(" in text


def test_a_ref_in_a_search_is_searched(ponder: Ponder, shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "topic")
    (shop / "shop" / "voucher.py").write_text("def redeem_voucher():\n    return 1\n")
    git(shop, "add", ".")
    git(shop, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "Redeem")
    topic = git(shop, "rev-parse", "HEAD")
    git(shop, "checkout", "--quiet", "-")
    found = json.loads(ponder("search", shop, "symbol:redeem_voucher @topic", "--json").stdout)
    assert found["commit"] == topic
    assert [result["path"] for result in found["results"]] == ["shop/voucher.py"]
    assert ponder("search", shop, "symbol:redeem_voucher", "--json").stdout.count("path") == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("/(/", "no regular expression"),
        ("x lang:pyhton", "did you mean python"),
        ("price @no-such-branch", "no branch, tag or commit 'no-such-branch'"),
        ("price @nowhere", "no branch, tag or commit 'nowhere'"),
        (" ", "Type what to search for"),
    ],
)
def test_a_search_that_cannot_be_made_says_how_to_mend_it(
    ponder: Ponder, shop: Path, query: str, said: str
) -> None:
    done = ponder("search", shop, query)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_batch_takes_questions_as_they_stand(ponder: Ponder, shop: Path, tmp_path: Path) -> None:
    queries, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked = "total price path:nowhere/ lang:pyhton /(/"
    queries.write_text(json.dumps({"qid": 1, "query": asked}))
    assert ponder("search", shop, "--queries", queries, "--out", out).returncode == 0
    assert json.loads(out.read_text())["results"][0]["path"] == "shop/basket.py"
