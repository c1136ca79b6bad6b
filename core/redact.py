"""Mask secrets before a text leaves the machine: a model's prompt, a log line, a comment.

Only shapes that are hardly ever anything else count: masking ordinary code would cost an answer.
"""

from __future__ import annotations

import math
import re
from collections import Counter

MASK = "[secret removed by Ponder]"

# Each shape with letters of it: most texts have none of them, and looking for letters costs a
# hundredth of looking for shapes. A shape that begins with its letters is found as fast as these.
_GITLAB = ("pat", "dt", "rt", "cbt", "ptt", "soat", "imt", "ft")
_STRIPE = ("sk_live", "sk_test", "rk_live", "rk_test")
_AMAZON = ("AKIA", "ASIA", "ABIA", "ACCA")
_TOKENS = {
    "gh": r"gh[pousr]_[A-Za-z0-9._-]{36,}",  # GitHub; new ones are a JWT behind the prefix
    "github_pat_": r"github_pat_[A-Za-z0-9_]{22,}",
    **{f"gl{kind}-": rf"gl{kind}-[A-Za-z0-9_-]{{20,}}" for kind in _GITLAB},
    "sk-": r"sk-(?:(?:proj|ant|live|svcacct|admin|or-v1|lf)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{20,})",
    "gsk_": r"gsk_[A-Za-z0-9]{40,}",
    "xai-": r"xai-[A-Za-z0-9]{60,}",
    **{f"{kind}_": rf"{kind}_[A-Za-z0-9]{{16,}}" for kind in _STRIPE},
    "whsec_": r"whsec_[A-Za-z0-9+/=]{24,}",
    **{kind: rf"{kind}[A-Z0-9]{{16}}(?![A-Z0-9])" for kind in _AMAZON},
    "AIza": r"AIza[A-Za-z0-9_-]{35}",
    "GOCSPX-": r"GOCSPX-[A-Za-z0-9_-]{20,}",
    "ya29.": r"ya29\.[A-Za-z0-9_-]{20,}",
    "xox": r"xox[abposre]-[A-Za-z0-9-]{10,}",
    "xapp-": r"xapp-[A-Za-z0-9-]{20,}",
    "npm_": r"npm_[A-Za-z0-9]{36}",
    "pypi-": r"pypi-[A-Za-z0-9_-]{50,}",
    "rubygems_": r"rubygems_[a-f0-9]{48}",
    "hf_": r"hf_[A-Za-z0-9]{30,}",
    "SG.": r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    "key-": r"key-[a-f0-9]{32}",
    "SK": r"SK[a-f0-9]{32}(?![a-f0-9])",
    "_v1_": r"do[opr]_v1_[a-f0-9]{64}",
    "dapi": r"dapi[a-f0-9]{32}",
    "dckr_pat_": r"dckr_pat_[A-Za-z0-9_-]{20,}",
    "lin_api_": r"lin_api_[A-Za-z0-9]{32,}",
    "shp": r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}",
    "sq0": r"sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}",
    "sntry": r"sntry[su]_[A-Za-z0-9+/=_]{40,}",
    "ATATT3": r"ATATT3[A-Za-z0-9_=-]{50,}",
    "hv": r"hv[sb]\.[A-Za-z0-9_-]{24,}",
    "AGE-SECRET": r"AGE-SECRET-KEY-1[0-9A-Z]{58}",
    ":AA": r"\d{8,10}:AA[A-Za-z0-9_-]{33}",
    "eyJ": r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "hooks.slack.com/": r"(?<=hooks\.slack\.com/)(?:services|workflows)/[A-Za-z0-9/_-]{20,}",
    "/webhooks/": r"(?<=discord\.com/api/)webhooks/\d+/[\w-]{30,}",
}
# These begin like a part of a longer word might.
_WORDLIKE = {
    *("sk-", "key-", "SK", "hv", "dapi", "hf_", *_AMAZON),
    *(f"gl{kind}-" for kind in _GITLAB),
    *(f"{kind}_" for kind in _STRIPE),
}


def _token(letters: str, shape: str) -> re.Pattern[str]:
    """What stands before a shape is looked at behind its first letters, so that these are what
    the text is searched for."""
    if letters == ":AA":
        return re.compile(f"(?<![A-Za-z0-9]){shape}")
    if letters not in _WORDLIKE:
        return re.compile(shape)
    return re.compile(f"{letters}(?<![A-Za-z0-9]{letters}){shape.removeprefix(letters)}")


_TOKEN = {letters: _token(letters, shape) for letters, shape in _TOKENS.items()}

_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
# A key inside a program has quotes, escapes and comment signs between its lines.
_KEY_LINE = re.compile(
    r"""(?:[A-Za-z0-9+/=]|\\[nr\\]|[\s"'`,;+#*|>()]|[A-Za-z-]+: [^\n]*(?=\n))*"""
)
_LEAST_KEY = 40

_NAME = (
    r"(?:(?:api|access|account|auth|client|private|secret|encryption|signing|session|master|shared"
    r"|sharedaccess|bot|refresh|webhook)[_-]?(?:key|token|secret)|passw(?:or)?d|passphrase|pwd"
    r"|secret|token|credentials?)"
)
_LONGEST_NAME = 60
_BEFORE_QUOTED = re.compile(rf"(?i){_NAME}[\"'`]?\s*$")
_BEFORE_BARE = re.compile(rf"(?i){_NAME}[A-Za-z0-9_]*\s*$")
_QUOTED = re.compile(r"""((?::=|=>|=|:)\s*[bru]?["'`])([^"'`\s()\[\]{}]{12,})(?=["'`])""")
_BARE = re.compile(r"([=:][ \t]*)([A-Za-z0-9+/=_!#%^&*~.-]{12,}+)")
_ENDS_BARE = re.compile(r"[\s;,&\"']|$")
_HEADER = re.compile(
    r"""(?i)(authorization["']?\s*[:,=]\s*f?["']?(?:bearer|basic|token|apikey)\s+)"""
    r"""([A-Za-z0-9._~+/=-]{16,})"""
)
_IN_URL = re.compile(r"(?<=://)([^\s:/@'\"<>]{0,256}+)(:)([^\s@'\"<>]{1,1000}+)(?=@[\w.\[-])")
_PLACEHOLDER = re.compile(
    r"(?i)[$%{<*\[(].*|.*\$\{?\w+.*|pass(word|wd|phrase)?|pwd|secret|user(name)?|postgres|root|guest"
    r"|example|x+|\*+|\.+|token|my\w*|your\w*|some\w*|foo|bar|test(ing)?"
)
_WORDS = re.compile(r"[A-Za-z][a-z]*(?:[A-Z][a-z]*)*\d{0,2}(?:[._/:-][A-Za-z]+\d{0,2})*")


def _entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _random(value: str) -> bool:
    """Names of settings and translation keys stand where secrets do, and are made of words."""
    return (
        not _WORDS.fullmatch(value)
        and any(c.isdigit() for c in value)
        and _entropy(value) >= 3.3
        and MASK not in value
    )


def _masks(match: re.Match[str]) -> str:
    return f"{match[1]}{MASK}" if _random(match[2]) else match[0]


def _quoted(match: re.Match[str]) -> str:
    return _masks(match) if _named(match, _BEFORE_QUOTED) else match[0]


def _bare(match: re.Match[str]) -> str:
    """Without quotes most values are expressions; a secret mixes capitals, or is long and hex."""
    value = _whole(match)
    mixed = any(c.isupper() for c in value) and any(c.islower() for c in value)
    hexadecimal = len(value) >= 32 and re.fullmatch("[0-9a-f]+", value)
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", value)
    spelled = len(value) > 3.5 * len(words) or re.search(r"[a-z]\.[a-z]", value)
    secret = (mixed or hexadecimal) and not spelled
    if not secret or not _random(value) or not _named(match, _BEFORE_BARE):
        return match[0]
    return f"{match[1]}{MASK}{match[2][len(value) :]}"


def _whole(match: re.Match[str]) -> str:
    """The value so far as something ends it, '' for none. It is looked for here: a pattern that
    tries each end of each value takes forever over a text that is one long line of signs."""
    if _ENDS_BARE.match(match.string, match.end()):
        return match[2]
    value = match[2].rpartition("&")[0]
    return value if len(value) >= 12 else ""


def _named(match: re.Match[str], before: re.Pattern[str]) -> bool:
    """Whether the value is given to a name that secrets have."""
    start = match.start()
    return bool(before.search(match.string[max(0, start - _LONGEST_NAME) : start]))


def _in_url(match: re.Match[str]) -> str:
    user, colon, password = match.groups()
    return match[0] if _PLACEHOLDER.fullmatch(password) else f"{user}{colon}{MASK}"


def _without_keys(text: str) -> str:
    """Mask private keys, whole or cut off; a program that only names the header keeps it."""
    pieces, last = [], 0
    while begin := _KEY_BEGIN.search(text, last):
        body = _KEY_LINE.match(text, begin.end())
        assert body is not None
        if sum(c.isalnum() for c in body[0]) < _LEAST_KEY:
            pieces.append(text[last : begin.end()])
            last = begin.end()
            continue
        closed = _KEY_END.match(text, body.end())
        end = closed.end() if closed else body.end()
        pieces += [text[last : begin.start()], MASK, "\n" * text.count("\n", begin.start(), end)]
        last = end
    return "".join((*pieces, text[last:]))


def redact(text: str) -> str:
    """Return the text with secrets masked. Lines stay lines, so that line numbers stay right."""
    if "PRIVATE KEY" in text:
        text = _without_keys(text)
    for letters, token in _TOKEN.items():
        if letters in text:
            text = token.sub(MASK, text)
    if "://" in text:
        text = _IN_URL.sub(_in_url, text)
    if "uthorization" in text or "AUTHORIZATION" in text:
        text = _HEADER.sub(_masks, text)
    return _BARE.sub(_bare, _QUOTED.sub(_quoted, text))
