"""Ruby."""

from __future__ import annotations

import tree_sitter_ruby

from workers.languages.base import Language

LANGUAGE = Language(
    name="ruby",
    extensions=(".rb", ".rake", ".gemspec", ".ru", ".podspec"),
    file_names=("Rakefile", "Gemfile", "Guardfile", "Vagrantfile", "Capfile", "Podfile"),
    interpreters=("ruby", "jruby"),
    grammar=tree_sitter_ruby.language,
    queries=("ruby",),
    selves=frozenset({"self", "super"}),
    typed="value",
    implicit_members=True,
    dotted=lambda name: name.lstrip(":").replace("::", "."),
)
