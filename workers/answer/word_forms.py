"""Forms of English verbs that no ending tells: 'thrown' speaks of what the code calls to throw."""

from __future__ import annotations

_VERBS = """
arise arose arisen, awake awoke awoken, beat beaten, become became, begin began begun, bend bent,
bind bound, bite bit bitten, bleed bled, blow blew blown, break broke broken, breed bred, bring
brought, build built, burn burnt, buy bought, catch caught, choose chose chosen, cling clung, come
came, creep crept, deal dealt, dig dug, draw drew drawn, dream dreamt, drink drank drunk, drive
drove driven, eat ate eaten, fall fell fallen, feed fed, feel felt, fight fought, find found, flee
fled, fly flew flown, forbid forbade forbidden, forget forgot forgotten, forgive forgave forgiven,
freeze froze frozen, get got gotten, give gave given, go went gone, grind ground, grow grew grown,
hang hung, hear heard, hide hid hidden, hold held, keep kept, kneel knelt, know knew known, lay
laid, lead led, lean leant, leap leapt, learn learnt, leave left, lend lent, light lit, lose lost,
make made, mean meant, meet met, mistake mistook mistaken, pay paid, prove proven, redo redid
redone, rebuild rebuilt, remake remade, rerun reran, resend resent, reset reset, retake retook
retaken, rewind rewound, rewrite rewrote rewritten, ride rode ridden, ring rang rung, rise rose
risen, run ran, say said, see saw seen, seek sought, sell sold, send sent, shake shook shaken, shine
shone, shoot shot, show shown, shrink shrank shrunk, sing sang sung, sink sank sunk, sit sat, sleep
slept, slide slid, smell smelt, speak spoke spoken, speed sped, spell spelt, spend spent, spin spun,
spoil spoilt, spring sprang sprung, stand stood, steal stole stolen, stick stuck, sting stung,
strike struck stricken, string strung, strive strove striven, swear swore sworn, sweep swept, swell
swollen, swim swam swum, swing swung, take took taken, teach taught, tear tore torn, tell told,
think thought, throw threw thrown, undergo underwent undergone, understand understood, undo undid
undone, unwind unwound, wake woke woken, wear wore worn, weave wove woven, weep wept, win won, wind
wound, withdraw withdrew withdrawn, withhold withheld, withstand withstood, wring wrung, write wrote
written, overcome overcame, override overrode overridden, oversee oversaw overseen, overtake
overtook overtaken, overthrow overthrew overthrown, overwrite overwrote overwritten, outgrow outgrew
outgrown, foresee foresaw foreseen, mislead misled, misspell misspelt, misunderstand misunderstood
"""

BASES = {
    form: forms[0]
    for entry in _VERBS.split(",")
    for forms in [entry.split()]
    for form in forms[1:]
    if form != forms[0]
}
"""The base form of a verb by each other form that is not made by an ending."""
