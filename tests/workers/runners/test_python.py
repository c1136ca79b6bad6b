"""Where Python's tests are, which failures mean nothing, and what a test needs to stand alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.runners.base import Ended, Example, Frame, Place
from workers.runners.pythonic.absent import absent
from workers.runners.pythonic.excuses import excuse, wavers
from workers.runners.pythonic.layout import is_test, module, suite
from workers.runners.reproducers.python import reproducers
from workers.runners.told import told

FILES = {
    "src/shop/__init__.py": "",
    "src/shop/cart.py": "import sys\n\n\ndef total(prices):\n    return sys.platform\n",
    "tests/__init__.py": "",
    "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef prices():\n    return [1]\n",
    "tests/names.py": "TOTAL = 1\n",
    "tests/prices.py": "",
    "tests/test_cart.py": (
        "from __future__ import annotations\n\nimport os\n\nimport shop.cart\n\n"
        "from .names import TOTAL\nfrom .prices import *\n\n\n"
        "class TestCart:\n"
        "    rate = 2\n\n"
        "    def test_other(self):\n        assert os\n\n"
        "    def test_total(self, prices):\n        assert shop.cart.total(prices) == TOTAL\n"
    ),
    "docs/conf.py": "project = 'shop'\n",
    "README.md": "    >>> 1 + 1\n    2\n",
    "setup.py": "from setuptools import setup\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_tests_sources_and_documents_are_told_apart(folder: Path) -> None:
    found = suite(folder, sorted(FILES))
    assert found is not None
    assert found.targets == ("tests",)
    assert found.roots == ("src", ".")
    assert found.packages == ("shop",)
    assert found.files == ("setup.py", "src/shop/__init__.py", "src/shop/cart.py")
    assert found.shown == ("README.md",)
    assert found.wants >= {"sys"}


def test_a_repository_without_python_has_no_suite(tmp_path: Path) -> None:
    assert suite(tmp_path, ["main.go", "docs/conf.py"]) is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/shop/cart.py", "shop.cart"),
        ("src/shop/__init__.py", "shop"),
        ("shop.py", "shop"),
    ],
)
def test_a_file_is_imported_by_its_dotted_name(path: str, name: str) -> None:
    assert module(path, ("src", ".")) == name


def test_what_helps_tests_is_no_source() -> None:
    assert is_test("tests/names.py")
    assert is_test("shop/tests/test_cart.py")
    assert not is_test("src/shop/testing/client.py")


ROUND = (Frame("src/shop/cart.py", 4, "total"),) * 40


def failed(kind: str, message: str = "", **others: object) -> Ended:
    kinds = (f"builtins.{kind}", "builtins.Exception")
    return Ended("tests/test_cart.py::test_it", "failed", 0.0, kinds, message, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "test",
    [
        failed("ModuleNotFoundError", "No module named 'x'"),
        failed("PermissionError"),
        failed("AssertionError", "assert '/usr/share/zoneinfo/Europe/Paris' is None"),
        failed("AttributeError", "module 'numpy' has no attribute 'float'"),
        failed("DeprecationWarning", "old"),
        failed("RecursionError", frames=(Frame("src/shop/cart.py", 4, "total"),)),
        failed("RecursionError", frames=ROUND, foreign=True),
        failed("Failed", "Timeout (>25.0s)", hung=True, foreign=True),
        Ended("tests/test_cart.py::test_it", "failed"),
        failed("DocTestFailure", examples=(Example("now()", "1", "2", "builtins.NameError"),)),
    ],
)
def test_what_the_sandbox_lacks_excuses_a_failure(folder: Path, test: Ended) -> None:
    found = suite(folder, sorted(FILES))
    assert found is not None
    kinds = (*test.kinds, "builtins.ImportError") if "Module" in test.kind else test.kinds
    kinds = (*kinds, "builtins.Warning") if "Warning" in test.kind else kinds
    assert excuse(
        found, Ended(test.id, "failed", 0.0, kinds, test.message, test.frames, *rest(test))
    )


def rest(test: Ended) -> tuple[bool, bool, tuple[Example, ...]]:
    return test.foreign, test.hung, test.examples


@pytest.mark.parametrize(
    "test",
    [
        failed("AssertionError", "assert 1 == 2"),
        failed("RecursionError", "maximum recursion depth exceeded", frames=ROUND),
        failed("AttributeError", "module 'shop' has no attribute 'total'"),
        failed("Failed", "Timeout", hung=True, frames=(Frame("src/shop/cart.py", 4, "total"),)),
        failed("DocTestFailure", examples=(Example("total([1])", "1", "3", ""),)),
    ],
)
def test_a_wrong_result_has_no_excuse(folder: Path, test: Ended) -> None:
    found = suite(folder, sorted(FILES))
    assert found is not None
    assert excuse(found, test) == ""


def test_code_that_asks_for_the_system_wavers(folder: Path) -> None:
    assert wavers(folder, Place("src/shop/cart.py", "total", 4, 5))
    assert not wavers(folder, Place("src/shop/cart.py", "", 1, 3))


def test_code_about_versions_does_not_waver(tmp_path: Path) -> None:
    lines = ["version_info = parse(text)", "parse_version_info(text)", "if version_info >= (3, 9):"]
    (tmp_path / "versions.py").write_text("\n".join(lines))
    found = [wavers(tmp_path, Place("versions.py", "", at, at)) for at in (1, 2, 3)]
    assert found == [False, False, True]


def test_a_test_is_cut_out_with_what_it_needs(folder: Path) -> None:
    found = suite(folder, sorted(FILES))
    assert found is not None
    test = Ended("tests/test_cart.py::TestCart::test_total", "failed", 0.0, ("AssertionError",))
    cut, within = reproducers(folder, found, test, shared=["shop"])
    compile(cut, "cut.py", "exec")
    compile(within, "within.py", "exec")
    assert "from tests.names import TOTAL" in cut
    assert "from tests.prices import *" in cut
    assert "def prices" in cut
    assert "rate = 2" in cut
    assert "test_other" not in cut
    assert "import os" not in cut
    assert "del sys.modules[name]" in cut


@pytest.mark.parametrize(("value", "texts"), [("[1]", 2), ("[1] * 9999", 0), ("nested()", 0)])
def test_what_never_ends_is_shown_unless_it_is_given_something_deep(
    tmp_path: Path, value: str, texts: int
) -> None:
    (tmp_path / "shop.py").write_text("def total(prices):\n    return total(prices)\n")
    text = f"from shop import total\n\n\ndef test_it():\n    total({value})\n"
    (tmp_path / "test_it.py").write_text(text)
    found = suite(tmp_path, ["shop.py", "test_it.py"])
    assert found is not None
    test = Ended("test_it.py::test_it", "failed", 0.0, ("builtins.RecursionError",), "", ROUND)
    assert len(reproducers(tmp_path, found, test, shared=[])) == texts


def test_what_was_written_in_the_sandbox_is_read_with_care() -> None:
    lines = (
        b'{"id": "a.py::t", "verdict": "failed", "kinds": "no", '
        b'"frames": [[1, 2], ["a", 1, "b"]]}\n'
        b'{"id": 7}\nnot json\n[1]\n{"id": "a.py::u", "verdict": "odd", "seconds": "long"}\n'
        b'{"traced": "b.py", "lines": [[["a.py::t", "gone"], [3, "x"]], 5]}\n\xff\n'
    )
    ran = told(lines, "", absent)
    assert [(test.id, test.verdict) for test in ran.tests] == [
        ("a.py::t", "failed"),
        ("a.py::u", "skipped"),
    ]
    assert ran.tests[0].frames == (Frame("a", 1, "b"),)
    assert ran.lines == {"b.py": {3: frozenset({0})}}
    assert not ran.whole
