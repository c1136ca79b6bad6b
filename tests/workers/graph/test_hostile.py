"""Whatever a repository says, an answer comes, and soon."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.graph.trees import Repository
from workers.graph.configs import read
from workers.graph.pagerank import power, ranks
from workers.index.packed import pack, unpack
from workers.index.parse import read_links
from workers.languages import language_of


def test_modules_that_import_each_other() -> None:
    repository = Repository(**{
        "a.py": "from b import x, y\nfrom b import *\n\ndef f():\n    x()\n    y()\n    z()\n",
        "b.py": "from a import x\nfrom a import *\n\ndef y(): ...\n",
    })  # fmt: skip
    assert repository.meant("a.py", "    x()", "x") == []
    assert repository.meant("a.py", "    y()", "y") == ["b.py:4"]
    assert repository.meant("a.py", "    z()", "z") == []


def test_a_class_that_inherits_from_itself() -> None:
    repository = Repository(**{
        "a.py": "class A(B):\n    def f(self):\n        self.g()\n\nclass B(A): ...\n\n"
        "class C(C): ...\n"
    })  # fmt: skip
    assert repository.meant("a.py", "self.g", "g") == []
    heirs = repository.questions.implementers(repository.place("A"))
    assert [repository.graph.qualified(p.file, p.symbol) for p in heirs] == ["B"]
    assert repository.questions.implementers(repository.place("C")) == []


def test_variables_that_hold_each_other() -> None:
    """Through modules, where no scope is left in between."""
    repository = Repository(**{
        "a.py": "from b import two\none = two\none.go()\n",
        "b.py": "from a import one\ntwo = one\ntwo.go()\n",
    })  # fmt: skip
    assert repository.meant("a.py", "one.go", "go") == []


def test_variables_that_hold_each_other_and_are_called() -> None:
    repository = Repository(**{
        "a.py": "from b import two\none = two\none().go()\n",
        "b.py": "from a import one\ntwo = one\ntwo().go()\n",
    })  # fmt: skip
    assert repository.meant("a.py", "one().go", "go") == []


def test_values_that_are_their_own() -> None:
    text = "def f():\n    a = b\n    b = a\n    a.go()\n\nx = y.z\ny = x.z\ny.go()\n"
    assert Repository(**{"a.py": text}).meant("a.py", "y.go", "go") == []


def test_ten_thousand_imports() -> None:
    lines = [f"from m{n % 7} import name{n} as n{n}" for n in range(10_000)]
    stars = [f"from m{n} import *" for n in range(10_000)]
    texts = {f"m{n}.py": f"from m{(n + 1) % 7} import *\n\ndef only{n}(): ...\n" for n in range(7)}
    texts["a.py"] = "\n".join([*lines, *stars, "only3()", "nobody()", "n9999()"])
    repository = Repository(**texts)
    assert repository.meant("a.py", "only3()", "only3") == ["m3.py:3"]
    assert repository.meant("a.py", "nobody()", "nobody") == []
    assert repository.meant("a.py", "n9999()", "n9999") == []


def test_a_long_chain_of_modules_and_of_classes() -> None:
    texts = {f"m{n}.py": f"from m{n + 1} import *\n" for n in range(2_000)}
    texts["m2000.py"] = "def far(): ...\n"
    texts["a.py"] = "from m0 import far\n\nfar()\n"
    texts["c.py"] = "\n".join(f"class C{n}(C{n + 1}): ..." for n in range(2_000)) + "\nC0().go()\n"
    repository = Repository(**texts)
    assert repository.meant("a.py", "far()", "far") in ([], ["m2000.py:1"])
    assert repository.meant("c.py", "C0().go", "go") == []


def test_configurations_that_make_no_sense() -> None:
    texts = {"package.json": "[" * 100_000, "tsconfig.json": '{"compilerOptions": {"paths": [1]}}'}
    texts |= {"a/package.json": '{"name": 7}', "a/tsconfig.json": "null", "go.mod": "module"}
    assert read(texts).packages == {}


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abc.()=:'\"\n ->import from as class def self\\", max_size=200))
def test_links_are_the_same_after_they_were_stored(text: str) -> None:
    for path in ("a.py", "a.ts", "a.php"):
        links = read_links(language_of(path, ""), text)
        assert unpack(pack(links)) == links


def test_what_is_used_most_ranks_first() -> None:
    texts = {f"u{n}.py": "from core import hub\n\ndef f():\n    hub()\n" for n in range(5)}
    texts["core.py"] = "def hub():\n    leaf()\n\ndef leaf(): ...\n\ndef alone(): ...\n"
    repository = Repository(**texts)
    found = ranks(repository.questions)
    best = max(found.symbols, key=lambda place: found.symbols[place])
    assert repository.graph.qualified(best.file, best.symbol) in {"hub", "leaf"}
    assert int(found.files.argmax()) == repository.graph.tree.numbers["core.py"]
    assert found.used_by[repository.place("hub")] == 5


@given(
    st.integers(1, 12).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.dictionaries(
                st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)),
                st.floats(0.01, 5),
            ),
        )
    )
)
def test_ranks_add_up_to_one(graph: tuple[int, dict[tuple[int, int], float]]) -> None:
    assert abs(power(*graph).sum() - 1) < 1e-6
