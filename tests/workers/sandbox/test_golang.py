"""Go in the sandbox: the standard library is compiled once, and nobody's code gets into it."""

from __future__ import annotations

from workers.sandbox import Limits, Workspace, go

_LIMITS = Limits(60, 60, memory_mib=2048)
_SOURCE = 'package shop\n\nimport "strings"\n\nvar Name = strings.ToUpper("shop")\n'


async def test_code_is_compiled_with_what_is_kept_and_cannot_write_to_it(
    workspace: Workspace,
) -> None:
    made = await go(workspace)
    assert made.cache is not None
    before = sorted(path.name for path in made.cache.rglob("*"))
    workspace.write("go.mod", "module example.com/shop\n")
    workspace.write("shop.go", _SOURCE)
    assert (await made.run("build", "./...", limits=_LIMITS)).ok
    hostile = (
        "echo bad > /go-cache/bad; for each in .ponder-go/cache/*/*; do echo bad > $each; done"
    )
    assert not (await made.command(["/bin/sh", "-c", hostile], limits=_LIMITS)).ok
    assert sorted(path.name for path in made.cache.rglob("*")) == before
    assert not [
        path
        for path in made.cache.rglob("*")
        if path.is_file() and path.read_bytes()[:4] == b"bad\n"
    ]
