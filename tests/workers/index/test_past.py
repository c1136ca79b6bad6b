"""The past that is read push by push is the past that is read at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from core.db import commits, file_history
from core.db.commits import Commit
from core.db.file_history import FileHistory
from tests.workers.index.conftest import Indexed
from workers import git
from workers.index import past

KEPT = 5


async def kept(shop: Indexed) -> list[Commit]:
    async with shop.database.tenant(0) as connection:
        return await commits.listed(connection, shop.repository.id)


async def paths(shop: Indexed) -> dict[str, FileHistory]:
    async with shop.database.tenant(0) as connection:
        rows = await file_history.of_repository(connection, shop.repository.id)
    return {row.path: row for row in rows}


async def read(shop: Indexed, limit: int = past.MAX_COMMITS) -> None:
    await git.fetch(str(shop.checkout.path), shop.mirror)
    commit = git.resolve(shop.mirror, "")
    await past.read(shop.database, shop.repository, shop.mirror, commit, limit=limit)


async def anew(shop: Indexed, limit: int) -> tuple[list[Commit], dict[str, FileHistory]]:
    """What is there when all of it was read at once."""
    async with shop.database.tenant(0) as connection:
        await file_history.forget(connection, shop.repository.id)
        await commits.forget(connection, shop.repository.id)
    await read(shop, limit)
    return await kept(shop), await paths(shop)


async def test_a_commit_is_kept_with_what_it_says_and_touches(shop: Indexed) -> None:
    shop.checkout.write("a.py", "a = 1\nb = 2\n")
    shop.checkout.write("logo.png", b"\0\1\2")
    shop.checkout.commit("first", at=1_700_000_000)
    shop.checkout.write("a.py", "a = 1\nb = 3\nc = 4\n")
    sha = shop.checkout.commit("Fix b\n\nIt was two.\n\nSigned-off-by: Ada <ada@example.org>\n")
    await read(shop)
    newest, first = await kept(shop)
    assert (newest.sha, newest.author, newest.subject, newest.body) == (
        sha, "Ada", "Fix b", "It was two.",
    )  # fmt: skip
    assert (newest.paths, newest.added, newest.deleted) == (["a.py"], [2], [1])
    assert (first.paths, first.added) == (["a.py", "logo.png"], [2, -1])
    row = (await paths(shop))["a.py"]
    assert (row.commits, row.added, row.deleted, row.fixes) == (2, 4, 1, 1)
    assert row.recent_lines > row.recent_commits > row.recent_fixes > 0


async def test_messages_and_names_that_look_like_the_log_are_taken_as_they_are(
    shop: Indexed,
) -> None:
    shop.checkout.write("1\t2\tx.py")
    shop.checkout.write("line\nbreak.py")
    shop.checkout.write(b"\xff.py")
    message = f"{'0' * 40}\n\n1\t1\ta.py\n{'1' * 40}\n"
    shop.checkout.commit(message)
    await read(shop)
    (only,) = await kept(shop)
    assert only.subject == "0" * 40
    assert sorted(only.paths) == ["1\t2\tx.py", "\\xff.py", "line\nbreak.py"]


async def test_a_renamed_file_is_counted_where_it_is_now(shop: Indexed) -> None:
    shop.checkout.write("a.py", "".join(f"line_{n} = {n}\n" for n in range(30)))
    shop.checkout.commit(at=1_700_000_000)
    shop.checkout.git("mv", "a.py", "b.py")
    shop.checkout.commit("Rename")
    await read(shop)
    newest = (await kept(shop))[0]
    assert (newest.paths, newest.added, newest.deleted) == (["b.py"], [0], [0])


async def test_a_merge_is_kept_and_touches_nothing(shop: Indexed) -> None:
    shop.checkout.write("a.py")
    shop.checkout.commit()
    shop.checkout.git("switch", "--quiet", "--create", "topic")
    shop.checkout.write("b.py")
    topic = shop.checkout.commit("Add b")
    shop.checkout.git("switch", "--quiet", "main")
    shop.checkout.git("merge", "--quiet", "--no-ff", "--message", "Merge pull request 7", "topic")
    await read(shop)
    found = {commit.subject: commit for commit in await kept(shop)}
    assert (found["Merge pull request 7"].parents, found["Merge pull request 7"].paths) == (2, [])
    assert (await paths(shop))["b.py"].last_commit == topic


async def test_bots_and_wide_commits_say_little(shop: Indexed) -> None:
    for number in range(60):
        shop.checkout.write(f"{number}.py")
    shop.checkout.commit("Fix everything")
    shop.checkout.write("0.py", "y = 2\n")
    shop.checkout.commit("Fix crash", author="dependabot[bot]")
    await read(shop)
    row = (await paths(shop))["0.py"]
    assert (row.commits, row.added, row.fixes, row.recent_commits) == (2, 0, 0, 0)


async def test_mailmap_names_people_and_a_change_of_it_renames_them(shop: Indexed) -> None:
    shop.checkout.write("a.py")
    shop.checkout.commit()
    await read(shop)
    assert [commit.author for commit in await kept(shop)] == ["Ada"]
    shop.checkout.write(".mailmap", "Ada Lovelace <ada@example.org>\n")
    shop.checkout.commit()
    await read(shop)
    assert {commit.author for commit in await kept(shop)} == {"Ada Lovelace"}
    async with shop.database.tenant(0) as connection:
        shares = await commits.authors_of(connection, shop.repository.id, ["a.py"])
    assert [(share.author, share.commits, share.lines) for share in shares] == [
        ("Ada Lovelace", 1, 1)
    ]


async def test_the_oldest_give_way_to_new_ones_as_if_read_at_once(shop: Indexed) -> None:
    for number in range(3 * KEPT):
        shop.checkout.write(f"{number % 4}.py", f"n = {number}\n")
        shop.checkout.write(f"only_{number}.py")
        # Clocks differ: some commits are older than their parents.
        shop.checkout.commit(at=1_700_000_000 + number * 1000 - 2500 * (number % 3 == 0))
        if number % 2:
            await read(shop, KEPT)
    await read(shop, KEPT)
    pushed = (await kept(shop), await paths(shop))
    assert len(pushed[0]) == KEPT
    assert pushed == await anew(shop, KEPT)


async def test_a_rewritten_history_is_read_anew(shop: Indexed) -> None:
    shop.checkout.write("a.py")
    first = shop.checkout.commit()
    shop.checkout.write("b.py")
    shop.checkout.commit()
    await read(shop)
    shop.checkout.git("reset", "--quiet", "--hard", first)
    shop.checkout.write("c.py")
    third = shop.checkout.commit()
    await read(shop)
    assert {commit.sha for commit in await kept(shop)} == {third, first}
    assert set(await paths(shop)) == {"a.py", "c.py"}


async def test_where_a_shallow_history_breaks_off_nothing_was_added(
    connect: Callable[[str], Awaitable[Any]],
) -> None:
    whole: Indexed = await connect("whole")
    for number in range(4):
        whole.checkout.write(f"{number}.py")
        whole.checkout.commit(f"Add {number}")
    shallow: Indexed = await connect("shallow")
    url = whole.checkout.path.as_uri()
    shallow.checkout.git("fetch", "--quiet", "--depth=2", url, "main")
    shallow.checkout.git("reset", "--quiet", "--hard", "FETCH_HEAD")
    await read(shallow)
    assert sorted(map(len, [commit.paths for commit in await kept(shallow)])) == [0, 1]
    assert set(await paths(shallow)) == {"3.py"}
    shallow.checkout.git("fetch", "--quiet", "--unshallow", url, "main")
    await read(shallow)
    assert set(await paths(shallow)) == {f"{number}.py" for number in range(4)}


async def test_a_commit_is_found_by_the_beginning_of_its_name(shop: Indexed) -> None:
    shop.checkout.write("a.py")
    sha = shop.checkout.commit()
    await read(shop)
    async with shop.database.tenant(0) as connection:
        found = await commits.named(connection, shop.repository.id, [sha[:7], "0000000", "zz"])
        assert await commits.get(connection, shop.repository.id, "0" * 40) is None
    assert found == {sha[:7]: sha}
