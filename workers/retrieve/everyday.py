"""What people say who know the product and not its parts, and what the trade calls it.

A line is an everyday word, then the words that code and documents have for it. General knowledge,
written down once: nothing here is about one repository. Phrases are for words that mean nothing
by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from workers.index.terms import terms

MEANT = 0.5
"""How much a word counts that stands for an everyday one, beside a word of the question."""
PHRASE = 0.8

_WORDS = """
accents encoding unicode charset; add-on plugin extension; address url host path route
age expire max; alive heartbeat health ping keepalive; answer response reply result; ask request
ban block deny; basket cart session; believe trust verify; box container store
broken invalid error; browser client request cookie; calendar date; chatty verbose log debug
cheat forge spoof; choice enum option options; chore task job command; clean sanitize strip
click request; clock time; colour color; complain error raise warn; complaint error issue
computer host machine server; country locale region; crash error exception panic traceback
cut truncate split; danger unsafe security; day date; description schema; die exit error
disk file storage save; door port socket listen; double duplicate; draw render; drop omit remove
edit change reload; everybody all any; extras params query; fake mock test; fast performance
fill render default; flaky retry; flood limit throttle rate; forge signature csrf
forget clear expire reset; forgot reset; frame iframe; freeze block deadlock timeout
garbage encoding decode charset; gibberish encoding decode charset; glue join concat
go-between proxy; greet handshake; grumble warn; guest anonymous; hand serve send
hang block timeout wait; hear listen receive; hidden private exclude; hide mask exclude
hole vulnerability security; home root base directory; hour time timezone
huge large size stream limit; idle keepalive timeout; inbox mail email; jam block queue
jump redirect; keep store save cache; kept store save cache; key token secret; knock connect
laptop debug development; late delay timeout; later defer delay schedule; leak close cleanup
leaves exit close; leftover cleanup; letter mail message character characters encoding
line connection row; link url; long length limit max timeout; loop cycle recursion
lost disconnect missing; machine host server; mail email; mend fix repair; middleman proxy
mistake error; moment time timestamp now; monthly cron schedule; name id key label
night cron schedule; nobody anonymous none; note message payload event; nothing none empty null
notice message flash alert; number id count; offline disconnect connection; order enqueue sort
outcome result; overload limit throttle; owner user permission; pack serialize encode compress
page view template response route; part component module chunk field; path route url; people user
person user; photo image; picture image file static; piece chunk part; pile queue list
pin certificate fingerprint; plain default; plan schedule; port listen bind socket
pretend mock fake test client; private secret; problem error issue errors issues; promise future
proof token jwt signature; prove authenticate verify; put save write; queue line
quit shutdown exit; recognise identify session cookie; recognize identify session cookie
refuse reject deny forbidden invalid; remember cache store session cookie save; repeat retry loop
robot bot; round cycle loop; rule validator check constraint; scrambled hash encrypt
script escape; sealed signature sign hmac; secret password token key; seller vendor
shape schema struct; share common; sheet css; shown render display; shrink compress
shut close shutdown cleanup; sign signature; silent quiet log; site app host domain
slow timeout performance; sneaky malicious; somebody user; someone user; spinning timeout block
spy trace log; stamp timestamp; steal hijack; step middleware hook handler; stolen hijack
stop shutdown cancel close; strange invalid unknown; stranger anonymous unauthorized
stuck block timeout deadlock; swap replace override adapter; table model
talk send receive connection; task job; teach register add parser; ticket issue; tidy cleanup
timer timeout; together concurrent combine; tomorrow defer delay schedule; touch update affect
traffic request throttle; trick spoof forge; trust verify trusted; twice duplicate again retry
typed input; understand parse decode; undo rollback revert; unpack parse decode decompress
vanish expire remove; visit request; visitor client user request; wait timeout sleep block
watch trace monitor signal log; web http; weekly cron schedule; wipe delete clear; word name
work job task; write save send; wrong invalid error bad; yes-or-no boolean safe
"""

_PHRASES = """
add-on=plugin; add-ons=plugin; all at once=batch bulk; as a whole=read
at the same time=concurrent lock; back office=admin; behind the scenes=async
bit by bit=stream chunk; blow up=error; blows up=error; both ways=websocket
cut off=truncate timeout cancel; fall over=crash error; falls over=crash error
first lines=headers; get in=login; get rid of=delete remove; give up=timeout abort
gives up=timeout abort; go down=shutdown; goes down=shutdown; goes wrong=error exception
going down=shutdown; hang up=disconnect; hangs up=disconnect; hung up=disconnect; in between=proxy
in the background=async task; keeps waiting=timeout block; kept open=keepalive; kick out=logout
kicked out=logout expire; leave out=omit; left out=optional; log file=log; log in=login
log out=logout; logged in=login; logs in=login; look up=resolve lookup; looked up=resolve lookup
looks up=resolve lookup; never answers=timeout; never comes back=timeout; no answer=timeout
no longer accepted=expire; not accepted=reject; on top of each other=nested; once more=retry
one by one=iterate; only once=unique once; opens up=open; out of order=sort; pass on=forward
passed on=forward; piece by piece=stream chunk; pop up=message; runs out=expire
secret word=password; side by side=concurrent; sign in=login; sign up=register
stay open=keepalive; style sheet=css static; style sheets=css static; take over=override
throw away=discard; thrown away=discard; throws away=discard; time zone=timezone
too big=limit max size; too large=limit max size; too long=limit max timeout
too many=limit max exceed; too often=limit throttle; too slow=timeout; top lines=headers
tries again=retry; try again=retry; turn down=reject; turned down=reject; turns down=reject
web address=url; web addresses=url; went wrong=error exception
what went wrong=error exception traceback; write down=save log; written down=save log
wrong order=sort; yes or no=bool
"""


def meant(text: str, own: Collection[str]) -> dict[str, float]:
    """Terms that the words of a text stand for, with weights; `own` are its terms."""
    found = {
        term: PHRASE
        for phrase in _ANY_PHRASE.findall(text)
        for term in _MEANT_BY_PHRASE[" ".join(phrase.lower().split())]
    }
    for word in own:
        for term in _MEANT_BY_WORD.get(word, ()):
            found.setdefault(term, MEANT)
    return {term: weight for term, weight in found.items() if term not in own}


def _by_word(lines: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for entry in lines.strip().replace("\n", ";").split(";"):
        word, *others = [terms(each) for each in entry.split()]
        table.setdefault(word[-1], {}).update(dict.fromkeys(t for other in others for t in other))
    return {word: tuple(others) for word, others in table.items()}


def _by_phrase(lines: str) -> dict[str, tuple[str, ...]]:
    pairs = (entry.split("=") for entry in lines.strip().replace("\n", ";").split(";"))
    return {phrase.strip(): tuple(terms(others)) for phrase, others in pairs}


_MEANT_BY_WORD = _by_word(_WORDS)
_MEANT_BY_PHRASE = _by_phrase(_PHRASES)
_ANY_PHRASE = re.compile(
    r"\b(?:" + "|".join(phrase.replace(" ", r"\s+") for phrase in _MEANT_BY_PHRASE) + r")\b",
    re.IGNORECASE,
)
