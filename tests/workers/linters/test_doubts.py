"""Ways of writing that look like a mistake and are meant, beside those that are one."""

from __future__ import annotations

import pytest

from workers.linters.base import Report, Rule, Source
from workers.linters.doubts import DOUBTS, is_meant

OPENED = "def f(path):\n    file = open(path)\n"
WRITTEN = {
    "ruff/B015": ("a() < b()", "a() == b()"),
    "ruff/B005": ("x.strip('|{}|')", "x.strip('.com')"),
    "ruff/B909": ("tree[node] = source", "tree.pop(node)"),
    "ruff/F811": ("    import sys", "def test_a(): ..."),
    "ruff/RUF064": ("os.umask(2)", "os.chmod(path, 644)"),
    "ruff/F822": ("__all__ = ['x']\ndef __getattr__(name): ...", "__all__ = ['x']"),
    "ruff/PLR0124": ("if val == val:", "if a.val == a.val:"),
    "ruff/F821": ("while f(x):\n    x = f(1)\n", "f(x)\n[x for x in y]\ndef g():\n    x = 1\n"),
    "ruff/RUF024": (
        "    x = dict.fromkeys(k, [])\n    x[1] = []\n",
        "    x = dict.fromkeys(k, [])\n    x[1].append(2)\n",
    ),
    "mypy/used-before-def": ("    buffer\nexcept NameError:\n", "    buffer\nbuffer = 1\n"),
    "mypy/func-returns-value": ("[x for x in y if x not in s and not s.add(x)]", "x = s.add(1)"),
    "shellcheck/SC2050": ('if [ xyes = xno ] || [ "a" = "b" ]', 'if [ name = "root" ]'),
    "eslint/no-func-assign": ("_extends", "extends"),
    "eslint/no-self-compare": ("return value !== value;", "return a.name === a.name;"),
    "eslint/no-cond-assign": ("while (node = node.next) {", "if (node = node.next) {"),
    "ponder/java-documents-from-outside": ("b.parse(x); b.setFeature(y);", "b.parse(x);"),
    "ponder/java-lock-kept-after-error": (
        "a.lock();\nstate = DONE;\na.unlock();",
        "a.lock();\nstate = next();\na.unlock();",
    ),
    "ponder/java-stream-never-closed": (
        "try (F a = new F();\n",
        "F a = new F();\n",
    ),
    "ponder/python-lock-kept-after-error": (
        "def f(self):\n    lock.acquire()\n    self.n += 1\n    lock.release()",
        "def f(self):\n    lock.acquire()\n    self.n = g()\n    lock.release()",
    ),
    "ponder/java-equals-that-overrides-nothing": (
        "boolean equals(P o) {}\nboolean equals(final Object o) {}",
        "boolean equals(P o) {}",
    ),
    "ponder/java-text-compared-by-identity": ("a == b ||\n  a.equals(b)", "a == b ? 1 : 2"),
    "ponder/python-file-never-closed": (
        OPENED + "    handler = Handler(file)\n",
        OPENED + "    file.read()\n\ndef g(file):\n    file.close()\n",
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_is_meant_is_told_from_what_is_not(name: str) -> None:
    tool, _, rule = name.partition("/")
    row = 2 if rule.startswith("python-") else 1
    for text, meant in zip(WRITTEN[name], (True, False), strict=True):
        said = f"'{text}' is a function." if rule == "no-func-assign" else "Undefined name `x`"
        report = Report(tool, rule, "a", row, row, said, Rule("suspicious"))
        assert is_meant(report, Source("a", "", text, "tests")) is meant


def test_a_name_in_an_annotation_that_nobody_evaluates_is_no_bug() -> None:
    report = Report("ruff", "F821", "a", 1, 1, "Undefined name `x`", Rule("undefined-name"))
    assert is_meant(report, Source("a", "", "def f(a: 'x[:]'): ..."))
    assert not is_meant(report, Source("a", "", "def f(a='b', c=x): ..."))


def test_names_of_another_version_are_no_bugs_in_its_branch() -> None:
    report = Report("ruff", "F821", "a", 2, 2, "Undefined name `x`", Rule("undefined-name"))
    assert is_meant(report, Source("a", "", "if sys.version_info[0] == 2:\n    y = x\n"))
    assert not is_meant(report, Source("a", "", "if version == 2:\n    y = x\n"))


def test_a_report_beyond_the_end_is_not_meant() -> None:
    report = Report("ruff", "B015", "a", 9, 9, "It says so.", Rule("suspicious"))
    assert not is_meant(report, Source("a", "", "x\n"))
