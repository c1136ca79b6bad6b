"""Whether a file of Python is of a time before Python 3: who runs it today has other worries."""

from __future__ import annotations

import re
from functools import lru_cache

_PYTHON_2 = re.compile(
    r"^[^\S\n]*print\s+[\w\"'%]|^[^\S\n]*print\s*>>|"
    r"^[^\S\n]*exec\s+[\"'\w]|^[^\S\n]*except\s++[\w., ()]{1,200},\s*\w+\s*:|"
    r"^[^\S\n]*raise\s+\w+,|"
    r"^(?:import|from) (?:urllib2|urlparse|httplib|ConfigParser|Queue|StringIO|"
    r"cStringIO|cPickle|Tkinter|HTMLParser|__builtin__|commands|cookielib|exceptions|sets)\b|"
    r"\.(?:has_key|iteritems|itervalues|iterkeys)\(|(?<![\w.])(?:xrange|raw_input|unichr|execfile)\(|"
    r"\b__metaclass__ =|\bsys\.maxint\b|\bstring\.(?:join|letters|maketrans)\b|\bos\.getcwdu\b|"
    r"\.(?:func_name|func_code|im_func|im_self)\b",
    re.MULTILINE,
)
_BRIDGES = re.compile(r"\bsix\b|\bPY[23]\b|version_info|compat\b|\bfuture\b|except (?:Name|Import)")


@lru_cache(maxsize=64)
def is_of_python_2(text: str) -> bool:
    """It has what Python 3 lacks, and nothing that bridges the two."""
    return bool(_PYTHON_2.search(text)) and not _BRIDGES.search(text)
