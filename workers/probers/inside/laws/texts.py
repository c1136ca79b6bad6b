"""What takes a text apart loses no letter of it, and makes up none: where its parts make up the
text in so many cases that it cannot be chance, they do in all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..evaluate import Failed
from ..package import Callable_
from ..pool import Pool
from ..trial import Trial

_APART = re.compile(r"(^|_)(parse\w*|split\w*|token\w*|lex|scan|chunks?|segments?|lines)(_|$)")
_MOST = 60
_LEAST = 8
_SHARE = 0.7
_BODY = """\
text = {text}
parts = "".join(map(str, {call}(text)))
assert "".join(parts.split()) == "".join(text.split())"""


def trials(pool: Pool) -> Iterator[Trial]:
    for function in pool.package.functions:
        if not _APART.search(function.name):
            continue
        texts = [each for each in pool.texts(function, _MOST) if len(each) > 8]
        whole = [each for each in texts if _is_whole(pool, function, each)]
        if len(whole) < max(_LEAST, _SHARE * len(texts)):
            continue
        says = f"the parts that `{function.symbol}` gives make up the text"
        for each in texts:
            body = _BODY.format(text=each, call=function.text)
            yield Trial(
                "texts", function.module, function.symbol, function.line, says, body, "whole"
            )


def _is_whole(pool: Pool, function: Callable_, text: str) -> bool:
    """In parts that are objects of the package: they know what they are made of."""
    body = _BODY.format(text=text, call=function.text)
    parts = pool.running.fresh(f"[*{function.text}({text})]")
    if isinstance(parts, Failed) or not parts:
        return False
    roots = {type(each).__module__.partition(".")[0] for each in parts}
    return roots <= pool.package.roots and pool.running.body(body) is None
