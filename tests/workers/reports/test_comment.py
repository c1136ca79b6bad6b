"""An answer as people read it on GitHub."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from core.db.answers import Answer, Finished
from core.db.citations import Citation
from core.settings import Settings
from tests.workers.reports.conftest import Place
from workers.answer.telling import WITHOUT_MODEL
from workers.reports.comment import render, reply_to
from workers.reports.fit import MAX_BODY

COMMIT = "abcdef0123456789abcdef0123456789abcdef01"
ID = UUID("00000000-0000-4000-8000-000000000001")
ANSWER = Answer(
    ID, 7, 1, ID, "github", {}, "where?", "", "done", 3, COMMIT,
    "Requests are signed in `sign` [1], and checked in `verify` [2].",
    False, "", "some-model", "v1", 1.0, "", 10, 5, 0.0, 2, 1, 1.5, "",
    datetime(2026, 11, 22, tzinfo=UTC), None,
)  # fmt: skip


def citation(ordinal: int, path: str = "src/app.py", start: int = 3, end: int = 9) -> Citation:
    url = f"https://github.com/octo/project/blob/{COMMIT}/{path}#L{start}-L{end}"
    return Citation(ordinal, path, start, end, COMMIT, 1, "", url)


def rendered(answer: Answer = ANSWER, cited: int = 2) -> str:
    return render(
        answer,
        [citation(n + 1) for n in range(cited)],
        public_url="https://ponder.example",
        web_url="https://github.com/octo/project",
    )


def test_an_answer_with_its_sources() -> None:
    link = f"https://github.com/octo/project/blob/{COMMIT}/src/app.py#L3-L9"
    assert rendered() == (
        f"Requests are signed in `sign` [&#91;1&#93;]({link}), "
        f"and checked in `verify` [&#91;2&#93;]({link}).\n"
        "\n"
        "<details><summary>2 sources</summary>\n"
        "\n"
        f"1. [`src/app.py` lines 3–9]({link})\n"
        f"2. [`src/app.py` lines 3–9]({link})\n"
        "\n"
        "</details>\n"
        "\n"
        f"<sub>commit [abcdef0](https://github.com/octo/project/commit/{COMMIT}) · "
        "`some-model` · 2 of 3 citations checked true, 1 removed · "
        f"[Why this answer?](https://ponder.example/answers/{ID}/why)</sub>"
    )


def test_one_source_is_not_several() -> None:
    assert "<details><summary>1 source</summary>\n\n1. [" in rendered(cited=1)


def test_an_answer_without_a_model_says_so() -> None:
    notice = "The model did not answer in time, so this was put together from the code."
    body = rendered(replace(ANSWER, model="", notice=notice))
    assert "· no model used ·" in body
    assert f"\n> {notice}\n" in body


def test_what_the_footer_says_is_not_said_twice() -> None:
    body = rendered(replace(ANSWER, model="", notice=WITHOUT_MODEL))
    assert "· no model used ·" in body
    assert WITHOUT_MODEL not in body


def test_a_refusal_is_one_sentence() -> None:
    text = "I looked at 12 files about signing and found nothing that says this."
    body = rendered(replace(ANSWER, text=text, refused=True, checks_passed=0, checks_failed=0), 0)
    assert body.split("\n\n")[0] == text
    assert "citations" not in body
    assert len(body.split("\n\n")) == 2


def test_an_answer_that_failed_says_what_to_do() -> None:
    failed = replace(ANSWER, state="failed", text="", model="", notice="Ask again later.")
    assert rendered(failed, 0).startswith("Ask again later.\n\n<sub>commit")


def test_a_path_may_be_odd() -> None:
    odd = replace(citation(1, "a `b` [c](d)|e.py"), url="https://github.com/o/r/blob/x/a (b)|.py")
    body = render(ANSWER, [odd], public_url="https://p.example", web_url="https://g.example")
    assert (
        "1. [<code>a &#96;b&#96; &#91;c&#93;(d)&#124;e.py</code> lines 3–9]"
        "(https://github.com/o/r/blob/x/a%20%28b%29%7C.py)" in body
    )


def test_a_long_answer_is_cut_and_linked() -> None:
    body = rendered(replace(ANSWER, text="A sentence & more [1].\n\n" * 9000))
    assert 40_000 < len(body) < MAX_BODY
    assert f"… [the whole answer](https://ponder.example/answers/{ID}/why)" in body
    assert body.endswith("</sub>")


def test_code_that_is_cut_stays_code() -> None:
    body = rendered(replace(ANSWER, text="```python\n" + "x = 1\n" * 30_000 + "```"))
    assert len(body) < MAX_BODY
    assert body.count("```") == 2


def test_very_many_sources_are_cut_too() -> None:
    assert len(rendered(cited=3000)) < MAX_BODY


async def test_an_answer_is_meant_for_github_once(place: Place, github_settings: Settings) -> None:
    finished = Finished(None, COMMIT, "Here.", False, "", "", "v1", 1.0, "", 0, 0, 0.0, 0, 0, 0.1)
    answer = await place.answer(finished)
    woken = []
    for _ in range(2):
        async with place.database.tenant(place.here.installation_id) as connection:
            woken.append(await reply_to(connection, github_settings, answer))
    assert [len(rows) for rows in woken] == [1, 0]
    made = await place.intent(f"answer:{answer.id}")
    assert (made.kind, made.target, made.urgent) == ("comment", place.target(), True)
    assert made.content["body"].startswith("Here.\n\n<sub>commit [abcdef0](http://127.0.0.1:")


def test_a_commit_that_is_there_is_linked_and_another_is_not() -> None:
    answer = replace(ANSWER, text="Changed in `0123456ab` and `fffffffff` [1].")
    sha = "0123456ab" + "0" * 31
    body = render(
        answer,
        [replace(citation(1), commit_sha=sha)],
        public_url="https://ponder.example",
        web_url="https://github.com/octo/project",
        named={"0123456ab": sha},
    )
    assert f"[`0123456ab`](https://github.com/octo/project/commit/{sha})" in body
    assert "`fffffffff`" in body
    assert "[`fffffffff`]" not in body
    assert "`src/app.py` lines 3–9 at 0123456ab" in body
