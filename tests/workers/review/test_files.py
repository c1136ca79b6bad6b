"""Files of all kinds in one change: each is looked at, or it is said why not."""

from __future__ import annotations

from tests.github_stand_in.bare import Entry, Files
from tests.workers.review.conftest import CART, FAULTY, Stage

WIDE = "x" * 40_000


async def test_files_of_all_kinds_are_looked_at_or_it_is_said_why_not(stage: Stage) -> None:
    base: Files = {
        "shop/moved.py": FAULTY.replace("remember", "recall"),
        "shop/gone.py": FAULTY,
        "shop/old.py": FAULTY.replace("remember", "keep"),
        "shop/mode.py": FAULTY.replace("remember", "note"),
        "shop/alias.py": Entry("120000", "cart.py"),
        "shop/real.py": CART,
        "lib/part": Entry("160000", "a" * 40),
    }
    stage.alice.pushes(stage.there, stage.there.default_branch, base, "More")
    await stage.until_quiet()
    files: Files = {
        "shop/moved.py": None,
        "shop/away.py": f"{base['shop/moved.py']}\n\nSIZE = 3\n",
        "shop/mode.py": Entry("100755", FAULTY.replace("remember", "note")),
        "shop/alias.py": CART,
        "shop/real.py": Entry("120000", "../../../etc/passwd"),
        "shop/folder": Entry("120000", "../shop"),
        "lib/part": Entry("160000", "b" * 40),
        "lib/more": Entry("160000", "c" * 40),
        "-rf.py": FAULTY.replace("remember", "dashed"),
        'shop/two\n"lines".py': FAULTY.replace("remember", "lines"),
        ":(top)*.py": CART,
        "shop/caf\udce9.py": FAULTY,
        "shop/gone.py": None,
        "shop/old.py": FAULTY.replace("remember", "keep").replace("\n", "\r\n"),
        "shop/crlf.py": FAULTY.replace("remember", "crlf").replace("\n", "\r\n"),
        "shop/endless.py": FAULTY.replace("remember", "endless").rstrip("\n"),
        "shop/latin.py": ("# -*- coding: latin-1 -*-\n# caf\xe9\n" + FAULTY).encode("latin-1"),
        "shop/image.png": b"\x89PNG\r\n\x1a\n\0\0\0",
        "shop/wide.js": f"const a = '{WIDE}';\n",
        "shop/huge.py": "A = 1\n" * 180_000,
        "shop/made.py": "# @generated\n" + FAULTY,
        "shop/empty.py": "",
        "vendor/x.py": FAULTY,
        "shop/späße, und mehr.py": FAULTY.replace("remember", "spass"),
        ".gitattributes": "* linguist-generated\n",  # the base says nothing of that
    }
    stage.alice.pushes(stage.there, "topic", files, "All kinds")
    pull = stage.alice.opens(stage.there, "topic")
    await stage.until_quiet()
    run = stage.check(pull)
    found = {(each.path, each.start_line) for each in await stage.findings(pull)}
    assert found == {
        ("-rf.py", 8),
        ('shop/two\n"lines".py', 8),
        ("shop/crlf.py", 8),
        ("shop/endless.py", 8),
        ("shop/späße, und mehr.py", 8),
    }
    assert run.output["title"] == "5 problems found"
    fine, left = run.output["summary"].split("Nothing was found in ")[1].split("\n\n", 1)
    assert fine == (
        "`:(top)*.py`, `shop/alias.py`, `shop/away.py`, `shop/empty.py`, `shop/old.py`."
    )
    assert left.split("\n")[2:] == [
        "- binary: `shop/image.png`",
        "- broken on purpose, or copied from others: `vendor/x.py`",
        "- generated: `shop/made.py`",
        "- its content is as it was: `shop/mode.py`",
        "- its name is not UTF-8: `shop/caf\\xe9.py`",
        "- larger than 1 MiB: `shop/huge.py`",
        "- minified: `shop/wide.js`",
        "- not UTF-8, which analysers need: only secrets are looked for: `shop/latin.py`",
        "- not code: only secrets are looked for: `.gitattributes`",
        "- submodule: `lib/more`, `lib/part`",
        "- symlink: `shop/folder`, `shop/real.py`",
    ]
