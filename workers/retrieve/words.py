"""Words that programmers write for one another: abbreviations, and near-synonyms.

A line is the word that a question may use, then the words that code may have instead. General
knowledge of the trade, written down once: nothing here is about one repository.
"""

from __future__ import annotations

from workers.index.terms import terms

_ABBREVIATIONS = """
address addr; addresses addr; administration admin; administrator admin; allocate alloc
allocator alloc; application app; argument arg; arguments args; asynchronous async
attribute attr; authenticate auth; authentication auth; authorization auth authz; authorize auth
boolean bool; buffer buf; button btn; calculate calc; callback cb; certificate cert
character char; column col; command cmd; condition cond; configuration config conf cfg
configure config conf cfg; connection conn; context ctx; coordinate coord; count cnt
database db; declaration decl; definition def; delete del; description desc; descriptor desc fd
destination dest dst; development dev; dictionary dict; directory dir; document doc
documentation doc docs; environment env; error err exc; event evt; exception exc error
execute exec; execution exec; expression expr regex; extension ext; frequency freq
function func fn; generate gen; generator gen; identifier id ident; identity id; image img
implementation impl; index idx; information info; initialise init; initialize init; input in
integer int; internationalization i18n; iterate iter; iterator iter; keyword kw; keywords kwargs
language lang; length len; library lib; localization l10n; maximum max; message msg; minimum min
multiple multi; navigation nav; number num; object obj; operation op; operator op; option opt
options opts; original orig; output out; package pkg; parameter param; parameters params
password pwd passwd; pattern regex; pointer ptr; position pos; preference pref; prefix pre
previous prev; procedure proc; process proc; processor proc; production prod; property prop
publish pub; query qry; reference ref; regular re; repository repo; request req
response resp res; separator sep; sequence seq; source src; specification spec; standard std
statistics stats; string str; subscription sub; substitute sub; synchronize sync
synchronous sync; table tbl; temporary temp tmp; text txt; time ts; timestamp ts
transaction txn tx; translation trans; utility util; value val; variable var; window win
"""

_SYNONYMS = """
abort cancel stop; accept allow receive; account user; add append insert register push include
again retry repeat; all every; allow permit accept enable; append add push
argument parameter param; assert test; attach add bind register; begin start
body payload content data; broken invalid bad malformed; build make create construct assemble
call invoke run execute apply; callback hook handler listener; cancel abort stop
change set update modify alter; check validate verify test ensure is has; choose select pick
clear reset; close shutdown stop end; collect gather accumulate; collection list set
column field; combine merge join concat; commit save; compare equal eq match diff
complain raise error warn; complete finish done end; compress gzip deflate zip
concurrent lock parallel simultaneous; config setting option; construct build make create
content body data; convert to cast transform coerce as; copy clone duplicate
count number len size; crash error exception panic; create make new build construct add
decide check select choose resolve; decode parse deserialize load
decompress inflate gunzip zlib; default fallback initial; defer delay; delay defer wait
delete remove del discard drop destroy; deny forbid refuse reject disallow
deserialize decode load parse; destroy delete remove; determine check is resolve detect get
digest hash; directory folder; disable off; discard remove drop; display show render print
download file stream; drop remove delete discard; duplicate copy; empty blank none null
enable on; encode serialize dump; encrypt cipher; end finish close stop; equal eq compare
error exception fail failure invalid; escape quote; event signal callback; evict remove expire
exceed over max limit; exception error; execute run call; exit quit stop
expire timeout ttl expiration; expiry expire ttl; extract parse get; fail error raise reject
failure error; fallback default; fetch get retrieve load; field column attribute
find lookup search get locate resolve; finish complete done end; folder directory dir
forbid deny disallow; format render stringify; gather collect; generate make create build
handle process; handler callback view; hash digest; header headers; hide conceal mask
hook callback signal middleware; idle timeout keepalive; ignore skip; inflate decompress
inherit extend subclass; insert add put; install register setup add; invalid bad error wrong
invoke call run; join merge concat; keep store hold cache save; key secret
large max limit size big; length size len; limit max restrict bound; list all array
listener callback handler; load read import get; locate find; location path; lock mutex
log record write; login signin auth; look lookup find; malformed invalid bad; mask hide
match equal compare regex; merge join combine update; missing none absent empty required
modify change update alter; name label; nested child inner recursive; notify signal callback
obtain get; once lock unique; option setting flag; optional default none; order sort
overwrite replace; parent base super; parse read decode load; path location
pause wait sleep suspend; payload body data; performance speed; permission allow access
permit allow; persist save store; pick select choose; prevent block protect avoid guard
print show write output; protect guard prevent; query sql select; quote escape
raise throw error; random secrets uuid; read load receive parse get; receive read recv handle
record log store; redirect location; refresh update reload; refuse reject deny; register add
reject deny refuse disallow forbid invalid error; release free close; remember cache store save
remove delete del discard drop pop clear unset strip purge; rename name; render template format
repeat retry again; replace substitute swap; require must need; reset clear; restore reset load
retrieve get fetch find load lookup; retry again repeat; return get; revert rollback undo
rollback undo revert; route path url dispatch; row record; run execute call
save store write persist; schedule cron defer plan; search find lookup; secret key token
select choose pick; send write emit dispatch post; serialize encode dump; setting config option
shorten truncate; show display render; shutdown close stop; sign signature
signal event callback; size length len bytes; skip ignore; slow performance; sort order
split partition divide; start begin run init open launch
stop close shutdown end finish terminate cancel abort; store save put set write; strip trim
subclass inherit; suspend pause; table model; template render; terminate stop close kill exit
thread lock concurrent; timeout expire deadline; token key; transform convert map
translate convert map gettext; trim strip; truncate cut shorten; turn convert to transform
undo rollback revert; unique uuid; update set change refresh; upload file multipart
user account; validate check verify clean; verify check validate; version release
wait sleep await block join; warn warning; whether is has can should; write dump save emit send
wrong invalid bad error
"""


def _table(lines: str, *, both_ways: bool) -> dict[str, tuple[str, ...]]:
    """Stemmed, as terms are."""
    table: dict[str, dict[str, None]] = {}
    for entry in lines.replace("\n", ";").split(";"):
        word, *others = [term for each in entry.split() for term in terms(each)] or [""]
        for other in others:
            table.setdefault(word, {})[other] = None
            if both_ways:
                table.setdefault(other, {})[word] = None
    return {word: tuple(others) for word, others in table.items()}


ABBREVIATED = _table(_ABBREVIATIONS, both_ways=True)
ALIKE = _table(_SYNONYMS, both_ways=False)
