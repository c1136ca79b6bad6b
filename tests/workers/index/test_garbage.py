from __future__ import annotations

from tests.workers.index.conftest import Indexed
from workers.index import garbage


async def count(shop: Indexed, table: str) -> int:
    return int((await shop.fetch(f"SELECT count(*) FROM {table}"))[0][0])


async def three_commits(shop: Indexed) -> list[int]:
    """Snapshots of three commits, each a full one."""
    made = []
    for number in range(3):
        shop.checkout.write("a.py", f"def f{number}(): pass\n")
        shop.checkout.commit()
        made.append((await shop.index()).snapshot_id)
    return made


async def test_what_nothing_refers_to_is_forgotten(shop: Indexed) -> None:
    snapshots = await three_commits(shop)
    assert await garbage.collect(shop.database, shop.repository) == garbage.Collected(0, 0)
    assert await garbage.collect(shop.database, shop.repository, days=0) == garbage.Collected(2, 2)
    assert await shop.fetch("SELECT id FROM snapshots") == [(snapshots[-1],)]
    assert (await count(shop, "blobs"), await count(shop, "symbols")) == (1, 1)


async def test_the_bases_of_the_current_snapshot_are_kept(shop: Indexed) -> None:
    for number in range(20):
        shop.checkout.write(f"src/{number}.py", f"n = {number}\n")
    await three_commits(shop)
    assert await garbage.collect(shop.database, shop.repository, days=0) == garbage.Collected(0, 0)


async def test_what_an_answer_refers_to_is_kept(shop: Indexed) -> None:
    first, second, _ = await three_commits(shop)
    (blob,) = await shop.fetch("SELECT blob_id FROM files WHERE snapshot_id = %s", second)
    (conversation,) = await shop.fetch(
        "INSERT INTO conversations (installation_id, repository_id) VALUES (0, %s) RETURNING id",
        shop.repository.id,
    )
    (answer,) = await shop.fetch(
        "INSERT INTO answers (installation_id, repository_id, conversation_id, door, question, "
        "snapshot_id) VALUES (0, %s, %s, 'terminal', 'why?', %s) RETURNING id",
        shop.repository.id,
        *conversation,
        first,
    )
    await shop.fetch(
        "INSERT INTO citations (answer_id, ordinal, installation_id, path, start_line, end_line, "
        "commit_sha, blob_id, text_hash, url) "
        "VALUES (%s, 1, 0, 'a.py', 1, 1, '', %s, '', '') RETURNING 1",
        *answer,
        *blob,
    )
    assert await garbage.collect(shop.database, shop.repository, days=0) == garbage.Collected(1, 0)
    assert await count(shop, "blobs") == 3


async def on_topic(shop: Indexed, name: str) -> int:
    """A snapshot of a branch with one more file, on top of the default one."""
    shop.checkout.git("switch", "--quiet", "--create", name, "main")
    shop.checkout.write(f"{name}.py", f"def {name}(): pass\n")
    shop.checkout.commit()
    shop.checkout.git("switch", "--quiet", "main")
    return (await shop.index(name)).snapshot_id


async def test_a_ref_that_is_gone_frees_its_rows(shop: Indexed) -> None:
    for number in range(20):
        shop.checkout.write(f"src/{number}.py", f"n = {number}\n")
    shop.checkout.commit()
    current = (await shop.index()).snapshot_id
    await on_topic(shop, "gone")
    stays = await on_topic(shop, "stays")
    before = await count(shop, "blobs")
    forgotten = await garbage.forget(shop.database, shop.repository, ["refs/heads/gone", "gone"])
    assert forgotten == garbage.Collected(1, 1)
    assert {row[0] for row in await shop.fetch("SELECT id FROM snapshots")} == {current, stays}
    assert await count(shop, "blobs") == before - 1
    again = await garbage.forget(shop.database, shop.repository, ["gone"])
    assert again == garbage.Collected(0, 0)


async def test_a_branch_that_became_the_default_stays(shop: Indexed) -> None:
    shop.checkout.write("a.py")
    shop.checkout.commit()
    topic = await on_topic(shop, "topic")
    shop.checkout.git("merge", "--quiet", "--ff-only", "topic")
    assert (await shop.index()).snapshot_id == topic
    await garbage.forget(shop.database, shop.repository, ["topic"])
    assert await shop.snapshot_id() == topic
