"""A missing name is no mistake where another file gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.linters.base import Report, Rule
from workers.linters.given import weighed
from workers.linters.merge import Smell

MISSING = Report(
    *("ruff", "F821", "shop/plugins/pay.py", 3, 3),
    *("Undefined name `log`", Rule("undefined-name", "high")),
)
LOADER = """from importlib import import_module


def load(name, options):
    plugin = import_module(name)
    {}
"""


@pytest.mark.parametrize(
    ("path", "text", "evidence"),
    [
        ("shop/words.py", 'import builtins\n\nbuiltins.__dict__["log"] = print\n', "suspected"),
        ("shop/words.py", "import builtins\n\nbuiltins.log = print\n", "suspected"),
        ("shop/words.py", "import builtins\n\nlog = builtins.print\n", "proven"),
        ("shop/load.py", LOADER.format("plugin.log = print"), "suspected"),
        ("shop/load.py", LOADER.format("self.log = print"), "proven"),
        ("shop/load.py", LOADER.format("plugin.login = print"), "proven"),
        (
            "shop/plugins/load.py",
            LOADER.format("for key, value in options: setattr(plugin, key, value)"),
            "suspected",
        ),
        (
            "shop/load.py",
            LOADER.format("for key, value in options: setattr(plugin, key, value)"),
            "proven",
        ),
        ("shop/app.py", "app.log = print\n", "proven"),
        ("shop/notes.txt", "import builtins\n\nbuiltins.log = print\n", "proven"),
    ],
)
def test_a_name_is_given_by_who_adds_it_to_all_or_to_what_is_loaded(
    tmp_path: Path, path: str, text: str, evidence: str
) -> None:
    (tmp_path / "shop" / "plugins").mkdir(parents=True)
    (tmp_path / path).write_text(text)
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    smell = Smell("shop/plugins/pay.py", 3, 3, "high", "proven", (MISSING,))
    assert [each.evidence for each in weighed(tmp_path, [smell])] == [evidence]
