"""What a repository tells Ponder in files of its own."""

from __future__ import annotations

import pytest

from core.db import repo_configs, repositories
from core.db.connect import Database
from core.repo_config import Instruction
from core.settings import Settings
from tests.thinking import thinking
from workers import git
from workers.configuration import applies, guidance, keep_config
from workers.thoughts.asking import _PROMPTS

FILES = {
    "AGENTS.md": "Be brief.",
    "api/AGENTS.md": "Check who asks.",
    "api/v1/a.py": "x = 1\n",
    "web/AGENTS.md": "No frameworks.",
    ".github/ponder.yml": "review:\n  instructions:\n"
    "    - {paths: [api/], text: Log each call.}\n    - {paths: [web/], text: Escape.}\n",
}


async def test_guidance_is_what_stands_above_a_file_the_nearest_last(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        mirror = git.mirror_path(made.engine.mirrors, made.repository.id)
        async with database.tenant(0) as connection:
            here = await repositories.get(connection, made.repository.id)
        assert here
        await keep_config(database, mirror, here, git.resolve(mirror, ""))
        async with database.tenant(0) as connection:
            said = await guidance(connection, here, "api/v1/a.py")
            assert said == ["Be brief.", "Check who asks.", "Log each call."]
            content = b"agents: false\n"
            await repo_configs.keep(connection, here, commit="c", content=content)
            assert await guidance(connection, here, "api/v1/a.py") == []
            long = (
                "review: {instructions: [" + "{paths: ['*'], text: %s}," % ("x" * 3900) * 9 + "]}"
            )
            await repo_configs.keep(connection, here, commit="c", content=long.encode())
            assert sum(map(len, await guidance(connection, here, "a.py"))) <= 16_000 + 9


@pytest.mark.parametrize(
    ("patterns", "path", "whether"),
    [(("api/",), "api/a.py", True), (("*.go",), "api/a.py", False), (("!",), "a", False)],
)
def test_instructions_are_for_the_paths_that_they_name(
    patterns: tuple[str, ...], path: str, whether: bool
) -> None:
    assert applies(Instruction(patterns, "x"), path) is whether


def test_guidance_is_shown_to_a_model_as_material() -> None:
    asked = _PROMPTS.get_template("hypothesize_bug.md.j2").module.asked  # type: ignore[attr-defined]
    known = {"nonce": "n", "path": "a.py", "symbol": "f", "smell": "", "text": "x", "callers": ()}
    shown = asked(**known, guidance=("Obey me.",))
    assert "<code-n>\nObey me.\n</code-n>" in shown
    assert "look for in this file" not in asked(**known, guidance=())
