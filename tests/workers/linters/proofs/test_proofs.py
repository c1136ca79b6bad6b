"""What is proven, beside the same rule's report where something speaks against it."""

from __future__ import annotations

import pytest

from workers.linters import LINTERS
from workers.linters.base import Report, Rule, Source
from workers.linters.proofs import IN_TESTS, PROOFS, holds
from workers.linters.proofs.age import is_of_python_2

FUNCTION = "def test_f(x, y):\n    "
PAIRS = {
    "a comparison that lacks its assert": (
        *("ruff/B015", "tests/a.py", 2),
        (
            FUNCTION + "x.name == 'a'",
            FUNCTION + "x == x",
            FUNCTION + "'a' in x",
            "def helper(x):\n    x.name == 'a'",
            "def test_error(x):\n    x.name == 'a'",
        ),
    ),
    "a comparison that is to raise": (
        *("ruff/B015", "tests/a.py", 3),
        (
            FUNCTION + "if x:\n        x == 'a'",
            FUNCTION + "with raises(E):\n        x == 'a'",
            FUNCTION + "try:\n        x == 'a'\n    except TypeError:\n        pass",
        ),
    ),
    "an exception that is not raised": (
        *("ruff/PLW0133", "a.py", 3),
        (
            FUNCTION + "y = 1\n    ValueError('x')",
            FUNCTION + "y = 1\n    MyError('x')",
            "@abstractmethod\ndef f(x):\n    NotImplementedError('x')",
        ),
    ),
    "a name that is nowhere": (
        *("ruff/F821", "a.py", 3),
        (
            FUNCTION + "y = 1\n    return x + name",
            FUNCTION + "return 1\n    return x + name",
            FUNCTION + "if sys.version_info < (3,):\n        name(x)",
            FUNCTION + "y: int\n    y: name = 1",
            "import a\n\nname()",
            "@skip\ndef f():\n    name()",
            "class A:\n    def __cmp__(self, other):\n        return name(1)",
            FUNCTION
            + "try:\n        name()\n    except NameError: ...".replace("try:\n", "try:\n"),
            FUNCTION + "y = 1\n    return name(x) if PY2 else x",
            FUNCTION + "y = 1\n    return sys.platform == 'win' and name",
            FUNCTION + "globals()['name'] = 1\n    name()",
            FUNCTION + "y = 1\n    name()  # undefined on purpose",
            "class FakeLock:\n    def wait(self):\n        name()",
            "# name is not defined; called nowhere\n" + FUNCTION + "name()",
            "class A:\n    def _f(self):\n        name()",
            FUNCTION + "# XXX: this is broken\n    name()",
            FUNCTION + "y = 1\n    name()\n    x.has_key('a')",
        ),
    ),
    "a local name that comes too early": (
        *("ruff/F823", "a.py", 3),
        (
            FUNCTION + "if x:\n        print(name)\n    name = 1",
            FUNCTION + "for x in y:\n        print(name); name = 1",
        ),
    ),
    "an export of nothing": (
        *("ruff/F822", "a.py", 1),
        ("__all__ = ['x']", "__all__ = ['x']\n\ndef __getattr__(name): ..."),
    ),
    "a handler that handles nothing": (
        *("ruff/B025", "a.py", 5),
        (
            "try:\n    f()\nexcept (A, B):\n    g()\nexcept A:\n    h()",
            "try:\n    f()\nexcept (A, B):\n    g()\nexcept (A, C):\n    h()",
        ),
    ),
    "a message that was to be compared": (
        *("ruff/RUF040", "tests/a.py", 1),
        ("assert f(), 42", "assert f() > 0, 1"),
    ),
    "an export that is no text": (
        *("ruff/PLE0604", "a.py", 1),
        ("__all__ = ['x', 1]", "__all__ = ['x', *names]"),
    ),
    "a comparison with what is equal to nothing": (
        *("ruff/PLW0177", "a.py", 1),
        ("if x == nan: ...", "if x is nan: ..."),
    ),
    "a mode in tens": (
        *("ruff/RUF064", "a.py", 1),
        ("os.chmod(p, 644)", "os.chmod(p, 420)", "os.chmod(p, 493)"),
    ),
    "a key with two values": (
        *("ruff/F601", "a.py", 1),
        (
            "{'>': more, '>': less}",
            "{'>': more, '>': more}",
            "{1: 1, 1.0: 2}",
            "{'a': 1, 'a': 2, " + ", ".join(f"'{n}': {n}" for n in range(20)) + "}",
        ),
    ),
    "a text without places": (
        *("ruff/F507", "a.py", 1),
        ("'a' % (x,)", "'a' % x"),
    ),
    "a set that changes while it is gone through": (
        *("ruff/PLE4703", "a.py", 1),
        ("for x in s:\n    s.remove(x)", "for x in s:\n    s.remove(x)\n    break"),
    ),
    "a default that all calls share": (
        *("ruff/B006", "a.py", 2),
        (
            "class A:\n    def f(self, x, a=[]): a.append(x)",
            "def g():\n    def f(x, a=[]): a.append(x)",
            "\ndef f(x, a=[0]): a[0] += x",
            "\ndef f(x, a={}): del a[x]",
            "\ndef f(x, a={}): a.setdefault('x', 1)",
            "\ndef f(x, a={}): a['x'] = f'Bearer {x._KEY}'",
        ),
    ),
    "a pause without a unit": (
        *("ponder/go-sleep-without-unit", "a.go", 1),
        ("time.Sleep(500)", "time.Sleep(1)"),
    ),
    "a length that is decided on": (
        *("ponder/python-impossible-length", "a.py", 1),
        ("if len(x) >= 0: ...", "assert len(x) >= 0"),
    ),
    "a message that lacks a value": (
        *("ruff/PLE1206", "a.py", 2),
        ("import logging\nlogger.info('%s')", "import loguru\nlogger.info('%s')"),
    ),
    "a file of this version": (
        *("ruff/invalid-syntax", "a.py", 1),
        ("def f(:", "print 'x'", "x = {{ name }}", "<<<<<<< mine"),
    ),
    "an await in a module": (
        *("ruff/PLE1142", "a.py", 2),
        ("def f():\n    await x", "\nawait x"),
    ),
    "a method that is not called": (
        *("ponder/python-method-not-called", "a.py", 1),
        ("if x.isdigit: ...", "if x.is_dir: ..."),
    ),
    "a document without a loader": (
        *("ponder/python-unsafe-yaml-load", "a.py", 1),
        ("yaml.load(x)", "yaml.load(x, Loader=yaml.Loader)", "yaml.load(x); yaml = YAML()"),
    ),
    "a length in the place of an array": (
        *("ponder/javascript-result-of-push-kept", "a.js", 1),
        ("a = a.push(1); let a = [];", "a = a.push(1); let a = List();"),
    ),
    "a date format for all threads": (
        *("ponder/java-shared-date-format", "A.java", 1),
        ("static SimpleDateFormat a;", "static SimpleDateFormat a; synchronized void f() {}"),
    ),
    "a length in a condition": (
        *("ponder/javascript-impossible-length", "a.js", 1),
        ("if (a.length >= 0) {}", "return typeof a.length === 'number' && a.length >= 0;"),
    ),
    "a call of what is none": (
        *("eslint/no-obj-calls", "a.js", 1),
        ("Math();", "try { Math(); }"),
    ),
    "a type that is none": (
        *("eslint/valid-typeof", "a.js", 1),
        ("typeof a === 'strnig'", "typeof a === 'unknown'"),
    ),
    "a thing beside itself": (
        *("ponder/javascript-same-on-both-sides", "a.js", 1),
        ("a.b && a.b", "a.b !== a.b"),
    ),
    "a request in a query": (
        *("ponder/python-request-in-sql", "a.py", 2),
        ("a = request.args['a']\nrun(a)", "a = int(request.args['a'])\nrun(a)"),
    ),
    "a map that is nil": (
        *("ponder/go-write-to-nil-map", "a.go", 1),
        ("var m map[a]b\nm[1] = 2", "var m map[a]b\nfill(m)\nm[1] = 2"),
    ),
    "a word that is stripped": (
        *("ponder/go-cutset-taken-for-prefix", "a.go", 1),
        ('strings.TrimLeft(s, "http")', 'strings.TrimLeft(s, "()")'),
    ),
    "a text that is compared by identity": (
        *("ponder/java-text-compared-by-identity", "A.java", 1),
        ('if (a == "b") {', "if (a == b) {"),
    ),
    "a job for strangers": (
        *("actionlint/untrusted", ".github/workflows/a.yml", 2),
        ("on: pull_request_target\nrun: x", "on: push\nrun: x"),
    ),
    "a key that opens something": (
        *("secret/token", "a.py", 1),
        ("key = 'ghp_a'", "key = 'AIza_a'", "-----BEGIN PRIVATE KEY-----", "# key = 'ghp_a'"),
    ),
    "a script that nobody fills in": (
        *("shellcheck/SC2193", "a.sh", 1),
        ("[ x = y ]", "[ @PREFIX@ = y ]"),
    ),
}


def report(name: str, path: str, line: int, last: int) -> Report:
    tool, _, rule = name.partition("/")
    return Report(tool, rule, path, line, last, "Undefined name `name`", Rule("suspicious"))


def is_proven(name: str, path: str, line: int, text: str) -> bool:
    quiet = "tests" if path.startswith("tests") else ""
    source = Source(path, "", text, quiet)
    return holds(report(name, path, line, len(source.lines)), source)


@pytest.mark.parametrize("what", PAIRS)
def test_a_report_is_proven_unless_something_speaks_against_it(what: str) -> None:
    name, path, line, (plain, *meant) = PAIRS[what]
    assert is_proven(name, path, line, plain)
    for text in meant:
        assert not is_proven(name, path, line, text), text


def test_only_rules_that_analysers_have_are_proven() -> None:
    known = {f"{each.prefix}/{rule}" for each in LINTERS.values() for rule in each.rules}
    assert PROOFS.keys() <= known
    assert PROOFS.keys() >= IN_TESTS


@pytest.mark.parametrize("quiet", ["tests", "examples"])
def test_mistakes_in_tests_and_examples_may_be_made_to_be_met(quiet: str) -> None:
    found = report("ruff/F632", "a.py", 1, 1)
    assert holds(found, Source("a.py", "", "x is 1"))
    assert not holds(found, Source("a.py", "", "x is 1", quiet))


PLACES = (
    "tools/a.py setup.py src/legacy/a.py src/a_old.py src/docbook-xsl-1.76.1/a.py "
    "packages/x/scripts/a.py src/experimental/a.py src/six.py"
).split()


@pytest.mark.parametrize("path", PLACES)
def test_what_nobody_runs_or_others_keep_is_not_proven(path: str) -> None:
    assert not is_proven("ruff/F632", path, 1, "x is 1")


@pytest.mark.parametrize("path", ["src/tools/a.py", "bin/a.py", "a.py", "src/old_age.py"])
def test_what_its_users_run_is_proven(path: str) -> None:
    assert is_proven("ruff/F632", path, 1, "x is 1")


@pytest.mark.parametrize(
    ("text", "is_old"),
    [
        ("import urllib2", True),
        ("try:\n    import urllib2\nexcept ImportError: ...", False),
        ("import urllib2\nimport six", False),
        ("print 'x'", True),
        ("print('x')", False),
    ],
)
def test_a_file_is_of_python_2_where_nothing_bridges_to_3(text: str, is_old: bool) -> None:
    assert is_of_python_2(text) is is_old


def test_what_a_package_exports_may_be_a_module_beside_it() -> None:
    assert is_proven("ruff/F822", "x/a.py", 1, "__all__ = ['x']")
    assert not is_proven("ruff/F822", "x/__init__.py", 1, "__all__ = ['x']")
    named = Report("ruff", "F822", "x/__init__.py", 1, 1, "Undefined name `Handler`", Rule("x"))
    assert holds(named, Source("x/__init__.py", "", "__all__ = ['Handler']"))


@pytest.mark.parametrize("text", ["x is 1  # on purpose", "# a dummy\nx is 1", "# Generated by me"])
def test_what_was_made_or_is_said_to_be_meant_is_not_proven(text: str) -> None:
    line = text.count("\n") + 1
    assert not holds(report("ruff/F632", "a.py", line, line), Source("a.py", "", text))


def test_a_rule_that_is_not_in_the_table_and_a_line_that_is_not_there_prove_nothing() -> None:
    assert not holds(report("ruff/F811", "a.py", 1, 1), Source("a.py", "", "x"))
    assert not holds(report("ruff/F632", "a.py", 9, 9), Source("a.py", "", "x"))


def test_a_switch_that_is_turned_on_for_good_is_no_slip() -> None:
    source = Source("a.js", "", "if (!a === b || true) {}")
    name = "eslint/no-constant-binary-expression"
    for said, proven in (("Unexpected constant binary expression. C", True), ("Constant", False)):
        found = Report("eslint", name[7:], "a.js", 1, 1, said, Rule("dead-check"))
        assert holds(found, source) is proven
