"""Words that say nothing about which repository is asked about: plain English, and what people
say of any program.

Where such a word stands nowhere in a repository, the question may still be about it: people say
'glued onto the end' of what the code calls to append. A missing word of a trade says more.
"""

from __future__ import annotations

from workers.index.terms import terms

_ENGLISH = """
able about above accent accents accident according account ache across act action active actual add
address adult advice affect afraid after afternoon again against age ago agree ahead air alive all
allow almost alone along aloud already alright also alter although always ambiguous american among
amount and angry animal announce another answer any anybody anymore anyone anything anyway anywhere
apart appear apple appropriate april area argue arm around arrange arrive art aside ask asleep
attach attempt attention august automated automatic available avoid awake away baby back bad badly
bag ball band bank bar bare basic basket bath bear beat beautiful because become bed beep before beg
began begin beginnings behave behaving behavior behind believe bell belong belongs below belt bend
beneath beside besides best better between beyond big bigger bill bird birth bit bite bitter black
blame blank blind blocked blood blow blows blue board boat body bone book border boring born borrow
both bother bothers bottle bottom bounce bounced bowl box boy brain brave bread break breakfast
breath bridge brief bright bring broad broke broken brother brown brush building bunch burn burst
bus business busy but buy by bye cake calendar call calm came camera can cancel candle cannot
capital car card care careful carry case cat caught cause ceiling center centre certain certainly
chain chair chance change chapter character charge chase chatter chatty cheap cheat cheese chew
chinese choice choose chop chore chosen circle city claim class clean clear clearly clever click
climb clock close cloth clothes cloud clumsy coat coffee coin cold collect color colour come comes
comfortable common company compare complain complaint complaints complete computer concern condition
confuse connect consider consult consulted contain continue control cook cool copy corner correct
cost could count counted country couple course court cover crashed crashes crashing crazy cross
crowd cry cup curious current customer cut daily damage dance danger dangerous dare dark date
daughter day dead deal dear death december decide decision deep definitely degree delay deliver
demand depend describe desk detail determine develop die differ difference different difficult
difficulty dig digit dinner direct direction dirty disappear discard discover discuss dish distance
divide do doctor dog done door double doubt down dozen draw drawn dream dress drink drive drop
dropped drops dry due during dust duty each ear earlier earliest early earn earth ease easily east
easy eat edge edit effect effort egg eight either eleven else elsewhere empty end ended ending
endings ends enemy energy english enjoy enough ensure enter entire entirely entries entry equal
especially european even evening eventually ever every everybody everyone everything everywhere
exact exactly examine example excellent except exchange excite excuse exercise exist expect
expensive experience explain express external extra extreme eye face fact fail fair fall false
familiar family famous far farm fast faster fat father fault favor favour favourite fear february
feed feel feeling felt few fewer fewest fight figure fill final finally find fine finger finish fire
first fish fit five fix flat floor flow flower fly fold folder follow food foot for forbidden force
forever forget forgets forgive forgot form former forth fortune forward found four fourth frame free
freedom freeze french frequent fresh friday friend from front frozen fruit full fun funny further
future gain game garbage garden gate gather gave general gentle german get gift girl give given glad
glass glue glued go goal goes gold gone good goodbye got govern grab grabbed grand grass gray great
green grew grey ground group grow guard guess guessed guesses guessing guest guide gun guy habit
hair half hall hand hang hangs happen happened happening happens happy hard hardly harm hat hate
have he head health hear heart heat heavy height held hello help hence her here hers hidden hide
high higher highest hill him himself hint his history hit hold hole holiday home honest hope horse
hospital hot hour house how however huge human hundred hung hungry hurry hurt husband ice idea
identify if ignore ill imagine immediately important impossible improve in include increase indeed
inform inside instead intend interest into introduce invite iron island issue item itself january
japanese job join joke journey judge july jump june just keen keep keeps kept key kick kid kill kind
king kitchen knee knew knock know knowledge known knows lack lady laid lake land language laptop
large largest last late lately later latest latter laugh law lay lead leak leaking leaks learn
learnt least leave left leftover leg lend less let letter letters level lie lies life lift light
like likely limit line listen little live local lock log lonely long longest look loose lose loses
loss lost lot loud love low lower lowest luck luckily lucky machine mad made magic mail main mainly
make man manner many march mark market marry material matter matters may maybe me meal mean meaning
means meant meanwhile measure meet member memory mention mere merely message met middle might mile
milk million mind mine minute minutes miss mistake mix mixed moment monday money month mood moon
more morning most mostly mother mountain mouse mouth move moved much music must my myself name
namely narrow nature near nearby nearly neat neatly necessary neck need neighbor neighbour neither
never nevertheless new newest news next nice nicely night nine no nobody noise none nor normal
normally north nose not note nothing notice november now nowhere number observe obvious occasion
occur october odd oddly of off offer office often oil okay old older oldest on once one oneself only
onto open opinion opposite or orange ordinary origin other otherwise ought our ours out outcome
outside over own owner pack page paid paint pair paper park part particular particularly partly
party past path patient pause pay peace pen pencil people per perfect perhaps period person personal
phone photo pick picks picture piece pile piled piling place places plain plan plane plant plate
play plays please plenty pocket point pointed police polite politely poor popular position possess
possible possibly post pot pound power practical practice precise prefer prepare present press
pretend pretending pretty prevent price private prize probable probably problem produce project
promise proof proper proud prove provide public pull punish purpose push put quality quarter
question quick quickly quiet quietly quit quite race radio rain random rare rarely rather reach
reachable reached react reaction reacts read readable ready real realise realize really reason
receive recent recently recognise recognize recommend record red reduce refer refuse regard
regardless regular rejected rejecting relate relax relevant remain remark remember remembered
remembers remind remove rent repair replace reply report request require respect respective
respectively rest returned rice rich ride right ring rise river road rock roll roof room rope rough
round row rub rule run rush sad safe safely said sail salt same sand sang sat satisfy saturday save
saw say scale scare school science sea search season seat second seconds secret see seek seem seen
seldom self sell sense sent sentence separate september serious serve set settle seven several shade
shake shall shame shape share sharp she sheet shelf shine ship shirt shoe shoot shop short shortest
shot should shoulder shout show shut sick side sight sign silence silent silly similar simple simply
since sing single sink sister sit site sits situation six skill skin sky sleep slip slow slowly
small smaller smart smell smile smoke smooth snow so soap social soft sold solid solve some somebody
somehow someone something sometimes somewhere son song soon sooner sorry sort sound soup south space
spanish spare speak special speed spell spend spoil spoke spoken spoon sport spot spread spring
square stage stamp stand star start starting station stay steal steel stick still stomach stone
stood stop stops storm story straight strange street strength stretch strict strike strong struck
stuck student study stuff stupid style subject succeed success such sudden suddenly suffer sugar
suggest suit sum summer sun sunday supply suppose sure surely surface surprise swallow swallowed
sweet swim table tail take taken talk talking talks tall taste taught teach teaches team tear tell
ten terrible test than thank that the their them themselves then there therefore these they thick
thin thing think third this thorough those though thought thousand threat three threw through
throughout thumb thursday thus ticket tidied tidy tie tight till time tiny tired title to today toe
together told tomorrow tongue tonight too took tool tooth top total touch toward towards town toy
trade traffic train travel treat tree trick trip trouble true trust truth try tuesday turn turned
turns twelve twenty twice two ugly uncle under underspecified understand understood unexpected
unknown unless unpack until unusual up upon upper upset upside us use used useful useless usual
usually vague vanish various vast very via village visit visitor voice vote wait wake walk wall
wander want war warm warn wash waste watch water way we weak wear weather wednesday week weekend
weight welcome well went west wet what whatever wheel when whenever where whereas wherever whether
which while whisper white who whoever whole whom whose why wide wife wild will win wind window wine
wing wins winter wipe wire wise wish with within without woke woman won wonder wonderful wood word
wore work works world worn worry worse worst worth would wound written wrong wrote yard year yellow
yes yesterday yet you young your yours yourself zero
"""

_COMPARED = """
bigger biggest brighter brightest broader broadest busier cheaper cheapest cleaner cleanest clearer
clearest closer closest colder coldest cooler darker darkest deeper deepest earlier easier easiest
fewer finer finest fresher freshest fuller fullest greater greatest harder hardest heavier heaviest
higher larger later lighter lightest longer looser lower narrower narrowest nearer nearest newer
older poorer quicker quickest quieter rarer rarest richer safer safest sharper shorter simpler
simplest slower slowest smarter sooner stricter strictest stronger strongest thicker thinner tighter
tightest warmer weaker weakest wider widest worse younger youngest
"""

_SIGNS = """
ampersand apostrophe asterisk backslash backtick brace bracket caret colon comma curly dash dot
ellipsis exclamation hash hyphen parenthesis parentheses percent period plus quotation semicolon
slash tilde underscore
"""

_OF_PROGRAMS = """
accept access adapt aggregate allocate alphabetical analyse analyze annotate anonymous api app
append application apply approach architecture argument array ascending assert assign associate
async asynchronous attribute author backward base behaviour binary bind boolean boot bound buffer
bug build built bundle bypass byte calculate callable callback capability cast catch check child
children cleanup client code collection combine command comment compile component compute
concatenate concept concurrent config configuration configure conflict constant constraint construct
constructor consumer container content context conversion convert core corrupt counter crash create
current custom data debug decimal declaration declare decode decorate default define definition
delegate delete dependency derive descending destroy detect developer dictionary directory disable
dispatch display dispose document documentation download downstream duplicate duration dynamic
element embed emit enable encode encounter enforce engine entity enumerate environment equality
error escape evaluate event exception execute execution existing expand expire export expose
expression extend extension extract factory failure fallback feature fetch field file filter flag
format forwards framework function functionality generate generator generic getter global handle
handler header helper hexadecimal hierarchy hook horizontal host human identifier implement
implementation implementer import incoming increment index inherit inheritance initial initialise
initialize inject inner input inspect install instance instantiate integer integrate interact
interface interfere internal interpret interval invalid invoke isolate item iterate iteration
keyword label lazily lazy leaf length lexical library link list literal load logic lookup loop
lowercase machine manage manual map mapping match mechanism merge meta metadata method middle
missing mode modify module multi multiple mutate namespace native nest nested network node normalise
normalize notify null numeric numerical object operate operation operator optimise optimize option
optional order originate outer outgoing output overflow overload override overwrite package pair
parallel parameter parent parenthesise parse parser partial pass paste pattern pending perform
performance permission permit persist phase placeholder platform plugin pointer policy populate
precedence predicate prefix prepend prerequisite preserve previous previously primary primitive
print procedure process program property protect protocol provider query raise range raw readable
record recover recursion recursive redo reference refresh register registry reject release reload
remainder remote rename reorder repeat represent representation reset resolve resource response
restore restrict result retrieve return reuse reverse revert rollover rotate runtime sanitise
sanitize scan schedule scope section security segment select send separator sequence sequential
serialise serialize server service setter setting setup shared shortcut signal simultaneous size
skip software sort source specific specification specify split stack startup state statement static
status step storage store strategy string strip structure subclass submit subsequent subset suffix
superclass support suppress switch synchronise synchronize synchronous synchronously syntax system
tab target task temporary terminate text textual throw timeout toggle trace track transform
translate traverse trigger trim truncate tuple type typed typo undefined undo unique unit unregister
unused update upgrade upload uppercase upstream url user utility valid validate validation validator
value variable variant verify version vertical view visible warning web website whitespace wildcard
wrap wrapper write
"""

_ALL = _ENGLISH + _COMPARED + _SIGNS + _OF_PROGRAMS
PLAIN = frozenset(term for word in _ALL.split() for term in terms(word))
