"""What a commit changes without saying so is suspected, as long as it is so."""

from __future__ import annotations

from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking

WORDS = '''"""Words."""


def initials(name: str) -> str:
    """The first letters of all words."""
    return "".join(part[0] for part in name.split())


def shorten(text: str, most: int) -> str:
    """At most so many letters."""
    return text[:most]
'''
TEST = (
    "from words import initials, shorten\n\n\n"
    "def test_words():\n"
    '    assert initials("ada king").isalpha()\n'
    '    assert len(shorten("a long text", 4)) < 9\n'
)
FILES = {"words.py": WORDS, "test_words.py": TEST}
MISTAKE = WORDS.replace("text[:most]", "text[: most + 1]")


async def test_an_unannounced_change_is_suspected_until_it_is_undone(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        await made.commit({"words.py": MISTAKE}, "Tidy up words")
        await made.think("hypothesize_bug")
        (found,) = await made.findings()
        assert (found.rule, found.evidence) == ("changed-outcome", "suspected")
        assert (found.symbol, found.start_line) == ("shorten", 9)
        assert found.message.startswith("`words.shorten('a long text', 4)` gives `'a lon'`;")
        assert "assert words.shorten('a long text', 4) == 'a lo'" in (found.reproducer or "")
        await made.commit({"notes.py": "HERE = 1\n"}, "Write notes")
        await made.think("hypothesize_bug")
        assert [each.state for each in await made.findings()] == ["open"]
        await made.commit({"words.py": WORDS}, "Tidy up again")
        await made.think("hypothesize_bug")
        assert [each.state for each in await made.findings()] == ["fixed"]
