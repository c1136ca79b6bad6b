"""Everything that no other language claims: blocks of lines, cut at blank ones."""

from workers.languages.base import Language

LANGUAGE = Language(name="text", extensions=(".txt",))
