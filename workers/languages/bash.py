"""Bash and other shells of its family."""

from __future__ import annotations

import tree_sitter_bash

from workers.languages.base import Language

LANGUAGE = Language(
    name="bash",
    extensions=(".sh", ".bash", ".zsh", ".ksh", ".bats", ".ebuild"),
    file_names=(".bashrc", ".bash_profile", ".profile", ".zshrc", "PKGBUILD"),
    interpreters=("sh", "bash", "zsh", "ksh", "dash", "ash", "bats"),
    grammar=tree_sitter_bash.language,
    queries=("bash",),
    binding=lambda module, name, local: iter([(module.strip("\"'"), "*", "*")]),
    imported=lambda path: path.strip("\"'"),
)
